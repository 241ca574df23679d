/** Address ranges that may nest, looked up by address: functions, units, line sequences. */
import { firstBeyond } from './search.js';

/** Addresses from `low` up to but not including `high`. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export const inRange = (r: Range, address: number): boolean => address >= r.low && address < r.high;

export class Intervals<T extends Range> {
  private readonly sorted: readonly T[];
  /** Of each item the largest end of it and those before it: where a search backwards may stop. */
  private readonly reach: Float64Array;

  /** Empty and reversed ranges are left out. Equal ranges stay in the order given. */
  constructor(items: readonly T[]) {
    this.sorted = items.filter((r) => r.high > r.low).sort((a, b) => a.low - b.low);
    this.reach = new Float64Array(this.sorted.length);
    let reach = 0;
    for (let i = 0; i < this.sorted.length; i++) this.reach[i] = reach = Math.max(reach, this.sorted[i]!.high);
  }

  get all(): readonly T[] {
    return this.sorted;
  }

  /** The smallest range that holds `address`, among equal ones the first. */
  at(address: number): T | undefined {
    let best: T | undefined;
    for (let i = this.before(address) - 1; i >= 0 && this.reach[i]! > address; i--) {
      const r = this.sorted[i]!;
      if (r.high > address && (best === undefined || r.high - r.low <= best.high - best.low)) best = r;
    }
    return best;
  }

  /** How many begin at or before `address`. */
  private before(address: number): number {
    return firstBeyond(0, this.sorted.length, (i) => this.sorted[i]!.low > address);
  }
}
