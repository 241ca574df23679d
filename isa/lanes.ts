/** Vectors as lanes, for lifts of both instruction sets: constants, and the byte indexes of shuffles. */
import type { IrBuilder, Ty, Value } from './ir.js';

export type FloatBits = 32 | 64;
export const floatTy = (w: FloatBits): Ty => (w === 32 ? 'f32' : 'f64');

/** A constant of equal or listed lanes, lane 0 first: `lanes(8, [0, 1, 2, ...])`, repeated as often as fits. */
export function lanes(width: number, values: readonly (number | bigint)[]): bigint {
  let v = 0n;
  for (let i = 0; i < 128 / width; i++) v |= BigInt.asUintN(width, BigInt(values[i % values.length]!)) << BigInt(i * width);
  return v;
}
export const vconst = (b: IrBuilder, width: number, ...values: (number | bigint)[]): Value => b.const('v128', lanes(width, values));
export const zero = (b: IrBuilder): Value => b.const('v128', 0n);

/** Byte indexes of whole lanes: `bytesOf(32, [2, 0])` is 8 9 10 11 0 1 2 3. Lanes of a second vector follow those of the first. */
export const bytesOf = (width: number, picks: readonly number[]): number[] =>
  picks.flatMap((p) => Array.from({ length: width / 8 }, (_, i) => p * (width / 8) + i));
