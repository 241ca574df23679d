/**
 * Timer slack: a sleep may end so much later than asked, that the kernel can serve several with one interrupt. 50 us, unless PR_SET_TIMERSLACK or /proc/PID/timerslack_ns says
 * otherwise; of select, poll and epoll_wait at least a thousandth of the timeout. kernel/time/hrtimer.c, fs/select.c of Linux 5.10.
 *
 * A sleep ends at the end of its slack here: no other timer's interrupt, which could end it sooner, is looked for. setitimer, timer_settime and timerfd have none.
 */
import { isRealTime } from './sched/context.js';
import type { Kernel } from './kernel.js';
import { never, type Task, type Wait } from './task.js';

/** No poll is later than this, in nanoseconds. */
const most = 100_000_000;

/** PR_SET_TIMERSLACK and /proc/PID/timerslack_ns: 0 puts back what the thread began with. */
export function setTimerSlack(task: Task, nanos: number): void {
  task.timerSlack = nanos === 0 ? task.usualSlack : nanos;
}

/** Ticks that pass between the time at which `wait` of `task` should end and its timer. */
export function slackOf(k: Kernel, task: Task, wait: Wait): number {
  const ticks = Math.min(k.clock.ticks(BigInt(task.timerSlack)), never - 1 - wait.due);
  const { kind } = wait.for;
  if ((kind === 'time' || kind === 'files') && isRealTime(task)) return 0;
  if (kind !== 'files') return ticks;
  const left = Math.max(0, wait.due - k.now);
  const share = Math.floor(left / (task.nice > 0 ? 200 : 1000)); // of those who do not mind
  return Math.max(ticks, Math.min(share, k.clock.ticks(BigInt(most)), never - 1 - wait.due));
}
