/** From a path argument of a call to its place in the tree. */
import { AT, E, O_PATH } from '../../isa/abi/linux.js';
import type { Call } from './call.js';
import type { Inode } from './inode.js';
import type { Kernel } from './kernel.js';
import { maxPath, type Place } from './tree.js';

/** Argument `i` as a path. */
export function pathAt(c: Call, i: number): string | number {
  return c.user.string(c.u(i), maxPath) ?? -E.ENAMETOOLONG;
}

/** Where argument `i` leads from directory descriptor `dirfd`. */
export function lookup(k: Kernel, c: Call, dirfd: number, i: number, follow: boolean | 'parent'): Place | number {
  const path = pathAt(c, i);
  return typeof path === 'number' ? path : lookupPath(k, c, dirfd, path, follow);
}

export function lookupPath(k: Kernel, c: Call, dirfd: number, path: string, follow: boolean | 'parent'): Place | number {
  if (path === '') return -E.ENOENT;
  const base = path.startsWith('/') ? k.files.base(c.task, AT.FDCWD) : k.files.base(c.task, dirfd);
  if (typeof base === 'number') return base;
  const place = k.files.tree.resolve(base, path, follow);
  // a directory without a name takes no new ones
  return typeof place !== 'number' && !place.inode && (place.dir.host ? place.dir.host.gone : place.dir.nlink === 0) ? -E.ENOENT : place;
}

export function existing(place: Place | number): Inode | number {
  return typeof place === 'number' ? place : (place.inode ?? -E.ENOENT);
}

/** What a call on a path or a descriptor works on: an inode, and the open file it was reached through, or 0. */
export interface Target {
  readonly inode: Inode;
  readonly file: number;
}

export function targetAt(k: Kernel, c: Call, dirfd: number, i: number, follow: boolean): Target | number {
  const inode = existing(lookup(k, c, dirfd, i, follow));
  return typeof inode === 'number' ? inode : { inode, file: 0 };
}

/** What descriptor `fd` leads to. Undefined: something without an inode, as a pipe. `path`: descriptors of O_PATH too. */
export function targetOf(k: Kernel, c: Call, fd: number, path = false): Target | number | undefined {
  const file = k.files.file(c.task, fd);
  if (!file || (!path && (file.flags & O_PATH) !== 0)) return -E.EBADF;
  return file.kind === 'inode' ? { inode: k.files.tree.get(file.inode), file: (file.flags & O_PATH) !== 0 ? 0 : file.id } : undefined;
}
