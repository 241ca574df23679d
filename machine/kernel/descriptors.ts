/** System calls on descriptors: close, dup, fcntl, ioctl, pipe. Left out: leases, owners, seals. */
import { E, F, FD_CLOEXEC, O, O_PATH, RLIMIT, closeRangeFlags, ioctls, openFlags } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import type { OpenFile } from './file.js';
import type { Kernel } from './kernel.js';
import { closedBy, rangeLock } from './locks.js';
import type { Task } from './task.js';

export function close(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file) return -E.EBADF;
  shut(k, c.task, c.i(0), file);
  return 0;
}

/** Closes a descriptor, with which the process loses its ranges of the file. */
function shut(k: Kernel, task: Task, fd: number, file: OpenFile): void {
  closedBy(k, task.pid, file);
  k.files.close(task, fd);
}

/** close_range(first, last, flags): closes what is open there, or marks it for execve. */
export function closeRange(k: Kernel, c: Call): Result {
  const [first, last, flags] = [c.u32(0), c.u32(1), c.i(2)];
  if ((flags & ~(closeRangeFlags.UNSHARE | closeRangeFlags.CLOEXEC)) !== 0 || first > last) return -E.EINVAL;
  if ((flags & closeRangeFlags.UNSHARE) !== 0) k.files.tables.unshareFiles(c.task);
  const slots = k.files.slots(c.task);
  for (let fd = first; fd <= last && fd < slots.length; fd++) {
    const d = slots[fd];
    if (!d) continue;
    if ((flags & closeRangeFlags.CLOEXEC) !== 0) d.closeOnExec = true;
    else shut(k, c.task, fd, k.files.get(d.file));
  }
  return 0;
}

export function dup(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
  return file ? k.files.install(c.task, file, false) : -E.EBADF;
}

export const dup2 = (k: Kernel, c: Call): Result => {
  if (!k.files.file(c.task, c.i(0))) return -E.EBADF;
  return c.i(0) === c.i(1) ? c.i(1) : dupTo(k, c.task, c.i(0), c.i(1), false);
};

export const dup3 = (k: Kernel, c: Call): Result => {
  if (c.i(0) === c.i(1) || (c.i(2) & ~O.CLOEXEC) !== 0) return -E.EINVAL;
  return dupTo(k, c.task, c.i(0), c.i(1), (c.i(2) & O.CLOEXEC) !== 0);
};

function dupTo(k: Kernel, task: Task, from: number, to: number, closeOnExec: boolean): Result {
  const file = k.files.file(task, from);
  if (!file || to < 0 || BigInt(to) >= k.process(task.pid).limits[RLIMIT.NOFILE]![0]) return -E.EBADF;
  const old = k.files.file(task, to);
  file.refs++; // held while the old descriptor closes
  if (old) shut(k, task, to, old);
  k.files.slots(task)[to] = { file: file.id, closeOnExec };
  return to;
}

export function fcntl(k: Kernel, c: Call): Result {
  const d = k.files.descriptor(c.task, c.i(0));
  if (!d) return -E.EBADF;
  const file = k.files.get(d.file);
  if ((file.flags & O_PATH) !== 0 && ![F.DUPFD, F.DUPFD_CLOEXEC, F.GETFD, F.SETFD, F.GETFL].includes(c.i(1) as 0)) return -E.EBADF;
  const settable = O.APPEND | O.NONBLOCK | O.ASYNC | O.NOATIME | openFlags[k.parts.config.arch].DIRECT;
  switch (c.i(1)) {
    case F.DUPFD:
    case F.DUPFD_CLOEXEC:
      if (c.i(2) < 0 || BigInt(c.i(2)) >= c.process.limits[RLIMIT.NOFILE]![0]) return -E.EINVAL;
      return k.files.install(c.task, file, c.i(1) === F.DUPFD_CLOEXEC, c.i(2));
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
      return file.kind === 'pipe' ? k.files.pipes.get(file.pipe).capacity : -E.EBADF;
    case F.SETPIPE_SZ:
      return file.kind === 'pipe' ? k.files.pipes.resize(file.pipe, c.i(2)) : -E.EBADF;
    case F.GETLK:
    case F.SETLK:
    case F.SETLKW:
    case F.OFD_GETLK:
    case F.OFD_SETLK:
    case F.OFD_SETLKW:
      return rangeLock(k, c, file, c.i(1));
    default:
      return -E.EINVAL;
  }
}

export function ioctl(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
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
    case ioctls.FIOCLEX:
    case ioctls.FIONCLEX:
      k.files.descriptor(c.task, c.i(0))!.closeOnExec = c.big(1) === BigInt(ioctls.FIOCLEX);
      return 0;
    case ioctls.FIONREAD: {
      const waiting = unread(k, file);
      if (waiting < 0) return waiting;
      c.user.setU32(c.u(2), waiting >>> 0);
      return 0;
    }
    case ioctls.FIONBIO:
      file.flags = c.user.u32(c.u(2)) !== 0 ? file.flags | O.NONBLOCK : file.flags & ~O.NONBLOCK;
      return 0;
    default:
      return -E.ENOTTY;
  }
}

/** How much a read would bring at once. */
function unread(k: Kernel, file: OpenFile): number {
  if (file.kind === 'pipe') return k.files.pipes.get(file.pipe).data.length;
  if (file.kind === 'host') return file.arrived.length;
  if (file.kind !== 'inode') return -E.ENOTTY;
  const inode = k.files.tree.get(file.inode);
  const failed = k.files.tree.volume(inode).refresh(inode, file.id);
  return failed < 0 ? failed : Math.max(0, inode.size - file.offset);
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
  const id = k.files.pipes.create(k.files.state.next++);
  const status = flags & O.NONBLOCK;
  const reader = k.files.open({ kind: 'pipe', pipe: id, end: 'read', inode: 0, writersBefore: -1 }, O.RDONLY | status);
  const writer = k.files.open({ kind: 'pipe', pipe: id, end: 'write', inode: 0, writersBefore: -1 }, O.WRONLY | status);
  const closeOnExec = (flags & O.CLOEXEC) !== 0;
  const fds = [k.files.install(c.task, reader, closeOnExec), k.files.install(c.task, writer, closeOnExec)];
  const failed = fds.find((fd) => fd < 0);
  if (failed !== undefined) {
    if (fds[0]! >= 0) k.files.close(c.task, fds[0]!);
    return failed;
  }
  c.user.setU32(c.u(0), fds[0]!);
  c.user.setU32(c.u(0) + 4, fds[1]!);
  return 0;
}
