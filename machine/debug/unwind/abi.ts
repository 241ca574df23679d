/**
 * What unwinding must know of an instruction set. Registers have DWARF's numbers. System V ABI for amd64, figure 3.36; DWARF for
 * the Arm 64-bit architecture, section 4.1.
 */
import { amd64Frame, arm64Frame } from '../../../isa/abi/linux.js';

/** Reads of memory; undefined where there is none. */
export interface Memory {
  read(address: number, bytes: number): Uint8Array | undefined;
}

/** What is known of registers. */
export type Registers = ReadonlyMap<number, bigint>;

export interface UnwindAbi {
  readonly sp: number;
  readonly framePointer: number;
  /** The register that calls leave the return address in; undefined where it is on the stack. */
  readonly link: number | undefined;
  /** Holds the goroutine in Go's code. */
  readonly g: number;
  /** Registers that C's functions give back as they were. */
  readonly saved: readonly number[];
  /** Codes that end a signal handler: the kernel's frame lies at SP where they stand. */
  readonly sigreturns: readonly Uint8Array[];
  /** From SP at the sigreturn code to the ucontext. */
  readonly ucontext: number;
  /** Where in a ucontext registers stand, and the pc. */
  readonly context: readonly (readonly [register: number, offset: number])[];
  readonly contextPc: number;
  /** Go's fake calls (sigpanic and its kin) store the link register in this many bytes below SP. */
  readonly injectedBytes: number;
}

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g)!, (b) => parseInt(b, 16));
const { uc } = amd64Frame;

export const amd64Unwind: UnwindAbi = {
  sp: 7,
  framePointer: 6,
  link: undefined,
  g: 14,
  saved: [3, 6, 12, 13, 14, 15],
  sigreturns: [bytes('48c7c00f0000000f05'), bytes('b80f0000000f05')], // mov $15, rax or eax; syscall
  ucontext: 0, // the return address before it has been popped
  context: [
    [0, uc.rax], [1, uc.rdx], [2, uc.rcx], [3, uc.rbx], [4, uc.rsi], [5, uc.rdi], [6, uc.rbp], [7, uc.rsp],
    [8, uc.r8], [9, uc.r9], [10, uc.r10], [11, uc.r11], [12, uc.r12], [13, uc.r13], [14, uc.r14], [15, uc.r15],
  ],
  contextPc: uc.rip,
  injectedBytes: 0,
};

export const arm64Unwind: UnwindAbi = {
  sp: 31,
  framePointer: 29,
  link: 30,
  g: 28,
  saved: [19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29],
  sigreturns: [bytes('681180d2010000d4')], // mov x8, #139; svc #0
  ucontext: arm64Frame.ucontext,
  context: [...Array.from({ length: 31 }, (_, i) => [i, arm64Frame.uc.regs + 8 * i] as const), [31, arm64Frame.uc.sp]],
  contextPc: arm64Frame.uc.pc,
  injectedBytes: 16,
};

/** A 64-bit word as an address. */
export function wordAt(memory: Memory, address: number): number | undefined {
  const value = bigAt(memory, address);
  return value === undefined ? undefined : Number(value);
}

export function bigAt(memory: Memory, address: number): bigint | undefined {
  const read = memory.read(address, 8);
  return read && new DataView(read.buffer, read.byteOffset, 8).getBigUint64(0, true);
}
