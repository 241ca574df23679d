/**
 * The memory hierarchy of all cores: who has which line, how long requests take, what each first level may answer alone.
 * Tags and time only; bytes are in RAM. The model itself is AssemblyScript (`assembly`), because requests are what machines with caches spend their time on;
 * here it is made, asked, looked into and saved.
 *
 * Its user keeps quick answers about lines in L1D and pages in the data TLB, which do no more than count the access and store the count
 * as stamp (`counterAt`, `lastStamp`), and drops them when it is told that a line or page has left: lookaside.ts in the model, or a hook. Everything else is asked
 * here. Loads and stores must have been counted before they are asked about (by `touch`, or by the generated code); requests for instructions count themselves.
 *
 * Units: `line` is a physical line number below 2^31, `page` see assembly/tlb.ts, times and answers are whole ticks, 48 a cycle. Requests come
 * roughly in order of `now`. A request changes all state at once; its data arrive when the answer says. Until then the line is busy,
 * and another core that asks for it gets a negative number: ask again so many ticks later. Nothing else has happened then.
 */
import { cycle } from '../uarch/uarch.js';
import { ArrayView } from './arrayView.js';
import { maxCores, memoryProblems } from './check.js';
import { counterNames, type Level, type LineState, type Miss } from './counters.js';
import type { CacheDescription, MemoryDescription, TlbSize } from './description.js';
import { Dram } from './dram.js';
import type { Hooks } from './hooks.js';
import { newModel, type LinearMemory, type Model, type ModelLinks, type State } from './model.js';
import { Policy, Protocol } from './numbers.js';

/** All state as plain data. */
export interface HierarchyState {
  readonly parts: readonly State[];
  /** Which lines each core has had: data and code in turn. */
  readonly histories: readonly Int32Array[];
}

/** One core's caches, to look into. */
export interface CoreCaches {
  readonly core: number;
  readonly l1d: ArrayView;
  readonly l1i: ArrayView;
  readonly l2: ArrayView;
  /** By index in L2, `Mark`s. */
  readonly marks: Uint8Array;
  /** Of a line that L1D or L2 has, else I. */
  stateOf(line: number): LineState;
}

/** Which levels have a page's translation, and whether walks to it have their upper levels. */
export interface TlbCopies {
  readonly data: boolean;
  readonly code: boolean;
  readonly second: boolean;
  readonly upper: boolean;
}

/** Byte offset of the clock for instructions from that for data. */
const codeClock = 4;
const policies = { lru: Policy.Lru, plru: Policy.Plru, random: Policy.Random } as const;
const protocols = { mesi: Protocol.Mesi, mesif: Protocol.Mesif, moesi: Protocol.Moesi } as const;

export class Hierarchy {
  readonly caches: readonly CoreCaches[];
  readonly tlbs: readonly { peek(page: number, huge: boolean): TlbCopies }[];
  readonly shared: { readonly l3: ArrayView; readonly inclusive: boolean; readonly directory: { readonly cells: Int32Array; sharers(line: number): number; owner(line: number): number } };
  /** Counter `Count.x` of a core: `counters[core][Count.x]`. */
  readonly counters: readonly Float64Array[];
  readonly model: Model;
  /** What the model calls. */
  readonly links: ModelLinks;
  private readonly i32: Int32Array;
  private readonly countersAt: readonly number[];
  private readonly state: State[] = [];
  /** Words of a chunk of history. */
  private readonly chunkWords: number;

  /** `countersAt`: where each core's two clocks lie, eight bytes; left out: anywhere. Errors: one that lists what is wrong with the description or the number of cores. */
  constructor(d: MemoryDescription, readonly cores: number, memory: LinearMemory, hooks: Hooks | undefined, seed: number, countersAt?: readonly number[]) {
    const problems = memoryProblems(d);
    if (cores < 1 || cores > maxCores) problems.push(`cores ${cores}: choose 1 to ${maxCores}`);
    if (problems.length > 0) throw new Error(`memory description: ${problems.join('; ')}`);
    const { buffer } = memory.memory;
    this.i32 = new Int32Array(buffer);
    const dram = new Dram(d);
    this.links = linksTo(dram, hooks);
    const model = (this.model = newModel(memory, this.links, this.state));
    const range = Array.from({ length: cores }, (_, core) => core);
    this.countersAt = countersAt ?? range.map(() => memory.reserve(64, 64));
    for (const at of this.countersAt) this.state.push(this.clock(at), this.clock(at + codeClock));
    model.makeCores(cores, d.lineBytes);
    const figures = (c: CacheDescription): [number, number, number] => [c.bytes / d.lineBytes / c.ways, c.ways, policies[c.replacement]];
    model.makeL3(...figures(d.l3), d.inclusive, seed);
    model.makeDirectory(cores * ((d.l1i.bytes + d.l1d.bytes + d.l2.bytes) / d.lineBytes) + cores);
    const directory = this.state.at(-1) as Int32Array;
    this.state.push(...dram.parts);
    model.makeTimes();
    for (const core of range) model.makeCaches(core, this.countersAt[core]!, ...figures(d.l1d), ...figures(d.l1i), ...figures(d.l2), seed);
    const pages = (t: TlbSize): number[] => [t.entries, t.ways];
    for (const core of range) model.makeTlb(core, ...[d.dtlb.small, d.dtlb.huge, d.itlb.small, d.itlb.huge, d.stlb.small, d.stlb.huge, d.walk.upper].flatMap(pages));
    model.setWalk(d.stlb.cycles * cycle, d.walk.stepCycles * cycle, d.walk.levels);
    const beyond = (first: number): number[] => [d.l2.cycles, d.l3.cycles, d.transfer.clean, d.transfer.dirty, d.transfer.upgrade].map((c) => Math.max(0, c - first) * cycle);
    model.makeRules(protocols[d.protocol], d.prefetch.nextLine, d.prefetch.stride, ...beyond(d.l1d.cycles), ...beyond(d.l1i.cycles));
    if (hooks) model.hear();
    this.chunkWords = model.historyChunkBytes() >> 2;

    this.counters = range.map((core) => new Float64Array(buffer, model.countersOf(core), counterNames.length));
    const view = (array: number, c: CacheDescription): ArrayView => new ArrayView(buffer, model, array, figures(c)[0], c.ways);
    this.caches = range.map((core) => {
      const l2 = view(model.arrayOf(core, 2), d.l2);
      return {
        core, l1d: view(model.arrayOf(core, 0), d.l1d), l1i: view(model.arrayOf(core, 1), d.l1i), l2,
        marks: new Uint8Array(buffer, model.marksOf(core), l2.states.length), stateOf: (line) => model.stateOf(core, line),
      };
    });
    this.tlbs = range.map((core) => ({
      peek: (page, huge) => {
        const bits = model.peekTlb(core, page, huge);
        return { data: (bits & 1) !== 0, code: (bits & 2) !== 0, second: (bits & 4) !== 0, upper: (bits & 8) !== 0 };
      },
    }));
    this.shared = { l3: view(model.l3Array(), d.l3), inclusive: d.inclusive, directory: { cells: directory, sharers: (line) => model.sharers(line), owner: (line) => model.owner(line) } };
  }

  /** Of the last request that was answered: byte offset of the line's stamp, state in L1D, who answered, why L1 missed, whether it counted as a store. */
  get lastStamp(): number {
    return this.model.lastStamp.value;
  }
  get lastState(): LineState {
    return this.model.lastState.value;
  }
  get lastLevel(): Level {
    return this.model.lastLevel.value;
  }
  get lastClass(): Miss {
    return this.model.lastClass.value;
  }
  get lastWrite(): boolean {
    return this.model.lastWrite.value !== 0;
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
    this.model.touch(core);
    return this.i32[this.countersAt[core]! >> 2]!;
  }

  /** Index in a core's L1D of a line, -1: it has it not. */
  find(core: number, line: number): number {
    return this.caches[core]!.l1d.find(line);
  }
  /** A load or store that L1D answers at once: true, and it is done; false: nothing has happened. What `data` would do, without a time. */
  hit(core: number, line: number, write: boolean): boolean {
    return this.model.hit(core, line, write) !== 0;
  }
  /** The same for a fetch. */
  codeHit(core: number, line: number): boolean {
    return this.model.codeHit(core, line) !== 0;
  }
  /** Whether a core's L1D has the line, and for `write` the right to write it. */
  holds(core: number, line: number, write: boolean): boolean {
    return this.model.holds(core, line, write) !== 0;
  }
  /** A load or store: ticks beyond a hit in L1D, or less than 0: the line is busy, ask again so many ticks later. */
  data(core: number, line: number, write: boolean, now: number): number {
    return this.model.data(core, line, write, now);
  }
  /** A fetch of instructions: ticks beyond a hit in L1I, or less than 0 as for `data`. */
  fetch(core: number, line: number, now: number): number {
    return this.model.fetch(core, line, now);
  }
  /** A line of code that L1I does not have is asked for at `now`, again while it is on its way elsewhere: when it is there. */
  bringCode(core: number, line: number, now: number): number {
    return this.model.bringCode(core, line, now);
  }
  /** When a line that is on its way to a core arrives; 0: none is. */
  busyUntil(line: number): number {
    return this.model.busyUntil(line);
  }

  /** Ticks that a translation costs beyond a hit in the first-level TLB. */
  translate(core: number, page: number, huge: boolean, instruction: boolean): number {
    return this.model.translate(core, page, huge, instruction);
  }
  /** Byte offset of the stamp of the page that a core has translated last. */
  pageStamp(core: number): number {
    return this.model.pageStampOf(core);
  }
  /** A core forgets the translation of a page. */
  shootdown(core: number, page: number, huge: boolean): void {
    this.model.shootdown(core, page, huge);
  }
  /** A core forgets small pages from `from` on and below `to`, and huge ones from `hugeFrom` to `hugeTo` (numbers below 0). */
  flushTlb(core: number, from: number, to: number, hugeFrom: number, hugeTo: number): void {
    this.model.flushTlb(core, from, to, hugeFrom, hugeTo);
  }

  /** The kernel was entered: what it pushes out of a core's L1 caches (lines) and of its first-level TLBs (small pages of each). */
  displace(core: number, lines: { readonly l1i: number; readonly l1d: number }, pages: number): void {
    this.model.displace(core, lines.l1i, lines.l1d, pages);
  }
  /** A line's contents mean nothing any longer: it leaves all caches, without write-back. */
  dropLine(line: number): void {
    this.model.dropLine(line);
  }

  /** A copy of all state. */
  save(): HierarchyState {
    return { parts: this.state.map((p) => p.slice()), histories: this.eachHistory((core, code) => this.saveHistory(core, code)) };
  }
  /** Continues from a state that a hierarchy of the same description and number of cores has saved. No hook is called: its user drops all quick answers. */
  load(saved: HierarchyState): void {
    const { state } = this;
    if (state.length !== saved.parts.length || state.some((p, i) => p.length !== saved.parts[i]!.length)) throw new Error('a hierarchy of another shape');
    state.forEach((p, i) => p.set(saved.parts[i]!));
    let next = 0;
    this.eachHistory((core, code) => this.loadHistory(core, code, saved.histories[next++]!));
  }

  private eachHistory<T>(of: (core: number, code: boolean) => T): T[] {
    return this.counters.flatMap((_, core) => [of(core, false), of(core, true)]);
  }
  private chunk(at: number): Int32Array {
    return this.i32.subarray(at >> 2, (at >> 2) + this.chunkWords);
  }
  /** By number, the chunks of a history that say anything. */
  private chunks(core: number, code: boolean): Map<number, Int32Array> {
    const table = this.model.historyOf(core, code) >> 2;
    const used = new Map<number, Int32Array>();
    for (let i = 0, count = this.model.historyChunks(core, code); i < count; i++) {
      const at = this.i32[table + i]!;
      if (at !== 0 && this.chunk(at).some((word) => word !== 0)) used.set(i, this.chunk(at));
    }
    return used;
  }
  /** Chunks one after another, each behind its number. */
  private saveHistory(core: number, code: boolean): Int32Array {
    const { chunkWords } = this;
    const used = this.chunks(core, code);
    const all = new Int32Array(used.size * (1 + chunkWords));
    let at = 0;
    for (const [index, chunk] of used) {
      all[at] = index;
      all.set(chunk, at + 1);
      at += 1 + chunkWords;
    }
    return all;
  }
  private loadHistory(core: number, code: boolean, all: Int32Array): void {
    const { chunkWords } = this;
    for (const chunk of this.chunks(core, code).values()) chunk.fill(0);
    for (let at = 0; at < all.length; at += 1 + chunkWords) this.chunk(this.model.historyChunk(core, code, all[at]!)).set(all.subarray(at + 1, at + 1 + chunkWords));
  }
}

/** The links of a hierarchy that nobody uses but by its methods. */
function linksTo(dram: Dram, hooks: Hooks | undefined): ModelLinks {
  const nobody = (): never => {
    throw new Error('a hierarchy by itself is asked for lines only');
  };
  return {
    lineLost: (core, line, kept, at) => hooks?.lineLost(core, line, kept !== 0, at),
    codeLineLost: (core, line) => hooks?.codeLineLost?.(core, line),
    pageLost: (core, page, huge, instruction, stamp) => (instruction !== 0 ? hooks?.codePageLost?.(core, page, huge !== 0) : hooks?.pageLost(core, page, huge !== 0, stamp)),
    dramRead: (line, now) => {
      const ticks = dram.read(line, now);
      return dram.hit ? ticks : -1 - ticks;
    },
    dramWrite: (now) => dram.write(now),
    place: nobody, locate: nobody, storeScratch: nobody, entryOf: nobody, mustWait: nobody, answered: nobody, codeMissed: nobody, missed: nobody,
  };
}
