/** Linear memory for models that keep cells in it: its bytes are given away in order. */
import type { LinearMemory } from '../../machine/memory/model.js';

const pageBytes = 65536;

export class Linear implements LinearMemory {
  readonly memory: WebAssembly.Memory;
  private used = 64; // 0 stays unused, so that no cell is at offset 0

  constructor(private readonly bytes: number) {
    const pages = Math.ceil(bytes / pageBytes);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  }

  reserve(bytes: number, align = 64): number {
    const at = Math.ceil(this.used / align) * align;
    if (at + bytes > this.bytes) throw new Error(`linear memory of ${this.bytes} bytes is full`);
    this.used = at + bytes;
    return at;
  }
}
