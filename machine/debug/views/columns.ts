/** Rows as lines with aligned columns: what all views print. */

/** Columns are as wide as their longest cell; `right`: those that are aligned at their right end. The last column is not padded. */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows
    .map((row) => row.map((cell, i) => (right.includes(i) ? cell.padStart(widths[i]!) : i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  ').trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

/** An address; `-` for none. */
export const addressText = (address: number | undefined): string => (address === undefined ? '-' : `0x${address.toString(16)}`);
