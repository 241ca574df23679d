/**
 * One set-associative array of lines: tags, a state and a stamp each. Which line goes when a set is full follows from the stamps
 * (replacement.ts). What a state means is its owner's business; 0 is that of an empty way.
 *
 * Units: `line` is a physical line number below 2^31. A set is a record of cells, first its tags, then its stamps: neighbours, because
 * looking for a line in a large array costs what the host's caches miss. An index is a tag's cell, its stamp is `ways` cells further.
 */
import type { CacheDescription } from './description.js';
import { firstRandom, nextRandom, oldest, Policy, policyOf, treeVictim } from './replacement.js';

/** Cells for an array, and the clock its stamps are taken from. */
export interface Cells {
  readonly i32: Int32Array;
  /** Byte offset of the cells in linear memory; 0 where nobody else uses them. */
  readonly at: number;
  /** One cell. */
  readonly clock: Int32Array;
  /** 1: a touch advances the clock; 0: whoever counts accesses does. */
  readonly step: 0 | 1;
}

/** Gives so many cells. */
export type CellSource = (count: number) => Cells;
/** Cells in linear memory for a first level, by clock. */
export interface CellSources {
  readonly data: CellSource;
  readonly code: CellSource;
}

/** Cells and a clock of an array's own. */
export const ownCells: CellSource = (count) => ({ i32: new Int32Array(count), at: 0, clock: new Int32Array(1), step: 1 });

export class SetArray {
  /** -1: empty. */
  readonly cells: Int32Array;
  /** By index. */
  readonly states: Uint8Array;
  readonly ways: number;
  readonly sets: number;
  /** Cells of a set. */
  readonly stride: number;
  private readonly mask: number;
  private readonly policy: Policy;
  private readonly clock: Int32Array;
  private readonly step: number;
  private readonly base: number;
  private readonly random: Int32Array;
  /** Lines in each set. */
  private readonly filled: Uint8Array;

  constructor({ bytes, ways, replacement }: CacheDescription, lineBytes: number, source: CellSource, seed: number, index: number) {
    this.ways = ways;
    this.sets = bytes / lineBytes / ways;
    this.stride = 2 * ways;
    this.mask = this.sets - 1;
    this.policy = policyOf[replacement];
    const { i32, at, clock, step } = source(this.sets * this.stride);
    for (let set = 0; set < this.sets; set++) i32.fill(-1, set * this.stride, set * this.stride + ways);
    this.cells = i32;
    this.clock = clock;
    this.step = step;
    this.base = at;
    this.states = new Uint8Array(this.sets * this.stride);
    this.random = Int32Array.of(firstRandom(seed, index));
    this.filled = new Uint8Array(this.sets);
  }

  /** Everything that save and load copy; a clock that several arrays use is its owner's. */
  get parts(): readonly (Int32Array | Uint8Array)[] {
    return [this.cells, this.states, this.random, this.filled, ...(this.base === 0 ? [this.clock] : [])];
  }

  /** Index of a line, or -1. */
  find(line: number): number {
    const { cells } = this;
    const first = (line & this.mask) * this.stride;
    for (let i = first, end = first + this.ways; i < end; i++) if (cells[i] === line) return i;
    return -1;
  }
  /** The line at an index, -1: none. */
  line(index: number): number {
    return this.cells[index]!;
  }

  touch(index: number): void {
    this.cells[index + this.ways] = this.clock[0] = this.clock[0]! + this.step;
  }
  stamp(index: number): number {
    return this.cells[index + this.ways]!;
  }
  /** Byte offset of a stamp's cell in linear memory. */
  stampAt(index: number): number {
    return this.base + 4 * (index + this.ways);
  }

  /** Where a line may go: the first empty way of its set, or the one whose line must leave. */
  room(line: number): number {
    const { cells, ways } = this;
    const set = line & this.mask;
    const first = set * this.stride;
    if (this.filled[set]! < ways) for (let i = first; ; i++) if (cells[i] === -1) return i;
    switch (this.policy) {
      case Policy.Lru:
        return oldest(cells, first + ways, ways, this.clock[0]!) - ways;
      case Policy.Plru:
        return treeVictim(cells, first + ways, ways, this.clock[0]!) - ways;
      case Policy.Random:
        return first + (((this.random[0] = nextRandom(this.random[0]!)) >>> 8) % ways);
    }
  }

  /** Puts a line where `room` said; its stamp is now. */
  put(index: number, line: number, state: number): void {
    if (this.cells[index] === -1) this.filled[line & this.mask]!++;
    this.cells[index] = line;
    this.states[index] = state;
    this.touch(index);
  }
  drop(index: number): void {
    this.filled[this.cells[index]! & this.mask]!--;
    this.cells[index] = -1;
    this.states[index] = 0;
  }

  isEmpty(index: number): boolean {
    return this.cells[index] === -1;
  }
  age(index: number): number {
    return (this.clock[0]! - this.stamp(index)) | 0;
  }
}
