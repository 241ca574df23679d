/**
 * What nice values weigh, and the arithmetic on weights as Linux does it: with an inverse of 32 bits and a shift, cut to
 * integers, so that vruntimes are Linux's to the nanosecond. kernel/sched/core.c, sched_prio_to_weight; fair.c, __calc_delta.
 */
import { SCHED } from '../../../isa/abi/linux.js';

/** Weight of nice 0, and the unit of load and capacity. */
export const niceZero = 1024;
/** Weight of a task of SCHED_IDLE. */
export const idleWeight = 3;

/** By nice value from -20 on: each step is a tenth of the processor more or less against one other task. */
export const weights: readonly number[] = [
  88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121, 2501, 1991, 1586, 1277,
  1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
];

export const weightOf = (policy: number, nice: number): number => (policy === SCHED.IDLE ? idleWeight : weights[nice + 20]!);

/** Below this a product with 32 bits can be made in two halves. */
const splitLimit = 2 ** 42;

/** floor(a * b / 2^shift), exactly. a is a natural number, b is below 2^32, shift at least 21. */
export function mulShift(a: number, b: number, shift: number): number {
  if (a >= splitLimit) return Number((BigInt(a) * BigInt(b)) >> BigInt(shift));
  const high = Math.floor(a / 2 ** 21);
  return Math.floor((high * b + Math.floor(((a - high * 2 ** 21) * b) / 2 ** 21)) / 2 ** (shift - 21));
}

/** delta * weight / the weight whose inverse is given. */
function scaled(delta: number, weight: number, inverse: number): number {
  let factor = weight * inverse;
  let shift = 32;
  for (; factor >= 2 ** 32; shift--) factor = Math.floor(factor / 2);
  return mulShift(delta, factor, shift);
}

/** The part of `delta` that is due to `weight` of a queue of weight `total`. */
export const shareOf = (delta: number, weight: number, total: number): number => scaled(delta, weight, Math.floor((2 ** 32 - 1) / total));

/** Nanoseconds on a core as the vruntime of a task of this weight: at nice 0 they are equal. */
export const deltaFair = (delta: number, weight: number): number => (weight === niceZero ? delta : scaled(delta, niceZero, Math.floor(2 ** 32 / weight)));
