/**
 * Sleeping calls: how one goes to sleep, and the ways in which it ends. A call that sleeps has left a `Wait` in its task (task.ts), which says what it
 * waits for and what becomes of it: a result, supplied by whoever wakes it or by its time running out; a call that runs again; an interrupted one.
 *
 * Queues by what is waited for belong to the concern (futex.ts, file.ts, timer.ts); all of them end a wait here.
 */
import { blocked, type Call, type Result } from './call.js';
import { leave } from './futex.js';
import type { Kernel } from './kernel.js';
import { slackOf } from './slack.js';
import { never, type Task, type Wait } from './task.js';
import { dropTimer } from './timer.js';

/** Puts the caller to sleep; its handler then returns `blocked`. */
export function block(k: Kernel, c: Call, wait: Wait): void {
  c.task.wait = wait;
  k.heard?.('sleep', k.core, c.task, wait.nr); // its registers are still the core's
  c.task.state = 'waiting';
  if (wait.for.kind === 'files') k.files.sleeps(c.task.tid, wait.for.files);
  if (wait.due === never) return;
  const slack = c.again?.slack ?? slackOf(k, c.task, wait);
  c.task.wait = { ...wait, slack };
  k.state.timers.set(c.task.tid, k.parts.events.add({ due: Math.max(wait.due + slack, k.now), kind: 'timeout', target: c.task.tid }));
}

/** Ends a wait: takes the task out of queues and timers. Returns what it waited for. */
export function unblock(k: Kernel, task: Task): Wait {
  const wait = task.wait!;
  leave(k, task);
  if (wait.for.kind === 'files') k.files.wakes(task.tid, wait.for.files);
  const timer = k.state.timers.get(task.tid);
  if (timer !== undefined) {
    k.parts.events.cancel(timer);
    k.state.timers.delete(task.tid);
  }
  if (wait.for.kind === 'cputime') dropTimer(k, k.state.clockTimers.all.get(wait.for.timer)!);
  task.wait = undefined;
  return wait;
}

/** Ends a wait with a result. */
export function wakeTask(k: Kernel, task: Task, result: Result): void {
  const wait = unblock(k, task);
  settle(k, task, wait, result);
}

/** A call was about to sleep, and a signal is there already: it is interrupted without having slept. */
export function wakeAtOnce(k: Kernel, task: Task): void {
  task.interrupted = unblock(k, task);
  task.state = 'running';
}

/** Ends a wait; the call runs again when the task gets a core. */
export function retry(k: Kernel, task: Task, sync = false): void {
  task.redo = unblock(k, task);
  k.ready(task, 'woken', sync);
}

/** Ends a wait because of a signal; the call's result is decided at delivery. */
export function interrupt(k: Kernel, task: Task): void {
  task.interrupted = unblock(k, task);
  k.ready(task);
}

/** The time of a sleeping call has come. */
export function timeout(k: Kernel, tid: number): void {
  k.state.timers.delete(tid);
  const task = k.state.tasks.get(tid);
  if (!task?.wait) return;
  if (task.wait.onTimeout === blocked) return retry(k, task);
  const wait = unblock(k, task);
  settle(k, task, wait, wait.onTimeout);
}

/** The call that waited returns. */
function settle(k: Kernel, task: Task, wait: Wait, result: Result): void {
  k.trace?.wake(task, wait, result);
  k.abi.setResult(k.registers(task), result);
  k.ready(task);
}
