/** System calls on memory: arguments of mmap and its kin for the address space (vm.ts), which holds their rules. */
import { E, MAP, O, PROT } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { isFile } from './inode.js';
import type { Kernel } from './kernel.js';
import type { Source } from './vm.js';

/** mmap(address, length, prot, flags, fd, offset). */
export function mmap(k: Kernel, c: Call): Result {
  const flags = c.i(3);
  if (c.u(5) % 4096 !== 0) return -E.EINVAL;
  const source = (flags & MAP.ANONYMOUS) !== 0 ? undefined : fileSource(k, c);
  if (typeof source === 'number') return source;
  const address = k.space(c.process).mmap(c.u(0), c.u(1), c.i(2), flags, source);
  if (address < 0 && source) k.parts.spaces.dropUnused(source.object);
  return address;
}

/** A file of the in-memory tree with all that happens to it, or the bytes of another as they are now. */
function fileSource(k: Kernel, c: Call): Source | number {
  const file = k.files.file(c.task, c.i(4));
  if (!file) return -E.EBADF;
  if (file.kind !== 'inode') return -E.ENODEV;
  if ((file.flags & O.ACCMODE) === O.WRONLY) return -E.EACCES;
  const shared = (c.i(3) & MAP.TYPE) !== MAP.PRIVATE;
  const writes = shared && (c.i(2) & PROT.WRITE) !== 0;
  if (writes && (file.flags & O.ACCMODE) !== O.RDWR) return -E.EACCES;
  const inode = k.files.tree.get(file.inode);
  if (!isFile(inode)) return -E.ENODEV;
  if (!inode.host && inode.dynamic === '' && inode.of === 0) return { object: k.files.mapped.map(inode).id, offset: c.u(5), name: '' };
  if (writes) return -E.ENODEV; // no write-back: refused rather than lost
  const bytes = k.files.contents(inode, file.id);
  if (typeof bytes === 'number') return bytes;
  const object = k.parts.spaces.objects.file(inode.host ? bytes : bytes.slice());
  return { object: object.id, offset: c.u(5), name: '' };
}

export const munmap = (k: Kernel, c: Call): Result => k.space(c.process).munmap(c.u(0), c.u(1));
export const mprotect = (k: Kernel, c: Call): Result => k.space(c.process).mprotect(c.u(0), c.u(1), c.i(2));
export const mremap = (k: Kernel, c: Call): Result => k.space(c.process).mremap(c.u(0), c.u(1), c.u(2), c.i(3), c.u(4));
export const madvise = (k: Kernel, c: Call): Result => k.space(c.process).madvise(c.u(0), c.u(1), c.i(2));
export const brk = (k: Kernel, c: Call): Result => k.space(c.process).brk(c.u(0));

const areaNameBytes = 80;

/** prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, address, length, name): what /proc/PID/maps calls anonymous memory. */
export function nameMemory(k: Kernel, c: Call): Result {
  const name = c.u(4) === 0 ? '' : c.user.string(c.u(4), areaNameBytes);
  if (name === undefined || /[^ -~]|[\\`$[\]]/.test(name)) return -E.EINVAL;
  return k.space(c.process).nameAreas(c.u(2), c.u(3), name);
}

/** msync, mlock and munlock: memory neither leaves nor is written back. */
export const nothing = (): Result => 0;

/** mincore(address, length, vector): a byte a page, 1 when it is present. */
export function mincore(k: Kernel, c: Call): Result {
  if (c.u(0) % 4096 !== 0) return -E.EINVAL;
  const space = k.space(c.process);
  const pages = Math.ceil(c.u(1) / 4096);
  if (pages > 2 ** 20) return -E.ENOMEM;
  const out = new Uint8Array(pages);
  for (let i = 0; i < pages; i++) {
    const va = c.u(0) + i * 4096;
    if (!space.areas.at(va)) return -E.ENOMEM;
    out[i] = space.pte(Math.floor(va / 4096)) !== 0 ? 1 : 0;
  }
  c.user.write(c.u(2), out);
  return 0;
}
