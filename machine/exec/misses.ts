/**
 * What a miss does to a core's time.
 *
 * Under interval timing a load that misses is a longer way: its result, and what depends on it in the block (uarch/loads.ts), is
 * ready later, which generated code takes into account at the block's end. What a result would lie beyond the reorder window, the clock
 * waits at once (`stalled`). Misses behind one that stopped the clock, within the reorder buffer and with addresses that do not wait for it, began in
 * its shadow: they were issued while the clock stood. Lines on their way to a core occupy a fill buffer each.
 *
 * A plain store that misses waits in the store buffer, in order, and stops the clock only when that is full. Loads of what
 * waits there get it from there, and stores to the same line go with it.
 *
 * Locked accesses let nothing overlap. Under unit timing every load waits for its data.
 *
 * Times are ticks. Those of the block that is running count from its start, which moves when the clock waits; only `ready` keeps
 * what it was, because the ways to come are counted from there.
 */
import { engineCells } from '../core/context.js';
import { lanes, quarterTicks, timingCells } from '../core/timing.js';
import type { Ram } from '../memory/ram.js';
import type { BlockLoads } from '../uarch/loads.js';

export interface MissFigures {
  /** How far results may lie behind issue. */
  readonly windowTicks: number;
  /** Instructions in the reorder buffer, and ticks between two of them at full width. */
  readonly reorderBuffer: number;
  readonly issueTicks: number;
  /** Of a hit in the first level. */
  readonly loadTicks: number;
  readonly fillBuffers: number;
  readonly storeBuffer: number;
  /** Until a line that others share is a core's own. */
  readonly upgradeTicks: number;
  /** Loads seem to happen in program order (Intel SDM 3A, 9.2.2): the core starts again when another's write shows that they did not. */
  readonly ordered: boolean;
  /** From the moment at which it does to the first instruction. */
  readonly restartTicks: number;
  /** Ready times are there, and loads need not wait. */
  readonly interval: boolean;
}

/** The instruction that is running. */
export interface Where {
  core: number;
  ctx: number;
  /** Position in its block, ticks and instructions at the block's start, ticks of the instructions before it. */
  k: number;
  start: number;
  instructions: number;
  prefix: number;
  /** Undefined: its block has no loads that anything depends on. */
  loads: BlockLoads | undefined;
  /** Where the block's cells lie: the context, or the shadow of it while single instructions run. */
  cells: number;
}

/** Places in a core's numbers. */
const headIssue = 0;
const headData = 1;
const headInstruction = 2;
const fills = 3;
const stores = 4;
const lastStore = 5;
const postponedLine = 6;
const postponedTill = 7;
const absentLine = 8;
const absentTill = 9;
const loadReady = 10;
const mostLoads = 32;
/** What `pending` can say. */
const mostReadyTicks = 255 * quarterTicks;
const rings = loadReady + mostLoads;

export class Misses {
  /** Per core: the miss that last stopped the clock, fills and stores so far, results of loads of this block, then the rings: fills' ends; stores' ends, lines, words. */
  private readonly numbers: Float64Array[] = [];
  /** Per core, the places of the next fill and store in the rings: their counts modulo the rings' sizes. */
  private readonly nextFill: Int32Array;
  private readonly nextStore: Int32Array;
  private readonly storesAt: number;
  private readonly linesAt: number;
  private readonly wordsAt: number;

  constructor(private readonly ram: Ram, cores: number, private readonly f: MissFigures) {
    this.storesAt = rings + f.fillBuffers;
    this.linesAt = this.storesAt + f.storeBuffer;
    this.wordsAt = this.linesAt + f.storeBuffer;
    this.nextFill = new Int32Array(cores);
    this.nextStore = new Int32Array(cores);
    for (let i = 0; i < cores; i++) this.numbers.push(new Float64Array(this.wordsAt + f.storeBuffer));
  }

  save(): Float64Array[] {
    return this.numbers.map((n) => n.slice());
  }
  load(saved: readonly Float64Array[]): void {
    this.numbers.forEach((n, i) => {
      n.set(saved[i]!);
      this.nextFill[i] = n[fills]! % this.f.fillBuffers;
      this.nextStore[i] = n[stores]! % this.f.storeBuffer;
    });
  }

  /** When the instruction could begin if no address had to be waited for. */
  now(w: Where): number {
    return w.start + w.prefix + this.ram.i32[(w.cells + engineCells.stalled) >> 2]!;
  }

  /** A store of this core to `word` waits in the store buffer at `now`: a load gets it from there. */
  forwards(core: number, word: number, now: number): boolean {
    return this.numbers[core]![lastStore]! > now && this.waiting(core, this.wordsAt, word, now) !== 0;
  }
  /** A store to `line` waits there: `word` goes with it. */
  joins(w: Where, line: number, word: number, now: number): boolean {
    const n = this.numbers[w.core]!;
    if (n[lastStore]! <= now || (n[postponedLine] === line + 1 && n[postponedTill]! <= now)) return false;
    const end = this.waiting(w.core, this.linesAt, line, now);
    if (end === 0) return false;
    this.enter(w, end, line, word);
    return true;
  }
  /** End of the youngest store that waits at `now` and whose number in `ring` is `what`, or 0. */
  private waiting(core: number, ring: number, what: number, now: number): number {
    const n = this.numbers[core]!;
    const { storeBuffer } = this.f;
    let at = this.nextStore[core]!;
    for (let i = 0; i < storeBuffer; i++) {
      at = (at === 0 ? storeBuffer : at) - 1;
      const end = n[this.storesAt + at]!;
      if (end <= now) return 0; // stores end in order, and places never used at 0
      if (n[ring + at] === what) return end;
    }
    return 0;
  }
  private enter(w: Where, end: number, line: number, word: number): void {
    const n = this.numbers[w.core]!;
    const at = this.nextStore[w.core]!;
    const oldest = n[this.storesAt + at]!;
    const now = this.now(w);
    if (oldest > now) this.wait(w, oldest - now);
    const last = Math.max(end, n[lastStore]!);
    n[lastStore] = last;
    n[this.storesAt + at] = last;
    n[this.linesAt + at] = line;
    n[this.wordsAt + at] = word;
    n[stores]! = n[stores]! + 1;
    this.nextStore[w.core] = at + 1 === this.f.storeBuffer ? 0 : at + 1;
  }

  /** A store has asked for a line that the core did not have; it is there at `till`. */
  absent(core: number, line: number, till: number): void {
    const n = this.numbers[core]!;
    n[absentLine] = line + 1;
    n[absentTill] = till;
    if (n[postponedLine] === line + 1) n[postponedLine] = 0;
  }
  /** Whether the line that the last such store asked for is this one, and nothing has been loaded from it since. */
  brings(core: number, line: number): boolean {
    return this.numbers[core]![absentLine] === line + 1;
  }
  /** Whether that line is still on its way. */
  coming(core: number, now: number): boolean {
    return this.numbers[core]![absentTill]! > now;
  }
  /** The first load from that line: ticks until the line is there. */
  brought(core: number, now: number): number {
    const n = this.numbers[core]!;
    n[absentLine] = 0;
    return Math.max(0, n[absentTill]! - now);
  }
  /** A postponed store wants the line: a load of it asks for the right to write at once. */
  claims(core: number, line: number): boolean {
    return this.numbers[core]![postponedLine] === line + 1;
  }
  /** It has got it. */
  claimed(core: number): void {
    this.numbers[core]![postponedLine] = 0;
  }

  /** A plain store whose line is on its way to another core: it is asked for at `till`, when a store to it comes then; meanwhile this one waits. */
  postponed(w: Where, till: number, line: number, word: number): void {
    const n = this.numbers[w.core]!;
    n[postponedLine] = line + 1;
    n[postponedTill] = till;
    this.enter(w, till + this.f.upgradeTicks, line, word);
  }

  /** A plain store whose line is there `extra` ticks later than in a hit. */
  stored(w: Where, extra: number, line: number, word: number): void {
    const start = this.begin(w, this.now(w));
    const end = start + extra;
    this.filled(w, end);
    this.enter(w, end, line, word);
  }

  /**
   * A load, or a locked access, whose data are there `extra` ticks later than in a hit. `taken`: the line was here and another core has written it. Where
   * loads must seem to happen in order, those that were done early begin again when that happens, so nothing overlaps.
   */
  loaded(w: Where, extra: number, taken: boolean): void {
    const { f } = this;
    const { loads, k } = w;
    if (!f.interval) return this.wait(w, extra);
    const ordinal = loads ? loads.ordinal(k) : -1;
    const locked = ordinal >= 0 && loads!.locked(k);
    const n = this.numbers[w.core]!;
    const stalled = this.ram.i32[(w.cells + engineCells.stalled) >> 2]!;
    const base = w.start + stalled;
    const issue = Math.max(w.prefix, ordinal < 0 ? 0 : this.addressReady(w, loads!, ordinal));
    const again = taken && f.ordered;
    if (ordinal < 0 || locked || again) {
      // locked accesses come after each other and all stores before them; what begins again comes after all that is under way
      const done = again ? this.allReady(w) : this.ready(w, lanes - 1);
      const drained = locked ? n[lastStore]! - base : 0;
      return this.wait(w, Math.max(issue, done, drained) - w.prefix + extra + (again ? f.restartTicks : 0));
    }
    let start = base + issue;
    const position = w.instructions + k;
    // ready times are rounded to quarters of a cycle: what waits for those data must not seem to come before them
    const shadowed = position - n[headInstruction]! < f.reorderBuffer && start < n[headData]! - quarterTicks;
    if (shadowed) start = Math.min(start, n[headIssue]! + (position - n[headInstruction]!) * f.issueTicks);
    start = this.begin(w, start);
    const data = start + f.loadTicks + extra;
    this.filled(w, data);
    let ready = data - base;
    const late = Math.ceil((ready - Math.min(w.prefix + f.windowTicks, mostReadyTicks)) / quarterTicks) * quarterTicks;
    if (late > 0) {
      if (!shadowed) {
        n[headIssue] = start;
        n[headData] = data;
        n[headInstruction] = position;
      }
      this.wait(w, late);
      ready -= late;
    }
    this.delay(w, loads!, ordinal, ready);
  }

  /** A fill may begin when one of the buffers is free. */
  private begin(w: Where, start: number): number {
    const n = this.numbers[w.core]!;
    return Math.max(start, n[rings + this.nextFill[w.core]!]!);
  }
  private filled(w: Where, end: number): void {
    const n = this.numbers[w.core]!;
    const at = this.nextFill[w.core]!;
    n[rings + at] = end;
    n[fills] = n[fills]! + 1;
    this.nextFill[w.core] = at + 1 === this.f.fillBuffers ? 0 : at + 1;
  }

  /** When a lane of before the block is ready; and all of them. */
  private ready(w: Where, lane: number): number {
    return Math.max(0, this.ram.u8[w.ctx + timingCells.ready + lane]! * quarterTicks - this.ram.i32[(w.cells + engineCells.stalled) >> 2]!);
  }
  private allReady(w: Where): number {
    const { u8, i32 } = this.ram;
    const first = w.ctx + timingCells.ready;
    let quarters = 0;
    for (let at = first; at < first + lanes; at++) if (u8[at]! > quarters) quarters = u8[at]!;
    return Math.max(0, quarters * quarterTicks - i32[(w.cells + engineCells.stalled) >> 2]!);
  }

  /** From the block's start until the load's address is known: what it depends on outside the block, and on loads before it. */
  private addressReady(w: Where, loads: BlockLoads, ordinal: number): number {
    const { u8, i32 } = this.ram;
    let quarters = 0;
    for (let set = loads.addressLanes[ordinal]!; set !== 0; set &= set - 1) quarters = Math.max(quarters, u8[w.ctx + timingCells.ready + ctz(set)]!);
    let ticks = Math.max(0, quarters * quarterTicks - i32[(w.cells + engineCells.stalled) >> 2]!);
    if (i32[(w.cells + timingCells.missed) >> 2] === 0) return ticks;
    const n = this.numbers[w.core]!;
    for (let set = loads.addressLoads[ordinal]!; set !== 0; set &= set - 1) ticks = Math.max(ticks, n[loadReady + ctz(set)]!);
    return ticks;
  }

  /** The load's result is there at `ready`; so are lanes that depend on it. */
  private delay(w: Where, loads: BlockLoads, ordinal: number, ready: number): void {
    const { u8, i32 } = this.ram;
    const { cells } = w;
    this.missed(w);
    const n = this.numbers[w.core]!;
    n[loadReady + ordinal] = Math.max(n[loadReady + ordinal]!, ready);
    const quarters = Math.max(0, Math.min(255, Math.round(ready / quarterTicks)));
    for (let set = loads.lanes[ordinal]!; set !== 0; set &= set - 1) {
      const at = cells + timingCells.pending + ctz(set);
      if (u8[at]! < quarters) u8[at] = quarters;
    }
    const branch = (cells + timingCells.branchReady) >> 2;
    if ((loads.branchLoads >>> ordinal) & 1 && i32[branch]! < quarters) i32[branch] = quarters;
  }

  /** The block that is running has something to settle at its end. False: it had nothing before, and all that is to be settled is 0. */
  private missed(w: Where): boolean {
    const { i32 } = this.ram;
    const at = (w.cells + timingCells.missed) >> 2;
    if (i32[at] !== 0) return true;
    i32[at] = 1;
    const { loads } = w;
    if (loads === undefined) return false;
    const n = this.numbers[w.core]!;
    const end = loadReady + loads.lanes.length;
    for (let i = loadReady; i < end; i++) n[i] = 0;
    return false;
  }

  /** The clock waits: everything else gets on meanwhile. */
  wait(w: Where, ticks: number): void {
    if (ticks <= 0) return;
    const { u8, i32 } = this.ram;
    i32[(w.cells + engineCells.stalled) >> 2]! += ticks;
    if (!this.f.interval || !this.missed(w)) return;
    const quarters = Math.round(ticks / quarterTicks);
    sink(u8, i32, w.cells + timingCells.pending, quarters);
    const branch = (w.cells + timingCells.branchReady) >> 2;
    i32[branch] = Math.max(0, i32[branch]! - quarters);
    const { loads } = w;
    if (loads === undefined) return;
    const n = this.numbers[w.core]!;
    const end = loadReady + loads.lanes.length;
    for (let i = loadReady; i < end; i++) n[i] = Math.max(0, n[i]! - ticks);
  }
}

const ctz = (set: number): number => 31 - Math.clz32(set & -set);

/** Takes `quarters` from each lane, most of which are 0. */
function sink(u8: Uint8Array, i32: Int32Array, first: number, quarters: number): void {
  const word = first >> 2;
  let some = 0;
  for (let i = 0; i < lanes >> 2; i++) some |= i32[word + i]!;
  if (some === 0) return;
  for (let at = first; at < first + lanes; at += 4) {
    if (i32[at >> 2] === 0) continue;
    if (quarters >= 256) i32[at >> 2] = 0;
    else for (let i = at; i < at + 4; i++) u8[i] = Math.max(0, u8[i]! - quarters);
  }
}
