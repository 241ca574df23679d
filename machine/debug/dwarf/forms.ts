/**
 * Attribute forms: how values stand in .debug_info. A value is read raw: an index or an offset stays one until somebody
 * asks for the text or address behind it, since what it is relative to may follow in the same entry. DWARF 5, section 7.5.6.
 *
 * Left out: supplementary files (DW_FORM_ref_sup, DW_FORM_strp_sup) and GNU's forms of split units: refused by name.
 */
import { integer, type Cursor, type Integer } from '../cursor.js';
import { FORM } from './names.js';

/** Number: constants, addresses, offsets, indexes, flags. Bytes: blocks and expressions. */
export type Value = Integer | string | Uint8Array;

/** Sizes that forms depend on. */
export interface Sizes {
  readonly version: number;
  readonly addressBytes: number;
  readonly offsetBytes: number;
}

/** Reads a value. References within the unit count from its start, as they stand. */
export function readForm(c: Cursor, form: number, s: Sizes, constant: Integer | undefined): Value {
  switch (form) {
    case FORM.addr: return c.unsigned(s.addressBytes);
    case FORM.data1: case FORM.ref1: case FORM.flag: case FORM.strx1: case FORM.addrx1: return c.u8();
    case FORM.data2: case FORM.ref2: case FORM.strx2: case FORM.addrx2: return c.u16();
    case FORM.strx3: case FORM.addrx3: return c.u24();
    case FORM.data4: case FORM.ref4: case FORM.strx4: case FORM.addrx4: return c.u32();
    case FORM.data8: case FORM.refSig8: return integer(c.big64());
    case FORM.ref8: return c.u64();
    case FORM.sdata: return c.slebExact();
    case FORM.udata: return c.ulebExact();
    case FORM.refUdata: case FORM.strx: case FORM.addrx: case FORM.loclistx: case FORM.rnglistx: return c.uleb();
    case FORM.string: return c.text();
    case FORM.strp: case FORM.lineStrp: case FORM.secOffset: return c.unsigned(s.offsetBytes);
    case FORM.refAddr: return c.unsigned(s.version === 2 ? s.addressBytes : s.offsetBytes);
    case FORM.block1: return c.block(c.u8());
    case FORM.block2: return c.block(c.u16());
    case FORM.block4: return c.block(c.u32());
    case FORM.block: case FORM.exprloc: return c.block(c.uleb());
    case FORM.data16: return c.block(16);
    case FORM.flagPresent: return 1;
    case FORM.implicitConst: return constant ?? 0;
    case FORM.indirect: return readForm(c, direct(c), s, constant);
    default: return c.fail(`form 0x${form.toString(16)} is not read`);
  }
}

/** The form that stands before a value of DW_FORM_indirect. */
export function direct(c: Cursor): number {
  const form = c.uleb();
  return form === FORM.indirect || form === FORM.implicitConst ? c.fail(`form 0x${form.toString(16)} cannot be indirect`) : form;
}

/** Moves past a value. */
export function skipForm(c: Cursor, form: number, s: Sizes): void {
  switch (form) {
    case FORM.flagPresent: case FORM.implicitConst: return;
    case FORM.data1: case FORM.ref1: case FORM.flag: case FORM.strx1: case FORM.addrx1: c.skip(1); return;
    case FORM.data2: case FORM.ref2: case FORM.strx2: case FORM.addrx2: c.skip(2); return;
    case FORM.strx3: case FORM.addrx3: c.skip(3); return;
    case FORM.data4: case FORM.ref4: case FORM.strx4: case FORM.addrx4: c.skip(4); return;
    case FORM.data8: case FORM.ref8: case FORM.refSig8: c.skip(8); return;
    case FORM.data16: c.skip(16); return;
    case FORM.addr: c.skip(s.addressBytes); return;
    case FORM.strp: case FORM.lineStrp: case FORM.secOffset: c.skip(s.offsetBytes); return;
    case FORM.refAddr: c.skip(s.version === 2 ? s.addressBytes : s.offsetBytes); return;
    case FORM.sdata: case FORM.udata: case FORM.refUdata: case FORM.strx: case FORM.addrx: case FORM.loclistx: case FORM.rnglistx: c.skipLeb(); return;
    case FORM.string: c.skipText(); return;
    case FORM.block1: c.skip(c.u8()); return;
    case FORM.block2: c.skip(c.u16()); return;
    case FORM.block4: c.skip(c.u32()); return;
    case FORM.block: case FORM.exprloc: c.skip(c.uleb()); return;
    case FORM.indirect: skipForm(c, direct(c), s); return;
    default: c.fail(`form 0x${form.toString(16)} is not read`);
  }
}

/** Forms whose value is an offset into a section of lists. Before DWARF 4 those were plain data. */
export const isListOffset = (form: number): boolean => form === FORM.secOffset || form === FORM.data4 || form === FORM.data8;
