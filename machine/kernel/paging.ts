/**
 * The pages of one address space: what a fault puts in, what unmapping and protecting take away.
 *
 * A page table entry may hold fewer rights than its area grants, never more: the zero page and frames with
 * several users are mapped without W until a write fault copies them. Whenever an entry loses rights or its
 * frame, `lost` is called before the frame can be used again, so that no core keeps a stale translation.
 *
 * A huge page is 512 entries that say so, of frames that need not be neighbours: caches have no other use for their numbers than to choose sets. It begins
 * with a write to untouched private memory where an area has all of it, and becomes small ones when anything happens to a part of it or a copy is due.
 * Left out: huge zero pages, pages that become huge later (khugepaged), huge pages of files.
 */
import type { HugePolicy } from '../config.js';
import { hugePages, Pte } from '../memory/ram.js';
import { PROT } from '../../isa/abi/linux.js';
import type { Access } from '../exec/stop.js';
import { MachineStop } from '../stop.js';
import type { FrameTable } from './frames.js';
import type { MemoryObjects } from './object.js';
import { PageTable } from './pagetable.js';
import type { Vma } from './vma.js';

const pageBytes = 4096;
const flagsMask = 0xff;

export class Paging {
  readonly table = new PageTable();

  constructor(
    private readonly frames: FrameTable,
    private readonly objects: MemoryObjects,
    private readonly lost: (vpn: number, count: number) => void,
    private readonly policy: HugePolicy,
  ) {}

  /**
   * Makes the page of `va` present for `access`, which the area grants.
   * False: the page lies beyond the end of its file (bus error).
   */
  bring(vma: Vma, va: number, access: Access): boolean {
    const vpn = Math.floor(va / pageBytes);
    const entry = this.table.get(vpn);
    const frame = entry >>> 8;
    if ((entry & Pte.Huge) !== 0) this.split(vpn);
    if (frame === 0 && access === 'write' && this.bringHuge(vma, vpn)) return true;
    if (frame === 0) return vma.object === 0 ? this.demandZero(vma, vpn, access) : this.demandObject(vma, vpn, access);
    const own = access !== 'write' || vma.shared || this.frames.exclusive(frame) ? frame : this.copy(vma, vpn, frame);
    this.table.set(vpn, own * 256 + this.rights(vma, own));
    return true;
  }

  /** All of the huge page around `vpn`, where the area may have it; false: a small one will do. */
  private bringHuge(vma: Vma, vpn: number): boolean {
    if (vma.object !== 0 || vma.growsDown || vma.huge === 'refused') return false;
    if (this.policy === 'never' || (this.policy === 'madvise' && vma.huge !== 'wanted')) return false;
    const first = vpn - (vpn % hugePages);
    if (first * pageBytes < vma.start || (first + hugePages) * pageBytes > vma.end) return false;
    if (!this.table.empty(first) || this.frames.ram.framesFree < hugePages) return false;
    for (let i = 0; i < hugePages; i++) {
      const frame = this.take(vma, first + i);
      this.table.set(first + i, frame * 256 + this.rights(vma, frame) + Pte.Huge);
    }
    return true;
  }

  /** The huge page around `vpn`, if there is one, becomes small ones. */
  private split(vpn: number): void {
    const first = vpn - (vpn % hugePages);
    if ((this.table.get(first) & Pte.Huge) === 0) return;
    for (let i = 0; i < hugePages; i++) this.table.set(first + i, this.table.get(first + i) & ~Pte.Huge);
    this.lost(first, hugePages);
  }
  /** Huge pages across the ends of [from, to). */
  private splitEnds(from: number, to: number): void {
    if (from % hugePages !== 0) this.split(from);
    if (to % hugePages !== 0) this.split(to);
  }

  /** Untouched anonymous memory: the zero page for a read, a frame of its own for a write. */
  private demandZero(vma: Vma, vpn: number, access: Access): boolean {
    const frame = access !== 'write' ? this.frames.zero : this.take(vma, vpn);
    this.table.set(vpn, frame * 256 + this.rights(vma, frame));
    return true;
  }

  private demandObject(vma: Vma, vpn: number, access: Access): boolean {
    const object = this.objects.get(vma.object);
    const page = Math.floor((vpn * pageBytes - vma.start + vma.offset) / pageBytes);
    if (page * pageBytes >= object.sizeBytes) return false;
    let frame = object.pages.get(page);
    if (frame === undefined) {
      frame = this.take(vma, vpn);
      if (!this.objects.fill(object, page, frame)) {
        this.frames.release(frame);
        return false;
      }
      if (vma.shared || object.inode !== 0) object.pages.set(page, frame); // the object is the frame's first user
    }
    if (object.pages.has(page)) this.frames.retain(frame);
    if (!vma.shared && access === 'write' && !this.frames.exclusive(frame)) frame = this.copy(vma, vpn, frame);
    this.table.set(vpn, frame * 256 + this.rights(vma, frame));
    return true;
  }

  /** A frame of the page's own with the contents of `frame`, which loses this user. */
  private copy(vma: Vma, vpn: number, frame: number): number {
    const own = this.take(vma, vpn);
    if (frame !== this.frames.zero) this.frames.ram.u8.copyWithin(own * pageBytes, frame * pageBytes, (frame + 1) * pageBytes);
    this.lost(vpn, 1);
    this.frames.release(frame);
    return own;
  }

  private take(vma: Vma, vpn: number): number {
    const frame = this.frames.alloc();
    if (frame === 0) throw new MachineStop(`out of memory: no page left for address 0x${(vpn * pageBytes).toString(16)} of ${describe(vma)}; see --memory`);
    return frame;
  }

  /** The rights with which `frame` may stand in `vma` now. x86 has no write-only or execute-only pages. */
  private rights(vma: Vma, frame: number): number {
    if ((vma.prot & (PROT.READ | PROT.WRITE | PROT.EXEC)) === 0) return 0;
    const writable = (vma.prot & PROT.WRITE) !== 0 && (vma.shared || this.frames.exclusive(frame));
    return Pte.R | (writable ? Pte.W : 0) | ((vma.prot & PROT.EXEC) !== 0 ? Pte.X : 0);
  }

  /** Drops the pages of [start, end), bytes. */
  zap(start: number, end: number): void {
    const from = start / pageBytes;
    const to = end / pageBytes;
    this.splitEnds(from, to);
    const released: number[] = [];
    this.table.each(from, to, (vpn, entry) => {
      this.table.set(vpn, 0);
      released.push(entry >>> 8);
    });
    if (released.length > 0) this.lost(from, to - from);
    for (const frame of released) this.frames.release(frame);
  }

  /** Gives the pages of an area, whose protection changed, the rights it grants now. */
  protect(vma: Vma): void {
    let fewer = false;
    const from = vma.start / pageBytes;
    const to = vma.end / pageBytes;
    this.splitEnds(from, to);
    this.table.each(from, to, (vpn, entry) => {
      const rights = this.rights(vma, entry >>> 8) | (entry & Pte.Huge);
      if ((entry & flagsMask & ~rights) !== 0) fewer = true;
      this.table.set(vpn, (entry & ~flagsMask) | rights);
    });
    if (fewer) this.lost(from, to - from);
  }

  /** Moves the pages of [start, start + bytes) to `target`; the ranges do not overlap. */
  move(start: number, bytes: number, target: number): void {
    const shift = (target - start) / pageBytes;
    const moved: [number, number][] = [];
    this.splitEnds(start / pageBytes, (start + bytes) / pageBytes);
    this.table.each(start / pageBytes, (start + bytes) / pageBytes, (vpn, entry) => {
      this.table.set(vpn, 0);
      moved.push([vpn + shift, shift % hugePages === 0 ? entry : entry & ~Pte.Huge]);
    });
    if (moved.length > 0) this.lost(start / pageBytes, bytes / pageBytes);
    for (const [vpn, entry] of moved) this.table.set(vpn, entry);
  }

  /** Shares the pages of an area with the same area of a forked space: private ones copy on write from now on. */
  share(vma: Vma, child: Paging): void {
    this.table.each(vma.start / pageBytes, vma.end / pageBytes, (vpn, entry) => {
      this.frames.retain(entry >>> 8);
      const both = vma.shared ? entry : entry & ~Pte.W;
      this.table.set(vpn, both);
      child.table.set(vpn, both);
    });
    this.lost(vma.start / pageBytes, (vma.end - vma.start) / pageBytes);
  }
}

/** An area as messages name it. */
export function describe(vma: Vma): string {
  const name = vma.name !== '' ? vma.name : vma.shared ? 'shared memory' : 'anonymous memory';
  return `the mapping ${name} (0x${vma.start.toString(16)} to 0x${vma.end.toString(16)})`;
}
