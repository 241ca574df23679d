/** Linux on amd64: where system calls and signals find their values. System V ABI, A.2.1. */
import { amd64Syscalls, siCodes, SI, SIG } from '../../isa/abi/linux.js';
import { GPR, RFLAGS, gprSlot, slots } from '../../isa/x86/regs.js';
import type { CoreState } from '../core/context.js';
import type { Abi, Registers } from './abi.js';
import type { Result } from './call.js';
import { cpuinfoAmd64 } from './cpuinfo.js';
import { popFrame, pushFrame, resetFpState, setHalf } from './frameAmd64.js';
import { vdsoAmd64 } from './vdsoAmd64.js';

/** Exception vectors, as the signal frame shows them. SDM 3A, table 6-1. */
const trapNumbers = { divide: 0, breakpoint: 3, undefined: 6, protection: 13, page: 14, alignment: 17 } as const;

const argumentSlots = [GPR.RDI, GPR.RSI, GPR.RDX, GPR.R10, GPR.R8, GPR.R9].map(gprSlot);
const syscallBytes = 2; // 0F 05

export const amd64: Abi = {
  syscalls: amd64Syscalls,
  machine: 'x86_64',
  /** CPUID leaf 1 EDX; no program of the corpus reads it. */
  hwcap: () => 0x178bfbff,
  vdso: (config) => vdsoAmd64(config.clockHz, config.epochNanos),
  clockGrainNanos: 1,
  cpuinfo: cpuinfoAmd64,
  cloneArguments: { childTid: 3, tls: 4 },

  /** The system call number a trap asks for. */
  number(r: Registers): number {
    return Number(BigInt.asIntN(32, r.get64(gprSlot(GPR.RAX))));
  },

  args(r: Registers): bigint[] {
    return argumentSlots.map((slot) => r.get64(slot));
  },

  setResult(r: Registers, value: Result): void {
    r.set64(gprSlot(GPR.RAX), BigInt(value));
  },

  result(r: Registers): bigint {
    return r.get64(gprSlot(GPR.RAX));
  },

  /** Makes the task run the system call instruction again. */
  restart(r: CoreState, nr: number): void {
    r.set64(gprSlot(GPR.RAX), BigInt(nr));
    r.pc -= syscallBytes;
  },

  pc(r: Registers): bigint {
    return r.get64(slots.rip);
  },

  setPc(r: Registers, pc: bigint): void {
    r.set64(slots.rip, pc);
  },

  stackPointer(r: Registers): bigint {
    return r.get64(gprSlot(GPR.RSP));
  },

  setStackPointer(r: Registers, sp: bigint): void {
    r.set64(gprSlot(GPR.RSP), sp);
  },

  setArgument(r: Registers, value: bigint): void {
    r.set64(gprSlot(GPR.RDI), value);
  },

  setTls(r: Registers, base: bigint): void {
    r.set64(slots.fsBase, base);
  },

  /** All zero but the stack pointer, the program counter, IF and the floating-point defaults. */
  start(r: Registers, entry: number, sp: number): void {
    r.set64(gprSlot(GPR.RSP), BigInt(sp));
    r.set64(slots.rip, BigInt(entry));
    r.set64(slots.FR, 1n); // ZF clear
    setHalf(r, slots.RF, BigInt(1 << RFLAGS.IF));
    resetFpState(r);
  },

  fault(kind, pc, va) {
    switch (kind) {
      case 'divide': return { signo: SIG.FPE, code: siCodes.FPE_INTDIV, addr: pc, trapno: trapNumbers.divide, err: 0 };
      case 'breakpoint': return { signo: SIG.TRAP, code: SI.KERNEL, addr: 0n, trapno: trapNumbers.breakpoint, err: 0 };
      case 'undefined': return { signo: SIG.ILL, code: siCodes.ILL_ILLOPN, addr: pc, trapno: trapNumbers.undefined, err: 0 };
      case 'alignment': return { signo: SIG.BUS, code: siCodes.BUS_ADRALN, addr: va, trapno: trapNumbers.alignment, err: 0 };
      // a non-canonical address, a misaligned operand, a privileged instruction: no address is reported
      case 'protection': return { signo: SIG.SEGV, code: SI.KERNEL, addr: 0n, trapno: trapNumbers.protection, err: 0 };
    }
  },

  /** Error code of #PF: present 1, write 2, user 4, instruction fetch 16. SDM 3A, 4.7. */
  pageFault(access, present) {
    return { trapno: trapNumbers.page, err: (present ? 1 : 0) | (access === 'write' ? 2 : 0) | 4 | (access === 'exec' ? 16 : 0) };
  },
  /** INT3 is a trap: the handler sees the instruction after it. */
  breakpointBytes: 1,
  emulate: () => false,
  pushFrame,
  popFrame,
};
