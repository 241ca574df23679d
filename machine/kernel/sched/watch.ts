/** Who listens to the scheduler: hears of every switch, wake-up and migration as it happens. It must change nothing. */
import type { Task } from '../task.js';
import type { Departure } from './scheduler.js';

export interface SchedWatch {
  /** `task` leaves the core at `now`, in ticks; `state` is how sched_switch shows it: R, R+ (preempted), S, D, T or X. */
  leaves(core: number, task: Task, state: string, now: number): void;
  /** The core goes on with `task`, or idles. */
  takes(core: number, task: Task | undefined, now: number): void;
  /** A wait of `task` is over; `by` is the core where that happens. */
  waking(by: number, task: Task, now: number): void;
  /** It is in the queue of `core`. */
  wakes(by: number, task: Task, core: number, isNew: boolean, now: number): void;
  migrates(by: number, task: Task, from: number, to: number, now: number): void;
  forks(by: number, parent: Task, child: Task, now: number): void;
  exits(by: number, task: Task, now: number): void;
}

/** How sched_switch shows the state of a task that leaves its core. */
export function leavingState(task: Task, why: Departure): string {
  if (why === 'preempted' || why === 'yielded') return why === 'preempted' ? 'R+' : 'R';
  if (task.state === 'stopped') return 'T';
  return task.wait?.for.kind === 'vfork' ? 'D' : why === 'moved' ? 'R' : 'S';
}
