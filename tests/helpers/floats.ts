/** Bit patterns that floating-point tests should meet: special values, and random ones near where rounding is hard. */
import type { Random } from './random.js';

export const special32: readonly bigint[] = [
  0x00000000n, 0x80000000n, 0x3f800000n, 0xbf800000n, 0x7f800000n, 0xff800000n, // zeros, ones, infinities
  0x7fc00000n, 0xffc00000n, 0x7fc12345n, 0xffd54321n, 0x7f800001n, 0xff812345n, 0x7fbfffffn, // quiet and signalling NaN
  0x00000001n, 0x80000001n, 0x007fffffn, 0x807fffffn, 0x00800000n, 0x80800000n, // around the smallest normal
  0x7f7fffffn, 0xff7fffffn, 0x3effffffn, 0x3f000000n, 0x3fc00000n, 0x40200000n, 0x4b7fffffn, 0x4b000001n, // largest, halves, odd integers
  0x4f000000n, 0xcf000000n, 0x4effffffn, 0x5f000000n, 0xdf000000n, 0x5effffffn, // around 2^31 and 2^63
];
export const special64: readonly bigint[] = [
  0x0000000000000000n, 0x8000000000000000n, 0x3ff0000000000000n, 0xbff0000000000000n, 0x7ff0000000000000n, 0xfff0000000000000n,
  0x7ff8000000000000n, 0xfff8000000000000n, 0x7ff8123456789abcn, 0xfffabcdef0123456n, 0x7ff0000000000001n, 0xfff123456789abcdn, 0x7ff7ffffffffffffn,
  0x0000000000000001n, 0x8000000000000001n, 0x000fffffffffffffn, 0x800fffffffffffffn, 0x0010000000000000n, 0x8010000000000000n,
  0x7fefffffffffffffn, 0xffefffffffffffffn, 0x3fdfffffffffffffn, 0x3fe0000000000000n, 0x3ff8000000000000n, 0x4004000000000000n, 0x433fffffffffffffn, 0x4330000000000001n,
  0x41e0000000000000n, 0xc1e0000000000000n, 0x41dfffffffc00000n, 0x41dfffffffe00000n, 0xc1e00000001fffffn, 0xc1e0000000200000n, 0x43e0000000000000n, 0xc3e0000000000000n, 0x43dfffffffffffffn,
  0x47efffffe0000000n, 0x47effffff0000000n, 0x36a0000000000000n, 0x3690000000000000n, 0x3690000000000001n, 0x380fffffffffffffn, 0x3810000000000000n, // where f32 ends
];

/** A special value, or random bits, or random bits with a middling exponent so that results stay in range. */
export function randomFloat(random: Random, bits: 32 | 64): bigint {
  const fraction = bits === 32 ? 23 : 52;
  const bias = bits === 32 ? 127n : 1023n;
  switch (random.below(5)) {
    case 0: return random.pick(bits === 32 ? special32 : special64);
    case 1: return random.bits(bits);
    case 2: return (random.bits(1) << BigInt(bits - 1)) | (random.bits(2) << BigInt(fraction)) | random.bits(fraction); // at the bottom
    case 3: return (random.bits(1) << BigInt(bits - 1)) | ((bias - 2n + random.bits(6)) << BigInt(fraction)) | (random.bits(6) << BigInt(fraction - 6)); // short ones, ties
    default: return (random.bits(1) << BigInt(bits - 1)) | ((bias - 8n + random.bits(4)) << BigInt(fraction)) | random.bits(fraction);
  }
}
