/**
 * The step over a block whose ways are long, when lanes are so late that a lane and a latency do not fit into a byte together.
 *
 * First it asks by how much the latest result is beyond the window, which is how long the clock must wait: no lane is beyond it, so what is left of a latency
 * when the lane's distance from the window is taken says so. Then it goes over the block: what of a latency is more than what is to be taken from
 * the lanes is added, what is less is taken, so that no sum is greater than its result.
 *
 * It is a function of its own: few blocks need it, and the main function has no registers to spare.
 */
import { engineCells } from '../core/context.js';
import { quarterTicks, timingCells } from '../core/timing.js';
import { tail } from './interval.js';
import { Code } from './wasm.js';

const [CTX, RECORD, TAKE] = [0, 1, 2];

/** One way into each of 16 lanes: the local for what the lanes it comes from have, and where its latencies stand. */
interface Chosen {
  readonly from: number;
  readonly latencies: number;
}

/**
 * (context, record, quarters to take from the lanes) -> quarters for which the clock waits beside. 255 of them: as many as `engineCells.taken` says. The lanes
 * in the context become those behind the block. `caches`: what the clock has waited for misses is taken, too, and settled.
 */
export function longStep(caches: boolean): Code {
  const code = new Code(3);
  const wait = code.local('i32');
  const [by, more, low, high, a, b, c, d] = Array.from({ length: 8 }, () => code.local('v128')) as [number, number, number, number, number, number, number, number];
  const field = (at: number): void => (code.get(RECORD), code.mem('v128.load', at));
  /** Of lanes that the way at `at` comes from: their part of the lower half, or of the upper. */
  const swizzled = (half: number, at: number): void => (code.get(CTX), code.mem('v128.load', timingCells.ready + half), field(at), code.op('i8x16.swizzle'));
  const wideWays: readonly Chosen[] = [a, b, c, d].map((from, i) => ({ from, latencies: tail.step + 48 * i + 32 }));
  const narrowWays: readonly Chosen[] = [a, b].map((from, i) => ({ from, latencies: tail.step + 32 * i + 16 }));
  const isWide = (): void => (code.get(RECORD), code.mem('i32.load8_u', tail.wide), code.i32(1), code.op('i32.and'));

  /** By how much the latest of `ways` is beyond the window, in each of 16 lanes. `by` is the window. */
  const beyond = (ways: readonly Chosen[]): void => {
    ways.forEach(({ from, latencies }, i) => {
      field(latencies), code.get(by), code.get(from), code.op('i8x16.sub_sat_u'), code.op('i8x16.sub_sat_u');
      if (i > 0) code.op('i8x16.max_u');
    });
    code.set(low);
  };
  /** The later of two ways, less what is taken. */
  const later = (ways: readonly Chosen[], to: number): void => {
    for (const { from, latencies } of ways) {
      code.get(from), code.get(by), field(latencies), code.op('i8x16.sub_sat_u'), code.op('i8x16.sub_sat_u');
      field(latencies), code.get(by), code.op('i8x16.sub_sat_u'), code.op('i8x16.add_sat_u');
    }
    code.op('i8x16.max_u'), code.set(to);
  };
  /** The same where more than 255 is taken, which no latency is: by `more`. */
  const laterBy = (ways: readonly Chosen[], to: number): void => {
    for (const { from, latencies } of ways) {
      code.get(from), code.get(by), field(latencies), code.op('i8x16.sub_sat_u'), code.get(more), code.op('i8x16.add_sat_u'), code.op('i8x16.sub_sat_u');
    }
    code.op('i8x16.max_u'), code.set(to);
  };

  code.get(TAKE), code.i32(255), code.op('i32.eq'), code.if();
  code.get(CTX), code.mem('i32.load', engineCells.taken), code.set(TAKE);
  code.end();
  if (caches) {
    code.get(TAKE), code.get(CTX), code.mem('i32.load', engineCells.stalled), code.i32(quarterTicks), code.op('i32.div_u'), code.op('i32.add'), code.set(TAKE);
    code.get(CTX), code.i32(0), code.mem('i32.store', engineCells.stalled);
  }
  // the bias is 254 - window
  code.i32(254), code.op('i8x16.splat'), code.get(CTX), code.mem('v128.load', timingCells.bias), code.op('i8x16.sub'), code.set(by);
  isWide(), code.if();
  for (const { from, latencies } of wideWays) {
    swizzled(0, latencies - 32), swizzled(16, latencies - 16), code.op('v128.or'), code.set(from);
  }
  beyond(wideWays);
  code.else();
  for (const { from, latencies } of narrowWays) swizzled(0, latencies - 16), code.set(from);
  beyond(narrowWays);
  code.end();
  for (const shift of [8, 4, 2, 1]) {
    code.get(low), code.get(low), code.get(low);
    code.shuffle(Array.from({ length: 16 }, (_, i) => (i + shift) % 16));
    code.op('i8x16.max_u'), code.set(low);
  }
  code.get(low), code.lane('i8x16.extract_lane_u', 0), code.get(TAKE), code.op('i32.sub'), code.set(wait);
  code.get(wait), code.i32(0), code.get(wait), code.i32(0), code.op('i32.gt_s'), code.op('select'), code.set(wait);
  const take = (of: typeof later): void => {
    isWide(), code.if();
    of(wideWays.slice(0, 2), low), of(wideWays.slice(2), high);
    code.else();
    of(narrowWays, low);
    code.get(CTX), code.mem('v128.load', timingCells.ready + 16), code.get(by), code.op('i8x16.sub_sat_u'), code.set(high);
    code.end();
  };
  code.get(TAKE), code.get(wait), code.op('i32.add'), code.tee(TAKE), code.i32(255), code.op('i32.le_u'), code.if();
  code.get(TAKE), code.op('i8x16.splat'), code.set(by);
  take(later);
  code.else();
  code.i32(255), code.op('i8x16.splat'), code.set(by);
  code.get(TAKE), code.i32(510), code.get(TAKE), code.i32(510), code.op('i32.lt_u'), code.op('select'), code.i32(255), code.op('i32.sub'), code.op('i8x16.splat'), code.set(more);
  take(laterBy);
  code.end();
  code.get(CTX), code.get(low), code.mem('v128.store', timingCells.ready);
  code.get(CTX), code.get(high), code.mem('v128.store', timingCells.ready + 16);
  code.get(wait);
  return code;
}
