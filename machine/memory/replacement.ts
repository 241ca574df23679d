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
  if (ways === 8) return treeVictimOf8(stamps, first, clock);
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

const younger = (a: number, b: number): number => {
  const d = (a - b) | 0;
  return (b + (d & (d >> 31))) | 0;
};

/** The same for eight ways without loops: every miss of most first levels comes here. */
function treeVictimOf8(stamps: Int32Array, first: number, clock: number): number {
  const a0 = (clock - stamps[first]!) | 0;
  const a1 = (clock - stamps[first + 1]!) | 0;
  const a2 = (clock - stamps[first + 2]!) | 0;
  const a3 = (clock - stamps[first + 3]!) | 0;
  const a4 = (clock - stamps[first + 4]!) | 0;
  const a5 = (clock - stamps[first + 5]!) | 0;
  const a6 = (clock - stamps[first + 6]!) | 0;
  const a7 = (clock - stamps[first + 7]!) | 0;
  const p0 = younger(a0, a1);
  const p1 = younger(a2, a3);
  const p2 = younger(a4, a5);
  const p3 = younger(a6, a7);
  const right = (younger(p0, p1) - younger(p2, p3)) >> 31; // all ones: its youngest is older
  const quarter = (choose(right, p2, p0) - choose(right, p3, p1)) >> 31;
  const even = choose(right, choose(quarter, a6, a4), choose(quarter, a2, a0));
  const odd = choose(right, choose(quarter, a7, a5), choose(quarter, a3, a1));
  return first + ((right & 4) | (quarter & 2) | (((even - odd) >> 31) & 1));
}
/** a if `mask` is all ones, b if it is 0. */
const choose = (mask: number, a: number, b: number): number => b ^ ((a ^ b) & mask);

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
