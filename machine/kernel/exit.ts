/**
 * Ends: of a thread, of a process, and what is left of it. exit_group(2), wait(2), set_robust_list(2), get_robust_list(2).
 *
 * A process is a zombie from the end of its last thread until its parent has waited for it, or at once gone if the
 * parent ignores such news. Orphans go to the nearest subreaper above, else to process 1. When process 1 ends all
 * others are killed and the run ends, as a container ends with its init.
 */
import { E, FUTEX, SA, SIG, SIG_IGN, robustListHeadSize, siCodes } from '../../isa/abi/linux.js';
import { noReturn, type Call, type Result } from './call.js';
import { futexKeyOf, wake } from './futex.js';
import { ignoringFaults, type GuestMemory } from './guest.js';
import { groupOrphaned, inGroup } from './groups.js';
import { cheer } from './jobs.js';
import type { Kernel } from './kernel.js';
import { retarget, send, sentBy, userSignal } from './signal.js';
import { retry, wakeTask } from './sleep.js';
import { noAction, type Process, type Signal, type Task, type Usage } from './task.js';
import { dropTimers } from './timer.js';

/** The program that the machine runs; its end is the end of the run. */
export const firstPid = 1;

export function exit(k: Kernel, c: Call): Result {
  endThread(k, c.process, c.task, (c.i(0) & 0xff) << 8);
  return noReturn;
}

export function exitGroupCall(k: Kernel, c: Call): Result {
  exitGroup(k, c.process, (c.i(0) & 0xff) << 8);
  return noReturn;
}

/** Ends every thread of a process. `status` as wait4 reports it. */
export function exitGroup(k: Kernel, process: Process, status: number): void {
  for (const tid of [...process.threads]) endThread(k, process, k.task(tid), status, true);
}

/** `all`: and at once the others. */
function endThread(k: Kernel, process: Process, task: Task, status: number, all = false): void {
  const last = process.threads.size === 1;
  leaveMemory(k, process, task, last);
  k.trace?.exit(task, status);
  childrenLoseThread(k, process, task);
  k.remove(task);
  k.files.tables.release(task);
  if (last) endProcess(k, process, status);
  else if (!all) retarget(k, process); // else nobody is left to take signals
}

/** execve: the caller alone goes on. */
export function endOtherThreads(k: Kernel, process: Process, task: Task): void {
  for (const tid of [...process.threads]) if (tid !== task.tid) endThread(k, process, k.task(tid), 0);
}

// Memory

/**
 * What others wait for when a thread leaves its memory: its tid word, and the robust mutexes it holds. Bad pointers
 * are ignored. The last thread of memory that nobody else uses has nobody to tell of its tid.
 * A thread that lent its memory by vfork goes on.
 */
export function leaveMemory(k: Kernel, process: Process, task: Task, last: boolean): void {
  const user = k.user(process);
  ignoringFaults(() => {
    if (task.robustList !== 0) releaseRobust(k, process, task, user);
  });
  task.robustList = 0;
  ignoringFaults(() => {
    if (task.clearChildTid === 0 || (last && usersOf(k, process.space) === 1)) return;
    user.setU32(task.clearChildTid, 0);
    wake(k, futexKeyOf(k, process, task.clearChildTid, false), 1, FUTEX.BITSET_ANY);
  });
  task.clearChildTid = 0;
  task.rseq = 0;
  task.rseqDue = false;
  const lender = k.state.tasks.get(task.vforkParent);
  task.vforkParent = 0;
  if (lender?.wait?.for.kind === 'vfork') wakeTask(k, lender, task.tid);
}

/** Processes that use an address space. */
export function usersOf(k: Kernel, space: number): number {
  let users = 0;
  for (const process of k.state.processes.values()) if (process.space === space) users++;
  return users;
}

/** The process no longer uses its memory: it ended or runs another program. */
export function dropMemory(k: Kernel, process: Process): void {
  const space = k.space(process);
  if (usersOf(k, space.id) === 1) k.parts.spaces.destroy(space);
  process.space = 0;
}

/** Walks {next, offset of the futex word, pending}; entries of mutexes the thread owns get OWNER_DIED. */
function releaseRobust(k: Kernel, process: Process, task: Task, user: GuestMemory): void {
  const head = task.robustList;
  const offset = Number(user.i64(head + 8));
  const release = (entry: number, pending: boolean): void => {
    const word = entry + offset;
    const value = user.u32(word);
    // the thread may have let go, and died before it woke those who wait
    if (pending && value === 0) wake(k, futexKeyOf(k, process, word, false), 1, FUTEX.BITSET_ANY);
    if ((value & FUTEX.TID_MASK) !== task.tid) return;
    user.setU32(word, ((value & FUTEX.WAITERS) | FUTEX.OWNER_DIED) >>> 0);
    if ((value & FUTEX.WAITERS) !== 0) wake(k, futexKeyOf(k, process, word, false), 1, FUTEX.BITSET_ANY);
  };
  // bit 0 of a link marks priority inheritance
  const plain = (link: number): number => Math.floor(link / 2) * 2;
  const pending = plain(user.word(head + 16));
  let entry = plain(user.word(head));
  for (let i = 0; i < 2048 && entry !== head; i++) { // a list of a damaged program may be a circle
    const next = plain(user.word(entry));
    if (entry !== pending) release(entry, false);
    entry = next;
  }
  if (pending !== 0) release(pending, true);
}

export function setTidAddress(_k: Kernel, c: Call): Result {
  c.task.clearChildTid = c.u(0);
  return c.task.tid;
}

export function setRobustList(_k: Kernel, c: Call): Result {
  if (c.u(1) !== robustListHeadSize) return -E.EINVAL;
  c.task.robustList = c.u(0);
  c.task.robustListBytes = c.u(1);
  return 0;
}

export function getRobustList(k: Kernel, c: Call): Result {
  const task = c.i(0) === 0 ? c.task : k.state.tasks.get(c.i(0));
  if (!task) return -E.ESRCH;
  c.user.setU64(c.u(2), BigInt(robustListHeadSize));
  c.user.setU64(c.u(1), BigInt(task.robustList));
  return 0;
}

// Processes

/** The si_code for an end with this status. */
export function endCode(status: number): number {
  if ((status & 0x7f) === 0) return siCodes.CLD_EXITED;
  return (status & 0x80) === 0 ? siCodes.CLD_KILLED : siCodes.CLD_DUMPED;
}

function endProcess(k: Kernel, process: Process, status: number): void {
  process.status = status;
  dropTimers(k, process.pid);
  process.stopped = 0;
  process.news = undefined;
  process.pending = [];
  process.ended.maxResidentKib = Math.max(process.ended.maxResidentKib, k.space(process).residentPages * 4);
  if (process.pid === firstPid) {
    endAll(k, status); // its memory stays to be looked at
    return;
  }
  dropMemory(k, process);
  const orphaned = stoppedGroupsOf(k, process);
  for (const child of childrenOf(k, process)) reparent(k, child, reaperOf(k, process));
  for (const group of orphaned) if (groupOrphaned(k, group)) cheer(k, group);
  k.files.ended(process);
  tellParent(k, process);
}

/** The run ends; processes that are left are killed. */
function endAll(k: Kernel, status: number): void {
  for (const other of [...k.state.processes.values()]) if (other.status === undefined) exitGroup(k, other, SIG.KILL);
  k.files.hostMappings.writeBackAll();
  k.parts.exit((status & 0x7f) === 0 ? status >> 8 : 128 + (status & 0x7f));
}

export function* childrenOf(k: Kernel, process: Process): Generator<Process> {
  for (const other of [...k.state.processes.values()]) if (other.parent === process.pid) yield other;
}

/** Groups of the process and its children that have stopped members, and are not orphaned yet. */
function stoppedGroupsOf(k: Kernel, process: Process): Set<number> {
  const groups = new Set([process.group]);
  for (const child of childrenOf(k, process)) groups.add(child.group);
  return new Set([...groups].filter((g) => !groupOrphaned(k, g, process) && inGroup(k, g).some((p) => p.stopped !== 0)));
}

function reaperOf(k: Kernel, process: Process): Process {
  let at = process;
  do {
    const above = k.state.processes.get(at.parent);
    if (!above) return k.process(firstPid);
    at = above;
  } while (at.pid !== firstPid && !(at.subreaper && at.status === undefined));
  return at;
}

function reparent(k: Kernel, child: Process, to: Process): void {
  child.parent = to.pid;
  child.parentThread = k.firstThread(to)?.tid ?? 0;
  child.exitSignal = SIG.CHLD;
  if (child.status !== undefined) tellParent(k, child);
}

/** A thread that made processes ends: they hear of it if they asked to, and belong to another thread. */
function childrenLoseThread(k: Kernel, process: Process, task: Task): void {
  for (const child of childrenOf(k, process)) {
    if (child.parentThread !== task.tid) continue;
    child.parentThread = otherThread(process, task.tid);
    for (const tid of [...child.threads]) {
      const { deathSignal } = k.task(tid);
      if (deathSignal !== 0) send(k, child, undefined, userSignal(deathSignal, 0, process.pid));
    }
  }
}

/** The oldest thread but `tid`; 0: there is none. */
function otherThread(process: Process, tid: number): number {
  for (const other of process.threads) if (other !== tid) return other;
  return 0;
}

/** A process has ended: its parent is signalled, and waits see it. One that wants no news lets it go at once. */
function tellParent(k: Kernel, process: Process): void {
  const parent = k.state.processes.get(process.parent);
  if (!parent) return;
  const action = parent.actions[SIG.CHLD] ?? noAction;
  const ignored = process.exitSignal === SIG.CHLD && (action.handler === BigInt(SIG_IGN) || (action.flags & BigInt(SA.NOCLDWAIT)) !== 0n);
  const status = process.status!;
  const code = endCode(status);
  if (process.exitSignal !== 0) send(k, parent, undefined, childSignal(k, process, process.exitSignal, code, (status & 0x7f) === 0 ? status >> 8 : status & 0x7f));
  if (ignored) reap(k, process);
  wakeWaiters(k, parent);
}

/** SIGCHLD, or another signal in its place, as the parent sees it. */
export function childSignal(k: Kernel, child: Process, signo: number, code: number, status: number): Signal {
  return { ...sentBy(child, signo, code), status, value: k.clock.nanos(k.processTicks(child)) / 10_000_000n };
}

/** Threads that wait for children of `parent` look again. */
export function wakeWaiters(k: Kernel, parent: Process): void {
  for (const tid of [...parent.threads]) {
    const task = k.task(tid);
    if (task.wait?.for.kind === 'child') retry(k, task);
  }
}

/** The last of a process goes. */
export function reap(k: Kernel, process: Process): void {
  k.state.processes.delete(process.pid);
}

export function addUsage(to: Usage, more: Usage): void {
  to.ticks += more.ticks;
  to.systemTicks += more.systemTicks;
  to.maxResidentKib = Math.max(to.maxResidentKib, more.maxResidentKib);
  to.voluntarySwitches += more.voluntarySwitches;
  to.involuntarySwitches += more.involuntarySwitches;
}
