/** Integer vector instructions too involved for straight-line IR: text comparison, sums of differences, minimum position. SDM 2B. */
import type { Helper } from './state.js';

const lanesOf = (v: bigint, width: number): number[] => Array.from({ length: 128 / width }, (_, i) => Number((v >> BigInt(i * width)) & ((1n << BigInt(width)) - 1n)));
const joined = (lanes: readonly number[], width: number): bigint => lanes.reduce((v, lane, i) => v | (BigInt(lane) << BigInt(i * width)), 0n);

/** MPSADBW: eight sums of four differences; imm bits 1..0 pick the source's four bytes, bit 2 where the destination starts. */
const mpsadbw: Helper = (_st, dst, src, imm) => {
  const x = lanesOf(dst!, 8);
  const y = lanesOf(src!, 8);
  const [from, block] = [Number((imm! >> 2n) & 1n) * 4, Number(imm! & 3n) * 4];
  const sum = (at: number): number => [0, 1, 2, 3].reduce((s, i) => s + Math.abs(x[at + i]! - y[block + i]!), 0);
  return joined(Array.from({ length: 8 }, (_, i) => sum(from + i)), 16);
};

/** PHMINPOSUW: the least word, then its index; the first of equals. */
const phminposuw: Helper = (_st, src) => {
  const words = lanesOf(src!, 16);
  const least = Math.min(...words);
  return BigInt(least) | (BigInt(words.indexOf(least)) << 16n);
};

/** Operand length in elements: the absolute value, at most all. */
const explicitLength = (v: bigint, all: number): number => {
  const n = BigInt.asIntN(64, v);
  const size = n < 0n ? -n : n;
  return size > BigInt(all) ? all : Number(size);
};

/**
 * PCMPESTRx and PCMPISTRx, SDM 2B 4.1. `first` (the register) and `second` are texts of `na` and `nb` valid
 * elements. Gives IntRes2 in bits 15..0, then CF ZF SF OF in bits 16..19.
 */
function compareText(first: readonly number[], second: readonly number[], na: number, nb: number, imm: number): bigint {
  const n = first.length;
  const width = 128 / n;
  const value = (v: number): number => (imm & 2 ? (v << (32 - width)) >> (32 - width) : v);
  const a = first.map(value);
  const b = second.map(value);
  const holds = (j: number): boolean => {
    switch ((imm >> 2) & 3) {
      case 0: return j < nb && a.some((v, i) => i < na && v === b[j]); // any of a set
      case 1: return j < nb && a.some((v, i) => i % 2 === 0 && i + 1 < na && v <= b[j]! && b[j]! <= a[i + 1]!); // in one of the ranges
      case 2: return j < na && j < nb ? a[j] === b[j] : j >= na && j >= nb; // same place, or both ended
      default: return a.slice(0, n - j).every((v, i) => i >= na || (j + i < nb && v === b[j + i])); // text a starts at j
    }
  };
  let result = 0;
  for (let j = 0; j < n; j++) {
    const flipped = imm & 0x10 && (!(imm & 0x20) || j < nb); // bit 5: only valid elements are negated
    if (holds(j) !== Boolean(flipped)) result |= 1 << j;
  }
  const flags = (result !== 0 ? 1 : 0) | (nb < n ? 2 : 0) | (na < n ? 4 : 0) | (result & 1 ? 8 : 0);
  return BigInt(result | (flags << 16));
}

const elements = (v: bigint, imm: number): number[] => lanesOf(v, imm & 1 ? 16 : 8);

const pcmpestr: Helper = (_st, x, y, imm, la, lb) => {
  const k = Number(imm);
  const [a, b] = [elements(x!, k), elements(y!, k)];
  return compareText(a, b, explicitLength(la!, a.length), explicitLength(lb!, a.length), k);
};
const pcmpistr: Helper = (_st, x, y, imm) => {
  const k = Number(imm);
  const [a, b] = [elements(x!, k), elements(y!, k)];
  const length = (v: readonly number[]): number => (v.includes(0) ? v.indexOf(0) : v.length);
  return compareText(a, b, length(a), length(b), k);
};

/** IntRes2 as PCMPxSTRI gives it: index of the lowest or (imm bit 6) highest element; their number when none. */
const pcmpstr_index: Helper = (_st, result, imm) => {
  const bits = Number(result! & 0xffffn);
  if (bits === 0) return imm! & 1n ? 8n : 16n;
  return BigInt(imm! & 0x40n ? 31 - Math.clz32(bits) : 31 - Math.clz32(bits & -bits));
};
/** IntRes2 as PCMPxSTRM gives it: as bits, or (imm bit 6) a lane of ones each. */
const pcmpstr_mask: Helper = (_st, result, imm) => {
  const bits = Number(result! & 0xffffn);
  if (!(imm! & 0x40n)) return BigInt(bits);
  const width = imm! & 1n ? 16 : 8;
  return joined(Array.from({ length: 128 / width }, (_, i) => ((bits >> i) & 1 ? 2 ** width - 1 : 0)), width);
};

export const packedHelpers: Readonly<Record<string, Helper>> = { mpsadbw, phminposuw, pcmpestr, pcmpistr, pcmpstr_index, pcmpstr_mask };
