/** Where a variable is at a pc: an expression for all of its scope, or a list of them by range: .debug_loc up to DWARF 4, .debug_loclists from 5 on (sections 2.6.2 and 7.29). */
import type { Cursor } from '../cursor.js';
import { AT, FORM } from './names.js';
import { isListOffset } from './forms.js';
import { listOffset } from './ranges.js';
import type { Die, Unit } from './unit.js';

/** An expression, and where it holds; `low` undefined: everywhere that no other of the list does. */
export interface LocationRange {
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly expression: Uint8Array;
}

const enum LLE {
  endOfList = 0, baseAddressx, startxEndx, startxLength, offsetPair, defaultLocation, baseAddress, startEnd, startLength, viewPair,
}

/** All that an attribute (location, frame base) says; undefined where an entry does not have it. */
export function locationsOf(die: Die, name: AT): readonly LocationRange[] | undefined {
  const value = die.raw(name);
  if (value instanceof Uint8Array) return [{ low: undefined, high: undefined, expression: value }];
  if (typeof value !== 'number') return undefined;
  const { unit } = die;
  const form = die.form(name);
  if (form === FORM.loclistx) {
    const at = listOffset(unit, '.debug_loclists', unit.base(AT.loclistsBase), value);
    return codedList(unit, unit.sections.cursor('.debug_loclists', at));
  }
  if (!isListOffset(form)) return undefined;
  return unit.version < 5 ? plainList(unit, unit.sections.cursor('.debug_loc', value)) : codedList(unit, unit.sections.cursor('.debug_loclists', value));
}

/** The expression that holds at a pc; undefined where there is none: the value is optimized out there. */
export function expressionAt(die: Die, name: AT, pc: number): Uint8Array | undefined {
  const list = locationsOf(die, name);
  return (list?.find((l) => l.low !== undefined && pc >= l.low && pc < l.high!) ?? list?.find((l) => l.low === undefined))?.expression;
}

function plainList(unit: Unit, c: Cursor): LocationRange[] {
  const size = unit.addressBytes;
  const last = size === 8 ? 2 ** 64 : 0xffffffff;
  const out: LocationRange[] = [];
  let base = unit.rangeBase;
  for (;;) {
    const low = c.unsigned(size);
    const high = c.unsigned(size);
    if (low === 0 && high === 0) return out;
    if (low >= last) base = high;
    else out.push({ low: base + low, high: base + high, expression: c.block(c.u16()) });
  }
}

function codedList(unit: Unit, c: Cursor): LocationRange[] {
  const out: LocationRange[] = [];
  const address = (): number => c.unsigned(unit.addressBytes);
  const add = (low: number | undefined, high: number | undefined): void => {
    out.push({ low, high, expression: c.block(c.uleb()) });
  };
  let base = unit.rangeBase;
  for (;;) {
    const kind = c.u8();
    switch (kind) {
      case LLE.endOfList: return out;
      case LLE.baseAddressx: base = unit.indexedAddress(c.uleb()); break;
      case LLE.startxEndx: add(unit.indexedAddress(c.uleb()), unit.indexedAddress(c.uleb())); break;
      case LLE.startxLength: { const low = unit.indexedAddress(c.uleb()); add(low, low + c.uleb()); break; }
      case LLE.offsetPair: { const low = c.uleb(); add(base + low, base + c.uleb()); break; }
      case LLE.defaultLocation: add(undefined, undefined); break;
      case LLE.baseAddress: base = address(); break;
      case LLE.startEnd: { const low = address(); add(low, address()); break; }
      case LLE.startLength: { const low = address(); add(low, low + c.uleb()); break; }
      case LLE.viewPair: c.skipLeb(); c.skipLeb(); break; // GNU: which of the instructions at one address are meant
      default: c.fail(`kind ${kind} of location is unknown`, c.at - 1);
    }
  }
}
