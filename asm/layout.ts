/**
 * The code of one function laid out: offsets, branch sizes, padding, line entries.
 *
 * Branches choose between forms, as a rule a short and a long one. All forward branches start short; a pass that finds one out of
 * reach makes it long and starts over, and nothing becomes short again, so this ends. A backward branch takes in
 * each pass whatever its distance asks for, since what it jumps over is already placed: this is Go's assembler's
 * way, and gives its sizes. So does an oddity: its byte instructions learn in their first pass that the register
 * they were given as AX is AL, and take the accumulator's shorter form if there is a second (`later`).
 */
import type { Position } from './diag.js';
import type { DepthEntry, Fixup, LineEntry, SavedRegister } from './object.js';

/** One way to write a branch. Distances count from its first byte to the target's. */
export interface BranchForm {
  readonly size: number;
  reaches(distance: number): boolean;
  bytes(distance: number): readonly number[];
}

interface ItemBase {
  readonly at: Position;
  /** Bytes by which the stack pointer moves down in it; negative: up. */
  readonly push?: number;
  /** Registers that stand in the frame after it; none: all are back. */
  readonly saved?: readonly SavedRegister[];
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
  /** A branch within the function, or another reference to a place in it; shorter forms first, at least one. */
  | (ItemBase & { readonly kind: 'branch'; readonly forms: readonly BranchForm[]; readonly target: number })
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

/** What layout asks of an instruction set. */
export interface CodeRules {
  /** Functions start at multiples of this. */
  readonly functionAlign: number;
  /** Their sizes are multiples of this; zeros follow the last instruction. */
  readonly sizeUnit: number;
  /** `n` bytes that do nothing. */
  padding(n: number): readonly number[];
}

/** `tooFar` is told of branches that no form takes to their target. */
export function layOut(items: readonly Item[], rules: CodeRules, tooFar: (at: Position) => void): Layout {
  const { offsets, passes, forms } = place(items);
  const size = Math.ceil(offsets[items.length]! / rules.sizeUnit) * rules.sizeUnit;
  const bytes = new Uint8Array(size);
  const fixups: Fixup[] = [];
  const lines: LineEntry[] = [];
  const depths: DepthEntry[] = [{ offset: 0, depth: 0 }];
  let align = rules.functionAlign;
  let depth = 0;
  items.forEach((item, i) => {
    const offset = offsets[i]!;
    const end = offsets[i + 1]!;
    if (end > offset) line(lines, { offset, at: item.at, prologueEnd: item.prologueEnd === true });
    if ((item.push ?? 0) !== 0 || item.saved) depths.push({ offset: end, depth: (depth += item.push ?? 0), ...(item.saved && { saved: item.saved }) });
    if (item.kind === 'code') {
      bytes.set(codeOf(item, passes), offset);
      for (const f of item.fixups) fixups.push({ ...f, offset: f.offset + offset });
    } else if (item.kind === 'align') {
      align = Math.max(align, item.to);
      bytes.set(rules.padding(end - offset), offset);
    } else if (item.kind === 'branch') {
      const distance = offsets[item.target]! - offset;
      const form = formOf(item, i, offset, offsets, forms);
      if (!form.reaches(distance)) tooFar(item.at);
      else bytes.set(form.bytes(distance), offset);
    }
  });
  return { bytes, align, fixups, lines, depths };
}

const codeOf = (item: Item & { kind: 'code' }, pass: number): readonly number[] => (pass > 1 && item.later ? item.later : item.bytes);

interface Placement {
  /** Of all items and the end. */
  readonly offsets: readonly number[];
  readonly passes: number;
  /** By item: the forms of forward branches that did not do. */
  readonly forms: ReadonlyMap<number, number>;
}

function place(items: readonly Item[]): Placement {
  const forms = new Map<number, number>();
  const offsets = new Array<number>(items.length + 1).fill(0);
  let passes = 0;
  for (let again = true; again; ) {
    again = false;
    passes++;
    for (let i = 0; i < items.length; i++) {
      const at = offsets[i]!;
      offsets[i + 1] = at + sizeOf(items[i]!, i, at, offsets, forms, passes);
    }
    items.forEach((item, i) => {
      if (item.kind !== 'branch' || item.target <= i) return;
      const taken = forms.get(i) ?? 0;
      if (taken + 1 >= item.forms.length || item.forms[taken]!.reaches(offsets[item.target]! - offsets[i]!)) return;
      forms.set(i, taken + 1);
      again = true;
    });
  }
  return { offsets, passes, forms };
}

function sizeOf(item: Item, i: number, at: number, offsets: readonly number[], forms: ReadonlyMap<number, number>, pass: number): number {
  switch (item.kind) {
    case 'code':
      return codeOf(item, pass).length;
    case 'align':
      return -at & (item.to - 1);
    case 'mark':
      return 0;
    case 'branch':
      return formOf(item, i, at, offsets, forms).size;
  }
}

/** The form in which branch `i` stands at `at`: the first that reaches back, or the one that a forward branch has come to. */
function formOf(item: Item & { kind: 'branch' }, i: number, at: number, offsets: readonly number[], forms: ReadonlyMap<number, number>): BranchForm {
  const last = item.forms[item.forms.length - 1]!;
  if (item.target > i) return item.forms[forms.get(i) ?? 0]!;
  return item.forms.find((f) => f.reaches(offsets[item.target]! - at)) ?? last;
}

/** One entry per run of instructions of a line. */
function line(lines: LineEntry[], entry: LineEntry): void {
  const last = lines[lines.length - 1];
  if (last && last.at.line === entry.at.line && last.at.file === entry.at.file && !entry.prologueEnd) return;
  lines.push(entry);
}
