import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readElf, readExecutable, readSections, readSymbols, ElfError, ET, EM, PT, PF } from '../../../isa/abi/elf.js';
import { elfImage, patched, type Piece } from '../../helpers/elfImage.js';
const Elf = suite('elf');

const text: Piece = { flags: PF.R | PF.X, vaddr: 0x401000, bytes: new Uint8Array(0x20).fill(0x90) };
const data: Piece = { flags: PF.R | PF.W, vaddr: 0x402000, bytes: new Uint8Array(8), memBytes: 0x3000 };
const good = elfImage({ pieces: [text, data] });
const load = (bytes: Uint8Array, memoryBytes = 2 ** 31): string => {
  try {
    readExecutable(bytes, { arch: 'amd64', memoryBytes });
    return 'loads';
  } catch (e) {
    if (e instanceof ElfError) return e.message;
    throw e;
  }
};
/** Program header field offsets, for patches: header `i` starts here. */
const ph = (i: number): number => 64 + 56 * i;
const ascii = (s: string): Uint8Array => Uint8Array.from(s, (c) => c.charCodeAt(0));

Elf('a static executable is read with its entry and segments', () => {
  const file = readExecutable(good, { arch: 'amd64' });
  assert.is(file.entry, 0x401000);
  assert.equal(file.segments.map((s) => [s.type, s.vaddr, s.fileBytes, s.memBytes, s.flags]), [
    [PT.LOAD, 0x401000, 0x20, 0x20, 5],
    [PT.LOAD, 0x402000, 8, 0x3000, 6],
  ]);
});

Elf('a file that is not ELF says what it is instead', () => {
  assert.is(load(new Uint8Array(0)), 'empty file');
  assert.is(load(ascii('#!/bin/sh\necho\n')), 'not an ELF file: it is a script');
  assert.is(load(ascii('MZ.....')), 'not an ELF file: it is a Windows program');
  assert.is(load(ascii('hello, world')), 'not an ELF file');
  assert.is(load(ascii('\x7fEL')), 'not an ELF file');
});

Elf('another class, byte order, version or machine is named', () => {
  assert.is(load(patched(good, 4, [1], 18, [3, 0])), '32-bit ELF file (i386); only 64-bit files are supported');
  assert.is(load(patched(good, 5, [2])), 'big-endian ELF file; only little-endian files are supported');
  assert.is(load(patched(good, 6, [7])), 'ELF version 7 is not 1');
  assert.is(load(patched(good, 20, [2])), 'ELF version 2 is not 1');
  assert.is(load(patched(good, 18, [EM.AARCH64])), 'wrong machine: an image for arm64, and this machine is amd64');
  assert.is(load(patched(good, 18, [0xff, 0x12])), 'wrong machine: an image for number 4863, and this machine is amd64');
});

Elf('what is not a program says which kind of file it is', () => {
  assert.is(load(patched(good, 16, [ET.REL])), 'not an executable: a relocatable object file (link it first)');
  assert.is(load(patched(good, 16, [ET.CORE])), 'not an executable: a core dump');
  assert.is(load(patched(good, 16, [9])), 'not an executable: ELF type 9');
  assert.is(load(patched(good, 16, [ET.DYN], 24, [0, 0, 0])), 'not an executable: a shared library');
});

Elf('a dynamically linked program is refused with the name of its interpreter', () => {
  const name = ascii('/lib64/ld-linux-x86-64.so.2\0');
  const dynamic = elfImage({ pieces: [text, { type: PT.INTERP, flags: PF.R, vaddr: 0x403000, bytes: name }] });
  assert.is(load(dynamic), 'dynamically linked (needs /lib64/ld-linux-x86-64.so.2); only static programs run');
});

Elf('a truncated file says what is missing', () => {
  assert.is(load(good.subarray(0, 10)), 'truncated: 10 bytes are less than an ELF header (64)');
  assert.is(load(good.subarray(0, 63)), 'truncated: 63 bytes are less than an ELF header (64)');
  assert.match(load(good.subarray(0, 100)), /^truncated: 2 program headers at offset 0x40 lie past the end of the file \(100 bytes\)$/);
  assert.match(load(good.subarray(0, 0x1010)), /^segment 0: truncated: bytes 0x1000 to 0x1020 lie past the end/);
});

Elf('a segment of zeros alone may stand at any file offset', () => {
  const bss = { flags: PF.R | PF.W, vaddr: 0x404000, bytes: new Uint8Array(0), memBytes: 0x2000 };
  assert.is(load(elfImage({ pieces: [text, bss] })), 'loads');
  assert.is(load(patched(elfImage({ pieces: [text, bss] }), ph(1) + 8, [0, 0, 1])), 'loads');
});

Elf('absurd headers are refused', () => {
  assert.is(load(patched(good, 52, [65])), 'ELF header size 65 is not 64');
  assert.is(load(patched(good, 54, [32])), 'program header size 32 is not 56');
  assert.is(load(patched(good, 56, [0xff, 0xff])), '65535 program headers are more than Linux loads (1170)');
  assert.is(load(patched(good, 56, [0, 0])), 'no loadable segment');
  assert.is(load(patched(good, ph(0) + 40, [0x10])), 'segment 0: 0x20 bytes in the file are more than 0x10 in memory');
  assert.is(load(patched(good, ph(0) + 48, [3, 0])), 'segment 0: alignment 0x3 is not a power of two');
  assert.is(load(patched(good, ph(0) + 16, [1])), 'segment 0: address 0x401001 and file offset 0x1000 differ within a page');
  assert.match(load(patched(good, ph(1) + 16 + 6, [1])), /^segment 1: addresses .* lie beyond user space \(47 bits\)$/);
  assert.match(load(patched(good, ph(1) + 8, new Array<number>(8).fill(0xff))), /^segment 1: truncated/);
  assert.match(load(patched(good, ph(1) + 40, new Array<number>(8).fill(0xff))), /^segment 1: addresses .* lie beyond user space/);
});

Elf('segments that overlap, lie too low or lack the entry are refused', () => {
  assert.is(load(patched(good, ph(1) + 17, [0x10])), 'segment at 0x401000 overlaps the one before it or is out of order');
  assert.is(load(patched(good, ph(0) + 16, [0, 0x10, 0])), 'segment at 0x1000 lies below the lowest address allowed (0x10000)');
  assert.is(load(patched(good, 24, [0, 0, 0x50])), 'entry point 0x500000 is in no executable segment');
});

Elf('an image larger than memory is refused', () => {
  const wide = elfImage({ pieces: [text, { ...data, memBytes: 100 * 2 ** 20 }] });
  assert.is(load(wide, 64 * 2 ** 20), "image of 101 MiB is larger than the machine's memory (64 MiB)");
});

Elf('a file without sections has no symbols, and a damaged section table says so', () => {
  assert.equal(readSections(readElf(good)), []);
  assert.equal(readSymbols(readElf(good)), []);
  const damaged = readElf(patched(good, 40, [0, 0, 0xff]));
  assert.throws(() => readSections(damaged), /section headers at offset 0xff0000 lie past the end/);
});

Elf.run();
