/**
 * Time of a block's end as WebAssembly: prediction, the front end, latencies between blocks, the reorder window.
 *
 * All arms that end a block meet in one shared piece of code. It finds what it must know of the block behind the block's last record
 * (`tail`), and the core's state in the context (core/timing.ts); `ready` and the branch history stay in locals while
 * generated code runs.
 *
 * The step over a block, per lane: its new ready time is the later of two old ones (swizzles choose them) plus a latency
 * each; then the block's own cost is taken from all of them, down to 0. What the rare events add (mispredicted, not decoded,
 * beyond the window) goes to `left` and is taken from the lanes too.
 */
import { quarterTicks, returnEntries, timingCells } from '../core/timing.js';
import { engineCells } from '../core/context.js';
import { addressMask, costOffset, unitBytes } from './layout.js';
import type { Code, Label, OwnFunction } from './wasm.js';

/** What stands behind a record that ends a block, byte offsets from that record. */
export const tail = {
  /** Index of the branch's counter before the history, u16. */
  branch: 2 * unitBytes,
  /** Offset of the block's entry in the front table, u16. */
  front: 2 * unitBytes + 2,
  /** What stands there when the block is decoded: low 32 bits of its entry. */
  tag: 2 * unitBytes + 4,
  /** When the branch's inputs are there: lane, latency; lane, latency; latency without lanes. Quarter cycles, u8. */
  resolve: 2 * unitBytes + 8,
  /**
   * 0: only lanes 0 to 15 take part; 1: all; else that bit, and beside it the longest way in quarters: so many that a sum of a lane and a latency may
   * not fit into a byte (longWays.ts). u8
   */
  wide: 2 * unitBytes + 13,
  /** The block's cost in quarter cycles, below 255. u8 */
  quarters: 2 * unitBytes + 14,
  /** Of a block with a locked access: quarter cycles by which the last lane, in whose order they are, may be behind issue. 0: any. u8 */
  order: 2 * unitBytes + 15,
  /** Offset in the targets, of indirect jumps. u16 */
  target: 2 * unitBytes + 16,
  /** Ticks that decoding adds, u16. */
  decode: 2 * unitBytes + 18,
  /** The block's cost. Its last instruction's record may charge less: when the others were stepped. i32 */
  ticks: 2 * unitBytes + 20,
  /** Return address of a call, i64. */
  next: 2 * unitBytes + 24,
  /** Lanes 0 to 15: source, latency, source, latency, 16 bytes each. When wide: see vector.ts. */
  step: 2 * unitBytes + 32,
  /** Where reports count: micro-ops, loads, stores and branches of the block, i32 each. */
  counts: 2 * unitBytes + 32 + 192,
  /** Where reports count by instruction: how often the block has run, and with a wrong prediction, i64 each; whether its end is told (exec/profile.ts), u8. */
  runs: 2 * unitBytes + 32 + 192 + 16,
  wrong: 2 * unitBytes + 32 + 192 + 24,
  tells: 2 * unitBytes + 32 + 192 + 32,
} as const;
export const narrowTailBytes = 32 + 64;
export const wideTailBytes = 32 + 192;
export const talliedTailBytes = wideTailBytes + 48;

/** Adds what the block whose last record is `record` counts, and what it costs by itself, to the core's counts for reports. */
export function tallyBlock(code: Code, ctx: number, record: number): void {
  code.get(ctx), code.get(ctx), code.mem('v128.load', engineCells.tally);
  code.get(record), code.mem('v128.load', tail.counts), code.op('i32x4.add'), code.mem('v128.store', engineCells.tally);
  tallyTicks(code, ctx, issueCell, () => {
    code.get(record), code.mem('i64.load', costOffset), code.i64(24n), code.op('i64.shr_u'), code.op('i32.wrap_i64');
  });
}
/** Adds what `push` pushes to one of them. */
function tallyTicks(code: Code, ctx: number, cell: number, push: () => void): void {
  code.get(ctx), code.get(ctx), code.mem('i32.load', cell);
  push(), code.op('i32.add'), code.mem('i32.store', cell);
}
/** The block whose last record is `record` has run; `mis`: whether with a wrong prediction, where there are any. */
export function profileBlock(code: Code, record: number, mis?: number): void {
  code.get(record), code.get(record), code.mem('i64.load', tail.runs), code.i64(1n), code.op('i64.add'), code.mem('i64.store', tail.runs);
  if (mis === undefined) return;
  code.get(record), code.get(record), code.mem('i64.load', tail.wrong), code.get(mis), code.op('i64.extend_i32_u'), code.op('i64.add'), code.mem('i64.store', tail.wrong);
}
/** Calls import `told` where somebody wants to know that the block has ended, and where it goes: to the record that `next` pushes. */
export function tellEnd(code: Code, { ctx, record, left }: Pick<IntervalLocals, 'ctx' | 'record' | 'left'>, next: () => void, told: number): void {
  code.get(record), code.mem('i32.load8_u', tail.tells), code.if();
  code.get(ctx), code.get(record), code.mem('i32.store', engineCells.record);
  code.get(ctx), code.get(left), code.mem('i64.store', engineCells.left);
  code.get(ctx), next(), code.call(told);
  code.end();
}
// In the order of exec/tally.ts.
const [issueCell, frontCell, mispredictCell, windowCell, lockCell] = [16, 20, 24, 28, 32].map((at) => engineCells.tally + at) as [number, number, number, number, number];

export interface IntervalLocals {
  readonly ctx: number;
  readonly record: number;
  readonly left: number;
  /** Record to go on at. */
  readonly next: number;
  /** 1: the branch was mispredicted. */
  readonly mis: number;
  /** The branch's outcome, 0 or 1. */
  readonly taken: number;
  /** i64 */
  readonly target: number;
}

export class Interval {
  private readonly history: number;
  private readonly low: number;
  private readonly high: number;
  private readonly a: number;
  private readonly b: number;
  private readonly quarters: number;
  private readonly by: number;
  // Where blocks go that are not as usual: with all lanes or long ways; beyond the window.
  private other: Label = 0;
  private late: Label = 0;

  /** `longStep`: the function of longWays.ts. `fetched`: with caches, the import that says what bringing a block's code costs. `tallies`: it counts for reports; `told`: by instruction, too, with this import. */
  constructor(private readonly code: Code, private readonly l: IntervalLocals, private readonly longStep: OwnFunction, private readonly fetched: number | undefined, private readonly tallies: boolean, private readonly told: number | undefined) {
    this.history = code.local('i32');
    this.a = code.local('i32');
    this.b = code.local('i32');
    this.low = code.local('v128');
    this.high = code.local('v128');
    this.quarters = code.local('v128');
    this.by = code.local('v128');
  }

  /** From the context to the locals. */
  enter(): void {
    const { code, l } = this;
    code.get(l.ctx), code.mem('i32.load', timingCells.history), code.set(this.history);
  }
  /** And back. */
  leave(): void {
    const { code, l } = this;
    code.get(l.ctx), code.get(this.history), code.mem('i32.store', timingCells.history);
  }
  private lanes(): void {
    const { code, l } = this;
    code.get(l.ctx), code.mem('v128.load', timingCells.ready), code.set(this.low);
    code.get(l.ctx), code.mem('v128.load', timingCells.ready + 16), code.set(this.high);
  }
  private spill(): void {
    const { code, l } = this;
    code.get(l.ctx), code.get(this.low), code.mem('v128.store', timingCells.ready);
    code.get(l.ctx), code.get(this.high), code.mem('v128.store', timingCells.ready + 16);
  }

  private field(op: string, offset: number): void {
    this.code.get(this.l.record);
    this.code.mem(op, offset);
  }

  /** `taken` is known. On behind it, or to `wrong` with `mis` set. */
  direction(wrong: Label): void {
    const { code, l, history, a, b } = this;
    this.field('i32.load16_u', tail.branch);
    code.get(history), code.op('i32.xor');
    code.get(l.ctx), code.op('i32.add'), code.set(a);
    code.get(history), code.i32(1), code.op('i32.shl'), code.get(l.taken), code.op('i32.or');
    code.get(l.ctx), code.mem('i32.load', timingCells.historyMask), code.op('i32.and');
    code.set(history);
    // the surest counter for this outcome: one that differs in the low bit at most was right, and becomes it
    code.get(l.taken), code.i32(3), code.op('i32.mul'), code.set(b);
    code.get(a), code.mem('i32.load8_u', timingCells.counters), code.get(b), code.op('i32.xor'), code.i32(2), code.op('i32.ge_u'), code.if();
    code.get(a), code.get(a), code.mem('i32.load8_u', timingCells.counters), code.get(b), code.i32(2), code.op('i32.and'), code.op('i32.add'), code.i32(1), code.op('i32.sub'), code.mem('i32.store8', timingCells.counters);
    code.i32(1), code.set(l.mis);
    code.br(wrong);
    code.end();
    code.get(a), code.get(b), code.mem('i32.store8', timingCells.counters);
  }

  /** A call: remembers where its return goes. */
  push(): void {
    const { code, l, a } = this;
    code.get(l.ctx), code.get(l.ctx), code.mem('i32.load', timingCells.depth), code.tee(a);
    code.i32(8), code.op('i32.add'), code.i32(8 * returnEntries - 1), code.op('i32.and');
    code.mem('i32.store', timingCells.depth);
    code.get(l.ctx), code.get(a), code.op('i32.add');
    this.field('i64.load', tail.next);
    code.mem('i64.store', timingCells.returns);
  }
  /** A return to `target`: sets `mis`. */
  pop(): void {
    const { code, l, a } = this;
    code.get(l.ctx), code.get(l.ctx), code.mem('i32.load', timingCells.depth);
    code.i32(8), code.op('i32.sub'), code.i32(8 * returnEntries - 1), code.op('i32.and');
    code.tee(a), code.mem('i32.store', timingCells.depth);
    code.get(l.ctx), code.get(a), code.op('i32.add'), code.mem('i64.load', timingCells.returns);
    code.get(l.target), code.op('i64.ne'), code.set(l.mis);
  }
  /** Any other indirect jump to `target`: sets `mis`. */
  indirect(): void {
    const { code, l, a } = this;
    code.get(l.ctx), this.field('i32.load16_u', tail.target), code.op('i32.add'), code.tee(a);
    code.mem('i64.load', timingCells.targets);
    code.get(l.target), code.op('i64.ne'), code.set(l.mis);
    code.get(a), code.get(l.target), code.mem('i64.store', timingCells.targets);
  }

  /** Opens the labels that `finish` closes. The result is where a block goes whose last branch was mispredicted (`mis` is not 0). */
  opens(): Label {
    this.late = this.code.block();
    this.other = this.code.block();
    return this.code.block();
  }

  /**
   * The block is over, on to `next`, and its end was foreseen; else it comes in at `wrong`. What most blocks are (decoded, in lanes 0 to 15 only, not beyond
   * the window) stands first and runs without a jump: V8 puts what a condition leads away to behind it, because that never comes back here.
   */
  finish(wrong: Label, limit: Label, loop: Label): void {
    const { code, l, low, high, b, late, other } = this;
    this.undecoded();
    if (this.fetched !== undefined) code.get(l.ctx), code.mem('i32.load', timingCells.missed), code.op('i32.or');
    code.i32(0), code.set(l.mis);
    code.brIf(wrong);
    this.counted();
    this.tells();
    this.field('v128.load8_splat', tail.quarters), code.set(this.quarters);
    this.lanes();
    this.field('i32.load8_u', tail.wide), code.tee(b), code.brIf(other);
    this.narrow();
    // the upper lanes were not beyond the window before
    this.beyond(() => code.get(low)), code.brIf(late);
    this.goOn(limit, loop);
    code.end(); // wrong
    this.counted(l.mis);
    this.rare();
    this.tells();
    this.lanes();
    this.field('i32.load8_u', tail.wide), code.set(b);
    code.end(); // other
    this.step();
    if (this.fetched !== undefined) this.afterMisses();
    this.beyond(() => (code.get(low), code.get(high), code.op('i8x16.max_u'))), code.brIf(late);
    this.goOn(limit, loop);
    code.end(); // late
    this.throttle();
    this.goOn(limit, loop);
  }
  /** Pushes what is not 0 when the front table does not have the block first. */
  private undecoded(): void {
    const { code, l, a } = this;
    code.get(l.ctx), this.field('i32.load16_u', tail.front), code.op('i32.add'), code.tee(a);
    code.mem('i32.load', timingCells.front);
    this.field('i32.load', tail.tag), code.op('i32.xor');
  }
  /** For reports. `mis`: whether with a wrong prediction, where there may be any. */
  private counted(mis?: number): void {
    const { code, l } = this;
    if (this.tallies) tallyBlock(code, l.ctx, l.record);
    if (this.told !== undefined) profileBlock(code, l.record, mis);
  }
  private tells(): void {
    const { code, l } = this;
    if (this.told !== undefined) tellEnd(code, l, () => code.get(l.next), this.told);
  }
  /** Pushes what is not 0 when a lane that `lanes` pushes is beyond the window. */
  private beyond(lanes: () => void): void {
    const { code, l } = this;
    lanes();
    code.get(l.ctx), code.mem('v128.load', timingCells.bias), code.op('i8x16.avgr_u');
    code.op('i8x16.bitmask');
  }
  /** The lanes are as behind the block: charges it. */
  private goOn(limit: Label, loop: Label): void {
    const { code, l } = this;
    this.spill();
    code.get(l.left), this.field('i64.load', costOffset), code.op('i64.sub'), code.tee(l.left);
    code.get(l.next), code.i32(addressMask), code.op('i32.and'), code.set(l.record);
    code.i64(0n), code.op('i64.lt_s'), code.brIf(limit);
    code.br(loop);
  }

  private chargeTicks(local: number, cell?: number): void {
    const { code, l } = this;
    this.tally(cell, local);
    code.get(l.left), code.get(local), code.op('i64.extend_i32_u'), code.i64(24n), code.op('i64.shl'), code.op('i64.sub'), code.set(l.left);
  }

  private tally(cell: number | undefined, local: number): void {
    if (this.tallies && cell !== undefined) tallyTicks(this.code, this.l.ctx, cell, () => this.code.get(local));
  }

  private count(cell: number): void {
    const { code, l } = this;
    code.get(l.ctx), code.get(l.ctx), code.mem('i64.load', cell), code.i64(1n), code.op('i64.add'), code.mem('i64.store', cell);
  }

  /** Of the block's tail: a lane's old ready time plus its latency. */
  private resolved(at: number): void {
    const { code, l } = this;
    this.field('i32.load8_u', at), code.get(l.ctx), code.op('i32.add'), code.mem('i32.load8_u', timingCells.ready);
    this.field('i32.load8_u', at + 1), code.op('i32.add');
  }
  private max(x: number, y: number): void {
    const { code } = this;
    code.get(x), code.get(y), code.get(x), code.get(y), code.op('i32.gt_s'), code.op('select');
  }

  /** Mispredicted (`mis`), or the block was not decoded, or has missed. Leaves in `quarters` what to take from the lanes. */
  private rare(): void {
    const { code, l, a, b } = this;
    const extra = l.taken;
    code.i32(0), code.set(extra);
    this.undecoded(), code.if();
    // the set's second entry; what was first becomes second
    code.get(a), code.mem('i32.load', timingCells.front + 4), this.field('i32.load', tail.tag), code.op('i32.ne');
    code.get(a), code.get(a), code.mem('i32.load', timingCells.front), code.mem('i32.store', timingCells.front + 4);
    code.get(a), this.field('i32.load', tail.tag), code.mem('i32.store', timingCells.front);
    code.if();
    this.count(timingCells.decodings);
    this.field('i32.load16_u', tail.decode), code.set(extra);
    if (this.fetched !== undefined) {
      code.get(l.ctx), code.get(l.record), code.mem('i32.store', engineCells.record);
      code.get(l.ctx), code.get(l.left), code.mem('i64.store', engineCells.left);
      code.get(l.ctx), code.call(this.fetched), code.get(extra), code.op('i32.add'), code.set(extra);
    }
    this.tally(frontCell, extra);
    code.end();
    code.end();
    code.get(l.mis), code.if();
    this.count(timingCells.mispredictions);
    this.resolved(tail.resolve), code.set(a);
    this.resolved(tail.resolve + 2), code.set(b);
    this.max(a, b), code.set(a);
    this.field('i32.load8_u', tail.resolve + 4), code.set(b);
    this.max(a, b);
    if (this.fetched !== undefined) {
      code.set(a), code.get(l.ctx), code.mem('i32.load8_u', timingCells.branchReady), code.set(b);
      this.max(a, b);
    }
    code.i32(quarterTicks), code.op('i32.mul');
    this.field('i32.load', tail.ticks), code.op('i32.sub');
    code.set(a), code.i32(0), code.set(b);
    this.max(a, b);
    code.get(l.ctx), code.mem('i32.load', timingCells.refill), code.op('i32.add');
    code.set(a), this.tally(mispredictCell, a), code.get(a);
    code.get(extra), code.op('i32.add'), code.set(extra);
    code.end();
    this.chargeTicks(extra);
    if (this.fetched !== undefined) {
      code.get(l.ctx), code.mem('i32.load', engineCells.stalled), code.set(a);
      this.chargeTicks(a);
    }
    this.field('i32.load8_u', tail.quarters);
    code.get(extra), code.i32(quarterTicks), code.op('i32.div_u'), code.op('i32.add'), code.set(a);
    code.get(l.ctx), code.get(a), code.mem('i32.store', engineCells.taken);
    code.i32(255), code.set(b);
    code.get(a), code.get(b), code.get(a), code.get(b), code.op('i32.lt_s'), code.op('select');
    code.op('i8x16.splat'), code.set(this.quarters);
  }

  /**
   * While the clock waited for misses everything else got on. Results of loads that missed, and what depends on them, are ready no sooner
   * than `pending` says, from the block's start as the waits have moved it.
   */
  private afterMisses(): void {
    const { code, l, low, high, a, b } = this;
    code.get(l.ctx), code.mem('i32.load', timingCells.missed), code.if();
    code.get(l.ctx), code.mem('i32.load', engineCells.stalled), code.i32(quarterTicks), code.op('i32.div_u'), code.set(a);
    code.i32(255), code.set(b);
    for (const lane of [low, high]) {
      code.get(lane);
      code.get(a), code.get(b), code.get(a), code.get(b), code.op('i32.lt_u'), code.op('select'), code.op('i8x16.splat');
      code.op('i8x16.sub_sat_u'), code.set(lane);
    }
    // `quarters` is short by what ways that do not fit into a byte are counted late
    this.field('i32.load', tail.ticks), code.i32(quarterTicks), code.op('i32.div_u'), this.field('i32.load8_u', tail.quarters), code.op('i32.sub'), code.set(a);
    code.get(this.quarters), code.get(a), code.op('i8x16.splat'), code.op('i8x16.add_sat_u'), code.set(this.quarters);
    for (const [lane, at] of [[low, timingCells.pending], [high, timingCells.pending + 16]] as const) {
      code.get(lane);
      code.get(l.ctx), code.mem('v128.load', at), code.get(this.quarters), code.op('i8x16.sub_sat_u');
      code.op('i8x16.max_u'), code.set(lane);
      code.get(l.ctx), code.bits('v128', 0n), code.mem('v128.store', at);
    }
    code.get(l.ctx), code.i32(0), code.mem('i32.store', timingCells.missed);
    code.get(l.ctx), code.i32(0), code.mem('i32.store', timingCells.branchReady);
    code.get(l.ctx), code.i32(0), code.mem('i32.store', engineCells.stalled);
    code.end();
  }

  /** `b` is the tail's `wide`. */
  private step(): void {
    const { code, b, low, high } = this;
    const done = code.block();
    const narrow = code.block();
    const order = code.block();
    const wide = code.block();
    code.get(b), code.i32(1), code.op('i32.eq'), code.brIf(wide);
    code.get(b), code.op('i32.eqz'), code.brIf(narrow);
    // whether a lane and the longest way are too much, as beyond the window
    code.get(low), code.get(high), code.op('i8x16.max_u'), code.get(b), code.op('i8x16.splat'), code.op('i8x16.avgr_u'), code.op('i8x16.bitmask');
    code.if();
    this.long();
    code.br(order);
    code.end();
    code.get(b), code.i32(1), code.op('i32.and'), code.op('i32.eqz'), code.brIf(narrow);
    code.end(); // wide
    for (const at of [tail.step, tail.step + 96]) {
      this.chosen(at), this.chosen(at + 48);
      code.op('i8x16.max_u');
      code.get(this.quarters), code.op('i8x16.sub_sat_u');
    }
    code.set(high), code.set(low);
    code.end(); // order
    this.inOrder();
    code.br(done);
    code.end(); // narrow
    this.narrow();
    code.end(); // done
  }
  private long(): void {
    const { code, l, a, quarters } = this;
    code.get(l.ctx), code.get(l.record), code.get(quarters), code.lane('i8x16.extract_lane_u', 0), code.callOwn(this.longStep), code.set(a);
    this.lanes();
    if (this.fetched !== undefined) code.get(quarters), code.get(a), code.op('i8x16.splat'), code.op('i8x16.add_sat_u'), code.set(quarters);
    code.get(a), code.if();
    code.get(a), code.i32(quarterTicks), code.op('i32.mul'), code.set(a);
    this.chargeTicks(a, windowCell);
    code.end();
  }
  /** A lane of the 32 plus a latency, for 16 lanes. */
  private chosen(at: number): void {
    const { code, low, high } = this;
    code.get(low), this.field('v128.load', at), code.op('i8x16.swizzle');
    code.get(high), this.field('v128.load', at + 16), code.op('i8x16.swizzle');
    code.op('v128.or');
    this.field('v128.load', at + 32), code.op('i8x16.add_sat_u');
  }
  private narrow(): void {
    const { code, low, high } = this;
    code.get(low), this.field('v128.load', tail.step), code.op('i8x16.swizzle');
    this.field('v128.load', tail.step + 16), code.op('i8x16.add_sat_u');
    code.get(low), this.field('v128.load', tail.step + 32), code.op('i8x16.swizzle');
    this.field('v128.load', tail.step + 48), code.op('i8x16.add_sat_u');
    code.op('i8x16.max_u');
    code.get(this.quarters), code.op('i8x16.sub_sat_u'), code.set(low);
    code.get(high), code.get(this.quarters), code.op('i8x16.sub_sat_u'), code.set(high);
  }

  /** A locked access touches memory when those before it are done: the clock waits until no more than one is under way. */
  private inOrder(): void {
    const { code, a, by, low, high } = this;
    this.field('i32.load8_u', tail.order), code.if();
    code.get(high), code.lane('i8x16.extract_lane_u', 15), this.field('i32.load8_u', tail.order), code.op('i32.sub'), code.tee(a);
    code.i32(0), code.op('i32.gt_s'), code.if();
    code.get(a), code.op('i8x16.splat'), code.set(by);
    code.get(low), code.get(by), code.op('i8x16.sub_sat_u'), code.set(low);
    code.get(high), code.get(by), code.op('i8x16.sub_sat_u'), code.set(high);
    code.get(a), code.i32(quarterTicks), code.op('i32.mul'), code.set(a);
    this.chargeTicks(a, lockCell);
    code.end();
    code.end();
  }

  /** Some lane is beyond the window: the clock waits until none is. */
  private throttle(): void {
    const { code, l, a, low, high, quarters: wide } = this;
    code.get(low), code.get(high), code.op('i8x16.max_u'), code.set(wide);
    for (const shift of [8, 4, 2, 1]) {
      code.get(wide), code.get(wide), code.get(wide);
      code.shuffle(Array.from({ length: 16 }, (_, i) => (i + shift) % 16));
      code.op('i8x16.max_u'), code.set(wide);
    }
    // the bias is 254 - window
    code.get(wide), code.lane('i8x16.extract_lane_u', 0);
    code.get(l.ctx), code.mem('i32.load8_u', timingCells.bias), code.op('i32.add'), code.i32(254), code.op('i32.sub'), code.tee(a);
    code.op('i8x16.splat'), code.set(wide);
    code.get(low), code.get(wide), code.op('i8x16.sub_sat_u'), code.set(low);
    code.get(high), code.get(wide), code.op('i8x16.sub_sat_u'), code.set(high);
    code.get(a), code.i32(quarterTicks), code.op('i32.mul'), code.set(a);
    this.chargeTicks(a, windowCell);
  }
}
