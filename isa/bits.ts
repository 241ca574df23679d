/** Bit fields of numbers and bigints, for decoders and encoders. */

/** Bits hi..lo of a 32-bit number. */
export function field(n: number, hi: number, lo: number): number {
  return (n >>> lo) & (hi - lo === 31 ? 0xffffffff : (1 << (hi - lo + 1)) - 1);
}

/** True when `v` sign-extended from `bits` is `v` itself. */
export function fitsSigned(v: bigint, bits: number): boolean {
  return BigInt.asIntN(bits, v) === v;
}

/** True when `v` is what `bits` can hold read as a signed or as an unsigned number. */
export function fitsEither(v: bigint, bits: number): boolean {
  return BigInt.asIntN(bits, v) === v || BigInt.asUintN(bits, v) === v;
}
