/**
 * Where cores are and what is charged to them. A core's position is (entry, done): `done` instructions of the block at `entry` are over.
 */
import { common } from '../../isa/context.js';
import { CoreState, engineCells } from '../core/context.js';
import { timingCells } from '../core/timing.js';
import type { Ram } from '../memory/ram.js';
import { Status } from './generate.js';
import type { Lines } from './lines.js';
import { tickShift, tickUnit, type Places } from './places.js';
import type { Pricing } from './pricing.js';
import type { Tally } from './tally.js';
import type { Tier0 } from './tier0.js';

export class Progress {
  constructor(
    private readonly ram: Ram,
    private readonly tier0: Tier0,
    private readonly places: Places,
    private readonly pricing: Pricing,
    private readonly lines: Lines | undefined,
    private readonly tally: Tally | undefined,
  ) {}

  /** Moves the core to the entry of a block. */
  arrive(state: CoreState, pc: number): void {
    state.setNum(common.pc, pc);
    state.entry = pc;
    state.done = 0;
  }

  /** To where an indirect jump went. All 64 bits are kept: an address beyond 2^53 is not exact as a number, but it faults. */
  arriveAtTarget(state: CoreState): number {
    const { i32 } = this.ram;
    const from = (state.base + engineCells.target) >> 2;
    const to = (state.base + common.pc) >> 2;
    i32[to] = i32[from]!;
    i32[to + 1] = i32[from + 1]!;
    state.done = 0;
    return (state.entry = state.num(engineCells.target));
  }

  charge(state: CoreState, ticks: number, instructions: number): void {
    state.ticks += ticks;
    state.instructions += instructions;
  }

  /** Runs generated code from `record` on, for at most `slice` ticks. */
  enter(ctx: number, record: number): number {
    const { i32 } = this.ram;
    const { slice } = this.places;
    const left = (ctx + engineCells.left) >> 2;
    i32[left] = slice << tickShift;
    i32[left + 1] = slice >>> (32 - tickShift);
    this.places.begins(ctx);
    const status = this.tier0.run(ctx, record);
    if (status === Status.Fault) i32[(ctx + engineCells.fault) >> 2] = 0;
    this.tally?.collect(ctx);
    return status;
  }

  /** Charges what generated code used of the slice: whole blocks. */
  settle(state: CoreState): void {
    const used = this.places.used(state.base);
    const ticks = Math.floor(used / tickUnit);
    this.charge(state, ticks, used - ticks * tickUnit);
    this.places.slice = 0;
  }

  /** A line is on its way to another core: this one tries again when it may have come. */
  awaitLine(state: CoreState): void {
    const { waitTicks } = this.lines!;
    state.ticks += waitTicks;
    this.tally?.waited(state.base, waitTicks);
  }

  /** The block is over: what its misses add is charged. */
  addStalls(state: CoreState): void {
    const at = (state.base + engineCells.stalled) >> 2;
    state.ticks += this.ram.i32[at]!;
    this.ram.i32[at] = 0;
  }

  /** Whatever handles a stop begins when all results are there. */
  drain(state: CoreState): void {
    this.addStalls(state);
    state.detail?.drain();
    if (!this.pricing.interval) return;
    const { u8 } = this.ram;
    u8.fill(0, state.base + timingCells.ready, state.base + timingCells.bias);
    u8.fill(0, state.base + timingCells.pending, state.base + timingCells.missed + 4);
  }

  /** How often the core has mispredicted a branch, return or jump, where cores predict. */
  mispredicts(state: CoreState): number {
    return Number(this.ram.i64[(state.base + timingCells.mispredictions) >> 3]!);
  }
}
