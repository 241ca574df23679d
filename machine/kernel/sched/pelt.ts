/**
 * Per-entity load tracking: averages in which what was 32 periods of 1024 us ago counts half. Of a task: how much it wants and has
 * a core; of a queue: the same of all that belong there. kernel/sched/pelt.c of Linux 5.10, in its integers.
 *
 * Times are nanoseconds; a sum counts units of 1024 ns, those of `runnable` and `util` times 1024. Left out: frequency and
 * capacity, which are the same for all cores.
 *
 * What a task used when it last went to sleep is kept beside it (util_est), since the average fades while it sleeps: a queue counts that of those that are in it.
 */
import { mulShift } from './weights.js';

export interface Average {
  lastUpdate: number;
  loadSum: number;
  runnableSum: number;
  utilSum: number;
  /** Of the period that has begun, what has passed, in units of 1024 ns. */
  periodContrib: number;
  /** Weight times the share of time it was runnable. */
  loadAvg: number;
  /** Share of time times 1024: runnable, and running. */
  runnableAvg: number;
  utilAvg: number;
  /**
   * Of a task: its utilisation when it last went to sleep, odd until its averages change after that, and the moving average of such. Of a queue: the sum of
   * its tasks' estimates, and nothing.
   */
  lastUse: number;
  usualUse: number;
}

export const newAverage = (): Average => ({ lastUpdate: 0, loadSum: 0, runnableSum: 0, utilSum: 0, periodContrib: 0, loadAvg: 0, runnableAvg: 0, utilAvg: 0, lastUse: 0, usualUse: 0 });

/** A share of all time. */
export const whole = 1024;
/** The sum of an activity that never ends: 1024 (1 + y + y^2 + ...), rounded down at each step. */
const maxSum = 47742;
const halfLife = 32;

/** (2^32 - 1) y^n for n from 0 to 31, y^32 = 1/2. */
export const decays: readonly number[] = [
  0xffffffff, 0xfa83b2da, 0xf5257d14, 0xefe4b99a, 0xeac0c6e6, 0xe5b906e6, 0xe0ccdeeb, 0xdbfbb796, 0xd744fcc9, 0xd2a81d91, 0xce248c14, 0xc9b9bd85, 0xc5672a10, 0xc12c4cc9, 0xbd08a39e, 0xb8fbaf46,
  0xb504f333, 0xb123f581, 0xad583ee9, 0xa9a15ab4, 0xa5fed6a9, 0xa2704302, 0x9ef5325f, 0x9b8d39b9, 0x9837f050, 0x94f4efa8, 0x91c3d373, 0x8ea4398a, 0x8b95c1e3, 0x88980e80, 0x85aac367, 0x82cd8698,
];

/** What is left of a sum after so many periods. */
export function decay(sum: number, periods: number): number {
  if (periods > halfLife * 63) return 0;
  const halved = periods >= halfLife ? Math.floor(sum / 2 ** Math.floor(periods / halfLife)) : sum;
  return mulShift(halved, decays[periods % halfLife]!, 32);
}

/** The sum that an average is a share of. */
export const divider = (a: Average): number => maxSum - 1024 + a.periodContrib;

/** Brings sums up to `now`, since when nothing has changed. True when averages must be made anew. */
function advance(a: Average, now: number, load: number, runnable: number, running: boolean): boolean {
  if (now < a.lastUpdate) {
    a.lastUpdate = now;
    return false;
  }
  const units = Math.floor((now - a.lastUpdate) / 1024);
  if (units === 0) return false;
  a.lastUpdate += units * 1024;
  const reached = units + a.periodContrib;
  const periods = Math.floor(reached / 1024);
  let contribution = units;
  if (periods > 0) {
    a.loadSum = decay(a.loadSum, periods);
    a.runnableSum = decay(a.runnableSum, periods);
    a.utilSum = decay(a.utilSum, periods);
    // the rest of the period it began in, whole ones, the beginning of the one it is in
    contribution = decay(1024 - a.periodContrib, periods) + (maxSum - decay(maxSum, periods) - 1024) + (reached % 1024);
  }
  a.periodContrib = reached % 1024;
  a.loadSum += load * contribution;
  if (load > 0) {
    a.runnableSum += runnable * contribution * 1024;
    if (running) a.utilSum += contribution * 1024;
  }
  return periods > 0;
}

function settle(a: Average, weight: number): void {
  const by = divider(a);
  a.loadAvg = Math.floor((weight * a.loadSum) / by);
  a.runnableAvg = Math.floor(a.runnableSum / by);
  a.utilAvg = Math.floor(a.utilSum / by);
}

/** Of a task that leaves its queue for another: was it in it or on a core, and on a core? True when its averages are others than before. */
export function ageTask(a: Average, now: number, weight: number, runnable: boolean, running: boolean): boolean {
  if (!advance(a, now, runnable ? 1 : 0, runnable ? 1 : 0, running)) return false;
  settle(a, weight);
  return true;
}

/** Of a task that is in its queue, or comes back to it: averages that have faded while it slept have changed, too. */
export function updateTask(a: Average, now: number, weight: number, runnable: boolean, running: boolean): void {
  if (ageTask(a, now, weight, runnable, running)) a.lastUse &= ~unchanged;
}

/** Of a queue: the weight and number of the tasks in it, and whether one of them runs. */
export function updateQueue(a: Average, now: number, weight: number, count: number, running: boolean): void {
  if (advance(a, now, weight, count, running)) settle(a, 1);
}

// Estimates of use. kernel/sched/fair.c, util_est_enqueue and util_est_dequeue

/** The bit of `lastUse` by which Linux 5.10 marks that averages are still those of the last sleep. It is part of what it adds and compares. */
const unchanged = 1;

const estimateOf = (task: Average): number => Math.max(task.usualUse, task.lastUse) | unchanged;

/** What the task is likely to use of a core. */
export const likelyUse = (task: Average): number => Math.max(task.utilAvg, estimateOf(task));

export function addUse(queue: Average, task: Average): void {
  queue.lastUse += estimateOf(task);
}

export function takeUse(queue: Average, task: Average): void {
  queue.lastUse -= Math.min(queue.lastUse, estimateOf(task));
}

/** The task goes to sleep. More use than usual counts at once (`fast`), less by a quarter of the difference; a hundredth of a core is no difference. */
export function learnUse(task: Average, fast: boolean): void {
  if ((task.lastUse & unchanged) !== 0) return;
  const used = task.utilAvg | unchanged;
  const more = used - task.usualUse;
  if (fast && more > 0) task.usualUse = used;
  else if (Math.abs(more) < Math.floor(whole / 100) || task.utilAvg > whole) return;
  else task.usualUse = (4 * task.usualUse + more) >> 2;
  task.lastUse = used;
}

/** A task's share counts in the queue from now on. */
export function attach(queue: Average, task: Average, weight: number): void {
  const by = divider(queue);
  task.lastUpdate = queue.lastUpdate;
  task.periodContrib = queue.periodContrib;
  task.utilSum = task.utilAvg * by;
  task.runnableSum = task.runnableAvg * by;
  task.loadSum = Math.floor((task.loadAvg * by) / weight);
  queue.loadAvg += task.loadAvg;
  queue.loadSum += weight * task.loadSum;
  queue.runnableAvg += task.runnableAvg;
  queue.runnableSum += task.runnableSum;
  queue.utilAvg += task.utilAvg;
  queue.utilSum += task.utilSum;
}

/** It counts there no more. Sums follow the averages, so that rounding cannot leave one without the other. */
export function detach(queue: Average, task: Average): void {
  const by = divider(queue);
  queue.loadAvg = Math.max(0, queue.loadAvg - task.loadAvg);
  queue.loadSum = queue.loadAvg * by;
  queue.runnableAvg = Math.max(0, queue.runnableAvg - task.runnableAvg);
  queue.runnableSum = queue.runnableAvg * by;
  queue.utilAvg = Math.max(0, queue.utilAvg - task.utilAvg);
  queue.utilSum = queue.utilAvg * by;
}
