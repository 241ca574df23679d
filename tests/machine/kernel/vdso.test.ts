import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AT_, CLOCK, E } from '../../../isa/abi/linux.js';
import { decode as decodeArm64 } from '../../../isa/arm64/decode.js';
import { printGnu } from '../../../isa/arm64/printGnu.js';
import { gprSlot as armSlot } from '../../../isa/arm64/regs.js';
import { isFault } from '../../../isa/isa.js';
import { decode as decodeAmd64 } from '../../../isa/x86/decode.js';
import { printGo } from '../../../isa/x86/printGo.js';
import { GPR, gprSlot } from '../../../isa/x86/regs.js';
import { arches, defaults, type Arch } from '../../../machine/config.js';
import { vdsoAt } from '../../../machine/kernel/loader.js';
import { placed } from '../../../machine/kernel/vdso.js';
import { vdsoAmd64 } from '../../../machine/kernel/vdsoAmd64.js';
import { sigreturnAt, vdsoArm64 } from '../../../machine/kernel/vdsoArm64.js';
import { codeAt, Guest } from '../../helpers/task.js';
const Vdso = suite('vDSO');

const vdsos = { amd64: vdsoAmd64(defaults.clockHz, defaults.epochNanos), arm64: vdsoArm64(defaults.epochNanos) };

/** Instructions as text, without the targets of branches and ADR: amd64 in Go's syntax, arm64 in GNU's. */
function texts(arch: Arch, bytes: Uint8Array): string[] {
  const out: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const insn = arch === 'amd64' ? decodeAmd64(bytes, at, at) : decodeArm64(bytes, at, at);
    if (isFault(insn)) return [...out, insn];
    out.push((arch === 'amd64' ? printGo(insn) : printGnu(insn)).replace(/\s*\/\/.*/, '').replace(/\t/g, ' '));
    at += insn.length;
  }
  return out.map((t) => t.replace(/^(J\w+|b\.\w+|cbz \w+|adr \w+),? .*$/, '$1'));
}

/** A guest that calls functions of its vDSO, found as a program finds them: through the auxiliary vector and the symbols. */
class Caller extends Guest {
  readonly functions = new Map<string, number>();
  constructor(readonly arch: Arch) {
    super({ arch, cores: 1, ...(arch === 'arm64' && { cpu: 'v8' }) });
    const auxv = this.kernel.space(this.kernel.process(1)).auxv;
    const words = new BigUint64Array(auxv.buffer, auxv.byteOffset, auxv.length / 8);
    const base = Number(words[words.indexOf(BigInt(AT_.SYSINFO_EHDR)) + 1]!);
    const dynamic = base + Number(this.get64(base + 64 + 56 + 8));
    const tags = new Map<number, number>();
    for (let at = dynamic; this.get64(at) !== 0n; at += 16) tags.set(Number(this.get64(at)), base + Number(this.get64(at + 8)));
    const [hash, strings, symbols] = [tags.get(4)!, tags.get(5)!, tags.get(6)!];
    for (let i = this.get32(hash + 8); i !== 0; i = this.get32(hash + 12 + 4 * i)) {
      const name = this.bytes(strings + this.get32(symbols + 24 * i), 30).replace(/\0.*/s, '');
      this.functions.set(name, base + Number(this.get64(symbols + 24 * i + 8)));
    }
  }
  /** Calls a function and lets it return to the loop. */
  call(name: string, ...args: number[]): number {
    const core = this.machine.core(0);
    const sp = this.scratch + 60000;
    if (this.arch === 'amd64') {
      this.put64(sp, codeAt);
      core.set64(gprSlot(GPR.RSP), BigInt(sp));
    } else core.set64(armSlot(30), BigInt(codeAt));
    this.side.arguments.forEach((slot, i) => core.set64(slot, BigInt(args[i] ?? 0)));
    core.pc = this.functions.get(`${this.arch === 'amd64' ? '__vdso' : '__kernel'}_${name}`)!;
    this.pass(20);
    assert.is(core.pc, codeAt);
    return this.result(1);
  }
}

for (const arch of arches) {
  Vdso(`the bytes are the instructions that stand beside them, ${arch}`, () => {
    for (const { name, code } of placed(vdsos[arch])) {
      const wanted = code.map(([, text]) => text.replace(/^(J\w+) \w+$/, '$1'));
      assert.equal(texts(arch, Uint8Array.from(code.flatMap(([bytes]) => bytes))), wanted, name);
    }
  });

  Vdso(`clocks read as by the system calls, ${arch}`, () => {
    const g = new Caller(arch);
    const at = g.scratch + 64;
    const read = (): bigint => g.get64(at) * 1_000_000_000n + g.get64(at + 8);
    for (const clock of [CLOCK.MONOTONIC, CLOCK.REALTIME, CLOCK.BOOTTIME]) {
      g.sys('clock_gettime', clock, at);
      const before = read();
      assert.is(g.call('clock_gettime', clock, at), 0);
      const between = read();
      g.sys('clock_gettime', clock, at);
      assert.ok(before <= between && between < read() && read() - before < 100_000n, `clock ${clock}`);
    }
    assert.is(g.call('clock_gettime', 99, at), -E.EINVAL);
    g.sys('clock_gettime', CLOCK.REALTIME, at);
    const seconds = Number(g.get64(at));
    g.put64(at + 32, 0x0123456789abcdefn);
    assert.is(g.call('gettimeofday', at, at + 32), 0);
    assert.is(Number(g.get64(at)), seconds);
    assert.ok(g.get64(at + 8) < 1_000_000n);
    assert.is(g.get64(at + 32), 0n);
    assert.is(g.call('gettimeofday', 0, 0), 0);
    g.put64(at + 8, 0);
    assert.is(g.call('clock_getres', CLOCK.MONOTONIC, at), 0);
    assert.is(g.get64(at + 8), 1n);
  });
}

Vdso('time and getcpu, amd64', () => {
  const g = new Caller('amd64');
  const at = g.scratch + 64;
  g.sys('clock_gettime', CLOCK.REALTIME, at);
  assert.is(g.call('time', 0), Number(g.get64(at)));
  g.put32(at, 7);
  assert.is(g.call('getcpu', at, at + 4), 0);
  assert.is(g.get32(at), 0);
});

Vdso('handlers of arm64 return to __kernel_rt_sigreturn', () => {
  assert.is(new Caller('arm64').functions.get('__kernel_rt_sigreturn'), vdsoAt + sigreturnAt);
});

Vdso('clocks of arm64 show whole counts of the generic timer', () => {
  const g = new Caller('arm64');
  for (let i = 0; i < 20; i++) {
    g.sys('clock_gettime', CLOCK.MONOTONIC, g.scratch);
    assert.is(g.get64(g.scratch + 8) % 40n, 0n);
    g.pass(1);
  }
});

Vdso.run();
