/**
 * System calls that move bytes between two open files: sendfile, splice, tee, copy_file_range. No page changes hands:
 * bytes are copied, so what a pipe holds is not changed by later writes to the file it came from.
 */
import { E, O, SI, SIG, SPLICE } from '../../isa/abi/linux.js';
import { blocked, type Call, type Result } from './call.js';
import type { OpenFile } from './file.js';
import { isDir, isFile, type Inode } from './inode.js';
import type { Kernel } from './kernel.js';
import { send, userSignal } from './signal.js';
import { block } from './sleep.js';
import { never } from './task.js';
import { canRead, canWrite } from './transfer.js';

/** What moves at a time. */
const pieceBytes = 65536;
const maxTransfer = 0x7ffff000;

/** One side: a file, and the position given for it; undefined: the file's own. */
interface Side {
  readonly file: OpenFile;
  at: number | undefined;
}

/** A position argument: a pointer to one, or NULL. Undefined stands for NULL. */
const positionAt = (c: Call, i: number): number | undefined => (c.u(i) === 0 ? undefined : Number(c.user.i64(c.u(i))));

function inodeOf(k: Kernel, file: OpenFile): Inode | undefined {
  return file.kind === 'inode' ? k.files.tree.get(file.inode) : undefined;
}

/** Sleeps until one of the files changes. */
function waitFor(k: Kernel, c: Call, ...files: readonly OpenFile[]): Result {
  block(k, c, { for: { kind: 'files', files: files.map((f) => f.id) }, nr: c.nr, due: never, redo: true, onTimeout: 0, onSignal: 'restart', remaining: 0 });
  return blocked;
}

/** Moves up to `count` bytes. 'in', 'out': nothing moved, and that side is not ready. */
function move(k: Kernel, from: Side, to: Side, count: number): number | 'in' | 'out' {
  let done = 0;
  while (done < count) {
    const wanted = Math.min(count - done, pieceBytes, room(k, to.file));
    if (wanted === 0) return done > 0 ? done : 'out';
    const bytes = look(k, from, wanted);
    if (bytes === 'wait') return done > 0 ? done : 'in';
    if (typeof bytes === 'number') return done > 0 ? done : bytes;
    if (bytes.length === 0) break;
    const put = k.files.write(to.file, bytes, to.at);
    if (put === 'wait') return done > 0 ? done : 'out';
    if (put < 0) return done > 0 ? done : put;
    advance(k, from, put);
    if (to.at !== undefined) to.at += put;
    done += put;
    if (put < bytes.length) break;
  }
  return done;
}

/** What a pipe has room for; files take anything. A pipe without readers takes what it then refuses. */
function room(k: Kernel, file: OpenFile): number {
  if (file.kind !== 'pipe') return pieceBytes;
  const pipe = k.files.pipes.get(file.pipe);
  return pipe.readers === 0 ? 1 : Math.max(0, pipe.capacity - pipe.data.length);
}

/** Bytes of a side that stay there until `advance`. */
function look(k: Kernel, from: Side, count: number): Uint8Array | number | 'wait' {
  const { file } = from;
  if (file.kind === 'pipe') {
    const pipe = k.files.pipes.get(file.pipe);
    return pipe.data.length === 0 && pipe.writers > 0 ? 'wait' : pipe.data.slice(0, count);
  }
  return k.files.read(file, count, file.kind === 'inode' ? (from.at ?? file.offset) : undefined);
}

function advance(k: Kernel, from: Side, count: number): void {
  const { file } = from;
  if (file.kind === 'pipe') k.files.pipes.consume(file.pipe, count);
  else if (from.at !== undefined) from.at += count;
  else if (file.kind === 'inode') file.offset += count;
}

/** The result of a move, positions written back, signals sent. `waits`: the call may sleep. */
function settle(k: Kernel, c: Call, from: Side, to: Side, moved: number | 'in' | 'out', waits: boolean, pointers: readonly [number, number]): Result {
  if (moved === 'in' || moved === 'out') {
    const file = moved === 'in' ? from.file : to.file;
    return !waits || (file.flags & O.NONBLOCK) !== 0 ? -E.EAGAIN : waitFor(k, c, file);
  }
  if (moved === -E.EPIPE) send(k, c.process, c.task, userSignal(SIG.PIPE, SI.USER, c.process.pid));
  if (moved > 0) {
    if (from.at !== undefined && pointers[0] >= 0) c.user.setU64(c.u(pointers[0]), BigInt(from.at));
    if (to.at !== undefined && pointers[1] >= 0) c.user.setU64(c.u(pointers[1]), BigInt(to.at));
  }
  return moved;
}

/** sendfile(out, in, offset, count): from a file that could be mapped to anything. */
export function sendfile(k: Kernel, c: Call): Result {
  const [out, from] = [k.files.file(c.task, c.i(0)), k.files.file(c.task, c.i(1))];
  if (!out || !from || !canRead(from) || !canWrite(out)) return -E.EBADF;
  const source = inodeOf(k, from);
  if (!source || !isFile(source)) return from.kind === 'pipe' && c.u(2) !== 0 ? -E.ESPIPE : -E.EINVAL;
  if (out.kind === 'inode' && (out.flags & O.APPEND) !== 0) return -E.EINVAL;
  const at = positionAt(c, 2);
  if (c.s(3) < 0 || (at !== undefined && at < 0)) return -E.EINVAL;
  const sides: [Side, Side] = [{ file: from, at }, { file: out, at: undefined }];
  return settle(k, c, ...sides, move(k, ...sides, Math.min(c.u(3), maxTransfer)), true, [2, -1]);
}

/** splice(in, inOffset, out, outOffset, length, flags): one of the two is a pipe. */
export function splice(k: Kernel, c: Call): Result {
  if ((c.i(5) & ~(SPLICE.MOVE | SPLICE.NONBLOCK | SPLICE.MORE | SPLICE.GIFT)) !== 0) return -E.EINVAL;
  if (c.u(4) === 0) return 0;
  const [from, out] = [k.files.file(c.task, c.i(0)), k.files.file(c.task, c.i(2))];
  if (!from || !out || !canRead(from) || !canWrite(out)) return -E.EBADF;
  if ((from.kind === 'pipe' && c.u(1) !== 0) || (out.kind === 'pipe' && c.u(3) !== 0)) return -E.ESPIPE;
  if (from.kind !== 'pipe' && out.kind !== 'pipe') return -E.EINVAL;
  if (from.kind === 'pipe' && out.kind === 'pipe' && from.pipe === out.pipe) return -E.EINVAL;
  const other = from.kind === 'pipe' ? out : from;
  if (other.kind !== 'pipe' && other.kind !== 'inode' && other.kind !== 'host' && other.kind !== 'device') return -E.EINVAL;
  const inode = inodeOf(k, other);
  if (inode && isDir(inode)) return other === from ? -E.EISDIR : -E.EINVAL;
  if (!inode && ((from.kind !== 'pipe' && c.u(1) !== 0) || (out.kind !== 'pipe' && c.u(3) !== 0))) return -E.ESPIPE;
  if (out.kind === 'inode' && (out.flags & O.APPEND) !== 0) return -E.EINVAL;
  const sides: [Side, Side] = [{ file: from, at: positionAt(c, 1) }, { file: out, at: positionAt(c, 3) }];
  if (sides.some((s) => s.at !== undefined && s.at < 0)) return -E.EINVAL;
  return settle(k, c, ...sides, move(k, ...sides, Math.min(c.u(4), maxTransfer)), (c.i(5) & SPLICE.NONBLOCK) === 0, [1, 3]);
}

/** tee(in, out, length, flags): from pipe to pipe, and it stays in the first. */
export function tee(k: Kernel, c: Call): Result {
  if ((c.i(3) & ~(SPLICE.MOVE | SPLICE.NONBLOCK | SPLICE.MORE | SPLICE.GIFT)) !== 0) return -E.EINVAL;
  if (c.u(2) === 0) return 0;
  const [from, out] = [k.files.file(c.task, c.i(0)), k.files.file(c.task, c.i(1))];
  if (!from || !out || !canRead(from) || !canWrite(out)) return -E.EBADF;
  if (from.kind !== 'pipe' || out.kind !== 'pipe' || from.pipe === out.pipe) return -E.EINVAL;
  const sides: [Side, Side] = [{ file: from, at: undefined }, { file: out, at: undefined }];
  const bytes = look(k, sides[0], Math.min(c.u(2), room(k, out)));
  const moved = bytes === 'wait' ? 'in' : typeof bytes === 'number' || bytes.length === 0 ? (room(k, out) === 0 ? 'out' : 0) : k.files.write(out, bytes);
  return settle(k, c, ...sides, moved === 'wait' ? 'out' : moved, (c.i(3) & SPLICE.NONBLOCK) === 0, [-1, -1]);
}

/** copy_file_range(in, inOffset, out, outOffset, length, flags): between regular files. */
export function copyFileRange(k: Kernel, c: Call): Result {
  const [from, out] = [k.files.file(c.task, c.i(0)), k.files.file(c.task, c.i(2))];
  if (!from || !out) return -E.EBADF;
  if (c.u(5) !== 0) return -E.EINVAL;
  const [source, target] = [inodeOf(k, from), inodeOf(k, out)];
  if ((source && isDir(source)) || (target && isDir(target))) return -E.EISDIR;
  if (!source || !target || !isFile(source) || !isFile(target)) return -E.EINVAL;
  if (!canRead(from) || !canWrite(out) || (out.flags & O.APPEND) !== 0) return -E.EBADF;
  if (from.kind !== 'inode' || out.kind !== 'inode') return -E.EINVAL;
  if (source.of !== 0) return 0; // generated contents have no length: programs fall back to read and write
  const sides: [Side, Side] = [{ file: from, at: positionAt(c, 1) }, { file: out, at: positionAt(c, 3) }];
  const [a, b] = [sides[0].at ?? from.offset, sides[1].at ?? out.offset];
  if (a < 0 || b < 0) return -E.EINVAL;
  k.files.tree.volume(source).refresh(source, from.id);
  const count = Math.min(c.u(4), maxTransfer, Math.max(0, source.size - a));
  if (source === target && a < b + count && b < a + count) return -E.EINVAL;
  return settle(k, c, ...sides, move(k, ...sides, count), true, [1, 3]);
}
