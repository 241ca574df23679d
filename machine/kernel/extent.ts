/** System calls on a file's storage: fallocate, memfd_create, and the many that let a kernel know or wait: sync, fadvise64, readahead. */
import { E, FALLOC, MFD, O, S } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { isDir, isFile } from './inode.js';
import type { Kernel } from './kernel.js';
import { canRead, canWrite } from './transfer.js';

const zeroBytes = 1 << 20;

/** fallocate(fd, mode, offset, length): room that is there anyway, a longer file, or zeros. */
export function fallocate(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file || !canWrite(file)) return -E.EBADF;
  const [mode, from, length] = [c.i(1), c.s(2), c.s(3)];
  if (from < 0 || length <= 0) return -E.EINVAL;
  if ((mode & ~(FALLOC.KEEP_SIZE | FALLOC.PUNCH_HOLE | FALLOC.ZERO_RANGE)) !== 0) return -E.EOPNOTSUPP;
  if ((mode & (FALLOC.PUNCH_HOLE | FALLOC.ZERO_RANGE)) === (FALLOC.PUNCH_HOLE | FALLOC.ZERO_RANGE)) return -E.EOPNOTSUPP;
  if ((mode & FALLOC.PUNCH_HOLE) !== 0 && (mode & FALLOC.KEEP_SIZE) === 0) return -E.EOPNOTSUPP;
  if (file.kind === 'pipe') return -E.ESPIPE;
  if (file.kind !== 'inode') return -E.ENODEV;
  const inode = k.files.tree.get(file.inode);
  if (!isFile(inode)) return isDir(inode) ? -E.EISDIR : -E.ENODEV;
  if (from + length > Number.MAX_SAFE_INTEGER) return -E.EFBIG;
  const volume = k.files.tree.volume(inode);
  const failed = volume.refresh(inode, file.id);
  if (failed < 0) return failed;
  if (mode !== 0 && mode !== FALLOC.KEEP_SIZE) {
    const end = Math.min(from + length, inode.size);
    for (let at = from; at < end; at += zeroBytes) {
      const put = volume.write(inode, file.id, at, new Uint8Array(Math.min(zeroBytes, end - at)));
      if (put < 0) return put;
    }
  }
  if ((mode & FALLOC.KEEP_SIZE) !== 0 || from + length <= inode.size) return 0;
  return volume.resize(inode, file.id, from + length);
}

/** memfd_create(name, flags): a file in memory without a name in the tree. Left out: sealing, huge pages. */
export function memfdCreate(k: Kernel, c: Call): Result {
  const flags = c.i(1);
  if ((flags & ~(MFD.CLOEXEC | MFD.ALLOW_SEALING | MFD.HUGETLB)) !== 0) return -E.EINVAL;
  if ((flags & MFD.HUGETLB) !== 0) return -E.ENOSYS;
  const name = c.user.string(c.u(0), 250);
  if (name === undefined) return -E.EINVAL;
  const inode = k.files.tree.create(S.IFREG | 0o777, { target: `memfd:${name}` });
  return k.files.install(c.task, k.files.openInode(inode, O.RDWR), (flags & MFD.CLOEXEC) !== 0);
}

export const sync = (): Result => 0;

export const syncfs = (k: Kernel, c: Call): Result => (k.files.file(c.task, c.i(0)) ? 0 : -E.EBADF);

/** fadvise64(fd, offset, length, advice): nothing is read ahead. */
export function fadvise64(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file) return -E.EBADF;
  if (file.kind === 'pipe') return -E.ESPIPE;
  return c.i(3) < 0 || c.i(3) > 5 ? -E.EINVAL : 0;
}

export function readahead(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file || !canRead(file)) return -E.EBADF;
  return file.kind === 'inode' && isFile(k.files.tree.get(file.inode)) ? 0 : -E.EINVAL;
}

/** sync_file_range(fd, offset, bytes, flags). */
export function syncFileRange(k: Kernel, c: Call): Result {
  const file = k.files.file(c.task, c.i(0));
  if (!file) return -E.EBADF;
  if ((c.i(3) & ~7) !== 0 || c.s(1) < 0 || c.s(2) < 0) return -E.EINVAL;
  return file.kind === 'inode' ? 0 : -E.ESPIPE;
}
