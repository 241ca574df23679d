/**
 * The completely fair class: who of a core's tasks has had least of it, in time divided by weight, goes next.
 * kernel/sched/fair.c of Linux 5.10 for tasks without groups among each other: all are in the program's control group.
 *
 * `vruntime` of a task that left one queue and is in no other yet counts from that queue's `minVruntime` (`relative`).
 */
import { SCHED } from '../../../isa/abi/linux.js';
import type { Task } from '../task.js';
import { consume, returnRuntime } from './bandwidth.js';
import { entityOf, queueOf, reschedule, type Context } from './context.js';
import { addUse, ageTask, attach, detach, divider, learnUse, takeUse, updateQueue, updateTask, whole } from './pelt.js';
import type { Entity, FairQueue, RunQueue } from './state.js';
import { deltaFair, shareOf } from './weights.js';

// Accounting

/** What the running task has used since the last time is counted. */
export function updateCurrent(x: Context, q: RunQueue): void {
  const { fair } = q;
  if (fair.curr === 0) return;
  const e = entityOf(x, fair.curr);
  const delta = q.clock - e.execStart;
  if (delta <= 0) return;
  e.execStart = q.clock;
  e.sumExec += delta;
  fair.execClock += delta;
  e.vruntime += deltaFair(delta, e.weight);
  advanceMin(x, fair);
  consume(x, q, delta);
}

/** `minVruntime` follows the least vruntime of the queue, and never goes back. */
function advanceMin(x: Context, fair: FairQueue): void {
  const curr = fair.curr === 0 ? undefined : entityOf(x, fair.curr);
  let least = curr?.onQueue === true ? curr.vruntime : -1;
  if (fair.leftmost !== 0) {
    const first = entityOf(x, fair.leftmost).vruntime;
    least = least < 0 ? first : Math.min(least, first);
  }
  if (least > fair.minVruntime) fair.minVruntime = least;
}

/** Averages of a task and its queue up to now; a task that is new here counts from now on. */
export function updateLoad(q: RunQueue, task?: Task, join = false): void {
  const e = task?.sched;
  if (e?.attached === true) updateTask(e.average, q.clock, e.weight, e.onQueue, e.onQueue && q.fair.curr === task!.tid);
  updateQueue(q.fair.average, q.clock, q.fair.weight, q.fair.count, q.fair.curr !== 0);
  if (!join || e === undefined || e.attached) return;
  attach(q.fair.average, e.average, e.weight);
  e.attached = true;
}

/** A task counts no more in the queue it is of. */
export function leaveLoad(x: Context, task: Task): void {
  const e = task.sched;
  if (!e.attached) return;
  const q = queueOf(x, e.core);
  updateLoad(q);
  ageTask(e.average, q.fair.average.lastUpdate, e.weight, e.onQueue, false);
  detach(q.fair.average, e.average);
  e.attached = false;
}

/** A new task is taken to want all of a core, and to use half of what is left of it, or what its queue's tasks do. */
export function firstLoad(q: RunQueue, e: Entity): void {
  const { average } = q.fair;
  const left = Math.floor((whole - average.utilAvg) / 2);
  e.average.loadAvg = e.weight;
  if (left > 0) e.average.utilAvg = average.utilAvg === 0 ? left : Math.min(left, Math.floor((average.utilAvg * e.weight) / (average.loadAvg + 1)));
  e.average.runnableAvg = e.average.utilAvg;
  e.average.lastUpdate = q.clock;
  e.average.loadSum = divider(e.average);
}

// Slices

/** How long a task runs before others are due, in nanoseconds. */
export function slice(x: Context, q: RunQueue, e: Entity): number {
  const { latency, minGranularity, nrLatency } = x.tunables;
  const count = q.fair.count + (e.onQueue ? 0 : 1);
  const period = count > nrLatency ? count * minGranularity : latency;
  return shareOf(period, e.weight, q.fair.weight + (e.onQueue ? 0 : e.weight));
}

/** New tasks begin after what they would have had of a period; woken ones get half a period in advance, but no more than they had. */
function placeTask(x: Context, q: RunQueue, e: Entity, isNew: boolean): void {
  const { features, latency } = x.tunables;
  let vruntime = q.fair.minVruntime;
  if (isNew && features.START_DEBIT) vruntime += deltaFair(slice(x, q, e), e.weight);
  if (!isNew) vruntime -= features.GENTLE_FAIR_SLEEPERS ? Math.floor(latency / 2) : latency;
  e.vruntime = Math.max(e.vruntime, vruntime);
}

/** A new task begins beside the one that made it, on whose core it counts. */
export function placeNew(x: Context, q: RunQueue, task: Task): void {
  const e = task.sched;
  updateCurrent(x, q);
  const curr = q.fair.curr === 0 ? undefined : entityOf(x, q.fair.curr);
  e.vruntime = curr?.vruntime ?? 0;
  placeTask(x, q, e, true);
  if (x.tunables.childRunsFirst && curr !== undefined && curr.vruntime < e.vruntime) {
    [curr.vruntime, e.vruntime] = [e.vruntime, curr.vruntime];
    reschedule(x, q);
  }
  e.vruntime -= q.fair.minVruntime;
  e.relative = true;
}

// Coming and going

export function enqueueFair(x: Context, q: RunQueue, task: Task, woken: boolean): void {
  const e = task.sched;
  updateCurrent(x, q);
  if (e.relative) {
    e.vruntime += q.fair.minVruntime;
    e.relative = false;
  }
  updateLoad(q, task, true);
  addUse(q.fair.average, e.average);
  q.fair.count++;
  q.fair.weight += e.weight;
  listFirst(x, q.fair, task.tid);
  if (woken) placeTask(x, q, e, false);
  x.trees[q.core]!.insert(task.tid);
  e.onQueue = true;
}

/** `sleeps`: it stays with this queue, and its vruntime means something here when it wakes. */
export function dequeueFair(x: Context, q: RunQueue, task: Task, sleeps: boolean): void {
  const e = task.sched;
  updateCurrent(x, q);
  updateLoad(q, task);
  clearBuddies(q.fair, task.tid);
  if (q.fair.curr !== task.tid) x.trees[q.core]!.remove(task.tid);
  e.onQueue = false;
  q.fair.count--;
  q.fair.weight -= e.weight;
  takeUse(q.fair.average, e.average);
  unlist(x, q.fair, task.tid);
  if (!sleeps) {
    e.vruntime -= q.fair.minVruntime;
    e.relative = true;
  }
  if (q.fair.count === 0) returnRuntime(x, q);
  advanceMin(x, q.fair);
}

/** The task has left its core to sleep. */
export function fallAsleep(x: Context, task: Task): void {
  if (x.tunables.features.UTIL_EST) learnUse(task.sched.average, x.tunables.features.UTIL_EST_FASTUP);
}

/** A task that is no longer this class's, or goes elsewhere while it sleeps, takes its vruntime along. */
export function makeRelative(x: Context, task: Task): void {
  const e = task.sched;
  if (e.relative) return;
  e.vruntime -= queueOf(x, e.core).fair.minVruntime;
  e.relative = true;
}

/** A sleeping task leaves the class. */
export function leaveFair(x: Context, task: Task): void {
  const e = task.sched;
  if (!e.relative) placeTask(x, queueOf(x, e.core), e, false);
  makeRelative(x, task);
  leaveLoad(x, task);
}

// Who is next

/** Clears a task's part as one to be preferred or passed over. */
function clearBuddies(fair: FairQueue, tid: number): void {
  if (fair.next === tid) fair.next = 0;
  if (fair.last === tid) fair.last = 0;
  if (fair.skip === tid) fair.skip = 0;
}

/** 1 when `e` is so far behind `curr` that it should have the core, -1 when it is not behind at all. */
function behind(x: Context, curr: Entity, e: Entity): number {
  const lag = curr.vruntime - e.vruntime;
  if (lag <= 0) return -1;
  return lag > deltaFair(x.tunables.wakeupGranularity, e.weight) ? 1 : 0;
}

/** Takes the next task out of the tree; 0 when there is none. */
export function pickFair(x: Context, q: RunQueue): number {
  const { fair } = q;
  const tree = x.trees[q.core]!;
  const left = fair.leftmost;
  if (left === 0) return 0;
  const first = entityOf(x, left);
  const fairFor = (tid: number): boolean => tid !== 0 && behind(x, entityOf(x, tid), first) < 1;
  let tid = left;
  if (fair.skip === left) {
    const second = tree.next(left);
    if (fairFor(second)) tid = second;
  }
  if (fairFor(fair.next)) tid = fair.next;
  else if (fairFor(fair.last)) tid = fair.last;
  clearBuddies(fair, tid);
  tree.remove(tid);
  const task = x.tasks.get(tid)!;
  const e = task.sched;
  updateLoad(q, task);
  fair.curr = tid;
  e.execStart = q.clock;
  e.prevSumExec = e.sumExec;
  unlist(x, fair, tid);
  listFirst(x, fair, tid);
  return tid;
}

/** The running task goes back to the tree. */
export function putFair(x: Context, q: RunQueue, task: Task): void {
  updateCurrent(x, q);
  updateLoad(q, task);
  q.fair.curr = 0;
  x.trees[q.core]!.insert(task.tid);
}

/** sched_yield: the task is passed over once, if that is fair. */
export function yieldFair(x: Context, q: RunQueue, task: Task): void {
  clearBuddies(q.fair, task.tid);
  if (task.policy !== SCHED.BATCH) updateCurrent(x, q);
  if (task.policy !== SCHED.IDLE) q.fair.skip = task.tid;
}

/** At a tick: has the running task had its slice, or is another far behind? */
export function tickFair(x: Context, q: RunQueue, task: Task): void {
  const e = task.sched;
  const { fair } = q;
  updateCurrent(x, q);
  updateLoad(q, task);
  if (fair.count <= 1) return;
  const ideal = slice(x, q, e);
  const ran = e.sumExec - e.prevSumExec;
  if (ran > ideal) {
    reschedule(x, q);
    clearBuddies(fair, task.tid); // it shall not be preferred at once
    return;
  }
  if (ran < x.tunables.minGranularity) return;
  if (e.vruntime - entityOf(x, fair.leftmost).vruntime > ideal) reschedule(x, q);
}

/** A task came to the queue of one that runs: should it have the core? */
export function preemptsFair(x: Context, q: RunQueue, task: Task, isNew: boolean): void {
  const { features, nrLatency } = x.tunables;
  const { fair } = q;
  const curr = x.tasks.get(fair.curr)!;
  const many = fair.count >= nrLatency;
  if (fair.throttled) return;
  const idle = task.policy === SCHED.IDLE;
  if (features.NEXT_BUDDY && many && !isNew && !idle) fair.next = task.tid;
  if (q.needResched) return;
  if (curr.policy !== SCHED.IDLE || idle) {
    if (task.policy !== SCHED.OTHER || !features.WAKEUP_PREEMPTION) return;
    updateCurrent(x, q);
    if (behind(x, curr.sched, task.sched) < 1) return;
    // where a thread that sleeps for a moment wakes before a switch is over, the others would never get anywhere
    if (x.clock.stretched && curr.sched.sumExec - curr.sched.prevSumExec < x.tunables.tick) return;
    if (!idle) fair.next = task.tid;
  }
  reschedule(x, q);
  // what is in its cache still may serve it, once the woken one has run
  if (features.LAST_BUDDY && many && curr.sched.onQueue && curr.policy !== SCHED.IDLE) fair.last = curr.tid;
}

// The list by age

function listFirst(x: Context, fair: FairQueue, tid: number): void {
  const e = entityOf(x, tid);
  e.newer = 0;
  e.older = fair.newest;
  if (fair.newest !== 0) entityOf(x, fair.newest).newer = tid;
  else fair.oldest = tid;
  fair.newest = tid;
}

function unlist(x: Context, fair: FairQueue, tid: number): void {
  const e = entityOf(x, tid);
  if (e.newer !== 0) entityOf(x, e.newer).older = e.older;
  else fair.newest = e.older;
  if (e.older !== 0) entityOf(x, e.older).newer = e.newer;
  else fair.oldest = e.newer;
  e.newer = e.older = 0;
}

/** The task becomes the most recent one of its core. */
export function renew(x: Context, fair: FairQueue, tid: number): void {
  unlist(x, fair, tid);
  listFirst(x, fair, tid);
}
