/**
 * The running goroutine as code finds it. On amd64 `g` is the word below the FS base, where Go's linker puts it, and
 * functions that pass arguments in registers have the same in R14. On arm64 `g` is X28, in all of Go's code. Looks only:
 * memory that is not there reads as undefined.
 *
 * Go's internal ABI (src/cmd/compile/abi-internal.md); the layouts of g and m used here are older than 1.17 and stable.
 */
import { Peek } from '../kernel/guest.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Machine } from '../machine.js';
import { archOf } from './arch/arch.js';

/** Where `g` lies, from the FS base. */
const gFromBase = -8;
/** Fields: of g its stack and its m; of m its g0. */
const offsets = { stackLo: 0, stackHi: 8, gM: 48, mG0: 0 } as const;

/** A stack: from `lo` up to `hi`. */
export interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

/** What a core's thread has for its goroutine. Addresses; undefined where memory does not tell. */
export interface GView {
  readonly tid: number;
  /** FS base, TPIDR_EL0. */
  readonly threadBase: number;
  /** The word at FS:-8; on arm64 the register. */
  readonly g: number | undefined;
  /** R14, X28. */
  readonly register: number;
  readonly sp: number;
  /** g.m, and m.g0.m, which closes the circle. */
  readonly m: number | undefined;
  readonly mOfG0: number | undefined;
  /** That of g. */
  readonly stack: Bounds | undefined;
}

/**
 * The view of one core; undefined while it idles or, on amd64, its thread has no thread-local storage yet. `fromBase`: where `g` lies in
 * images that a C linker made.
 */
export function goroutineOf(machine: Machine, core: number, fromBase: number = gFromBase): GView | undefined {
  const kernel = machine.kernel as Kernel;
  const tid = kernel.state.current[core]!;
  const registers = machine.core(core);
  const arch = archOf(machine);
  const at = (slot: number): number => Number(registers.get64(slot));
  const threadBase = at(arch.threadBase);
  if (tid === 0 || (arch.gInMemory && threadBase === 0)) return undefined;
  const field = fieldsAt(machine, core)!;
  const register = at(arch.g);
  const g = arch.gInMemory ? field(threadBase, fromBase) : register;
  const m = field(g, offsets.gM);
  return { tid, threadBase, g, register, sp: stackPointer(machine, core), m, mOfG0: field(field(m, offsets.mG0), offsets.gM), stack: stackOf(field, g) };
}

/** RSP, SP. */
export const stackPointer = (machine: Machine, core: number): number => Number(machine.core(core).get64(archOf(machine).sp));

/** A 64-bit field of a structure; undefined without a structure, and where there is no memory. */
export type Fields = (structure: number | undefined, offset: number) => number | undefined;

/** Fields as the thread on a core sees them; undefined when there is none. */
export function fieldsAt(machine: Machine, core: number): Fields | undefined {
  const kernel = machine.kernel as Kernel;
  const tid = kernel.state.current[core]!;
  if (tid === 0) return undefined;
  const peek = new Peek(kernel.space(kernel.process(kernel.task(tid).pid)), kernel.parts.spaces.objects, kernel.parts.ram);
  return (structure, offset) => {
    const value = structure === undefined || structure === 0 ? undefined : peek.readU64(structure + offset);
    return value === undefined ? undefined : Number(value);
  };
}

/** The stack of a goroutine. */
export function stackOf(field: Fields, g: number | undefined): Bounds | undefined {
  const [lo, hi] = [field(g, offsets.stackLo), field(g, offsets.stackHi)];
  return lo === undefined || hi === undefined ? undefined : { lo, hi };
}

/** The register (GPR number) that an instruction of amd64 loads from FS:-8, `MOVQ (TLS), reg`; undefined for any other. */
export function loadsG(code: Uint8Array): number | undefined {
  const [segment, rex, opcode, modrm, sib] = code;
  const absolute = code[5] === 0xf8 && code[6] === 0xff && code[7] === 0xff && code[8] === 0xff;
  if (segment !== 0x64 || opcode !== 0x8b || sib !== 0x25 || !absolute || (rex! & 0xfb) !== 0x48 || (modrm! & 0xc7) !== 0x04) return undefined;
  return ((modrm! >> 3) & 7) | ((rex! & 4) << 1);
}

/** Bytes at an address as the thread on a core sees them; undefined where there are none. */
export function codeAt(machine: Machine, core: number, va: number, count: number): Uint8Array | undefined {
  const kernel = machine.kernel as Kernel;
  const tid = kernel.state.current[core]!;
  if (tid === 0) return undefined;
  return new Peek(kernel.space(kernel.process(kernel.task(tid).pid)), kernel.parts.spaces.objects, kernel.parts.ram).readBytes(va, count);
}
