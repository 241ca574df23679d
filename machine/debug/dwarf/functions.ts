/** Functions of units by address, the calls inlined in them, and their places in the source. DWARF 5, section 3.3. */
import { inRange, Intervals, type Range } from '../intervals.js';
import { readLineHeader, type LineHeader } from './lineHeader.js';
import { LineTable, type Place } from './lines.js';
import { AT, TAG } from './names.js';
import type { Die, Unit } from './unit.js';
import type { Units } from './units.js';

/** One of the functions that an address is in: the outermost has code of its own, the others were inlined. */
export interface SourceFrame {
  readonly name: string | undefined;
  /** Where it is: for the innermost the address's own place, for the others that of the inlined call. */
  readonly place: Place | undefined;
  readonly inlined: boolean;
  /** Its entry in .debug_info; undefined where names come from elsewhere. */
  readonly die: Die | undefined;
}

interface FunctionRange extends Range {
  readonly die: Die;
}

/** How far origins and specifications are followed. */
const mostHops = 8;

/** What an attribute says of an entry, or of the entry that it is an instance or completion of. */
export function inherited<T>(units: Units, die: Die, ask: (die: Die) => T | undefined): T | undefined {
  let at: Die = die;
  for (let hops = 0; hops < mostHops; hops++) {
    const value = ask(at);
    if (value !== undefined) return value;
    const next = at.reference(AT.abstractOrigin) ?? at.reference(AT.specification);
    if (next === undefined) return undefined;
    at = units.die(next);
  }
  return undefined;
}

export const nameOf = (units: Units, die: Die): string | undefined => inherited(units, die, (d) => d.text(AT.name));

export class Functions {
  private readonly byUnit = new Map<Unit, Intervals<FunctionRange>>();
  private readonly tables = new Map<number, LineTable>();
  private readonly headers = new Map<number, LineHeader>();

  constructor(readonly units: Units) {}

  /** The header of a unit's line table. */
  lineHeader(unit: Unit): LineHeader | undefined {
    const offset = unit.root.number(AT.stmtList);
    if (offset === undefined) return undefined;
    let header = this.headers.get(offset);
    if (header === undefined) {
      header = readLineHeader(unit.sections, offset, unit.root.text(AT.compDir), unit.addressBytes);
      this.headers.set(offset, header);
    }
    return header;
  }

  lineTable(unit: Unit): LineTable | undefined {
    const header = this.lineHeader(unit);
    if (header === undefined) return undefined;
    let table = this.tables.get(header.offset);
    if (table === undefined) this.tables.set(header.offset, (table = new LineTable(unit.sections, header)));
    return table;
  }

  /** Where the code at an address comes from. */
  placeOf(address: number): Place | undefined {
    const unit = this.units.at(address);
    return unit && this.lineTable(unit)?.at(address);
  }

  /** The entry of the function with code at an address. */
  at(address: number): Die | undefined {
    const unit = this.units.at(address);
    return unit && this.inUnit(unit).at(address)?.die;
  }

  /** All functions of a unit that have code. */
  inUnit(unit: Unit): Intervals<FunctionRange> {
    let known = this.byUnit.get(unit);
    if (known === undefined) {
      const found: FunctionRange[] = [];
      collect(unit.root, found, 0);
      this.byUnit.set(unit, (known = new Intervals(found)));
    }
    return known;
  }

  /** The function at an address and what in it holds the address: blocks and inlined calls, from the outside in. */
  scopesAt(address: number): Die[] {
    const die = this.at(address);
    if (die === undefined) return [];
    const scopes = [die];
    for (let at: Die | undefined = die; at !== undefined; ) {
      at = scopeIn(at, address, 0);
      if (at !== undefined) scopes.push(at);
    }
    return scopes;
  }

  /** The functions at an address, the innermost inlined call first. Empty where no function is known. */
  framesAt(address: number): SourceFrame[] {
    const scopes = this.scopesAt(address).filter((d) => d.tag !== TAG.lexicalBlock);
    const frames: SourceFrame[] = [];
    let place = this.placeOf(address);
    for (let i = scopes.length - 1; i >= 0; i--) {
      const die = scopes[i]!;
      frames.push({ name: nameOf(this.units, die), place, inlined: i > 0, die });
      const file = die.number(AT.callFile);
      place = { file: (file === undefined ? undefined : this.lineHeader(die.unit)?.files[file]) ?? '??', line: die.number(AT.callLine) ?? 0 };
    }
    return frames;
  }
}

/** Namespaces, and blocks without addresses of their own, nest no deeper than this. */
const mostNesting = 64;

/** Functions among the children of a unit or namespace. */
function collect(parent: Die, found: FunctionRange[], depth: number): void {
  for (const die of parent.children()) {
    if (die.tag === TAG.subprogram) for (const { low, high } of die.ranges()) found.push({ low, high, die });
    else if (die.tag === TAG.namespace && depth < mostNesting) collect(die, found, depth + 1);
  }
}

/** The child of a scope that holds an address. Blocks without addresses of their own are looked through. */
function scopeIn(parent: Die, address: number, depth: number): Die | undefined {
  for (const die of parent.children()) {
    if (die.tag !== TAG.lexicalBlock && die.tag !== TAG.inlinedSubroutine) continue;
    const ranges = die.ranges();
    if (ranges.some((r) => inRange(r, address))) return die;
    const inner = ranges.length === 0 && die.tag === TAG.lexicalBlock && depth < mostNesting ? scopeIn(die, address, depth + 1) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}
