/**
 * Port pressure: the least time in which micro-ops can be executed, were they spread over their ports perfectly. For every set
 * of ports, the micro-ops that must run inside it need at least their number divided by its size; sets worth looking at are
 * unions of the micro-ops' own. Uops.info and "Facile" (IISWC 2023), 4.8.
 */
import { cycle, type Ports, type Price, type Uarch } from './uarch.js';
import { Role, type MicroOp, type Work } from './work.js';

export class Pressure {
  private readonly counts: number[];
  /** The bound so far, in ticks, and the set that makes it. */
  bound = 0;
  worst = 0;

  /** `sets`: what PortSets found for the masks that will be added. */
  constructor(private readonly sets: readonly PortSet[]) {
    this.counts = sets.map(() => 0);
  }
  static of(masks: readonly number[]): Pressure {
    return new Pressure(new PortSets([]).with(masks).sets);
  }

  /** A micro-op that may use `mask`; of a core whose units block their ports, with the cycles that it keeps one. */
  add(mask: number, cycles = 1): void {
    for (let i = 0; i < this.sets.length; i++) {
      const { set, size } = this.sets[i]!;
      if ((mask & ~set) !== 0) continue;
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
  for (const u of uops) pressure.add(u.ports, heldCycles(ports, u, price));
  return ports.blocking ? 0 : price.occupancy;
}

/** Cycles that a micro-op keeps its port. */
export function heldCycles(ports: Ports, u: MicroOp, price: Price): number {
  return ports.blocking && u.role === Role.Compute && u.nth === 0 ? Math.max(1, Math.ceil(price.occupancy / cycle)) : 1;
}

export interface PortSet {
  readonly set: number;
  readonly size: number;
}

/** The sets of ports worth looking at for some masks. Adding masks leads to the same object every time. */
export class PortSets {
  readonly sets: readonly PortSet[];
  /** By `spelled` masks that are added. */
  private readonly next = new Map<string, PortSets>();
  constructor(private readonly masks: readonly number[]) {
    this.sets = unions(masks).map((set) => ({ set, size: bits(set) }));
  }

  with(masks: readonly number[], spelled = masks.join()): PortSets {
    let next = this.next.get(spelled);
    if (!next) {
      const fresh = [...new Set(masks)].filter((mask) => !this.masks.includes(mask));
      this.next.set(spelled, (next = fresh.length === 0 ? this : new PortSets([...this.masks, ...fresh])));
    }
    return next;
  }
}

/** More distinct unions than this add nothing in practice. */
const mostSets = 64;

/** Unions of sets that share a port: what two disjoint sets need together is never more than what one of them needs alone. */
function unions(masks: Iterable<number>): number[] {
  const sets = new Set<number>();
  const add = (set: number): void => {
    if (set === 0 || sets.has(set) || sets.size >= mostSets) return;
    const before = [...sets];
    sets.add(set);
    for (const other of before) if ((other & set) !== 0) add(other | set);
  };
  for (const mask of masks) add(mask);
  return [...sets];
}

export function bits(mask: number): number {
  let n = 0;
  for (; mask !== 0; mask &= mask - 1) n++;
  return n;
}
