/**
 * Source texts, positions in them, and the errors of a run.
 *
 * An error is a value with file, line and column; all of them are collected and shown in source order. One
 * fault tends to breed others (a bad operand, then a label that seems undefined), so whoever reports gives at
 * most one error for a statement, and the list is cut where nobody would read on.
 */

/** One text: a file handed to the assembler or one it includes. */
export class SourceFile {
  private starts: number[] | undefined;

  constructor(
    readonly name: string,
    readonly text: string,
    /** Position in the order in which files were opened; errors are sorted by it. */
    readonly order: number,
  ) {}

  /** Line `n` from 1, without its end; empty past the end. */
  line(n: number): string {
    this.starts ??= lineStarts(this.text);
    const from = this.starts[n - 1];
    if (from === undefined) return '';
    const to = this.starts[n];
    return this.text.slice(from, to === undefined ? undefined : to - 1).replace(/\r$/, '');
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
}

/** A place in a text. Lines and columns count from 1; columns are UTF-16 units. */
export interface Position {
  readonly file: SourceFile;
  readonly line: number;
  readonly col: number;
  /** How many units the thing there is long, for the underline. */
  readonly length: number;
  /** The macro whose expansion put it there; the position is that of the use. */
  readonly macro?: string | undefined;
}

export interface Diagnostic {
  readonly file: string;
  readonly line: number; // 0: about the file or the whole run
  readonly col: number;
  readonly length: number;
  readonly message: string;
  /** The line itself, so that an error in an included file can be shown too. */
  readonly text: string;
}


const mostHints = 100;

/** The errors of one run. */
export class Diagnostics {
  private readonly found: { readonly at: Position | undefined; readonly message: string }[] = [];
  private dropped = 0;
  private hints = 0;

  /** `most`: further errors are counted, not kept. */
  constructor(private readonly most = 500) {}

  get any(): boolean {
    return this.found.length > 0;
  }

  /** `at` undefined: about the whole run. */
  error(at: Position | undefined, message: string): void {
    if (this.found.length >= this.most) this.dropped++;
    else this.found.push({ at, message: at?.macro === undefined ? message : `${message} (in macro ${at.macro})` });
  }

  /** `; did you mean A or B?`, or nothing. A file full of unknown words gets hints for the first of them: each costs a look at all names. */
  didYouMean(word: string, names: Iterable<string>): string {
    if (word.length > 32 || ++this.hints > mostHints) return '';
    const near = nearNames(word, names);
    return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  }

  /** In source order, each once. */
  sorted(): Diagnostic[] {
    const by = this.found.slice().sort((a, b) => rank(a.at) - rank(b.at) || (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.col ?? 0) - (b.at?.col ?? 0));
    const list: Diagnostic[] = [];
    for (const { at, message } of by) {
      const d = { file: at?.file.name ?? '', line: at?.line ?? 0, col: at?.col ?? 0, length: at?.length ?? 0, message, text: at ? at.file.line(at.line) : '' };
      const last = list[list.length - 1];
      if (!last || last.file !== d.file || last.line !== d.line || last.col !== d.col || last.message !== d.message) list.push(d);
    }
    if (this.dropped > 0) list.push({ file: '', line: 0, col: 0, length: 0, message: `and ${this.dropped} more errors`, text: '' });
    return list;
  }
}

/** Errors about the whole run come last. */
const rank = (at: Position | undefined): number => (at ? at.file.order : Infinity);

/** Control characters would act on the terminal; one unit each, so that columns stay. */
export const printable = (text: string): string => text.replace(/[\0-\x08\x0a-\x1f\x7f-\x9f]/g, '?');

/** Longer lines are shown without their excerpt. */
const longestExcerpt = 400;

/**
 * `file:line:col: message`, then the source line and a caret under the place. `source` gives the line when the
 * diagnostic has none of its own.
 */
export function formatDiagnostic(d: Diagnostic, source?: string): string {
  if (d.line === 0) return d.file === '' ? d.message : `${d.file}: ${d.message}`;
  const head = printable(`${d.file}:${d.line}:${d.col}: ${d.message}`);
  const raw = d.text !== '' || source === undefined ? d.text : (source.split('\n')[d.line - 1] ?? '');
  const text = printable(raw);
  if (text.trim() === '' || text.length > longestExcerpt) return head;
  // Tabs stay tabs under the line, so the caret stands right however wide they are.
  const pad = text.slice(0, d.col - 1).replace(/[^\t]/gu, ' ');
  const tail = Math.max(0, Math.min(d.length, text.length - d.col + 1) - 1);
  return `${head}\n${text}\n${pad}^${'~'.repeat(tail)}`;
}

/**
 * Up to three of `names` that `word` may have meant: within two edits, one for short words, nearest first.
 */
export function nearNames(word: string, names: Iterable<string>): string[] {
  const most = word.length <= 3 ? 1 : 2;
  const near: { name: string; distance: number }[] = [];
  for (const name of new Set(names)) {
    if (Math.abs(name.length - word.length) > most) continue;
    const distance = editDistance(word, name, most);
    if (distance <= most) near.push({ name, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return near.slice(0, 3).map((n) => n.name);
}

/** Insertions, deletions, replacements and swaps of neighbours; anything above `most` may come back as more than `most`. */
function editDistance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      let d = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2]! + 1);
      row.push(d);
    }
    if (Math.min(...row) > most) return most + 1;
    before = last;
    last = row;
  }
  return last[b.length]!;
}
