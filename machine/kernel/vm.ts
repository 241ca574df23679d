/**
 * An address space as Linux 5.10 keeps it: areas, pages, and the calls that change them: mmap, munmap, mprotect,
 * mremap, madvise, brk. Results are addresses or 0, errors are negative (-E.X), as system calls return them.
 *
 * Addresses and lengths are bytes as numbers; a guest value of 2^53 or more has lost low bits and fails every
 * range check all the same. The layout is Linux's without randomisation: stack at the top of 47 bits, mappings
 * from 128 MiB below it downwards.
 *
 * Left out: locked memory, huge pages that are set aside (MAP_HUGETLB), soft limits on address space.
 * Kernel access to user memory is in copy.ts, what pages do in paging.ts.
 */
import { E, MADV, MAP, MREMAP, PROT } from '../../isa/abi/linux.js';
import type { Access } from '../exec/stop.js';
import { Paging } from './paging.js';
import type { PageTableState } from './pagetable.js';
import type { Spaces } from './spaces.js';
import { UserCopy } from './copy.js';
import { cut, VmaList, type Vma } from './vma.js';

const page = 4096;
/** End of user space (TASK_SIZE), and the lowest address a program may map (vm.mmap_min_addr). */
export const taskEnd = 2 ** 47 - page;
const lowest = 0x10000;
/** The stack ends here; searches for free ranges start below `mmapBase` and go down. */
export const stackTop = taskEnd;
const mmapBase = taskEnd - 128 * 2 ** 20;
/** Where the search starts, upwards, when there is no room below mmapBase. */
const bottomUpBase = Math.ceil(taskEnd / 3 / page) * page;
/** Free pages kept below a stack that grows (stack_guard_gap). */
const guardBytes = 256 * page;
const maxAreas = 65530;
/** amd64 only. */
const MAP_32BIT = 0x40;
const MAP_HUGETLB = 0x40000;
const MAP_LOCKED = 0x2000;
const PROT_GROWSDOWN = 0x1000000;
const PROT_GROWSUP = 0x2000000;
const PROT_SEM = 8;
const wipeOnFork = 18;
const keepOnFork = 19;

/** Why an access failed: si_code of the signal in words. */
export type Fault = 'maperr' | 'accerr' | 'buserr';

/** What a mapping shows: a memory object (object.ts), from `offset` bytes on. */
export interface Source {
  readonly object: number;
  readonly offset: number;
  readonly name: string;
}

export interface SpaceState {
  readonly id: number;
  readonly areas: readonly Vma[];
  readonly pages: PageTableState;
  readonly brkStart: number;
  readonly brkEnd: number;
  readonly stackLimitBytes: number;
  readonly environment: string;
  readonly auxv: Uint8Array;
}

export class AddressSpace {
  readonly areas = new VmaList();
  readonly paging: Paging;
  /** Reads and writes by the kernel on the program's behalf. */
  readonly copy: UserCopy;
  /** What the program got at its start, as /proc/PID/environ and auxv show it: strings with a NUL behind each, and words. */
  environment = '';
  auxv: Uint8Array = new Uint8Array(0);
  /** RLIMIT_STACK: how far the stack may grow. */
  stackLimitBytes = 8 * 2 ** 20;
  private brkStart = 0;
  private brkEnd = 0;

  constructor(
    readonly id: number,
    private readonly spaces: Spaces,
  ) {
    this.paging = new Paging(spaces.frames, spaces.objects, (vpn, count) => spaces.shootdown(this, vpn, count), spaces.hugePolicy);
    this.copy = new UserCopy(this, spaces.frames.ram);
  }

  /** Page table entry of `vpn`: frame * 256 + Pte flags, 0 when not present. */
  pte(vpn: number): number {
    return this.paging.table.get(vpn);
  }

  /** Pages present, for RSS; and how many huge ones of 512 of these there are. */
  get residentPages(): number {
    return this.paging.table.used;
  }
  get hugePages(): number {
    return this.paging.table.huge;
  }

  /**
   * Handles a page fault at `va`. Undefined: the page is there now and the instruction runs again; otherwise the
   * reason for the signal. Throws MachineStop when memory is exhausted.
   */
  fault(va: number, access: Access): Fault | undefined {
    if (!(va >= 0 && va < taskEnd)) return 'maperr';
    const vma = this.areas.at(va) ?? this.growStack(va);
    if (vma === undefined) return 'maperr';
    if (!grants(vma.prot, access)) return 'accerr';
    return this.paging.bring(vma, va, access) ? undefined : 'buserr';
  }

  /** Extends the area above `va` downwards if it is a stack with room. */
  private growStack(va: number): Vma | undefined {
    const start = Math.floor(va / page) * page;
    const stack = this.areas.from(va);
    if (stack === undefined || !stack.growsDown || stack.end - start > this.stackLimitBytes || start < lowest) return undefined;
    const below = this.areas.before(va);
    if (below !== undefined && !below.growsDown && below.prot !== PROT.NONE && start - below.end < guardBytes) return undefined;
    this.areas.remove(stack.start, stack.end);
    return this.areas.insert({ ...stack, start });
  }

  /**
   * mmap(2). `source` undefined: anonymous memory. The caller has turned a descriptor into a source and checked
   * its mode and the offset's alignment.
   */
  mmap(addr: number, length: number, prot: number, flags: number, source?: Source): number {
    if (length === 0) return -E.EINVAL;
    const bytes = pageUp(length);
    if (bytes > taskEnd || this.areas.all.length > maxAreas) return -E.ENOMEM;
    const type = flags & MAP.TYPE;
    const start = this.place(addr, bytes, flags);
    if (start < 0) return start;
    if (type !== MAP.SHARED && type !== MAP.PRIVATE && !(type === MAP.SHARED_VALIDATE && source)) return -E.EINVAL;
    if ((flags & MAP_HUGETLB) !== 0) return -E.ENOMEM; // no huge pages are set aside
    const shared = type !== MAP.PRIVATE;
    if (!shared && (flags & MAP.NORESERVE) === 0 && this.refuses(bytes, prot)) return -E.ENOMEM;

    const gone = this.take(start, start + bytes);
    const object = source?.object ?? (shared ? this.spaces.objects.anonymous(bytes).id : 0);
    const vma = { start, end: start + bytes, prot: prot & 7, shared, growsDown: (flags & MAP.GROWSDOWN) !== 0, name: source?.name ?? '', object, offset: source?.offset ?? 0, fork: 'copy', huge: undefined } as const;
    this.areas.insert(shared && !source ? { ...vma, name: '/dev/zero (deleted)' } : vma);
    this.dropObjects(gone); // not before: the new area may show one of them
    if ((flags & (MAP.POPULATE | MAP_LOCKED)) !== 0) this.populate(vma);
    return start;
  }

  /** The overcommit rule: a writable private mapping larger than all memory is refused at once. */
  private refuses(bytes: number, prot: number): boolean {
    return (prot & PROT.WRITE) !== 0 && bytes > this.spaces.memoryBytes;
  }

  /** The address a new mapping gets, or an error. */
  private place(addr: number, bytes: number, flags: number): number {
    if ((flags & (MAP.FIXED | MAP.FIXED_NOREPLACE)) !== 0) {
      if (addr > taskEnd - bytes) return -E.ENOMEM;
      if (addr % page !== 0) return -E.EINVAL;
      if (addr < lowest) return -E.EPERM;
      if ((flags & MAP.FIXED_NOREPLACE) !== 0 && this.areas.overlapping(addr, addr + bytes).length > 0) return -E.EEXIST;
      return addr;
    }
    const hint = addr === 0 || addr > taskEnd ? 0 : Math.max(Math.floor(addr / page) * page, lowest);
    const low32 = (flags & MAP_32BIT) !== 0;
    if (hint !== 0 && hint + bytes <= (low32 ? 2 ** 31 : taskEnd) && this.free(hint, bytes)) return hint;
    if (low32) return this.firstGap(bytes, 2 ** 30, 2 ** 31) ?? -E.ENOMEM;
    return this.lastGap(bytes) ?? this.firstGap(bytes, bottomUpBase, taskEnd) ?? -E.ENOMEM;
  }

  /** True when [start, start + bytes) is unmapped and keeps its distance from a stack above. */
  private free(start: number, bytes: number): boolean {
    const next = this.areas.from(start);
    return next === undefined || start + bytes <= lowEdge(next);
  }

  /** The highest free range that ends at or below mmapBase. */
  private lastGap(bytes: number): number | undefined {
    const { all } = this.areas;
    let end = mmapBase;
    for (let i = all.length - 1; i >= 0; i--) {
      const vma = all[i]!;
      if (vma.end < end && end - vma.end >= bytes) return end - bytes;
      end = Math.min(end, lowEdge(vma));
    }
    return end - bytes >= lowest ? end - bytes : undefined;
  }

  /** The lowest free range within [from, to). */
  private firstGap(bytes: number, from: number, to: number): number | undefined {
    let start = from;
    for (const vma of this.areas.all) {
      if (vma.end <= start) continue;
      if (start + bytes <= lowEdge(vma)) break;
      start = vma.end;
    }
    return start + bytes <= to ? start : undefined;
  }

  private populate(vma: Vma): void {
    const access = (vma.prot & PROT.WRITE) !== 0 && !vma.shared ? 'write' : 'read';
    if (vma.prot === PROT.NONE) return;
    for (let va = vma.start; va < vma.end; va += page) if (!this.paging.bring(vma, va, access)) return;
  }

  munmap(addr: number, length: number): number {
    if (addr % page !== 0 || addr > taskEnd || length > taskEnd - addr || length === 0) return -E.EINVAL;
    this.unmap(addr, addr + pageUp(length));
    return 0;
  }

  private unmap(start: number, end: number): void {
    this.dropObjects(this.take(start, end));
  }

  /** Drops the pages of an object from byte `from` of it on. */
  zapObject(object: number, from: number): void {
    for (const vma of this.areas.all) {
      const start = vma.start + Math.max(0, from - vma.offset);
      if (vma.object === object && start < vma.end) this.paging.zap(start, vma.end);
    }
  }

  /** Takes areas and pages of [start, end) out. */
  private take(start: number, end: number): Vma[] {
    const gone = end > start ? this.areas.remove(start, end) : []; // an empty range would still cut
    if (gone.length > 0) this.paging.zap(start, end);
    return gone;
  }

  /** Forgets the objects of areas that were taken out, if no other area names them. */
  private dropObjects(gone: readonly Vma[]): void {
    for (const vma of gone) if (vma.object !== 0) this.spaces.dropUnused(vma.object);
  }

  mprotect(addr: number, length: number, prot: number): number {
    const grows = prot & (PROT_GROWSDOWN | PROT_GROWSUP);
    if (grows === (PROT_GROWSDOWN | PROT_GROWSUP) || addr % page !== 0) return -E.EINVAL;
    if (length === 0) return 0;
    const end = addr + pageUp(length);
    if (!(end > addr && end <= 2 ** 53)) return -E.ENOMEM;
    const wanted = prot & ~grows;
    if ((wanted & ~(PROT.READ | PROT.WRITE | PROT.EXEC | PROT_SEM)) !== 0) return -E.EINVAL;
    let start = addr;
    if (grows === PROT_GROWSDOWN) {
      const stack = this.areas.from(addr);
      if (stack === undefined || stack.start >= end) return -E.ENOMEM;
      if (!stack.growsDown) return -E.EINVAL;
      start = stack.start;
    } else if (grows === PROT_GROWSUP) return -E.EINVAL;

    // Areas change in order up to the first hole; what was changed before it stays changed.
    for (let at = start; at < end; ) {
      const vma = this.areas.at(at);
      if (vma === undefined) return -E.ENOMEM;
      const part = cut(vma, at, Math.min(end, vma.end));
      if (!vma.shared && (vma.prot & PROT.WRITE) === 0 && this.refuses(part.end - part.start, wanted)) return -E.ENOMEM;
      const changed = { ...part, prot: wanted & 7 };
      this.areas.remove(part.start, part.end);
      this.areas.insert(changed);
      this.paging.protect(changed);
      at = part.end;
    }
    return 0;
  }

  mremap(addr: number, oldLength: number, newLength: number, flags: number, target: number): number {
    const fixed = (flags & MREMAP.FIXED) !== 0;
    const keep = (flags & MREMAP.DONTUNMAP) !== 0;
    const mayMove = (flags & MREMAP.MAYMOVE) !== 0;
    if ((flags & ~(MREMAP.FIXED | MREMAP.MAYMOVE | MREMAP.DONTUNMAP)) !== 0 || ((fixed || keep) && !mayMove)) return -E.EINVAL;
    if (addr % page !== 0 || newLength === 0) return -E.EINVAL;
    const oldBytes = pageUp(oldLength);
    const newBytes = pageUp(newLength);
    if (keep && oldBytes !== newBytes) return -E.EINVAL;
    if (newBytes > taskEnd || oldBytes > taskEnd) return fixed || keep ? -E.EINVAL : -E.ENOMEM;
    if (fixed || keep) {
      if (target % page !== 0 || target > taskEnd - newBytes) return -E.EINVAL;
      if (addr + oldBytes > target && target + newBytes > addr) return -E.EINVAL;
      if (fixed && target < lowest) return -E.EPERM;
    }
    // All checks come before the first change: a call that fails leaves everything as it was.
    const vma = this.areas.at(addr);
    if (vma === undefined) return -E.EFAULT;
    const inPlace = !fixed && !keep;
    if (inPlace && oldBytes >= newBytes) {
      this.unmap(addr + newBytes, addr + oldBytes);
      return addr;
    }
    if (oldBytes === 0 && !vma.shared) return -E.EINVAL;
    const moved = Math.min(oldBytes, newBytes);
    if (moved > vma.end - addr) return -E.EFAULT;
    if (newBytes > oldBytes && !vma.shared && this.refuses(newBytes, vma.prot)) return -E.ENOMEM;
    if (inPlace && oldBytes !== 0 && addr + oldBytes === vma.end && addr + newBytes <= taskEnd && this.free(vma.end, newBytes - oldBytes)) {
      this.areas.insert(cut({ ...vma, end: addr + newBytes }, vma.end, addr + newBytes));
      return addr;
    }
    if (!mayMove) return -E.ENOMEM;
    const to = fixed ? target : this.place(keep ? target : 0, newBytes, 0); // without either flag the target is not read
    if (to < 0) return to;
    if (fixed) {
      this.unmap(target, target + newBytes);
      if (oldBytes > newBytes) this.unmap(addr + newBytes, addr + oldBytes);
    }
    this.areas.insert({ ...cut(vma, addr, addr + moved), start: to, end: to + newBytes });
    this.paging.move(addr, moved, to);
    if (!keep) this.unmap(addr, addr + moved);
    return to;
  }

  madvise(addr: number, length: number, advice: number): number {
    const effect = effects[advice];
    if (effect === undefined || addr % page !== 0) return -E.EINVAL;
    const end = addr + pageUp(length);
    if (end > 2 ** 53) return -E.EINVAL;
    let covered = 0;
    for (const vma of this.areas.overlapping(addr, end)) {
      const part = cut(vma, Math.max(addr, vma.start), Math.min(end, vma.end));
      if (effect === 'free' && (part.object !== 0 || part.shared)) return -E.EINVAL;
      if (effect === 'drop' || effect === 'free') this.paging.zap(part.start, part.end);
      else if (effect === 'wanted' || effect === 'refused') this.areas.update(part.start, part.end, (v) => ({ ...v, huge: effect }));
      else if (effect !== 'none') this.areas.update(part.start, part.end, (v) => ({ ...v, fork: effect }));
      covered += part.end - part.start;
    }
    return covered === end - addr ? 0 : -E.ENOMEM;
  }

  /** Names private anonymous memory for /proc/PID/maps; an empty name takes it away. The heap and the stack keep theirs. */
  nameAreas(addr: number, length: number, name: string): number {
    const end = addr + pageUp(length);
    if (addr % page !== 0 || end > taskEnd) return -E.EINVAL;
    let covered = 0;
    for (const vma of this.areas.overlapping(addr, end)) {
      if (vma.object !== 0) return -E.EBADF;
      const [start, stop] = [Math.max(addr, vma.start), Math.min(end, vma.end)];
      if (!/^\[(heap|stack)\]$/.test(vma.name)) this.areas.update(start, stop, (v) => ({ ...v, name: name === '' ? '' : `[anon:${name}]` }));
      covered += stop - start;
    }
    return covered === end - addr ? 0 : -E.ENOMEM;
  }

  /** The heap of brk starts here, empty. */
  setBrk(start: number): void {
    this.brkStart = pageUp(start);
    this.brkEnd = start;
  }

  /** brk(2): moves the end of the heap and returns where it is now. */
  brk(wanted: number): number {
    if (wanted < this.brkStart || wanted > taskEnd) return this.brkEnd;
    const from = pageUp(this.brkEnd);
    const to = pageUp(wanted);
    if (to < from) this.unmap(to, from);
    if (to > from) {
      // A page stays free above the heap, as in Linux.
      if (!this.free(from, to - from + page) || this.refuses(to - from, PROT.WRITE)) return this.brkEnd;
      this.areas.insert({ start: from, end: to, prot: PROT.READ | PROT.WRITE, shared: false, growsDown: false, name: '[heap]', object: 0, offset: 0, fork: 'copy', huge: undefined });
    }
    this.brkEnd = wanted;
    return wanted;
  }

  /** Copies everything to an empty space, as fork does: private pages are copied when either side writes them. */
  forkInto(child: AddressSpace): void {
    for (const vma of this.areas.all) {
      if (vma.fork === 'skip') continue;
      child.areas.insert(vma);
      if (vma.fork === 'copy') this.paging.share(vma, child.paging);
    }
    child.brkStart = this.brkStart;
    child.brkEnd = this.brkEnd;
    child.stackLimitBytes = this.stackLimitBytes;
    child.environment = this.environment;
    child.auxv = this.auxv;
  }

  /** Unmaps everything, before exec or at the end of the process. */
  clear(): void {
    this.unmap(0, 2 ** 47);
    this.setBrk(0);
  }

  save(): SpaceState {
    return { id: this.id, areas: this.areas.all, pages: this.paging.table.save(), brkStart: this.brkStart, brkEnd: this.brkEnd, stackLimitBytes: this.stackLimitBytes, environment: this.environment, auxv: this.auxv };
  }

  load(state: SpaceState): void {
    this.areas.load(state.areas);
    this.paging.table.load(state.pages);
    this.brkStart = state.brkStart;
    this.brkEnd = state.brkEnd;
    this.stackLimitBytes = state.stackLimitBytes;
    this.environment = state.environment;
    this.auxv = state.auxv;
  }
}

/**
 * What advice does. MADV_FREE may keep or drop the contents until the next write; here it drops them at once, like
 * MADV_DONTNEED.
 */
const effects: Readonly<Record<number, 'none' | 'drop' | 'free' | 'copy' | 'skip' | 'wipe' | 'wanted' | 'refused'>> = {
  [MADV.NORMAL]: 'none',
  [MADV.RANDOM]: 'none',
  [MADV.SEQUENTIAL]: 'none',
  [MADV.WILLNEED]: 'none',
  [MADV.DONTNEED]: 'drop',
  [MADV.FREE]: 'free',
  [MADV.DONTFORK]: 'skip',
  [MADV.DOFORK]: 'copy',
  [MADV.MERGEABLE]: 'none',
  [MADV.UNMERGEABLE]: 'none',
  [MADV.HUGEPAGE]: 'wanted',
  [MADV.NOHUGEPAGE]: 'refused',
  [MADV.DONTDUMP]: 'none',
  [MADV.DODUMP]: 'none',
  [wipeOnFork]: 'wipe',
  [keepOnFork]: 'copy',
  [MADV.COLD]: 'none',
  [MADV.PAGEOUT]: 'none',
};

/** True when an area's protection allows `access`. Any right makes a page readable on these processors. */
function grants(prot: number, access: Access): boolean {
  if (access === 'write') return (prot & PROT.WRITE) !== 0;
  if (access === 'exec') return (prot & PROT.EXEC) !== 0;
  return (prot & (PROT.READ | PROT.WRITE | PROT.EXEC)) !== 0;
}

/** The lowest address that must stay free on behalf of an area: a stack keeps a gap below it. */
function lowEdge(vma: Vma): number {
  return vma.growsDown ? Math.max(0, vma.start - guardBytes) : vma.start;
}

function pageUp(bytes: number): number {
  return Math.ceil(bytes / page) * page;
}
