/**
 * What the scheduler remembers: of every task an `Entity`, of every core a `RunQueue`, and the control group's bandwidth. Plain
 * data that name each other by number, so that a snapshot copies them. Times are nanoseconds of the scheduler's clock.
 */
import { newAverage, type Average } from './pelt.js';
import type { TreeNode, TreeState } from './tree.js';
import { newTree } from './tree.js';
import { niceZero } from './weights.js';

export interface Entity extends TreeNode {
  weight: number;
  /** In a queue, or on a core. */
  onQueue: boolean;
  /** The core in whose queue it is, or was last. */
  core: number;
  /** `vruntime` counts from its queue's `minVruntime`: so it is carried from one queue to another. */
  relative: boolean;
  /** When its run was last accounted for, and all it ran, also at the time it got its core. */
  execStart: number;
  sumExec: number;
  prevSumExec: number;
  readonly average: Average;
  /** `average` counts in its queue's. */
  attached: boolean;
  /** How often it woke another task than the time before, halved every second, and whom. */
  wakeeFlips: number;
  wakeeDecay: number;
  lastWakee: number;
  recentCore: number;
  /** Neighbours in the list of its core's fair tasks: who came or ran later, and earlier. */
  newer: number;
  older: number;
  /** SCHED_RR: ticks it has left. */
  timeSlice: number;
  /** Since when it waits for a core, or -1; how long it has waited in all; how often it got one. */
  queuedAt: number;
  runDelay: number;
  runs: number;
  migrations: number;
}

export function newEntity(core: number): Entity {
  return {
    vruntime: 0, left: 0, right: 0, parent: 0, red: false, weight: niceZero, onQueue: false, core, relative: true, execStart: 0, sumExec: 0, prevSumExec: 0, average: newAverage(), attached: false,
    wakeeFlips: 0, wakeeDecay: 0, lastWakee: 0, recentCore: core, newer: 0, older: 0, timeSlice: 0, queuedAt: -1, runDelay: 0, runs: 0, migrations: 0,
  };
}

/** The fair tasks of a core. The one that runs is counted and weighed, and is not in the tree. */
export interface FairQueue extends TreeState {
  count: number;
  weight: number;
  minVruntime: number;
  /** Tid of the fair task that runs, 0 for none. */
  curr: number;
  /** Whom to prefer, and whom to pass over, when the next task is picked, as far as that is fair. */
  next: number;
  last: number;
  skip: number;
  execClock: number;
  readonly average: Average;
  /** The most recent of its tasks, and the one that did not run for the longest time. */
  newest: number;
  oldest: number;
  /** The group has a quota, and this core has used up its part. */
  throttled: boolean;
  /** What this core may still use of the quota it has drawn; negative: what it owes. */
  runtimeRemaining: number;
  throttledAt: number;
}

export interface RealTimeQueue {
  /** By priority, 1 to 99: tids, next first; the one that runs stays in. */
  readonly lists: Map<number, number[]>;
  count: number;
  /** Used of this period's runtime. */
  time: number;
  throttled: boolean;
  /** Its period timer is armed. */
  timed: boolean;
}

/** What load balancing did, for /proc/schedstat: looks, without need, without success, and tasks that were moved. */
export interface BalanceCounts {
  count: number;
  balanced: number;
  failed: number;
  imbalance: number;
  gained: number;
  hotGained: number;
  noBusyQueue: number;
  noBusyGroup: number;
}
const noCounts = (): BalanceCounts => ({ count: 0, balanced: 0, failed: 0, imbalance: 0, gained: 0, hotGained: 0, noBusyQueue: 0, noBusyGroup: 0 });

export interface RunQueue {
  readonly core: number;
  clock: number;
  /** Tid of the task on the core, 0 when it idles. */
  curr: number;
  /** It has been asked to look for another task. */
  needResched: boolean;
  readonly fair: FairQueue;
  readonly realTime: RealTimeQueue;
  /** When the next tick comes, in ticks of the machine; and whether there is none, because the core idles. */
  tickDue: number;
  tickStopped: boolean;
  /** Balancing: when it is due, how long between, and how often it found nothing that it could move. */
  lastBalance: number;
  balanceInterval: number;
  balanceFailed: number;
  /** Active balancing: the core that wants a task of this one's, although only the running one can go; -1: none. */
  pushTo: number;
  /** How often a core that this one had asked so looked for a task, found none that may go, and gave one. */
  readonly pushes: { asked: number; failed: number; done: number };
  /** Since when it idles, or -1, and how long it does so on average. */
  idleSince: number;
  averageIdle: number;
  /** For /proc/schedstat. */
  yields: number;
  schedules: number;
  idles: number;
  wakeups: number;
  localWakeups: number;
  runTime: number;
  runDelay: number;
  runs: number;
  remoteWakes: number;
  affineMoves: number;
  readonly balance: { readonly idle: BalanceCounts; readonly busy: BalanceCounts; readonly newlyIdle: BalanceCounts };
}

export interface Bandwidth {
  /** Per period, of all cores together; 0: no limit. */
  readonly quota: number;
  readonly period: number;
  runtime: number;
  /** Nothing was used in the last period. */
  idle: boolean;
  /** Timers that are armed, and when the periods began. */
  active: boolean;
  slackArmed: boolean;
  periodEnd: number;
  /** Cores that are throttled, in that order. */
  readonly throttled: number[];
  nrPeriods: number;
  nrThrottled: number;
  throttledTime: number;
}

export interface SchedState {
  readonly queues: RunQueue[];
  readonly bandwidth: Bandwidth;
  /** How far the cores' ticks are shifted, by core. */
  readonly phase: number[];
  /** When idle cores are looked after next. */
  nextIdleBalance: number;
}

/** Cores were up, and idle, before the machine's time begins. */
const longAgo = -60_000_000_000;

const newQueue = (core: number): RunQueue => ({
  core, clock: 0, curr: 0, needResched: false,
  fair: { ...newTree(), count: 0, weight: 0, minVruntime: 0, curr: 0, next: 0, last: 0, skip: 0, execClock: 0, average: newAverage(), newest: 0, oldest: 0, throttled: false, runtimeRemaining: 0, throttledAt: 0 },
  realTime: { lists: new Map(), count: 0, time: 0, throttled: false, timed: false },
  tickDue: 0, tickStopped: true, lastBalance: longAgo, balanceInterval: 0, balanceFailed: 0, pushTo: -1, pushes: { asked: 0, failed: 0, done: 0 }, idleSince: 0, averageIdle: 1_000_000,
  yields: 0, schedules: 0, idles: 0, wakeups: 0, localWakeups: 0, runTime: 0, runDelay: 0, runs: 0, remoteWakes: 0, affineMoves: 0,
  balance: { idle: noCounts(), busy: noCounts(), newlyIdle: noCounts() },
});

/** `quotaCores`: cores' worth of time that the group may use, 0 for no limit; `phase`: shifts of ticks in nanoseconds. */
export function newSchedState(cores: number, quotaCores: number, phase: readonly number[]): SchedState {
  const period = 100_000_000;
  const quota = Math.round((quotaCores * period) / 1000) * 1000; // whole microseconds, as cpu.max says
  return {
    queues: Array.from({ length: cores }, (_, core) => newQueue(core)), phase: [...phase], nextIdleBalance: 0,
    bandwidth: { quota, period, runtime: quota, idle: false, active: false, slackArmed: false, periodEnd: 0, throttled: [], nrPeriods: 0, nrThrottled: 0, throttledTime: 0 },
  };
}
