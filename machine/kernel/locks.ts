/**
 * Advisory locks: flock(2) on whole files, fcntl(2) on ranges, by process or by open file (F_OFD_). They are kept here alone,
 * also for files of mounted folders: programs outside of the machine do not see them. Deadlocks are not looked for.
 */
import { E, F, F_LOCK, LOCK, O, SEEK, flock as layout } from '../../isa/abi/linux.js';
import { blocked, type Call, type Result } from './call.js';
import type { OpenFile } from './file.js';
import type { Kernel } from './kernel.js';
import { block } from './sleep.js';
import { never } from './task.js';

/** A range [start, end) of a file. */
export interface Lock {
  readonly inode: number;
  /** flock and ranges do not see each other. A range belongs to a process or an open file. */
  readonly kind: 'flock' | 'process' | 'file';
  /** Open file or process. */
  readonly owner: number;
  readonly exclusive: boolean;
  readonly start: number;
  readonly end: number;
}

/** The end of a range that has none. */
const forever = Number.MAX_SAFE_INTEGER;

const clash = (a: Lock, b: Lock): boolean =>
  a.inode === b.inode && (a.kind === 'flock') === (b.kind === 'flock') && !(a.kind === b.kind && a.owner === b.owner) && (a.exclusive || b.exclusive) && a.start < b.end && b.start < a.end;

type Wish = Omit<Lock, 'exclusive'>;

/** The owner's locks lose the range of `wish`, which may cut them. */
function without(locks: readonly Lock[], wish: Wish): Lock[] {
  return locks.flatMap((l) => {
    if (l.inode !== wish.inode || l.kind !== wish.kind || l.owner !== wish.owner || l.end <= wish.start || wish.end <= l.start) return [l];
    const left = l.start < wish.start ? [{ ...l, end: wish.start }] : [];
    return l.end > wish.end ? [...left, { ...l, start: wish.end }] : left;
  });
}

function set(k: Kernel, locks: Lock[]): void {
  k.files.state.locks.splice(0, k.files.state.locks.length, ...locks);
}

/** Locks went: whoever waits for one of the inode looks again. */
function freed(k: Kernel, inode: number): void {
  for (const file of [...k.files.state.open.values()]) if (file.kind === 'inode' && file.inode === inode) k.files.changed(file.id);
}

function unlock(k: Kernel, wish: Wish): void {
  set(k, without(k.files.state.locks, wish));
  freed(k, wish.inode);
}

/** Takes a lock, or waits for it. */
function take(k: Kernel, c: Call, file: OpenFile, lock: Lock, wait: boolean): Result {
  if (k.files.state.locks.some((l) => clash(l, lock))) {
    if (!wait) return -E.EAGAIN;
    block(k, c, { for: { kind: 'files', files: [file.id] }, nr: c.nr, due: never, redo: true, onTimeout: 0, onSignal: 'restart', remaining: 0 });
    return blocked;
  }
  set(k, [...without(k.files.state.locks, lock), lock]);
  freed(k, lock.inode); // an exclusive lock may have become a shared one
  return 0;
}

/** What can be locked: anything with an inode. */
const inodeOf = (file: OpenFile): number => (file.kind === 'inode' ? file.inode : file.kind === 'pipe' ? file.inode : 0);

export function flock(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file) return -E.EBADF;
  const kind = c.i(1) & ~LOCK.NB;
  if (kind !== LOCK.SH && kind !== LOCK.EX && kind !== LOCK.UN) return -E.EINVAL;
  const inode = inodeOf(file);
  if (inode === 0) return 0; // nobody else can have it
  const lock: Lock = { inode, kind: 'flock', owner: file.id, exclusive: kind === LOCK.EX, start: 0, end: forever };
  if (kind !== LOCK.UN) return take(k, c, file, lock, (c.i(1) & LOCK.NB) === 0);
  unlock(k, lock);
  return 0;
}

/** fcntl F_GETLK, F_SETLK, F_SETLKW and their F_OFD_ forms. */
export function rangeLock(k: Kernel, c: Call, file: OpenFile, command: number): Result {
  const byFile = command >= F.OFD_GETLK;
  const va = c.u(2);
  const type = c.user.u32(va) & 0xffff;
  const whence = c.user.u32(va) >>> 16;
  if (type > F_LOCK.UNLCK || (byFile && c.user.u32(va + layout.pid) !== 0)) return -E.EINVAL;
  const inode = inodeOf(file);
  const range = rangeOf(k, file, whence, Number(c.user.i64(va + layout.start)), Number(c.user.i64(va + layout.length)));
  if (typeof range === 'number') return range;
  const mode = file.flags & O.ACCMODE;
  const query = command === F.GETLK || command === F.OFD_GETLK;
  if (!query && ((type === F_LOCK.RDLCK && mode === O.WRONLY) || (type === F_LOCK.WRLCK && mode === O.RDONLY))) return -E.EBADF;
  const wish: Wish = { inode, kind: byFile ? 'file' : 'process', owner: byFile ? file.id : c.process.pid, ...range };
  if (query) return report(k, c, va, type === F_LOCK.UNLCK ? undefined : { ...wish, exclusive: type === F_LOCK.WRLCK });
  if (type !== F_LOCK.UNLCK) return take(k, c, file, { ...wish, exclusive: type === F_LOCK.WRLCK }, command === F.SETLKW || command === F.OFD_SETLKW);
  unlock(k, wish);
  return 0;
}

function rangeOf(k: Kernel, file: OpenFile, whence: number, start: number, length: number): { start: number; end: number } | number {
  const base = whence === SEEK.SET ? 0 : whence === SEEK.CUR ? (file.kind === 'inode' ? file.offset : 0) : whence === SEEK.END ? sizeOf(k, file) : undefined;
  if (base === undefined) return -E.EINVAL;
  const at = base + start;
  const [from, to] = length >= 0 ? [at, length === 0 ? forever : at + length] : [at + length, at];
  return from < 0 ? -E.EINVAL : { start: from, end: Math.min(to, forever) };
}

function sizeOf(k: Kernel, file: OpenFile): number {
  if (file.kind !== 'inode') return 0;
  const inode = k.files.tree.get(file.inode);
  k.files.tree.volume(inode).refresh(inode, file.id);
  return inode.size;
}

/** Says which lock stands in the way of a wish, if one does. */
function report(k: Kernel, c: Call, va: number, lock: Lock | undefined): Result {
  const other = lock && k.files.state.locks.find((l) => clash(l, lock));
  if (!other) {
    c.user.setU16(va + layout.type, F_LOCK.UNLCK);
    return 0;
  }
  c.user.setU16(va + layout.type, other.exclusive ? F_LOCK.WRLCK : F_LOCK.RDLCK);
  c.user.setU16(va + layout.whence, SEEK.SET);
  c.user.setU64(va + layout.start, BigInt(other.start));
  c.user.setU64(va + layout.length, BigInt(other.end === forever ? 0 : other.end - other.start));
  c.user.setU32(va + layout.pid, other.kind === 'process' ? other.owner : 0xffff_ffff);
  return 0;
}

/** A process closes a descriptor of a file: its ranges go, whichever descriptor they were taken through. */
export function closedBy(k: Kernel, pid: number, file: OpenFile): void {
  const inode = inodeOf(file);
  drop(k, (l) => l.kind === 'process' && l.owner === pid && l.inode === inode);
}

/** An open file is gone. */
export const dropOfFile = (k: Kernel, file: number): void => drop(k, (l) => l.kind !== 'process' && l.owner === file);
/** A process is gone. */
export const dropOfProcess = (k: Kernel, pid: number): void => drop(k, (l) => l.kind === 'process' && l.owner === pid);

function drop(k: Kernel, which: (l: Lock) => boolean): void {
  const { locks } = k.files.state;
  const gone = locks.filter(which);
  if (gone.length === 0) return;
  set(k, locks.filter((l) => !which(l)));
  for (const inode of new Set(gone.map((l) => l.inode))) freed(k, inode);
}
