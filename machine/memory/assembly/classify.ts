/**
 * Why an L1 missed (Hill and Smith's three C's, and coherence): the core never had the line (cold); another core's write has taken it
 * since (coherence); a fully associative cache of the same size would have lost it too (capacity) or would still have it (conflict).
 *
 * The fully associative cache need not be kept. It would have the lines used last, as many as L1 has ways in all: those that L1 has, of which
 * stamps tell when they were used, and those that it has evicted since (ghosts), whose stamps are remembered. So it would still have a line if more
 * lines in L1 are older than it than ghosts are younger. As many ghosts are remembered as L1 has ways; of large caches a
 * part of the sets and of the ghosts stands for all.
 */
import { Miss } from '../numbers';
import { bitsFor, i32At, i32s, scratch, setI32 } from './room';
import { SetArray } from './setArray';

/** Lines whose history is one area. */
const chunkShift: i32 = 14;
export const chunkBytes: i32 = 1 << (chunkShift - 2);
const firstChunks: i32 = 64;

/** Cells of a ghost: line (-1: none, or it has come back), stamp when it left, the next ghost of its chain. */
const ghostLine: i32 = 0;
const ghostStamp: i32 = 1;
const ghostChained: i32 = 2;
const ghostCells: i32 = 4;
/** Lines of either kind that are looked at. */
const sample: i32 = 64;

@unmanaged
export class Classifier {
  /** Of each line the core has had two bits: 1 it had it, 2 a write of another core took it. Addresses of areas, 0: nothing is known of these lines. */
  chunks: usize;
  chunkCount: i32;
  /** A ring by offset, from `ghostCells` on: offset 0 ends chains, which begin in `heads` by hash of the line. */
  ghosts: usize;
  ghostEnd: i32;
  heads: usize;
  /** Where the next ghost goes. */
  place: usize;
  shift: i32;
  /** Distances between sets and between ghosts that are looked at. */
  setStep: i32;
  ghostStep: i32;
  l1: usize;

  /** The area with the history of a line. */
  chunk(index: i32): usize {
    if (index >= this.chunkCount) this.grow(index);
    const at = load<usize>(this.chunks + (<usize>index << 2));
    if (at != 0) return at;
    const made = scratch(chunkBytes);
    store<usize>(this.chunks + (<usize>index << 2), made);
    return made;
  }
  private grow(index: i32): void {
    let count = max(firstChunks, this.chunkCount);
    while (count <= index) count *= 2;
    const chunks = scratch(4 * count);
    memory.copy(chunks, this.chunks, <usize>this.chunkCount << 2);
    this.chunks = chunks;
    this.chunkCount = count;
  }
  /** What is known of the line, 0 nothing; from now on the core has had it. */
  private see(line: i32): i32 {
    return this.note(line, 1);
  }
  /** Another core writes a line that this one has. */
  steal(line: i32): void {
    this.note(line, 2);
  }
  /** Address of the word with a line's bits. */
  @inline
  wordOf(line: i32): usize {
    return this.chunk(line >>> chunkShift) + (<usize>((line >>> 4) & ((1 << (chunkShift - 4)) - 1)) << 2);
  }
  @inline
  private note(line: i32, what: i32): i32 {
    const at = this.wordOf(line);
    const shift = (line & 15) << 1;
    const word = load<i32>(at);
    store<i32>(at, (word & ~(3 << shift)) | (what << shift));
    return (word >>> shift) & 3;
  }

  /** L1 misses a line and has not made room for it yet: why. */
  miss(line: i32): i32 {
    const before = this.see(line);
    const ghost = this.find(line);
    let inFull: bool = false;
    if (ghost != 0) {
      inFull = before == 1 && this.fullWouldHave(i32At(this.ghosts, ghost + ghostStamp));
      this.unchain(ghost);
      setI32(this.ghosts, ghost + ghostLine, -1);
    }
    if (before == 0) return Miss.Cold;
    if (before == 2) return Miss.Coherence;
    return inFull ? Miss.Conflict : Miss.Capacity;
  }

  /** L1 has evicted a line whose stamp was this. */
  evicted(line: i32, stamp: i32): void {
    const ghosts = this.ghosts;
    const at = load<i32>(this.place);
    store<i32>(this.place, at + ghostCells == this.ghostEnd ? ghostCells : at + ghostCells);
    if (i32At(ghosts, at + ghostLine) != -1) this.unchain(at);
    const chain = this.hash(line);
    setI32(ghosts, at + ghostLine, line);
    setI32(ghosts, at + ghostStamp, stamp);
    setI32(ghosts, at + ghostChained, i32At(this.heads, chain));
    setI32(this.heads, chain, at);
  }

  /** Whether more lines in L1 (or empty ways) are older than `stamp` than ghosts are younger. */
  private fullWouldHave(stamp: i32): bool {
    const l1 = changetype<SetArray>(this.l1);
    const ways = l1.ways;
    const cells = l1.cells;
    const ghosts = this.ghosts;
    // of either kind sign bits are counted, because branches could not be predicted: of a stamp's distance, and of a line that is none
    let younger = 0;
    for (let at = ghostCells, end = this.ghostEnd, step = this.ghostStep; at < end; at += step) {
      younger += ((stamp - i32At(ghosts, at + ghostStamp)) & ~i32At(ghosts, at + ghostLine)) >>> 31;
    }
    for (let first = 0, end = l1.sets * l1.stride, step = this.setStep * l1.stride; first < end; first += step) {
      for (let at = first, last = first + ways; at < last; at++) younger -= ((i32At(cells, at + ways) - stamp) | i32At(cells, at)) >>> 31;
      if (younger < 0) return true;
    }
    return false;
  }

  @inline
  private hash(line: i32): i32 {
    return (line * <i32>0x9e3779b1) >>> this.shift;
  }
  private find(line: i32): i32 {
    const ghosts = this.ghosts;
    let at = i32At(this.heads, this.hash(line));
    while (at != 0 && i32At(ghosts, at + ghostLine) != line) at = i32At(ghosts, at + ghostChained);
    return at;
  }
  private unchain(ghost: i32): void {
    const ghosts = this.ghosts;
    const after = i32At(ghosts, ghost + ghostChained);
    const chain = this.hash(i32At(ghosts, ghost + ghostLine));
    let at = i32At(this.heads, chain);
    if (at == ghost) {
      setI32(this.heads, chain, after);
      return;
    }
    while (i32At(ghosts, at + ghostChained) != ghost) at = i32At(ghosts, at + ghostChained);
    setI32(ghosts, at + ghostChained, after);
  }
}

export function newClassifier(l1: SetArray): Classifier {
  const c = changetype<Classifier>(scratch(offsetof<Classifier>()));
  const size = l1.sets * l1.ways;
  const bits = bitsFor(2 * size);
  c.l1 = changetype<usize>(l1);
  c.shift = 32 - bits;
  c.ghostEnd = ghostCells * (size + 1);
  c.ghosts = i32s(c.ghostEnd);
  memory.fill(c.ghosts, 0xff, <usize>c.ghostEnd << 2);
  c.heads = i32s(1 << bits);
  c.place = i32s(1);
  store<i32>(c.place, ghostCells);
  c.setStep = max(1, size / sample);
  // of a cache with few sets all are looked at, and then all ghosts too
  if (c.setStep >= l1.sets) c.setStep = 1;
  c.ghostStep = ghostCells * c.setStep;
  return c;
}
