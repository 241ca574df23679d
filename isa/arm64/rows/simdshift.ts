/** SIMD shifts by an immediate: left, right with and without rounding and accumulation, inserting, widening, narrowing. Arm ARM C4.1.96. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { known, reg } from '../lift.js';
import { a64, alias, type Alias, type RowDraft } from '../notation.js';
import { arrangements, bytesOf, lane, lanes, ofWidths, putVec, shapeOf, vec, type Arrangement } from '../vector.js';

/** immh with the leading bits that say the width of the lanes, and immb. */
const immh = (w: number): string => ({ 8: '0001 immb:3', 16: '001 immh:1 immb:3', 32: '01 immh:2 immb:3', 64: '1 immh:3 immb:3' })[w]!;
const code = (a: Pick<Arrangement, 'Q' | 'w'>, u: string, opcode: string): string => `0 ${a.Q} ${u} 011110 ${immh(a.w)} ${opcode} 1 Rn:5 Rd:5`;
const scalarCode = (u: string, opcode: string): string => `01 ${u} 111110 ${immh(64)} ${opcode} 1 Rn:5 Rd:5`;

type Shifted = (b: IrBuilder, w: number, x: Value, by: number) => Value;
const logical: Shifted = (b, w, x, by) => (by === w ? b.const('v128', 0) : lane(b, w, 'shr_u', x, b.i32(by)));
const arithmetic: Shifted = (b, w, x, by) => lane(b, w, 'shr_s', x, b.i32(Math.min(by, w - 1)));
const left: Shifted = (b, w, x, by) => lane(b, w, 'shl', x, b.i32(by));
/** Plus the last bit that falls off. */
const rounded = (f: Shifted): Shifted => (b, w, x, by) => lane(b, w, 'add', f(b, w, x, by), logical(b, w, by === 1 ? left(b, w, x, w - 1) : left(b, w, logical(b, w, x, by - 1), w - 1), w - 1));

type Combine = (b: IrBuilder, w: number, old: Value, shifted: Value, by: number) => Value;
const replace: Combine = (_b, _w, _old, v) => v;
const add: Combine = (b, w, old, v) => lane(b, w, 'add', old, v);
/** Bits that the shift did not fill stay. */
const insertLeft: Combine = (b, w, old, v, by) => b.op('v128.bitselect', v, old, b.const('v128', lanes(w, [BigInt.asUintN(w, -1n << BigInt(by))])));
const insertRight: Combine = (b, w, old, v, by) => b.op('v128.bitselect', v, old, b.const('v128', lanes(w, [((1n << BigInt(w)) - 1n) >> BigInt(by)])));

const shift = (a: Pick<Arrangement, 'w' | 'bits'>, f: Shifted, combine: Combine): Lift => (b, insn) => {
  const by = known(insn, 2);
  const d = reg(insn, 0);
  const shifted = f(b, a.w, vec(b, reg(insn, 1)), by);
  putVec(b, d, combine === replace ? shifted : combine(b, a.w, vec(b, d), shifted, by), a.bits);
};

const shifts: readonly (readonly [string, string, string, 'shl' | 'shr', Shifted, Combine])[] = [
  ['SSHR', '0', '00000', 'shr', arithmetic, replace], ['USHR', '1', '00000', 'shr', logical, replace],
  ['SSRA', '0', '00010', 'shr', arithmetic, add], ['USRA', '1', '00010', 'shr', logical, add],
  ['SRSHR', '0', '00100', 'shr', rounded(arithmetic), replace], ['URSHR', '1', '00100', 'shr', rounded(logical), replace],
  ['SRSRA', '0', '00110', 'shr', rounded(arithmetic), add], ['URSRA', '1', '00110', 'shr', rounded(logical), add],
  ['SRI', '1', '01000', 'shr', logical, insertRight], ['SHL', '0', '01010', 'shl', left, replace], ['SLI', '1', '01010', 'shl', left, insertLeft],
];

/** Lanes of the lower or upper half, twice as wide, shifted left. */
const widening = (a: Arrangement, signed: boolean): Lift => (b, insn) => {
  const by = known(insn, 2);
  const v = b.op(`${shapeOf(2 * a.w)}.extend_${a.bits === 128 ? 'high' : 'low'}_${shapeOf(a.w)}_${signed ? 's' : 'u'}`, vec(b, reg(insn, 1)));
  putVec(b, reg(insn, 0), left(b, 2 * a.w, v, by));
};
/** Wide lanes shifted right, their low halves kept. */
const narrowing = (a: Arrangement, f: Shifted): Lift => (b, insn) => {
  const v = f(b, 2 * a.w, vec(b, reg(insn, 1)), known(insn, 2));
  const low = b.shuffle(v, b.const('v128', 0), [...bytesOf(a.w, Array.from({ length: 64 / a.w }, (_, i) => 2 * i)), ...bytesOf(64, [2])]);
  const d = reg(insn, 0);
  putVec(b, d, a.bits === 64 ? low : b.shuffle(vec(b, d), low, bytesOf(64, [0, 2])));
};
const wideT = (w: number): string => ({ 8: '8H', 16: '4S', 32: '2D' })[w]!;
const second = (a: Arrangement): string => (a.bits === 128 ? '2' : '');
const narrow = ofWidths(8, 16, 32);

export const simdshiftRows: readonly RowDraft[] = [
  ...shifts.flatMap(([name, u, opcode, dir, f, combine]) => {
    const spec = { access: combine === replace ? 'w r r' : 'rw r r', cls: 'simd shift' };
    return [
      ...arrangements.map((a) => a64(`V${name}`, `${name} Vd.${a.T}, Vn.${a.T}, #${dir}${a.w}`, code(a, u, opcode), { ...spec, lift: shift(a, f, combine) })),
      a64(`V${name}`, `${name} Dd, Dn, #${dir}64`, scalarCode(u, opcode), { ...spec, lift: shift({ w: 64, bits: 64 }, f, combine) }),
    ];
  }),
  ...([['SSHLL', '0', true], ['USHLL', '1', false]] as const).flatMap(([name, u, signed]) =>
    narrow.map((a) => a64(`V${name}${second(a)}`, `${name}${second(a)} Vd.${wideT(a.w)}, Vn.${a.T}, #shl${a.w}`, code(a, u, '10100'), { access: 'w r r', cls: 'simd shift', lift: widening(a, signed) }))),
  ...([['SHRN', '10000', logical], ['RSHRN', '10001', rounded(logical)]] as const).flatMap(([name, opcode, f]) =>
    narrow.map((a) => a64(`V${name}${second(a)}`, `${name}${second(a)} Vd.${a.T}, Vn.${wideT(a.w)}, #shr${a.w}`, code(a, '0', opcode), { access: a.bits === 64 ? 'w r r' : 'rw r r', cls: 'simd shift', lift: narrowing(a, f) }))),
];

export const simdshiftAliases: readonly Alias[] = ([['SXTL', '0'], ['UXTL', '1']] as const).flatMap(([name, u]) =>
  narrow.map((a) => alias(`V${name}${second(a)}`, `${name}${second(a)} Vd.${wideT(a.w)}, Vn.${a.T}`, `0 ${a.Q} ${u} 011110 ${{ 8: '0001 000', 16: '0010 000', 32: '0100 000' }[a.w as 8 | 16 | 32]} 10100 1 Rn:5 Rd:5`)));
