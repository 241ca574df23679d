/** What balancing sees of a core: Linux's scheduling group of one. kernel/sched/fair.c, group_classify. */
import { isIdle, runnable, type Context } from './context.js';
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

export function groupOf(x: Pick<Context, 'tunables'>, q: RunQueue): Group {
  const { loadAvg, runnableAvg } = q.fair.average;
  const util = utilOf(x, q);
  const count = runnable(q);
  const type = typeOf(count, util, runnableAvg);
  const fairCount = q.fair.throttled ? 0 : q.fair.count;
  return { core: q.core, type, load: loadAvg, util, count, fairCount, idle: isIdle(q), averageLoad: type === GroupType.HasSpare ? 0 : loadAvg };
}

/** How much of a core is used, or is likely to be by the tasks that are there now: what woke a moment ago counts as much as it used before it slept. */
function utilOf(x: Pick<Context, 'tunables'>, q: RunQueue): number {
  const { utilAvg, lastUse } = q.fair.average;
  return Math.min(whole, x.tunables.features.UTIL_EST ? Math.max(utilAvg, lastUse) : utilAvg);
}

function typeOf(count: number, util: number, runnableShare: number): GroupType {
  const tooMuch = whole * 100 < util * imbalancePercent || whole * imbalancePercent < runnableShare * 100;
  if (count > 1 && tooMuch) return GroupType.Overloaded;
  if (count < 1) return GroupType.HasSpare;
  const fits = whole * imbalancePercent >= runnableShare * 100 && whole * 100 > util * imbalancePercent;
  return fits ? GroupType.HasSpare : GroupType.FullyBusy;
}
