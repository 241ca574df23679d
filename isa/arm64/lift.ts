/**
 * What arm64 lifts are written with: operands, addresses, flags and conditions in terms of IR.
 *
 * `w` is the operation's width, 32 (i32) or 64 (i64). Flags stand in the cells of isa/context.ts; C of a subtraction is
 * "no borrow", so the carry-outs kept are those of x + ~y + 1. Arm ARM C6.1 and J1 (AddWithCarry, ConditionHolds).
 */
import type { IrBuilder, Ty, Value } from '../ir.js';
import type { ImmOperand, Insn, MemOperand, Operand, RegOperand, Shift } from '../row.js';
import { slots } from './regs.js';

export type Width = 32 | 64;
export const tyOf = (w: number): Ty => (w === 64 ? 'i64' : 'i32');

/** `b.op` of width `w`. */
export const alu = (b: IrBuilder, w: number, name: string, ...args: Value[]): Value => b.op(`${tyOf(w)}.${name}`, ...args);

export const not = (b: IrBuilder, w: number, v: Value): Value => alu(b, w, 'xor', v, b.const(tyOf(w), -1n));

// Operands.

/** A general register or an immediate at `w` bits (default: its own). */
export function read(b: IrBuilder, op: Operand, w: number = op.bits): Value {
  if (op.kind === 'reg') return op.file === 'zr' ? b.const(tyOf(w), 0) : b.get(tyOf(w), w, op.slot);
  if (op.kind === 'imm') return b.const(tyOf(w), op.value);
  throw new Error(`${op.kind} operand has no value of its own`);
}

/** Writes a general register; the upper half of X is cleared by a W write, and the zero register takes nothing. */
export function write(b: IrBuilder, op: Operand, v: Value, w: number = op.bits): void {
  const r = op as RegOperand;
  if (r.file === 'zr') return;
  b.put(64, r.slot, w === 64 ? v : b.op('i64.extend_i32_u', v));
}

/** The operands of the instruction that are registers or whatever the form has, typed for use. */
export const reg = (insn: Insn, i: number): RegOperand => insn.ops[i] as RegOperand;
export const imm = (insn: Insn, i: number): ImmOperand => insn.ops[i] as ImmOperand;
/** The value of an operand that belongs to the shape. */
export function known(insn: Insn, i: number): number {
  const { value } = imm(insn, i);
  if (typeof value !== 'bigint') throw new Error(`operand ${i} of ${insn.row.form} is a hole`);
  return Number(value);
}

const shiftOps: Partial<Record<Shift, string>> = { lsl: 'shl', lsr: 'shr_u', asr: 'shr_s', ror: 'rotr' };

/** Register `r` shifted or extended as the operand `by` after it says (absent: as it is). */
export function modified(b: IrBuilder, r: Operand, by: Operand | undefined, w: number): Value {
  if (by?.kind !== 'imm' || by.shift === undefined) return read(b, r, w);
  const op = shiftOps[by.shift];
  const x = op ? read(b, r, w) : extend(b, r, by.shift, w);
  return alu(b, w, op ?? 'shl', x, b.const(tyOf(w), by.value));
}

/** The low part of a register, extended to `w` bits. */
export function extend(b: IrBuilder, r: Operand, how: Shift, w: number): Value {
  const from = { b: 8, h: 16, w: 32, x: 64 }[how[3]!]!;
  if (from >= w) return read(b, r, w);
  const narrow = read(b, r, 32);
  const wide = (v: Value, signed: boolean): Value => (w === 32 ? v : b.op(signed ? 'i64.extend_i32_s' : 'i64.extend_i32_u', v));
  if (from === 32) return wide(narrow, how[0] === 's');
  if (how[0] === 's') return wide(b.op(`i32.extend${from}_s`, narrow), true);
  return wide(b.op('i32.and', narrow, b.i32(from === 8 ? 0xff : 0xffff)), false);
}

/**
 * The address of a memory operand, and what its base becomes: put that after every access, because a fault leaves no
 * trace. `moved` is undefined when the base stays.
 */
export function address(b: IrBuilder, m: MemOperand): { at: Value; moved: Value | undefined } {
  if (!m.base) return { at: b.i64(m.disp), moved: undefined };
  const base = b.get('i64', 64, m.base.slot);
  let by = b.i64(m.disp);
  if (m.index) {
    const index = m.extend ? extend(b, m.index, m.extend, 64) : read(b, m.index, 64);
    by = b.op('i64.shl', index, b.i64(BigInt(Math.log2(m.scale))));
  }
  const sum = b.op('i64.add', base, by);
  if (m.mode === 'post') return { at: base, moved: sum };
  return { at: sum, moved: m.mode === 'pre' ? sum : undefined };
}

export function moveBase(b: IrBuilder, m: MemOperand, moved: Value | undefined): void {
  if (moved !== undefined) b.put(64, m.base!.slot, moved);
}

export const mem = (insn: Insn, i: number): MemOperand => insn.ops[i] as MemOperand;

// Flags.

/** Flags as i32 conditions. */
export interface FlagBits {
  readonly n: Value;
  readonly z: Value;
  readonly c: Value;
  readonly v: Value;
}
interface Computed {
  readonly kind: 'add' | 'sub' | 'logic';
  readonly w: number;
  readonly x: Value;
  readonly y: Value;
  readonly r: Value;
}
/** What conditions that follow in the same unit may use instead of the cells. */
type FlagSource = Computed | ({ readonly kind: 'bits' } & FlagBits);

function putResult(b: IrBuilder, w: number, r: Value): void {
  b.put(64, slots.FR, w === 64 ? r : b.op('i64.extend_i32_s', r));
  b.put(32, slots.FP, b.i32(0));
}

const aligned = (b: IrBuilder, w: number, c: Value): Value => (w === 64 ? c : b.op('i64.shl', b.op('i64.extend_i32_u', c), b.i64(32)));

/** The carry out of each bit of r = x + y (+ carry): both inputs, or one of them and no sum bit. */
export const carryOuts = (b: IrBuilder, w: number, x: Value, y: Value, r: Value): Value =>
  alu(b, w, 'or', alu(b, w, 'and', x, y), alu(b, w, 'and', alu(b, w, 'or', x, y), not(b, w, r)));

/** NZCV of r = x + y (+ carry). `plain`: no carry came in. */
export function setAdd(b: IrBuilder, w: number, x: Value, y: Value, r: Value, plain = true): void {
  b.flagSource = plain ? ({ kind: 'add', w, x, y, r } satisfies FlagSource) : undefined;
  if (!b.flagsLive) return;
  putResult(b, w, r);
  b.put(64, slots.FC, aligned(b, w, carryOuts(b, w, x, y, r)));
}

/** NZCV of r = x - y (- borrow): C is the carry-out of x + ~y + 1. */
export function setSub(b: IrBuilder, w: number, x: Value, y: Value, r: Value, plain = true): void {
  b.flagSource = plain ? ({ kind: 'sub', w, x, y, r } satisfies FlagSource) : undefined;
  if (!b.flagsLive) return;
  putResult(b, w, r);
  b.put(64, slots.FC, aligned(b, w, carryOuts(b, w, x, not(b, w, y), r)));
}

/** N and Z of r; C and V clear. */
export function setLogic(b: IrBuilder, w: number, r: Value): void {
  b.flagSource = { kind: 'logic', w, x: r, y: r, r } satisfies FlagSource;
  if (!b.flagsLive) return;
  putResult(b, w, r);
  b.put(64, slots.FC, b.i64(0));
}

/** The cells of four conditions. */
export function cellsOf(b: IrBuilder, f: FlagBits): { FR: Value; FP: Value; FC: Value } {
  const carry = b.op('i64.shl', b.op('i64.extend_i32_u', f.c), b.i64(63));
  const overflow = b.op('i64.shl', b.op('i64.extend_i32_u', b.op('i32.xor', f.c, f.v)), b.i64(62));
  return { FR: b.op('i64.extend_i32_u', b.op('i32.eqz', f.z)), FP: b.op('i32.shl', f.n, b.i32(8)), FC: b.op('i64.or', carry, overflow) };
}

/** All four flags from conditions. */
export function setFlags(b: IrBuilder, f: FlagBits): void {
  b.flagSource = { kind: 'bits', ...f } satisfies FlagSource;
  if (!b.flagsLive) return;
  const cells = cellsOf(b, f);
  b.put(64, slots.FR, cells.FR);
  b.put(32, slots.FP, cells.FP);
  b.put(64, slots.FC, cells.FC);
}

/** All four flags from bits 3..0 of an i32 (N Z C V), as CCMP has them. */
export function unpackNzcv(b: IrBuilder, nzcv: Value): FlagBits {
  const bit = (n: number): Value => b.op('i32.and', b.op('i32.shr_u', nzcv, b.i32(n)), b.i32(1));
  return { n: bit(3), z: bit(2), c: bit(1), v: bit(0) };
}

/** Flags as i32 conditions, from the cells. */
export const flag = {
  N: (b: IrBuilder): Value => {
    const s = b.op('i32.wrap_i64', b.op('i64.shr_u', b.get('i64', 64, slots.FR), b.i64(63)));
    return b.op('i32.and', b.op('i32.xor', s, b.op('i32.shr_u', b.get('i32', 32, slots.FP), b.i32(8))), b.i32(1));
  },
  Z: (b: IrBuilder): Value => b.op('i64.eqz', b.get('i64', 64, slots.FR)),
  C: (b: IrBuilder): Value => b.op('i32.wrap_i64', b.op('i64.shr_u', b.get('i64', 64, slots.FC), b.i64(63))),
  V: (b: IrBuilder): Value => {
    const c = b.get('i64', 64, slots.FC);
    return b.op('i32.wrap_i64', b.op('i64.shr_u', b.op('i64.xor', c, b.op('i64.shl', c, b.i64(1))), b.i64(63)));
  },
};

/** Condition `code` (0..15) as i32 0 or 1; compares directly when this unit set the flags. */
export function cond(b: IrBuilder, code: number): Value {
  if (code >= 14) return b.i32(1);
  const base = code & ~1;
  const holds = fromSource(b, base) ?? fromFlags(b, base, { n: flag.N, z: flag.Z, c: flag.C, v: flag.V });
  return code & 1 ? b.op('i32.eqz', holds) : holds;
}

type Readers = { readonly [K in 'n' | 'z' | 'c' | 'v']: (b: IrBuilder) => Value };

function fromFlags(b: IrBuilder, code: number, f: Readers): Value {
  const and = (x: Value, y: Value): Value => b.op('i32.and', x, y);
  const sameSign = (): Value => b.op('i32.eqz', b.op('i32.xor', f.n(b), f.v(b)));
  switch (code) {
    case 0: return f.z(b);
    case 2: return f.c(b);
    case 4: return f.n(b);
    case 6: return f.v(b);
    case 8: return and(f.c(b), b.op('i32.eqz', f.z(b)));
    case 10: return sameSign();
    default: return and(sameSign(), b.op('i32.eqz', f.z(b)));
  }
}

function fromSource(b: IrBuilder, code: number): Value | undefined {
  const s = b.flagSource as FlagSource | undefined;
  if (!s) return undefined;
  if (s.kind === 'bits') return fromFlags(b, code, { n: () => s.n, z: () => s.z, c: () => s.c, v: () => s.v });
  const zero = b.const(tyOf(s.w), 0);
  const negative = (): Value => alu(b, s.w, 'lt_s', s.r, zero);
  if (code === 0) return s.kind === 'sub' ? alu(b, s.w, 'eq', s.x, s.y) : alu(b, s.w, 'eqz', s.r);
  if (code === 4) return negative();
  if (s.kind === 'logic') {
    switch (code) {
      case 2: case 6: case 8: return b.i32(0);
      case 10: return b.op('i32.eqz', negative());
      default: return alu(b, s.w, 'lt_s', zero, s.r);
    }
  }
  if (s.kind !== 'sub') return undefined;
  switch (code) {
    case 2: return alu(b, s.w, 'le_u', s.y, s.x);
    case 8: return alu(b, s.w, 'lt_u', s.y, s.x);
    case 10: return alu(b, s.w, 'le_s', s.y, s.x);
    case 12: return alu(b, s.w, 'lt_s', s.y, s.x);
    default: return undefined;
  }
}
