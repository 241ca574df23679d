/**
 * Writer of static ELF64 executables: headers, segments, sections in file order. What stands in the sections is
 * link.ts's affair.
 *
 * The file mirrors memory within a page: offset and address of a section are equal modulo the page size, as the
 * loader requires. Reference: System V gABI chapters 4 and 5.
 */
import { EM, ET, PT, SHN, SHT, STB, ehdrBytes, phdrBytes, shdrBytes } from '../isa/abi/elf.js';
import { utf8 } from './scan.js';

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly addr: number;
  readonly bytes: Uint8Array;
  /** Larger than the bytes for sections without contents. */
  readonly size: number;
  readonly align: number;
  readonly link?: string;
  readonly info?: number;
  readonly entryBytes?: number;
}

export interface Segment {
  readonly type: number;
  readonly flags: number;
  /** Covers these sections; the first one also the headers when `headers`. */
  readonly sections: readonly string[];
  readonly headers?: boolean;
  readonly align: number;
}

export interface ElfSymbolEntry {
  readonly name: string;
  readonly value: number;
  readonly size: number;
  readonly type: number;
  readonly bind: number;
  /** Section name; undefined: absolute. */
  readonly section: string | undefined;
}

export interface Image {
  readonly machine: 'amd64' | 'arm64';
  readonly entry: number;
  readonly base: number;
  /** What stands in memory stands at the same place within a page of this size in the file. */
  readonly pageBytes: number;
  readonly sections: readonly Section[];
  readonly segments: readonly Segment[];
}

/** Growing little-endian bytes. */
export class Bytes {
  private buffer = new Uint8Array(256);
  private view = new DataView(this.buffer.buffer);
  length = 0;

  private room(n: number): number {
    const at = this.length;
    this.length += n;
    if (this.length > this.buffer.length) {
      const bigger = new Uint8Array(Math.max(this.length, 2 * this.buffer.length));
      bigger.set(this.buffer);
      this.buffer = bigger;
      this.view = new DataView(bigger.buffer);
    }
    return at;
  }

  u8(...values: readonly number[]): this {
    for (const v of values) {
      const at = this.room(1); // may replace the buffer
      this.buffer[at] = v;
    }
    return this;
  }

  u16(v: number): this {
    const at = this.room(2);
    this.view.setUint16(at, v, true);
    return this;
  }

  u32(v: number): this {
    const at = this.room(4);
    this.view.setUint32(at, v, true);
    return this;
  }

  u64(v: number): this {
    const at = this.room(8);
    this.view.setBigUint64(at, BigInt(v), true);
    return this;
  }

  /** Unsigned LEB128. */
  uleb(v: number): this {
    for (; v >= 0x80; v = Math.floor(v / 128)) this.u8((v & 0x7f) | 0x80);
    return this.u8(v);
  }

  /** Signed LEB128, 32-bit. */
  sleb(v: number): this {
    for (; v < -64 || v > 63; v >>= 7) this.u8((v & 0x7f) | 0x80);
    return this.u8(v & 0x7f);
  }

  /** UTF-8 and a zero byte. */
  cstring(text: string): this {
    return this.raw(utf8(text)).u8(0);
  }

  raw(bytes: ArrayLike<number>): this {
    const at = this.room(bytes.length);
    this.buffer.set(bytes, at);
    return this;
  }

  pad(to: number): this {
    const n = -this.length & (to - 1);
    this.room(n);
    return this;
  }

  setU32(at: number, v: number): void {
    this.view.setUint32(at, v, true);
  }

  done(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}

/** Names with their offsets; equal names are stored once. */
export class Strings {
  private readonly offsets = new Map<string, number>([['', 0]]);
  private readonly bytes = new Bytes().u8(0);

  add(name: string): number {
    let at = this.offsets.get(name);
    if (at === undefined) {
      this.offsets.set(name, (at = this.bytes.length));
      this.bytes.cstring(name);
    }
    return at;
  }

  done(): Uint8Array {
    return this.bytes.done();
  }
}

/** Local symbols first, as the format wants; the rest in the order given. `sections` are the names in header order, from 1. */
export function symbolTable(symbols: readonly ElfSymbolEntry[], sections: readonly string[]): { readonly symtab: Uint8Array; readonly strtab: Uint8Array; readonly locals: number } {
  const strings = new Strings();
  const out = new Bytes().u64(0).u64(0).u64(0);
  const ordered = [...symbols.filter((s) => s.bind === STB.LOCAL), ...symbols.filter((s) => s.bind !== STB.LOCAL)];
  for (const s of ordered) {
    out.u32(strings.add(s.name)).u8((s.bind << 4) | s.type, 0);
    out.u16(s.section === undefined ? SHN.ABS : sections.indexOf(s.section) + 1);
    out.u64(s.value).u64(s.size);
  }
  return { symtab: out.done(), strtab: strings.done(), locals: symbols.filter((s) => s.bind === STB.LOCAL).length + 1 };
}

/** Bytes that the ELF and program headers take at the start of the file. */
export const headerBytes = (segments: number): number => ehdrBytes + phdrBytes * segments;

export function writeElf(image: Image): Uint8Array {
  const { sections, segments } = image;
  const names = new Strings();
  const nameOffsets = [0, ...sections.map((s) => names.add(s.name)), names.add('.shstrtab')];
  const shstrtab: Section = { name: '.shstrtab', type: SHT.STRTAB, flags: 0, addr: 0, bytes: names.done(), size: names.done().length, align: 1 };
  const all = [...sections, shstrtab];
  const offsets = fileOffsets(all, headerBytes(segments.length), image.pageBytes);
  const last = all.length - 1;
  const shoff = (offsets[last]! + all[last]!.bytes.length + 7) & ~7;
  const out = new Uint8Array(shoff + shdrBytes * (all.length + 1));
  const head = new Bytes();
  fileHeader(head, image, shoff, all.length + 1);
  for (const s of segments) programHeader(head, s, image, offsets);
  out.set(head.done());
  all.forEach((s, i) => {
    if (s.bytes.length > 0) out.set(s.bytes, offsets[i]!); // a section without contents may stand past the end
  });
  out.set(sectionHeaders(all, offsets, nameOffsets), shoff);
  return out;
}

function fileHeader(out: Bytes, image: Image, shoff: number, sectionCount: number): void {
  out.u8(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0).u64(0);
  out.u16(ET.EXEC).u16(image.machine === 'amd64' ? EM.X86_64 : EM.AARCH64).u32(1);
  out.u64(image.entry).u64(ehdrBytes).u64(shoff).u32(0);
  out.u16(ehdrBytes).u16(phdrBytes).u16(image.segments.length).u16(shdrBytes).u16(sectionCount).u16(sectionCount - 1);
}

/** Loaded sections stand at offsets that equal their addresses within a page; the rest follow, each aligned. */
function fileOffsets(sections: readonly Section[], from: number, pageBytes: number): number[] {
  let end = from;
  return sections.map((s) => {
    const unit = s.addr > 0 ? pageBytes : s.align;
    const at = end + ((((s.addr - end) % unit) + unit) % unit);
    // Sections without contents take no place, and must not push what follows to their own page.
    if (s.bytes.length === 0) return s.addr > 0 ? at : end;
    end = at + s.bytes.length;
    return at;
  });
}

function programHeader(out: Bytes, segment: Segment, image: Image, offsets: readonly number[]): void {
  const covered = image.sections.map((s, i) => ({ s, offset: offsets[i]! })).filter(({ s }) => segment.sections.includes(s.name));
  const first = covered[0];
  if (segment.type !== PT.LOAD && !first) {
    out.u32(segment.type).u32(segment.flags).u64(0).u64(0).u64(0).u64(0).u64(0).u64(segment.align);
    return;
  }
  const start = segment.headers ? image.base : first!.s.addr;
  const offset = segment.headers ? 0 : first!.offset;
  const filled = covered.filter(({ s }) => s.bytes.length > 0);
  const fileEnd = Math.max(start, ...filled.map(({ s }) => s.addr + s.bytes.length));
  const memEnd = Math.max(start, ...covered.map(({ s }) => s.addr + s.size));
  const tls = segment.type === PT.TLS;
  out.u32(segment.type).u32(segment.flags).u64(offset).u64(start).u64(start);
  out.u64(tls ? 0 : fileEnd - start).u64(memEnd - start).u64(segment.align);
}

function sectionHeaders(sections: readonly Section[], offsets: readonly number[], names: readonly number[]): Uint8Array {
  const out = new Bytes();
  for (let i = 0; i < 8; i++) out.u64(0);
  sections.forEach((s, i) => {
    const link = s.link === undefined ? 0 : sections.findIndex((o) => o.name === s.link) + 1;
    out.u32(names[i + 1]!).u32(s.type).u64(s.flags).u64(s.addr).u64(offsets[i]!).u64(s.size);
    out.u32(link).u32(s.info ?? 0).u64(s.align).u64(s.entryBytes ?? 0);
  });
  return out.done();
}
