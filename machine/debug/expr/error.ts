/** What is wrong with an expression, in one sentence, and where it stands in it. */

export class ExprError extends Error {
  override readonly name = 'ExprError';
  /** `column`: from 1. */
  constructor(
    readonly column: number,
    readonly why: string,
  ) {
    super(`column ${column}: ${why}`);
  }
}

/** `at`: from 0, as scanners and parsers count. */
export function fail(at: number, why: string): never {
  throw new ExprError(at + 1, why);
}

/** The word among `known` that takes the fewest changed letters to become `word`; undefined where none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = candidate.toLowerCase() === word.toLowerCase() ? 0.5 : changes(word, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Letters put in, taken out or replaced, and neighbours that changed places. */
function changes(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
