/** What balancing sees of a core: Linux's scheduling group of one. kernel/sched/fair.c, group_classify. */
import { isIdle, runnable } from './context.js';
import { whole } from './pelt.js';
import type { RunQueue } from './state.js';

/** A core counts as busier than another from so many percent on, where they share a cache. */
export const imbalancePercent = 117;

/** In order of how much a core has to do. */
export const enum GroupType {
  HasSpare,
  FullyBusy,
  Overloaded,
}

export interface Group {
  readonly core: number;
  readonly type: GroupType;
  readonly load: number;
  readonly util: number;
  /** Tasks of all classes, and fair ones. */
  readonly count: number;
  readonly fairCount: number;
  readonly idle: boolean;
  /** Load per capacity, times 1024; of one with spare capacity it is 0. */
  readonly averageLoad: number;
}

export function groupOf(q: RunQueue): Group {
  const { loadAvg, utilAvg, runnableAvg } = q.fair.average;
  const count = runnable(q);
  const type = typeOf(count, utilAvg, runnableAvg);
  const fairCount = q.fair.throttled ? 0 : q.fair.count;
  return { core: q.core, type, load: loadAvg, util: utilAvg, count, fairCount, idle: isIdle(q), averageLoad: type === GroupType.HasSpare ? 0 : loadAvg };
}

function typeOf(count: number, util: number, runnableShare: number): GroupType {
  const tooMuch = whole * 100 < util * imbalancePercent || whole * imbalancePercent < runnableShare * 100;
  if (count > 1 && tooMuch) return GroupType.Overloaded;
  if (count < 1) return GroupType.HasSpare;
  const fits = whole * imbalancePercent >= runnableShare * 100 && whole * 100 > util * imbalancePercent;
  return fits ? GroupType.HasSpare : GroupType.FullyBusy;
}
