/**
 * The running goroutine as code of amd64 finds it: the word below the FS base, where Go's linker puts `g`. In functions
 * that pass arguments in registers R14 holds the same. Looks only: memory that is not there reads as undefined.
 *
 * Go's internal ABI (src/cmd/compile/abi-internal.md); the layouts of g and m used here are older than 1.17 and stable.
 */
import { GPR, gprSlot, slots } from '../../isa/x86/regs.js';
import { Peek } from '../kernel/guest.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Machine } from '../machine.js';

/** Where `g` lies, from the FS base. */
const gFromBase = -8;
/** Fields: g.m, and m.g0. */
const offsets = { gM: 48, mG0: 0 };

/** What a core's thread has for its goroutine. Addresses; undefined where memory does not tell. */
export interface GView {
  readonly tid: number;
  readonly fsBase: number;
  /** The word at FS:-8. */
  readonly g: number | undefined;
  /** g.m, and m.g0.m, which closes the circle. */
  readonly m: number | undefined;
  readonly mOfG0: number | undefined;
  readonly r14: number;
}

/** The view of one core; undefined while it idles or its thread has no thread-local storage yet. */
export function goroutineOf(machine: Machine, core: number): GView | undefined {
  const kernel = machine.kernel as Kernel;
  const tid = kernel.state.current[core]!;
  const registers = machine.core(core);
  const fsBase = Number(registers.get64(slots.fsBase));
  if (tid === 0 || fsBase === 0) return undefined;
  const peek = new Peek(kernel.space(kernel.process(kernel.task(tid).pid)), kernel.parts.spaces.objects, kernel.parts.ram);
  const word = (va: number | undefined): number | undefined => {
    const value = va === undefined ? undefined : peek.readU64(va);
    return value === undefined ? undefined : Number(value);
  };
  const g = word(fsBase + gFromBase);
  const m = g === undefined || g === 0 ? undefined : word(g + offsets.gM);
  const g0 = m === undefined || m === 0 ? undefined : word(m + offsets.mG0);
  return { tid, fsBase, g, m, mOfG0: word(g0 === undefined ? undefined : g0 + offsets.gM), r14: Number(registers.get64(gprSlot(GPR.R14))) };
}

/** The register (GPR number) that an instruction loads from FS:-8, `MOVQ (TLS), reg`; undefined for any other. */
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
