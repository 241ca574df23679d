/**
 * The engine runs guest instructions on N cores that share one memory; the run loop (machine.ts) says which core and until when.
 *
 * It owns decoded code and the lookasides, and turns what generated code returns into a Stop or into more work: decode and
 * patch a link, find an indirect target, run one instruction that stores into code. Time is charged per block at its end; a stop inside
 * a block charges the prefix of the instructions that were done.
 *
 * A core's position is (entry, done): `done` instructions of the block at `entry` are over. In grain 'block' it is
 * (pc, 0) between runs, but for those that end exactly when an interrupt is due. Stepping moves inside the block, so that stepping n times and then continuing costs what continuing costs.
 */
import type { Row } from '../../isa/row.js';
import { common } from '../../isa/context.js';
import { isFault, type Isa } from '../../isa/isa.js';
import { profile } from '../../isa/x86/cpuid.js';
import { x86Isa } from '../../isa/x86/isa.js';
import { ticksPerCycle } from '../config.js';
import { CoreState, contextBytes, engineCells } from '../core/context.js';
import { initTiming, timedContextBytes, timingCells } from '../core/timing.js';
import type { MemoryDescription } from '../memory/description.js';
import { Hierarchy, type HierarchyState } from '../memory/hierarchy.js';
import type { Level } from '../memory/counters.js';
import { frameBytes, type PageTable, type Ram } from '../memory/ram.js';
import { pageNumber, spaceOf, vpnOf } from './lines.js';
import { Apart } from './apart.js';
import { maxTicks, type Block } from './block.js';
import { stopReasons } from './builder.js';
import { CodeCache } from './code.js';
import { CoreLines } from './coreLines.js';
import { Detail, type MakeLines, type Planned } from './detail.js';
import { Arm, hashBytes, hashEntries, Status, traps, unknownRecord } from './generate.js';
import { Imports } from './helpers.js';
import { Kinds } from './kind.js';
import { Lines } from './lines.js';
import { Memory } from './memory.js';
import { Observed, type Observer } from './observer.js';
import { Misses, type MissFigures } from './misses.js';
import { Places, tickShift, tickUnit } from './places.js';
import { counting, type Pricing } from './pricing.js';
import { linesOf, pages } from './emit.js';
import { prepare, type Prepared } from './prepared.js';
import { Sharing, type SharingObserver } from './sharing.js';
import type { Reason, Stop } from './stop.js';
import { Tally } from './tally.js';
import { Tier0 } from './tier0.js';

/**
 * Generated code returns at least this often: V8 replaces its first, quick code by optimised code only between calls.
 * 2^22 ticks are about a millisecond. Nothing visible depends on it.
 */
const sliceTicks = 2 ** 22;
/**
 * A core that another's request waits for keeps the line for this share of a transfer: the request has to come to it once the line has. A transfer is
 * three ways: to the directory, from there to the owner, and to who asked.
 */
const holdShare = 3;
const recordAreaBytes = 48 * 1024 * 1024;

export interface EngineOptions {
  readonly cores: number;
  /** insn: the limit of a run is honoured after any instruction; block: at block ends. Costs and results are the same. */
  readonly grain?: 'block' | 'insn';
  /** Left out: x86-64 of level v2. */
  readonly isa?: Isa;
  /** The code that is there from the start; nothing visible depends on it. */
  readonly prepared?: Prepared;
  /** What blocks cost; left out: a cycle an instruction. */
  readonly pricing?: Pricing;
  /** Under `window` timing, what accesses take beyond a hit in L1, for each core; left out: what `caches` say. */
  readonly makeLines?: (core: number) => MakeLines;
  /** Room for decoded code, 4 KiB at least, emptied when full; nothing visible depends on it. */
  readonly recordBytes?: number;
  /** Caches, TLBs and what a miss costs a core; left out: memory is flat. */
  readonly caches?: CacheOptions | undefined;
}

/** What of caches continues identically after a restore. */
export interface CacheState {
  readonly hierarchy: HierarchyState;
  readonly misses: readonly Float64Array[];
  readonly lastShared: number;
}

export interface CacheOptions {
  readonly description: MemoryDescription;
  readonly misses: MissFigures;
  readonly seed: number;
}

const trapReasons: readonly Reason[] = ['Syscall', 'Divide', 'Undefined', 'Breakpoint', 'Halt', 'Protection', 'Unimplemented', 'Align'];

/** The trap's instruction is done. */
const completes = (status: number): boolean => status >= Status.Trap && /^(Syscall|Halt)$/.test(trapReasons[status - Status.Trap] ?? '');

export class Engine {
  readonly stop: Stop = { reason: 'Limit', pc: 0, va: 0, access: 'read', row: undefined };
  private readonly states: CoreState[] = [];
  private readonly memory: Memory;
  private readonly kinds: Kinds;
  private readonly tier0: Tier0;
  /** Public for measurements. */
  readonly code: CodeCache;
  private readonly pricing: Pricing;
  private readonly anywhere: boolean;
  /** Under `window` timing, with a profile: the instruction in hand. */
  private readonly hand: { whole: Block | undefined; k: number } = { whole: undefined, k: 0 };
  /** Per core, the record at which it goes on if its pc is still that record's; 0: look it up. */
  private readonly resume: number[] = [];
  /** Per core, under `window` timing: its simulation, and the block it steps through. */
  private readonly details: Detail[] = [];
  private readonly current: (Block | undefined)[] = [];
  /**
   * Local time of the busy core that is furthest behind the one that runs; its owner sets it. A clock is read only by the core whose turn it is by that,
   * so that clocks never go back from one core to the next.
   */
  horizon = Infinity;
  /** Undefined where memory is flat. */
  readonly lines: Lines | undefined;
  readonly misses: Misses | undefined;
  private readonly places: Places;
  private readonly observed: Observed;
  private readonly watches = new Map<number, (core: number) => void>();
  private readonly displaced: MemoryDescription['displaced'] | undefined;
  /** What reports count, where the pricing counts. */
  readonly tally: Tally | undefined;

  constructor(readonly ram: Ram, options: EngineOptions) {
    const { cores } = options;
    this.pricing = options.pricing ?? counting;
    const isa = options.isa ?? x86Isa(profile('v2', cores));
    const hash = ram.reserve(hashEntries * hashBytes); // first: generated code knows where it is
    const { interval, window } = this.pricing;
    const timing = interval ?? window?.predictor;
    const bytes = timing ? timedContextBytes : contextBytes;
    const base = ram.reserve(bytes * cores, 4096);
    for (let i = 0; i < cores; i++) {
      this.states.push(new CoreState(ram, base + i * bytes, bytes));
      this.resume.push(0);
      if (timing) initTiming(ram, base + i * bytes, timing);
    }
    ram.u16[unknownRecord >> 1] = Arm.unknown;
    this.anywhere = options.grain === 'insn';
    this.memory = new Memory(ram, base, bytes, cores, isa.tagsIgnored);
    this.observed = new Observed({ state: (core) => this.state(core), stepOnce: (core) => this.stepOnce(core), setStop: (reason, pc) => this.setStop(reason, pc), stop: this.stop }, this.memory, cores);
    const imports = new Imports(ram, this.memory, this.states.map((s) => s.base), isa, (core) => this.clock(core), (ctx) => this.fetched(ctx), (ctx, next) => this.told(ctx, next));
    const granule = options.caches && !window ? linesOf(options.caches.description.lineBytes) : pages;
    const { profile: counted } = this.pricing;
    const prepared = options.prepared ?? prepare(isa, granule, !this.pricing.tallies || window ? 'nothing' : counted ? 'instructions' : 'cores');
    this.kinds = new Kinds(isa, prepared);
    this.tier0 = new Tier0(ram, hash, imports.find, prepared, interval !== undefined);
    const forget = (): void => void this.resume.fill(0);
    const recordBytes = options.recordBytes ?? recordAreaBytes;
    this.code = new CodeCache(ram, this.memory, this.kinds, this.tier0, hash, ram.reserve(recordBytes), recordBytes, this.pricing, forget);
    this.places = new Places(ram, this.code, this.states, (ctx) => this.memory.coreOf(ctx), interval !== undefined);
    if (this.pricing.tallies) this.tally = new Tally(ram, cores, (ctx) => this.memory.coreOf(ctx), this.places, counted);
    counted?.attach(ram, cores, () => this.code.harvest());
    if (options.caches) {
      const { description, misses, seed } = options.caches;
      this.displaced = description.displaced;
      const hooks = {
        lineLost: (core: number, _line: number, kept: boolean, at: number) => this.lines!.lost(core, at, kept),
        pageLost: (core: number, page: number, huge: boolean, stamp: number) => {
          if (this.memory.runs(core, spaceOf(Math.abs(page)))) this.memory.pageLost(core, huge ? -1 : vpnOf(page), stamp);
        },
      };
      const hierarchy = new Hierarchy(description, cores, ram, hooks, seed, this.states.map((s) => s.base + engineCells.accesses));
      this.misses = new Misses(ram, cores, misses);
      this.lines = new Lines(ram, hierarchy, this.misses, this.places.of, (ctx) => this.memory.coreOf(ctx), description.lineBytes, Math.floor(description.transfer.dirty / holdShare) * ticksPerCycle);
      if (this.tally) this.tally.hierarchy = hierarchy;
      if (!window) this.memory.useLines(this.lines, this.tally);
    }
    if (window) for (let i = 0; i < cores; i++) this.details.push((this.states[i]!.detail = new Detail(ram, this.states[i]!, isa, window, this.coreLines(i, options), options.caches?.description.storeBuffer, this.tally)));
  }

  /** How a core under `window` timing reaches memory. Its data go through whole pages, and the simulation asks for their time by itself. */
  private coreLines(core: number, { makeLines, caches }: EngineOptions): MakeLines | undefined {
    if (makeLines) return makeLines(core);
    const { lines } = this;
    if (!lines || !caches) return undefined;
    const { profile } = this.pricing;
    const missed = profile && ((write: boolean, level: Level, code: number | undefined) => {
      const { whole, k } = this.hand;
      if (code === undefined) profile.missed(core, whole!, k, write, level);
      else profile.fetched(core, whole!, code, level);
    });
    return (state) => new CoreLines(state, core, lines, caches.description.fillBuffers, () => this.memory.space(this.states[core]!.base), missed);
  }

  state(core: number): CoreState {
    return this.states[core]!;
  }

  /** The address space in which `core` runs from now on. */
  setSpace(core: number, space: PageTable): void {
    this.memory.setSpace(this.states[core]!.base, space);
    this.resume[core] = 0;
  }

  /** The kernel's own accesses are not modeled; what they push out of the first level is. */
  displace(core: number, entry: 'call' | 'switch'): void {
    const what = this.displaced?.[entry];
    if (what) this.lines!.hierarchy.displace(core, what, what.pages);
  }

  /** Mappings of `count` pages from `vpn` on have changed or gone: forget what was derived from them. */
  shootdown(space: PageTable, vpn: number, count: number): void {
    this.memory.shootdown(space, vpn, count);
    this.lines?.shootdown(space.id, vpn, count, this.states.length);
    this.code.dropPages(space, vpn, count);
  }

  /** Lets `observer` look at what runs; undefined: nobody. Called again when its breakpoints or watches have changed. */
  observe(observer: Observer | undefined): void {
    this.observed.look(observer);
    this.code.setBreaks(observer?.breaks ?? new Set());
    this.memory.setWatches(observer?.watches ?? []);
  }

  /**
   * Calls `arrived` whenever a core is about to run the block at `pc`, which must be where blocks begin: a function's entry, or where a call returns
   * to. It may look, and watch more. Told again where an interrupt or a pause came in between. For observers: nothing else changes.
   */
  watch(pc: number, arrived: (core: number) => void): void {
    this.watches.set(pc, arrived);
    this.code.watch(pc);
  }

  /**
   * From now on `observer` is told of requests for lines that cores share; the result says how it went. Undefined where memory is flat. The address of
   * the instruction that asks: `pcOf`.
   */
  observeSharing(observer: SharingObserver): Sharing | undefined {
    const { lines } = this;
    if (lines) lines.sharing = new Sharing(lines.hierarchy, this.states.length, lines.bytes, observer, (line) => lines.hide(line));
    return lines?.sharing;
  }
  /**
   * From now on `bytes` bytes at `address` of a space count as if they lay on lines of their own (`apart` false: no longer), whether they are there yet or
   * not. Not under window timing, and no part of the state: for trying what padding would bring.
   */
  placeApart(space: PageTable, address: number, bytes: number, apart = true): void {
    const { lines } = this;
    if (!lines) return;
    lines.apart ??= new Apart(lines.line(this.ram.endFrame, 0), lines.bytes, frameBytes);
    const page = pageNumber(space.id, Math.floor(address / frameBytes));
    const first = address % frameBytes;
    for (let at = first & -lines.bytes; at < first + bytes; at += lines.bytes) {
      const frame = space.pte(vpnOf(page) + Math.floor(at / frameBytes)) >>> 8;
      if (frame !== 0) lines.hide(lines.line(frame, at % frameBytes));
    }
    lines.apart.place(page, first, bytes, apart);
  }

  /** The address space that `core` runs in. */
  spaceOf(core: number): PageTable {
    return this.memory.space(this.states[core]!.base);
  }
  /** While generated code calls out: the instruction that it is at. */
  pcOf(ctx: number): number {
    return this.places.pc(ctx);
  }

  /** Takes all write tags back, so that the next store to each frame sets `ram.written` again. For snapshots. */
  trackWrites(): void {
    this.memory.protectAll();
  }

  saveCaches(): CacheState | undefined {
    if (!this.lines || !this.misses) return undefined;
    return { hierarchy: this.lines.hierarchy.save(), misses: this.misses.save(), lastShared: this.lines.lastShared };
  }
  loadCaches(s: CacheState | undefined): void {
    if (!s || !this.lines || !this.misses) return;
    this.lines.hierarchy.load(s.hierarchy);
    this.misses.load(s.misses);
    this.lines.lastShared = s.lastShared;
  }

  /** Forgets all lookaside entries and decoded code; changes nothing that a guest or a digest can see. */
  flushAll(): void {
    this.forgetLookasides();
    this.code.dropAll();
  }
  /** The machine is at another moment: code stays where the same bytes are mapped. `lives`: whether an address space is one of that moment. */
  rewound(lives: (space: PageTable) => boolean): void {
    this.forgetLookasides();
    this.code.revise(lives);
  }
  private forgetLookasides(): void {
    this.observed.forget();
    this.memory.clearAll();
    this.memory.watchAll();
  }

  /**
   * Runs `core` until its ticks reach `until` or something needs the machine. `exact`: it may stop after any instruction, as always under
   * grain 'insn', else at a block's end. The result is `stop`, reused.
   */
  run(core: number, until: number, exact = false): Stop {
    const calls = this.pricing.profile?.calls;
    if (!calls) return this.runs(core, until, exact);
    calls.enters(core);
    this.runs(core, until, exact);
    calls.leaves(core, this.stop.reason);
    return this.stop;
  }

  private runs(core: number, until: number, exact: boolean): Stop {
    const state = this.states[core]!;
    const { observed } = this;
    if (observed.looked && (this.pricing.window || observed.every(core))) return observed.singly(core, until, exact || this.anywhere || this.pricing.window !== undefined);
    if (this.pricing.window) return this.runDetailed(core, until);
    if (state.done !== 0 && observed.rest(core, until)) return this.stop;
    if (!this.anywhere && !exact) return this.runBlocks(core, until, false);
    // A block whose last instruction begins before the limit runs whole, however long that takes: as stepping would. The engine lets blocks run
    // while that holds for any, then one by one, and steps through one in which the limit lies.
    if (this.runBlocks(core, until, true).reason !== 'Limit') return this.stop;
    while (state.ticks < until) {
      const block = state.done === 0 ? this.code.block(this.memory.space(state.base), state.pc) : undefined;
      const whole = block && state.ticks + (block.prefix.at(-2) ?? 0) < until;
      if (whole ? this.runBlocks(core, state.ticks, true, block.start).reason !== 'Limit' : observed.one(core)) return this.stop;
    }
    this.limit(state);
    return this.stop;
  }

  /** Instruction by instruction: any may be the last. */
  private runDetailed(core: number, until: number): Stop {
    const state = this.states[core]!;
    while (state.ticks < until) if (this.stepOnce(core)) return this.stop;
    this.limit(state);
    return this.stop;
  }

  /** Whether cores predict branches: timing interval and window. */
  get predicts(): boolean {
    return this.pricing.interval !== undefined || this.pricing.window !== undefined;
  }

  /** How often `core` has mispredicted a branch, return or jump. */
  mispredicts(core: number): number {
    return !this.predicts ? 0 : Number(this.ram.i64[(this.states[core]!.base + timingCells.mispredictions) >> 3]!);
  }

  /** The block at `entry`, which is mostly the one that this core stepped through last. */
  private blockAt(core: number, space: PageTable, entry: number): Block | undefined {
    const known = this.current[core];
    if (known?.alive && known.entry === entry && known.space === space) return known;
    return (this.current[core] = this.code.block(space, entry));
  }

  /** Executes one instruction. True: `stop` says why it did not complete, or what it asks for. */
  step(core: number): boolean {
    const { instructions } = this.states[core]!;
    do if (this.stepOnce(core)) return true; while (this.states[core]!.instructions === instructions); // it waits for a line
    return false;
  }

  private limit(state: CoreState): true {
    this.setStop('Limit', state.pc);
    return true;
  }

  private setStop(reason: Reason, pc: number): Stop {
    const { stop } = this;
    stop.reason = reason;
    stop.pc = pc;
    stop.va = 0;
    stop.access = 'read';
    stop.row = undefined;
    return stop;
  }

  /** Moves the core to the entry of a block. */
  private arrive(state: CoreState, pc: number): void {
    state.setNum(common.pc, pc);
    state.entry = pc;
    state.done = 0;
  }

  /** To where an indirect jump went. All 64 bits are kept: an address beyond 2^53 is not exact as a number, but it faults. */
  private arriveAtTarget(state: CoreState): number {
    this.arrive(state, state.num(engineCells.target));
    state.set64(common.pc, state.get64(engineCells.target));
    return state.entry;
  }

  private charge(state: CoreState, ticks: number, instructions: number): void {
    state.ticks += ticks;
    state.instructions += instructions;
  }

  // Blocks.

  /** `exact`: as long as the last instruction of any block begins before `until`. `one`: just the block at this record. */
  private runBlocks(core: number, until: number, exact: boolean, one = 0): Stop {
    const state = this.states[core]!;
    const ctx = state.base;
    const { code, tier0, stop } = this;
    const space = this.memory.space(ctx);
    let record = one || this.resume[core]!;
    if (record !== 0 && code.addressOf(record) !== state.pc) record = 0;
    this.resume[core] = 0;
    for (let first = one !== 0; ; first = false) {
      if (record === 0 && state.ticks < until) {
        this.watches.get(state.pc)?.(core);
        const block = code.block(space, state.pc);
        if (!block) return this.fetchStop(state);
        record = block.start;
      }
      const budget = first ? 0 : until - state.ticks - (exact ? maxTicks : 0);
      if (budget <= 0 && !first) {
        this.resume[core] = record;
        this.setStop('Limit', state.pc);
        return stop;
      }
      tier0.compile();
      this.places.slice = Math.min(Math.ceil(budget), sliceTicks);
      const status = this.enter(ctx, record);
      this.settle(state);
      record = this.ram.i32[(ctx + engineCells.record) >> 2]!;
      switch (status) {
        case Status.Limit:
          if (record === unknownRecord) {
            this.arriveAtTarget(state);
            record = 0;
          } else this.arrive(state, code.addressOf(record));
          break;
        case Status.Stub: {
          const pc = code.addressOf(record);
          this.arrive(state, pc);
          this.watches.get(pc)?.(core);
          const drops = code.drops;
          const block = code.block(space, pc);
          if (!block) return this.fetchStop(state);
          if (block.marked >= 0) {
            if (this.observed.through(core)) return stop;
            record = 0;
            break;
          }
          if (code.drops === drops) code.patch(record, block);
          record = block.start;
          break;
        }
        case Status.Indirect: {
          const pc = this.arriveAtTarget(state);
          this.watches.get(pc)?.(core);
          const block = code.block(space, pc);
          if (!block) return this.fetchStop(state);
          code.remember(block);
          record = block.start;
          break;
        }
        default: {
          const block = code.owner(record);
          const k = block.indexAt(record);
          this.charge(state, block.prefix[k]!, k);
          this.tally?.part(ctx, block, 0, completes(status) ? k + 1 : k);
          this.arrive(state, block.pcOf(k));
          const { reason } = this.memory.problem;
          if (status === Status.Fault && reason === 'wait') {
            state.entry = block.entry;
            state.done = k;
            this.awaitLine(state);
            this.limit(state);
            return stop;
          }
          if (status === Status.Fault && reason === 'watch') {
            state.entry = block.entry;
            state.done = k;
            if (this.observed.through(core)) return stop;
            record = 0;
            break;
          }
          if (status === Status.Fault && (reason === 'code' || reason === 'Turn')) {
            state.entry = block.entry;
            state.done = k;
            if (reason === 'Turn') return this.setStop('Turn', state.pc);
            if (this.stepOnce(core)) return stop;
            record = 0;
            break;
          }
          return this.stopAt(state, block, k, status, block.prefix[k + 1]! - block.prefix[k]!);
        }
      }
    }
  }

  /** Runs generated code from `record` on, for at most `slice` ticks. */
  private enter(ctx: number, record: number): number {
    const { i32 } = this.ram;
    const { slice } = this.places;
    const left = (ctx + engineCells.left) >> 2;
    i32[left] = slice << tickShift;
    i32[left + 1] = slice >>> (32 - tickShift);
    const status = this.tier0.run(ctx, record);
    if (status === Status.Fault) i32[(ctx + engineCells.fault) >> 2] = 0;
    this.tally?.collect(ctx);
    return status;
  }

  /** Charges what generated code used of the slice: whole blocks. */
  private settle(state: CoreState): void {
    const used = this.places.used(state.base);
    const ticks = Math.floor(used / tickUnit);
    this.charge(state, ticks, used - ticks * tickUnit);
    this.places.slice = 0;
  }

  /** What a clock shows to the instruction that a helper runs for, or a negative number: another core comes first. */
  private clock(core: number): number {
    const ticks = this.ticksWithin(core);
    return ticks <= this.horizon ? ticks : this.memory.fail('Turn', 0, 'read') - 1;
  }

  /** Time at the instruction that a helper runs for. */
  private ticksWithin(core: number): number {
    const w = this.places.of(this.states[core]!.base);
    return w.start + w.prefix + this.ram.i32[(w.cells + engineCells.stalled) >> 2]!;
  }

  /** Import `fetched`: at a block's end, what bringing its code from the caches costs. */
  private fetched(ctx: number): number {
    const block = this.places.block(ctx);
    const vpn = Math.floor(block.entry / frameBytes);
    const offset = block.entry - vpn * frameBytes; // % takes longer than a fetch that hits
    const end = offset + block.bytes;
    const page = pageNumber(this.ram.i32[(ctx + engineCells.space) >> 2]!, vpn);
    const now = this.misses!.now(this.places.atEnd(ctx));
    const { profile: counted } = this.pricing;
    let first = block.entry - offset;
    if (counted) this.lines!.codeMissed = (at, level) => counted.fetched(this.memory.coreOf(ctx), block, first + at, level);
    let ticks = this.lines!.fetch(ctx, page, block.frame, offset, Math.min(end, frameBytes), now);
    first += frameBytes;
    if (end > frameBytes) ticks += this.lines!.fetch(ctx, page + 1, block.nextFrame, 0, end - frameBytes, now);
    return ticks;
  }

  /** Import `told`: a block ends, and goes on to record `next`. Under interval timing what it takes is not charged yet. */
  private told(ctx: number, next: number): void {
    const block = this.places.block(ctx);
    const core = this.memory.coreOf(ctx);
    const state = this.states[core]!;
    const target = next === unknownRecord ? state.num(engineCells.target) : this.code.addressOf(next);
    const used = this.places.used(ctx);
    const own = this.pricing.interval === undefined ? 0 : this.places.single ? 1 : block.length;
    this.pricing.profile!.calls?.ended(core, block, block.price.tells!, target, state.instructions + used - Math.floor(used / tickUnit) * tickUnit + own);
  }

  /** A line is on its way to another core: this one tries again when it may have come. */
  private awaitLine(state: CoreState): void {
    const { waitTicks } = this.lines!;
    state.ticks += waitTicks;
    this.tally?.waited(state.base, waitTicks);
  }

  /** The block is over: what its misses add is charged. */
  private addStalls(state: CoreState): void {
    const at = (state.base + engineCells.stalled) >> 2;
    state.ticks += this.ram.i32[at]!;
    this.ram.i32[at] = 0;
  }

  /** Whatever handles a stop begins when all results are there. */
  private drain(state: CoreState): void {
    this.addStalls(state);
    if (this.pricing.window) this.details[this.states.indexOf(state)]!.drain();
    if (!this.pricing.interval) return;
    const { u8 } = this.ram;
    u8.fill(0, state.base + timingCells.ready, state.base + timingCells.bias);
    u8.fill(0, state.base + timingCells.pending, state.base + timingCells.missed + 4);
  }

  /** The instruction at the core's pc cannot be fetched. */
  private fetchStop(state: CoreState): Stop {
    this.drain(state);
    const { problem } = this.memory;
    this.setStop(problem.reason as Reason, state.pc);
    this.stop.va = problem.va;
    this.stop.access = problem.access;
    return this.stop;
  }

  /** A stop at instruction k of a block, which is not done, except for a system call or a halt, which takes `ticks`. */
  private stopAt(state: CoreState, block: Block, k: number, status: number, ticks: number): Stop {
    const pc = block.pcOf(k);
    if (status === Status.Fault) return this.fetchStop(state);
    if (status === Status.Stop) {
      this.drain(state);
      const record = this.ram.i32[(state.base + engineCells.record) >> 2]!;
      this.setStop(stopReasons[this.ram.u16[(record >> 1) + 1]!]!, pc);
      return this.stop;
    }
    const trap = status - Status.Trap;
    const reason = trapReasons[trap]!;
    const next = reason === 'Syscall' ? block.pcOf(k + 1) : pc;
    this.arrive(state, next);
    if (completes(status)) this.charge(state, ticks, 1);
    this.drain(state);
    this.setStop(reason, next);
    if (reason === 'Unimplemented') this.stop.row = this.rowAt(block, k);
    if (traps[trap] === undefined) throw new Error(`status ${status} at 0x${pc.toString(16)}`);
    return this.stop;
  }

  private rowAt(block: Block, k: number): Row | undefined {
    const pc = block.pcOf(k);
    const bytes = new Uint8Array(block.pcOf(k + 1) - pc);
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.peek(block.space, pc + i);
    const d = this.kinds.isa.decode(bytes, 0, pc);
    return isFault(d) ? undefined : d.row;
  }
  private peek(space: PageTable, va: number): number {
    const pte = space.pte(Math.floor(va / 4096));
    return this.ram.u8[(pte >>> 8) * 4096 + (va % 4096)]!;
  }

  // Single instructions.

  /** The instruction in hand has run: the core's clock. */
  private after(core: number, planned: Planned): number {
    const { profile } = this.pricing;
    if (!profile) return this.details[core]!.after(planned);
    const before = this.mispredicts(core);
    const ticks = this.details[core]!.after(planned);
    profile.ran(this.hand.whole!, this.hand.k, planned.loads.length, planned.stores.length, planned.branches ? 1 : 0, this.mispredicts(core) - before);
    return ticks;
  }

  /** Executes the instruction at the core's position. True: stopped, see `stop`. Stores into code are done here. */
  private stepOnce(core: number): boolean {
    const state = this.states[core]!;
    const ctx = state.base;
    const space = this.memory.space(ctx);
    const { code, memory } = this;
    const pc = state.pc;
    const detail = this.details[core];
    if (state.done === 0) this.watches.get(pc)?.(core);
    code.makeRoom();
    let whole = this.blockAt(core, space, state.done === 0 ? pc : state.entry);
    if (state.done !== 0 && whole?.pcOf(state.done) !== pc) {
      // a position whose block has changed or gone: the instruction starts a block
      state.done = 0;
      whole = code.block(space, pc);
    }
    const k = state.done;
    const last = whole !== undefined && k === whole.length - 1 && whole.price.tailBytes > 0;
    const single = whole && (last ? code.last(whole) : code.singleOf(whole, k));
    if (!whole || !single) {
      this.fetchStop(state);
      return true;
    }
    state.entry = whole.entry;
    const planned = detail && (whole.steps.planned[k] ??= detail.plan(whole.price.insns, k));
    this.hand.whole = whole;
    this.hand.k = k;
    if (planned) detail.before(planned);
    this.tier0.compile();
    this.places.slice = 0;
    memory.codeWrites = true;
    if (memory.codeWritten.length > 0) memory.codeWritten.length = 0;
    this.places.step(ctx, whole, k, !last && !detail);
    const status = this.enter(ctx, single.start);
    this.places.endStep(ctx);
    memory.codeWrites = false;
    for (const frame of memory.codeWritten) code.dropFrame(frame);
    const record = this.ram.i32[(ctx + engineCells.record) >> 2]!;
    if (status === Status.Fault && memory.problem.reason === 'Turn') {
      this.setStop('Turn', pc);
      return true;
    }
    if (status === Status.Fault && memory.problem.reason === 'wait') {
      this.awaitLine(state);
      return false;
    }
    if (status !== Status.Limit && status !== Status.Indirect) {
      this.arrive(state, pc);
      const ticks = planned ? (completes(status) ? this.after(core, planned) - state.ticks : 0) : whole.prefix[k + 1]! - whole.prefix[k]!;
      if (completes(status) && !planned) this.tally?.part(ctx, whole, k, k + 1);
      this.stopAt(state, single, 0, status, ticks);
      return true;
    }
    if (last) this.settle(state);
    else if (!planned) {
      this.charge(state, whole.prefix[k + 1]! - whole.prefix[k]!, 1);
      this.tally?.part(ctx, whole, k, k + 1);
    }
    if (status === Status.Limit && record !== unknownRecord) state.setNum(common.pc, code.addressOf(record));
    else this.arriveAtTarget(state);
    if (planned) {
      this.charge(state, this.after(core, planned) - state.ticks, 1);
      if (whole.price.tells && k === whole.length - 1) this.pricing.profile!.calls?.ended(core, whole, whole.price.tells, state.pc, state.instructions);
    }
    if (!last && k + 1 >= whole.length) this.addStalls(state);
    const over = k + 1 >= whole.length || (memory.codeWritten.length > 0 && !whole.alive);
    state.done = over ? 0 : k + 1;
    if (over) state.entry = state.pc;
    return false;
  }
}
