/**
 * Open files: what a descriptor leads to. Standard streams of the host, files and directories of the tree,
 * devices, pipes, event counters and epoll sets; one record each, plain data, told apart by `kind`.
 *
 * Reading and writing a file here either has its effect at once or says 'wait'; whether the caller then sleeps is
 * the business of the calls in transfer.ts. Waiters sleep by file id and look again when `changed` is called.
 */
import { AT, E, EPOLL, O, O_PATH, RLIMIT, S, errors } from '../../isa/abi/linux.js';
import { ConfigError } from '../config.js';
import type { Kernel } from './kernel.js';
import { dropOfFile, dropOfProcess, type Lock } from './locks.js';
import { Pipes, type PipeFile, type PipesState } from './pipe.js';
import { accept, behind, generated, linkText, populate, refresh, refusesWriting } from './proc.js';
import { readSignals, signalReady, type SignalFile } from './signalfd.js';
import { retry } from './sleep.js';
import { Tables, type TablesState, type WorkingDirectory } from './tables.js';
import type { Descriptor, Process, Task } from './task.js';
import { isDir, isFile, readInode, type Inode } from './inode.js';
import { HostMappings } from './hostMapping.js';
import { MappedFiles } from './mapped.js';
import { readTimer, stop as stopTimer, type TimerFile } from './timerfd.js';
import { Tree, type Place, type TreeState } from './tree.js';
import type { Entry, Opening } from './volume.js';

interface Common {
  readonly id: number;
  /** Descriptors that lead here. */
  refs: number;
  /** Access mode and status flags (O_NONBLOCK, O_APPEND). */
  flags: number;
}

/** What an epoll set knows of one watched descriptor. */
export interface Interest {
  readonly fd: number;
  readonly file: number;
  events: number;
  data: bigint;
  /** Something happened since the last report: what EPOLLET waits for. */
  armed: boolean;
}

export type OpenFile = Common &
  (
    | { readonly kind: 'host'; readonly stream: number; ended: boolean; arrived: Uint8Array }
    | { readonly kind: 'device'; readonly device: string }
    | { readonly kind: 'inode'; readonly inode: number; offset: number; list: readonly Entry[] | undefined }
    | PipeFile
    | { readonly kind: 'event'; count: bigint; readonly semaphore: boolean }
    | { readonly kind: 'epoll'; readonly interests: Interest[] }
    /** A process, also once another has its pid. */
    | { readonly kind: 'pid'; readonly pid: number; readonly started: number }
    | TimerFile
    | SignalFile
  );

/** What each kind adds to the common fields. */
export type NewFile = OpenFile extends infer F ? (F extends OpenFile ? Omit<F, 'id' | 'refs' | 'flags'> : never) : never;

export interface FilesState {
  readonly open: Map<number, OpenFile>;
  readonly pipes: PipesState;
  readonly locks: Lock[];
  readonly tree: TreeState;
  readonly tables: TablesState;
  /** Who sleeps until a file changes, by the file's number, first come first; and those of the files that the host may change. */
  readonly waits: Map<number, Set<number>>;
  readonly inputs: Set<number>;
  next: number;
}

/** Bytes, an error, or nothing yet. An empty array is the end of the file. */
export type ReadResult = Uint8Array | number | 'wait';
/** Bytes taken, an error, or no room. */
export type WriteResult = number | 'wait';

/** The most that one answer of the host to a waiting task brings. */
const pollBytes = 4096;
const eventMax = 0xffff_ffff_ffff_fffen;
/** Events that are reported whether asked for or not. */
export const alwaysReported = EPOLL.ERR | EPOLL.HUP;

export class Files {
  readonly tree: Tree;
  /** Who shares descriptors and working directories. */
  readonly tables: Tables;
  readonly pipes: Pipes;
  readonly mapped: MappedFiles;
  /** Of files of mounted folders. */
  readonly hostMappings: HostMappings;

  constructor(
    private readonly k: Kernel,
    readonly state: FilesState,
  ) {
    this.mapped = new MappedFiles(k.parts.spaces, (ino) => this.tree.get(ino), (inode) => this.tree.dropUnused(inode));
    this.hostMappings = new HostMappings(k);
    this.tree = new Tree(state.tree, {
      frames: this.mapped,
      hostFrames: this.hostMappings,
      config: k.parts.config,
      host: k.parts.host,
      ticks: () => k.now,
      now: () => k.wallClock(),
      linkText: (what) => linkText(k, what),
      behind: (what) => behind(k, this.tree, what),
      refresh: (dir, name) => refresh(k, this.tree, dir, name),
      holds: (inode) => this.holds(inode),
    });
    this.tables = new Tables(this, state.tables);
    this.pipes = new Pipes(k, state.pipes);
  }

  static newState(): FilesState {
    return { open: new Map(), pipes: Pipes.newState(), locks: [], tree: Tree.newState(), tables: Tables.newState(), waits: new Map(), inputs: new Set(), next: 1 };
  }

  /** The tree's first contents, and descriptors 0 to 2 of the first thread. */
  start(task: Task): void {
    populate(this.k, this.tree);
    const failed = this.tree.mountAll();
    if (failed) throw new ConfigError(`mount at ${this.k.parts.config.mounts[failed.mount]!.guest}: ${errors.get(-failed.error)?.text ?? failed.error}`);
    this.tables.create(task);
    for (const stream of [0, 1, 2]) {
      const file = this.open({ kind: 'host', stream, ended: false, arrived: new Uint8Array(0) }, stream === 0 ? O.RDONLY : O.WRONLY);
      this.slots(task)[stream] = { file: file.id, closeOnExec: false };
      file.refs++;
    }
  }

  open(fields: NewFile, flags: number): OpenFile {
    const file = { id: this.state.next++, refs: 0, flags, ...fields } as OpenFile;
    this.state.open.set(file.id, file);
    if (file.kind === 'pipe') this.pipes.opened(file);
    return file;
  }

  get(id: number): OpenFile {
    const file = this.state.open.get(id);
    if (!file) throw new Error(`no open file ${id}`);
    return file;
  }

  // Descriptors

  /** The descriptors a thread uses, by number. */
  slots(task: Task): (Descriptor | undefined)[] {
    return this.tables.descriptors(task.files).slots;
  }

  /** The working directory and umask of a thread. */
  directory(task: Task): WorkingDirectory {
    return this.tables.directory(task.directory);
  }

  descriptor(task: Task, fd: number): Descriptor | undefined {
    return fd >= 0 ? this.slots(task)[fd] : undefined;
  }

  file(task: Task, fd: number): OpenFile | undefined {
    const d = this.descriptor(task, fd);
    return d && this.get(d.file);
  }

  /** The lowest free descriptor from `from` on leads to `file` now; -EMFILE when the limit is reached. */
  install(task: Task, file: OpenFile, closeOnExec: boolean, from = 0): number {
    const slots = this.slots(task);
    let fd = from;
    while (slots[fd] !== undefined) fd++;
    if (BigInt(fd) >= this.k.process(task.pid).limits[RLIMIT.NOFILE]![0]) {
      if (file.refs === 0) this.release(file, true);
      return -E.EMFILE;
    }
    slots[fd] = { file: file.id, closeOnExec };
    file.refs++;
    return fd;
  }

  close(task: Task, fd: number): boolean {
    return fd >= 0 && this.clear(this.slots(task), fd);
  }

  /** Empties a slot of a descriptor table; false: it was empty. */
  clear(slots: (Descriptor | undefined)[], fd: number): boolean {
    const d = slots[fd];
    if (!d) return false;
    slots[fd] = undefined;
    const file = this.get(d.file);
    file.refs--;
    this.release(file, false);
    return true;
  }

  /** Forgets a file that no descriptor leads to. `never`: none ever did. */
  release(file: OpenFile, never = true): void {
    if (file.refs > 0) return;
    this.state.open.delete(file.id);
    for (const other of this.state.open.values()) {
      if (other.kind === 'epoll') other.interests.splice(0, other.interests.length, ...other.interests.filter((i) => i.file !== file.id));
    }
    dropOfFile(this.k, file.id);
    if (file.kind === 'pipe') {
      this.pipes.closed(file, never);
      if (file.inode !== 0) this.tree.dropUnused(this.tree.get(file.inode));
    }
    if (file.kind === 'timer') stopTimer(this.k, file);
    if (file.kind === 'inode') {
      const inode = this.tree.get(file.inode);
      if ((file.flags & O_PATH) === 0) this.tree.volume(inode).close(inode, file.id);
      this.tree.dropUnused(inode);
    }
  }

  /** An open file or a working directory keeps an inode that has no name. */
  private holds(inode: Inode): boolean {
    for (const file of this.state.open.values()) if ((file.kind === 'inode' || file.kind === 'pipe') && file.inode === inode.ino) return true;
    for (const process of this.k.state.processes.values()) if (process.executable === inode.ino && process.status === undefined) return true;
    return this.mapped.isMapped(inode) || this.tables.inUse(inode.ino);
  }

  /** A process has ended: its descriptors (pidfd_open) are readable, its locks go. */
  ended(process: Process): void {
    dropOfProcess(this.k, process.pid);
    for (const file of [...this.state.open.values()]) if (file.kind === 'pid' && file.pid === process.pid && file.started === process.started) this.changed(file.id);
  }

  /** Some process executes the file: it may not be written. */
  executing(inode: Inode): boolean {
    for (const process of this.k.state.processes.values()) if (process.executable === inode.ino && process.status === undefined) return true;
    return false;
  }

  /** Some descriptor may write the file: it may not be executed. */
  beingWritten(inode: Inode): boolean {
    for (const file of this.state.open.values()) if (file.kind === 'inode' && file.inode === inode.ino && (file.flags & O.ACCMODE) !== O.RDONLY) return true;
    return false;
  }

  /** Opens the inode of a place, or makes a regular file there. A generated file gets its contents now, in an inode of its own. */
  openPlace(place: Place, flags: number, how: Opening): OpenFile | number {
    const { inode } = place;
    if (inode?.dynamic.startsWith('again ')) return this.openAgain(this.get(Number(inode.dynamic.slice(6))), flags);
    if (inode?.device === 'tty') return -E.ENXIO; // nobody has a controlling terminal
    if (inode && inode.device !== '') return this.open({ kind: 'device', device: inode.device }, flags);
    if (inode && isDir(inode)) return this.openInode(inode, flags);
    if (inode && !isFile(inode)) return inode.host ? -E.EACCES : -E.ENXIO; // a mounted folder's devices and FIFOs are the host's
    if (inode && inode.dynamic !== '') {
      const refused = how.write ? refusesWriting(this.k, inode) : 0;
      return refused !== 0 ? refused : this.openInode(this.tree.generatedCopy(inode, generated(this.k, inode.dynamic)), flags);
    }
    const opened = this.tree.volume(inode ?? place.dir).open(place, this.state.next, how);
    return typeof opened === 'number' ? opened : this.openInode(opened, flags);
  }

  /** Another description of what `file` leads to, as opening /proc/self/fd/N makes it. */
  private openAgain(file: OpenFile, flags: number): OpenFile | number {
    switch (file.kind) {
      case 'host':
        return this.open({ kind: 'host', stream: file.stream, ended: file.ended, arrived: new Uint8Array(0) }, flags);
      case 'device':
        return this.open({ kind: 'device', device: file.device }, flags);
      case 'pipe':
        return this.open({ kind: 'pipe', pipe: file.pipe, end: (['read', 'write', 'both'] as const)[flags & O.ACCMODE] ?? 'read', inode: file.inode, writersBefore: -1 }, flags);
      default:
        return -E.ENXIO;
    }
  }

  /** All bytes of a file as they are now, through open file `file` or by name. They may be the inode's own. */
  contents(inode: Inode, file = 0): Uint8Array | number {
    if (!inode.host) this.mapped.beforeRead(inode, 0, inode.size);
    if (!inode.host) return inode.data.length === inode.size ? inode.data : readInode(inode, 0, inode.size);
    const volume = this.tree.volume(inode);
    if (file === 0) return this.throughOpen(inode, (id) => this.contents(inode, id));
    const failed = volume.refresh(inode, file);
    return failed < 0 ? failed : volume.read(inode, file, 0, inode.size);
  }

  /** Opens a mounted file for a moment. */
  private throughOpen<T>(inode: Inode, use: (file: number) => T): T | number {
    const volume = this.tree.volume(inode);
    const id = this.state.next++;
    const opened = volume.open({ dir: inode, name: '', inode, slash: false }, id, { write: false, create: false, exclusive: false, truncate: false, mode: 0 });
    if (typeof opened === 'number') return opened;
    const result = use(id);
    volume.close(inode, id);
    return result;
  }

  /** A mounted inode was opened under the next number already. */
  openInode(inode: Inode, flags: number): OpenFile {
    return this.open({ kind: 'inode', inode: inode.ino, offset: 0, list: undefined }, flags);
  }

  // Reading and writing

  /** `at`: position of pread; undefined reads at the file's own position and moves it. */
  read(file: OpenFile, count: number, at?: number): ReadResult {
    switch (file.kind) {
      case 'host':
        return this.readHost(file, count);
      case 'device':
        return this.readDevice(file.device, count);
      case 'inode': {
        const inode = this.tree.get(file.inode);
        if (isDir(inode)) return -E.EISDIR;
        const bytes = this.tree.volume(inode).read(inode, file.id, at ?? file.offset, count);
        if (typeof bytes === 'number') return bytes;
        if (at === undefined) file.offset += bytes.length;
        return bytes;
      }
      case 'pipe':
        return this.pipes.read(file.pipe, count);
      case 'event': {
        if (count < 8) return -E.EINVAL;
        if (file.count === 0n) return 'wait';
        const value = file.semaphore ? 1n : file.count;
        file.count -= value;
        this.changed(file.id);
        const out = new Uint8Array(8);
        new DataView(out.buffer).setBigUint64(0, value, true);
        return out;
      }
      case 'timer':
        return readTimer(this.k, file, count);
      case 'signal':
        return readSignals(this.k, file, count);
      case 'epoll':
      case 'pid':
        return -E.EINVAL;
    }
  }

  private readHost(file: OpenFile & { kind: 'host' }, count: number): ReadResult {
    if (file.arrived.length > 0 || count === 0 || file.ended) {
      const bytes = file.arrived.slice(0, count);
      file.arrived = file.arrived.slice(bytes.length);
      // a terminal's end of file is one moment, a pipe's is final
      if (bytes.length === 0 && count > 0) file.ended = !this.isTerminal(file);
      return bytes;
    }
    const answer = this.k.parts.host.read(file.stream, count, this.k.now);
    if (answer !== 'eof') return answer;
    file.ended = !this.isTerminal(file);
    return new Uint8Array(0);
  }

  private readDevice(device: string, count: number): ReadResult {
    if (device === 'null') return new Uint8Array(0);
    const most = Math.min(count, 2 ** 20); // a read may be short; this bounds what one call makes
    return device === 'random' || device === 'urandom' ? this.k.random.bytes(most) : new Uint8Array(most);
  }

  write(file: OpenFile, bytes: Uint8Array, at?: number): WriteResult {
    switch (file.kind) {
      case 'host':
        this.k.parts.host.write(file.stream, bytes);
        return bytes.length;
      case 'device':
        return file.device === 'full' ? -E.ENOSPC : bytes.length;
      case 'inode': {
        const inode = this.tree.get(file.inode);
        if (inode.of !== 0) return accept(this.k, inode.dynamic, bytes);
        const volume = this.tree.volume(inode);
        const append = (file.flags & O.APPEND) !== 0; // also for pwrite, against POSIX, as Linux does
        if (append) volume.refresh(inode, file.id);
        const to = append ? inode.size : (at ?? file.offset);
        const put = volume.write(inode, file.id, to, bytes);
        if (at === undefined && put >= 0) file.offset = to + put;
        return put;
      }
      case 'pipe':
        return this.pipes.write(file.pipe, bytes);
      case 'event': {
        if (bytes.length < 8) return -E.EINVAL;
        const value = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
        if (value > eventMax) return -E.EINVAL;
        if (value > eventMax - file.count) return 'wait';
        file.count += value;
        this.changed(file.id);
        return 8;
      }
      case 'timer':
      case 'signal':
      case 'epoll':
      case 'pid':
        return -E.EINVAL;
    }
  }

  // Readiness

  /** Which of EPOLLIN, OUT, ERR, HUP, RDHUP hold now. */
  readiness(file: OpenFile): number {
    switch (file.kind) {
      case 'host':
        return file.stream === 0 ? EPOLL.IN : EPOLL.OUT;
      case 'device':
      case 'inode':
        return EPOLL.IN | EPOLL.OUT;
      case 'pipe':
        return this.pipes.readiness(file);
      case 'event':
        return (file.count > 0n ? EPOLL.IN : 0) | (file.count < eventMax ? EPOLL.OUT : 0);
      case 'timer':
        return file.count > 0n ? EPOLL.IN : 0;
      case 'signal':
        return signalReady(this.k, file) ? EPOLL.IN : 0;
      case 'epoll':
        return file.interests.some((i) => this.due(i) !== 0) ? EPOLL.IN : 0;
      case 'pid': {
        const process = this.k.state.processes.get(file.pid);
        return process?.started === file.started && process.status === undefined ? 0 : EPOLL.IN;
      }
    }
  }

  /** What an epoll set would report for one interest. */
  due(i: Interest): number {
    if ((i.events & EPOLL.ET) !== 0 && !i.armed) return 0;
    return this.readiness(this.get(i.file)) & (i.events | alwaysReported);
  }

  /** True when epoll can watch it: not for files and directories. */
  pollable(file: OpenFile): boolean {
    return file.kind === 'inode' ? this.tree.get(file.inode).polls : file.kind !== 'device';
  }

  /** The state of `id` changed: epoll sets that watch it and tasks that wait for either look again. `sync`: as in Scheduler.place; epoll sets never wake so. */
  changed(id: number, sync = false): void {
    this.wakeWaiters(id, sync);
    for (const other of this.state.open.values()) {
      if (other.kind !== 'epoll') continue;
      const watched = other.interests.filter((i) => i.file === id);
      for (const i of watched) i.armed = true;
      if (watched.length > 0) this.changed(other.id);
    }
  }

  private wakeWaiters(id: number, sync: boolean): void {
    for (const tid of [...(this.state.waits.get(id) ?? [])]) retry(this.k, this.k.task(tid), sync);
  }

  /** `tid` sleeps until one of `files` changes. */
  sleeps(tid: number, files: readonly number[]): void {
    const { waits, inputs, open } = this.state;
    for (const id of files) {
      const waiting = waits.get(id);
      if (waiting) waiting.add(tid);
      else waits.set(id, new Set([tid]));
      const kind = open.get(id)?.kind;
      if (kind === 'host' || kind === 'epoll') inputs.add(id);
    }
  }

  /** It sleeps no more. */
  wakes(tid: number, files: readonly number[]): void {
    const { waits, inputs } = this.state;
    for (const id of files) {
      const waiting = waits.get(id);
      waiting?.delete(tid);
      if (waiting?.size !== 0) continue;
      waits.delete(id);
      inputs.delete(id);
    }
  }

  // The host

  /** Some task sleeps on a stream of the host. */
  wantsInput(): boolean {
    for (const id of this.state.inputs) if (this.watchesHost(id)) return true;
    return false;
  }

  private watchesHost(id: number): boolean {
    const file = this.state.open.get(id); // another thread may have closed what this one sleeps on
    return file !== undefined && (file.kind === 'host' || (file.kind === 'epoll' && file.interests.some((i) => this.watchesHost(i.file))));
  }

  /** Asks the host for what waiting tasks want; what arrives wakes them. */
  poll(): void {
    if (!this.wantsInput()) return;
    for (const file of [...this.state.open.values()]) {
      if (file.kind !== 'host' || (file.flags & O.ACCMODE) === O.WRONLY || file.ended || file.arrived.length > 0) continue;
      const answer = this.k.parts.host.poll(file.stream, pollBytes, this.k.now);
      if (answer === 'wait') continue;
      if (answer === 'eof') file.ended = true;
      else file.arrived = answer;
      this.changed(file.id);
    }
  }

  isTerminal(file: OpenFile): boolean {
    return file.kind === 'host' && this.k.parts.host.isTerminal(file.stream);
  }

  // The tree

  /** The directory a relative path starts at, or an error. */
  base(task: Task, dirfd: number): Inode | number {
    if (dirfd === AT.FDCWD) return this.tree.get(this.directory(task).cwd);
    const file = this.file(task, dirfd);
    if (!file) return -E.EBADF;
    return file.kind === 'inode' && isDir(this.tree.get(file.inode)) ? this.tree.get(file.inode) : -E.ENOTDIR;
  }

  /** The type and permission bits that fstat shows. */
  modeOf(file: OpenFile): number {
    switch (file.kind) {
      case 'host':
        return this.isTerminal(file) ? S.IFCHR | 0o620 : S.IFIFO | 0o600;
      case 'device':
        return S.IFCHR | 0o666;
      case 'inode':
        return this.tree.get(file.inode).mode;
      case 'pipe':
        return file.inode === 0 ? S.IFIFO | 0o600 : this.tree.get(file.inode).mode;
      case 'event':
      case 'timer':
      case 'signal':
      case 'epoll':
      case 'pid':
        return 0o600;
    }
  }
}
