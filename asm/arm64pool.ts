/**
 * A function's literals: constants that its instructions load from words near them. They stand at the end of the function,
 * or in the middle of a long one, where a branch goes around them, so that none is too far from its load.
 *
 * Places are decided before layout, as Go's assembler does it: branches count as short, and half of a load's reach
 * is left for those that turn out long.
 */
import { decode } from '../isa/arm64/decode.js';
import { isFault } from '../isa/isa.js';
import { REGTMP } from './arm64.js';
import { branchForms } from './arm64branch.js';
import type { Literal } from './arm64code.js';
import { bytesOf, literalWord } from './arm64word.js';
import type { Position } from './diag.js';
import type { BranchForm } from './layout.js';
import type { Draft } from './places.js';

/** The span of a load that literals are placed within. */
const reach = 512 * 1024;
const mostPoolBytes = 0xffff0;

interface Pending {
  readonly mark: string;
  readonly bytes: 4 | 8;
}

export interface Pooled {
  readonly items: readonly Draft[];
  readonly starts: readonly number[];
  readonly marks: ReadonlyMap<string, number>;
  /** Where an item stands now. */
  moved(item: number): number;
}

export class LiteralPool {
  /** Literals by the item that loads them. */
  private readonly loads = new Map<Draft, { readonly literal: Literal; readonly words: readonly number[] }>();

  /** The item of an instruction whose first word loads a literal. `words` are its words with no distance. */
  load(literal: Literal, words: readonly number[], at: Position): Draft {
    const item: Draft = { kind: 'code', bytes: bytesOf(words), fixups: [], at };
    this.loads.set(item, { literal, words });
    return item;
  }

  /** `items` with the literals among them. */
  place(items: readonly Draft[], starts: readonly number[], marks: ReadonlyMap<string, number>): Pooled {
    if (this.loads.size === 0) return { items, starts, marks, moved: (i) => i };
    const out: Draft[] = [];
    const outMarks = new Map<string, number>();
    const positions: number[] = [];
    const pool = new Pool(out, outMarks);
    let end = items.length - 1; // the last item with bytes
    while (end > 0 && items[end]!.kind === 'mark') end--;
    let pc = 0;
    items.forEach((item, i) => {
      positions.push(out.length);
      const load = this.loads.get(item);
      out.push(load ? pool.reference(load.literal, load.words, item.at, pc) : item);
      const start = pc;
      pc += item.kind === 'code' ? item.bytes.length : item.kind === 'jump' || item.kind === 'branch' ? item.forms[0]!.size : item.kind === 'align' ? -pc & (item.to - 1) : 0;
      if (pc === start && i !== end) return;
      if (pool.pending && (i >= end || pool.mustFlush(start))) pc += pool.flush(item, i >= end);
    });
    positions.push(out.length);
    for (const [name, item] of marks) outMarks.set(name, positions[item]!);
    return { items: out, starts: starts.map((s) => positions[s]!), marks: outMarks, moved: (i) => positions[i]! };
  }
}

class Pool {
  /** By value, in the order in which they stand. */
  private readonly list = new Map<bigint, Pending>();
  private size = 0;
  private start = 0;
  private count = 0;

  constructor(
    private readonly out: Draft[],
    private readonly marks: Map<string, number>,
  ) {}

  get pending(): boolean {
    return this.list.size > 0;
  }

  reference({ value, bytes }: Literal, words: readonly number[], at: Position, pc: number): Draft {
    let entry = this.list.get(value);
    if (!entry) {
      if (this.list.size === 0) this.start = pc;
      entry = { mark: `literal ${this.count++}`, bytes };
      this.list.set(value, entry);
      if (entry.bytes === 8) this.size = (this.size + 7) & ~7;
      this.size += entry.bytes;
    }
    // The width of the load is that of the literal, which another instruction may have asked for first.
    const width = entry.bytes;
    const form: BranchForm = {
      size: 4 * words.length,
      reaches: (d) => d >= -(2 ** 20) && d < 2 ** 20,
      bytes: (d) => bytesOf([literalWord(width, REGTMP, d), ...words.slice(1)]),
    };
    return { kind: 'jump', forms: [form], to: entry.mark, at };
  }

  mustFlush(pc: number): boolean {
    return this.size >= mostPoolBytes || pc + 4 + this.size - this.start + 8 >= reach;
  }

  /** Writes the literals after `item`; the bytes that they take. */
  flush(item: Draft, last: boolean): number {
    const { at } = item;
    let bytes = 0;
    if (!this.ends(item)) {
      // Nobody may run into them.
      if (last) this.out.push({ kind: 'code', bytes: bytesOf([0]), fixups: [], at });
      else this.out.push({ kind: 'jump', forms: branchForms({ name: 'B' }), to: `past ${this.count}`, at });
      bytes += 4;
    }
    for (const [value, e] of this.list) {
      this.marks.set(e.mark, this.out.length);
      const low = Number(BigInt.asUintN(32, value));
      const high = Number(BigInt.asUintN(32, value >> 32n));
      this.out.push({ kind: 'code', bytes: bytesOf(e.bytes === 8 ? [low, high] : [low]), fixups: [], at });
      bytes += e.bytes;
    }
    this.marks.set(`past ${this.count}`, this.out.length);
    this.list.clear();
    this.size = 0;
    return bytes;
  }

  /** Whether nothing runs on after it. */
  private ends(item: Draft): boolean {
    const bytes = item.kind === 'code' ? item.bytes : item.kind === 'jump' ? item.forms[0]!.bytes(0) : [];
    const insn = bytes.length === 4 ? decode(Uint8Array.from(bytes), 0, 0, false) : undefined;
    return insn !== undefined && !isFault(insn) && /^(B label|BR |RET |ERET)/.test(insn.row.form);
  }
}
