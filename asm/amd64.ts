/**
 * Names of the amd64 assembler: registers, instructions, spellings. What an instruction looks like in bytes comes
 * from the rows of isa/x86; here stand only the names that the rows do not have: Go's other spellings, and the
 * pseudo-instructions.
 */
import { allRows, formOf, rowsOf } from '../isa/x86/table.js';
import type { Row } from '../isa/row.js';
import type { OperandRules } from './operand.js';
import type { ParseRules } from './parse.js';

/** A register as written. `width` 0: a general register whose width the instruction decides (AX is AL in ADDB). */
export interface Register {
  readonly file: string;
  readonly index: number;
  readonly width: 0 | 8;
  readonly high: boolean;
}

const registerTable = new Map<string, Register>();
{
  const add = (name: string, file: string, index: number, width: 0 | 8 = 0, high = false): void => void registerTable.set(name, { file, index, width, high });
  ['AX', 'CX', 'DX', 'BX', 'SP', 'BP', 'SI', 'DI', 'R8', 'R9', 'R10', 'R11', 'R12', 'R13', 'R14', 'R15'].forEach((n, i) => add(n, 'gpr', i));
  ['AL', 'CL', 'DL', 'BL', 'SPB', 'BPB', 'SIB', 'DIB', 'R8B', 'R9B', 'R10B', 'R11B', 'R12B', 'R13B', 'R14B', 'R15B'].forEach((n, i) => add(n, 'gpr', i, 8));
  ['AH', 'CH', 'DH', 'BH'].forEach((n, i) => add(n, 'gpr', i, 8, true));
  const numbered = (prefix: string, file: string, count: number): void => {
    for (let i = 0; i < count; i++) add(`${prefix}${i}`, file, i);
  };
  numbered('F', 'st', 8);
  numbered('M', 'mmx', 8);
  numbered('K', 'mask', 8);
  numbered('X', 'xmm', 32);
  numbered('Y', 'ymm', 32);
  numbered('Z', 'zmm', 32);
  numbered('CR', 'cr', 16);
  numbered('DR', 'dr', 8);
  ['ES', 'CS', 'SS', 'DS', 'FS', 'GS'].forEach((n, i) => add(n, 'seg', i));
  add('TLS', 'tls', 0);
  // Go's runtime calls R14 by what it holds.
  add('g', 'gpr', 14);
}

export function registerOf(name: string): Register | undefined {
  return registerTable.get(name);
}

/** Conditions by their other names: Intel's, and the 68000 family's that Plan 9 used. */
const conditions: Readonly<Record<string, string>> = {
  A: 'HI', AE: 'CC', B: 'CS', BE: 'LS', C: 'CS', E: 'EQ', G: 'GT', HS: 'CC', L: 'LT', LO: 'CS', NA: 'LS', NAE: 'CS', NB: 'CC', NBE: 'HI', NC: 'CC',
  NG: 'LE', NGE: 'LT', NL: 'GE', NLE: 'GT', NO: 'OC', NP: 'PC', NS: 'PL', NZ: 'NE', O: 'OS', P: 'PS', PE: 'PS', PO: 'PC', S: 'MI', Z: 'EQ',
};

/** Second names of instructions, as Go's assembler has them. */
const spellings: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(conditions).map(([other, name]) => [`J${other}`, `J${name}`])),
  MASKMOVDQU: 'MASKMOVOU', MOVD: 'MOVQ', MOVDQ2Q: 'MOVQ', MOVNTDQ: 'MOVNTO', MOVOA: 'MOVO', PSLLDQ: 'PSLLO', PSRLDQ: 'PSRLO', PADDD: 'PADDL',
  SALB: 'SHLB', SALW: 'SHLW', SALL: 'SHLL', SALQ: 'SHLQ', MOVBEW: 'MOVBEWW', MOVBEL: 'MOVBELL', MOVBEQ: 'MOVBEQQ', PSHUFD: 'PSHUFL', MOVSWW: 'MOVWWSX', MOVZWW: 'MOVWWZX',
  FCMOVB: 'FCMOVCS', FCMOVNB: 'FCMOVCC', FCMOVE: 'FCMOVEQ', FCMOVBE: 'FCMOVLS', FCMOVNBE: 'FCMOVHI', FCMOVU: 'FCMOVUN', FCMOVNU: 'FCMOVNU',
};

/** Words that rows do not know, or that mean more than a row. */
export const pseudoInstructions = ['NOP', 'BYTE', 'WORD', 'LONG', 'QUAD', 'ADJSP', 'UNDEF', 'DUFFZERO', 'DUFFCOPY', 'LOCK', 'REP', 'REPN', 'MOVLQZX', 'MOVQL', 'PUSHFQ', 'POPFQ'] as const;

const words = new Set<string>([...pseudoInstructions, ...Object.keys(spellings)]);

/** Plain words only: the table also has names like `REP; MOVSQ`, which printers use. */
const isInstruction = (word: string): boolean => /^[A-Z0-9]+$/.test(word) && (words.has(word) || rowsNamed(word).length > 0);

/** All words that may begin an instruction, for spelling hints. */
function* instructionNames(): Iterable<string> {
  yield* words;
  for (const row of allRows()) if (/^[A-Z0-9]+$/.test(row.mnemonic)) yield row.mnemonic;
}

/** The rows of an instruction, under whichever of its names the table has them. */
export function rowsNamed(word: string): readonly Row[] {
  const found = rowsOf(word);
  const sized = /^(V(?:CVT|FPCLASS)\w+)([XYZ])$/.exec(word);
  // Where the destination does not tell the source's length, Go's name does; the table says it for some rows only.
  if (sized) {
    const all = new Set([...found, ...rowsOf(sized[1]!), ...rowsOf(`${sized[1]}X`)]);
    return [...all].filter((r) => formOf(r).l === 'XYZ'.indexOf(sized[2]!));
  }
  return found.length > 0 ? found : rowsOf(spellings[word] ?? word);
}

export function parseRules(pkgpath: string): ParseRules & OperandRules {
  return {
    pkgpath,
    scaleNeeded: (index) => registerTable.get(index)?.file !== 'seg',
    isRegister: (name) => registerTable.has(name),
    isInstruction,
    instructionNames,
    isJump: (word) => /^J|^LOOP|^(CALL|XBEGIN)$/.test(word),
  };
}

/** Instructions that do nothing, one of each length from 1 to 9 bytes, as the processor manuals recommend them. */
const nops: readonly (readonly number[])[] = [
  [0x90],
  [0x66, 0x90],
  [0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0x00],
  [0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
  [0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
];

/** `n` bytes of no-operations, the longest first. */
export function padding(n: number): number[] {
  const out: number[] = [];
  for (let left = n; left > 0; ) {
    const nop = nops[Math.min(left, nops.length) - 1]!;
    out.push(...nop);
    left -= nop.length;
  }
  return out;
}
