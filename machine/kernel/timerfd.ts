/**
 * Timers behind descriptors: a read says how often one has expired since it was last read or set. timerfd_create(2).
 *
 * As with other timers (timer.ts) a periodic one stands still after it has expired, until somebody asks: then the periods
 * that have passed are counted. All times are nanoseconds of the monotonic clock, which is also how CLOCK_REALTIME's are kept.
 */
import { CLOCK, E, O, TFD, itimerspec } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { isRealTime, readTimespec } from './clock.js';
import type { OpenFile, ReadResult } from './file.js';
import type { Kernel } from './kernel.js';
import { putSetting, type Setting } from './posixtimer.js';
import { never } from './task.js';

/** What an open file of this kind holds. */
export interface TimerFile {
  readonly kind: 'timer';
  readonly clock: number;
  /** Next expiry, 0 when it is not armed; the period, 0 for once. */
  expires: bigint;
  interval: bigint;
  /** Expiries that no read has had. */
  count: bigint;
  /** It has expired, and its next period has not begun. */
  expired: boolean;
  /** Handle of its event, or 0. */
  event: number;
}

type Opened = OpenFile & TimerFile;

const clocks: readonly number[] = [CLOCK.REALTIME, CLOCK.MONOTONIC, CLOCK.BOOTTIME, CLOCK.REALTIME_ALARM, CLOCK.BOOTTIME_ALARM];

/** timerfd_create(clock, flags). */
export function timerfdCreate(k: Kernel, c: Call): Result {
  if ((c.i(1) & ~(TFD.NONBLOCK | TFD.CLOEXEC)) !== 0 || !clocks.includes(c.i(0))) return -E.EINVAL;
  const file = k.files.open({ kind: 'timer', clock: c.i(0), expires: 0n, interval: 0n, count: 0n, expired: false, event: 0 }, O.RDWR | (c.i(1) & TFD.NONBLOCK));
  return k.files.install(c.task, file, (c.i(1) & TFD.CLOEXEC) !== 0);
}

function opened(k: Kernel, c: Call): Opened | number {
  const file = k.files.file(c.task, c.i(0));
  if (!file) return -E.EBADF;
  return file.kind === 'timer' ? file : -E.EINVAL;
}

/** timerfd_settime(fd, flags, new, old). */
export function timerfdSettime(k: Kernel, c: Call): Result {
  const interval = readTimespec(c, c.u(2) + itimerspec.interval);
  const value = readTimespec(c, c.u(2) + itimerspec.value);
  if ((c.i(1) & ~(TFD.TIMER_ABSTIME | TFD.TIMER_CANCEL_ON_SET)) !== 0 || interval === undefined || value === undefined) return -E.EINVAL;
  const file = opened(k, c);
  if (typeof file === 'number') return file;
  const old = settingOf(k, file);
  stop(k, file);
  file.count = 0n;
  file.expired = false;
  file.interval = interval;
  const absolute = (c.i(1) & TFD.TIMER_ABSTIME) !== 0;
  const from = !absolute ? k.clock.nanos(k.now) : isRealTime(file.clock) ? -k.clock.epoch : 0n;
  if (value === 0n) file.expires = 0n;
  else begin(k, file, value + from > 0n ? value + from : 1n);
  if (c.u(3) !== 0) putSetting(c.user, c.u(3), old);
  return 0;
}

/** timerfd_gettime(fd, setting). */
export function timerfdGettime(k: Kernel, c: Call): Result {
  const file = opened(k, c);
  if (typeof file === 'number') return file;
  putSetting(c.user, c.u(1), settingOf(k, file));
  return 0;
}

function settingOf(k: Kernel, file: Opened): Setting {
  goOn(k, file);
  const left = file.expires - k.clock.nanos(k.now);
  return { interval: file.interval, value: left > 0n ? left : 0n };
}

/** Arms it; what lies in the past expires at once. */
function begin(k: Kernel, file: Opened, expires: bigint): void {
  file.expires = expires;
  const due = k.clock.ticks(expires);
  if (due <= k.now) expire(k, file);
  else if (due !== never) file.event = k.parts.events.add({ due, kind: 'timerfd', target: file.id });
}

function expire(k: Kernel, file: Opened): void {
  file.event = 0;
  file.expired = true;
  file.count++;
  k.files.changed(file.id);
}

/** After an expiry: counts the periods since and begins the one that runs now. */
function goOn(k: Kernel, file: Opened): void {
  if (!file.expired || file.interval === 0n) return;
  const periods = (k.clock.nanos(k.now) - file.expires) / file.interval + 1n;
  file.expired = false;
  file.count += periods - 1n;
  begin(k, file, file.expires + periods * file.interval);
}

/** The event of open file `id`. */
export function timerfdEvent(k: Kernel, id: number): void {
  expire(k, k.files.get(id) as Opened);
}

/** The count, as eight bytes; it is zero afterwards. */
export function readTimer(k: Kernel, file: Opened, bytes: number): ReadResult {
  if (bytes < 8) return -E.EINVAL;
  if (file.count === 0n) return 'wait';
  goOn(k, file);
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, file.count, true);
  file.count = 0n;
  return out;
}

/** Its last descriptor is closed, or it is set anew. */
export function stop(k: Kernel, file: TimerFile): void {
  if (file.event !== 0) k.parts.events.cancel(file.event);
  file.event = 0;
}
