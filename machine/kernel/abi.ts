/**
 * What of a system call, a signal and a new program depends on the instruction set: registers, the signal frame, faults.
 * The rest of the kernel model asks an Abi. abiAmd64.ts and abiArm64.ts implement it, with frameAmd64.ts and frameArm64.ts.
 */
import { siginfo, siCodes, SIG } from '../../isa/abi/linux.js';
import type { Config } from '../config.js';
import type { CoreState } from '../core/context.js';
import type { Result } from './call.js';
import type { Kernel } from './kernel.js';
import type { Action, Signal, Task } from './task.js';
import type { GuestMemory } from './guest.js';
import type { Vdso } from './vdso.js';

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

/** Why a core could not go on, as far as it becomes a signal. */
export type FaultKind = 'divide' | 'breakpoint' | 'undefined' | 'protection' | 'alignment';

/** A signal without its sender. */
export interface FaultSignal {
  readonly signo: number;
  readonly code: number;
  readonly addr: bigint;
  /** What the frame says of the cause: the exception's number of amd64, the syndrome of arm64. */
  readonly trapno: number;
  readonly err: number;
}

export interface Abi {
  /** Names by number. */
  readonly syscalls: readonly (string | undefined)[];
  /** Of uname and AT_PLATFORM. */
  readonly machine: string;
  hwcap(k: Kernel): number;
  /** The shared object with the clocks. */
  vdso(config: Config): Vdso;
  /** What a count of the hardware's clock lasts, if that is longer than a nanosecond: clocks show no time between two counts. */
  readonly clockGrainNanos: number;
  /** What /proc/cpuinfo says. */
  cpuinfo(config: Config): string;
  /** Which of clone's arguments are the child's tid and its thread-local storage. */
  readonly cloneArguments: { readonly childTid: number; readonly tls: number };
  /** The system call number a trap asks for. */
  number(r: Registers): number;
  args(r: Registers): bigint[];
  setResult(r: Registers, value: Result): void;
  result(r: Registers): bigint;
  /** Makes the task run the system call instruction again. */
  restart(r: CoreState, nr: number): void;
  pc(r: Registers): bigint;
  setPc(r: Registers, pc: bigint): void;
  stackPointer(r: Registers): bigint;
  setStackPointer(r: Registers, sp: bigint): void;
  setTls(r: Registers, base: bigint): void;
  /** The first argument of a function. */
  setArgument(r: Registers, value: bigint): void;
  /** The registers of a new program, all zero before. */
  start(r: Registers, entry: number, sp: number): void;
  /** The signal of a fault at `pc`; `va` is the address that was not aligned or may not be named. */
  fault(kind: FaultKind, pc: bigint, va: bigint): FaultSignal;
  /** The signal's err and trapno for a page fault; `present`: the page is there but does not allow the access. */
  pageFault(access: 'read' | 'write' | 'exec', present: boolean): { readonly trapno: number; readonly err: number };
  /** Bytes by which a breakpoint instruction is left behind when its signal comes. */
  readonly breakpointBytes: number;
  /** Does what the kernel does for programs of instructions that are undefined for them. False: the one at the core's pc is none of these. */
  emulate(k: Kernel, core: number, task: Task): boolean;
  /** Builds the frame and enters the handler. False when user memory does not take the frame. */
  pushFrame(k: Kernel, core: number, task: Task, action: Action, s: Signal): boolean;
  /** rt_sigreturn. False: the frame cannot be read. */
  popFrame(k: Kernel, core: number, task: Task): boolean;
}

/** A siginfo_t at `va`. */
export function writeSiginfo(user: GuestMemory, va: number, s: Signal): void {
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
}

/** The siginfo_t at `va` as its sender wrote it. */
export function readSiginfo(user: GuestMemory, va: number): Signal {
  const u32 = (at: number): number => user.u32(va + at);
  user.bytes(va, siginfo.size);
  const value = user.u64(va + siginfo.value);
  return {
    signo: u32(siginfo.signo) | 0, code: u32(siginfo.code) | 0, pid: u32(siginfo.pid), uid: u32(siginfo.uid), addr: user.u64(va + siginfo.addr), value,
    status: Number(BigInt.asIntN(32, value)), trapno: 0, err: 0, timer: 0, to: 0,
  };
}

/** Signals that carry an address: raised by the CPU, not sent. */
export function isFault(s: Signal): boolean {
  const faults: readonly number[] = [SIG.SEGV, SIG.BUS, SIG.ILL, SIG.FPE, SIG.TRAP];
  return s.code >= siCodes.SEGV_MAPERR && faults.includes(s.signo);
}
