/**
 * Load balancing: a core takes waiting fair tasks from the busiest other one, when it runs dry, at ticks from time to time, and on behalf
 * of idle cores. All cores are one domain that shares a cache. kernel/sched/fair.c, load_balance of Linux 5.10.
 *
 * Left out: moving a running task (active balancing), and capacities other than the whole.
 */
import type { Task } from '../task.js';
import { allowed, entityOf, isIdle, queueOf, runnable, type Context } from './context.js';
import { renew, updateCurrent, updateLoad } from './fair.js';
import { groupOf, GroupType, imbalancePercent, type Group } from './groups.js';
import { whole } from './pelt.js';
import type { BalanceCounts, RunQueue } from './state.js';

/** Why a core looks around. */
export type Occasion = 'busy' | 'idle' | 'newlyIdle';
/** Moves a queued fair task; the core it comes to is asked to look when the task should run at once. */
export type Move = (task: Task, to: number) => void;

/** What is to be moved: so many tasks, so much load, or so much utilisation. */
interface Imbalance {
  readonly of: 'tasks' | 'load' | 'util';
  amount: number;
}

const millisecond = 1_000_000;
/** A busy core looks less often. */
const busyFactor = 16;
/** Failures after which tasks are moved although their data are in a cache. */
const cacheNiceTries = 1;

/** True when tasks came to `q`. */
export function loadBalance(x: Context, q: RunQueue, occasion: Occasion, move: Move): boolean {
  const counts = q.balance[occasion];
  counts.count++;
  const moved = attempt(x, q, occasion, counts, move);
  const [least, most] = [x.state.queues.length * millisecond, 2 * x.state.queues.length * millisecond];
  if (moved === undefined) { // balanced
    counts.balanced++;
    q.balanceFailed = 0;
    if (occasion !== 'newlyIdle' && q.balanceInterval < most) q.balanceInterval = Math.min(most, 2 * Math.max(least, q.balanceInterval));
    return false;
  }
  counts.gained += moved;
  if (moved > 0) q.balanceFailed = 0;
  else {
    counts.failed++;
    if (occasion !== 'newlyIdle') q.balanceFailed++;
  }
  q.balanceInterval = least;
  return moved > 0;
}

/** How many tasks were moved; undefined: there was no need. */
function attempt(x: Context, q: RunQueue, occasion: Occasion, counts: BalanceCounts, move: Move): number | undefined {
  const found = busiest(x, q, occasion);
  if (!found) {
    counts.noBusyGroup++;
    return undefined;
  }
  const source = queueOf(x, found.core);
  if (found.imbalance.of === 'util' && source.fair.count <= 1) {
    counts.noBusyQueue++;
    return undefined;
  }
  counts.imbalance += found.imbalance.amount;
  return runnable(source) > 1 ? detachTasks(x, source, q, occasion, found.imbalance, counts, move) : 0;
}

/** The core to take from, and how much; undefined when there is none. */
function busiest(x: Context, q: RunQueue, occasion: Occasion): { core: number; imbalance: Imbalance } | undefined {
  let local!: Group;
  let most: Group | undefined;
  let totalLoad = 0;
  const cores = x.state.queues.length;
  for (let i = 0; i < cores; i++) {
    const other = queueOf(x, (q.core + i) % cores);
    other.clock = Math.max(other.clock, q.clock);
    updateLoad(other);
    const group = groupOf(other);
    totalLoad += group.load;
    if (other === q) local = group;
    else if (group.fairCount > 0 && (most === undefined || busier(group, most))) most = group;
  }
  if (most === undefined || local.type > most.type) return undefined;
  const average = totalLoad / cores;
  if (local.type === GroupType.Overloaded) {
    if (local.averageLoad >= most.averageLoad || local.averageLoad >= Math.floor(average)) return undefined;
    if (100 * most.averageLoad <= imbalancePercent * local.averageLoad) return undefined;
  }
  if (most.type !== GroupType.Overloaded && (occasion === 'busy' || most.fairCount === 1)) return undefined;
  const imbalance = imbalanceOf(local, most, Math.floor(average), occasion);
  return imbalance.amount > 0 ? { core: most.core, imbalance } : undefined;
}

function busier(a: Group, b: Group): boolean {
  if (a.type !== b.type) return a.type > b.type;
  if (a.type === GroupType.Overloaded) return a.averageLoad > b.averageLoad;
  if (a.type === GroupType.FullyBusy) return false;
  return a.idle === b.idle ? a.count > b.count : b.idle;
}

function imbalanceOf(local: Group, most: Group, average: number, occasion: Occasion): Imbalance {
  if (local.type === GroupType.HasSpare) {
    if (most.type === GroupType.HasSpare || most.type === GroupType.FullyBusy) return { of: 'tasks', amount: Math.max(0, most.count - local.count) >> 1 };
    const spare = Math.max(whole, local.util) - local.util;
    return occasion !== 'busy' && spare === 0 ? { of: 'tasks', amount: 1 } : { of: 'util', amount: spare };
  }
  if (local.load >= most.averageLoad) return { of: 'load', amount: 0 };
  return { of: 'load', amount: Math.min(most.averageLoad - average, average - local.load) };
}

/** Takes those first that have not run for longest. */
function detachTasks(x: Context, source: RunQueue, to: RunQueue, occasion: Occasion, imbalance: Imbalance, counts: BalanceCounts, move: Move): number {
  let moved = 0;
  updateCurrent(x, source);
  for (let tries = Math.min(x.tunables.nrMigrate, source.fair.count); tries > 0; tries--) {
    if (occasion !== 'busy' && runnable(source) <= 1) break;
    const tid = source.fair.oldest;
    const task = x.tasks.get(tid)!;
    if (!mayMove(x, task, source, to, counts) || !fits(x, task, imbalance, to)) {
      renew(x, source.fair, tid);
      continue;
    }
    move(task, to.core);
    moved++;
    if (occasion === 'newlyIdle' || imbalance.amount <= 0) break; // a core with nothing to do takes one at once
  }
  return moved;
}

function mayMove(x: Context, task: Task, source: RunQueue, to: RunQueue, counts: BalanceCounts): boolean {
  if (source.fair.throttled || to.fair.throttled || !allowed(task, to.core) || task.tid === source.curr) return false;
  if (!isHot(x, task, source, to)) return true;
  if (to.balanceFailed <= cacheNiceTries) return false;
  counts.hotGained++;
  return true;
}

/** What it used is likely to be in a cache still. */
function isHot(x: Context, task: Task, source: RunQueue, to: RunQueue): boolean {
  const { features, migrationCost } = x.tunables;
  if (features.CACHE_HOT_BUDDY && runnable(to) > 0 && (source.fair.next === task.tid || source.fair.last === task.tid)) return true;
  if (task.sched.execStart === 0) return false; // it has not run here yet, however young the machine is
  return migrationCost > 0 && source.clock - task.sched.execStart < migrationCost;
}

/** Takes the task off the imbalance, if it is no more than that; each failure halves what it counts. */
function fits(x: Context, task: Task, imbalance: Imbalance, to: RunQueue): boolean {
  const { average } = entityOf(x, task.tid);
  switch (imbalance.of) {
    case 'tasks':
      imbalance.amount--;
      return true;
    case 'util':
      if (average.utilAvg > imbalance.amount) return false;
      imbalance.amount -= average.utilAvg;
      return true;
    case 'load': {
      const load = Math.max(1, average.loadAvg);
      if (x.tunables.features.LB_MIN && load < 16 && to.balanceFailed === 0) return false;
      if (Math.floor(load / 2 ** to.balanceFailed) > imbalance.amount) return false;
      imbalance.amount -= load;
      return true;
    }
  }
}

// When

/** A core runs dry. One that never idles for long is not worth the trouble. */
export function newlyIdle(x: Context, q: RunQueue, move: Move): boolean {
  if (q.averageIdle < x.tunables.migrationCost || !x.state.queues.some((other) => runnable(other) > 1)) return false;
  return loadBalance(x, q, 'newlyIdle', move);
}

/** Linux counts the times of balancing in ticks of the machine, which cores' own ticks follow at some distance. */
const lastTick = (x: Context, q: RunQueue): number => Math.floor(q.clock / x.tunables.tick) * x.tunables.tick;

/** The time until a core looks around again. */
function interval(x: Context, q: RunQueue, busy: boolean): number {
  const millis = Math.max(q.balanceInterval, x.state.queues.length * millisecond);
  const { tick } = x.tunables;
  const ticks = Math.max(1, Math.floor((busy ? millis * busyFactor : millis) / tick) - (busy ? 1 : 0)); // not a multiple of the others'
  return ticks * tick;
}

/** At a core's tick: its turn to look around, and if it has more than one task, that of idle ones, which may have no ticks. */
export function periodic(x: Context, q: RunQueue, move: Move): void {
  if (x.state.queues.length === 1) return;
  const now = lastTick(x, q);
  if (isIdle(q)) {
    balanceIdle(x, q, now, move);
    if (isIdle(q)) x.state.nextIdleBalance = Math.min(x.state.nextIdleBalance, q.lastBalance + interval(x, q, false));
    return;
  }
  if (now >= q.lastBalance + interval(x, q, true)) {
    loadBalance(x, q, 'busy', move);
    // a tick more or less, as other work on a real core makes it: else balancing and turns can fall into step, and the same task moves each time
    q.lastBalance = now + x.random.below(2) * x.tunables.tick;
  }
  if (runnable(q) < 2 || now < x.state.nextIdleBalance) return;
  let next = now + 60 * 1000 * millisecond;
  let any = false;
  for (const other of x.state.queues) {
    if (!isIdle(other)) continue;
    any = true;
    other.clock = Math.max(other.clock, q.clock);
    balanceIdle(x, other, now, move);
    next = Math.min(next, other.lastBalance + interval(x, other, !isIdle(other)));
  }
  if (any) x.state.nextIdleBalance = next;
}

/** An idle core looks around, if it is time. */
function balanceIdle(x: Context, q: RunQueue, now: number, move: Move): void {
  if (now < q.lastBalance + interval(x, q, false)) return;
  loadBalance(x, q, 'idle', move);
  q.lastBalance = now;
}
