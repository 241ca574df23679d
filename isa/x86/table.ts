/**
 * All x86-64 rows in their order. A row's id is its position, so families are added at the end of `families`
 * (ids are internal: they never enter snapshots or files). Where several rows of one mnemonic fit, the encoder
 * takes the first.
 */
import type { Row } from '../row.js';
import { exchangeMap, opcodePlace, placeOf, places, readForm, type Form } from './form.js';
import type { RowDraft } from './notation.js';
import { arithRows } from './rows/arith.js';
import { atomicRows } from './rows/atomic.js';
import { avxRows } from './rows/avx.js';
import { bitRows } from './rows/bits.js';
import { branchRows } from './rows/branch.js';
import { condRows } from './rows/cond.js';
import { fxsaveRows } from './rows/fxsave.js';
import { movRows } from './rows/mov.js';
import { muldivRows } from './rows/muldiv.js';
import { shiftRows } from './rows/shift.js';
import { sseRows } from './rows/sse.js';
import { sse2fpRows } from './rows/sse2fp.js';
import { sse2intRows } from './rows/sse2int.js';
import { sse3Rows } from './rows/sse3.js';
import { sse41Rows } from './rows/sse41.js';
import { sse42Rows } from './rows/sse42.js';
import { ssse3Rows } from './rows/ssse3.js';
import { stackRows } from './rows/stack.js';
import { stringRows } from './rows/string.js';
import { systemRows } from './rows/system.js';
import { unaryRows } from './rows/unary.js';
import { x87Rows } from './rows/x87.js';

const families: readonly (readonly RowDraft[])[] = [
  arithRows, movRows, unaryRows, muldivRows, shiftRows, bitRows, condRows, branchRows, stackRows, stringRows, atomicRows, systemRows,
  sseRows, sse2intRows, sse2fpRows, sse3Rows, ssse3Rows, sse41Rows, sse42Rows,
  x87Rows, fxsaveRows,
  avxRows(),
];

export const rows: readonly Row[] = families.flat().map((draft, id) => ({ ...draft, id }));

/** Forms are read when first needed: a program uses a few hundred of the rows. */
const forms: (Form | undefined)[] = new Array<Form | undefined>(rows.length).fill(undefined);
export function formOf(row: Row): Form {
  return (forms[row.id] ??= readForm(row));
}

/** Row ids by place in the opcode maps (see form.ts placeOf). */
export const byPlace: (number[] | undefined)[] = new Array<number[] | undefined>(places).fill(undefined);
for (const row of rows) {
  const { place, plus } = opcodePlace(row.encoding);
  for (let p = place; p < place + (plus ? 8 : 1); p++) (byPlace[plus && p === 0x90 ? placeOf(0, exchangeMap, p) : p] ??= []).push(row.id);
}

let mnemonics: Map<string, Row[]> | undefined;
/** Rows of a Go mnemonic, in table order. */
export function rowsOf(mnemonic: string): readonly Row[] {
  if (!mnemonics) {
    mnemonics = new Map();
    for (const row of rows) {
      const list = mnemonics.get(row.mnemonic);
      if (list) list.push(row);
      else mnemonics.set(row.mnemonic, [row]);
    }
  }
  return mnemonics.get(mnemonic) ?? [];
}
