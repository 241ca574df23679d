/**
 * `rt0 objdump` as text: the code of an ELF image in the manner of `go tool objdump` (TEXT headers, Go syntax) or of
 * `objdump -d` (sections, GNU syntax). Decoding starts afresh at each symbol, as both tools do. Source lines stand beside
 * instructions in Go syntax, as there, and in GNU syntax above the first of each line, as with `objdump -dl`.
 */
import { ElfError, SHF, PF, PT, machineName, readElf, readSections, readSymbols, sectionBytes, type ElfFile } from '../../isa/abi/elf.js';
import { decode as decodeArm64 } from '../../isa/arm64/decode.js';
import { printGnu as printArm64 } from '../../isa/arm64/printGnu.js';
import { printGo as printGoArm64 } from '../../isa/arm64/printGo.js';
import { isFault } from '../../isa/isa.js';
import { decode } from '../../isa/x86/decode.js';
import { printGnu } from '../../isa/x86/printGnu.js';
import { printGo } from '../../isa/x86/printGo.js';
import type { Arch } from '../config.js';
import { archOfImage } from './arch/arch.js';
import { DebugInfo } from './info.js';
import { Symbols, type Named } from './symbols.js';

export interface DisasmOptions {
  readonly syntax: 'go' | 'gnu';
  /** Only symbols whose name matches. */
  readonly match?: RegExp | undefined;
  /** The image's name, for the first line of GNU syntax. */
  readonly name?: string;
  /** Show where instructions come from in the source. */
  readonly lines?: boolean;
}

/** Executable bytes at their address. */
interface Code {
  readonly name: string;
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** A stretch of code under one label. */
interface Stretch {
  readonly label: Named;
  readonly code: Code;
  readonly end: number;
}

/** Lines of the listing, without line ends. Errors: ElfError, also for another instruction set; DebugError where lines are asked for. */
export function* disassemble(image: Uint8Array, options: DisasmOptions): Generator<string> {
  const elf = readElf(image);
  const arch = archOfImage(elf.machine);
  if (arch === undefined) throw new ElfError(`code of ${machineName(elf.machine)} cannot be disassembled, only amd64 and arm64`);
  const parts = codeOf(elf);
  const symbols = Symbols.from(readSymbols(elf));
  const wanted = (name: string): boolean => options.match === undefined || options.match.test(name);
  const info = options.lines ? DebugInfo.of(image) : undefined;
  if (options.syntax === 'gnu') yield* gnu(parts, symbols, wanted, options.name ?? 'image', listings[arch.arch], info);
  else yield* go(parts, symbols, wanted, listings[arch.arch], info);
}

/** Executable sections; where there are none, executable segments. */
function codeOf(elf: ElfFile): Code[] {
  const sections = readSections(elf).filter((s) => s.flags & SHF.EXECINSTR && s.size > 0 && s.type !== 8);
  if (sections.length > 0) return sections.map((s) => ({ name: s.name, address: s.addr, bytes: sectionBytes(elf, s) }));
  return elf.segments
    .filter((s) => s.type === PT.LOAD && s.flags & PF.X && s.fileBytes > 0)
    .map((s, i) => ({ name: `.text${i || ''}`, address: s.vaddr, bytes: elf.bytes.subarray(s.offset, s.offset + s.fileBytes) }));
}

/** Code cut at its symbols; what stands before the first is labelled with the section's name. */
function* stretches(code: Code, symbols: Symbols): Generator<Stretch> {
  const end = code.address + code.bytes.length;
  const inside = symbols.between(code.address, end);
  if (inside[0]?.start !== code.address) inside.unshift({ name: code.name, start: code.address, end });
  for (let i = 0; i < inside.length; i++) yield { label: inside[i]!, code, end: inside[i + 1]?.start ?? end };
}

const hexBytes = (bytes: Uint8Array, separator: string): string => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join(separator);

function* go(parts: readonly Code[], symbols: Symbols, wanted: (name: string) => boolean, listing: Listing, info: DebugInfo | undefined): Generator<string> {
  const symbol = (address: bigint): Target => {
    const label = symbols.at(Number(address));
    return label && label.start > 0 ? { name: label.name, start: BigInt(label.start) } : undefined;
  };
  let first = true;
  for (const code of parts) {
    for (const { label, end } of stretches(code, symbols)) {
      if (!wanted(label.name)) continue;
      if (!first) yield '';
      first = false;
      const file = info?.placeOf(label.start)?.file;
      yield `TEXT ${label.name}(SB)${file === undefined ? '' : ` ${file}`}`;
      yield* listing.go(code, label.start, end, symbol, info);
    }
  }
}

/** What stands before an instruction's address: the name of its file, without folders, and its line. */
function beside(info: DebugInfo | undefined, address: number): string {
  if (info === undefined) return '';
  const place = info.placeOf(address);
  return `${place === undefined ? '?:0' : `${place.file.slice(place.file.lastIndexOf('/') + 1)}:${place.line}`}\t`;
}

/** What an address stands for in Go syntax. */
type Target = { readonly name: string; readonly start: bigint } | undefined;

function* goLines(code: Code, start: number, end: number, symbol: (address: bigint) => Target, info: DebugInfo | undefined): Generator<string> {
  for (let at = start; at < end; ) {
    const d = decode(code.bytes.subarray(0, Math.min(end, at + 15) - code.address), at - code.address, at);
    const bytes = code.bytes.subarray(at - code.address, at - code.address + (isFault(d) ? 1 : d.length));
    yield `  ${beside(info, at)}0x${at.toString(16)}\t\t${hexBytes(bytes, '').padEnd(22)}\t${isFault(d) ? '?' : printGo(d, symbol)}`;
    at += bytes.length;
  }
}

/** Words of arm64 are shown as numbers. Those of zeros stand between functions, and are no instruction to the tool. */
function* goWords({ bytes, address }: Code, start: number, end: number, symbol: (address: bigint) => Target, info: DebugInfo | undefined): Generator<string> {
  const dv = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = start; at + 4 <= end; at += 4) {
    const word = dv.getUint32(at - address, true);
    const d = decodeArm64(bytes, at - address, at);
    yield `  ${beside(info, at)}0x${at.toString(16)}\t\t${word.toString(16).padStart(8, '0').padEnd(22)}\t${isFault(d) || word === 0 ? '?' : printGoArm64(d, symbol)}`;
  }
}

/** What stands above an instruction in GNU syntax: the function where it changes, inlined ones as well, and the line where that does. */
class Above {
  private name: string | undefined;
  private line = 0;

  constructor(private readonly info: DebugInfo) {}

  *lines(address: number): Generator<string> {
    const frame = this.info.framesAt(address)[0];
    if (frame === undefined) return;
    if (frame.name !== undefined && frame.name !== this.name) {
      yield `${frame.name}():`;
      this.name = frame.name;
      this.line = 0;
    }
    const { place } = frame;
    if (place === undefined || place.line === 0 || place.line === this.line) return;
    yield `${place.file}:${place.line}`;
    this.line = place.line;
  }
}

/** Zero bytes in such number, or at the end of a stretch, are padding and not shown. */
const zeroRun = 8;

function* gnu(parts: readonly Code[], symbols: Symbols, wanted: (name: string) => boolean, name: string, listing: Listing, info: DebugInfo | undefined): Generator<string> {
  const symbol = (address: bigint): string | undefined => {
    const label = symbols.before(Number(address));
    if (!label) return undefined;
    const offset = Number(address) - label.start;
    return offset === 0 ? label.name : `${label.name}+0x${offset.toString(16)}`;
  };
  yield '';
  yield `${name}:     file format ${listing.format}`;
  yield '';
  const above = info && new Above(info);
  for (const code of parts) {
    let header = false;
    for (const { label, end } of stretches(code, symbols)) {
      if (!wanted(label.name)) continue;
      if (!header) {
        yield '';
        yield `Disassembly of section ${code.name}:`;
        header = true;
      }
      yield '';
      yield `${label.start.toString(16).padStart(16, '0')} <${label.name}>:`;
      yield* listing.gnu(code, label.start, end, symbol, above);
    }
  }
}

function* gnuLines(code: Code, start: number, end: number, symbol: (address: bigint) => string | undefined, above: Above | undefined): Generator<string> {
  const { bytes, address } = code;
  for (let at = start; at < end; ) {
    let zeros = 0;
    while (at + zeros < end && bytes[at + zeros - address] === 0) zeros++;
    if (zeros >= zeroRun) {
      yield '\t...';
      at += at + zeros === end ? zeros : zeros & ~3;
      continue;
    }
    if (above) yield* above.lines(at);
    const d = decode(bytes, at - address, at);
    const own = bytes.subarray(at - address, at - address + (isFault(d) ? 1 : d.length));
    const text = isFault(d) ? '(bad)' : printGnu(d, symbol);
    const place = (a: number): string => `${a.toString(16).padStart(8)}:`;
    yield `${place(at)}\t${hexBytes(own.subarray(0, 7), ' ').padEnd(20)} \t${text}`;
    for (let i = 7; i < own.length; i += 7) yield `${place(at + i)}\t${hexBytes(own.subarray(i, i + 7), ' ')} `;
    at += own.length;
  }
}

/** A word a line, as objdump shows arm64. */
function* gnuWords(code: Code, start: number, end: number, symbol: (address: bigint) => string | undefined, above: Above | undefined): Generator<string> {
  const { bytes, address } = code;
  const dv = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = start; at + 4 <= end; at += 4) {
    if (above) yield* above.lines(at);
    const word = dv.getUint32(at - address, true).toString(16).padStart(8, '0');
    const d = decodeArm64(bytes, at - address, at);
    yield `${at.toString(16).padStart(8)}:\t${word} \t${isFault(d) ? `.inst\t0x${word} ; undefined` : printArm64(d, symbol)}`;
  }
}

/** How an instruction set's code is listed: a line an instruction, or a word a line. */
interface Listing {
  readonly go: typeof goLines;
  readonly gnu: typeof gnuLines;
  /** BFD's name of its images. */
  readonly format: string;
}
const listings: Readonly<Record<Arch, Listing>> = {
  amd64: { go: goLines, gnu: gnuLines, format: 'elf64-x86-64' },
  arm64: { go: goWords, gnu: gnuWords, format: 'elf64-littleaarch64' },
};
