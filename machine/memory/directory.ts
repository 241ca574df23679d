/**
 * Who has which line: for every line that some core has in any of its caches, the set of those cores and its owner. Exact: cores tell
 * it when they drop a line, which real directories leave out.
 *
 * The owner is the core that has the line as E, M, O or F, -1 if all have it as S. Whether an E has become M only its core knows.
 * A hash table with open addressing, at most half full, since private caches hold a bounded number of lines. An entry is four cells
 * (line, sharers as bits, owner, unused), so that none crosses a cache line of the host.
 */
const empty = -1;

export class Directory {
  /** Entries by offset as `find` gives it: +0 line, +1 sharers, +2 owner. */
  readonly cells: Int32Array;
  private readonly mask: number;
  private readonly shift: number;

  /** `lines`: how many there can be at once. */
  constructor(lines: number) {
    const bits = Math.max(4, Math.ceil(Math.log2(2 * lines + 2)));
    this.cells = new Int32Array(4 << bits).fill(empty);
    this.mask = (1 << bits) - 1;
    this.shift = 32 - bits;
  }

  /** Offset of a line's entry, or -1. */
  find(line: number): number {
    const { cells, mask } = this;
    for (let i = this.home(line); ; i = (i + 1) & mask) {
      const key = cells[4 * i];
      if (key === line) return 4 * i;
      if (key === empty) return -1;
    }
  }
  private home(line: number): number {
    return Math.imul(line, 0x9e3779b1) >>> this.shift;
  }

  sharers(line: number): number {
    const at = this.find(line);
    return at < 0 ? 0 : this.cells[at + 1]!;
  }
  owner(line: number): number {
    const at = this.find(line);
    return at < 0 ? -1 : this.cells[at + 2]!;
  }

  /** `core` has the line too, and `owner` owns it from now on. */
  share(line: number, core: number, owner: number): void {
    const at = this.place(line);
    this.cells[at + 1] = this.cells[at + 1]! | (1 << core);
    this.cells[at + 2] = owner;
  }
  /** `core` alone has the line, and owns it. */
  own(line: number, core: number): void {
    const at = this.place(line);
    this.cells[at + 1] = 1 << core;
    this.cells[at + 2] = core;
  }
  /** `core` keeps the line, as S. */
  disown(line: number, core: number): void {
    const at = this.find(line);
    if (this.cells[at + 2] === core) this.cells[at + 2] = -1;
  }
  /** `core` has the line no longer. */
  leave(line: number, core: number): void {
    const at = this.find(line);
    const left = this.cells[at + 1]! & ~(1 << core);
    if (left === 0) {
      this.remove(at >> 2);
      return;
    }
    this.cells[at + 1] = left;
    if (this.cells[at + 2] === core) this.cells[at + 2] = -1;
  }
  /** Nobody has the line. */
  forget(line: number): void {
    const at = this.find(line);
    if (at >= 0) this.remove(at >> 2);
  }

  private place(line: number): number {
    const { cells, mask } = this;
    for (let i = this.home(line); ; i = (i + 1) & mask) {
      const at = 4 * i;
      if (cells[at] === line) return at;
      if (cells[at] !== empty) continue;
      cells[at] = line;
      cells[at + 1] = 0;
      cells[at + 2] = -1;
      return at;
    }
  }

  /** Entries after a hole move into it, as long as that brings them nearer to their home and not before it. */
  private remove(hole: number): void {
    const { cells, mask } = this;
    let to = hole;
    for (let from = (to + 1) & mask; cells[4 * from] !== empty; from = (from + 1) & mask) {
      const home = this.home(cells[4 * from]!);
      if (((from - home) & mask) < ((from - to) & mask)) continue;
      for (let k = 0; k < 3; k++) cells[4 * to + k] = cells[4 * from + k]!;
      to = from;
    }
    cells[4 * to] = empty;
  }
}
