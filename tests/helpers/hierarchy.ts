/** A memory hierarchy for tests: requests in cycles, what hooks told, and looks inside. */
import { cycle } from '../../machine/uarch/uarch.js';
import { memoryOf, type MemoryDescription } from '../../machine/memory/description.js';
import { Hierarchy } from '../../machine/memory/hierarchy.js';
import { LineState, stateNames } from '../../machine/memory/counters.js';
import { Linear } from './linear.js';

export const unit = memoryOf('unit')!;

/** `unit` with some keys replaced. */
export const like = (changes: Partial<MemoryDescription>): MemoryDescription => ({ ...unit, ...changes });

const levels = ['L1', 'L2', 'L3', 'clean', 'dirty', 'DRAM', 'upgrade'];
const classes = ['hit', 'cold', 'capacity', 'conflict', 'coherence'];

export class Rig {
  readonly h: Hierarchy;
  /** What hooks said since it was last emptied: `lost core line`, `kept core line`, `page core page`. */
  readonly told: string[] = [];
  /** Cycles: the time of the next request. */
  now = 0;

  constructor(d: MemoryDescription = unit, readonly cores = 2, seed = 1) {
    this.h = new Hierarchy(d, cores, new Linear(1 << 24), {
      lineLost: (core, line, kept) => this.told.push(`${kept ? 'kept' : 'lost'} ${core} ${line}`),
      pageLost: (core, page, huge) => this.told.push(`page ${core} ${page}${huge ? ' huge' : ''}`),
      codeLineLost: (core, line) => this.told.push(`code ${core} ${line}`),
      codePageLost: (core, page, huge) => this.told.push(`code page ${core} ${page}${huge ? ' huge' : ''}`),
    }, seed);
  }

  /** A load, as soon as it is answered; time goes on to when the data are there. Returns cycles beyond L1. */
  load(core: number, line: number): number {
    return this.data(core, line, false);
  }
  store(core: number, line: number): number {
    return this.data(core, line, true);
  }
  private data(core: number, line: number, write: boolean): number {
    this.h.touch(core);
    return this.after(this.h.data(core, line, write, this.now * cycle));
  }
  fetch(core: number, line: number): number {
    return this.after(this.h.fetch(core, line, this.now * cycle));
  }
  translate(core: number, page: number, { huge = false, instruction = false } = {}): number {
    this.h.touch(core);
    return this.after(this.h.translate(core, page, huge, instruction));
  }
  private after(ticks: number): number {
    if (ticks > 0) this.now += ticks / cycle;
    return ticks / cycle;
  }

  get level(): string {
    return levels[this.h.lastLevel]!;
  }
  get kind(): string {
    return classes[this.h.lastClass]!;
  }
  /** States of a line core by core: `M` in L1D or L2, lower case for a copy in L1I only. */
  states(line: number): string {
    return this.h.caches.map((c) => {
      const state = c.stateOf(line);
      return state === LineState.I && c.l1i.find(line) >= 0 ? 'c' : stateNames[state]!;
    }).join('');
  }
}
