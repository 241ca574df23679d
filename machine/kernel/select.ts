/** select and pselect6: poll's older sisters, with a bit per descriptor. select(2). */
import { E, EPOLL, sigsetSize } from '../../isa/abi/linux.js';
import { blocked, type Call, type Result } from './call.js';
import { deadlineIn, deadlineOf, nanosPerSecond, putTimespec } from './clock.js';
import type { Kernel } from './kernel.js';
import { waitUnder } from './sigcalls.js';
import { block } from './sleep.js';
import { never } from './task.js';

/** What makes a descriptor ready in each of the three sets. */
const kinds = [EPOLL.IN | EPOLL.HUP | EPOLL.ERR, EPOLL.OUT | EPOLL.ERR, EPOLL.PRI];

/** select(count, read, write, except, timeval): the time that is left goes back where the timeout was. */
export function select(k: Kernel, c: Call): Result {
  let due = c.again?.due ?? never;
  if (!c.again && c.u(4) !== 0) {
    const [sec, usec] = [c.user.i64(c.u(4)), c.user.i64(c.u(4) + 8)];
    if (sec < 0n || usec < 0n) return -E.EINVAL;
    due = deadlineIn(k, sec * nanosPerSecond + usec * 1000n);
  }
  const result = perform(k, c, due);
  if (c.u(4) !== 0 && result !== blocked) {
    const left = k.clock.nanos(Math.max(0, due - k.now));
    c.user.setU64(c.u(4), left / nanosPerSecond);
    c.user.setU64(c.u(4) + 8, (left % nanosPerSecond) / 1000n);
  }
  return result;
}

/** pselect6(count, read, write, except, timespec, {mask, bytes}). */
export function pselect6(k: Kernel, c: Call): Result {
  if (c.u(5) !== 0) {
    const mask = c.user.word(c.u(5));
    if (mask !== 0 && c.user.word(c.u(5) + 8) !== sigsetSize) return -E.EINVAL;
    if (mask !== 0) waitUnder(c, c.user.u64(mask));
  }
  const due = deadlineOf(k, c, 4);
  if (due === undefined) return -E.EINVAL;
  const result = perform(k, c, due);
  if (c.u(4) !== 0 && result !== blocked) putTimespec(c.user, c.u(4), k.clock.nanos(Math.max(0, due - k.now)));
  return result;
}

function perform(k: Kernel, c: Call, due: number): Result {
  const slots = k.files.slots(c.task);
  if (c.i(0) < 0) return -E.EINVAL;
  const count = Math.min(c.i(0), Math.max(64, Math.ceil(slots.length / 64) * 64));
  const bytes = Math.ceil(count / 64) * 8;
  const wanted = kinds.map((_, i) => (c.u(i + 1) === 0 ? undefined : c.user.bytes(c.u(i + 1), bytes)));
  const found = wanted.map(() => new Uint8Array(bytes));
  const files: number[] = [];
  let ready = 0;
  for (let fd = 0; fd < count; fd++) {
    const asked = kinds.filter((_, i) => ((wanted[i]?.[fd >> 3] ?? 0) & (1 << (fd & 7))) !== 0);
    if (asked.length === 0) continue;
    const file = k.files.file(c.task, fd);
    if (!file) return -E.EBADF;
    files.push(file.id);
    const events = k.files.readiness(file);
    kinds.forEach((kind, i) => {
      if (!asked.includes(kind) || (events & kind) === 0) return;
      found[i]![fd >> 3]! |= 1 << (fd & 7);
      ready++;
    });
  }
  if (ready === 0 && due > k.now) {
    block(k, c, { for: { kind: 'files', files }, nr: c.nr, due, redo: true, onTimeout: blocked /* runs again, to clear the sets */, onSignal: 'never', remaining: 0 });
    return blocked;
  }
  wanted.forEach((set, i) => set && c.user.write(c.u(i + 1), found[i]!));
  return ready;
}
