/** amd64 as the assembler's target: where images start, how the linker fills fields in. */
import { padding, parseRules } from './amd64.js';
import { lowerFunction } from './amd64frame.js';
import type { Target } from './target.js';

/** DWARF's numbers: System V psABI for AMD64, figure 3.36. */
const RSP = 7;
const returnAddress = 16;

export const amd64: Target = {
  defines: { GOARCH_amd64: '1', GOOS_linux: '1', GOAMD64_v1: '1' },
  functionAlign: 32, // as Go's
  sizeUnit: 1,
  padding,
  parseRules,
  lowerFunction,
  link: {
    machine: 'amd64',
    baseAddress: 0x400000,
    pageBytes: 0x1000,
    filler: 0xcc, // breakpoints
    entries: ['_rt0_amd64_linux', 'main'],
    dwarf: { instructionBytes: 1, stackPointer: RSP, returnAddress, callBytes: 8 },
    threadOffset: (before, bytes) => -before - bytes, // below the thread pointer; g's own slot is the first, at -8
    fix(view, at, kind, value, place) {
      const field = kind === 'pc32' ? value - place : value;
      if (BigInt.asIntN(32, field) !== field) return 'offset does not fit 32 bits';
      view.setInt32(at, Number(field), true);
      return undefined;
    },
  },
};
