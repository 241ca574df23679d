/** Where calls of Go's internal ABI have what (src/cmd/compile/abi-internal.md). */
import { gprSlot as armSlot, slots as armSlots } from '../../isa/arm64/regs.js';
import { GPR, gprSlot } from '../../isa/x86/regs.js';
import type { Arch } from '../config.js';
import type { Machine } from '../machine.js';

/** Cells of a core. */
export interface CallSlots {
  readonly sp: number;
  /** Integer arguments in order; the first is the result's, too. */
  readonly arguments: readonly [number, number];
  /** Undefined: the return address is on the stack. */
  readonly link: number | undefined;
}

export const callSlots: Readonly<Record<Arch, CallSlots>> = {
  amd64: { sp: gprSlot(GPR.RSP), arguments: [gprSlot(GPR.RAX), gprSlot(GPR.RBX)], link: undefined },
  arm64: { sp: armSlots.sp, arguments: [armSlot(0), armSlot(1)], link: armSlot(30) },
};

/** An integer argument at a function's entry; number 0 at its return is the result. */
export const argumentOn = (machine: Machine, core: number, n: 0 | 1): number => Number(machine.core(core).get64(callSlots[machine.config.arch].arguments[n]));
