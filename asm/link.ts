/**
 * Object files to one static image: names resolved, sections laid out, fixups applied, symbol table made.
 *
 * Memory as Go's linker lays it out: headers and code (code itself a page on), then constants, then data and zeroed
 * data, each segment on its own pages.
 *
 * Order is that of the files and of the symbols in them, so the same sources give the same bytes.
 */
import { PF, PT, SHF, SHT, STB, STT } from '../isa/abi/elf.js';
import type { Diagnostics } from './diag.js';
import { dwarfSections, type DwarfRules, type DwarfUnit } from './dwarf.js';
import { headerBytes, symbolTable, writeElf, type ElfSymbolEntry, type Section, type Segment } from './elf.js';
import { shown, symbolKey, where, type Fixup, type FixupKind, type ObjectFile, type ObjectSymbol, type SectionName } from './object.js';

export interface LinkOptions {
  readonly entry?: string | undefined;
  /** Shown by debuggers as the directory of relative source names. */
  readonly directory?: string | undefined;
}

/** One symbol of the image. */
export interface ImageSymbol {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly section: string;
  readonly local: boolean;
}

export interface Linked {
  readonly image: Uint8Array;
  readonly symbols: readonly ImageSymbol[];
}

/** What the linker asks of an instruction set. */
export interface LinkRules {
  readonly machine: 'amd64' | 'arm64';
  /** Where images start. */
  readonly baseAddress: number;
  /** Segments start at multiples of this. */
  readonly pageBytes: number;
  /** Between functions. */
  readonly filler: number;
  /** Where execution starts when nobody says so: the first of these that is defined. */
  readonly entries: readonly string[];
  readonly dwarf: DwarfRules;
  /** Offset from the thread pointer of a thread-local symbol of `bytes`, or of all; so many stand before it. */
  threadOffset(before: number, bytes: number): number;
  /** Writes a field; `value` is S + A, `place` the field's own address. A text says why it does not fit. */
  fix(view: DataView, at: number, kind: FixupKind, value: bigint, place: bigint): string | undefined;
}

/** Headers take the image's first page. */
const headerPage = 0x1000;
/** Zeroed data counts as well; a larger image would not fit beside its stack and heap. */
const mostImageBytes = 2 ** 31 - 2 ** 24;

/** What stands in the file: code, constants, initialised data. */
const mostFileBytes = 2 ** 28;

/** In memory order; a new segment starts where `segment` changes. */
const order: readonly { readonly name: SectionName; readonly segment: 'code' | 'constants' | 'data'; readonly flags: number; readonly zero: boolean }[] = [
  { name: '.text', segment: 'code', flags: SHF.ALLOC | SHF.EXECINSTR, zero: false },
  { name: '.rodata', segment: 'constants', flags: SHF.ALLOC, zero: false },
  { name: '.noptrdata', segment: 'data', flags: SHF.ALLOC | SHF.WRITE, zero: false },
  { name: '.data', segment: 'data', flags: SHF.ALLOC | SHF.WRITE, zero: false },
  { name: '.bss', segment: 'data', flags: SHF.ALLOC | SHF.WRITE, zero: true },
  { name: '.noptrbss', segment: 'data', flags: SHF.ALLOC | SHF.WRITE, zero: true },
];

/** Names that Go's linker defines around sections; they exist when something refers to them. */
const boundaries: Readonly<Record<string, { readonly section: SectionName; readonly end: boolean }>> = {
  'runtime.text': { section: '.text', end: false },
  'runtime.etext': { section: '.text', end: true },
  'runtime.rodata': { section: '.rodata', end: false },
  'runtime.erodata': { section: '.rodata', end: true },
  'runtime.noptrdata': { section: '.noptrdata', end: false },
  'runtime.enoptrdata': { section: '.noptrdata', end: true },
  'runtime.data': { section: '.data', end: false },
  'runtime.edata': { section: '.data', end: true },
  'runtime.bss': { section: '.bss', end: false },
  'runtime.ebss': { section: '.bss', end: true },
  'runtime.noptrbss': { section: '.noptrbss', end: false },
  'runtime.enoptrbss': { section: '.noptrbss', end: true },
  'runtime.end': { section: '.noptrbss', end: true },
};

/** A symbol with its place. */
interface Placed {
  readonly symbol: ObjectSymbol;
  readonly file: ObjectFile;
  address: number;
}

export function link(files: readonly ObjectFile[], rules: LinkRules, diagnostics: Diagnostics, options: LinkOptions = {}): Linked | undefined {
  const linker = new Linker(files, rules, diagnostics, options);
  return linker.run();
}

class Linker {
  private readonly globals = new Map<string, Placed>();
  private readonly locals = new Map<ObjectFile, Map<string, Placed>>();
  private readonly placed: Placed[] = [];
  private readonly extents = new Map<SectionName, { address: number; size: number; align: number }>();

  constructor(
    private readonly files: readonly ObjectFile[],
    private readonly rules: LinkRules,
    private readonly diagnostics: Diagnostics,
    private readonly options: LinkOptions,
  ) {}

  run(): Linked | undefined {
    this.collect();
    this.checkReferences();
    const entry = this.entry();
    if (this.diagnostics.any || !entry) return undefined;
    if (!this.placeAll()) return undefined;
    const contents = new Map(order.map((s) => [s.name, this.contents(s.name, s.zero)]));
    if (this.diagnostics.any) return undefined;
    return this.write(entry.address, contents);
  }

  /** Every definition under its name; a second one must be DUPOK. */
  private collect(): void {
    for (const file of this.files) {
      const locals = new Map<string, Placed>();
      this.locals.set(file, locals);
      for (const symbol of file.symbols) {
        const table = symbol.local ? locals : this.globals;
        const before = table.get(symbol.name);
        const placed = { symbol, file, address: 0 };
        if (!before) {
          table.set(symbol.name, placed);
          this.placed.push(placed);
        } else if (!symbol.dupok || !before.symbol.dupok) {
          this.diagnostics.error(symbol.at, `symbol ${shown(symbol)} is already defined ${where(before.symbol.at)}`);
        }
      }
    }
  }

  private find(file: ObjectFile, name: string, local: boolean): Placed | undefined {
    return local ? this.locals.get(file)!.get(name) : this.globals.get(name);
  }

  /** Reports each undefined name once a file, at its first use. */
  private checkReferences(): void {
    for (const file of this.files) {
      const seen = new Set<string>();
      for (const fixup of file.symbols.flatMap((s) => s.fixups)) {
        const { symbol } = fixup;
        const found = symbol && this.find(file, symbol.name, symbol.local);
        if (found?.symbol.section === '.tbss' && fixup.kind !== 'tls16') this.diagnostics.error(fixup.at, `${symbolKey(symbol!)} is thread-local: it has no address; g is reached by (TLS)`);
        if (!symbol || found || (!symbol.local && symbol.name in boundaries)) continue;
        const key = symbolKey(symbol);
        if (seen.has(key)) continue;
        seen.add(key);
        const names = symbol.local ? this.locals.get(file)!.keys() : this.globals.keys();
        const other = symbol.local ? this.globals.has(symbol.name) : this.locals.get(file)!.has(symbol.name);
        const hint = other ? `; there is ${symbol.local ? symbol.name : `${symbol.name}<>`}` : this.diagnostics.didYouMean(symbol.name, names);
        this.diagnostics.error(fixup.at, `undefined symbol ${key}${hint}`);
      }
    }
  }

  private entry(): Placed | undefined {
    const names = this.options.entry !== undefined ? [this.options.entry] : this.rules.entries;
    for (const name of names) {
      const found = this.globals.get(name);
      if (found?.symbol.section === '.text') return found;
      if (found) this.diagnostics.error(found.symbol.at, `entry point ${name} is not a function`);
    }
    if (!this.diagnostics.any) this.diagnostics.error(undefined, `no entry point: no file defines ${names.join(' or ')}`);
    return undefined;
  }

  private placeAll(): boolean {
    const { baseAddress, pageBytes } = this.rules;
    let at = baseAddress + headerPage;
    let segment = 'code';
    for (const s of order) {
      if (s.segment !== segment) at = roundUp(at, pageBytes);
      segment = s.segment;
      at = this.placeSection(s.name, at);
    }
    if (at > baseAddress + mostImageBytes) {
      this.diagnostics.error(undefined, `the image takes ${Math.ceil(at / 2 ** 20)} MiB of memory, more than ${mostImageBytes / 2 ** 20} MiB`);
      return false;
    }
    const inFile = order.reduce((n, s) => n + (s.zero ? 0 : this.extents.get(s.name)!.size), 0);
    if (inFile > mostFileBytes) {
      this.diagnostics.error(undefined, `code, constants and initialised data take ${Math.ceil(inFile / 2 ** 20)} MiB, more than ${mostFileBytes / 2 ** 20} MiB`);
      return false;
    }
    this.placeThreadLocal();
    return true;
  }

  private placeSection(name: SectionName, from: number): number {
    const members = this.placed.filter((p) => p.symbol.section === name);
    const align = Math.max(1, ...new Set(members.map((p) => p.symbol.align)));
    let at = roundUp(from, align);
    const address = at;
    for (const p of members) {
      p.address = at = roundUp(at, p.symbol.align);
      at += p.symbol.size;
    }
    this.extents.set(name, { address, size: at - address, align });
    return at;
  }

  /** Addresses of thread-local symbols are offsets from the thread pointer. */
  private placeThreadLocal(): void {
    let size = 0;
    for (const p of this.placed) {
      if (p.symbol.section !== '.tbss') continue;
      const bytes = roundUp(Math.max(1, p.symbol.size), 8);
      p.address = this.rules.threadOffset(size, bytes);
      size += bytes;
    }
    this.extents.set('.tbss', { address: this.rules.threadOffset(0, size), size, align: 8 });
  }

  private contents(name: SectionName, zero: boolean): Uint8Array {
    const extent = this.extents.get(name)!;
    if (zero) return new Uint8Array(0);
    const bytes = new Uint8Array(extent.size);
    if (name === '.text') bytes.fill(this.rules.filler);
    for (const p of this.placed) {
      if (p.symbol.section !== name) continue;
      const at = p.address - extent.address;
      bytes.fill(0, at, at + p.symbol.size);
      bytes.set(p.symbol.bytes, at);
      for (const f of p.symbol.fixups) this.fix(bytes, at + f.offset, p, f);
    }
    return bytes;
  }

  private fix(bytes: Uint8Array, at: number, p: Placed, f: Fixup): void {
    const view = new DataView(bytes.buffer);
    const value = BigInt(f.symbol ? this.addressOf(p.file, f.symbol) : threadSlot) + f.addend;
    if (f.kind === 'abs64') view.setBigInt64(at, BigInt.asIntN(64, value), true);
    else {
      const problem = this.rules.fix(view, at, f.kind, value, BigInt(p.address + f.offset));
      if (problem !== undefined) this.diagnostics.error(f.at, problem);
    }
  }

  private addressOf(file: ObjectFile, symbol: { readonly name: string; readonly local: boolean }): number {
    const found = this.find(file, symbol.name, symbol.local);
    if (found) return found.address;
    const boundary = boundaries[symbol.name]!;
    const extent = this.extents.get(boundary.section)!;
    return extent.address + (boundary.end ? extent.size : 0);
  }

  private write(entry: number, contents: ReadonlyMap<SectionName, Uint8Array>): Linked {
    const loaded = this.loadedSections(contents);
    const symbols = this.imageSymbols();
    const debug = dwarfSections(this.debugUnits(), this.options.directory ?? '', this.rules.dwarf);
    const sections = [...loaded, ...debug];
    const names = [...sections.map((s) => s.name), '.symtab', '.strtab'];
    const table = symbolTable(symbols.map((s) => this.elfSymbol(s)), names);
    sections.push(
      { name: '.symtab', type: SHT.SYMTAB, flags: 0, addr: 0, bytes: table.symtab, size: table.symtab.length, align: 8, link: '.strtab', info: table.locals, entryBytes: 24 },
      { name: '.strtab', type: SHT.STRTAB, flags: 0, addr: 0, bytes: table.strtab, size: table.strtab.length, align: 1 },
    );
    const segments = this.segments(loaded);
    if (headerBytes(segments.length) > headerPage) throw new Error('headers reach into the code');
    const image = writeElf({ machine: this.rules.machine, entry, base: this.rules.baseAddress, pageBytes: this.rules.pageBytes, sections, segments });
    return { image, symbols };
  }

  /** Sections of memory; empty ones are left out, except the code. */
  private loadedSections(contents: ReadonlyMap<SectionName, Uint8Array>): Section[] {
    const out: Section[] = [];
    for (const { name, flags, zero } of order) {
      const { address, size, align } = this.extents.get(name)!;
      if (size === 0 && name !== '.text') continue;
      out.push({ name, type: zero ? SHT.NOBITS : SHT.PROGBITS, flags, addr: address, bytes: contents.get(name)!, size, align });
    }
    const tls = this.extents.get('.tbss')!;
    if (tls.size > 0) {
      const last = out[out.length - 1]!;
      const addr = roundUp(last.addr + last.size, 8);
      out.push({ name: '.tbss', type: SHT.NOBITS, flags: SHF.ALLOC | SHF.WRITE | tlsSectionFlag, addr, bytes: new Uint8Array(0), size: tls.size, align: 8 });
    }
    return out;
  }

  private segments(loaded: readonly Section[]): Segment[] {
    const of = (segment: string): string[] => order.filter((s) => s.segment === segment).map((s) => s.name).filter((n) => loaded.some((s) => s.name === n));
    const { pageBytes } = this.rules;
    const list: Segment[] = [{ type: PT.LOAD, flags: PF.R | PF.X, sections: of('code'), headers: true, align: pageBytes }];
    if (of('constants').length > 0) list.push({ type: PT.LOAD, flags: PF.R, sections: of('constants'), align: pageBytes });
    if (of('data').length > 0) list.push({ type: PT.LOAD, flags: PF.R | PF.W, sections: of('data'), align: pageBytes });
    if (loaded.some((s) => s.name === '.tbss')) list.push({ type: PT.TLS, flags: PF.R, sections: ['.tbss'], align: 8 });
    list.push({ type: PT.GNU_STACK, flags: PF.R | PF.W, sections: [], align: 8 });
    return list;
  }

  private imageSymbols(): ImageSymbol[] {
    const out: ImageSymbol[] = this.placed.map((p) => ({ name: p.symbol.name, address: p.address, size: p.symbol.size, section: p.symbol.section, local: p.symbol.local }));
    const used = new Set(this.files.flatMap((f) => f.symbols.flatMap((s) => s.fixups.map((x) => x.symbol?.name ?? ''))));
    for (const [name, boundary] of Object.entries(boundaries)) {
      if (this.globals.has(name) || !used.has(name)) continue;
      const extent = this.extents.get(boundary.section)!;
      out.push({ name, address: extent.address + (boundary.end ? extent.size : 0), size: 0, section: boundary.section, local: false });
    }
    const rank = (s: ImageSymbol): number => (s.section === '.tbss' ? Infinity : s.address);
    return out.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  private elfSymbol(s: ImageSymbol): ElfSymbolEntry {
    const tls = s.section === '.tbss';
    const empty = !tls && this.extents.get(s.section as SectionName)!.size === 0;
    // In the file a thread-local symbol counts from the start of the thread's block.
    const value = tls ? s.address - this.extents.get('.tbss')!.address : s.address;
    return {
      name: s.name, value, size: s.size, type: s.section === '.text' ? STT.FUNC : tls ? STT.TLS : STT.OBJECT,
      bind: s.local ? STB.LOCAL : STB.GLOBAL, section: empty && s.section !== '.text' ? undefined : s.section,
    };
  }

  private debugUnits(): DwarfUnit[] {
    return this.files.map((file) => ({
      name: file.source.name,
      functions: this.placed
        .filter((p) => p.file === file && p.symbol.section === '.text')
        .map((p) => ({ name: p.symbol.name, address: p.address, size: p.symbol.size, local: p.symbol.local, topFrame: p.symbol.topFrame, at: p.symbol.at, lines: p.symbol.lines, depths: p.symbol.depths })),
    }));
  }
}

/** SHF_TLS. */
const tlsSectionFlag = 0x400;
/** Offset of g from the thread pointer of amd64. */
const threadSlot = -8;

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;
