/** Runs cases of many rows on two executors and collects where they differ. */
import type { Row } from '../../isa/row.js';
import { casesOf, untried } from './cases.js';
import { difference, hex } from './executors.js';
import type { Case, Executor } from './state.js';

export interface Report {
  readonly rows: number;
  readonly cases: number;
  /** Rows for which no case could be made: their bytes belong to another row, or only text is known. */
  readonly skipped: readonly Row[];
  readonly traps: number;
  /** One line a mismatch, the first few of each row. */
  readonly mismatches: readonly string[];
  readonly mismatchCount: number;
}

const linesPerRow = 3;

export function compareExecutors(rows: readonly Row[], perRow: number, seed: number, want: Executor, got: Executor): Report {
  const skipped: Row[] = [];
  const mismatches: string[] = [];
  let cases = 0;
  let traps = 0;
  let mismatchCount = 0;
  let tried = 0;
  let pending: { row: Row; cases: Case[] }[] = [];
  let waiting = 0;
  const flush = (): void => {
    const all = pending.flatMap((p) => p.cases);
    const wanted = want.run(all);
    let at = 0;
    for (const p of pending) {
      let lines = 0;
      for (const c of p.cases) {
        const expected = wanted[at++]!;
        if (expected.trap >= 0) traps++;
        let diff: string | undefined;
        try {
          diff = difference(p.row, expected, got.run([c])[0]!);
        } catch (e) {
          diff = (e as Error).message;
        }
        if (!diff) continue;
        mismatchCount++;
        if (lines++ < linesPerRow) mismatches.push(`${describe(c)}: ${want.name} / ${got.name}: ${diff}`);
      }
    }
    cases += at;
    pending = [];
    waiting = 0;
  };
  for (const row of rows) {
    const made = untried(row) ? [] : casesOf(row, perRow, seed);
    if (made.length === 0) {
      skipped.push(row);
      continue;
    }
    tried++;
    pending.push({ row, cases: made });
    waiting += made.length;
    if (waiting >= 4096) flush();
  }
  flush();
  return { rows: tried, cases, skipped, traps, mismatches, mismatchCount };
}

/** A case so that it can be found again: form, bytes, place and seed. */
export function describe(c: Case): string {
  return `${c.form} [${hex(c.code)}] at ${c.pc.toString(16)} seed ${c.seed} set ${c.set.map(([i, v]) => `${i}=${v.toString(16)}`).join(',')}`;
}
