/** Instructions whose outcome is the machine's own: system calls, clocks, CPUID, traps. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IrBuilder } from '../../../isa/ir.js';
import { evaluate, type Outcome } from '../../../isa/ref.js';
import { cpuid, profile } from '../../../isa/x86/cpuid.js';
import { isFault } from '../../../isa/isa.js';
import { decode } from '../../../isa/x86/decode.js';
import { readFlags } from '../../../isa/x86/flags.js';
import { GPR, gprSlot, RFLAGS, slots } from '../../../isa/x86/regs.js';
import { liftInsn } from '../../../isa/x86/semantics.js';
import { TrialState } from '../../helpers/executors.js';
import { codeAt, expand } from '../../helpers/state.js';

const System = suite('system instructions');
const cpu = profile('v2', 4);

/** A core numbered 3 whose clock shows 0x123456789a. */
class Core extends TrialState {
  override readonly core = 3;
  override cycles(): bigint {
    return 0x123456789an;
  }
  reg(index: number): string {
    return `0x${this.get(gprSlot(index), 64).toString(16)}`;
  }
}

function run(bytes: readonly number[], set: readonly (readonly [number, bigint])[] = []): { out: Outcome; core: Core } {
  const code = Uint8Array.from(bytes);
  const insn = decode(code, 0, codeAt);
  if (isFault(insn)) throw new Error(insn);
  const start = expand({ form: insn.row.form, code, pc: codeAt, kind: 'int', seed: 3, set, patches: [], words: [] });
  const core = new Core(start, codeAt, cpu);
  const b = new IrBuilder();
  liftInsn(b, insn, cpu);
  return { out: evaluate(b.unit(), core), core };
}

System('SYSCALL leaves the next address in RCX and the flags in R11', () => {
  const { out, core } = run([0x0f, 0x05]);
  assert.equal(out, { kind: 'trap', trap: 'syscall' });
  assert.is(core.reg(GPR.RCX), `0x${(codeAt + 2).toString(16)}`);
  assert.is(core.reg(GPR.R11), `0x${readFlags(core).toString(16)}`);
});

System('RDTSC shows the cycles in EDX:EAX, RDTSCP the core in ECX as well', () => {
  for (const [bytes, ecx] of [[[0x0f, 0x31], '0x55'], [[0x0f, 0x01, 0xf9], '0x3']] as const) {
    const { out, core } = run(bytes, [[GPR.RCX, 0x55n], [GPR.RDX, -1n & 0xffffffffffffffffn]]);
    assert.is(out.kind, 'next');
    assert.equal([core.reg(GPR.RAX), core.reg(GPR.RDX), core.reg(GPR.RCX)], ['0x3456789a', '0x12', ecx]);
  }
});

System('CPUID answers from the profile and clears upper halves', () => {
  const { core } = run([0x0f, 0xa2], [[GPR.RAX, 0xffffffff00000001n], [GPR.RCX, 0n]]);
  const want = cpuid(cpu, 1, 0, 3);
  const shown = [GPR.RAX, GPR.RBX, GPR.RCX, GPR.RDX].map((i) => core.reg(i));
  assert.equal(shown, [want.eax, want.ebx, want.ecx, want.edx].map((v) => `0x${v.toString(16)}`));
});

System('traps by name', () => {
  const trap = (...bytes: number[]): string => {
    const { out } = run(bytes);
    return out.kind === 'trap' ? out.trap : out.kind;
  };
  assert.is(trap(0xf4), 'halt');
  assert.is(trap(0xcc), 'breakpoint');
  assert.is(trap(0x0f, 0x0b), 'undefined');
  assert.is(trap(0xfa), 'protection'); // CLI
  assert.is(trap(0xcd, 0x80), 'unimplemented'); // the 32-bit system call
  assert.is(trap(0x0f, 0x01, 0xd0), 'undefined'); // XGETBV without OSXSAVE
});

System('POPF that sets TF stops by name; ID and AC can be set and read back', () => {
  const rsp = 0x21000100n;
  const popfThenPushf = (image: bigint): { out: Outcome; rf: number } => {
    const code = Uint8Array.of(0x9d);
    const insn = decode(code, 0, codeAt);
    if (isFault(insn)) throw new Error(insn);
    const core = new Core(expand({ form: 'POPFQ', code, pc: codeAt, kind: 'int', seed: 1, set: [[GPR.RSP, rsp]], patches: [], words: [[0x100, image]] }), codeAt, cpu);
    const b = new IrBuilder();
    liftInsn(b, insn, cpu);
    const out = evaluate(b.unit(), core);
    return { out, rf: Number(core.get(slots.RF, 32)) };
  };
  assert.equal(popfThenPushf(1n << BigInt(RFLAGS.TF)).out, { kind: 'trap', trap: 'unimplemented' });
  assert.is(popfThenPushf((1n << BigInt(RFLAGS.ID)) | (1n << BigInt(RFLAGS.AC))).rf & ~0x202, (1 << RFLAGS.ID) | (1 << RFLAGS.AC));
});

System.run();
