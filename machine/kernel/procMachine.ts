/** Entries of /proc and /sys that speak of the whole machine or of one core. proc(5). */
import { hugePolicies } from '../config.js';
import { nanosPerSecond } from './clock.js';
import type { Kernel } from './kernel.js';
import { machineSchedstat, schedSettings } from './procSched.js';

export const kernelRelease = '5.10.0';
export const kernelVersion = '#1 SMP';
export const hostName = 'rt0';

type Text = (k: Kernel) => string;

/** Settings that are what they are. A limit that the model enforces stands in the file that enforces it too. */
const settings: Readonly<Record<string, string>> = {
  'kernel/ostype': 'Linux', 'kernel/osrelease': kernelRelease, 'kernel/version': kernelVersion, 'kernel/hostname': hostName, 'kernel/domainname': '(none)',
  'kernel/pid_max': '4194304', 'kernel/threads-max': '4194304', 'kernel/cap_last_cap': '40', 'kernel/ngroups_max': '65536', 'kernel/randomize_va_space': '0',
  'kernel/core_pattern': 'core', 'kernel/core_uses_pid': '0', 'kernel/perf_event_paranoid': '3', 'kernel/overflowuid': '65534', 'kernel/overflowgid': '65534',
  'vm/overcommit_memory': '0', 'vm/overcommit_ratio': '50', 'vm/max_map_count': '65530', 'vm/mmap_min_addr': '65536', 'vm/swappiness': '60', 'vm/nr_hugepages': '0',
  'net/core/somaxconn': '4096',
  'fs/file-max': '1048576', 'fs/nr_open': '1048576', 'fs/pipe-max-size': '1048576', 'fs/epoll/max_user_watches': '1048576',
};

export const fixedTexts: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`/proc/sys/${name}`, `${value}\n`])),
  '/proc/version': `Linux version ${kernelRelease} ${kernelVersion}\n`,
  '/proc/filesystems': ['sysfs', 'tmpfs', 'proc', 'cgroup', 'cgroup2', 'pipefs'].map((name) => `nodev\t${name}\n`).join(''),
  '/proc/swaps': 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n',
  '/sys/kernel/mm/transparent_hugepage/hpage_pmd_size': '2097152\n',
  '/sys/kernel/mm/transparent_hugepage/defrag': 'always defer defer+madvise [madvise] never\n',
  '/sys/kernel/mm/transparent_hugepage/use_zero_page': '1\n',
  '/sys/kernel/mm/transparent_hugepage/shmem_enabled': 'always within_size advise [never] deny force\n',
  '/sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none': '511\n',
  '/sys/devices/system/cpu/isolated': '\n',
  '/sys/devices/system/cpu/smt/active': '0\n',
  '/sys/devices/system/node/online': '0\n',
};

const range = (cores: number): string => (cores === 1 ? '0\n' : `0-${cores - 1}\n`);
const cores: Text = (k) => range(k.parts.config.cores);

export const machineTexts: Readonly<Record<string, Text>> = {
  '/proc/cpuinfo': (k) => k.abi.cpuinfo(k.parts.config), '/proc/meminfo': meminfo, '/proc/stat': stat, '/proc/uptime': uptime, '/proc/loadavg': loadavg, '/proc/schedstat': machineSchedstat,
  ...Object.fromEntries(Object.entries(schedSettings).map(([name, value]): [string, Text] => [`/proc/sys/kernel/${name}`, (k) => `${value(k)}\n`])),
  '/sys/kernel/mm/transparent_hugepage/enabled': (k) => `${hugePolicies.map((p) => (p === k.parts.config.hugePages ? `[${p}]` : p)).join(' ')}\n`,
  '/sys/devices/system/cpu/online': cores, '/sys/devices/system/cpu/possible': cores, '/sys/devices/system/cpu/present': cores,
  '/sys/devices/system/cpu/offline': () => '\n', '/sys/devices/system/cpu/kernel_max': () => '63\n',
};

/** One package of cores without threads of their own. */
export const coreTexts: Readonly<Record<string, (k: Kernel, core: number) => string>> = {
  'topology/core_id': (_k, core) => `${core}\n`, 'topology/physical_package_id': () => '0\n', 'topology/thread_siblings_list': (_k, core) => `${core}\n`, 'topology/core_siblings_list': cores,
  'cpufreq/scaling_cur_freq': kiloHertz, 'cpufreq/cpuinfo_max_freq': kiloHertz, 'cpufreq/cpuinfo_min_freq': kiloHertz,
};

function kiloHertz(k: Kernel): string {
  return `${Math.round(k.parts.config.clockHz / 1000)}\n`;
}

/** There is no page cache and no swap: what is not in use is free. */
function meminfo(k: Kernel): string {
  const total = Math.floor(k.parts.config.memoryBytes / 1024);
  const free = total - k.parts.ram.framesInUse * 4;
  const rows: [string, number][] = [
    ['MemTotal', total], ['MemFree', free], ['MemAvailable', free], ['Buffers', 0], ['Cached', 0], ['SwapCached', 0], ['Active', total - free], ['Inactive', 0],
    ['SwapTotal', 0], ['SwapFree', 0], ['Dirty', 0], ['Writeback', 0], ['AnonPages', total - free], ['Mapped', 0], ['Shmem', 0], ['Slab', 0], ['CommitLimit', Math.floor(total / 2)], ['Committed_AS', total - free],
    ['AnonHugePages', [...k.parts.spaces.all()].reduce((n, space) => n + space.hugePages, 0) * 2048], ['HugePages_Total', 0], ['HugePages_Free', 0], ['Hugepagesize', 2048],
  ];
  return rows.map(([name, value]) => `${`${name}:`.padEnd(16)}${String(value).padStart(8)}${name.startsWith('HugePages_') ? '' : ' kB'}\n`).join('');
}

/** Hundredths of a second. */
const hundredths = (nanos: bigint): bigint => nanos / 10_000_000n;

/** Time of a core since start that it was busy, and that it was not, in nanoseconds. */
function shares(k: Kernel, core: number): [busy: bigint, idle: bigint] {
  const busy = k.clock.nanos(k.coreTicks(core));
  const idle = k.clock.nanos(Math.max(k.now, k.parts.cores.state(core).ticks)) - busy;
  return [busy, idle > 0n ? idle : 0n];
}

/** Tasks that have or want a core. */
const runnableTasks = (k: Kernel): number => k.state.current.reduce((sum, _, core) => sum + k.sched.count(core), 0);

function stat(k: Kernel): string {
  const { state } = k;
  const all = state.current.map((_, core) => {
    const [busy, idle] = shares(k, core);
    return [busy, k.clock.nanos(state.counts[core]!.kernelTicks), idle] as const;
  });
  const line = (name: string, [busy, system, idle]: readonly [bigint, bigint, bigint]): string => `${name} ${hundredths(busy - system)} 0 ${hundredths(system)} ${hundredths(idle)} 0 0 0 0 0 0\n`;
  const sum = (i: 0 | 1 | 2): bigint => all.reduce((s, triple) => s + triple[i], 0n);
  return [
    line('cpu ', [sum(0), sum(1), sum(2)]), ...all.map((triple, core) => line(`cpu${core}`, triple)), 'intr 0\n', `ctxt ${state.counts.reduce((n, c) => n + c.turns, 0)}\n`, `btime ${k.clock.epoch / nanosPerSecond}\n`,
    `processes ${state.forks}\n`, `procs_running ${runnableTasks(k)}\n`, 'procs_blocked 0\n', 'softirq 0 0 0 0 0 0 0 0 0 0 0\n',
  ].join('');
}

function uptime(k: Kernel): string {
  const idle = k.state.current.reduce((s, _, core) => s + shares(k, core)[1], 0n);
  const seconds = (nanos: bigint): string => (Number(hundredths(nanos)) / 100).toFixed(2);
  return `${seconds(k.clock.nanos(k.now))} ${seconds(idle)}\n`;
}

/** No averages are kept; how many tasks can run, of how many, and the last one made. */
function loadavg(k: Kernel): string {
  return `0.00 0.00 0.00 ${runnableTasks(k)}/${k.state.tasks.size} ${k.state.nextTid - 1}\n`;
}

/** Ticks as hundredths of a second, for /proc/PID/stat. */
export const clockTicks = (k: Kernel, ticks: number): bigint => hundredths(k.clock.nanos(ticks));
