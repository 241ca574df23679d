/** How strace shows the arguments of calls on files: words for the signatures in straceArgs.ts. */
import {
  AT, AT_STATX_SYNC_TYPE, F, FALLOC, F_LOCK, LOCK, MFD, RENAME, S, SEEK, SPLICE, ST, STATX, UTIME, deviceParts, flock, fsMagic, iovec, statfs, statx, timespec,
} from '../../isa/abi/linux.js';
import type { Call } from './call.js';
import type { Kernel } from './kernel.js';
import { address, attempt, bytesText, flagText, named, nonzero } from './straceText.js';

/** Signatures, as in straceArgs.ts. */
export const fileSignatures: Readonly<Record<string, string>> = {
  readv: 'fd iovout> d', preadv: 'fd iovout> d d', pwritev: 'fd iov d d', getdents: 'fd names> u', getdents64: 'fd names> u',
  faccessat: 'at s access', faccessat2: 'at s access accessflags', statx: 'at s statxflags statxmask statx>',
  chown: 's d d', lchown: 's d d', fchown: 'fd d d', fchownat: 'at s d d atflags',
  link: 's s', linkat: 'at s at s linkflags', renameat2: 'at s at s renameflags', mknod: 's node dev', mknodat: 'at s node dev',
  utimensat: 'at s times atflags', utimes: 's timevals', futimesat: 'at s timevals', utime: 's utimbuf', statfs: 's statfs>', fstatfs: 'fd statfs>',
  flock: 'fd lock', fcntl: 'fd fcntl fcntlarg', fallocate: 'fd falloc d d', memfd_create: 's memfd', fadvise64: 'fd d u advice', readahead: 'fd d u',
  sync: '', syncfs: 'fd', fdatasync: 'fd', sync_file_range: 'fd d d x', sendfile: 'fd fd moved> u', splice: 'fd off fd off u splice', tee: 'fd fd u splice', copy_file_range: 'fd off fd off u u',
  getxattr: 's s p u', lgetxattr: 's s p u', fgetxattr: 'fd s p u', listxattr: 's p u', llistxattr: 's p u', flistxattr: 'fd p u',
  setxattr: 's s p u x', lsetxattr: 's s p u x', fsetxattr: 'fd s p u x', removexattr: 's s', lremovexattr: 's s', fremovexattr: 'fd s',
};

type Word = (k: Kernel, c: Call, i: number) => string | undefined;

/** A pointer to something that `show` makes text of: undefined, that is an address, for NULL. */
const at = (show: (c: Call, va: number, k: Kernel) => string): Word => (k, c, i) => (c.u(i) === 0 ? undefined : show(c, c.u(i), k));
const flags = (names: Readonly<Record<string, number>>, first?: string): Word => (_k, c, i) => flagText(c.i(i), names, c.i(i) === 0 ? first : undefined);

const statxSync = { AT_STATX_FORCE_SYNC: 0x2000, AT_STATX_DONT_SYNC: 0x4000 };
const statxNames = { STATX_BASIC_STATS: STATX.BASIC_STATS, STATX_BTIME: STATX.BTIME, STATX_MNT_ID: 0x1000 };
const atNames = { AT_SYMLINK_NOFOLLOW: AT.SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT: AT.NO_AUTOMOUNT, AT_EMPTY_PATH: AT.EMPTY_PATH };
const advices = ['NORMAL', 'RANDOM', 'SEQUENTIAL', 'WILLNEED', 'DONTNEED', 'NOREUSE'];
const magics = { TMPFS_MAGIC: fsMagic.tmpfs, PROC_SUPER_MAGIC: fsMagic.proc, PIPEFS_MAGIC: fsMagic.pipe, EXT2_SUPER_MAGIC: 0xef53, OVERLAYFS_SUPER_MAGIC: 0x794c7630 };

/** What a word of a signature makes of argument `i`. */
export const fileWords: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['iovout>', (k, c, i) => filledText(c, c.u(i), c.i(i + 1), resultOf(k, c))],
  ['names>', (k, c, i) => `0x${c.u(i).toString(16)} /* ${countNames(c, c.u(i), resultOf(k, c))} entries */`],
  ['accessflags', flags({ AT_EACCESS: AT.EACCESS, ...atNames })],
  ['linkflags', flags({ AT_SYMLINK_FOLLOW: AT.SYMLINK_FOLLOW, AT_EMPTY_PATH: AT.EMPTY_PATH })],
  ['statxflags', (_k, c, i) => flagText(c.i(i) & ~AT_STATX_SYNC_TYPE, atNames, named(c.i(i) & AT_STATX_SYNC_TYPE, { AT_STATX_SYNC_AS_STAT: 0, ...statxSync }, ''))],
  ['statxmask', flags(statxNames)],
  ['statx>', at((c, va) => `{stx_mask=${flagText(c.user.u32(va + statx.mask), statxNames, undefined)}, stx_attributes=0, stx_mode=${modeText(c.user.u32(va + statx.mode) & 0xffff)}, stx_size=${c.user.u64(va + statx.fileSize)}, ...}`)],
  ['renameflags', flags(nonzero(RENAME, 'RENAME_'))],
  ['node', (_k, c, i) => modeText(c.i(i))],
  ['dev', (_k, c, i) => `makedev(${deviceParts(c.u(i)).map((n) => `0x${n.toString(16)}`).join(', ')})`],
  ['times', at((c, va) => `[${specText(c, va)}, ${specText(c, va + timespec.size)}]`)],
  ['timevals', at((c, va) => `[${valText(c, va)}, ${valText(c, va + timespec.size)}]`)],
  ['utimbuf', at((c, va) => `{actime=${c.user.i64(va)}${dateText(c.user.i64(va))}, modtime=${c.user.i64(va + 8)}${dateText(c.user.i64(va + 8))}}`)],
  ['statfs>', at((c, va) => roomText(c, va))],
  ['lock', (_k, c, i) => flagText(c.i(i), { ...nonzero(LOCK, 'LOCK_'), LOCK_MAND: 32, LOCK_READ: 64, LOCK_WRITE: 128 }, undefined)],
  ['falloc', flags(nonzero(FALLOC, 'FALLOC_FL_'))],
  ['memfd', flags(nonzero(MFD, 'MFD_'))],
  ['advice', (_k, c, i) => (advices[c.i(i)] ? `POSIX_FADV_${advices[c.i(i)]}` : String(c.i(i)))],
  ['moved>', at((c, va, k) => `[${c.user.i64(va) - BigInt(resultOf(k, c))}] => [${c.user.i64(va)}]`)],
  ['off', at((c, va) => `[${c.user.i64(va)}]`)],
  ['fcntlarg', () => ''],
  ['locked>', (_k, c, i) => lockText(c, c.u(i), true)],
  ['splice', flags(nonzero(SPLICE, 'SPLICE_F_'))],
]);

const resultOf = (k: Kernel, c: Call): number => Math.max(0, Number(BigInt.asIntN(64, k.abi.result(k.registers(c.task)))));

/** Type and permission bits. */
export function modeText(mode: number): string {
  const kind = Object.entries(S).find(([name, bits]) => name !== 'IFMT' && bits === (mode & S.IFMT))?.[0];
  return `${kind ? `S_${kind}|` : ''}0${(mode & 0o7777).toString(8)}`;
}

/** Buffers as far as a read filled them. */
function filledText(c: Call, va: number, count: number, bytes: number): string {
  const parts: string[] = [];
  let left = bytes;
  for (let i = 0; i < Math.min(count, 16); i++) {
    const base = c.user.word(va + i * iovec.size + iovec.base);
    const length = c.user.word(va + i * iovec.size + iovec.len);
    const here = Math.min(left, length);
    left -= here;
    parts.push(`{iov_base=${bytesText(c, base, here)}, iov_len=${length}}`);
  }
  return `[${parts.join(', ')}${count > 16 ? ', ...' : ''}]`;
}

function countNames(c: Call, va: number, bytes: number): number {
  let count = 0;
  for (let at = 0; at + 18 <= bytes; count++) at += Math.max(1, c.user.u32(va + at + 16) & 0xffff);
  return count;
}

function specText(c: Call, va: number): string {
  const [sec, nsec] = [c.user.i64(va + timespec.sec), c.user.i64(va + timespec.nsec)];
  if (nsec === BigInt(UTIME.NOW)) return 'UTIME_NOW';
  if (nsec === BigInt(UTIME.OMIT)) return 'UTIME_OMIT';
  return `{tv_sec=${sec}, tv_nsec=${nsec}}${nsec >= 0n && nsec < 1_000_000_000n ? dateText(sec, nsec, 9) : ''}`;
}

function valText(c: Call, va: number): string {
  const [sec, usec] = [c.user.i64(va + timespec.sec), c.user.i64(va + timespec.nsec)];
  return `{tv_sec=${sec}, tv_usec=${usec}}${usec >= 0n && usec < 1_000_000n ? dateText(sec, usec, 6) : ''}`;
}

/** The date as a comment, in universal time; nothing for the time 0 and for times that are none. */
function dateText(sec: bigint, fraction = 0n, digits = 0): string {
  if ((sec === 0n && fraction === 0n) || sec > 253402300799n || sec < -62135596800n) return '';
  const text = new Date(Number(sec) * 1000).toISOString().slice(0, 19);
  return ` /* ${text}${fraction === 0n ? '' : `.${fraction.toString().padStart(digits, '0')}`}+0000 */`;
}

function roomText(c: Call, va: number): string {
  const field = (offset: number): bigint => c.user.u64(va + offset);
  const names = { ST_VALID: ST.VALID, ST_RDONLY: ST.RDONLY, ST_RELATIME: ST.RELATIME };
  return `{f_type=${named(Number(field(statfs.type)), magics, '')}, f_bsize=${field(statfs.bsize)}, f_blocks=${field(statfs.blocks)}, f_bfree=${field(statfs.bfree)}, f_bavail=${field(statfs.bavail)}, `
    + `f_files=${field(statfs.files)}, f_ffree=${field(statfs.ffree)}, f_fsid={val=[${c.user.u32(va + statfs.fsid)}, ${c.user.u32(va + statfs.fsid + 4)}]}, `
    + `f_namelen=${field(statfs.namelen)}, f_frsize=${field(statfs.frsize)}, f_flags=${flagText(Number(field(statfs.flags)), names, undefined)}}`;
}

/** The signature of a fcntl that asks about a lock. */
export const fcntlQuery = 'fd fcntl locked>';

/** The last argument of fcntl, by command; undefined: it has none. `status` shows the flags of F_SETFL. */
export function fcntlText(c: Call, status: (flags: number) => string): string | undefined {
  const value = c.i(2);
  switch (c.i(1)) {
    case F.GETFD:
    case F.GETFL:
    case F.GETOWN:
    case F.GETPIPE_SZ:
      return undefined;
    case F.SETFD:
      return value === 1 ? 'FD_CLOEXEC' : value === 0 ? '0' : `0x${(value >>> 0).toString(16)} /* FD_CLOEXEC */`;
    case F.SETFL:
      return status(value);
    case F.SETLK:
    case F.SETLKW:
    case F.OFD_SETLK:
    case F.OFD_SETLKW:
      return attempt(() => lockText(c, c.u(2), false)) ?? address(c.u(2));
    default:
      return String(value);
  }
}

function lockText(c: Call, va: number, asked: boolean): string {
  const word = c.user.u32(va + flock.type);
  const type = named(word & 0xffff, { F_RDLCK: F_LOCK.RDLCK, F_WRLCK: F_LOCK.WRLCK, F_UNLCK: F_LOCK.UNLCK }, '');
  const pid = asked && (word & 0xffff) !== F_LOCK.UNLCK ? `, l_pid=${c.user.u32(va + flock.pid) | 0}` : '';
  return `{l_type=${type}, l_whence=${named(word >>> 16, SEEK, 'SEEK_')}, l_start=${c.user.i64(va + flock.start)}, l_len=${c.user.i64(va + flock.length)}${pid}}`;
}
