/** Entries of /proc/PID and /proc/PID/task/TID. proc(5). */
import { PROT, RLIMIT, SIG_IGN, rlimitNames } from '../../isa/abi/linux.js';
import { cgroupText, mountinfoText, mounts, mountsText } from './cgroup.js';
import { latin1 } from './guest.js';
import { allCapabilities, capabilitiesOf } from './identity.js';
import type { Kernel } from './kernel.js';
import { clockTicks } from './procMachine.js';
import { schedstatText, schedText } from './procSched.js';
import { isRealTime, priorityOf } from './sched/context.js';
import type { Process, Task } from './task.js';
import type { Vma } from './vma.js';
import { ownUsage, threadUsage } from './wait.js';

const page = 4096;
type ProcessText = (k: Kernel, process: Process) => string;
type ThreadText = (k: Kernel, process: Process, task: Task) => string;

/** The same for every thread of a process. */
export const processTexts: Readonly<Record<string, ProcessText>> = {
  maps, smaps, statm, limits,
  cmdline: (_k, p) => p.argv.map((a) => `${a}\0`).join(''),
  environ: (k, p) => k.space(p).environment,
  auxv: (k, p) => latin1(k.space(p).auxv),
  cgroup: (k) => cgroupText(k.parts.config),
  mountinfo: (k) => mountinfoText(mounts(k.parts.config)),
  mounts: (k) => mountsText(mounts(k.parts.config)),
  oom_score: () => '0\n',
  oom_score_adj: (_k, p) => `${p.oomScoreAdj}\n`,
  clear_refs: () => '',
  loginuid: () => '4294967295',
  sessionid: () => '4294967295',
};

/** Of one thread; in /proc/PID of the first. */
export const threadTexts: Readonly<Record<string, ThreadText>> = {
  comm: (_k, _p, t) => `${t.comm}\n`,
  status,
  stat,
  wchan: () => '0',
  sched: schedText,
  schedstat: schedstatText,
  timerslack_ns: (_k, _p, t) => `${t.timerSlack}\n`,
};

/** What is left of a process that has ended and was not waited for. */
export const zombieTexts: Readonly<Record<string, (process: Process) => string>> = {
  comm: (p) => `${lastName(p)}\n`,
  status: (p) => `Name:\t${lastName(p)}\nState:\tZ (zombie)\nTgid:\t${p.pid}\nNgid:\t0\nPid:\t${p.pid}\nPPid:\t${p.parent}\nThreads:\t1\n`,
  stat: (p) => `${[p.pid, `(${lastName(p)})`, 'Z', p.parent, p.group, p.session, ...new Array<number>(46).fill(0)].join(' ')}\n`,
};

const lastName = (p: Process): string => p.path.slice(p.path.lastIndexOf('/') + 1).slice(0, 15);

export const linkTexts: Readonly<Record<string, ProcessText>> = {
  exe: (k, p) => {
    if (p.status !== undefined) return '';
    const { tree } = k.files;
    return tree.find(p.path)?.ino === p.executable ? p.path : tree.nameOf(p.executable);
  },
  cwd: (k, p) => {
    const task = k.firstThread(p);
    return task ? k.files.tree.pathOf(k.files.tree.get(k.files.directory(task).cwd)) : '';
  },
  root: () => '/',
};

// Memory

function areaLine(k: Kernel, a: Vma): string {
  const hex = (v: number): string => v.toString(16).padStart(8, '0');
  const rights = `${a.prot & PROT.READ ? 'r' : '-'}${a.prot & PROT.WRITE ? 'w' : '-'}${a.prot & PROT.EXEC ? 'x' : '-'}${a.shared ? 's' : 'p'}`;
  const inode = a.name.startsWith('/') ? k.files.tree.find(a.name) : undefined;
  const line = `${hex(a.start)}-${hex(a.end)} ${rights} ${hex(a.offset)} ${inode ? '00:01' : '00:00'} ${inode?.ino ?? 0} `;
  return `${a.name === '' ? line : line.padEnd(73) + a.name}\n`;
}

function maps(k: Kernel, process: Process): string {
  return k.space(process).areas.all.map((a) => areaLine(k, a)).join('');
}

/** Present pages of an area, and those among them that no other mapping shares. */
function presence(k: Kernel, process: Process, a: Vma): { present: number; own: number } {
  let [present, own] = [0, 0];
  const { frames } = k.parts.spaces;
  k.space(process).paging.table.each(a.start / page, a.end / page, (_vpn, entry) => {
    if (entry >>> 8 === frames.zero) return;
    present++;
    if (frames.exclusive(entry >>> 8)) own++;
  });
  return { present, own };
}

function smaps(k: Kernel, process: Process): string {
  return k.space(process).areas.all.map((a) => {
    const { present, own } = presence(k, process, a);
    const anonymous = a.object === 0 ? present : 0;
    const rows: [string, number][] = [
      ['Size', (a.end - a.start) / 1024], ['KernelPageSize', 4], ['MMUPageSize', 4], ['Rss', present * 4], ['Pss', present * 4], ['Shared_Clean', (present - own) * 4], ['Shared_Dirty', 0], ['Private_Clean', (own - Math.min(own, anonymous)) * 4],
      ['Private_Dirty', Math.min(own, anonymous) * 4], ['Referenced', present * 4], ['Anonymous', anonymous * 4], ['LazyFree', 0], ['AnonHugePages', 0], ['Swap', 0], ['SwapPss', 0], ['Locked', 0],
    ];
    const flags = `${a.prot & PROT.READ ? 'rd ' : ''}${a.prot & PROT.WRITE ? 'wr ' : ''}${a.prot & PROT.EXEC ? 'ex ' : ''}${a.shared ? 'sh ' : ''}mr mw me ${a.growsDown ? 'gd ' : ''}`;
    return `${areaLine(k, a)}${rows.map(([name, kb]) => `${`${name}:`.padEnd(16)}${String(kb).padStart(8)} kB\n`).join('')}THPeligible:    0\nVmFlags: ${flags}\n`;
  }).join('');
}

/** Pages by kind, from the areas. */
function sizes(k: Kernel, process: Process): { total: number; text: number; data: number; stack: number; resident: number } {
  const space = k.space(process);
  const sum = (wanted: (a: Vma) => boolean): number => space.areas.all.filter(wanted).reduce((s, a) => s + (a.end - a.start) / page, 0);
  const stack = sum((a) => a.growsDown);
  return {
    total: sum(() => true), stack, resident: space.residentPages,
    text: sum((a) => (a.prot & PROT.EXEC) !== 0 && a.object !== 0), data: sum((a) => (a.prot & PROT.WRITE) !== 0 && !a.shared && !a.growsDown) + stack,
  };
}

function statm(k: Kernel, process: Process): string {
  const s = sizes(k, process);
  return `${s.total} ${s.resident} 0 ${s.text} 0 ${s.data} 0\n`;
}

// Signals

const signalBits = (numbers: Iterable<number>): string => {
  let set = 0n;
  for (const n of numbers) set |= 1n << BigInt(n - 1);
  return set.toString(16).padStart(16, '0');
};

function signalSets(process: Process, task: Task): { pending: string; shared: string; blocked: string; ignored: string; caught: string } {
  const by = (wanted: (handler: bigint) => boolean): number[] => process.actions.flatMap((a, n) => (a && n > 0 && wanted(a.handler) ? [n] : []));
  return {
    pending: signalBits(task.pending.map((s) => s.signo)), shared: signalBits(process.pending.map((s) => s.signo)), blocked: task.mask.toString(16).padStart(16, '0'),
    ignored: signalBits(by((h) => h === BigInt(SIG_IGN))), caught: signalBits(by((h) => h > BigInt(SIG_IGN))),
  };
}

// Who and how

/** R for a thread that has or wants a core, S for one that waits, D if only the fatal ends that, T when stopped. */
function letter(task: Task): keyof typeof stateWords {
  if (task.state === 'stopped') return 'T';
  return task.state !== 'waiting' ? 'R' : task.wait?.for.kind === 'vfork' ? 'D' : 'S';
}

const stateWords = { R: 'running', S: 'sleeping', D: 'disk sleep', T: 'stopped' } as const;

function cpuList(mask: bigint): string {
  const bits = Array.from({ length: 64 }, (_, i) => i).filter((i) => ((mask >> BigInt(i)) & 1n) === 1n);
  const ranges: [number, number][] = [];
  for (const bit of bits) {
    const last = ranges[ranges.length - 1];
    if (last && last[1] === bit - 1) last[1] = bit;
    else ranges.push([bit, bit]);
  }
  return ranges.map(([a, b]) => (a === b ? String(a) : `${a}-${b}`)).join(',');
}

const capText = (set: bigint): string => set.toString(16).padStart(16, '0');

function status(k: Kernel, process: Process, task: Task): string {
  const s = sizes(k, process);
  const kb = (pages: number): string => `${String(pages * 4).padStart(8)} kB`;
  const sets = signalSets(process, task);
  return [
    `Name:\t${task.comm}`, `Umask:\t${k.files.directory(task).umask.toString(8).padStart(4, '0')}`, `State:\t${letter(task)} (${stateWords[letter(task)]})`, `Tgid:\t${process.pid}`, 'Ngid:\t0', `Pid:\t${task.tid}`, `PPid:\t${process.parent}`,
    'TracerPid:\t0', `Uid:\t${process.ids.uid.join('\t')}`, `Gid:\t${process.ids.gid.join('\t')}`, `FDSize:\t${Math.max(64, k.files.slots(task).length)}`, `Groups:\t${process.ids.groups.join(' ')} `, `VmPeak:\t${kb(s.total)}`, `VmSize:\t${kb(s.total)}`, `VmLck:\t${kb(0)}`, `VmHWM:\t${kb(s.resident)}`, `VmRSS:\t${kb(s.resident)}`,
    `RssAnon:\t${kb(s.resident)}`, `RssFile:\t${kb(0)}`, `RssShmem:\t${kb(0)}`, `VmData:\t${kb(s.data - s.stack)}`, `VmStk:\t${kb(s.stack)}`, `VmExe:\t${kb(s.text)}`, `VmLib:\t${kb(0)}`, `VmSwap:\t${kb(0)}`, `Threads:\t${process.threads.size}`,
    `SigQ:\t${task.pending.length + process.pending.length}/${process.limits[RLIMIT.SIGPENDING]![0]}`, `SigPnd:\t${sets.pending}`, `ShdPnd:\t${sets.shared}`, `SigBlk:\t${sets.blocked}`, `SigIgn:\t${sets.ignored}`, `SigCgt:\t${sets.caught}`,
    'CapInh:\t0000000000000000', `CapPrm:\t${capText(capabilitiesOf(process).permitted)}`, `CapEff:\t${capText(capabilitiesOf(process).effective)}`, `CapBnd:\t${capText(allCapabilities)}`, 'CapAmb:\t0000000000000000', `NoNewPrivs:\t${process.noNewPrivileges ? 1 : 0}`, 'Seccomp:\t0',
    `Cpus_allowed:\t${task.affinity.toString(16)}`, `Cpus_allowed_list:\t${cpuList(task.affinity)}`, 'Mems_allowed:\t1', 'Mems_allowed_list:\t0',
    `voluntary_ctxt_switches:\t${task.voluntarySwitches}`, `nonvoluntary_ctxt_switches:\t${task.involuntarySwitches}`, '',
  ].join('\n');
}

/** 52 fields; what the model does not keep is 0, or what Linux shows to strangers. */
function stat(k: Kernel, process: Process, task: Task): string {
  const s = sizes(k, process);
  const sets = signalSets(process, task);
  const decimal = (hex: string): string => String(BigInt.asUintN(31, BigInt(`0x${hex}`)));
  const used = task.tid === process.pid ? ownUsage(k, process) : threadUsage(k, task);
  const fields = [
    task.tid, `(${task.comm})`, letter(task), process.parent, process.group, process.session, 0, -1, 0x400000, 0, 0, 0, 0, clockTicks(k, used.ticks - used.systemTicks), clockTicks(k, used.systemTicks), 0, 0, priorityOf(task) - 100, task.nice, process.threads.size, 0, clockTicks(k, process.started), s.total * page, s.resident,
    '18446744073709551615', 0, 0, 0, 0, 0, decimal(sets.pending), decimal(sets.blocked), decimal(sets.ignored), decimal(sets.caught), 0, 0, 0, 17, task.core, isRealTime(task) ? task.rtPriority : 0, task.policy, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ];
  return `${fields.join(' ')}\n`;
}

/** Rows of /proc/PID/limits: label and unit by name of the limit. */
const limitRows: readonly (readonly [(typeof rlimitNames)[number], string, string])[] = [
  ['CPU', 'cpu time', 'seconds'], ['FSIZE', 'file size', 'bytes'], ['DATA', 'data size', 'bytes'], ['STACK', 'stack size', 'bytes'], ['CORE', 'core file size', 'bytes'], ['RSS', 'resident set', 'bytes'],
  ['NPROC', 'processes', 'processes'], ['NOFILE', 'open files', 'files'], ['MEMLOCK', 'locked memory', 'bytes'], ['AS', 'address space', 'bytes'], ['LOCKS', 'file locks', 'locks'], ['SIGPENDING', 'pending signals', 'signals'],
  ['MSGQUEUE', 'msgqueue size', 'bytes'], ['NICE', 'nice priority', ''], ['RTPRIO', 'realtime priority', ''], ['RTTIME', 'realtime timeout', 'us'],
];

function limits(_k: Kernel, process: Process): string {
  const value = (v: bigint): string => (v === 0xffff_ffff_ffff_ffffn ? 'unlimited' : String(v)).padEnd(20);
  const rows = limitRows.map(([name, label, unit]) => {
    const [soft, hard] = process.limits[rlimitNames.indexOf(name)]!;
    return `${`Max ${label}`.padEnd(25)} ${value(soft)} ${value(hard)} ${unit.padEnd(10)}\n`;
  });
  return `${'Limit'.padEnd(25)} ${'Soft Limit'.padEnd(20)} ${'Hard Limit'.padEnd(20)} ${'Units'.padEnd(10)}\n${rows.join('')}`;
}
