/**
 * Recorded outcomes of arm64 cases, a case a line: form, word, then what it changed. `casesOf(row, 1, seed)` makes the case again, so
 * only its outcome stands here: `signal=11`, `pc=...` where it is not the next instruction, `nzcv`, `x3`, `v7` (128 bits) and `[offset]` in hexadecimal.
 */
import type { Row } from '../../../isa/row.js';
import { background, casesOf, pc, type Case, type Result } from './cases.js';

export const recordedSeed = 23;
export const recordedCase = (row: Row): Case | undefined => casesOf(row, 1, recordedSeed)[0];

export function outcome(c: Case, r: Result): string {
  const words: string[] = [];
  const add = (name: string, v: bigint | number): void => void words.push(`${name}=${v.toString(16)}`);
  if (r.signal !== 0) add('signal', r.signal);
  if (r.pc !== BigInt(r.signal === 0 ? pc + 4 : pc)) add('pc', r.pc);
  if (r.nzcv !== c.nzcv) add('nzcv', r.nzcv);
  r.x.forEach((v, i) => v !== c.x[i] && add(`x${i}`, v));
  for (let i = 0; i < 32; i++) if (r.v[2 * i] !== c.v[2 * i] || r.v[2 * i + 1] !== c.v[2 * i + 1]) add(`v${i}`, r.v[2 * i]! | (r.v[2 * i + 1]! << 64n));
  for (const [at, v] of r.memory) if (v !== background(at / 8)) add(`[${at.toString(16)}]`, v);
  return words.join(' ');
}

export const line = (c: Case, r: Result): string => `${c.row.form} ; ${c.word.toString(16).padStart(8, '0')} ; ${outcome(c, r)}`.trimEnd();
