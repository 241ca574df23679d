/**
 * Runs an image with a signal after every so many blocks: whoever runs with the signal unblocked is interrupted, and
 * what its handler leaves behind is compared with what it found. On one core, so that a block is a run of one cycle.
 */
import { SIG } from '../../isa/abi/linux.js';
import { common } from '../../isa/context.js';
import { readNzcv } from '../../isa/arm64/flags.js';
import { slots as amd64 } from '../../isa/x86/regs.js';
import type { Arch, Config } from '../../machine/config.js';
import type { CoreState } from '../../machine/core/context.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';
import { archOf, result, type Ran } from './onMachine.js';

export interface Interrupted {
  readonly ran: Ran;
  /** Handlers that began, and handlers that returned to where they had interrupted. */
  readonly handlers: number;
  readonly returns: number;
  /** Handlers that returned elsewhere: to runtime.asyncPreempt, in Go programs. */
  readonly moved: number;
  /** What differed after a return, with the place. */
  readonly changed: readonly string[];
}

export interface Outside {
  readonly environment: readonly string[];
  readonly input: string;
}

/** Flags are compared as a word, because their cells are lazy. */
const flagsOf: Readonly<Record<Arch, (core: CoreState) => number>> = { amd64: (core) => core.rflags, arm64: readNzcv };

/** Everything a program can see of its registers. */
function visible(core: CoreState, arch: Arch): Uint8Array {
  const all = core.save();
  new DataView(all.buffer).setBigUint64(common.FR, BigInt(flagsOf[arch](core)), true);
  all.fill(0, common.FC, arch === 'amd64' ? amd64.fsBase : common.own); // and RF, and the exclusive monitor's mark
  return all;
}

const maxCycles = 2e10;

/**
 * `every`: blocks (instructions in grain insn) with the signal unblocked between two signals. `most`: signals, after
 * which the program goes on undisturbed.
 */
export function runInterrupted(image: Uint8Array, argv: readonly string[], config: Partial<Config>, every: number, most = Infinity, outside: Partial<Outside> = {}): Interrupted {
  const signo = SIG.URG;
  const arch = archOf(image);
  const host = new MemoryHost(outside.input);
  let kernel!: Kernel;
  const machine = new Machine({ arch, memoryBytes: 512 * 2 ** 20, ...config, cores: 1 }, host, (parts) => (kernel = new Kernel(parts)));
  const core = machine.core(0);
  machine.load(image, argv, outside.environment);
  const open = new Map<number, Uint8Array[]>(); // by thread, innermost handler last
  const changed: string[] = [];
  let handlers = 0;
  let returns = 0;
  let moved = 0;
  kernel.watch = {
    begins: (task) => {
      handlers++;
      open.set(task.tid, [...(open.get(task.tid) ?? []), visible(core, arch)]);
    },
    returns: (task) => {
      const before = open.get(task.tid)?.pop();
      const after = visible(core, arch);
      const at = before?.findIndex((byte, i) => byte !== after[i]) ?? -1;
      const pc = new DataView((before ?? after).buffer).getBigUint64(common.pc, true);
      if (at < 0) returns++;
      else if (Number(pc) !== core.pc) moved++;
      else changed.push(`byte ${at} of the registers at ${kernel.where(core.pc)}`);
      machine.pause();
    },
  };
  const bit = 1n << BigInt(signo - 1);
  const able = (tid: number): boolean => {
    const task = kernel.task(tid);
    return (task.mask & bit) === 0n && (kernel.process(task.pid).actions[signo]?.handler ?? 0n) > 1n;
  };
  let blocks = 0;
  let sent = 0;
  let outcome = machine.run(1);
  while (outcome === 'limit' && sent < most && machine.cycles < maxCycles) {
    const before = core.instructions;
    const tid = kernel.state.current[0]!;
    outcome = machine.run(tid === 0 ? Math.floor(machine.events.due / 48) + 1 : machine.cycles + 1);
    const now = kernel.state.current[0]!;
    if (now === 0 || core.instructions === before || !able(now) || ++blocks < every) continue;
    blocks = 0;
    sent++;
    machine.inject('signal', now, signo);
    outcome = machine.run(maxCycles); // to the handler's return, where `returns` pauses
  }
  if (outcome === 'limit') {
    kernel.watch = undefined;
    machine.run(maxCycles);
  }
  return { ran: result(machine, host), handlers, returns, moved, changed };
}
