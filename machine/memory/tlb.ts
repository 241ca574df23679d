/**
 * One core's translations: first-level TLBs for data and instructions, a second level for both, and what walks of page tables cost.
 *
 * A `page` is a number its user makes of address space and virtual page, below 2^52, with the low bits of the virtual page lowest: they
 * choose the set, and page / 512 is the region that an entry of the level above covers. For huge pages (2 MiB) it is the number of
 * the huge page likewise, and below 0. The second level keeps what the first evicts and need not have what the first has.
 *
 * Stamps of the first level lie in linear memory, where generated code renews them. All replacement is LRU by stamps. Left out: the page table's own lines in the caches (a step has one price), and a second walker.
 */
import { cycle } from '../uarch/uarch.js';
import { Count } from './counters.js';
import type { MemoryDescription, TlbDescription, TlbSize } from './description.js';
import { displace } from './displace.js';
import { oldest } from './replacement.js';
import { ownCells, type Cells, type CellSource, type CellSources } from './setArray.js';

/** Translations of one size or both: a page's key is twice its number, plus 1 for a huge one. */
export class PageArray {
  /** -1: empty. */
  readonly keys: Float64Array;
  readonly ways: number;
  readonly stride: number;
  readonly sets: number;
  private readonly stamps: Cells;

  constructor({ entries, ways }: TlbSize, source: CellSource) {
    this.ways = ways;
    this.stride = ways;
    this.sets = entries / ways;
    this.keys = new Float64Array(entries).fill(-1);
    this.stamps = source(entries);
  }

  get parts(): readonly (Int32Array | Float64Array)[] {
    return [this.keys, this.stamps.i32, ...(this.stamps.at === 0 ? [this.stamps.clock] : [])];
  }

  private first(page: number): number {
    return (page & (this.sets - 1)) * this.ways;
  }
  /** Index, or -1. */
  find(key: number, page: number): number {
    const { keys } = this;
    const first = this.first(page);
    for (let i = first, end = first + this.ways; i < end; i++) if (keys[i] === key) return i;
    return -1;
  }
  /** The first empty way of the page's set, or the one used longest ago. */
  room(page: number): number {
    const { keys } = this;
    const first = this.first(page);
    for (let i = first, end = first + this.ways; i < end; i++) if (keys[i] === -1) return i;
    return oldest(this.stamps.i32, first, this.ways, this.stamps.clock[0]!);
  }
  touch(index: number): void {
    const { i32, clock, step } = this.stamps;
    i32[index] = clock[0] = clock[0]! + step;
  }
  put(index: number, key: number): void {
    this.keys[index] = key;
    this.touch(index);
  }
  stampAt(index: number): number {
    return this.stamps.at + 4 * index;
  }
  isEmpty(index: number): boolean {
    return this.keys[index] === -1;
  }
  age(index: number): number {
    return (this.stamps.clock[0]! - this.stamps.i32[index]!) | 0;
  }
}

interface Level1 {
  readonly small: PageArray;
  readonly huge: PageArray;
}

const pair = (t: TlbDescription, source: CellSource): Level1 => {
  const small = new PageArray(t.small, source);
  return { small, huge: t.huge.entries === 0 ? small : new PageArray(t.huge, source) };
};
const arrays = ({ small, huge }: Level1): PageArray[] => (small === huge ? [small] : [small, huge]);

export class Tlb {
  /** Byte offset of the stamp of the last page translated. */
  lastStamp = 0;
  /** Where the data TLB had the last page, which is often the next one: for a quick look. */
  private lastData = 0;
  private readonly data: Level1;
  private readonly code: Level1;
  private readonly second: Level1;
  private readonly upper: PageArray;
  private readonly secondTicks: number;
  private readonly stepTicks: number;
  private readonly levels: number;

  constructor(
    d: MemoryDescription,
    sources: CellSources,
    private readonly counters: Float64Array,
    /** A page has left the data TLB, or the instruction TLB, where its stamp lay at `stamp`. */
    private readonly lost: (page: number, huge: boolean, instruction: boolean, stamp: number) => void,
  ) {
    this.data = pair(d.dtlb, sources.data);
    this.code = pair(d.itlb, sources.code);
    this.second = pair(d.stlb, ownCells);
    this.upper = new PageArray(d.walk.upper, ownCells);
    this.secondTicks = d.stlb.cycles * cycle;
    this.stepTicks = d.walk.stepCycles * cycle;
    this.levels = d.walk.levels;
  }

  get parts(): readonly (Int32Array | Float64Array)[] {
    return [...arrays(this.data), ...arrays(this.code), ...arrays(this.second), this.upper].flatMap((a) => a.parts);
  }

  /** Ticks beyond a hit of the first level. */
  translate(page: number, huge: boolean, instruction: boolean): number {
    const level = instruction ? this.code : this.data;
    const first = huge ? level.huge : level.small;
    const key = 2 * page + (huge ? 1 : 0);
    let at = instruction || first.keys[this.lastData] !== key ? first.find(key, page) : this.lastData;
    let ticks = 0;
    if (at >= 0) first.touch(at);
    else {
      this.counters[instruction ? Count.itlbMisses : Count.dtlbMisses]!++;
      ticks = this.beyond(key, page, huge);
      at = first.room(page);
      this.leave(first, at, instruction);
      first.put(at, key);
    }
    if (!instruction) this.lastData = at;
    this.lastStamp = first.stampAt(at);
    return ticks;
  }

  private beyond(key: number, page: number, huge: boolean): number {
    const second = huge ? this.second.huge : this.second.small;
    const at = second.find(key, page);
    if (at >= 0) {
      second.touch(at);
      return this.secondTicks;
    }
    const steps = this.walk(page, huge);
    this.counters[Count.stlbMisses]!++;
    this.counters[Count.walkSteps]! += steps;
    this.counters[Count.walkTicks]! += steps * this.stepTicks;
    second.put(second.room(page), key);
    return this.secondTicks + steps * this.stepTicks;
  }

  /** Steps of a walk. The levels above the last are remembered. */
  private walk(page: number, huge: boolean): number {
    const region = Math.floor(page / 512);
    const key = 2 * region + (huge ? 1 : 0);
    const at = this.upper.find(key, region);
    if (at >= 0) {
      this.upper.touch(at);
      return 1;
    }
    this.upper.put(this.upper.room(region), key);
    return huge ? this.levels - 1 : this.levels;
  }

  private leave(array: PageArray, at: number, instruction: boolean): void {
    const key = array.keys[at]!;
    if (key === -1) return;
    array.keys[at] = -1;
    const page = Math.floor(key / 2);
    this.lost(page, key !== 2 * page, instruction, array.stampAt(at));
  }
  /** Byte offset of the first stamp of small pages in the data TLB, and how many there are. */
  get dataStamps(): { readonly at: number; readonly entries: number } {
    return { at: this.data.small.stampAt(0), entries: this.data.small.keys.length };
  }

  /** Whether the data TLB has the page. */
  has(page: number, huge: boolean): boolean {
    return (huge ? this.data.huge : this.data.small).find(2 * page + (huge ? 1 : 0), page) >= 0;
  }

  /** Which levels have a page's translation, and whether walks to it have their upper levels. Nothing is touched. */
  peek(page: number, huge: boolean): { readonly data: boolean; readonly code: boolean; readonly second: boolean; readonly upper: boolean } {
    const key = 2 * page + (huge ? 1 : 0);
    const region = Math.floor(page / 512);
    const has = (level: Level1): boolean => (huge ? level.huge : level.small).find(key, page) >= 0;
    return { data: has(this.data), code: has(this.code), second: has(this.second), upper: this.upper.find(2 * region + (huge ? 1 : 0), region) >= 0 };
  }

  /** Forgets one page everywhere, and the upper levels of walks to it. */
  shootdown(page: number, huge: boolean): void {
    const key = 2 * page + (huge ? 1 : 0);
    for (const level of [this.data, this.code]) {
      const array = huge ? level.huge : level.small;
      const at = array.find(key, page);
      if (at >= 0) this.leave(array, at, level === this.code);
    }
    const second = huge ? this.second.huge : this.second.small;
    const at = second.find(key, page);
    if (at >= 0) second.keys[at] = -1;
    const region = Math.floor(page / 512);
    const up = this.upper.find(2 * region + (huge ? 1 : 0), region);
    if (up >= 0) this.upper.keys[up] = -1;
  }

  /** Forgets the pages for which `which` holds, and the upper levels of all walks. */
  flush(which: (page: number, huge: boolean) => boolean): void {
    const each = (array: PageArray, forget: (at: number) => void): void =>
      array.keys.forEach((key, at) => {
        if (key !== -1 && which(Math.floor(key / 2), key % 2 !== 0)) forget(at);
      });
    for (const array of arrays(this.data)) each(array, (at) => this.leave(array, at, false));
    for (const array of arrays(this.code)) each(array, (at) => this.leave(array, at, true));
    for (const array of arrays(this.second)) each(array, (at) => (array.keys[at] = -1));
    this.upper.keys.fill(-1);
  }

  /** Takes out the small pages that `count` others would push out of either first level. */
  displace(count: number): void {
    displace(this.data.small, count, (at) => this.leave(this.data.small, at, false));
    displace(this.code.small, count, (at) => this.leave(this.code.small, at, true));
  }
}
