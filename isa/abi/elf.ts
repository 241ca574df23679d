/**
 * ELF64, little-endian: constants, and a reader of headers, segments, sections and symbols over plain bytes.
 *
 * Two depths. `readElf` checks what makes a file readable as ELF at all and lists its program headers;
 * `readExecutable` adds what a loader needs: a static program of the right machine whose segments make
 * sense and fit. Sections and symbols are read separately, since a program runs without them.
 * Every defect is an ElfError with one line of text that stands after a file name.
 *
 * Reference: System V gABI chapter 4 and 5; Linux is the judge of what loads.
 * Left out: 32-bit and big-endian files (refused by name), relocations, versioning, notes.
 */

/** A defect of an ELF file. The message is one line, without the file's name. */
export class ElfError extends Error {
  override readonly name = 'ElfError';
}

export const ET = { REL: 1, EXEC: 2, DYN: 3, CORE: 4 } as const;
export const EM = { X86_64: 62, AARCH64: 183 } as const;
export const PT = { LOAD: 1, DYNAMIC: 2, INTERP: 3, NOTE: 4, PHDR: 6, TLS: 7, GNU_STACK: 0x6474e551, GNU_RELRO: 0x6474e552 } as const;
export const PF = { X: 1, W: 2, R: 4 } as const;
export const SHT = { NULL: 0, PROGBITS: 1, SYMTAB: 2, STRTAB: 3, RELA: 4, NOTE: 7, NOBITS: 8, DYNSYM: 11 } as const;
export const SHF = { WRITE: 1, ALLOC: 2, EXECINSTR: 4, COMPRESSED: 0x800 } as const;
export const STT = { NOTYPE: 0, OBJECT: 1, FUNC: 2, SECTION: 3, FILE: 4, TLS: 6 } as const;
export const STB = { LOCAL: 0, GLOBAL: 1, WEAK: 2 } as const;
export const SHN = { UNDEF: 0, ABS: 0xfff1, COMMON: 0xfff2, XINDEX: 0xffff } as const;

/** Record sizes in bytes. */
export const ehdrBytes = 64;
export const phdrBytes = 56;
export const shdrBytes = 64;
export const symBytes = 24;

/** Linux maps whole pages of this size; user addresses end below 2^47 on both ISAs, and begin above mmap_min_addr. */
const pageBytes = 4096;
export const userEnd = 2 ** 47 - pageBytes;
export const userBegin = 0x10000;

/** One program header. Offsets, sizes and addresses in bytes; values of 2^53 and more lose low bits and fail every range check. */
export interface ElfSegment {
  readonly type: number;
  readonly flags: number; // PF bits
  readonly offset: number;
  readonly vaddr: number;
  readonly fileBytes: number;
  readonly memBytes: number;
  readonly align: number;
}

export interface ElfFile {
  readonly bytes: Uint8Array;
  readonly type: number; // ET
  readonly machine: number; // EM
  readonly entry: number;
  readonly phoff: number;
  readonly segments: readonly ElfSegment[];
  readonly shoff: number;
  readonly shnum: number; // as in the header; readSections resolves the extended form
  readonly shstrndx: number;
}

export interface ElfSection {
  readonly index: number;
  readonly name: string;
  readonly type: number; // SHT
  readonly flags: number; // SHF
  readonly addr: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entryBytes: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly value: number;
  readonly size: number;
  readonly type: number; // STT
  readonly bind: number; // STB
  readonly section: number; // index, or SHN
}

export interface LoadLimits {
  readonly arch: 'amd64' | 'arm64';
  /** Guest RAM in bytes; undefined: no limit. */
  readonly memoryBytes?: number;
}

const machineNames: Readonly<Record<number, string>> = {
  2: 'sparc', 3: 'i386', 4: 'm68k', 8: 'mips', 20: 'powerpc', 21: 'ppc64', 22: 's390x', 40: 'arm', 42: 'sh', 43: 'sparc64',
  50: 'ia64', 62: 'amd64', 183: 'arm64', 243: 'riscv', 247: 'bpf', 258: 'loongarch',
};

export function machineName(machine: number): string {
  return machineNames[machine] ?? `number ${machine}`;
}

export const hex = (n: number): string => `0x${n.toString(16)}`;

/** Reads the ELF header and the program headers. */
export function readElf(bytes: Uint8Array): ElfFile {
  checkIdent(bytes);
  if (bytes.length < ehdrBytes) throw new ElfError(`truncated: ${bytes.length} bytes are less than an ELF header (${ehdrBytes})`);
  const view = viewOf(bytes);
  const machine = view.getUint16(18, true);
  if (bytes[4] === 1) throw new ElfError(`32-bit ELF file (${machineName(machine)}); only 64-bit files are supported`);
  if (view.getUint32(20, true) !== 1) throw new ElfError(`ELF version ${view.getUint32(20, true)} is not 1`);
  if (view.getUint16(52, true) !== ehdrBytes) throw new ElfError(`ELF header size ${view.getUint16(52, true)} is not ${ehdrBytes}`);
  const phoff = u64(view, 32);
  const phnum = view.getUint16(56, true);
  return {
    bytes,
    type: view.getUint16(16, true),
    machine,
    entry: u64(view, 24),
    phoff,
    segments: phnum === 0 ? [] : readSegments(view, phoff, view.getUint16(54, true), phnum),
    shoff: u64(view, 40),
    shnum: view.getUint16(60, true),
    shstrndx: view.getUint16(62, true),
  };
}

/** What the file is, by its first bytes, when it is not a little-endian 64-bit ELF file. */
function checkIdent(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new ElfError('empty file');
  if (!startsWith(bytes, '\x7fELF')) {
    for (const [magic, what] of foreign) {
      if (startsWith(bytes, magic)) throw new ElfError(`not an ELF file: ${what}`);
    }
    throw new ElfError('not an ELF file');
  }
  if (bytes.length < 16) throw new ElfError(`truncated: ${bytes.length} bytes are less than an ELF header (${ehdrBytes})`);
  if (bytes[4] !== 1 && bytes[4] !== 2) throw new ElfError(`ELF class ${bytes[4]} is neither 32-bit nor 64-bit`);
  if (bytes[5] === 2) throw new ElfError('big-endian ELF file; only little-endian files are supported');
  if (bytes[5] !== 1) throw new ElfError(`ELF data encoding ${bytes[5]} is unknown`);
  if (bytes[6] !== 1) throw new ElfError(`ELF version ${bytes[6]} is not 1`);
}

const foreign: readonly (readonly [string, string])[] = [
  ['#!', 'it is a script'],
  ['MZ', 'it is a Windows program'],
  ['!<arch>', 'it is an archive'],
  ['\xcf\xfa\xed\xfe', 'it is a Mach-O program'],
  ['\xca\xfe\xba\xbe', 'it is a Mach-O or Java file'],
  ['\0asm', 'it is a WebAssembly module'],
  ['\x1f\x8b', 'it is compressed (gzip)'],
];

function readSegments(view: DataView, phoff: number, entryBytes: number, count: number): ElfSegment[] {
  if (entryBytes !== phdrBytes) throw new ElfError(`program header size ${entryBytes} is not ${phdrBytes}`);
  if (count * phdrBytes > 65536) throw new ElfError(`${count} program headers are more than Linux loads (${Math.floor(65536 / phdrBytes)})`);
  if (phoff + count * phdrBytes > view.byteLength) {
    throw new ElfError(`truncated: ${count} program headers at offset ${hex(phoff)} lie past the end of the file (${view.byteLength} bytes)`);
  }
  const segments: ElfSegment[] = [];
  for (let i = 0, at = phoff; i < count; i++, at += phdrBytes) {
    segments.push({
      type: view.getUint32(at, true),
      flags: view.getUint32(at + 4, true),
      offset: u64(view, at + 8),
      vaddr: u64(view, at + 16),
      fileBytes: u64(view, at + 32),
      memBytes: u64(view, at + 40),
      align: u64(view, at + 48),
    });
  }
  return segments;
}

/** Reads a program that can be started: static, for `limits.arch`, with sound segments that fit. */
export function readExecutable(bytes: Uint8Array, limits: LoadLimits): ElfFile {
  const file = readElf(bytes);
  const wanted = limits.arch === 'amd64' ? EM.X86_64 : EM.AARCH64;
  if (file.machine !== wanted) {
    throw new ElfError(`wrong machine: an image for ${machineName(file.machine)}, and this machine is ${limits.arch}`);
  }
  if (file.type !== ET.EXEC && file.type !== ET.DYN) throw new ElfError(`not an executable: ${typeName(file.type)}`);
  const loads = file.segments.filter((s) => s.type === PT.LOAD && s.memBytes > 0);
  file.segments.forEach((s, i) => {
    if (s.type === PT.INTERP) throw new ElfError(`dynamically linked (needs ${interpreterName(bytes, s)}); only static programs run`);
    if (s.type === PT.LOAD) checkLoad(s, i, bytes.length);
  });
  if (loads.length === 0) throw new ElfError('no loadable segment');
  checkLayout(file, loads, limits.memoryBytes);
  return file;
}

function typeName(type: number): string {
  if (type === ET.REL) return 'a relocatable object file (link it first)';
  if (type === ET.CORE) return 'a core dump';
  return `ELF type ${type}`;
}

function interpreterName(bytes: Uint8Array, s: ElfSegment): string {
  const end = s.offset + s.fileBytes;
  if (end > bytes.length || s.fileBytes === 0 || s.fileBytes > 4096) return 'an interpreter whose name is damaged';
  const text = cstring(bytes, s.offset, end);
  return /^[\x21-\x7e]+$/.test(text) ? text : 'an interpreter whose name is damaged';
}

/** One PT_LOAD by itself. */
function checkLoad(s: ElfSegment, index: number, fileLength: number): void {
  const bad = (why: string): never => {
    throw new ElfError(`segment ${index}: ${why}`);
  };
  if (s.fileBytes > s.memBytes) bad(`${hex(s.fileBytes)} bytes in the file are more than ${hex(s.memBytes)} in memory`);
  if (s.fileBytes > 0 && s.offset + s.fileBytes > fileLength) {
    bad(`truncated: bytes ${hex(s.offset)} to ${hex(s.offset + s.fileBytes)} lie past the end of the file (${hex(fileLength)})`);
  }
  if (s.vaddr + s.memBytes > userEnd) bad(`addresses ${hex(s.vaddr)} to ${hex(s.vaddr + s.memBytes)} lie beyond user space (47 bits)`);
  if (s.align > 1 && (s.align > 2 ** 46 || Math.log2(s.align) % 1 !== 0)) bad(`alignment ${hex(s.align)} is not a power of two`);
  if (s.memBytes > 0 && s.vaddr % pageBytes !== s.offset % pageBytes && s.fileBytes > 0) {
    bad(`address ${hex(s.vaddr)} and file offset ${hex(s.offset)} differ within a page`);
  }
}

/** The PT_LOADs together, and the entry. */
function checkLayout(file: ElfFile, loads: readonly ElfSegment[], memoryBytes: number | undefined): void {
  let total = 0;
  let end = 0;
  for (const s of loads) {
    if (s.vaddr < end) throw new ElfError(`segment at ${hex(s.vaddr)} overlaps the one before it or is out of order`);
    end = s.vaddr + s.memBytes;
    total += s.memBytes;
    if (file.type === ET.EXEC && s.vaddr < userBegin) throw new ElfError(`segment at ${hex(s.vaddr)} lies below the lowest address allowed (${hex(userBegin)})`);
  }
  if (memoryBytes !== undefined && total > memoryBytes) {
    throw new ElfError(`image of ${mib(total)} MiB is larger than the machine's memory (${mib(memoryBytes)} MiB)`);
  }
  if (file.type === ET.DYN && file.entry === 0) throw new ElfError('not an executable: a shared library');
  if (!loads.some((s) => (s.flags & PF.X) !== 0 && file.entry >= s.vaddr && file.entry < s.vaddr + s.memBytes)) {
    throw new ElfError(`entry point ${hex(file.entry)} is in no executable segment`);
  }
}

/** Section headers with their names; an empty list when the file has none. */
export function readSections(file: ElfFile): ElfSection[] {
  const { bytes, shoff } = file;
  if (shoff === 0) return [];
  const view = viewOf(bytes);
  const past = (count: number): never => {
    throw new ElfError(`truncated: ${count} section headers at offset ${hex(shoff)} lie past the end of the file (${bytes.length} bytes)`);
  };
  if (shoff + shdrBytes > bytes.length) past(file.shnum);
  if (view.getUint16(58, true) !== shdrBytes) throw new ElfError(`section header size ${view.getUint16(58, true)} is not ${shdrBytes}`);
  // Counts that do not fit 16 bits stand in the fields of section 0.
  const count = file.shnum === 0 ? u64(view, shoff + 32) : file.shnum;
  const strings = file.shstrndx === SHN.XINDEX ? view.getUint32(shoff + 40, true) : file.shstrndx;
  if (shoff + count * shdrBytes > bytes.length) past(count);
  const names = strings < count ? bodyRange(view, shoff + strings * shdrBytes, bytes.length) : undefined;
  const sections: ElfSection[] = [];
  for (let index = 0, at = shoff; index < count; index++, at += shdrBytes) {
    sections.push({
      index,
      name: names ? cstring(bytes, Math.min(names[0] + view.getUint32(at, true), names[1]), names[1]) : '',
      type: view.getUint32(at + 4, true),
      flags: u64(view, at + 8),
      addr: u64(view, at + 16),
      offset: u64(view, at + 24),
      size: u64(view, at + 32),
      link: view.getUint32(at + 40, true),
      info: view.getUint32(at + 44, true),
      align: u64(view, at + 48),
      entryBytes: u64(view, at + 56),
    });
  }
  return sections;
}

/** [start, end) of the file bytes of the section whose header stands at `at`, cut at the end of the file. */
function bodyRange(view: DataView, at: number, fileLength: number): [number, number] {
  const start = Math.min(u64(view, at + 24), fileLength);
  return [start, Math.min(start + u64(view, at + 32), fileLength)];
}

/** The bytes of a section: a view, not a copy; empty for NOBITS. */
export function sectionBytes(file: ElfFile, section: ElfSection): Uint8Array {
  if (section.type === SHT.NOBITS || section.type === SHT.NULL) return new Uint8Array(0);
  if (section.offset + section.size > file.bytes.length) {
    throw new ElfError(`truncated: section ${section.index} ${section.name} lies past the end of the file`);
  }
  return file.bytes.subarray(section.offset, section.offset + section.size);
}

/** All symbols of .symtab, or of .dynsym when there is no .symtab, in file order; an empty list when stripped. */
export function readSymbols(file: ElfFile, sections: readonly ElfSection[] = readSections(file)): ElfSymbol[] {
  const table = sections.find((s) => s.type === SHT.SYMTAB) ?? sections.find((s) => s.type === SHT.DYNSYM);
  if (!table) return [];
  if (table.entryBytes !== symBytes) throw new ElfError(`symbol size ${table.entryBytes} is not ${symBytes}`);
  const body = sectionBytes(file, table);
  const strings = sections[table.link];
  if (!strings || strings.type !== SHT.STRTAB) throw new ElfError(`symbol table ${table.name} has no string table`);
  const names = sectionBytes(file, strings);
  const view = viewOf(body);
  const symbols: ElfSymbol[] = [];
  for (let at = symBytes; at + symBytes <= body.length; at += symBytes) {
    symbols.push({
      name: cstring(names, Math.min(view.getUint32(at, true), names.length), names.length),
      value: u64(view, at + 8),
      size: u64(view, at + 16),
      type: body[at + 4]! & 15,
      bind: body[at + 4]! >> 4,
      section: view.getUint16(at + 6, true),
    });
  }
  return symbols;
}

/** Text from `start` to the next zero byte or `end`. Names are bytes to ELF and UTF-8 to Go. */
export function cstring(bytes: Uint8Array, start: number, end: number): string {
  let stop = start;
  let ascii = true;
  while (stop < end && bytes[stop] !== 0) {
    if (bytes[stop]! >= 0x80) ascii = false;
    stop++;
  }
  return ascii && stop - start < 4096 ? String.fromCharCode(...bytes.subarray(start, stop)) : utf8(bytes.subarray(start, stop));
}

/** UTF-8 to text, damaged sequences as U+FFFD; TextDecoder is a host global that this layer does without. */
function utf8(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i]!;
    const more = first < 0x80 ? 0 : first >= 0xf0 && first < 0xf8 ? 3 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xc2 && first < 0xe0 ? 1 : -1;
    let point = more < 0 ? -1 : more === 0 ? first : first & (0x3f >> more);
    for (let k = 1; k <= more && point >= 0; k++) {
      const next = bytes[i + k] ?? 0;
      point = (next & 0xc0) === 0x80 ? point * 64 + (next & 0x3f) : -1;
    }
    const good = point >= 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    parts.push(String.fromCodePoint(good ? point : 0xfffd));
    i += good ? more + 1 : 1;
  }
  return parts.join('');
}

function startsWith(bytes: Uint8Array, magic: string): boolean {
  for (let i = 0; i < magic.length; i++) if (bytes[i] !== magic.charCodeAt(i)) return false;
  return true;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function u64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

function mib(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
