/**
 * Which way of a set goes: computed from stamps alone, because generated code that hits can do no more than store a stamp.
 *
 * A stamp is the value of a clock (an i32 that counts accesses and wraps) when the way was last touched; its age is the clock less the
 * stamp. A way that nobody touches for 2^31 accesses looks young again.
 * The bits of a tree-PLRU point, at each node, away from the half that was touched last: exactly to the half whose youngest member is
 * older, so they need not be kept.
 */
import { i32At } from './room';

/** The way touched longest ago among the `ways` stamps from `first` on; the first of equals. Without branches: none of them could be predicted. */
export function oldest(stamps: usize, first: i32, ways: i32, clock: i32): i32 {
  let found = first;
  let greatest = clock - i32At(stamps, first);
  for (let i = first + 1, end = first + ways; i < end; i++) {
    const age = clock - i32At(stamps, i);
    const older = age > greatest;
    greatest = select(age, greatest, older);
    found = select(i, found, older);
  }
  return found;
}

/** Where the bits of a binary tree over the ways point; `ways` is a power of two. */
export function treeVictim(stamps: usize, first: i32, ways: i32, clock: i32): i32 {
  let at = first;
  for (let half = ways >> 1; half > 0; half >>= 1) {
    // the youngest of each half, again without branches
    let left = clock - i32At(stamps, at);
    let right = clock - i32At(stamps, at + half);
    for (let i = at + 1, end = at + half; i < end; i++) {
      left = least(clock - i32At(stamps, i), left);
      right = least(clock - i32At(stamps, i + half), right);
    }
    at += select(half, 0, left < right);
  }
  return at;
}
@inline
function least(a: i32, b: i32): i32 {
  return select(a, b, a < b);
}

/** The next state of a generator of 32 bits, never 0 (Marsaglia, Xorshift RNGs, 2003: shifts 13, 17, 5). */
@inline
export function nextRandom(state: i32): i32 {
  let x = state;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  return x;
}
/** A first state from a seed and which of many generators it is. */
export function firstRandom(seed: i32, index: i32): i32 {
  return (seed ^ ((index + 1) * <i32>0x9e3779b1)) * <i32>0x85ebca6b | 1;
}
