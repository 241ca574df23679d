/**
 * One core's translations: first-level TLBs for data and instructions, a second level for both, and what walks of page tables cost.
 *
 * A `page` is a number its user makes of address space and virtual page, below 2^52, with the low bits of the virtual page lowest: they
 * choose the set, and page / 512 is the region that an entry of the level above covers. For huge pages (2 MiB) it is the number of
 * the huge page likewise, and below 0. The second level keeps what the first evicts and need not have what the first has.
 *
 * Stamps of the first level lie where generated code renews them. All replacement is LRU by stamps. Left out: the page table's own lines in the caches (a step has one price), and a second walker.
 */
import { Count } from '../numbers';
import { coreAt } from './core';
import { displace } from './displace';
import { toldPageLost } from './hooks';
import { pageLost } from './lookaside';
import { oldest } from './replacement';
import { f64At, f64s, i32At, i32s, scratch, setF64, setI32 } from './room';

/** Translations of one size or both: a page's key is twice its number, plus 1 for a huge one. */
@unmanaged
export class PageArray {
  /** -1: empty. */
  keys: usize;
  stamps: usize;
  clock: usize;
  step: i32;
  ways: i32;
  sets: i32;
  /** What the page table had for the page when somebody last asked, 0: not known. 0: nobody asks. Of small pages, and no part of the state. */
  entries: usize;

  @inline
  first(page: f64): i32 {
    return (<i32>(<i64>page) & (this.sets - 1)) * this.ways;
  }
  /** Index, or -1. */
  @inline
  find(key: f64, page: f64): i32 {
    const first = this.first(page);
    for (let i = first, end = first + this.ways; i < end; i++) if (f64At(this.keys, i) == key) return i;
    return -1;
  }
  /** The first empty way of the page's set, or the one used longest ago. */
  room(page: f64): i32 {
    const first = this.first(page);
    for (let i = first, end = first + this.ways; i < end; i++) if (f64At(this.keys, i) == -1) return i;
    return oldest(this.stamps, first, this.ways, load<i32>(this.clock));
  }
  @inline
  touch(index: i32): void {
    const now = load<i32>(this.clock) + this.step;
    store<i32>(this.clock, now);
    setI32(this.stamps, index, now);
  }
  put(index: i32, key: f64): void {
    setF64(this.keys, index, key);
    if (this.entries != 0) setI32(this.entries, index, 0);
    this.touch(index);
  }
  @inline
  forget(index: i32): void {
    setF64(this.keys, index, -1);
  }
  @inline
  stampAt(index: i32): usize {
    return this.stamps + (<usize>index << 2);
  }
  @inline
  isEmpty(index: i32): bool {
    return f64At(this.keys, index) == -1;
  }
  @inline
  age(index: i32): i32 {
    return load<i32>(this.clock) - i32At(this.stamps, index);
  }
  @inline get count(): i32 {
    return this.sets * this.ways;
  }
  /** Indexes of a set. */
  @inline get stride(): i32 {
    return this.ways;
  }
}

/** `clock` 0: a clock of its own. */
export function newPageArray(entries: i32, ways: i32, clock: usize, step: i32): PageArray {
  const a = changetype<PageArray>(scratch(offsetof<PageArray>()));
  a.ways = ways;
  a.sets = entries / ways;
  a.keys = f64s(entries);
  for (let i = 0; i < entries; i++) setF64(a.keys, i, -1);
  a.stamps = i32s(entries);
  a.clock = clock != 0 ? clock : i32s(1);
  a.step = step;
  return a;
}

@inline
function keyOf(page: f64, huge: bool): f64 {
  return 2 * page + (huge ? 1 : 0);
}
@inline
function regionOf(page: f64): f64 {
  return <f64>(<i64>page >> HUGE_SHIFT);
}

let secondTicks: f64 = 0;
let stepTicks: f64 = 0;
let levels: i32 = 0;

export function setWalk(second: f64, step: f64, levelCount: i32): void {
  secondTicks = second;
  stepTicks = step;
  levels = levelCount;
}

@unmanaged
export class Tlb {
  core: i32;
  /** Address of the stamp of the last page translated. */
  lastStamp: usize;
  /** Where the data TLB had the last page, which is often the next one: for a quick look. */
  lastData: i32;
  /** Addresses of page arrays: small and huge pages of data and of instructions, of the second level; regions. Those of small pages and of huge ones may be the same. */
  dataSmall: usize;
  dataHuge: usize;
  codeSmall: usize;
  codeHuge: usize;
  secondSmall: usize;
  secondHuge: usize;
  upperAt: usize;

  @inline
  private first(huge: bool, instruction: bool): PageArray {
    return changetype<PageArray>(instruction ? (huge ? this.codeHuge : this.codeSmall) : huge ? this.dataHuge : this.dataSmall);
  }
  @inline
  private second(huge: bool): PageArray {
    return changetype<PageArray>(huge ? this.secondHuge : this.secondSmall);
  }
  @inline
  private get upper(): PageArray {
    return changetype<PageArray>(this.upperAt);
  }

  /** Where the data TLB has a small page, or -1. Nothing is touched. */
  @inline
  dataIndex(page: f64): i32 {
    const first = changetype<PageArray>(this.dataSmall);
    const key = keyOf(page, false);
    const last = this.lastData;
    return last < first.count && f64At(first.keys, last) == key ? last : first.find(key, page);
  }

  /** Where the data TLB has a page, or -1. */
  dataPlace(page: f64, huge: bool): i32 {
    return huge ? this.first(true, false).find(keyOf(page, true), page) : this.dataIndex(page);
  }

  /** What the page table has for a small page that the data TLB has at `at` (-1: not), if that is known: else 0. Nothing is touched. */
  @inline
  known(page: f64, at: i32): i32 {
    if (at >= 0) return i32At(changetype<PageArray>(this.dataSmall).entries, at);
    const second = this.second(false);
    const in2 = second.find(keyOf(page, false), page);
    return in2 < 0 ? 0 : i32At(second.entries, in2);
  }
  /** The page table has `entry` for a small page that was translated last. */
  learn(page: f64, entry: i32): void {
    setI32(changetype<PageArray>(this.dataSmall).entries, this.lastData, entry);
    const second = this.second(false);
    const in2 = second.find(keyOf(page, false), page);
    if (in2 >= 0) setI32(second.entries, in2, entry);
  }
  /** From now on what the page table has may be learned. */
  keepEntries(): void {
    this.keepEntriesOf(changetype<PageArray>(this.dataSmall));
    this.keepEntriesOf(this.second(false));
  }
  private keepEntriesOf(array: PageArray): void {
    array.entries = scratch(4 * array.count);
  }
  /** Nothing is known of page tables. */
  forgetEntries(): void {
    const small = changetype<PageArray>(this.dataSmall);
    memory.fill(small.entries, 0, <usize>(4 * small.count));
    memory.fill(this.second(false).entries, 0, <usize>(4 * this.second(false).count));
  }

  /** Ticks beyond a hit of the first level. */
  translate(page: f64, huge: bool, instruction: bool): f64 {
    const first = this.first(huge, instruction);
    const at = instruction ? first.find(keyOf(page, huge), page) : this.dataPlace(page, huge);
    return this.translateAt(at, page, huge, instruction);
  }
  /** The same for whoever has looked where the first level has the page: `at`, -1 if it has it not. */
  @inline
  translateAt(at: i32, page: f64, huge: bool, instruction: bool): f64 {
    if (at < 0) return this.bring(page, huge, instruction);
    const first = this.first(huge, instruction);
    first.touch(at);
    if (!instruction) this.lastData = at;
    this.lastStamp = first.stampAt(at);
    return 0;
  }
  private bring(page: f64, huge: bool, instruction: bool): f64 {
    const first = this.first(huge, instruction);
    const key = keyOf(page, huge);
    coreAt(this.core).count(instruction ? Count.itlbMisses : Count.dtlbMisses);
    const ticks = this.beyond(key, page, huge);
    const at = first.room(page);
    this.leave(first, at, instruction);
    first.put(at, key);
    if (!instruction) this.lastData = at;
    this.lastStamp = first.stampAt(at);
    return ticks;
  }

  private beyond(key: f64, page: f64, huge: bool): f64 {
    const second = this.second(huge);
    const at = second.find(key, page);
    if (at >= 0) {
      second.touch(at);
      return secondTicks;
    }
    const steps = <f64>this.walk(page, huge);
    const core = coreAt(this.core);
    core.count(Count.stlbMisses);
    core.count(Count.walkSteps, steps);
    core.count(Count.walkTicks, steps * stepTicks);
    second.put(second.room(page), key);
    return secondTicks + steps * stepTicks;
  }

  /** Steps of a walk. The levels above the last are remembered. */
  private walk(page: f64, huge: bool): i32 {
    const region = regionOf(page);
    const key = keyOf(region, huge);
    const upper = this.upper;
    const at = upper.find(key, region);
    if (at >= 0) {
      upper.touch(at);
      return 1;
    }
    upper.put(upper.room(region), key);
    return huge ? levels - 1 : levels;
  }

  private leave(array: PageArray, at: i32, instruction: bool): void {
    const key = f64At(array.keys, at);
    if (key == -1) return;
    array.forget(at);
    const page = Math.floor(key / 2);
    const huge = key != 2 * page;
    if (!instruction) pageLost(coreAt(this.core), page, huge, array.stampAt(at));
    toldPageLost(this.core, page, huge, instruction, array.stampAt(at));
  }

  /** Bits: the data TLB has the page, the instruction TLB, the second level; walks to it have their upper levels. Nothing is touched. */
  peek(page: f64, huge: bool): i32 {
    const key = keyOf(page, huge);
    const region = regionOf(page);
    return (this.first(huge, false).find(key, page) < 0 ? 0 : 1) | (this.first(huge, true).find(key, page) < 0 ? 0 : 2)
      | (this.second(huge).find(key, page) < 0 ? 0 : 4) | (this.upper.find(keyOf(region, huge), region) < 0 ? 0 : 8);
  }

  /** Forgets one page everywhere, and the upper levels of walks to it. */
  shootdown(page: f64, huge: bool): void {
    const key = keyOf(page, huge);
    for (let i = 0; i < 2; i++) {
      const array = this.first(huge, i == 1);
      const at = array.find(key, page);
      if (at >= 0) this.leave(array, at, i == 1);
    }
    const second = this.second(huge);
    const at = second.find(key, page);
    if (at >= 0) second.forget(at);
    const region = regionOf(page);
    const up = this.upper.find(keyOf(region, huge), region);
    if (up >= 0) this.upper.forget(up);
  }

  /** Forgets small pages from `from` on and below `to`, huge ones from `hugeFrom` to `hugeTo` (numbers below 0), and the upper levels of all walks. */
  flush(from: f64, to: f64, hugeFrom: f64, hugeTo: f64): void {
    for (let level = 0; level < 3; level++) {
      const small = level == 2 ? this.second(false) : this.first(false, level == 1);
      const huge = level == 2 ? this.second(true) : this.first(true, level == 1);
      this.flushOne(small, level, from, to, hugeFrom, hugeTo);
      if (changetype<usize>(huge) != changetype<usize>(small)) this.flushOne(huge, level, from, to, hugeFrom, hugeTo);
    }
    const upper = this.upper;
    for (let i = 0; i < upper.count; i++) upper.forget(i);
  }
  private flushOne(array: PageArray, level: i32, from: f64, to: f64, hugeFrom: f64, hugeTo: f64): void {
    for (let at = 0; at < array.count; at++) {
      const key = f64At(array.keys, at);
      if (key == -1) continue;
      const page = Math.floor(key / 2);
      if (!(key == 2 * page ? page >= from && page < to : page >= hugeFrom && page <= hugeTo)) continue;
      if (level == 2) array.forget(at);
      else this.leave(array, at, level == 1);
    }
  }

  /** Takes out the small pages that `count` others would push out of either first level. */
  displace(count: i32): void {
    displace(this.first(false, false), this, count, false);
    displace(this.first(false, true), this, count, true);
  }
  displaced(at: i32, code: bool): void {
    this.leave(this.first(false, code), at, code);
  }
}
