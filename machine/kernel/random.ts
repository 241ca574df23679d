/**
 * The kernel's seeded random source (xorshift64*, Marsaglia 2003 and Vigna 2016): getrandom, /dev/urandom,
 * AT_RANDOM and the jitter of time slices draw from it, so that a run repeats under its seed. Not secure.
 */
const mask = 0xffff_ffff_ffff_ffffn;

export class Random {
  /** The whole state; never 0. */
  state: bigint;

  constructor(seed: number) {
    // spread small seeds over all bits; the constant is 2^64 divided by the golden ratio
    this.state = ((BigInt(Math.trunc(seed)) + 1n) * 0x9e37_79b9_7f4a_7c15n) & mask || 1n;
    for (let i = 0; i < 4; i++) this.next();
  }

  /** 64 random bits. */
  next(): bigint {
    let x = this.state;
    x ^= x >> 12n;
    x = (x ^ (x << 25n)) & mask;
    x ^= x >> 27n;
    this.state = x;
    return (x * 0x2545_f491_4f6c_dd1dn) & mask;
  }

  /** An integer from 0 to below `n`, n at most 2^32. */
  below(n: number): number {
    return Math.floor((Number(this.next() >> 32n) / 2 ** 32) * n);
  }

  bytes(count: number): Uint8Array {
    const out = new Uint8Array(count);
    const whole = count - (count % 8);
    const view = new DataView(out.buffer);
    for (let i = 0; i < whole; i += 8) view.setBigUint64(i, this.next(), true);
    if (whole < count) for (let j = whole, word = this.next(); j < count; j++, word >>= 8n) out[j] = Number(word & 0xffn);
    return out;
  }
}
