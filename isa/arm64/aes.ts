/**
 * AES's rounds as vector operations: the state's columns are the 32-bit lanes. FIPS 197.
 *
 * Go hashes the keys of maps with these instructions, so they run often. A substitution is sixteen look-ups in tables of
 * sixteen bytes: an index beyond a table gives zero.
 */
import type { IrBuilder, Value } from '../ir.js';
import { vconst } from '../lanes.js';

/** Doubling in the field of 2^8 modulo x^8 + x^4 + x^3 + x + 1. */
const double = (x: number): number => ((x << 1) ^ (x & 0x80 ? 0x11b : 0)) & 0xff;

/** The substitution box: inverse in the field, then an affine map. All of the field but 0 are powers of 3, whose inverses are powers as well. */
const box = (() => {
  const powers = [1];
  for (let i = 1; i < 255; i++) powers.push(double(powers[i - 1]!) ^ powers[i - 1]!);
  const out = new Uint8Array(256).fill(0x63);
  powers.forEach((x, i) => {
    const inverse = powers[(255 - i) % 255]!;
    for (let k = 0; k < 5; k++) out[x]! ^= ((inverse << k) | (inverse >> (8 - k))) & 0xff;
  });
  return out;
})();
const unbox = (() => {
  const out = new Uint8Array(256);
  box.forEach((v, i) => (out[v] = i));
  return out;
})();

function substitute(b: IrBuilder, v: Value, by: Uint8Array): Value {
  let sum: Value | undefined;
  for (let high = 0; high < 256; high += 16) {
    const found = b.op('i8x16.swizzle', vconst(b, 8, ...by.subarray(high, high + 16)), high === 0 ? v : b.op('v128.xor', v, vconst(b, 8, high)));
    sum = sum === undefined ? found : b.op('v128.or', sum, found);
  }
  return sum!;
}

/** Row r moves by r columns. */
const shiftRows = (b: IrBuilder, v: Value, back: boolean): Value => b.shuffle(v, v, Array.from({ length: 16 }, (_, i) => (i + (back ? 12 : 4) * (i % 4)) % 16));
/** Each byte becomes the one `by` rows below it in its column. */
const turned = (b: IrBuilder, v: Value, by: number): Value => b.shuffle(v, v, Array.from({ length: 16 }, (_, i) => (i & ~3) | ((i + by) & 3)));
const doubled = (b: IrBuilder, v: Value): Value =>
  b.op('v128.xor', b.op('i8x16.shl', v, b.i32(1)), b.op('v128.and', b.op('i8x16.shr_s', v, b.i32(7)), vconst(b, 8, 0x1b)));
const xor = (b: IrBuilder, ...all: Value[]): Value => all.reduce((x, y) => b.op('v128.xor', x, y));

/** AESE and AESD without the key. */
export const encryptRound = (b: IrBuilder, v: Value): Value => substitute(b, shiftRows(b, v, false), box);
export const decryptRound = (b: IrBuilder, v: Value): Value => substitute(b, shiftRows(b, v, true), unbox);

/** Columns times 2 3 1 1. */
export function mixColumns(b: IrBuilder, v: Value): Value {
  const next = turned(b, v, 1);
  return xor(b, doubled(b, xor(b, v, next)), next, turned(b, v, 2), turned(b, v, 3));
}

/** Columns times 14 11 13 9, which is 5 0 4 0 and then 2 3 1 1. */
export function unmixColumns(b: IrBuilder, v: Value): Value {
  return mixColumns(b, xor(b, v, doubled(b, doubled(b, xor(b, v, turned(b, v, 2))))));
}
