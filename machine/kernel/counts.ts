/** What the kernel counts of each core. Plain data, a part of its state. */
export interface CoreCounts {
  systemCalls: number;
  pageFaults: number;
  /** The core changed to another task. */
  switches: number;
  /** A task that ran elsewhere last got the core. */
  migrations: number;
  /** A task had to give way before its time. */
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
  ({ systemCalls: 0, pageFaults: 0, switches: 0, migrations: 0, preemptions: 0, signals: 0, kicks: 0, busyTicks: 0, tasklessTicks: 0, kernelTicks: 0 });
