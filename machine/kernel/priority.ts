/**
 * Nice values and scheduling policies: getpriority(2), sched_setscheduler(2), sched_setattr(2). Root may do all; others may make their
 * own threads less important, and more important as far as RLIMIT_NICE and RLIMIT_RTPRIO go. SCHED_DEADLINE is not modeled (ENOSYS).
 */
import { E, PRIO, RLIMIT, SCHED, SCHED_FLAG, schedAttr } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { putTimespec } from './clock.js';
import { inGroup } from './groups.js';
import type { Kernel } from './kernel.js';
import { isRealTime } from './sched/context.js';
import type { Process, Task } from './task.js';

const [least, most] = [-20, 19];
const maxRealTime = 99;
const clampNice = (nice: number): number => Math.min(most, Math.max(least, nice));

/** The threads that getpriority and setpriority mean by kind and number. */
function meant(k: Kernel, c: Call): Task[] | number {
  const who = c.i(1);
  switch (c.i(0)) {
    case PRIO.PROCESS: {
      const task = who === 0 ? c.task : k.state.tasks.get(who);
      return task ? [task] : [];
    }
    case PRIO.PGRP:
      return inGroup(k, who === 0 ? c.process.group : who).flatMap((p) => Array.from(p.threads, (tid) => k.task(tid)));
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

const isRoot = (p: Process): boolean => p.ids.uid[1] === 0;

/** The caller's effective user is the thread's real or effective one. */
export function sameOwner(k: Kernel, caller: Process, task: Task): boolean {
  const [real, effective] = k.process(task.pid).ids.uid;
  return isRoot(caller) || caller.ids.uid[1] === real || caller.ids.uid[1] === effective;
}

const limitOf = (process: Process, name: keyof typeof RLIMIT): bigint => process.limits[RLIMIT[name]]![0];

/** RLIMIT_NICE counts from 1 for nice 19 to 40 for nice -20. */
const mayNice = (k: Kernel, caller: Process, task: Task, nice: number): boolean => isRoot(caller) || BigInt(20 - nice) <= limitOf(k.process(task.pid), 'NICE');

/** setpriority(kind, who, nice). */
export function setpriority(k: Kernel, c: Call): Result {
  const tasks = meant(k, c);
  if (typeof tasks === 'number') return tasks;
  const nice = clampNice(c.i(2));
  let result = -E.ESRCH as number;
  for (const t of tasks) {
    if (!sameOwner(k, c.process, t)) result = -E.EPERM;
    else if (nice < t.nice && !mayNice(k, c.process, t, nice)) result = -E.EACCES;
    else {
      if (result === -E.ESRCH) result = 0;
      k.sched.reclass(t, k.now, () => (t.nice = nice));
    }
  }
  return result;
}

function taskOf(k: Kernel, c: Call): Task | undefined {
  return c.i(0) === 0 ? c.task : k.state.tasks.get(c.i(0));
}

/** What a thread is to become; `policy` undefined: the one it has. */
interface Wish {
  readonly policy: number | undefined;
  readonly resetOnFork: boolean;
  readonly nice: number;
  readonly priority: number;
}

/** sched_setscheduler(tid, policy, param) and sched_setparam(tid, param). */
export const schedSetscheduler = (k: Kernel, c: Call): Result => (c.i(1) < 0 ? -E.EINVAL : setParam(k, c, c.i(1), c.u(2)));
export const schedSetparam = (k: Kernel, c: Call): Result => setParam(k, c, undefined, c.u(1));

function setParam(k: Kernel, c: Call, policy: number | undefined, param: number): Result {
  if (param === 0 || c.i(0) < 0) return -E.EINVAL;
  const priority = c.user.u32(param) | 0;
  const task = taskOf(k, c);
  if (!task) return -E.ESRCH;
  const resetOnFork = policy === undefined ? task.resetOnFork : (policy & SCHED.RESET_ON_FORK) !== 0;
  return setPolicy(k, c.process, task, { policy: policy === undefined ? undefined : policy & ~SCHED.RESET_ON_FORK, resetOnFork, nice: task.nice, priority });
}

function setPolicy(k: Kernel, caller: Process, task: Task, wish: Wish): number {
  const policy = wish.policy ?? task.policy;
  if (policy === SCHED.DEADLINE) {
    k.state.missing.set('SCHED_DEADLINE', (k.state.missing.get('SCHED_DEADLINE') ?? 0) + 1);
    return -E.ENOSYS;
  }
  const realTime = policy === SCHED.FIFO || policy === SCHED.RR;
  if (!realTime && policy !== SCHED.OTHER && policy !== SCHED.BATCH && policy !== SCHED.IDLE) return -E.EINVAL;
  if (wish.priority < 0 || wish.priority > maxRealTime || realTime !== wish.priority > 0) return -E.EINVAL;
  if (!isRoot(caller) && !mayBecome(k, caller, task, policy, wish)) return -E.EPERM;
  k.sched.reclass(task, k.now, () => {
    task.policy = policy;
    task.resetOnFork = wish.resetOnFork;
    task.rtPriority = wish.priority;
    if (!realTime) task.nice = wish.nice;
  });
  return 0;
}

/** What others than root may do. */
function mayBecome(k: Kernel, caller: Process, task: Task, policy: number, wish: Wish): boolean {
  const realTime = wish.priority > 0;
  if (!realTime && wish.nice < task.nice && !mayNice(k, caller, task, wish.nice)) return false;
  if (realTime) {
    const limit = limitOf(k.process(task.pid), 'RTPRIO');
    if (policy !== task.policy && limit === 0n) return false;
    if (wish.priority > task.rtPriority && BigInt(wish.priority) > limit) return false;
  }
  if (task.policy === SCHED.IDLE && policy !== SCHED.IDLE && !mayNice(k, caller, task, task.nice)) return false;
  return sameOwner(k, caller, task) && (!task.resetOnFork || wish.resetOnFork);
}

/** What a new thread or process has of its creator's. */
export function inheritPolicy(child: Task, from: Task): void {
  const resets = from.resetOnFork;
  const realTime = resets && isRealTime(from);
  child.policy = realTime ? SCHED.OTHER : from.policy;
  child.rtPriority = realTime ? 0 : from.rtPriority;
  child.nice = realTime ? 0 : resets ? Math.max(0, from.nice) : from.nice;
}

export function schedGetscheduler(k: Kernel, c: Call): Result {
  if (c.i(0) < 0) return -E.EINVAL;
  const task = taskOf(k, c);
  return task ? task.policy | (task.resetOnFork ? SCHED.RESET_ON_FORK : 0) : -E.ESRCH;
}

export function schedGetparam(k: Kernel, c: Call): Result {
  if (c.u(1) === 0 || c.i(0) < 0) return -E.EINVAL;
  const task = taskOf(k, c);
  if (!task) return -E.ESRCH;
  c.user.setU32(c.u(1), task.rtPriority);
  return 0;
}

const known = SCHED_FLAG.RESET_ON_FORK | SCHED_FLAG.RECLAIM | SCHED_FLAG.DL_OVERRUN | SCHED_FLAG.KEEP_POLICY | SCHED_FLAG.KEEP_PARAMS | SCHED_FLAG.UTIL_CLAMP;

/** sched_setattr(tid, attributes, flags). */
export function schedSetattr(k: Kernel, c: Call): Result {
  const at = c.u(1);
  if (at === 0 || c.i(0) < 0 || c.u32(2) !== 0) return -E.EINVAL;
  const size = c.user.u32(at) === 0 ? schedAttr.firstSize : c.user.u32(at);
  const tooNew = size > schedAttr.size && size <= 4096 && c.user.bytes(at + schedAttr.size, size - schedAttr.size).some((b) => b !== 0);
  if (size < schedAttr.firstSize || size > 4096 || tooNew) {
    c.user.setU32(at, schedAttr.size);
    return -E.E2BIG;
  }
  const policy = c.user.u32(at + schedAttr.policy) | 0;
  const flags = Number(c.user.u64(at + schedAttr.flags));
  if (policy < 0) return -E.EINVAL;
  const task = taskOf(k, c);
  if (!task) return -E.ESRCH;
  if ((flags & ~known) !== 0 || flags >= 2 ** 32) return -E.EINVAL;
  if ((flags & SCHED_FLAG.UTIL_CLAMP) !== 0) return -E.EOPNOTSUPP; // as of a kernel built without it
  const keeps = (flags & SCHED_FLAG.KEEP_PARAMS) !== 0;
  return setPolicy(k, c.process, task, {
    policy: (flags & SCHED_FLAG.KEEP_POLICY) === 0 ? policy : undefined,
    resetOnFork: (flags & SCHED_FLAG.RESET_ON_FORK) !== 0,
    nice: keeps ? task.nice : clampNice(c.user.u32(at + schedAttr.nice) | 0),
    priority: keeps ? task.rtPriority : c.user.u32(at + schedAttr.priority),
  });
}

/** sched_getattr(tid, attributes, bytes, flags). */
export function schedGetattr(k: Kernel, c: Call): Result {
  const [at, room] = [c.u(1), c.u32(2)];
  if (at === 0 || c.i(0) < 0 || room < schedAttr.firstSize || room > 4096 || c.u32(3) !== 0) return -E.EINVAL;
  const task = taskOf(k, c);
  if (!task) return -E.ESRCH;
  const size = Math.min(room, schedAttr.size);
  const view = new DataView(new ArrayBuffer(schedAttr.size));
  view.setUint32(schedAttr.sizeField, size, true);
  view.setUint32(schedAttr.policy, task.policy, true);
  view.setUint32(schedAttr.flags, task.resetOnFork ? SCHED_FLAG.RESET_ON_FORK : 0, true);
  if (isRealTime(task)) view.setUint32(schedAttr.priority, task.rtPriority, true);
  else view.setInt32(schedAttr.nice, task.nice, true);
  c.user.write(at, new Uint8Array(view.buffer).subarray(0, size));
  return 0;
}

/** sched_get_priority_max and min. */
export const schedPriorityMax = (_k: Kernel, c: Call): Result => bounds(c)?.[1] ?? -E.EINVAL;
export const schedPriorityMin = (_k: Kernel, c: Call): Result => bounds(c)?.[0] ?? -E.EINVAL;

function bounds(c: Call): readonly [number, number] | undefined {
  const policy = c.i(0);
  if (policy === SCHED.FIFO || policy === SCHED.RR) return [1, maxRealTime];
  return policy === SCHED.OTHER || policy === SCHED.BATCH || policy === SCHED.IDLE || policy === SCHED.DEADLINE ? [0, 0] : undefined;
}

/** What SCHED_RR or the fair class gives the thread now, in whole ticks; SCHED_FIFO: 0, for ever. */
export function schedRrGetInterval(k: Kernel, c: Call): Result {
  if (c.i(0) < 0) return -E.EINVAL;
  const task = taskOf(k, c);
  if (!task) return -E.ESRCH;
  putTimespec(c.user, c.u(1), BigInt(k.sched.interval(task)));
  return 0;
}
