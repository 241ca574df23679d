/**
 * System calls on what a file is: stat and its kin, access, permission bits, owners, times, length, and the file system's
 * size. The older calls without a directory argument are the *at calls from the current directory.
 *
 * Left out: extended attributes, birth times.
 */
import { AT, AT_STATX_SYNC_TYPE, E, O, O_PATH, S, ST, STATX, UTIME, fsMagic, stat as statLayout, statfs as statfsLayout, statx as statxLayout, timespec } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { nanosPerSecond } from './clock.js';
import type { OpenFile } from './file.js';
import { isDir, isFile, newInode, type Inode } from './inode.js';
import type { Kernel } from './kernel.js';
import { lookup, targetAt, targetOf, type Target } from './lookup.js';
import { linkCount } from './memoryVolume.js';
import { deviceNumbers } from './proc.js';
import type { Change, Room } from './volume.js';

// stat

export function fstat(k: Kernel, c: Call): Result {
  return statFile(k, c, c.i(0), (n) => writeStat(k, c, c.u(1), n));
}

/** Hands the inode that a descriptor leads to, or one made up for what has none, to `write`. */
function statFile(k: Kernel, c: Call, fd: number, write: (n: Inode) => Result): Result {
  const file = k.files.file(c.task, fd);
  if (!file) return -E.EBADF;
  if (file.kind !== 'inode') return write(madeUp(k, file));
  const inode = k.files.tree.shown(file.inode);
  const failed = k.files.tree.volume(inode).refresh(inode, (file.flags & O_PATH) !== 0 ? 0 : file.id);
  return failed < 0 ? failed : write(inode);
}

const madeUp = (k: Kernel, file: OpenFile): Inode => newInode(file.id, k.files.modeOf(file), { nlink: 1, device: file.kind === 'device' ? file.device : '' });

/** newfstatat(dirfd, path, buffer, flags). */
export const newfstatat = (k: Kernel, c: Call): Result => statAny(k, c, c.i(0), 1, c.i(3), (n) => writeStat(k, c, c.u(2), n));

function statAny(k: Kernel, c: Call, dirfd: number, i: number, flags: number, write: (n: Inode) => Result): Result {
  if ((flags & AT.EMPTY_PATH) !== 0 && c.user.string(c.u(i), 1) === '') {
    if (dirfd !== AT.FDCWD) return statFile(k, c, dirfd, write);
    const cwd = k.files.base(c.task, AT.FDCWD);
    if (typeof cwd !== 'number') k.files.tree.volume(cwd).refresh(cwd, 0);
    return typeof cwd === 'number' ? cwd : write(cwd);
  }
  const target = targetAt(k, c, dirfd, i, (flags & AT.SYMLINK_NOFOLLOW) === 0);
  return typeof target === 'number' ? target : write(target.inode);
}

export const stat = (k: Kernel, c: Call): Result => statAny(k, c, AT.FDCWD, 0, 0, (n) => writeStat(k, c, c.u(1), n));
export const lstat = (k: Kernel, c: Call): Result => statAny(k, c, AT.FDCWD, 0, AT.SYMLINK_NOFOLLOW, (n) => writeStat(k, c, c.u(1), n));

/** statx(dirfd, path, flags, mask, buffer). */
export function statx(k: Kernel, c: Call): Result {
  const flags = c.i(2);
  if ((flags & ~(AT.SYMLINK_NOFOLLOW | AT.NO_AUTOMOUNT | AT.EMPTY_PATH | AT_STATX_SYNC_TYPE)) !== 0) return -E.EINVAL;
  if ((flags & AT_STATX_SYNC_TYPE) === AT_STATX_SYNC_TYPE || (c.u(3) & STATX.RESERVED) !== 0) return -E.EINVAL;
  return statAny(k, c, c.i(0), 1, flags, (n) => writeStatx(c, c.u(4), described(k, n)));
}

/** What both layouts show. */
interface Described {
  readonly n: Inode;
  readonly device: bigint;
  readonly serial: bigint;
  readonly links: number;
  readonly rdev: bigint;
  readonly blockBytes: number;
  readonly blocks: bigint;
}

function described(k: Kernel, n: Inode): Described {
  const character = (n.mode & S.IFMT) === S.IFCHR;
  return {
    n,
    device: BigInt(n.host ? 0x20 + n.host.mount : 1),
    serial: n.host?.serial ?? BigInt(n.ino),
    links: linkCount(k.files.tree, n),
    rdev: BigInt(n.device !== '' ? deviceNumbers.get(n.device)! : character ? 0x8800 : 0),
    blockBytes: character ? 1024 : 4096,
    blocks: BigInt(n.host ? n.host.blocks : Math.ceil(Math.min(n.size, n.data.length) / 4096) * 8),
  };
}

function writeStat(k: Kernel, c: Call, va: number, n: Inode): Result {
  const at = statLayout[k.parts.config.arch];
  const d = described(k, n);
  c.user.fill(va, at.size);
  c.user.setU64(va + at.dev, d.device);
  c.user.setU64(va + at.ino, d.serial);
  c.user.setU32(va + at.nlink, d.links);
  c.user.setU32(va + at.mode, n.mode);
  c.user.setU32(va + at.uid, n.uid);
  c.user.setU32(va + at.gid, n.gid);
  c.user.setU64(va + at.rdev, d.rdev);
  c.user.setU64(va + at.fileSize, BigInt(n.size));
  c.user.setU32(va + at.blksize, d.blockBytes);
  c.user.setU64(va + at.blocks, d.blocks);
  for (const [field, time] of [[at.atime, n.atime], [at.mtime, n.mtime], [at.ctime, n.ctime]] as const) {
    c.user.setU64(va + field + timespec.sec, seconds(time));
    c.user.setU64(va + field + timespec.nsec, time - seconds(time) * nanosPerSecond);
  }
  return 0;
}

/** Whole seconds, towards the past. */
const seconds = (nanos: bigint): bigint => BigInt.asIntN(64, nanos >= 0n ? nanos / nanosPerSecond : (nanos - nanosPerSecond + 1n) / nanosPerSecond);

function writeStatx(c: Call, va: number, d: Described): Result {
  const at = statxLayout;
  const { n } = d;
  c.user.fill(va, at.size);
  c.user.setU32(va + at.mask, STATX.BASIC_STATS);
  c.user.setU32(va + at.blksize, d.blockBytes);
  c.user.setU32(va + at.nlink, d.links);
  c.user.setU32(va + at.uid, n.uid);
  c.user.setU32(va + at.gid, n.gid);
  c.user.setU16(va + at.mode, n.mode);
  c.user.setU64(va + at.ino, d.serial);
  c.user.setU64(va + at.fileSize, BigInt(n.size));
  c.user.setU64(va + at.blocks, d.blocks);
  for (const [field, time] of [[at.atime, n.atime], [at.ctime, n.ctime], [at.mtime, n.mtime]] as const) {
    c.user.setU64(va + field, BigInt.asUintN(64, seconds(time)));
    c.user.setU32(va + field + 8, Number(time - seconds(time) * nanosPerSecond));
  }
  c.user.setU32(va + at.rdevMajor, Number(d.rdev >> 8n));
  c.user.setU32(va + at.rdevMinor, Number(d.rdev & 0xffn));
  c.user.setU32(va + at.devMinor, Number(d.device));
  return 0;
}

// access

export const faccessat2 = (k: Kernel, c: Call): Result => ((c.i(3) & ~(AT.EACCESS | AT.SYMLINK_NOFOLLOW | AT.EMPTY_PATH)) !== 0 ? -E.EINVAL : accessFrom(k, c, c.i(0), 1, c.i(2), c.i(3)));
export const faccessat = (k: Kernel, c: Call): Result => accessFrom(k, c, c.i(0), 1, c.i(2), 0);
export const access = (k: Kernel, c: Call): Result => accessFrom(k, c, AT.FDCWD, 0, c.i(1), 0);

/** Root may read and write anything, and execute what anyone may execute. */
function accessFrom(k: Kernel, c: Call, dirfd: number, i: number, mode: number, flags: number): Result {
  if ((mode & ~7) !== 0) return -E.EINVAL;
  return statAny(k, c, dirfd, i, flags, (inode) => {
    if ((mode & 2) !== 0 && k.files.tree.volume(inode).readOnly && (isFile(inode) || isDir(inode))) return -E.EROFS;
    return (mode & 1) !== 0 && !isDir(inode) && (inode.mode & 0o111) === 0 ? -E.EACCES : 0;
  });
}

// chmod, chown, utimens

const changeOf = (k: Kernel, t: Target | number | undefined, what: Change): Result =>
  typeof t === 'number' ? t : t === undefined ? 0 : k.files.tree.volume(t.inode).change(t.inode, t.file, what); // what has no inode keeps its fixed attributes

export const fchmodat = (k: Kernel, c: Call): Result => changeOf(k, targetAt(k, c, c.i(0), 1, true), { mode: c.i(2) & 0o7777 });
export const chmod = (k: Kernel, c: Call): Result => changeOf(k, targetAt(k, c, AT.FDCWD, 0, true), { mode: c.i(1) & 0o7777 });
export const fchmod = (k: Kernel, c: Call): Result => changeOf(k, targetOf(k, c, c.i(0)), { mode: c.i(1) & 0o7777 });

/** The owners of arguments `i` and `i + 1`; -1 leaves one as it is. A change of owner takes the bits that lend his rights away. */
function changeOwner(k: Kernel, c: Call, t: Target | number | undefined, i: number): Result {
  if (typeof t !== 'object') return t ?? 0;
  const given = (id: number): number | undefined => (id === -1 ? undefined : id >>> 0);
  const [uid, gid] = [given(c.i(i)), given(c.i(i + 1))];
  const lent = 0o4000 | ((t.inode.mode & 0o10) !== 0 ? 0o2000 : 0);
  const mode = isFile(t.inode) && !t.inode.host && (t.inode.mode & lent) !== 0 ? t.inode.mode & 0o7777 & ~lent : undefined;
  return changeOf(k, t, { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }), ...(mode === undefined ? {} : { mode }) });
}

export const chown = (k: Kernel, c: Call): Result => changeOwner(k, c, targetAt(k, c, AT.FDCWD, 0, true), 1);
export const lchown = (k: Kernel, c: Call): Result => changeOwner(k, c, targetAt(k, c, AT.FDCWD, 0, false), 1);
export const fchown = (k: Kernel, c: Call): Result => changeOwner(k, c, targetOf(k, c, c.i(0)), 1);

/** fchownat(dirfd, path, uid, gid, flags). */
export function fchownat(k: Kernel, c: Call): Result {
  const flags = c.i(4);
  if ((flags & ~(AT.SYMLINK_NOFOLLOW | AT.EMPTY_PATH)) !== 0) return -E.EINVAL;
  return changeOwner(k, c, targetOrSelf(k, c, c.i(0), 1, flags), 2);
}

/** AT_EMPTY_PATH: the descriptor itself when the path is empty. */
function targetOrSelf(k: Kernel, c: Call, fd: number, i: number, flags: number): Target | number | undefined {
  if ((flags & AT.EMPTY_PATH) !== 0 && fd !== AT.FDCWD && c.user.string(c.u(i), 1) === '') return targetOf(k, c, fd, true);
  return targetAt(k, c, fd, i, (flags & AT.SYMLINK_NOFOLLOW) === 0);
}

/** utimensat(dirfd, path, times, flags). Without a path: the descriptor. */
export function utimensat(k: Kernel, c: Call): Result {
  const flags = c.i(3);
  if ((flags & ~(AT.SYMLINK_NOFOLLOW | AT.EMPTY_PATH)) !== 0) return -E.EINVAL;
  const times = c.u(2) === 0 ? { atime: 'now', mtime: 'now' } as const : timesAt(c, c.u(2));
  if (!times) return -E.EINVAL;
  if (times.atime === undefined && times.mtime === undefined) return 0;
  const target = c.u(1) === 0 ? targetOf(k, c, c.i(0)) : targetOrSelf(k, c, c.i(0), 1, flags);
  return changeOf(k, target, times);
}

/** Two timespecs with the special values UTIME_NOW and UTIME_OMIT; undefined: not valid. */
function timesAt(c: Call, va: number): Pick<Change, 'atime' | 'mtime'> | undefined {
  const read = (at: number): bigint | 'now' | 'omit' | undefined => {
    const nanos = c.user.i64(at + timespec.nsec);
    if (nanos === BigInt(UTIME.NOW)) return 'now';
    if (nanos === BigInt(UTIME.OMIT)) return 'omit';
    return nanos < 0n || nanos >= nanosPerSecond ? undefined : c.user.i64(at + timespec.sec) * nanosPerSecond + nanos;
  };
  const [atime, mtime] = [read(va), read(va + timespec.size)];
  if (atime === undefined || mtime === undefined) return undefined;
  return { ...(atime === 'omit' ? {} : { atime }), ...(mtime === 'omit' ? {} : { mtime }) };
}

/** Two timevals: seconds and microseconds. */
function timevalsAt(c: Call, va: number): Pick<Change, 'atime' | 'mtime'> | undefined {
  const read = (at: number): bigint | undefined => {
    const micros = c.user.i64(at + timespec.nsec);
    return micros < 0n || micros >= 1_000_000n ? undefined : c.user.i64(at + timespec.sec) * nanosPerSecond + micros * 1000n;
  };
  const [atime, mtime] = [read(va), read(va + timespec.size)];
  return atime === undefined || mtime === undefined ? undefined : { atime, mtime };
}

/** `i`: the argument with the path. */
function setTimevals(k: Kernel, c: Call, dirfd: number, i: number): Result {
  const times = c.u(i + 1) === 0 ? { atime: 'now', mtime: 'now' } as const : timevalsAt(c, c.u(i + 1));
  return times ? changeOf(k, c.u(i) === 0 ? targetOf(k, c, dirfd) : targetAt(k, c, dirfd, i, true), times) : -E.EINVAL;
}

export const futimesat = (k: Kernel, c: Call): Result => setTimevals(k, c, c.i(0), 1);
export const utimes = (k: Kernel, c: Call): Result => setTimevals(k, c, AT.FDCWD, 0);

/** utime(path, {actime, modtime}): whole seconds. */
export function utime(k: Kernel, c: Call): Result {
  const times = c.u(1) === 0 ? { atime: 'now', mtime: 'now' } as const : { atime: c.user.i64(c.u(1)) * nanosPerSecond, mtime: c.user.i64(c.u(1) + 8) * nanosPerSecond };
  return changeOf(k, targetAt(k, c, AT.FDCWD, 0, true), times);
}

// Length

export function truncate(k: Kernel, c: Call): Result {
  if (c.s(1) < 0) return -E.EINVAL;
  const place = lookup(k, c, AT.FDCWD, 0, true);
  if (typeof place === 'number') return place;
  const { inode } = place;
  if (!inode) return -E.ENOENT;
  if (!isFile(inode)) return isDir(inode) ? -E.EISDIR : -E.EINVAL;
  const file = k.files.openPlace(place, O.WRONLY, { write: true, create: false, exclusive: false, truncate: false, mode: 0 });
  if (typeof file === 'number') return file;
  const done = k.files.tree.volume(inode).resize(inode, file.id, c.s(1));
  k.files.release(file);
  return done;
}

export function ftruncate(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file || (file.flags & O_PATH) !== 0) return -E.EBADF;
  if (file.kind !== 'inode' || (file.flags & O.ACCMODE) === O.RDONLY || c.s(1) < 0) return -E.EINVAL;
  const inode = k.files.tree.get(file.inode);
  return isFile(inode) ? k.files.tree.volume(inode).resize(inode, file.id, c.s(1)) : -E.EINVAL;
}

// The file system

export function statfs(k: Kernel, c: Call): Result {
  const target = targetAt(k, c, AT.FDCWD, 0, true);
  return typeof target === 'number' ? target : writeRoom(k, c, target.inode);
}

export function fstatfs(k: Kernel, c: Call): Result {
  const target = targetOf(k, c, c.i(0), true);
  return typeof target === 'number' ? target : writeRoom(k, c, target?.inode);
}

function writeRoom(k: Kernel, c: Call, inode: Inode | undefined): Result {
  const none: Room = { type: fsMagic.pipe, blockBytes: 4096, blocks: 0, free: 0, available: 0, files: 0, freeFiles: 0 };
  const volume = inode && k.files.tree.volume(inode);
  const room = volume ? volume.room(inode) : none;
  if (typeof room === 'number') return room;
  const at = statfsLayout;
  const va = c.u(1);
  c.user.fill(va, at.size);
  const fields: [number, number][] = [
    [at.type, room.type], [at.bsize, room.blockBytes], [at.blocks, room.blocks], [at.bfree, room.free], [at.bavail, room.available],
    [at.files, room.files], [at.ffree, room.freeFiles], [at.namelen, 255], [at.frsize, room.blockBytes], [at.flags, ST.VALID | ST.RELATIME | (volume?.readOnly ? ST.RDONLY : 0)],
  ];
  for (const [field, value] of fields) c.user.setU64(va + field, BigInt(value));
  return 0;
}
