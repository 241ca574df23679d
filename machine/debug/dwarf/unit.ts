/**
 * A unit of .debug_info and its entries (DIEs). Entries are read one at a time at their offset; nothing is kept but the
 * abbreviations. DWARF 5, sections 7.5.1 to 7.5.3.
 */
import { DebugError, type Cursor } from '../cursor.js';
import type { Range } from '../intervals.js';
import type { Sections } from '../sections.js';
import type { Abbrev, Abbrevs } from './abbrev.js';
import { direct, readForm, skipForm, type Sizes, type Value } from './forms.js';
import { AT, FORM, UT } from './names.js';
import { readRangeList } from './ranges.js';

export const infoSection = '.debug_info';

export interface UnitHeader extends Sizes {
  /** Offset of the unit, of its first entry, and one past its end. */
  readonly offset: number;
  readonly first: number;
  readonly end: number;
  readonly type: UT;
  readonly abbrevs: number;
}

/** Reads the header at the cursor, and leaves the cursor at the next unit. */
export function readUnitHeader(c: Cursor): UnitHeader {
  const offset = c.at;
  const { length, offsetBytes } = c.initialLength();
  const end = c.at + length;
  if (end > c.end) c.fail(`a unit of ${length} bytes is longer than the section`, offset);
  const version = c.u16();
  if (version < 2 || version > 5) c.fail(`DWARF ${version} is not read, only 2 to 5`, offset);
  let type = UT.compile;
  let addressBytes: number;
  let abbrevs: number;
  if (version >= 5) {
    type = c.u8();
    addressBytes = c.u8();
    abbrevs = c.unsigned(offsetBytes);
    if (type === UT.type || type === UT.splitType) c.skip(8 + offsetBytes);
    else if (type === UT.skeleton || type === UT.splitCompile) c.skip(8);
    else if (type < UT.compile || type > UT.splitType) c.fail(`unit type ${type} is unknown`, offset);
  } else {
    abbrevs = c.unsigned(offsetBytes);
    addressBytes = c.u8();
  }
  if (addressBytes !== 4 && addressBytes !== 8) c.fail(`addresses of ${addressBytes} bytes are not read`, offset);
  const first = c.at;
  if (first > end) c.fail('a unit ends within its header', offset);
  c.at = end;
  return { offset, first, end, version, type, addressBytes, offsetBytes, abbrevs };
}

/** DW_LANG_Go. */
const goLanguage = 0x16;

export class Unit implements Sizes {
  readonly version: number;
  readonly addressBytes: number;
  readonly offsetBytes: number;
  readonly offset: number;
  readonly end: number;
  private rootEntry: Die | undefined;
  private pieces: readonly Range[] | undefined;
  private low: number | undefined;

  constructor(
    readonly header: UnitHeader,
    readonly sections: Sections,
    private readonly table: () => Abbrevs,
  ) {
    this.version = header.version;
    this.addressBytes = header.addressBytes;
    this.offsetBytes = header.offsetBytes;
    this.offset = header.offset;
    this.end = header.end;
  }

  /** The entry of the unit itself. */
  get root(): Die {
    return (this.rootEntry ??= this.dieAt(this.header.first) ?? this.fail(this.header.first, 'the unit has no entries'));
  }

  /** The addresses it covers, as its own entry says: may be empty. */
  get ranges(): readonly Range[] {
    return (this.pieces ??= this.root.ranges());
  }

  get isGo(): boolean {
    return this.root.number(AT.language) === goLanguage;
  }

  fail(offset: number, why: string): never {
    throw new DebugError(infoSection, offset, why);
  }

  private abbrev(code: number, offset: number): Abbrev {
    return this.table().get(code) ?? this.fail(offset, `abbreviation ${code} is not in the table at 0x${this.header.abbrevs.toString(16)}`);
  }

  private cursor(at: number): Cursor {
    return this.sections.cursor(infoSection, at, this.end);
  }

  /** The entry at an offset; undefined for the end of a list of siblings, and at the end of the unit. */
  dieAt(offset: number): Die | undefined {
    if (offset < this.header.first || offset > this.end) this.fail(offset, `is outside of the unit at 0x${this.offset.toString(16)}`);
    if (offset === this.end) return undefined;
    const c = this.cursor(offset);
    const code = c.uleb();
    if (code === 0) return undefined;
    const abbrev = this.abbrev(code, offset);
    const { constants } = abbrev;
    let { forms } = abbrev;
    const values: Value[] = new Array<Value>(forms.length);
    for (let i = 0; i < forms.length; i++) {
      if (forms[i] === FORM.indirect) {
        const form = direct(c);
        forms = forms.map((f, k) => (k === i ? form : f));
      }
      values[i] = readForm(c, forms[i]!, this, constants[i]);
    }
    return new Die(this, offset, abbrev, forms, values, c.at);
  }

  /** The offset behind a list of siblings that begins at `at`, with all below them. */
  skipSiblings(at: number): number {
    const c = this.cursor(at);
    for (let depth = 1; depth > 0 && !c.done; ) {
      const offset = c.at;
      const code = c.uleb();
      if (code === 0) depth--;
      else {
        const { forms, children } = this.abbrev(code, offset);
        for (let i = 0; i < forms.length; i++) skipForm(c, forms[i]!, this);
        if (children) depth++;
      }
    }
    return c.at;
  }

  /** The address that offsets in lists are relative to at first. */
  get rangeBase(): number {
    return (this.low ??= this.root.address(AT.lowPc) ?? 0);
  }

  /** Where the root says that tables of indexes begin, as offsets in their sections. */
  base(name: AT): number | undefined {
    const value = this.root.raw(name);
    return typeof value === 'number' ? value : undefined;
  }

  /** Entry `index` of the unit's part of .debug_addr. */
  indexedAddress(index: number): number {
    const base = this.base(AT.addrBase) ?? this.base(AT.gnuAddrBase) ?? 8;
    return this.sections.cursor('.debug_addr', base + index * this.addressBytes).unsigned(this.addressBytes);
  }

  /** Entry `index` of the unit's part of .debug_str_offsets. */
  indexedText(index: number): string {
    const base = this.base(AT.strOffsetsBase) ?? this.offsetBytes * 2;
    const offset = this.sections.cursor('.debug_str_offsets', base + index * this.offsetBytes).unsigned(this.offsetBytes);
    return this.sections.cursor('.debug_str', offset).text();
  }
}

/** An entry. Values are looked up by attribute; what refers to other sections is followed when asked for. Errors: DebugError. */
export class Die {
  constructor(
    readonly unit: Unit,
    /** In .debug_info. */
    readonly offset: number,
    private readonly abbrev: Abbrev,
    private readonly forms: readonly number[],
    private readonly values: readonly Value[],
    /** Where its first child stands, or its next sibling where it has none. */
    readonly after: number,
  ) {}

  get tag(): number {
    return this.abbrev.tag;
  }

  get hasChildren(): boolean {
    return this.abbrev.children;
  }

  has(name: AT): boolean {
    return this.abbrev.names.includes(name);
  }

  raw(name: AT): Value | undefined {
    const i = this.abbrev.names.indexOf(name);
    return i < 0 ? undefined : this.values[i];
  }

  form(name: AT): number {
    return this.forms[this.abbrev.names.indexOf(name)] ?? 0;
  }

  number(name: AT): number | undefined {
    const value = this.raw(name);
    return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined;
  }

  flag(name: AT): boolean {
    return (this.number(name) ?? 0) !== 0;
  }

  text(name: AT): string | undefined {
    const value = this.raw(name);
    if (typeof value !== 'number') return typeof value === 'string' ? value : undefined;
    switch (this.form(name)) {
      case FORM.strp: return this.unit.sections.cursor('.debug_str', value).text();
      case FORM.lineStrp: return this.unit.sections.cursor('.debug_line_str', value).text();
      case FORM.strx: case FORM.strx1: case FORM.strx2: case FORM.strx3: case FORM.strx4: return this.unit.indexedText(value);
      default: return undefined;
    }
  }

  block(name: AT): Uint8Array | undefined {
    const value = this.raw(name);
    return value instanceof Uint8Array ? value : undefined;
  }

  /** An attribute of class address. */
  address(name: AT): number | undefined {
    const value = this.raw(name);
    if (typeof value !== 'number') return undefined;
    switch (this.form(name)) {
      case FORM.addr: return value;
      case FORM.addrx: case FORM.addrx1: case FORM.addrx2: case FORM.addrx3: case FORM.addrx4: return this.unit.indexedAddress(value);
      default: return undefined;
    }
  }

  /** The offset in .debug_info that an attribute refers to. */
  reference(name: AT): number | undefined {
    const value = this.raw(name);
    if (typeof value !== 'number') return undefined;
    switch (this.form(name)) {
      case FORM.refAddr: return value;
      case FORM.ref1: case FORM.ref2: case FORM.ref4: case FORM.ref8: case FORM.refUdata: return this.unit.offset + value;
      case FORM.refSig8: return this.unit.fail(this.offset, 'types in type units are not read');
      default: return undefined;
    }
  }

  /** The addresses of a function, block or unit; empty for one that has none. */
  ranges(): Range[] {
    if (this.has(AT.ranges)) {
      const value = this.raw(AT.ranges);
      if (typeof value !== 'number') return this.unit.fail(this.offset, 'its ranges are no offset');
      return readRangeList(this.unit, value, this.form(AT.ranges) === FORM.rnglistx);
    }
    const low = this.address(AT.lowPc);
    if (low === undefined || !this.has(AT.highPc)) return [];
    const high = this.address(AT.highPc) ?? low + (this.number(AT.highPc) ?? 0);
    return high > low ? [{ low, high }] : [];
  }

  /** Where its next sibling stands. */
  private next(): number {
    if (!this.hasChildren) return this.after;
    const sibling = this.reference(AT.sibling);
    if (sibling === undefined) return this.unit.skipSiblings(this.after);
    if (sibling <= this.offset || sibling > this.unit.end) this.unit.fail(this.offset, `its sibling at 0x${sibling.toString(16)} does not follow it`);
    return sibling;
  }

  *children(): Generator<Die> {
    if (!this.hasChildren) return;
    for (let at = this.after; ; ) {
      const die = this.unit.dieAt(at);
      if (die === undefined) return;
      yield die;
      at = die.next();
    }
  }
}
