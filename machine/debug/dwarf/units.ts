/** All units of an image: in order, by offset, and by address. */
import { Intervals, type Range } from '../intervals.js';
import type { Sections } from '../sections.js';
import { readAbbrevs, type Abbrevs } from './abbrev.js';
import { UT } from './names.js';
import { infoSection, readUnitHeader, Unit, type Die } from './unit.js';
import { firstBeyond } from '../search.js';

interface Piece extends Range {
  readonly unit: Unit;
}

export class Units {
  private list: readonly Unit[] | undefined;
  private pieces: Intervals<Piece> | undefined;
  private readonly tables = new Map<number, Abbrevs>();

  constructor(readonly sections: Sections) {}

  get all(): readonly Unit[] {
    return (this.list ??= this.read());
  }

  private read(): Unit[] {
    const units: Unit[] = [];
    if (!this.sections.has(infoSection)) return units;
    const c = this.sections.cursor(infoSection);
    while (!c.done) {
      const header = readUnitHeader(c);
      units.push(new Unit(header, this.sections, () => this.abbrevs(header.abbrevs)));
    }
    return units;
  }

  private abbrevs(offset: number): Abbrevs {
    let table = this.tables.get(offset);
    if (table === undefined) this.tables.set(offset, (table = readAbbrevs(this.sections.cursor('.debug_abbrev', offset))));
    return table;
  }

  /** The unit whose bytes hold an offset. Errors: DebugError. */
  holding(offset: number): Unit {
    const units = this.all;
    const unit = units[firstBeyond(0, units.length, (i) => units[i]!.offset > offset) - 1];
    if (unit === undefined || offset >= unit.end) return this.sections.cursor(infoSection).fail('is in no unit', offset);
    return unit;
  }

  /** The entry at an offset of .debug_info. Errors: DebugError. */
  die(offset: number): Die {
    const unit = this.holding(offset);
    return unit.dieAt(offset) ?? unit.fail(offset, 'there is no entry');
  }

  /** The unit of the code at an address. */
  at(address: number): Unit | undefined {
    this.pieces ??= new Intervals(this.covered());
    return this.pieces.at(address)?.unit;
  }

  /** What units say of themselves; for those that say nothing, what .debug_aranges says. */
  private covered(): Piece[] {
    const pieces: Piece[] = [];
    const silent = new Set<Unit>();
    for (const unit of this.all) {
      if (unit.header.type === UT.type || unit.header.type === UT.partial) continue;
      for (const { low, high } of unit.ranges) pieces.push({ low, high, unit });
      if (unit.ranges.length === 0) silent.add(unit);
    }
    if (silent.size === 0 || !this.sections.has('.debug_aranges')) return pieces;
    return [...pieces, ...this.aranges().filter((p) => silent.has(p.unit))];
  }

  private aranges(): Piece[] {
    const pieces: Piece[] = [];
    const c = this.sections.cursor('.debug_aranges');
    while (!c.done) {
      const start = c.at;
      const { length, offsetBytes } = c.initialLength();
      const end = c.at + length;
      if (end > c.end) c.fail('a table is longer than the section', start);
      c.skip(2); // the version, 2 in all versions of DWARF
      const unit = this.holding(c.unsigned(offsetBytes));
      const size = c.u8();
      c.skip(1);
      if (size !== 4 && size !== 8) c.fail(`addresses of ${size} bytes are not read`, start);
      c.at = start + Math.ceil((c.at - start) / (2 * size)) * 2 * size;
      while (c.at < end) {
        const low = c.unsigned(size);
        const high = low + c.unsigned(size);
        if (high > low) pieces.push({ low, high, unit });
      }
      c.at = end;
    }
    return pieces;
  }
}
