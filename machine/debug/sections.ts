/**
 * Sections of an ELF image by name, decompressed: `.debug_info` is found as such, marked SHF_COMPRESSED (gABI, chapter 4),
 * or as `.zdebug_info` behind "ZLIB" and its size, as Go wrote it before 1.20. Bytes are read when first asked for.
 */
import { inflateSync } from 'node:zlib';
import { ElfError, PF, PT, readElf, readSections, sectionBytes, SHF, SHT, type ElfFile, type ElfSection } from '../../isa/abi/elf.js';
import { Cursor, DebugError } from './cursor.js';

/** Compression in a compressed section's header. */
const ELFCOMPRESS_ZLIB = 1;
const chdrBytes = 24;

/** What a section may grow to: far above any real one, so that a damaged size takes no memory. */
const mostBytes = 2 ** 30;

export class Sections {
  readonly elf: ElfFile;
  readonly list: readonly ElfSection[];
  private readonly contents = new Map<string, Uint8Array | undefined>();

  /** Errors: ElfError where the image is none. */
  constructor(image: Uint8Array) {
    this.elf = readElf(image);
    this.list = readSections(this.elf);
  }

  named(name: string): ElfSection | undefined {
    return this.list.find((s) => s.name === name);
  }

  /** The bytes of a section; undefined when there is none, or it has no contents. Errors: DebugError. */
  bytes(name: string): Uint8Array | undefined {
    if (!this.contents.has(name)) this.contents.set(name, this.read(name));
    return this.contents.get(name);
  }

  has(name: string): boolean {
    return this.bytes(name) !== undefined;
  }

  /** A cursor in a section that must be there. Errors: DebugError. */
  cursor(name: string, at = 0, end?: number): Cursor {
    const bytes = this.bytes(name);
    if (bytes === undefined) throw new DebugError(name, at, 'there is no such section');
    return new Cursor(name, bytes, at, end);
  }

  private read(name: string): Uint8Array | undefined {
    const plain = this.named(name);
    const section = plain ?? (name.startsWith('.debug_') ? this.named(name.replace('.debug_', '.zdebug_')) : undefined);
    if (section === undefined || section.type === SHT.NOBITS) return undefined;
    let body: Uint8Array;
    try {
      body = sectionBytes(this.elf, section);
    } catch (e) {
      if (e instanceof ElfError) throw new DebugError(section.name, 0, e.message);
      throw e;
    }
    if (section !== plain) return unpacked(section.name, body, 12, zlibSize(section.name, body));
    if ((section.flags & SHF.COMPRESSED) === 0) return body.length === 0 ? undefined : body;
    const header = new Cursor(section.name, body);
    const method = header.u32();
    if (method !== ELFCOMPRESS_ZLIB) throw new DebugError(section.name, 0, `compression ${method} is not read, only zlib`);
    header.skip(4);
    return unpacked(section.name, body, chdrBytes, header.u64());
  }

  /** Bytes of the image that lie in memory from `address` on, to the end of their segment's contents; undefined where it has none. */
  memory(address: number): Uint8Array | undefined {
    const s = this.elf.segments.find((s) => s.type === PT.LOAD && address >= s.vaddr && address < s.vaddr + s.fileBytes);
    return s && this.elf.bytes.subarray(s.offset + address - s.vaddr, s.offset + s.fileBytes);
  }

  /** Segments without code: where a stripped image keeps its tables. */
  get data(): readonly { address: number; bytes: Uint8Array }[] {
    return this.elf.segments
      .filter((s) => s.type === PT.LOAD && (s.flags & PF.X) === 0)
      .map((s) => ({ address: s.vaddr, bytes: this.elf.bytes.subarray(s.offset, s.offset + s.fileBytes) }));
  }
}

/** The size behind the "ZLIB" of a .zdebug section: 8 bytes, big-endian. */
function zlibSize(name: string, body: Uint8Array): number {
  if (body.length < 12 || String.fromCharCode(...body.subarray(0, 4)) !== 'ZLIB') throw new DebugError(name, 0, 'does not begin with ZLIB and a size');
  return body.subarray(4, 12).reduce((n, b) => n * 256 + b, 0);
}

function unpacked(name: string, body: Uint8Array, at: number, size: number): Uint8Array {
  if (size > mostBytes) throw new DebugError(name, 0, `says that it unpacks to ${size} bytes`);
  let out: Uint8Array;
  try {
    out = inflateSync(body.subarray(at), { maxOutputLength: Math.max(1, size) });
  } catch (e) {
    throw new DebugError(name, at, `does not unpack: ${(e as Error).message}`);
  }
  if (out.length !== size) throw new DebugError(name, 0, `unpacks to ${out.length} bytes and not to ${size}`);
  return out;
}
