/**
 * Page table of one address space: vpn (address >> 12, at most 35 bits) to `frame * 256 + flags`, 0 where there
 * is nothing. A frame with flags 0 is a page that is kept but may not be touched (PROT_NONE after use).
 *
 * Two levels: a Map of chunks of 512 entries, with the last chunk remembered, since neighbours follow each other.
 */
import { hugePages as chunkPages, Pte } from '../memory/ram.js';

export interface PageTableState {
  readonly chunks: Map<number, Int32Array>;
}

export class PageTable {
  private readonly chunks = new Map<number, Int32Array>();
  private lastNumber = -1;
  private lastChunk: Int32Array = new Int32Array(0);
  /** Entries that hold a frame, the zero page among them. */
  used = 0;

  private chunk(vpn: number): Int32Array | undefined {
    const number = Math.floor(vpn / chunkPages);
    if (number === this.lastNumber) return this.lastChunk;
    const chunk = this.chunks.get(number);
    if (chunk !== undefined) {
      this.lastNumber = number;
      this.lastChunk = chunk;
    }
    return chunk;
  }

  get(vpn: number): number {
    const chunk = this.chunk(vpn);
    return chunk === undefined ? 0 : chunk[vpn - chunkPages * Math.floor(vpn / chunkPages)]!; // quicker than % beyond 2^31
  }

  /** `entry` 0 removes. */
  set(vpn: number, entry: number): void {
    let chunk = this.chunk(vpn);
    if (chunk === undefined) {
      if (entry === 0) return;
      chunk = new Int32Array(chunkPages);
      this.chunks.set(Math.floor(vpn / chunkPages), chunk);
    }
    const at = vpn % chunkPages;
    this.used += Number(entry !== 0) - Number(chunk[at] !== 0);
    chunk[at] = entry;
  }

  /** Whether none of the 512 entries from `first` on, a multiple of that, holds anything. */
  empty(first: number): boolean {
    const chunk = this.chunk(first);
    return chunk === undefined || chunk.every((entry) => entry === 0);
  }

  /** How many chunks are huge pages. */
  get huge(): number {
    let count = 0;
    for (const chunk of this.chunks.values()) if ((chunk[0]! & Pte.Huge) !== 0) count++;
    return count;
  }

  /** Calls `visit` for each entry in [from, to), rising. `visit` may change or remove that entry. */
  each(from: number, to: number, visit: (vpn: number, entry: number) => void): void {
    const first = Math.floor(from / chunkPages);
    const last = Math.floor((to - 1) / chunkPages);
    if (to <= from) return;
    // A reservation spans more chunks than exist: then walk those that do.
    const numbers = last - first + 1 <= this.chunks.size ? range(first, last) : [...this.chunks.keys()].filter((n) => n >= first && n <= last).sort((a, b) => a - b);
    for (const number of numbers) {
      const chunk = this.chunks.get(number);
      if (chunk === undefined) continue;
      const base = number * chunkPages;
      const end = Math.min(chunkPages, to - base);
      for (let i = Math.max(0, from - base); i < end; i++) {
        if (chunk[i] !== 0) visit(base + i, chunk[i]!);
      }
      if (chunk.every((entry) => entry === 0)) this.drop(number);
    }
  }

  private drop(number: number): void {
    this.chunks.delete(number);
    if (this.lastNumber === number) this.lastNumber = -1;
  }

  save(): PageTableState {
    return { chunks: new Map([...this.chunks].sort((a, b) => a[0] - b[0]).map(([n, c]) => [n, c.slice()])) };
  }

  load(state: PageTableState): void {
    this.chunks.clear();
    this.lastNumber = -1;
    this.used = 0;
    for (const [n, c] of state.chunks) {
      this.chunks.set(n, c.slice());
      this.used += c.reduce((sum, entry) => sum + Number(entry !== 0), 0);
    }
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
