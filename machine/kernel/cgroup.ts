/**
 * Control groups as a container sees them: the program's own group is the root of the mounted hierarchy. cgroups(7).
 * The scheduler enforces the quota (sched/bandwidth.ts), and Go 1.25 and later take GOMAXPROCS from it.
 */
import type { Config } from '../config.js';
import type { Kernel } from './kernel.js';

const at = '/sys/fs/cgroup';
const periodMicros = 100_000;
const v1Mounts = ['cpu,cpuacct', 'memory'] as const;

/** The quota of CPU time in a period, in microseconds; undefined: none. */
const quotaMicros = (config: Config): number | undefined => (config.cpuQuota === 0 ? undefined : Math.round(config.cpuQuota * periodMicros));

/** The files of the hierarchy, by path. */
export function cgroupFiles(k: Kernel): Readonly<Record<string, string>> {
  const { config } = k.parts;
  const quota = quotaMicros(config);
  if (config.cgroup === 2) {
    return {
      [`${at}/cgroup.controllers`]: 'cpu memory\n', [`${at}/cgroup.type`]: 'domain\n',
      [`${at}/cpu.max`]: `${quota ?? 'max'} ${periodMicros}\n`, [`${at}/cpu.weight`]: '100\n', [`${at}/cpu.stat`]: usage(k) + throttling(k, 2), [`${at}/memory.max`]: 'max\n',
    };
  }
  return {
    [`${at}/cpu,cpuacct/cpu.cfs_quota_us`]: `${quota ?? -1}\n`, [`${at}/cpu,cpuacct/cpu.cfs_period_us`]: `${periodMicros}\n`, [`${at}/cpu,cpuacct/cpu.shares`]: '1024\n',
    [`${at}/cpu,cpuacct/cpu.stat`]: throttling(k, 1), [`${at}/cpu,cpuacct/cpuacct.usage`]: `${used(k).all}\n`,
    [`${at}/memory/memory.limit_in_bytes`]: '9223372036854771712\n',
  };
}

/** CPU time that the group has used, in nanoseconds. */
function used(k: Kernel): { all: bigint; system: bigint } {
  const { counts } = k.state;
  const sum = (of: (core: number) => number): number => counts.reduce((n, _, core) => n + of(core), 0);
  const taskless = sum((core) => counts[core]!.tasklessTicks); // cores that idle are nobody's
  return { all: k.clock.nanos(sum((core) => k.coreTicks(core)) - taskless), system: k.clock.nanos(sum((core) => counts[core]!.kernelTicks) - taskless) };
}

function usage(k: Kernel): string {
  const { all, system } = used(k);
  return `usage_usec ${all / 1000n}\nuser_usec ${(all - system) / 1000n}\nsystem_usec ${system / 1000n}\n`;
}

/** Periods, those in which a core stood still, and for how long all did: version 1 tells that in nanoseconds. */
function throttling(k: Kernel, version: 1 | 2): string {
  const { nrPeriods, nrThrottled, throttledTime } = k.state.sched.bandwidth;
  return `nr_periods ${nrPeriods}\nnr_throttled ${nrThrottled}\n${version === 1 ? `throttled_time ${throttledTime}` : `throttled_usec ${Math.floor(throttledTime / 1000)}`}\n`;
}

/** /proc/PID/cgroup. */
export const cgroupText = (config: Config): string => (config.cgroup === 2 ? '0::/\n' : '2:memory:/\n1:cpu,cpuacct:/\n');

export interface Mount {
  readonly at: string;
  readonly type: string;
  readonly source: string;
  readonly options: string;
}

/** What is mounted, outermost first. */
export function mounts(config: Config): readonly Mount[] {
  const flags = 'nosuid,nodev,noexec,relatime';
  const groups = config.cgroup === 2
    ? [{ at, type: 'cgroup2', source: 'cgroup', options: `ro,${flags}` }]
    : [{ at, type: 'tmpfs', source: 'tmpfs', options: `ro,${flags}` }, ...v1Mounts.map((name) => ({ at: `${at}/${name}`, type: 'cgroup', source: 'cgroup', options: `ro,${flags},${name}` }))];
  return [
    { at: '/', type: 'tmpfs', source: 'rootfs', options: 'rw,relatime' },
    { at: '/proc', type: 'proc', source: 'proc', options: `rw,${flags}` },
    { at: '/dev', type: 'tmpfs', source: 'tmpfs', options: 'rw,nosuid' },
    { at: '/sys', type: 'sysfs', source: 'sysfs', options: `ro,${flags}` },
    ...groups,
  ];
}

/** /proc/PID/mounts, and /proc/PID/mountinfo. Mount 1 is the root, the rest hang from it; minor device numbers are theirs. */
export const mountsText = (list: readonly Mount[]): string => list.map((m) => `${m.source} ${m.at} ${m.type} ${m.options} 0 0\n`).join('');

export const mountinfoText = (list: readonly Mount[]): string =>
  list.map((m, i) => {
    const [own, inner] = [m.options.split(',').filter((o) => !o.startsWith('cpu') && o !== 'memory'), m.options.split(',').filter((o) => o.startsWith('cpu') || o === 'memory')];
    return `${i + 1} ${i === 0 ? 0 : parentOf(list, i)} 0:${i + 1} / ${m.at} ${own.join(',')} - ${m.type} ${m.source} ${[own[0], ...inner].join(',')}\n`;
  }).join('');

/** The mount below which the one at `index` lies. */
function parentOf(list: readonly Mount[], index: number): number {
  const above = (m: Mount): boolean => m.at !== list[index]!.at && (m.at === '/' || list[index]!.at.startsWith(`${m.at}/`));
  let parent = 0;
  list.forEach((m, i) => {
    if (above(m) && m.at.length >= list[parent]!.at.length) parent = i;
  });
  return parent + 1;
}
