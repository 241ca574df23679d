/**
 * SIMD on integers: three registers of one arrangement, two registers, across lanes, widening and narrowing. Arm ARM C4.1.96, C7.2.
 * Operations that WebAssembly has are IR; the rest are helpers on lanes (isa/soft/a64v.ts), named a64_NAMEw.
 */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { reg } from '../lift.js';
import { a64, alias, type Alias, type RowDraft } from '../notation.js';
import { arrangements, bytesOf, lane, ofWidths, putScalar, putVec, shapeOf, upper, vconst, vec, type Arrangement } from '../vector.js';

type Binary = (b: IrBuilder, w: number, x: Value, y: Value) => Value;
type Unary = (b: IrBuilder, w: number, x: Value) => Value;

const direct = (op: string): Binary => (b, w, x, y) => lane(b, w, op, x, y);
const helper = (name: string): Binary => (b, w, x, y) => b.call('v128', `a64_${name}${w}`, x, y);
/** WebAssembly's operation where lanes of these widths have it, else the helper. */
const mixed = (op: string, widths: readonly number[], name: string): Binary => (b, w, x, y) => (widths.includes(w) ? direct(op) : helper(name))(b, w, x, y);
const not = (b: IrBuilder, v: Value): Value => b.op('v128.not', v);
const flip = (b: IrBuilder, v: Value): Value => b.op('v128.xor', v, vconst(b, 64, 1n << 63n));

/** Unsigned x > y. */
const above: Binary = (b, w, x, y) => (w === 64 ? lane(b, w, 'gt_s', flip(b, x), flip(b, y)) : not(b, lane(b, w, 'eq', lane(b, w, 'max_u', x, y), y)));

/** Neighbours of both vectors combined: those of the first fill the lower half of the arrangement. */
const pairwise = (f: Binary): Binary => (b, w, x, y) => {
  const n = 128 / w;
  const even = Array.from({ length: n }, (_, i) => 2 * i);
  return f(b, w, b.shuffle(x, y, bytesOf(w, even)), b.shuffle(x, y, bytesOf(w, even.map((i) => i + 1))));
};
/** Of 64-bit arrangements the two halves stand side by side first. */
const joined = (a: Arrangement, f: Binary): Binary => (a.bits === 128 ? f : (b, w, x, y) => f(b, w, b.shuffle(x, y, bytesOf(64, [0, 2])), b.const('v128', 0)));

const three = (a: Arrangement, f: Binary): Lift => (b, insn) => putVec(b, reg(insn, 0), f(b, a.w, vec(b, reg(insn, 1)), vec(b, reg(insn, 2))), a.bits);
/** The destination takes part. */
const accumulate = (a: Arrangement, f: (b: IrBuilder, w: number, d: Value, x: Value, y: Value) => Value): Lift => (b, insn) =>
  putVec(b, reg(insn, 0), f(b, a.w, vec(b, reg(insn, 0)), vec(b, reg(insn, 1)), vec(b, reg(insn, 2))), a.bits);

const sameForm = (name: string, a: Arrangement): string => `${name} Vd.${a.T}, Vn.${a.T}, Vm.${a.T}`;
const sameCode = (a: Arrangement, u: string, opcode: string): string => `0 ${a.Q} ${u} 01110 ${a.size} 1 Rm:5 ${opcode} 1 Rn:5 Rd:5`;

const multiply = mixed('mul', [16, 32, 64], 'mul');

/** Name, U, opcode, lane widths, operation. */
const sames: readonly (readonly [string, string, string, readonly number[], Binary])[] = [
  ['SHADD', '0', '00000', [8, 16, 32], helper('shadd')], ['UHADD', '1', '00000', [8, 16, 32], helper('uhadd')],
  ['SQADD', '0', '00001', [8, 16, 32, 64], mixed('add_sat_s', [8, 16], 'sqadd')], ['UQADD', '1', '00001', [8, 16, 32, 64], mixed('add_sat_u', [8, 16], 'uqadd')],
  ['SRHADD', '0', '00010', [8, 16, 32], helper('srhadd')], ['URHADD', '1', '00010', [8, 16, 32], mixed('avgr_u', [8, 16], 'urhadd')],
  ['SHSUB', '0', '00100', [8, 16, 32], helper('shsub')], ['UHSUB', '1', '00100', [8, 16, 32], helper('uhsub')],
  ['SQSUB', '0', '00101', [8, 16, 32, 64], mixed('sub_sat_s', [8, 16], 'sqsub')], ['UQSUB', '1', '00101', [8, 16, 32, 64], mixed('sub_sat_u', [8, 16], 'uqsub')],
  ['CMGT', '0', '00110', [8, 16, 32, 64], direct('gt_s')], ['CMHI', '1', '00110', [8, 16, 32, 64], above],
  ['CMGE', '0', '00111', [8, 16, 32, 64], (b, w, x, y) => not(b, lane(b, w, 'gt_s', y, x))], ['CMHS', '1', '00111', [8, 16, 32, 64], (b, w, x, y) => not(b, above(b, w, y, x))],
  ['SSHL', '0', '01000', [8, 16, 32, 64], helper('sshl')], ['USHL', '1', '01000', [8, 16, 32, 64], helper('ushl')],
  ['SQSHL', '0', '01001', [8, 16, 32, 64], helper('sqshl')], ['UQSHL', '1', '01001', [8, 16, 32, 64], helper('uqshl')],
  ['SRSHL', '0', '01010', [8, 16, 32, 64], helper('srshl')], ['URSHL', '1', '01010', [8, 16, 32, 64], helper('urshl')],
  ['SQRSHL', '0', '01011', [8, 16, 32, 64], helper('sqrshl')], ['UQRSHL', '1', '01011', [8, 16, 32, 64], helper('uqrshl')],
  ['SMAX', '0', '01100', [8, 16, 32], direct('max_s')], ['UMAX', '1', '01100', [8, 16, 32], direct('max_u')],
  ['SMIN', '0', '01101', [8, 16, 32], direct('min_s')], ['UMIN', '1', '01101', [8, 16, 32], direct('min_u')],
  ['SABD', '0', '01110', [8, 16, 32], (b, w, x, y) => lane(b, w, 'sub', lane(b, w, 'max_s', x, y), lane(b, w, 'min_s', x, y))],
  ['UABD', '1', '01110', [8, 16, 32], (b, w, x, y) => lane(b, w, 'sub', lane(b, w, 'max_u', x, y), lane(b, w, 'min_u', x, y))],
  ['ADD', '0', '10000', [8, 16, 32, 64], direct('add')], ['SUB', '1', '10000', [8, 16, 32, 64], direct('sub')],
  ['CMTST', '0', '10001', [8, 16, 32, 64], (b, w, x, y) => not(b, lane(b, w, 'eq', b.op('v128.and', x, y), b.const('v128', 0)))],
  ['CMEQ', '1', '10001', [8, 16, 32, 64], direct('eq')],
  ['MUL', '0', '10011', [8, 16, 32], multiply], ['PMUL', '1', '10011', [8], helper('pmul')],
  ['SQDMULH', '0', '10110', [16, 32], helper('sqdmulh')], ['SQRDMULH', '1', '10110', [16, 32], helper('sqrdmulh')],
];
const pairs: readonly (readonly [string, string, string, readonly number[], Binary])[] = [
  ['SMAXP', '0', '10100', [8, 16, 32], direct('max_s')], ['UMAXP', '1', '10100', [8, 16, 32], direct('max_u')],
  ['SMINP', '0', '10101', [8, 16, 32], direct('min_s')], ['UMINP', '1', '10101', [8, 16, 32], direct('min_u')],
  ['ADDP', '0', '10111', [8, 16, 32, 64], direct('add')],
];
type Accumulator = (b: IrBuilder, w: number, d: Value, x: Value, y: Value) => Value;
const accumulators: readonly (readonly [string, string, string, readonly number[], Accumulator])[] = [
  ['SABA', '0', '01111', [8, 16, 32], (b, w, d, x, y) => lane(b, w, 'add', d, lane(b, w, 'sub', lane(b, w, 'max_s', x, y), lane(b, w, 'min_s', x, y)))],
  ['UABA', '1', '01111', [8, 16, 32], (b, w, d, x, y) => lane(b, w, 'add', d, lane(b, w, 'sub', lane(b, w, 'max_u', x, y), lane(b, w, 'min_u', x, y)))],
  ['MLA', '0', '10010', [8, 16, 32], (b, w, d, x, y) => lane(b, w, 'add', d, multiply(b, w, x, y))],
  ['MLS', '1', '10010', [8, 16, 32], (b, w, d, x, y) => lane(b, w, 'sub', d, multiply(b, w, x, y))],
];
/** On whole registers: U and size say which. BSL, BIT and BIF choose by the destination or by the third operand. */
const bitwise: readonly (readonly [string, string, string, Accumulator])[] = [
  ['AND', '0', '00', (b, _w, _d, x, y) => b.op('v128.and', x, y)], ['BIC', '0', '01', (b, _w, _d, x, y) => b.op('v128.andnot', x, y)],
  ['ORR', '0', '10', (b, _w, _d, x, y) => b.op('v128.or', x, y)], ['ORN', '0', '11', (b, _w, _d, x, y) => b.op('v128.or', x, not(b, y))],
  ['EOR', '1', '00', (b, _w, _d, x, y) => b.op('v128.xor', x, y)], ['BSL', '1', '01', (b, _w, d, x, y) => b.op('v128.bitselect', x, y, d)],
  ['BIT', '1', '10', (b, _w, d, x, y) => b.op('v128.bitselect', x, d, y)], ['BIF', '1', '11', (b, _w, d, x, y) => b.op('v128.bitselect', d, x, y)],
];

// Two registers.

const two = (a: Arrangement, f: Unary): Lift => (b, insn) => putVec(b, reg(insn, 0), f(b, a.w, vec(b, reg(insn, 1))), a.bits);
const miscCode = (a: Arrangement, u: string, opcode: string): string => `0 ${a.Q} ${u} 01110 ${a.size} 10000 ${opcode} 10 Rn:5 Rd:5`;
const zero = (b: IrBuilder): Value => b.const('v128', 0);
const unaryHelper = (name: string): Unary => (b, w, x) => b.call('v128', `a64_${name}${w}`, x);

/** Lanes of `w` bits in reverse order within each `group` bits. */
const reverse = (group: number): Unary => (b, w, x) => {
  const per = group / w;
  return b.shuffle(x, x, bytesOf(w, Array.from({ length: 128 / w }, (_, i) => Math.floor(i / per) * per + (per - 1 - (i % per)))));
};
const miscs: readonly (readonly [string, string, string, readonly number[], Unary])[] = [
  ['REV64', '0', '00000', [8, 16, 32], reverse(64)], ['REV32', '1', '00000', [8, 16], reverse(32)], ['REV16', '0', '00001', [8], reverse(16)],
  ['CLS', '0', '00100', [8, 16, 32], unaryHelper('cls')], ['CLZ', '1', '00100', [8, 16, 32], unaryHelper('clz')],
  ['CNT', '0', '00101', [8], (b, _w, x) => b.op('i8x16.popcnt', x)],
  ['SQABS', '0', '00111', [8, 16, 32, 64], unaryHelper('sqabs')], ['SQNEG', '1', '00111', [8, 16, 32, 64], unaryHelper('sqneg')],
  ['ABS', '0', '01011', [8, 16, 32, 64], (b, w, x) => lane(b, w, 'abs', x)], ['NEG', '1', '01011', [8, 16, 32, 64], (b, w, x) => lane(b, w, 'neg', x)],
];
/** Comparisons with zero. */
const zeros: readonly (readonly [string, string, string, Unary])[] = [
  ['CMGT', '0', '01000', (b, w, x) => lane(b, w, 'gt_s', x, zero(b))], ['CMGE', '1', '01000', (b, w, x) => not(b, lane(b, w, 'gt_s', zero(b), x))],
  ['CMEQ', '0', '01001', (b, w, x) => lane(b, w, 'eq', x, zero(b))], ['CMLE', '1', '01001', (b, w, x) => not(b, lane(b, w, 'gt_s', x, zero(b)))],
  ['CMLT', '0', '01010', (b, w, x) => lane(b, w, 'gt_s', zero(b), x)],
];

/** Neighbours added into lanes of twice the width. */
const addLong = (signed: boolean): Unary => (b, w, x) => {
  if (w < 32) return b.op(`${shapeOf(2 * w)}.extadd_pairwise_${shapeOf(w)}_${signed ? 's' : 'u'}`, x);
  const half = (start: number): Value => {
    const picked = b.shuffle(x, x, bytesOf(32, [start, start + 2, start, start + 2]));
    return b.op(`i64x2.extend_low_i32x4_${signed ? 's' : 'u'}`, picked);
  };
  return lane(b, 64, 'add', half(0), half(1));
};
const double = (a: Arrangement): string => `${(a.bits / a.w) / 2}${{ 8: 'H', 16: 'S', 32: 'D' }[a.w as 8 | 16 | 32]}`;

// Across lanes: the result is one number in lane 0.

const across = (a: Arrangement, name: string, out: number): Lift => (b, insn) =>
  putScalar(b, reg(insn, 0), out, b.call(out === 64 ? 'i64' : 'i32', `a64_${name}${a.w}`, vec(b, reg(insn, 1)), b.i32(a.bits)));
const acrossArrangements = [...ofWidths(8, 16), ...arrangements.filter((a) => a.T === '4S')];
const letter = (w: number): string => ({ 8: 'B', 16: 'H', 32: 'S', 64: 'D' })[w]!;

// Three registers of different widths: long, wide, narrow. `part`: of the 128-bit forms (named with 2) the upper half is meant.

const widths3 = ofWidths(8, 16, 32);
const wideT = (w: number): string => ({ 8: '8H', 16: '4S', 32: '2D' })[w]!;
const half = (b: IrBuilder, a: Arrangement, v: Value): Value => (a.bits === 128 ? upper(b, v) : v);
const extended = (b: IrBuilder, a: Arrangement, v: Value, signed: boolean): Value => b.op(`${shapeOf(2 * a.w)}.extend_${a.bits === 128 ? 'high' : 'low'}_${shapeOf(a.w)}_${signed ? 's' : 'u'}`, v);

const long = (signed: boolean, f: Binary): ((a: Arrangement) => Lift) => (a) => (b, insn) =>
  putVec(b, reg(insn, 0), f(b, 2 * a.w, extended(b, a, vec(b, reg(insn, 1)), signed), extended(b, a, vec(b, reg(insn, 2)), signed)));
const product: Binary = (b, w, x, y) => lane(b, w, 'mul', x, y);
const longAccumulate = (signed: boolean, f: Binary, op: 'add' | 'sub'): ((a: Arrangement) => Lift) => (a) => (b, insn) => {
  const r = f(b, 2 * a.w, extended(b, a, vec(b, reg(insn, 1)), signed), extended(b, a, vec(b, reg(insn, 2)), signed));
  putVec(b, reg(insn, 0), lane(b, 2 * a.w, op, vec(b, reg(insn, 0)), r));
};
/** Of extended operands the difference cannot overflow, so its absolute value is plain. */
const distance: Binary = (b, w, x, y) => lane(b, w, 'abs', lane(b, w, 'sub', x, y));
const wide = (signed: boolean, op: 'add' | 'sub'): ((a: Arrangement) => Lift) => (a) => (b, insn) =>
  putVec(b, reg(insn, 0), lane(b, 2 * a.w, op, vec(b, reg(insn, 1)), extended(b, a, vec(b, reg(insn, 2)), signed)));
const longs: readonly (readonly [string, string, string, 'long' | 'wide' | 'accumulate', (a: Arrangement) => Lift])[] = [
  ['SADDL', '0', '0000', 'long', long(true, direct('add'))], ['UADDL', '1', '0000', 'long', long(false, direct('add'))],
  ['SADDW', '0', '0001', 'wide', wide(true, 'add')], ['UADDW', '1', '0001', 'wide', wide(false, 'add')],
  ['SSUBL', '0', '0010', 'long', long(true, direct('sub'))], ['USUBL', '1', '0010', 'long', long(false, direct('sub'))],
  ['SSUBW', '0', '0011', 'wide', wide(true, 'sub')], ['USUBW', '1', '0011', 'wide', wide(false, 'sub')],
  ['SABAL', '0', '0101', 'accumulate', longAccumulate(true, distance, 'add')], ['UABAL', '1', '0101', 'accumulate', longAccumulate(false, distance, 'add')],
  ['SABDL', '0', '0111', 'long', long(true, distance)], ['UABDL', '1', '0111', 'long', long(false, distance)],
  ['SMLAL', '0', '1000', 'accumulate', longAccumulate(true, product, 'add')], ['UMLAL', '1', '1000', 'accumulate', longAccumulate(false, product, 'add')],
  ['SMLSL', '0', '1010', 'accumulate', longAccumulate(true, product, 'sub')], ['UMLSL', '1', '1010', 'accumulate', longAccumulate(false, product, 'sub')],
  ['SMULL', '0', '1100', 'long', long(true, product)], ['UMULL', '1', '1100', 'long', long(false, product)],
];

/** Every other lane of half the width: the low halves of wide lanes, put in the lower or the upper half of the destination. */
function narrowed(b: IrBuilder, a: Arrangement, v: Value): Value {
  return b.shuffle(v, b.const('v128', 0), [...bytesOf(a.w, Array.from({ length: 64 / a.w }, (_, i) => 2 * i)), ...bytesOf(64, [2])]);
}
function putNarrow(b: IrBuilder, a: Arrangement, insn: Parameters<Lift>[1], v: Value): void {
  const d = reg(insn, 0);
  if (a.bits === 64) putVec(b, d, v);
  else putVec(b, d, b.shuffle(vec(b, d), v, bytesOf(64, [0, 2])));
}
const narrow = (a: Arrangement): Lift => (b, insn) => putNarrow(b, a, insn, narrowed(b, a, vec(b, reg(insn, 1))));
const narrowHelper = (name: string) => (a: Arrangement): Lift => (b, insn) => putNarrow(b, a, insn, b.call('v128', `a64_${name}${a.w}`, vec(b, reg(insn, 1))));
const narrowHigh = (op: 'add' | 'sub', round: boolean) => (a: Arrangement): Lift => (b, insn) => {
  const w = 2 * a.w;
  let r = lane(b, w, op, vec(b, reg(insn, 1)), vec(b, reg(insn, 2)));
  if (round) r = lane(b, w, 'add', r, vconst(b, w, 1n << BigInt(a.w - 1)));
  putNarrow(b, a, insn, narrowed(b, a, lane(b, w, 'shr_u', r, b.i32(a.w))));
};
const second = (a: Arrangement): string => (a.bits === 128 ? '2' : '');

const polynomialLong = (w: 8 | 64) => (a: Arrangement): Lift => (b, insn) =>
  putVec(b, reg(insn, 0), b.call('v128', `a64_pmull${w}`, half(b, a, vec(b, reg(insn, 1))), half(b, a, vec(b, reg(insn, 2)))));

export const simdRows: readonly RowDraft[] = [
  ...sames.flatMap(([name, u, opcode, ws, f]) => ofWidths(...ws).map((a) => a64(`V${name}`, sameForm(name, a), sameCode(a, u, opcode), { access: 'w r r', cls: name === 'MUL' || /MULH/.test(name) ? 'simd mul' : 'simd', lift: three(a, f) }))),
  ...pairs.flatMap(([name, u, opcode, ws, f]) => ofWidths(...ws).map((a) => a64(`V${name}`, sameForm(name, a), sameCode(a, u, opcode), { access: 'w r r', cls: 'simd', lift: three(a, joined(a, pairwise(f))) }))),
  ...accumulators.flatMap(([name, u, opcode, ws, f]) => ofWidths(...ws).map((a) => a64(`V${name}`, sameForm(name, a), sameCode(a, u, opcode), { access: 'rw r r', cls: 'simd mul', lift: accumulate(a, f) }))),
  ...bitwise.flatMap(([name, u, size, f]) => ofWidths(8).map((a) => a64(`V${name}`, sameForm(name, a), sameCode({ ...a, size }, u, '00011'), { access: /^B[SI][LTF]/.test(name) ? 'rw r r' : 'w r r', cls: 'simd logic', lift: accumulate(a, f) }))),
  ...miscs.flatMap(([name, u, opcode, ws, f]) => ofWidths(...ws).map((a) => a64(`V${name}`, `${name} Vd.${a.T}, Vn.${a.T}`, miscCode(a, u, opcode), { access: 'w r', cls: 'simd', lift: two(a, f) }))),
  ...zeros.flatMap(([name, u, opcode, f]) => arrangements.map((a) => a64(`V${name}`, `${name} Vd.${a.T}, Vn.${a.T}, #0`, miscCode(a, u, opcode), { access: 'w r', cls: 'simd', lift: two(a, f) }))),
  ...ofWidths(8).flatMap((a) => [
    a64('VNOT', `NOT Vd.${a.T}, Vn.${a.T}`, miscCode(a, '1', '00101'), { access: 'w r', cls: 'simd logic', lift: two(a, (b, _w, x) => not(b, x)) }),
    a64('VRBIT', `RBIT Vd.${a.T}, Vn.${a.T}`, miscCode({ ...a, size: '01' }, '1', '00101'), { access: 'w r', cls: 'simd', lift: two(a, unaryHelper('rbit')) }),
  ]),
  ...([['SADDLP', '0', '00010', true], ['UADDLP', '1', '00010', false]] as const).flatMap(([name, u, opcode, signed]) =>
    widths3.map((a) => a64(`V${name}`, `${name} Vd.${double(a)}, Vn.${a.T}`, miscCode(a, u, opcode), { access: 'w r', cls: 'simd', lift: two(a, addLong(signed)) }))),
  ...([['SADALP', '0', true], ['UADALP', '1', false]] as const).flatMap(([name, u, signed]) =>
    widths3.map((a) => a64(`V${name}`, `${name} Vd.${double(a)}, Vn.${a.T}`, miscCode(a, u, '00110'), {
      access: 'rw r', cls: 'simd', lift: (b, insn) => putVec(b, reg(insn, 0), lane(b, 2 * a.w, 'add', vec(b, reg(insn, 0)), addLong(signed)(b, a.w, vec(b, reg(insn, 1)))), a.bits) }))),
  ...([['SADDLV', '0', '00011', 2], ['UADDLV', '1', '00011', 2], ['SMAXV', '0', '01010', 1], ['UMAXV', '1', '01010', 1], ['SMINV', '0', '11010', 1], ['UMINV', '1', '11010', 1], ['ADDV', '0', '11011', 1]] as const).flatMap(([name, u, opcode, times]) =>
    acrossArrangements.map((a) => a64(`V${name}`, `${name} ${letter(a.w * times)}d, Vn.${a.T}`, `0 ${a.Q} ${u} 01110 ${a.size} 11000 ${opcode} 10 Rn:5 Rd:5`, { access: 'w r', cls: 'simd across', lift: across(a, name.toLowerCase(), a.w * times) }))),
  ...longs.flatMap(([name, u, opcode, kind, lift]) => widths3.map((a) => {
    const T = wideT(a.w);
    return a64(`V${name}${second(a)}`, `${name}${second(a)} Vd.${T}, Vn.${kind === 'wide' ? T : a.T}, Vm.${a.T}`, `0 ${a.Q} ${u} 01110 ${a.size} 1 Rm:5 ${opcode} 00 Rn:5 Rd:5`, { access: kind === 'accumulate' ? 'rw r r' : 'w r r', cls: /ML|MUL/.test(name) ? 'simd mul' : 'simd', lift: lift(a) });
  })),
  ...([['ADDHN', '0', '0100', narrowHigh('add', false)], ['RADDHN', '1', '0100', narrowHigh('add', true)], ['SUBHN', '0', '0110', narrowHigh('sub', false)], ['RSUBHN', '1', '0110', narrowHigh('sub', true)]] as const).flatMap(([name, u, opcode, lift]) =>
    widths3.map((a) => a64(`V${name}${second(a)}`, `${name}${second(a)} Vd.${a.T}, Vn.${wideT(a.w)}, Vm.${wideT(a.w)}`, `0 ${a.Q} ${u} 01110 ${a.size} 1 Rm:5 ${opcode} 00 Rn:5 Rd:5`, { access: a.bits === 64 ? 'w r r' : 'rw r r', cls: 'simd', lift: lift(a) }))),
  ...([['XTN', '0', '10010', narrow], ['SQXTUN', '1', '10010', narrowHelper('sqxtun')], ['SQXTN', '0', '10100', narrowHelper('sqxtn')], ['UQXTN', '1', '10100', narrowHelper('uqxtn')]] as const).flatMap(([name, u, opcode, lift]) =>
    widths3.map((a) => a64(`V${name}${second(a)}`, `${name}${second(a)} Vd.${a.T}, Vn.${wideT(a.w)}`, miscCode(a, u, opcode), { access: a.bits === 64 ? 'w r' : 'rw r', cls: 'simd', lift: lift(a) }))),
  ...widths3.map((a) => a64(`VSHLL${second(a)}`, `SHLL${second(a)} Vd.${wideT(a.w)}, Vn.${a.T}, #${a.w}`, miscCode(a, '1', '10011'), {
    access: 'w r', cls: 'simd', lift: (b, insn) => putVec(b, reg(insn, 0), lane(b, 2 * a.w, 'shl', extended(b, a, vec(b, reg(insn, 1)), false), b.i32(a.w))) })),
  ...ofWidths(8).map((a) => a64(`VPMULL${second(a)}`, `PMULL${second(a)} Vd.8H, Vn.${a.T}, Vm.${a.T}`, `0 ${a.Q} 0 01110 00 1 Rm:5 1110 00 Rn:5 Rd:5`, { access: 'w r r', cls: 'simd mul', lift: polynomialLong(8)(a) })),
  ...([['1D', '0', 64], ['2D', '1', 128]] as const).map(([T, Q, bits]) =>
    a64(`VPMULL${bits === 128 ? '2' : ''}`, `PMULL${bits === 128 ? '2' : ''} Vd.1Q, Vn.${T}, Vm.${T}`, `0 ${Q} 0 01110 11 1 Rm:5 1110 00 Rn:5 Rd:5`, { access: 'w r r', cls: 'crypto', feature: 'PMULL', lift: polynomialLong(64)({ T, size: '11', Q, w: 64, bits }) })),
  // scalar forms on one lane of 64 bits
  ...sames.filter(([name, , , ws]) => ws.includes(64) && name !== 'MUL').map(([name, u, opcode, , f]) =>
    a64(`V${name}`, `${name} Dd, Dn, Dm`, `01 ${u} 11110 11 1 Rm:5 ${opcode} 1 Rn:5 Rd:5`, { access: 'w r r', cls: 'simd', lift: three({ T: '1D', size: '11', Q: '0', w: 64, bits: 64 }, f) })),
  ...([...miscs.filter(([, , , ws]) => ws.includes(64)).map(([name, u, opcode, , f]) => [name, u, opcode, f, ''] as const), ...zeros.map(([name, u, opcode, f]) => [name, u, opcode, f, ', #0'] as const)]).map(([name, u, opcode, f, tail]) =>
    a64(`V${name}`, `${name} Dd, Dn${tail}`, `01 ${u} 11110 11 10000 ${opcode} 10 Rn:5 Rd:5`, { access: 'w r', cls: 'simd', lift: two({ T: '1D', size: '11', Q: '0', w: 64, bits: 64 }, f) })),
  a64('VADDP', 'ADDP Dd, Vn.2D', '01 0 11110 11 11000 11011 10 Rn:5 Rd:5', {
    access: 'w r', cls: 'simd', lift: (b, insn) => putScalar(b, reg(insn, 0), 64, b.op('i64.add', b.lane('i64x2.extract_lane', 0, vec(b, reg(insn, 1))), b.lane('i64x2.extract_lane', 1, vec(b, reg(insn, 1))))) }),
];

export const simdAliases: readonly Alias[] = [
  ...ofWidths(8).flatMap((a) => [
    alias('VMOV', `MOV Vd.${a.T}, Vn.${a.T}`, `0 ${a.Q} 0 01110 10 1 Rm:5 00011 1 Rn:5 Rd:5`, (f) => f('Rm') === f('Rn')),
    alias('VMVN', `MVN Vd.${a.T}, Vn.${a.T}`, `0 ${a.Q} 1 01110 00 10000 00101 10 Rn:5 Rd:5`),
  ]),
];
