/** Runs the guest programs of this repository on the machine. */
import type { Config } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';
import { imageOf } from './guest.js';

/** What a run leaves. `digest` covers all state of the machine. */
export interface Ran {
  readonly output: string;
  readonly status: number | undefined;
  readonly stopped: string | undefined;
  readonly digest: string;
  readonly instructions: number;
  readonly cycles: number;
}

/** Enough for every program here, and cheap to make. */
const small: Partial<Config> = { memoryBytes: 64 * 2 ** 20 };

/** A machine with the program loaded. The first argument is its name. */
export function machineFor(name: string, config: Partial<Config> = {}, args: readonly string[] = []): { machine: Machine; host: MemoryHost } {
  const host = new MemoryHost();
  const machine = new Machine({ ...small, ...config }, host, (parts) => new Kernel(parts));
  machine.load(imageOf(name), [name, ...args]);
  return { machine, host };
}

export const result = (machine: Machine, host: MemoryHost): Ran => ({
  output: host.text(1),
  status: machine.exitStatus,
  stopped: machine.stopMessage,
  digest: machine.digest(),
  instructions: machine.instructions,
  cycles: machine.cycles,
});

/** Runs to the end; a program that is still running after 300 million cycles has lost its way. */
export function runOnMachine(name: string, config: Partial<Config> = {}, args: readonly string[] = []): Ran {
  const { machine, host } = machineFor(name, config, args);
  machine.run(3e8);
  return result(machine, host);
}

/** Runs to `cycle`, takes a snapshot, and lets another machine continue from it. */
export function continued(name: string, config: Partial<Config>, cycle: number): Ran {
  const first = machineFor(name, config);
  if (first.machine.run(cycle) !== 'limit') throw new Error(`${name} has ended before cycle ${cycle}`);
  const host = new MemoryHost();
  const second = Machine.restore(first.machine.snapshot(), host, (parts) => new Kernel(parts));
  second.run(3e8);
  const rest = result(second, host);
  return { ...rest, output: first.host.text(1) + rest.output };
}
