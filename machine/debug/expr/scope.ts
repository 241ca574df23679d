/** Where an expression is evaluated: one frame of a stopped thread or goroutine. Plain, so that whoever stops a machine can make one at every stop. */
import { gprSlot as armSlot, slots as armSlots } from '../../../isa/arm64/regs.js';
import { gpr64, gprSlot, slots } from '../../../isa/x86/regs.js';
import type { Machine } from '../../machine.js';
import type { DebugInfo } from '../info.js';
import { memoryOf } from '../thread.js';
import { goroutineOf } from '../tls.js';
import type { Memory } from '../unwind/abi.js';
import type { Frame } from '../unwind/unwind.js';
import type { FrameRegisters } from '../values/place.js';
import { flagsOf } from '../views/registers.js';

export interface Scope {
  readonly info: DebugInfo;
  readonly pc: number;
  /** What stands for the pc in tables (`Frame.lookup`). */
  readonly lookup: number;
  /** By DWARF's numbers, also of vector registers (128 bits) and segment bases as far as they are known. May be a Map. */
  readonly registers: FrameRegisters;
  /** SP of the caller behind its call. May be a getter: only variables on the stack ask for it. */
  readonly cfa: number | undefined;
  readonly memory: Memory;
  /** Address of the g. */
  readonly g: number | undefined;
  /** Which of the functions at the pc: 0 the innermost inlined call, as `info.framesAt` counts. */
  readonly inline?: number;
  /** Registers that have no number of DWARF: `eflags`, `cpsr`. */
  named?(name: string): bigint | undefined;
}

/** DWARF's numbers: vector registers, and amd64's segment bases. */
const xmm0 = 17;
const [fsBase, gsBase] = [58, 59];
const v0 = 64;
const tpidr = 36;

/** The scope of a frame that unwinding has found. Errors: none; what is not known is absent. */
export const frameScope = (info: DebugInfo, frame: Frame, memory: Memory, inline = 0): Scope => ({
  info, pc: frame.pc, lookup: frame.lookup, registers: frame.registers, cfa: frame.cfa, memory, g: frame.g, inline,
});

/** Registers by DWARF's numbers, read from a core when they are asked for. */
class CoreRegisters implements FrameRegisters {
  constructor(
    private readonly core: { get64(slot: number): bigint },
    private readonly slotOf: ReadonlyMap<number, number>,
    private readonly vectors: ReadonlyMap<number, number>,
  ) {}

  get(number: number): bigint | undefined {
    const slot = this.slotOf.get(number);
    if (slot !== undefined) return this.core.get64(slot);
    const vector = this.vectors.get(number);
    return vector === undefined ? undefined : this.core.get64(vector) | (this.core.get64(vector + 8) << 64n);
  }
}

/** Order of amd64's registers in DWARF's numbering. */
const amd64Order = ['rax', 'rdx', 'rcx', 'rbx', 'rsi', 'rdi', 'rbp', 'rsp', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const amd64Slots = new Map([...amd64Order.map((name, n) => [n, gprSlot(gpr64.indexOf(name))] as const), [fsBase, slots.fsBase] as const, [gsBase, slots.gsBase] as const]);
const amd64Vectors = new Map(range(16).map((n) => [xmm0 + n, slots.xmm + 16 * n] as const));
const arm64Slots = new Map([...range(31).map((n) => [n, armSlot(n)] as const), [31, armSlots.sp] as const, [tpidr, armSlots.tpidr] as const]);
const arm64Vectors = new Map(range(32).map((n) => [v0 + n, armSlots.v + 16 * n] as const));

/**
 * The innermost frame of what a core runs; undefined while it idles. Cheap to make, since nothing is read before it is asked for: `cfa` says where the
 * frame begins, as unwinding finds it.
 */
export function coreScope(machine: Machine, core: number, info: DebugInfo, cfa: () => number | undefined): Scope | undefined {
  const memory = memoryOf(machine, core);
  if (memory === undefined) return undefined;
  const state = machine.core(core);
  const isArm = machine.config.arch === 'arm64';
  return {
    info, pc: state.pc, lookup: state.pc, memory,
    registers: new CoreRegisters(state, isArm ? arm64Slots : amd64Slots, isArm ? arm64Vectors : amd64Vectors),
    get cfa() {
      return cfa();
    },
    get g() {
      return goroutineOf(machine, core, info.gFromBase)?.g;
    },
    named: (name) => (['eflags', 'rflags', 'cpsr', 'nzcv'].includes(name) ? BigInt(flagsOf(machine.config.arch, state)) : undefined),
  };
}
