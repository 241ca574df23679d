/**
 * Signals read from a descriptor instead of delivered to a handler. signalfd(2).
 *
 * Such a file holds no signals, only a set: a read takes what waits in the reading thread's queue and its process's. So
 * whether one is readable depends on who asks, and is asked of the task whose call is being made.
 */
import { E, O, SFD, SI, SIG, signalfdSiginfo, sigsetSize } from '../../isa/abi/linux.js';
import { isFault } from './abi.js';
import type { Call, Result } from './call.js';
import type { OpenFile, ReadResult } from './file.js';
import type { Kernel } from './kernel.js';
import { pendingOf, takeFrom, unblockable } from './signal.js';
import type { Signal, Task } from './task.js';

/** What an open file of this kind holds. */
export interface SignalFile {
  readonly kind: 'signal';
  /** Bit n-1 for signal n. */
  set: bigint;
}

/** signalfd4(fd, set, setBytes, flags), signalfd(fd, set, setBytes): fd -1 opens one, else the set of an open one changes. */
export const signalfd4 = (k: Kernel, c: Call): Result => setSignals(k, c, c.i(3));
export const signalfd = (k: Kernel, c: Call): Result => setSignals(k, c, 0);

function setSignals(k: Kernel, c: Call, flags: number): Result {
  if (c.u(2) !== sigsetSize) return -E.EINVAL;
  const set = c.user.u64(c.u(1)) & ~unblockable;
  if ((flags & ~(SFD.NONBLOCK | SFD.CLOEXEC)) !== 0) return -E.EINVAL;
  if (c.i(0) === -1) return k.files.install(c.task, k.files.open({ kind: 'signal', set }, O.RDWR | (flags & SFD.NONBLOCK)), (flags & SFD.CLOEXEC) !== 0);
  const file = k.files.file(c.task, c.i(0));
  if (!file) return -E.EBADF;
  if (file.kind !== 'signal') return -E.EINVAL;
  file.set = set;
  k.files.changed(file.id);
  return c.i(0);
}

/** A signal was queued: who waits for one of these files looks again. */
export function signalfdsChanged(k: Kernel): void {
  for (const file of k.files.state.open.values()) if (file.kind === 'signal') k.files.changed(file.id);
}

/** The task whose call is being made. */
function caller(k: Kernel): Task | undefined {
  return k.core < 0 ? undefined : k.state.tasks.get(k.state.current[k.core]!);
}

export function signalReady(k: Kernel, file: OpenFile & SignalFile): boolean {
  const task = caller(k);
  return task !== undefined && (pendingOf(k, task) & file.set) !== 0n;
}

/** As many records as there are signals and room for them. */
export function readSignals(k: Kernel, file: OpenFile & SignalFile, bytes: number): ReadResult {
  const room = Math.floor(bytes / signalfdSiginfo.size);
  if (room === 0) return -E.EINVAL;
  const taken: Signal[] = [];
  while (taken.length < room) {
    const s = takeFrom(k, caller(k)!, file.set);
    if (!s) break;
    taken.push(s);
  }
  if (taken.length === 0) return 'wait';
  const out = new Uint8Array(taken.length * signalfdSiginfo.size);
  taken.forEach((s, i) => writeRecord(new DataView(out.buffer, i * signalfdSiginfo.size, signalfdSiginfo.size), s));
  return out;
}

function writeRecord(view: DataView, s: Signal): void {
  const at = signalfdSiginfo;
  view.setUint32(at.signo, s.signo, true);
  view.setInt32(at.code, s.code, true);
  if (isFault(s)) {
    view.setBigUint64(at.addr, s.addr, true);
    return;
  }
  const timer = s.code === SI.TIMER;
  view.setUint32(timer ? at.tid : at.pid, s.pid, true);
  view.setUint32(timer ? at.overrun : at.uid, s.uid, true);
  if (s.signo === SIG.CHLD && s.code > 0) view.setInt32(at.status, s.status, true);
  else {
    view.setInt32(at.int, Number(BigInt.asIntN(32, s.value)), true);
    view.setBigUint64(at.ptr, BigInt.asUintN(64, s.value), true);
  }
}
