/**
 * MMX: the vector operations on 64 bits in the significands of the x87 registers, and what SSE, SSE2 and SSSE3 add
 * to them. SDM 1, chapter 9. Lane operations run on both halves of a 128-bit vector; the lower half counts.
 *
 * Every one but EMMS makes the x87 unit's TOP 0 and all registers used; a written register's exponent becomes ones.
 */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift, Operand } from '../../row.js';
import { GPR, slots } from '../regs.js';
import { read, reg, two, write } from '../lift.js';
import { x86, type RowDraft } from '../notation.js';
import { bytesOf, choice, fields, low, picked, putLow, vconst, vec, window, zero, type Binary } from '../vector.js';
import { doublesToInts, singlesToInts } from './sse2fp.js';
import { andNot, evenProducts, highProducts, shiftedBy, shiftedByNumber, sumOfDifferences, type Shift } from './sse2int.js';
import { horizontal, multiplyAdd, roundedProduct, sign } from './ssse3.js';

/** The x87 side of an MMX instruction; after what may fault. */
function enter(b: IrBuilder): void {
  const status = b.get('i32', 32, slots.fsw);
  b.put(32, slots.ftw, b.i32(0xff));
  b.put(32, slots.fsw, b.op('i32.and', status, b.i32(0xc7ff)));
}

/** The operand's 64 bits in both halves of a vector; memory may be 32 bits long. */
const both = (b: IrBuilder, op: Operand): Value => {
  const v = op.bits === 32 ? b.op('i64.extend_i32_u', low(b, op, 'i32', 32)) : low(b, op, 'i64', 64);
  return b.op('i64x2.splat', v);
};
const half = (b: IrBuilder, v: Value): Value => b.lane('i64x2.extract_lane', 0, v);
function put(b: IrBuilder, op: Operand, v: Value): void {
  if (op.kind !== 'reg' || typeof op.slot !== 'number') throw new Error('MMX registers are no holes');
  enter(b);
  b.put(64, op.slot, v);
  b.put(16, op.slot + 8, b.i32(0xffff));
}

/** dst = the lower half of f(dst, src). */
const lanes = (f: Binary): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  const y = both(b, src);
  put(b, dst, half(b, f(b, both(b, dst), y)));
};
const op = (name: string): Lift => lanes((b, x, y) => b.op(name, x, y));
/** f of one vector: the destination's bytes, then the source's. */
const joined = (f: (b: IrBuilder, v: Value) => Value): Lift => lanes((b, x, y) => f(b, b.shuffle(x, y, bytesOf(64, [0, 2]))));
const pack = (name: string): Lift => joined((b, v) => b.op(name, v, v));
/** Lanes of both, alternating, from the lower (0) or upper (1) half on. */
const unpack = (width: number, upper: 0 | 1): Lift => {
  const count = 64 / width;
  const picks = Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 0 : 2 * count) + (upper * count) / 2 + (i >> 1));
  return lanes((b, x, y) => b.shuffle(x, y, bytesOf(width, [...picks, ...picks])));
};
const one = (f: (b: IrBuilder, y: Value) => Value): Lift => (b, insn) => put(b, insn.ops[0]!, half(b, f(b, both(b, insn.ops[1]!))));
const byImmediate = (f: (b: IrBuilder, x: Value, y: Value, imm: number) => Value): Lift => (b, insn) => {
  const y = both(b, insn.ops[1]!);
  put(b, insn.ops[0]!, half(b, f(b, both(b, insn.ops[0]!), y, choice(insn.ops[2]))));
};

const row = (name: string, opcode: string, lift: Lift, go = name, feature = 'MMX', source = 'mm/m64'): RowDraft =>
  x86(go, `${name} mm, ${source}`, `NP 0F ${opcode} /r`, { access: 'rw r', cls: 'mmx', feature, lift });
const shift = (go: string, name: string, width: number, how: Shift, byVector: string, byNumber: string): RowDraft[] => [
  row(name, byVector, lanes((b, x, y) => shiftedBy(b, width, how, x, half(b, y))), go),
  x86(go, `${name} mm, imm8`, `NP 0F ${byNumber} ib`, {
    access: 'rw r', cls: 'mmx', feature: 'MMX',
    lift: (b, insn) => put(b, insn.ops[0]!, half(b, shiftedByNumber(b, width, how, both(b, insn.ops[0]!), choice(insn.ops[1])))),
  }),
];
const extended = (name: string, opcode: string, lift: Lift): RowDraft => row(name, `38 ${opcode}`, lift, name, 'SSSE3');

/** Moves of 32 or 64 bits between MMX registers and the rest. */
const load = (w: 32 | 64): Lift => (b, insn) => {
  const v = read(b, insn.ops[1]!, w);
  put(b, insn.ops[0]!, w === 32 ? b.op('i64.extend_i32_u', v) : v);
};
const store = (w: 32 | 64): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  write(b, dst, low(b, src, w === 32 ? 'i32' : 'i64', w), w);
  enter(b);
};
const move: Lift = (b, insn) => put(b, insn.ops[0]!, low(b, insn.ops[1]!, 'i64', 64));
const moveOut: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  if (dst.kind === 'reg') return move(b, insn);
  putLow(b, dst, 64, low(b, src, 'i64', 64));
  enter(b);
};
const toXmm: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  const v = low(b, src, 'i64', 64);
  putLow(b, dst, 128, b.lane('i64x2.replace_lane', 0, zero(b), v));
  enter(b);
};
const mask: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  write(b, dst, b.op('i32.and', b.op('i8x16.bitmask', both(b, src)), b.i32(0xff)), 32);
  enter(b);
};
const extractWord: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  write(b, dst, b.lane('i16x8.extract_lane_u', choice(insn.ops[2]) & 3, both(b, src)), 32);
  enter(b);
};
const insertWord: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  const v = read(b, src, 16);
  put(b, dst, half(b, b.lane('i16x8.replace_lane', choice(insn.ops[2]) & 3, both(b, dst), v)));
};
/** The bytes of mm1 whose byte in mm2 is negative, at RDI. */
const maskedStore: Lift = (b, insn) => {
  const [data, by] = two(insn);
  const lower = (o: Operand): Value => b.lane('i64x2.replace_lane', 0, zero(b), low(b, o, 'i64', 64));
  b.callVoid('maskmovq', reg(b, GPR.RDI, 64), lower(data), lower(by));
  enter(b);
};

/** Two integers to floats in the lower lanes. Memory operands leave the x87 unit alone. */
const toSingles: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  const v = b.op('f32x4.convert_i32x4_s', both(b, src));
  b.put(64, dst.kind === 'reg' ? dst.slot : 0, half(b, v));
  if (src.kind === 'reg') enter(b);
};
const toDoubles: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  putLow(b, dst, 128, b.op('f64x2.convert_low_i32x4_s', both(b, src)));
  if (src.kind === 'reg') enter(b);
};
const fromSingles = (rounded: boolean): Lift => (b, insn) => {
  const v = both(b, insn.ops[1]!);
  put(b, insn.ops[0]!, half(b, singlesToInts(b, rounded ? b.op('f32x4.rint', v) : v)));
};
const fromDoubles = (rounded: boolean): Lift => (b, insn) => {
  const v = vec(b, insn.ops[1]!);
  put(b, insn.ops[0]!, half(b, doublesToInts(b, rounded ? b.op('f64x2.rint', v) : v)));
};
const convert = (go: string, form: string, encoding: string, access: string, lift: Lift, feature = 'SSE'): RowDraft =>
  x86(go, form, encoding, { access, cls: 'cvt', feature, lift });

export const mmxRows: readonly RowDraft[] = [
  x86('MOVL', 'MOVD mm, r/m32', 'NP 0F 6E /r', { access: 'w r', cls: 'mmx', feature: 'MMX', lift: load(32) }),
  x86('MOVQ', 'MOVQ mm, r/m64', 'NP REX.W + 0F 6E /r', { access: 'w r', cls: 'mmx', feature: 'MMX', lift: load(64) }),
  x86('MOVL', 'MOVD r/m32, mm', 'NP 0F 7E /r', { access: 'w r', cls: 'mmx', feature: 'MMX', lift: store(32) }),
  x86('MOVQ', 'MOVQ r/m64, mm', 'NP REX.W + 0F 7E /r', { access: 'w r', cls: 'mmx', feature: 'MMX', lift: store(64) }),
  x86('MOVQ', 'MOVQ mm, mm/m64', 'NP 0F 6F /r', { access: 'w r', cls: 'mmx', feature: 'MMX', lift: move }),
  x86('MOVQ', 'MOVQ mm/m64, mm', 'NP 0F 7F /r', { access: 'w r', cls: 'mmx', feature: 'MMX', lift: moveOut }),

  row('PUNPCKLBW', '60', unpack(8, 0), 'PUNPCKLBW', 'MMX', 'mm/m32'),
  row('PUNPCKLWD', '61', unpack(16, 0), 'PUNPCKLWL', 'MMX', 'mm/m32'),
  row('PUNPCKLDQ', '62', unpack(32, 0), 'PUNPCKLLQ', 'MMX', 'mm/m32'),
  row('PACKSSWB', '63', pack('i8x16.narrow_i16x8_s')),
  row('PCMPGTB', '64', op('i8x16.gt_s')),
  row('PCMPGTW', '65', op('i16x8.gt_s')),
  row('PCMPGTD', '66', op('i32x4.gt_s'), 'PCMPGTL'),
  row('PACKUSWB', '67', pack('i8x16.narrow_i16x8_u')),
  row('PUNPCKHBW', '68', unpack(8, 1)),
  row('PUNPCKHWD', '69', unpack(16, 1), 'PUNPCKHWL'),
  row('PUNPCKHDQ', '6A', unpack(32, 1), 'PUNPCKHLQ'),
  row('PACKSSDW', '6B', pack('i16x8.narrow_i32x4_s'), 'PACKSSLW'),
  row('PCMPEQB', '74', op('i8x16.eq')),
  row('PCMPEQW', '75', op('i16x8.eq')),
  row('PCMPEQD', '76', op('i32x4.eq'), 'PCMPEQL'),
  row('PMULLW', 'D5', op('i16x8.mul')),
  row('PSUBUSB', 'D8', op('i8x16.sub_sat_u')),
  row('PSUBUSW', 'D9', op('i16x8.sub_sat_u')),
  row('PAND', 'DB', op('v128.and')),
  row('PADDUSB', 'DC', op('i8x16.add_sat_u')),
  row('PADDUSW', 'DD', op('i16x8.add_sat_u')),
  row('PANDN', 'DF', lanes(andNot)),
  row('PMULHW', 'E5', lanes(highProducts('s'))),
  row('PSUBSB', 'E8', op('i8x16.sub_sat_s')),
  row('PSUBSW', 'E9', op('i16x8.sub_sat_s')),
  row('POR', 'EB', op('v128.or')),
  row('PADDSB', 'EC', op('i8x16.add_sat_s')),
  row('PADDSW', 'ED', op('i16x8.add_sat_s')),
  row('PXOR', 'EF', op('v128.xor')),
  row('PMADDWD', 'F5', op('i32x4.dot_i16x8_s'), 'PMADDWL'),
  row('PSUBB', 'F8', op('i8x16.sub')),
  row('PSUBW', 'F9', op('i16x8.sub')),
  row('PSUBD', 'FA', op('i32x4.sub'), 'PSUBL'),
  row('PADDB', 'FC', op('i8x16.add')),
  row('PADDW', 'FD', op('i16x8.add')),
  row('PADDD', 'FE', op('i32x4.add'), 'PADDL'),
  ...shift('PSRLW', 'PSRLW', 16, 'shr_u', 'D1', '71 /2'),
  ...shift('PSRLL', 'PSRLD', 32, 'shr_u', 'D2', '72 /2'),
  ...shift('PSRLQ', 'PSRLQ', 64, 'shr_u', 'D3', '73 /2'),
  ...shift('PSRAW', 'PSRAW', 16, 'shr_s', 'E1', '71 /4'),
  ...shift('PSRAL', 'PSRAD', 32, 'shr_s', 'E2', '72 /4'),
  ...shift('PSLLW', 'PSLLW', 16, 'shl', 'F1', '71 /6'),
  ...shift('PSLLL', 'PSLLD', 32, 'shl', 'F2', '72 /6'),
  ...shift('PSLLQ', 'PSLLQ', 64, 'shl', 'F3', '73 /6'),

  // with SSE and SSE2
  x86('PSHUFW', 'PSHUFW mm1, mm2/m64, imm8', 'NP 0F 70 /r ib', { access: 'w r r', cls: 'mmx', feature: 'SSE', lift: byImmediate((b, _x, y, imm) => picked(b, y, 16, [...fields(imm), ...fields(imm)])) }),
  x86('PINSRW', 'PINSRW mm, r32/m16, imm8', 'NP 0F C4 /r ib', { access: 'rw r r', cls: 'mmx', feature: 'SSE', lift: insertWord }),
  x86('PEXTRW', 'PEXTRW r32, mm, imm8', 'NP 0F C5 /r ib', { access: 'w r r', cls: 'mmx', feature: 'SSE', lift: extractWord }),
  x86('PMOVMSKB', 'PMOVMSKB r32, mm', 'NP 0F D7 /r', { access: 'w r', cls: 'mmx', feature: 'SSE', lift: mask }),
  row('PMINUB', 'DA', op('i8x16.min_u'), 'PMINUB', 'SSE'),
  row('PMAXUB', 'DE', op('i8x16.max_u'), 'PMAXUB', 'SSE'),
  row('PAVGB', 'E0', op('i8x16.avgr_u'), 'PAVGB', 'SSE'),
  row('PAVGW', 'E3', op('i16x8.avgr_u'), 'PAVGW', 'SSE'),
  row('PMULHUW', 'E4', lanes(highProducts('u')), 'PMULHUW', 'SSE'),
  row('PMINSW', 'EA', op('i16x8.min_s'), 'PMINSW', 'SSE'),
  row('PMAXSW', 'EE', op('i16x8.max_s'), 'PMAXSW', 'SSE'),
  row('PSADBW', 'F6', lanes(sumOfDifferences), 'PSADBW', 'SSE'),
  x86('MOVNTQ', 'MOVNTQ m64, mm', 'NP 0F E7 /r', { access: 'w r', cls: 'mmx', feature: 'SSE', lift: moveOut }),
  x86('MASKMOVQ', 'MASKMOVQ mm1, mm2', 'NP 0F F7 /r', { access: 'r r', implicit: 'RDI:r [RDI]:w', cls: 'mmx', feature: 'SSE', lift: maskedStore }),
  row('PADDQ', 'D4', op('i64x2.add'), 'PADDQ', 'SSE2'),
  row('PSUBQ', 'FB', op('i64x2.sub'), 'PSUBQ', 'SSE2'),
  row('PMULUDQ', 'F4', lanes(evenProducts('u')), 'PMULULQ', 'SSE2'),
  x86('MOVQOZX', 'MOVQ2DQ xmm, mm', 'F3 0F D6 /r', { access: 'w r', cls: 'mmx', feature: 'SSE2', lift: toXmm }),
  x86('MOVO', 'MOVDQ2Q mm, xmm', 'F2 0F D6 /r', { access: 'w r', cls: 'mmx', feature: 'SSE2', lift: move }),
  convert('CVTPL2PS', 'CVTPI2PS xmm, mm/m64', 'NP 0F 2A /r', 'rw r', toSingles),
  convert('CVTTPS2PL', 'CVTTPS2PI mm, xmm/m64', 'NP 0F 2C /r', 'w r', fromSingles(false)),
  convert('CVTPS2PL', 'CVTPS2PI mm, xmm/m64', 'NP 0F 2D /r', 'w r', fromSingles(true)),
  convert('CVTPL2PD', 'CVTPI2PD xmm, mm/m64', '66 0F 2A /r', 'w r', toDoubles, 'SSE2'),
  convert('CVTTPD2PL', 'CVTTPD2PI mm, xmm/m128', '66 0F 2C /r', 'w r', fromDoubles(false), 'SSE2'),
  convert('CVTPD2PL', 'CVTPD2PI mm, xmm/m128', '66 0F 2D /r', 'w r', fromDoubles(true), 'SSE2'),

  // with SSSE3
  extended('PSHUFB', '00', lanes((b, x, y) => b.op('i8x16.swizzle', x, b.op('v128.and', y, vconst(b, 8, 0x87))))),
  extended('PHADDW', '01', joined((b, v) => horizontal(16, 'add')(b, v, v))),
  extended('PHADDD', '02', joined((b, v) => horizontal(32, 'add')(b, v, v))),
  extended('PHADDSW', '03', joined((b, v) => horizontal(16, 'add_sat_s')(b, v, v))),
  extended('PMADDUBSW', '04', lanes(multiplyAdd)),
  extended('PHSUBW', '05', joined((b, v) => horizontal(16, 'sub')(b, v, v))),
  extended('PHSUBD', '06', joined((b, v) => horizontal(32, 'sub')(b, v, v))),
  extended('PHSUBSW', '07', joined((b, v) => horizontal(16, 'sub_sat_s')(b, v, v))),
  extended('PSIGNB', '08', lanes(sign('i8x16'))),
  extended('PSIGNW', '09', lanes(sign('i16x8'))),
  extended('PSIGND', '0A', lanes(sign('i32x4'))),
  extended('PMULHRSW', '0B', lanes(roundedProduct)),
  extended('PABSB', '1C', one((b, y) => b.op('i8x16.abs', y))),
  extended('PABSW', '1D', one((b, y) => b.op('i16x8.abs', y))),
  extended('PABSD', '1E', one((b, y) => b.op('i32x4.abs', y))),
  x86('PALIGNR', 'PALIGNR mm1, mm2/m64, imm8', 'NP 0F 3A 0F /r ib', {
    access: 'rw r r', cls: 'mmx', feature: 'SSSE3',
    lift: byImmediate((b, x, y, imm) => window(b, b.shuffle(y, x, bytesOf(64, [0, 2])), zero(b), imm)),
  }),
];
