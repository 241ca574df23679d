/**
 * System calls on names: open, mkdir, unlink, readlink, access, stat and directories. The older calls without a directory
 * argument (open, stat, access ...) are the *at calls from the current directory.
 *
 * Left out: hard links, owners, exchanging names (RENAME_EXCHANGE), extended attributes.
 */
import { AT, E, O, S, openFlags, stat as statLayout, timespec } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { nanosPerSecond } from './clock.js';
import { bytesOf } from './guest.js';
import type { Kernel } from './kernel.js';
import { deviceNumbers } from './proc.js';
import { isDir, isFile, isLink, maxPath, truncateInode, type Inode, type Place } from './tree.js';

function pathAt(c: Call, i: number): string | number {
  return c.user.string(c.u(i), maxPath) ?? -E.ENAMETOOLONG;
}

/** Where argument `i` leads from directory descriptor `dirfd`. */
function lookup(k: Kernel, c: Call, dirfd: number, i: number, follow: boolean): Place | number {
  const path = pathAt(c, i);
  if (typeof path === 'number') return path;
  const base = path.startsWith('/') ? k.files.base(c.task, AT.FDCWD) : k.files.base(c.task, dirfd);
  if (typeof base === 'number') return base;
  const place = k.files.tree.resolve(base, path, follow);
  // a directory without a name takes no new ones
  return typeof place !== 'number' && !place.inode && place.dir.nlink === 0 ? -E.ENOENT : place;
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
    inode = k.files.tree.create(S.IFREG | (mode & 0o7777 & ~k.files.directory(c.task).umask), { changed: wallClock(k) });
    k.files.tree.link(place.dir, place.name, inode);
  }
  if (isLink(inode)) return -E.ELOOP;
  if ((flags & special.DIRECTORY) !== 0 && !isDir(inode)) return -E.ENOTDIR;
  const writing = (flags & O.ACCMODE) !== O.RDONLY;
  if (isDir(inode) && (writing || (flags & O.CREAT) !== 0)) return -E.EISDIR;
  if (writing && isFile(inode) && k.files.executing(inode)) return -E.ETXTBSY;
  if ((flags & O.TRUNC) !== 0 && writing && isFile(inode)) truncateInode(inode, 0);
  const kept = flags & (O.ACCMODE | O.APPEND | O.NONBLOCK | special.DIRECTORY | special.LARGEFILE | O.DSYNC);
  const file = k.files.openInode(inode, kept);
  return typeof file === 'number' ? file : k.files.install(c.task, file, (flags & O.CLOEXEC) !== 0);
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
  const dir = k.files.tree.create(S.IFDIR | (mode & 0o1777 & ~k.files.directory(c.task).umask), { changed: wallClock(k) });
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

export const symlinkat = (k: Kernel, c: Call): Result => makeLink(k, c, c.i(1), 2);
export const symlink = (k: Kernel, c: Call): Result => makeLink(k, c, AT.FDCWD, 1);

/** symlink(target, name): argument 0 is the target. */
function makeLink(k: Kernel, c: Call, dirfd: number, i: number): Result {
  const target = pathAt(c, 0);
  if (typeof target === 'number') return target;
  if (target === '') return -E.ENOENT;
  const place = lookup(k, c, dirfd, i, false);
  if (typeof place === 'number') return place;
  if (place.inode) return -E.EEXIST;
  if (place.slash) return -E.ENOENT;
  const link = k.files.tree.create(S.IFLNK | 0o777, { target, size: target.length, changed: wallClock(k) });
  k.files.tree.link(place.dir, place.name, link);
  return 0;
}

export const renameat2 = (k: Kernel, c: Call): Result => ((c.i(4) & ~RENAME_NOREPLACE) !== 0 ? -E.EINVAL : renameFrom(k, c, c.i(0), 1, c.i(2), 3, c.i(4) !== 0));
export const renameat = (k: Kernel, c: Call): Result => renameFrom(k, c, c.i(0), 1, c.i(2), 3, false);
export const rename = (k: Kernel, c: Call): Result => renameFrom(k, c, AT.FDCWD, 0, AT.FDCWD, 1, false);

const RENAME_NOREPLACE = 1;

/** A name moves; what stood at the target goes, if it is of the same kind and, a directory, empty. */
function renameFrom(k: Kernel, c: Call, fromFd: number, i: number, toFd: number, j: number, keep: boolean): Result {
  const from = lookup(k, c, fromFd, i, false);
  if (typeof from === 'number') return from;
  const to = lookup(k, c, toFd, j, false);
  if (typeof to === 'number') return to;
  const [moved, old] = [from.inode, to.inode];
  if (!moved) return -E.ENOENT;
  if (from.dir.entries!.get(from.name) !== moved.ino || to.name === '.' || to.name === '..') return -E.EBUSY;
  if (!isDir(moved) && (from.slash || to.slash)) return -E.ENOTDIR;
  if (old && keep) return -E.EEXIST;
  if (isDir(moved) && within(k, to.dir, moved)) return -E.EINVAL;
  if (old === moved) return 0;
  if (old) {
    if (isDir(moved) && !isDir(old)) return -E.ENOTDIR;
    if (!isDir(moved) && isDir(old)) return -E.EISDIR;
    if (old.entries && old.entries.size > 0) return -E.ENOTEMPTY;
    k.files.dropUnused(k.files.tree.unlink(to.dir, to.name));
  }
  k.files.tree.unlink(from.dir, from.name);
  k.files.tree.link(to.dir, to.name, moved);
  return 0;
}

/** `dir` is `above` or lies below it. */
function within(k: Kernel, dir: Inode, above: Inode): boolean {
  for (let at = dir; ; at = k.files.tree.get(at.parent)) {
    if (at === above) return true;
    if (at.parent === at.ino) return false;
  }
}

export const fchmodat = (k: Kernel, c: Call): Result => chmodPath(k, c, c.i(0), 1, c.i(2));
export const chmod = (k: Kernel, c: Call): Result => chmodPath(k, c, AT.FDCWD, 0, c.i(1));

function chmodPath(k: Kernel, c: Call, dirfd: number, i: number, mode: number): Result {
  const inode = existing(lookup(k, c, dirfd, i, true));
  if (typeof inode === 'number') return inode;
  inode.mode = (inode.mode & S.IFMT) | (mode & 0o7777);
  return 0;
}

export function fchmod(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file) return -E.EBADF;
  if (file.kind !== 'inode') return 0; // the modes of other files are fixed
  const inode = k.files.tree.get(file.inode);
  inode.mode = (inode.mode & S.IFMT) | (c.i(1) & 0o7777);
  return 0;
}

export function truncate(k: Kernel, c: Call): Result {
  const inode = existing(lookup(k, c, AT.FDCWD, 0, true));
  if (typeof inode === 'number') return inode;
  if (c.s(1) < 0 || !isFile(inode)) return isDir(inode) ? -E.EISDIR : -E.EINVAL;
  if (c.s(1) > k.parts.config.memoryBytes) return -E.EFBIG;
  truncateInode(inode, c.s(1));
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

export function getcwd(k: Kernel, c: Call): Result {
  const dir = k.files.tree.get(k.files.directory(c.task).cwd);
  if (dir.nlink === 0) return -E.ENOENT;
  const bytes = bytesOf(`${k.files.tree.pathOf(dir)}\0`);
  if (bytes.length > maxPath) return -E.ENAMETOOLONG;
  if (c.u(1) < bytes.length) return -E.ERANGE;
  c.user.write(c.u(0), bytes);
  return bytes.length;
}

export function chdir(k: Kernel, c: Call): Result {
  const inode = existing(lookup(k, c, AT.FDCWD, 0, true));
  if (typeof inode === 'number') return inode;
  return isDir(inode) ? enterDir(k, c, inode) : -E.ENOTDIR;
}

export function fchdir(k: Kernel, c: Call): Result {
  const dir = c.i(0) < 0 ? -E.EBADF : k.files.base(c.task, c.i(0));
  return typeof dir === 'number' ? dir : enterDir(k, c, dir);
}

function enterDir(k: Kernel, c: Call, dir: Inode): Result {
  const left = k.files.tree.get(k.files.directory(c.task).cwd);
  k.files.directory(c.task).cwd = dir.ino;
  k.files.dropUnused(left);
  return 0;
}

export function umask(k: Kernel, c: Call): Result {
  const old = k.files.directory(c.task).umask;
  k.files.directory(c.task).umask = c.i(0) & 0o777;
  return old;
}

/** getdents64(fd, buffer, bytes): records of {ino u64, next u64, length u16, type u8, name, NUL}, each a multiple of 8 long. */
export function getdents64(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file) return -E.EBADF;
  if (file.kind !== 'inode' || !isDir(k.files.tree.get(file.inode))) return -E.ENOTDIR;
  const dir = k.files.tree.get(file.inode);
  const names: [string, number][] = [['.', dir.ino], ['..', dir.parent], ...(file.offset === 0 ? k.files.tree.members(dir) : dir.entries!)];
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
  const file = k.files.file(c.task, fd);
  if (!file) return -E.EBADF;
  if (file.kind === 'inode') writeStat(k, c, va, k.files.tree.shown(file.inode));
  else writeStat(k, c, va, { ...nameless, ino: file.id, mode: k.files.modeOf(file), device: file.kind === 'device' ? file.device : '' });
  return 0;
}

const nameless = { nlink: 1, size: 0, changed: 0n };

/** newfstatat(dirfd, path, buffer, flags). */
export function newfstatat(k: Kernel, c: Call): Result {
  if ((c.i(3) & AT.EMPTY_PATH) !== 0 && c.user.string(c.u(1), 1) === '') {
    if (c.i(0) !== AT.FDCWD) return statFile(k, c, c.i(0), c.u(2));
    const cwd = k.files.base(c.task, AT.FDCWD);
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
