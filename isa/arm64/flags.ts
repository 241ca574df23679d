/** NZCV as a word, from and to the cells of isa/context.ts. Arm ARM C5.2.10. */
import { NZCV, slots } from './regs.js';

/** Whatever holds the cells. */
export interface Cells {
  get64(slot: number): bigint;
  set64(slot: number, value: bigint): void;
}

const half = (c: Cells, slot: number): bigint => (c.get64(slot & ~7) >> BigInt((slot & 4) * 8)) & 0xffff_ffffn;
function setHalf(c: Cells, slot: number, value: bigint): void {
  const shift = BigInt((slot & 4) * 8);
  c.set64(slot & ~7, (c.get64(slot & ~7) & ~(0xffff_ffffn << shift)) | (value << shift));
}

/** Bits 31..28. */
export function readNzcv(c: Cells): number {
  const result = c.get64(slots.FR);
  const carries = c.get64(slots.FC);
  const n = Number(result >> 63n) ^ (Number(half(c, slots.FP) >> 8n) & 1);
  const carry = Number(carries >> 63n);
  const v = carry ^ (Number(carries >> 62n) & 1);
  return ((n << NZCV.N) | ((result === 0n ? 1 : 0) << NZCV.Z) | (carry << NZCV.C) | (v << NZCV.V)) >>> 0;
}

export function writeNzcv(c: Cells, word: number): void {
  const bit = (n: number): bigint => BigInt((word >>> n) & 1);
  c.set64(slots.FR, 1n - bit(NZCV.Z));
  setHalf(c, slots.FP, bit(NZCV.N) << 8n);
  c.set64(slots.FC, (bit(NZCV.C) << 63n) | ((bit(NZCV.C) ^ bit(NZCV.V)) << 62n));
}
