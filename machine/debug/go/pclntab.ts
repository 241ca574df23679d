/**
 * Go's function table (pclntab) of 1.18 and 1.20, which every Go image has, stripped or not: names, files and lines by
 * address, stack depths, calls that were inlined. Functions are looked up in place; nothing is indexed beforehand.
 *
 * Go, src/runtime/symtab.go and symtabinl.go; src/cmd/internal/obj/pcln.go. Older layouts are not found.
 */
import { Cursor } from '../cursor.js';
import type { Place } from '../dwarf/lines.js';
import type { Sections } from '../sections.js';
import { findTables, type GoTables } from './moduledata.js';
import { firstBeyond } from '../search.js';

/** Tables of a function, in pcdata and funcdata. */
const pcdataInlTree = 2;
const funcdataInlTree = 3;

/** What `flag` says: the stack ends here; it writes SP in ways that the depths do not tell; it is assembly. */
export const funcFlag = { topFrame: 1, spWrite: 2, assembly: 4 } as const;

/** One of the functions that an address is in. */
export interface GoFrame {
  readonly name: string;
  /** Undefined for padding. */
  readonly place: Place | undefined;
  readonly inlined: boolean;
  /** Line of its `func`; undefined before Go 1.20. */
  readonly startLine: number | undefined;
  /** As GoFunction.id: `Pclntab.wrapper` marks functions that the compiler made around others, which tracebacks leave out. */
  readonly id: number;
}

/** An instruction's address and the value that holds from it on. */
export interface PcValue {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** Sizes in the layouts. */
const layouts = {
  18: { startLine: undefined, id: 36, fixed: 40, inlineBytes: 20, name: 12, parent: 16, inlineStart: undefined, wrapper: 21 },
  20: { startLine: 36, id: 40, fixed: 44, inlineBytes: 16, name: 4, parent: 8, inlineStart: 12, wrapper: undefined },
} as const;

/** Calls inlined into each other nest no deeper than this. */
const mostInlined = 200;

/** No table, no entry. */
const none = 0xffffffff;

export class Pclntab {
  readonly count: number;
  readonly quantum: number;
  private readonly names: number;
  private readonly cu: number;
  private readonly files: number;
  private readonly pcs: number;
  private readonly functab: number;
  private inlineTrees: Uint8Array | undefined;
  private wrapperId: number | undefined;

  /** Undefined when the image has no table of these layouts. Errors: DebugError. */
  static of(sections: Sections): Pclntab | undefined {
    const tables = findTables(sections);
    return tables?.text === undefined ? undefined : new Pclntab(tables, tables.text, sections);
  }

  private constructor(
    readonly tables: GoTables,
    readonly text: number,
    private readonly sections: Sections,
  ) {
    const c = this.cursor(6);
    this.quantum = c.u8();
    c.skip(1);
    this.count = c.u64();
    c.skip(16);
    [this.names, this.cu, this.files, this.pcs, this.functab] = [c.u64(), c.u64(), c.u64(), c.u64(), c.u64()] as [number, number, number, number, number];
    if (!(this.count > 0 && this.functab + 8 * this.count + 4 <= tables.bytes.length)) c.fail(`${this.count} functions do not fit`, 8);
  }

  /** A cursor at an offset of the table. */
  cursor(at: number): Cursor {
    return new Cursor(this.tables.section, this.tables.bytes, at);
  }

  /** Where the code of function `index` begins; of `count`, where all code ends. */
  entry(index: number): number {
    return this.text + this.cursor(this.functab + 8 * index).u32();
  }

  /** The function whose code holds an address. */
  at(address: number): GoFunction | undefined {
    if (!(address >= this.entry(0) && address < this.entry(this.count))) return undefined;
    return this.function(firstBeyond(0, this.count, (i) => this.entry(i) > address) - 1);
  }

  function(index: number): GoFunction {
    const c = this.cursor(this.functab + 8 * index + 4);
    return new GoFunction(this, this.functab + c.u32(), this.entry(index), this.entry(index + 1));
  }

  *all(): Generator<GoFunction> {
    for (let i = 0; i < this.count; i++) yield this.function(i);
  }

  named(name: string): GoFunction | undefined {
    for (const f of this.all()) if (f.name === name) return f;
    return undefined;
  }

  nameAt(offset: number): string {
    return this.cursor(this.names + offset).text();
  }

  /** The file with a number in the part of the table that a compilation unit has. */
  file(unit: number, number: number): string | undefined {
    const offset = this.cursor(this.cu + 4 * (unit + number)).u32();
    return offset === none ? undefined : this.cursor(this.files + offset).text();
  }

  /** The runs of a table of values by address that begins at `offset`, for code from `entry` on. */
  *values(offset: number, entry: number): Generator<PcValue> {
    if (offset === 0) return;
    const c = this.cursor(this.pcs + offset);
    let value = -1;
    for (let from = entry, first = true; ; first = false) {
      const step = c.uleb();
      if (step === 0 && !first) return;
      value += step % 2 === 0 ? step / 2 : -(step + 1) / 2; // zig-zag
      const to = from + c.uleb() * this.quantum;
      yield { from, to, value: value | 0 };
      if (to <= from && !first) c.fail('a table of values does not move on');
      from = to;
    }
  }

  /** The value at an address; undefined where the table has none. */
  valueAt(offset: number, entry: number, address: number): number | undefined {
    for (const { to, value } of this.values(offset, entry)) if (address < to) return value;
    return undefined;
  }

  /** A cursor at entry `index` of a function's tree of inlined calls; undefined where the trees are not found. */
  inlined(tree: number, index: number): Cursor | undefined {
    const { gofunc, layout } = this.tables;
    if (gofunc === undefined) return undefined;
    this.inlineTrees ??= this.sections.memory(gofunc);
    return this.inlineTrees && new Cursor('go:func.*', this.inlineTrees, tree + layouts[layout].inlineBytes * index);
  }

  get layout(): (typeof layouts)[18 | 20] {
    return layouts[this.tables.layout];
  }

  /** The `id` of wrappers. It has changed with versions since Go 1.20, but always was the last number, and every image has some: found in a pass over all functions. */
  get wrapper(): number {
    if (this.wrapperId === undefined) {
      let largest = 0;
      for (const f of this.all()) largest = Math.max(largest, f.id);
      this.wrapperId = this.layout.wrapper ?? largest;
    }
    return this.wrapperId;
  }
}

export class GoFunction {
  constructor(
    private readonly table: Pclntab,
    private readonly offset: number,
    /** Its code: from `entry` up to the next function's. */
    readonly entry: number,
    readonly end: number,
  ) {}

  private u32(at: number): number {
    return this.table.cursor(this.offset + at).u32();
  }

  get name(): string {
    return this.table.nameAt(this.u32(4));
  }

  /** Bytes of arguments and results on the stack; undefined where assembly does not say. */
  get args(): number | undefined {
    const args = this.u32(8) | 0;
    return args === -0x80000000 ? undefined : args;
  }

  /** Offset of a call of deferreturn from the entry, 0 without one. */
  get deferreturn(): number {
    return this.u32(12);
  }

  /** Which of the functions that the runtime treats in special ways it is; the numbers depend on Go's version. */
  get id(): number {
    return this.table.cursor(this.offset + this.table.layout.id).u8();
  }

  /** Bits of funcFlag. */
  get flag(): number {
    return this.table.cursor(this.offset + this.table.layout.id + 1).u8();
  }

  /** Line of its `func` or TEXT; undefined before Go 1.20. */
  get startLine(): number | undefined {
    const { startLine } = this.table.layout;
    return startLine === undefined ? undefined : this.u32(startLine) | 0;
  }

  /** Whether it says how deep its stack is; functions of foreign code do not. */
  get hasDepths(): boolean {
    return this.u32(16) !== 0;
  }

  /** How far SP is below its value at entry (behind the return address), before the instruction at an address runs. */
  depthAt(address: number): number | undefined {
    return this.table.valueAt(this.u32(16), this.entry, address);
  }

  /** The place of the code itself, that of the innermost inlined call; undefined for padding behind the function. */
  placeAt(address: number): Place | undefined {
    const number = this.table.valueAt(this.u32(20), this.entry, address);
    const line = this.table.valueAt(this.u32(24), this.entry, address);
    const file = number === undefined || number < 0 ? undefined : this.table.file(this.u32(32), number);
    return file === undefined || line === undefined ? undefined : { file, line };
  }

  /** Runs of code with one line: for searches by line. */
  lines(): Generator<PcValue> {
    return this.table.values(this.u32(24), this.entry);
  }

  pcdata(index: number, address: number): number | undefined {
    return index < this.u32(28) ? this.table.valueAt(this.u32(this.table.layout.fixed + 4 * index), this.entry, address) : undefined;
  }

  /** Offset of one of its tables from the beginning of functions' data. */
  funcdata(index: number): number | undefined {
    const count = this.table.cursor(this.offset + this.table.layout.fixed - 1).u8();
    if (index >= count) return undefined;
    const offset = this.u32(this.table.layout.fixed + 4 * this.u32(28) + 4 * index);
    return offset === none ? undefined : offset;
  }

  /** The functions at an address, the innermost inlined call first. */
  framesAt(address: number): GoFrame[] {
    const { table } = this;
    const { layout } = table;
    const frames: GoFrame[] = [];
    const tree = this.funcdata(funcdataInlTree);
    let pc = address;
    for (let seen = 0; tree !== undefined; seen++) {
      const index = this.pcdata(pcdataInlTree, pc) ?? -1;
      const c = index < 0 ? undefined : table.inlined(tree, index);
      if (c === undefined) break;
      if (seen > mostInlined) c.fail('inlined calls go round in a circle');
      const start = c.at;
      const at = (offset: number): Cursor => c.from(start + offset);
      const id = at(layout.inlineStart === undefined ? 2 : 0).u8();
      const startLine = layout.inlineStart === undefined ? undefined : at(layout.inlineStart).i32();
      frames.push({ name: table.nameAt(at(layout.name).u32()), place: this.placeAt(pc), inlined: true, startLine, id });
      pc = this.entry + at(layout.parent).i32();
    }
    frames.push({ name: this.name, place: this.placeAt(pc), inlined: false, startLine: this.startLine, id: this.id });
    return frames;
  }
}
