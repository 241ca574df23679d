/** Linear memory for models that keep cells in it: an ArrayBuffer whose bytes are given away in order. */
import type { CellMemory } from '../../machine/memory/hierarchy.js';

export class Linear implements CellMemory {
  readonly i32: Int32Array;
  private used = 64; // 0 stays unused, so that no cell is at offset 0

  constructor(private readonly bytes: number) {
    this.i32 = new Int32Array(bytes >> 2);
  }

  reserve(bytes: number, align = 64): number {
    const at = Math.ceil(this.used / align) * align;
    if (at + bytes > this.bytes) throw new Error(`linear memory of ${this.bytes} bytes is full`);
    this.used = at + bytes;
    return at;
  }
}
