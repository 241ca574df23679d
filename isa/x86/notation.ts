/** The manual's notation as data: `x86('ADDQ', 'ADD r/m64, imm8', 'REX.W + 83 /0 ib', {...})`. */
import { draft, type RowDraft, type RowSpec } from '../row.js';

export type { RowDraft, RowSpec } from '../row.js';

export const x86 = (mnemonic: string, form: string, encoding: string, spec: RowSpec = {}): RowDraft => draft('amd64', mnemonic, form, encoding, spec);
