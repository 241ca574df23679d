/**
 * The engine runs guest instructions on N cores that share one memory; the run loop (machine.ts) says which core and until when.
 *
 * It owns decoded code and the lookasides, and turns what generated code returns into a Stop or into more work: decode and
 * patch a link, find an indirect target, run one instruction that stores into code. Time is charged per block at its end; a stop inside
 * a block charges the prefix of the instructions that were done.
 * What runs one by one is the stepper's (stepper.ts).
 *
 * A core's position is (entry, done): `done` instructions of the block at `entry` are over. In grain 'block' it is
 * (pc, 0) between runs, but for those that end exactly when an interrupt is due. Stepping moves inside the block, so that stepping n times and then continuing costs what continuing costs.
 */
import type { Isa } from '../../isa/isa.js';
import { profile } from '../../isa/x86/cpuid.js';
import { x86Isa } from '../../isa/x86/isa.js';
import { CoreState, contextBytes, engineCells } from '../core/context.js';
import { initTiming, timedContextBytes } from '../core/timing.js';
import type { PageTable, Ram } from '../memory/ram.js';
import { maxTicks, type Block } from './block.js';
import { CacheLines, Caches, type CacheOptions } from './caches.js';
import { CodeCache } from './code.js';
import type { MakeLines } from './detail.js';
import { linesOf, pages } from './emit.js';
import { Arm, hashBytes, hashEntries, Status, unknownRecord } from './generate.js';
import { Imports } from './helpers.js';
import { Kinds } from './kind.js';
import type { Lines } from './lines.js';
import { Memory } from './memory.js';
import { Observed, type Observer } from './observer.js';
import { Places, tickUnit } from './places.js';
import { counting, type Pricing } from './pricing.js';
import { prepare, type Prepared } from './prepared.js';
import { Progress } from './progress.js';
import { Stepper, type WatchedBlock } from './stepper.js';
import type { Stop } from './stop.js';
import { completes, Stops } from './stops.js';
import { Tally } from './tally.js';
import { Tier0 } from './tier0.js';

/**
 * Generated code returns at least this often: V8 replaces its first, quick code by optimised code only between calls.
 * 2^22 ticks are about a millisecond. Nothing visible depends on it.
 */
const sliceTicks = 2 ** 22;
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

export class Engine {
  private readonly states: CoreState[] = [];
  private readonly memory: Memory;
  private readonly tier0: Tier0;
  /** Public for measurements. */
  readonly code: CodeCache;
  private readonly pricing: Pricing;
  private readonly anywhere: boolean;
  /** Per core, the record at which it goes on if its pc is still that record's; 0: look it up. */
  private readonly resume: number[] = [];
  /**
   * Local time of the busy core that is furthest behind the one that runs; its owner sets it. A clock is read only by the core whose turn it is by that,
   * so that clocks never go back from one core to the next.
   */
  horizon = Infinity;
  /** Undefined where memory is flat. */
  readonly caches: Caches | undefined;
  private readonly places: Places;
  private readonly progress: Progress;
  private readonly stops: Stops;
  private readonly stepper: Stepper;
  /** Reused. */
  readonly stop: Stop;
  private readonly observed: Observed;
  private readonly watches = new Map<number, WatchedBlock>();
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
    const recordBytes = options.recordBytes ?? recordAreaBytes;
    const records = ram.reserve(recordBytes); // low: see addressMask
    ram.u16[unknownRecord >> 1] = Arm.unknown;
    this.anywhere = options.grain === 'insn';
    this.memory = new Memory(ram, base, bytes, cores, isa.tagsIgnored);
    const imports = new Imports(ram, this.memory, this.states.map((s) => s.base), isa, (core) => this.clock(core), (ctx) => this.caches!.fetched(ctx), (ctx, next) => this.told(ctx, next));
    const lined = options.caches && new CacheLines(options.caches, ram, this.states, isa.tagsIgnored);
    if (lined && !window) this.memory.useLines(lined.lines); // before generated code, which calls the model's own functions then
    const granule = options.caches && !window ? linesOf(options.caches.description.lineBytes) : pages;
    const { profile: counted } = this.pricing;
    const prepared = options.prepared ?? prepare(isa, granule, !this.pricing.tallies || window ? 'nothing' : counted ? 'instructions' : 'cores');
    this.tier0 = new Tier0(ram, hash, imports.find, prepared, interval !== undefined);
    const forget = (): void => void this.resume.fill(0);
    this.code = new CodeCache(ram, this.memory, new Kinds(isa, prepared), this.tier0, hash, records, recordBytes, this.pricing, forget);
    this.places = new Places(ram, this.code, this.states, (ctx) => this.memory.coreOf(ctx), interval !== undefined);
    if (this.pricing.tallies) this.tally = new Tally(ram, cores, (ctx) => this.memory.coreOf(ctx), this.places, counted);
    counted?.attach(ram, cores, () => this.code.harvest());
    if (lined) {
      this.caches = new Caches(lined, ram, this.states, this.memory, this.places, this.pricing.profile);
      if (this.tally && !window) lined.lines.tally = this.tally;
    }
    const { lines } = this;
    this.progress = new Progress(ram, this.tier0, this.places, this.pricing, lines, this.tally);
    this.stops = new Stops(ram, isa, this.memory, this.progress);
    this.stop = this.stops.stop;
    this.stepper = new Stepper(ram, this.states, this.memory, this.code, this.tier0, this.places, this.progress, this.stops, this.pricing, this.tally, this.watches);
    if (window) this.stepper.simulate(window, isa, lines, options.caches?.description, options.makeLines);
    this.observed = new Observed({ state: (core) => this.state(core), stepOnce: (core) => this.stepper.once(core), setStop: (reason, pc) => this.stops.set(reason, pc), stop: this.stop }, this.memory, cores);
  }

  /** Where accesses go by lines. */
  get lines(): Lines | undefined {
    return this.caches?.lines;
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
    this.caches?.displace(core, entry);
  }

  /** Mappings of `count` pages from `vpn` on have changed or gone: forget what was derived from them. */
  shootdown(space: PageTable, vpn: number, count: number): void {
    this.memory.shootdown(space, vpn, count);
    this.caches?.lines.shootdown(space.id, vpn, count, this.states.length);
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
    this.watches.set(pc, { arrived, block: undefined });
    this.code.watch(pc);
  }

  /** The address space that `core` runs in. */
  spaceOf(core: number): PageTable {
    return this.memory.space(this.states[core]!.base);
  }
  /** The instruction whose access is in hand: of generated code that calls out, or, under window timing, of the simulation. */
  pcOf(core: number): number {
    return this.pricing.window ? this.stepper.pc : this.places.pc(this.states[core]!.base);
  }

  /** Takes all write tags back, so that the next store to each frame sets `ram.written` again. For snapshots. */
  trackWrites(): void {
    this.memory.protectAll();
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
    if (this.pricing.window) return this.stepper.run(core, until);
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
    this.stops.limit(state);
    return this.stop;
  }

  /** Whether cores predict branches: timing interval and window. */
  get predicts(): boolean {
    return this.pricing.interval !== undefined || this.pricing.window !== undefined;
  }

  /** How often `core` has mispredicted a branch, return or jump. */
  mispredicts(core: number): number {
    return this.predicts ? this.progress.mispredicts(this.states[core]!) : 0;
  }

  /** Executes one instruction. True: `stop` says why it did not complete, or what it asks for. */
  step(core: number): boolean {
    return this.stepper.step(core);
  }

  // Blocks.

  /** The block at `pc`, to which `core` has come: who watches it is told first. */
  private blockFor(core: number, space: PageTable, pc: number): Block | undefined {
    const watched = this.watches.get(pc);
    if (watched === undefined) return this.code.block(space, pc);
    watched.arrived(core);
    const { block } = watched;
    return block?.alive && block.space === space ? block : (watched.block = this.code.block(space, pc));
  }

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
        const block = this.blockFor(core, space, state.pc);
        if (!block) return this.stops.unfetched(state);
        record = block.start;
      }
      const budget = first ? 0 : until - state.ticks - (exact ? maxTicks : 0);
      if (budget <= 0 && !first) {
        this.resume[core] = record;
        this.stops.set('Limit', state.pc);
        return stop;
      }
      tier0.compile();
      this.places.slice = Math.min(Math.ceil(budget), sliceTicks);
      const status = this.progress.enter(ctx, record);
      this.progress.settle(state);
      record = this.ram.i32[(ctx + engineCells.record) >> 2]!;
      switch (status) {
        case Status.Limit:
          if (record === unknownRecord) {
            this.progress.arriveAtTarget(state);
            record = 0;
          } else this.progress.arrive(state, code.addressOf(record));
          break;
        case Status.Stub: {
          const pc = code.addressOf(record);
          this.progress.arrive(state, pc);
          const drops = code.drops;
          const block = this.blockFor(core, space, pc);
          if (!block) return this.stops.unfetched(state);
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
          const pc = this.progress.arriveAtTarget(state);
          const block = this.blockFor(core, space, pc);
          if (!block) return this.stops.unfetched(state);
          code.remember(block);
          record = block.start;
          break;
        }
        default: {
          const block = code.owner(record);
          const k = block.indexAt(record);
          this.progress.charge(state, block.prefix[k]!, k);
          this.tally?.part(ctx, block, 0, completes(status) ? k + 1 : k);
          this.progress.arrive(state, block.pcOf(k));
          const { reason } = this.memory.problem;
          if (status === Status.Fault && reason === 'wait') {
            state.entry = block.entry;
            state.done = k;
            this.progress.awaitLine(state);
            this.stops.limit(state);
            return stop;
          }
          if (status === Status.Fault && (reason === 'watch' || reason === 'code' || reason === 'Turn')) {
            state.entry = block.entry;
            state.done = k;
            if (reason === 'Turn') return this.stops.set('Turn', state.pc);
            // the rest of its block, too: whether code is decoded, which a restore forgets, must not decide where blocks begin and end
            if (this.observed.through(core)) return stop;
            record = 0;
            break;
          }
          return this.stops.at(state, block, k, status, block.prefix[k + 1]! - block.prefix[k]!);
        }
      }
    }
  }

  /** What a clock shows to the instruction that a helper runs for, or a negative number: another core comes first. */
  private clock(core: number): number {
    const ticks = this.ticksWithin(core);
    return ticks <= this.horizon ? ticks : this.memory.fail('Turn', 0, 'read') - 1;
  }

  /** Time at the instruction that a helper runs for. */
  private ticksWithin(core: number): number {
    return this.places.now(this.states[core]!.base);
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
}
