/**
 * The memory hierarchy of all cores: who has which line, how long requests take, what each first level may answer alone.
 * Tags and time only; bytes are in RAM.
 *
 * Its user keeps quick answers about lines in L1D and pages in the data TLB, which do no more than count the access and store the count
 * as stamp (`counterAt`, `lastStamp`), and drops them when a hook says so. Everything else is asked here. Loads and stores must have been
 * counted before they are asked about (by `touch`, or by the generated code); requests for instructions count themselves.
 *
 * Units: `line` is a physical line number below 2^31, `page` see tlb.ts, times and answers are whole ticks, 48 a cycle. Requests come
 * roughly in order of `now`. A request changes all state at once; its data arrive when the answer says. Until then the line is busy,
 * and another core that asks for it gets a negative number: ask again so many ticks later. Nothing else has happened then.
 *
 * Rules of the protocols, where the books leave a choice:
 * - A read gives E if no other core has the line, else S; under MESIF the last reader has F.
 * - A modified line that another core reads becomes S on both sides and is written to L3; under MOESI it stays O and is not.
 * - Shared lines come from L3 if it has them. If not, F or O answers; otherwise DRAM.
 * - A write invalidates all other copies; that round is not added to the time the data take, the longer of the two counts.
 */
import { cycle } from '../uarch/uarch.js';
import { maxCores, memoryProblems } from './check.js';
import type { Classifier } from './classify.js';
import { Count, counterNames, Level, Miss } from './counters.js';
import type { MemoryDescription } from './description.js';
import type { Hooks } from './hooks.js';
import { InFlight } from './inFlight.js';
import { isDirty, LineState } from './lineState.js';
import { Mark, PrivateCaches } from './privateCaches.js';
import { SharedLevel } from './sharedLevel.js';
import type { CellSource } from './setArray.js';
import { Tlb } from './tlb.js';

/** Linear memory for the cells that generated code writes: Ram is one. */
export interface CellMemory {
  readonly i32: Int32Array;
  /** Takes zeroed bytes for good; returns their offset. */
  reserve(bytes: number, align?: number): number;
}

/** All state as plain data. */
export interface HierarchyState {
  readonly parts: readonly (Int32Array | Uint8Array | Float64Array)[];
  /** Which lines each core has had: data and code in turn. */
  readonly histories: readonly Int32Array[];
}

/** Byte offset of the clock for instructions from that for data. */
const codeClock = 4;
/** Steps ahead that a recognised stride fetches. */
const strideLines = 2;

export class Hierarchy {
  /** Of the last request that was answered: byte offset of the line's or page's stamp, index and state in L1D, who answered, why L1 missed. */
  lastStamp = 0;
  lastAt = 0;
  lastState = LineState.I;
  lastLevel = Level.L1;
  lastClass = Miss.Hit;
  /** Whether it counted as a store. */
  lastWrite = false;

  readonly caches: readonly PrivateCaches[];
  readonly tlbs: readonly Tlb[];
  readonly shared: SharedLevel;
  /** Counter `Count.x` of a core: `counters[core][Count.x]`. */
  readonly counters: readonly Float64Array[];
  private readonly i32: Int32Array;
  private readonly countersAt: readonly number[];
  private readonly inFlight = new InFlight();
  /** What `request` found: who answers, and the state it grants. */
  private level = Level.L1;
  private granted = LineState.I;
  /** And whether L1I has the line. */
  private inCode = false;

  private readonly mesif: boolean;
  private readonly moesi: boolean;
  private readonly nextLine: boolean;
  private readonly stride: boolean;
  private readonly pageLines: number;
  private readonly dataTicks: readonly number[];
  private readonly codeTicks: readonly number[];

  /** `countersAt`: where each core's two clocks lie, eight bytes; left out: anywhere. Errors: one that lists what is wrong with the description or the number of cores. */
  constructor(d: MemoryDescription, cores: number, memory: CellMemory, hooks: Hooks, seed: number, countersAt?: readonly number[]) {
    const problems = memoryProblems(d);
    if (cores < 1 || cores > maxCores) problems.push(`cores ${cores}: choose 1 to ${maxCores}`);
    if (problems.length > 0) throw new Error(`memory description: ${problems.join('; ')}`);
    const { i32 } = memory;
    this.i32 = i32;
    this.shared = new SharedLevel(d, cores, seed);
    const range = Array.from({ length: cores }, (_, core) => core);
    this.counters = range.map(() => new Float64Array(counterNames.length));
    this.countersAt = countersAt ?? range.map(() => memory.reserve(64, 64));
    const cells = (clockAt: number, step: 0 | 1): CellSource => (count) => {
      const at = memory.reserve(4 * count, 64);
      return { i32: i32.subarray(at >> 2, (at >> 2) + count), at, clock: this.clock(clockAt), step };
    };
    const sources = this.countersAt.map((at) => ({ data: cells(at, 0), code: cells(at + codeClock, 1) }));
    this.caches = range.map((core) => new PrivateCaches(core, d, sources[core]!, this.shared, this.counters[core]!, hooks, seed));
    this.shared.caches = this.caches;
    this.tlbs = range.map((core) => new Tlb(d, sources[core]!, this.counters[core]!, (page, huge, instruction, stamp) => {
      if (instruction) hooks.codePageLost?.(core, page, huge);
      else hooks.pageLost(core, page, huge, stamp);
    }));
    this.mesif = d.protocol === 'mesif';
    this.moesi = d.protocol === 'moesi';
    this.nextLine = d.prefetch.nextLine;
    this.stride = d.prefetch.stride;
    this.pageLines = 4096 / d.lineBytes;
    // by Level, DRAM's as far as L3
    const use = [0, d.l2.cycles, d.l3.cycles, d.transfer.clean, d.transfer.dirty, d.l3.cycles, d.transfer.upgrade];
    this.dataTicks = use.map((c) => Math.max(0, c - d.l1d.cycles) * cycle);
    this.codeTicks = use.map((c) => Math.max(0, c - d.l1i.cycles) * cycle);
  }

  private clock(at: number): Int32Array {
    return this.i32.subarray(at >> 2, (at >> 2) + 1);
  }
  /** Byte offset of the i32 that counts a core's loads and stores: the clock of L1D and of the data TLB. */
  counterAt(core: number): number {
    return this.countersAt[core]!;
  }
  /** Loads and stores of a core so far, below 2^32. */
  accesses(core: number): number {
    return this.i32[this.countersAt[core]! >> 2]! >>> 0;
  }
  /** Counts a load or store; returns the new count. */
  touch(core: number): number {
    const at = this.countersAt[core]! >> 2;
    return (this.i32[at] = this.i32[at]! + 1);
  }

  /** Index in a core's L1D of a line, -1: it has it not. */
  find(core: number, line: number): number {
    return this.caches[core]!.l1d.find(line);
  }
  /**
   * A load or store that L1D answers at once: true, and it is done; false: nothing has happened. What `data` would do, without a time.
   */
  hit(core: number, line: number, write: boolean): boolean {
    return this.hitAt(core, this.caches[core]!.l1d.find(line), write);
  }
  /** The same for whoever has looked where L1D has the line: `at`, -1 if it has it not. */
  hitAt(core: number, at: number, write: boolean): boolean {
    if (at < 0) return false;
    const c = this.caches[core]!;
    const { l1d } = c;
    const state = l1d.states[at]!;
    if (write && state !== LineState.M) {
      if (state !== LineState.E) return false;
      c.modify(at, l1d.line(at));
    }
    l1d.touch(at);
    this.lastStamp = l1d.stampAt(at);
    this.lastAt = at;
    this.lastState = l1d.states[at]!;
    return true;
  }
  /** The same for a fetch. */
  codeHit(core: number, line: number): boolean {
    const c = this.caches[core]!;
    const at = c.l1i.find(line);
    if (at < 0) return false;
    c.l1i.touch(at);
    c.counters[Count.fetchL1]!++;
    return true;
  }
  /** Whether a core's L1D has the line, and for `write` the right to write it. */
  holds(core: number, line: number, write: boolean): boolean {
    return this.holdsAt(core, this.caches[core]!.l1d.find(line), write);
  }
  holdsAt(core: number, at: number, write: boolean): boolean {
    return at >= 0 && (!write || this.caches[core]!.l1d.states[at]! >= LineState.E);
  }

  /** A load or store: ticks beyond a hit in L1D, or less than 0: the line is busy, ask again so many ticks later. */
  data(core: number, line: number, write: boolean, now: number): number {
    return this.dataAt(core, this.caches[core]!.l1d.find(line), line, write, now);
  }
  /** The same for whoever has looked where L1D has the line: `at`, -1 if it has it not. */
  dataAt(core: number, at: number, line: number, write: boolean, now: number): number {
    const c = this.caches[core]!;
    if (at < 0) return this.dataMiss(c, line, write, now);
    const state = c.l1d.states[at]! as LineState;
    let level = Level.L1;
    let ticks = 0;
    if (write && state !== LineState.M) {
      if (state !== LineState.E) {
        const wait = this.inFlight.wait(core, line, now);
        if (wait > 0) return this.retry(core, wait);
        level = Level.Upgrade;
        ticks = this.dataTicks[level]!;
        this.takeAll(core, line);
        this.inFlight.add(core, line, now + ticks);
      }
      c.modify(at, line);
    }
    c.l1d.touch(at);
    return this.answer(c, at, write, level, Miss.Hit, ticks);
  }

  private dataMiss(c: PrivateCaches, line: number, write: boolean, now: number): number {
    const { core, l2 } = c;
    const in2 = l2.find(line);
    const held = in2 < 0 ? LineState.I : (l2.states[in2]! as LineState);
    let level = Level.L2;
    let state = held;
    let ticks = this.dataTicks[Level.L2]!;
    if (held >= LineState.E || (held !== LineState.I && !write)) {
      l2.touch(in2);
      if (write) state = LineState.M;
      ticks = this.claim(c, in2, ticks, now);
    } else {
      const wait = this.inFlight.wait(core, line, now);
      if (wait > 0) return this.retry(core, wait);
      this.shared.now[0] = now;
      if (held !== LineState.I) {
        l2.touch(in2);
        this.takeAll(core, line);
        level = Level.Upgrade;
        state = LineState.M;
        ticks = this.dataTicks[level]!;
      } else {
        ticks = this.request(core, line, write, now, this.dataTicks);
        level = this.level;
        state = this.granted;
      }
      if (level !== Level.L3 || state >= LineState.E) this.inFlight.add(core, line, now + ticks);
    }
    const kind = c.dataMisses.miss(line);
    // before L1D's victim goes to L2 and may push the line out there
    if (held !== LineState.I) c.marks[in2] = c.marks[in2]! | Mark.Data;
    const at = c.fillL1d(line, state);
    c.inL2[at] = held !== LineState.I ? in2 : c.fillL2(line, state, this.inCode && state !== LineState.M ? Mark.Data | Mark.Code : Mark.Data);
    c.counters[Count.cold + kind - Miss.Cold]!++;
    if (this.nextLine || this.stride) this.prefetchAfter(c, line, now);
    return this.answer(c, at, write, level, kind, ticks);
  }

  private answer(c: PrivateCaches, at: number, write: boolean, level: Level, kind: Miss, ticks: number): number {
    if (level !== Level.L1) c.counters[(write ? Count.storeL1 : Count.loadL1) + level]!++; // which hits come here depends on what its user remembers
    this.lastStamp = c.l1d.stampAt(at);
    this.lastAt = at;
    this.lastState = c.l1d.states[at]!;
    this.lastLevel = level;
    this.lastClass = kind;
    this.lastWrite = write;
    return ticks;
  }
  private retry(core: number, wait: number): number {
    this.counters[core]![Count.retries]!++;
    return -wait;
  }

  /** A fetch of instructions: ticks beyond a hit in L1I, or less than 0 as for `data`. */
  fetch(core: number, line: number, now: number): number {
    const c = this.caches[core]!;
    let at = c.l1i.find(line);
    let level = Level.L1;
    let ticks = 0;
    let kind = Miss.Hit;
    if (at >= 0) c.l1i.touch(at);
    else {
      const inData = c.l1d.find(line);
      if (inData >= 0 && c.l1d.states[inData] === LineState.M) c.evictL1d(inData);
      const in2 = c.l2.find(line);
      level = Level.L2;
      ticks = this.codeTicks[Level.L2]!;
      if (in2 >= 0) {
        c.l2.touch(in2);
        ticks = this.claim(c, in2, ticks, now);
        c.marks[in2] = c.marks[in2]! | Mark.Code;
      } else if (inData < 0) {
        const wait = this.inFlight.wait(core, line, now);
        if (wait > 0) return this.retry(core, wait);
        this.shared.now[0] = now;
        ticks = this.request(core, line, false, now, this.codeTicks);
        level = this.level;
        if (level !== Level.L3 || this.granted >= LineState.E) this.inFlight.add(core, line, now + ticks);
        c.fillL2(line, this.granted, Mark.Code);
      }
      kind = c.codeMisses.miss(line);
      at = c.fillL1i(line);
      c.counters[Count.codeCold + kind - Miss.Cold]!++;
    }
    c.counters[Count.fetchL1 + level]!++;
    this.lastStamp = c.l1i.stampAt(at);
    this.lastState = LineState.S;
    this.lastLevel = level;
    this.lastClass = kind;
    return ticks;
  }

  /** A line of code that L1I does not have is asked for at `now`, again while it is on its way elsewhere: when it is there. */
  bringCode(core: number, line: number, now: number): number {
    let at = now;
    let extra = this.fetch(core, line, at);
    for (; extra < 0; extra = this.fetch(core, line, at)) at -= extra;
    return at + extra;
  }

  /**
   * A core's private caches lack the line: who answers, what becomes of the others' copies, and what is entered in L3 and the directory.
   * Sets `level` and `granted`; returns ticks beyond L1.
   */
  private request(core: number, line: number, write: boolean, now: number, ticks: readonly number[]): number {
    const { shared } = this;
    const { directory, l3 } = shared;
    const entry = directory.find(line);
    const sharers = entry < 0 ? 0 : directory.cells[entry + 1]!;
    const others = sharers & ~(1 << core);
    this.inCode = others !== sharers; // neither L1D nor L2 has it, or there were no request
    const owner = others === 0 ? -1 : directory.cells[entry + 2]!;
    const ownerState = owner < 0 ? LineState.I : this.caches[owner]!.stateOf(line);
    const in3 = l3.find(line);
    if (in3 >= 0) l3.touch(in3);
    this.level = isDirty(ownerState) ? Level.Dirty : ownerState === LineState.E || (ownerState === LineState.F && in3 < 0) ? Level.Clean : in3 >= 0 ? Level.L3 : Level.Dram;
    let time = ticks[this.level]!;
    if (this.level === Level.Dram) time += this.read(core, line, now + time);
    if (shared.inclusive && in3 < 0) shared.put(line, false, this.counters[core]!);
    if (write) {
      if (others !== 0) time = Math.max(time, ticks[Level.Upgrade]!);
      this.takeAll(core, line);
      this.granted = LineState.M;
    } else this.shareWith(core, line, others, owner, ownerState);
    return time;
  }

  private read(core: number, line: number, now: number): number {
    const { dram } = this.shared;
    const ticks = dram.read(line, now);
    this.counters[core]![dram.hit ? Count.rowHits : Count.rowMisses]!++;
    return ticks;
  }

  /** A reader joins those that have the line. */
  private shareWith(core: number, line: number, others: number, owner: number, ownerState: LineState): void {
    const { shared } = this;
    if (others === 0) {
      this.granted = LineState.E;
      shared.directory.own(line, core);
      return;
    }
    const dirty = isDirty(ownerState);
    if (dirty && this.moesi) {
      if (ownerState === LineState.M) this.caches[owner]!.downgrade(line, LineState.O);
    } else if (owner >= 0) {
      this.caches[owner]!.downgrade(line, LineState.S);
      if (dirty) shared.put(line, true, this.counters[core]!);
    }
    this.granted = this.mesif ? LineState.F : LineState.S;
    shared.directory.share(line, core, this.mesif ? core : dirty && this.moesi ? owner : -1);
  }

  /** A writer becomes the only one that has the line. */
  private takeAll(core: number, line: number): void {
    const { directory, l3, inclusive } = this.shared;
    for (let left = directory.sharers(line) & ~(1 << core); left !== 0; left &= left - 1) {
      const other = this.caches[31 - Math.clz32(left & -left)]!;
      other.remove(line, true);
      other.counters[Count.invalidations]!++;
    }
    directory.own(line, core);
    if (inclusive) return;
    const in3 = l3.find(line); // out of date from now on
    if (in3 >= 0) l3.drop(in3);
  }

  /** A request for a line in L2. The first one for a line that was prefetched may find it still on its way. */
  private claim(c: PrivateCaches, in2: number, ticks: number, now: number): number {
    if ((c.marks[in2]! & Mark.Prefetched) === 0) return ticks;
    c.marks[in2] = c.marks[in2]! & ~Mark.Prefetched;
    c.counters[Count.usefulPrefetches]!++;
    return Math.max(ticks, this.inFlight.arrival(c.core, c.l2.line(in2), now));
  }

  private prefetchAfter(c: PrivateCaches, line: number, now: number): void {
    this.shared.keep = line;
    if (this.nextLine) this.prefetch(c, line, line + 1, now);
    const step = this.stride ? c.strides.miss(line) : 0;
    for (let k = 1; step !== 0 && k <= strideLines; k++) this.prefetch(c, line, line + k * step, now);
    this.shared.keep = -1;
  }
  /** Brings a line of the same page into L2, unless it would have to be taken from another core. */
  private prefetch(c: PrivateCaches, from: number, line: number, now: number): void {
    if (Math.floor(line / this.pageLines) !== Math.floor(from / this.pageLines)) return;
    if (c.l2.find(line) >= 0 || c.l1d.find(line) >= 0) return;
    if (this.shared.directory.owner(line) >= 0 || this.inFlight.wait(c.core, line, now) > 0) return;
    const ticks = this.request(c.core, line, false, now, this.dataTicks);
    this.inFlight.add(c.core, line, now + ticks);
    c.fillL2(line, this.granted, this.inCode ? Mark.Code | Mark.Prefetched : Mark.Prefetched);
    c.counters[Count.prefetches]!++;
  }

  /** When a line that is on its way to a core arrives; 0: none is. */
  busyUntil(line: number): number {
    return this.inFlight.busyUntil(line);
  }

  /** Ticks that a translation costs beyond a hit in the first-level TLB. */
  translate(core: number, page: number, huge: boolean, _now: number, instruction: boolean): number {
    const tlb = this.tlbs[core]!;
    const ticks = tlb.translate(page, huge, instruction);
    this.lastStamp = tlb.lastStamp;
    return ticks;
  }
  /** A core forgets the translation of a page. */
  shootdown(core: number, page: number, huge: boolean): void {
    this.tlbs[core]!.shootdown(page, huge);
  }
  /** A core forgets the pages for which `which` holds. */
  flushTlb(core: number, which: (page: number, huge: boolean) => boolean): void {
    this.tlbs[core]!.flush(which);
  }

  /** The kernel was entered: what it pushes out of a core's L1 caches (lines) and of its first-level TLBs (small pages of each). */
  displace(core: number, lines: { readonly l1i: number; readonly l1d: number }, pages: number): void {
    this.caches[core]!.displace(lines.l1i, lines.l1d);
    this.tlbs[core]!.displace(pages);
  }

  /** A line's contents mean nothing any longer: it leaves all caches, without write-back. */
  dropLine(line: number): void {
    const { directory, l3 } = this.shared;
    for (let left = directory.sharers(line); left !== 0; left &= left - 1) this.caches[31 - Math.clz32(left & -left)]!.remove(line, false);
    directory.forget(line);
    const in3 = l3.find(line);
    if (in3 >= 0) l3.drop(in3);
  }

  private get parts(): readonly (Int32Array | Uint8Array | Float64Array)[] {
    const clocks = this.countersAt.flatMap((at) => [this.clock(at), this.clock(at + codeClock)]);
    return [...clocks, ...this.counters, ...this.shared.parts, ...this.inFlight.parts, ...this.caches.flatMap((c) => c.parts), ...this.tlbs.flatMap((t) => t.parts)];
  }
  private get histories(): Classifier[] {
    return this.caches.flatMap((c) => [c.dataMisses, c.codeMisses]);
  }

  /** A copy of all state. */
  save(): HierarchyState {
    return { parts: this.parts.map((p) => p.slice()), histories: this.histories.map((h) => h.history.save()) };
  }
  /** Continues from a state that a hierarchy of the same description and number of cores has saved. No hook is called: its user drops all quick answers. */
  load(state: HierarchyState): void {
    const { parts } = this;
    if (parts.length !== state.parts.length || parts.some((p, i) => p.length !== state.parts[i]!.length)) throw new Error('a hierarchy of another shape');
    parts.forEach((p, i) => p.set(state.parts[i]!));
    this.histories.forEach((h, i) => h.history.load(state.histories[i]!));
  }
}
