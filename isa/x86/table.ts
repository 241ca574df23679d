/**
 * All x86-64 rows in their order. A row's id is its position (ids are internal: they never enter snapshots or files). Where several rows of one mnemonic fit, the encoder
 * takes the first.
 */
import { numbered, type Row } from '../row.js';
import { Space, exchangeMap, opcodePlace, placeOf, places, readForm, type Form } from './form.js';
import type { RowDraft } from './notation.js';
import { arithRows } from './rows/arith.js';
import { atomicRows } from './rows/atomic.js';
import { avxRows } from './rows/avx.js';
import { bitRows } from './rows/bits.js';
import { branchRows } from './rows/branch.js';
import { condRows } from './rows/cond.js';
import { evexRows } from './rows/evex.js';
import { extRows } from './rows/ext.js';
import { fxsaveRows } from './rows/fxsave.js';
import { legacyRows } from './rows/legacy.js';
import { mmxRows } from './rows/mmx.js';
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
  x87Rows, fxsaveRows, extRows, mmxRows, legacyRows,
];

/**
 * Vector rows, two thirds of all, which nothing executes: made when the first VEX or EVEX opcode or V mnemonic
 * asks for them, because reading them takes longer than starting a small program may.
 */
const vectorFamilies: readonly (() => RowDraft[])[] = [avxRows, evexRows];

const table: Row[] = [];
/** Row ids by place in the opcode maps (see form.ts placeOf). */
const byPlace: (number[] | undefined)[] = new Array<number[] | undefined>(places).fill(undefined);

function add(drafts: readonly RowDraft[]): void {
  for (const draft of drafts) {
    const id = table.length;
    table.push(numbered(draft, id));
    const { place, plus } = opcodePlace(draft.encoding);
    for (let p = place; p < place + (plus ? 8 : 1); p++) {
      const at = plus && p === 0x90 ? placeOf(Space.Legacy, exchangeMap, p) : p;
      (byPlace[at] ??= []).push(id);
    }
  }
}
for (const family of families) add(family);

/** The rows that a machine may meet while it runs: every one with a lift, and others. Ids are positions here and in allRows. */
export const rows: readonly Row[] = table.slice();

let complete = false;
/** Every row: `rows`, then the vector families. */
export function allRows(): readonly Row[] {
  if (!complete) {
    complete = true;
    for (const family of vectorFamilies) add(family());
  }
  return table;
}

/** Ids of the rows at a place in the opcode maps. */
export function rowsAt(place: number): readonly number[] {
  if (place >= placeOf(Space.Vex, 0, 0)) allRows();
  return byPlace[place] ?? [];
}

/** Forms are read when first needed: a program uses a few hundred of the rows. */
const forms: (Form | undefined)[] = [];
export function formOf(row: Row): Form {
  return (forms[row.id] ??= readForm(row));
}

let mnemonics: Map<string, Row[]> | undefined;
let indexed = 0;
/** Rows of a Go mnemonic, in table order. */
export function rowsOf(mnemonic: string): readonly Row[] {
  mnemonics ??= new Map();
  const found = index(mnemonics).get(mnemonic);
  const vector = mnemonic[0] === 'V' || mnemonic[0] === 'K';
  if (!vector || complete) return found ?? [];
  allRows();
  return index(mnemonics).get(mnemonic) ?? [];
}

function index(map: Map<string, Row[]>): Map<string, Row[]> {
  for (; indexed < table.length; indexed++) {
    const row = table[indexed]!;
    const list = map.get(row.mnemonic);
    if (list) list.push(row);
    else map.set(row.mnemonic, [row]);
  }
  return map;
}
