/**
 * One core's L1I, L1D and L2, and how lines move between them.
 *
 * L2 and L1 are neither inclusive nor exclusive: both get what comes from beyond, either may lose it. Where L1D has a line its state
 * holds, and that of a copy in L2 means nothing; L1D's victim takes its state along to L2. L1I holds plain copies, and none of a line
 * that L1D has as M, so that a store to code always comes here first. `marks` say of L2's lines who else has them.
 * When the last copy in the core goes, the directory is told (`SharedLevel`).
 */
import { Classifier } from './classify.js';
import { Count } from './counters.js';
import type { MemoryDescription } from './description.js';
import { displace } from './displace.js';
import type { Hooks } from './hooks.js';
import { isDirty, LineState } from './lineState.js';
import { Strides } from './prefetch.js';
import { type CellSources, ownCells, SetArray } from './setArray.js';
import type { SharedLevel } from './sharedLevel.js';

/** Of a line in L2: L1D has it, L1I has it; it was prefetched and nobody has asked for it yet. */
export const enum Mark { Data = 1, Code = 2, Prefetched = 4 }

/** Arrays of a core, for the numbers of their random generators. */
const arraysPerCore = 3;

export class PrivateCaches {
  readonly l1i: SetArray;
  readonly l1d: SetArray;
  readonly l2: SetArray;
  /** By index in L1D: where in L2 that line was when it came. A guess, to be held against the line there; no part of the state. */
  readonly inL2: Int32Array;
  /** By index in L2, `Mark`s. */
  readonly marks: Uint8Array;
  readonly dataMisses: Classifier;
  readonly codeMisses: Classifier;
  readonly strides: Strides;

  constructor(
    readonly core: number,
    d: MemoryDescription,
    sources: CellSources,
    private readonly shared: SharedLevel,
    readonly counters: Float64Array,
    private readonly hooks: Hooks,
    seed: number,
  ) {
    this.l1d = new SetArray(d.l1d, d.lineBytes, sources.data, seed, core * arraysPerCore + 1);
    this.l1i = new SetArray(d.l1i, d.lineBytes, sources.code, seed, core * arraysPerCore + 2);
    this.l2 = new SetArray(d.l2, d.lineBytes, ownCells, seed, core * arraysPerCore + 3);
    this.marks = new Uint8Array(this.l2.states.length);
    this.inL2 = new Int32Array(this.l1d.states.length);
    this.dataMisses = new Classifier(this.l1d);
    this.codeMisses = new Classifier(this.l1i);
    this.strides = new Strides(Math.log2(4096 / d.lineBytes));
  }

  get parts(): readonly (Int32Array | Uint8Array)[] {
    return [...[this.l1d, this.l1i, this.l2, this.dataMisses, this.codeMisses, this.strides].flatMap((p) => p.parts), this.marks];
  }

  /** The core's state of a line that L1D or L2 has, else I. */
  stateOf(line: number): LineState {
    const at = this.l1d.find(line);
    if (at >= 0) return this.l1d.states[at]!;
    const in2 = this.l2.find(line);
    return in2 < 0 ? LineState.I : this.l2.states[in2]!;
  }

  /** Makes the line at `at` of L1D M. */
  modify(at: number, line: number): void {
    this.l1d.states[at] = LineState.M;
    this.dropCode(line);
  }

  /** Brings a line into L1D, which has it not; returns its index. The new line is in place before the old one leaves, so that L2 may drop it. */
  fillL1d(line: number, state: LineState): number {
    const { l1d } = this;
    const at = l1d.room(line);
    const old = l1d.line(at);
    const oldState = l1d.states[at]!;
    if (old !== -1) this.dataMisses.evicted(old, l1d.stamp(at));
    l1d.put(at, line, state);
    if (old !== -1) this.departL1d(old, oldState, at);
    if (state === LineState.M) this.dropCode(line);
    return at;
  }
  /** Takes a line out of L1D. */
  evictL1d(at: number): void {
    const line = this.l1d.line(at);
    const state = this.l1d.states[at]!;
    this.dataMisses.evicted(line, this.l1d.stamp(at));
    this.l1d.drop(at);
    this.departL1d(line, state, at);
  }
  private departL1d(line: number, state: LineState, at: number): void {
    this.hooks.lineLost(this.core, line, false, at);
    const dirty = isDirty(state);
    if (dirty) this.counters[Count.l1WriteBacks]!++;
    const guess = this.inL2[at]!;
    const in2 = this.l2.line(guess) === line ? guess : this.l2.find(line);
    if (in2 >= 0) {
      this.l2.states[in2] = state;
      this.marks[in2] = this.marks[in2]! & ~Mark.Data;
    } else {
      const code = this.l1i.find(line) >= 0;
      if (dirty) this.fillL2(line, state, code ? Mark.Code : 0);
      else this.forsake(line, code);
    }
  }

  /** Brings a line into L2, which has it not; returns its index. */
  fillL2(line: number, state: LineState, marks: number): number {
    const { l2 } = this;
    const at = l2.room(line);
    const old = l2.line(at);
    const oldState = l2.states[at]!;
    const oldMarks = this.marks[at]!;
    l2.put(at, line, state);
    this.marks[at] = marks;
    if (old !== -1 && (oldMarks & Mark.Data) === 0) this.departL2(old, oldState, (oldMarks & Mark.Code) !== 0);
    return at;
  }
  private departL2(line: number, state: LineState, code: boolean): void {
    const dirty = isDirty(state);
    if (dirty) this.counters[Count.l2WriteBacks]!++;
    this.forsake(line, code);
    this.shared.take(line, dirty, this.counters);
  }

  /** Neither L1D nor L2 has the line any longer. */
  private forsake(line: number, code: boolean): void {
    if (code) this.shared.directory.disown(line, this.core);
    else this.shared.directory.leave(line, this.core);
  }

  /** Brings a line into L1I, which has it not; returns its index. */
  fillL1i(line: number): number {
    const { l1i } = this;
    const at = l1i.room(line);
    const old = l1i.line(at);
    if (old !== -1) this.codeMisses.evicted(old, l1i.stamp(at));
    l1i.put(at, line, LineState.S);
    if (old !== -1) this.departL1i(old);
    return at;
  }
  private departL1i(line: number): void {
    this.hooks.codeLineLost?.(this.core, line);
    if (!this.unmarkCode(line) && this.l1d.find(line) < 0) this.shared.directory.leave(line, this.core);
  }
  /** L1I has the line no longer. Returns whether L2 has it. */
  private unmarkCode(line: number): boolean {
    const in2 = this.l2.find(line);
    if (in2 >= 0) this.marks[in2] = this.marks[in2]! & ~Mark.Code;
    return in2 >= 0;
  }
  /** L1D is about to write. */
  private dropCode(line: number): void {
    const at = this.l1i.find(line);
    if (at < 0) return;
    this.l1i.drop(at);
    this.unmarkCode(line);
    this.codeMisses.history.steal(line);
    this.hooks.codeLineLost?.(this.core, line);
  }

  /** Takes a line away from all three, `stolen` by another core's write. The directory is the caller's. Returns its state. */
  remove(line: number, stolen: boolean): LineState {
    let state = LineState.I;
    const in2 = this.l2.find(line);
    if (in2 >= 0) {
      state = this.l2.states[in2]!;
      this.l2.drop(in2);
    }
    const at = this.l1d.find(line);
    if (at >= 0) {
      state = this.l1d.states[at]!;
      this.l1d.drop(at);
      this.hooks.lineLost(this.core, line, false, at);
    }
    if (stolen && state !== LineState.I) this.dataMisses.history.steal(line);
    const code = this.l1i.find(line);
    if (code >= 0) {
      this.l1i.drop(code);
      if (stolen) this.codeMisses.history.steal(line);
      this.hooks.codeLineLost?.(this.core, line);
    }
    return state;
  }

  /** Another core reads a line that this one owns. */
  downgrade(line: number, to: LineState): void {
    this.counters[Count.downgrades]!++;
    const in2 = this.l2.find(line);
    if (in2 >= 0) this.l2.states[in2] = to;
    const at = this.l1d.find(line);
    if (at < 0) return;
    const modified = this.l1d.states[at] === LineState.M;
    this.l1d.states[at] = to;
    if (modified) this.hooks.lineLost(this.core, line, true, at);
  }

  /** What a kernel entry pushes out of L1I and L1D. */
  displace(l1i: number, l1d: number): void {
    displace(this.l1d, l1d, (at) => this.evictL1d(at));
    displace(this.l1i, l1i, (at) => {
      const line = this.l1i.line(at);
      this.codeMisses.evicted(line, this.l1i.stamp(at));
      this.l1i.drop(at);
      this.departL1i(line);
    });
  }
}
