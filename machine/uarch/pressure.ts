/**
 * Port pressure: the least time in which micro-ops can be executed, were they spread over their ports perfectly. For every set
 * of ports, the micro-ops that must run inside it need at least their number divided by its size; sets worth looking at are
 * unions of the micro-ops' own. Uops.info and "Facile" (IISWC 2023), 4.8.
 */
import { cycle, type Uarch } from './uarch.js';
import { Role, type Work } from './work.js';

export class Pressure {
  private readonly sets: number[];
  private readonly counts: Int32Array;
  /** The bound so far, in ticks, and the set that makes it. */
  bound = 0;
  worst = 0;

  /** `masks`: every port set that will be added. */
  constructor(masks: Iterable<number>) {
    this.sets = unions(masks);
    this.counts = new Int32Array(this.sets.length);
  }

  /** A micro-op that may use `mask`; of a core whose units block their ports, with the cycles that it keeps one. */
  add(mask: number, cycles = 1): void {
    for (let i = 0; i < this.sets.length; i++) {
      const set = this.sets[i]!;
      if ((mask & ~set) !== 0) continue;
      const size = bits(set);
      const t = Math.floor(((this.counts[i]! += cycles) * cycle + size - 1) / size);
      if (t > this.bound) {
        this.bound = t;
        this.worst = set;
      }
    }
  }
}

/** Adds the micro-ops of an instruction; returns the ticks for which it keeps a unit beside the ports. */
export function press(pressure: Pressure, { ports }: Uarch, { uops, price }: Work): number {
  const kept = Math.max(1, Math.ceil(price.occupancy / cycle));
  for (const u of uops) pressure.add(u.ports, ports.blocking && u.role === Role.Compute && u.nth === 0 ? kept : 1);
  return ports.blocking ? 0 : price.occupancy;
}

/** More distinct unions than this add nothing in practice. */
const mostSets = 64;

function unions(masks: Iterable<number>): number[] {
  const sets = new Set<number>();
  for (const mask of masks) {
    if (mask === 0) continue;
    for (const set of [...sets]) if (sets.size < mostSets) sets.add(set | mask);
    sets.add(mask);
  }
  return [...sets];
}

export function bits(mask: number): number {
  let n = 0;
  for (; mask !== 0; mask &= mask - 1) n++;
  return n;
}
