/**
 * What the file tree holds at start: /dev, and the entries of /proc and /sys that programs, the C libraries and Go
 * read. proc(5), sysfs(5). A generated file is made when it is opened, as Linux makes it when it is read.
 *
 * An inode names its generator in `dynamic`: a word of one of the tables below, then the process, thread or core it
 * is of. Directories whose members come and go (/proc, fd, task) are brought up to date before anyone looks.
 *
 * A container sees /sys and /proc/sys read-only; so do programs here (EROFS). Nothing of /etc is there.
 */
import { E, O, S } from '../../isa/abi/linux.js';
import { cgroupFiles } from './cgroup.js';
import { bytesOf, latin1 } from './guest.js';
import type { Kernel } from './kernel.js';
import { coreTexts, fixedTexts, machineTexts } from './procMachine.js';
import { linkTexts, processTexts, threadTexts, zombieTexts } from './procProcess.js';
import { isDir, type Inode } from './inode.js';
import { setTimerSlack } from './slack.js';
import type { Tree } from './tree.js';

export { hostName, kernelRelease, kernelVersion } from './procMachine.js';

const devices: readonly (readonly [string, number])[] = [['null', 0x103], ['zero', 0x105], ['full', 0x107], ['random', 0x108], ['urandom', 0x109], ['tty', 0x500]];

/** Device number by name, for st_rdev. */
export const deviceNumbers: ReadonlyMap<string, number> = new Map(devices);

/** What stat shows as the size of a file of sysfs: a page. */
const sysBytes = 4096;
const sizeOf = (path: string): number => (path.startsWith('/sys/') ? sysBytes : 0);
/** Of processes and threads, what can be written, and by whom; and what /proc/PID has, and /proc/PID/task/TID has not. */
const writable = new Map([['comm', 0o644], ['oom_score_adj', 0o644], ['clear_refs', 0o644], ['timerslack_ns', 0o666]]);
const notInTask = new Set(['timerslack_ns']);

export function populate(k: Kernel, tree: Tree): void {
  for (const [name] of devices) tree.put(`/dev/${name}`, S.IFCHR | 0o666, { device: name });
  for (const [name, target] of [['fd', '/proc/self/fd'], ['stdin', '/proc/self/fd/0'], ['stdout', '/proc/self/fd/1'], ['stderr', '/proc/self/fd/2']]) {
    tree.put(`/dev/${name}`, S.IFLNK | 0o777, { target: target! });
  }
  tree.put('/tmp', S.IFDIR | 0o1777);
  tree.put('/dev/shm', S.IFDIR | 0o1777);
  tree.put('/proc', S.IFDIR | 0o555, { dynamic: 'processes' });
  for (const path of [...Object.keys(fixedTexts), ...Object.keys(machineTexts), ...Object.keys(cgroupFiles(k))]) {
    tree.put(path, S.IFREG | 0o444, { dynamic: path, polls: true, size: sizeOf(path) });
  }
  for (let core = 0; core < k.parts.config.cores; core++) {
    for (const name of Object.keys(coreTexts)) tree.put(`/sys/devices/system/cpu/cpu${core}/${name}`, S.IFREG | 0o444, { dynamic: `${name} ${core}`, polls: true, size: sysBytes });
  }
  tree.put('/proc/self', S.IFLNK | 0o777, { dynamic: 'self' });
  tree.put('/proc/thread-self', S.IFLNK | 0o777, { dynamic: 'thread-self' });
  tree.put('/proc/mounts', S.IFLNK | 0o777, { target: 'self/mounts' });
}

// Directories that follow the state of processes

/** Brings the members of a generated directory up to date, or only the one that somebody looks for: there may be very many threads. */
export function refresh(k: Kernel, tree: Tree, dir: Inode, only?: string): void {
  const [what, pid, tid] = dir.dynamic.split(' ');
  const process = k.state.processes.get(Number(pid));
  const match = (wanted: Numbers, make: (n: number) => Inode): void => (only === undefined ? matchAll(k, tree, dir, wanted, make) : matchOne(k, tree, dir, wanted, make, only));
  switch (what) {
    case 'processes':
      return match(k.state.processes, (n) => processDir(tree, n));
    case 'tasks':
      return match(process?.threads ?? new Set(), (n) => tree.create(S.IFDIR | 0o555, { dynamic: `thread ${pid} ${n}` }));
    case 'thread':
      if (dir.entries!.size === 0) fillThread(tree, dir, pid!, tid!);
      return;
    case 'fds':
    case 'fdinfos': {
      const task = process && k.firstThread(process);
      const open = (task ? k.files.slots(task) : []).flatMap((d, fd) => (d ? [fd] : []));
      const make = what === 'fds' ? (fd: number): Inode => tree.create(S.IFLNK | 0o700, { dynamic: `fd ${pid} ${fd}` }) : (fd: number): Inode => tree.create(S.IFREG | 0o444, { dynamic: `fdinfo ${pid} ${fd}` });
      return match(new Set(open), make);
    }
    default:
      throw new Error(`generated directory ${dir.dynamic} ${tid ?? ''}`);
  }
}

/** A Set, or the keys of a Map. */
interface Numbers {
  has(n: number): boolean;
  keys(): Iterable<number>;
}

const isNumber = (name: string): boolean => /^(0|[1-9]\d*)$/.test(name);

/** The numbers among the names of `dir` become `wanted`. */
function matchAll(k: Kernel, tree: Tree, dir: Inode, wanted: Numbers, make: (n: number) => Inode): void {
  for (const name of [...dir.entries!.keys()]) if (isNumber(name) && !wanted.has(Number(name))) removeAll(k, tree, dir, name);
  for (const n of wanted.keys()) if (!dir.entries!.has(String(n))) tree.link(dir, String(n), make(n));
}

function matchOne(k: Kernel, tree: Tree, dir: Inode, wanted: Numbers, make: (n: number) => Inode, name: string): void {
  if (!isNumber(name)) return;
  const there = dir.entries!.has(name);
  if (wanted.has(Number(name)) === there) return;
  if (there) removeAll(k, tree, dir, name);
  else tree.link(dir, name, make(Number(name)));
}

function removeAll(k: Kernel, tree: Tree, dir: Inode, name: string): void {
  const inode = tree.unlink(dir, name);
  if (isDir(inode)) for (const child of [...inode.entries!.keys()]) removeAll(k, tree, inode, child);
  tree.dropUnused(inode);
}

function processDir(tree: Tree, pid: number): Inode {
  const dir = tree.create(S.IFDIR | 0o555);
  const of = String(pid);
  for (const name of Object.keys(processTexts)) tree.link(dir, name, tree.create(S.IFREG | (writable.get(name) ?? 0o444), { dynamic: `${name} ${of}` }));
  for (const name of Object.keys(threadTexts)) tree.link(dir, name, tree.create(S.IFREG | (writable.get(name) ?? 0o444), { dynamic: `${name} ${of} ${of}` }));
  for (const name of Object.keys(linkTexts)) tree.link(dir, name, tree.create(S.IFLNK | 0o777, { dynamic: `${name} ${of}` }));
  for (const [name, what] of [['fd', 'fds'], ['fdinfo', 'fdinfos'], ['task', 'tasks']]) tree.link(dir, name!, tree.create(S.IFDIR | 0o555, { dynamic: `${what} ${of}` }));
  return dir;
}

/** The files of a thread are made once somebody looks into its directory. */
function fillThread(tree: Tree, dir: Inode, pid: string, tid: string): void {
  for (const name of Object.keys(processTexts)) tree.link(dir, name, tree.create(S.IFREG | 0o444, { dynamic: `${name} ${pid}` }));
  const names = Object.keys(threadTexts).filter((name) => !notInTask.has(name));
  for (const name of names) tree.link(dir, name, tree.create(S.IFREG | (writable.get(name) ?? 0o444), { dynamic: `${name} ${pid} ${tid}` }));
}

// Contents

/** Contents of the generated file `what`, a character a byte; empty when its process is gone. */
export function generate(k: Kernel, what: string): string {
  const [name, first, second] = what.split(' ') as [string, string | undefined, string | undefined];
  if (first === undefined) {
    const text = fixedTexts[name] ?? machineTexts[name]?.(k) ?? cgroupFiles(k)[name];
    if (text === undefined) throw new Error(`generated file ${what}`);
    return text;
  }
  const core = coreTexts[name];
  if (core) return core(k, Number(first));
  const process = k.state.processes.get(Number(first));
  if (!process) return '';
  if (process.status !== undefined) return zombieTexts[name]?.(process) ?? '';
  const ofProcess = processTexts[name];
  if (ofProcess) return ofProcess(k, process);
  if (name === 'fdinfo') return fdinfo(k, Number(first), Number(second));
  const task = k.state.tasks.get(Number(second));
  const ofThread = threadTexts[name];
  if (!ofThread) throw new Error(`generated file ${what}`);
  return task ? ofThread(k, process, task) : '';
}

function fdinfo(k: Kernel, pid: number, fd: number): string {
  const task = k.firstThread(k.process(pid));
  const file = task && k.files.file(task, fd);
  if (!file) return '';
  const closeOnExec = k.files.descriptor(task, fd)!.closeOnExec ? O.CLOEXEC : 0;
  const count = file.kind === 'event' ? `eventfd-count: ${file.count.toString(16).padStart(16)}\n` : '';
  return `pos:\t${file.kind === 'inode' ? file.offset : 0}\nflags:\t0${(file.flags | closeOnExec).toString(8)}\nmnt_id:\t1\n${count}`;
}

/** Where a generated link leads. */
export function linkText(k: Kernel, what: string): string {
  const [name, pid, fd] = what.split(' ') as [string, string | undefined, string | undefined];
  const process = pid === undefined ? undefined : k.state.processes.get(Number(pid));
  if (name === 'self' || name === 'thread-self') {
    const task = k.state.tasks.get(k.state.current[k.core] ?? 0);
    if (!task) return '';
    return name === 'self' ? String(task.pid) : `${task.pid}/task/${task.tid}`;
  }
  if (!process) return '';
  return name === 'fd' ? fileName(k, process.pid, Number(fd)) : linkTexts[name]!(k, process);
}

/** What readlink shows of a descriptor. */
function fileName(k: Kernel, pid: number, fd: number): string {
  const task = k.firstThread(k.process(pid));
  const file = task && k.files.file(task, fd);
  if (!file) return '';
  switch (file.kind) {
    case 'host':
      return k.files.isTerminal(file) ? '/dev/pts/0' : `pipe:[${file.id}]`;
    case 'device':
      return `/dev/${file.device}`;
    case 'pipe':
      return file.inode === 0 ? `pipe:[${file.pipe}]` : k.files.tree.nameOf(file.inode);
    case 'event':
      return 'anon_inode:[eventfd]';
    case 'epoll':
      return 'anon_inode:[eventpoll]';
    case 'inode':
      return k.files.tree.nameOf(file.inode);
    case 'pid':
      return 'anon_inode:[pidfd]';
    case 'timer':
      return 'anon_inode:[timerfd]';
    case 'signal':
      return 'anon_inode:[signalfd]';
  }
}

/**
 * The inode behind a link of /proc/PID/fd or /proc/PID/exe, whatever its text says: the file itself if it has one, else a
 * passing inode from which openInode opens the same pipe, stream or device once more. Undefined for all other links.
 */
export function behind(k: Kernel, tree: Tree, what: string): Inode | undefined {
  const [name, pid, fd] = what.split(' ');
  const process = k.state.processes.get(Number(pid));
  if (name === 'exe' && process && process.status === undefined) return tree.get(process.executable);
  if (name !== 'fd') return undefined;
  const task = process && k.firstThread(process);
  const file = task && k.files.file(task, Number(fd));
  if (!file) return undefined;
  if (file.kind === 'inode') return tree.get(file.inode);
  return tree.passing(k.files.modeOf(file), `again ${file.id}`, file.kind === 'device' ? file.device : '');
}

/** Refuses to open what a program may not write; the answer is an error number. */
export function refusesWriting(k: Kernel, inode: Inode): number {
  if (inode.dynamic === '' || (inode.mode & 0o222) !== 0) return 0;
  return k.state.processes.has(Number(inode.dynamic.split(' ')[1])) ? -E.EACCES : -E.EROFS;
}

/** A program writes into a generated file. */
export function accept(k: Kernel, what: string, bytes: Uint8Array): number {
  const [name, pid, tid] = what.split(' ');
  const process = k.state.processes.get(Number(pid));
  if (!process) return -E.ESRCH;
  const task = k.state.tasks.get(Number(tid));
  if (name === 'comm') {
    if (!task) return -E.ESRCH;
    task.comm = latin1(bytes).replace(/[\n\0].*/s, '').slice(0, 15);
  } else if (name === 'oom_score_adj') {
    const value = latin1(bytes).trim();
    if (!/^-?\d+$/.test(value) || Math.abs(Number(value)) > 1000) return -E.EINVAL;
    process.oomScoreAdj = Number(value);
  } else if (name === 'timerslack_ns') {
    const value = /^\+?(\d+)\n?$/.exec(latin1(bytes))?.[1];
    if (value === undefined) return -E.EINVAL;
    if (BigInt(value) >= 2n ** 64n) return -E.ERANGE;
    if (!task) return -E.ESRCH;
    setTimerSlack(task, Number(value));
  }
  return bytes.length;
}

/** The bytes of a generated file. */
export const generated = (k: Kernel, what: string): Uint8Array => bytesOf(generate(k, what));
