/**
 * Signals: their actions, masks and queues, who gets one, and what becomes of it. signal(7).
 *
 * A signal waits in its thread's or its process's queue until a thread that does not block it is about to return
 * to user code; there it runs its handler (frame.ts builds the frame), is dropped, or ends the process.
 * Standard signals queue once, real-time ones every time. Stopping and going on are in jobs.ts.
 */
import { E, RLIMIT, SA, SI, SIG, SIG_BLOCK, SIG_DFL, SIG_IGN, SIG_SETMASK, SIG_UNBLOCK, SS, minSigStack, sigaction, signalMax, signalNames, signalsDumpingByDefault, signalsIgnoredByDefault, signalsStoppingByDefault, sigsetSize, stackT } from '../../isa/abi/linux.js';
import { isFault, readSiginfo, writeSiginfo } from './abi.js';
import { blocked, noReturn, type Call, type Result } from './call.js';
import { deadlineOf, reportRest } from './clock.js';
import type { Kernel } from './kernel.js';
import { exitGroup, firstPid } from './exit.js';
import { inGroup } from './groups.js';
import { maySignal } from './identity.js';
import { resume, stop } from './jobs.js';
import { followRseq } from './rseq.js';
import { signalfdsChanged } from './signalfd.js';
import { never, noAction, onAltStack, setAltStack, type Action, type Process, type Signal, type Task, type Wait } from './task.js';
import { taken } from './timer.js';

const bit = (signo: number): bigint => 1n << BigInt(signo - 1);
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

/** Hears of handlers, and changes nothing: for tests and reports. */
export interface SignalWatch {
  /** A handler is about to begin; the task's registers are as it will find them in its frame. */
  begins(task: Task, signo: number): void;
  /** rt_sigreturn has put a frame's registers back. */
  returns(task: Task): void;
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
  if (isIgnored(process, s.signo) && target !== undefined && (target.mask & bit(s.signo)) === 0n && !awaits(target, s.signo)) return 'ignored';
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

/** The first thread that does not block the signal: `first`, or the main thread, if it can. */
function recipient(k: Kernel, process: Process, signo: number, first: Task | undefined): Task | undefined {
  const open = process.threads.map((tid) => k.task(tid)).filter((t) => awaits(t, signo) || (t.mask & bit(signo)) === 0n);
  return open.find((t) => awaits(t, signo)) ?? open.find((t) => t === first) ?? open[0];
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
    k.retry(task);
    return;
  }
  if ((task.mask & bit(signo)) !== 0n) return;
  if (task.wait?.for.kind === 'vfork' && !isFatal(k.process(task.pid), signo)) return;
  if (task.state === 'stopped' && signo === SIG.KILL) k.ready(task);
  else if (task.state === 'waiting') k.interrupt(task);
  else if (task.state === 'running' && task.core !== k.core) k.kick(task.core);
}

function isIgnored(process: Process, signo: number): boolean {
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

/**
 * A fault of the running instruction. It cannot wait: if the thread blocks or ignores the signal, the process
 * ends as if there were no handler.
 */
export function sendFault(k: Kernel, task: Task, s: Signal): void {
  const process = k.process(task.pid);
  if ((task.mask & bit(s.signo)) !== 0n || process.actions[s.signo]?.handler === BigInt(SIG_IGN)) {
    process.actions[s.signo] = undefined;
    task.mask &= ~bit(s.signo);
  }
  task.pending.push(s);
}

/** A fault that only the kernel saw. */
export const sendSegv = (k: Kernel, task: Task): void => sendFault(k, task, { ...userSignal(SIG.SEGV, SI.KERNEL, 0), addr: 0n });

// Delivery

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
function take(k: Kernel, task: Task, mask: bigint, asked = false): Signal | undefined {
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

/**
 * Delivers what is deliverable to the task on `core`, whose registers are loaded. Several handlers nest, the
 * last one pushed running first, as in Linux. The task may end here.
 */
export function deliver(k: Kernel, core: number, task: Task): void {
  const process = k.process(task.pid);
  for (;;) {
    const s = take(k, task, task.mask);
    if (!s) break;
    const action = process.actions[s.signo] ?? noAction;
    if (isIgnored(process, s.signo)) continue;
    if (action.handler === BigInt(SIG_DFL)) {
      if (signalsStoppingByDefault.includes(s.signo)) {
        k.trace?.signal(task, s);
        if (!stop(k, process, s.signo)) continue;
        k.trace?.stopped(task, s.signo);
        return;
      }
      if (task.interrupted) k.trace?.interrupted(task, task.interrupted);
      k.trace?.signal(task, s);
      endBySignal(k, process, task, s);
      return;
    }
    if (!handle(k, core, task, process, action, s)) return;
  }
  const w = task.interrupted;
  if (!w) return;
  // no handler ran: the call goes on as if nothing had happened
  task.interrupted = undefined;
  task.redo = w;
}

/** Enters the handler of `s`. False: its frame could not be written and the process has ended. */
function handle(k: Kernel, core: number, task: Task, process: Process, action: Action, s: Signal): boolean {
  settleInterrupted(k, core, task, action);
  k.trace?.signal(task, s);
  k.watch?.begins(task, s.signo);
  if ((task.rseq !== 0 && !followRseq(k, core, task)) || !k.abi.pushFrame(k, core, task, action, s)) {
    // no room for the frame: Linux forces SIGSEGV, which a handler on the same stack could not take either
    const segv: Signal = { ...userSignal(SIG.SEGV, SI.KERNEL, 0), addr: 0n };
    if (s.signo === SIG.SEGV || action.flags === 0n) process.actions[SIG.SEGV] = undefined;
    endBySignal(k, process, task, segv);
    return false;
  }
  task.savedMask = undefined;
  task.mask |= action.mask & ~unblockable;
  if ((action.flags & BigInt(SA.NODEFER)) === 0n) task.mask |= bit(s.signo);
  if ((action.flags & BigInt(SA.RESETHAND)) !== 0n) process.actions[s.signo] = undefined;
  k.charge(core, k.costs.signalDelivery);
  return true;
}

/** What the code under the handler will see of the call that the signal broke off. */
function settleInterrupted(k: Kernel, core: number, task: Task, action: Action): void {
  const w = task.interrupted;
  if (!w) return;
  task.interrupted = undefined;
  if (w.onSignal === 'restart' && (action.flags & BigInt(SA.RESTART)) !== 0n) {
    k.abi.restart(k.parts.cores.state(core), w.nr);
    k.trace?.interrupted(task, w);
    return;
  }
  k.abi.setResult(k.parts.cores.state(core), -E.EINTR);
  if (w.remaining !== 0) reportRest(k, task, w);
  k.trace?.interrupted(task, w);
}

/** A signal ends the process: a line that says which and where, and the status a shell shows. */
function endBySignal(k: Kernel, process: Process, task: Task, s: Signal): void {
  const fault = isFault(s) || s.trapno !== 0;
  const address = s.signo === SIG.SEGV && fault && s.code !== SI.KERNEL ? `, address 0x${s.addr.toString(16)}` : '';
  if (process.pid === firstPid) k.state.message = `${signalName(s.signo)}${fault ? ` at ${k.where(Number(k.abi.pc(k.registers(task))))}${address}` : ''}`;
  exitGroup(k, process, s.signo);
}

// Calls

/** rt_sigaction(signo, new, old, setBytes). */
export function rtSigaction(k: Kernel, c: Call): Result {
  const signo = c.i(0);
  if (c.u(3) !== sigsetSize) return -E.EINVAL;
  if (signo < 1 || signo > signalMax) return -E.EINVAL;
  const setting = c.u(1) !== 0;
  if (setting && (signo === SIG.KILL || signo === SIG.STOP)) return -E.EINVAL;
  const old = c.process.actions[signo] ?? noAction;
  if (setting) {
    const va = c.u(1);
    const mask = c.user.u64(va + sigaction.mask) & ~unblockable;
    c.process.actions[signo] = { handler: c.user.u64(va + sigaction.handler), flags: c.user.u64(va + sigaction.flags), restorer: c.user.u64(va + sigaction.restorer), mask };
    if (isIgnored(c.process, signo)) discard(k, c.process, signo);
  }
  if (c.u(2) !== 0) {
    c.user.setU64(c.u(2) + sigaction.handler, old.handler);
    c.user.setU64(c.u(2) + sigaction.flags, old.flags);
    c.user.setU64(c.u(2) + sigaction.restorer, old.restorer);
    c.user.setU64(c.u(2) + sigaction.mask, old.mask);
  }
  return 0;
}

/** A signal that has become ignored leaves all queues of the process. */
function discard(k: Kernel, process: Process, signo: number): void {
  const other = (s: Signal): boolean => s.signo !== signo;
  process.pending = process.pending.filter(other);
  for (const tid of process.threads) k.task(tid).pending = k.task(tid).pending.filter(other);
}

/** rt_sigprocmask(how, set, old, setBytes). */
export function rtSigprocmask(k: Kernel, c: Call): Result {
  if (c.u(3) !== sigsetSize) return -E.EINVAL;
  const old = c.task.mask;
  if (c.u(1) !== 0) {
    const set = c.user.u64(c.u(1)) & ~unblockable;
    switch (c.i(0)) {
      case SIG_BLOCK:
        c.task.mask |= set;
        break;
      case SIG_UNBLOCK:
        c.task.mask &= ~set;
        break;
      case SIG_SETMASK:
        c.task.mask = set;
        break;
      default:
        return -E.EINVAL;
    }
    retarget(k, c.process);
  }
  if (c.u(2) !== 0) c.user.setU64(c.u(2), old);
  return 0;
}

export function rtSigpending(k: Kernel, c: Call): Result {
  if (c.u(1) > sigsetSize) return -E.EINVAL;
  c.user.setU64(c.u(0), pendingOf(k, c.task) & c.task.mask);
  return 0;
}

/** The signals that wait for a thread, its own and its process's. */
export function pendingOf(k: Kernel, task: Task): bigint {
  let set = 0n;
  for (const s of [...task.pending, ...k.process(task.pid).pending]) set |= bit(s.signo);
  return set;
}

/** rt_sigsuspend(mask, setBytes): sleeps under another mask until a handler has run. */
export function rtSigsuspend(k: Kernel, c: Call): Result {
  if (c.u(1) !== sigsetSize) return -E.EINVAL;
  waitUnder(c, c.user.u64(c.u(0)));
  return pause(k, c);
}

/** Blocks `mask` instead while a call waits. The kernel goes back to the old one when the call ends, a handler's frame when it returns. */
export function waitUnder(c: Call, mask: bigint): void {
  if (!c.again) c.task.savedMask = c.task.mask;
  c.task.mask = mask & ~unblockable;
}

export function pause(k: Kernel, c: Call): Result {
  const wait: Wait = { for: { kind: 'signal', set: 0n }, nr: c.nr, due: never, redo: true, onTimeout: 0, onSignal: 'never', remaining: 0 };
  if (hasSignal(k, c.task)) {
    c.task.interrupted = wait;
    return noReturn;
  }
  k.block(c, wait);
  return blocked;
}

/** restart_syscall(): calls that go on after a signal do so without it, so there is never one to restart. */
export const restartSyscall = (): Result => -E.EINTR;

/** sigaltstack(new, old). */
export function sigaltstack(k: Kernel, c: Call): Result {
  const alt = c.task.altStack;
  const active = onAltStack(c.task, k.abi.stackPointer(k.parts.cores.state(k.core)));
  const before = { ...alt };
  if (c.u(0) !== 0) {
    const va = c.u(0);
    const flags = c.user.u32(va + stackT.flags);
    const sp = c.user.u64(va + stackT.sp);
    const bytes = c.user.u64(va + stackT.bytes);
    if (active) return -E.EPERM;
    const mode = flags & ~SS.AUTODISARM;
    if (mode !== SS.DISABLE && mode !== SS.ONSTACK && mode !== 0) return -E.EINVAL;
    if (mode === SS.DISABLE) setAltStack(c.task, 0n, 0n, flags);
    else {
      if (bytes < BigInt(minSigStack[k.parts.config.arch])) return -E.ENOMEM;
      setAltStack(c.task, sp, bytes, flags);
    }
  }
  if (c.u(1) !== 0) {
    const va = c.u(1);
    const mode = before.bytes === 0n ? SS.DISABLE : active ? SS.ONSTACK : 0;
    c.user.setU64(va + stackT.sp, before.sp);
    c.user.setU32(va + stackT.flags, (mode | (before.flags & SS.AUTODISARM)) >>> 0);
    c.user.setU32(va + stackT.flags + 4, 0);
    c.user.setU64(va + stackT.bytes, before.bytes);
  }
  return 0;
}

/** rt_sigreturn(): everything comes from the frame. */
export function rtSigreturn(k: Kernel, c: Call): Result {
  if (!k.abi.popFrame(k, k.core, c.task)) {
    sendFault(k, c.task, { ...userSignal(SIG.SEGV, SI.KERNEL, 0), addr: 0n });
  } else {
    c.task.mask &= ~unblockable;
    k.watch?.returns(c.task);
  }
  return noReturn;
}

/** kill(pid, signo): to a process, a group (negative), the caller's group (0), or all but the first and the caller (-1). */
export function kill(k: Kernel, c: Call): Result {
  const signo = c.i(1);
  if (signo < 0 || signo > signalMax) return -E.EINVAL;
  const pid = c.i(0);
  const targets = pid === -1 ? [...k.state.processes.values()].filter((p) => p.pid !== firstPid && p !== c.process) : pid <= 0 ? inGroup(k, pid === 0 ? c.process.group : -pid) : [];
  const pidOf = k.state.tasks.get(pid)?.pid ?? pid;
  if (pid > 0 && k.state.processes.has(pidOf)) targets.push(k.process(pidOf));
  if (targets.length === 0) return -E.ESRCH;
  const allowed = targets.filter((target) => maySignal(c.process, target, signo === SIG.CONT));
  if (allowed.length === 0) return -E.EPERM;
  if (signo !== 0) for (const target of allowed) send(k, target, undefined, sentBy(c.process, signo, SI.USER));
  return 0;
}

/** tgkill(pid, tid, signo). */
export function tgkill(k: Kernel, c: Call): Result {
  if (c.i(0) <= 0) return -E.EINVAL;
  return toThread(k, c, c.i(0), c.i(1), c.i(2));
}

export function tkill(k: Kernel, c: Call): Result {
  return toThread(k, c, 0, c.i(0), c.i(1));
}

function toThread(k: Kernel, c: Call, pid: number, tid: number, signo: number): Result {
  if (tid <= 0 || signo < 0 || signo > signalMax) return -E.EINVAL;
  const task = k.state.tasks.get(tid);
  if (!task || (pid !== 0 && task.pid !== pid)) return -E.ESRCH;
  if (!maySignal(c.process, k.process(task.pid), signo === SIG.CONT)) return -E.EPERM;
  return signo === 0 || send(k, k.process(task.pid), task, sentBy(c.process, signo, SI.TKILL)) !== 'full' ? 0 : -E.EAGAIN;
}

/** rt_sigqueueinfo(pid, signo, info) and rt_tgsigqueueinfo(pid, tid, signo, info): signals that carry what their sender says. */
export function rtSigqueueinfo(k: Kernel, c: Call): Result {
  const target = k.state.processes.get(c.i(0));
  return queueInfo(k, c, c.i(0), c.i(1), c.u(2), target, undefined);
}

export function rtTgsigqueueinfo(k: Kernel, c: Call): Result {
  if (c.i(0) <= 0 || c.i(1) <= 0) return -E.EINVAL;
  const task = k.state.tasks.get(c.i(1));
  return queueInfo(k, c, c.i(1), c.i(2), c.u(3), task?.pid === c.i(0) ? k.process(task.pid) : undefined, task);
}

function queueInfo(k: Kernel, c: Call, id: number, signo: number, va: number, process: Process | undefined, task: Task | undefined): Result {
  const s: Signal = { ...readSiginfo(c.user, va), signo };
  // nobody may look like the kernel or like kill to others
  if ((s.code >= 0 || s.code === SI.TKILL) && id !== c.task.tid) return -E.EPERM;
  if (!process) return -E.ESRCH;
  if (signo < 0 || signo > signalMax) return -E.EINVAL;
  if (signo === 0) return 0;
  return send(k, process, task, s) === 'full' ? -E.EAGAIN : 0;
}

/** rt_sigtimedwait(set, info, timeout, setBytes): takes a signal of `set` without running a handler. */
export function rtSigtimedwait(k: Kernel, c: Call): Result {
  if (c.u(3) !== sigsetSize) return -E.EINVAL;
  const set = c.user.u64(c.u(0)) & ~unblockable;
  const s = takeFrom(k, c.task, set);
  if (s) {
    if (c.u(1) !== 0) writeSiginfo(c.user, c.u(1), s);
    return s.signo;
  }
  const due = deadlineOf(k, c, 2);
  if (due === undefined) return -E.EINVAL;
  if (due <= k.now) return -E.EAGAIN;
  k.block(c, { for: { kind: 'signal', set }, nr: c.nr, due, redo: true, onTimeout: -E.EAGAIN, onSignal: 'never', remaining: 0 });
  return blocked;
}
