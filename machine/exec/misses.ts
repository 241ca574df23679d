/**
 * What misses do to cores' time, as far as it is not the model's own (memory/assembly/misses.ts says how): the core's figures, and the state.
 */
import type { Hierarchy } from '../memory/hierarchy.js';
import type { Ram } from '../memory/ram.js';

export interface MissFigures {
  /** How far results may lie behind issue. */
  readonly windowTicks: number;
  /** Instructions in the reorder buffer, and ticks between two of them at full width. */
  readonly reorderBuffer: number;
  readonly issueTicks: number;
  /** Of a hit in the first level. */
  readonly loadTicks: number;
  readonly fillBuffers: number;
  readonly storeBuffer: number;
  /** Until a line that others share is a core's own. */
  readonly upgradeTicks: number;
  /** Loads seem to happen in program order (Intel SDM 3A, 9.2.2): the core starts again when another's write shows that they did not. */
  readonly ordered: boolean;
  /** From the moment at which it does to the first instruction. */
  readonly restartTicks: number;
  /** Ready times are there, and loads need not wait. */
  readonly interval: boolean;
}

export class Misses {
  /** Per core. */
  private readonly numbers: readonly Float64Array[];

  /** `contexts`: of the cores. */
  constructor(ram: Ram, private readonly hierarchy: Hierarchy, contexts: readonly number[], f: MissFigures) {
    const { model } = hierarchy;
    model.setFigures(f.windowTicks, f.reorderBuffer, f.issueTicks, f.loadTicks, f.fillBuffers, f.storeBuffer, f.upgradeTicks, f.ordered, f.restartTicks, f.interval);
    this.numbers = contexts.map((ctx, core) => new Float64Array(ram.memory.buffer, model.makeMisses(core, ctx), model.missNumbers()));
  }

  save(): Float64Array[] {
    return this.numbers.map((n) => n.slice());
  }
  load(saved: readonly Float64Array[]): void {
    this.numbers.forEach((n, core) => {
      n.set(saved[core]!);
      this.hierarchy.model.renewed(core);
    });
  }
}
