/**
 * Inodes: what a name leads to. Plain data. Contents are bytes, names are latin-1 strings of a character a byte.
 *
 * Those of the in-memory tree hold their contents. Those of a mounted folder (`host` is set) only say where the host
 * has the file; their other fields are what the host said last.
 */
import { S } from '../../isa/abi/linux.js';

export interface Inode {
  readonly ino: number;
  /** Type and permission bits, as st_mode. */
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  /** Of a file: contents in the first `size` bytes. Beyond its end they are zeros. */
  data: Uint8Array;
  size: number;
  /** Of a directory in memory: inode by name. */
  readonly entries: Map<string, number> | undefined;
  /** Of a directory in memory or the root of a mount: its parent. */
  parent: number;
  /** Of a link: where it leads. Of a file without a name: the absolute path it had, without its first slash. */
  target: string;
  /** Contents (or the target, or the members) are made by this generator of proc.ts when someone looks. */
  readonly dynamic: string;
  /** Of contents that were generated: the inode with the name, 0 otherwise. */
  readonly of: number;
  /** epoll can watch it: files of /sys and of /proc outside /proc/PID. */
  readonly polls: boolean;
  /** Device name, of a character device. */
  readonly device: string;
  /** Of a FIFO: its pipe while someone has it open, else 0. */
  pipe: number;
  /** Last read, change of contents, change of anything; nanoseconds since 1970. */
  atime: bigint;
  mtime: bigint;
  ctime: bigint;
  readonly host: HostPlace | undefined;
}

/** Where an inode of a mounted folder lies. */
export interface HostPlace {
  /** Number of the mount, from 0, as in the config. */
  readonly mount: number;
  /** Names joined by slashes; empty at the mount's root. */
  path: string;
  /** The name is gone; only open descriptors still lead there. */
  gone: boolean;
  /** The host's inode number and count of 512-byte blocks. */
  serial: bigint;
  blocks: number;
}

export const isDir = (n: Inode): boolean => (n.mode & S.IFMT) === S.IFDIR;
export const isLink = (n: Inode): boolean => (n.mode & S.IFMT) === S.IFLNK;
export const isFile = (n: Inode): boolean => (n.mode & S.IFMT) === S.IFREG;
export const isFifo = (n: Inode): boolean => (n.mode & S.IFMT) === S.IFIFO;

export function newInode(ino: number, mode: number, fields: Partial<Inode>): Inode {
  return {
    ino, mode, nlink: 0, uid: 0, gid: 0, data: new Uint8Array(0), size: 0, entries: undefined, parent: 0, target: '', dynamic: '', of: 0, polls: false, device: '', pipe: 0,
    atime: 0n, mtime: 0n, ctime: 0n, host: undefined, ...fields,
  };
}

/** Bytes of a file in memory from `from` on, at most `count`, fewer at its end. */
export function readInode(inode: Inode, from: number, count: number): Uint8Array {
  const end = Math.min(from + count, inode.size);
  if (end <= from) return new Uint8Array(0);
  if (end <= inode.data.length) return inode.data.slice(from, end);
  const out = new Uint8Array(end - from);
  out.set(inode.data.subarray(from, Math.max(from, inode.data.length)));
  return out;
}

/** Writes into a file's contents, growing them; a gap reads as zeros. */
export function writeInode(inode: Inode, at: number, bytes: Uint8Array): void {
  const end = at + bytes.length;
  if (end > inode.data.length && bytes.length > 0) {
    const grown = new Uint8Array(Math.max(end, Math.min(inode.data.length * 2, 2 ** 31), 64));
    grown.set(inode.data.subarray(0, inode.size));
    inode.data = grown;
  }
  if (bytes.length > 0) inode.data.set(bytes, at);
  inode.size = Math.max(inode.size, end);
}

export function truncateInode(inode: Inode, size: number): void {
  if (size < inode.size) inode.data.fill(0, Math.min(size, inode.data.length));
  if (size === 0) inode.data = new Uint8Array(0);
  inode.size = size;
}
