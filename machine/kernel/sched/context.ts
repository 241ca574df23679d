/** What the parts of the scheduler share: its state, the tasks, its settings, and the way to cores and timers. */
import { SCHED } from '../../../isa/abi/linux.js';
import type { Random } from '../random.js';
import type { Task } from '../task.js';
import type { SchedClock } from './clock.js';
import type { Tunables } from '../../sched.js';
import type { Entity, RunQueue, SchedState } from './state.js';
import type { Tree } from './tree.js';

/** What the scheduler asks of the kernel. */
export interface SchedPort {
  /** `core` must look for its next task before it goes on. */
  reschedule(core: number): void;
  /** Calls Scheduler.timer(which) at `due`, in ticks. */
  arm(due: number, which: number): void;
  /** A task goes from one core's care to another's. */
  migrates(task: Task, from: number, to: number): void;
}

export interface Context {
  readonly state: SchedState;
  readonly tasks: ReadonlyMap<number, Task>;
  readonly tunables: Tunables;
  readonly clock: SchedClock;
  readonly random: Random;
  readonly port: SchedPort;
  /** Per core, over its fair queue. */
  readonly trees: readonly Tree[];
}

/** Scheduler timers: the bandwidth period, its slack, and from here on the real-time period of core `which - realTimeTimer`. */
export const enum SchedTimer {
  Period,
  Slack,
  RealTime,
}

export const entityOf = (x: Context, tid: number): Entity => x.tasks.get(tid)!.sched;

export const queueOf = (x: Context, core: number): RunQueue => x.state.queues[core]!;

export const isRealTime = (task: Task): boolean => task.policy === SCHED.FIFO || task.policy === SCHED.RR;

/** Linux's internal priority: less is better; 100 to 139 for nice values. */
export const priorityOf = (task: Task): number => (isRealTime(task) ? 99 - task.rtPriority : 120 + task.nice);

export const allowed = (task: Task, core: number): boolean => ((task.affinity >> BigInt(core)) & 1n) === 1n;

/** Tasks that want the core, without those of a throttled group. */
export const runnable = (q: RunQueue): number => q.realTime.count + (q.fair.throttled ? 0 : q.fair.count);

export const isIdle = (q: RunQueue): boolean => q.curr === 0 && runnable(q) === 0;

/** Asks the core, once. */
export function reschedule(x: Context, q: RunQueue): void {
  q.needResched = true;
  x.port.reschedule(q.core);
}

/** Brings the queue's clock to `now`, in ticks; cores are apart by less than a quantum, and no clock goes back. */
export function follow(x: Context, q: RunQueue, now: number): void {
  const nanos = x.clock.nanos(now);
  if (nanos > q.clock) q.clock = nanos;
}
