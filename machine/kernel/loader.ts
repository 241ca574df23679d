/**
 * From an ELF image to a program about to start: segments mapped, heap and stack placed, and on the stack the
 * arguments, the environment and the auxiliary vector as the System V ABI and Linux lay them out.
 *
 * Addresses follow Linux without randomisation. Segments are mapped by whole file pages, as mmap would, so a page
 * shows what the file has around the segment, and only memory beyond the file's part reads zero.
 *
 * Left out: interpreters (refused by the ELF reader).
 */
import { AT_, MAP, PROT } from '../../isa/abi/linux.js';
import { ElfError, ET, PF, PT, readExecutable, type ElfFile, type ElfSegment } from '../../isa/abi/elf.js';
import type { Arch } from '../config.js';
import { latin1 } from './guest.js';
import type { Spaces } from './spaces.js';
import { vdsoImage, type Vdso } from './vdso.js';
import { stackTop, type AddressSpace } from './vm.js';

const page = 4096;
/** Where Linux puts position-independent programs: two thirds up. */
const pieBase = 0x555555554000;
/** Where the vDSO is: the topmost mapping. */
export const vdsoAt = stackTop - 128 * 2 ** 20 - page;

/** Mapped at once below what the arguments need; the rest of the stack comes as it is touched. */
const firstStackBytes = 132 * 1024;
/** Arguments and environment may take a quarter of the stack limit. */
const argumentShare = 4;

export interface LoadOptions {
  readonly arch: Arch;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  /** What the program is called: AT_EXECFN. */
  readonly path: string;
  /** The name of its mappings: its absolute path, a character a byte. */
  readonly name?: string;
  /** 16 bytes for AT_RANDOM. */
  readonly random: Uint8Array;
  readonly hwcap: number;
  readonly hwcap2: number;
  /** AT_PLATFORM: x86_64, aarch64. */
  readonly platform: string;
  readonly uid: number;
  readonly gid: number;
  /** The vDSO to map, if any. */
  readonly vdso?: Vdso;
}

export interface Loaded {
  readonly entry: number;
  /** Stack pointer at the entry: 16-aligned, argc there. */
  readonly sp: number;
  readonly file: ElfFile;
}

/** Loads a static program into an empty space. Throws ElfError; the space is then to be thrown away. */
export function load(spaces: Spaces, space: AddressSpace, image: Uint8Array, options: LoadOptions): Loaded {
  const file = readExecutable(image, { arch: options.arch, memoryBytes: spaces.memoryBytes });
  const loads = file.segments.filter((s) => s.type === PT.LOAD && s.memBytes > 0);
  const bias = file.type === ET.DYN ? pieBias(loads) : 0;
  const object = spaces.objects.file(image).id;
  for (const s of loads) mapSegment(space, s, bias, object, options.name ?? options.path);
  const last = loads[loads.length - 1]!;
  space.setBrk(pageUp(last.vaddr + last.memBytes + bias));
  if (options.vdso) mapVdso(spaces, space, options.vdso);

  const phdr = loads.find((s) => file.phoff >= s.offset && file.phoff < s.offset + s.fileBytes);
  const auxv: [number, number][] = [
    ...(options.vdso ? [[AT_.SYSINFO_EHDR, vdsoAt] as [number, number]] : []),
    [AT_.HWCAP, options.hwcap],
    [AT_.PAGESZ, page],
    [AT_.CLKTCK, 100],
    [AT_.PHDR, phdr ? phdr.vaddr + (file.phoff - phdr.offset) + bias : 0],
    [AT_.PHENT, 56],
    [AT_.PHNUM, file.segments.length],
    [AT_.BASE, 0],
    [AT_.FLAGS, 0],
    [AT_.ENTRY, file.entry + bias],
    [AT_.UID, options.uid],
    [AT_.EUID, options.uid],
    [AT_.GID, options.gid],
    [AT_.EGID, options.gid],
    [AT_.SECURE, 0],
    [AT_.HWCAP2, options.hwcap2],
  ];
  const stack = file.segments.find((s) => s.type === PT.GNU_STACK);
  const sp = makeStack(space, auxv, options, stack !== undefined && (stack.flags & PF.X) !== 0);
  return { entry: file.entry + bias, sp, file };
}

/** The vDSO and the page of data before it. */
function mapVdso(spaces: Spaces, space: AddressSpace, vdso: Vdso): void {
  const map = (at: number, bytes: Uint8Array, prot: number, name: string): void =>
    must(space.mmap(at, bytes.length, prot, MAP.PRIVATE | MAP.FIXED, { object: spaces.objects.file(bytes).id, offset: 0, name }));
  map(vdsoAt, vdsoImage(vdso), PROT.READ | PROT.EXEC, '[vdso]');
  if (vdso.data) map(vdsoAt - vdso.data.length, vdso.data, PROT.READ, '[vvar]');
}

/** How far a position-independent image moves: its lowest page goes to pieBase, as aligned as it asks. */
function pieBias(loads: readonly ElfSegment[]): number {
  const align = Math.min(Math.max(page, ...loads.map((s) => s.align)), 2 ** 30);
  return Math.ceil(pieBase / align) * align - pageDown(loads[0]!.vaddr);
}

function mapSegment(space: AddressSpace, s: ElfSegment, bias: number, object: number, name: string): void {
  const prot = ((s.flags & PF.R) !== 0 ? PROT.READ : 0) | ((s.flags & PF.W) !== 0 ? PROT.WRITE : 0) | ((s.flags & PF.X) !== 0 ? PROT.EXEC : 0);
  const start = s.vaddr + bias;
  const fileEnd = start + s.fileBytes;
  const memEnd = start + s.memBytes;
  let mapped = pageDown(start);
  if (s.fileBytes > 0) {
    mapped = pageUp(fileEnd);
    const source = { object, offset: pageDown(s.offset), name };
    must(space.mmap(pageDown(start), mapped - pageDown(start), prot | PROT.WRITE, MAP.PRIVATE | MAP.FIXED, source));
    // The rest of the last file page belongs to memory that starts as zeros.
    if (memEnd > fileEnd) space.copy.writeBytes(fileEnd, new Uint8Array(Math.min(memEnd, mapped) - fileEnd));
    must(space.mprotect(pageDown(start), mapped - pageDown(start), prot));
  }
  if (pageUp(memEnd) > mapped) must(space.mmap(mapped, pageUp(memEnd) - mapped, prot, MAP.PRIVATE | MAP.FIXED | MAP.ANONYMOUS));
}

function must(result: number): void {
  if (result < 0) throw new ElfError(`cannot be mapped (error ${-result})`);
}

/**
 * From high to low: the path, environment strings, argument strings, platform and random bytes; then, with the
 * stack pointer at argc: argc, argv, 0, envp, 0, auxv. Returns the stack pointer.
 */
function makeStack(space: AddressSpace, auxv: readonly [number, number][], options: LoadOptions, executable: boolean): number {
  const strings: Uint8Array[] = [];
  let top = stackTop - 8;
  const put = (bytes: Uint8Array): number => {
    strings.push(bytes);
    return (top -= bytes.length);
  };
  const path = put(utf8z(options.path));
  // Pushed last to first, so that they lie in memory first to last.
  const pushAll = (list: readonly string[]): number[] => list.map((_, i) => put(utf8z(list[list.length - 1 - i]!))).reverse();
  const env = pushAll(options.env);
  const argv = pushAll(options.argv);
  const platform = put(utf8z(options.platform));
  const random = put(options.random.subarray(0, 16));
  const stringsAt = top;

  const vectors: [number, number][] = [...auxv, [AT_.RANDOM, random], [AT_.PLATFORM, platform], [AT_.EXECFN, path], [AT_.NULL, 0]];
  const words = [argv.length, ...argv, 0, ...env, 0, ...vectors.flat()];
  const sp = Math.floor((top - words.length * 8) / 16) * 16;
  if (stackTop - sp > space.stackLimitBytes / argumentShare) {
    throw new ElfError(`arguments and environment take ${stackTop - sp} bytes, more than a quarter of the stack limit`);
  }

  const start = pageDown(sp) - firstStackBytes;
  const prot = PROT.READ | PROT.WRITE | (executable ? PROT.EXEC : 0);
  must(space.mmap(start, stackTop - start, prot, MAP.PRIVATE | MAP.FIXED | MAP.ANONYMOUS | MAP.GROWSDOWN, { object: 0, offset: 0, name: '[stack]' }));
  const table = new BigUint64Array(words.map(BigInt));
  space.environment = latin1(concat(options.env.map(utf8z)));
  space.auxv = new Uint8Array(table.buffer).slice(-vectors.length * 16);
  space.copy.writeBytes(sp, new Uint8Array(table.buffer));
  let at = stringsAt;
  for (const bytes of strings.reverse()) {
    space.copy.writeBytes(at, bytes);
    at += bytes.length;
  }
  return sp;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((p) => [...p]));
}

/** UTF-8 with a zero byte behind. Lone surrogates U+DC80..U+DCFF stand for single bytes that are not UTF-8. */
function utf8z(text: string): Uint8Array {
  const out: number[] = [];
  for (const char of text) {
    const c = char.codePointAt(0)!;
    if (c < 0x80) out.push(c);
    else if (c < 0x800) out.push(0xc0 | (c >> 6), 0x80 | (c & 63));
    else if (c >= 0xdc80 && c <= 0xdcff) out.push(c & 0xff);
    else if (c < 0x10000) out.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
    else out.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
  }
  return Uint8Array.from([...out, 0]);
}

function pageUp(bytes: number): number {
  return Math.ceil(bytes / page) * page;
}

function pageDown(bytes: number): number {
  return Math.floor(bytes / page) * page;
}
