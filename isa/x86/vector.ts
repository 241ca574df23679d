/**
 * What SSE lifts are written with: 128-bit and scalar operands, immediates that choose lanes, constants.
 *
 * An immediate may be a Param, whose value no lift may ask, so what it chooses is computed: a lane number
 * becomes a swizzle control or a compare mask. SDM 1, 10 and 11; memory operands of 16 bytes must be aligned
 * unless the instruction says otherwise (SDM 1, 11.3; #GP).
 */
import type { IrBuilder, Ty, Value } from '../ir.js';
import type { Insn, Lift, Operand, RegOperand } from '../row.js';
import { address } from './lift.js';

export type FloatBits = 32 | 64;
export const floatTy = (w: FloatBits): Ty => (w === 32 ? 'f32' : 'f64');

/** A constant of equal or listed lanes, lane 0 first: `lanes(8, [0, 1, 2, ...])`, repeated as often as fits. */
export function lanes(width: number, values: readonly (number | bigint)[]): bigint {
  let v = 0n;
  for (let i = 0; i < 128 / width; i++) v |= BigInt.asUintN(width, BigInt(values[i % values.length]!)) << BigInt(i * width);
  return v;
}
export const vconst = (b: IrBuilder, width: number, ...values: (number | bigint)[]): Value => b.const('v128', lanes(width, values));
export const iota = (b: IrBuilder): Value => vconst(b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
export const zero = (b: IrBuilder): Value => b.const('v128', 0n);

/** All 128 bits of an operand; a memory operand is a load, aligned to `align`. */
export function vec(b: IrBuilder, op: Operand, align = 16): Value {
  if (op.kind === 'mem') return b.load('v128', 128, address(b, op), false, align);
  return b.get('v128', 128, (op as RegOperand).slot);
}

/** Low `w` bits of a register or `w` bits of memory, as `ty`. */
export function low(b: IrBuilder, op: Operand, ty: Ty, w: number, signed = false): Value {
  if (op.kind === 'mem') return b.load(ty, w, address(b, op), signed);
  return b.get(ty, w, (op as RegOperand).slot, signed);
}
export const scalar = (b: IrBuilder, op: Operand, w: FloatBits): Value => low(b, op, floatTy(w), w);

/** Stores to memory, or puts into the low bits of a register and leaves the rest. */
export function putLow(b: IrBuilder, op: Operand, w: number, v: Value, align = 1): void {
  if (op.kind === 'mem') b.store(w, address(b, op), v, align);
  else b.put(w, (op as RegOperand).slot, v);
}
export const putVec = (b: IrBuilder, op: Operand, v: Value, align = 16): void => putLow(b, op, 128, v, align);

/** An operand of `w` bits zero-extended into the low lanes of a vector. */
export function widened(b: IrBuilder, op: Operand, w: 16 | 32 | 64): Value {
  if (op.kind === 'reg') return vec(b, op);
  const lane = w === 64 ? low(b, op, 'i64', 64) : low(b, op, 'i32', w);
  return w === 64 ? b.lane('i64x2.replace_lane', 0, zero(b), lane) : b.lane('i32x4.replace_lane', 0, zero(b), lane);
}

/** The immediate's eight bits as i32. */
export function imm8(b: IrBuilder, op: Operand): Value {
  if (op.kind !== 'imm') throw new Error(`${op.kind} operand where an immediate belongs`);
  return typeof op.value === 'bigint' ? b.i32(op.value & 0xffn) : b.op('i32.and', b.i32(op.value), b.i32(0xff));
}

/** Bit `n` of an i32. */
export const bit = (b: IrBuilder, v: Value, n: number): Value => b.op('i32.and', b.op('i32.shr_u', v, b.i32(n)), b.i32(1));

/** `n` in every byte, i32 to v128. */
export const bytes = (b: IrBuilder, n: Value): Value => b.op('i8x16.splat', n);

/** Lanes of all ones where bit i of `bits` (i32) is set. */
export function maskOfBits(b: IrBuilder, width: 16 | 32 | 64, bits: Value): Value {
  const each = vconst(b, width, ...Array.from({ length: 128 / width }, (_, i) => 1 << i));
  const shape = `i${width}x${128 / width}`;
  const all = b.op(`${shape}.splat`, width === 64 ? b.op('i64.extend_i32_u', bits) : bits);
  return b.op(`${shape}.eq`, b.op('v128.and', all, each), each);
}

/** Swizzle control that moves 32-bit lane (imm >> 2i) & 3 to lane i. */
export function control32(b: IrBuilder, imm: Value): Value {
  const scaled = b.op('i32x4.mul', b.op('i32x4.splat', imm), vconst(b, 32, 64, 16, 4, 1));
  const index = b.op('v128.and', b.op('i32x4.shr_u', scaled, b.i32(6)), vconst(b, 32, 3));
  return b.op('i32x4.add', b.op('i32x4.mul', index, vconst(b, 32, 0x04040404)), vconst(b, 32, 0x03020100));
}

/** The vector moved down by `n` bytes (i32, 0..255), zeros from above. */
export const bytesDown = (b: IrBuilder, v: Value, n: Value): Value => b.op('i8x16.swizzle', v, b.op('i8x16.add_sat_u', iota(b), bytes(b, n)));

/** dst = f(dst, src) with both of 128 bits. */
export const packed = (f: (b: IrBuilder, x: Value, y: Value) => Value): Lift => (b: IrBuilder, insn: Insn): void => {
  const [dst, src] = [insn.ops[0]!, insn.ops[1]!];
  const y = vec(b, src);
  putVec(b, dst, f(b, vec(b, dst), y));
};
/** dst = op(dst, src). */
export const packedOp = (name: string): Lift => packed((b, x, y) => b.op(name, x, y));
/** dst = f(src). */
export const packed1 = (f: (b: IrBuilder, y: Value) => Value): Lift => (b: IrBuilder, insn: Insn): void => putVec(b, insn.ops[0]!, f(b, vec(b, insn.ops[1]!)));
/** dst = f(dst, src, imm8). */
export const packedImm = (f: (b: IrBuilder, x: Value, y: Value, imm: Value) => Value): Lift => (b: IrBuilder, insn: Insn): void => {
  const [dst, src, imm] = [insn.ops[0]!, insn.ops[1]!, insn.ops[2]!];
  const y = vec(b, src);
  putVec(b, dst, f(b, vec(b, dst), y, imm8(b, imm)));
};
