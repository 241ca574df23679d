/**
 * Names of the arm64 assembler: registers, instructions, special operands. What an instruction looks like as a word comes
 * from the rows of isa/arm64; here stand only the names that the rows do not have.
 */
import type { Form } from '../isa/arm64/form.js';
import { conditionNames } from '../isa/arm64/notation.js';
import { prefetchNumber, stateFieldNumber, systemRegisterNumber } from '../isa/arm64/sysregs.js';
import { aliasForms, formOf, rows } from '../isa/arm64/table.js';
import type { Row } from '../isa/row.js';
import { ownIndex, ownOperand } from './arm64operand.js';
import type { OperandRules } from './operand.js';
import type { ParseRules } from './parse.js';

/** A register as written. `file`: gpr (31 is ZR), sp, f, v, or system, where `index` is its number in MRS. */
export interface Register {
  readonly file: 'gpr' | 'sp' | 'f' | 'v' | 'system';
  readonly index: number;
}

/** Registers by what the ABI uses them for. */
export const REGTMP = 27;
export const REGLR = 30;
export const REGFP = 29;
export const zero = 31;

const registers = new Map<string, Register>();
{
  for (let i = 0; i < 31; i++) if (i !== 18 && i !== 28) registers.set(`R${i}`, { file: 'gpr', index: i });
  // So that nobody takes them by accident: R18 belongs to the platform, R28 holds g.
  registers.set('R18_PLATFORM', { file: 'gpr', index: 18 });
  registers.set('g', { file: 'gpr', index: 28 });
  registers.set('LR', { file: 'gpr', index: REGLR });
  registers.set('ZR', { file: 'gpr', index: zero });
  registers.set('RSP', { file: 'sp', index: 31 });
  for (let i = 0; i < 32; i++) {
    registers.set(`F${i}`, { file: 'f', index: i });
    registers.set(`V${i}`, { file: 'v', index: i });
  }
  for (const row of rows) {
    const name = /^M(?:RS Xt, |SR )(\w+_\w+|[A-Z]+)(?:, Xt)?$/.exec(row.form)?.[1];
    if (name === undefined || registers.has(name)) continue;
    const { value } = formOf(row);
    registers.set(name, { file: 'system', index: (value >>> 5) & 0x7fff });
  }
}

export function registerOf(name: string): Register | undefined {
  const found = registers.get(name);
  if (found) return found;
  const number = systemRegisterNumber(name);
  return number === undefined ? undefined : { file: 'system', index: number };
}

const conditions = new Map<string, number>(conditionNames.map((name, i) => [name.toUpperCase(), i]));
conditions.set('HS', conditions.get('CS')!);
conditions.set('LO', conditions.get('CC')!);
export const conditionOf = (name: string): number | undefined => conditions.get(name);

/** Operations of DC, IC and TLBI: op1, CRn, CRm, op2 of SYS, and whether a register holds an address. Arm ARM C5.1.2. */
const maintenance = new Map<string, { readonly sys: number; readonly register: boolean }>();
{
  const add = (op1: number, crn: number, crm: number, list: string): void => {
    for (const item of list.split(' ')) {
      const [, op2, name, bare] = /^(\d)(\w+?)(-?)$/.exec(item)!;
      maintenance.set(name!, { sys: (op1 << 11) | (crn << 7) | (crm << 3) | Number(op2), register: bare === '' });
    }
  };
  add(0, 8, 3, '0VMALLE1IS- 1VAE1IS 2ASIDE1IS 3VAAE1IS 5VALE1IS 7VAALE1IS');
  add(0, 8, 7, '0VMALLE1- 1VAE1 2ASIDE1 3VAAE1 5VALE1 7VAALE1');
  add(0, 8, 1, '0VMALLE1OS- 1VAE1OS 2ASIDE1OS 3VAAE1OS 5VALE1OS 7VAALE1OS');
  for (const [crm, tail] of [[2, 'IS'], [5, 'OS'], [6, '']] as const) {
    add(0, 8, crm, `1RVAE1${tail} 3RVAAE1${tail} 5RVALE1${tail} 7RVAALE1${tail}`);
    for (const [op1, el] of [[4, 'E2'], [6, 'E3']] as const) add(op1, 8, crm, `1RVA${el}${tail} 5RVAL${el}${tail}`);
  }
  add(4, 8, 0, '1IPAS2E1IS 5IPAS2LE1IS 2RIPAS2E1IS 6RIPAS2LE1IS');
  add(4, 8, 4, '0IPAS2E1OS 1IPAS2E1 2RIPAS2E1 3RIPAS2E1OS 4IPAS2LE1OS 5IPAS2LE1 6RIPAS2LE1 7RIPAS2LE1OS');
  for (const [crm, tail] of [[3, 'IS'], [7, ''], [1, 'OS']] as const) {
    add(4, 8, crm, `0ALLE2${tail}- 1VAE2${tail} 4ALLE1${tail}- 5VALE2${tail} 6VMALLS12E1${tail}-`);
    add(6, 8, crm, `0ALLE3${tail}- 1VAE3${tail} 5VALE3${tail}`);
  }
  add(0, 7, 1, '0IALLUIS-');
  add(0, 7, 5, '0IALLU-');
  add(3, 7, 5, '1IVAU');
  add(0, 7, 6, '1IVAC 2ISW 3IGVAC 4IGSW 5IGDVAC 6IGDSW');
  add(0, 7, 10, '2CSW 4CGSW 6CGDSW');
  add(0, 7, 14, '2CISW 4CIGSW 6CIGDSW');
  add(3, 7, 4, '1ZVA 3GVA 4GZVA');
  add(3, 7, 10, '1CVAC 3CGVAC 5CGDVAC');
  add(3, 7, 11, '1CVAU');
  add(3, 7, 12, '1CVAP 3CGVAP 5CGDVAP');
  add(3, 7, 13, '1CVADP 3CGVADP 5CGDVADP');
  add(3, 7, 14, '1CIVAC 3CIGVAC 5CIGDVAC');
}
export const maintenanceOf = (name: string): { readonly sys: number; readonly register: boolean } | undefined => maintenance.get(name);

/** Whether a bare word is an operand: a condition, a kind of prefetch, a field of PSTATE, what DC and TLBI do. */
export function isName(name: string): boolean {
  return conditions.has(name) || /^(C|J|JC)$/.test(name) || maintenance.has(name) || prefetchNumber(name) !== undefined || (/^DAIF|^S0_/.test(name) && stateFieldNumber(name) !== undefined);
}

/** Second names of instructions, as Go's assembler has them. */
const spellings: Readonly<Record<string, string>> = { BCS: 'BHS', BCC: 'BLO', B: 'JMP', BL: 'CALL' };
export const spelling = (word: string): string => spellings[word] ?? word;

/** Words that rows do not know, or that mean more than a row. */
const pseudoInstructions = [
  'NOP', 'WORD', 'DWORD', 'UNDEF', 'B', 'BL', 'BCS', 'BCC', 'REM', 'REMW', 'UREM', 'UREMW', 'UXTB', 'UXTH', 'UXTW', 'VMOVS', 'VMOVD', 'VMOVQ', 'AT', 'TLBI',
  'BTI', 'PACIASP', 'AUTIASP', 'PACIBSP', 'AUTIBSP', 'AUTIA1716', 'AUTIB1716',
];

let byMnemonic: Map<string, (() => Form)[]> | undefined;
const found = new Map<string, readonly Form[]>();

/** The forms of an instruction in table order: of rows, then of aliases. Read when first asked for; the tables do not change. */
export function formsNamed(word: string): readonly Form[] {
  const known = found.get(word);
  if (known) return known;
  if (!byMnemonic) {
    byMnemonic = new Map();
    for (const row of rows) list(row.mnemonic).push(() => formOf(row));
    for (const { alias, form } of aliasForms()) list(alias.mnemonic).push(() => form);
  }
  const forms = (byMnemonic.get(word) ?? []).map((read) => read());
  if (forms.length > 0) found.set(word, forms);
  return forms;
}

function list(mnemonic: string): (() => Form)[] {
  let l = byMnemonic!.get(mnemonic);
  if (!l) byMnemonic!.set(mnemonic, (l = []));
  return l;
}

let byText: Map<string, Row> | undefined;
/** The row with a form, `ADD Xd|SP, Xn|SP, #imm12sh`: for instructions that stand for others. */
export function formOfText(text: string): Form {
  byText ??= new Map(rows.map((row) => [row.form, row]));
  const row = byText.get(text);
  if (!row) throw new Error(`no row ${text}`);
  return formOf(row);
}

const pseudoWords = new Set(pseudoInstructions);
const isInstruction = (word: string): boolean => pseudoWords.has(word) || (/^[A-Z0-9]+$/.test(word) && formsNamed(word).length > 0);

function* instructionNames(): Iterable<string> {
  yield* pseudoInstructions;
  for (const row of rows) if (/^[A-Z0-9]+$/.test(row.mnemonic)) yield row.mnemonic;
}

const jumps = /^(B|BL|JMP|CALL|ADR|ADRP|B(EQ|NE|HS|LO|CS|CC|MI|PL|VS|VC|HI|LS|GE|LT|GT|LE|AL|NV)|CBN?ZW?|TBN?Z)$/;

export function parseRules(pkgpath: string): ParseRules & OperandRules {
  return {
    pkgpath,
    scaleNeeded: () => false,
    isRegister: (name) => registerOf(name) !== undefined,
    isInstruction,
    instructionNames,
    isJump: (word) => jumps.test(word),
    operand: ownOperand,
    index: ownIndex,
  };
}

/** NOP. */
const noOperation = [0x1f, 0x20, 0x03, 0xd5];

/** `n` bytes that do nothing; n is a multiple of four. */
export const padding = (n: number): number[] => Array.from({ length: n }, (_, i) => noOperation[i % 4]!);
