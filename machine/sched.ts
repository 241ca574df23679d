/**
 * What can be set of the scheduler, under Linux's names: those of /proc/sys/kernel/sched_*, and HZ. Plain data, part of
 * the machine's config. What is not set follows Linux's defaults, which depend on the number of cores.
 */

/** SCHED_FEAT switches that the model honours, and their defaults. kernel/sched/features.h. */
export const defaultFeatures = {
  GENTLE_FAIR_SLEEPERS: true,
  START_DEBIT: true,
  NEXT_BUDDY: false,
  LAST_BUDDY: true,
  CACHE_HOT_BUDDY: true,
  WAKEUP_PREEMPTION: true,
  LB_MIN: false,
  WA_IDLE: true,
  WA_WEIGHT: true,
  WA_BIAS: true,
  UTIL_EST: true,
  UTIL_EST_FASTUP: true,
};
export type Feature = keyof typeof defaultFeatures;

/** A description of the scheduler: only what differs from the defaults. */
export interface SchedSettings {
  readonly sched_latency_ns?: number;
  readonly sched_min_granularity_ns?: number;
  readonly sched_wakeup_granularity_ns?: number;
  /** How the three above grow with the cores, as long as they are not set: 0 not at all, 1 with the logarithm, 2 in proportion. */
  readonly sched_tunable_scaling?: number;
  readonly sched_child_runs_first?: number;
  readonly sched_nr_migrate?: number;
  readonly sched_migration_cost_ns?: number;
  readonly sched_rr_timeslice_ms?: number;
  readonly sched_rt_period_us?: number;
  /** -1: real-time tasks may take all of the processor. */
  readonly sched_rt_runtime_us?: number;
  readonly sched_cfs_bandwidth_slice_us?: number;
  readonly HZ?: number;
  readonly features?: Partial<Readonly<Record<Feature, boolean>>>;
}

/** Settings over others, a key at a time; features too. */
export const merged = (below: SchedSettings, above: SchedSettings): SchedSettings =>
  above.features === undefined ? { ...below, ...above } : { ...below, ...above, features: { ...below.features, ...above.features } };

type Key = Exclude<keyof SchedSettings, 'features'>;

/** Whole numbers and their bounds. Linux's bounds of the first three are 0.1 ms to 1 s, of wakeup granularity from 0. */
const bounds: Readonly<Record<Key, readonly [least: number, most: number]>> = {
  sched_latency_ns: [100_000, 1_000_000_000],
  sched_min_granularity_ns: [100_000, 1_000_000_000],
  sched_wakeup_granularity_ns: [0, 1_000_000_000],
  sched_tunable_scaling: [0, 2],
  sched_child_runs_first: [0, 1],
  sched_nr_migrate: [1, 100_000],
  sched_migration_cost_ns: [0, 1_000_000_000],
  sched_rr_timeslice_ms: [1, 10_000],
  sched_rt_period_us: [10_000, 100_000_000],
  sched_rt_runtime_us: [-1, 100_000_000],
  sched_cfs_bandwidth_slice_us: [1_000, 1_000_000],
  HZ: [24, 1000],
};

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** What is wrong with settings, a line each. `prefix` stands before keys. */
export function settingProblems(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${prefix === '' ? '' : `${prefix.slice(0, -1)}: `}not an object but ${show(value)}`];
  const found = Object.entries(value).flatMap(([key, v]) => {
    if (key === 'features') return featureProblems(v, prefix);
    if (!Object.hasOwn(bounds, key)) return [`unknown key ${prefix}${key}; there is ${[...Object.keys(bounds), 'features'].join(', ')}`];
    const [least, most] = bounds[key as Key];
    return Number.isInteger(v) && v >= least && v <= most ? [] : [`${prefix}${key} ${show(v)}: not a whole number from ${least} to ${most}`];
  });
  const { sched_rt_runtime_us: runtime, sched_rt_period_us: period } = { ...defaultRt, ...(value as SchedSettings) };
  if (found.length === 0 && runtime > period) found.push(`${prefix}sched_rt_runtime_us ${runtime}: more than the period of ${period}`);
  return found;
}

function featureProblems(value: unknown, prefix: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${prefix}features ${show(value)}: not an object of names and true or false`];
  return Object.entries(value).flatMap(([name, on]) => {
    if (!Object.hasOwn(defaultFeatures, name)) return [`unknown key ${prefix}features.${name}; there is ${Object.keys(defaultFeatures).join(', ')}`];
    return typeof on === 'boolean' ? [] : [`${prefix}features.${name} ${show(on)}: not true or false`];
  });
}

/** Settings filled in for a machine. Times in nanoseconds. */
export interface Tunables {
  readonly latency: number;
  readonly minGranularity: number;
  readonly wakeupGranularity: number;
  readonly scaling: number;
  /** From so many tasks on, a period is longer than `latency`. */
  readonly nrLatency: number;
  readonly childRunsFirst: boolean;
  readonly nrMigrate: number;
  readonly migrationCost: number;
  /** Ticks of the scheduler. */
  readonly rrTicks: number;
  readonly rtPeriod: number;
  /** -1: no bound. */
  readonly rtRuntime: number;
  readonly bandwidthSlice: number;
  readonly hz: number;
  readonly tick: number;
  readonly features: Readonly<Record<Feature, boolean>>;
}

const defaultRt = { sched_rt_period_us: 1_000_000, sched_rt_runtime_us: 950_000 };

export function tunablesOf(given: SchedSettings, cores: number): Tunables {
  const scaling = given.sched_tunable_scaling ?? 1;
  const counted = Math.min(cores, 8); // more do not make it coarser
  const factor = scaling === 0 ? 1 : scaling === 1 ? 1 + (31 - Math.clz32(counted)) : counted;
  const latency = given.sched_latency_ns ?? 6_000_000 * factor;
  const minGranularity = given.sched_min_granularity_ns ?? 750_000 * factor;
  const hz = given.HZ ?? 250;
  const { sched_rt_period_us: rtPeriod, sched_rt_runtime_us: rtRuntime } = { ...defaultRt, ...given };
  return {
    latency, minGranularity, scaling, hz,
    wakeupGranularity: given.sched_wakeup_granularity_ns ?? 1_000_000 * factor,
    nrLatency: Math.ceil(latency / minGranularity),
    childRunsFirst: given.sched_child_runs_first === 1,
    nrMigrate: given.sched_nr_migrate ?? 32,
    migrationCost: given.sched_migration_cost_ns ?? 500_000,
    rrTicks: Math.max(1, Math.ceil(((given.sched_rr_timeslice_ms ?? 100) * hz) / 1000)),
    rtPeriod: rtPeriod * 1000,
    rtRuntime: rtRuntime < 0 ? -1 : rtRuntime * 1000,
    bandwidthSlice: (given.sched_cfs_bandwidth_slice_us ?? 5_000) * 1000,
    tick: Math.floor(1e9 / hz),
    features: { ...defaultFeatures, ...given.features },
  };
}
