/** Moves, logic and shuffles of packed and scalar floats: SSE and SSE2. SDM 2A and 2B under each name. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { putReg, reg, two } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';
import { GPR } from '../regs.js';
import { bytesOf, fields, low, packed, packedImm, packedOp, putLow, putVec, vec, zero } from '../vector.js';

/** All 128 bits; `align` of memory operands. */
const move = (align: number): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  putVec(b, dst, vec(b, src, align), align);
};

/** Low `w` bits between a register and memory, or between registers, upper bits of the destination kept. */
const moveLow = (w: 32 | 64): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  putLow(b, dst, w, low(b, src, w === 32 ? 'i32' : 'i64', w));
};

/** Low `w` bits, zeros above. */
export const moveZero = (w: 32 | 64): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  const v = low(b, src, w === 32 ? 'i32' : 'i64', w);
  putVec(b, dst, w === 32 ? b.lane('i32x4.replace_lane', 0, zero(b), v) : b.lane('i64x2.replace_lane', 0, zero(b), v));
};

/** A 64-bit half of a register and memory. */
const loadHalf = (half: 0 | 1): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  const v = low(b, src, 'i64', 64);
  putVec(b, dst, b.lane('i64x2.replace_lane', half, vec(b, dst), v));
};
const storeHigh: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  putLow(b, dst, 64, b.lane('i64x2.extract_lane', 1, vec(b, src)));
};

/** dst = lanes picked from dst (0..) and src (128/width..). */
export const pick = (width: 8 | 16 | 32 | 64, ...picks: number[]): Lift => {
  const order = bytesOf(width, picks);
  return packed((b, x, y) => b.shuffle(x, y, order));
};

/** SHUFPS: two lanes of the destination, then two of the source, by two bits of the immediate each. */
const shufps = packedImm((b, x, y, imm) => {
  const [i, j, k, l] = fields(imm);
  return b.shuffle(x, y, bytesOf(32, [i!, j!, 4 + k!, 4 + l!]));
});

/** SHUFPD: bit 0 picks the destination's half, bit 1 the source's. */
const shufpd = packedImm((b, x, y, imm) => b.shuffle(x, y, bytesOf(64, [imm & 1, 2 + ((imm >> 1) & 1)])));

/** Sign bits of the lanes. */
export const signs = (shape: string): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  if (dst.kind !== 'reg') throw new Error('a general register takes the mask');
  putReg(b, 32, dst.slot, b.op(`${shape}.bitmask`, vec(b, src)));
};

const mov: RowSpec = { access: 'w r', cls: 'vmov' };
const merge: RowSpec = { access: 'rw r', cls: 'vmov' };
const shuffle: RowSpec = { access: 'rw r r', cls: 'shuffle' };

/** A full move, load form first: name, Go's name, opcodes of the two directions with their prefix, alignment. */
const fullMove = (go: string, name: string, load: string, store: string, align: number): RowDraft[] => [
  x86(go, `${name} xmm1, xmm2/m128`, load, { ...mov, lift: move(align) }),
  x86(go, `${name} xmm2/m128, xmm1`, store, { ...mov, lift: move(align) }),
];

/** Packed logic on either width is the same operation. */
const logic = (name: string, opcode: string, lift: Lift): RowDraft[] => [
  x86(`${name}PS`, `${name}PS xmm1, xmm2/m128`, `NP 0F ${opcode} /r`, { access: 'rw r', cls: 'vlogic', lift }),
  x86(`${name}PD`, `${name}PD xmm1, xmm2/m128`, `66 0F ${opcode} /r`, { access: 'rw r', cls: 'vlogic', lift }),
];
const andNot = (b: IrBuilder, x: Value, y: Value): Value => b.op('v128.andnot', y, x);

/** Non-temporal stores are stores: the model has no write-combining buffers to show. */
const nonTemporal: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  putVec(b, dst, vec(b, src));
};

/** Stores the bytes whose mask byte has its sign set, at RDI. */
const maskMove: Lift = (b, insn) => {
  b.callVoid('maskmovdqu', reg(b, GPR.RDI, 64), vec(b, insn.ops[0]!), vec(b, insn.ops[1]!));
};

export const sseRows: readonly RowDraft[] = [
  ...fullMove('MOVUPS', 'MOVUPS', 'NP 0F 10 /r', 'NP 0F 11 /r', 1),
  ...fullMove('MOVUPD', 'MOVUPD', '66 0F 10 /r', '66 0F 11 /r', 1),
  ...fullMove('MOVAPS', 'MOVAPS', 'NP 0F 28 /r', 'NP 0F 29 /r', 16),
  ...fullMove('MOVAPD', 'MOVAPD', '66 0F 28 /r', '66 0F 29 /r', 16),
  ...fullMove('MOVOU', 'MOVDQU', 'F3 0F 6F /r', 'F3 0F 7F /r', 1),
  ...fullMove('MOVO', 'MOVDQA', '66 0F 6F /r', '66 0F 7F /r', 16),

  x86('MOVSS', 'MOVSS xmm1, xmm2', 'F3 0F 10 /r', { ...merge, lift: moveLow(32) }),
  x86('MOVSS', 'MOVSS xmm1, m32', 'F3 0F 10 /r', { ...mov, lift: moveZero(32) }),
  x86('MOVSS', 'MOVSS xmm2/m32, xmm1', 'F3 0F 11 /r', { ...merge, lift: moveLow(32) }),
  x86('MOVSD', 'MOVSD xmm1, xmm2', 'F2 0F 10 /r', { ...merge, lift: moveLow(64) }),
  x86('MOVSD', 'MOVSD xmm1, m64', 'F2 0F 10 /r', { ...mov, lift: moveZero(64) }),
  x86('MOVSD', 'MOVSD xmm1/m64, xmm2', 'F2 0F 11 /r', { ...merge, lift: moveLow(64) }),

  x86('MOVHLPS', 'MOVHLPS xmm1, xmm2', 'NP 0F 12 /r', { ...merge, lift: pick(64, 3, 1) }),
  x86('MOVLPS', 'MOVLPS xmm1, m64', 'NP 0F 12 /r', { ...merge, lift: loadHalf(0) }),
  x86('MOVLPS', 'MOVLPS m64, xmm1', 'NP 0F 13 /r', { ...mov, lift: moveLow(64) }),
  x86('MOVLPD', 'MOVLPD xmm1, m64', '66 0F 12 /r', { ...merge, lift: loadHalf(0) }),
  x86('MOVLPD', 'MOVLPD m64, xmm1', '66 0F 13 /r', { ...mov, lift: moveLow(64) }),
  x86('MOVLHPS', 'MOVLHPS xmm1, xmm2', 'NP 0F 16 /r', { ...merge, lift: pick(64, 0, 2) }),
  x86('MOVHPS', 'MOVHPS xmm1, m64', 'NP 0F 16 /r', { ...merge, lift: loadHalf(1) }),
  x86('MOVHPS', 'MOVHPS m64, xmm1', 'NP 0F 17 /r', { ...mov, lift: storeHigh }),
  x86('MOVHPD', 'MOVHPD xmm1, m64', '66 0F 16 /r', { ...merge, lift: loadHalf(1) }),
  x86('MOVHPD', 'MOVHPD m64, xmm1', '66 0F 17 /r', { ...mov, lift: storeHigh }),

  x86('MOVNTPS', 'MOVNTPS m128, xmm1', 'NP 0F 2B /r', { ...mov, lift: nonTemporal }),
  x86('MOVNTPD', 'MOVNTPD m128, xmm1', '66 0F 2B /r', { ...mov, lift: nonTemporal }),
  x86('MOVNTO', 'MOVNTDQ m128, xmm1', '66 0F E7 /r', { ...mov, lift: nonTemporal }),
  x86('MASKMOVOU', 'MASKMOVDQU xmm1, xmm2', '66 0F F7 /r', { access: 'r r', implicit: 'RDI:r [RDI]/128:w', cls: 'vmov', lift: maskMove }),

  x86('MOVMSKPS', 'MOVMSKPS r32, xmm', 'NP 0F 50 /r', { ...mov, lift: signs('i32x4') }),
  x86('MOVMSKPD', 'MOVMSKPD r32, xmm', '66 0F 50 /r', { ...mov, lift: signs('i64x2') }),

  ...logic('AND', '54', packedOp('v128.and')),
  ...logic('ANDN', '55', packed(andNot)),
  ...logic('OR', '56', packedOp('v128.or')),
  ...logic('XOR', '57', packedOp('v128.xor')),

  x86('UNPCKLPS', 'UNPCKLPS xmm1, xmm2/m128', 'NP 0F 14 /r', { access: 'rw r', cls: 'shuffle', lift: pick(32, 0, 4, 1, 5) }),
  x86('UNPCKHPS', 'UNPCKHPS xmm1, xmm2/m128', 'NP 0F 15 /r', { access: 'rw r', cls: 'shuffle', lift: pick(32, 2, 6, 3, 7) }),
  x86('UNPCKLPD', 'UNPCKLPD xmm1, xmm2/m128', '66 0F 14 /r', { access: 'rw r', cls: 'shuffle', lift: pick(64, 0, 2) }),
  x86('UNPCKHPD', 'UNPCKHPD xmm1, xmm2/m128', '66 0F 15 /r', { access: 'rw r', cls: 'shuffle', lift: pick(64, 1, 3) }),
  x86('SHUFPS', 'SHUFPS xmm1, xmm2/m128, imm8', 'NP 0F C6 /r ib', { ...shuffle, lift: shufps }),
  x86('SHUFPD', 'SHUFPD xmm1, xmm2/m128, imm8', '66 0F C6 /r ib', { ...shuffle, lift: shufpd }),
];
