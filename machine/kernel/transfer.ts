/**
 * System calls that move bytes: read, write and their forms with positions and buffer lists, and what goes with a
 * file's position. Each turns arguments into operations on Files, and 'wait' into a sleep or EAGAIN.
 */
import { E, O, O_PATH, SEEK, SI, SIG, iovec, iovecMax } from '../../isa/abi/linux.js';
import { blocked, type Call, type Result } from './call.js';
import type { OpenFile, ReadResult, WriteResult } from './file.js';
import type { Kernel } from './kernel.js';
import { send, userSignal } from './signal.js';
import { block } from './sleep.js';
import { never } from './task.js';

/** More than this a single read or write does not move (MAX_RW_COUNT). */
const maxTransfer = 0x7ffff000;
export const canRead = (f: OpenFile): boolean => (f.flags & O.ACCMODE) !== O.WRONLY && (f.flags & O_PATH) === 0;
export const canWrite = (f: OpenFile): boolean => (f.flags & O.ACCMODE) !== O.RDONLY && (f.flags & O_PATH) === 0;

/** Sleeps until one of the files changes, unless the caller must not wait. */
function waitFor(k: Kernel, c: Call, file: OpenFile, done = 0): Result {
  if ((file.flags & O.NONBLOCK) !== 0) return done > 0 ? done : -E.EAGAIN;
  block(k, c, { for: { kind: 'files', files: [file.id] }, nr: c.nr, due: never, redo: true, onTimeout: 0, onSignal: 'restart', remaining: 0, ...(done > 0 ? { done } : {}) });
  return blocked;
}

function seekable(f: OpenFile): boolean {
  return f.kind === 'inode';
}

/** Reads into a list of buffers. `at`: the position of pread. */
function readTo(k: Kernel, c: Call, buffers: readonly Buffer[], at?: number): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file || !canRead(file)) return -E.EBADF;
  if (at !== undefined && !seekable(file)) return -E.ESPIPE;
  const total = Math.min(maxTransfer, buffers.reduce((n, b) => n + b.bytes, 0));
  const got: ReadResult = k.files.read(file, total, at);
  if (got === 'wait') return waitFor(k, c, file);
  if (typeof got === 'number') return got;
  let done = 0;
  for (const b of buffers) {
    const part = got.subarray(done, done + b.bytes);
    c.user.write(b.va, part);
    done += part.length;
  }
  return got.length;
}

/** Writes from a list of buffers; as much of them as the program may read. Into a pipe all goes, in parts if need be. */
function writeFrom(k: Kernel, c: Call, buffers: readonly Buffer[], at?: number): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file || !canWrite(file)) return -E.EBADF;
  if (at !== undefined && !seekable(file)) return -E.ESPIPE;
  let done = c.again?.done ?? 0;
  let passed = done;
  for (const b of buffers) {
    const from = Math.min(passed, b.bytes);
    passed -= from;
    if (from === b.bytes && from > 0) continue;
    const bytes = Math.min(b.bytes - from, maxTransfer - done);
    const reach = c.user.reach(b.va + from, bytes, 'read');
    if (reach < bytes && done + reach === 0) return -E.EFAULT;
    const put: WriteResult = k.files.write(file, c.user.bytes(b.va + from, reach), at === undefined ? undefined : at + done);
    if (put === -E.EPIPE) send(k, c.process, c.task, userSignal(SIG.PIPE, SI.USER, c.process.pid));
    if (put === 'wait') return file.kind === 'pipe' || done === 0 ? waitFor(k, c, file, done) : done;
    if (put < 0) return done > 0 ? done : put;
    done += put;
    if (put < reach && file.kind === 'pipe') return waitFor(k, c, file, done);
    if (put < bytes) break;
  }
  return done;
}

interface Buffer {
  readonly va: number;
  readonly bytes: number;
}

/** One buffer: arguments 1 and 2. */
const single = (c: Call): Buffer[] => [{ va: c.u(1), bytes: Math.min(c.u(2), maxTransfer) }];

/** The iovec array of arguments 1 and 2, or undefined: EINVAL. */
function vector(c: Call): Buffer[] | undefined {
  const count = c.s(2);
  if (count < 0 || count > iovecMax) return undefined;
  const list: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const at = c.u(1) + i * iovec.size;
    const bytes = Number(c.user.i64(at + iovec.len));
    if (bytes < 0) return undefined;
    list.push({ va: c.user.word(at + iovec.base), bytes });
  }
  return list;
}

export const read = (k: Kernel, c: Call): Result => readTo(k, c, single(c));
export const write = (k: Kernel, c: Call): Result => writeFrom(k, c, single(c));
export const pread64 = (k: Kernel, c: Call): Result => (c.s(3) < 0 ? -E.EINVAL : readTo(k, c, single(c), c.s(3)));
export const pwrite64 = (k: Kernel, c: Call): Result => (c.s(3) < 0 ? -E.EINVAL : writeFrom(k, c, single(c), c.s(3)));

/** preadv(fd, vector, count, position) and its form with flags, where position -1 is the file's own. */
export const preadv = (k: Kernel, c: Call): Result => vectorAt(k, c, readTo, false);
export const pwritev = (k: Kernel, c: Call): Result => vectorAt(k, c, writeFrom, false);
export const preadv2 = (k: Kernel, c: Call): Result => vectorAt(k, c, readTo, true);
export const pwritev2 = (k: Kernel, c: Call): Result => vectorAt(k, c, writeFrom, true);

/** RWF_HIPRI, DSYNC and SYNC, which change nothing here. */
const knownFlags = 7;

function vectorAt(k: Kernel, c: Call, move: typeof readTo, flags: boolean): Result {
  if (flags && (c.i(5) & ~knownFlags) !== 0) return -E.EOPNOTSUPP;
  const own = flags && c.s(3) === -1;
  if (c.s(3) < 0 && !own) return -E.EINVAL;
  const list = vector(c);
  return list ? move(k, c, list, own ? undefined : c.s(3)) : -E.EINVAL;
}

export function readv(k: Kernel, c: Call): Result {
  const list = vector(c);
  return list ? readTo(k, c, list) : -E.EINVAL;
}

export function writev(k: Kernel, c: Call): Result {
  const list = vector(c);
  return list ? writeFrom(k, c, list) : -E.EINVAL;
}

/** SEEK_DATA and SEEK_HOLE, which a file system without holes may answer like this: all is data up to the end. */
const seekData = 3;
const seekHole = 4;

function seekSparse(file: OpenFile & { kind: 'inode' }, size: number, from: number, whence: number): Result {
  if (from < 0 || from >= size) return -E.ENXIO;
  file.offset = whence === seekData ? from : size;
  return file.offset;
}

export function lseek(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file || (file.flags & O_PATH) !== 0) return -E.EBADF;
  if (file.kind !== 'inode') return file.kind === 'device' ? 0 : -E.ESPIPE;
  const inode = k.files.tree.get(file.inode);
  if (c.i(2) >= SEEK.END) {
    const failed = k.files.tree.volume(inode).refresh(inode, file.id);
    if (failed < 0) return failed;
  }
  if (c.i(2) === seekData || c.i(2) === seekHole) return seekSparse(file, inode.size, c.s(1), c.i(2));
  const { size } = inode;
  const base = { [SEEK.SET]: 0, [SEEK.CUR]: file.offset, [SEEK.END]: size }[c.i(2)];
  if (base === undefined) return -E.EINVAL;
  const to = base + c.s(1);
  if (to < 0 || !Number.isSafeInteger(to)) return -E.EINVAL;
  file.offset = to;
  return to;
}

/** fsync, fdatasync: memory is as lasting as it gets, a mounted folder is the host's. */
export function fsync(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file || (file.flags & O_PATH) !== 0) return -E.EBADF;
  if (file.kind !== 'inode') return -E.EINVAL;
  const inode = k.files.tree.get(file.inode);
  const written = k.files.hostMappings.writeBackInode(inode);
  return written < 0 ? written : k.files.tree.volume(inode).sync(inode, file.id);
}
