/**
 * What one source file defines: symbols with their bytes and the places in them that the linker fills in.
 *
 * Data comes together here: GLOBL gives a symbol its section and size, DATA its contents, in any order.
 */
import type { Diagnostics, Position, SourceFile } from './diag.js';
import { flag, type Arg, type DataStatement, type GloblStatement, type SymbolName } from './syntax.js';

export type SectionName = '.text' | '.rodata' | '.noptrdata' | '.data' | '.bss' | '.noptrbss' | '.tbss';

/**
 * S is the symbol's address, A the addend, P the field's address. abs64: S + A.
 *
 * amd64. pc32: S + A - P; tls32: offset of the thread's g slot from the thread pointer, + A, with no symbol.
 *
 * arm64. call26: S + A - P in a B or BL; page: the same as ADRP and ADD, page8 to page64: as ADRP and a load or store of so
 * many bits; tls16: offset of a thread-local symbol from the thread pointer, in a MOVZ.
 */
export type FixupKind = 'abs64' | 'pc32' | 'tls32' | 'call26' | 'page' | 'page8' | 'page16' | 'page32' | 'page64' | 'tls16';

export interface Fixup {
  readonly kind: FixupKind;
  /** Of the field, from the start of the symbol (of the instruction, while it is being encoded). */
  readonly offset: number;
  readonly symbol: SymbolName | undefined;
  readonly addend: bigint;
  readonly at: Position;
}

/** Code from `offset` to the next entry comes from this place. */
export interface LineEntry {
  readonly offset: number;
  readonly at: Position;
  /** The first instruction after the prologue: where a debugger breaks. */
  readonly prologueEnd: boolean;
}

/** A register of the caller's, in DWARF's numbering, and where it stands from the top of the frame: the caller's SP. */
export interface SavedRegister {
  readonly register: number;
  readonly offset: number;
}

/** From `offset` on the stack pointer stands `depth` bytes below where it was at the function's entry. */
export interface DepthEntry {
  readonly offset: number;
  readonly depth: number;
  /** All registers that stand in the frame from here on; absent: as before. */
  readonly saved?: readonly SavedRegister[];
}

export interface ObjectSymbol {
  readonly name: string;
  readonly local: boolean;
  readonly section: SectionName;
  /** Shorter than `size` when the rest is zero. */
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly align: number;
  readonly dupok: boolean;
  /** Nothing called it: unwinding ends here. */
  readonly topFrame: boolean;
  readonly fixups: readonly Fixup[];
  readonly lines: readonly LineEntry[];
  readonly depths: readonly DepthEntry[];
  readonly at: Position;
}

export interface ObjectFile {
  readonly source: SourceFile;
  readonly symbols: readonly ObjectSymbol[];
}

/** What was said of one data symbol. */
interface DataSymbol {
  readonly symbol: SymbolName;
  globl: GloblStatement | undefined;
  readonly data: DataStatement[];
}

/** The contents of one file may hold so much in all; DATA far behind the start of a symbol makes big arrays. */
const mostInitialised = 64 * 2 ** 20;

/** The data symbols of a file. */
export class DataSymbols {
  private readonly symbols = new Map<string, DataSymbol>();

  constructor(private readonly diagnostics: Diagnostics) {}

  private entry(symbol: SymbolName): DataSymbol {
    const key = symbolKey(symbol);
    let e = this.symbols.get(key);
    if (!e) this.symbols.set(key, (e = { symbol, globl: undefined, data: [] }));
    return e;
  }

  globl(s: GloblStatement): void {
    const e = this.entry(s.symbol);
    if (!e.globl) e.globl = s;
    else if ((s.flags & flag.DUPOK) === 0) this.diagnostics.error(s.at, `symbol ${shown(s.symbol)} is already declared ${where(e.globl.at)}`);
  }

  data(s: DataStatement): void {
    this.entry(s.symbol).data.push(s);
  }

  /** A read-only constant that an instruction refers to, made once however often it is used. */
  constant(name: string, bytes: readonly number[], at: Position): SymbolName {
    const symbol = { name, local: false, at };
    const e = this.entry(symbol);
    if (!e.globl) {
      e.globl = { kind: 'globl', symbol, flags: flag.RODATA | flag.NOPTR | flag.DUPOK, size: bytes.length, at };
      e.data.push({ kind: 'data', symbol, offset: 0, width: bytes.length, value: { kind: 'string', bytes, at }, at });
    }
    return symbol;
  }

  /** Size and kind of a symbol that has its GLOBL in this file. */
  known(symbol: SymbolName): { readonly size: number; readonly threadLocal: boolean } | undefined {
    const globl = this.symbols.get(symbolKey(symbol))?.globl;
    return globl && { size: globl.size, threadLocal: (globl.flags & flag.TLSBSS) !== 0 };
  }

  finish(): ObjectSymbol[] {
    let total = 0;
    const out: ObjectSymbol[] = [];
    for (const e of this.symbols.values()) {
      const { globl } = e;
      if (!globl) {
        this.diagnostics.error(e.data[0]!.at, `DATA for ${shown(e.symbol)}, which has no GLOBL in this file`);
        continue;
      }
      const end = e.data.reduce((n, d) => Math.max(n, d.offset + d.width), 0);
      total += Math.min(end, globl.size);
      if (total > mostInitialised) {
        this.diagnostics.error(globl.at, `more than ${mostInitialised / 2 ** 20} MiB of initialised data in one file`);
        break;
      }
      out.push(this.symbol(e, globl, Math.min(end, globl.size)));
    }
    return out;
  }

  private symbol(e: DataSymbol, globl: GloblStatement, bytesUsed: number): ObjectSymbol {
    const bytes = new Uint8Array(bytesUsed);
    const fixups: Fixup[] = [];
    const section = sectionOf(globl.flags, e.data.length > 0);
    let end = 0;
    for (const d of e.data) {
      if (section === '.tbss') this.diagnostics.error(d.at, `DATA for ${shown(d.symbol)}, which is thread-local and starts as zero`);
      else if (d.offset + d.width > globl.size) this.diagnostics.error(d.at, `DATA ends at ${d.offset + d.width}, past the size ${globl.size} of ${shown(d.symbol)}`);
      else if (d.offset < end) this.diagnostics.error(d.at, `DATA at ${d.offset} overlaps or precedes earlier DATA of ${shown(d.symbol)}, which ends at ${end}`);
      else {
        const problem = fill(bytes, fixups, d);
        if (problem !== undefined) this.diagnostics.error(d.value.at, problem);
      }
      end = Math.max(end, d.offset + d.width);
    }
    return {
      name: e.symbol.name, local: e.symbol.local, section, bytes, size: globl.size, align: dataAlign(globl.size),
      dupok: (globl.flags & flag.DUPOK) !== 0, topFrame: false, fixups, lines: [], depths: [], at: globl.at,
    };
  }
}

/** Writes the value of one DATA; a text says what is wrong with it. */
function fill(bytes: Uint8Array, fixups: Fixup[], d: DataStatement): string | undefined {
  const { value, offset, width } = d;
  const view = new DataView(bytes.buffer);
  switch (value.kind) {
    case 'imm':
      if (![1, 2, 4, 8].includes(width)) return `an integer takes 1, 2, 4 or 8 bytes, not ${width}`;
      for (let i = 0; i < width; i++) bytes[offset + i] = Number((value.value >> BigInt(8 * i)) & 0xffn);
      return undefined;
    case 'float':
      if (width !== 4 && width !== 8) return `a floating-point constant takes 4 or 8 bytes, not ${width}`;
      if (width === 4) view.setFloat32(offset, value.value, true);
      else view.setFloat64(offset, value.value, true);
      return undefined;
    case 'string':
      if (value.bytes.length > width) return `the string has ${value.bytes.length} bytes, and the width is ${width}`;
      bytes.set(value.bytes, offset);
      return undefined;
    default:
      return address(fixups, d, value);
  }
}

function address(fixups: Fixup[], d: DataStatement, value: Arg): string | undefined {
  if (value.kind !== 'mem' || !value.address || value.pseudo !== 'SB' || value.index !== undefined) return 'the value of DATA is a constant or an address: $1, $1.5, $"text" or $name+off(SB)';
  if (d.width !== 8) return `an address takes 8 bytes, not ${d.width}`;
  fixups.push({ kind: 'abs64', offset: d.offset, symbol: value.symbol, addend: value.offset, at: value.at });
  return undefined;
}

function sectionOf(flags: number, initialised: boolean): SectionName {
  if ((flags & flag.TLSBSS) !== 0) return '.tbss';
  if ((flags & flag.RODATA) !== 0) return '.rodata';
  const noptr = (flags & flag.NOPTR) !== 0;
  if (initialised) return noptr ? '.noptrdata' : '.data';
  return noptr ? '.noptrbss' : '.bss';
}

/** As Go's linker aligns data: to the largest power of two within the size, at most 32. */
function dataAlign(size: number): number {
  let align = 32;
  while (align > 1 && align > size) align >>= 1;
  return align;
}

export const symbolKey = (s: { readonly name: string; readonly local: boolean }): string => (s.local ? `${s.name}<>` : s.name);
export const shown = symbolKey;
/** ` at file:line`, for messages about an earlier place. */
export const where = (at: Position): string => `at ${at.file.name}:${at.line}`;
