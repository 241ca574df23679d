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
  return (ways & 3) == 0 ? oldestByFours(stamps, first, ways, clock) : oldestByOnes(stamps, first, ways, clock);
}
function oldestByFours(stamps: usize, first: i32, ways: i32, clock: i32): i32 {
  const at = stamps + (<usize>first << 2);
  const now = i32x4.splat(clock);
  let greatest = i32x4.sub(now, v128.load(at));
  let fours = i32x4.splat(0);
  for (let i = 4; i < ways; i += 4) {
    const ages = i32x4.sub(now, v128.load(at + (<usize>i << 2)));
    const older = i32x4.gt_s(ages, greatest);
    greatest = v128.bitselect(ages, greatest, older);
    fours = v128.bitselect(i32x4.splat(i), fours, older);
  }
  const age = max(max(i32x4.extract_lane(greatest, 0), i32x4.extract_lane(greatest, 1)), max(i32x4.extract_lane(greatest, 2), i32x4.extract_lane(greatest, 3)));
  const places = v128.bitselect(i32x4.add(fours, i32x4(0, 1, 2, 3)), i32x4.splat(i32.MAX_VALUE), i32x4.eq(greatest, i32x4.splat(age)));
  return first + min(min(i32x4.extract_lane(places, 0), i32x4.extract_lane(places, 1)), min(i32x4.extract_lane(places, 2), i32x4.extract_lane(places, 3)));
}
function oldestByOnes(stamps: usize, first: i32, ways: i32, clock: i32): i32 {
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
  if (ways == 8) return treeVictimOf8(stamps + (<usize>first << 2), clock) + first;
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
/** The same for eight ways without loops: every miss of most first levels comes here. */
function treeVictimOf8(at: usize, clock: i32): i32 {
  const now = i32x4.splat(clock);
  const left = i32x4.sub(now, v128.load(at));
  const right = i32x4.sub(now, v128.load(at, 16));
  // lanes: pairs of the left half, then of the right
  const even = v128.shuffle<i32>(left, right, 0, 2, 4, 6);
  const odd = v128.shuffle<i32>(left, right, 1, 3, 5, 7);
  const pairs = i32x4.min_s(even, odd);
  const p0 = i32x4.extract_lane(pairs, 0);
  const p1 = i32x4.extract_lane(pairs, 1);
  const p2 = i32x4.extract_lane(pairs, 2);
  const p3 = i32x4.extract_lane(pairs, 3);
  const inRight = least(p0, p1) < least(p2, p3); // its youngest is older
  const second = select(p2, p0, inRight) < select(p3, p1, inRight);
  const pair = select(2, 0, inRight) + <i32>second;
  const odds = i32x4.bitmask(i32x4.lt_s(even, odd));
  return 2 * pair + ((odds >> pair) & 1);
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
