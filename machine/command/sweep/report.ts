/** What a sweep found, as a table, CSV or JSON: a row a cell, a column an axis and a measure. */
import type { Ran } from './cell.js';
import type { Cell } from './grid.js';
import { labelOf, type Measure, type Spec } from './spec.js';

export interface Done {
  readonly cell: Cell;
  readonly ran: Ran;
}

/** The measure's figure of a cell that has run; undefined: the machine does not count it, or the output does not tell it. */
export function figureOf(measure: Measure, ran: Ran): number | undefined {
  if (measure.output === undefined) return ran.counts[measure.name];
  const found = Number(measure.output.exec(ran.output)?.[1] ?? NaN);
  return Number.isNaN(found) ? undefined : found;
}

const columns = (spec: Spec): string[] => [...spec.axes.map((a) => a.key), ...spec.measures.map((m) => m.name), 'failure'];

/** Texts of a row; `grouped`: whole numbers with commas. */
function row(spec: Spec, { cell, ran }: Done, grouped: boolean): string[] {
  const number = (n: number | undefined): string => (n === undefined ? '' : grouped && Number.isInteger(n) ? n.toLocaleString('en-US') : grouped ? n.toPrecision(6) : String(n));
  return [...spec.axes.map((a) => labelOf(cell.values.get(a.key)!)), ...spec.measures.map((m) => number(ran.failure === undefined ? figureOf(m, ran) : undefined)), ran.failure ?? ''];
}

export function tableOf(spec: Spec, done: readonly Done[]): string {
  const rows = [columns(spec), ...done.map((d) => row(spec, d, true))];
  const shown = done.some((d) => d.ran.failure !== undefined) ? columns(spec).length : columns(spec).length - 1;
  const widths = columns(spec).map((_, i) => Math.max(...rows.map((r) => r[i]!.length)));
  const words = spec.axes.map((a) => !a.values.every((v) => typeof v === 'number')); // left
  return rows.map((r) => `${r.slice(0, shown).map((c, i) => (words[i] || i === columns(spec).length - 1 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!))).join('  ').trimEnd()}\n`).join('');
}

export function csvOf(spec: Spec, done: readonly Done[]): string {
  const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [columns(spec), ...done.map((d) => row(spec, d, false))].map((r) => `${r.map(quoted).join(',')}\n`).join('');
}

/** An object a line, as other commands write JSON. */
export function jsonOf(spec: Spec, done: readonly Done[]): string {
  return done.map(({ cell, ran }) => {
    const figures = ran.failure === undefined ? Object.fromEntries(spec.measures.map((m) => [m.name, figureOf(m, ran) ?? null])) : {};
    return `${JSON.stringify({ ...Object.fromEntries(cell.values), ...figures, status: ran.status ?? null, failure: ran.failure ?? null, digest: ran.digest })}\n`;
  }).join('');
}
