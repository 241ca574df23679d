/** SIMD that moves lanes: DUP INS UMOV SMOV, permutations, EXT, table look-ups, immediates. Arm ARM C7.2. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift } from '../../row.js';
import { imm, read, reg, write } from '../lift.js';
import { a64, alias, type Alias, type RowDraft } from '../notation.js';
import { arrangements, bytesOf, lanes, putScalar, putVec, shapeOf, vec, type Arrangement } from '../vector.js';

/** imm5 says the lane's width by its lowest one, and above that which lane. */
const widths = [
  { w: 8, letter: 'B', low: '1', index: 4 },
  { w: 16, letter: 'H', low: '10', index: 3 },
  { w: 32, letter: 'S', low: '100', index: 2 },
  { w: 64, letter: 'D', low: '1000', index: 1 },
] as const;
type Width = (typeof widths)[number];
const imm5 = (x: Width): string => `index:${x.index} ${x.low}`;
const anyImm5 = (x: Width): string => `any:${x.index} ${x.low}`;

/** A lane as i32 (i64 of 64 bits). */
const extract = (b: IrBuilder, w: number, v: Value, n: number, signed = false): Value => b.lane(`${shapeOf(w)}.extract_lane${w < 32 ? (signed ? '_s' : '_u') : ''}`, n, v);
const splat = (b: IrBuilder, w: number, v: Value): Value => b.op(`${shapeOf(w)}.splat`, v);

const dupLane = (x: Width, bits: 64 | 128): Lift => (b, insn) => {
  const n = reg(insn, 1);
  putVec(b, reg(insn, 0), b.shuffle(vec(b, n), vec(b, n), bytesOf(x.w, new Array<number>(128 / x.w).fill(n.lane!))), bits);
};
const dupGeneral = (x: Width, bits: 64 | 128): Lift => (b, insn) => putVec(b, reg(insn, 0), splat(b, x.w, read(b, reg(insn, 1), x.w === 64 ? 64 : 32)), bits);
const insertGeneral = (x: Width): Lift => (b, insn) => {
  const d = reg(insn, 0);
  b.put(128, d.slot, b.lane(`${shapeOf(x.w)}.replace_lane`, d.lane!, vec(b, d), read(b, reg(insn, 1), x.w === 64 ? 64 : 32)));
};
const insertLane = (x: Width): Lift => (b, insn) => {
  const [d, n] = [reg(insn, 0), reg(insn, 1)];
  b.put(128, d.slot, b.lane(`${shapeOf(x.w)}.replace_lane`, d.lane!, vec(b, d), extract(b, x.w, vec(b, n), n.lane!)));
};
const toGeneral = (x: Width, signed: boolean, R: 'W' | 'X'): Lift => (b, insn) => {
  const n = reg(insn, 1);
  const v = extract(b, x.w, vec(b, n), n.lane!, signed);
  write(b, reg(insn, 0), R === 'X' && x.w < 64 ? b.op(signed ? 'i64.extend_i32_s' : 'i64.extend_i32_u', v) : v);
};
const dupScalar = (x: Width): Lift => (b, insn) => {
  const n = reg(insn, 1);
  putScalar(b, reg(insn, 0), x.w, extract(b, x.w, vec(b, n), n.lane!));
};
const full = (x: Width, bits: 64 | 128): string => `${bits / x.w}${x.letter}`;

const copies = widths.flatMap((x): RowDraft[] => [
  ...([64, 128] as const).filter((bits) => x.w < 64 || bits === 128).flatMap((bits) => [
    a64('VDUP', `DUP Vd.${full(x, bits)}, Vn.${x.letter}[index]`, `0 ${bits === 128 ? 1 : 0} 0 01110000 ${imm5(x)} 0 0000 1 Rn:5 Rd:5`, { access: 'w r', cls: 'simd move', lift: dupLane(x, bits) }),
    a64('VDUP', `DUP Vd.${full(x, bits)}, ${x.w === 64 ? 'X' : 'W'}n`, `0 ${bits === 128 ? 1 : 0} 0 01110000 ${anyImm5(x)} 0 0001 1 Rn:5 Rd:5`, { access: 'w r', cls: 'simd move', lift: dupGeneral(x, bits) }),
  ]),
  a64('VMOV', `INS Vd.${x.letter}[index], ${x.w === 64 ? 'X' : 'W'}n`, `0 1 0 01110000 ${imm5(x)} 0 0011 1 Rn:5 Rd:5`, { access: 'rw r', cls: 'simd move', lift: insertGeneral(x) }),
  a64('VMOV', `INS Vd.${x.letter}[index], Vn.${x.letter}[from]`, `0 1 1 01110000 ${imm5(x)} 0 from:${x.index}${x.index < 4 ? ` low:${4 - x.index}` : ''} 1 Rn:5 Rd:5`, { access: 'rw r', cls: 'simd move', lift: insertLane(x) }),
  ...(x.w < 64 ? [a64('VMOV', `UMOV Wd, Vn.${x.letter}[index]`, `0 0 0 01110000 ${imm5(x)} 0 0111 1 Rn:5 Rd:5`, { access: 'w r', cls: 'simd move', lift: toGeneral(x, false, 'W') })]
    : [a64('VMOV', 'UMOV Xd, Vn.D[index]', `0 1 0 01110000 ${imm5(x)} 0 0111 1 Rn:5 Rd:5`, { access: 'w r', cls: 'simd move', lift: toGeneral(x, false, 'X') })]),
  ...(x.w < 32 ? [a64('VSMOVW', `SMOV Wd, Vn.${x.letter}[index]`, `0 0 0 01110000 ${imm5(x)} 0 0101 1 Rn:5 Rd:5`, { access: 'w r', cls: 'simd move', lift: toGeneral(x, true, 'W') })] : []),
  ...(x.w < 64 ? [a64('VSMOV', `SMOV Xd, Vn.${x.letter}[index]`, `0 1 0 01110000 ${imm5(x)} 0 0101 1 Rn:5 Rd:5`, { access: 'w r', cls: 'simd move', lift: toGeneral(x, true, 'X') })] : []),
  a64('VMOV', `DUP ${x.letter}d, Vn.${x.letter}[index]`, `01 0 11110000 ${imm5(x)} 0 0000 1 Rn:5 Rd:5`, { access: 'w r', cls: 'simd move', lift: dupScalar(x) }),
]);

// Permutations: which lane of both operands stands in each place.

const order: readonly (readonly [string, string, (i: number, n: number) => number])[] = [
  ['UZP1', '001', (i) => 2 * i], ['TRN1', '010', (i, n) => (i % 2 === 0 ? i : n + i - 1)], ['ZIP1', '011', (i, n) => (i % 2) * n + (i >> 1)],
  ['UZP2', '101', (i) => 2 * i + 1], ['TRN2', '110', (i, n) => (i % 2 === 0 ? i + 1 : n + i)], ['ZIP2', '111', (i, n) => (i % 2) * n + (n >> 1) + (i >> 1)],
];
const permute = (a: Arrangement, from: (i: number, n: number) => number): Lift => {
  const n = a.bits / a.w;
  const all = 128 / a.w;
  // lanes of the second operand start at `n` in the rule, at `all` in the shuffle
  const picked = Array.from({ length: all }, (_, i) => (i < n ? from(i, n) : 0)).map((k) => (k < n ? k : all + k - n));
  return (b, insn) => putVec(b, reg(insn, 0), b.shuffle(vec(b, reg(insn, 1)), vec(b, reg(insn, 2)), bytesOf(a.w, picked)), a.bits);
};

/** Bytes from `from` on of the second operand above the first. */
const extractPair = (bits: 64 | 128): Lift => (b, insn) => {
  const from = Number(imm(insn, 3).value as bigint);
  const n = bits / 8;
  const picked = Array.from({ length: 16 }, (_, i) => (i < n ? from + i : 0)).map((k) => (k < n ? k : 16 + k - n));
  putVec(b, reg(insn, 0), b.shuffle(vec(b, reg(insn, 1)), vec(b, reg(insn, 2)), picked), bits);
};

/** Bytes chosen by the last operand from one to four registers; out of range: zero, or with TBX what was there. */
function lookUp(insn: Insn, b: IrBuilder, tables: number, keep: boolean): Value {
  const indexes = vec(b, reg(insn, tables + 1));
  let out: Value | undefined;
  for (let t = 0; t < tables; t++) {
    const at = t === 0 ? indexes : b.op('i8x16.sub', indexes, b.const('v128', lanes(8, [16 * t])));
    const found = b.op('i8x16.swizzle', vec(b, reg(insn, t + 1)), at);
    out = out === undefined ? found : b.op('v128.or', out, found);
  }
  if (!keep) return out!;
  const limit = b.const('v128', lanes(8, [16 * tables]));
  const beyond = b.op('i8x16.eq', b.op('i8x16.max_u', indexes, limit), indexes);
  return b.op('v128.bitselect', vec(b, reg(insn, 0)), out!, beyond);
}
const table = (tables: number, keep: boolean, bits: 64 | 128): Lift => (b, insn) => putVec(b, reg(insn, 0), lookUp(insn, b, tables, keep), bits);
const listOf = (n: number): string => `{${Array.from({ length: n }, (_, i) => `Vn${i === 0 ? '' : i + 1}.16B`).join(', ')}}`;

// Immediates: AdvSIMDExpandImm.

/** The 64 bits for an 8-bit immediate under op and cmode. */
function expand(op: number, cmode: number, imm8: number): bigint | undefined {
  const v = BigInt(imm8);
  const repeat = (width: number, x: bigint): bigint => lanes(width, [x]) & 0xffffffffffffffffn;
  if (cmode < 8) return repeat(32, v << BigInt(8 * (cmode >> 1)));
  if (cmode < 12) return repeat(16, v << BigInt(8 * ((cmode >> 1) & 1)));
  if (cmode === 12) return repeat(32, (v << 8n) | 0xffn);
  if (cmode === 13) return repeat(32, (v << 16n) | 0xffffn);
  if (cmode === 14) {
    if (op === 0) return repeat(8, v);
    let mask = 0n;
    for (let i = 0n; i < 8n; i++) if ((v >> i) & 1n) mask |= 0xffn << (8n * i);
    return mask;
  }
  return undefined; // floats: their own rows
}
const both = (v: bigint): bigint => v | (v << 64n);
type Modified = 'MOVI' | 'MVNI' | 'ORR' | 'BIC';
const modified = (name: Modified, cmode: number, bits: 64 | 128): Lift => (b, insn) => {
  const op = name === 'MVNI' || name === 'BIC' ? 1 : 0;
  const v = b.const('v128', both(expand(op, cmode, Number(imm(insn, 1).value as bigint))!));
  const d = reg(insn, 0);
  if (name === 'MOVI') putVec(b, d, v, bits);
  else if (name === 'MVNI') putVec(b, d, b.op('v128.not', v), bits);
  else putVec(b, d, b.op(name === 'ORR' ? 'v128.or' : 'v128.andnot', vec(b, d), v), bits);
};
const modifiedCode = (Q: string, op: number, cmode: number): string => `0 ${Q} ${op} 0111100000 abc:3 ${cmode.toString(2).padStart(4, '0')} 0 1 defgh:5 Rd:5`;

/** The name of each cmode, its lanes, and what the immediate is shifted by, as the form shows it. */
const modifiedForms = arrangements.filter((a) => a.w === 16 || a.w === 32).flatMap((a): RowDraft[] => {
  const cmodes = a.w === 32 ? [0, 2, 4, 6] : [8, 10];
  const shifts = (cmode: number): string => (a.w === 32 ? `, LSL #${cmode * 4}` : `, LSL #${(cmode - 8) * 4}`);
  const tail = (cmode: number): string => (/#0$/.test(shifts(cmode)) ? '' : shifts(cmode));
  return [
    ...cmodes.flatMap((cmode) => [
      a64('VMOVI', `MOVI Vd.${a.T}, #imm8parts${tail(cmode)}`, modifiedCode(a.Q, 0, cmode), { access: 'w r', cls: 'simd move', lift: modified('MOVI', cmode, a.bits) }),
      a64('VMVNI', `MVNI Vd.${a.T}, #imm8parts${tail(cmode)}`, modifiedCode(a.Q, 1, cmode), { access: 'w r', cls: 'simd move', lift: modified('MVNI', cmode, a.bits) }),
      a64('VORR', `ORR Vd.${a.T}, #imm8parts${tail(cmode)}`, modifiedCode(a.Q, 0, cmode + 1), { access: 'rw r', cls: 'simd logic', lift: modified('ORR', cmode, a.bits) }),
      a64('VBIC', `BIC Vd.${a.T}, #imm8parts${tail(cmode)}`, modifiedCode(a.Q, 1, cmode + 1), { access: 'rw r', cls: 'simd logic', lift: modified('BIC', cmode, a.bits) }),
    ]),
    ...(a.w === 32 ? [12, 13].flatMap((cmode) => [
      a64('VMOVI', `MOVI Vd.${a.T}, #imm8parts, MSL #${cmode === 12 ? 8 : 16}`, modifiedCode(a.Q, 0, cmode), { access: 'w r', cls: 'simd move', lift: modified('MOVI', cmode, a.bits) }),
      a64('VMVNI', `MVNI Vd.${a.T}, #imm8parts, MSL #${cmode === 12 ? 8 : 16}`, modifiedCode(a.Q, 1, cmode), { access: 'w r', cls: 'simd move', lift: modified('MVNI', cmode, a.bits) }),
    ]) : []),
  ];
});
/** A constant that the operand shows as it is. */
const whole = (bits: 64 | 128): Lift => (b, insn) => putVec(b, reg(insn, 0), b.const('v128', both(BigInt.asUintN(64, imm(insn, 1).value as bigint))), bits);
const wholeFloat = (w: 32 | 64, bits: 64 | 128): Lift => (b, insn) => putVec(b, reg(insn, 0), b.const('v128', lanes(w, [imm(insn, 1).value as bigint])), bits);

export const simdmoveRows: readonly RowDraft[] = [
  ...copies,
  ...order.flatMap(([name, opcode, from]) => arrangements.map((a) => a64(`V${name}`, `${name} Vd.${a.T}, Vn.${a.T}, Vm.${a.T}`, `0 ${a.Q} 0 01110 ${a.size} 0 Rm:5 0 ${opcode} 10 Rn:5 Rd:5`, { access: 'w r r', cls: 'simd permute', lift: permute(a, from) }))),
  a64('VEXT', 'EXT Vd.8B, Vn.8B, Vm.8B, #=imm4', '0 0 1 01110 00 0 Rm:5 0 0 imm4:3 0 Rn:5 Rd:5', { access: 'w r r r', cls: 'simd permute', lift: extractPair(64) }),
  a64('VEXT', 'EXT Vd.16B, Vn.16B, Vm.16B, #=imm4', '0 1 1 01110 00 0 Rm:5 0 imm4:4 0 Rn:5 Rd:5', { access: 'w r r r', cls: 'simd permute', lift: extractPair(128) }),
  ...([[64, '0', '8B'], [128, '1', '16B']] as const).flatMap(([bits, Q, T]) => [1, 2, 3, 4].flatMap((n) => [
    a64('VTBL', `TBL Vd.${T}, ${listOf(n)}, Vm.${T}`, `0 ${Q} 001110 00 0 Rm:5 0 ${(n - 1).toString(2).padStart(2, '0')} 0 00 Rn:5 Rd:5`, { access: `w${' r'.repeat(n + 1)}`, cls: 'simd table', lift: table(n, false, bits) }),
    a64('VTBX', `TBX Vd.${T}, ${listOf(n)}, Vm.${T}`, `0 ${Q} 001110 00 0 Rm:5 0 ${(n - 1).toString(2).padStart(2, '0')} 1 00 Rn:5 Rd:5`, { access: `rw${' r'.repeat(n + 1)}`, cls: 'simd table', lift: table(n, true, bits) }),
  ])),
  ...modifiedForms,
  ...([['8B', '0', 64], ['16B', '1', 128]] as const).map(([T, Q, bits]) => a64('VMOVI', `MOVI Vd.${T}, #imm8parts`, modifiedCode(Q, 0, 14), { access: 'w r', cls: 'simd move', lift: modified('MOVI', 14, bits) })),
  a64('VMOVI', 'MOVI Dd, #bytemask', modifiedCode('0', 1, 14), { access: 'w r', cls: 'simd move', lift: whole(64) }),
  a64('VMOVI', 'MOVI Vd.2D, #bytemask', modifiedCode('1', 1, 14), { access: 'w r', cls: 'simd move', lift: whole(128) }),
  a64('VFMOV', 'FMOV Vd.2S, #floatparts32', modifiedCode('0', 0, 15), { access: 'w r', cls: 'simd move', lift: wholeFloat(32, 64) }),
  a64('VFMOV', 'FMOV Vd.4S, #floatparts32', modifiedCode('1', 0, 15), { access: 'w r', cls: 'simd move', lift: wholeFloat(32, 128) }),
  a64('VFMOV', 'FMOV Vd.2D, #floatparts64', modifiedCode('1', 1, 15), { access: 'w r', cls: 'simd move', lift: wholeFloat(64, 128) }),
];

export const simdmoveAliases: readonly Alias[] = [
  ...widths.flatMap((x) => [
    alias('VMOV', `MOV Vd.${x.letter}[index], ${x.w === 64 ? 'X' : 'W'}n`, `0 1 0 01110000 ${imm5(x)} 0 0011 1 Rn:5 Rd:5`),
    alias('VMOV', `MOV Vd.${x.letter}[index], Vn.${x.letter}[from]`, `0 1 1 01110000 ${imm5(x)} 0 from:${x.index}${x.index < 4 ? ` low:${4 - x.index}` : ''} 1 Rn:5 Rd:5`),
    alias('VMOV', `MOV ${x.letter}d, Vn.${x.letter}[index]`, `01 0 11110000 ${imm5(x)} 0 0000 1 Rn:5 Rd:5`),
  ]),
  alias('VMOV', 'MOV Wd, Vn.S[index]', '0 0 0 01110000 index:2 100 0 0111 1 Rn:5 Rd:5'),
  alias('VMOV', 'MOV Xd, Vn.D[index]', '0 1 0 01110000 index:1 1000 0 0111 1 Rn:5 Rd:5'),
];
