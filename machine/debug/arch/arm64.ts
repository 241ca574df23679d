/** arm64 for who looks at a machine. DWARF's numbers: DWARF for the Arm 64-bit architecture, 4.1. Core files: user_pt_regs, and user_fpsimd_state. */
import { EM } from '../../../isa/abi/elf.js';
import { readNzcv } from '../../../isa/arm64/flags.js';
import { gprSlot, NZCV, slots } from '../../../isa/arm64/regs.js';
import { namesOf, type Named } from '../expr/registers.js';
import { arm64Unwind } from '../unwind/abi.js';
import type { DebugArch } from './arch.js';
import { Bytes } from './bytes.js';
import { cells, low32 } from './cells.js';
import { shown } from './shown.js';

/** DWARF's numbers of SP, of the thread's base, and of the first vector register. */
const [sp, tpidr, v0] = [31, 36, 64];
const registers = Array.from({ length: 31 }, (_, n) => n);
const vectors = Array.from({ length: 32 }, (_, n) => n);
/** Go's code has g there. */
const gRegister = 28;

const general = new Map([...registers.map((n) => [n, gprSlot(n)] as const), [sp, slots.sp] as const]);

const names: Named[] = [
  ...registers.flatMap((n): Named[] => [[`x${n}`, n, 64], [`w${n}`, n, 32], [`r${n}`, n, 64]]), // rN as Go's assembler has them
  ...vectors.flatMap((n) => ([['v', 128], ['q', 128], ['d', 64], ['s', 32], ['h', 16], ['b', 8]] as const).map(([letter, bits]): Named => [`${letter}${n}`, v0 + n, bits])),
  ['sp', sp, 64], ['fp', 29, 64], ['lr', 30, 64], ['tpidr_el0', tpidr, 64],
];

export const arm64: DebugArch = {
  arch: 'arm64',
  machine: EM.AARCH64,
  sp: slots.sp,
  pc: slots.pc,
  threadBase: slots.tpidr,
  link: gprSlot(30),
  returnBytes: 0,
  arguments: [gprSlot(0), gprSlot(1)],
  g: gprSlot(gRegister),
  gInMemory: false,
  callNumber: gprSlot(8),
  sigreturn: 139,
  unwind: arm64Unwind,
  general,
  numbered: new Map([...general, [tpidr, slots.tpidr]]),
  vectors: new Map(vectors.map((n) => [v0 + n, slots.v + 16 * n])),
  names: namesOf(names),
  flagsName: 'nzcv',
  flagBits: NZCV,
  flags: (from) => readNzcv(cells(from)),
  shown: [
    [...registers.map((n) => shown(`x${n}`, gprSlot(n), n === gRegister ? 'goroutine' : 'address')), shown('sp', slots.sp), shown('pc', slots.pc, 'pc')],
    [shown('tpidr_el0', slots.tpidr), shown('fpcr', slots.fpcr, 'none', 32), shown('fpsr', slots.fpsr, 'none', 32)],
  ],
  vectorName: 'v',
  statusBytes: 392,
  status: (from, pc, flags) => [...registers.map((n) => from.get64(gprSlot(n))), from.get64(slots.sp), pc, flags],
  floating(from) {
    const out = new Bytes(528);
    for (const n of vectors) out.u64(from.get64(slots.v + 16 * n)).u64(from.get64(slots.v + 16 * n + 8));
    return out.u32(Number(low32(from, slots.fpsr))).u32(Number(low32(from, slots.fpcr))).bytes;
  },
};
