/** A thread of a running machine as unwinding begins with it: registers in DWARF's numbering, and memory by peek. */
import { Peek } from '../kernel/guest.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Registers } from '../kernel/abi.js';
import type { AddressSpace } from '../kernel/vm.js';
import type { Machine } from '../machine.js';
import { archOf, type DebugArch } from './arch/arch.js';
import { goroutineOf } from './tls.js';
import type { Memory } from './unwind/abi.js';
import type { UnwindStart } from './unwind/unwind.js';

/** What the thread on a core does; undefined while the core idles. `gFromBase`: `DebugInfo.gFromBase` of its image. */
export function threadOn(machine: Machine, core: number, gFromBase?: number): UnwindStart | undefined {
  const kernel = machine.kernel as Kernel;
  if (kernel.state.current[core] === 0) return undefined;
  const state = machine.core(core);
  return { pc: state.pc, registers: generalRegisters(archOf(machine), state), interrupted: true, g: goroutineOf(machine, core, gFromBase)?.g };
}

/** General registers by DWARF's numbers, of a core or of a task that is off it. */
export const generalRegisters = ({ general }: DebugArch, from: Pick<Registers, 'get64'>): Map<number, bigint> =>
  new Map([...general].map(([number, cell]) => [number, from.get64(cell)]));

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
