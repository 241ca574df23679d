/**
 * Results of a sweep, in a file that grows a line a cell, so that a sweep that was interrupted goes on where it was. A line tells which job
 * it is of; jobs that are not asked for any longer stay in the file and do no harm.
 */
import { appendFileSync, existsSync, truncateSync } from 'node:fs';
import { readInput, reasonOf } from '../file.js';
import { InputError } from '../options.js';
import type { Ran } from './cell.js';
import { labelOf } from './spec.js';
import type { Cell } from './grid.js';

interface Line {
  readonly id: string;
  readonly cell: Readonly<Record<string, string>>;
  readonly ran: Ran;
}

export class Results {
  private readonly known = new Map<string, Ran>();

  /** `fresh`: what the file has is not asked. Errors: InputError where the file is something else. */
  constructor(readonly path: string, fresh: boolean) {
    if (!existsSync(path)) return;
    const bytes = readInput(path);
    const end = bytes.lastIndexOf(0x0a) + 1;
    const lines = new TextDecoder().decode(bytes.subarray(0, end)).split('\n').slice(0, -1);
    for (const [i, text] of lines.entries()) {
      const line = parsed(text);
      if (!line) throw new InputError(`${path}:${i + 1}: no result of a sweep; choose another file with --results`);
      if (!fresh) this.known.set(line.id, line.ran);
    }
    if (lines.length === 0 && bytes.length > 0 && bytes[0] !== 0x7b) throw new InputError(`${path}: no results of a sweep; choose another file with --results`);
    if (end < bytes.length) truncateSync(path, end); // cut off while it was written
  }

  /** What a cell gave the last time. */
  of(cell: Cell): Ran | undefined {
    return this.known.get(cell.id);
  }

  add(cell: Cell, ran: Ran): void {
    this.known.set(cell.id, ran);
    const line: Line = { id: cell.id, cell: Object.fromEntries([...cell.values].map(([key, v]) => [key, labelOf(v)])), ran };
    try {
      appendFileSync(this.path, `${JSON.stringify(line)}\n`);
    } catch (e) {
      throw new InputError(`${this.path}: ${reasonOf(e)}`);
    }
  }
}

function parsed(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Partial<Line>;
    return typeof line.id === 'string' && typeof line.ran === 'object' ? (line as Line) : undefined;
  } catch {
    return undefined;
  }
}
