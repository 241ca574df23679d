/**
 * Which way of a set goes: computed from stamps alone, because generated code that hits can do no more than store a stamp.
 *
 * A stamp is the value of a clock (an i32 that counts accesses and wraps) when the way was last touched; its age is the clock less the
 * stamp. A way that nobody touches for 2^31 accesses looks young again.
 * The bits of a tree-PLRU point, at each node, away from the half that was touched last: exactly to the half whose youngest member is
 * older, so they need not be kept.
 */
export const enum Policy { Lru, Plru, Random }

export const policyOf = { lru: Policy.Lru, plru: Policy.Plru, random: Policy.Random } as const;

/** The way touched longest ago among the `ways` stamps from `first` on; the first of equals. Without branches: none of them could be predicted. */
export function oldest(stamps: Int32Array, first: number, ways: number, clock: number): number {
  let found = first;
  let greatest = clock - stamps[first]! | 0;
  for (let i = first + 1, end = first + ways; i < end; i++) {
    const age = clock - stamps[i]! | 0;
    const older = (greatest - age) >> 31;
    greatest = greatest + ((age - greatest) & older) | 0;
    found = found + ((i - found) & older) | 0;
  }
  return found;
}

/** Where the bits of a binary tree over the ways point; `ways` is a power of two. */
export function treeVictim(stamps: Int32Array, first: number, ways: number, clock: number): number {
  let at = first;
  for (let half = ways >> 1; half > 0; half >>= 1) {
    // the youngest of each half, again without branches
    let left = clock - stamps[at]! | 0;
    let right = clock - stamps[at + half]! | 0;
    for (let i = at + 1, end = at + half; i < end; i++) {
      const l = (clock - stamps[i]! | 0) - left | 0;
      const r = (clock - stamps[i + half]! | 0) - right | 0;
      left = left + (l & (l >> 31)) | 0;
      right = right + (r & (r >> 31)) | 0;
    }
    at = at + (half & ((left - right) >> 31)) | 0;
  }
  return at;
}

/** The next state of a generator of 32 bits, never 0 (Marsaglia, Xorshift RNGs, 2003: shifts 13, 17, 5). */
export function nextRandom(state: number): number {
  let x = state;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  return x;
}

/** A first state from a seed and which of many generators it is. */
export function firstRandom(seed: number, index: number): number {
  return Math.imul(seed ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b) | 1;
}
