/**
 * The front of all debugging information of an image: symbols, DWARF and Go's function table behind one set of questions.
 * Each part is read when first asked for. Addresses are those of the image; who runs a position-independent one subtracts
 * where it was loaded.
 *
 * Where DWARF knows an address its answer is given, else that of Go's function table, which stripped images have too.
 */
import { readSymbols, SHF } from '../../isa/abi/elf.js';
import { Functions, type SourceFrame } from './dwarf/functions.js';
import type { Place } from './dwarf/lines.js';
import { Units } from './dwarf/units.js';
import { Pclntab } from './go/pclntab.js';
import { Sections } from './sections.js';
import { Symbols } from './symbols.js';

export class DebugInfo {
  readonly sections: Sections;
  readonly units: Units;
  readonly functions: Functions;
  private names: Symbols | undefined;
  private goTable: Pclntab | undefined | null = null;

  private constructor(image: Uint8Array) {
    this.sections = new Sections(image);
    this.units = new Units(this.sections);
    this.functions = new Functions(this.units);
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
}
