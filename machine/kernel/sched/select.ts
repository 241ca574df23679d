/**
 * Where a fair task goes that wakes or is new. A woken one is drawn towards its waker, unless it or its old core is less loaded, and then
 * looks for an idle core; all cores share the last cache. A new one goes where there is least to do.
 * kernel/sched/fair.c: select_task_rq_fair, without simultaneous threads, energy or asymmetric capacities.
 */
import type { Task } from '../task.js';
import { allowed, isIdle, queueOf, runnable, type Context } from './context.js';
import { updateLoad } from './fair.js';
import { groupOf, GroupType, imbalancePercent, type Group } from './groups.js';
import type { RunQueue } from './state.js';
import { niceZero } from './weights.js';
import { SCHED } from '../../../isa/abi/linux.js';

const second = 1_000_000_000;

/** How often a task wakes another one than before. */
function recordWakee(waker: Task, woken: Task, now: number): void {
  const e = waker.sched;
  if (now > e.wakeeDecay + second) {
    e.wakeeFlips = e.wakeeFlips >> 1;
    e.wakeeDecay = now;
  }
  if (e.lastWakee === woken.tid) return;
  e.lastWakee = woken.tid;
  e.wakeeFlips++;
}

/** A waker of many that themselves wake many: they would crowd on its core. */
function wide(x: Context, waker: Task, woken: Task): boolean {
  const factor = x.state.queues.length;
  const [least, most] = [waker.sched.wakeeFlips, woken.sched.wakeeFlips].sort((a, b) => a - b) as [number, number];
  return least >= factor && most >= least * factor;
}

/** Idle, or only SCHED_IDLE tasks run there. */
function free(x: Context, q: RunQueue): boolean {
  if (isIdle(q)) return true;
  const curr = x.tasks.get(q.curr);
  return curr?.policy === SCHED.IDLE && q.realTime.count === 0 && q.fair.count === 1;
}

/** `here`: the core the waker is on, -1 when it is a timer; `sync`: the waker says that it will sleep soon. */
export function selectWoken(x: Context, task: Task, from: number, here: number, sync: boolean): number {
  const waker = here < 0 ? undefined : x.tasks.get(queueOf(x, here).curr);
  let affine = false;
  let target = from;
  if (waker) {
    recordWakee(waker, task, queueOf(x, here).clock);
    affine = !wide(x, waker, task) && allowed(task, here);
    if (affine && here !== from) target = wakeAffine(x, task, here, from, sync ? waker : undefined);
  }
  const core = idleSibling(x, task, from, target);
  if (waker && affine) waker.sched.recentCore = here;
  return core;
}

/** Draws the task to its waker's core, or not. `leaving`: a waker that will sleep soon, so that its load does not count there. */
function wakeAffine(x: Context, task: Task, here: number, from: number, leaving: Task | undefined): number {
  const { features } = x.tunables;
  const own = queueOf(x, here);
  // the core is the waker's, so that it never idles, but it will
  const drawn = (features.WA_IDLE && leaving !== undefined && runnable(own) === 1) || (features.WA_WEIGHT && isLighter(x, task, own, queueOf(x, from), leaving));
  if (!drawn) return from;
  own.affineMoves++;
  return here;
}

/** Would `own` with the task have less load than `old` has without it? */
function isLighter(x: Context, task: Task, own: RunQueue, old: RunQueue, leaving: Task | undefined): boolean {
  const bias = (percent: number): number => (x.tunables.features.WA_BIAS ? percent : 1);
  const load = task.sched.average.loadAvg;
  const rest = own.fair.average.loadAvg - (leaving?.sched.attached === true ? leaving.sched.average.loadAvg : 0);
  if (rest < 0) return true;
  const oldLoad = Math.max(0, old.fair.average.loadAvg - load) * bias(100 + ((imbalancePercent - 100) >> 1));
  return (rest + load) * bias(100) < oldLoad + (leaving ? 1 : 0);
}

function idleSibling(x: Context, task: Task, from: number, target: number): number {
  const fits = (core: number): boolean => free(x, queueOf(x, core)) && allowed(task, core);
  if (fits(target)) return target;
  if (from !== target && fits(from)) return from;
  const recent = task.sched.recentCore;
  if (recent !== from && recent !== target && recent < x.state.queues.length && fits(recent)) {
    task.sched.recentCore = from;
    return recent;
  }
  const cores = x.state.queues.length;
  for (let i = 1; i < cores; i++) if (fits((target + i) % cores)) return (target + i) % cores;
  if (allowed(task, target)) return target;
  return allowed(task, from) ? from : anyAllowed(task, cores);
}

/** The first core where the task may run. */
export function anyAllowed(task: Task, cores: number): number {
  for (let core = 0; core < cores; core++) if (allowed(task, core)) return core;
  throw new Error(`task ${task.tid} may run nowhere`);
}

/** `from`: the core its creator is on. */
export function selectNew(x: Context, task: Task, from: number): number {
  const cores = x.state.queues.length;
  let local: Group | undefined;
  let idlest: Group | undefined;
  for (let i = 0; i < cores; i++) {
    const core = (from + i) % cores;
    if (!allowed(task, core)) continue;
    const q = queueOf(x, core);
    q.clock = Math.max(q.clock, queueOf(x, from).clock);
    updateLoad(q);
    const group = groupOf(x, q);
    if (core === from) local = group;
    else if (idlest === undefined || idler(group, idlest)) idlest = group;
  }
  if (local === undefined) return idlest!.core;
  return idlest !== undefined && worthIt(local, idlest) ? idlest.core : from;
}

function idler(a: Group, b: Group): boolean {
  if (a.type !== b.type) return a.type < b.type;
  if (a.type !== GroupType.HasSpare) return a.averageLoad < b.averageLoad;
  return a.idle !== b.idle ? a.idle : a.util < b.util;
}

/** Is the other core so much idler that a new task goes there? */
function worthIt(local: Group, other: Group): boolean {
  if (local.type !== other.type) return local.type > other.type;
  if (local.type === GroupType.HasSpare) return !local.idle && other.idle;
  const imbalance = Math.floor((niceZero * (imbalancePercent - 100)) / 100);
  if (other.averageLoad >= local.averageLoad + imbalance) return false;
  return 100 * local.averageLoad > imbalancePercent * other.averageLoad;
}
