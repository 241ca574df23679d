/** SIMD floating point: lane arithmetic, comparison, conversion, by-element multiplication; also integer multiplication by element. Arm ARM C7.2. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { known, reg } from '../lift.js';
import { a64, type RowDraft } from '../notation.js';
import { arrangements, bytesOf, lane, lanes, ofWidths, putScalar, putVec, scalar, shapeOf, upper, vec, type Arrangement, type FloatBits } from '../vector.js';

const floats = arrangements.filter((a) => a.w >= 32);
/** size of floating-point forms: one bit chooses, the one above it belongs to the operation. */
const sz = (a: Arrangement): string => (a.w === 64 ? '1' : '0');
const shape = (w: number): string => `f${w}x${128 / w}`;
const flane = (b: IrBuilder, w: number, op: string, ...args: Value[]): Value => b.op(`${shape(w)}.${op}`, ...args);

type Binary = (b: IrBuilder, w: number, x: Value, y: Value) => Value;
const direct = (op: string): Binary => (b, w, x, y) => flane(b, w, op, x, y);
const helper = (name: string): Binary => (b, w, x, y) => b.call('v128', `a64_v${name}${w}`, x, y);
const absolute = (b: IrBuilder, w: number, v: Value): Value => b.op('v128.and', v, b.const('v128', lanes(w, [(1n << BigInt(w - 1)) - 1n])));
const negated = (b: IrBuilder, w: number, v: Value): Value => b.op('v128.xor', v, b.const('v128', lanes(w, [1n << BigInt(w - 1)])));

/** Of a 64-bit arrangement the upper lanes compute on zeros, so that they make no NaN worth a slow path. */
const operand = (b: IrBuilder, a: Arrangement, i: number, insn: Parameters<Lift>[1]): Value =>
  a.bits === 128 ? vec(b, reg(insn, i)) : b.op('v128.and', vec(b, reg(insn, i)), b.const('v128', (1n << 64n) - 1n));

const three = (a: Arrangement, f: Binary): Lift => (b, insn) => putVec(b, reg(insn, 0), f(b, a.w, operand(b, a, 1, insn), operand(b, a, 2, insn)), a.bits);
const pairwise = (a: Arrangement, f: Binary): Lift => (b, insn) => {
  const n = a.bits / a.w;
  const all = 128 / a.w;
  const pick = (odd: number): number[] => Array.from({ length: all }, (_, i) => (i < n ? 2 * i + odd : odd)).map((k) => (k < n ? k : all + k - n));
  const [x, y] = [vec(b, reg(insn, 1)), vec(b, reg(insn, 2))];
  putVec(b, reg(insn, 0), f(b, a.w, b.shuffle(x, y, bytesOf(a.w, pick(0))), b.shuffle(x, y, bytesOf(a.w, pick(1)))), a.bits);
};
/** Fused: the destination takes part, rounded once. */
const fused = (a: Arrangement, subtract: boolean): Lift => (b, insn) => {
  const x = vec(b, reg(insn, 1));
  putVec(b, reg(insn, 0), b.call('v128', `a64_vfmla${a.w}`, vec(b, reg(insn, 0)), subtract ? negated(b, a.w, x) : x, vec(b, reg(insn, 2))), a.bits);
};

const code = (a: Arrangement, u: string, high: string, opcode: string): string => `0 ${a.Q} ${u} 01110 ${high} ${sz(a)} 1 Rm:5 ${opcode} 1 Rn:5 Rd:5`;
const greater: Binary = (b, w, x, y) => flane(b, w, 'lt', y, x);
const greaterEqual: Binary = (b, w, x, y) => flane(b, w, 'le', y, x);
const ofMagnitudes = (f: Binary): Binary => (b, w, x, y) => f(b, w, absolute(b, w, x), absolute(b, w, y));

/** Name, U, bit above sz, opcode. */
const sames: readonly (readonly [string, string, string, string, Binary])[] = [
  ['FMAXNM', '0', '0', '11000', helper('fmaxnm')], ['FADD', '0', '0', '11010', direct('add')], ['FMULX', '0', '0', '11011', helper('fmulx')],
  ['FCMEQ', '0', '0', '11100', direct('eq')], ['FMAX', '0', '0', '11110', helper('fmax')], ['FRECPS', '0', '0', '11111', helper('frecps')],
  ['FMINNM', '0', '1', '11000', helper('fminnm')], ['FSUB', '0', '1', '11010', direct('sub')], ['FMIN', '0', '1', '11110', helper('fmin')], ['FRSQRTS', '0', '1', '11111', helper('frsqrts')],
  ['FMUL', '1', '0', '11011', direct('mul')], ['FCMGE', '1', '0', '11100', greaterEqual], ['FACGE', '1', '0', '11101', ofMagnitudes(greaterEqual)], ['FDIV', '1', '0', '11111', direct('div')],
  ['FABD', '1', '1', '11010', (b, w, x, y) => absolute(b, w, flane(b, w, 'sub', x, y))], ['FCMGT', '1', '1', '11100', greater], ['FACGT', '1', '1', '11101', ofMagnitudes(greater)],
];
const pairs: readonly (readonly [string, string, string, Binary])[] = [
  ['FMAXNMP', '0', '11000', helper('fmaxnm')], ['FADDP', '0', '11010', direct('add')], ['FMAXP', '0', '11110', helper('fmax')],
  ['FMINNMP', '1', '11000', helper('fminnm')], ['FMINP', '1', '11110', helper('fmin')],
];

type Unary = (b: IrBuilder, w: number, x: Value) => Value;
const two = (a: Arrangement, f: Unary): Lift => (b, insn) => putVec(b, reg(insn, 0), f(b, a.w, operand(b, a, 1, insn)), a.bits);
const unary = (op: string): Unary => (b, w, x) => flane(b, w, op, x);
const unaryHelper = (name: string): Unary => (b, w, x) => b.call('v128', `a64_v${name}${w}`, x);
const zero = (b: IrBuilder): Value => b.const('v128', 0);
const miscCode = (a: Arrangement, u: string, high: string, opcode: string): string => `0 ${a.Q} ${u} 01110 ${high} ${sz(a)} 10000 ${opcode} 10 Rn:5 Rd:5`;

const miscs: readonly (readonly [string, string, string, string, Unary])[] = [
  ['FABS', '0', '1', '01111', absolute], ['FNEG', '1', '1', '01111', negated], ['FSQRT', '1', '1', '11111', unary('sqrt')],
  ['FRINTN', '0', '0', '11000', unary('nearest')], ['FRINTM', '0', '0', '11001', unary('floor')], ['FRINTP', '0', '1', '11000', unary('ceil')], ['FRINTZ', '0', '1', '11001', unary('trunc')],
  ['FRINTA', '1', '0', '11000', unaryHelper('rinta')], ['FRINTX', '1', '0', '11001', unary('rint')], ['FRINTI', '1', '1', '11001', unary('rint')],
  ['FCVTNS', '0', '0', '11010', unaryHelper('fcvtns')], ['FCVTMS', '0', '0', '11011', unaryHelper('fcvtms')], ['FCVTAS', '0', '0', '11100', unaryHelper('fcvtas')], ['SCVTF', '0', '0', '11101', unaryHelper('scvtf')],
  ['FCVTPS', '0', '1', '11010', unaryHelper('fcvtps')], ['FCVTZS', '0', '1', '11011', unaryHelper('fcvtzs')], ['FRECPE', '0', '1', '11101', unaryHelper('frecpe')],
  ['FCVTNU', '1', '0', '11010', unaryHelper('fcvtnu')], ['FCVTMU', '1', '0', '11011', unaryHelper('fcvtmu')], ['FCVTAU', '1', '0', '11100', unaryHelper('fcvtau')], ['UCVTF', '1', '0', '11101', unaryHelper('ucvtf')],
  ['FCVTPU', '1', '1', '11010', unaryHelper('fcvtpu')], ['FCVTZU', '1', '1', '11011', unaryHelper('fcvtzu')], ['FRSQRTE', '1', '1', '11101', unaryHelper('frsqrte')],
];
const zeros: readonly (readonly [string, string, string, Unary])[] = [
  ['FCMGT', '0', '01100', (b, w, x) => greater(b, w, x, zero(b))], ['FCMGE', '1', '01100', (b, w, x) => greaterEqual(b, w, x, zero(b))], ['FCMEQ', '0', '01101', (b, w, x) => flane(b, w, 'eq', x, zero(b))],
  ['FCMLE', '1', '01101', (b, w, x) => flane(b, w, 'le', x, zero(b))], ['FCMLT', '0', '01110', (b, w, x) => flane(b, w, 'lt', x, zero(b))],
];

// Scalar forms in the SIMD encodings: on lane 0, the rest of the register is zero and stays so.

const onLow = (w: FloatBits, n: number, f: (b: IrBuilder, args: readonly Value[]) => Value): Lift => (b, insn) => {
  const mask = b.const('v128', (1n << BigInt(w)) - 1n);
  const args = Array.from({ length: n }, (_, i) => b.op('v128.and', vec(b, reg(insn, i + 1)), mask));
  putVec(b, reg(insn, 0), b.op('v128.and', f(b, args), mask));
};
const scalarTypes = [['S', 32], ['D', 64]] as const;
/** Those that exist as scalars beside the plain floating-point instructions. */
const scalarSames = ['FMULX', 'FCMEQ', 'FRECPS', 'FRSQRTS', 'FCMGE', 'FACGE', 'FABD', 'FCMGT', 'FACGT'];
const scalarMiscs = /^(FCVT|SCVTF|UCVTF|FRECPE|FRSQRTE)/;

// By element.

/** The second operand's lane in every place. */
const spread = (b: IrBuilder, w: number, r: { readonly slot: unknown; readonly lane?: number }, v: Value): Value => b.shuffle(v, v, bytesOf(w, new Array<number>(128 / w).fill(r.lane!)));
/** Register number and index of the element, by width. */
const elementCode = (a: Arrangement, u: string, opcode: string, size: string): string =>
  a.w === 64 ? `0 ${a.Q} ${u} 01111 ${size} 0 Rm:5 ${opcode} H:1 0 Rn:5 Rd:5` : a.w === 32 ? `0 ${a.Q} ${u} 01111 ${size} L:1 Rm:5 ${opcode} H:1 0 Rn:5 Rd:5` : `0 ${a.Q} ${u} 01111 ${size} L:1 M:1 Rm:4 ${opcode} H:1 0 Rn:5 Rd:5`;
const element = (w: number): string => ({ 16: 'Vm.H[H_L_M]', 32: 'Vm.S[H_L]', 64: 'Vm.D[H]' })[w]!;

const byElement = (a: Arrangement, f: (b: IrBuilder, w: number, d: Value, x: Value, y: Value) => Value): Lift => (b, insn) => {
  const m = reg(insn, 2);
  putVec(b, reg(insn, 0), f(b, a.w, vec(b, reg(insn, 0)), operand(b, a, 1, insn), spread(b, a.w, m, vec(b, m))), a.bits);
};
const fmla = (subtract: boolean) => (b: IrBuilder, w: number, d: Value, x: Value, y: Value): Value => b.call('v128', `a64_vfmla${w}`, d, subtract ? negated(b, w, x) : x, y);
const integerElements = ofWidths(16, 32);
const longElement = (a: Arrangement, signed: boolean, f: (b: IrBuilder, w: number, d: Value, p: Value) => Value): Lift => (b, insn) => {
  const m = reg(insn, 2);
  const x = a.bits === 128 ? upper(b, vec(b, reg(insn, 1))) : vec(b, reg(insn, 1));
  const product = b.op(`${shapeOf(2 * a.w)}.extmul_low_${shapeOf(a.w)}_${signed ? 's' : 'u'}`, x, spread(b, a.w, m, vec(b, m)));
  putVec(b, reg(insn, 0), f(b, 2 * a.w, vec(b, reg(insn, 0)), product));
};
const second = (a: Arrangement): string => (a.bits === 128 ? '2' : '');
const wideT = (w: number): string => ({ 16: '4S', 32: '2D' })[w]!;

// Fixed point.

const immh = (w: number): string => (w === 64 ? '1 immh:3 immb:3' : '01 immh:2 immb:3');

/** Scalars are named as Go names those of the FP unit, conversions with both letters: FMULXD, SCVTFDD. */
const goScalar = (name: string, letter: string): string => (/CVT/.test(name) ? `${name}${letter}${letter}` : `${name}${letter}`);

export const simdfpRows: readonly RowDraft[] = [
  ...sames.flatMap(([name, u, high, opcode, f]) => floats.map((a) => a64(`V${name}`, `${name} Vd.${a.T}, Vn.${a.T}, Vm.${a.T}`, code(a, u, high, opcode), { access: 'w r r', cls: name === 'FDIV' ? 'simd fp div' : 'simd fp', lift: three(a, f) }))),
  ...pairs.flatMap(([name, high, opcode, f]) => floats.map((a) => a64(`V${name}`, `${name} Vd.${a.T}, Vn.${a.T}, Vm.${a.T}`, code(a, '1', high, opcode), { access: 'w r r', cls: 'simd fp', lift: pairwise(a, f) }))),
  ...([['FMLA', '0', false], ['FMLS', '1', true]] as const).flatMap(([name, high, subtract]) => floats.map((a) => a64(`V${name}`, `${name} Vd.${a.T}, Vn.${a.T}, Vm.${a.T}`, code(a, '0', high, '11001'), { access: 'rw r r', cls: 'simd fma', lift: fused(a, subtract) }))),
  ...miscs.flatMap(([name, u, high, opcode, f]) => floats.map((a) => a64(`V${name}`, `${name} Vd.${a.T}, Vn.${a.T}`, miscCode(a, u, high, opcode), { access: 'w r', cls: name === 'FSQRT' ? 'simd fp sqrt' : 'simd fp', lift: two(a, f) }))),
  ...zeros.flatMap(([name, u, opcode, f]) => floats.map((a) => a64(`V${name}`, `${name} Vd.${a.T}, Vn.${a.T}, #0.0`, miscCode(a, u, '1', opcode), { access: 'w r', cls: 'simd fp', lift: two(a, f) }))),
  ...scalarTypes.flatMap(([R, w]): RowDraft[] => {
    const bit = w === 64 ? '1' : '0';
    return [
      ...sames.filter(([name]) => scalarSames.includes(name)).map(([name, u, high, opcode, f]) =>
        a64(goScalar(name, R), `${name} ${R}d, ${R}n, ${R}m`, `01 ${u} 11110 ${high} ${bit} 1 Rm:5 ${opcode} 1 Rn:5 Rd:5`, { access: 'w r r', cls: 'fp', lift: onLow(w, 2, (b, [x, y]) => f(b, w, x!, y!)) })),
      ...miscs.filter(([name]) => scalarMiscs.test(name)).map(([name, u, high, opcode, f]) =>
        a64(goScalar(name, R), `${name} ${R}d, ${R}n`, `01 ${u} 11110 ${high} ${bit} 10000 ${opcode} 10 Rn:5 Rd:5`, { access: 'w r', cls: 'fp', lift: onLow(w, 1, (b, [x]) => f(b, w, x!)) })),
      ...zeros.map(([name, u, opcode, f]) =>
        a64(goScalar(name, R), `${name} ${R}d, ${R}n, #0.0`, `01 ${u} 11110 1 ${bit} 10000 ${opcode} 10 Rn:5 Rd:5`, { access: 'w r', cls: 'fp', lift: onLow(w, 1, (b, [x]) => f(b, w, x!)) })),
      a64('VFADDP', `FADDP ${R}d, Vn.2${R}`, `01 1 11110 0 ${bit} 11000 01101 10 Rn:5 Rd:5`, {
        access: 'w r', cls: 'fp', lift: (b, insn) => {
          const x = scalar(b, reg(insn, 1), w);
          const y = b.lane(`${shape(w)}.extract_lane`, 1, vec(b, reg(insn, 1)));
          putScalar(b, reg(insn, 0), w, b.op(`f${w}.add`, x, y));
        } }),
      ...([['SCVTF', '0', '11100'], ['UCVTF', '1', '11100'], ['FCVTZS', '0', '11111'], ['FCVTZU', '1', '11111']] as const).map(([name, u, opcode]) =>
        a64(goScalar(name, R), `${name} ${R}d, ${R}n, #shr${w}`, `01 ${u} 111110 ${immh(w)} ${opcode} 1 Rn:5 Rd:5`, { access: 'w r r', cls: 'fp', lift: (b, insn) => {
          const mask = b.const('v128', (1n << BigInt(w)) - 1n);
          putVec(b, reg(insn, 0), b.op('v128.and', b.call('v128', `a64_v${name.toLowerCase()}${w}_n`, b.op('v128.and', vec(b, reg(insn, 1)), mask), b.i32(known(insn, 2))), mask));
        } })),
    ];
  }),
  ...([['SCVTF', '0', '11100'], ['UCVTF', '1', '11100'], ['FCVTZS', '0', '11111'], ['FCVTZU', '1', '11111']] as const).flatMap(([name, u, opcode]) => floats.map((a) =>
    a64(`V${name}`, `${name} Vd.${a.T}, Vn.${a.T}, #shr${a.w}`, `0 ${a.Q} ${u} 011110 ${immh(a.w)} ${opcode} 1 Rn:5 Rd:5`, { access: 'w r r', cls: 'simd fp', lift: (b, insn) => putVec(b, reg(insn, 0), b.call('v128', `a64_v${name.toLowerCase()}${a.w}_n`, operand(b, a, 1, insn), b.i32(known(insn, 2))), a.bits) }))),
  ...([['FCVTL', '0', '10111'], ['FCVTN', '0', '10110']] as const).flatMap(([name, u, opcode]) => ([['2S', '0', ''], ['4S', '1', '2']] as const).map(([T, Q, two_]) =>
    a64(`V${name}${two_}`, name === 'FCVTL' ? `FCVTL${two_} Vd.2D, Vn.${T}` : `FCVTN${two_} Vd.${T}, Vn.2D`, `0 ${Q} ${u} 01110 01 10000 ${opcode} 10 Rn:5 Rd:5`, {
      access: name === 'FCVTN' && Q === '1' ? 'rw r' : 'w r', cls: 'simd fp', lift: (b, insn) => {
        const x = vec(b, reg(insn, 1));
        if (name === 'FCVTL') return putVec(b, reg(insn, 0), b.op('f64x2.promote_low_f32x4', Q === '1' ? upper(b, x) : x));
        const low = b.op('f32x4.demote_f64x2_zero', x);
        putVec(b, reg(insn, 0), Q === '0' ? low : b.shuffle(vec(b, reg(insn, 0)), low, bytesOf(64, [0, 2])));
      } }))),
  // by element
  ...floats.flatMap((a) => [
    a64('VFMLA', `FMLA Vd.${a.T}, Vn.${a.T}, ${element(a.w)}`, elementCode(a, '0', '0001', `1${sz(a)}`), { access: 'rw r r', cls: 'simd fma', lift: byElement(a, fmla(false)) }),
    a64('VFMLS', `FMLS Vd.${a.T}, Vn.${a.T}, ${element(a.w)}`, elementCode(a, '0', '0101', `1${sz(a)}`), { access: 'rw r r', cls: 'simd fma', lift: byElement(a, fmla(true)) }),
    a64('VFMUL', `FMUL Vd.${a.T}, Vn.${a.T}, ${element(a.w)}`, elementCode(a, '0', '1001', `1${sz(a)}`), { access: 'w r r', cls: 'simd fp', lift: byElement(a, (b, w, _d, x, y) => flane(b, w, 'mul', x, y)) }),
  ]),
  ...integerElements.flatMap((a) => [
    a64('VMUL', `MUL Vd.${a.T}, Vn.${a.T}, ${element(a.w)}`, elementCode(a, '0', '1000', a.size), { access: 'w r r', cls: 'simd mul', lift: byElement(a, (b, w, _d, x, y) => lane(b, w, 'mul', x, y)) }),
    a64('VMLA', `MLA Vd.${a.T}, Vn.${a.T}, ${element(a.w)}`, elementCode(a, '1', '0000', a.size), { access: 'rw r r', cls: 'simd mul', lift: byElement(a, (b, w, d, x, y) => lane(b, w, 'add', d, lane(b, w, 'mul', x, y))) }),
    a64('VMLS', `MLS Vd.${a.T}, Vn.${a.T}, ${element(a.w)}`, elementCode(a, '1', '0100', a.size), { access: 'rw r r', cls: 'simd mul', lift: byElement(a, (b, w, d, x, y) => lane(b, w, 'sub', d, lane(b, w, 'mul', x, y))) }),
    ...([['SMULL', '0', '1010', true, 'set'], ['UMULL', '1', '1010', false, 'set'], ['SMLAL', '0', '0010', true, 'add'], ['UMLAL', '1', '0010', false, 'add'], ['SMLSL', '0', '0110', true, 'sub'], ['UMLSL', '1', '0110', false, 'sub']] as const).map(([name, u, opcode, signed, how]) =>
      a64(`V${name}${second(a)}`, `${name}${second(a)} Vd.${wideT(a.w)}, Vn.${a.T}, ${element(a.w)}`, elementCode(a, u, opcode, a.size), { access: how === 'set' ? 'w r r' : 'rw r r', cls: 'simd mul', lift: longElement(a, signed, (b, w, d, p) => (how === 'set' ? p : lane(b, w, how, d, p))) })),
  ]),
];
