/**
 * The code of one function laid out: offsets, branch sizes, padding, line entries.
 *
 * Branches choose between a short and a long form. All forward branches start short; a pass that finds one out of
 * reach makes it long and starts over, and nothing becomes short again, so this ends. A backward branch takes in
 * each pass whatever its distance asks for, since what it jumps over is already placed: this is Go's assembler's
 * way, and gives its sizes. So does an oddity: its byte instructions learn in their first pass that the register
 * they were given as AX is AL, and take the accumulator's shorter form if there is a second (`later`).
 */
import type { Position } from './diag.js';
import type { DepthEntry, Fixup, LineEntry } from './object.js';

interface ItemBase {
  readonly at: Position;
  /** Bytes by which the stack pointer moves down in it; negative: up. */
  readonly push?: number;
  readonly prologueEnd?: boolean;
}

export type Item =
  | (ItemBase & {
      readonly kind: 'code';
      readonly bytes: readonly number[];
      readonly fixups: readonly Fixup[];
      /** Taken instead of `bytes` from the second pass on; without fixups. */
      readonly later?: readonly number[];
    })
  /** A branch within the function: the bytes before an 8-bit and before a 32-bit displacement. */
  | (ItemBase & { readonly kind: 'branch'; readonly short: readonly number[] | undefined; readonly long: readonly number[] | undefined; readonly target: number })
  | (ItemBase & { readonly kind: 'align'; readonly to: number })
  /** No bytes. */
  | (ItemBase & { readonly kind: 'mark' });

export interface Layout {
  readonly bytes: Uint8Array;
  readonly align: number;
  readonly fixups: readonly Fixup[];
  readonly lines: readonly LineEntry[];
  readonly depths: readonly DepthEntry[];
}

/** Functions start at multiples of this, as Go's on amd64. */
const functionAlign = 32;

/** `padding(n)`: n bytes that do nothing. `tooFar` is told of branches without a long form that cannot reach. */
export function layOut(items: readonly Item[], padding: (n: number) => readonly number[], tooFar: (at: Position) => void): Layout {
  const { offsets, passes } = place(items);
  const size = offsets[items.length]!;
  const bytes = new Uint8Array(size);
  const fixups: Fixup[] = [];
  const lines: LineEntry[] = [];
  const depths: DepthEntry[] = [{ offset: 0, depth: 0 }];
  let align = functionAlign;
  let depth = 0;
  items.forEach((item, i) => {
    const offset = offsets[i]!;
    const end = offsets[i + 1]!;
    if (end > offset) line(lines, { offset, at: item.at, prologueEnd: item.prologueEnd === true });
    if (item.push !== undefined && item.push !== 0) depths.push({ offset: end, depth: (depth += item.push) });
    if (item.kind === 'code') {
      bytes.set(codeOf(item, passes), offset);
      for (const f of item.fixups) fixups.push({ ...f, offset: f.offset + offset });
    } else if (item.kind === 'align') {
      align = Math.max(align, item.to);
      bytes.set(padding(end - offset), offset);
    } else if (item.kind === 'branch') {
      if (!branch(bytes, offset, end, offsets[item.target]!, item)) tooFar(item.at);
    }
  });
  return { bytes, align, fixups, lines, depths };
}

const codeOf = (item: Item & { kind: 'code' }, pass: number): readonly number[] => (pass > 1 && item.later ? item.later : item.bytes);

/** Offsets of all items and the end, and how many passes it took. */
function place(items: readonly Item[]): { readonly offsets: readonly number[]; readonly passes: number } {
  const long = new Set<number>();
  const offsets = new Array<number>(items.length + 1).fill(0);
  let passes = 0;
  for (let again = true; again; ) {
    again = false;
    passes++;
    for (let i = 0; i < items.length; i++) {
      const at = offsets[i]!;
      offsets[i + 1] = at + sizeOf(items[i]!, i, at, offsets, long, passes);
    }
    items.forEach((item, i) => {
      if (item.kind !== 'branch' || item.target <= i || long.has(i) || !item.long) return;
      if (offsets[item.target]! - offsets[i + 1]! <= 127) return;
      long.add(i);
      again = true;
    });
  }
  return { offsets, passes };
}

function sizeOf(item: Item, i: number, at: number, offsets: readonly number[], long: ReadonlySet<number>, pass: number): number {
  switch (item.kind) {
    case 'code':
      return codeOf(item, pass).length;
    case 'align':
      return -at & (item.to - 1);
    case 'mark':
      return 0;
    case 'branch': {
      const short = item.short && item.short.length + 1;
      const full = item.long && item.long.length + 4;
      if (short === undefined) return full!;
      if (full === undefined) return short;
      const reaches = item.target <= i ? offsets[item.target]! - (at + short) >= -128 : !long.has(i);
      return reaches ? short : full;
    }
  }
}

/** Writes a branch; false when the distance does not fit. */
function branch(bytes: Uint8Array, offset: number, end: number, target: number, item: Item & { kind: 'branch' }): boolean {
  const distance = target - end;
  const short = item.short !== undefined && end - offset === item.short.length + 1;
  if (short) {
    bytes.set(item.short, offset);
    bytes[end - 1] = distance;
    return distance >= -128 && distance <= 127;
  }
  bytes.set(item.long!, offset);
  new DataView(bytes.buffer).setInt32(end - 4, distance, true);
  return true;
}

/** One entry per run of instructions of a line. */
function line(lines: LineEntry[], entry: LineEntry): void {
  const last = lines[lines.length - 1];
  if (last && last.at.line === entry.at.line && last.at.file === entry.at.file && !entry.prologueEnd) return;
  lines.push(entry);
}
