/** A thread of a running machine as unwinding begins with it: registers in DWARF's numbering, and memory by peek. */
import { gprSlot as armSlot, slots as armSlots } from '../../isa/arm64/regs.js';
import { gprSlot } from '../../isa/x86/regs.js';
import { Peek } from '../kernel/guest.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Arch } from '../config.js';
import type { Registers } from '../kernel/abi.js';
import type { AddressSpace } from '../kernel/vm.js';
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
  return { pc: state.pc, registers: generalRegisters(machine.config.arch, state), interrupted: true, g: goroutineOf(machine, core, gFromBase)?.g };
}

/** General registers by DWARF's numbers, of a core or of a task that is off it. */
export function generalRegisters(arch: Arch, from: Pick<Registers, 'get64'>): Map<number, bigint> {
  const registers = new Map<number, bigint>();
  if (arch === 'arm64') {
    for (let n = 0; n < 31; n++) registers.set(n, from.get64(armSlot(n)));
    registers.set(31, from.get64(armSlots.sp));
  } else amd64Numbers.forEach((number, n) => registers.set(number, from.get64(gprSlot(n))));
  return registers;
}

/** Memory as the thread on a core sees it; undefined while the core idles. */
export function memoryOf(machine: Machine, core: number): Memory | undefined {
  const kernel = machine.kernel as Kernel;
  const tid = kernel.state.current[core]!;
  return tid === 0 ? undefined : memoryIn(kernel, kernel.space(kernel.process(kernel.task(tid).pid)));
}

/** Memory as the threads in an address space see it. */
export function memoryIn(kernel: Kernel, space: AddressSpace): Memory {
  const peek = new Peek(space, kernel.parts.spaces.objects, kernel.parts.ram);
  return { read: (address, bytes) => peek.readBytes(address, bytes) };
}
