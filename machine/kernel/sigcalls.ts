/**
 * The calls on signals: actions, masks, alternate stacks, sending, waiting. sigaction(2), sigaltstack(2), kill(2).
 */
import { E, SI, SIG, SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, sigaction, signalMax, sigsetSize } from '../../isa/abi/linux.js';
import { readSiginfo, writeSiginfo } from './abi.js';
import { blocked, noReturn, type Call, type Result } from './call.js';
import { deadlineOf } from './clock.js';
import { firstPid } from './exit.js';
import { inGroup } from './groups.js';
import { maySignal } from './identity.js';
import type { Kernel } from './kernel.js';
import { discard, hasSignal, isIgnored, pendingOf, retarget, send, sendSegv, sentBy, takeFrom, unblockable } from './signal.js';
import { block } from './sleep.js';
import { never, noAction, type Process, type Signal, type Task, type Wait } from './task.js';

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
  const bytes = c.u(1);
  if (bytes > sigsetSize) return -E.EINVAL;
  const set = new BigUint64Array([pendingOf(k, c.task) & c.task.mask]);
  c.user.write(c.u(0), new Uint8Array(set.buffer, 0, bytes));
  return 0;
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
  block(k, c, wait);
  return blocked;
}

/** restart_syscall(): calls that go on after a signal do so without it, so there is never one to restart. */
export const restartSyscall = (): Result => -E.EINTR;

/** rt_sigreturn(): everything comes from the frame. */
export function rtSigreturn(k: Kernel, c: Call): Result {
  const good = k.abi.popFrame(k, k.core, c.task);
  k.charge(k.core, k.costs.signalReturn);
  c.task.mask &= ~unblockable;
  if (!good) sendSegv(k, c.task);
  else k.watch?.returns(c.task);
  return noReturn;
}

/** kill(pid, signo): to a process, a group (negative), the caller's group (0), or all but the first and the caller (-1). */
export function kill(k: Kernel, c: Call): Result {
  const signo = c.i(1);
  const pid = c.i(0);
  const targets = pid === -1 ? [...k.state.processes.values()].filter((p) => p.pid !== firstPid && p !== c.process) : pid <= 0 ? inGroup(k, pid === 0 ? c.process.group : -pid) : [];
  const pidOf = k.state.tasks.get(pid)?.pid ?? pid;
  if (pid > 0 && k.state.processes.has(pidOf)) targets.push(k.process(pidOf));
  if (targets.length === 0) return -E.ESRCH;
  if (signo < 0 || signo > signalMax) return -E.EINVAL;
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
  if (tid <= 0) return -E.EINVAL;
  const task = k.state.tasks.get(tid);
  if (!task || (pid !== 0 && task.pid !== pid)) return -E.ESRCH;
  if (signo < 0 || signo > signalMax) return -E.EINVAL;
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
  const due = deadlineOf(k, c, 2);
  if (due === undefined) return -E.EINVAL;
  const s = takeFrom(k, c.task, set);
  if (s) {
    if (c.u(1) !== 0) writeSiginfo(c.user, c.u(1), s);
    return s.signo;
  }
  if (due <= k.now) return -E.EAGAIN;
  block(k, c, { for: { kind: 'signal', set }, nr: c.nr, due, redo: true, onTimeout: -E.EAGAIN, onSignal: 'never', remaining: 0 });
  return blocked;
}
