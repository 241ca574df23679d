/**
 * Port pressure: the least time in which micro-ops can be executed, were they spread over their ports perfectly. For every set
 * of ports, the micro-ops that must run inside it need at least their number divided by its size; sets worth looking at are
 * unions of the micro-ops' own. Uops.info and "Facile" (IISWC 2023), 4.8.
 */
import { cycle, type Ports, type Price } from './uarch.js';
import { Role, type MicroOp } from './work.js';

/** A set of ports, and which micro-ops run inside it, as numbers of their masks. */
interface PortSet {
  readonly set: number;
  readonly size: number;
  readonly inside: readonly number[];
}

/** A small integer has bits for so many; Skylake's prices name 13. */
const mostMasks = 31;

/** Cycles that micro-ops need, by the ports they may use. One is used for block after block: few combinations of masks occur. */
export class Pressure {
  private readonly masks: number[] = [];
  private readonly numbers = new Map<number, number>();
  private readonly cycles = new Int32Array(mostMasks);
  private readonly present = new Int8Array(mostMasks);
  private count = 0;
  /** Those present, as bits 1 << number; and what sets they lead to. */
  private key = 0;
  private readonly known = new Map<number, readonly PortSet[]>();
  /** The set that made the last bound. */
  worst = 0;

  /** A mask's number, for `add`. */
  numberOf(mask: number): number {
    let n = this.numbers.get(mask);
    if (n === undefined) {
      n = this.masks.length;
      if (n >= mostMasks) throw new Error('more sets of ports than a number has bits');
      this.numbers.set(mask, n);
      this.masks.push(mask);
    }
    return n;
  }

  clear(): void {
    for (let i = 0; i < this.count; i++) this.cycles[this.present[i]!] = 0;
    this.count = 0;
    this.key = 0;
  }
  /** Micro-ops by their numbers of masks, and the cycles for which each keeps one of its ports. */
  add(numbers: readonly number[], held: readonly number[]): void {
    const { cycles } = this;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      if (cycles[number] === 0) {
        this.present[this.count++] = number;
        this.key |= 1 << number;
      }
      cycles[number]! += held[i]!;
    }
  }

  /** Ticks for all that was added. */
  bound(): number {
    const sets = this.known.get(this.key) ?? this.learn();
    const { cycles } = this;
    let bound = 0;
    for (let s = 0; s < sets.length; s++) {
      const { set, size, inside } = sets[s]!;
      let sum = 0;
      for (let i = 0; i < inside.length; i++) sum += cycles[inside[i]!]!;
      const t = Math.floor((sum * cycle + size - 1) / size);
      if (t <= bound) continue;
      bound = t;
      this.worst = set;
    }
    return bound;
  }

  private learn(): readonly PortSet[] {
    // in an order of their own, so that what came first makes no difference
    const present = [...this.present.subarray(0, this.count)].sort((a, b) => this.masks[a]! - this.masks[b]!);
    const sets = unions(present.map((n) => this.masks[n]!)).map((set) => ({
      set, size: bits(set), inside: present.filter((n) => (this.masks[n]! & ~set) === 0),
    }));
    this.known.set(this.key, sets);
    return sets;
  }
}

/** Cycles that a micro-op keeps its port. */
export function heldCycles(ports: Ports, u: MicroOp, price: Price): number {
  return ports.blocking && u.role === Role.Compute && u.nth === 0 ? Math.max(1, Math.ceil(price.occupancy / cycle)) : 1;
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
