/** System calls on directories: the working directory, and reading names. */
import { AT, E, O_PATH } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { bytesOf } from './guest.js';
import { isDir, type Inode } from './inode.js';
import type { Kernel } from './kernel.js';
import { existing, lookup } from './lookup.js';
import { maxPath } from './tree.js';
import type { Entry } from './volume.js';

export function getcwd(k: Kernel, c: Call): Result {
  const dir = k.files.tree.get(k.files.directory(c.task).cwd);
  if (dir.host ? dir.host.gone : dir.nlink === 0) return -E.ENOENT;
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
  k.files.tree.dropUnused(left);
  return 0;
}

/** getdents64(fd, buffer, bytes), and the older getdents, whose records have the type in their last byte. */
export const getdents64 = (k: Kernel, c: Call): Result => readNames(k, c, record64);
export const getdents = (k: Kernel, c: Call): Result => readNames(k, c, recordOld);

/** ino u64, next u64, length u16, type u8, name, NUL; a multiple of 8 long. */
function record64(name: string, serial: bigint, type: number, next: number): Uint8Array {
  const record = head(Math.ceil((20 + name.length) / 8) * 8, serial, next);
  record[18] = type;
  record.set(bytesOf(name), 19);
  return record;
}

/** ino u64, next u64, length u16, name, NUL, type u8 at the end; a multiple of 8 long. */
function recordOld(name: string, serial: bigint, type: number, next: number): Uint8Array {
  const record = head(Math.ceil((20 + name.length) / 8) * 8, serial, next);
  record.set(bytesOf(name), 18);
  record[record.length - 1] = type;
  return record;
}

function head(length: number, serial: bigint, next: number): Uint8Array {
  const record = new Uint8Array(length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, serial, true);
  view.setBigUint64(8, BigInt(next), true);
  view.setUint16(16, length, true);
  return record;
}

/**
 * The names are those at the first read; ones that go before their turn are left out.
 */
function readNames(k: Kernel, c: Call, format: typeof record64): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file || (file.flags & O_PATH) !== 0) return -E.EBADF;
  if (file.kind !== 'inode') return -E.ENOTDIR;
  const dir = k.files.tree.get(file.inode);
  if (!isDir(dir)) return -E.ENOTDIR;
  if (file.offset === 0 || !file.list) {
    const list = namesOf(k, dir);
    if (typeof list === 'number') return list;
    file.list = list;
  }
  let done = 0;
  for (; file.offset < file.list.length; file.offset++) {
    const { name, serial, type } = file.list[file.offset]!;
    if (dir.entries && file.offset >= 2 && !dir.entries.has(name)) continue;
    const record = format(name, serial, type, file.offset + 1);
    if (done + record.length > c.u(2)) return done === 0 ? -E.EINVAL : done;
    c.user.write(c.u(1) + done, record);
    done += record.length;
  }
  return done;
}

/** All entries of a directory that still has a name. */
function namesOf(k: Kernel, dir: Inode): readonly Entry[] | number {
  const { tree } = k.files;
  if (dir.host ? dir.host.gone : dir.nlink === 0) return -E.ENOENT;
  const list = tree.volume(dir).list(dir);
  if (typeof list === 'number') return list;
  const above = tree.volume(dir).parent(dir);
  if (typeof above === 'number') return above;
  const serial = (n: Inode): bigint => n.host?.serial ?? BigInt(n.ino);
  return [{ name: '.', serial: serial(dir), type: 4 }, { name: '..', serial: serial(above), type: 4 }, ...list];
}
