/**
 * Pipes and FIFOs: bytes between open files. pipe(7), fifo(7). A FIFO's inode names its pipe while someone has it open.
 *
 * A write of up to 4096 bytes (PIPE_BUF) goes whole or waits; a longer one goes as far as there is room.
 */
import { E, EPOLL, O } from '../../isa/abi/linux.js';
import { blocked, type Call, type Result } from './call.js';
import type { OpenFile, ReadResult, WriteResult } from './file.js';
import type { Inode } from './inode.js';
import type { Kernel } from './kernel.js';
import { block } from './sleep.js';
import { never, type Task } from './task.js';

export interface Pipe {
  data: Uint8Array;
  capacity: number;
  /** Ends that are open now, and how often each kind was ever opened: who waits for the other end sees that it came. */
  readers: number;
  writers: number;
  readerCount: number;
  writerCount: number;
}

/** An open file on a pipe. */
export interface PipeFile {
  readonly kind: 'pipe';
  readonly pipe: number;
  readonly end: 'read' | 'write' | 'both';
  /** Of a FIFO: its inode, else 0. */
  readonly inode: number;
  /** Of a FIFO's reader: writers before it do not count as having hung up. */
  readonly writersBefore: number;
}

/** An open of a FIFO that waits for the other end. */
export interface Opening {
  readonly file: number;
  /** How often the other end had been opened when the wait began. */
  readonly count: number;
}

export interface PipesState {
  readonly pipes: Map<number, Pipe>;
  /** By thread. */
  readonly openings: Map<number, Opening>;
}

const pipeBytes = 65536;
const wholeBytes = 4096;
const pageBytes = 4096;
const maxPipeBytes = 2 ** 31;

export class Pipes {
  constructor(
    private readonly k: Kernel,
    private readonly state: PipesState,
  ) {}

  static newState(): PipesState {
    return { pipes: new Map(), openings: new Map() };
  }

  get(id: number): Pipe {
    const pipe = this.state.pipes.get(id);
    if (!pipe) throw new Error(`no pipe ${id}`);
    return pipe;
  }

  create(id: number): number {
    this.state.pipes.set(id, { data: new Uint8Array(0), capacity: pipeBytes, readers: 0, writers: 0, readerCount: 0, writerCount: 0 });
    return id;
  }

  opened(file: PipeFile): void {
    const pipe = this.get(file.pipe);
    if (file.end !== 'write') [pipe.readers, pipe.readerCount] = [pipe.readers + 1, pipe.readerCount + 1];
    if (file.end !== 'read') [pipe.writers, pipe.writerCount] = [pipe.writers + 1, pipe.writerCount + 1];
    if (file.inode !== 0) this.changed(file.pipe);
  }

  /** `never`: no descriptor ever led to the file. */
  closed(file: PipeFile, never: boolean): void {
    const pipe = this.get(file.pipe);
    if (file.end !== 'write') pipe.readers--;
    if (file.end !== 'read') pipe.writers--;
    if (pipe.readers + pipe.writers > 0) {
      if (!never) this.changed(file.pipe);
      return;
    }
    this.state.pipes.delete(file.pipe);
    if (file.inode !== 0) this.k.files.tree.get(file.inode).pipe = 0;
  }

  read(id: number, count: number): ReadResult {
    const pipe = this.get(id);
    if (pipe.data.length === 0) return pipe.writers === 0 ? new Uint8Array(0) : 'wait';
    const bytes = pipe.data.slice(0, count);
    pipe.data = pipe.data.slice(bytes.length);
    this.changed(id, true);
    return bytes;
  }

  write(id: number, bytes: Uint8Array): WriteResult {
    const pipe = this.get(id);
    if (pipe.readers === 0) return -E.EPIPE;
    const room = pipe.capacity - pipe.data.length;
    if (room <= 0 || (bytes.length <= wholeBytes && room < bytes.length)) return 'wait';
    const part = bytes.subarray(0, room);
    const joined = new Uint8Array(pipe.data.length + part.length);
    joined.set(pipe.data);
    joined.set(part, pipe.data.length);
    pipe.data = joined;
    this.changed(id, true);
    return part.length;
  }

  readiness(file: PipeFile): number {
    const pipe = this.get(file.pipe);
    let ready = 0;
    if (file.end !== 'write') ready |= (pipe.data.length > 0 ? EPOLL.IN : 0) | (pipe.writers === 0 && pipe.writerCount !== file.writersBefore ? EPOLL.HUP : 0);
    if (file.end !== 'read') ready |= (pipe.capacity - pipe.data.length >= wholeBytes ? EPOLL.OUT : 0) | (pipe.readers === 0 ? EPOLL.ERR : 0);
    return ready;
  }

  /** fcntl F_SETPIPE_SZ: whole pages, a power of two of them. */
  resize(id: number, bytes: number): number {
    const pipe = this.get(id);
    if (bytes < 0 || bytes > maxPipeBytes) return -E.EINVAL;
    let size = pageBytes;
    while (size < bytes) size *= 2;
    if (pipe.data.length > size) return -E.EBUSY;
    pipe.capacity = size;
    this.changed(id);
    return size;
  }

  /** Takes bytes away that splice has moved on. */
  consume(id: number, count: number): void {
    const pipe = this.get(id);
    pipe.data = pipe.data.slice(count);
    this.changed(id);
  }

  /** `sync`: by who reads or writes, and is likely to sleep soon. */
  private changed(id: number, sync = false): void {
    for (const file of [...this.k.files.state.open.values()]) if (file.kind === 'pipe' && file.pipe === id) this.k.files.changed(file.id, sync);
  }

  // FIFOs

  /** Opens a FIFO, waiting for the other end unless the flags say otherwise. `install` gives the file its descriptor. */
  openFifo(c: Call, inode: Inode, flags: number, install: (file: OpenFile) => Result): Result {
    const { files } = this.k;
    const waiting = this.state.openings.get(c.task.tid);
    if (c.again && waiting) {
      const file = files.get(waiting.file) as OpenFile & PipeFile;
      if (this.otherCame(file, waiting.count)) {
        this.state.openings.delete(c.task.tid);
        return install(file);
      }
      return this.sleep(c, file.id);
    }
    const mode = flags & O.ACCMODE;
    const end = mode === O.RDONLY ? 'read' : mode === O.WRONLY ? 'write' : 'both';
    if (inode.pipe === 0 && end === 'write' && (flags & O.NONBLOCK) !== 0) return -E.ENXIO;
    if (inode.pipe === 0) inode.pipe = this.create(files.state.next++);
    const pipe = this.get(inode.pipe);
    if (end === 'write' && pipe.readers === 0 && (flags & O.NONBLOCK) !== 0) return -E.ENXIO;
    const counts = { read: pipe.writerCount, write: pipe.readerCount, both: 0 };
    const file = files.open({ kind: 'pipe', pipe: inode.pipe, end, inode: inode.ino, writersBefore: end === 'read' && pipe.writers === 0 ? pipe.writerCount : -1 }, flags) as OpenFile & PipeFile;
    if (end === 'both' || (flags & O.NONBLOCK) !== 0 || this.otherCame(file, counts[end])) return install(file);
    this.state.openings.set(c.task.tid, { file: file.id, count: counts[end] });
    return this.sleep(c, file.id);
  }

  private otherCame(file: PipeFile, count: number): boolean {
    const pipe = this.get(file.pipe);
    return file.end === 'read' ? pipe.writers > 0 || pipe.writerCount !== count : pipe.readers > 0 || pipe.readerCount !== count;
  }

  private sleep(c: Call, file: number): Result {
    block(this.k, c, { for: { kind: 'files', files: [file] }, nr: c.nr, due: never, redo: true, onTimeout: 0, onSignal: 'restart', remaining: 0 });
    return blocked;
  }

  /** Threads that were broken off while they opened a FIFO, or are gone, no longer count as an end of it. */
  tidy(caller: Task, again: boolean): void {
    if (this.state.openings.size === 0) return; // before every call
    for (const [tid, { file }] of [...this.state.openings]) {
      if (tid === caller.tid ? again : this.k.state.tasks.has(tid)) continue;
      this.state.openings.delete(tid);
      this.k.files.release(this.k.files.get(file), false);
    }
  }
}
