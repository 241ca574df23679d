/** Runs the guest programs of this repository on the machine. */
import { EM, readElf } from '../../isa/abi/elf.js';
import { ticksPerCycle, type Arch, type Config } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';
import { imageOf } from './guest.js';

/** What a run leaves. `digest` covers all state of the machine. */
export interface Ran {
  readonly output: string;
  readonly errors: string;
  readonly status: number | undefined;
  readonly stopped: string | undefined;
  readonly digest: string;
  readonly instructions: number;
  readonly cycles: number;
  /** What the kernel's work took of all cores' time. */
  readonly kernelCycles: number;
}

/** Enough for every program here, and cheap to make. */
const small: Partial<Config> = { memoryBytes: 64 * 2 ** 20 };

interface Loaded {
  readonly machine: Machine;
  readonly host: MemoryHost;
}

/** What kind of machine an image is for. */
export const archOf = (image: Uint8Array): Arch => (readElf(image).machine === EM.AARCH64 ? 'arm64' : 'amd64');

/** A machine with an image loaded. */
export function loaded(image: Uint8Array, argv: readonly string[], config: Partial<Config>, env: readonly string[] = [], input = ''): Loaded {
  const host = new MemoryHost(input);
  const machine = new Machine({ arch: archOf(image), ...config }, host, (parts) => new Kernel(parts));
  machine.load(image, argv, env);
  return { machine, host };
}

/** A machine with one of our programs loaded, for the config's instruction set. The first argument is its name. */
export const machineFor = (name: string, config: Partial<Config> = {}, args: readonly string[] = []): Loaded =>
  loaded(imageOf(name, config.arch), [name, ...args], { ...small, ...config });

export const result = (machine: Machine, host: MemoryHost): Ran => ({
  output: host.text(1),
  errors: host.text(2),
  status: machine.exitStatus,
  stopped: machine.stopMessage,
  digest: machine.digest(),
  instructions: machine.instructions,
  cycles: machine.cycles,
  kernelCycles: (machine.kernel as Kernel).state.counts.reduce((n, c) => n + c.kernelTicks, 0) / ticksPerCycle,
});

/** More than any program of another toolchain takes here. */
const mostInstructions = 5e9;

/** Runs an image of another toolchain to its end. One that does not come to an end is `stopped`. */
export function runImage(image: Uint8Array, argv: readonly string[], config: Partial<Config>, env: readonly string[] = [], input = ''): Ran {
  const { machine, host } = loaded(image, argv, { memoryBytes: 1024 * 2 ** 20, ...config }, env, input);
  let until = 0;
  while (machine.instructions < mostInstructions && machine.run((until += 1e9)) === 'limit' && until < 1e13);
  const ran = result(machine, host);
  return ran.status !== undefined || ran.stopped !== undefined ? ran : { ...ran, stopped: `still running after ${ran.instructions} instructions` };
}

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
