/**
 * What the scheduler tells of itself: /proc/PID/sched, /proc/PID/schedstat, /proc/schedstat (version 15) and the settings below
 * /proc/sys/kernel. kernel/sched/debug.c and stats.c. Times are those of the scheduler's clock.
 */
import type { Kernel } from './kernel.js';
import { priorityOf } from './sched/context.js';
import type { BalanceCounts } from './sched/state.js';
import { whole } from './sched/pelt.js';
import type { Process, Task } from './task.js';

const line = (name: string, value: number | string): string => `${name.padEnd(45)}:${String(value).padStart(21)}\n`;

/** Milliseconds with six digits. */
const fraction = (name: string, nanos: number): string => `${name.padEnd(45)}:${String(Math.floor(nanos / 1e6)).padStart(14)}.${String(nanos % 1e6).padStart(6, '0')}\n`;

export function schedText(_k: Kernel, process: Process, task: Task): string {
  const { sched } = task;
  const { average } = sched;
  const voluntary = task.voluntarySwitches;
  return [
    `${task.comm} (${task.tid}, #threads: ${process.threads.size})\n${'-'.repeat(67)}\n`,
    fraction('se.exec_start', sched.execStart), fraction('se.vruntime', sched.vruntime), fraction('se.sum_exec_runtime', sched.sumExec),
    line('se.nr_migrations', sched.migrations), line('nr_switches', voluntary + task.involuntarySwitches), line('nr_voluntary_switches', voluntary), line('nr_involuntary_switches', task.involuntarySwitches),
    line('se.load.weight', sched.weight * whole), line('se.avg.load_sum', average.loadSum), line('se.avg.runnable_sum', average.runnableSum), line('se.avg.util_sum', average.utilSum),
    line('se.avg.load_avg', average.loadAvg), line('se.avg.runnable_avg', average.runnableAvg), line('se.avg.util_avg', average.utilAvg), line('se.avg.last_update_time', average.lastUpdate),
    line('se.avg.util_est.ewma', average.usualUse), line('se.avg.util_est.enqueued', average.lastUse),
    line('policy', task.policy), line('prio', priorityOf(task)),
  ].join('');
}

/** Time on a core, time in a queue, and how often it got a core. */
export const schedstatText = (_k: Kernel, _p: Process, { sched }: Task): string => `${sched.sumExec} ${sched.runDelay} ${sched.runs}\n`;

/** Jiffies count from five minutes before they overflow 32 bits, so that what cannot bear that is found. */
const jiffies = (k: Kernel): number => (2 ** 32 - 300 * k.tunables.hz + Math.floor(Number(k.clock.nanos(k.now)) / k.tunables.tick)) % 2 ** 32;

const counts = (c: BalanceCounts): string => [c.count, c.balanced, c.failed, c.imbalance, c.gained, c.hotGained, c.noBusyQueue, c.noBusyGroup].join(' ');

export function machineSchedstat(k: Kernel): string {
  const { queues } = k.state.sched;
  const mask = ((1n << BigInt(queues.length)) - 1n).toString(16);
  const cpu = queues.map((q) => {
    const own = `cpu${q.core} ${[q.yields, 0, q.schedules, q.idles, q.wakeups, q.localWakeups, q.runTime, q.runDelay, q.runs].join(' ')}\n`;
    const domain = `domain0 ${mask} ${counts(q.balance.idle)} ${counts(q.balance.busy)} ${counts(q.balance.newlyIdle)} ${q.pushes.asked} ${q.pushes.failed} ${q.pushes.done} 0 0 0 0 0 0 ${q.remoteWakes} ${q.affineMoves} 0\n`;
    return queues.length === 1 ? own : own + domain;
  });
  return `version 15\ntimestamp ${jiffies(k)}\n${cpu.join('')}`;
}

/** Settings by their names below /proc/sys/kernel. */
export const schedSettings: Readonly<Record<string, (k: Kernel) => number>> = {
  sched_child_runs_first: ({ tunables }) => (tunables.childRunsFirst ? 1 : 0),
  sched_latency_ns: ({ tunables }) => tunables.latency,
  sched_min_granularity_ns: ({ tunables }) => tunables.minGranularity,
  sched_wakeup_granularity_ns: ({ tunables }) => tunables.wakeupGranularity,
  sched_tunable_scaling: ({ tunables }) => tunables.scaling,
  sched_migration_cost_ns: ({ tunables }) => tunables.migrationCost,
  sched_nr_migrate: ({ tunables }) => tunables.nrMigrate,
  sched_schedstats: () => 0,
  sched_rt_period_us: ({ tunables }) => tunables.rtPeriod / 1000,
  sched_rt_runtime_us: ({ tunables }) => (tunables.rtRuntime < 0 ? -1 : tunables.rtRuntime / 1000),
  sched_rr_timeslice_ms: ({ tunables }) => Math.floor((tunables.rrTicks * 1000) / tunables.hz),
  sched_cfs_bandwidth_slice_us: ({ tunables }) => tunables.bandwidthSlice / 1000,
};
