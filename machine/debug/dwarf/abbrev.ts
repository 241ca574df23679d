/** Abbreviation tables (.debug_abbrev): what entries of a code consist of. DWARF 5, section 7.5.3. */
import type { Cursor, Integer } from '../cursor.js';
import { FORM } from './names.js';

export interface Abbrev {
  readonly tag: number;
  readonly children: boolean;
  readonly names: readonly number[];
  readonly forms: readonly number[];
  /** By place, the value of a DW_FORM_implicit_const. */
  readonly constants: readonly (Integer | undefined)[];
}

/** By code; codes are counted from 1 in practice. */
export type Abbrevs = ReadonlyMap<number, Abbrev>;

/** Reads the table that begins at the cursor. */
export function readAbbrevs(c: Cursor): Abbrevs {
  const table = new Map<number, Abbrev>();
  for (let code = c.uleb(); code !== 0; code = c.uleb()) {
    const tag = c.uleb();
    const children = c.u8() !== 0;
    const names: number[] = [];
    const forms: number[] = [];
    const constants: (Integer | undefined)[] = [];
    for (;;) {
      const name = c.uleb();
      const form = c.uleb();
      if (name === 0 && form === 0) break;
      names.push(name);
      forms.push(form);
      constants.push(form === FORM.implicitConst ? c.slebExact() : undefined);
    }
    table.set(code, { tag, children, names, forms, constants });
    if (c.done) break; // a table at the end of the section may lack its final zero
  }
  return table;
}
