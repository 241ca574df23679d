/**
 * Calls about processes and threads: making and ending them, who they are, where they may run, what the machine is.
 * clone(2), exit_group(2), set_robust_list(2), sched_setaffinity(2).
 *
 * Threads only: clone without CLONE_THREAD (fork, vfork) answers ENOSYS. Everyone is root, pid 1's parent is 0.
 */
import { ARCH, CLONE, E, FUTEX, GRND, PR, RLIMIT, rlimit, rlimitNames, robustListHeadSize, rusage, sysinfo as sysinfoLayout, utsname } from '../../isa/abi/linux.js';
import { slots } from '../../isa/x86/regs.js';
import { noReturn, type Call, type Result } from './call.js';
import { nanosPerSecond } from './clock.js';
import { RegisterImage } from './abi.js';
import { futexKey, wake } from './futex.js';
import { UserFault, bytesOf, type GuestMemory } from './guest.js';
import type { Kernel } from './kernel.js';
import { nameMemory } from './memory.js';
import { hostName, kernelRelease, kernelVersion } from './proc.js';
import { newTask, type Process, type Task } from './task.js';

const taskEnd = 1n << 47n;
const commBytes = 16;
/** As /proc/sys/kernel/pid_max says. */
const maxTasks = 32768;

// Threads

/** What clone must be asked for: a thread that shares everything. */
const threadFlags = CLONE.VM | CLONE.FS | CLONE.FILES | CLONE.SIGHAND | CLONE.THREAD;

/** clone(flags, stack, parent tid, child tid, tls). The child returns 0 with another stack pointer. */
export function clone(k: Kernel, c: Call): Result {
  const flags = c.u(0);
  if ((flags & threadFlags) !== threadFlags) return (flags & CLONE.THREAD) !== 0 && (flags & CLONE.SIGHAND) === 0 ? -E.EINVAL : -E.ENOSYS;
  if (k.state.tasks.size >= maxTasks) return -E.EAGAIN;
  const parent = c.task;
  const task = newTask(k.state.nextTid++, parent.pid, parent.comm, parent.core, parent.affinity);
  task.registers = k.parts.cores.state(k.core).save();
  const regs = new RegisterImage(task.registers);
  k.abi.setResult(regs, 0);
  if (c.u(1) !== 0) k.abi.setStackPointer(regs, c.big(1));
  if ((flags & CLONE.SETTLS) !== 0) {
    if (c.big(4) >= taskEnd) return -E.EPERM;
    k.abi.setTls(regs, c.big(4));
  }
  if ((flags & CLONE.PARENT_SETTID) !== 0) c.user.setU32(c.u(2), task.tid);
  if ((flags & CLONE.CHILD_SETTID) !== 0) c.user.setU32(c.u(3), task.tid);
  if ((flags & CLONE.CHILD_CLEARTID) !== 0) task.clearChildTid = c.u(3);
  task.keepCaps = parent.keepCaps;
  task.mask = parent.mask; // the alternate stack is not inherited by a thread
  k.state.tasks.set(task.tid, task);
  c.process.threads.push(task.tid);
  k.ready(task);
  return task.tid;
}

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
  for (const tid of [...process.threads]) endThread(k, process, k.task(tid), status);
}

function endThread(k: Kernel, process: Process, task: Task, status: number): void {
  const user = k.user(process);
  const last = process.threads.length === 1;
  if (!last) releaseThread(k, process, task, user);
  k.trace?.exit(task, status);
  k.remove(task);
  if (!last) return;
  process.status = status;
  process.descriptors.forEach((d, fd) => d && k.files.close(process, fd));
  if (process.parent === 0) k.parts.exit((status & 0x7f) === 0 ? status >> 8 : 128 + (status & 0x7f));
}

/** What others wait for when a thread ends: its tid word, and the robust mutexes it holds. Bad pointers are ignored. */
function releaseThread(k: Kernel, process: Process, task: Task, user: GuestMemory): void {
  try {
    if (task.robustList !== 0) releaseRobust(k, process, task, user);
  } catch (e) {
    if (!(e instanceof UserFault)) throw e;
  }
  try {
    if (task.clearChildTid === 0) return;
    user.setU32(task.clearChildTid, 0);
    wake(k, futexKey(process.space, task.clearChildTid, false), 1, FUTEX.BITSET_ANY);
  } catch (e) {
    if (!(e instanceof UserFault)) throw e;
  }
}

/** Walks {next, offset of the futex word, pending}; entries of mutexes the thread owns get OWNER_DIED. */
function releaseRobust(k: Kernel, process: Process, task: Task, user: GuestMemory): void {
  const head = task.robustList;
  const offset = Number(user.i64(head + 8));
  const release = (entry: number): void => {
    const word = entry + offset;
    const value = user.u32(word);
    if ((value & FUTEX.TID_MASK) !== task.tid) return;
    user.setU32(word, ((value & FUTEX.WAITERS) | FUTEX.OWNER_DIED) >>> 0);
    if ((value & FUTEX.WAITERS) !== 0) wake(k, futexKey(process.space, word, false), 1, FUTEX.BITSET_ANY);
  };
  let entry = user.word(head);
  // bit 0 of a link marks priority inheritance; a list of a damaged program may be a circle
  for (let i = 0; i < 2048 && Math.floor(entry / 2) * 2 !== head; i++) {
    const next = user.word(Math.floor(entry / 2) * 2);
    release(Math.floor(entry / 2) * 2);
    entry = next;
  }
  const pending = user.word(head + 16);
  if (pending !== 0) release(Math.floor(pending / 2) * 2);
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

/** arch_prctl(code, address): the bases of FS and GS. */
export function archPrctl(k: Kernel, c: Call): Result {
  const regs = k.parts.cores.state(k.core);
  const code = c.i(0);
  const slot = code === ARCH.SET_FS || code === ARCH.GET_FS ? slots.fsBase : slots.gsBase;
  switch (code) {
    case ARCH.SET_FS:
    case ARCH.SET_GS:
      if (c.big(1) >= taskEnd) return -E.EPERM;
      regs.set64(slot, c.big(1));
      return 0;
    case ARCH.GET_FS:
    case ARCH.GET_GS:
      c.user.setU64(c.u(1), regs.get64(slot));
      return 0;
    default:
      return -E.EINVAL;
  }
}

/** prctl: names; what has no meaning here is refused as by a kernel built without it. */
export function prctl(k: Kernel, c: Call): Result {
  switch (c.i(0)) {
    case PR.SET_NAME:
      c.task.comm = (c.user.string(c.u(1), commBytes - 1) ?? readName(c.user, c.u(1))).slice(0, commBytes - 1);
      return 0;
    case PR.GET_NAME:
      c.user.write(c.u(1), bytesOf(c.task.comm.padEnd(commBytes, '\0')));
      return 0;
    case PR.GET_DUMPABLE:
      return 1;
    case PR.GET_KEEPCAPS:
      return c.task.keepCaps ? 1 : 0;
    case PR.SET_KEEPCAPS:
      if (c.u(1) > 1) return -E.EINVAL;
      c.task.keepCaps = c.u(1) === 1;
      return 0;
    case PR.SET_VMA:
      return c.u(1) === PR.SET_VMA_ANON_NAME ? nameMemory(k, c) : -E.EINVAL;
    case PR.SET_DUMPABLE:
    case PR.SET_PDEATHSIG:
    case PR.SET_NO_NEW_PRIVS:
      return 0;
    default:
      return -E.EINVAL;
  }
}

function readName(user: GuestMemory, va: number): string {
  return String.fromCharCode(...user.bytes(va, commBytes - 1));
}

// Identity

export const getpid = (_k: Kernel, c: Call): Result => c.process.pid;
export const gettid = (_k: Kernel, c: Call): Result => c.task.tid;
export const getppid = (_k: Kernel, c: Call): Result => c.process.parent;
export const root = (): Result => 0;
/** getpgrp, getpgid, getsid: the first process leads its group and session. */
export const leader = (_k: Kernel, c: Call): Result => c.process.pid;
/** setuid and the like: root stays root. */
export const getGroups = (): Result => 0;

// Scheduling

export function schedYield(k: Kernel): Result {
  k.state.resched[k.core] = true;
  return 0;
}

function taskOf(k: Kernel, c: Call, i: number): Task | undefined {
  return c.i(i) === 0 ? c.task : k.state.tasks.get(c.i(i));
}

/** sched_getaffinity(tid, bytes, mask): returns how many bytes of the mask there are. */
export function schedGetaffinity(k: Kernel, c: Call): Result {
  const words = Math.ceil(k.parts.config.cores / 64);
  if (c.u(1) * 8 < k.parts.config.cores || c.u(1) % 8 !== 0) return -E.EINVAL;
  const task = taskOf(k, c, 0);
  if (!task) return -E.ESRCH;
  for (let i = 0; i < words; i++) c.user.setU64(c.u(2) + 8 * i, task.affinity >> BigInt(64 * i));
  return words * 8;
}

export function schedSetaffinity(k: Kernel, c: Call): Result {
  const task = taskOf(k, c, 0);
  if (!task) return -E.ESRCH;
  let mask = 0n;
  c.user.bytes(c.u(2), Math.min(c.u(1), 128)).forEach((byte, i) => (mask |= BigInt(byte) << BigInt(8 * i)));
  mask &= (1n << BigInt(k.parts.config.cores)) - 1n;
  if (mask === 0n) return -E.EINVAL;
  task.affinity = mask;
  if (((mask >> BigInt(task.core)) & 1n) === 0n) k.migrate(task);
  return 0;
}

/** The policy is SCHED_OTHER, its priority 0. */
export function schedGetparam(_k: Kernel, c: Call): Result {
  c.user.setU32(c.u(1), 0);
  return 0;
}

export const schedPriority = (): Result => 0;

export function getcpu(k: Kernel, c: Call): Result {
  if (c.u(0) !== 0) c.user.setU32(c.u(0), k.core);
  if (c.u(1) !== 0) c.user.setU32(c.u(1), 0);
  return 0;
}

// The machine

export function uname(k: Kernel, c: Call): Result {
  const out = new Uint8Array(utsname.size);
  const put = (at: number, text: string): void => out.set(bytesOf(text).subarray(0, utsname.field - 1), at);
  put(utsname.sysname, 'Linux');
  put(utsname.nodename, hostName);
  put(utsname.release, kernelRelease);
  put(utsname.version, kernelVersion);
  put(utsname.machine, k.parts.config.arch === 'amd64' ? 'x86_64' : 'aarch64');
  put(utsname.domainname, '(none)');
  c.user.write(c.u(0), out);
  return 0;
}

export function sysinfo(k: Kernel, c: Call): Result {
  const va = c.u(0);
  const total = BigInt(k.parts.config.memoryBytes);
  c.user.fill(va, sysinfoLayout.size);
  c.user.setU64(va + sysinfoLayout.uptime, k.clock.nanos(k.now) / nanosPerSecond);
  c.user.setU64(va + sysinfoLayout.totalram, total);
  c.user.setU64(va + sysinfoLayout.freeram, total - BigInt(k.parts.ram.framesInUse) * 4096n);
  c.user.setU16(va + sysinfoLayout.procs, k.state.tasks.size);
  c.user.setU32(va + sysinfoLayout.unit, 1);
  return 0;
}

export function getrusage(k: Kernel, c: Call): Result {
  const who = c.i(0);
  if (who !== 0 && who !== 1 && who !== -1) return -E.EINVAL;
  const ns = who === -1 ? 0n : k.clock.nanos(who === 1 ? k.cpuTicks(c.task) : k.processTicks(c.process));
  const va = c.u(1);
  c.user.fill(va, rusage.size);
  c.user.setU64(va + rusage.utime, ns / nanosPerSecond);
  c.user.setU64(va + rusage.utime + 8, (ns % nanosPerSecond) / 1000n);
  c.user.setU64(va + rusage.maxrss, BigInt(k.space(c.process).residentPages * 4));
  c.user.setU64(va + rusage.nvcsw, BigInt(c.task.voluntarySwitches));
  c.user.setU64(va + rusage.nivcsw, BigInt(c.task.involuntarySwitches));
  return 0;
}

/** times(buffer): four clock_t of 1/100 s; returns the uptime in them. */
export function times(k: Kernel, c: Call): Result {
  const hundredths = (ns: bigint): bigint => ns / 10_000_000n;
  if (c.u(0) !== 0) {
    c.user.fill(c.u(0), 32);
    c.user.setU64(c.u(0), hundredths(k.clock.nanos(k.processTicks(c.process))));
  }
  return hundredths(k.clock.nanos(k.now));
}

/** getrandom(buffer, count, flags). */
export function getrandom(k: Kernel, c: Call): Result {
  if ((c.i(2) & ~(GRND.NONBLOCK | GRND.RANDOM | GRND.INSECURE)) !== 0) return -E.EINVAL;
  const count = Math.min(c.u(1), 2 ** 25 - 1);
  c.user.write(c.u(0), k.random.bytes(count));
  return count;
}

// Limits

const infinity = 0xffff_ffff_ffff_ffffn;
const maxFiles = 1048576n;

export function firstLimits(): [bigint, bigint][] {
  const limits = rlimitNames.map((): [bigint, bigint] => [infinity, infinity]);
  limits[RLIMIT.NOFILE] = [1024n, maxFiles];
  limits[RLIMIT.STACK] = [8n << 20n, infinity];
  limits[RLIMIT.CORE] = [0n, infinity];
  return limits;
}

/** prlimit64(pid, which, new, old). */
export function prlimit64(k: Kernel, c: Call): Result {
  if (c.i(0) !== 0 && c.i(0) !== c.process.pid) return -E.ESRCH;
  const which = c.u(1);
  const old = c.process.limits[which];
  if (!old) return -E.EINVAL;
  const failed = c.u(2) === 0 ? 0 : setLimit(k, c, which, c.u(2));
  if (failed !== 0) return failed;
  if (c.u(3) !== 0) writeLimit(c, c.u(3), old);
  return 0;
}

export function getrlimit(_k: Kernel, c: Call): Result {
  const limit = c.process.limits[c.u(0)];
  if (!limit) return -E.EINVAL;
  writeLimit(c, c.u(1), limit);
  return 0;
}

export function setrlimit(k: Kernel, c: Call): Result {
  return c.process.limits[c.u(0)] ? setLimit(k, c, c.u(0), c.u(1)) : -E.EINVAL;
}

function setLimit(k: Kernel, c: Call, which: number, va: number): number {
  const limit: [bigint, bigint] = [c.user.u64(va + rlimit.cur), c.user.u64(va + rlimit.max)];
  if (limit[0] > limit[1]) return -E.EINVAL;
  if (which === RLIMIT.NOFILE && limit[1] > maxFiles) return -E.EPERM;
  c.process.limits[which] = limit;
  if (which === RLIMIT.STACK) k.space(c.process).stackLimitBytes = Number(limit[0]);
  return 0;
}

function writeLimit(c: Call, va: number, limit: readonly [bigint, bigint]): void {
  c.user.setU64(va + rlimit.cur, limit[0]);
  c.user.setU64(va + rlimit.max, limit[1]);
}

/** wait4 and waitid: there are no children. */
export const noChildren = (): Result => -E.ECHILD;
