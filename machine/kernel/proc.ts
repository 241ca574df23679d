/**
 * What the file tree holds at start, and the contents of generated files: the entries of /proc, /sys and /dev
 * that programs read at start. proc(5). A generated file is made when it is opened, as Linux makes it when it is read.
 */
import { PROT, S } from '../../isa/abi/linux.js';
import { bytesOf } from './guest.js';
import type { Kernel } from './kernel.js';
import type { Process } from './task.js';
import type { Tree } from './tree.js';

const release = '5.10.0';
export const kernelVersion = '#1 SMP';
export const kernelRelease = release;
export const hostName = 'rt0';

const devices: readonly (readonly [string, number])[] = [['null', 0x103], ['zero', 0x105], ['full', 0x107], ['random', 0x108], ['urandom', 0x109]];

/** Device number by name, for st_rdev. */
export const deviceNumbers: ReadonlyMap<string, number> = new Map(devices);

const fixed: readonly (readonly [string, string])[] = [
  ['/proc/sys/kernel/ostype', 'Linux\n'],
  ['/proc/sys/kernel/osrelease', `${release}\n`],
  ['/proc/sys/kernel/hostname', `${hostName}\n`],
  ['/proc/sys/kernel/pid_max', '32768\n'],
  ['/proc/sys/kernel/threads-max', '63704\n'],
  ['/proc/sys/vm/overcommit_memory', '0\n'],
  ['/proc/sys/vm/max_map_count', '65530\n'],
  ['/proc/sys/net/core/somaxconn', '4096\n'],
  ['/proc/version', `Linux version ${release} ${kernelVersion}\n`],
];

/** Generated files of the whole machine, and of a process (in /proc/PID). */
const machineFiles: readonly (readonly [string, string])[] = [
  ['/proc/meminfo', 'meminfo'], ['/proc/cpuinfo', 'cpuinfo'], ['/proc/uptime', 'uptime'],
  ['/sys/devices/system/cpu/online', 'cpus'], ['/sys/devices/system/cpu/possible', 'cpus'], ['/sys/devices/system/cpu/present', 'cpus'],
];
const processFiles = ['maps', 'cmdline', 'comm', 'status'];

export function populate(tree: Tree): void {
  for (const [name] of devices) tree.put(`/dev/${name}`, S.IFCHR | 0o666, { device: name });
  for (const [path, text] of fixed) tree.put(path, S.IFREG | 0o444, { data: bytesOf(text), size: text.length });
  for (const [path, dynamic] of machineFiles) tree.put(path, S.IFREG | 0o444, { dynamic });
  tree.put('/tmp', S.IFDIR | 0o1777);
}

/** The directory of a process, and for the first one the name `self`: there is only one process that could look. */
export function populateProcess(tree: Tree, process: Process): void {
  const at = `/proc/${process.pid}`;
  for (const name of processFiles) tree.put(`${at}/${name}`, S.IFREG | 0o444, { dynamic: `${name} ${process.pid}` });
  tree.put(`${at}/exe`, S.IFLNK | 0o777, { dynamic: `exe ${process.pid}` });
  tree.put(`${at}/cwd`, S.IFLNK | 0o777, { dynamic: `cwd ${process.pid}` });
  if (process.parent === 0) tree.put('/proc/self', S.IFLNK | 0o777, { target: String(process.pid) });
}

/** Contents of the generated file `what`: a name, and a pid where it belongs to a process. */
export function generate(k: Kernel, what: string): string {
  const [name, pid] = what.split(' ');
  const process = pid === undefined ? undefined : k.process(Number(pid));
  switch (name) {
    case 'cpus':
      return k.parts.config.cores === 1 ? '0\n' : `0-${k.parts.config.cores - 1}\n`;
    case 'uptime': {
      const seconds = (Number(k.clock.nanos(k.now) / 10_000_000n) / 100).toFixed(2);
      return `${seconds} 0.00\n`;
    }
    case 'meminfo': {
      const total = Math.floor(k.parts.config.memoryBytes / 1024);
      const free = total - k.parts.ram.framesInUse * 4;
      return `MemTotal:${String(total).padStart(16)} kB\nMemFree: ${String(free).padStart(16)} kB\nMemAvailable:${String(free).padStart(12)} kB\n`;
    }
    case 'cpuinfo':
      return Array.from({ length: k.parts.config.cores }, (_, i) => `processor\t: ${i}\ncpu MHz\t\t: ${(k.parts.config.clockHz / 1e6).toFixed(3)}\n\n`).join('');
    case 'maps':
      return maps(k, process!);
    case 'cmdline':
      return process!.argv.map((a) => `${a}\0`).join('');
    case 'comm':
      return `${k.task(process!.threads[0]!).comm}\n`;
    case 'status':
      return status(k, process!);
    case 'exe':
      return process!.path;
    case 'cwd':
      return k.files.tree.pathOf(k.files.tree.get(process!.cwd));
    default:
      throw new Error(`generated file ${what}`);
  }
}

function maps(k: Kernel, process: Process): string {
  const hex = (v: number): string => v.toString(16).padStart(8, '0');
  let text = '';
  for (const a of k.space(process).areas.all) {
    const rights = `${a.prot & PROT.READ ? 'r' : '-'}${a.prot & PROT.WRITE ? 'w' : '-'}${a.prot & PROT.EXEC ? 'x' : '-'}${a.shared ? 's' : 'p'}`;
    const line = `${hex(a.start)}-${hex(a.end)} ${rights} ${hex(a.offset)} 00:00 0 `;
    text += `${a.name === '' ? line : line.padEnd(73) + a.name}\n`;
  }
  return text;
}

function status(k: Kernel, process: Process): string {
  const resident = k.space(process).residentPages * 4;
  return [
    `Name:\t${k.task(process.threads[0]!).comm}`, `Umask:\t${process.umask.toString(8).padStart(4, '0')}`, 'State:\tR (running)', `Tgid:\t${process.pid}`, `Pid:\t${process.pid}`,
    `PPid:\t${process.parent}`, 'Uid:\t0\t0\t0\t0', 'Gid:\t0\t0\t0\t0', `VmRSS:\t${String(resident).padStart(8)} kB`, `Threads:\t${process.threads.length}`, '',
  ].join('\n');
}
