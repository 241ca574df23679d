/**
 * Time as programs see it, and the calls that read or wait for it. Virtual nanoseconds are ticks divided by
 * (ticks a cycle x core clock); integers throughout, because time decides what runs next.
 *
 * CLOCK_MONOTONIC and CLOCK_BOOTTIME start at 0 with the machine, CLOCK_REALTIME at the configured epoch.
 * Left out: setting clocks (EPERM, as for a user without privilege).
 */
import { CLOCK, CPUCLOCK, E, TIMER_ABSTIME, jiffyNanos, timespec } from '../../isa/abi/linux.js';
import { ticksPerCycle } from '../config.js';
import { blocked, type Call, type Result } from './call.js';
import { cpuClockOf, cpuNanos } from './cpuclock.js';
import { UserFault, type GuestMemory } from './guest.js';
import type { Kernel } from './kernel.js';
import { block } from './sleep.js';
import { never, type Task, type Wait } from './task.js';
import { arm, newTimer } from './timer.js';

export const nanosPerSecond = 1_000_000_000n;

/** Converts between ticks and nanoseconds exactly: ns = ticks * up / down, both cut to integers. */
export class Clock {
  private readonly up: number;
  private readonly down: number;
  readonly epoch: bigint;
  private readonly grain: bigint;

  /** `grainNanos`: clocks show multiples of it, as the hardware's counter does. */
  constructor(clockHz: number, epochNanos: string, grainNanos = 1) {
    this.grain = BigInt(grainNanos);
    const perSecond = Math.round(clockHz) * ticksPerCycle;
    const g = gcd(1e9, perSecond);
    this.up = 1e9 / g;
    this.down = perSecond / g;
    this.epoch = BigInt(epochNanos);
  }

  /** Nanoseconds since the machine started. */
  nanos(ticks: number): bigint {
    return (BigInt(ticks) * BigInt(this.up)) / BigInt(this.down);
  }

  /** What a clock shows that started with the machine. */
  shown(ticks: number): bigint {
    const nanos = this.nanos(ticks);
    return nanos - (nanos % this.grain);
  }

  /** The least number of ticks that is at least `nanos`; `never` when that is beyond what ticks can count. */
  ticks(nanos: bigint): number {
    const up = BigInt(this.up);
    const t = (nanos * BigInt(this.down) + up - 1n) / up;
    return t > BigInt(never) ? never : Number(t);
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** Nanoseconds on clock `id` for the calling thread, or undefined for a clock that is not there. */
export function readClock(k: Kernel, c: Call, id: number): bigint | undefined {
  switch (id) {
    case CLOCK.REALTIME:
    case CLOCK.REALTIME_COARSE:
    case CLOCK.TAI:
    case CLOCK.REALTIME_ALARM:
      return k.clock.epoch + k.clock.shown(k.now);
    case CLOCK.MONOTONIC:
    case CLOCK.MONOTONIC_RAW:
    case CLOCK.MONOTONIC_COARSE:
    case CLOCK.BOOTTIME:
    case CLOCK.BOOTTIME_ALARM:
      return k.clock.shown(k.now);
    default: {
      const cpu = cpuClockOf(k, c, id);
      return cpu && cpuNanos(k, cpu);
    }
  }
}

/** Clocks whose moments are those of CLOCK_REALTIME. */
export const isRealTime = (id: number): boolean => id === CLOCK.REALTIME || id === CLOCK.TAI || id === CLOCK.REALTIME_ALARM;

/** CPU clocks that count user time, or user and system time apart, have the grain of the kernel's tick. */
function ticksAlone(id: number): boolean {
  return id < 0 && (id & CPUCLOCK.WHICH) !== CPUCLOCK.SCHED;
}

export function clockGettime(k: Kernel, c: Call): Result {
  const ns = readClock(k, c, c.i(0));
  if (ns === undefined) return -E.EINVAL;
  writeTimespec(c, c.u(1), ns);
  return 0;
}

export function clockGetres(k: Kernel, c: Call): Result {
  const id = c.i(0);
  if (readClock(k, c, id) === undefined) return -E.EINVAL;
  const coarse = id === CLOCK.REALTIME_COARSE || id === CLOCK.MONOTONIC_COARSE || ticksAlone(id);
  if (c.u(1) !== 0) writeTimespec(c, c.u(1), coarse ? jiffyNanos : 1n);
  return 0;
}

/** Only CLOCK_REALTIME and CPU clocks can be asked to change, and nobody may. */
export function clockSettime(k: Kernel, c: Call): Result {
  const id = c.i(0);
  return id === CLOCK.REALTIME || cpuClockOf(k, c, id) ? -E.EPERM : -E.EINVAL;
}

export function gettimeofday(k: Kernel, c: Call): Result {
  const ns = k.clock.epoch + k.clock.nanos(k.now);
  if (c.u(0) !== 0) {
    c.user.setU64(c.u(0), ns / nanosPerSecond);
    c.user.setU64(c.u(0) + 8, (ns % nanosPerSecond) / 1000n);
  }
  if (c.u(1) !== 0) c.user.setU64(c.u(1), 0n); // struct timezone: Greenwich
  return 0;
}

export function time(k: Kernel, c: Call): Result {
  const seconds = (k.clock.epoch + k.clock.nanos(k.now)) / nanosPerSecond;
  if (c.u(0) !== 0) c.user.setU64(c.u(0), seconds);
  return Number(seconds);
}

/** nanosleep(duration, remaining). */
export function nanosleep(k: Kernel, c: Call): Result {
  const ns = readTimespec(c, c.u(0));
  if (ns === undefined) return -E.EINVAL;
  return sleep(k, c, c.again?.due ?? deadlineIn(k, ns), c.u(1));
}

/** Clocks that can be read but not waited for. */
const unwaitable: readonly number[] = [CLOCK.THREAD_CPUTIME_ID, CLOCK.MONOTONIC_RAW, CLOCK.REALTIME_COARSE, CLOCK.MONOTONIC_COARSE];

/** clock_nanosleep(clock, flags, request, remaining): its errors are results like any other's. */
export function clockNanosleep(k: Kernel, c: Call): Result {
  const id = c.i(0);
  if (readClock(k, c, id) === undefined) return -E.EINVAL;
  if (unwaitable.includes(id)) return -E.EOPNOTSUPP;
  const ns = readTimespec(c, c.u(2));
  if (ns === undefined) return -E.EINVAL;
  const absolute = (c.i(1) & TIMER_ABSTIME) !== 0;
  if (cpuClockOf(k, c, id)) return cpuSleep(k, c, id, ns, absolute);
  if (!absolute) return sleep(k, c, c.again?.due ?? deadlineIn(k, ns), c.u(3));
  const due = deadlineAt(k, ns, isRealTime(id));
  if (due <= k.now) return 0;
  return sleep(k, c, due, 0);
}

/** Until a CPU clock, whose threads run meanwhile, has counted that far. A redo keeps the first moment. */
function cpuSleep(k: Kernel, c: Call, id: number, ns: bigint, absolute: boolean): Result {
  const cpu = cpuClockOf(k, c, id)!;
  if (cpu.owner === c.task.tid) return -E.EINVAL; // it would never wake
  const now = cpuNanos(k, cpu);
  const moment = c.again?.for.kind === 'cputime' ? c.again.for.until : absolute ? ns : now + ns;
  if (moment <= now) return 0;
  const timer = newTimer(k, { pid: c.process.pid, kind: 'sleep', number: c.task.tid, cpu });
  block(k, c, { for: { kind: 'cputime', timer: timer.id, cpu, until: moment }, nr: c.nr, due: never, redo: false, onTimeout: 0, onSignal: 'never', remaining: absolute ? 0 : c.u(3) });
  arm(k, timer, moment, 0n);
  return blocked;
}

function sleep(k: Kernel, c: Call, due: number, remaining: number): Result {
  block(k, c, { for: { kind: 'time' }, nr: c.nr, due, redo: false, onTimeout: 0, onSignal: 'never', remaining });
  return blocked;
}

/** Absolute ticks of a relative timeout. */
export function deadlineIn(k: Kernel, ns: bigint): number {
  const ticks = k.clock.ticks(ns);
  return ticks >= never - k.now ? never : k.now + ticks;
}

/** Absolute ticks of a time on CLOCK_MONOTONIC, or on CLOCK_REALTIME. */
export function deadlineAt(k: Kernel, ns: bigint, real: boolean): number {
  const t = real ? ns - k.clock.epoch : ns;
  return t <= 0n ? 0 : k.clock.ticks(t);
}

/** The timespec at `va` in nanoseconds; undefined when it is not a valid duration. */
export function readTimespec(c: Call, va: number): bigint | undefined {
  const sec = c.user.i64(va + timespec.sec);
  const nsec = c.user.i64(va + timespec.nsec);
  if (sec < 0n || nsec < 0n || nsec >= nanosPerSecond) return undefined;
  return sec * nanosPerSecond + nsec;
}

function writeTimespec(c: Call, va: number, ns: bigint): void {
  putTimespec(c.user, va, ns);
}

export function putTimespec(user: GuestMemory, va: number, ns: bigint): void {
  user.setU64(va + timespec.sec, ns / nanosPerSecond);
  user.setU64(va + timespec.nsec, ns % nanosPerSecond);
}

/** The deadline of a call with a timespec pointer as argument `i`: `never` for NULL, undefined when invalid. A redo keeps its first one. */
export function deadlineOf(k: Kernel, c: Call, i: number): number | undefined {
  if (c.again) return c.again.due;
  if (c.u(i) === 0) return never;
  const ns = readTimespec(c, c.u(i));
  return ns === undefined ? undefined : deadlineIn(k, ns);
}

/** Writes what is left of an interrupted sleep where its caller asked; a bad address changes nothing. */
export function reportRest(k: Kernel, task: Task, wait: Wait): void {
  try {
    putTimespec(k.user(k.process(task.pid)), wait.remaining, restOf(k, wait));
  } catch (e) {
    if (!(e instanceof UserFault)) throw e;
  }
}

/** Nanoseconds that a sleep has left. */
function restOf(k: Kernel, wait: Wait): bigint {
  if (wait.for.kind !== 'cputime') return k.clock.nanos(Math.max(0, wait.due + (wait.slack ?? 0) - k.now));
  const left = wait.for.until - cpuNanos(k, wait.for.cpu);
  return left > 0n ? left : 0n;
}
