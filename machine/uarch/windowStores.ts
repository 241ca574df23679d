/**
 * The store buffer of `window` mode: the last stores, for loads that take their data. A place is (root, offset, bytes) as in
 * values.ts; addresses of a machine have root 0.
 */
import type { WindowState } from './windowState.js';

/** Stores are counted by the 64-byte line they touch, so that most loads need no search. */
const lineBytes = 64;
const lineCounts = 256;

export class WindowStores {
  private readonly roots: Float64Array;
  private readonly offsets: Float64Array;
  private readonly bytes: Float64Array;
  private readonly ready: Float64Array;
  private readonly retired: Float64Array;
  private readonly committed: Float64Array;
  private readonly vector: Uint8Array;
  private readonly lines: Int32Array;
  /** Stores so far. */
  private readonly total: Float64Array;

  constructor(state: WindowState, private readonly size: number) {
    this.roots = state.f64(size);
    this.offsets = state.f64(size);
    this.bytes = state.f64(size);
    this.ready = state.f64(size);
    this.retired = state.f64(size);
    this.committed = state.f64(size);
    this.vector = state.u8(size);
    this.lines = state.i32(lineCounts);
    this.total = state.f64(1);
  }

  get count(): number {
    return this.total[0]!;
  }

  /** A store's data is there at `ready`; it has retired at `retired` and writes the cache at `committed`. */
  add(root: number, offset: number, bytes: number, ready: number, retired: number, committed: number, vector: boolean): void {
    const total = this.total[0]!;
    const i = total % this.size;
    if (total >= this.size) this.countLines(this.offsets[i]!, this.bytes[i]!, -1);
    this.roots[i] = root;
    this.offsets[i] = offset;
    this.bytes[i] = bytes;
    this.ready[i] = ready;
    this.retired[i] = retired;
    this.committed[i] = committed;
    this.vector[i] = vector ? 1 : 0;
    this.countLines(offset, bytes, 1);
    this.total[0] = total + 1;
  }

  private countLines(offset: number, bytes: number, by: number): void {
    const last = Math.floor((offset + bytes - 1) / lineBytes);
    for (let line = Math.floor(offset / lineBytes); line <= last; line++) this.lines[line & (lineCounts - 1)]! += by;
  }

  /** Number of the youngest store that overlaps, counted from the first of all; -1 none. */
  find(root: number, offset: number, bytes: number): number {
    const last = Math.floor((offset + bytes - 1) / lineBytes);
    let some = 0;
    for (let line = Math.floor(offset / lineBytes); line <= last; line++) some |= this.lines[line & (lineCounts - 1)]!;
    if (some === 0) return -1;
    const { roots, offsets } = this;
    const total = this.total[0]!;
    const oldest = Math.max(0, total - this.size);
    let i = total % this.size;
    for (let n = total - 1; n >= oldest; n--) {
      i = i === 0 ? this.size - 1 : i - 1;
      const at = offsets[i]!;
      if (roots[i] === root && at + this.bytes[i]! > offset && offset + bytes > at) return n;
    }
    return -1;
  }

  covers(n: number, offset: number, bytes: number): boolean {
    const i = n % this.size;
    return this.offsets[i]! <= offset && offset + bytes <= this.offsets[i]! + this.bytes[i]!;
  }
  equals(n: number, offset: number, bytes: number): boolean {
    const i = n % this.size;
    return this.offsets[i] === offset && this.bytes[i] === bytes;
  }
  readyOf(n: number): number {
    return this.ready[n % this.size]!;
  }
  retiredOf(n: number): number {
    return this.retired[n % this.size]!;
  }
  committedOf(n: number): number {
    return this.committed[n % this.size]!;
  }
  isVector(n: number): boolean {
    return this.vector[n % this.size] === 1;
  }
}
