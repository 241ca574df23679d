/**
 * Every register operand there is, made once, so that decoding allocates none, and the names that printers use.
 *
 * All have the same properties: what looks at operands of every kind is quick as long as there are four shapes of them.
 * `slot` is -1 where the core context has no cell for the register: vector registers past XMM15, mask, control,
 * debug and segment registers, and ST(i), whose cell depends on TOP.
 */
import type { RegOperand } from '../row.js';
import { gpr8, gpr8high, gpr16, gpr32, gpr64, gprOperand, segs, slots, xmmOperand } from './regs.js';

const make = (file: string, count: number, bits: number, slot: (i: number) => number): readonly RegOperand[] =>
  Array.from({ length: count }, (_, index) => ({ kind: 'reg', file, index, bits, high: false, slot: slot(index) }));
const none = (): number => -1;
const vectorSlot = (i: number): number => (i < 16 ? slots.xmm + 16 * i : -1);

const gprs = (bits: 8 | 16 | 32 | 64): readonly RegOperand[] => Array.from({ length: 16 }, (_, i) => gprOperand(i, bits));

/** General registers by width; byte registers come twice: with a REX prefix, and without (AH, CH, DH, BH as 4..7). */
export const r64 = gprs(64);
export const r32 = gprs(32);
export const r16 = gprs(16);
export const r8 = gprs(8);
export const r8legacy: readonly RegOperand[] = r8.map((r, i) => (i >= 4 && i < 8 ? gprOperand(i - 4, 8, true) : r));

export const xmm: readonly RegOperand[] = Array.from({ length: 32 }, (_, i) => xmmOperand(i, vectorSlot(i)));
export const ymm = make('ymm', 32, 256, vectorSlot);
export const zmm = make('zmm', 32, 512, vectorSlot);
/** MMX registers are the significands of the physical x87 registers. */
export const mmx = make('mmx', 8, 64, (i) => slots.st + 16 * i);
export const st = make('st', 8, 80, none);
export const seg = make('seg', 6, 16, none);
export const mask = make('mask', 8, 64, none);
export const cr = make('cr', 16, 64, none);
export const dr = make('dr', 16, 64, none);
export const bnd = make('bnd', 4, 128, none);

/** Control registers 0, 2, 3, 4 and 8, and debug registers 0 to 7, exist; naming another is #UD. */
export const crExists = (index: number): boolean => index === 0 || (index >= 2 && index <= 4) || index === 8;
export const drExists = (index: number): boolean => index < 8;

/** The registers of a file; general ones by width. */
export function registers(file: string, bits: number): readonly RegOperand[] {
  switch (file) {
    case 'gpr': return bits === 64 ? r64 : bits === 32 ? r32 : bits === 16 ? r16 : r8;
    case 'xmm': return xmm;
    case 'ymm': return ymm;
    case 'zmm': return zmm;
    case 'mmx': return mmx;
    case 'st': return st;
    case 'seg': return seg;
    case 'mask': return mask;
    case 'cr': return cr;
    case 'dr': return dr;
    case 'bnd': return bnd;
    default: throw new Error(`no register file ${file}`);
  }
}

/** The manual's name in lower case: rax, ah, xmm3, st(1), cr0, k1. */
export function regName(r: RegOperand): string {
  switch (r.file) {
    case 'gpr': return r.high ? gpr8high[r.index]! : (r.bits === 64 ? gpr64 : r.bits === 32 ? gpr32 : r.bits === 16 ? gpr16 : gpr8)[r.index]!;
    case 'seg': return segs[r.index]!;
    case 'mmx': return `mm${r.index}`;
    case 'st': return `st(${r.index})`;
    case 'mask': return `k${r.index}`;
    default: return r.file + r.index;
  }
}
