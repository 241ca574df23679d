/**
 * Instructions that run one by one: where a limit or an observer's wish lies inside a block, where an instruction stores into code, and all of them
 * under `window` timing, whose simulation of each core takes them as they have run.
 *
 * Stepping moves inside the block, so that stepping n times and then continuing costs what continuing costs.
 */
import { common } from '../../isa/context.js';
import type { Isa } from '../../isa/isa.js';
import { engineCells, type CoreState } from '../core/context.js';
import type { Level } from '../memory/counters.js';
import type { MemoryDescription } from '../memory/description.js';
import type { PageTable, Ram } from '../memory/ram.js';
import type { Block } from './block.js';
import type { CodeCache } from './code.js';
import { CoreLines } from './coreLines.js';
import { Detail, type MakeLines, type Planned } from './detail.js';
import { Status, unknownRecord } from './generate.js';
import type { Lines } from './lines.js';
import type { Memory } from './memory.js';
import type { Places } from './places.js';
import type { Pricing, WindowTiming } from './pricing.js';
import type { Progress } from './progress.js';
import type { Stop } from './stop.js';
import { completes, type Stops } from './stops.js';
import type { Tally } from './tally.js';
import type { Tier0 } from './tier0.js';

/** Who is told of cores that come to a block, and that block as it was found last. */
export interface WatchedBlock {
  readonly arrived: (core: number) => void;
  block: Block | undefined;
}

export class Stepper {
  /** Per core, under `window` timing: its simulation. */
  private readonly details: Detail[] = [];
  /** Per core, the block that it stepped through last. */
  private readonly current: (Block | undefined)[] = [];
  /** The instruction in hand. */
  private readonly hand: { whole: Block | undefined; k: number } = { whole: undefined, k: 0 };

  constructor(
    private readonly ram: Ram,
    private readonly states: readonly CoreState[],
    private readonly memory: Memory,
    private readonly code: CodeCache,
    private readonly tier0: Tier0,
    private readonly places: Places,
    private readonly progress: Progress,
    private readonly stops: Stops,
    private readonly pricing: Pricing,
    private readonly tally: Tally | undefined,
    /** Who wants to know that a core is about to run the block at an address (Engine.watch). */
    private readonly watches: ReadonlyMap<number, WatchedBlock>,
  ) {}

  /** Under `window` timing: makes the cores' simulations, with what accesses take beyond a hit in L1. */
  simulate(window: WindowTiming, isa: Isa, lines: Lines | undefined, description: MemoryDescription | undefined, makeLines: ((core: number) => MakeLines) | undefined): void {
    this.states.forEach((state, core) => {
      const make = makeLines ? makeLines(core) : lines && description && this.coreLines(core, lines, description.fillBuffers);
      this.details.push((state.detail = new Detail(this.ram, state, isa, window, make, description?.storeBuffer, this.tally)));
    });
  }

  /** How a core under `window` timing reaches memory. Its data go through whole pages, and the simulation asks for their time by itself. */
  private coreLines(core: number, lines: Lines, fillBuffers: number): MakeLines {
    const { profile } = this.pricing;
    const missed = profile && ((write: boolean, level: Level, code: number | undefined) => {
      const { whole, k } = this.hand;
      if (code === undefined) profile.missed(core, whole!, k, write, level);
      else profile.fetched(core, whole!, code, level);
    });
    return (state) => new CoreLines(state, core, lines, fillBuffers, () => this.memory.space(this.states[core]!.base), missed);
  }

  /** Address of the instruction in hand. */
  get pc(): number {
    return this.hand.whole!.pcOf(this.hand.k);
  }

  /** Instruction by instruction: any may be the last, and `until` is looked at before each. */
  run(core: number, until: number): Stop {
    const state = this.states[core]!;
    while (state.ticks < until) if (this.once(core)) return this.stops.stop;
    this.stops.limit(state);
    return this.stops.stop;
  }

  /** Executes one instruction. True: `stop` says why it did not complete, or what it asks for. */
  step(core: number): boolean {
    const { instructions } = this.states[core]!;
    do if (this.once(core)) return true; while (this.states[core]!.instructions === instructions); // it waits for a line
    return false;
  }

  /** The instruction in hand has run: the core's clock. */
  private after(core: number, planned: Planned): number {
    const { profile } = this.pricing;
    if (!profile) return this.details[core]!.after(planned);
    const { progress } = this;
    const state = this.states[core]!;
    const before = progress.mispredicts(state);
    const ticks = this.details[core]!.after(planned);
    profile.ran(this.hand.whole!, this.hand.k, planned.loads.length, planned.stores.length, planned.branches ? 1 : 0, progress.mispredicts(state) - before);
    return ticks;
  }

  /** Executes the instruction at the core's position. True: stopped, see `stop`. Stores into code are done here. */
  once(core: number): boolean {
    const state = this.states[core]!;
    const ctx = state.base;
    const space = this.memory.space(ctx);
    const { code, memory } = this;
    const pc = state.pc;
    const detail = this.details[core];
    if (state.done === 0) this.watches.get(pc)?.arrived(core);
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
      this.stops.unfetched(state);
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
    const status = this.progress.enter(ctx, single.start);
    this.places.endStep(ctx);
    memory.codeWrites = false;
    for (const frame of memory.codeWritten) code.dropFrame(frame);
    const record = this.ram.i32[(ctx + engineCells.record) >> 2]!;
    if (status === Status.Fault && memory.problem.reason === 'Turn') {
      this.stops.set('Turn', pc);
      return true;
    }
    if (status === Status.Fault && memory.problem.reason === 'wait') {
      this.progress.awaitLine(state);
      return false;
    }
    if (status !== Status.Limit && status !== Status.Indirect) {
      this.progress.arrive(state, pc);
      const ticks = planned ? (completes(status) ? this.after(core, planned) - state.ticks : 0) : whole.prefix[k + 1]! - whole.prefix[k]!;
      if (completes(status) && !planned) this.tally?.part(ctx, whole, k, k + 1);
      this.stops.at(state, single, 0, status, ticks);
      return true;
    }
    if (last) this.progress.settle(state);
    else if (!planned) {
      this.progress.charge(state, whole.prefix[k + 1]! - whole.prefix[k]!, 1);
      this.tally?.part(ctx, whole, k, k + 1);
    }
    if (status === Status.Limit && record !== unknownRecord) state.setNum(common.pc, code.addressOf(record));
    else this.progress.arriveAtTarget(state);
    if (planned) {
      this.progress.charge(state, this.after(core, planned) - state.ticks, 1);
      if (whole.price.tells && k === whole.length - 1) this.pricing.profile!.calls?.ended(core, whole, whole.price.tells, state.pc, state.instructions);
    }
    if (!last && k + 1 >= whole.length) this.progress.addStalls(state);
    const over = k + 1 >= whole.length || (memory.codeWritten.length > 0 && !whole.alive);
    state.done = over ? 0 : k + 1;
    if (over) state.entry = state.pc;
    return false;
  }

  /** The block at `entry`, which is mostly the one that this core stepped through last. */
  private blockAt(core: number, space: PageTable, entry: number): Block | undefined {
    const known = this.current[core];
    if (known?.alive && known.entry === entry && known.space === space) return known;
    return (this.current[core] = this.code.block(space, entry));
  }
}
