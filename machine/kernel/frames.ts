/**
 * Who uses a frame, and how often: reference counts, and the one zero page that all untouched anonymous
 * memory shares until it is written.
 *
 * Invariant: a frame's count is the number of page table entries and memory-object pages that hold it; the
 * zero page is not counted and never freed.
 */
import type { Ram } from '../memory/ram.js';

export class FrameTable {
  /** Always zero, mapped read-only wherever anonymous memory was read before it was written. */
  readonly zero: number;
  private readonly counts: Uint16Array;

  constructor(readonly ram: Ram) {
    this.counts = new Uint16Array(ram.endFrame);
    this.zero = ram.allocFrame();
    if (this.zero === 0) throw new Error('no frame for the zero page');
  }

  /** A zeroed frame with one user, or 0 when memory is exhausted. */
  alloc(): number {
    const frame = this.ram.allocFrame();
    if (frame !== 0) this.counts[frame] = 1;
    return frame;
  }

  retain(frame: number): void {
    if (frame === this.zero) return;
    if (this.counts[frame] === 0xffff) throw new Error(`frame ${frame} has too many users`);
    this.counts[frame]!++;
  }

  release(frame: number): void {
    if (frame === this.zero) return;
    if (this.counts[frame] === 0) throw new Error(`frame ${frame} released twice`);
    if (--this.counts[frame]! === 0) this.ram.freeFrame(frame);
  }

  /** True when a private mapping may write the frame in place. */
  exclusive(frame: number): boolean {
    return this.counts[frame] === 1; // the zero page has count 0
  }

  inUse(frame: number): boolean {
    return frame === this.zero || this.counts[frame] !== 0;
  }

  /** (frame, count) pairs, rising; the zero page is not among them. */
  save(): Uint32Array {
    const pairs: number[] = [];
    for (let frame = this.ram.firstFrame; frame < this.ram.usedEnd; frame++) {
      if (this.counts[frame] !== 0) pairs.push(frame, this.counts[frame]!);
    }
    return Uint32Array.from(pairs);
  }

  load(pairs: Uint32Array): void {
    this.counts.fill(0);
    for (let i = 0; i < pairs.length; i += 2) this.counts[pairs[i]!] = pairs[i + 1]!;
  }
}
