/** Range lists: .debug_ranges up to DWARF 4, .debug_rnglists from 5 on (sections 2.17.3 and 7.25). */
import type { Cursor } from '../cursor.js';
import type { Range } from '../intervals.js';
import { AT } from './names.js';
import type { Unit } from './unit.js';

/** Kinds of entries in .debug_rnglists. */
const enum RLE {
  endOfList = 0, baseAddressx = 1, startxEndx = 2, startxLength = 3, offsetPair = 4, baseAddress = 5, startEnd = 6, startLength = 7,
}

/** The list at an offset, or with an index. Empty ranges are left out. */
export function readRangeList(unit: Unit, value: number, indexed: boolean): Range[] {
  if (unit.version < 5) return plainList(unit, unit.sections.cursor('.debug_ranges', value));
  const at = indexed ? listOffset(unit, '.debug_rnglists', unit.base(AT.rnglistsBase), value) : value;
  return codedList(unit, unit.sections.cursor('.debug_rnglists', at));
}

/** Entry `index` of the table of offsets that a base points behind the header of. */
export function listOffset(unit: Unit, section: string, base: number | undefined, index: number): number {
  const table = base ?? 8 + (unit.offsetBytes === 8 ? 12 : 4); // behind the section's first header
  return table + unit.sections.cursor(section, table + index * unit.offsetBytes).unsigned(unit.offsetBytes);
}

function plainList(unit: Unit, c: Cursor): Range[] {
  const size = unit.addressBytes;
  const last = size === 8 ? 2 ** 64 : 0xffffffff;
  const out: Range[] = [];
  let base = unit.rangeBase;
  for (;;) {
    const low = c.unsigned(size);
    const high = c.unsigned(size);
    if (low === 0 && high === 0) return out;
    if (low >= last) base = high; // all ones choose another base; as a number that is 2^64
    else if (high > low) out.push({ low: base + low, high: base + high });
  }
}

function codedList(unit: Unit, c: Cursor): Range[] {
  const out: Range[] = [];
  let base = unit.rangeBase;
  const add = (low: number, high: number): void => {
    if (high > low) out.push({ low, high });
  };
  for (;;) {
    const kind = c.u8();
    switch (kind) {
      case RLE.endOfList: return out;
      case RLE.baseAddressx: base = unit.indexedAddress(c.uleb()); break;
      case RLE.startxEndx: add(unit.indexedAddress(c.uleb()), unit.indexedAddress(c.uleb())); break;
      case RLE.startxLength: { const low = unit.indexedAddress(c.uleb()); add(low, low + c.uleb()); break; }
      case RLE.offsetPair: { const low = c.uleb(); add(base + low, base + c.uleb()); break; }
      case RLE.baseAddress: base = c.unsigned(unit.addressBytes); break;
      case RLE.startEnd: { const low = c.unsigned(unit.addressBytes); add(low, c.unsigned(unit.addressBytes)); break; }
      case RLE.startLength: { const low = c.unsigned(unit.addressBytes); add(low, low + c.uleb()); break; }
      default: c.fail(`kind ${kind} of range is unknown`, c.at - 1);
    }
  }
}
