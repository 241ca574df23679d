/**
 * Which task gets a core. The kernel asks through `Scheduler`, which is made for CFS: it hears of every arrival in a
 * queue and of every task that leaves its core, with the reason and the time, so that it can account for run time; it
 * places new and woken tasks, and may have a woken one take the core at once. Behind it stands one first-come queue per
 * core with a time slice. Placement prefers an idle core; a core that runs dry takes a waiting task from the longest queue.
 * A woken task does not wait behind one that has had a slice more of processor time than itself: where a thread wakes others
 * and goes on at once, as one that stops and starts Go's world in a loop, they would always come too late.
 *
 * Units: ticks. Invariants: a task is in at most one queue, and only while its state is `ready`; the running one is in none.
 */
import type { Random } from './random.js';
import { never, type Task } from './task.js';

/** Why a task comes to a queue: clone made it, its wait is over, or it may no longer run where it was. */
export type Arrival = 'new' | 'woken' | 'moved';
/** Why a task leaves its core. After the first two it is ready still, and goes back to the core's queue. */
export type Departure = 'preempted' | 'yielded' | 'moved' | 'waits' | 'ended';

export interface Scheduler {
  /** The core a task that becomes runnable should run on. `from`: the core it ran on last, or its creator runs on. */
  place(task: Task, from: number, why: Arrival): number;
  /** Puts a ready task into the queue of `core`. True: it should have the core before the task that runs there. */
  enqueue(core: number, task: Task, now: number, why: Arrival): boolean;
  /** Takes a ready task out of its queue: it was killed or stopped, or its affinity changed. */
  dequeue(task: Task, now: number): void;
  /** Takes the next task for `core`, from another core if its own queue is empty; undefined: idle. */
  pick(core: number, now: number): Task | undefined;
  /** The task that was picked runs its first instruction at `now`: its slice begins. */
  begin(core: number, now: number): void;
  /** The task that runs on `core` leaves it. */
  put(core: number, task: Task, now: number, why: Departure): void;
  /** The time at which `core` must call `tick`. */
  deadline(core: number): number;
  /** At the deadline: true when the running task must give way; otherwise a new slice has begun. */
  tick(core: number, now: number): boolean;
  /** sched_yield: true when another task waits for this core. */
  yields(core: number): boolean;
  /** Ready tasks of a core, next first, by tid. */
  queued(core: number): readonly number[];
}

export interface FifoState {
  /** Per core: tids, next first. */
  readonly queues: number[][];
  /** Per core: tid of the task on it, 0 when idle. */
  readonly running: number[];
  /** Per core: end of the running task's slice. */
  readonly sliceEnd: number[];
}

export class FifoScheduler implements Scheduler {
  /** Slices vary by up to this fraction either way, so that two seeds interleave threads differently. */
  private static readonly jitter = 0.01;

  constructor(
    readonly state: FifoState,
    private readonly tasks: ReadonlyMap<number, Task>,
    private readonly sliceTicks: number,
    private readonly random: Random,
    /** How long a task has its core before a woken one may take it; more than 0 only where a switch is long beside a slice. */
    private readonly leastTicks = 0,
  ) {}

  static newState(cores: number): FifoState {
    return { queues: Array.from({ length: cores }, () => []), running: new Array<number>(cores).fill(0), sliceEnd: new Array<number>(cores).fill(never) };
  }

  /** Tasks on or waiting for a core. */
  private load(core: number): number {
    return this.state.queues[core]!.length + (this.state.running[core] === 0 ? 0 : 1);
  }

  place(task: Task, from: number): number {
    let best = -1;
    // from `from` on, so that ties stay where the task's data is
    for (let i = 0; i < this.state.queues.length; i++) {
      const core = (from + i) % this.state.queues.length;
      if (!allowed(task, core)) continue;
      if (best < 0 || this.load(core) < this.load(best)) best = core;
    }
    return best;
  }

  /** A woken task that has had less time than the running one, by a slice, goes first; else first come, first served. */
  enqueue(core: number, task: Task, now = 0, why: Arrival = 'new'): boolean {
    const queue = this.state.queues[core]!;
    const running = this.tasks.get(this.state.running[core]!);
    const first = why === 'woken' && running !== undefined && running.runTicks + Math.max(0, now - running.since) - task.runTicks > this.sliceTicks;
    if (first) queue.unshift(task.tid);
    else queue.push(task.tid);
    task.core = core;
    // on a slow clock a timer may wake a thread more often than it can be switched to
    return first && now - running.since >= this.leastTicks;
  }

  put(core: number, task: Task, _now: number, why: Departure): void {
    this.state.running[core] = 0;
    this.state.sliceEnd[core] = never;
    if (why === 'preempted' || why === 'yielded') this.enqueue(core, task);
  }

  dequeue(task: Task): void {
    const queue = this.state.queues[task.core]!;
    const at = queue.indexOf(task.tid);
    if (at >= 0) queue.splice(at, 1);
  }

  pick(core: number): Task | undefined {
    const tid = this.state.queues[core]!.shift() ?? this.steal(core);
    this.state.running[core] = tid ?? 0;
    this.state.sliceEnd[core] = never;
    return tid === undefined ? undefined : this.tasks.get(tid)!;
  }

  begin(core: number, now: number): void {
    this.state.sliceEnd[core] = now + this.slice();
  }

  /** The oldest waiting task of the longest queue that may run here. */
  private steal(core: number): number | undefined {
    let victim: number | undefined;
    this.state.queues.forEach((queue, i) => {
      if (!queue.some((tid) => allowed(this.tasks.get(tid)!, core))) return;
      if (victim === undefined || queue.length > this.state.queues[victim]!.length) victim = i;
    });
    if (victim === undefined) return undefined;
    const queue = this.state.queues[victim]!;
    return queue.splice(queue.findIndex((tid) => allowed(this.tasks.get(tid)!, core)), 1)[0];
  }

  private slice(): number {
    const spread = Math.floor(this.sliceTicks * FifoScheduler.jitter);
    return this.sliceTicks - spread + this.random.below(2 * spread + 1);
  }

  deadline(core: number): number {
    return this.state.sliceEnd[core]!;
  }

  tick(core: number, now: number): boolean {
    if (this.state.queues[core]!.length > 0) return true;
    this.state.sliceEnd[core] = now + this.slice();
    return false;
  }

  yields(core: number): boolean {
    return this.state.queues[core]!.length > 0;
  }

  queued(core: number): readonly number[] {
    return this.state.queues[core]!;
  }
}

function allowed(task: Task, core: number): boolean {
  return ((task.affinity >> BigInt(core)) & 1n) === 1n;
}
