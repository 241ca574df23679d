/**
 * Futexes: sleep while a word of user memory holds a value, until someone wakes that word. futex(2).
 *
 * A queue is named by address space and address, or in shared memory by the memory object and the offset in it, so
 * that processes meet; with FUTEX_PRIVATE_FLAG always by the first, and in a queue of its own, as in Linux. Waiters leave
 * in the order they came. Left out: priority inheritance (ENOSYS, by name).
 *
 * Lost wake-ups cannot happen: the kernel runs one call at a time, so comparing the word and queueing is one step.
 */
import { E, FUTEX } from '../../isa/abi/linux.js';
import { blocked, type Call, type Result } from './call.js';
import { deadlineAt, deadlineIn, readTimespec } from './clock.js';
import type { Kernel } from './kernel.js';
import { block, wakeTask } from './sleep.js';
import { never, type Process, type Task, type WaitFor } from './task.js';

/** Who waits for a word, first come first: tids at both ends, the others linked through their waits. */
export interface FutexQueue {
  first: number;
  last: number;
  count: number;
}
/** By key. A key without waiters is absent. */
export type FutexQueues = Map<string, FutexQueue>;
type FutexWait = Extract<WaitFor, { kind: 'futex' }>;

/** futex(word, op, value, timeout | value2, word2, value3). */
export function futex(k: Kernel, c: Call): Result {
  const op = c.i(1);
  const cmd = op & FUTEX.CMD_MASK;
  const va = c.u(0);
  if (va % 4 !== 0) return -E.EINVAL;
  k.charge(k.core, k.costs.futex);
  switch (cmd) {
    case FUTEX.WAIT:
      return wait(k, c, FUTEX.BITSET_ANY, false);
    case FUTEX.WAIT_BITSET:
      return wait(k, c, Number(BigInt.asUintN(32, c.big(5))), true);
    case FUTEX.WAKE:
      return wake(k, key(k, c, va), c.i(2), FUTEX.BITSET_ANY);
    case FUTEX.WAKE_BITSET: {
      const bitset = Number(BigInt.asUintN(32, c.big(5)));
      return bitset === 0 ? -E.EINVAL : wake(k, key(k, c, va), c.i(2), bitset);
    }
    case FUTEX.REQUEUE:
      return requeue(k, c);
    case FUTEX.CMP_REQUEUE:
      if (c.user.u32(va) !== Number(BigInt.asUintN(32, c.big(5)))) return -E.EAGAIN;
      return requeue(k, c);
    case FUTEX.WAKE_OP:
      return wakeOp(k, c);
    default:
      return -E.ENOSYS;
  }
}

/** `absolute`: WAIT_BITSET's timeout is a time on the clock, WAIT's a duration. */
function wait(k: Kernel, c: Call, bitset: number, absolute: boolean): Result {
  if (bitset === 0) return -E.EINVAL;
  let due = never;
  if (c.u(3) !== 0) {
    const ns = readTimespec(c, c.u(3));
    if (ns === undefined) return -E.EINVAL;
    due = c.again ? c.again.due : absolute ? deadlineAt(k, ns, (c.i(1) & FUTEX.CLOCK_REALTIME) !== 0) : deadlineIn(k, ns);
  }
  if (c.user.u32(c.u(0)) !== Number(BigInt.asUintN(32, c.big(2)))) return -E.EAGAIN;
  if (due <= k.now) return -E.ETIMEDOUT;
  const name = key(k, c, c.u(0));
  const what: FutexWait = { kind: 'futex', key: name, bitset, before: 0, after: 0 };
  enqueue(k, what, c.task.tid);
  block(k, c, {
    for: what, nr: c.nr, due, redo: false,
    onTimeout: -E.ETIMEDOUT, onSignal: due === never ? 'restart' : 'never', remaining: 0,
  });
  return blocked;
}

/** Wakes up to `count` waiters whose bitset meets `bitset`; how many. Linux takes 0 as 1. */
export function wake(k: Kernel, name: string, count: number, bitset: number): number {
  let woken = 0;
  for (let tid = k.state.futexes.get(name)?.first ?? 0; tid !== 0; ) {
    const task = k.task(tid);
    const w = waitOf(k, tid);
    tid = w.after;
    if ((w.bitset & bitset) === 0) continue;
    wakeTask(k, task, 0);
    woken++;
    if (woken >= count) break;
  }
  return woken;
}

/** Wakes c.i(2) waiters and moves up to value2 of the rest to the second word; CMP_REQUEUE counts both. */
function requeue(k: Kernel, c: Call): Result {
  const most = c.i(3);
  const second = c.u(4);
  if (second % 4 !== 0 || c.i(2) < 0 || most < 0) return -E.EINVAL;
  const from = key(k, c, c.u(0));
  const to = key(k, c, second);
  const woken = c.i(2) === 0 ? 0 : wake(k, from, c.i(2), FUTEX.BITSET_ANY);
  let moved = 0;
  const last = k.state.futexes.get(from)?.last; // from and to may be the same
  for (let tid = k.state.futexes.get(from)?.first ?? 0; tid !== 0 && moved < most; ) {
    const w = waitOf(k, tid);
    const next = tid === last ? 0 : w.after;
    dequeue(k, w);
    w.key = to;
    enqueue(k, w, tid);
    moved++;
    tid = next;
  }
  return woken + ((c.i(1) & FUTEX.CMD_MASK) === FUTEX.CMP_REQUEUE ? moved : 0);
}

/**
 * Changes the second word by the operation coded in value3, wakes waiters of the first, and if the old value
 * satisfies the coded comparison, waiters of the second too.
 */
function wakeOp(k: Kernel, c: Call): Result {
  const code = Number(BigInt.asUintN(32, c.big(5)));
  const signed12 = (v: number): number => (v << 20) >> 20;
  const kind = (code >>> 28) & 7;
  let operand = signed12((code >>> 12) & 0xfff);
  if ((code >>> 31) !== 0) operand = 1 << (operand & 31);
  const second = c.u(4);
  if (second % 4 !== 0) return -E.EINVAL;
  const old = c.user.u32(second) | 0;
  const results = [operand, old + operand, old | operand, old & ~operand, old ^ operand];
  if (kind >= results.length) return -E.ENOSYS;
  c.user.setU32(second, results[kind]! >>> 0);
  const than = signed12(code & 0xfff);
  const tests = [old === than, old !== than, old < than, old <= than, old > than, old >= than];
  const test = (code >>> 24) & 0xf;
  if (test >= tests.length) return -E.ENOSYS;
  let woken = wake(k, key(k, c, c.u(0)), c.i(2), FUTEX.BITSET_ANY);
  if (tests[test]) woken += wake(k, key(k, c, second), c.i(3), FUTEX.BITSET_ANY);
  return woken;
}

/** Takes a task that stops waiting (woken, timed out, interrupted, killed) out of its queue. */
export function leave(k: Kernel, task: Task): void {
  const w = task.wait?.for;
  if (w?.kind === 'futex') dequeue(k, w);
}

function key(k: Kernel, c: Call, va: number): string {
  return futexKeyOf(k, c.process, va, (c.i(1) & FUTEX.PRIVATE_FLAG) !== 0);
}

/** The name of a word's queue. */
export function futexKeyOf(k: Kernel, process: Process, va: number, isPrivate: boolean): string {
  const area = isPrivate ? undefined : k.space(process).areas.at(va);
  if (area?.shared) return `o${area.object}:${(area.offset + va - area.start).toString(16)}`;
  return `${isPrivate ? 'p' : 's'}${process.space}:${va.toString(16)}`;
}

const waitOf = (k: Kernel, tid: number): FutexWait => k.task(tid).wait!.for as FutexWait;

function enqueue(k: Kernel, w: FutexWait, tid: number): void {
  const queue = k.state.futexes.get(w.key);
  w.before = queue?.last ?? 0;
  w.after = 0;
  if (queue === undefined) {
    k.state.futexes.set(w.key, { first: tid, last: tid, count: 1 });
    return;
  }
  waitOf(k, queue.last).after = tid;
  queue.last = tid;
  queue.count++;
}

function dequeue(k: Kernel, w: FutexWait): void {
  const queue = k.state.futexes.get(w.key)!;
  if (w.before === 0) queue.first = w.after;
  else waitOf(k, w.before).after = w.after;
  if (w.after === 0) queue.last = w.before;
  else waitOf(k, w.after).before = w.before;
  queue.count--;
  if (queue.count === 0) k.state.futexes.delete(w.key);
}
