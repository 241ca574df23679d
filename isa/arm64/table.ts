/**
 * All arm64 rows in their order, and the aliases by which they are better known. A row's id is its position; ids are internal: they never enter snapshots or files.
 */
import { numbered, type Row } from '../row.js';
import { readForm, type Form } from './form.js';
import type { Alias, RowDraft } from './notation.js';
import { addsubAliases, addsubRows } from './rows/addsub.js';
import { logicAliases, logicRows } from './rows/logic.js';
import { bitfieldAliases, bitfieldRows } from './rows/bitfield.js';
import { dataAliases, dataRows } from './rows/data.js';
import { atomicAliases, atomicRows } from './rows/atomic.js';
import { memoryRows } from './rows/memory.js';
import { privilegedRows, systemRows } from './rows/system.js';
import { fpRows } from './rows/fp.js';
import { fpmemRows } from './rows/fpmem.js';
import { cryptoRows } from './rows/crypto.js';
import { simdAliases, simdRows } from './rows/simd.js';
import { simdfpRows } from './rows/simdfp.js';
import { simdmemRows } from './rows/simdmem.js';
import { simdmoveAliases, simdmoveRows } from './rows/simdmove.js';
import { simdshiftAliases, simdshiftRows } from './rows/simdshift.js';
import { branchAliases, branchRows } from './rows/branch.js';

const families: readonly (readonly RowDraft[])[] = [addsubRows, logicRows, bitfieldRows, dataRows, memoryRows, atomicRows, branchRows, systemRows, fpRows, fpmemRows,
  simdRows, simdmoveRows, simdshiftRows, simdfpRows, simdmemRows, cryptoRows, privilegedRows];
const aliasFamilies: readonly (readonly Alias[])[] = [addsubAliases, logicAliases, bitfieldAliases, dataAliases, atomicAliases, branchAliases, simdAliases, simdmoveAliases, simdshiftAliases];

export const rows: readonly Row[] = families.flat().map(numbered);
export const aliases: readonly Alias[] = aliasFamilies.flat();

/** Forms are read when first needed: a program uses a few hundred of the rows. */
const forms: (Form | undefined)[] = [];
export function formOf(row: Row): Form {
  return (forms[row.id] ??= readForm(row));
}

export interface AliasForm {
  readonly alias: Alias;
  readonly form: Form;
}
let aliasList: readonly AliasForm[] | undefined;
export function aliasForms(): readonly AliasForm[] {
  return (aliasList ??= aliases.map((alias) => ({ alias, form: readForm(alias) })));
}
