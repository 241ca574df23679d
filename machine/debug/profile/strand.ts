/**
 * A strand of execution: the calls that are under way on one stack, and what has been spent while it ran. A call's inclusive cost is what its strand
 * has spent from the call to the return, wherever and in how many pieces that was.
 */
import type { ProfileFunction } from './functions.js';

/** Calls of a function from one place. */
export class Arc {
  calls = 0;
  /** Spent in them, by event; in calls of a function from within itself nothing, so that nothing counts twice. */
  readonly cost: Float64Array;
  constructor(
    /** Address of the instruction that calls. */
    readonly site: number,
    readonly caller: ProfileFunction,
    readonly callee: ProfileFunction,
    events: number,
  ) {
    this.cost = new Float64Array(events);
  }
}

interface Frame {
  readonly of: ProfileFunction;
  /** SP when it has returned; NaN: it is not known to return. */
  key: number;
  /** Undefined: nobody called it. */
  readonly arc: Arc | undefined;
  /** The function is not on the strand below. */
  readonly outer: boolean;
}

/** A strand that was interrupted by a signal: where it goes on. */
export interface Interrupted {
  readonly strand: Strand;
  readonly pc: number;
  readonly sp: number;
}

export class Strand {
  readonly frames: Frame[] = [];
  readonly spent: Float64Array;
  /** Of each frame, what had been spent when it began. */
  private begun: Float64Array;
  private readonly active = new Map<ProfileFunction, number>();
  /** Of a goroutine: the end of its stack, with which it moves. */
  stackEnd = 0;

  /** `under`: of a signal's handler. `roots`: gets what functions spend that nobody called. */
  constructor(private readonly events: number, private readonly roots: Map<ProfileFunction, Float64Array>, readonly under?: Interrupted) {
    this.spent = new Float64Array(events);
    this.begun = new Float64Array(8 * events);
  }

  get top(): Frame | undefined {
    return this.frames.at(-1);
  }

  push(of: ProfileFunction, key: number, arc: Arc | undefined): void {
    const at = this.frames.length * this.events;
    if (at === this.begun.length) {
      const more = new Float64Array(2 * at);
      more.set(this.begun);
      this.begun = more;
    }
    this.begun.set(this.spent, at);
    const already = this.active.get(of) ?? 0;
    this.active.set(of, already + 1);
    if (arc) arc.calls++;
    this.frames.push({ of, key, arc, outer: already === 0 });
  }

  /** Ends the frames from number `from` on. */
  popTo(from: number): void {
    const { frames, events, spent, begun } = this;
    while (frames.length > from) {
      const { of, arc, outer } = frames.pop()!;
      this.active.set(of, this.active.get(of)! - 1);
      if (!outer) continue;
      const to = arc?.cost ?? this.rootCost(of);
      const first = frames.length * events;
      for (let e = 0; e < events; e++) to[e]! += spent[e]! - begun[first + e]!;
    }
  }
  private rootCost(of: ProfileFunction): Float64Array {
    let cost = this.roots.get(of);
    if (!cost) this.roots.set(of, (cost = new Float64Array(this.events)));
    return cost;
  }

  /** Control is in function `to` with SP at `sp`: ends the calls that have so returned to it. False: there are none. */
  returned(to: ProfileFunction, sp: number): boolean {
    const { frames } = this;
    for (let i = frames.length - 1; i >= 0; i--) {
      if (frames[i]!.key !== sp || (frames[i]!.arc && frames[i]!.arc!.caller !== to)) continue;
      this.popTo(i);
      return true;
    }
    return false;
  }

  /** Control is in function `to`, whose frame `sp` lies in: ends what it had called. False: it has none. */
  unwound(to: ProfileFunction, sp: number): boolean {
    const { frames } = this;
    for (let i = frames.length - 1; i >= 0; i--) {
      if (frames[i]!.of !== to || frames[i]!.key <= sp) continue;
      this.popTo(i + 1);
      return true;
    }
    return false;
  }

  /** The stack has another end. */
  moved(end: number): void {
    if (end === this.stackEnd) return; // as mostly: a goroutine that is deep in its calls may be resumed often
    if (this.stackEnd !== 0) for (const frame of this.frames) frame.key += end - this.stackEnd;
    this.stackEnd = end;
  }
}
