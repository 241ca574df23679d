/**
 * SCHED_FIFO and SCHED_RR: tasks with priorities from 1 to 99, all before fair ones. The highest runs until it sleeps; equals of
 * SCHED_RR take turns. In a period (1 s) they have at most 0.95 s of a core, and stand still for the rest. kernel/sched/rt.c.
 *
 * One that waits while its core runs a higher one is pushed to a core that runs a lower one; a core that is about to run a lower one pulls.
 */
import { SCHED } from '../../../isa/abi/linux.js';
import type { Task } from '../task.js';
import { allowed, isIdle, isRealTime, priorityOf, queueOf, reschedule, SchedTimer, type Context } from './context.js';
import type { RealTimeQueue, RunQueue } from './state.js';

/** Of a core that idles. */
const idlePriority = 140;

/** The highest priority of a queue, 0 when it is empty. */
export function highest(rt: RealTimeQueue): number {
  let best = 0;
  for (const priority of rt.lists.keys()) if (priority > best) best = priority;
  return best;
}

/** Next of the queue that may run: its tid, or 0. */
export function pickRealTime(q: RunQueue): number {
  if (q.realTime.count === 0 || q.realTime.throttled) return 0;
  return q.realTime.lists.get(highest(q.realTime))![0]!;
}

export function enqueueRealTime(x: Context, q: RunQueue, task: Task): void {
  const { lists } = q.realTime;
  const list = lists.get(task.rtPriority);
  if (list) list.push(task.tid);
  else lists.set(task.rtPriority, [task.tid]);
  q.realTime.count++;
  task.sched.onQueue = true;
  if (q.realTime.timed || x.tunables.rtRuntime < 0) return;
  q.realTime.timed = true;
  armPeriod(x, q);
}

export function dequeueRealTime(x: Context, q: RunQueue, task: Task): void {
  updateRealTime(x, q);
  const { lists } = q.realTime;
  const list = lists.get(task.rtPriority)!;
  list.splice(list.indexOf(task.tid), 1);
  if (list.length === 0) lists.delete(task.rtPriority);
  q.realTime.count--;
  task.sched.onQueue = false;
}

/** The running task's use counts, for itself and against the core's limit. */
export function updateRealTime(x: Context, q: RunQueue): void {
  const task = x.tasks.get(q.curr);
  if (!task || !isRealTime(task)) return;
  const delta = q.clock - task.sched.execStart;
  if (delta <= 0) return;
  task.sched.execStart = q.clock;
  task.sched.sumExec += delta;
  if (x.tunables.rtRuntime < 0) return;
  q.realTime.time += delta;
  if (q.realTime.time <= x.tunables.rtRuntime || q.realTime.throttled) return;
  q.realTime.throttled = true;
  reschedule(x, q);
}

/** The task goes behind its equals. */
export function requeue(q: RunQueue, task: Task): void {
  const list = q.realTime.lists.get(task.rtPriority)!;
  list.push(list.splice(list.indexOf(task.tid), 1)[0]!);
}

export function tickRealTime(x: Context, q: RunQueue, task: Task): void {
  updateRealTime(x, q);
  if (task.policy !== SCHED.RR) return;
  if (--task.sched.timeSlice > 0) return;
  task.sched.timeSlice = x.tunables.rrTicks;
  if (q.realTime.lists.get(task.rtPriority)!.length === 1) return;
  requeue(q, task);
  reschedule(x, q);
}

function armPeriod(x: Context, q: RunQueue): void {
  const { rtPeriod } = x.tunables;
  x.port.arm(x.clock.ticks((Math.floor(q.clock / rtPeriod) + 1) * rtPeriod), SchedTimer.RealTime + q.core);
}

/** A period ends: runtime is granted anew. */
export function realTimePeriod(x: Context, q: RunQueue): void {
  updateRealTime(x, q);
  const rt = q.realTime;
  rt.time = Math.max(0, rt.time - x.tunables.rtRuntime);
  if (rt.throttled && rt.time < x.tunables.rtRuntime) {
    rt.throttled = false;
    if (rt.count > 0) reschedule(x, q);
  }
  rt.timed = rt.count > 0 || rt.time > 0;
  if (rt.timed) armPeriod(x, q);
}

// Cores

/** What a core is doing, as a priority: less is more important. */
function doing(x: Context, q: RunQueue): number {
  const rt = q.realTime.throttled ? 0 : highest(q.realTime);
  const queued = rt === 0 ? idlePriority : 99 - rt;
  if (q.curr !== 0) return Math.min(queued, priorityOf(x.tasks.get(q.curr)!));
  return isIdle(q) ? idlePriority : Math.min(queued, idlePriority - 1);
}

/** The core that does the least important work of those where `task` may run, `near` before others; -1 when all are as important. */
function lowest(x: Context, task: Task, near: number): number {
  let best = -1;
  let least = priorityOf(task);
  const cores = x.state.queues.length;
  for (let i = 0; i < cores; i++) {
    const core = (near + i) % cores;
    const now = doing(x, queueOf(x, core));
    if (now > least && allowed(task, core)) [best, least] = [core, now];
  }
  return best;
}

/** Where a woken or new task goes: its core, unless that runs one as important. */
export function selectRealTime(x: Context, task: Task, from: number): number {
  const curr = x.tasks.get(queueOf(x, from).curr);
  if (allowed(task, from) && !(curr && isRealTime(curr) && priorityOf(curr) <= priorityOf(task))) return from;
  return lowest(x, task, from);
}

/** Moves tasks that wait behind a more important one to cores that run less important ones. */
export function push(x: Context, q: RunQueue, move: (task: Task, to: number) => void): void {
  if (q.realTime.count < 2) return;
  for (const tid of [...q.realTime.lists].sort((a, b) => b[0] - a[0]).flatMap(([, list]) => list)) {
    if (tid === q.curr) continue;
    const task = x.tasks.get(tid)!;
    const to = lowest(x, task, q.core);
    if (to >= 0 && to !== q.core) move(task, to);
  }
}

/** Before a core takes a less important task, one that waits elsewhere comes here. */
export function pull(x: Context, q: RunQueue, move: (task: Task, to: number) => void): void {
  let best: Task | undefined;
  for (const other of x.state.queues) {
    if (other === q || other.realTime.count < 2) continue;
    for (const [priority, list] of other.realTime.lists) {
      if (priority <= Math.max(highest(q.realTime), best?.rtPriority ?? 0)) continue;
      const tid = list.find((t) => t !== other.curr && allowed(x.tasks.get(t)!, q.core));
      if (tid !== undefined) best = x.tasks.get(tid)!;
    }
  }
  if (best) move(best, q.core);
}
