/** IMUL MUL DIV IDIV. SDM 2A and 2B. Flags a division leaves undefined stay as they were. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { place, putCF_OF, read, reg, setReg, toI64s, toI64u, two, type Width } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';
import { GPR } from '../regs.js';

/** CF = OF = lost; SF ZF PF AF are undefined and stay, AF excepted. */
function setOverflow(b: IrBuilder, lost: Value): void {
  b.flagSource = undefined;
  if (b.flagsLive) putCF_OF(b, lost, lost);
}

/** Product of two `w`-bit values: lower and upper halves, and whether the upper one says something new. */
function product(b: IrBuilder, w: number, sign: boolean, x: Value, y: Value): { low: Value; high: Value; lost: Value } {
  if (w === 64) {
    const low = b.op('i64.mul', x, y);
    const high = b.op(sign ? 'i64.mulh_s' : 'i64.mulh_u', x, y);
    return { low, high, lost: b.op('i64.ne', high, sign ? b.op('i64.shr_s', low, b.i64(63)) : b.i64(0)) };
  }
  const wide = sign ? toI64s : toI64u;
  const full = b.op('i64.mul', wide(b, w, x), wide(b, w, y));
  const cut = (v: Value): Value => (w === 32 ? b.op('i32.wrap_i64', v) : b.op('i32.and', b.op('i32.wrap_i64', v), b.i32(w === 8 ? 0xff : 0xffff)));
  const low = cut(full);
  const high = cut(b.op('i64.shr_u', full, b.i64(w)));
  return { low, high, lost: b.op('i64.ne', full, wide(b, w, low)) };
}

/** MUL and IMUL of one operand: RDX:RAX = RAX * src; 8 bits give AX. */
const multiply = (sign: boolean): Lift => (b, insn) => {
  const w = insn.ops[0]!.bits as Width;
  const x = read(b, insn.ops[0]!);
  const { low, high, lost } = product(b, w, sign, reg(b, GPR.RAX, w), x);
  if (w === 8) setReg(b, GPR.RAX, 16, b.op('i32.or', b.op('i32.shl', high, b.i32(8)), low));
  else {
    setReg(b, GPR.RAX, w, low);
    setReg(b, GPR.RDX, w, high);
  }
  setOverflow(b, lost);
};

/** IMUL dst, src and IMUL dst, src, imm: the product cut to dst's width. */
const imul: Lift = (b, insn) => {
  const dst = insn.ops[0]!;
  const w = dst.bits;
  const [left, right] = insn.ops.length === 3 ? [insn.ops[1]!, insn.ops[2]!] : two(insn);
  const x = read(b, left, w);
  const { low, lost } = product(b, w, true, x, read(b, right, w));
  place(b, dst).set(low);
  setOverflow(b, lost);
};

/** DIV and IDIV below 64 bits: the dividend fits i64. #DE when the divisor is 0 or the quotient does not fit. */
function divideNarrow(b: IrBuilder, w: Width, sign: boolean, divisor: Value): void {
  const wide = sign ? toI64s : toI64u;
  const d = wide(b, w, divisor);
  b.trapIf(b.op('i64.eqz', d), 'divide');
  let n: Value;
  if (w === 8) n = wide(b, 16, reg(b, GPR.RAX, 16));
  else n = b.op('i64.or', b.op('i64.shl', toI64u(b, w, reg(b, GPR.RDX, w)), b.i64(w)), toI64u(b, w, reg(b, GPR.RAX, w)));
  if (w === 16 && sign) n = b.op('i64.extend32_s', n);
  // the one 64-bit quotient that overflows i64 itself
  if (w === 32 && sign) b.trapIf(b.op('i32.and', b.op('i64.eq', n, b.i64(1n << 63n)), b.op('i64.eq', d, b.i64(-1n))), 'divide');
  const q = b.op(sign ? 'i64.div_s' : 'i64.div_u', n, d);
  const r = b.op(sign ? 'i64.rem_s' : 'i64.rem_u', n, d);
  const low = (v: Value): Value => (w === 32 ? b.op('i32.wrap_i64', v) : b.op('i32.and', b.op('i32.wrap_i64', v), b.i32(w === 8 ? 0xff : 0xffff)));
  b.trapIf(b.op('i64.ne', q, wide(b, w, low(q))), 'divide');
  if (w === 8) setReg(b, GPR.RAX, 16, b.op('i32.or', b.op('i32.shl', low(r), b.i32(8)), low(q)));
  else {
    setReg(b, GPR.RAX, w, low(q));
    setReg(b, GPR.RDX, w, low(r));
  }
}

function divideWide(b: IrBuilder, d: Value): void {
  const low = reg(b, GPR.RAX, 64);
  const high = reg(b, GPR.RDX, 64);
  b.trapIf(b.op('i64.le_u', d, high), 'divide'); // d = 0 included
  const q = b.op('i64.div128_u', high, low, d);
  setReg(b, GPR.RAX, 64, q);
  setReg(b, GPR.RDX, 64, b.op('i64.sub', low, b.op('i64.mul', q, d)));
}

/** By magnitudes: the unsigned quotient may be 2^63 only if the result is negative. */
function divideWideSigned(b: IrBuilder, d: Value): void {
  const low = reg(b, GPR.RAX, 64);
  const high = reg(b, GPR.RDX, 64);
  const zero = b.i64(0);
  const signs = (v: Value): Value => b.op('i64.shr_s', v, b.i64(63)); // 0 or -1
  const negate = (v: Value, s: Value): Value => b.op('i64.sub', b.op('i64.xor', v, s), s);
  const ns = signs(high);
  const ds = signs(d);
  const absLow = negate(low, ns);
  const borrow = b.op('i64.extend_i32_u', b.op('i64.ne', low, zero));
  const absHigh = b.op('i64.add', b.op('i64.xor', high, ns), b.op('i64.and', ns, b.op('i64.sub', b.i64(1), borrow)));
  const absD = negate(d, ds);
  b.trapIf(b.op('i64.le_u', absD, absHigh), 'divide');
  const q = b.op('i64.div128_u', absHigh, absLow, absD);
  const qs = b.op('i64.xor', ns, ds);
  const limit = b.op('i64.sub', b.i64((1n << 63n) - 1n), qs); // one more when negative
  b.trapIf(b.op('i64.lt_u', limit, q), 'divide');
  setReg(b, GPR.RAX, 64, negate(q, qs));
  setReg(b, GPR.RDX, 64, negate(b.op('i64.sub', absLow, b.op('i64.mul', q, absD)), ns));
}

const divide = (sign: boolean): Lift => (b, insn) => {
  const w = insn.ops[0]!.bits as Width;
  const d = read(b, insn.ops[0]!);
  if (w < 64) divideNarrow(b, w, sign, d);
  else if (sign) divideWideSigned(b, d);
  else divideWide(b, d);
};

const mulFlags = 'oc u=szap';
const one = (name: string, n: number, spec: RowSpec): RowDraft[] =>
  ([['B', 8, 'F6'], ['W', 16, 'F7'], ['L', 32, 'F7'], ['Q', 64, 'REX.W + F7']] as const).map(([s, w, op]) =>
    x86(`${name}${s}`, `${name} r/m${w}`, `${op} /${n}`, { access: 'r', ...spec, implicit: s === 'B' ? 'RAX:rw' : spec.implicit ?? '' }));

const imulSpec: RowSpec = { access: 'rw r', flags: mulFlags, cls: 'imul', lift: imul };
const imul3: RowSpec = { ...imulSpec, access: 'w r r' };

export const muldivRows: readonly RowDraft[] = [
  ...one('MUL', 4, { flags: mulFlags, cls: 'mul', implicit: 'RAX:rw RDX:w', lift: multiply(false) }),
  ...one('IMUL', 5, { flags: mulFlags, cls: 'mul', implicit: 'RAX:rw RDX:w', lift: multiply(true) }),
  ...one('DIV', 6, { flags: 'u=oszapc', cls: 'div', implicit: 'RAX:rw RDX:rw', lift: divide(false) }),
  ...one('IDIV', 7, { flags: 'u=oszapc', cls: 'div', implicit: 'RAX:rw RDX:rw', lift: divide(true) }),
  ...([['W', 16, '', 'iw'], ['L', 32, '', 'id'], ['Q', 64, 'REX.W + ', 'id']] as const).flatMap(([s, w, rex, imm]) => [
    x86(`IMUL${s}`, `IMUL r${w}, r/m${w}`, `${rex}0F AF /r`, imulSpec),
    x86(`IMUL3${s}`, `IMUL r${w}, r/m${w}, imm8`, `${rex}6B /r ib`, imul3),
    x86(`IMUL3${s}`, `IMUL r${w}, r/m${w}, imm${w === 16 ? 16 : 32}`, `${rex}69 /r ${imm}`, imul3),
  ]),
];
