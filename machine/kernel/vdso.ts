/**
 * The vDSO: a shared object that the kernel maps into every process, so that programs read clocks without a system call.
 * vdso(7). Go, glibc and musl find its functions by name through AT_SYSINFO_EHDR. This file makes the object of the
 * functions of an instruction set (vdsoAmd64.ts, vdsoArm64.ts); the loader maps it, and the page of kernel data before it
 * where there is one.
 *
 * Left out: section headers.
 */
import { ET, PF, PT, ehdrBytes, phdrBytes, symBytes } from '../../isa/abi/elf.js';

export const vdsoPageBytes = 4096;
const DT = { NULL: 0, HASH: 4, STRTAB: 5, SYMTAB: 6, STRSZ: 10, SYMENT: 11, SONAME: 14, VERSYM: 0x6ffffff0, VERDEF: 0x6ffffffc, VERDEFNUM: 0x6ffffffd } as const;
const verdefBytes = 28;
/** Where the code starts, behind all tables. */
export const vdsoCodeStart = 0x400;

/** A function: its bytes, instruction by instruction, beside the text that they encode. */
export type Listing = readonly (readonly [bytes: readonly number[], text: string])[];

export const listingBytes = (code: Listing): number => code.reduce((sum, [bytes]) => sum + bytes.length, 0);

export interface VdsoFunction {
  readonly name: string;
  /** Its code at an offset in the object. The offset does not change its size. */
  code(at: number): Listing;
}

/** What there is for an instruction set. */
export interface Vdso {
  /** e_machine. */
  readonly machine: number;
  /** The version of every symbol. */
  readonly version: string;
  readonly functions: readonly VdsoFunction[];
  /** The page that programs read and the kernel writes; it ends where the object starts. */
  readonly data: Uint8Array | undefined;
}

/** The functions with their places in the object. */
export function placed(vdso: Vdso): { readonly name: string; readonly at: number; readonly code: Listing }[] {
  let next = vdsoCodeStart;
  return vdso.functions.map(({ name, code }) => {
    const at = next;
    const listing = code(at);
    next = align(at + listingBytes(listing), 16);
    return { name, at, code: listing };
  });
}

/** The object: headers, hash table, symbols, names, versions, dynamic section, code; one page, one segment. */
export function vdsoImage(vdso: Vdso): Uint8Array {
  const functions = placed(vdso);
  const { version } = vdso;
  const soname = 'linux-vdso.so.1';
  const names = ['', soname, version, ...functions.map(({ name }) => name)];
  const nameAt = (name: string): number => names.slice(0, names.indexOf(name)).reduce((sum, n) => sum + n.length + 1, 0);
  const strings = names.map((n) => `${n}\0`).join('');

  const out = new Uint8Array(vdsoPageBytes);
  const view = new DataView(out.buffer);
  const u16 = (at: number, v: number): void => view.setUint16(at, v, true);
  const u32 = (at: number, v: number): void => view.setUint32(at, v, true);
  const u64 = (at: number, v: number): void => view.setBigUint64(at, BigInt(v), true);

  const symbols = functions.length + 1;
  const hashAt = ehdrBytes + 2 * phdrBytes;
  const symbolsAt = align(hashAt + 4 * (3 + symbols), 8);
  const stringsAt = symbolsAt + symbols * symBytes;
  const versymAt = align(stringsAt + strings.length, 8);
  const verdefAt = align(versymAt + 2 * symbols, 8);
  const dynamicAt = align(verdefAt + 2 * verdefBytes, 8);
  const dynamic: readonly (readonly [number, number])[] = [
    [DT.HASH, hashAt], [DT.STRTAB, stringsAt], [DT.SYMTAB, symbolsAt], [DT.STRSZ, strings.length], [DT.SYMENT, symBytes], [DT.SONAME, nameAt(soname)],
    [DT.VERSYM, versymAt], [DT.VERDEF, verdefAt], [DT.VERDEFNUM, 2], [DT.NULL, 0]];
  if (dynamicAt + dynamic.length * 16 > vdsoCodeStart) throw new Error('the tables of the vDSO reach into its code');

  out.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  u16(16, ET.DYN); u16(18, vdso.machine); u32(20, 1); u64(32, ehdrBytes); u16(52, ehdrBytes); u16(54, phdrBytes); u16(56, 2);
  const header = (at: number, type: number, flags: number, start: number, bytes: number, alignment: number): void => {
    u32(at, type); u32(at + 4, flags); u64(at + 8, start); u64(at + 16, start); u64(at + 24, start); u64(at + 32, bytes); u64(at + 40, bytes); u64(at + 48, alignment);
  };
  header(ehdrBytes, PT.LOAD, PF.R | PF.X, 0, vdsoPageBytes, vdsoPageBytes);
  header(ehdrBytes + phdrBytes, PT.DYNAMIC, PF.R, dynamicAt, dynamic.length * 16, 8);
  // one bucket: every symbol in one chain
  [1, symbols, 1, ...Array.from({ length: symbols }, (_, i) => (i === 0 || i === symbols - 1 ? 0 : i + 1))].forEach((word, i) => u32(hashAt + 4 * i, word));
  out.set(Uint8Array.from(strings, (c) => c.charCodeAt(0)), stringsAt);
  for (let i = 1; i < symbols; i++) u16(versymAt + 2 * i, 2);
  // two definitions: the object's own name (1, base), then the version (2)
  [{ flags: 1, name: soname, next: verdefBytes }, { flags: 0, name: version, next: 0 }].forEach((d, i) => {
    const at = verdefAt + i * verdefBytes;
    u16(at, 1); u16(at + 2, d.flags); u16(at + 4, i + 1); u16(at + 6, 1); u32(at + 8, sysvHash(d.name)); u32(at + 12, 20); u32(at + 16, d.next); u32(at + 20, nameAt(d.name));
  });
  dynamic.forEach(([tag, value], i) => { u64(dynamicAt + 16 * i, tag); u64(dynamicAt + 16 * i + 8, value); });
  functions.forEach(({ name, at: codeAt, code }, i) => {
    const at = symbolsAt + (i + 1) * symBytes;
    u32(at, nameAt(name)); out[at + 4] = 0x12; u16(at + 6, 1); u64(at + 8, codeAt); u64(at + 16, listingBytes(code)); // global function, defined
    out.set(code.flatMap(([bytes]) => bytes), codeAt); // throws when it does not fit
  });
  return out;
}

/** gABI chapter 5, "Hash Table". */
function sysvHash(name: string): number {
  let h = 0;
  for (const c of name) {
    h = (h << 4) + c.charCodeAt(0);
    const top = h & 0xf0000000;
    h = (h ^ (top >>> 24)) & ~top;
  }
  return h >>> 0;
}

const align = (n: number, to: number): number => Math.ceil(n / to) * to;
