/**
 * System calls on names: open, mkdir, mknod, link, unlink, rename, readlink. The older calls without a directory argument
 * (open, mkdir ...) are the *at calls from the current directory.
 */
import { AT, E, O, O_PATH, O_TMPFILE_BIT, RENAME, S, openFlags } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { bytesOf } from './guest.js';
import { isDir, isFifo, isFile, isLink, type Inode } from './inode.js';
import type { Kernel } from './kernel.js';
import { lookup, lookupPath, pathAt, targetOf } from './lookup.js';
import { deviceNumbers } from './proc.js';
import type { Place } from './tree.js';

export const openat = (k: Kernel, c: Call): Result => openFrom(k, c, c.i(0), 1, c.i(2), c.i(3));
export const open = (k: Kernel, c: Call): Result => openFrom(k, c, AT.FDCWD, 0, c.i(1), c.i(2));
export const creat = (k: Kernel, c: Call): Result => openFrom(k, c, AT.FDCWD, 0, O.CREAT | O.WRONLY | O.TRUNC, c.i(1));

function openFrom(k: Kernel, c: Call, dirfd: number, i: number, asked: number, mode: number): Result {
  const special = openFlags[k.parts.config.arch];
  const pathOnly = (asked & O_PATH) !== 0;
  const flags = pathOnly ? asked & (O_PATH | O.CLOEXEC | special.DIRECTORY | special.NOFOLLOW) : asked;
  const closeOnExec = (flags & O.CLOEXEC) !== 0;
  const create = (flags & O.CREAT) !== 0;
  const exclusive = create && (flags & O.EXCL) !== 0;
  const write = !pathOnly && (flags & O.ACCMODE) !== O.RDONLY;
  const bits = mode & 0o7777 & ~k.files.directory(c.task).umask;
  if ((flags & O_TMPFILE_BIT) !== 0) return openNameless(k, c, dirfd, i, flags, bits);
  const place = lookup(k, c, dirfd, i, !exclusive && (flags & special.NOFOLLOW) === 0);
  if (typeof place === 'number') return place;
  const { inode } = place;
  if (inode && exclusive) return -E.EEXIST;
  if (!inode && !create) return -E.ENOENT;
  if (!inode && place.slash) return -E.EISDIR;
  if (inode && isLink(inode) && !pathOnly) return -E.ELOOP;
  if ((flags & special.DIRECTORY) !== 0 && (!inode || !isDir(inode))) return inode ? -E.ENOTDIR : -E.EINVAL;
  if (inode && isDir(inode) && (write || create)) return -E.EISDIR;
  if (write && inode && isFile(inode) && k.files.executing(inode)) return -E.ETXTBSY;
  // a kernel of 64 bits opens every file with O_LARGEFILE
  const kept = (pathOnly ? 0 : special.LARGEFILE) | flags & (O.ACCMODE | O.APPEND | O.NONBLOCK | special.DIRECTORY | O.DSYNC | O_PATH);
  if (pathOnly && inode!.ino === 0) return -E.ENXIO; // a pipe or stream behind /proc/self/fd
  if (pathOnly) return k.files.install(c.task, k.files.openInode(inode!, kept), closeOnExec);
  if (inode && isFifo(inode) && !inode.host && inode.dynamic === '') return k.files.pipes.openFifo(c, inode, kept, (file) => k.files.install(c.task, file, closeOnExec));
  const file = k.files.openPlace(place, kept, { write, create, exclusive, truncate: (flags & O.TRUNC) !== 0 && (!inode || isFile(inode)), mode: bits });
  return typeof file === 'number' ? file : k.files.install(c.task, file, closeOnExec);
}

/** O_TMPFILE: a file in a directory without a name in it. */
function openNameless(k: Kernel, c: Call, dirfd: number, i: number, flags: number, mode: number): Result {
  const special = openFlags[k.parts.config.arch];
  if ((flags & special.DIRECTORY) === 0 || (flags & O.ACCMODE) === O.RDONLY) return -E.EINVAL;
  const place = lookup(k, c, dirfd, i, true);
  if (typeof place === 'number') return place;
  if (!place.inode) return -E.ENOENT;
  if (!isDir(place.inode)) return -E.ENOTDIR;
  const made = k.files.tree.volume(place.inode).nameless(place.inode, mode);
  if (typeof made === 'number') return made;
  return k.files.install(c.task, k.files.openInode(made, special.LARGEFILE | flags & (O.ACCMODE | O.APPEND | O.NONBLOCK)), (flags & O.CLOEXEC) !== 0);
}

/** A place for a new name: nothing is there yet. */
function vacant(k: Kernel, c: Call, dirfd: number, i: number, directory: boolean): Place | number {
  const place = lookup(k, c, dirfd, i, 'parent');
  if (typeof place === 'number') return place;
  if (place.inode) return -E.EEXIST;
  return place.slash && !directory ? -E.ENOENT : place;
}

function make(k: Kernel, place: Place | number, mode: number, fields: Partial<Inode> = {}): Result {
  if (typeof place === 'number') return place;
  const made = k.files.tree.volume(place.dir).make(place.dir, place.name, mode, fields);
  return typeof made === 'number' ? made : 0;
}

export const mkdirat = (k: Kernel, c: Call): Result => makeDir(k, c, c.i(0), 1, c.i(2));
export const mkdir = (k: Kernel, c: Call): Result => makeDir(k, c, AT.FDCWD, 0, c.i(1));
const makeDir = (k: Kernel, c: Call, dirfd: number, i: number, mode: number): Result => make(k, vacant(k, c, dirfd, i, true), S.IFDIR | (mode & 0o1777 & ~k.files.directory(c.task).umask));

export const mknodat = (k: Kernel, c: Call): Result => makeNode(k, c, c.i(0), 1, c.i(2), c.u(3));
export const mknod = (k: Kernel, c: Call): Result => makeNode(k, c, AT.FDCWD, 0, c.i(1), c.u(2));

/** Regular files, FIFOs, sockets' names, and the devices that the machine has. */
function makeNode(k: Kernel, c: Call, dirfd: number, i: number, mode: number, number: number): Result {
  const type = mode & S.IFMT;
  if (type === S.IFDIR) return -E.EPERM;
  if (type !== 0 && type !== S.IFREG && type !== S.IFIFO && type !== S.IFSOCK && type !== S.IFCHR) return -E.EINVAL;
  const device = type === S.IFCHR ? [...deviceNumbers].find(([, n]) => n === number)?.[0] : '';
  if (device === undefined) return -E.EPERM;
  return make(k, vacant(k, c, dirfd, i, false), (type === 0 ? S.IFREG : type) | (mode & 0o7777 & ~k.files.directory(c.task).umask), { device });
}

export const symlinkat = (k: Kernel, c: Call): Result => makeLink(k, c, c.i(1), 2);
export const symlink = (k: Kernel, c: Call): Result => makeLink(k, c, AT.FDCWD, 1);

/** symlink(target, name): argument 0 is the target. */
function makeLink(k: Kernel, c: Call, dirfd: number, i: number): Result {
  const target = pathAt(c, 0);
  if (typeof target === 'number') return target;
  if (target === '') return -E.ENOENT;
  return make(k, vacant(k, c, dirfd, i, false), S.IFLNK | 0o777, { target, size: target.length });
}

export const linkat = (k: Kernel, c: Call): Result => linkFrom(k, c, c.i(0), 1, c.i(2), 3, c.i(4));
export const link = (k: Kernel, c: Call): Result => linkFrom(k, c, AT.FDCWD, 0, AT.FDCWD, 1, 0);

/** Another name for a file. AT_EMPTY_PATH: for the file of the first descriptor. */
function linkFrom(k: Kernel, c: Call, fromFd: number, i: number, toFd: number, j: number, flags: number): Result {
  if ((flags & ~(AT.SYMLINK_FOLLOW | AT.EMPTY_PATH)) !== 0) return -E.EINVAL;
  const inode = linked(k, c, fromFd, i, flags);
  if (typeof inode === 'number') return inode;
  const to = vacant(k, c, toFd, j, false);
  if (typeof to === 'number') return to;
  if (k.files.tree.volume(inode) !== k.files.tree.volume(to.dir)) return -E.EXDEV;
  if (isDir(inode)) return -E.EPERM;
  return k.files.tree.volume(inode).link(inode, to.dir, to.name);
}

function linked(k: Kernel, c: Call, fd: number, i: number, flags: number): Inode | number {
  const path = pathAt(c, i);
  if (typeof path === 'number') return path;
  if (path === '' && (flags & AT.EMPTY_PATH) !== 0) {
    const target = targetOf(k, c, fd, true);
    return typeof target === 'object' ? target.inode : (target ?? -E.EXDEV);
  }
  const place = lookupPath(k, c, fd, path, (flags & AT.SYMLINK_FOLLOW) !== 0);
  return typeof place === 'number' ? place : (place.inode ?? -E.ENOENT);
}

export const unlinkat = (k: Kernel, c: Call): Result => ((c.i(2) & ~AT.REMOVEDIR) !== 0 ? -E.EINVAL : removeName(k, c, c.i(0), 1, (c.i(2) & AT.REMOVEDIR) !== 0));
export const unlink = (k: Kernel, c: Call): Result => removeName(k, c, AT.FDCWD, 0, false);
export const rmdir = (k: Kernel, c: Call): Result => removeName(k, c, AT.FDCWD, 0, true);

/** The place is a name that may be taken away: not the root, a mount, `.` or `..`. */
function fixed(k: Kernel, { dir, name, inode }: Place): boolean {
  if (name === '.' || name === '..') return true;
  if (inode!.host) return inode!.host.path === '' && !inode!.host.gone;
  return dir.host !== undefined || k.files.tree.volume(dir).lookup(dir, name) !== inode;
}

function removeName(k: Kernel, c: Call, dirfd: number, i: number, directory: boolean): Result {
  const place = lookup(k, c, dirfd, i, 'parent');
  if (typeof place === 'number') return place;
  const { inode, dir, name } = place;
  if (!inode) return -E.ENOENT;
  if (directory && !isDir(inode)) return -E.ENOTDIR;
  if (!directory && (isDir(inode) || place.slash)) return isDir(inode) ? -E.EISDIR : -E.ENOTDIR;
  if (directory && name === '.') return -E.EINVAL;
  if (directory && name === '..') return -E.ENOTEMPTY;
  if (fixed(k, place)) return -E.EBUSY;
  const done = k.files.tree.volume(dir).remove(dir, name, inode);
  if (done >= 0) k.files.tree.dropUnused(inode);
  return done;
}

export const renameat2 = (k: Kernel, c: Call): Result => renameFrom(k, c, c.i(0), 1, c.i(2), 3, c.i(4));
export const renameat = (k: Kernel, c: Call): Result => renameFrom(k, c, c.i(0), 1, c.i(2), 3, 0);
export const rename = (k: Kernel, c: Call): Result => renameFrom(k, c, AT.FDCWD, 0, AT.FDCWD, 1, 0);

/** Both names lead to one file. */
const sameFile = (a: Inode, b: Inode): boolean => a === b || (a.host !== undefined && a.host.serial === b.host?.serial && !isDir(a));

/** A name moves; what stood at the target goes, if it is of the same kind and, a directory, empty. */
function renameFrom(k: Kernel, c: Call, fromFd: number, i: number, toFd: number, j: number, flags: number): Result {
  const exchange = flags === RENAME.EXCHANGE;
  if (flags !== 0 && flags !== RENAME.NOREPLACE && !exchange) return -E.EINVAL;
  const from = lookup(k, c, fromFd, i, 'parent');
  if (typeof from === 'number') return from;
  const to = lookup(k, c, toFd, j, 'parent');
  if (typeof to === 'number') return to;
  const { tree } = k.files;
  const [moved, old] = [from.inode, to.inode];
  if (tree.volume(from.dir) !== tree.volume(to.dir)) return -E.EXDEV;
  if (!moved || (exchange && !old)) return -E.ENOENT;
  if (fixed(k, from) || to.name === '.' || to.name === '..' || (old && fixed(k, to))) return -E.EBUSY;
  if (old && flags === RENAME.NOREPLACE) return -E.EEXIST;
  if (!isDir(moved) && (from.slash || (to.slash && !exchange))) return -E.ENOTDIR;
  if (isDir(moved) && tree.within(to.dir, moved)) return -E.EINVAL;
  if (exchange) return isDir(old!) && tree.within(from.dir, old!) ? -E.EINVAL : sameFile(old!, moved) ? 0 : tree.volume(moved).exchange(from, to);
  if (old && sameFile(old, moved)) return 0;
  if (old) {
    if (isDir(moved) && !isDir(old)) return -E.ENOTDIR;
    if (!isDir(moved) && isDir(old)) return -E.EISDIR;
    if (tree.within(from.dir, old)) return -E.ENOTEMPTY;
  }
  const done = tree.volume(moved).rename(from, to);
  if (done >= 0 && old) tree.dropUnused(old);
  return done;
}

export const readlinkat = (k: Kernel, c: Call): Result => readLinkFrom(k, c, c.i(0), 1);
export const readlink = (k: Kernel, c: Call): Result => readLinkFrom(k, c, AT.FDCWD, 0);

/** An empty path: the link that a descriptor of O_PATH leads to. */
function readLinkFrom(k: Kernel, c: Call, dirfd: number, i: number): Result {
  if (c.s(i + 2) <= 0) return -E.EINVAL;
  const inode = linked(k, c, dirfd, i, dirfd === AT.FDCWD ? 0 : AT.EMPTY_PATH);
  if (typeof inode === 'number') return inode;
  if (!isLink(inode)) return -E.EINVAL;
  const target = k.files.tree.volume(inode).target(inode);
  if (typeof target === 'number') return target;
  const bytes = bytesOf(target).subarray(0, c.u(i + 2));
  c.user.write(c.u(i + 1), bytes);
  return bytes.length;
}

export function umask(k: Kernel, c: Call): Result {
  const old = k.files.directory(c.task).umask;
  k.files.directory(c.task).umask = c.i(0) & 0o777;
  return old;
}
