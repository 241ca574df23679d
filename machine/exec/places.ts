/**
 * Which instruction a core is at while generated code calls out, and what time it is there: generated code has stored its record and what is left
 * of its budget. While single instructions run, their block and position are told instead.
 */
import { engineCells, type CoreState } from '../core/context.js';
import { timingCells } from '../core/timing.js';
import type { Ram } from '../memory/ram.js';
import type { Block } from './block.js';
import type { CodeCache } from './code.js';
import type { BlockLoads } from '../uarch/loads.js';
import type { Where } from './misses.js';

/** Scale of ticks in `left`: instructions count below. */
export const tickShift = 24;
export const tickUnit = 2 ** tickShift;
/** Records whose instructions are remembered. */
const remembered = 4096;

export class Places {
  /** Budget of the slice that is running, ticks. */
  slice = 0;
  /** Reused. */
  private readonly here: Where = { core: 0, ctx: 0, k: 0, start: 0, instructions: 0, prefix: 0, loads: undefined, cells: 0 };
  private readonly records = new Int32Array(remembered);
  private readonly blocks: Block[] = [];
  private readonly positions = new Uint8Array(remembered);
  private readonly prefixes = new Float64Array(remembered);
  private readonly loads: (BlockLoads | undefined)[] = [];
  private drops = -1;
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

  /** The instruction that `ctx` is at. */
  readonly of = (ctx: number): Where => {
    const w = this.here;
    const core = this.coreOf(ctx);
    const state = this.states[core]!;
    w.core = core;
    w.ctx = ctx;
    w.cells = this.cellsOf(ctx);
    if (this.stepped) {
      w.k = this.position;
      w.prefix = this.stepped.prefix[w.k]!;
      w.start = state.ticks - w.prefix;
      w.instructions = state.instructions - w.k;
      w.loads = this.stepped.price.loads;
      return w;
    }
    const slot = this.slot(this.ram.i32[(ctx + engineCells.record) >> 2]!);
    const used = this.used(ctx);
    const ticks = Math.floor(used / tickUnit);
    w.k = this.positions[slot]!;
    w.prefix = this.prefixes[slot]!;
    w.start = state.ticks + ticks;
    w.instructions = state.instructions + used - ticks * tickUnit;
    w.loads = this.loads[slot];
    return w;
  };

  /** The same at the last instruction of its block, whichever of a pair the record is said to be of. */
  atEnd(ctx: number): Where {
    const w = this.of(ctx);
    const block = this.block(ctx);
    w.k = block.length - 1;
    w.prefix = block.prefix[w.k]!;
    return w;
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
    if (this.drops !== this.code.drops) {
      this.drops = this.code.drops;
      this.records.fill(0);
    }
    const slot = (record >> 4) & (remembered - 1);
    if (this.records[slot] !== record) {
      const block = this.code.owner(record);
      const position = block.indexAt(record);
      this.records[slot] = record;
      this.blocks[slot] = block;
      this.positions[slot] = position;
      this.prefixes[slot] = block.prefix[position]!;
      this.loads[slot] = block.price.loads;
    }
    return slot;
  }

  /** Instruction k of `block` runs singly from here on; `inside`: it is not the last, and what misses add is settled later. */
  step(ctx: number, block: Block, k: number, inside: boolean): void {
    this.stepped = block;
    this.position = k;
    this.shadowed = inside;
    if (inside) this.move(ctx, this.shadow);
  }
  endStep(ctx: number): void {
    if (this.shadowed) this.move(this.shadow, ctx);
    this.shadowed = false;
    this.stepped = undefined;
  }

  /** Moves a block's unsettled misses. */
  private move(from: number, to: number): void {
    for (const [at, bytes] of this.unsettled) {
      this.ram.u8.copyWithin(to + at, from + at, from + at + bytes);
      this.ram.u8.fill(0, from + at, from + at + bytes);
    }
  }
}
