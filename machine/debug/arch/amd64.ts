/** amd64 for who looks at a machine. DWARF's numbers: System V ABI, figure 3.36. Core files: user_regs_struct, and FXSAVE's image. */
import { EM } from '../../../isa/abi/elf.js';
import { readFlags } from '../../../isa/x86/flags.js';
import { GPR, gpr16, gpr32, gpr64, gpr8, gpr8high, gprSlot, RFLAGS, slots } from '../../../isa/x86/regs.js';
import { namesOf, type Named } from '../expr/registers.js';
import { amd64Unwind } from '../unwind/abi.js';
import type { DebugArch } from './arch.js';
import { Bytes } from './bytes.js';
import { cells, low32 } from './cells.js';
import { shown } from './shown.js';

/** DWARF's numbers of the general registers, by their own; of the first vector register, and of the segment bases. */
const dwarfOf = [0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15];
const xmm0 = 17;
const [fsBase, gsBase] = [58, 59];
const vectors = Array.from({ length: 16 }, (_, n) => n);

const general = new Map(dwarfOf.map((number, n) => [number, gprSlot(n)] as const));

const names: Named[] = [
  ...dwarfOf.flatMap((number, n): Named[] => [
    [gpr64[n]!, number, 64], [gpr32[n]!, number, 32], [gpr16[n]!, number, 16], [gpr8[n]!, number, 8], ...(n < 4 ? [[gpr8high[n]!, number, 8, undefined, 8] as const] : []),
  ]),
  ...vectors.map((n): Named => [`xmm${n}`, xmm0 + n, 128]),
  ['rip', undefined, 64, 'pc'], ['sp', 7, 64], ['fp', 6, 64], ['fs_base', fsBase, 64], ['gs_base', gsBase, 64],
];

/** Of user_regs_struct, r15 to rdi. */
const statusOrder = [GPR.R15, GPR.R14, GPR.R13, GPR.R12, GPR.RBP, GPR.RBX, GPR.R11, GPR.R10, GPR.R9, GPR.R8, GPR.RAX, GPR.RCX, GPR.RDX, GPR.RSI, GPR.RDI];
/** Selectors of Linux's 64-bit programs. */
const [userCode, userStack] = [0x33, 0x2b];

export const amd64: DebugArch = {
  arch: 'amd64',
  machine: EM.X86_64,
  sp: gprSlot(GPR.RSP),
  pc: slots.rip,
  threadBase: slots.fsBase,
  link: undefined,
  returnBytes: 8,
  arguments: [gprSlot(GPR.RAX), gprSlot(GPR.RBX)],
  g: gprSlot(GPR.R14),
  gInMemory: true,
  callNumber: gprSlot(GPR.RAX),
  sigreturn: 15,
  unwind: amd64Unwind,
  general,
  numbered: new Map([...general, [fsBase, slots.fsBase], [gsBase, slots.gsBase]]),
  vectors: new Map(vectors.map((n) => [xmm0 + n, slots.xmm + 16 * n])),
  names: namesOf(names),
  flagsName: 'eflags',
  flagBits: RFLAGS,
  flags: (from) => readFlags(cells(from)),
  shown: [
    [...gpr64.map((name, n) => shown(name, gprSlot(n), 'address')), shown('rip', slots.rip, 'pc')],
    [shown('fs_base', slots.fsBase, 'goroutine'), shown('gs_base', slots.gsBase), shown('mxcsr', slots.mxcsr, 'none', 32)],
  ],
  vectorName: 'xmm',
  statusBytes: 336,
  status: (from, pc, flags) => [
    ...statusOrder.map((r) => from.get64(gprSlot(r))), -1, pc, userCode, flags, from.get64(gprSlot(GPR.RSP)), userStack, from.get64(slots.fsBase), from.get64(slots.gsBase),
  ],
  floating(from) {
    const word = (slot: number): number => Number(low32(from, slot));
    const out = new Bytes(512);
    out.u16(word(slots.fcw)).u16(word(slots.fsw)).u16(word(slots.ftw)).u16(word(slots.fop)).u64(from.get64(slots.fip)).u64(from.get64(slots.fdp)).u32(word(slots.mxcsr)).u32(0xffff);
    const top = (word(slots.fsw) >> 11) & 7;
    for (let i = 0; i < 8; i++) out.u64(from.get64(slots.st + 16 * ((top + i) & 7))).u64(from.get64(slots.st + 16 * ((top + i) & 7) + 8) & 0xffffn);
    for (const i of vectors) out.u64(from.get64(slots.xmm + 16 * i)).u64(from.get64(slots.xmm + 16 * i + 8));
    return out.bytes;
  },
};
