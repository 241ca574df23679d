/** Runs cases of many rows on several executors and collects where each differs from the one before it. */
import type { Row } from '../../isa/row.js';
import { casesOf, untried } from './cases.js';
import { difference, exactDifference, hex } from './executors.js';
import type { Case, Executor, Result } from './state.js';

export interface Report {
  readonly rows: number;
  readonly cases: number;
  /** Cases that trapped on the first executor. */
  readonly traps: number;
  /** Rows for which no case could be made: only text is known, or see `untried`. */
  readonly skipped: readonly Row[];
  readonly mismatchCount: number;
  /** One line a mismatch, the first few of each row. */
  readonly mismatches: readonly string[];
}

const linesPerRow = 3;
const batch = 4096;

/** `perRow` cases of each row. Two executors of ours must agree in every bit, the host where the manual defines it. */
export function compareExecutors(rows: readonly Row[], perRow: number, seed: number, ...executors: readonly Executor[]): Report {
  const skipped: Row[] = [];
  const mismatches: string[] = [];
  let cases = 0;
  let traps = 0;
  let mismatchCount = 0;
  let pending: { row: Row; c: Case }[] = [];
  const flush = (): void => {
    const all = pending.map((p) => p.c);
    const first = executors[0]!.run(all);
    const lines = new Map<Row, number>();
    pending.forEach(({ row, c }, i) => {
      if (first[i]!.trap >= 0) traps++;
      const text = disagreement(row, c, executors, first[i]!);
      if (!text) return;
      mismatchCount++;
      const n = lines.get(row) ?? 0;
      lines.set(row, n + 1);
      if (n < linesPerRow) mismatches.push(`${describe(c)}: ${text}`);
    });
    cases += all.length;
    pending = [];
  };
  let tried = 0;
  for (const row of rows) {
    const made = untried(row) ? [] : casesOf(row, perRow, seed);
    if (made.length === 0) skipped.push(row);
    else tried++;
    pending.push(...made.map((c) => ({ row, c })));
    if (pending.length >= batch) flush();
  }
  flush();
  return { rows: tried, cases, traps, skipped, mismatchCount, mismatches };
}

/** Where the first two neighbours differ; an executor that throws differs, too. */
function disagreement(row: Row, c: Case, executors: readonly Executor[], first: Result): string | undefined {
  let want = first;
  for (let i = 1; i < executors.length; i++) {
    const names = `${executors[i - 1]!.name} / ${executors[i]!.name}`;
    try {
      const got = executors[i]!.run([c])[0]!;
      const text = want.cells ? exactDifference(row, c, want, got) : difference(row, c, want, got);
      if (text) return `${names}: ${text}`;
      want = got;
    } catch (e) {
      return `${names}: ${(e as Error).message}`;
    }
  }
  return undefined;
}

/** A case so that it can be found again: form, bytes, place and seed. */
export function describe(c: Case): string {
  return `${c.form} [${hex(c.code)}] at ${c.pc.toString(16)} seed ${c.seed} set ${c.set.map(([i, v]) => `${i}=${v.toString(16)}`).join(',')}`;
}
