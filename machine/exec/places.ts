/**
 * Which instruction a core is at while generated code calls out, and what time it is there: generated code has stored its record and what is left
 * of its budget. While single instructions run, their block and position are told instead.
 */
import { engineCells, type CoreState } from '../core/context.js';
import { timingCells } from '../core/timing.js';
import type { Ram } from '../memory/ram.js';
import type { Block } from './block.js';
import type { CodeCache } from './code.js';
import type { Hierarchy } from '../memory/hierarchy.js';
import type { Model } from '../memory/model.js';
import { SlotFlag } from '../memory/numbers.js';

/** Scale of ticks in `left`: instructions count below. */
export const tickShift = 24;
export const tickUnit = 2 ** tickShift;
/** Records whose instructions are remembered. */
const remembered = 4096;

/** The instruction that is running. */
export interface Where {
  /** Position in its block; ticks and instructions at the block's start, ticks of the instructions before it. */
  k: number;
  start: number;
  instructions: number;
  prefix: number;
  /** Where the cells of its block's unsettled misses lie: the context, or the shadow of it while single instructions run. */
  cells: number;
}

export class Places {
  /** Budget of the slice that is running, ticks. */
  slice = 0;
  /** Reused. */
  private readonly here: Where = { k: 0, start: 0, instructions: 0, prefix: 0, cells: 0 };
  private readonly records = new Int32Array(remembered);
  private readonly blocks: Block[] = [];
  private readonly positions = new Uint8Array(remembered);
  private emptied = -1;
  /** The hierarchy's, if there is one: it asks for places. */
  private model: Model | undefined = undefined;
  /** Of the model: ticks, instructions, what may be used. */
  private clock: Float64Array | undefined = undefined;
  /** The block whose instruction `position` runs singly; undefined: blocks run. */
  private stepped: Block | undefined;
  private position = 0;
  /** Where a block's unsettled misses are kept while a single instruction inside it runs. */
  private readonly shadow: number;
  private shadowed = false;
  /** Cells of a block's unsettled misses: offset, bytes. */
  private readonly unsettled: readonly (readonly [number, number])[];

  constructor(
    private readonly ram: Ram,
    private readonly code: CodeCache,
    private readonly states: readonly CoreState[],
    private readonly coreOf: (ctx: number) => number,
    /** Contexts have the cells of ready times. */
    interval: boolean,
  ) {
    this.unsettled = interval ? [[engineCells.stalled, 4], [timingCells.pending, timingCells.missed + 4 - timingCells.pending]] : [[engineCells.stalled, 4]];
    this.shadow = ram.reserve(timingCells.missed + 4, 16);
  }

  /** The hierarchy's model asks for places from now on. */
  tell({ model, links }: Hierarchy): void {
    this.model = model;
    this.clock = new Float64Array(this.ram.memory.buffer, model.makeSlots(), 3);
    links.place = (record) => this.place(record);
  }

  /** The instruction that `ctx` is at. */
  of(ctx: number): Where {
    const w = this.here;
    const state = this.states[this.coreOf(ctx)]!;
    w.cells = this.cellsOf(ctx);
    if (this.stepped) {
      w.k = this.position;
      w.prefix = this.stepped.prefix[w.k]!;
      w.start = state.ticks - w.prefix;
      w.instructions = state.instructions - w.k;
      return w;
    }
    const slot = this.slot(this.ram.i32[(ctx + engineCells.record) >> 2]!);
    const used = this.used(ctx);
    const ticks = Math.floor(used / tickUnit);
    w.k = this.positions[slot]!;
    w.prefix = this.blocks[slot]!.prefix[w.k]!;
    w.start = state.ticks + ticks;
    w.instructions = state.instructions + used - ticks * tickUnit;
    return w;
  }

  /** Whether it lets nothing overlap. */
  locked(ctx: number): boolean {
    return this.block(ctx).price.loads?.locked(this.of(ctx).k) ?? false;
  }

  /** Time at that instruction. */
  now(ctx: number): number {
    const w = this.of(ctx);
    return w.start + w.prefix + this.ram.i32[(w.cells + engineCells.stalled) >> 2]!;
  }
  /** Time at the last instruction of its block, whichever of a pair the record is said to be of. */
  endsAt(ctx: number): number {
    const w = this.of(ctx);
    const block = this.block(ctx);
    return w.start + block.prefix[block.length - 1]! + this.ram.i32[(w.cells + engineCells.stalled) >> 2]!;
  }

  /** What generated code has used of the slice that is running: ticks * tickUnit + instructions. */
  used(ctx: number): number {
    const { i32, u32 } = this.ram;
    const at = (ctx + engineCells.left) >> 2;
    return this.slice * tickUnit - (i32[at + 1]! * 4294967296 + u32[at]!);
  }

  /** Where the unsettled misses of its block lie. */
  cellsOf(ctx: number): number {
    return this.shadowed ? this.shadow : ctx;
  }

  /** An instruction runs singly. */
  get single(): boolean {
    return this.stepped !== undefined;
  }
  /** Its block. */
  block(ctx: number): Block {
    return this.stepped ?? this.find(this.ram.i32[(ctx + engineCells.record) >> 2]!);
  }

  /** The address of the instruction that `ctx` is at. */
  pc(ctx: number): number {
    const block = this.block(ctx);
    return block.pcOf(this.position);
  }

  /** The block of `record`; `position` is which of its instructions. */
  private find(record: number): Block {
    const slot = this.slot(record);
    this.position = this.positions[slot]!;
    return this.blocks[slot]!;
  }
  /** Where what is known of `record` stands. */
  private slot(record: number): number {
    if (this.emptied !== this.code.emptied) this.forget();
    const slot = (record >> 4) & (remembered - 1);
    if (this.records[slot] !== record) {
      const block = this.code.owner(record);
      const position = block.indexAt(record);
      this.records[slot] = record;
      this.blocks[slot] = block;
      this.positions[slot] = position;
    }
    return slot;
  }

  /** Records may stand for other instructions now. */
  private forget(): void {
    this.emptied = this.code.emptied;
    this.records.fill(0);
    this.model?.forgetSlots();
  }

  /** Generated code is about to run on `ctx`: the model hears where its core's clock stands. */
  begins(ctx: number): void {
    const { clock } = this;
    if (!clock) return;
    if (this.emptied !== this.code.emptied) this.forget();
    const state = this.states[this.coreOf(ctx)]!;
    clock[0] = state.ticks;
    clock[1] = state.instructions;
    clock[2] = this.slice;
  }

  /** The model asks where `record` is. */
  private place(record: number): void {
    const slot = this.slot(record);
    this.describe(this.model!, record, this.blocks[slot]!, this.positions[slot]!);
  }
  /** The model hears what matters of instruction k of `block` if it misses. */
  private describe(model: Model, record: number, block: Block, k: number): void {
    const { loads } = block.price;
    const prefix = block.prefix[k]!;
    if (!loads) return model.describe(record, k, prefix, -1, 0, 0, 0, 0, -1);
    const ordinal = loads.ordinal(k);
    const flags = (loads.locked(k) ? SlotFlag.locked : 0) | (loads.around(k) ? SlotFlag.around : 0);
    const count = loads.lanes.length;
    if (ordinal < 0) return model.describe(record, k, prefix, -1, flags, 0, 0, 0, count);
    const branch = (loads.branchLoads >>> ordinal) & 1 ? SlotFlag.branch : 0;
    model.describe(record, k, prefix, ordinal, flags | branch, loads.addressLanes[ordinal]!, loads.addressLoads[ordinal]!, loads.lanes[ordinal]!, count);
  }

  /** Instruction k of `block` runs singly from here on; `inside`: it is not the last, and what misses add is settled later. */
  step(ctx: number, block: Block, k: number, inside: boolean): void {
    this.stepped = block;
    this.position = k;
    this.shadowed = inside;
    if (inside) this.move(ctx, this.shadow);
    const { model } = this;
    if (!model) return;
    this.describe(model, 0, block, k);
    const state = this.states[this.coreOf(ctx)]!;
    model.steps(state.ticks - block.prefix[k]!, state.instructions - k, inside ? this.shadow : 0);
  }
  endStep(ctx: number): void {
    if (this.shadowed) this.move(this.shadow, ctx);
    this.shadowed = false;
    this.stepped = undefined;
    this.model?.endSteps();
  }

  /** Moves a block's unsettled misses. */
  private move(from: number, to: number): void {
    for (const [at, bytes] of this.unsettled) {
      this.ram.u8.copyWithin(to + at, from + at, from + at + bytes);
      this.ram.u8.fill(0, from + at, from + at + bytes);
    }
  }
}
