/** System calls on memory: arguments of mmap and its kin for the address space (vm.ts), which holds their rules. */
import { E, MAP, O, O_PATH, PROT } from '../../isa/abi/linux.js';
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

/** A file with all that happens to it, or the bytes of a generated one as they are now. Undefined: anonymous memory, as /dev/zero gives it. */
function fileSource(k: Kernel, c: Call): Source | number | undefined {
  const file = k.files.file(c.task, c.i(4));
  if (!file || (file.flags & O_PATH) !== 0) return -E.EBADF;
  if ((file.flags & O.ACCMODE) === O.WRONLY) return -E.EACCES;
  const shared = (c.i(3) & MAP.TYPE) !== MAP.PRIVATE;
  const writes = shared && (c.i(2) & PROT.WRITE) !== 0;
  if (writes && (file.flags & O.ACCMODE) !== O.RDWR) return -E.EACCES;
  if (file.kind === 'device' && file.device === 'zero') return undefined;
  if (file.kind !== 'inode') return -E.ENODEV;
  const inode = k.files.tree.get(file.inode);
  if (!isFile(inode)) return -E.ENODEV;
  if (inode.of !== 0) return writes ? -E.ENODEV : { object: k.parts.spaces.objects.file(inode.data.slice(0, inode.size)).id, offset: c.u(5), name: '' };
  const object = inode.host ? k.files.hostMappings.map(file) : k.files.mapped.map(inode);
  return typeof object === 'number' ? object : { object: object.id, offset: c.u(5), name: k.files.tree.nameOf(inode.ino) };
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

/** msync(address, length, flags): what was changed in mappings of files of mounted folders goes to them. */
export function msync(k: Kernel, c: Call): Result {
  const flags = c.i(2);
  if ((flags & ~7) !== 0 || c.u(0) % 4096 !== 0 || (flags & 5) === 5) return -E.EINVAL;
  const end = c.u(0) + Math.ceil(c.u(1) / 4096) * 4096;
  const areas = k.space(c.process).areas.overlapping(c.u(0), end);
  const done = k.files.hostMappings.sync(new Set(areas.filter((a) => a.shared && a.object !== 0).map((a) => a.object)));
  if (done < 0) return done;
  return areas.reduce((sum, a) => sum + Math.min(a.end, end) - Math.max(a.start, c.u(0)), 0) === end - c.u(0) ? 0 : -E.ENOMEM;
}

/** mlock and munlock: memory does not leave. */
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
