/** arm64 as the assembler's target: where images start, how the linker fills fields in. */
import { padding, parseRules, REGLR } from './arm64.js';
import { lowerFunction } from './arm64frame.js';
import type { FixupKind } from './object.js';
import type { Target } from './target.js';

/** DWARF's number of SP: DWARF for the Arm 64-bit Architecture, 4.1. */
const SP = 31;
/** A thread's control block, before its thread-local symbols. */
const controlBlock = 16;

/** The bits of a load's or store's offset that its size takes away. */
const scales: Partial<Record<FixupKind, bigint>> = { page8: 0n, page16: 1n, page32: 2n, page64: 3n };

/** ORs `bits` into the word at `at`. */
function put(view: DataView, at: number, bits: number): undefined {
  view.setUint32(at, view.getUint32(at, true) | bits, true);
}

/** ADRP, and twelve bits in the word after it: of ADD whole, of a load or store in units of its size. */
function page(view: DataView, at: number, value: bigint, place: bigint, scale: bigint): string | undefined {
  const pages = (value >> 12n) - (place >> 12n);
  const low = value & 0xfffn;
  if (BigInt.asIntN(21, pages) !== pages) return 'the address is more than 4 GiB away';
  if (low & ((1n << scale) - 1n)) return `the address is not a multiple of ${1n << scale}, which this access needs; load it with MOVD $ first`;
  const bits = Number(BigInt.asUintN(21, pages));
  put(view, at, ((bits & 3) << 29) | ((bits >> 2) << 5));
  return put(view, at + 4, Number(low >> scale) << 10);
}

export const arm64: Target = {
  defines: { GOARCH_arm64: '1', GOOS_linux: '1' },
  functionAlign: 16, // as Go's
  sizeUnit: 16,
  padding,
  parseRules,
  lowerFunction,
  link: {
    machine: 'arm64',
    baseAddress: 0x10000,
    pageBytes: 0x10000,
    filler: 0,
    entries: ['_rt0_arm64_linux', 'main'],
    dwarf: { instructionBytes: 4, stackPointer: SP, returnAddress: REGLR, callBytes: 0 },
    threadOffset: (before) => controlBlock + before,
    fix(view, at, kind, value, place) {
      if (kind === 'call26') {
        const words = (value - place) >> 2n;
        if (BigInt.asIntN(26, words) !== words) return 'the function is more than 128 MiB away';
        return put(view, at, Number(BigInt.asUintN(26, words)));
      }
      if (kind === 'tls16') return value < 0x8000n ? put(view, at, Number(value) << 5) : 'more than 32 KiB of thread-local symbols';
      return page(view, at, value, place, scales[kind] ?? 0n);
    },
  },
};
