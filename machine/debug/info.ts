/**
 * The front of all debugging information of an image: symbols, DWARF, call frames and Go's function table behind one set of
 * questions. Each part is read when first asked for. Addresses are those of the image; who runs a position-independent one
 * subtracts where it was loaded.
 *
 * Where DWARF knows an address its answer is given, else that of Go's function table, which stripped images have too.
 */
import { PT, readSymbols, SHF, STT } from '../../isa/abi/elf.js';
import { Functions, nameOf, type SourceFrame } from './dwarf/functions.js';
import { TopIndex } from './dwarf/index.js';
import { localsAt, locate, type FrameContext, type Local } from './dwarf/locals.js';
import type { Location } from './dwarf/expression.js';
import type { Place } from './dwarf/lines.js';
import { fieldOf, pathAt } from './dwarf/path.js';
import { Types, type Type } from './dwarf/types.js';
import type { Die } from './dwarf/unit.js';
import { Units } from './dwarf/units.js';
import { runtimeLayout, type RuntimeLayout } from './go/layout.js';
import { Pclntab } from './go/pclntab.js';
import { goVersion, minorVersion } from './go/version.js';
import { Sections } from './sections.js';
import { Symbols } from './symbols.js';
import { archOfImage, debugArches } from './arch/arch.js';
import { CallFrames } from './unwind/cfi.js';
import type { UnwindTables } from './unwind/unwind.js';
import { firstBeyond } from './search.js';

/** A function with its code; `die` is its entry in .debug_info. */
export interface FunctionInfo {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly die: Die | undefined;
}

/** What lies at an address of data. */
export interface VariableAt {
  readonly name: string;
  /** Undefined where only a symbol is known. */
  readonly type: Type | undefined;
  /** From the variable's first byte. */
  readonly offset: number;
  /** Which field of it that is: `b`, `[3].x`; empty for the variable itself. */
  readonly path: string;
}

export class DebugInfo {
  readonly sections: Sections;
  readonly units: Units;
  readonly functions: Functions;
  readonly types: Types;
  private names: Symbols | undefined;
  private goTable: Pclntab | undefined | null = null;
  private top: TopIndex | undefined;
  private unwinding: UnwindTables | undefined;
  private tlsBase: { readonly g: number | undefined } | undefined;

  private constructor(image: Uint8Array) {
    this.sections = new Sections(image);
    this.units = new Units(this.sections);
    this.functions = new Functions(this.units);
    this.types = new Types(this.units);
  }

  /** Errors: ElfError where the image is none; DebugError from any question where what it needs is broken. */
  static of(image: Uint8Array): DebugInfo {
    return new DebugInfo(image);
  }

  get symbols(): Symbols {
    return (this.names ??= Symbols.from(readSymbols(this.sections.elf, this.sections.list)));
  }

  /** Go's function table; undefined in images of other languages. */
  get go(): Pclntab | undefined {
    if (this.goTable === null) this.goTable = Pclntab.of(this.sections);
    return this.goTable;
  }

  /** All of DWARF by name and address: takes a pass over .debug_info. */
  get index(): TopIndex {
    return (this.top ??= new TopIndex(this.units));
  }

  /** Where the code at an address comes from. */
  placeOf(address: number): Place | undefined {
    return this.functions.placeOf(address) ?? this.go?.at(address)?.placeAt(address);
  }

  /** The functions at an address, the innermost inlined call first; a symbol where nothing else is known; empty where not even that. */
  framesAt(address: number): readonly SourceFrame[] {
    const frames = this.functions.framesAt(address);
    if (frames.length === 1 && frames[0]!.place === undefined) return [{ ...frames[0]!, place: this.placeOf(address) }]; // as for the entries of functions that the compiler made
    if (frames.length > 0) return frames;
    const go = this.go?.at(address);
    if (go) return go.framesAt(address).map(({ name, place, inlined }) => ({ name, place, inlined, die: undefined }));
    const name = this.labelAt(address);
    return name === undefined ? [] : [{ name, place: this.placeOf(address), inlined: false, die: undefined }];
  }

  /** The symbol of an address of code: the one before it in its section, since what lies behind a function's end pads it. */
  private labelAt(address: number): string | undefined {
    const symbol = this.symbols.before(address);
    if (symbol === undefined) return undefined;
    const section = this.sections.list.find((s) => address >= s.addr && address < s.addr + s.size && (s.flags & SHF.EXECINSTR) !== 0);
    return section !== undefined && symbol.start >= section.addr ? symbol.name : undefined;
  }

  /** The function with code at an address; inlined calls belong to the function around them. */
  functionAt(address: number): FunctionInfo | undefined {
    const unit = this.units.at(address);
    const own = unit && this.functions.inUnit(unit).at(address);
    if (own) return { name: nameOf(this.units, own.die) ?? this.symbols.at(own.low)?.name ?? '??', low: own.low, high: own.high, die: own.die };
    const go = this.go?.at(address);
    if (go) return { name: go.name, low: go.entry, high: go.end, die: undefined };
    const symbol = this.symbols.at(address);
    return symbol && { name: symbol.name, low: symbol.start, high: symbol.end, die: undefined };
  }

  /** The function with a name, as Go, C or the symbol table has it. */
  functionNamed(name: string): FunctionInfo | undefined {
    const address = this.symbols.named(name)?.start ?? this.go?.named(name)?.entry;
    if (address !== undefined) return this.functionAt(address);
    const at = this.index.functions.get(name);
    if (at === undefined) return undefined;
    const die = this.units.die(at);
    const [range] = die.ranges();
    return range && { name, low: range.low, high: range.high, die };
  }

  /** Names of functions that begin so, in order of the alphabet; of the symbol table too where nothing else names functions. */
  functionsBeginning(prefix: string): string[] {
    const known = this.go ? [...this.go.all()].map((f) => f.name) : [...this.index.functions.keys()];
    const own = known.filter((name) => name.startsWith(prefix));
    return [...new Set(known.length > 0 ? own : this.symbols.beginning(prefix))].sort();
  }
  /** The same of global variables. */
  variablesBeginning(prefix: string): string[] {
    const { variables } = this.index;
    const own = variables.filter((v) => v.name.startsWith(prefix)).map((v) => v.name);
    return [...new Set(variables.length > 0 ? own : this.symbols.beginning(prefix))].sort();
  }

  /** Where a function begins its own work: behind the prologue where the compiler marked its end (Go: behind the check of the stack), else at the first instruction. */
  bodyOf({ low, high }: Pick<FunctionInfo, 'low' | 'high'>): number {
    const unit = this.units.at(low);
    return (unit && this.functions.lineTable(unit)?.prologueEnd(low, high)) ?? low;
  }

  /** Where the statements of a line begin, in order. `file`: a path, or its last parts (`fmt/print.go`). */
  addressesOf(file: string, line: number): readonly number[] {
    const isFile = (path: string): boolean => path === file || path.endsWith(file.startsWith('/') ? file : `/${file}`);
    const found = this.units.all.flatMap((unit) => {
      const header = this.functions.lineHeader(unit);
      return header?.files.some((f) => f !== undefined && isFile(f)) ? (this.functions.lineTable(unit)?.addressesOf(isFile, line) ?? []) : [];
    });
    if (found.length > 0 || this.units.all.length > 0) return found.sort((a, b) => a - b);
    return this.goAddressesOf(isFile, line);
  }

  private goAddressesOf(isFile: (path: string) => boolean, line: number): number[] {
    const out: number[] = [];
    for (const f of this.go?.all() ?? []) {
      let last = -1;
      for (const { from, to, value } of f.lines()) {
        const place = value === line ? f.placeAt(from) : undefined;
        const hit = place !== undefined && isFile(place.file);
        if (hit && last !== from) out.push(from);
        if (hit) last = to;
      }
    }
    return out;
  }

  /** The global variable whose bytes hold an address, and which part of it that is. */
  variableAt(address: number): VariableAt | undefined {
    const { variables } = this.index;
    const end = firstBeyond(0, variables.length, (i) => variables[i]!.address > address);
    // Those without a size share the address of what follows.
    for (let i = end - 1; i >= 0 && i >= end - 4; i--) {
      const v = variables[i]!;
      const type = v.type === undefined ? undefined : this.types.at(v.type);
      const offset = address - v.address;
      if (offset === 0 || (type !== undefined && offset < type.size)) return { name: v.name, type, offset, path: type === undefined ? '' : pathAt(type, offset) };
    }
    const symbol = this.symbols.at(address);
    return symbol && { name: symbol.name, type: undefined, offset: address - symbol.start, path: '' };
  }

  /** Address and type of a global variable. */
  variableNamed(name: string): { readonly address: number; readonly type: Type | undefined } | undefined {
    const v = this.index.variableNamed(name);
    return v && { address: v.address, type: v.type === undefined ? undefined : this.types.at(v.type) };
  }

  /** Variables and parameters in scope at a pc, from the function to the innermost block and inlined call. */
  localsAt(pc: number): readonly Local[] {
    return localsAt(this.functions, this.types, pc);
  }

  /** Where a variable is while its frame stands at `pc`. */
  locate(local: Local, pc: number, frame: FrameContext): Location {
    return locate(this.functions, local, pc, frame);
  }

  /** A type by its name: `runtime.g`, `[]int`, C's `struct node` or `node`. */
  typeNamed(name: string): Type | undefined {
    const at = this.index.types.get(name);
    return at === undefined ? undefined : this.types.at(at);
  }

  /** The type that a Go program's own description of it, at `address` in its read-only data, stands for. */
  typeByRuntimeType(address: number): Type | undefined {
    const first = this.go?.tables.types ?? this.symbols.named('runtime.types')?.start;
    const { runtimeTypes } = this.index;
    const at = (first === undefined ? undefined : runtimeTypes.get(address - first)) ?? runtimeTypes.get(address); // whole addresses of types that the linker made
    return at === undefined ? undefined : this.types.at(at);
  }

  /** Bytes from the beginning of a struct to a field: ('runtime.g', 'sched.pc'). */
  structOffset(struct: string, field: string): number | undefined {
    const type = this.typeNamed(struct);
    return type && fieldOf(type, field)?.offset;
  }

  /** Where unwinding finds what it needs of the runtime; undefined in images of other languages. */
  private get layout(): RuntimeLayout | undefined {
    if (this.go === undefined) return undefined;
    return runtimeLayout((struct, field) => this.structOffset(struct, field), minorVersion(goVersion(this.sections)));
  }

  /** Where, from the FS base, amd64 images that a C linker made have their g among C's thread-local variables; undefined in others: right below it. */
  get gFromBase(): number | undefined {
    return (this.tlsBase ??= { g: this.readGFromBase() }).g;
  }
  private readGFromBase(): number | undefined {
    const slot = readSymbols(this.sections.elf, this.sections.list).find((s) => s.name === 'runtime.tlsg' && s.type === STT.TLS);
    const segment = this.sections.elf.segments.find((s) => s.type === PT.TLS);
    if (slot === undefined || segment === undefined) return undefined;
    const align = Math.max(1, segment.align);
    return slot.value - Math.ceil(segment.memBytes / align) * align;
  }

  /** What `unwind` needs of the image. */
  get unwindTables(): UnwindTables {
    return (this.unwinding ??= {
      abi: (archOfImage(this.sections.elf.machine) ?? debugArches.amd64).unwind,
      go: this.go,
      frames: new CallFrames(this.sections),
      layout: this.layout,
    });
  }
}
