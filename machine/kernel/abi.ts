/**
 * Where system calls and signals find their values in registers: the only part of the kernel model, beside the
 * signal frame, that knows one ISA from another. Here amd64. System V ABI, A.2.1.
 */
import { amd64Syscalls, siginfo, siCodes, SIG } from '../../isa/abi/linux.js';
import { GPR, gprSlot, slots } from '../../isa/x86/regs.js';
import type { CoreState } from '../core/context.js';
import type { Result } from './call.js';
import type { Signal } from './task.js';
import type { GuestMemory } from './guest.js';

/** Registers of a task on a core (CoreState) or off it (RegisterImage). */
export interface Registers {
  get64(slot: number): bigint;
  set64(slot: number, value: bigint): void;
}

/** The saved registers of a task that is not on a core. Writes go to the bytes it was made of. */
export class RegisterImage implements Registers {
  private readonly view: DataView;
  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get64(slot: number): bigint {
    return this.view.getBigUint64(slot, true);
  }
  set64(slot: number, value: bigint): void {
    this.view.setBigUint64(slot, BigInt.asUintN(64, value), true);
  }
}

/** Exception vectors, as the signal frame shows them. SDM 3A, table 6-1. */
export const trapNumbers = { divide: 0, breakpoint: 3, undefined: 6, protection: 13, page: 14, alignment: 17 } as const;

const argumentSlots = [GPR.RDI, GPR.RSI, GPR.RDX, GPR.R10, GPR.R8, GPR.R9].map(gprSlot);
const syscallBytes = 2; // 0F 05

export const amd64 = {
  syscalls: amd64Syscalls,

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

  setTls(r: Registers, base: bigint): void {
    r.set64(slots.fsBase, base);
  },

  /** The siginfo_t at `va` as its sender wrote it. */
  readSiginfo(user: GuestMemory, va: number): Signal {
    const u32 = (at: number): number => user.u32(va + at);
    user.bytes(va, siginfo.size);
    const value = user.u64(va + siginfo.value);
    return {
      signo: u32(siginfo.signo) | 0, code: u32(siginfo.code) | 0, pid: u32(siginfo.pid), uid: u32(siginfo.uid), addr: user.u64(va + siginfo.addr), value,
      status: Number(BigInt.asIntN(32, value)), trapno: 0, err: 0, timer: 0, to: 0,
    };
  },

  /** A siginfo_t at `va`. */
  writeSiginfo(user: GuestMemory, va: number, s: Signal): void {
    user.fill(va, siginfo.size);
    user.setU32(va + siginfo.signo, s.signo);
    user.setU32(va + siginfo.code, s.code >>> 0);
    if (isFault(s)) {
      user.setU64(va + siginfo.addr, s.addr);
      return;
    }
    user.setU32(va + siginfo.pid, s.pid);
    user.setU32(va + siginfo.uid, s.uid);
    if (s.signo !== SIG.CHLD || s.code <= 0) {
      user.setU64(va + siginfo.value, s.value);
      return;
    }
    user.setU32(va + siginfo.status, s.status);
    user.setU64(va + siginfo.utime, s.value);
  },
};

export type Abi = typeof amd64;

/** Signals that carry an address: raised by the CPU, not sent. */
export function isFault(s: Signal): boolean {
  const faults: readonly number[] = [SIG.SEGV, SIG.BUS, SIG.ILL, SIG.FPE, SIG.TRAP];
  return s.code >= siCodes.SEGV_MAPERR && faults.includes(s.signo);
}
