/**
 * Arithmetic, comparison and conversion of floats: SSE and SSE2. SDM 2A and 2B under each name.
 *
 * The IR's operations carry MXCSR's rounding, flushing and the NaN rule (first operand, quieted); what is here
 * is where the bits come from and go to. Scalar forms touch the low lane only.
 */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { address, putReg, read, setFlags, two } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';
import { slots } from '../regs.js';
import { choice, floatTy, packed, packed1, packedImm, packedOp, putLow, putVec, scalar, vconst, widened, type FloatBits } from '../vector.js';

const scalar2 = (w: FloatBits, f: (b: IrBuilder, x: Value, y: Value) => Value): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  const y = scalar(b, src, w);
  putLow(b, dst, w, f(b, scalar(b, dst, w), y));
};
const scalar1 = (w: FloatBits, f: (b: IrBuilder, y: Value) => Value): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  putLow(b, dst, w, f(b, scalar(b, src, w)));
};

/** The PS, PD, SS and SD rows of one opcode. */
function four(name: string, opcode: string, cls: string, access: string, lift: (shape: 'f32x4' | 'f64x2') => Lift, lift1: (w: FloatBits) => Lift): RowDraft[] {
  return [
    x86(`${name}PS`, `${name}PS xmm1, xmm2/m128`, `NP 0F ${opcode} /r`, { access, cls, lift: lift('f32x4') }),
    x86(`${name}PD`, `${name}PD xmm1, xmm2/m128`, `66 0F ${opcode} /r`, { access, cls, lift: lift('f64x2') }),
    x86(`${name}SS`, `${name}SS xmm1, xmm2/m32`, `F3 0F ${opcode} /r`, { access: 'rw r', cls, lift: lift1(32) }),
    x86(`${name}SD`, `${name}SD xmm1, xmm2/m64`, `F2 0F ${opcode} /r`, { access: 'rw r', cls, lift: lift1(64) }),
  ];
}
const arith = (name: string, opcode: string, op: string, cls: string): RowDraft[] =>
  four(name, opcode, cls, 'rw r', (shape) => packedOp(`${shape}.${op}`), (w) => scalar2(w, (b, x, y) => b.op(`f${w}.${op}`, x, y)));
/** MIN and MAX give the source when nothing is strictly beyond it: NaN, equal zeros. WebAssembly's pmin with its operands crossed. */
const extreme = (name: string, opcode: string, op: string): RowDraft[] =>
  four(name, opcode, 'fadd', 'rw r', (shape) => packed((b, x, y) => b.op(`${shape}.${op}`, y, x)), (w) => scalar2(w, (b, x, y) => b.op(`f${w}.${op}`, y, x)));
const root: RowDraft[] = four('SQRT', '51', 'fsqrt', 'w r', (shape) => packed1((b, y) => b.op(`${shape}.sqrt`, y)), (w) => scalar1(w, (b, y) => b.op(`f${w}.sqrt`, y)));

/** RCP and RSQRT exist for singles only; isa/soft/sse.ts says how exact they are. */
const estimate = (name: string, opcode: string, helper: string): RowDraft[] => [
  x86(`${name}PS`, `${name}PS xmm1, xmm2/m128`, `NP 0F ${opcode} /r`, { access: 'w r', cls: 'fadd', lift: packed1((b, y) => b.call('v128', `f32x4.${helper}`, y)) }),
  x86(`${name}SS`, `${name}SS xmm1, xmm2/m32`, `F3 0F ${opcode} /r`, { access: 'rw r', cls: 'fadd', lift: scalar1(32, (b, y) => b.call('f32', `f32.${helper}`, y)) }),
];

/** CMPccPS and the like: predicates 0..3 are EQ LT LE UNORD, bit 2 negates. Bits above are ignored. */
const compareLanes = (shape: 'f32x4' | 'f64x2'): Lift => packedImm((b, x, y, imm) => {
  const unordered = (): Value => b.op('v128.or', b.op(`${shape}.ne`, x, x), b.op(`${shape}.ne`, y, y));
  const holds = (imm & 3) === 3 ? unordered() : b.op(`${shape}.${['eq', 'lt', 'le'][imm & 3]!}`, x, y);
  return imm & 4 ? b.op('v128.not', holds) : holds;
});
const compareScalar = (w: FloatBits): Lift => (b, insn) => {
  const ty = floatTy(w);
  const imm = choice(insn.ops[2]);
  const y = scalar(b, insn.ops[1]!, w);
  const x = scalar(b, insn.ops[0]!, w);
  const unordered = (): Value => b.op('i32.or', b.op(`${ty}.ne`, x, x), b.op(`${ty}.ne`, y, y));
  const holds = (imm & 3) === 3 ? unordered() : b.op(`${ty}.${['eq', 'lt', 'le'][imm & 3]!}`, x, y);
  // all ones when it holds: 0 - 1; when it must not hold, 0 - 1 of the opposite is 1 less
  const ones = imm & 4 ? b.op('i32.sub', holds, b.i32(1)) : b.op('i32.sub', b.i32(0), holds);
  putLow(b, insn.ops[0]!, w, w === 64 ? b.op('i64.extend_i32_s', ones) : ones);
};
const cmp: RowSpec = { access: 'rw r r', cls: 'fadd' };

/** UCOMIS and COMIS: unordered ZF PF CF, less CF, equal ZF. They differ only in which NaN is invalid, a sticky flag. */
const compareFlags = (w: FloatBits): Lift => (b, insn) => {
  const ty = floatTy(w);
  const y = scalar(b, insn.ops[1]!, w);
  const x = scalar(b, insn.ops[0]!, w);
  const most = b.op(`${ty}.le`, x, y);
  const least = b.op(`${ty}.le`, y, x);
  // both hold when equal, neither when unordered
  setFlags(b, {
    zf: b.op('i32.eq', most, least),
    cf: b.op('i32.eqz', least),
    pf: b.op('i32.eqz', b.op('i32.or', most, least)),
  });
};
const flagged = { access: 'r r', flags: 'oszapc', cls: 'fcomi' } satisfies RowSpec;

/** 2^31 and 2^63 as float constants. */
const limit = (b: IrBuilder, from: FloatBits, to: 32 | 64): Value =>
  b.const(floatTy(from), from === 32 ? (to === 32 ? 0x4f000000n : 0x5f000000n) : to === 32 ? 0x41e0000000000000n : 0x43e0000000000000n);

/** To an integer: out of range and NaN give the most negative one, which saturation gives below but not above. */
const toInt = (from: FloatBits, to: 32 | 64, truncate: boolean): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  const x = scalar(b, src, from);
  const v = truncate ? x : b.op(`f${from}.rint`, x);
  const ty = to === 32 ? 'i32' : 'i64';
  const inRange = b.op(`f${from}.lt`, v, limit(b, from, to));
  const r = b.op(`${ty}.select`, b.op(`${ty}.trunc_sat_f${from}_s`, v), b.const(ty, to === 32 ? 0x80000000n : 1n << 63n), inRange);
  if (dst.kind !== 'reg') throw new Error('a general register takes the result');
  putReg(b, to, dst.slot, r);
};
const fromInt = (from: 32 | 64, to: FloatBits): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  putLow(b, dst, to, b.op(`f${to}.convert_i${from}_s`, read(b, src)));
};

/** Four singles to integers; `v` already integral or to be truncated. */
export const singlesToInts = (b: IrBuilder, v: Value): Value =>
  b.op('v128.bitselect', b.op('i32x4.trunc_sat_f32x4_s', v), vconst(b, 32, 0x80000000), b.op('f32x4.lt', v, vconst(b, 32, 0x4f000000)));
/** Two doubles to integers, zeros above. */
export const doublesToInts = (b: IrBuilder, v: Value): Value => {
  const inRange = b.op('f64x2.lt', v, vconst(b, 64, 0x41e0000000000000n));
  const mask = b.shuffle(inRange, vconst(b, 32, 0), [0, 1, 2, 3, 8, 9, 10, 11, 16, 16, 16, 16, 16, 16, 16, 16]);
  return b.op('v128.bitselect', b.op('i32x4.trunc_sat_f64x2_s_zero', v), vconst(b, 32, 0x80000000, 0x80000000, 0, 0), mask);
};
/** dst = f(low half of the source), whose memory form is 64 bits without alignment. */
const fromHalf = (f: (b: IrBuilder, y: Value) => Value): Lift => (b, insn) => putVec(b, insn.ops[0]!, f(b, widened(b, insn.ops[1]!, 64)));

const cvt: RowSpec = { access: 'w r', cls: 'cvt' };
const cvtLow: RowSpec = { access: 'rw r', cls: 'cvt' };
const op1 = (name: string) => (b: IrBuilder, y: Value): Value => b.op(name, y);

/** CVTSI2SS/SD and their inverses: Go spells the integer's width L or Q. */
const scalarConversions: RowDraft[] = ([32, 64] as const).flatMap((w) => {
  const [s, p] = w === 32 ? ['SS', 'F3'] : ['SD', 'F2'];
  return ([32, 64] as const).flatMap((n) => {
    const size = n === 32 ? 'L' : 'Q';
    const rex = n === 32 ? '' : 'REX.W ';
    return [
      x86(`CVTS${size}2${s}`, `CVTSI2${s} xmm1, r/m${n}`, `${p} ${rex}0F 2A /r`, { ...cvtLow, lift: fromInt(n, w) }),
      x86(`CVTT${s}2S${size}`, `CVTT${s}2SI r${n}, xmm1/m${w}`, `${p} ${rex}0F 2C /r`, { ...cvt, lift: toInt(w, n, true) }),
      x86(`CVT${s}2S${size}`, `CVT${s}2SI r${n}, xmm1/m${w}`, `${p} ${rex}0F 2D /r`, { ...cvt, lift: toInt(w, n, false) }),
    ];
  });
});

/** LDMXCSR goes through a helper: it checks what the model can honour. */
const loadMxcsr: Lift = (b, insn) => b.callVoid('ldmxcsr', read(b, insn.ops[0]!, 32));
const storeMxcsr: Lift = (b, insn) => {
  const op = insn.ops[0]!;
  if (op.kind === 'mem') b.store(32, address(b, op), b.get('i32', 32, slots.mxcsr));
};

export const sse2fpRows: readonly RowDraft[] = [
  ...arith('ADD', '58', 'add', 'fadd'),
  ...arith('MUL', '59', 'mul', 'fmul'),
  ...arith('SUB', '5C', 'sub', 'fadd'),
  ...arith('DIV', '5E', 'div', 'fdiv'),
  ...extreme('MIN', '5D', 'pmin'),
  ...extreme('MAX', '5F', 'pmax'),
  ...root,
  ...estimate('RSQRT', '52', 'rsqrt'),
  ...estimate('RCP', '53', 'rcp'),

  x86('CMPPS', 'CMPPS xmm1, xmm2/m128, imm8', 'NP 0F C2 /r ib', { ...cmp, lift: compareLanes('f32x4') }),
  x86('CMPPD', 'CMPPD xmm1, xmm2/m128, imm8', '66 0F C2 /r ib', { ...cmp, lift: compareLanes('f64x2') }),
  x86('CMPSS', 'CMPSS xmm1, xmm2/m32, imm8', 'F3 0F C2 /r ib', { ...cmp, lift: compareScalar(32) }),
  x86('CMPSD', 'CMPSD xmm1, xmm2/m64, imm8', 'F2 0F C2 /r ib', { ...cmp, lift: compareScalar(64) }),
  x86('UCOMISS', 'UCOMISS xmm1, xmm2/m32', 'NP 0F 2E /r', { ...flagged, lift: compareFlags(32) }),
  x86('UCOMISD', 'UCOMISD xmm1, xmm2/m64', '66 0F 2E /r', { ...flagged, lift: compareFlags(64) }),
  x86('COMISS', 'COMISS xmm1, xmm2/m32', 'NP 0F 2F /r', { ...flagged, lift: compareFlags(32) }),
  x86('COMISD', 'COMISD xmm1, xmm2/m64', '66 0F 2F /r', { ...flagged, lift: compareFlags(64) }),

  ...scalarConversions,
  x86('CVTSS2SD', 'CVTSS2SD xmm1, xmm2/m32', 'F3 0F 5A /r', { ...cvtLow, lift: (b, insn) => putLow(b, insn.ops[0]!, 64, b.op('f64.promote_f32', scalar(b, insn.ops[1]!, 32))) }),
  x86('CVTSD2SS', 'CVTSD2SS xmm1, xmm2/m64', 'F2 0F 5A /r', { ...cvtLow, lift: (b, insn) => putLow(b, insn.ops[0]!, 32, b.op('f32.demote_f64', scalar(b, insn.ops[1]!, 64))) }),
  x86('CVTPS2PD', 'CVTPS2PD xmm1, xmm2/m64', 'NP 0F 5A /r', { ...cvt, lift: fromHalf(op1('f64x2.promote_low_f32x4')) }),
  x86('CVTPD2PS', 'CVTPD2PS xmm1, xmm2/m128', '66 0F 5A /r', { ...cvt, lift: packed1(op1('f32x4.demote_f64x2_zero')) }),
  x86('CVTPL2PS', 'CVTDQ2PS xmm1, xmm2/m128', 'NP 0F 5B /r', { ...cvt, lift: packed1(op1('f32x4.convert_i32x4_s')) }),
  x86('CVTPS2PL', 'CVTPS2DQ xmm1, xmm2/m128', '66 0F 5B /r', { ...cvt, lift: packed1((b, y) => singlesToInts(b, b.op('f32x4.rint', y))) }),
  x86('CVTTPS2PL', 'CVTTPS2DQ xmm1, xmm2/m128', 'F3 0F 5B /r', { ...cvt, lift: packed1(singlesToInts) }),
  x86('CVTPL2PD', 'CVTDQ2PD xmm1, xmm2/m64', 'F3 0F E6 /r', { ...cvt, lift: fromHalf(op1('f64x2.convert_low_i32x4_s')) }),
  x86('CVTPD2PL', 'CVTPD2DQ xmm1, xmm2/m128', 'F2 0F E6 /r', { ...cvt, lift: packed1((b, y) => doublesToInts(b, b.op('f64x2.rint', y))) }),
  x86('CVTTPD2PL', 'CVTTPD2DQ xmm1, xmm2/m128', '66 0F E6 /r', { ...cvt, lift: packed1(doublesToInts) }),

  x86('LDMXCSR', 'LDMXCSR m32', 'NP 0F AE /2', { access: 'r', cls: 'mxcsr', ends: true, lift: loadMxcsr }),
  x86('STMXCSR', 'STMXCSR m32', 'NP 0F AE /3', { access: 'w', cls: 'mxcsr', lift: storeMxcsr }),
];
