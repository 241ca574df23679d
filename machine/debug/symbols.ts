/** Names for addresses, from an image's symbol table. A stripped image has none: addresses stay numbers. */
import { readElf, readSymbols, STT, type ElfSymbol } from '../../isa/abi/elf.js';
import { firstBeyond } from './search.js';

/** Marks of arm64's ABI for where code and data begin: no names of anything. */
const mapping = /^\$[xd](\.|$)/;

/** A named place: functions, data, and labels without a size. */
export interface Named {
  readonly name: string;
  readonly start: number;
  /** One past its last byte; `start` for a symbol without a size. */
  readonly end: number;
}

export class Symbols {
  static readonly none = new Symbols([]);

  /** Sorted by start, one name an address. */
  private constructor(private readonly sorted: readonly Named[]) {}

  /** The symbols of an ELF image; empty for an image that has none. Errors: ElfError. */
  static of(image: Uint8Array): Symbols {
    return Symbols.from(readSymbols(readElf(image)));
  }

  static from(symbols: readonly ElfSymbol[]): Symbols {
    const usable = symbols.filter((s) => s.name !== '' && !mapping.test(s.name) && s.section !== 0 && s.section < 0xff00 && s.type !== STT.SECTION && s.type !== STT.FILE && s.type !== STT.TLS);
    usable.sort((a, b) => a.value - b.value || preference(b) - preference(a));
    const one = usable.filter((s, i) => i === 0 || s.value !== usable[i - 1]!.value);
    return new Symbols(one.map((s) => ({ name: s.name, start: s.value, end: s.value + s.size })));
  }

  /** The last symbol at or before `address`. */
  before(address: number): Named | undefined {
    return this.sorted[firstBeyond(0, this.sorted.length, (i) => this.sorted[i]!.start > address) - 1];
  }

  /** The place with this name. */
  named(name: string): Named | undefined {
    return this.sorted.find((s) => s.name === name);
  }

  /** Names that begin so. */
  beginning(prefix: string): string[] {
    return this.sorted.filter((s) => s.name.startsWith(prefix)).map((s) => s.name);
  }

  /** The symbol whose bytes hold `address`, or that stands right there. */
  at(address: number): Named | undefined {
    const symbol = this.before(address);
    return symbol && (address < symbol.end || address === symbol.start) ? symbol : undefined;
  }

  /** Those that start from `start` on and before `end`, in order. */
  between(start: number, end: number): Named[] {
    return this.sorted.filter((s) => s.start >= start && s.start < end);
  }

  /** `main.f+12` (offset in decimal), or the address in hex. A symbol without a size reaches to the next one. */
  describe(address: number): string {
    const symbol = this.before(address);
    const sized = symbol !== undefined && symbol.end > symbol.start;
    if (!symbol || (sized && address >= symbol.end)) return `0x${address.toString(16)}`;
    return address === symbol.start ? symbol.name : `${symbol.name}+${address - symbol.start}`;
  }
}

/** Among symbols of one address: functions first, then global ones. */
const preference = (s: ElfSymbol): number => (s.type === STT.FUNC ? 2 : 0) + (s.bind > 0 ? 1 : 0);
