/**
 * The vDSO of amd64: a shared object that the kernel maps into every process, so that programs read clocks without a
 * system call. vdso(7). Go, glibc and musl find its functions by name through AT_SYSINFO_EHDR.
 *
 * Nanoseconds come from the time stamp counter, which counts core cycles: cycles * 10^9 / clock, by one MUL and one DIV,
 * cut as the system call cuts it. So there is no page of kernel data beside it; clock and epoch stand in the code.
 * Left out: section headers, getrandom.
 */
import { CLOCK, amd64Syscalls, numbersOf } from '../../isa/abi/linux.js';
import { EM, ET, PF, PT, ehdrBytes, phdrBytes, symBytes } from '../../isa/abi/elf.js';

const pageBytes = 4096;
const DT = { NULL: 0, HASH: 4, STRTAB: 5, SYMTAB: 6, STRSZ: 10, SYMENT: 11, SONAME: 14, VERSYM: 0x6ffffff0, VERDEF: 0x6ffffffc, VERDEFNUM: 0x6ffffffd } as const;
/** The version of every symbol. */
const version = 'LINUX_2.6';
const verdefBytes = 28;
const numbers = numbersOf(amd64Syscalls);

/** A function: its bytes, instruction by instruction, beside the text that they encode. */
export type Listing = readonly (readonly [bytes: readonly number[], text: string])[];

const le = (value: bigint, bytes: number): number[] => Array.from({ length: bytes }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
const imm64 = (value: bigint): number[] => le(value, 8);
const hex = (value: bigint): string => `$0x${value.toString(16)}`;

/** RAX = nanoseconds since the machine started. Changes RCX and RDX. */
const nanos = (clockHz: bigint): Listing => [
  [[0x0f, 0x31], 'RDTSC'],
  [[0x48, 0xc1, 0xe2, 0x20], 'SHLQ $0x20, DX'],
  [[0x48, 0x09, 0xd0], 'ORQ DX, AX'],
  [[0xb9, ...le(1_000_000_000n, 4)], 'MOVL $0x3b9aca00, CX'],
  [[0x48, 0xf7, 0xe1], 'MULQ CX'],
  [[0x48, 0xb9, ...imm64(clockHz)], `MOVQ ${hex(clockHz)}, CX`],
  [[0x48, 0xf7, 0xf1], 'DIVQ CX'],
];

/** RAX += nanoseconds of the wall clock at start. */
const addEpoch = (epoch: bigint): Listing => [
  [[0x48, 0xb9, ...imm64(epoch)], `MOVQ ${hex(epoch)}, CX`],
  [[0x48, 0x01, 0xc8], 'ADDQ CX, AX'],
];

/** RAX / CX: seconds in RAX, the rest in RDX. */
const split: Listing = [
  [[0x31, 0xd2], 'XORL DX, DX'],
  [[0xb9, ...le(1_000_000_000n, 4)], 'MOVL $0x3b9aca00, CX'],
  [[0x48, 0xf7, 0xf1], 'DIVQ CX'],
];

const returnZero: Listing = [
  [[0x31, 0xc0], 'XORL AX, AX'],
  [[0xc3], 'RET'],
];

const size = (code: Listing): number => code.reduce((sum, [bytes]) => sum + bytes.length, 0);

/** The system call of the same name, with the arguments as they are. */
const call = (name: string): Listing => [
  [[0xb8, ...le(BigInt(numbers.get(name)!), 4)], `MOVL $0x${numbers.get(name)!.toString(16)}, AX`],
  [[0x0f, 0x05], 'SYSCALL'],
  [[0xc3], 'RET'],
];

/** clock_gettime(clock, timespec): CLOCK_MONOTONIC and CLOCK_REALTIME here, the others by the system call. */
function clockGettime(clockHz: bigint, epoch: bigint): Listing {
  const store: Listing = [[[0x48, 0x89, 0x06], 'MOVQ AX, 0(SI)'], [[0x48, 0x89, 0x56, 0x08], 'MOVQ DX, 0x8(SI)'], ...returnZero];
  const tail: Listing = [...split, ...store];
  const real: Listing = [...nanos(clockHz), ...addEpoch(epoch), ...tail];
  const monotonic: Listing = [...nanos(clockHz), ...tail];
  const other = call('clock_gettime');
  return [
    [[0x83, 0xff, CLOCK.MONOTONIC], 'CMPL DI, $0x1'],
    [[0x74, 4 + size(other) + size(real)], 'JE monotonic'],
    [[0x85, 0xff], 'TESTL DI, DI'],
    [[0x74, size(other)], 'JE real'],
    ...other,
    ...real,
    ...monotonic,
  ];
}

/** gettimeofday(timeval, timezone): either may be NULL; the zone is Greenwich. */
function gettimeofday(clockHz: bigint, epoch: bigint): Listing {
  const zone: Listing = [[[0x48, 0xc7, 0x06, 0, 0, 0, 0], 'MOVQ $0x0, 0(SI)']];
  const value: Listing = [
    ...nanos(clockHz), ...addEpoch(epoch), ...split,
    [[0x48, 0x89, 0x07], 'MOVQ AX, 0(DI)'],
    [[0x89, 0xd0], 'MOVL DX, AX'],
    [[0x31, 0xd2], 'XORL DX, DX'],
    [[0xb9, ...le(1000n, 4)], 'MOVL $0x3e8, CX'],
    [[0x48, 0xf7, 0xf1], 'DIVQ CX'],
    [[0x48, 0x89, 0x47, 0x08], 'MOVQ AX, 0x8(DI)'],
  ];
  return [
    [[0x48, 0x85, 0xf6], 'TESTQ SI, SI'], [[0x74, size(zone)], 'JE value'], ...zone,
    [[0x48, 0x85, 0xff], 'TESTQ DI, DI'], [[0x74, size(value)], 'JE done'], ...value,
    ...returnZero,
  ];
}

/** time(pointer or NULL). */
function time(clockHz: bigint, epoch: bigint): Listing {
  return [
    ...nanos(clockHz), ...addEpoch(epoch), ...split,
    [[0x48, 0x85, 0xff], 'TESTQ DI, DI'], [[0x74, 3], 'JE done'], [[0x48, 0x89, 0x07], 'MOVQ AX, 0(DI)'],
    [[0xc3], 'RET'],
  ];
}

/** getcpu(core, node, unused): from the number that RDTSCP brings. */
const getcpu: Listing = [
  [[0x0f, 0x01, 0xf9], 'RDTSCP'],
  [[0x48, 0x85, 0xff], 'TESTQ DI, DI'], [[0x74, 2], 'JE node'], [[0x89, 0x0f], 'MOVL CX, 0(DI)'],
  [[0x48, 0x85, 0xf6], 'TESTQ SI, SI'], [[0x74, 6], 'JE done'], [[0xc7, 0x06, 0, 0, 0, 0], 'MOVL $0x0, 0(SI)'],
  ...returnZero,
];

/** Every function by name. */
export function vdsoFunctions(clockHz: number, epochNanos: string): ReadonlyMap<string, Listing> {
  const [hz, epoch] = [BigInt(clockHz), BigInt(epochNanos)];
  return new Map([
    ['__vdso_clock_gettime', clockGettime(hz, epoch)], ['__vdso_gettimeofday', gettimeofday(hz, epoch)], ['__vdso_time', time(hz, epoch)],
    ['__vdso_clock_getres', call('clock_getres')], ['__vdso_getcpu', getcpu],
  ]);
}

/** The object: headers, hash table, symbols, names, versions, dynamic section, code; one page, one segment. */
export function vdsoImage(clockHz: number, epochNanos: string): Uint8Array {
  const functions = [...vdsoFunctions(clockHz, epochNanos)];
  const soname = 'linux-vdso.so.1';
  const names = ['', soname, version, ...functions.map(([name]) => name)];
  const nameAt = (name: string): number => names.slice(0, names.indexOf(name)).reduce((sum, n) => sum + n.length + 1, 0);
  const strings = names.map((n) => `${n}\0`).join('');

  const out = new Uint8Array(pageBytes);
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
  let codeAt = align(dynamicAt + dynamic.length * 16, 16);

  out.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  u16(16, ET.DYN); u16(18, EM.X86_64); u32(20, 1); u64(32, ehdrBytes); u16(52, ehdrBytes); u16(54, phdrBytes); u16(56, 2);
  const header = (at: number, type: number, flags: number, start: number, bytes: number, alignment: number): void => {
    u32(at, type); u32(at + 4, flags); u64(at + 8, start); u64(at + 16, start); u64(at + 24, start); u64(at + 32, bytes); u64(at + 40, bytes); u64(at + 48, alignment);
  };
  header(ehdrBytes, PT.LOAD, PF.R | PF.X, 0, pageBytes, pageBytes);
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
  functions.forEach(([name, code], i) => {
    const at = symbolsAt + (i + 1) * symBytes;
    u32(at, nameAt(name)); out[at + 4] = 0x12; u16(at + 6, 1); u64(at + 8, codeAt); u64(at + 16, size(code)); // global function, defined
    out.set(code.flatMap(([bytes]) => bytes), codeAt);
    codeAt = align(codeAt + size(code), 16);
  });
  if (codeAt > pageBytes) throw new Error(`vDSO of ${codeAt} bytes`);
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
