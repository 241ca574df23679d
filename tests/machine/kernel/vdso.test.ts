import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AT_, CLOCK, E } from '../../../isa/abi/linux.js';
import { GPR, gprSlot } from '../../../isa/x86/regs.js';
import { defaults } from '../../../machine/config.js';
import { vdsoFunctions } from '../../../machine/kernel/vdso.js';
import { decode } from '../../../isa/x86/decode.js';
import { isFault } from '../../../isa/isa.js';
import { printGo } from '../../../isa/x86/printGo.js';
import { codeAt, Guest } from '../../helpers/task.js';
const Vdso = suite('vDSO');

/** Instructions in Go's syntax. */
function goText(bytes: Uint8Array): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const insn = decode(bytes, at, at);
    if (isFault(insn)) return [...texts, insn];
    texts.push(printGo(insn));
    at += insn.length;
  }
  return texts;
}

/** A guest that calls functions of its vDSO, found as a program finds them: through the auxiliary vector and the symbols. */
class Caller extends Guest {
  readonly functions = new Map<string, number>();
  constructor() {
    super({ cores: 1 });
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
    this.put64(sp, codeAt);
    core.set64(gprSlot(GPR.RSP), BigInt(sp));
    [GPR.RDI, GPR.RSI, GPR.RDX].forEach((r, i) => core.set64(gprSlot(r), BigInt(args[i] ?? 0)));
    core.pc = this.functions.get(name)!;
    this.pass(20);
    assert.is(core.pc, codeAt);
    return this.result(1);
  }
}

Vdso('the bytes are the instructions that stand beside them', () => {
  for (const [name, code] of vdsoFunctions(defaults.clockHz, defaults.epochNanos)) {
    const texts = goText(Uint8Array.from(code.flatMap(([bytes]) => bytes)));
    const wanted = code.map(([, text]) => text.replace(/^(J\w+) \w+$/, '$1'));
    assert.equal(texts.map((t) => t.replace(/^(J\w+) .*$/, '$1')), wanted, name);
  }
});

Vdso('clocks read as by the system calls', () => {
  const g = new Caller();
  const at = g.scratch + 64;
  const read = (): bigint => g.get64(at) * 1_000_000_000n + g.get64(at + 8);
  for (const clock of [CLOCK.MONOTONIC, CLOCK.REALTIME, CLOCK.BOOTTIME]) {
    g.sys('clock_gettime', clock, at);
    const before = read();
    assert.is(g.call('__vdso_clock_gettime', clock, at), 0);
    const between = read();
    g.sys('clock_gettime', clock, at);
    assert.ok(before < between && between < read() && read() - before < 100_000n, `clock ${clock}`);
  }
  assert.is(g.call('__vdso_clock_gettime', 99, at), -E.EINVAL);
  g.sys('clock_gettime', CLOCK.REALTIME, at);
  const seconds = Number(g.get64(at));
  assert.is(g.call('__vdso_gettimeofday', at, at + 32), 0);
  assert.is(Number(g.get64(at)), seconds);
  assert.ok(g.get64(at + 8) < 1_000_000n);
  assert.is(g.call('__vdso_time', 0), seconds);
  g.put32(at, 7);
  assert.is(g.call('__vdso_getcpu', at, at + 4), 0);
  assert.is(g.get32(at), 0);
});

Vdso.run();
