/** Seeded randomness for tests: the same seed gives the same cases on every machine. splitmix64 on bigint. */
export class Random {
  private state: bigint;
  constructor(seed: number | bigint) {
    this.state = BigInt.asUintN(64, BigInt(seed));
  }

  /** 64 uniform bits. */
  u64(): bigint {
    this.state = BigInt.asUintN(64, this.state + 0x9e3779b97f4a7c15n);
    let z = this.state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  }
  bits(n: number): bigint {
    let v = 0n;
    for (let have = 0; have < n; have += 64) v = (v << 64n) | this.u64();
    return BigInt.asUintN(n, v);
  }
  /** 0 <= result < n. */
  below(n: number): number {
    return Number(this.u64() % BigInt(n));
  }
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}
