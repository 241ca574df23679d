/**
 * Which task gets a core: the scheduler of Linux 5.10. The kernel asks it through `Scheduler`, and tells it of every arrival in a
 * queue and of every task that leaves its core, with the reason and the time. Real-time tasks go before fair ones.
 * Read fair.ts next; what the parts share is in context.ts and state.ts.
 *
 * Times in the interface are ticks of the machine; within, nanoseconds. Invariants: a ready task is in one queue; the running one is
 * counted in its core's queue, and not in the tree; no other task is in any.
 */
import { SCHED } from '../../../isa/abi/linux.js';
import type { Random } from '../random.js';
import { never, type Task } from '../task.js';
import { newlyIdle, periodic, pushAsked, type Move } from './balance.js';
import { mayUse, periodEnds, slackEnds } from './bandwidth.js';
import type { SchedClock } from './clock.js';
import { allowed, follow, isRealTime, priorityOf, queueOf, reschedule, runnable, SchedTimer, type Context, type SchedPort } from './context.js';
import * as fair from './fair.js';
import * as realTime from './realtime.js';
import { anyAllowed, selectNew, selectWoken } from './select.js';
import type { Tunables } from '../../sched.js';
import { newSchedState, type RunQueue, type SchedState } from './state.js';
import { Tree } from './tree.js';
import { weightOf } from './weights.js';

/** Why a task comes to a queue: clone made it, its wait is over, or it may no longer run where it was. */
export type Arrival = 'new' | 'woken' | 'moved';
/** Why a task leaves its core. After the first two it is ready still, and goes back to the core's queue. */
export type Departure = 'preempted' | 'yielded' | 'moved' | 'waits' | 'ended';

export interface Scheduler {
  /**
   * The core a task that becomes runnable should run on. `from`: the core it ran on last, or its creator runs on; `here`: the waker's, -1 for a timer;
   * `sync`: the waker is likely to sleep soon, as who writes into a pipe is.
   */
  place(task: Task, from: number, why: Arrival, here: number, now: number, sync?: boolean): number;
  /** Puts a ready task into the queue of `core`, and has the core look for it if it should run before what runs there. */
  enqueue(core: number, task: Task, now: number, why: Arrival): void;
  /** Takes a ready task out of its queue: it was killed or stopped, or its affinity changed. */
  dequeue(task: Task, now: number): void;
  /** Takes the next task for `core`, from another core if its own queue is empty; undefined: idle. */
  pick(core: number, now: number): Task | undefined;
  /** The task that was picked has the core from `now` on. */
  begin(core: number, now: number): void;
  /** The task that runs on `core` leaves it. */
  put(core: number, task: Task, now: number, why: Departure): void;
  /** The time at which `core` must call `tick`. */
  deadline(core: number): number;
  /** The core's timer interrupt. */
  tick(core: number, now: number): void;
  /** A timer that was armed by SchedPort.arm. */
  timer(which: number, now: number): void;
  /** True when the running task may have to give way: another waits for this core, or it may not go on. */
  yields(core: number): boolean;
  /** Policy, nice value or priority change: `change` makes it so. */
  reclass(task: Task, now: number, change: () => void): void;
  /** What sched_rr_get_interval shows, in nanoseconds. */
  interval(task: Task): number;
  /** The task has ended, and is in no queue. */
  forget(task: Task): void;
  /** Tasks that have or want the core, those of a throttled group too. */
  count(core: number): number;
  /** Ready tasks of a core by tid, those that are due first in front. */
  queued(core: number): readonly number[];
}

/** A core that has not run since its last tick stops its ticks. Linux's idle governors stop them when they foresee so much: never where some thread keeps sleeping for less. */
const idlesLong = (x: Context, q: RunQueue): boolean => q.idleSince >= 0 && q.clock - q.idleSince >= x.tunables.tick;

/** A tick comes late by up to this part of the time between ticks, so that two seeds interleave threads differently. */
const jitter = 0.01;

export class LinuxScheduler implements Scheduler {
  private readonly x: Context;
  private readonly move: Move = (task, to) => this.migrate(task, to);

  constructor(state: SchedState, tasks: ReadonlyMap<number, Task>, tunables: Tunables, clock: SchedClock, random: Random, port: SchedPort) {
    const node = (tid: number): Task['sched'] => tasks.get(tid)!.sched;
    this.x = { state, tasks, tunables, clock, random, port, trees: state.queues.map((q) => new Tree(q.fair, node)) };
  }

  static newState(cores: number, quotaCores: number, tunables: Tunables, random: Random): SchedState {
    return newSchedState(cores, quotaCores, Array.from({ length: cores }, () => random.below(tunables.tick)));
  }

  place(task: Task, from: number, why: Arrival, here: number, now: number, sync = false): number {
    const { x } = this;
    follow(x, queueOf(x, from), now);
    if (here >= 0) follow(x, queueOf(x, here), now);
    if (why === 'new') {
      task.sched.core = from; // counts there until it has a place
      task.sched.weight = weightOf(task.policy, task.nice);
    }
    if (isRealTime(task)) {
      const core = realTime.selectRealTime(x, task, from);
      return core >= 0 ? core : allowed(task, from) ? from : anyAllowed(task, x.state.queues.length);
    }
    if (why === 'new') {
      fair.placeNew(x, queueOf(x, from), task);
      return selectNew(x, task, from);
    }
    if (why === 'moved') return allowed(task, from) ? from : anyAllowed(task, x.state.queues.length);
    return selectWoken(x, task, from, here, sync);
  }

  enqueue(core: number, task: Task, now: number, why: Arrival): void {
    const { x } = this;
    const q = queueOf(x, core);
    follow(x, q, now);
    if (why === 'woken') this.countWake(q, task);
    this.setCore(task, core, why === 'new');
    if (why === 'new' && !isRealTime(task)) fair.firstLoad(q, task.sched);
    this.activate(q, task, why === 'woken');
    this.preempts(q, task, why === 'new');
  }

  private countWake(q: RunQueue, task: Task): void {
    q.wakeups++;
    if (q.core === task.sched.core) q.localWakeups++;
    else q.remoteWakes++;
    if (q.idleSince < 0) return;
    const most = 2 * this.x.tunables.migrationCost;
    q.averageIdle = Math.min(most, Math.max(0, q.averageIdle + Math.floor((q.clock - q.idleSince - q.averageIdle) / 8)));
    q.idleSince = -1;
  }

  /** `isNew`: it has no place yet, so that this is no migration. */
  private setCore(task: Task, core: number, isNew = false): void {
    const { sched } = task;
    task.core = core;
    if (sched.core === core) return;
    fair.makeRelative(this.x, task);
    fair.leaveLoad(this.x, task);
    if (!isNew) {
      this.x.port.migrates(task, sched.core, core);
      sched.migrations++;
    }
    sched.core = core;
    sched.execStart = 0;
  }

  private activate(q: RunQueue, task: Task, woken: boolean): void {
    task.sched.queuedAt = q.clock;
    if (isRealTime(task)) realTime.enqueueRealTime(this.x, q, task);
    else fair.enqueueFair(this.x, q, task, woken);
  }

  private deactivate(q: RunQueue, task: Task, sleeps: boolean): void {
    if (task.sched.queuedAt >= 0) this.countDelay(q, task);
    if (isRealTime(task)) realTime.dequeueRealTime(this.x, q, task);
    else fair.dequeueFair(this.x, q, task, sleeps);
  }

  private countDelay(q: RunQueue, task: Task): void {
    const delay = Math.max(0, q.clock - task.sched.queuedAt);
    task.sched.queuedAt = -1;
    task.sched.runDelay += delay;
    q.runDelay += delay;
  }

  /** A task came to the queue: has the core to look? */
  private preempts(q: RunQueue, task: Task, isNew: boolean): void {
    const { x } = this;
    const curr = x.tasks.get(q.curr);
    if (!curr) {
      if (isRealTime(task) ? !q.realTime.throttled : !q.fair.throttled) reschedule(x, q);
    } else if (isRealTime(task) || isRealTime(curr)) {
      if (priorityOf(task) < priorityOf(curr)) reschedule(x, q);
      else if (isRealTime(task)) realTime.push(x, q, this.move);
    } else fair.preemptsFair(x, q, task, isNew);
  }

  dequeue(task: Task, now: number): void {
    const q = queueOf(this.x, task.core);
    follow(this.x, q, now);
    this.deactivate(q, task, false);
  }

  /** A queued task goes to another core. */
  private migrate(task: Task, to: number): void {
    const { x } = this;
    const [source, q] = [queueOf(x, task.core), queueOf(x, to)];
    q.clock = Math.max(q.clock, source.clock);
    source.clock = Math.max(source.clock, q.clock);
    this.deactivate(source, task, false);
    this.setCore(task, to);
    this.activate(q, task, false);
    this.preempts(q, task, false);
  }

  pick(core: number, now: number): Task | undefined {
    const { x } = this;
    const q = queueOf(x, core);
    follow(x, q, now);
    q.needResched = false;
    q.schedules++;
    if (q.pushTo >= 0) pushAsked(x, q, this.move);
    if (x.state.queues.length > 1) realTime.pull(x, q, this.move);
    let tid = this.next(q);
    if (tid === 0 && newlyIdle(x, q, this.move)) tid = this.next(q);
    q.needResched = false; // what came here meanwhile was among the candidates
    q.curr = tid;
    if (tid === 0) {
      q.idles++;
      if (q.idleSince < 0) q.idleSince = q.clock;
      return undefined;
    }
    q.idleSince = -1;
    const task = x.tasks.get(tid)!;
    q.runs++;
    task.sched.runs++;
    if (task.sched.queuedAt >= 0) this.countDelay(q, task);
    task.sched.execStart = q.clock;
    realTime.push(x, q, this.move);
    return task;
  }

  /** The next task of a queue, out of its tree; 0 for none. */
  private next(q: RunQueue): number {
    const tid = realTime.pickRealTime(q);
    if (tid !== 0 || q.fair.count === 0 || !mayUse(this.x, q)) return tid;
    return fair.pickFair(this.x, q);
  }

  begin(core: number, now: number): void {
    const q = queueOf(this.x, core);
    follow(this.x, q, now);
    this.x.tasks.get(q.curr)!.sched.execStart = q.clock;
    if (q.tickStopped || q.tickDue <= now) this.armTick(q);
  }

  /** Ticks keep to a grid of the core's own. */
  private armTick(q: RunQueue): void {
    const { state, tunables, clock, random } = this.x;
    const shift = state.phase[q.core]!;
    q.tickStopped = false;
    const point = (Math.floor((q.clock - shift) / tunables.tick) + 1) * tunables.tick + shift;
    q.tickDue = clock.ticks(point + random.below(Math.floor(tunables.tick * jitter)));
  }

  put(core: number, task: Task, now: number, why: Departure): void {
    const { x } = this;
    const q = queueOf(x, core);
    follow(x, q, now);
    const real = isRealTime(task);
    const before = task.sched.sumExec;
    if (why === 'yielded') q.yields++;
    if (why === 'yielded' && !real) fair.yieldFair(x, q, task);
    if (why === 'preempted' || why === 'yielded') {
      task.sched.queuedAt = q.clock;
      if (!real) fair.putFair(x, q, task);
      else {
        realTime.updateRealTime(x, q);
        if (why === 'yielded') realTime.requeue(q, task);
      }
    } else {
      this.deactivate(q, task, why !== 'moved');
      if (why !== 'moved' && !real) fair.fallAsleep(x, task);
    }
    q.runTime += task.sched.sumExec - before;
    q.fair.curr = 0;
    q.curr = 0;
    q.needResched = false;
  }

  deadline(core: number): number {
    const q = queueOf(this.x, core);
    return q.tickStopped ? never : q.tickDue;
  }

  tick(core: number, now: number): void {
    const { x } = this;
    const q = queueOf(x, core);
    follow(x, q, now);
    const task = x.tasks.get(q.curr);
    if (task) {
      if (isRealTime(task)) realTime.tickRealTime(x, q, task);
      else fair.tickFair(x, q, task);
    }
    periodic(x, q, this.move);
    if (task === undefined && idlesLong(x, q)) q.tickStopped = true;
    else this.armTick(q);
  }

  timer(which: number, now: number): void {
    const { x } = this;
    if (which === SchedTimer.Period) periodEnds(x);
    else if (which === SchedTimer.Slack) slackEnds(x, x.clock.nanos(now));
    else {
      const q = queueOf(x, which - SchedTimer.RealTime);
      follow(x, q, now);
      realTime.realTimePeriod(x, q);
    }
  }

  yields(core: number): boolean {
    const q = queueOf(this.x, core);
    return runnable(q) > 1 || q.pushTo >= 0 || q.realTime.throttled || (this.x.state.bandwidth.quota > 0 && q.fair.runtimeRemaining <= 0);
  }

  reclass(task: Task, now: number, change: () => void): void {
    const { x } = this;
    const e = task.sched;
    const q = queueOf(x, e.core);
    follow(x, q, now);
    const [queued, running, before] = [e.onQueue, q.curr === task.tid, priorityOf(task)];
    const since = e.queuedAt;
    if (running && !isRealTime(task)) fair.putFair(x, q, task);
    else if (running) realTime.updateRealTime(x, q);
    if (queued) this.deactivate(q, task, true);
    const wasFair = !isRealTime(task);
    if (e.attached) fair.leaveLoad(x, task);
    change();
    if (wasFair && isRealTime(task)) fair.leaveFair(x, task);
    e.average.loadAvg = wasFair ? Math.floor((e.average.loadAvg * weightOf(task.policy, task.nice)) / e.weight) : e.average.loadAvg;
    e.weight = weightOf(task.policy, task.nice);
    if (task.policy === SCHED.RR) e.timeSlice = x.tunables.rrTicks;
    if (!queued) return;
    this.activate(q, task, false);
    e.queuedAt = running ? -1 : since;
    if (running) {
      if (!isRealTime(task)) {
        x.trees[q.core]!.remove(task.tid);
        q.fair.curr = task.tid;
      } else q.fair.curr = 0;
      e.execStart = q.clock;
      if (priorityOf(task) > before && runnable(q) > 1) reschedule(x, q);
    } else this.preempts(q, task, false);
  }

  interval(task: Task): number {
    const { x } = this;
    const { tick, rrTicks } = x.tunables;
    if (isRealTime(task)) return task.policy === SCHED.RR ? rrTicks * tick : 0;
    const q = queueOf(x, task.core);
    return q.fair.weight === 0 ? 0 : Math.floor(fair.slice(x, q, task.sched) / tick) * tick;
  }

  forget(task: Task): void {
    fair.leaveLoad(this.x, task);
  }

  count(core: number): number {
    const q = queueOf(this.x, core);
    return q.realTime.count + q.fair.count;
  }

  queued(core: number): readonly number[] {
    const q = queueOf(this.x, core);
    const real = [...q.realTime.lists].sort((a, b) => b[0] - a[0]).flatMap(([, list]) => list.filter((tid) => tid !== q.curr));
    const order: number[] = [];
    for (let tid = q.fair.leftmost; tid !== 0; tid = this.x.trees[core]!.next(tid)) order.push(tid);
    return [...real, ...order];
  }
}
