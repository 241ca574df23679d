/**
 * Words that have cache lines of their own although they lie beside others: what padding would do, tried without changing the program. Accesses to them name lines
 * that no memory has; the lines they lie in stay out of the lookaside, which changes nothing by itself.
 *
 * An access belongs to the line of its first byte there. Code is fetched from where it lies.
 */
interface Range {
  /** First byte and the one behind the last, in the line. */
  readonly from: number;
  readonly to: number;
  readonly line: number;
}

export class Apart {
  private readonly ranges = new Map<number, Range[]>();
  private readonly perPage: number;

  /** `next`: the first line number that no memory has. */
  constructor(private next: number, private readonly lineBytes: number, private readonly pageBytes: number) {
    this.perPage = pageBytes / lineBytes;
  }

  /** `bytes` bytes at `offset` of `page` (lines.ts) begin a line of their own; `apart` false: they lie where they lie. */
  place(page: number, offset: number, bytes: number, apart: boolean): void {
    for (let at = offset; at < offset + bytes; ) {
      const end = Math.min(offset + bytes, (at & -this.lineBytes) + this.lineBytes);
      const where = this.where(page + Math.floor(at / this.pageBytes), at % this.pageBytes);
      const from = at & (this.lineBytes - 1);
      const to = from + end - at;
      const ranges = this.ranges.get(where)?.filter((r) => r.to <= from || r.from >= to) ?? [];
      if (apart) ranges.push({ from, to, line: this.next + Math.floor((at - offset) / this.lineBytes) });
      if (ranges.length > 0) this.ranges.set(where, ranges);
      else this.ranges.delete(where);
      at = end;
    }
    if (apart) this.next += Math.ceil(bytes / this.lineBytes);
  }

  /** Whether the line at `offset` of `page` has such words. */
  has(page: number, offset: number): boolean {
    return this.ranges.has(this.where(page, offset));
  }

  /** The line of the byte at `offset` of `page`; -1: the one where it lies. */
  line(page: number, offset: number): number {
    const ranges = this.ranges.get(this.where(page, offset));
    if (ranges === undefined) return -1;
    const at = offset & (this.lineBytes - 1);
    for (const { from, to, line } of ranges) if (at >= from && at < to) return line;
    return -1;
  }

  private where(page: number, offset: number): number {
    return page * this.perPage + Math.floor(offset / this.lineBytes);
  }
}
