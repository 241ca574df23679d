/**
 * One set-associative array of lines: tags, a state and a stamp each. Which line goes when a set is full follows from the stamps
 * (replacement.ts). What a state means is its owner's business; 0 is that of an empty way.
 *
 * Units: `line` is a physical line number below 2^31. A set is a record of cells, first its tags, then its stamps: neighbours, because
 * looking for a line in a large array costs what the host's caches miss. An index is a tag's cell, its stamp is `ways` cells further.
 */
import { Policy } from '../numbers';
import { firstRandom, nextRandom, oldest, treeVictim } from './replacement';
import { i32At, i32s, scratch, setI32, setU8, u8At, u8s } from './room';

@unmanaged
export class SetArray {
  /** -1: empty. */
  cells: usize;
  /** By index. */
  states: usize;
  /** Lines in each set. */
  filled: usize;
  random: usize;
  /** Cell of the clock that stamps are taken from. */
  clock: usize;
  /** 1: a touch advances the clock; 0: whoever counts accesses does. */
  step: i32;
  ways: i32;
  sets: i32;
  /** Cells of a set. */
  stride: i32;
  mask: i32;
  policy: i32;

  /** Index of a line, or -1. */
  @inline
  find(line: i32): i32 {
    const first = (line & this.mask) * this.stride;
    const tags = this.cells + (<usize>first << 2);
    const ways = this.ways;
    const wanted = i32x4.splat(line);
    for (let i = 0; i < ways; i += 4) {
      const same = i32x4.bitmask(i32x4.eq(v128.load(tags + (<usize>i << 2)), wanted));
      if (same != 0) {
        const way = i + ctz(same);
        return way < ways ? first + way : -1; // beyond are stamps
      }
    }
    return -1;
  }
  /** The line at an index, -1: none. */
  @inline
  line(index: i32): i32 {
    return i32At(this.cells, index);
  }
  @inline
  state(index: i32): i32 {
    return u8At(this.states, index);
  }
  @inline
  setState(index: i32, state: i32): void {
    setU8(this.states, index, state);
  }
  @inline
  touch(index: i32): void {
    const now = load<i32>(this.clock) + this.step;
    store<i32>(this.clock, now);
    setI32(this.cells, index + this.ways, now);
  }
  @inline
  stamp(index: i32): i32 {
    return i32At(this.cells, index + this.ways);
  }
  /** Address of a stamp. */
  @inline
  stampAt(index: i32): usize {
    return this.cells + (<usize>(index + this.ways) << 2);
  }

  /** Where a line may go: the first empty way of its set, or the one whose line must leave. */
  room(line: i32): i32 {
    const ways = this.ways;
    const set = line & this.mask;
    const first = set * this.stride;
    if (u8At(this.filled, set) < ways) {
      let i = first;
      while (this.line(i) != -1) i++;
      return i;
    }
    if (this.policy == Policy.Lru) return oldest(this.cells, first + ways, ways, load<i32>(this.clock)) - ways;
    if (this.policy == Policy.Plru) return treeVictim(this.cells, first + ways, ways, load<i32>(this.clock)) - ways;
    const random = nextRandom(load<i32>(this.random));
    store<i32>(this.random, random);
    return first + <i32>((<u32>random >> 8) % <u32>ways);
  }

  /** Puts a line where `room` said; its stamp is now. */
  put(index: i32, line: i32, state: i32): void {
    if (this.line(index) == -1) this.fills(line, 1);
    setI32(this.cells, index, line);
    this.setState(index, state);
    this.touch(index);
  }
  drop(index: i32): void {
    this.fills(this.line(index), -1);
    setI32(this.cells, index, -1);
    this.setState(index, 0);
  }
  @inline
  private fills(line: i32, by: i32): void {
    const set = line & this.mask;
    setU8(this.filled, set, u8At(this.filled, set) + by);
  }

  @inline
  isEmpty(index: i32): bool {
    return this.line(index) == -1;
  }
  @inline
  age(index: i32): i32 {
    return load<i32>(this.clock) - this.stamp(index);
  }
}

/** `clock` 0: a clock of its own. `seed`, `index`: of its random generator. */
export function newSetArray(sets: i32, ways: i32, policy: i32, clock: usize, step: i32, seed: i32, index: i32): SetArray {
  const a = changetype<SetArray>(scratch(offsetof<SetArray>()));
  a.sets = sets;
  a.ways = ways;
  a.stride = 2 * ways;
  a.mask = sets - 1;
  a.policy = policy;
  a.cells = i32s(sets * a.stride);
  for (let set = 0; set < sets; set++) memory.fill(a.cells + (<usize>(set * a.stride) << 2), 0xff, <usize>ways << 2);
  a.states = u8s(sets * a.stride);
  a.random = i32s(1);
  store<i32>(a.random, firstRandom(seed, index));
  a.filled = u8s(sets);
  a.clock = clock != 0 ? clock : i32s(1);
  a.step = step;
  return a;
}
