/** Where an expression is evaluated: one frame of a stopped thread or goroutine. Plain, so that whoever stops a machine can make one at every stop. */
import { archOf } from '../arch/arch.js';
import type { Machine } from '../../machine.js';
import type { DebugInfo } from '../info.js';
import { memoryOf } from '../thread.js';
import { goroutineOf } from '../tls.js';
import type { Memory } from '../unwind/abi.js';
import type { Frame } from '../unwind/unwind.js';
import type { FrameRegisters } from '../values/place.js';

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

/**
 * The innermost frame of what a core runs; undefined while it idles. Cheap to make, since nothing is read before it is asked for: `cfa` says where the
 * frame begins, as unwinding finds it.
 */
export function coreScope(machine: Machine, core: number, info: DebugInfo, cfa: () => number | undefined): Scope | undefined {
  const memory = memoryOf(machine, core);
  if (memory === undefined) return undefined;
  const state = machine.core(core);
  const arch = archOf(machine);
  return {
    info, pc: state.pc, lookup: state.pc, memory,
    registers: new CoreRegisters(state, arch.numbered, arch.vectors),
    get cfa() {
      return cfa();
    },
    get g() {
      return goroutineOf(machine, core, info.gFromBase)?.g;
    },
    named: (name) => (['eflags', 'rflags', 'cpsr', 'nzcv'].includes(name) ? BigInt(arch.flags(state)) : undefined),
  };
}
