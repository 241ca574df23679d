/**
 * The Arm ARM's notation as data: `a64('ADD', 'ADD Xd, Xn, Xm, shift', '1 0 0 01011 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5', {...})`.
 *
 * The diagram lists fixed bits and fields `name:width` from bit 31 down, 32 bits in all. The form names operands by the fields
 * they come from; form.ts tells which words it knows. An alias is a form of a row that assemblers and
 * disassemblers prefer when its diagram and its condition hold.
 */
import { draft, type RowDraft, type RowSpec } from '../row.js';

export type { RowDraft, RowSpec } from '../row.js';

export const a64 = (mnemonic: string, form: string, encoding: string, spec: RowSpec = {}): RowDraft => draft('arm64', mnemonic, form, encoding, spec);

/** Reads a field of the instruction word by its name in the alias's diagram. */
export type FieldReader = (name: string) => number;

/** A preferred spelling of rows that its diagram covers. Of several that hold, the first in the table is printed. */
export interface Alias {
  /** Go assembler's mnemonic. */
  readonly mnemonic: string;
  readonly form: string;
  readonly encoding: string;
  /** Beyond what the diagram fixes. */
  readonly when: ((field: FieldReader) => boolean) | undefined;
}

export function alias(mnemonic: string, form: string, encoding: string, when?: (field: FieldReader) => boolean): Alias {
  return { mnemonic, form, encoding, when };
}

/** Condition codes in encoding order; the last two both mean always. */
export const conditionNames = ['eq', 'ne', 'cs', 'cc', 'mi', 'pl', 'vs', 'vc', 'hi', 'ls', 'ge', 'lt', 'gt', 'le', 'al', 'nv'] as const;
