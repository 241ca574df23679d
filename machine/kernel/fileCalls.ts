/**
 * System calls on files: open, read, write and their kin, descriptors, names. Each one turns arguments into
 * operations on Files and Tree, and 'wait' into a sleep or EAGAIN.
 *
 * The older calls without a directory argument (open, stat, access ...) are the *at calls from the current directory.
 * Left out: locks and leases, ownership changes, hard links, extended attributes.
 */
import { AT, E, F, FD_CLOEXEC, O, S, SEEK, SI, SIG, ioctls, iovec, iovecMax, openFlags, stat as statLayout, timespec } from '../../isa/abi/linux.js';
import { blocked, type Call, type Result } from './call.js';
import { nanosPerSecond } from './clock.js';
import type { OpenFile, ReadResult, WriteResult } from './file.js';
import { bytesOf } from './guest.js';
import type { Kernel } from './kernel.js';
import { deviceNumbers } from './proc.js';
import { send, userSignal } from './signal.js';
import { never, type Process } from './task.js';
import { isDir, isFile, isLink, maxPath, truncateInode, type Inode, type Place } from './tree.js';

/** More than this a single read or write does not move (MAX_RW_COUNT). */
const maxTransfer = 0x7ffff000;
const canRead = (f: OpenFile): boolean => (f.flags & O.ACCMODE) !== O.WRONLY;
const canWrite = (f: OpenFile): boolean => (f.flags & O.ACCMODE) !== O.RDONLY;

// Transfer

/** Sleeps until one of the files changes, unless the caller must not wait. */
function waitFor(k: Kernel, c: Call, file: OpenFile): Result {
  if ((file.flags & O.NONBLOCK) !== 0) return -E.EAGAIN;
  k.block(c, { for: { kind: 'files', files: [file.id] }, nr: c.nr, due: never, redo: true, onTimeout: 0, onSignal: 'restart', remaining: 0 });
  return blocked;
}

function seekable(f: OpenFile): boolean {
  return f.kind === 'inode';
}

/** Reads into a list of buffers. `at`: the position of pread. */
function readTo(k: Kernel, c: Call, buffers: readonly Buffer[], at?: number): Result {
  const file = k.files.file(c.process, c.i(0));
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

/** Writes from a list of buffers; as much of them as the program may read. */
function writeFrom(k: Kernel, c: Call, buffers: readonly Buffer[], at?: number): Result {
  const file = k.files.file(c.process, c.i(0));
  if (!file || !canWrite(file)) return -E.EBADF;
  if (at !== undefined && !seekable(file)) return -E.ESPIPE;
  let done = 0;
  for (const b of buffers) {
    const bytes = Math.min(b.bytes, maxTransfer - done);
    const reach = c.user.reach(b.va, bytes, 'read');
    if (reach < bytes && done + reach === 0) return -E.EFAULT;
    const put: WriteResult = k.files.write(file, c.user.bytes(b.va, reach), at === undefined ? undefined : at + done);
    if (put === -E.EPIPE) send(k, c.process, c.task, userSignal(SIG.PIPE, SI.USER, c.process.pid));
    if (put === 'wait' || put < 0) {
      if (done > 0) return done;
      return put === 'wait' ? waitFor(k, c, file) : put;
    }
    done += put;
    if (put < b.bytes) break;
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

export function readv(k: Kernel, c: Call): Result {
  const list = vector(c);
  return list ? readTo(k, c, list) : -E.EINVAL;
}

export function writev(k: Kernel, c: Call): Result {
  const list = vector(c);
  return list ? writeFrom(k, c, list) : -E.EINVAL;
}

export function lseek(k: Kernel, c: Call): Result {
  const file = k.files.file(c.process, c.i(0));
  if (!file) return -E.EBADF;
  if (file.kind !== 'inode') return file.kind === 'device' ? 0 : -E.ESPIPE;
  const size = k.files.tree.get(file.inode).size;
  const base = { [SEEK.SET]: 0, [SEEK.CUR]: file.offset, [SEEK.END]: size }[c.i(2)];
  if (base === undefined) return -E.EINVAL;
  const to = base + c.s(1);
  if (to < 0 || !Number.isSafeInteger(to)) return -E.EINVAL;
  file.offset = to;
  return to;
}

export function ftruncate(k: Kernel, c: Call): Result {
  const file = k.files.file(c.process, c.i(0));
  if (!file) return -E.EBADF;
  if (file.kind !== 'inode' || !canWrite(file) || c.s(1) < 0) return -E.EINVAL;
  if (c.s(1) > k.parts.config.memoryBytes) return -E.EFBIG;
  truncateInode(k.files.tree.get(file.inode), c.s(1));
  return 0;
}

/** fsync, fdatasync: memory is as lasting as it gets. */
export function fsync(k: Kernel, c: Call): Result {
  const file = k.files.file(c.process, c.i(0));
  if (!file) return -E.EBADF;
  return file.kind === 'inode' ? 0 : -E.EINVAL;
}

// Names

function pathAt(c: Call, i: number): string | number {
  return c.user.string(c.u(i), maxPath) ?? -E.ENAMETOOLONG;
}

/** Where argument `i` leads from directory descriptor `dirfd`. */
function lookup(k: Kernel, c: Call, dirfd: number, i: number, follow: boolean): Place | number {
  const path = pathAt(c, i);
  if (typeof path === 'number') return path;
  const base = path.startsWith('/') ? k.files.base(c.process, AT.FDCWD) : k.files.base(c.process, dirfd);
  return typeof base === 'number' ? base : k.files.tree.resolve(base, path, follow);
}

function existing(place: Place | number): Inode | number {
  return typeof place === 'number' ? place : (place.inode ?? -E.ENOENT);
}

export const openat = (k: Kernel, c: Call): Result => openFrom(k, c, c.i(0), 1, c.i(2), c.i(3));
export const open = (k: Kernel, c: Call): Result => openFrom(k, c, AT.FDCWD, 0, c.i(1), c.i(2));
export const creat = (k: Kernel, c: Call): Result => openFrom(k, c, AT.FDCWD, 0, O.CREAT | O.WRONLY | O.TRUNC, c.i(1));

function openFrom(k: Kernel, c: Call, dirfd: number, i: number, flags: number, mode: number): Result {
  const special = openFlags[k.parts.config.arch];
  const exclusive = (flags & (O.CREAT | O.EXCL)) === (O.CREAT | O.EXCL);
  const place = lookup(k, c, dirfd, i, !exclusive && (flags & special.NOFOLLOW) === 0);
  if (typeof place === 'number') return place;
  let inode = place.inode;
  if (inode && exclusive) return -E.EEXIST;
  if (!inode) {
    if ((flags & O.CREAT) === 0) return -E.ENOENT;
    if (place.slash) return -E.EISDIR;
    inode = k.files.tree.create(S.IFREG | (mode & 0o7777 & ~c.process.umask), { changed: wallClock(k) });
    k.files.tree.link(place.dir, place.name, inode);
  }
  if (isLink(inode)) return -E.ELOOP;
  if ((flags & special.DIRECTORY) !== 0 && !isDir(inode)) return -E.ENOTDIR;
  const writing = (flags & O.ACCMODE) !== O.RDONLY;
  if (isDir(inode) && (writing || (flags & O.CREAT) !== 0)) return -E.EISDIR;
  if ((flags & O.TRUNC) !== 0 && writing && isFile(inode)) truncateInode(inode, 0);
  const kept = flags & (O.ACCMODE | O.APPEND | O.NONBLOCK | special.DIRECTORY | special.LARGEFILE | O.DSYNC);
  return k.files.install(c.process, k.files.openInode(inode, kept), (flags & O.CLOEXEC) !== 0);
}

export function wallClock(k: Kernel): bigint {
  return k.clock.epoch + k.clock.nanos(k.now);
}

export const mkdirat = (k: Kernel, c: Call): Result => makeDir(k, c, c.i(0), 1, c.i(2));
export const mkdir = (k: Kernel, c: Call): Result => makeDir(k, c, AT.FDCWD, 0, c.i(1));

function makeDir(k: Kernel, c: Call, dirfd: number, i: number, mode: number): Result {
  const place = lookup(k, c, dirfd, i, false);
  if (typeof place === 'number') return place;
  if (place.inode) return -E.EEXIST;
  const dir = k.files.tree.create(S.IFDIR | (mode & 0o1777 & ~c.process.umask), { changed: wallClock(k) });
  k.files.tree.link(place.dir, place.name, dir);
  return 0;
}

export const unlinkat = (k: Kernel, c: Call): Result => removeName(k, c, c.i(0), 1, (c.i(2) & AT.REMOVEDIR) !== 0);
export const unlink = (k: Kernel, c: Call): Result => removeName(k, c, AT.FDCWD, 0, false);
export const rmdir = (k: Kernel, c: Call): Result => removeName(k, c, AT.FDCWD, 0, true);

function removeName(k: Kernel, c: Call, dirfd: number, i: number, directory: boolean): Result {
  const place = lookup(k, c, dirfd, i, false);
  if (typeof place === 'number') return place;
  const { inode, dir, name } = place;
  if (!inode) return -E.ENOENT;
  if (directory && !isDir(inode)) return -E.ENOTDIR;
  if (!directory && isDir(inode)) return -E.EISDIR;
  if (inode.entries && inode.entries.size > 0) return -E.ENOTEMPTY;
  if (dir.entries!.get(name) !== inode.ino) return -E.EBUSY; // the root, or `.` and `..`
  k.files.dropUnused(k.files.tree.unlink(dir, name));
  return 0;
}

export const readlinkat = (k: Kernel, c: Call): Result => readLinkFrom(k, c, c.i(0), 1);
export const readlink = (k: Kernel, c: Call): Result => readLinkFrom(k, c, AT.FDCWD, 0);

function readLinkFrom(k: Kernel, c: Call, dirfd: number, i: number): Result {
  if (c.s(i + 2) <= 0) return -E.EINVAL;
  const inode = existing(lookup(k, c, dirfd, i, false));
  if (typeof inode === 'number') return inode;
  if (!isLink(inode)) return -E.EINVAL;
  const bytes = bytesOf(k.files.tree.targetOf(inode)).subarray(0, c.u(i + 2));
  c.user.write(c.u(i + 1), bytes);
  return bytes.length;
}

export const faccessat = (k: Kernel, c: Call): Result => accessFrom(k, c, c.i(0), 1, c.i(2), 0);
export const faccessat2 = (k: Kernel, c: Call): Result => accessFrom(k, c, c.i(0), 1, c.i(2), c.i(3));
export const access = (k: Kernel, c: Call): Result => accessFrom(k, c, AT.FDCWD, 0, c.i(1), 0);

/** Root may read and write anything, and execute what anyone may execute. */
function accessFrom(k: Kernel, c: Call, dirfd: number, i: number, mode: number, flags: number): Result {
  if ((mode & ~7) !== 0) return -E.EINVAL;
  const inode = existing(lookup(k, c, dirfd, i, (flags & AT.SYMLINK_NOFOLLOW) === 0));
  if (typeof inode === 'number') return inode;
  return (mode & 1) !== 0 && !isDir(inode) && (inode.mode & 0o111) === 0 ? -E.EACCES : 0;
}

export function getcwd(_k: Kernel, c: Call): Result {
  const bytes = bytesOf(`${c.process.cwd}\0`);
  if (c.u(1) < bytes.length) return -E.ERANGE;
  c.user.write(c.u(0), bytes);
  return bytes.length;
}

export function chdir(k: Kernel, c: Call): Result {
  const inode = existing(lookup(k, c, AT.FDCWD, 0, true));
  if (typeof inode === 'number') return inode;
  if (!isDir(inode)) return -E.ENOTDIR;
  c.process.cwd = k.files.tree.pathOf(inode);
  return 0;
}

export function umask(_k: Kernel, c: Call): Result {
  const old = c.process.umask;
  c.process.umask = c.i(0) & 0o777;
  return old;
}

/** getdents64(fd, buffer, bytes): records of {ino u64, next u64, length u16, type u8, name, NUL}, each a multiple of 8 long. */
export function getdents64(k: Kernel, c: Call): Result {
  const file = k.files.file(c.process, c.i(0));
  if (!file) return -E.EBADF;
  if (file.kind !== 'inode' || !isDir(k.files.tree.get(file.inode))) return -E.ENOTDIR;
  const dir = k.files.tree.get(file.inode);
  const names: [string, number][] = [['.', dir.ino], ['..', dir.parent], ...dir.entries!];
  let done = 0;
  while (file.offset < names.length) {
    const [name, ino] = names[file.offset]!;
    const length = Math.ceil((20 + name.length) / 8) * 8;
    if (done + length > c.u(2)) return done === 0 ? -E.EINVAL : done;
    const record = new Uint8Array(length);
    const view = new DataView(record.buffer);
    view.setBigUint64(0, BigInt(ino), true);
    view.setBigUint64(8, BigInt(file.offset + 1), true);
    view.setUint16(16, length, true);
    record[18] = k.files.tree.get(ino).mode >> 12;
    record.set(bytesOf(name), 19);
    c.user.write(c.u(1) + done, record);
    done += length;
    file.offset++;
  }
  return done;
}

// What a file is

export function fstat(k: Kernel, c: Call): Result {
  return statFile(k, c, c.i(0), c.u(1));
}

function statFile(k: Kernel, c: Call, fd: number, va: number): Result {
  const file = k.files.file(c.process, fd);
  if (!file) return -E.EBADF;
  if (file.kind === 'inode') writeStat(k, c, va, k.files.tree.get(file.inode));
  else writeStat(k, c, va, { ...nameless, ino: file.id, mode: k.files.modeOf(file), device: file.kind === 'device' ? file.device : '' });
  return 0;
}

const nameless = { nlink: 1, size: 0, changed: 0n };

/** newfstatat(dirfd, path, buffer, flags). */
export function newfstatat(k: Kernel, c: Call): Result {
  if ((c.i(3) & AT.EMPTY_PATH) !== 0 && c.user.string(c.u(1), 1) === '') {
    if (c.i(0) !== AT.FDCWD) return statFile(k, c, c.i(0), c.u(2));
    const cwd = k.files.base(c.process, AT.FDCWD);
    if (typeof cwd === 'number') return cwd;
    writeStat(k, c, c.u(2), cwd);
    return 0;
  }
  return statPath(k, c, c.i(0), 1, (c.i(3) & AT.SYMLINK_NOFOLLOW) === 0);
}

export const stat = (k: Kernel, c: Call): Result => statPath(k, c, AT.FDCWD, 0, true);
export const lstat = (k: Kernel, c: Call): Result => statPath(k, c, AT.FDCWD, 0, false);

function statPath(k: Kernel, c: Call, dirfd: number, i: number, follow: boolean): Result {
  const inode = existing(lookup(k, c, dirfd, i, follow));
  if (typeof inode === 'number') return inode;
  writeStat(k, c, c.u(i + 1), inode);
  return 0;
}

function writeStat(k: Kernel, c: Call, va: number, n: Pick<Inode, 'ino' | 'mode' | 'nlink' | 'size' | 'changed' | 'device'>): void {
  const { arch } = k.parts.config;
  const at = statLayout[arch];
  const rdev = n.device === '' ? ((n.mode & S.IFMT) === S.IFCHR ? 0x8800 : 0) : deviceNumbers.get(n.device)!;
  c.user.fill(va, at.size);
  c.user.setU64(va + at.dev, 1n);
  c.user.setU64(va + at.ino, BigInt(n.ino));
  c.user.setU32(va + at.nlink, n.nlink);
  c.user.setU32(va + at.mode, n.mode);
  c.user.setU64(va + at.rdev, BigInt(rdev));
  c.user.setU64(va + at.fileSize, BigInt(n.size));
  c.user.setU32(va + at.blksize, (n.mode & S.IFMT) === S.IFCHR ? 1024 : 4096);
  c.user.setU64(va + at.blocks, BigInt(Math.ceil(n.size / 4096) * 8));
  for (const time of [at.atime, at.mtime, at.ctime]) {
    c.user.setU64(va + time + timespec.sec, n.changed / nanosPerSecond);
    c.user.setU64(va + time + timespec.nsec, n.changed % nanosPerSecond);
  }
}

// Descriptors

export const close = (k: Kernel, c: Call): Result => (k.files.close(c.process, c.i(0)) ? 0 : -E.EBADF);

export function dup(k: Kernel, c: Call): Result {
  const file = k.files.file(c.process, c.i(0));
  return file ? k.files.install(c.process, file, false) : -E.EBADF;
}

export const dup2 = (k: Kernel, c: Call): Result => {
  if (!k.files.file(c.process, c.i(0))) return -E.EBADF;
  return c.i(0) === c.i(1) ? c.i(1) : dupTo(k, c.process, c.i(0), c.i(1), false);
};

export const dup3 = (k: Kernel, c: Call): Result => {
  if (c.i(0) === c.i(1) || (c.i(2) & ~O.CLOEXEC) !== 0) return -E.EINVAL;
  return dupTo(k, c.process, c.i(0), c.i(1), (c.i(2) & O.CLOEXEC) !== 0);
};

function dupTo(k: Kernel, process: Process, from: number, to: number, closeOnExec: boolean): Result {
  const file = k.files.file(process, from);
  if (!file || to < 0 || BigInt(to) >= process.limits[7]![0]) return -E.EBADF;
  file.refs++; // held while the old descriptor closes
  k.files.close(process, to);
  process.descriptors[to] = { file: file.id, closeOnExec };
  return to;
}

export function fcntl(k: Kernel, c: Call): Result {
  const d = k.files.descriptor(c.process, c.i(0));
  if (!d) return -E.EBADF;
  const file = k.files.get(d.file);
  const settable = O.APPEND | O.NONBLOCK | O.ASYNC | O.NOATIME | openFlags[k.parts.config.arch].DIRECT;
  switch (c.i(1)) {
    case F.DUPFD:
    case F.DUPFD_CLOEXEC:
      if (c.i(2) < 0 || BigInt(c.i(2)) >= c.process.limits[7]![0]) return -E.EINVAL;
      return k.files.install(c.process, file, c.i(1) === F.DUPFD_CLOEXEC, c.i(2));
    case F.GETFD:
      return d.closeOnExec ? FD_CLOEXEC : 0;
    case F.SETFD:
      d.closeOnExec = (c.i(2) & FD_CLOEXEC) !== 0;
      return 0;
    case F.GETFL:
      return file.flags;
    case F.SETFL:
      file.flags = (file.flags & ~settable) | (c.i(2) & settable);
      return 0;
    case F.GETPIPE_SZ:
      return file.kind === 'pipe' ? k.files.state.pipes.get(file.pipe)!.capacity : -E.EBADF;
    default:
      return -E.EINVAL;
  }
}

export function ioctl(k: Kernel, c: Call): Result {
  const file = k.files.file(c.process, c.i(0));
  if (!file) return -E.EBADF;
  const terminal = k.files.isTerminal(file);
  switch (Number(BigInt.asUintN(32, c.big(1)))) {
    case ioctls.TIOCGWINSZ:
      if (!terminal) return -E.ENOTTY;
      c.user.write(c.u(2), Uint8Array.of(24, 0, 80, 0, 0, 0, 0, 0));
      return 0;
    case ioctls.TCGETS:
      if (!terminal) return -E.ENOTTY;
      c.user.write(c.u(2), cookedTerminal());
      return 0;
    case ioctls.FIONBIO:
      file.flags = c.user.u32(c.u(2)) !== 0 ? file.flags | O.NONBLOCK : file.flags & ~O.NONBLOCK;
      return 0;
    default:
      return -E.ENOTTY;
  }
}

/** struct termios of a terminal in its usual line mode: four u32 of flags, line discipline, 19 control characters. */
function cookedTerminal(): Uint8Array {
  const bytes = new Uint8Array(36);
  const view = new DataView(bytes.buffer);
  [0x4500, 0x5, 0xbf, 0x8a3b].forEach((v, i) => view.setUint32(4 * i, v, true));
  bytes.set([3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0], 17);
  return bytes;
}

/** pipe2(fds, flags), pipe(fds). */
export const pipe2 = (k: Kernel, c: Call): Result => makePipe(k, c, c.i(1));
export const pipe = (k: Kernel, c: Call): Result => makePipe(k, c, 0);

function makePipe(k: Kernel, c: Call, flags: number): Result {
  if ((flags & ~(O.CLOEXEC | O.NONBLOCK | openFlags[k.parts.config.arch].DIRECT)) !== 0) return -E.EINVAL;
  const id = k.files.newPipe();
  const status = flags & O.NONBLOCK;
  const reader = k.files.open({ kind: 'pipe', pipe: id, end: 'read' }, O.RDONLY | status);
  const writer = k.files.open({ kind: 'pipe', pipe: id, end: 'write' }, O.WRONLY | status);
  const closeOnExec = (flags & O.CLOEXEC) !== 0;
  const fds = [k.files.install(c.process, reader, closeOnExec), k.files.install(c.process, writer, closeOnExec)];
  const failed = fds.find((fd) => fd < 0);
  if (failed !== undefined) {
    if (fds[0]! >= 0) k.files.close(c.process, fds[0]!);
    return failed;
  }
  c.user.setU32(c.u(0), fds[0]!);
  c.user.setU32(c.u(0) + 4, fds[1]!);
  return 0;
}
