/** Ends of runs: why a core cannot go on, where it then is and what the instruction that stops it still costs. */
import type { Row } from '../../isa/row.js';
import { isFault, type Isa } from '../../isa/isa.js';
import { engineCells, type CoreState } from '../core/context.js';
import { frameBytes, type PageTable, type Ram } from '../memory/ram.js';
import type { Block } from './block.js';
import { stopReasons } from './builder.js';
import { Status, traps } from './generate.js';
import type { Memory } from './memory.js';
import type { Progress } from './progress.js';
import type { Reason, Stop } from './stop.js';

const trapReasons: readonly Reason[] = ['Syscall', 'Divide', 'Undefined', 'Breakpoint', 'Halt', 'Protection', 'Unimplemented', 'Align'];

/** The trap's instruction is done. */
export const completes = (status: number): boolean => status >= Status.Trap && /^(Syscall|Halt)$/.test(trapReasons[status - Status.Trap] ?? '');

export class Stops {
  /** Reused. */
  readonly stop: Stop = { reason: 'Limit', pc: 0, va: 0, access: 'read', row: undefined };

  constructor(private readonly ram: Ram, private readonly isa: Isa, private readonly memory: Memory, private readonly progress: Progress) {}

  limit(state: CoreState): true {
    this.set('Limit', state.pc);
    return true;
  }

  /** What is not said is put back. */
  set(reason: Reason, pc: number): Stop {
    const { stop } = this;
    stop.reason = reason;
    stop.pc = pc;
    stop.va = 0;
    stop.access = 'read';
    stop.row = undefined;
    return stop;
  }

  /** The instruction at the core's pc cannot be fetched. */
  unfetched(state: CoreState): Stop {
    this.progress.drain(state);
    const { problem } = this.memory;
    this.set(problem.reason as Reason, state.pc);
    this.stop.va = problem.va;
    this.stop.access = problem.access;
    return this.stop;
  }

  /** A stop at instruction k of a block, which is not done, except for a system call or a halt, which takes `ticks`. */
  at(state: CoreState, block: Block, k: number, status: number, ticks: number): Stop {
    const pc = block.pcOf(k);
    if (status === Status.Fault) return this.unfetched(state);
    if (status === Status.Stop) {
      this.progress.drain(state);
      const record = this.ram.i32[(state.base + engineCells.record) >> 2]!;
      this.set(stopReasons[this.ram.u16[(record >> 1) + 1]!]!, pc);
      return this.stop;
    }
    const trap = status - Status.Trap;
    const reason = trapReasons[trap]!;
    const next = reason === 'Syscall' ? block.pcOf(k + 1) : pc;
    this.progress.arrive(state, next);
    if (completes(status)) this.progress.charge(state, ticks, 1);
    this.progress.drain(state);
    this.set(reason, next);
    if (reason === 'Unimplemented') this.stop.row = this.rowAt(block, k);
    if (traps[trap] === undefined) throw new Error(`status ${status} at 0x${pc.toString(16)}`);
    return this.stop;
  }

  private rowAt(block: Block, k: number): Row | undefined {
    const pc = block.pcOf(k);
    const bytes = new Uint8Array(block.pcOf(k + 1) - pc);
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.peek(block.space, pc + i);
    const d = this.isa.decode(bytes, 0, pc);
    return isFault(d) ? undefined : d.row;
  }
  private peek(space: PageTable, va: number): number {
    const pte = space.pte(Math.floor(va / frameBytes));
    return this.ram.u8[(pte >>> 8) * frameBytes + (va % frameBytes)]!;
  }
}
