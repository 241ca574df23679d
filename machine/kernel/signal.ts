/**
 * Signals: who gets one, and the queues in which they wait. signal(7).
 *
 * A signal waits in its thread's or its process's queue until a thread that does not block it is about to return
 * to user code (deliver.ts) or asks for it. Standard signals queue once, real-time ones every time. The calls are in
 * sigcalls.ts, stopping and going on in jobs.ts.
 */
import { RLIMIT, SI, SIG, SIG_DFL, SIG_IGN, signalMax, signalNames, signalsDumpingByDefault, signalsIgnoredByDefault, signalsStoppingByDefault } from '../../isa/abi/linux.js';
import { resume } from './jobs.js';
import type { Kernel } from './kernel.js';
import { signalfdsChanged } from './signalfd.js';
import { interrupt, retry } from './sleep.js';
import { noAction, type Process, type Signal, type Task } from './task.js';
import { taken } from './timer.js';

export const bit = (signo: number): bigint => 1n << BigInt(signo - 1);
/** SIGKILL and SIGSTOP cannot be blocked, caught or ignored. */
export const unblockable = bit(SIG.KILL) | bit(SIG.STOP);
/** Faults: delivered before all others. */
const synchronous = bit(SIG.SEGV) | bit(SIG.BUS) | bit(SIG.ILL) | bit(SIG.TRAP) | bit(SIG.FPE) | bit(SIG.SYS);

export function signalName(signo: number): string {
  return signalNames[signo] ?? (signo === 32 ? 'SIGRTMIN' : `SIGRT_${signo - 32}`);
}

/** A signal from a thread: kill, tgkill. */
export function userSignal(signo: number, code: number, pid: number): Signal {
  return { signo, code, pid, uid: 0, addr: 0n, value: 0n, status: 0, trapno: 0, err: 0, timer: 0, to: 0 };
}

/** A signal that says who sent it. */
export function sentBy(from: Process, signo: number, code: number): Signal {
  return { ...userSignal(signo, code, from.pid), uid: from.ids.uid[0]! };
}

// Sending

/** What became of a signal: queued, ignored, already waiting, or refused by RLIMIT_SIGPENDING. */
export type Sent = 'queued' | 'ignored' | 'pending' | 'full';

/**
 * Queues `s` for one thread (`task`) or for the process, and rouses a thread that can take it. `first`: the thread of the
 * process that is asked first; else it is the main thread.
 */
export function send(k: Kernel, process: Process, task: Task | undefined, s: Signal, first?: Task): Sent {
  if (process.status !== undefined || task?.state === 'dead') return 'ignored';
  if (s.signo === SIG.CONT) {
    for (const signo of signalsStoppingByDefault) discard(k, process, signo);
    resume(k, process);
  } else if (signalsStoppingByDefault.includes(s.signo)) discard(k, process, SIG.CONT);
  const target = task ?? recipient(k, process, s.signo, first);
  if (isIgnored(process, s.signo) && target !== undefined && (target.mask & bit(s.signo)) === 0n && !awaits(target, s.signo)) {
    k.trace?.ignored(target, s);
    return 'ignored';
  }
  const queue = task ? task.pending : process.pending;
  // two timers may share a standard signal and both be heard
  if (s.signo < 32 && s.timer === 0 && queue.some((p) => p.signo === s.signo)) return 'pending';
  if (maySend(k, process) || (s.signo < 32 && s.code >= 0) || s.timer !== 0) queue.push(task || !target ? s : { ...s, to: target.tid });
  else if (s.signo >= 32 && s.code !== SI.USER) return 'full';
  else if (queue.some((p) => p.signo === s.signo)) return 'pending';
  else queue.push(userSignal(s.signo, SI.USER, 0)); // it arrives, but says no more than its number
  if (target) rouse(k, target, s.signo);
  signalfdsChanged(k);
  return 'queued';
}

/** RLIMIT_SIGPENDING has room for another queued signal, or for a timer, which keeps room for its own. */
export function maySend(k: Kernel, process: Process): boolean {
  const most = process.limits[RLIMIT.SIGPENDING]![0];
  const { tasks, processes, clockTimers } = k.state;
  // a handful of queues with a signal or two is the rule
  let count = clockTimers.all.size;
  for (const p of processes.values()) count += p.pending.length;
  for (const t of tasks.values()) count += t.pending.length;
  return BigInt(count) < most;
}

/**
 * The thread a process's signal goes to: one that does not block it, and if there is a choice one that runs or has no other
 * signal to see to. Among those who wait for it, `first`, the main thread, the rest.
 */
function recipient(k: Kernel, process: Process, signo: number, first: Task | undefined): Task | undefined {
  const open = Array.from(process.threads, (tid) => k.task(tid)).filter((t) => awaits(t, signo) || (t.mask & bit(signo)) === 0n);
  const free = open.filter((t) => t.state === 'running' || !hasSignal(k, t));
  const among = free.length > 0 ? free : open;
  return among.find((t) => awaits(t, signo)) ?? among.find((t) => t === first) ?? among[0];
}

function awaits(task: Task, signo: number): boolean {
  return task.wait?.for.kind === 'signal' && (task.wait.for.set & bit(signo)) !== 0n;
}

/** A signal from outside the machine, as a terminal sends one. */
export function sendFromOutside(k: Kernel, task: Task, signo: number): void {
  send(k, k.process(task.pid), task, userSignal(signo, SI.KERNEL, 0));
}

/** Thread `tid` lives and does not block the signal. */
function takes(k: Kernel, tid: number, signo: number): boolean {
  const task = k.state.tasks.get(tid);
  return task !== undefined && task.state !== 'dead' && ((task.mask & bit(signo)) === 0n || awaits(task, signo));
}

/** A thread has ended or blocks more: what it was roused for goes to others. */
export function retarget(k: Kernel, process: Process): void {
  process.pending.forEach((s, at) => {
    if (s.to === 0 || takes(k, s.to, s.signo)) return;
    const target = recipient(k, process, s.signo, undefined);
    process.pending[at] = { ...s, to: target?.tid ?? 0 };
    if (target) rouse(k, target, s.signo);
  });
}

/** Makes a thread look at its signals: breaks off its wait, or interrupts the core it runs on. */
function rouse(k: Kernel, task: Task, signo: number): void {
  if (awaits(task, signo)) {
    retry(k, task);
    return;
  }
  if ((task.mask & bit(signo)) !== 0n) return;
  if (task.wait?.for.kind === 'vfork' && !isFatal(k.process(task.pid), signo)) return;
  if (task.state === 'stopped' && signo === SIG.KILL) k.ready(task);
  else if (task.state === 'waiting') interrupt(k, task);
  else if (task.state === 'running' && task.core !== k.core) k.kick(task.core);
}

export function isIgnored(process: Process, signo: number): boolean {
  const action = process.actions[signo] ?? noAction;
  return action.handler === BigInt(SIG_IGN) || (action.handler === BigInt(SIG_DFL) && signalsIgnoredByDefault.includes(signo));
}

/** The signal ends the process without further ado. */
function isFatal(process: Process, signo: number): boolean {
  const action = process.actions[signo] ?? noAction;
  if (action.handler !== BigInt(SIG_DFL) || isIgnored(process, signo)) return false;
  return !signalsStoppingByDefault.includes(signo) && !signalsDumpingByDefault.includes(signo);
}

/** SIGKILL is on its way to the task: nothing holds it any more. */
export function killed(process: Process, task: Task): boolean {
  return process.pending.some((s) => s.signo === SIG.KILL) || task.pending.some((s) => s.signo === SIG.KILL);
}

/** The action becomes the default; what else was set of it stays to be seen. */
export function toDefault(process: Process, signo: number): void {
  process.actions[signo] = { ...(process.actions[signo] ?? noAction), handler: BigInt(SIG_DFL) };
}

/**
 * A fault of the running instruction. It cannot wait: if the thread blocks or ignores the signal, the process
 * ends as if there were no handler.
 */
export function sendFault(k: Kernel, task: Task, s: Signal): void {
  const process = k.process(task.pid);
  if ((task.mask & bit(s.signo)) !== 0n || process.actions[s.signo]?.handler === BigInt(SIG_IGN)) {
    toDefault(process, s.signo);
    task.mask &= ~bit(s.signo);
  }
  if (!task.pending.some((p) => p.signo === s.signo)) task.pending.push(s);
}

/** A fault that only the kernel saw. */
export const sendSegv = (k: Kernel, task: Task): void => sendFault(k, task, userSignal(SIG.SEGV, SI.KERNEL, 0));

// Queues

/** True when `task` has a signal it does not block. */
export function hasSignal(k: Kernel, task: Task): boolean {
  if (task.pending.length === 0 && k.process(task.pid).pending.length === 0) return false;
  return nextSignal(k, task, task.mask) !== undefined;
}

/**
 * The next signal outside `mask`: the thread's own before the process's, in each faults first, then the lowest number. `asked`:
 * the program asks for it, and gets it though another thread was roused.
 */
function nextSignal(k: Kernel, task: Task, mask: bigint, asked = false): { queue: Signal[]; at: number } | undefined {
  for (const queue of [task.pending, k.process(task.pid).pending]) {
    let best = -1;
    let bestRank = Infinity;
    queue.forEach((s, at) => {
      if ((mask & bit(s.signo)) !== 0n || (!asked && s.to !== 0 && s.to !== task.tid && takes(k, s.to, s.signo))) return;
      const rank = (synchronous & bit(s.signo)) !== 0n ? s.signo : s.signo + signalMax;
      if (rank < bestRank) [best, bestRank] = [at, rank];
    });
    if (best >= 0) return { queue, at: best };
  }
  return undefined;
}

/** Takes the next signal outside `mask` out of its queue. */
export function take(k: Kernel, task: Task, mask: bigint, asked = false): Signal | undefined {
  const next = nextSignal(k, task, mask, asked);
  if (!next) return undefined;
  const s = next.queue.splice(next.at, 1)[0]!;
  const process = k.process(task.pid);
  return taken(k, process, s, next.queue === process.pending);
}

/** Takes one signal of `set` out of the queues (rt_sigtimedwait, signalfd). */
export function takeFrom(k: Kernel, task: Task, set: bigint): Signal | undefined {
  return take(k, task, ~set & 0xffff_ffff_ffff_ffffn, true);
}

/** The signals that wait for a thread, its own and its process's. */
export function pendingOf(k: Kernel, task: Task): bigint {
  let set = 0n;
  for (const s of [...task.pending, ...k.process(task.pid).pending]) set |= bit(s.signo);
  return set;
}

/** A signal that has become ignored leaves all queues of the process. */
export function discard(k: Kernel, process: Process, signo: number): void {
  const other = (s: Signal): boolean => s.signo !== signo;
  process.pending = process.pending.filter(other);
  for (const tid of process.threads) k.task(tid).pending = k.task(tid).pending.filter(other);
}
