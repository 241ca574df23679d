/**
 * What differs between the instruction sets for who looks at a machine: where registers lie and what they are called, how Go's code calls and finds its
 * goroutine, what files of other debuggers have. One table an instruction set, amd64.ts and arm64.ts; nothing else in this folder asks which
 * it is. Listings (disasm.ts) and gdb's descriptions (gdb/target.ts), which are formats, have tables of their own.
 *
 * Registers are cells of a core's state, or DWARF's numbers where that is said.
 */
import type { Arch } from '../../config.js';
import type { Machine } from '../../machine.js';
import type { RegisterName } from '../expr/registers.js';
import type { UnwindAbi } from '../unwind/abi.js';
import { amd64 } from './amd64.js';
import { arm64 } from './arm64.js';
import type { Source } from './cells.js';
import type { Shown } from './shown.js';

export interface DebugArch {
  readonly arch: Arch;
  /** `EM` of its images. */
  readonly machine: number;
  readonly sp: number;
  readonly pc: number;
  /** The thread's: FS base, TPIDR_EL0. */
  readonly threadBase: number;
  /** Where calls leave the return address; undefined: on the stack, in so many bytes. */
  readonly link: number | undefined;
  readonly returnBytes: number;
  /** Integer arguments of Go's internal ABI in order; the first is the result's, too (src/cmd/compile/abi-internal.md). */
  readonly arguments: readonly [number, number];
  /** Where Go's code has its g; and whether memory below the thread's base tells, because assembly may use that register otherwise. */
  readonly g: number;
  readonly gInMemory: boolean;
  /** The number of a system call, and that of rt_sigreturn. */
  readonly callNumber: number;
  readonly sigreturn: number;
  readonly unwind: UnwindAbi;
  /** By DWARF's numbers: general registers and SP; those and the thread's bases; vector registers, two cells each. */
  readonly general: ReadonlyMap<number, number>;
  readonly numbered: ReadonlyMap<number, number>;
  readonly vectors: ReadonlyMap<number, number>;
  /** By the names that gdb and delve have for them. */
  readonly names: ReadonlyMap<string, RegisterName>;
  /** RFLAGS or NZCV, and its bits by name. */
  readonly flagsName: string;
  readonly flagBits: Readonly<Record<string, number>>;
  flags(from: Source): number;
  /** For `info registers`, before the flags and behind them; what vector registers are called. */
  readonly shown: readonly [before: readonly Shown[], behind: readonly Shown[]];
  readonly vectorName: string;
  /** Notes of core files: bytes of elf_prstatus, its registers by cell or as they are, and the floating-point note. */
  readonly statusBytes: number;
  status(from: Source, pc: number, flags: number): readonly (number | bigint)[];
  floating(from: Source): Uint8Array;
}

export const debugArches: Readonly<Record<Arch, DebugArch>> = { amd64, arm64 };

export const archOf = (machine: Machine): DebugArch => debugArches[machine.config.arch];

/** That of an image, by its `EM`; undefined: it is for another instruction set. */
export const archOfImage = (em: number): DebugArch | undefined => [amd64, arm64].find((a) => a.machine === em);

/** An integer argument at a function's entry; number 0 at its return is the result. */
export const argumentOn = (machine: Machine, core: number, n: 0 | 1): number => Number(machine.core(core).get64(archOf(machine).arguments[n]));
