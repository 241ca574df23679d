/**
 * One core's L1I, L1D and L2, and how lines move between them.
 *
 * L2 and L1 are neither inclusive nor exclusive: both get what comes from beyond, either may lose it. Where L1D has a line its state
 * holds, and that of a copy in L2 means nothing; L1D's victim takes its state along to L2. L1I holds plain copies, and none of a line
 * that L1D has as M, so that a store to code always comes here first. `marks` say of L2's lines who else has them.
 * When the last copy in the core goes, the directory is told.
 */
import { Count, LineState, Mark } from '../numbers';
import { Classifier } from './classify';
import { disown, leave } from './directory';
import { toldCodeLineLost, toldLineLost } from './hooks';
import { lineLost } from './lookaside';
import { f64At, i32At, setF64, setU8, u8At } from './room';
import { SetArray } from './setArray';
import { takeEvicted } from './shared';
import { Strides } from './strides';
import { Tlb } from './tlb';

@inline
export function isDirty(state: i32): bool {
  return state == LineState.M || state == LineState.O;
}

@unmanaged
export class Core {
  id: i32;
  /** Its context. */
  ctx: usize;
  /** Addresses of the arrays, as the getters below give them. */
  l1dAt: usize;
  l1iAt: usize;
  l2At: usize;
  dataMissesAt: usize;
  codeMissesAt: usize;
  stridesAt: usize;
  tlbAt: usize;
  /** By index in L1D: where in L2 that line was when it came. A guess, to be held against the line there; no part of the state. */
  inL2: usize;
  /** By index in L2, `Mark`s. */
  marks: usize;
  /** Counter `Count.x`. */
  counters: usize;
  /** The i32 that counts its loads and stores. */
  clock: usize;
  /** Its quick answers (lookaside.ts): the entry made last for each index in L1D, 0 where nobody keeps any; per place in its data TLB, bits of the lines entered. */
  entries: usize;
  pageBits: usize;
  /** What misses do to its time (misses.ts): numbers; the next fill and store in the rings. */
  numbers: usize;
  nextFill: i32;
  nextStore: i32;

  @inline get l1d(): SetArray {
    return changetype<SetArray>(this.l1dAt);
  }
  @inline get l1i(): SetArray {
    return changetype<SetArray>(this.l1iAt);
  }
  @inline get l2(): SetArray {
    return changetype<SetArray>(this.l2At);
  }
  @inline get dataMisses(): Classifier {
    return changetype<Classifier>(this.dataMissesAt);
  }
  @inline get codeMisses(): Classifier {
    return changetype<Classifier>(this.codeMissesAt);
  }
  @inline get strides(): Strides {
    return changetype<Strides>(this.stridesAt);
  }
  @inline get tlb(): Tlb {
    return changetype<Tlb>(this.tlbAt);
  }

  @inline
  count(counter: i32, by: f64 = 1): void {
    setF64(this.counters, counter, f64At(this.counters, counter) + by);
  }
  @inline
  mark(in2: i32, marks: i32): void {
    setU8(this.marks, in2, u8At(this.marks, in2) | marks);
  }
  @inline
  unmark(in2: i32, marks: i32): void {
    setU8(this.marks, in2, u8At(this.marks, in2) & ~marks);
  }

  /** The core's state of a line that L1D or L2 has, else I. */
  stateOf(line: i32): i32 {
    const at = this.l1d.find(line);
    if (at >= 0) return this.l1d.state(at);
    const in2 = this.l2.find(line);
    return in2 < 0 ? LineState.I : this.l2.state(in2);
  }

  /** Makes the line at `at` of L1D M. */
  modify(at: i32, line: i32): void {
    this.l1d.setState(at, LineState.M);
    this.dropCode(line);
  }

  /** Brings a line into L1D, which has it not; returns its index. The new line is in place before the old one leaves, so that L2 may drop it. */
  fillL1d(line: i32, state: i32): i32 {
    const l1d = this.l1d;
    const at = l1d.room(line);
    const old = l1d.line(at);
    const oldState = l1d.state(at);
    if (old != -1) this.dataMisses.evicted(old, l1d.stamp(at));
    l1d.put(at, line, state);
    if (old != -1) this.departL1d(old, oldState, at);
    if (state == LineState.M) this.dropCode(line);
    return at;
  }
  /** Takes a line out of L1D. */
  evictL1d(at: i32): void {
    const line = this.l1d.line(at);
    const state = this.l1d.state(at);
    this.dataMisses.evicted(line, this.l1d.stamp(at));
    this.l1d.drop(at);
    this.departL1d(line, state, at);
  }
  private departL1d(line: i32, state: i32, at: i32): void {
    this.lost(line, false, at);
    const dirty = isDirty(state);
    if (dirty) this.count(Count.l1WriteBacks);
    const l2 = this.l2;
    const guess = i32At(this.inL2, at);
    const in2 = l2.line(guess) == line ? guess : l2.find(line);
    if (in2 >= 0) {
      l2.setState(in2, state);
      this.unmark(in2, Mark.Data);
    } else {
      const code = this.l1i.find(line) >= 0;
      if (dirty) this.fillL2(line, state, code ? Mark.Code : 0);
      else this.forsake(line, code);
    }
  }

  /** Brings a line into L2, which has it not; returns its index. */
  fillL2(line: i32, state: i32, marks: i32): i32 {
    const l2 = this.l2;
    const at = l2.room(line);
    const old = l2.line(at);
    const oldState = l2.state(at);
    const oldMarks = u8At(this.marks, at);
    l2.put(at, line, state);
    setU8(this.marks, at, marks);
    if (old != -1 && (oldMarks & Mark.Data) == 0) this.departL2(old, oldState, (oldMarks & Mark.Code) != 0);
    return at;
  }
  private departL2(line: i32, state: i32, code: bool): void {
    const dirty = isDirty(state);
    if (dirty) this.count(Count.l2WriteBacks);
    this.forsake(line, code);
    takeEvicted(line, dirty, this);
  }

  /** Neither L1D nor L2 has the line any longer. */
  private forsake(line: i32, code: bool): void {
    if (code) disown(line, this.id);
    else leave(line, this.id);
  }

  /** Brings a line into L1I, which has it not; returns its index. */
  fillL1i(line: i32): i32 {
    const l1i = this.l1i;
    const at = l1i.room(line);
    const old = l1i.line(at);
    if (old != -1) this.codeMisses.evicted(old, l1i.stamp(at));
    l1i.put(at, line, LineState.S);
    if (old != -1) this.departL1i(old);
    return at;
  }
  /** Takes a line out of L1I. */
  evictL1i(at: i32): void {
    const line = this.l1i.line(at);
    this.codeMisses.evicted(line, this.l1i.stamp(at));
    this.l1i.drop(at);
    this.departL1i(line);
  }
  private departL1i(line: i32): void {
    toldCodeLineLost(this.id, line);
    if (!this.unmarkCode(line) && this.l1d.find(line) < 0) leave(line, this.id);
  }
  /** L1I has the line no longer. Returns whether L2 has it. */
  private unmarkCode(line: i32): bool {
    const in2 = this.l2.find(line);
    if (in2 >= 0) this.unmark(in2, Mark.Code);
    return in2 >= 0;
  }
  /** L1D is about to write. */
  private dropCode(line: i32): void {
    const at = this.l1i.find(line);
    if (at < 0) return;
    this.l1i.drop(at);
    this.unmarkCode(line);
    this.codeMisses.steal(line);
    toldCodeLineLost(this.id, line);
  }

  /** Takes a line away from all three, `stolen` by another core's write. The directory is the caller's. Returns its state. */
  remove(line: i32, stolen: bool): i32 {
    let state: i32 = LineState.I;
    const in2 = this.l2.find(line);
    if (in2 >= 0) {
      state = this.l2.state(in2);
      this.l2.drop(in2);
    }
    const at = this.l1d.find(line);
    if (at >= 0) {
      state = this.l1d.state(at);
      this.l1d.drop(at);
      this.lost(line, false, at);
    }
    if (stolen && state != LineState.I) this.dataMisses.steal(line);
    const code = this.l1i.find(line);
    if (code >= 0) {
      this.l1i.drop(code);
      if (stolen) this.codeMisses.steal(line);
      toldCodeLineLost(this.id, line);
    }
    return state;
  }

  /** Another core reads a line that this one owns. */
  downgrade(line: i32, to: i32): void {
    this.count(Count.downgrades);
    const in2 = this.l2.find(line);
    if (in2 >= 0) this.l2.setState(in2, to);
    const at = this.l1d.find(line);
    if (at < 0) return;
    const modified = this.l1d.state(at) == LineState.M;
    this.l1d.setState(at, to);
    if (modified) this.lost(line, true, at);
  }

  displaced(at: i32, code: bool): void {
    if (code) this.evictL1i(at);
    else this.evictL1d(at);
  }

  /** L1D has lost the line at `at`; `kept`: it may still be read there. */
  @inline
  private lost(line: i32, kept: bool, at: i32): void {
    lineLost(this, at, kept);
    toldLineLost(this.id, line, kept, at);
  }
}

let cores: usize = 0;

/** `at`: where the addresses of all stand. */
export function setCores(at: usize): void {
  cores = at;
}
@inline
export function coreAt(id: i32): Core {
  return changetype<Core>(load<usize>(cores + (<usize>id << 2)));
}
