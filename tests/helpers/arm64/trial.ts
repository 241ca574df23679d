/** Runs cases of many arm64 rows on several executors and collects where each differs from the first. */
import type { Row } from '../../../isa/row.js';
import { casesOf, untried, type Case, type Executor } from './cases.js';
import { difference } from './executors.js';
import { settled } from './partial.js';

export interface Report {
  readonly rows: number;
  readonly cases: number;
  /** Cases that ended in a signal on the first executor. */
  readonly signals: number;
  /** Differences in what partial.ts says is open, which count as none. */
  readonly open: number;
  /** A line for each of the first mismatches of a row. */
  readonly mismatches: readonly string[];
}

const linesPerRow = 3;

/** `perRow` cases of each row that can be tried. */
export const compare = (rows: readonly Row[], perRow: number, seed: number, executors: readonly Executor[]): Report =>
  compareCases(rows.filter((row) => !untried(row)).flatMap((row) => casesOf(row, perRow, seed)), executors, `seed ${seed}`);

/** `from` says in a mismatch where the cases come from. */
export function compareCases(cases: readonly Case[], executors: readonly Executor[], from: string): Report {
  const [first, ...others] = executors.map((e) => ({ name: e.name, results: e.run(cases) }));
  const lines = new Map<Row, number>();
  const mismatches: string[] = [];
  let open = 0;
  cases.forEach((c, i) => {
    for (const other of others) {
      const [want, got] = [first!.results[i]!, other.results[i]!];
      if (difference(want, got) === undefined) continue;
      const text = difference(settled(c, want), settled(c, got));
      if (text === undefined) {
        open++;
        continue;
      }
      const n = lines.get(c.row) ?? 0;
      lines.set(c.row, n + 1);
      if (n < linesPerRow) mismatches.push(`${describe(c)} ${from}: ${first!.name} / ${other.name}: ${text}`);
    }
  });
  return { rows: new Set(cases.map((c) => c.row)).size, cases: cases.length, signals: first!.results.filter((r) => r.signal !== 0).length, open, mismatches };
}

export const describe = (c: Case): string => `${c.row.form} [${c.word.toString(16).padStart(8, '0')}]`;
