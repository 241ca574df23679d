/** Pointer chases driven through the models alone. */
import type { MemoryDescription } from '../../machine/memory/description.js';
import { Random } from './random.js';
import { Rig } from './hierarchy.js';

/**
 * Load-to-use cycles of a load, mean over one round of a chase through all lines of a footprint in random order, after another round. Each
 * load waits for the last one.
 */
export function chase(d: MemoryDescription, footprint: number): number {
  const m = new Rig(d, 1);
  const count = footprint / d.lineBytes;
  const lines = Int32Array.from({ length: count }, (_, i) => i);
  const random = new Random(footprint);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [lines[i], lines[j]] = [lines[j]!, lines[i]!];
  }
  let sum = 0;
  for (let round = 0; round < 2; round++) {
    for (const line of lines) {
      const cycles = d.l1d.cycles + m.load(0, line);
      m.now += d.l1d.cycles;
      sum += round * cycles;
    }
    m.told.length = 0;
  }
  return sum / count;
}

/** Footprints by powers of two, inclusive. */
export const footprints = (from: number, to: number): number[] => Array.from({ length: Math.log2(to / from) + 1 }, (_, i) => from * 2 ** i);
