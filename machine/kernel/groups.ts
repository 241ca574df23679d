/**
 * Process groups and sessions: who belongs together when a signal is sent to many. setpgid(2), setsid(2),
 * credentials(7). There are no terminals, so a session has no foreground group.
 */
import { E } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import type { Kernel } from './kernel.js';
import type { Process } from './task.js';

export const getpgrp = (_k: Kernel, c: Call): Result => c.process.group;

/** The process argument `i` names: 0 is the caller. */
function named(k: Kernel, c: Call, i: number): Process | undefined {
  if (c.i(i) === 0) return c.process;
  const task = k.state.tasks.get(c.i(i));
  return task ? k.process(task.pid) : k.state.processes.get(c.i(i));
}

export const getpgid = (k: Kernel, c: Call): Result => named(k, c, 0)?.group ?? -E.ESRCH;
export const getsid = (k: Kernel, c: Call): Result => named(k, c, 0)?.session ?? -E.ESRCH;

/** setpgid(pid, group): of the caller, or of a child that still runs the caller's program. */
export function setpgid(k: Kernel, c: Call): Result {
  const process = c.i(0) === 0 ? c.process : k.state.processes.get(c.i(0));
  if (c.i(1) < 0) return -E.EINVAL;
  if (!process || (process !== c.process && process.parent !== c.process.pid)) return -E.ESRCH;
  if (process !== c.process) {
    if (process.session !== c.process.session) return -E.EPERM;
    if (process.executed) return -E.EACCES;
  }
  if (process.session === process.pid) return -E.EPERM;
  const group = c.i(1) === 0 ? process.pid : c.i(1);
  if (group !== process.pid && !inGroup(k, group).some((p) => p.session === c.process.session)) return -E.EPERM;
  process.group = group;
  return 0;
}

/** setsid(): a new session and group, unless the caller leads a group. */
export function setsid(k: Kernel, c: Call): Result {
  if (inGroup(k, c.process.pid).length > 0) return -E.EPERM;
  c.process.session = c.process.group = c.process.pid;
  return c.process.pid;
}

export function inGroup(k: Kernel, group: number): Process[] {
  return [...k.state.processes.values()].filter((p) => p.group === group);
}

/**
 * No member has a parent in another group of the session that could start the group again. `without`: a process that
 * is about to end.
 */
export function groupOrphaned(k: Kernel, group: number, without?: Process): boolean {
  return !inGroup(k, group).some((p) => {
    const parent = k.state.processes.get(p.parent);
    return p !== without && p.status === undefined && parent !== undefined && parent.group !== group && parent.session === p.session;
  });
}
