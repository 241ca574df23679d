/** Linux on arm64: where system calls and signals find their values. linux/arch/arm64/include/asm/syscall.h, kernel/traps.c. */
import { arm64Syscalls, siCodes, SIG } from '../../isa/abi/linux.js';
import { hwcapBits } from '../../isa/arm64/profile.js';
import { gprSlot, slots } from '../../isa/arm64/regs.js';
import type { CoreState } from '../core/context.js';
import { isaOf } from '../isa.js';
import type { Abi, Registers } from './abi.js';
import type { Result } from './call.js';
import { cpuinfoArm64 } from './cpuinfo.js';
import { popFrame, pushFrame } from './frameArm64.js';
import { readIdRegister } from './idReads.js';
import { countNanos, vdsoArm64 } from './vdsoArm64.js';

const callNumber = gprSlot(8);
const argumentSlots = [0, 1, 2, 3, 4, 5].map(gprSlot);
const syscallBytes = 4; // SVC #0

/** Exception classes of ESR_EL1, shifted into place; aborts come from EL0. Arm ARM D17.2.37. */
const classes = { unknown: 0x00, pcAlignment: 0x22, fetchAbort: 0x20, dataAbort: 0x24, breakpoint: 0x3c } as const;
const syndrome = (cls: number, iss: number): number => cls * 2 ** 26 + (1 << 25) + iss;

export const arm64: Abi = {
  syscalls: arm64Syscalls,
  machine: 'aarch64',
  hwcap: (k) => hwcapBits(isaOf(k.parts.config).profile),

  vdso: (config) => vdsoArm64(config.epochNanos),
  clockGrainNanos: countNanos,
  cpuinfo: cpuinfoArm64,
  cloneArguments: { childTid: 4, tls: 3 },

  number: (r) => Number(BigInt.asIntN(32, r.get64(callNumber))),
  args: (r) => argumentSlots.map((slot) => r.get64(slot)),
  setResult: (r: Registers, value: Result) => r.set64(gprSlot(0), BigInt(value)),
  result: (r) => r.get64(gprSlot(0)),

  /** X0 still has the first argument: the result of a call that did not end was never written. */
  restart(r: CoreState, nr: number): void {
    r.set64(callNumber, BigInt(nr));
    r.pc -= syscallBytes;
  },

  pc: (r) => r.get64(slots.pc),
  setPc: (r, pc) => r.set64(slots.pc, pc),
  stackPointer: (r) => r.get64(slots.sp),
  setStackPointer: (r, sp) => r.set64(slots.sp, sp),
  setTls: (r, base) => r.set64(slots.tpidr, base),
  setArgument: (r, value) => r.set64(gprSlot(0), value),

  /** All zero but the stack pointer and the program counter. */
  start(r, entry, sp): void {
    r.set64(slots.sp, BigInt(sp));
    r.set64(slots.pc, BigInt(entry));
    r.set64(slots.FR, 1n); // Z clear
  },

  fault(kind, pc, va) {
    switch (kind) {
      case 'breakpoint': return { signo: SIG.TRAP, code: siCodes.TRAP_BRKPT, addr: pc, trapno: 0, err: syndrome(classes.breakpoint, 0) };
      case 'alignment':
        return { signo: SIG.BUS, code: siCodes.BUS_ADRALN, addr: va, trapno: 0, err: va === pc ? syndrome(classes.pcAlignment, 0) : syndrome(classes.dataAbort, 0x21) };
      // an address with more than the bits that a user may have
      case 'protection': return { signo: SIG.SEGV, code: siCodes.SEGV_MAPERR, addr: va, trapno: 0, err: syndrome(classes.dataAbort, 0x04) };
      default: return { signo: SIG.ILL, code: siCodes.ILL_ILLOPC, addr: pc, trapno: 0, err: syndrome(classes.unknown, 0) };
    }
  },

  /** Translation or permission fault of the third level; WnR is bit 6. Arm ARM D17.2.37, ISS of a data abort. */
  pageFault(access, present) {
    const status = present ? 0x0f : 0x07;
    const cls = access === 'exec' ? classes.fetchAbort : classes.dataAbort;
    return { trapno: 0, err: syndrome(cls, status | (access === 'write' ? 1 << 6 : 0)) };
  },
  breakpointBytes: 0,
  emulate: readIdRegister,
  pushFrame,
  popFrame,
};
