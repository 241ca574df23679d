/** What tests of the assembler ask of each instruction set. */
import type { Arch } from '../../asm/assemble.js';
import { printGo } from '../../isa/arm64/printGo.js';
import { rows as arm64Rows } from '../../isa/arm64/table.js';
import type { Row } from '../../isa/row.js';
import { allRows, rows as amd64Rows } from '../../isa/x86/table.js';
import { wordsOf } from '../helpers/arm64/words.js';
import type { Random } from '../helpers/random.js';
import { lineFor } from './wide.js';

export const arches: readonly Arch[] = ['amd64', 'arm64'];

/** Two lines of every row: of those that run, or of all. */
export function linesOf(arch: Arch, random: Random, all: boolean): string[] {
  const lines = arch === 'arm64' ? arm64Rows.flatMap((row) => arm64Lines(row, random)) : (all ? allRows() : amd64Rows).flatMap((row) => [lineFor(row, random), lineFor(row, random)]);
  return [...new Set(lines)].filter((l): l is string => l !== undefined);
}

/** Places in a function mean nothing to a line by itself. */
function arm64Lines(row: Row, random: Random): string[] {
  return wordsOf(row, 2, random).map(({ insn }) => printGo(insn)).filter((line) => !line.includes('(PC)'));
}
