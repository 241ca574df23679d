/**
 * What x86 lifts are written with: operands, addresses, flags and conditions in terms of IR.
 *
 * Values of 8 and 16 bits are i32, zero-extended; 32 bits i32; 64 bits i64. `w` is always the operation's
 * width in bits. SDM 1, 3.4.3 (flags) and 3.7.5 (addresses).
 */
import type { IrBuilder, Value, Ty } from '../ir.js';
import type { Insn, MemOperand, Operand } from '../row.js';
import { slots, gprSlot } from './regs.js';

export type Width = 8 | 16 | 32 | 64;

/** The type that holds a value of `w` bits. */
export const tyOf = (w: number): Ty => (w === 64 ? 'i64' : 'i32');

/** `b.op` of width `w`; results below 32 bits are cut to width. */
export function alu(b: IrBuilder, w: number, name: string, ...args: Value[]): Value {
  const v = b.op(`${tyOf(w)}.${name}`, ...args);
  const cond = b.ty(v) === 'i32' && /^(eq|ne|lt_|le_|eqz)/.test(name);
  return cond || w >= 32 ? v : b.op('i32.and', v, b.i32(w === 8 ? 0xff : 0xffff));
}

/** Sign-extends a `w`-bit value to the whole of its type. */
export function signed(b: IrBuilder, w: number, v: Value): Value {
  return w === 8 ? b.op('i32.extend8_s', v) : w === 16 ? b.op('i32.extend16_s', v) : v;
}

/** To i64, by sign. */
export function toI64s(b: IrBuilder, w: number, v: Value): Value {
  return w === 64 ? v : b.op('i64.extend_i32_s', signed(b, w, v));
}

/** To i64, by zeros. */
export function toI64u(b: IrBuilder, w: number, v: Value): Value {
  return w === 64 ? v : b.op('i64.extend_i32_u', v);
}

/** Effective address as i64, segment base included. */
export function address(b: IrBuilder, m: MemOperand): Value {
  let a = effective(b, m);
  if (m.seg === 'fs' || m.seg === 'gs') a = b.op('i64.add', a, b.get('i64', 64, m.seg === 'fs' ? slots.fsBase : slots.gsBase));
  return a;
}

/** Effective address without the segment base, as LEA gives it. */
export function effective(b: IrBuilder, m: MemOperand): Value {
  let a: Value | undefined;
  if (m.base) a = b.get('i64', 64, m.base.slot);
  if (m.index) {
    const shift = m.scaleShift ?? BigInt(Math.log2(m.scale));
    const i = b.op('i64.shl', b.get('i64', 64, m.index.slot), b.i64(shift));
    a = a === undefined ? i : b.op('i64.add', a, i);
  }
  const d = b.i64(m.disp);
  a = a === undefined ? d : b.op('i64.add', a, d);
  return m.addr32 ? b.op('i64.and', a, b.i64(0xffffffffn)) : a;
}

/**
 * The operand's value at `w` bits (default: its own). A memory operand becomes a load, which may fault.
 * An instruction that reads and writes one memory operand computes its address once: see `place`.
 */
export function read(b: IrBuilder, op: Operand, w: number = op.bits): Value {
  switch (op.kind) {
    case 'imm':
      if (w >= 32) return b.const(tyOf(w), op.value);
      if (typeof op.value === 'bigint') return b.i32(BigInt.asUintN(w, op.value));
      return b.op('i32.and', b.i32(op.value), b.i32(w === 8 ? 0xff : 0xffff)); // a hole holds the sign-extended value
    case 'reg':
      return b.get(tyOf(w), w, op.slot);
    case 'mem':
      return b.load(tyOf(w), w, address(b, op));
    case 'rel':
      return b.i64(op.target);
  }
}

/** A destination that is read and written, its address computed once: `get` before `set`. A 32-bit register write clears bits 63..32. */
export interface Place {
  get(): Value;
  set(v: Value): void;
}

export function place(b: IrBuilder, op: Operand, w: number = op.bits): Place {
  if (op.kind === 'reg') {
    return { get: () => b.get(tyOf(w), w, op.slot), set: (v) => putReg(b, w, op.slot, v) };
  }
  if (op.kind !== 'mem') throw new Error(`${op.kind} operand is no destination`);
  const a = address(b, op);
  return { get: () => b.loadToModify(tyOf(w), w, a), set: (v) => b.store(w, a, v) };
}

/** Writes a general register at `w` bits: 32 bits clear the upper half, 8 and 16 leave the rest. */
export function putReg(b: IrBuilder, w: number, slot: Parameters<IrBuilder['put']>[1], v: Value): void {
  if (w === 32) b.put(64, slot, b.op('i64.extend_i32_u', v));
  else b.put(w, slot, v);
}

/** Destination without reading it. */
export function write(b: IrBuilder, op: Operand, v: Value, w: number = op.bits): void {
  place(b, op, w).set(v);
}

/** A fixed register: `reg(b, GPR.RAX, 64)`. */
export function reg(b: IrBuilder, index: number, w: Width): Value {
  return b.get(tyOf(w), w, gprSlot(index));
}
export function setReg(b: IrBuilder, index: number, w: Width, v: Value): void {
  putReg(b, w, gprSlot(index), v);
}

/** Flags as i32 conditions; those left out are 0. */
interface FlagBits {
  readonly cf?: Value;
  readonly pf?: Value;
  readonly af?: Value;
  readonly zf?: Value;
  readonly sf?: Value;
  readonly of?: Value;
}

/** What conditions that follow in the same unit may use instead of the cells. */
interface Computed {
  readonly kind: 'add' | 'sub' | 'logic' | 'other';
  readonly w: number;
  readonly x: Value;
  readonly y: Value;
  readonly r: Value;
}
type FlagSource = Computed | ({ readonly kind: 'bits' } & FlagBits);

/** FR and FP from a result of `w` bits: ZF, SF, PF. */
function putResult(b: IrBuilder, w: number, r: Value): void {
  b.put(64, slots.FR, toI64s(b, w, r));
  const low = w === 64 ? b.op('i32.wrap_i64', r) : r;
  b.put(32, slots.FP, w === 8 ? low : b.op('i32.and', low, b.i32(0xff)));
}

/** FC from carry-outs of `w` bits: left-aligned for CF and OF, with AF at bit 3. */
function putCarries(b: IrBuilder, w: number, c: Value): void {
  if (w === 64) {
    b.put(64, slots.FC, c);
    return;
  }
  const wide = b.op('i64.extend_i32_u', c);
  const aligned = b.op('i64.shl', wide, b.i64(64 - w));
  b.put(64, slots.FC, b.op('i64.or', aligned, b.op('i64.and', wide, b.i64(8))));
}

/** OF SF ZF AF PF CF of r = x + y (+ carry). */
export function setAdd(b: IrBuilder, w: number, x: Value, y: Value, r: Value): void {
  b.flagSource = { kind: 'other', w, x, y, r } satisfies FlagSource;
  if (!b.flagsLive) return;
  putResult(b, w, r);
  // carry-out of each bit: both inputs, or one of them and no sum bit
  putCarries(b, w, alu(b, w, 'or', alu(b, w, 'and', x, y), alu(b, w, 'and', alu(b, w, 'or', x, y), not(b, w, r))));
}

/** OF SF ZF AF PF CF of r = x - y (- borrow). `plain`: no borrow came in, so conditions may compare x with y. */
export function setSub(b: IrBuilder, w: number, x: Value, y: Value, r: Value, plain = true): void {
  b.flagSource = { kind: plain ? 'sub' : 'other', w, x, y, r } satisfies FlagSource;
  if (!b.flagsLive) return;
  putResult(b, w, r);
  const nx = not(b, w, x);
  putCarries(b, w, alu(b, w, 'or', alu(b, w, 'and', nx, y), alu(b, w, 'and', alu(b, w, 'or', nx, y), r)));
}

/** SF ZF PF of r; CF = OF = 0; AF (undefined) 0. */
export function setLogic(b: IrBuilder, w: number, r: Value): void {
  b.flagSource = { kind: 'logic', w, x: r, y: r, r } satisfies FlagSource;
  if (!b.flagsLive) return;
  putResult(b, w, r);
  b.put(64, slots.FC, b.i64(0));
}

/** SF ZF PF of r, with CF and OF as i32 conditions; AF cleared. */
export function setResultCarry(b: IrBuilder, w: number, r: Value, cf: Value, of: Value): void {
  b.flagSource = undefined;
  if (!b.flagsLive) return;
  putResult(b, w, r);
  putCF_OF(b, cf, of);
}

/** Only CF and OF (i32 conditions) change; AF cleared, SF ZF PF kept. */
export function putCF_OF(b: IrBuilder, cf: Value, of: Value): void {
  b.put(64, slots.FC, carryCell(b, cf, of));
}

/** The FC cell of CF and OF, AF clear. */
function carryCell(b: IrBuilder, cf: Value, of: Value): Value {
  const c = b.op('i64.shl', b.op('i64.extend_i32_u', cf), b.i64(63));
  const o = b.op('i64.shl', b.op('i64.extend_i32_u', b.op('i32.xor', cf, of)), b.i64(62));
  return b.op('i64.or', c, o);
}

/** Only CF and OF change: rotates, CLC, STC, CMC. `when` (i32), if given: only when it is 1. */
export function setCarryOverflow(b: IrBuilder, cf: Value, of: Value, when?: Value): void {
  b.flagSource = undefined;
  if (!b.flagsLive) return;
  const old = b.get('i64', 64, slots.FC);
  const cell = b.op('i64.or', carryCell(b, cf, of), b.op('i64.and', old, b.i64(8)));
  b.put(64, slots.FC, when === undefined ? cell : b.op('i64.select', cell, old, when));
}

/** OF SF ZF AF PF of r = x + y (`sub` false) or x - y; CF kept: INC and DEC. */
export function setKeepCarry(b: IrBuilder, w: number, x: Value, y: Value, r: Value, sub: boolean): void {
  b.flagSource = { kind: 'other', w, x, y, r } satisfies FlagSource;
  if (!b.flagsLive) return;
  const a = sub ? not(b, w, x) : x;
  const same = sub ? r : not(b, w, r);
  let c = alu(b, w, 'or', alu(b, w, 'and', a, y), alu(b, w, 'and', alu(b, w, 'or', a, y), same));
  const af = b.op('i64.and', toI64u(b, w, c), b.i64(8));
  if (w < 64) c = b.op('i64.shl', b.op('i64.extend_i32_u', c), b.i64(64 - w));
  const old = b.get('i64', 64, slots.FC);
  const of = b.op('i64.xor', c, b.op('i64.shl', c, b.i64(1))); // bit 63
  const flips = b.op('i64.and', b.op('i64.shr_u', b.op('i64.xor', old, of), b.i64(1)), b.i64(1n << 62n));
  const cf = b.op('i64.and', old, b.i64(1n << 63n));
  putResult(b, w, r);
  b.put(64, slots.FC, b.op('i64.or', b.op('i64.or', cf, flips), af));
}

/** As setResultCarry when `when` (i32) is 1, else all flags stay: shifts by a count that may be zero. */
export function setResultCarryIf(b: IrBuilder, w: number, r: Value, cf: Value, of: Value, when: Value): void {
  b.flagSource = undefined;
  if (!b.flagsLive) return;
  const low = b.op('i32.and', w === 64 ? b.op('i32.wrap_i64', r) : r, b.i32(0xff));
  const FR = b.op('i64.select', toI64s(b, w, r), b.get('i64', 64, slots.FR), when);
  const FP = b.op('i32.select', low, b.get('i32', 32, slots.FP), when);
  const FC = b.op('i64.select', carryCell(b, cf, of), b.get('i64', 64, slots.FC), when);
  b.put(64, slots.FR, FR);
  b.put(32, slots.FP, FP);
  b.put(64, slots.FC, FC);
}

/** All six flags from i32 conditions; those not named are cleared. */
export function setFlags(b: IrBuilder, f: FlagBits): void {
  b.flagSource = { kind: 'bits', ...f } satisfies FlagSource;
  if (!b.flagsLive) return;
  const zero = b.i32(0);
  const FR = b.op('i64.extend_i32_u', b.op('i32.eqz', f.zf ?? zero));
  const FP = b.op('i32.or', b.op('i32.eqz', f.pf ?? zero), b.op('i32.shl', f.sf ?? zero, b.i32(8)));
  let FC = carryCell(b, f.cf ?? zero, f.of ?? zero);
  if (f.af !== undefined) FC = b.op('i64.or', FC, b.op('i64.shl', b.op('i64.extend_i32_u', f.af), b.i64(3)));
  b.put(64, slots.FR, FR);
  b.put(32, slots.FP, FP);
  b.put(64, slots.FC, FC);
}

/** Only ZF (an i32 condition) changes. */
export function setZero(b: IrBuilder, zf: Value): void {
  b.flagSource = undefined;
  if (!b.flagsLive) return;
  const FP = b.op('i32.or', b.op('i32.and', b.get('i32', 32, slots.FP), b.i32(0xff)), b.op('i32.shl', flag.SF(b), b.i32(8)));
  b.put(64, slots.FR, b.op('i64.extend_i32_u', b.op('i32.eqz', zf)));
  b.put(32, slots.FP, FP);
}

export function not(b: IrBuilder, w: number, v: Value): Value {
  return alu(b, w, 'xor', v, b.const(tyOf(w), -1n));
}

/** Flags as i32 conditions, from the cells. */
export const flag = {
  CF: (b: IrBuilder): Value => b.op('i32.wrap_i64', b.op('i64.shr_u', b.get('i64', 64, slots.FC), b.i64(63))),
  OF: (b: IrBuilder): Value => {
    const c = b.get('i64', 64, slots.FC);
    return b.op('i32.wrap_i64', b.op('i64.shr_u', b.op('i64.xor', c, b.op('i64.shl', c, b.i64(1))), b.i64(63)));
  },
  AF: (b: IrBuilder): Value => b.op('i32.and', b.op('i32.wrap_i64', b.op('i64.shr_u', b.get('i64', 64, slots.FC), b.i64(3))), b.i32(1)),
  ZF: (b: IrBuilder): Value => b.op('i64.eqz', b.get('i64', 64, slots.FR)),
  SF: (b: IrBuilder): Value => {
    const s = b.op('i32.wrap_i64', b.op('i64.shr_u', b.get('i64', 64, slots.FR), b.i64(63)));
    return b.op('i32.and', b.op('i32.xor', s, b.op('i32.shr_u', b.get('i32', 32, slots.FP), b.i32(8))), b.i32(1));
  },
  PF: (b: IrBuilder): Value => {
    const bits = b.op('i32.popcnt', b.op('i32.and', b.get('i32', 32, slots.FP), b.i32(0xff)));
    return b.op('i32.and', b.op('i32.xor', bits, b.i32(1)), b.i32(1));
  },
};

/** Condition codes 0..15 of Jcc, SETcc and CMOVcc, in opcode order. */
export const ccNames = ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'] as const;
export type Cc = (typeof ccNames)[number];

/** The condition as i32 0 or 1; compares directly when this unit set the flags. */
export function cond(b: IrBuilder, cc: Cc): Value {
  const i = ccNames.indexOf(cc);
  const base = fromSource(b, ccNames[i & ~1]!) ?? fromCells(b, ccNames[i & ~1]!);
  return i & 1 ? b.op('i32.eqz', base) : base;
}

function fromCells(b: IrBuilder, cc: Cc): Value {
  switch (cc) {
    case 'o': return flag.OF(b);
    case 'b': return flag.CF(b);
    case 'e': return flag.ZF(b);
    case 'be': return b.op('i32.or', flag.CF(b), flag.ZF(b));
    case 's': return flag.SF(b);
    case 'p': return flag.PF(b);
    case 'l': return b.op('i32.xor', flag.SF(b), flag.OF(b));
    default: return b.op('i32.or', flag.ZF(b), b.op('i32.xor', flag.SF(b), flag.OF(b))); // le
  }
}

function fromBits(b: IrBuilder, f: FlagBits, cc: Cc): Value {
  const either = (op: string, x: Value | undefined, y: Value | undefined): Value => (x === undefined || y === undefined ? (x ?? y ?? b.i32(0)) : b.op(`i32.${op}`, x, y));
  switch (cc) {
    case 'o': return f.of ?? b.i32(0);
    case 'b': return f.cf ?? b.i32(0);
    case 'e': return f.zf ?? b.i32(0);
    case 'be': return either('or', f.cf, f.zf);
    case 's': return f.sf ?? b.i32(0);
    case 'p': return f.pf ?? b.i32(0);
    case 'l': return either('xor', f.sf, f.of);
    default: return either('or', f.zf, either('xor', f.sf, f.of)); // le
  }
}

function fromSource(b: IrBuilder, cc: Cc): Value | undefined {
  const s = b.flagSource as FlagSource | undefined;
  if (s?.kind === 'bits') return fromBits(b, s, cc);
  if (!s || cc === 'p' || cc === 'o') return undefined;
  const zero = (): Value => alu(b, s.w, 'eqz', s.r);
  const negative = (): Value => alu(b, s.w < 32 ? 32 : s.w, 'lt_s', signed(b, s.w, s.r), b.const(tyOf(s.w), 0));
  if (cc === 'e') return s.kind === 'sub' ? alu(b, s.w, 'eq', s.x, s.y) : zero();
  if (cc === 's') return negative();
  if (s.kind === 'logic') {
    if (cc === 'b') return b.i32(0);
    if (cc === 'be') return zero();
    if (cc === 'l') return negative();
    return alu(b, s.w < 32 ? 32 : s.w, 'le_s', signed(b, s.w, s.r), b.const(tyOf(s.w), 0));
  }
  if (s.kind !== 'sub') return undefined;
  const sx = signed(b, s.w, s.x);
  const sy = signed(b, s.w, s.y);
  const w = s.w < 32 ? 32 : s.w;
  switch (cc) {
    case 'b': return alu(b, w, 'lt_u', s.x, s.y);
    case 'be': return alu(b, w, 'le_u', s.x, s.y);
    case 'l': return alu(b, w, 'lt_s', sx, sy);
    default: return alu(b, w, 'le_s', sx, sy);
  }
}

/** The two operands of most instructions, typed for use. */
export function two(insn: Insn): [Operand, Operand] {
  return [insn.ops[0]!, insn.ops[1]!];
}
