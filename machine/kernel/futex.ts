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
import { never, type Process, type Task } from './task.js';

/** Waiting tids by key, first come first. A key without waiters is absent. */
export type FutexQueues = Map<string, number[]>;

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
  enqueue(k.state.futexes, name, c.task.tid);
  block(k, c, {
    for: { kind: 'futex', key: name, bitset }, nr: c.nr, due, redo: false,
    onTimeout: -E.ETIMEDOUT, onSignal: due === never ? 'restart' : 'never', remaining: 0,
  });
  return blocked;
}

/** Wakes up to `count` waiters whose bitset meets `bitset`; how many. Linux takes 0 as 1. */
export function wake(k: Kernel, name: string, count: number, bitset: number): number {
  const queue = k.state.futexes.get(name);
  if (!queue) return 0;
  let woken = 0;
  for (const tid of [...queue]) {
    const task = k.task(tid);
    const w = task.wait!.for;
    if (w.kind !== 'futex' || (w.bitset & bitset) === 0) continue;
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
  for (const tid of [...(k.state.futexes.get(from) ?? [])]) {
    if (moved >= most) break;
    const w = k.task(tid).wait!.for;
    if (w.kind !== 'futex') continue;
    dequeue(k.state.futexes, from, tid);
    w.key = to;
    enqueue(k.state.futexes, to, tid);
    moved++;
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
export function leave(queues: FutexQueues, task: Task): void {
  const w = task.wait?.for;
  if (w?.kind === 'futex') dequeue(queues, w.key, task.tid);
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

function enqueue(queues: FutexQueues, name: string, tid: number): void {
  const queue = queues.get(name);
  if (queue) queue.push(tid);
  else queues.set(name, [tid]);
}

function dequeue(queues: FutexQueues, name: string, tid: number): void {
  const queue = queues.get(name);
  if (!queue) return;
  const at = queue.indexOf(tid);
  if (at >= 0) queue.splice(at, 1);
  if (queue.length === 0) queues.delete(name);
}
