/**
 * SHL SHR SAR, ROL ROR RCL RCR, SHLD SHRD. SDM 2B under each name.
 *
 * Counts are masked to 5 bits (6 for 64-bit operands); a zero count changes no flag, but a 32-bit register
 * still loses its upper half. OF is defined for a count of one only, CF of SHL and SHR only below the width;
 * AF is undefined after shifts and untouched by rotates. What is undefined we compute by the same formula.
 */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift, Operand } from '../../row.js';
import { alu, flag, place, read, setCarryOverflow, setResultCarryIf, signed, toI64u, tyOf } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';

/** A shift's outcome: result, CF and OF, right for every masked count but zero. */
interface Outcome {
  readonly r: Value;
  readonly cf: Value;
  readonly of: Value;
}
/** `c` is the masked count as i32, `n` the same in the operation's type. */
type Shift = (b: IrBuilder, w: number, x: Value, c: Value, n: Value) => Outcome;

const low = (b: IrBuilder, w: number, v: Value): Value => b.op('i32.and', w === 64 ? b.op('i32.wrap_i64', v) : v, b.i32(1));
const bitAt = (b: IrBuilder, w: number, v: Value, i: number): Value => low(b, w, alu(b, w, 'shr_u', v, b.const(tyOf(w), i)));
const top = (b: IrBuilder, w: number, v: Value): Value => bitAt(b, w, v, w - 1);
const minus1 = (b: IrBuilder, w: number, n: Value): Value => b.op(`${tyOf(w)}.sub`, n, b.const(tyOf(w), 1));
const xor = (b: IrBuilder, x: Value, y: Value): Value => b.op('i32.xor', x, y);

const shl: Shift = (b, w, x, _c, n) => {
  const r = alu(b, w, 'shl', x, n);
  const cf = top(b, w, alu(b, w, 'shl', x, minus1(b, w, n))); // what the last step pushed out
  return { r, cf, of: xor(b, cf, top(b, w, r)) };
};
const shr: Shift = (b, w, x, _c, n) => ({
  r: alu(b, w, 'shr_u', x, n),
  cf: low(b, w, alu(b, w, 'shr_u', x, minus1(b, w, n))),
  of: top(b, w, x),
});
const sar: Shift = (b, w, x, _c, n) => {
  const s = signed(b, w, x);
  return { r: alu(b, w, 'shr_s', s, n), cf: low(b, w, b.op(`${tyOf(w)}.shr_s`, s, minus1(b, w, n))), of: b.i32(0) };
};

/** x rotated left by n; below 32 bits the value stands twice in an i32. */
function rotl(b: IrBuilder, w: number, x: Value, n: Value): Value {
  if (w >= 32) return alu(b, w, 'rotl', x, n);
  const k = b.op('i32.and', n, b.i32(w - 1));
  const wide = b.op('i32.or', b.op('i32.shl', x, k), b.op('i32.shr_u', x, b.op('i32.sub', b.i32(w), k)));
  return b.op('i32.and', wide, b.i32(w === 8 ? 0xff : 0xffff));
}
const rol: Shift = (b, w, x, _c, n) => {
  const r = rotl(b, w, x, n);
  const cf = low(b, w, r);
  return { r, cf, of: xor(b, cf, top(b, w, r)) };
};
const ror: Shift = (b, w, x, _c, n) => {
  const r = rotl(b, w, x, b.op(`${tyOf(w)}.sub`, b.const(tyOf(w), 0), n));
  return { r, cf: top(b, w, r), of: xor(b, top(b, w, r), bitAt(b, w, r, w - 2)) };
};

/** CF and x as one value of w + 1 bits, rotated left by k of 0..w: below 64 bits in an i64. */
function rotateThroughCarry(b: IrBuilder, w: number, x: Value, left: boolean, c: Value, n: Value): { r: Value; cf: Value } {
  const carry = b.op('i64.extend_i32_u', flag.CF(b));
  if (w === 64) {
    const one = b.i64(1);
    const back = b.op('i64.sub', b.i64(64), n); // with one more shift by 1: 65 - n, where 64 must give zero
    const by = left ? 'i64.shl' : 'i64.shr_u';
    const other = left ? 'i64.shr_u' : 'i64.shl';
    const carried = left ? b.op('i64.shl', carry, minus1(b, 64, n)) : b.op('i64.shl', carry, back);
    const r = b.op('i64.or', b.op('i64.or', b.op(by, x, n), carried), b.op(other, b.op(other, x, one), back));
    const cf = left ? b.op('i64.shr_u', x, back) : b.op('i64.shr_u', x, minus1(b, 64, n));
    const moved = b.op('i32.ne', c, b.i32(0));
    return { r: b.op('i64.select', r, x, moved), cf: low(b, 64, cf) };
  }
  const wide = b.op('i64.or', toI64u(b, w, x), b.op('i64.shl', carry, b.i64(w)));
  const count = b.op('i64.rem_u', b.op('i64.extend_i32_u', c), b.i64(w + 1));
  const k = left ? count : b.op('i64.sub', b.i64(w + 1), count);
  const turned = b.op('i64.or', b.op('i64.shl', wide, k), b.op('i64.shr_u', wide, b.op('i64.sub', b.i64(w + 1), k)));
  const r = b.op('i32.wrap_i64', turned);
  return {
    r: w === 32 ? r : b.op('i32.and', r, b.i32(w === 8 ? 0xff : 0xffff)),
    cf: low(b, 64, b.op('i64.shr_u', turned, b.i64(w))),
  };
}
const rcl: Shift = (b, w, x, c, n) => {
  const { r, cf } = rotateThroughCarry(b, w, x, true, c, n);
  return { r, cf, of: xor(b, cf, top(b, w, r)) };
};
const rcr: Shift = (b, w, x, c, n) => {
  const { r, cf } = rotateThroughCarry(b, w, x, false, c, n);
  return { r, cf, of: xor(b, top(b, w, r), bitAt(b, w, r, w - 2)) };
};

/** The count operand, masked, as i32. */
function maskedCount(b: IrBuilder, w: number, op: Operand): Value {
  const mask = w === 64 ? 63 : 31;
  if (op.kind === 'imm' && typeof op.value === 'bigint') return b.i32(op.value & BigInt(mask));
  return b.op('i32.and', read(b, op, 8), b.i32(mask));
}

const lift = (shift: Shift, rotate: boolean): Lift => (b: IrBuilder, insn: Insn): void => {
  const [dst, count] = [insn.ops[0]!, insn.ops[1]!];
  const w = dst.bits;
  const c = maskedCount(b, w, count);
  const n = w === 64 ? b.op('i64.extend_i32_u', c) : c;
  const d = place(b, dst);
  const { r, cf, of } = shift(b, w, d.get(), c, n);
  const moved = b.op('i32.ne', c, b.i32(0));
  d.set(r);
  if (rotate) setCarryOverflow(b, cf, of, moved);
  else setResultCarryIf(b, w, r, cf, of, moved);
};

/**
 * SHLD and SHRD: dst shifted, with src's bits moving in. At 16 bits a count past 16 is undefined; we shift src in
 * twice and clear CF, as AMD's Zen 4 does.
 */
const liftDouble = (left: boolean): Lift => (b, insn) => {
  const [dst, src, count] = [insn.ops[0]!, insn.ops[1]!, insn.ops[2]!];
  const w = dst.bits;
  const c = maskedCount(b, w, count);
  const d = place(b, dst);
  const x = d.get();
  const y = read(b, src);
  const moved = b.op('i32.ne', c, b.i32(0));
  let r: Value;
  let cf: Value;
  if (w === 64) {
    const n = b.op('i64.extend_i32_u', c);
    const back = b.op('i64.sub', b.i64(64), n);
    r = b.op('i64.select', b.op('i64.or', b.op(left ? 'i64.shl' : 'i64.shr_u', x, n), b.op(left ? 'i64.shr_u' : 'i64.shl', y, back)), x, moved);
    cf = low(b, 64, b.op('i64.shr_u', x, left ? back : minus1(b, 64, n)));
  } else {
    const n = b.op('i64.extend_i32_u', c);
    const [X, Y] = [toI64u(b, w, x), toI64u(b, w, y)];
    const at = (v: Value, bit: number): Value => b.op('i64.shl', v, b.i64(bit));
    const or = (p: Value, q: Value): Value => b.op('i64.or', p, q);
    // 64 bits to shift along: at 32 bits x and y, at 16 bits x and y twice
    let line = left ? or(at(X, 32), Y) : or(at(Y, 32), X);
    if (w === 16) line = left ? or(or(at(X, 48), at(Y, 32)), at(Y, 16)) : or(or(at(Y, 32), at(Y, 16)), X);
    r = b.op('i32.wrap_i64', left ? b.op('i64.shr_u', b.op('i64.shl', line, n), b.i64(64 - w)) : b.op('i64.shr_u', line, n));
    if (w === 16) r = b.op('i32.and', r, b.i32(0xffff));
    cf = low(b, 64, b.op('i64.shr_u', X, left ? b.op('i64.sub', b.i64(w), n) : minus1(b, 64, n)));
  }
  const of = xor(b, top(b, w, x), top(b, w, r));
  d.set(r);
  setResultCarryIf(b, w, r, cf, of, moved);
};

const widths = [['B', 8, ''], ['W', 16, ''], ['L', 32, ''], ['Q', 64, 'REX.W + ']] as const;

/** The twelve encodings of one shift; `n` is its number in /n. A zero count keeps the flags, so counts that may be zero read them. */
function forms(name: string, n: number, go: string, shift: Shift, rotate: boolean): RowDraft[] {
  const through = name === 'RCL' || name === 'RCR' ? ' r=c' : '';
  const once = rotate ? `oc${through}` : 'oszpc u=a';
  const many = rotate ? 'c u=o r=oc' : 'szpc u=oa r=oszapc';
  const spec: RowSpec = { access: 'rw r', cls: rotate ? (through ? 'rotatec' : 'rotate') : 'shift', lift: lift(shift, rotate) };
  return widths.flatMap(([s, w, rex]) => [
    x86(`${go}${s}`, `${name} r/m${w}, 1`, `${rex}${w === 8 ? 'D0' : 'D1'} /${n}`, { ...spec, flags: once }),
    x86(`${go}${s}`, `${name} r/m${w}, imm8`, `${rex}${w === 8 ? 'C0' : 'C1'} /${n} ib`, { ...spec, flags: many }),
    x86(`${go}${s}`, `${name} r/m${w}, CL`, `${rex}${w === 8 ? 'D2' : 'D3'} /${n}`, { ...spec, flags: many, cls: `${spec.cls}cl` }),
  ]);
}

function doubles(name: string, go: string, op: number, left: boolean): RowDraft[] {
  const spec: RowSpec = { access: 'rw r r', flags: 'szpc u=oa r=oszapc', cls: 'shiftd', lift: liftDouble(left) };
  const hex = (v: number): string => v.toString(16).toUpperCase();
  return widths.slice(1).flatMap(([s, w, rex]) => [
    x86(`${go}${s}`, `${name} r/m${w}, r${w}, imm8`, `${rex}0F ${hex(op)} /r ib`, spec),
    x86(`${go}${s}`, `${name} r/m${w}, r${w}, CL`, `${rex}0F ${hex(op + 1)} /r`, spec),
  ]);
}

export const shiftRows: readonly RowDraft[] = [
  ...forms('ROL', 0, 'ROL', rol, true),
  ...forms('ROR', 1, 'ROR', ror, true),
  ...forms('RCL', 2, 'RCL', rcl, true),
  ...forms('RCR', 3, 'RCR', rcr, true),
  ...forms('SHL', 4, 'SHL', shl, false),
  ...forms('SHR', 5, 'SHR', shr, false),
  // 6 is SHL again to every processor
  ...forms('SHL', 6, 'SHL', shl, false),
  ...forms('SAR', 7, 'SAR', sar, false),
  ...doubles('SHLD', 'SHL', 0xa4, true),
  ...doubles('SHRD', 'SHR', 0xac, false),
];
