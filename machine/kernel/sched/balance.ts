/**
 * Load balancing: a core takes waiting fair tasks from the busiest other one, when it runs dry, at ticks from time to time, and on behalf
 * of idle cores. All cores are one domain that shares a cache. kernel/sched/fair.c, load_balance of Linux 5.10.
 *
 * If that fails time and again, since only the running task of that core may go, it is taken off its core for it (active balancing).
 * Left out: capacities other than the whole.
 */
import type { Task } from '../task.js';
import { allowed, entityOf, isIdle, queueOf, reschedule, runnable, type Context } from './context.js';
import { renew, updateCurrent, updateLoad } from './fair.js';
import { groupOf, GroupType, imbalancePercent, type Group } from './groups.js';
import { likelyUse, whole } from './pelt.js';
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

/** Where all tasks of the busiest core are bound to it, looks come up to so far apart. */
const boundInterval = 512 * millisecond;
/** Failures after which the running task is moved, if others cannot be. */
const activeTries = cacheNiceTries + 2;

/** True when tasks came to `q`. */
export function loadBalance(x: Context, q: RunQueue, occasion: Occasion, move: Move): boolean {
  const counts = q.balance[occasion];
  counts.count++;
  const least = x.state.queues.length * millisecond;
  const outcome = attempt(x, q, occasion, counts, move);
  if (outcome.balanced) {
    counts.balanced++;
    q.balanceFailed = 0;
    lookLess(x, q, occasion, outcome.bound);
    return false;
  }
  counts.gained += outcome.moved;
  if (outcome.moved > 0) q.balanceFailed = 0;
  else {
    counts.failed++;
    if (occasion !== 'newlyIdle') q.balanceFailed++;
    if (q.balanceFailed > activeTries) {
      const asked = askToPush(x, q, outcome.source);
      if (asked !== 'bound') q.balanceFailed = cacheNiceTries + 1; // and data in a cache count no more
      if (asked !== 'already') {
        lookLess(x, q, occasion, asked === 'bound');
        return false;
      }
    }
  }
  q.balanceInterval = least;
  return outcome.moved > 0;
}

/** The time between two looks doubles, up to a limit that is higher where tasks are bound to other cores. */
function lookLess(x: Context, q: RunQueue, occasion: Occasion, bound: boolean): void {
  const least = x.state.queues.length * millisecond;
  const most = Math.max(2 * least, bound ? boundInterval : 0);
  if (occasion !== 'newlyIdle' && q.balanceInterval < most) q.balanceInterval = 2 * Math.max(least, q.balanceInterval);
}

/** Active balancing: `source` shall give a task to `q` once its running one has left the core for that. */
function askToPush(x: Context, q: RunQueue, source: RunQueue): 'asked' | 'already' | 'bound' {
  const running = x.tasks.get(source.curr);
  if (running === undefined || !allowed(running, q.core)) return 'bound';
  if (source.pushTo >= 0) return 'already';
  source.pushTo = q.core;
  reschedule(x, source);
  return 'asked';
}

/** What the stopper does on a core that was asked: no task of it runs, so that each may go. */
export function pushAsked(x: Context, source: RunQueue, move: Move): void {
  const to = queueOf(x, source.pushTo);
  source.pushTo = -1;
  if (runnable(source) === 0) return;
  to.pushes.asked++;
  to.clock = Math.max(to.clock, source.clock);
  const { idle } = to.balance;
  for (let tid = source.fair.oldest; tid !== 0; tid = entityOf(x, tid).newer) {
    if (mayMove(x, x.tasks.get(tid)!, source, to, idle) !== 'yes') continue;
    move(x.tasks.get(tid)!, to.core);
    idle.gained++;
    to.pushes.done++;
    to.balanceFailed = 0;
    return;
  }
  to.pushes.failed++;
}

/** `bound`: so it may be only because tasks of other cores must not run here. */
type Attempt = { readonly balanced: true; readonly bound: boolean } | { readonly balanced: false; readonly moved: number; readonly source: RunQueue };

const none: ReadonlySet<number> = new Set();

/** Looks for a core to take from, and takes; if its tasks may all not run here, for another one. */
function attempt(x: Context, q: RunQueue, occasion: Occasion, counts: BalanceCounts, move: Move): Attempt {
  let passed = none;
  for (;;) {
    const found = busiest(x, q, occasion, passed);
    if (!found) {
      counts.noBusyGroup++;
      return { balanced: true, bound: passed.size > 0 };
    }
    const source = queueOf(x, found.core);
    const { imbalance } = found;
    const alone = source.fair.count <= 1;
    if (alone && (imbalance.of === 'util' || (imbalance.of === 'load' && source.fair.average.loadAvg > imbalance.amount))) {
      counts.noBusyQueue++;
      return { balanced: true, bound: passed.size > 0 };
    }
    counts.imbalance += imbalance.amount;
    if (runnable(source) <= 1) return { balanced: false, moved: 0, source };
    const { moved, bound } = detachTasks(x, source, q, occasion, imbalance, counts, move);
    if (!bound) return { balanced: false, moved, source };
    passed = new Set(passed).add(source.core);
    if (passed.size === x.state.queues.length - 1) return { balanced: true, bound: true };
  }
}

/** The core to take from, and how much; undefined when there is none. Those that were `passed` over do not count. */
function busiest(x: Context, q: RunQueue, occasion: Occasion, passed: ReadonlySet<number>): { core: number; imbalance: Imbalance } | undefined {
  let local!: Group;
  let most: Group | undefined;
  let totalLoad = 0;
  const cores = x.state.queues.length;
  for (let i = 0; i < cores; i++) {
    const other = queueOf(x, (q.core + i) % cores);
    if (passed.has(other.core)) continue;
    other.clock = Math.max(other.clock, q.clock);
    updateLoad(other);
    const group = groupOf(x, other);
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

/** Takes those first that have not run for longest. `bound`: none of those it looked at may run on the other core. */
function detachTasks(x: Context, source: RunQueue, to: RunQueue, occasion: Occasion, imbalance: Imbalance, counts: BalanceCounts, move: Move): { moved: number; bound: boolean } {
  let moved = 0;
  let bound = true;
  updateCurrent(x, source);
  for (let tries = Math.min(x.tunables.nrMigrate, runnable(source)); tries > 0 && source.fair.count > 0; tries--) {
    if (occasion !== 'busy' && runnable(source) <= 1) break;
    const tid = source.fair.oldest;
    const task = x.tasks.get(tid)!;
    const may = mayMove(x, task, source, to, counts);
    if (may !== 'bound') bound = false;
    if (may !== 'yes' || !fits(x, task, imbalance, to)) {
      renew(x, source.fair, tid);
      continue;
    }
    move(task, to.core);
    moved++;
    if (occasion === 'newlyIdle' || imbalance.amount <= 0) break; // a core with nothing to do takes one at once
  }
  return { moved, bound };
}

/** `bound`: it may not run there at all. */
function mayMove(x: Context, task: Task, source: RunQueue, to: RunQueue, counts: BalanceCounts): 'yes' | 'no' | 'bound' {
  if (source.fair.throttled || to.fair.throttled || !allowed(task, to.core)) return 'bound';
  if (task.tid === source.curr) return 'no';
  if (!isHot(x, task, source, to)) return 'yes';
  if (to.balanceFailed <= cacheNiceTries) return 'no';
  counts.hotGained++;
  return 'yes';
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
    case 'util': {
      const use = x.tunables.features.UTIL_EST ? likelyUse(average) : average.utilAvg;
      if (use > imbalance.amount) return false;
      imbalance.amount -= use;
      return true;
    }
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
  const { tick, hz } = x.tunables;
  const ticks = Math.floor((busy ? millis * busyFactor : millis) / tick) - (busy ? 1 : 0); // not a multiple of the others'
  return Math.max(1, Math.min(ticks, Math.floor((hz * x.state.queues.length) / 10))) * tick;
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
