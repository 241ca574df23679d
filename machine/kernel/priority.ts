/**
 * Nice values and scheduling policies: getpriority(2), sched_setscheduler(2). They are kept and reported; first-come
 * queues do not look at them. Real-time and deadline policies are refused (EPERM), as to a container without the right.
 */
import { E, PRIO, SCHED } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { nanosPerSecond, putTimespec } from './clock.js';
import { inGroup } from './groups.js';
import type { Kernel } from './kernel.js';
import type { Task } from './task.js';

const [least, most] = [-20, 19];
/** What SCHED_RR would give; sched_rr_get_interval shows the slice of the others. */
const sliceNanos = 4_000_000n;

/** The threads that getpriority and setpriority mean by kind and number. */
function meant(k: Kernel, c: Call): Task[] | number {
  const who = c.i(1);
  switch (c.i(0)) {
    case PRIO.PROCESS: {
      const task = who === 0 ? c.task : k.state.tasks.get(who);
      return task ? [task] : [];
    }
    case PRIO.PGRP:
      return inGroup(k, who === 0 ? c.process.group : who).flatMap((p) => p.threads.map((tid) => k.task(tid)));
    case PRIO.USER: {
      const user = who === 0 ? c.process.ids.uid[0] : who;
      return [...k.state.tasks.values()].filter((t) => k.process(t.pid).ids.uid[0] === user);
    }
    default:
      return -E.EINVAL;
  }
}

/** getpriority(kind, who): 20 less the nice value, the best of all. */
export function getpriority(k: Kernel, c: Call): Result {
  const tasks = meant(k, c);
  if (typeof tasks === 'number') return tasks;
  return tasks.length === 0 ? -E.ESRCH : Math.max(...tasks.map((t) => 20 - t.nice));
}

/** setpriority(kind, who, nice). */
export function setpriority(k: Kernel, c: Call): Result {
  const tasks = meant(k, c);
  if (typeof tasks === 'number') return tasks;
  const nice = Math.min(most, Math.max(least, c.i(2)));
  if (tasks.length === 0) return -E.ESRCH;
  if (c.process.ids.uid[1] !== 0 && tasks.some((t) => nice < t.nice)) return -E.EACCES;
  for (const t of tasks) t.nice = nice;
  return 0;
}

function taskOf(k: Kernel, c: Call): Task | undefined {
  return c.i(0) === 0 ? c.task : k.state.tasks.get(c.i(0));
}

/** sched_setscheduler(tid, policy, param) and sched_setparam(tid, param): the priority of all policies that there are is 0. */
export const schedSetscheduler = (k: Kernel, c: Call): Result => setPolicy(k, c, c.i(1), c.u(2));
export const schedSetparam = (k: Kernel, c: Call): Result => setPolicy(k, c, undefined, c.u(1));

function setPolicy(k: Kernel, c: Call, policy: number | undefined, param: number): Result {
  if (param === 0 || c.i(0) < 0 || (policy !== undefined && policy < 0)) return -E.EINVAL;
  const priority = c.user.u32(param) | 0;
  const task = taskOf(k, c);
  if (!task) return -E.ESRCH;
  const wanted = (policy ?? task.policy) & ~SCHED.RESET_ON_FORK;
  const realTime = wanted === SCHED.FIFO || wanted === SCHED.RR;
  if (!realTime && wanted !== SCHED.OTHER && wanted !== SCHED.BATCH && wanted !== SCHED.IDLE) return -E.EINVAL;
  if (realTime !== priority > 0 || priority > 99) return -E.EINVAL;
  if (realTime) return -E.EPERM;
  task.policy = wanted;
  return 0;
}

export const schedGetscheduler = (k: Kernel, c: Call): Result => (c.i(0) < 0 ? -E.EINVAL : (taskOf(k, c)?.policy ?? -E.ESRCH));

export function schedGetparam(k: Kernel, c: Call): Result {
  if (c.u(1) === 0 || c.i(0) < 0) return -E.EINVAL;
  if (!taskOf(k, c)) return -E.ESRCH;
  c.user.setU32(c.u(1), 0);
  return 0;
}

/** sched_get_priority_max and min. */
export const schedPriorityMax = (_k: Kernel, c: Call): Result => bounds(c)?.[1] ?? -E.EINVAL;
export const schedPriorityMin = (_k: Kernel, c: Call): Result => bounds(c)?.[0] ?? -E.EINVAL;

function bounds(c: Call): readonly [number, number] | undefined {
  const policy = c.i(0);
  if (policy === SCHED.FIFO || policy === SCHED.RR) return [1, 99];
  return policy === SCHED.OTHER || policy === SCHED.BATCH || policy === SCHED.IDLE || policy === SCHED.DEADLINE ? [0, 0] : undefined;
}

export function schedRrGetInterval(k: Kernel, c: Call): Result {
  if (c.i(0) < 0) return -E.EINVAL;
  if (!taskOf(k, c)) return -E.ESRCH;
  putTimespec(c.user, c.u(1), sliceNanos % nanosPerSecond);
  return 0;
}
