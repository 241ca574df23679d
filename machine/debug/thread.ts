/** A thread of a running machine as unwinding begins with it: registers in DWARF's numbering, and memory by peek. */
import { gprSlot as armSlot, slots as armSlots } from '../../isa/arm64/regs.js';
import { gprSlot } from '../../isa/x86/regs.js';
import { Peek } from '../kernel/guest.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Machine } from '../machine.js';
import { goroutineOf } from './tls.js';
import type { Memory } from './unwind/abi.js';
import type { UnwindStart } from './unwind/unwind.js';

/** DWARF's numbers of amd64's registers, by their own. */
const amd64Numbers = [0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15];

/** What the thread on a core does; undefined while the core idles. `gFromBase`: `DebugInfo.gFromBase` of its image. */
export function threadOn(machine: Machine, core: number, gFromBase?: number): UnwindStart | undefined {
  const kernel = machine.kernel as Kernel;
  if (kernel.state.current[core] === 0) return undefined;
  const state = machine.core(core);
  const registers = new Map<number, bigint>();
  if (machine.config.arch === 'arm64') {
    for (let n = 0; n < 31; n++) registers.set(n, state.get64(armSlot(n)));
    registers.set(31, state.get64(armSlots.sp));
  } else amd64Numbers.forEach((number, n) => registers.set(number, state.get64(gprSlot(n))));
  return { pc: state.pc, registers, interrupted: true, g: goroutineOf(machine, core, gFromBase)?.g };
}

/** Memory as the thread on a core sees it; undefined while the core idles. */
export function memoryOf(machine: Machine, core: number): Memory | undefined {
  const kernel = machine.kernel as Kernel;
  const tid = kernel.state.current[core]!;
  if (tid === 0) return undefined;
  const peek = new Peek(kernel.space(kernel.process(kernel.task(tid).pid)), kernel.parts.spaces.objects, kernel.parts.ram);
  return { read: (address, bytes) => peek.readBytes(address, bytes) };
}
