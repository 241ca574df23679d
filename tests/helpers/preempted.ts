/**
 * Runs a Go program on a clock so slow that its runtime's 10 ms, after which it preempts a goroutine by a signal, are
 * few instructions. Entries to runtime.asyncPreempt are counted where they happen: a handler has moved the
 * interrupted goroutine's pc there, and rt_sigreturn goes there.
 */
import { SIG } from '../../isa/abi/linux.js';
import type { Config } from '../../machine/config.js';
import { Symbols } from '../../machine/debug/symbols.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';
import { archOf, result, type Ran } from './onMachine.js';

/** A Go image and where its runtime.asyncPreempt begins. */
export interface GoImage {
  readonly bytes: Uint8Array;
  readonly asyncPreempt: number;
}

export function goImageOf(bytes: Uint8Array): GoImage {
  const at = Symbols.of(bytes).named('runtime.asyncPreempt.abi0') ?? Symbols.of(bytes).named('runtime.asyncPreempt');
  if (!at) throw new Error('an image without runtime.asyncPreempt');
  return { bytes, asyncPreempt: at.start };
}

export interface Preempted {
  readonly ran: Ran;
  /** SIGURG handlers that began. */
  readonly signals: number;
  readonly asyncPreempts: number;
}

export function runPreempted(image: GoImage, argv: readonly string[], config: Partial<Config>, maxCycles: number): Preempted {
  const host = new MemoryHost();
  let kernel!: Kernel;
  const machine = new Machine({ arch: archOf(image.bytes), memoryBytes: 256 * 2 ** 20, ...config }, host, (parts) => (kernel = new Kernel(parts)));
  machine.load(image.bytes, argv);
  let signals = 0;
  let asyncPreempts = 0;
  kernel.watch = {
    begins: (_task, signo) => void (signals += signo === SIG.URG ? 1 : 0),
    returns: (task) => void (asyncPreempts += machine.core(task.core).pc === image.asyncPreempt ? 1 : 0),
  };
  machine.run(maxCycles);
  return { ran: result(machine, host), signals, asyncPreempts };
}

/** The clock at which 10 ms are `cycles`. */
export const clockFor = (cycles: number): number => cycles * 100;
