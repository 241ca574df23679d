/**
 * Scalar floating point: arithmetic, comparison, selection, conversion, moves. Arm ARM C7.2. Half precision is
 * decoded where base encodings allow it (FCVT) and stops by name; the FP16 extension is not there.
 *
 * FPSR's cumulative flags are not modelled (quirk): what MSR wrote is kept. FCMPE and FCMP differ in those flags only.
 */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { cond, imm, known, read, reg, setFlags, unpackNzcv, write, type FlagBits } from '../lift.js';
import { a64, type RowDraft } from '../notation.js';
import { floatTy, putScalar, scalar, vec, type FloatBits } from '../vector.js';

const types = [['S', 32, '00'], ['D', 64, '01']] as const;
const ty = (w: FloatBits): 'f32' | 'f64' => (w === 32 ? 'f32' : 'f64');

const unary = (w: FloatBits, f: (b: IrBuilder, x: Value) => Value): Lift => (b, insn) => putScalar(b, reg(insn, 0), w, f(b, scalar(b, reg(insn, 1), w)));
const named = (w: FloatBits, op: string): Lift => unary(w, (b, x) => b.op(`${ty(w)}.${op}`, x));
const helper = (w: FloatBits, name: string): Lift => unary(w, (b, x) => b.call(ty(w), `a64_${name}${w}`, x));

/** Sign operations and moves work on bits, NaN or not. */
const onBits = (w: FloatBits, f: (b: IrBuilder, x: Value) => Value): Lift => (b, insn) => putScalar(b, reg(insn, 0), w, f(b, b.get(w === 32 ? 'i32' : 'i64', w, reg(insn, 1).slot)));
const sign = (b: IrBuilder, w: FloatBits): Value => (w === 32 ? b.i32(0x80000000n) : b.i64(1n << 63n));
const int = (w: FloatBits): 'i32' | 'i64' => (w === 32 ? 'i32' : 'i64');

const binary = (w: FloatBits, op: string): Lift => (b, insn) => putScalar(b, reg(insn, 0), w, b.op(`${ty(w)}.${op}`, scalar(b, reg(insn, 1), w), scalar(b, reg(insn, 2), w)));
const binaryHelper = (w: FloatBits, name: string): Lift => (b, insn) =>
  putScalar(b, reg(insn, 0), w, b.call(ty(w), `a64_${name}${w}`, scalar(b, reg(insn, 1), w), scalar(b, reg(insn, 2), w)));

/** Changes the sign bit of a float that may be a NaN. */
function negate(b: IrBuilder, w: FloatBits, x: Value): Value {
  const bits = b.op(`${int(w)}.reinterpret_${ty(w)}`, x);
  return b.op(`${ty(w)}.reinterpret_${int(w)}`, b.op(`${int(w)}.xor`, bits, sign(b, w)));
}

/** Ra + Rn * Rm, rounded once; operands negated first, as FPNeg has it. */
const fused = (w: FloatBits, negateProduct: boolean, negateAddend: boolean): Lift => (b, insn) => {
  const [n, m, a] = [scalar(b, reg(insn, 1), w), scalar(b, reg(insn, 2), w), scalar(b, reg(insn, 3), w)];
  const addend = negateAddend ? negate(b, w, a) : a;
  putScalar(b, reg(insn, 0), w, b.op(`${ty(w)}.fma`, addend, negateProduct ? negate(b, w, n) : n, m));
};

// Comparison.

/** Less: N; equal: Z and C; greater: C; unordered: C and V. */
function compared(b: IrBuilder, w: FloatBits, x: Value, y: Value): FlagBits {
  const less = b.op(`${ty(w)}.lt`, x, y);
  const unordered = b.op('i32.or', b.op(`${ty(w)}.ne`, x, x), b.op(`${ty(w)}.ne`, y, y));
  return { n: less, z: b.op(`${ty(w)}.eq`, x, y), c: b.op('i32.eqz', less), v: unordered };
}
const compare = (w: FloatBits, withZero: boolean): Lift => (b, insn) => {
  const x = scalar(b, reg(insn, 0), w);
  setFlags(b, compared(b, w, x, withZero ? b.const(floatTy(w), 0) : scalar(b, reg(insn, 1), w)));
};
const conditionalCompare = (w: FloatBits): Lift => (b, insn) => {
  const now = compared(b, w, scalar(b, reg(insn, 0), w), scalar(b, reg(insn, 1), w));
  const given = unpackNzcv(b, b.i32(imm(insn, 2).value));
  const holds = cond(b, known(insn, 3));
  const pick = (k: keyof FlagBits): Value => b.op('i32.select', now[k], given[k], holds);
  setFlags(b, { n: pick('n'), z: pick('z'), c: pick('c'), v: pick('v') });
};
const select = (w: FloatBits): Lift => (b, insn) => {
  const t = int(w);
  const get = (i: number): Value => b.get(t, w, reg(insn, i).slot);
  putScalar(b, reg(insn, 0), w, b.op(`${t}.select`, get(1), get(2), cond(b, known(insn, 3))));
};

// Conversion.

/** A float already rounded to an integer, to `to` bits, saturating; NaN is 0. */
function toInt(b: IrBuilder, from: FloatBits, to: 32 | 64, signed: boolean, x: Value): Value {
  const s = signed ? 's' : 'u';
  if (signed || to === 64) return b.op(`i${to}.trunc_sat_f${from}_${s}`, x);
  // 32 bits unsigned: between 0 and 2^32 - 1 as a 64-bit number
  const wide = b.op(`i64.trunc_sat_f${from}_u`, x);
  const max = b.i64(0xffffffffn);
  return b.op('i32.wrap_i64', b.op('i64.select', wide, max, b.op('i64.le_u', wide, max)));
}
const toInteger = (from: FloatBits, to: 32 | 64, signed: boolean, mode: string): Lift => (b, insn) => {
  const x = scalar(b, reg(insn, 1), from);
  const rounded = mode === 'trunc' ? x : mode === 'away' ? b.call(ty(from), `a64_rinta${from}`, x) : b.op(`${ty(from)}.${mode}`, x);
  write(b, reg(insn, 0), toInt(b, from, to, signed, rounded));
};
const fromInteger = (to: FloatBits, from: 32 | 64, signed: boolean): Lift => (b, insn) => {
  const x = read(b, reg(insn, 1), from);
  const wide = from === 64 ? x : b.op(signed ? 'i64.extend_i32_s' : 'i64.extend_i32_u', x);
  putScalar(b, reg(insn, 0), to, b.op(`${ty(to)}.convert_i64_${signed || from === 32 ? 's' : 'u'}`, wide));
};
/** With fraction bits: exact scaling and one rounding, by a helper. */
const fixedTo = (from: FloatBits, to: 32 | 64, signed: boolean): Lift => (b, insn) =>
  write(b, reg(insn, 0), b.call(`i${to}`, `a64_fcvtz${signed ? 's' : 'u'}${from}_${to}`, scalar(b, reg(insn, 1), from), b.i32(known(insn, 2))));
const fixedFrom = (to: FloatBits, from: 32 | 64, signed: boolean): Lift => (b, insn) =>
  putScalar(b, reg(insn, 0), to, b.call(ty(to), `a64_${signed ? 's' : 'u'}cvtf${to}_${from}`, read(b, reg(insn, 1), from), b.i32(known(insn, 2))));

const moveToGeneral = (w: FloatBits): Lift => (b, insn) => write(b, reg(insn, 0), b.get(int(w), w, reg(insn, 1).slot));
const moveFromGeneral = (w: FloatBits): Lift => (b, insn) => putScalar(b, reg(insn, 0), w, read(b, reg(insn, 1), w));
const moveTopToGeneral: Lift = (b, insn) => write(b, reg(insn, 0), b.lane('i64x2.extract_lane', 1, vec(b, reg(insn, 1))));
const moveTopFromGeneral: Lift = (b, insn) => b.put(128, reg(insn, 0).slot, b.lane('i64x2.replace_lane', 1, vec(b, reg(insn, 0)), read(b, reg(insn, 1), 64)));
const immediate = (w: FloatBits): Lift => (b, insn) => putScalar(b, reg(insn, 0), w, b.const(int(w), imm(insn, 1).value));

const rounding: readonly (readonly [string, string, string])[] = [
  ['FRINTN', '001000', 'nearest'], ['FRINTP', '001001', 'ceil'], ['FRINTM', '001010', 'floor'], ['FRINTZ', '001011', 'trunc'],
  ['FRINTX', '001110', 'rint'], ['FRINTI', '001111', 'rint'],
];
const conversions: readonly (readonly [string, string, string])[] = [
  ['N', '00 00', 'nearest'], ['P', '01 00', 'ceil'], ['M', '10 00', 'floor'], ['Z', '11 00', 'trunc'], ['A', '00 10', 'away'],
];

export const fpRows: readonly RowDraft[] = [
  ...types.flatMap(([R, w, t]): RowDraft[] => {
    const g = R;
    const one = (go: string, name: string, opcode: string, lift: Lift, cls = 'fp'): RowDraft => a64(go + g, `${name} ${R}d, ${R}n`, `0 0 0 11110 ${t} 1 ${opcode} 10000 Rn:5 Rd:5`, { access: 'w r', cls, lift });
    const two = (go: string, name: string, opcode: string, lift: Lift, cls: string): RowDraft => a64(go + g, `${name} ${R}d, ${R}n, ${R}m`, `0 0 0 11110 ${t} 1 Rm:5 ${opcode} 10 Rn:5 Rd:5`, { access: 'w r r', cls, lift });
    const three = (go: string, name: string, o1: string, o0: string, lift: Lift): RowDraft => a64(go + g, `${name} ${R}d, ${R}n, ${R}m, ${R}a`, `0 0 0 11111 ${t} ${o1} Rm:5 ${o0} Ra:5 Rn:5 Rd:5`, { access: 'w r r r', cls: 'fma', lift });
    return [
      one('FMOV', 'FMOV', '000000', onBits(w, (_b, x) => x), 'fp move'),
      one('FABS', 'FABS', '000001', onBits(w, (b, x) => b.op(`${int(w)}.and`, x, b.op(`${int(w)}.xor`, sign(b, w), b.const(int(w), -1n))))),
      one('FNEG', 'FNEG', '000010', onBits(w, (b, x) => b.op(`${int(w)}.xor`, x, sign(b, w)))),
      one('FSQRT', 'FSQRT', '000011', named(w, 'sqrt'), 'fp sqrt'),
      ...rounding.map(([name, opcode, op]) => one(name, name, opcode, named(w, op), 'fp round')),
      one('FRINTA', 'FRINTA', '001100', helper(w, 'rinta'), 'fp round'),
      two('FMUL', 'FMUL', '0000', binary(w, 'mul'), 'fp mul'),
      two('FDIV', 'FDIV', '0001', binary(w, 'div'), 'fp div'),
      two('FADD', 'FADD', '0010', binary(w, 'add'), 'fp add'),
      two('FSUB', 'FSUB', '0011', binary(w, 'sub'), 'fp add'),
      two('FMAX', 'FMAX', '0100', binaryHelper(w, 'fmax'), 'fp add'),
      two('FMIN', 'FMIN', '0101', binaryHelper(w, 'fmin'), 'fp add'),
      two('FMAXNM', 'FMAXNM', '0110', binaryHelper(w, 'fmaxnm'), 'fp add'),
      two('FMINNM', 'FMINNM', '0111', binaryHelper(w, 'fminnm'), 'fp add'),
      two('FNMUL', 'FNMUL', '1000', (b, insn) => putScalar(b, reg(insn, 0), w, negate(b, w, b.op(`${ty(w)}.mul`, scalar(b, reg(insn, 1), w), scalar(b, reg(insn, 2), w)))), 'fp mul'),
      three('FMADD', 'FMADD', '0', '0', fused(w, false, false)),
      three('FMSUB', 'FMSUB', '0', '1', fused(w, true, false)),
      three('FNMADD', 'FNMADD', '1', '0', fused(w, true, true)),
      three('FNMSUB', 'FNMSUB', '1', '1', fused(w, false, true)),
      ...([['FCMP', '0'], ['FCMPE', '1']] as const).flatMap(([name, e]) => [
        a64(name + g, `${name} ${R}n, ${R}m`, `0 0 0 11110 ${t} 1 Rm:5 00 1000 Rn:5 ${e}0000`, { access: 'r r', flags: 'nzcv', cls: 'fp compare', lift: compare(w, false) }),
        a64(name + g, `${name} ${R}n, #0.0`, `0 0 0 11110 ${t} 1 00000 00 1000 Rn:5 ${e}1000`, { access: 'r', flags: 'nzcv', cls: 'fp compare', lift: compare(w, true) }),
        a64(`FC${name.slice(1)}${g}`, `FC${name.slice(1)} ${R}n, ${R}m, #nzcv, cond`, `0 0 0 11110 ${t} 1 Rm:5 cond:4 01 Rn:5 ${e} nzcv:4`, { access: 'r r r r', flags: 'nzcv r=nzcv', cls: 'fp compare', lift: conditionalCompare(w) }),
      ]),
      a64(`FCSEL${g}`, `FCSEL ${R}d, ${R}n, ${R}m, cond`, `0 0 0 11110 ${t} 1 Rm:5 cond:4 11 Rn:5 Rd:5`, { access: 'w r r r', flags: 'r=nzcv', cls: 'fp csel', lift: select(w) }),
      a64(`FMOV${g}`, `FMOV ${R}d, #float${w}`, `0 0 0 11110 ${t} 1 imm8:8 100 00000 Rd:5`, { access: 'w r', cls: 'fp move', lift: immediate(w) }),
      // of 32 bits at most 32 are fraction
      ...([['W', 32, '0', 'fbits32', '1 scale:5'], ['X', 64, '1', 'fbits64', 'scale:6']] as const).flatMap(([G, n, sf, fbits, scale]): RowDraft[] => [
        ...conversions.flatMap(([letter, rmode, op]) =>
          ([['S', true, '0'], ['U', false, '1']] as const).map(([s, signed, u]) =>
            a64(`FCVT${letter}${s}${g}${n === 32 ? 'W' : ''}`, `FCVT${letter}${s} ${G}d, ${R}n`, `${sf} 0 0 11110 ${t} 1 ${rmode}${u} 000000 Rn:5 Rd:5`, { access: 'w r', cls: 'fp to int', lift: toInteger(w, n, signed, op) }))),
        ...([['S', true, '010'], ['U', false, '011']] as const).flatMap(([s, signed, opcode]) => [
          a64(`${s}CVTF${n === 32 ? 'W' : ''}${g}`, `${s}CVTF ${R}d, ${G}n`, `${sf} 0 0 11110 ${t} 1 00 ${opcode} 000000 Rn:5 Rd:5`, { access: 'w r', cls: 'int to fp', lift: fromInteger(w, n, signed) }),
          a64(`${s}CVTF${n === 32 ? 'W' : ''}${g}`, `${s}CVTF ${R}d, ${G}n, #${fbits}`, `${sf} 0 0 11110 ${t} 0 00 ${opcode} ${scale} Rn:5 Rd:5`, { access: 'w r r', cls: 'int to fp', lift: fixedFrom(w, n, signed) }),
          a64(`FCVTZ${s}${g}${n === 32 ? 'W' : ''}`, `FCVTZ${s} ${G}d, ${R}n, #${fbits}`, `${sf} 0 0 11110 ${t} 0 11 ${signed ? '000' : '001'} ${scale} Rn:5 Rd:5`, { access: 'w r r', cls: 'fp to int', lift: fixedTo(w, n, signed) }),
        ]),
      ]),
    ];
  }),
  a64('FCVTSD', 'FCVT Dd, Sn', '0 0 0 11110 00 1 0001 01 10000 Rn:5 Rd:5', { access: 'w r', cls: 'fp convert', lift: (b, insn) => putScalar(b, reg(insn, 0), 64, b.op('f64.promote_f32', scalar(b, reg(insn, 1), 32))) }),
  a64('FCVTDS', 'FCVT Sd, Dn', '0 0 0 11110 01 1 0001 00 10000 Rn:5 Rd:5', { access: 'w r', cls: 'fp convert', lift: (b, insn) => putScalar(b, reg(insn, 0), 32, b.op('f32.demote_f64', scalar(b, reg(insn, 1), 64))) }),
  ...([['FCVTSH', 'FCVT Hd, Sn', '00', '11'], ['FCVTDH', 'FCVT Hd, Dn', '01', '11'], ['FCVTHS', 'FCVT Sd, Hn', '11', '00'], ['FCVTHD', 'FCVT Dd, Hn', '11', '01']] as const).map(([go, form, t, opc]) =>
    a64(go, form, `0 0 0 11110 ${t} 1 0001 ${opc} 10000 Rn:5 Rd:5`, { access: 'w r', cls: 'fp convert' })),
  a64('FMOVS', 'FMOV Wd, Sn', '0 0 0 11110 00 1 00 110 000000 Rn:5 Rd:5', { access: 'w r', cls: 'fp to int', lift: moveToGeneral(32) }),
  a64('FMOVS', 'FMOV Sd, Wn', '0 0 0 11110 00 1 00 111 000000 Rn:5 Rd:5', { access: 'w r', cls: 'int to fp', lift: moveFromGeneral(32) }),
  a64('FMOVD', 'FMOV Xd, Dn', '1 0 0 11110 01 1 00 110 000000 Rn:5 Rd:5', { access: 'w r', cls: 'fp to int', lift: moveToGeneral(64) }),
  a64('FMOVD', 'FMOV Dd, Xn', '1 0 0 11110 01 1 00 111 000000 Rn:5 Rd:5', { access: 'w r', cls: 'int to fp', lift: moveFromGeneral(64) }),
  a64('FMOV', 'FMOV Xd, Vn.D[1]', '1 0 0 11110 10 1 01 110 000000 Rn:5 Rd:5', { access: 'w r', cls: 'fp to int', lift: moveTopToGeneral }),
  a64('FMOV', 'FMOV Vd.D[1], Xn', '1 0 0 11110 10 1 01 111 000000 Rn:5 Rd:5', { access: 'rw r', cls: 'int to fp', lift: moveTopFromGeneral }),
];
