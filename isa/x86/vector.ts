/**
 * What SSE lifts are written with: 128-bit and scalar operands, immediates that choose lanes, constants.
 *
 * An immediate beside a vector register chooses lanes, predicates or modes. It is part of the operand's shape, never
 * a hole of a template, so that each choice becomes the one operation it means. SDM 1, 10 and 11; memory operands
 * of 16 bytes must be aligned unless the instruction says otherwise (SDM 1, 11.3; #GP).
 */
import type { IrBuilder, Ty, Value } from '../ir.js';
import type { Insn, Lift, Operand, RegOperand } from '../row.js';
import { bytesOf, floatTy, zero, type FloatBits } from '../lanes.js';
import { address } from './lift.js';

export { bytesOf, floatTy, lanes, vconst, zero, type FloatBits } from '../lanes.js';

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

/** The immediate's eight bits. */
export function choice(op: Operand | undefined): number {
  if (op?.kind !== 'imm' || typeof op.value !== 'bigint') throw new Error('the immediate of a vector instruction is a known number');
  return Number(op.value & 0xffn);
}

/** Bit `n` of an i32. */
export const bit = (b: IrBuilder, v: Value, n: number): Value => b.op('i32.and', b.op('i32.shr_u', v, b.i32(n)), b.i32(1));

/** The lanes of a vector in the order of `picks`. */
export const picked = (b: IrBuilder, v: Value, width: number, picks: readonly number[]): Value => b.shuffle(v, v, bytesOf(width, picks));

/** A 2-bit field of `imm` for each of four lanes, lane 0 lowest. */
export const fields = (imm: number): number[] => [0, 2, 4, 6].map((at) => (imm >> at) & 3);

/** Lanes of `y` where `bits` are set, else of `x`. */
export const blended = (b: IrBuilder, x: Value, y: Value, width: number, bits: number): Value => {
  const count = 128 / width;
  return b.shuffle(x, y, bytesOf(width, Array.from({ length: count }, (_, i) => ((bits >> i) & 1 ? count + i : i))));
};

/** Sixteen bytes from byte `from` on of x, y and zeros in a row. */
export function window(b: IrBuilder, x: Value, y: Value, from: number): Value {
  const bytes = (start: number): number[] => Array.from({ length: 16 }, (_, i) => Math.min(start + i, 31));
  if (from <= 16) return b.shuffle(x, y, bytes(from));
  if (from >= 32) return zero(b);
  return b.shuffle(y, zero(b), bytes(from - 16));
}

/** A vector from the destination's old value and the source. */
export type Binary = (b: IrBuilder, x: Value, y: Value) => Value;

/** dst = f(dst, src) with both of 128 bits. */
export const packed = (f: Binary): Lift => (b: IrBuilder, insn: Insn): void => {
  const [dst, src] = [insn.ops[0]!, insn.ops[1]!];
  const y = vec(b, src);
  putVec(b, dst, f(b, vec(b, dst), y));
};
/** dst = op(dst, src). */
export const packedOp = (name: string): Lift => packed((b, x, y) => b.op(name, x, y));
/** dst = f(src). */
export const packed1 = (f: (b: IrBuilder, y: Value) => Value): Lift => (b: IrBuilder, insn: Insn): void => putVec(b, insn.ops[0]!, f(b, vec(b, insn.ops[1]!)));
/** dst = f(dst, src, imm8). */
export const packedImm = (f: (b: IrBuilder, x: Value, y: Value, imm: number) => Value): Lift => (b: IrBuilder, insn: Insn): void => {
  const [dst, src, imm] = [insn.ops[0]!, insn.ops[1]!, insn.ops[2]];
  const y = vec(b, src);
  putVec(b, dst, f(b, vec(b, dst), y, choice(imm)));
};
/** dst = f(src, imm8). */
export const packedImm1 = (f: (b: IrBuilder, y: Value, imm: number) => Value): Lift => (b: IrBuilder, insn: Insn): void =>
  putVec(b, insn.ops[0]!, f(b, vec(b, insn.ops[1]!), choice(insn.ops[2])));
