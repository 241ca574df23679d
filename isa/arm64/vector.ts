/**
 * What floating-point and SIMD lifts are written with. A scalar or a 64-bit vector write clears the rest of the register.
 * Values of 8 and 16 bits are i32.
 */
import type { IrBuilder, Value } from '../ir.js';
import { bytesOf, floatTy, zero, type FloatBits } from '../lanes.js';
import type { RegOperand } from '../row.js';

export { bytesOf, floatTy, lanes, vconst, zero, type FloatBits } from '../lanes.js';

/** The low `w` bits of a vector register as a float. */
export const scalar = (b: IrBuilder, r: RegOperand, w: FloatBits): Value => b.get(floatTy(w), w, r.slot);
/** All 128 bits. */
export const vec = (b: IrBuilder, r: RegOperand): Value => b.get('v128', 128, r.slot);

/** Writes a float, integer or narrower value and clears the rest. `w`: 8 and 16 are i32 values already cut to width. */
export function putScalar(b: IrBuilder, r: RegOperand, w: number, v: Value): void {
  const ty = b.ty(v);
  const shape = { i32: 'i32x4', i64: 'i64x2', f32: 'f32x4', f64: 'f64x2', v128: undefined }[ty];
  if (shape === undefined || (w < 32 && ty !== 'i32')) throw new Error(`a scalar of type ${ty}`);
  b.put(128, r.slot, b.lane(`${shape}.replace_lane`, 0, zero(b), v));
}

/** Writes a vector of 128 bits, or of 64 with the upper half cleared. */
export function putVec(b: IrBuilder, r: RegOperand, v: Value, bits: 64 | 128 = 128): void {
  b.put(128, r.slot, bits === 128 ? v : b.op('v128.and', v, b.const('v128', (1n << 64n) - 1n)));
}

/** An arrangement of lanes: its name in forms, the size and Q fields, the width of a lane, and how much of the register it is. */
export interface Arrangement {
  readonly T: string;
  readonly size: string;
  readonly Q: string;
  readonly w: 8 | 16 | 32 | 64;
  readonly bits: 64 | 128;
}
export const arrangements: readonly Arrangement[] = [
  { T: '8B', size: '00', Q: '0', w: 8, bits: 64 },
  { T: '16B', size: '00', Q: '1', w: 8, bits: 128 },
  { T: '4H', size: '01', Q: '0', w: 16, bits: 64 },
  { T: '8H', size: '01', Q: '1', w: 16, bits: 128 },
  { T: '2S', size: '10', Q: '0', w: 32, bits: 64 },
  { T: '4S', size: '10', Q: '1', w: 32, bits: 128 },
  { T: '2D', size: '11', Q: '1', w: 64, bits: 128 },
];
/** Those with lanes of the widths named. */
export const ofWidths = (...widths: readonly number[]): readonly Arrangement[] => arrangements.filter((a) => widths.includes(a.w));

/** The IR's name for 128 bits of lanes of `w` bits. */
export const shapeOf = (w: number): string => `i${w}x${128 / w}`;
export const lane = (b: IrBuilder, w: number, op: string, ...args: Value[]): Value => b.op(`${shapeOf(w)}.${op}`, ...args);

/** The upper 64 bits as the lower, for the second form of widening instructions. */
export const upper = (b: IrBuilder, v: Value): Value => b.shuffle(v, v, bytesOf(64, [1, 1]));
