/** What holds instructions between issue and execution in `window` mode: the scheduler, and registers that share a value. */
import { Cell } from './cells.js';
import type { WindowState } from './windowState.js';

/** Cycles ahead in which a micro-op may leave the scheduler; later ones are clamped. */
const ahead = 1 << 14;
const mask = ahead - 1;

const enum S { inside, now, count }

/** The scheduler's entries: a micro-op holds one from issue until it executes. */
export class Scheduler {
  /** By cycle, how many leave. */
  private readonly leaving: Uint16Array;
  private readonly s: Float64Array;

  constructor(state: WindowState, private readonly size: number) {
    this.leaving = state.u16(ahead);
    this.s = state.f64(S.count);
  }

  add(at: number): void {
    const now = this.s[S.now]!;
    this.s[S.inside]!++;
    this.leaving[Math.max(now, Math.min(at, now + ahead - 1)) & mask]!++;
  }

  /** The first cycle from `cycle` on with room for a fused micro-op's two. */
  room(cycle: number): number {
    const { s, leaving, size } = this;
    let now = s[S.now]!;
    let inside = s[S.inside]!;
    if (cycle - now > ahead) { // all have left meanwhile
      leaving.fill(0);
      inside = 0;
      now = cycle;
    }
    while (now < cycle || inside + 2 > size) {
      const at = now & mask;
      inside -= leaving[at]!;
      leaving[at] = 0;
      now++;
    }
    s[S.now] = now;
    s[S.inside] = inside;
    return now;
  }
}

/**
 * Registers that share one value after eliminated moves. A set of sharers takes a slot until all but one have been overwritten;
 * general and vector registers have slots of their own.
 */
export class MoveSlots {
  /** By cell, the number of its set; 0 none. */
  private readonly set: Int32Array;
  /** By set, how many share it. */
  private readonly members: Int32Array;
  private readonly used: Int32Array;
  private readonly size: number;

  constructor(state: WindowState, size: number) {
    this.size = Math.min(size, Cell.count);
    this.set = state.i32(Cell.count);
    this.members = state.i32(2 * this.size + 1);
    this.used = state.i32(2);
  }

  /** The move `to` = `from` at rename; false: no slot is free. */
  eliminate(to: number, from: number): boolean {
    const { set, members, used } = this;
    if (set[to] !== 0 && set[to] === set[from]) return true;
    this.overwrite(to);
    const kind = to >= Cell.vector ? 1 : 0;
    if (set[from] === 0) {
      if (used[kind]! >= this.size) return false;
      used[kind]!++;
      set[from] = members.indexOf(0, 1);
      members[set[from]!] = 1;
    }
    set[to] = set[from]!;
    members[set[to]!]!++;
    return true;
  }

  overwrite(cell: number): void {
    const set = this.set[cell]!;
    if (set === 0) return;
    this.set[cell] = 0;
    if (--this.members[set]! > 1) return;
    this.members[set] = 0;
    this.used[cell >= Cell.vector ? 1 : 0]!--;
    this.set[this.set.indexOf(set)] = 0;
  }
}
