/**
 * Waiting for children: wait4(2), waitid(2), and what getrusage tells of them.
 *
 * News of a child is its end, which takes the child away once told, a stop, or going on after one. A call that finds
 * none sleeps until a child has some.
 */
import { E, IdType, O, SIG, W, rusage, siCodes, siginfo } from '../../isa/abi/linux.js';
import { blocked, type Call, type Result } from './call.js';
import { nanosPerSecond } from './clock.js';
import { addUsage, childrenOf, endCode, reap } from './exit.js';
import type { GuestMemory } from './guest.js';
import type { Kernel } from './kernel.js';
import { block } from './sleep.js';
import { never, type Process, type Task, type Usage } from './task.js';

/** News as waitid tells it: si_code and si_status. */
interface News {
  readonly child: Process;
  readonly code: number;
  readonly status: number;
}

/** wait4(pid, status, options, usage). */
export function wait4(k: Kernel, c: Call): Result {
  const options = c.u32(2);
  if ((options & ~(W.NOHANG | W.UNTRACED | W.CONTINUED | W.NOTHREAD | W.ALL | W.CLONE)) !== 0) return -E.EINVAL;
  const pid = c.i(0);
  if (pid === -(2 ** 31)) return -E.ESRCH;
  const mine = (p: Process): boolean => (pid > 0 ? p.pid === pid : pid === -1 || p.group === (pid === 0 ? c.process.group : -pid));
  const news = find(k, c, mine, options | W.EXITED);
  if (news === 'none') return -E.ECHILD;
  if (news === undefined) return (options & W.NOHANG) !== 0 ? 0 : sleep(k, c);
  const { child, code, status } = news;
  if (c.u(3) !== 0) writeUsage(k, c.user, c.u(3), usageOf(k, child));
  take(k, c.process, news, true);
  const word = code === siCodes.CLD_STOPPED ? (status << 8) | 0x7f : code === siCodes.CLD_CONTINUED ? 0xffff : child.status!;
  if (c.u(1) !== 0) c.user.setU32(c.u(1), word);
  return child.pid;
}

/** waitid(kind, id, info, options, usage). */
export function waitid(k: Kernel, c: Call): Result {
  const options = c.u32(3);
  const events = W.EXITED | W.STOPPED | W.CONTINUED;
  if ((options & ~(events | W.NOHANG | W.NOWAIT | W.NOTHREAD | W.ALL | W.CLONE)) !== 0 || (options & events) === 0) return -E.EINVAL;
  const id = c.i(1);
  let mine: (p: Process) => boolean;
  let nonblocking = false;
  switch (c.i(0)) {
    case IdType.ALL:
      mine = () => true;
      break;
    case IdType.PID:
      if (id <= 0) return -E.EINVAL;
      mine = (p) => p.pid === id;
      break;
    case IdType.PGID: {
      if (id < 0) return -E.EINVAL;
      const group = id === 0 ? c.process.group : id;
      mine = (p) => p.group === group;
      break;
    }
    case IdType.PIDFD: {
      if (id < 0) return -E.EINVAL;
      const file = k.files.file(c.task, id);
      if (file?.kind !== 'pid') return -E.EBADF;
      mine = (p) => p.pid === file.pid && p.started === file.started;
      nonblocking = (file.flags & O.NONBLOCK) !== 0;
      break;
    }
    default:
      return -E.EINVAL;
  }
  const news = find(k, c, mine, options);
  if (news === 'none') return -E.ECHILD;
  if (news === undefined) {
    if ((options & W.NOHANG) === 0) return nonblocking ? -E.EAGAIN : sleep(k, c);
    if (c.u(2) !== 0) writeInfo(c.user, c.u(2), 0, 0, 0, 0);
    return 0;
  }
  if (c.u(4) !== 0) writeUsage(k, c.user, c.u(4), usageOf(k, news.child));
  take(k, c.process, news, (options & W.NOWAIT) === 0);
  if (c.u(2) !== 0) writeInfo(c.user, c.u(2), SIG.CHLD, news.code, news.child.pid, news.status, news.child.ids.uid[0]);
  return 0;
}

function sleep(k: Kernel, c: Call): Result {
  block(k, c, { for: { kind: 'child' }, nr: c.nr, due: never, redo: true, onTimeout: 0, onSignal: 'restart', remaining: 0 });
  return blocked;
}

/** News that the options ask for; 'none': there is no such child, so there will be none either. */
function find(k: Kernel, c: Call, mine: (p: Process) => boolean, options: number): News | 'none' | undefined {
  let any = false;
  for (const child of childrenOf(k, c.process)) {
    const isClone = child.exitSignal !== SIG.CHLD;
    if (!mine(child) || ((options & W.ALL) === 0 && isClone !== ((options & W.CLONE) !== 0))) continue;
    if ((options & W.NOTHREAD) !== 0 && child.parentThread !== c.task.tid) continue;
    any = true;
    const { status } = child;
    if (status !== undefined) {
      if ((options & W.EXITED) === 0) continue;
      return { child, code: endCode(status), status: (status & 0x7f) === 0 ? status >> 8 : status & 0x7f };
    }
    if (child.news === 'stopped' && (options & W.STOPPED) !== 0) return { child, code: siCodes.CLD_STOPPED, status: child.stopped };
    if (child.news === 'continued' && (options & W.CONTINUED) !== 0) return { child, code: siCodes.CLD_CONTINUED, status: SIG.CONT };
  }
  return any ? undefined : 'none';
}

/** News is told once. */
function take(k: Kernel, parent: Process, { child }: News, last: boolean): void {
  if (!last) return;
  child.news = undefined;
  if (child.status === undefined) return;
  addUsage(parent.children, usageOf(k, child));
  reap(k, child);
}

/** What a process and the children it has waited for have used. */
function usageOf(k: Kernel, process: Process): Usage {
  const sum = ownUsage(k, process);
  addUsage(sum, process.children);
  return sum;
}

/** What all threads of a process have used. */
export function ownUsage(k: Kernel, process: Process): Usage {
  const sum = { ...process.ended };
  for (const tid of process.threads) addUsage(sum, threadUsage(k, k.task(tid)));
  if (process.status === undefined) sum.maxResidentKib = Math.max(sum.maxResidentKib, k.space(process).residentPages * 4);
  return sum;
}

export function threadUsage(k: Kernel, task: Task): Usage {
  const { systemTicks, voluntarySwitches, involuntarySwitches } = task;
  return { ticks: k.cpuTicks(task), systemTicks, maxResidentKib: 0, voluntarySwitches, involuntarySwitches };
}

export function writeUsage(k: Kernel, user: GuestMemory, va: number, usage: Usage): void {
  user.fill(va, rusage.size);
  [usage.ticks - usage.systemTicks, usage.systemTicks].forEach((ticks, i) => {
    const at = va + [rusage.utime, rusage.stime][i]!;
    const ns = k.clock.nanos(ticks);
    user.setU64(at, ns / nanosPerSecond);
    user.setU64(at + 8, (ns % nanosPerSecond) / 1000n);
  });
  user.setU64(va + rusage.maxrss, BigInt(usage.maxResidentKib));
  user.setU64(va + rusage.nvcsw, BigInt(usage.voluntarySwitches));
  user.setU64(va + rusage.nivcsw, BigInt(usage.involuntarySwitches));
}

/** waitid writes these fields of a siginfo_t and no others. */
function writeInfo(user: GuestMemory, va: number, signo: number, code: number, pid: number, status: number, uid = 0): void {
  user.setU32(va + siginfo.signo, signo);
  user.setU32(va + siginfo.errno, 0);
  user.setU32(va + siginfo.code, code);
  user.setU32(va + siginfo.pid, pid);
  user.setU32(va + siginfo.uid, uid);
  user.setU32(va + siginfo.status, status);
}
