/** What the kernel counts of each core. Plain data, a part of its state. */
export interface CoreCounts {
  systemCalls: number;
  pageFaults: number;
  /** A task left the core, and it went on with another one or idled: what nr_switches of tasks counts, and their ends. */
  switches: number;
  /** These, and those from idling to a task. */
  turns: number;
  /** A task came from another core's queue: nr_migrations. */
  migrations: number;
  /** A task left the core that could have gone on, because of another's turn or its own sched_yield: nr_involuntary_switches. */
  preemptions: number;
  /** Signal handlers entered. */
  signals: number;
  /** Interrupts from other cores. */
  kicks: number;
  /** Ticks that tasks had the core which are off it now; ticks charged while it had no task. */
  busyTicks: number;
  tasklessTicks: number;
  /** All ticks that the kernel charged. */
  kernelTicks: number;
}

export const noCounts = (): CoreCounts =>
  ({ systemCalls: 0, pageFaults: 0, switches: 0, turns: 0, migrations: 0, preemptions: 0, signals: 0, kicks: 0, busyTicks: 0, tasklessTicks: 0, kernelTicks: 0 });
