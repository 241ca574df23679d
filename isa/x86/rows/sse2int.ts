/** Integer vectors of SSE2: moves, arithmetic, shifts, packing. SDM 2A and 2B under each name. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { read, two, write } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';
import { choice, fields, low, packed, packedImm1, packedOp, picked, putLow, putVec, vconst, vec, window, zero, type Binary } from '../vector.js';
import { moveZero, pick, signs } from './sse.js';

/** Our mnemonic, the manual's, the opcode, the lift. */
const row = (go: string, name: string, opcode: string, cls: string, lift: Lift): RowDraft =>
  x86(go, `${name} xmm1, xmm2/m128`, `66 0F ${opcode} /r`, { access: 'rw r', cls, lift });
const simple = (go: string, name: string, opcode: string, op: string, cls = 'vint'): RowDraft => row(go, name, opcode, cls, packedOp(op));

/** dst = src & ~dst. */
export const andNot: Binary = (b, x, y) => b.op('v128.andnot', y, x);

/** High halves of 16-bit products, from 32-bit ones. */
export const highProducts = (sign: 's' | 'u'): Binary => (b, x, y) => {
  const below = b.op(`i32x4.extmul_low_i16x8_${sign}`, x, y);
  const above = b.op(`i32x4.extmul_high_i16x8_${sign}`, x, y);
  return b.shuffle(below, above, [2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31]);
};

/** Products of the even 32-bit lanes. */
const evenLanes = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];
export const evenProducts = (sign: 's' | 'u'): Binary => (b, x, y) =>
  b.op(`i64x2.extmul_low_i32x4_${sign}`, b.shuffle(x, x, evenLanes), b.shuffle(y, y, evenLanes));

/** Sums of eight absolute differences, one in each half. */
export const sumOfDifferences: Binary = (b, x, y) => {
  const apart = b.op('v128.or', b.op('i8x16.sub_sat_u', x, y), b.op('i8x16.sub_sat_u', y, x));
  const fours = b.op('i32x4.extadd_pairwise_i16x8_u', b.op('i16x8.extadd_pairwise_i8x16_u', apart));
  return b.op('i64x2.add', b.op('v128.and', fours, vconst(b, 64, 0xffffffff)), b.op('i64x2.shr_u', fours, b.i32(32)));
};

export type Shift = 'shl' | 'shr_u' | 'shr_s';
/** Lanes shifted by an i64, all of whose bits count; the width or more leaves zeros, or copies of the sign. */
export function shiftedBy(b: IrBuilder, width: number, op: Shift, x: Value, by: Value): Value {
  const name = `i${width}x${128 / width}.${op}`;
  const within = b.op('i64.le_u', by, b.i64(width - 1));
  const count = b.op('i32.wrap_i64', by);
  if (op === 'shr_s') return b.op(name, x, b.op('i32.select', count, b.i32(width - 1), within));
  return b.op('v128.select', b.op(name, x, count), zero(b), within);
}
/** The same by a known number. */
export function shiftedByNumber(b: IrBuilder, width: number, op: Shift, x: Value, by: number): Value {
  if (by >= width && op !== 'shr_s') return zero(b);
  return b.op(`i${width}x${128 / width}.${op}`, x, b.i32(Math.min(by, width - 1)));
}
const shiftByVector = (width: number, op: Shift): Lift => packed((b, x, y) => shiftedBy(b, width, op, x, b.lane('i64x2.extract_lane', 0, y)));
const shiftByImmediate = (width: number, op: Shift): Lift => (b, insn) =>
  putVec(b, insn.ops[0]!, shiftedByNumber(b, width, op, vec(b, insn.ops[0]!), choice(insn.ops[1])));

/** Go's mnemonic, the manual's, opcode by vector, opcode and digit by immediate. */
const shift = (go: string, name: string, width: number, op: Shift, byVector: string, byImmediate: string): RowDraft[] => [
  x86(go, `${name} xmm1, xmm2/m128`, `66 0F ${byVector} /r`, { access: 'rw r', cls: 'vshift', lift: shiftByVector(width, op) }),
  x86(go, `${name} xmm1, imm8`, `66 0F ${byImmediate} ib`, { access: 'rw r', cls: 'vshift', lift: shiftByImmediate(width, op) }),
];

/** The whole register by bytes; 16 and more leave zero. */
const shiftBytesRight: Lift = (b, insn) => putVec(b, insn.ops[0]!, window(b, vec(b, insn.ops[0]!), zero(b), choice(insn.ops[1])));
const shiftBytesLeft: Lift = (b, insn) => {
  const n = choice(insn.ops[1]);
  putVec(b, insn.ops[0]!, n > 15 ? zero(b) : window(b, zero(b), vec(b, insn.ops[0]!), 16 - n));
};

const shuffle32 = packedImm1((b, y, imm) => picked(b, y, 32, fields(imm)));
/** Four 16-bit lanes by two bits of the immediate each; the other half stays. */
const shuffleLow = packedImm1((b, y, imm) => picked(b, y, 16, [...fields(imm), 4, 5, 6, 7]));
const shuffleHigh = packedImm1((b, y, imm) => picked(b, y, 16, [0, 1, 2, 3, ...fields(imm).map((i) => 4 + i)]));

export type LaneBits = 8 | 16 | 32 | 64;
/** The lane that the immediate names, zero-extended. */
export function laneOf(b: IrBuilder, v: Value, width: LaneBits, imm: number): Value {
  const name = `i${width}x${128 / width}.extract_lane${width < 32 ? '_u' : ''}`;
  return b.lane(name, imm & (128 / width - 1), v);
}
const extractWord: Lift = (b, insn) => write(b, insn.ops[0]!, laneOf(b, vec(b, insn.ops[1]!), 16, choice(insn.ops[2])), 32);
/** A lane from a general register or memory. */
export const insertLane = (width: LaneBits): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  const v = read(b, src, width);
  putVec(b, dst, b.lane(`i${width}x${128 / width}.replace_lane`, choice(insn.ops[2]) & (128 / width - 1), vec(b, dst), v));
};

/** MOVD and MOVQ from a general register or memory: zeros above. */
const fromGeneral = (w: 32 | 64): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  const v = read(b, src, w);
  putVec(b, dst, w === 32 ? b.lane('i32x4.replace_lane', 0, zero(b), v) : b.lane('i64x2.replace_lane', 0, zero(b), v));
};
const toGeneral = (w: 32 | 64): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  write(b, dst, low(b, src, w === 32 ? 'i32' : 'i64', w), w);
};
/** MOVQ to a register clears its upper half, to memory stores 64 bits. */
const quadOut: Lift = (b, insn) => (insn.ops[0]!.kind === 'mem' ? putLow(b, insn.ops[0]!, 64, low(b, insn.ops[1]!, 'i64', 64)) : moveZero(64)(b, insn));

const mov: RowSpec = { access: 'w r', cls: 'vmov' };
const byImm: RowSpec = { access: 'w r r', cls: 'shuffle' };

export const sse2intRows: readonly RowDraft[] = [
  x86('MOVQ', 'MOVQ xmm1, xmm2/m64', 'F3 0F 7E /r', { ...mov, lift: moveZero(64) }),
  x86('MOVQ', 'MOVQ xmm2/m64, xmm1', '66 0F D6 /r', { ...mov, lift: quadOut }),
  x86('MOVL', 'MOVD xmm, r/m32', '66 0F 6E /r', { ...mov, lift: fromGeneral(32) }),
  x86('MOVQ', 'MOVQ xmm, r/m64', '66 REX.W 0F 6E /r', { ...mov, lift: fromGeneral(64) }),
  x86('MOVL', 'MOVD r/m32, xmm', '66 0F 7E /r', { ...mov, lift: toGeneral(32) }),
  x86('MOVQ', 'MOVQ r/m64, xmm', '66 REX.W 0F 7E /r', { ...mov, lift: toGeneral(64) }),

  row('PUNPCKLBW', 'PUNPCKLBW', '60', 'shuffle', pick(8, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)),
  row('PUNPCKLWL', 'PUNPCKLWD', '61', 'shuffle', pick(16, 0, 8, 1, 9, 2, 10, 3, 11)),
  row('PUNPCKLLQ', 'PUNPCKLDQ', '62', 'shuffle', pick(32, 0, 4, 1, 5)),
  row('PUNPCKLQDQ', 'PUNPCKLQDQ', '6C', 'shuffle', pick(64, 0, 2)),
  row('PUNPCKHBW', 'PUNPCKHBW', '68', 'shuffle', pick(8, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)),
  row('PUNPCKHWL', 'PUNPCKHWD', '69', 'shuffle', pick(16, 4, 12, 5, 13, 6, 14, 7, 15)),
  row('PUNPCKHLQ', 'PUNPCKHDQ', '6A', 'shuffle', pick(32, 2, 6, 3, 7)),
  row('PUNPCKHQDQ', 'PUNPCKHQDQ', '6D', 'shuffle', pick(64, 1, 3)),
  simple('PACKSSWB', 'PACKSSWB', '63', 'i8x16.narrow_i16x8_s', 'shuffle'),
  simple('PACKUSWB', 'PACKUSWB', '67', 'i8x16.narrow_i16x8_u', 'shuffle'),
  simple('PACKSSLW', 'PACKSSDW', '6B', 'i16x8.narrow_i32x4_s', 'shuffle'),

  simple('PCMPGTB', 'PCMPGTB', '64', 'i8x16.gt_s'),
  simple('PCMPGTW', 'PCMPGTW', '65', 'i16x8.gt_s'),
  simple('PCMPGTL', 'PCMPGTD', '66', 'i32x4.gt_s'),
  simple('PCMPEQB', 'PCMPEQB', '74', 'i8x16.eq'),
  simple('PCMPEQW', 'PCMPEQW', '75', 'i16x8.eq'),
  simple('PCMPEQL', 'PCMPEQD', '76', 'i32x4.eq'),

  simple('PADDB', 'PADDB', 'FC', 'i8x16.add'),
  simple('PADDW', 'PADDW', 'FD', 'i16x8.add'),
  simple('PADDL', 'PADDD', 'FE', 'i32x4.add'),
  simple('PADDQ', 'PADDQ', 'D4', 'i64x2.add'),
  simple('PADDSB', 'PADDSB', 'EC', 'i8x16.add_sat_s'),
  simple('PADDSW', 'PADDSW', 'ED', 'i16x8.add_sat_s'),
  simple('PADDUSB', 'PADDUSB', 'DC', 'i8x16.add_sat_u'),
  simple('PADDUSW', 'PADDUSW', 'DD', 'i16x8.add_sat_u'),
  simple('PSUBB', 'PSUBB', 'F8', 'i8x16.sub'),
  simple('PSUBW', 'PSUBW', 'F9', 'i16x8.sub'),
  simple('PSUBL', 'PSUBD', 'FA', 'i32x4.sub'),
  simple('PSUBQ', 'PSUBQ', 'FB', 'i64x2.sub'),
  simple('PSUBSB', 'PSUBSB', 'E8', 'i8x16.sub_sat_s'),
  simple('PSUBSW', 'PSUBSW', 'E9', 'i16x8.sub_sat_s'),
  simple('PSUBUSB', 'PSUBUSB', 'D8', 'i8x16.sub_sat_u'),
  simple('PSUBUSW', 'PSUBUSW', 'D9', 'i16x8.sub_sat_u'),
  simple('PMINUB', 'PMINUB', 'DA', 'i8x16.min_u'),
  simple('PMAXUB', 'PMAXUB', 'DE', 'i8x16.max_u'),
  simple('PMINSW', 'PMINSW', 'EA', 'i16x8.min_s'),
  simple('PMAXSW', 'PMAXSW', 'EE', 'i16x8.max_s'),
  simple('PAVGB', 'PAVGB', 'E0', 'i8x16.avgr_u'),
  simple('PAVGW', 'PAVGW', 'E3', 'i16x8.avgr_u'),
  simple('PMULLW', 'PMULLW', 'D5', 'i16x8.mul', 'vmul'),
  row('PMULHW', 'PMULHW', 'E5', 'vmul', packed(highProducts('s'))),
  row('PMULHUW', 'PMULHUW', 'E4', 'vmul', packed(highProducts('u'))),
  row('PMULULQ', 'PMULUDQ', 'F4', 'vmul', packed(evenProducts('u'))),
  simple('PMADDWL', 'PMADDWD', 'F5', 'i32x4.dot_i16x8_s', 'vmul'),
  row('PSADBW', 'PSADBW', 'F6', 'vmul', packed(sumOfDifferences)),

  simple('PAND', 'PAND', 'DB', 'v128.and', 'vlogic'),
  row('PANDN', 'PANDN', 'DF', 'vlogic', packed(andNot)),
  simple('POR', 'POR', 'EB', 'v128.or', 'vlogic'),
  simple('PXOR', 'PXOR', 'EF', 'v128.xor', 'vlogic'),

  ...shift('PSRLW', 'PSRLW', 16, 'shr_u', 'D1', '71 /2'),
  ...shift('PSRLL', 'PSRLD', 32, 'shr_u', 'D2', '72 /2'),
  ...shift('PSRLQ', 'PSRLQ', 64, 'shr_u', 'D3', '73 /2'),
  ...shift('PSRAW', 'PSRAW', 16, 'shr_s', 'E1', '71 /4'),
  ...shift('PSRAL', 'PSRAD', 32, 'shr_s', 'E2', '72 /4'),
  ...shift('PSLLW', 'PSLLW', 16, 'shl', 'F1', '71 /6'),
  ...shift('PSLLL', 'PSLLD', 32, 'shl', 'F2', '72 /6'),
  ...shift('PSLLQ', 'PSLLQ', 64, 'shl', 'F3', '73 /6'),
  x86('PSRLO', 'PSRLDQ xmm1, imm8', '66 0F 73 /3 ib', { access: 'rw r', cls: 'vshift', lift: shiftBytesRight }),
  x86('PSLLO', 'PSLLDQ xmm1, imm8', '66 0F 73 /7 ib', { access: 'rw r', cls: 'vshift', lift: shiftBytesLeft }),

  x86('PSHUFL', 'PSHUFD xmm1, xmm2/m128, imm8', '66 0F 70 /r ib', { ...byImm, lift: shuffle32 }),
  x86('PSHUFHW', 'PSHUFHW xmm1, xmm2/m128, imm8', 'F3 0F 70 /r ib', { ...byImm, lift: shuffleHigh }),
  x86('PSHUFLW', 'PSHUFLW xmm1, xmm2/m128, imm8', 'F2 0F 70 /r ib', { ...byImm, lift: shuffleLow }),
  x86('PEXTRW', 'PEXTRW r32, xmm, imm8', '66 0F C5 /r ib', { access: 'w r r', cls: 'shuffle', lift: extractWord }),
  x86('PINSRW', 'PINSRW xmm, r32/m16, imm8', '66 0F C4 /r ib', { access: 'rw r r', cls: 'shuffle', lift: insertLane(16) }),
  x86('PMOVMSKB', 'PMOVMSKB r32, xmm', '66 0F D7 /r', { access: 'w r', cls: 'vmov', lift: signs('i8x16') }),
];
