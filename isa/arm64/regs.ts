/**
 * arm64 registers and where they live in the core context (byte offsets; see isa/context.ts for what is shared).
 *
 * Register number 31 is the stack pointer in some operands and zero in others. SP has a cell like X0 to X30; the zero
 * register has none: lifts read it as a constant and leave writes to it out, so it belongs to an operand's shape.
 */
import { common } from '../context.js';
import type { RegOperand } from '../row.js';

/** Everything here is architectural state and enters the digest. */
export const slots = {
  gpr: common.gpr, // X0 to X30
  sp: common.gpr + 8 * 31,
  pc: common.pc,
  FR: common.FR,
  FC: common.FC,
  FP: common.FP,
  fpSlow: common.fpSlow,
  tpidr: common.own, // TPIDR_EL0
  tpidrro: common.own + 8, // TPIDRRO_EL0
  fpcr: common.own + 16, // i32
  fpsr: common.own + 20, // i32
  v: common.vector, // 32 x 16
  end: common.end,
} as const;

/** Cell of X0 to X30, and of SP for 31. */
export const gprSlot = (index: number): number => slots.gpr + 8 * index;

const make = (count: number, of: (index: number) => RegOperand): readonly RegOperand[] => Array.from({ length: count }, (_, i) => of(i));
const gprs = (bits: 32 | 64, last: 'zr' | 'sp'): readonly RegOperand[] =>
  make(32, (index) => ({ kind: 'reg', file: index === 31 ? last : 'gpr', index, bits, slot: index === 31 && last === 'zr' ? -1 : gprSlot(index) }));

/** Every general register operand there is, made once: by width, and by what 31 means. */
export const general = {
  W: gprs(32, 'zr'),
  X: gprs(64, 'zr'),
  WSP: gprs(32, 'sp'),
  SP: gprs(64, 'sp'),
} as const;

/** Vector registers by the letter of their width: B H S D Q, and V, which is all 128 bits seen as lanes. */
export const vectors: Readonly<Record<string, readonly RegOperand[]>> = Object.fromEntries(
  Object.entries({ B: 8, H: 16, S: 32, D: 64, Q: 128, V: 128 }).map(([letter, bits]) => [
    letter,
    make(32, (index) => ({ kind: 'reg', file: letter === 'V' ? 'v' : 'fp', index, bits, slot: slots.v + 16 * index })),
  ]),
);

/** NZCV bit positions in PSTATE and in the register of that name. */
export const NZCV = { N: 31, Z: 30, C: 29, V: 28 } as const;
