/** Names for addresses, from an image's symbol table. A stripped image has none: addresses stay numbers. */
import { readElf, readSymbols, STT } from '../../isa/abi/elf.js';

interface Range {
  readonly start: number;
  /** One past the last byte; symbols without a size reach to the next one. */
  readonly end: number;
  readonly name: string;
}

export class Symbols {
  static readonly none = new Symbols([]);

  /** Sorted by start; functions before other symbols of one address. */
  private constructor(private readonly ranges: readonly Range[]) {}

  /** The symbols of an ELF image; empty for an image that has none. */
  static of(image: Uint8Array): Symbols {
    const named = readSymbols(readElf(image)).filter((s) => s.name !== '' && s.section !== 0 && (s.type === STT.FUNC || s.type === STT.NOTYPE));
    const sorted = named.sort((a, b) => a.value - b.value || Number(b.type === STT.FUNC) - Number(a.type === STT.FUNC));
    const unique = sorted.filter((s, i) => i === 0 || s.value !== sorted[i - 1]!.value);
    return new Symbols(unique.map((s, i) => ({ start: s.value, end: s.size > 0 ? s.value + s.size : (unique[i + 1]?.value ?? Infinity), name: s.name })));
  }

  /** The symbol whose bytes hold `address`. */
  at(address: number): Range | undefined {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.ranges[mid]!.start <= address) low = mid + 1;
      else high = mid;
    }
    const found = this.ranges[low - 1];
    return found !== undefined && address < found.end ? found : undefined;
  }

  /** `main.f+12` (offset in decimal), or the address in hex. */
  describe(address: number): string {
    const symbol = this.at(address);
    if (!symbol) return `0x${address.toString(16)}`;
    return address === symbol.start ? symbol.name : `${symbol.name}+${address - symbol.start}`;
  }
}
