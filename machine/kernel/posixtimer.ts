/**
 * timer_create and its family, getitimer, setitimer and alarm: arguments and results of the timers in timer.ts.
 * timer_create(2), timer_settime(2), setitimer(2).
 *
 * Left out: timers on the alarm clocks (EOPNOTSUPP, as on a machine without a battery-backed clock).
 */
import { CLOCK, E, ITIMER, SIG, SIGEV, TIMER_ABSTIME, itimerspec, sigevent, signalMax } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { isRealTime, nanosPerSecond, putTimespec, readClock, readTimespec } from './clock.js';
import { cpuClockLives, cpuClockOf } from './cpuclock.js';
import type { GuestMemory } from './guest.js';
import type { Kernel } from './kernel.js';
import { maySend } from './signal.js';
import { arm, disarm, dropTimer, findTimer, newTimer, remaining, timerNow, type Timer } from './timer.js';

const timerClocks: readonly number[] = [CLOCK.REALTIME, CLOCK.MONOTONIC, CLOCK.BOOTTIME, CLOCK.TAI];

/** timer_create(clock, event, id): the timer's number, from 0 up and never again the same, goes to `id`. */
export function timerCreate(k: Kernel, c: Call): Result {
  const event = c.u(1) === 0 ? undefined : readEvent(c.user, c.u(1));
  const id = c.i(0);
  const cpu = cpuClockOf(k, c, id);
  if (!cpu && !timerClocks.includes(id)) return readClock(k, c, id) === undefined ? -E.EINVAL : -E.EOPNOTSUPP;
  if (!maySend(k, c.process)) return -E.EAGAIN;
  const { nextNumber } = k.state.clockTimers;
  const number = nextNumber.get(c.process.pid) ?? 0;
  nextNumber.set(c.process.pid, number + 1); // an attempt that fails from here on has used it up
  if (event && !validEvent(k, c, event)) return -E.EINVAL;
  c.user.setU32(c.u(2), number);
  // without a struct sigevent: SIGALRM, and the timer's number as its value
  const notice = event ?? { notify: SIGEV.SIGNAL, signo: SIG.ALRM, value: BigInt(number), tid: 0 };
  newTimer(k, { pid: c.process.pid, kind: 'posix', number, cpu, realTime: isRealTime(id), ...notice });
  return 0;
}

type Notice = Pick<Timer, 'notify' | 'signo' | 'value' | 'tid'>;

function readEvent(user: GuestMemory, va: number): Notice {
  return { value: user.u64(va + sigevent.value), signo: user.u32(va + sigevent.signo) | 0, notify: user.u32(va + sigevent.notify) | 0, tid: user.u32(va + sigevent.tid) | 0 };
}

function validEvent(k: Kernel, c: Call, event: Notice): boolean {
  if (event.notify === SIGEV.NONE) return true;
  if (event.notify === SIGEV.THREAD_ID) {
    if (k.state.tasks.get(event.tid)?.pid !== c.process.pid) return false;
  } else if (event.notify !== SIGEV.SIGNAL && event.notify !== SIGEV.THREAD) return false;
  return event.signo > 0 && event.signo <= signalMax;
}

function timerOf(k: Kernel, c: Call): Timer | undefined {
  return findTimer(k, c.process.pid, 'posix', c.i(0));
}

/** timer_settime(id, flags, new, old). */
export function timerSettime(k: Kernel, c: Call): Result {
  if (c.u(2) === 0) return -E.EINVAL;
  const interval = readTimespec(c, c.u(2) + itimerspec.interval);
  const value = readTimespec(c, c.u(2) + itimerspec.value);
  if (interval === undefined || value === undefined) return -E.EINVAL;
  const t = timerOf(k, c);
  if (!t) return -E.EINVAL;
  if (t.cpu && !cpuClockLives(k, t.cpu)) return -E.ESRCH;
  const old = { interval: t.interval, value: remaining(k, t) };
  if (value === 0n) disarm(k, t);
  else {
    const absolute = (c.i(1) & TIMER_ABSTIME) !== 0;
    const from = !absolute ? timerNow(k, t) : t.realTime ? -k.clock.epoch : 0n;
    arm(k, t, value + from > 0n ? value + from : 1n, interval);
  }
  if (c.u(3) !== 0) putSetting(c.user, c.u(3), old);
  return 0;
}

/** timer_gettime(id, setting). */
export function timerGettime(k: Kernel, c: Call): Result {
  const t = timerOf(k, c);
  if (!t) return -E.EINVAL;
  putSetting(c.user, c.u(1), { interval: t.interval, value: remaining(k, t) });
  return 0;
}

/** timer_getoverrun(id): how many expiries the last signal stood for beside its own. */
export function timerGetoverrun(k: Kernel, c: Call): Result {
  return timerOf(k, c)?.lastOverrun ?? -E.EINVAL;
}

/** timer_delete(id). A signal that is queued stays so. */
export function timerDelete(k: Kernel, c: Call): Result {
  const t = timerOf(k, c);
  if (!t) return -E.EINVAL;
  dropTimer(k, t);
  return 0;
}

export interface Setting {
  readonly interval: bigint;
  readonly value: bigint;
}

/** A struct itimerspec. */
export function putSetting(user: GuestMemory, va: number, s: Setting): void {
  putTimespec(user, va + itimerspec.interval, s.interval);
  putTimespec(user, va + itimerspec.value, s.value);
}

// The three interval timers

const itimerSignals = [SIG.ALRM, SIG.VTALRM, SIG.PROF];

/** The interval timer `which` of the caller's process; made when it is first set. */
function itimer(k: Kernel, c: Call, which: number): Timer {
  const counts = which === ITIMER.VIRTUAL ? 'user' : 'all';
  return findTimer(k, c.process.pid, 'itimer', which) ??
    newTimer(k, { pid: c.process.pid, kind: 'itimer', number: which, cpu: which === ITIMER.REAL ? undefined : { owner: -c.process.pid, counts }, signo: itimerSignals[which]! });
}

function settingOf(k: Kernel, c: Call, which: number): Setting {
  const t = findTimer(k, c.process.pid, 'itimer', which);
  return t ? { interval: t.interval, value: remaining(k, t) } : { interval: 0n, value: 0n };
}

/** A struct itimerval: microseconds, rounded down, but something for a timer that runs. */
function putMicros(user: GuestMemory, va: number, s: Setting): void {
  [s.interval, s.value].forEach((ns, i) => {
    const micros = ns > 0n && ns < 1000n ? 1n : ns / 1000n;
    user.setU64(va + 16 * i, micros / 1_000_000n);
    user.setU64(va + 16 * i + 8, micros % 1_000_000n);
  });
}

/** The timeval at `va` in nanoseconds; undefined when it is none. */
function readTimeval(user: GuestMemory, va: number): bigint | undefined {
  const seconds = user.i64(va);
  const micros = user.i64(va + 8);
  return seconds < 0n || micros < 0n || micros >= 1_000_000n ? undefined : seconds * nanosPerSecond + micros * 1000n;
}

function setItimer(k: Kernel, c: Call, which: number, value: bigint, interval: bigint): Setting {
  const old = settingOf(k, c, which);
  const t = itimer(k, c, which);
  if (value === 0n) disarm(k, t);
  else arm(k, t, timerNow(k, t) + value, interval);
  return old;
}

/** setitimer(which, new, old): a missing `new` stops the timer. */
export function setitimer(k: Kernel, c: Call): Result {
  const which = c.i(0);
  const interval = c.u(1) === 0 ? 0n : readTimeval(c.user, c.u(1));
  const value = c.u(1) === 0 ? 0n : readTimeval(c.user, c.u(1) + 16);
  if (interval === undefined || value === undefined || itimerSignals[which] === undefined) return -E.EINVAL;
  const old = setItimer(k, c, which, value, interval);
  if (c.u(2) !== 0) putMicros(c.user, c.u(2), old);
  return 0;
}

/** getitimer(which, setting). */
export function getitimer(k: Kernel, c: Call): Result {
  if (itimerSignals[c.i(0)] === undefined) return -E.EINVAL;
  putMicros(c.user, c.u(1), settingOf(k, c, c.i(0)));
  return 0;
}

/** alarm(seconds): what was left of the last one, to the next second, but never 0 for something. */
export function alarm(k: Kernel, c: Call): Result {
  const { value } = setItimer(k, c, ITIMER.REAL, BigInt.asUintN(32, c.big(0)) * nanosPerSecond, 0n);
  const seconds = (value + nanosPerSecond / 2n) / nanosPerSecond;
  return value > 0n && seconds === 0n ? 1 : Number(seconds);
}
