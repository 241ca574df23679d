/**
 * The RFLAGS image and the cells that hold it (regs.ts), both ways: in IR for PUSHF, POPF, LAHF, SAHF and
 * SYSCALL, and in TypeScript for signal frames, debuggers and helpers. SDM 1, 3.4.3.
 *
 * Left out: POPF that sets TF stops by name, and AC is kept but checks no alignment.
 */
import type { IrBuilder, Value } from '../ir.js';
import type { HelperState } from '../soft/state.js';
import { flag, setFlags } from './lift.js';
import { RFLAGS, slots } from './regs.js';

/** Arithmetic flags: CF PF AF ZF SF OF. */
export const arithmeticFlags = 0x8d5;
/** What POPF may change at CPL 3 with IOPL 0 besides those: DF, NT, AC, ID. TF would trap and is refused. */
export const popfOthers = (1 << RFLAGS.DF) | (1 << RFLAGS.NT) | (1 << RFLAGS.AC) | (1 << RFLAGS.ID);
export const trapFlag = 1 << RFLAGS.TF;

/** RFLAGS as i32; bit 1 reads as one. */
export function image(b: IrBuilder): Value {
  const at = (v: Value, bit: number): Value => b.op('i32.shl', v, b.i32(bit));
  const parts = [at(flag.PF(b), RFLAGS.PF), at(flag.AF(b), RFLAGS.AF), at(flag.ZF(b), RFLAGS.ZF), at(flag.SF(b), RFLAGS.SF), at(flag.OF(b), RFLAGS.OF)];
  const rest = b.op('i32.or', b.get('i32', 32, slots.RF), b.i32(2));
  return parts.reduce((sum, v) => b.op('i32.or', sum, v), b.op('i32.or', rest, flag.CF(b)));
}

/** Arithmetic flags from the low bits of an i32 image. `of`: an i32 condition in place of its bit 11, for SAHF. */
export function putImage(b: IrBuilder, v: Value, of?: Value): void {
  const bit = (i: number): Value => b.op('i32.and', b.op('i32.shr_u', v, b.i32(i)), b.i32(1));
  setFlags(b, { cf: bit(RFLAGS.CF), pf: bit(RFLAGS.PF), af: bit(RFLAGS.AF), zf: bit(RFLAGS.ZF), sf: bit(RFLAGS.SF), of: of ?? bit(RFLAGS.OF) });
}

/** The part of a state that flag code needs. */
export type Cells = Pick<HelperState, 'get' | 'put'>;

/** RFLAGS of a state; bit 1 reads as one. */
export function readFlags(st: Cells): number {
  const FR = BigInt.asIntN(64, st.get(slots.FR, 64));
  const FP = Number(st.get(slots.FP, 32));
  const FC = st.get(slots.FC, 64);
  const cf = Number(FC >> 63n);
  const of = cf ^ (Number(FC >> 62n) & 1);
  const sf = (FR < 0n ? 1 : 0) ^ ((FP >> 8) & 1);
  let parity = FP & 0xff;
  parity ^= parity >> 4;
  const pf = (0x9669 >> (parity & 15)) & 1; // bit i set: i has an even number of ones
  const af = (Number(FC & 8n) >> 3) & 1;
  return (Number(st.get(slots.RF, 32)) | 2 | cf | (pf << 2) | (af << 4) | ((FR === 0n ? 1 : 0) << 6) | (sf << 7) | (of << 11)) >>> 0;
}

/** Puts a whole RFLAGS image into the cells. */
export function writeFlags(st: Cells, image: number): void {
  const bit = (i: number): number => (image >>> i) & 1;
  st.put(slots.FR, 64, BigInt(bit(RFLAGS.ZF) ^ 1));
  st.put(slots.FP, 32, BigInt((bit(RFLAGS.PF) ^ 1) | (bit(RFLAGS.SF) << 8)));
  const cf = bit(RFLAGS.CF);
  st.put(slots.FC, 64, (BigInt(cf) << 63n) | (BigInt(cf ^ bit(RFLAGS.OF)) << 62n) | BigInt(bit(RFLAGS.AF) << 3));
  st.put(slots.RF, 32, BigInt((image & ~arithmeticFlags & ~2) >>> 0));
}

/** The cells after x - y at `w` bits, as setSub leaves them: for CMPS and SCAS. */
export function writeSubFlags(st: Cells, w: number, x: bigint, y: bigint): void {
  const r = BigInt.asUintN(w, x - y);
  st.put(slots.FR, 64, BigInt.asUintN(64, BigInt.asIntN(w, r)));
  st.put(slots.FP, 32, r & 0xffn);
  const c = BigInt.asUintN(w, (~x & y) | ((~x | y) & r));
  st.put(slots.FC, 64, w === 64 ? c : (c << BigInt(64 - w)) | (c & 8n));
}
