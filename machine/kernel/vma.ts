/**
 * Mapped regions of an address space: a sorted array of areas that do not overlap, neighbours of one kind merged.
 *
 * Areas are immutable records; a change replaces them. Addresses are bytes, page-aligned.
 */

export interface Vma {
  readonly start: number;
  readonly end: number;
  readonly prot: number; // PROT bits
  /** Writes are seen through every mapping of the object, and never copied. */
  readonly shared: boolean;
  /** Grows towards lower addresses when touched below its start (the stack). */
  readonly growsDown: boolean;
  /** As /proc/PID/maps shows it: `[heap]`, `[stack]`, a path, or nothing. */
  readonly name: string;
  /** The memory object behind it, 0 for private anonymous memory. */
  readonly object: number;
  /** Where `start` lies in the object, bytes; 0 for private anonymous memory. */
  readonly offset: number;
  /** What fork makes of it: madvise DONTFORK and WIPEONFORK. */
  readonly fork: 'copy' | 'skip' | 'wipe';
  /** madvise HUGEPAGE and NOHUGEPAGE. */
  readonly huge: 'wanted' | 'refused' | undefined;
}

export class VmaList {
  private list: Vma[] = [];

  get all(): readonly Vma[] {
    return this.list;
  }

  /** Index of the first area that ends above `address`. */
  private index(address: number): number {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.list[mid]!.end > address) high = mid;
      else low = mid + 1;
    }
    return low;
  }

  /** The area that holds `address`. */
  at(address: number): Vma | undefined {
    const vma = this.list[this.index(address)];
    return vma !== undefined && vma.start <= address ? vma : undefined;
  }

  /** The first area that ends above `address`: the one that holds it, or the next. */
  from(address: number): Vma | undefined {
    return this.list[this.index(address)];
  }

  /** The last area that ends at or below `address`. */
  before(address: number): Vma | undefined {
    return this.list[this.index(address) - 1];
  }

  /** Areas that touch [start, end). */
  overlapping(start: number, end: number): Vma[] {
    const found: Vma[] = [];
    for (let i = this.index(start); i < this.list.length && this.list[i]!.start < end; i++) found.push(this.list[i]!);
    return found;
  }

  /** Takes [start, end) out; areas across its ends are cut. Returns what was there, cut to the range. */
  remove(start: number, end: number): Vma[] {
    const first = this.index(start);
    const kept: Vma[] = [];
    const gone: Vma[] = [];
    let count = 0;
    for (let i = first; i < this.list.length && this.list[i]!.start < end; i++, count++) {
      const vma = this.list[i]!;
      if (vma.start < start) kept.push(cut(vma, vma.start, start));
      gone.push(cut(vma, Math.max(start, vma.start), Math.min(end, vma.end)));
      if (vma.end > end) kept.push(cut(vma, end, vma.end));
    }
    this.list.splice(first, count, ...kept);
    return gone;
  }

  /** Puts an area into a free range and merges it with neighbours of its kind. Returns what it became. */
  insert(vma: Vma): Vma {
    let at = this.index(vma.start);
    let merged = vma;
    let count = 0;
    const before = this.list[at - 1];
    if (before !== undefined && joins(before, merged)) {
      merged = { ...before, end: merged.end };
      at--;
      count++;
    }
    const after = this.list[at + count];
    if (after !== undefined && joins(merged, after)) {
      merged = { ...merged, end: after.end };
      count++;
    }
    this.list.splice(at, count, merged);
    return merged;
  }

  /** Replaces every area of [start, end) by what `change` makes of it. */
  update(start: number, end: number, change: (vma: Vma) => Vma): void {
    for (const vma of this.remove(start, end)) this.insert(change(vma));
  }

  load(list: readonly Vma[]): void {
    this.list = [...list];
  }
}

/** The part [start, end) of an area. */
export function cut(vma: Vma, start: number, end: number): Vma {
  return { ...vma, start, end, offset: vma.object === 0 ? 0 : vma.offset + (start - vma.start) };
}

function joins(a: Vma, b: Vma): boolean {
  return (
    a.end === b.start &&
    a.prot === b.prot &&
    a.shared === b.shared &&
    a.growsDown === b.growsDown &&
    a.name === b.name &&
    a.fork === b.fork &&
    a.huge === b.huge &&
    a.object === b.object &&
    (a.object === 0 || a.offset + (a.end - a.start) === b.offset)
  );
}
