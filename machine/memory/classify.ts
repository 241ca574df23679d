/**
 * Why an L1 missed (Hill and Smith's three C's, and coherence): the core never had the line (cold); another core's write has taken it
 * since (coherence); a fully associative cache of the same size would have lost it too (capacity) or would still have it (conflict).
 *
 * The fully associative cache need not be kept. It would have the lines used last, as many as L1 has ways in all: those that L1 has, of which
 * stamps tell when they were used, and those that it has evicted since (ghosts), whose stamps are remembered. So it would still have a line if more
 * lines in L1 are older than it than ghosts are younger. As many ghosts are remembered as L1 has ways; of large caches a
 * part of the sets and of the ghosts stands for all.
 */
import { Miss } from './counters.js';
import type { SetArray } from './setArray.js';

const chunkShift = 14;
const chunkWords = 1 << (chunkShift - 4);

/** Two bits a line: 1 the core had it, 2 a write of another core took it. */
export class History {
  private chunks: (Int32Array | undefined)[] = [];

  /** What is known of the line, 0 nothing; from now on the core has had it. */
  see(line: number): number {
    const chunk = this.chunks[line >>> chunkShift] ?? this.grow(line >>> chunkShift);
    const at = (line >>> 4) & (chunkWords - 1);
    const shift = (line & 15) << 1;
    const word = chunk[at]!;
    chunk[at] = (word & ~(3 << shift)) | (1 << shift);
    return (word >>> shift) & 3;
  }
  /** Another core writes a line that this one has. */
  steal(line: number): void {
    const chunk = this.chunks[line >>> chunkShift] ?? this.grow(line >>> chunkShift);
    const shift = (line & 15) << 1;
    const at = (line >>> 4) & (chunkWords - 1);
    chunk[at] = (chunk[at]! & ~(3 << shift)) | (2 << shift);
  }

  private grow(index: number): Int32Array {
    while (this.chunks.length <= index) this.chunks.push(undefined);
    return (this.chunks[index] = new Int32Array(chunkWords));
  }

  /** Chunks in use, one after another, each behind its number. */
  save(): Int32Array {
    const used = [...this.chunks.keys()].filter((i) => this.chunks[i] !== undefined);
    const all = new Int32Array(used.length * (1 + chunkWords));
    used.forEach((index, i) => {
      all[i * (1 + chunkWords)] = index;
      all.set(this.chunks[index]!, i * (1 + chunkWords) + 1);
    });
    return all;
  }
  load(all: Int32Array): void {
    this.chunks = [];
    for (let at = 0; at < all.length; at += 1 + chunkWords) this.grow(all[at]!).set(all.subarray(at + 1, at + 1 + chunkWords));
  }
}

/** Cells of a ghost: line (-1: none, or it has come back), stamp when it left, the next ghost of its chain. */
const enum Ghost { Line, Stamp, Chained }
const ghostCells = 4;
/** Lines of either kind that are looked at. */
const sample = 64;

export class Classifier {
  readonly history = new History();
  /** A ring by offset, from `ghostCells` on: offset 0 ends chains, which begin in `heads` by hash of the line. */
  private readonly ghosts: Int32Array;
  private readonly heads: Int32Array;
  /** [0]: where the next ghost goes. */
  private readonly place = Int32Array.of(ghostCells);
  private readonly shift: number;
  /** Distances between sets and between ghosts that are looked at. */
  private readonly setStep: number;
  private readonly ghostStep: number;

  constructor(private readonly l1: SetArray) {
    const size = l1.sets * l1.ways;
    const bits = Math.ceil(Math.log2(2 * size));
    this.shift = 32 - bits;
    this.ghosts = new Int32Array(ghostCells * (size + 1)).fill(-1);
    this.heads = new Int32Array(1 << bits);
    this.setStep = Math.max(1, Math.floor(size / sample));
    // of a cache with few sets all are looked at, and then all ghosts too
    if (this.setStep >= l1.sets) this.setStep = 1;
    this.ghostStep = ghostCells * this.setStep;
  }

  get parts(): readonly Int32Array[] {
    return [this.ghosts, this.heads, this.place];
  }

  /** L1 misses a line and has not made room for it yet: why. */
  miss(line: number): Miss {
    const before = this.history.see(line);
    const ghost = this.find(line);
    let inFull = false;
    if (ghost !== 0) {
      inFull = before === 1 && this.fullWouldHave(this.ghosts[ghost + Ghost.Stamp]!);
      this.unchain(ghost);
      this.ghosts[ghost + Ghost.Line] = -1;
    }
    if (before === 0) return Miss.Cold;
    if (before === 2) return Miss.Coherence;
    return inFull ? Miss.Conflict : Miss.Capacity;
  }

  /** L1 has evicted a line whose stamp was this. */
  evicted(line: number, stamp: number): void {
    const { ghosts, heads } = this;
    const at = this.place[0]!;
    this.place[0] = at + ghostCells === ghosts.length ? ghostCells : at + ghostCells;
    if (ghosts[at + Ghost.Line] !== -1) this.unchain(at);
    const chain = this.hash(line);
    ghosts[at + Ghost.Line] = line;
    ghosts[at + Ghost.Stamp] = stamp;
    ghosts[at + Ghost.Chained] = heads[chain]!;
    heads[chain] = at;
  }

  /** Whether more lines in L1 (or empty ways) are older than `stamp` than ghosts are younger. */
  private fullWouldHave(stamp: number): boolean {
    const { ghosts, ghostStep, setStep } = this;
    const { cells, ways, stride } = this.l1;
    // of either kind sign bits are counted, because branches could not be predicted: of a stamp's distance, and of a line that is none
    let younger = 0;
    for (let at = ghostCells, end = ghosts.length; at < end; at += ghostStep) younger += ((stamp - ghosts[at + Ghost.Stamp]!) & ~ghosts[at + Ghost.Line]!) >>> 31;
    for (let first = 0, step = setStep * stride; first < cells.length; first += step) {
      for (let at = first, end = first + ways; at < end; at++) younger -= ((cells[at + ways]! - stamp) | cells[at]!) >>> 31;
      if (younger < 0) return true;
    }
    return false;
  }

  private hash(line: number): number {
    return Math.imul(line, 0x9e3779b1) >>> this.shift;
  }
  private find(line: number): number {
    const { ghosts } = this;
    let at = this.heads[this.hash(line)]!;
    while (at !== 0 && ghosts[at + Ghost.Line] !== line) at = ghosts[at + Ghost.Chained]!;
    return at;
  }
  private unchain(ghost: number): void {
    const { ghosts, heads } = this;
    const after = ghosts[ghost + Ghost.Chained]!;
    const chain = this.hash(ghosts[ghost + Ghost.Line]!);
    let at = heads[chain]!;
    if (at === ghost) {
      heads[chain] = after;
      return;
    }
    while (ghosts[at + Ghost.Chained] !== ghost) at = ghosts[at + Ghost.Chained]!;
    ghosts[at + Ghost.Chained] = after;
  }
}
