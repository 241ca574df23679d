/** Data processing of one, two and three registers; conditional select and compare; CRC32. Arm ARM C6.2. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { alu, carryOuts, cond, imm, known, not, read, reg, setFlags, tyOf, unpackNzcv, write, type FlagBits } from '../lift.js';
import { a64, alias, type Alias, type RowDraft } from '../notation.js';

const widths = [['W', 32, '0'], ['X', 64, '1']] as const;
const goName = (name: string, w: number): string => (w === 64 ? name : name + 'W');

// One source.

const one = (f: (b: IrBuilder, w: number, x: Value) => Value): Lift => (b, insn) => {
  const w = reg(insn, 0).bits;
  write(b, reg(insn, 0), f(b, w, read(b, reg(insn, 1), w)));
};

/** Swaps neighbours of `n` bits within `w`: the mask has ones in the lower of each two. */
function swap(b: IrBuilder, w: number, x: Value, n: number): Value {
  let ones = 0n;
  for (let i = 0; i < w; i += 2 * n) ones |= ((1n << BigInt(n)) - 1n) << BigInt(i);
  const m = b.const(tyOf(w), ones);
  const s = b.const(tyOf(w), n);
  const up = alu(b, w, 'shl', alu(b, w, 'and', x, m), s);
  return alu(b, w, 'or', up, alu(b, w, 'and', alu(b, w, 'shr_u', x, s), m));
}
const reverse = (...steps: readonly number[]) => (b: IrBuilder, w: number, x: Value): Value => steps.filter((n) => n < w).reduce<Value>((v, n) => swap(b, w, v, n), x);

const cls: (b: IrBuilder, w: number, x: Value) => Value = (b, w, x) => {
  const signs = alu(b, w, 'xor', x, alu(b, w, 'shr_s', x, b.const(tyOf(w), w - 1)));
  // leading bits equal to the sign, without the sign bit: the top bit of `signs` is always 0
  return alu(b, w, 'sub', alu(b, w, 'clz', signs), b.const(tyOf(w), 1));
};

const sources1: readonly (readonly [string, string, Lift])[] = [
  ['RBIT', '000000', one(reverse(1, 2, 4, 8, 16, 32))],
  ['REV16', '000001', one(reverse(8))],
  ['CLZ', '000100', one((b, w, x) => alu(b, w, 'clz', x))],
  ['CLS', '000101', one(cls)],
];

// Two sources.

const shift = (name: string): Lift => (b, insn) => {
  const w = reg(insn, 0).bits;
  write(b, reg(insn, 0), alu(b, w, name, read(b, reg(insn, 1), w), read(b, reg(insn, 2), w)));
};

/** A divisor of zero gives zero, and the smallest number by -1 itself: neither traps. */
const divide = (signed: boolean): Lift => (b, insn) => {
  const w = reg(insn, 0).bits;
  const [x, y] = [read(b, reg(insn, 1), w), read(b, reg(insn, 2), w)];
  const ty = tyOf(w);
  const pick = (then: Value, otherwise: Value, c: Value): Value => b.op(`${ty}.select`, then, otherwise, c);
  const none = alu(b, w, 'eqz', y);
  let unsafe = none;
  let negated: Value | undefined;
  if (signed) {
    negated = alu(b, w, 'eq', y, b.const(ty, -1n));
    unsafe = b.op('i32.or', none, negated);
  }
  const quotient = alu(b, w, signed ? 'div_s' : 'div_u', x, pick(b.const(ty, 1), y, unsafe));
  const checked = pick(b.const(ty, 0), quotient, none);
  write(b, reg(insn, 0), negated === undefined ? checked : pick(alu(b, w, 'sub', b.const(ty, 0), x), checked, negated));
};

const crc = (bits: number, castagnoli: boolean): Lift => (b, insn) => {
  const value = read(b, reg(insn, 2), 64);
  write(b, reg(insn, 0), b.call('i32', `a64_crc32${castagnoli ? 'c' : ''}`, read(b, reg(insn, 1), 32), value, b.i32(bits)));
};

// Three sources.

const multiplyAdd = (sub: boolean): Lift => (b, insn) => {
  const w = reg(insn, 0).bits;
  const product = alu(b, w, 'mul', read(b, reg(insn, 1), w), read(b, reg(insn, 2), w));
  const a = reg(insn, 3);
  if (a.file === 'zr' && !sub) return write(b, reg(insn, 0), product);
  write(b, reg(insn, 0), alu(b, w, sub ? 'sub' : 'add', read(b, a, w), product));
};
const multiplyLong = (signed: boolean, sub: boolean): Lift => (b, insn) => {
  const wide = (i: number): Value => b.op(signed ? 'i64.extend_i32_s' : 'i64.extend_i32_u', read(b, reg(insn, i), 32));
  const product = b.op('i64.mul', wide(1), wide(2));
  write(b, reg(insn, 0), b.op(sub ? 'i64.sub' : 'i64.add', read(b, reg(insn, 3), 64), product));
};
const multiplyHigh = (signed: boolean): Lift => (b, insn) =>
  write(b, reg(insn, 0), b.op(signed ? 'i64.mulh_s' : 'i64.mulh_u', read(b, reg(insn, 1), 64), read(b, reg(insn, 2), 64)));

// By condition.

const select = (f: (b: IrBuilder, w: number, m: Value) => Value): Lift => (b, insn) => {
  const w = reg(insn, 0).bits;
  const n = read(b, reg(insn, 1), w);
  const m = f(b, w, read(b, reg(insn, 2), w));
  write(b, reg(insn, 0), b.op(`${tyOf(w)}.select`, n, m, cond(b, known(insn, 3))));
};

/** Flags of the comparison when the condition holds, else the four bits of the instruction. */
const compare = (sub: boolean): Lift => (b, insn) => {
  const w = reg(insn, 0).bits;
  const x = read(b, reg(insn, 0), w);
  const second = read(b, insn.ops[1]!, w);
  const y = sub ? not(b, w, second) : second;
  const r = alu(b, w, sub ? 'sub' : 'add', x, second);
  const carries = carryOuts(b, w, x, y, r);
  const top = (v: Value, n: number): Value => {
    const s = alu(b, w, 'shr_u', v, b.const(tyOf(w), n));
    return b.op('i32.and', w === 64 ? b.op('i32.wrap_i64', s) : s, b.i32(1));
  };
  const c = top(carries, w - 1);
  const compared: FlagBits = { n: top(r, w - 1), z: alu(b, w, 'eqz', r), c, v: b.op('i32.xor', c, top(carries, w - 2)) };
  const given = unpackNzcv(b, b.i32(imm(insn, 2).value));
  const holds = cond(b, known(insn, 3));
  const pick = (k: keyof FlagBits): Value => b.op('i32.select', compared[k], given[k], holds);
  setFlags(b, { n: pick('n'), z: pick('z'), c: pick('c'), v: pick('v') });
};

export const dataRows: readonly RowDraft[] = [
  ...widths.flatMap(([R, w, sf]) => [
    ...sources1.map(([name, opcode, lift]) => a64(goName(name, w), `${name} ${R}d, ${R}n`, `${sf} 1 0 11010110 00000 ${opcode} Rn:5 Rd:5`, { access: 'w r', lift })),
    a64(goName('REV', w), `REV ${R}d, ${R}n`, `${sf} 1 0 11010110 00000 ${w === 64 ? '000011' : '000010'} Rn:5 Rd:5`, { access: 'w r', lift: one(reverse(8, 16, 32)) }),
    a64(goName('UDIV', w), `UDIV ${R}d, ${R}n, ${R}m`, `${sf} 0 0 11010110 Rm:5 000010 Rn:5 Rd:5`, { access: 'w r r', cls: `div${w}`, lift: divide(false) }),
    a64(goName('SDIV', w), `SDIV ${R}d, ${R}n, ${R}m`, `${sf} 0 0 11010110 Rm:5 000011 Rn:5 Rd:5`, { access: 'w r r', cls: `div${w}`, lift: divide(true) }),
    ...([['LSL', '00', 'shl'], ['LSR', '01', 'shr_u'], ['ASR', '10', 'shr_s'], ['ROR', '11', 'rotr']] as const).map(([name, op, ir]) =>
      a64(goName(name, w), `${name} ${R}d, ${R}n, ${R}m`, `${sf} 0 0 11010110 Rm:5 0010 ${op} Rn:5 Rd:5`, { access: 'w r r', cls: 'shift', lift: shift(ir) })),
    a64(goName('MADD', w), `MADD ${R}d, ${R}n, ${R}m, ${R}a`, `${sf} 00 11011 000 Rm:5 0 Ra:5 Rn:5 Rd:5`, { access: 'w r r r', cls: 'mul', lift: multiplyAdd(false) }),
    a64(goName('MSUB', w), `MSUB ${R}d, ${R}n, ${R}m, ${R}a`, `${sf} 00 11011 000 Rm:5 1 Ra:5 Rn:5 Rd:5`, { access: 'w r r r', cls: 'mul', lift: multiplyAdd(true) }),
    ...([['CSEL', '0', '00', (_b, _w, m) => m], ['CSINC', '0', '01', (b, w_, m) => alu(b, w_, 'add', m, b.const(tyOf(w_), 1))], ['CSINV', '1', '00', (b, w_, m) => not(b, w_, m)],
      ['CSNEG', '1', '01', (b, w_, m) => alu(b, w_, 'sub', b.const(tyOf(w_), 0), m)]] as const satisfies readonly (readonly [string, string, string, (b: IrBuilder, w: number, m: Value) => Value])[]).map(([name, op, op2, f]) =>
      a64(goName(name, w), `${name} ${R}d, ${R}n, ${R}m, cond`, `${sf} ${op} 0 11010100 Rm:5 cond:4 ${op2} Rn:5 Rd:5`, { access: 'w r r r', flags: 'r=nzcv', cls: 'csel', lift: select(f) })),
    ...([['CCMN', '0', false], ['CCMP', '1', true]] as const).flatMap(([name, op, sub]) => [
      a64(goName(name, w), `${name} ${R}n, ${R}m, #nzcv, cond`, `${sf} ${op} 1 11010010 Rm:5 cond:4 0 0 Rn:5 0 nzcv:4`, { access: 'r r r r', flags: 'nzcv r=nzcv', cls: 'ccmp', lift: compare(sub) }),
      a64(goName(name, w), `${name} ${R}n, #imm5, #nzcv, cond`, `${sf} ${op} 1 11010010 imm5:5 cond:4 1 0 Rn:5 0 nzcv:4`, { access: 'r r r r', flags: 'nzcv r=nzcv', cls: 'ccmp', lift: compare(sub) }),
    ]),
  ]),
  a64('REV32', 'REV32 Xd, Xn', '1 1 0 11010110 00000 000010 Rn:5 Rd:5', { access: 'w r', lift: one(reverse(8, 16)) }),
  ...([['SMADDL', '0', '0', true, false], ['SMSUBL', '0', '1', true, true], ['UMADDL', '1', '0', false, false], ['UMSUBL', '1', '1', false, true]] as const).map(([name, u, o0, signed, sub]) =>
    a64(name, `${name} Xd, Wn, Wm, Xa`, `1 00 11011 ${u} 01 Rm:5 ${o0} Ra:5 Rn:5 Rd:5`, { access: 'w r r r', cls: 'mul', lift: multiplyLong(signed, sub) })),
  a64('SMULH', 'SMULH Xd, Xn, Xm', '1 00 11011 0 10 Rm:5 0 11111 Rn:5 Rd:5', { access: 'w r r', cls: 'mulh', lift: multiplyHigh(true) }),
  a64('UMULH', 'UMULH Xd, Xn, Xm', '1 00 11011 1 10 Rm:5 0 11111 Rn:5 Rd:5', { access: 'w r r', cls: 'mulh', lift: multiplyHigh(false) }),
  ...([['', '0', false], ['C', '1', true]] as const).flatMap(([c, bit, castagnoli]) =>
    ([['B', '00', 8, '0', 'W'], ['H', '01', 16, '0', 'W'], ['W', '10', 32, '0', 'W'], ['X', '11', 64, '1', 'X']] as const).map(([size, sz, bits, sf, R]) =>
      a64(`CRC32${c}${size}`, `CRC32${c}${size} Wd, Wn, ${R}m`, `${sf} 0 0 11010110 Rm:5 010 ${bit} ${sz} Rn:5 Rd:5`, { access: 'w r r', cls: 'crc', feature: 'CRC32', lift: crc(bits, castagnoli) }))),
];

export const dataAliases: readonly Alias[] = [
  ...widths.flatMap(([R, w, sf]) => {
    const notAlways = (f: (name: string) => number): boolean => (f('cond') & 14) !== 14;
    const same = (f: (name: string) => number): boolean => f('Rn') === f('Rm') && notAlways(f);
    return [
      alias(goName('MUL', w), `MUL ${R}d, ${R}n, ${R}m`, `${sf} 00 11011 000 Rm:5 0 11111 Rn:5 Rd:5`),
      alias(goName('MNEG', w), `MNEG ${R}d, ${R}n, ${R}m`, `${sf} 00 11011 000 Rm:5 1 11111 Rn:5 Rd:5`),
      alias(goName('CSET', w), `CSET ${R}d, !cond`, `${sf} 0 0 11010100 11111 cond:4 01 11111 Rd:5`, notAlways),
      alias(goName('CSETM', w), `CSETM ${R}d, !cond`, `${sf} 1 0 11010100 11111 cond:4 00 11111 Rd:5`, notAlways),
      alias(goName('CINC', w), `CINC ${R}d, ${R}n, !cond`, `${sf} 0 0 11010100 Rm:5 cond:4 01 Rn:5 Rd:5`, same),
      alias(goName('CINV', w), `CINV ${R}d, ${R}n, !cond`, `${sf} 1 0 11010100 Rm:5 cond:4 00 Rn:5 Rd:5`, same),
      alias(goName('CNEG', w), `CNEG ${R}d, ${R}n, !cond`, `${sf} 1 0 11010100 Rm:5 cond:4 01 Rn:5 Rd:5`, same),
    ];
  }),
  ...([['SMULL', '0', '0'], ['SMNEGL', '0', '1'], ['UMULL', '1', '0'], ['UMNEGL', '1', '1']] as const).map(([name, u, o0]) => alias(name, `${name} Xd, Wn, Wm`, `1 00 11011 ${u} 01 Rm:5 ${o0} 11111 Rn:5 Rd:5`)),
];
