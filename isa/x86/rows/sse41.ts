/** SSE4.1: blends, lane moves, widening, rounding, dot products, 32- and 64-bit vector arithmetic. SDM 1, 12.10. */
import type { Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { setFlags, two, write } from '../lift.js';
import { x86, type RowDraft } from '../notation.js';
import { blended, choice, low, packed, packed1, packedImm, packedImm1, packedOp, picked, putLow, putVec, scalar, vec, widened, zero, type FloatBits } from '../vector.js';
import { evenProducts, insertLane, laneOf, type LaneBits } from './sse2int.js';

const feature = 'SSE4_1';

/** Source lanes where the immediate's bits are set. */
const blend = (width: 16 | 32 | 64): Lift => packedImm((b, x, y, imm) => blended(b, x, y, width, imm));

/** Source lanes where the sign of XMM0's lane is set. */
const blendByXmm0 = (shape: string, top: number): Lift => (b, insn) => {
  const [dst, src, by] = [insn.ops[0]!, insn.ops[1]!, insn.ops[2]!];
  const y = vec(b, src);
  putVec(b, dst, b.op('v128.bitselect', y, vec(b, dst), b.op(`${shape}.shr_s`, vec(b, by), b.i32(top))));
};

/** Lanes `from` to lanes `to` bits wide by repeated doubling; a memory operand is only as long as needed. */
const widen = (from: 8 | 16 | 32, to: 16 | 32 | 64, sign: 's' | 'u'): Lift => (b, insn) => {
  let v = widened(b, insn.ops[1]!, ((128 / to) * from) as 16 | 32 | 64);
  for (let w = from as number; w < to; w *= 2) v = b.op(`i${2 * w}x${64 / w}.extend_low_i${w}x${128 / w}_${sign}`, v);
  putVec(b, insn.ops[0]!, v);
};

/** ZF: no bit in common. CF: the source has no bit outside the destination. */
const test: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  const y = vec(b, src);
  const x = vec(b, dst);
  const none = (v: Value): Value => b.op('i32.eqz', b.op('v128.any_true', v));
  setFlags(b, { zf: none(b.op('v128.and', y, x)), cf: none(b.op('v128.andnot', y, x)) });
};

/** Bits 1..0 choose nearest, down, up or to zero; bit 2 takes MXCSR's mode instead. */
const rounding = (imm: number): string => (imm & 4 ? 'rint' : ['nearest', 'floor', 'ceil', 'trunc'][imm & 3]!);
const roundPacked = (shape: 'f32x4' | 'f64x2'): Lift => packedImm1((b, y, imm) => b.op(`${shape}.${rounding(imm)}`, y));
const roundScalar = (w: FloatBits): Lift => (b, insn) =>
  putLow(b, insn.ops[0]!, w, b.op(`f${w}.${rounding(choice(insn.ops[2]))}`, scalar(b, insn.ops[1]!, w)));

/** Products where bits 7..4 say, their sum where bits 3..0 say, zeros elsewhere. Neighbours are added first. */
const dotProduct = (shape: 'f32x4' | 'f64x2', width: 32 | 64): Lift => packedImm((b, x, y, imm) => {
  const even = width === 64 ? [0, 0] : [0, 2, 0, 2];
  const paired = (v: Value): Value => b.op(`${shape}.add`, picked(b, v, width, even), picked(b, v, width, even.map((i) => i + 1)));
  const kept = (v: Value, bits: number): Value => blended(b, zero(b), v, width, bits);
  const products = kept(b.op(`${shape}.mul`, x, y), imm >> 4);
  return kept(width === 64 ? paired(products) : paired(paired(products)), imm);
});

/** Bits 7..6 the source's lane (a memory operand has one), 5..4 where to, 3..0 lanes that become zero. */
const insertSingle: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  const imm = choice(insn.ops[2]);
  const v = src.kind === 'mem' ? low(b, src, 'i32', 32) : laneOf(b, vec(b, src), 32, imm >> 6);
  const inserted = b.lane('i32x4.replace_lane', (imm >> 4) & 3, vec(b, dst), v);
  putVec(b, dst, blended(b, inserted, zero(b), 32, imm));
};

/** A lane to a general register or memory, zero-extended. */
const extractLane = (width: LaneBits): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  write(b, dst, laneOf(b, vec(b, src), width, choice(insn.ops[2])), dst.kind === 'mem' ? width : Math.max(width, 32));
};

const wideLoad: Lift = (b, insn) => putVec(b, insn.ops[0]!, vec(b, insn.ops[1]!));

const row = (name: string, opcode: string, cls: string, lift: Lift, access = 'rw r'): RowDraft =>
  x86(name, `${name} xmm1, xmm2/m128`, `66 0F 38 ${opcode} /r`, { access, cls, feature, lift });
const byImm = (name: string, operands: string, opcode: string, cls: string, lift: Lift, access = 'rw r r'): RowDraft =>
  x86(name, `${name} ${operands}, imm8`, `66 0F 3A ${opcode} /r ib`, { access, cls, feature, lift });
const byXmm0 = (name: string, opcode: string, shape: string, top: number): RowDraft =>
  x86(name, `${name} xmm1, xmm2/m128, <XMM0>`, `66 0F 38 ${opcode} /r`, { access: 'rw r r', cls: 'shuffle', feature, lift: blendByXmm0(shape, top) });
const widening = (go: string, opcode: string, from: 8 | 16 | 32, to: 16 | 32 | 64): RowDraft[] =>
  ([['PMOVSX', '2', 's'], ['PMOVZX', '3', 'u']] as const).map(([name, high, sign]) =>
    x86(name + go, `${name}${go} xmm1, xmm2/m${(128 / to) * from}`, `66 0F 38 ${high}${opcode} /r`, { access: 'w r', cls: 'shuffle', feature, lift: widen(from, to, sign) }));
const helper = (name: string): Lift => packedImm((b, x, y, imm) => b.call('v128', name, x, y, b.i32(imm)));

export const sse41Rows: readonly RowDraft[] = [
  byXmm0('PBLENDVB', '10', 'i8x16', 7),
  byXmm0('BLENDVPS', '14', 'i32x4', 31),
  byXmm0('BLENDVPD', '15', 'i64x2', 63),
  x86('PTEST', 'PTEST xmm1, xmm2/m128', '66 0F 38 17 /r', { access: 'r r', flags: 'oszapc', cls: 'vlogic', feature, lift: test }),
  ...widening('BW', '0', 8, 16),
  ...widening('BD', '1', 8, 32),
  ...widening('BQ', '2', 8, 64),
  ...widening('WD', '3', 16, 32),
  ...widening('WQ', '4', 16, 64),
  ...widening('DQ', '5', 32, 64),
  row('PMULDQ', '28', 'vmul', packed(evenProducts('s'))),
  row('PCMPEQQ', '29', 'vint', packedOp('i64x2.eq')),
  x86('MOVNTDQA', 'MOVNTDQA xmm1, m128', '66 0F 38 2A /r', { access: 'w r', cls: 'vmov', feature, lift: wideLoad }),
  row('PACKUSDW', '2B', 'shuffle', packedOp('i16x8.narrow_i32x4_u')),
  row('PMINSB', '38', 'vint', packedOp('i8x16.min_s')),
  row('PMINSD', '39', 'vint', packedOp('i32x4.min_s')),
  row('PMINUW', '3A', 'vint', packedOp('i16x8.min_u')),
  row('PMINUD', '3B', 'vint', packedOp('i32x4.min_u')),
  row('PMAXSB', '3C', 'vint', packedOp('i8x16.max_s')),
  row('PMAXSD', '3D', 'vint', packedOp('i32x4.max_s')),
  row('PMAXUW', '3E', 'vint', packedOp('i16x8.max_u')),
  row('PMAXUD', '3F', 'vint', packedOp('i32x4.max_u')),
  row('PMULLD', '40', 'vmul', packedOp('i32x4.mul')),
  row('PHMINPOSUW', '41', 'vmul', packed1((b, y) => b.call('v128', 'phminposuw', y)), 'w r'),

  byImm('ROUNDPS', 'xmm1, xmm2/m128', '08', 'fround', roundPacked('f32x4'), 'w r r'),
  byImm('ROUNDPD', 'xmm1, xmm2/m128', '09', 'fround', roundPacked('f64x2'), 'w r r'),
  byImm('ROUNDSS', 'xmm1, xmm2/m32', '0A', 'fround', roundScalar(32)),
  byImm('ROUNDSD', 'xmm1, xmm2/m64', '0B', 'fround', roundScalar(64)),
  byImm('BLENDPS', 'xmm1, xmm2/m128', '0C', 'shuffle', blend(32)),
  byImm('BLENDPD', 'xmm1, xmm2/m128', '0D', 'shuffle', blend(64)),
  byImm('PBLENDW', 'xmm1, xmm2/m128', '0E', 'shuffle', blend(16)),
  byImm('PEXTRB', 'r32/m8, xmm2', '14', 'shuffle', extractLane(8), 'w r r'),
  byImm('PEXTRW', 'r32/m16, xmm', '15', 'shuffle', extractLane(16), 'w r r'),
  byImm('PEXTRD', 'r/m32, xmm2', '16', 'shuffle', extractLane(32), 'w r r'),
  x86('PEXTRQ', 'PEXTRQ r/m64, xmm2, imm8', '66 REX.W 0F 3A 16 /r ib', { access: 'w r r', cls: 'shuffle', feature, lift: extractLane(64) }),
  byImm('EXTRACTPS', 'r/m32, xmm1', '17', 'shuffle', extractLane(32), 'w r r'),
  byImm('PINSRB', 'xmm1, r32/m8', '20', 'shuffle', insertLane(8)),
  byImm('INSERTPS', 'xmm1, xmm2/m32', '21', 'shuffle', insertSingle),
  byImm('PINSRD', 'xmm1, r/m32', '22', 'shuffle', insertLane(32)),
  x86('PINSRQ', 'PINSRQ xmm1, r/m64, imm8', '66 REX.W 0F 3A 22 /r ib', { access: 'rw r r', cls: 'shuffle', feature, lift: insertLane(64) }),
  byImm('DPPS', 'xmm1, xmm2/m128', '40', 'fmul', dotProduct('f32x4', 32)),
  byImm('DPPD', 'xmm1, xmm2/m128', '41', 'fmul', dotProduct('f64x2', 64)),
  byImm('MPSADBW', 'xmm1, xmm2/m128', '42', 'vmul', helper('mpsadbw')),
];
