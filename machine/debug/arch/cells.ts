/** Reading a thread's cells, be they a core's or saved. */
import type { Registers } from '../../kernel/abi.js';

export type Source = Pick<Registers, 'get64'>;

/** 32 bits of a cell of 64. */
export const low32 = (from: Source, slot: number): bigint => (from.get64(slot & ~7) >> BigInt((slot & 4) * 8)) & 0xffff_ffffn;

/** A register that lies in two cells. */
export const wideCell = (from: Source, slot: number): bigint => from.get64(slot) | (from.get64(slot + 8) << 64n);

/** What flags are computed from: cells of 64 and 32 bits, which nobody writes here. */
export function cells(from: Source): { get(slot: number, bits: number): bigint; put(): never; get64(slot: number): bigint; set64(): never } {
  const fixed = (): never => {
    throw new Error('registers are looked at only');
  };
  return { get: (slot, bits) => (bits === 64 ? from.get64(slot) : low32(from, slot)), put: fixed, get64: (slot) => from.get64(slot), set64: fixed };
}
