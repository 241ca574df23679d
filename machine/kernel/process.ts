/**
 * What processes and threads ask about themselves and the machine: who they are, where they may run, what they have
 * used and may use. sched_setaffinity(2), uname(2), getrusage(2), getrlimit(2).
 */
import { ARCH, E, GRND, RLIMIT, rlimit, rlimitNames, RUSAGE, clockTNanos, sysinfo as sysinfoLayout, utsname } from '../../isa/abi/linux.js';
import { slots } from '../../isa/x86/regs.js';
import type { Call, Result } from './call.js';
import { nanosPerSecond } from './clock.js';
import { bytesOf } from './guest.js';
import type { Kernel } from './kernel.js';
import { sameOwner } from './priority.js';
import { hostName, kernelRelease, kernelVersion } from './proc.js';
import type { Process, Task } from './task.js';
import { ownUsage, threadUsage, writeUsage } from './wait.js';

const taskEnd = 1n << 47n;

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

// Identity

export const getpid = (_k: Kernel, c: Call): Result => c.process.pid;
export const gettid = (_k: Kernel, c: Call): Result => c.task.tid;
export const getppid = (_k: Kernel, c: Call): Result => c.process.parent;

// Scheduling

export function schedYield(k: Kernel): Result {
  k.state.resched[k.core] = 'yielded';
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
  if (!sameOwner(k, c.process, task)) return -E.EPERM;
  let mask = 0n;
  c.user.bytes(c.u(2), Math.min(c.u(1), 128)).forEach((byte, i) => (mask |= BigInt(byte) << BigInt(8 * i)));
  mask &= (1n << BigInt(k.parts.config.cores)) - 1n;
  if (mask === 0n) return -E.EINVAL;
  task.affinity = mask;
  if (((mask >> BigInt(task.core)) & 1n) === 0n) k.migrate(task);
  return 0;
}

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
  put(utsname.machine, k.abi.machine);
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

/** getrusage(who, usage): of the process with its ended threads, of its children, of the calling thread. */
export function getrusage(k: Kernel, c: Call): Result {
  switch (c.i(0)) {
    case RUSAGE.SELF:
      writeUsage(k, c.user, c.u(1), ownUsage(k, c.process));
      return 0;
    case RUSAGE.CHILDREN:
      writeUsage(k, c.user, c.u(1), c.process.children);
      return 0;
    case RUSAGE.THREAD:
      writeUsage(k, c.user, c.u(1), { ...threadUsage(k, c.task), maxResidentKib: ownUsage(k, c.process).maxResidentKib });
      return 0;
    default:
      return -E.EINVAL;
  }
}

/** times(buffer): four clock_t of 1/100 s, user and system time of the process and of its children; returns the uptime in them. */
export function times(k: Kernel, c: Call): Result {
  if (c.u(0) !== 0) {
    const parts = [ownUsage(k, c.process), c.process.children].flatMap((u) => [u.ticks - u.systemTicks, u.systemTicks]);
    parts.forEach((ticks, i) => c.user.setU64(c.u(0) + 8 * i, k.clock.nanos(ticks) / clockTNanos));
  }
  return k.clock.nanos(k.now) / clockTNanos;
}

/** getrandom(buffer, count, flags). */
export function getrandom(k: Kernel, c: Call): Result {
  if ((c.i(2) & ~(GRND.NONBLOCK | GRND.RANDOM | GRND.INSECURE)) !== 0) return -E.EINVAL;
  const count = Math.min(c.u(1), 2 ** 25 - 1);
  const room = c.user.reach(c.u(0), count, 'write');
  if (room === 0 && count > 0) return -E.EFAULT;
  c.user.write(c.u(0), k.random.bytes(room));
  return room;
}

// Limits

const infinity = 0xffff_ffff_ffff_ffffn;
const maxFiles = 1048576n;
/** Linux allows one queued signal for this much memory: half as many as threads of 128 KiB. */
const signalBytes = 2 ** 18;

export function firstLimits(memoryBytes: number): [bigint, bigint][] {
  const limits = rlimitNames.map((): [bigint, bigint] => [infinity, infinity]);
  limits[RLIMIT.NOFILE] = [1024n, maxFiles];
  limits[RLIMIT.STACK] = [8n << 20n, infinity];
  limits[RLIMIT.CORE] = [0n, infinity];
  limits[RLIMIT.NICE] = [0n, 0n];
  limits[RLIMIT.RTPRIO] = [0n, 0n];
  const signals = BigInt(Math.floor(memoryBytes / signalBytes));
  limits[RLIMIT.SIGPENDING] = [signals, signals];
  return limits;
}

/** prlimit64(pid, which, new, old). */
export function prlimit64(k: Kernel, c: Call): Result {
  const process = c.i(0) === 0 ? c.process : k.state.processes.get(c.i(0));
  if (!process) return -E.ESRCH;
  const which = c.u(1);
  const old = process.limits[which];
  if (!old) return -E.EINVAL;
  const failed = c.u(2) === 0 ? 0 : setLimit(k, c, process, which, c.u(2));
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
  return c.process.limits[c.u(0)] ? setLimit(k, c, c.process, c.u(0), c.u(1)) : -E.EINVAL;
}

function setLimit(k: Kernel, c: Call, process: Process, which: number, va: number): number {
  const limit: [bigint, bigint] = [c.user.u64(va + rlimit.cur), c.user.u64(va + rlimit.max)];
  if (limit[0] > limit[1]) return -E.EINVAL;
  if (which === RLIMIT.NOFILE && limit[1] > maxFiles) return -E.EPERM;
  process.limits[which] = limit;
  if (which === RLIMIT.STACK && process.status === undefined) k.space(process).stackLimitBytes = Number(limit[0]);
  return 0;
}

function writeLimit(c: Call, va: number, limit: readonly [bigint, bigint]): void {
  c.user.setU64(va + rlimit.cur, limit[0]);
  c.user.setU64(va + rlimit.max, limit[1]);
}
