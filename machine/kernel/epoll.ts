/**
 * Waiting for several files at once: epoll, poll, and event counters. epoll(7), eventfd(2), poll(2).
 *
 * An epoll set keeps the file behind each descriptor. Edge-triggered interests report once per change: any
 * change of the file arms them (Files.changed), a report disarms them.
 */
import { E, EFD, EPOLL, O, epollEvent, pollNval, pollfd, sigsetSize } from '../../isa/abi/linux.js';
import { blocked, type Call, type Result } from './call.js';
import { deadlineIn, deadlineOf } from './clock.js';
import { alwaysReported, type Interest, type OpenFile } from './file.js';
import type { Kernel } from './kernel.js';
import { waitUnder } from './sigcalls.js';
import { block } from './sleep.js';
import { never } from './task.js';

type EpollFile = OpenFile & { readonly kind: 'epoll' };

export function epollCreate1(k: Kernel, c: Call): Result {
  if ((c.i(0) & ~EPOLL.CLOEXEC) !== 0) return -E.EINVAL;
  return k.files.install(c.task, k.files.open({ kind: 'epoll', interests: [] }, O.RDWR), c.i(0) !== 0);
}

export function epollCreate(k: Kernel, c: Call): Result {
  return c.i(0) <= 0 ? -E.EINVAL : k.files.install(c.task, k.files.open({ kind: 'epoll', interests: [] }, O.RDWR), false);
}

function setOf(k: Kernel, c: Call): EpollFile | number {
  const file = k.files.file(c.task, c.i(0));
  if (!file) return -E.EBADF;
  return file.kind === 'epoll' ? file : -E.EINVAL;
}

/** Sets may watch sets, this deep (EP_MAX_NESTS). */
const maxDepth = 4;

/** How deep sets nest below `file`; more than maxDepth where `target` is among them, or they are too deep. */
function depth(k: Kernel, file: OpenFile, target: OpenFile, level = 1): number {
  if (file.kind !== 'epoll') return level - 1;
  if (file === target || level > maxDepth) return maxDepth + 1;
  return Math.max(level, ...file.interests.map((i) => depth(k, k.files.get(i.file), target, level + 1)));
}

/** epoll_ctl(set, op, fd, event). */
export function epollCtl(k: Kernel, c: Call): Result {
  const layout = epollEvent[k.parts.config.arch];
  const op = c.i(1);
  const fd = c.i(2);
  const needsEvent = op === EPOLL.CTL_ADD || op === EPOLL.CTL_MOD;
  const events = needsEvent ? c.user.u32(c.u(3) + layout.events) : 0;
  const data = needsEvent ? c.user.u64(c.u(3) + layout.data) : 0n;
  const watched = k.files.file(c.task, fd);
  const set = setOf(k, c);
  if (set === -E.EBADF || !watched) return -E.EBADF;
  if (!k.files.pollable(watched)) return -E.EPERM;
  if (typeof set === 'number' || watched === set) return -E.EINVAL;
  const at = set.interests.findIndex((i) => i.fd === fd && i.file === watched.id);
  switch (op) {
    case EPOLL.CTL_ADD:
      if (at >= 0) return -E.EEXIST;
      if (watched.kind === 'epoll' && depth(k, watched, set) > maxDepth) return -E.ELOOP;
      set.interests.push({ fd, file: watched.id, events, data, armed: true });
      break;
    case EPOLL.CTL_MOD:
      if (at < 0) return -E.ENOENT;
      Object.assign(set.interests[at]!, { events, data, armed: true });
      break;
    case EPOLL.CTL_DEL:
      if (at < 0) return -E.ENOENT;
      set.interests.splice(at, 1);
      return 0;
    default:
      return -E.EINVAL;
  }
  if (k.files.readiness(set) !== 0) k.files.changed(set.id);
  return 0;
}

/** epoll_wait(set, events, max, milliseconds) and epoll_pwait(..., mask, setBytes). */
export function epollWait(k: Kernel, c: Call): Result {
  return waitEvents(k, c);
}

export function epollPwait(k: Kernel, c: Call): Result {
  if (c.u(4) !== 0 && c.u(5) !== sigsetSize) return -E.EINVAL;
  if (c.u(4) !== 0) waitUnder(c, c.user.u64(c.u(4)));
  return waitEvents(k, c);
}

function waitEvents(k: Kernel, c: Call): Result {
  const set = setOf(k, c);
  if (typeof set === 'number') return set;
  const most = c.i(2);
  if (most <= 0) return -E.EINVAL;
  const found = collect(k, set, most);
  if (found.length > 0) {
    const layout = epollEvent[k.parts.config.arch];
    found.forEach(([i, events], n) => {
      c.user.setU32(c.u(1) + n * layout.size + layout.events, events >>> 0);
      c.user.setU64(c.u(1) + n * layout.size + layout.data, i.data);
      i.armed = false;
      if ((i.events & EPOLL.ONESHOT) !== 0) i.events &= EPOLL.ET | EPOLL.ONESHOT;
    });
    return found.length;
  }
  return sleepUntil(k, c, [set.id], c.i(3));
}

/** Ready interests; what was reported goes to the end, so that a short buffer starves none. */
function collect(k: Kernel, set: EpollFile, most: number): [Interest, number][] {
  const found: [Interest, number][] = [];
  for (const i of set.interests) {
    const disabled = (i.events & ~(EPOLL.ET | EPOLL.ONESHOT)) === 0 && (i.events & EPOLL.ONESHOT) !== 0;
    const events = disabled ? 0 : k.files.due(i);
    if (events !== 0 && found.length < most) found.push([i, events]);
  }
  const reported = new Set(found.map(([i]) => i));
  const rest = set.interests.filter((i) => !reported.has(i));
  set.interests.splice(0, set.interests.length, ...rest, ...reported);
  return found;
}

/** Sleeps until one of `files` changes or `millis` pass (-1: never); 0 then. */
function sleepUntil(k: Kernel, c: Call, files: number[], millis: number): Result {
  const due = c.again?.due ?? (millis < 0 ? never : deadlineIn(k, BigInt(millis) * 1_000_000n));
  if (due <= k.now) return 0;
  block(k, c, { for: { kind: 'files', files }, nr: c.nr, due, redo: true, onTimeout: 0, onSignal: 'never', remaining: 0 });
  return blocked;
}

/** poll(fds, count, milliseconds). */
export function poll(k: Kernel, c: Call): Result {
  if (c.u(1) > 1024) return -E.EINVAL;
  return pollFiles(k, c, c.i(2), undefined);
}

/** ppoll(fds, count, timeout, mask, setBytes). */
export function ppoll(k: Kernel, c: Call): Result {
  if (c.u(1) > 1024) return -E.EINVAL;
  if (c.u(3) !== 0 && c.u(4) !== sigsetSize) return -E.EINVAL;
  if (c.u(3) !== 0) waitUnder(c, c.user.u64(c.u(3)));
  const due = deadlineOf(k, c, 2);
  return due === undefined ? -E.EINVAL : pollFiles(k, c, 0, due);
}

function pollFiles(k: Kernel, c: Call, millis: number, deadline: number | undefined): Result {
  const ids: number[] = [];
  let ready = 0;
  for (let i = 0; i < c.u(1); i++) {
    const at = c.u(0) + i * pollfd.size;
    const fd = c.user.u32(at + pollfd.fd) | 0;
    const wanted = c.user.u32(at + pollfd.events) & 0xffff;
    const file = fd < 0 ? undefined : k.files.file(c.task, fd);
    const events = file ? k.files.readiness(file) & (wanted | alwaysReported) : fd < 0 ? 0 : pollNval;
    c.user.setU16(at + pollfd.revents, events);
    if (events !== 0) ready++;
    if (file) ids.push(file.id);
  }
  if (ready > 0) return ready;
  if (deadline === undefined) return sleepUntil(k, c, ids, millis);
  if (deadline <= k.now) return 0;
  block(k, c, { for: { kind: 'files', files: ids }, nr: c.nr, due: deadline, redo: true, onTimeout: 0, onSignal: 'never', remaining: 0 });
  return blocked;
}

/** eventfd2(count, flags), eventfd(count). */
export const eventfd2 = (k: Kernel, c: Call): Result => makeEvent(k, c, c.i(1));
export const eventfd = (k: Kernel, c: Call): Result => makeEvent(k, c, 0);

function makeEvent(k: Kernel, c: Call, flags: number): Result {
  if ((flags & ~(EFD.SEMAPHORE | EFD.NONBLOCK | EFD.CLOEXEC)) !== 0) return -E.EINVAL;
  const count = BigInt.asUintN(32, c.big(0));
  const file = k.files.open({ kind: 'event', count, semaphore: (flags & EFD.SEMAPHORE) !== 0 }, O.RDWR | (flags & EFD.NONBLOCK));
  return k.files.install(c.task, file, (flags & EFD.CLOEXEC) !== 0);
}
