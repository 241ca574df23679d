/**
 * A stopped machine with the debugging information of one of its processes: what all views start from. It looks by peek only; made anew for each
 * stop, since what it remembers is of the moment.
 */
import { RegisterImage, type Registers } from '../../kernel/abi.js';
import type { Kernel } from '../../kernel/kernel.js';
import type { Process, Task } from '../../kernel/task.js';
import type { Machine } from '../../machine.js';
import type { Place } from '../dwarf/lines.js';
import type { DebugInfo } from '../info.js';
import { archOf, type DebugArch } from '../arch/arch.js';
import { generalRegisters, memoryIn } from '../thread.js';
import { wordAt, type Memory } from '../unwind/abi.js';
import type { UnwindStart } from '../unwind/unwind.js';

/** Where `g` lies from the FS base, in images of Go's own linker. */
const usualG = -8;

export class Look {
  readonly kernel: Kernel;
  readonly memory: Memory;
  private readonly gFromBase: number;

  private constructor(
    readonly machine: Machine,
    readonly info: DebugInfo,
    readonly process: Process,
  ) {
    this.kernel = machine.kernel as Kernel;
    this.memory = memoryIn(this.kernel, this.kernel.space(process));
    this.gFromBase = info.gFromBase ?? usualG;
  }

  /** `info`: of the image that the process runs; without `pid` the first process that lives. Undefined: there is none, or not that one. */
  static of(machine: Machine, info: DebugInfo, pid?: number): Look | undefined {
    const { processes } = (machine.kernel as Kernel).state;
    const living = [...processes.values()].filter((p) => p.status === undefined && p.threads.size > 0);
    const process = pid === undefined ? living[0] : living.find((p) => p.pid === pid);
    return process && new Look(machine, info, process);
  }

  get arch(): DebugArch {
    return archOf(this.machine);
  }

  /** The process's threads. */
  get tasks(): readonly Task[] {
    return Array.from(this.process.threads, (tid) => this.kernel.task(tid));
  }

  /** A thread's registers, on a core or saved; undefined where it has none yet. */
  registersOf(task: Task): Pick<Registers, 'get64'> | undefined {
    if (task.state === 'running') return this.machine.core(task.core);
    return task.registers.length === 0 ? undefined : new RegisterImage(task.registers);
  }

  /** FS base, TPIDR_EL0. */
  threadBaseOf(task: Task): number {
    return Number(this.registersOf(task)?.get64(this.arch.threadBase) ?? 0n);
  }

  /** The goroutine (address of its g) that a thread has; undefined where it has none. */
  gOf(task: Task): number | undefined {
    if (this.info.go === undefined) return undefined;
    if (!this.arch.gInMemory) return Number(this.registersOf(task)?.get64(this.arch.g) ?? 0n) || undefined;
    const base = this.threadBaseOf(task);
    return base === 0 ? undefined : wordAt(this.memory, base + this.gFromBase) || undefined;
  }

  /** Where unwinding of a thread begins. */
  startOf(task: Task): UnwindStart | undefined {
    const registers = this.registersOf(task);
    if (registers === undefined) return undefined;
    const pc = task.state === 'running' ? this.machine.core(task.core).pc : Number(registers.get64(this.arch.pc));
    return { pc, registers: generalRegisters(this.arch, registers), interrupted: true, g: this.gOf(task) };
  }

  /** `main.f main.go:12`, or what is known of that. */
  describe(pc: number): string {
    const [frame] = this.info.framesAt(pc);
    return frameText(frame?.name ?? `0x${pc.toString(16)}`, frame?.place);
  }
}

/** `main.f main.go:12` */
export const frameText = (name: string | undefined, place: Place | undefined): string => `${name ?? '??'}${place === undefined ? '' : ` ${shortFile(place.file)}:${place.line}`}`;

/** The last two parts of a path. */
export const shortFile = (path: string): string => path.split('/').slice(-2).join('/');
