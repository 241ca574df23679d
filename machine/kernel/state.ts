/** Everything the kernel remembers, as plain data: a snapshot copies it, a digest hashes it. */
import { noCounts, type CoreCounts } from './counts.js';
import { Files, type FilesState } from './file.js';
import type { FutexQueues } from './futex.js';
import type { Departure } from './sched/scheduler.js';
import type { SchedState } from './sched/state.js';
import type { Process, Task } from './task.js';
import { newTimers, type TimersState } from './timer.js';

export interface KernelState {
  readonly tasks: Map<number, Task>;
  readonly processes: Map<number, Process>;
  nextTid: number;
  /** Per core: tid of the task whose registers it holds, 0 when idle. */
  readonly current: number[];
  /** Per core: tid that ran last, negative when it has been idle since, for the price of a switch. */
  readonly last: number[];
  /** Per core: tid of what was switched to last, 0 for idle; and of a task that gave way and may get the core again, or 0. */
  readonly shown: number[];
  readonly gaveWay: number[];
  /** Per core: an interrupt is on its way. */
  readonly kicked: boolean[];
  /** Per core: a tick is in the queue. There is one at most; it moves on when it comes early. */
  readonly tickArmed: boolean[];
  /** Per core: why the running task must give way before it returns to user code, if another waits. */
  readonly resched: (Departure | undefined)[];
  /** Per task that waits with a timeout: the event's handle. */
  readonly timers: Map<number, number>;
  /** Timers that programs have made. */
  readonly clockTimers: TimersState;
  readonly futexes: FutexQueues;
  readonly sched: SchedState;
  readonly files: FilesState;
  random: bigint;
  /** Per core. */
  readonly counts: readonly CoreCounts[];
  /** Tasks that were ever made. */
  forks: number;
  /** Calls answered ENOSYS because the model has no handler, by name. */
  readonly missing: Map<string, number>;
  /** Which signal ended the program, and where. */
  message: string | undefined;
}

export function newKernelState(cores: number, sched: SchedState, random: bigint): KernelState {
  const perCore = <T>(value: T): T[] => new Array<T>(cores).fill(value);
  return {
    tasks: new Map(), processes: new Map(), nextTid: 1, timers: new Map(), clockTimers: newTimers(), futexes: new Map(),
    current: perCore(0), last: perCore(0), shown: perCore(0), gaveWay: perCore(0), kicked: perCore(false), tickArmed: perCore(false), resched: perCore<Departure | undefined>(undefined), sched,
    files: Files.newState(), random, counts: Array.from({ length: cores }, noCounts), forks: 0, missing: new Map(), message: undefined,
  };
}
