/**
 * The steps that the kernel's work is made of, in core cycles: one table with where each figure is from. A machine description may override any
 * (`"kernel": { "costs": { "pageTables": 0 } }`). `costs.ts` adds them up.
 *
 * Only what the kernel does by itself is here: that a call pushes out a program's cache lines and translations is the memory description's (`displaced`), and
 * comes on top. "Chosen": made up so that the sum lies where measurements of the whole do; which those are stands with the sum in costs.ts.
 */
import type { Arch } from './config.js';

interface Step {
  readonly cycles: number;
  readonly what: string;
  readonly source: string;
}

const chosen = 'chosen';

export const steps = {
  ring: { cycles: 70, what: 'SYSCALL and SYSRET, or SVC and ERET', source: 'commonly published: 70 to 100 for the pair' },
  exception: { cycles: 500, what: 'an exception or interrupt, and IRET or ERET', source: 'lastweek.io/notes/xperf: 440 and 270 on a Xeon E5 v3, saving registers included' },
  pageTables: { cycles: 200, what: 'to the kernel\'s page tables and back', source: 'Linux, Documentation/x86/pti.rst: about a hundred for each write of CR3; arm64: none where the processor says CSV3, as N1 does' },
  frame: { cycles: 60, what: 'saving registers on the kernel\'s stack, and putting them back', source: 'some 20 stores and loads, SWAPGS, another stack' },
  dispatch: { cycles: 40, what: 'looking whether the call is traced, and from the number to the function', source: 'an indirect call without speculation (retpoline): about 30' },

  findArea: { cycles: 200, what: 'mmap_lock, and the area of a faulting address', source: chosen },
  mapPage: { cycles: 300, what: 'the page table\'s lock and entry, reverse map, counters', source: chosen },
  allocatePage: { cycles: 350, what: 'a frame from the core\'s list, and its charge to the control group', source: chosen },
  fillPage: { cycles: 128, what: 'zeroing or copying 4 KiB', source: '32 bytes a cycle: Intel Optimization Manual, 3.7.6 on fast string operations' },
  fillHugePage: { cycles: 131_072, what: 'zeroing 2 MiB', source: '16 bytes a cycle: caches do not hold it; 37 us measured on a server of 2024' },

  schedule: { cycles: 1200, what: 'the scheduler: accounting, load averages, the next thread', source: chosen },
  accountSwitch: { cycles: 800, what: 'what control groups, perf events and RCU want to know of a switch', source: chosen },
  switchRegisters: { cycles: 400, what: 'stack, segments, vector registers (XSAVES, XRSTORS)', source: chosen },
  switchSpace: { cycles: 600, what: 'another address space: CR3, and the barrier against branch predictions of other programs', source: chosen },

  chooseCore: { cycles: 900, what: 'which core a woken thread goes to', source: chosen },
  enqueue: { cycles: 600, what: 'that core\'s queue: lock, load averages, the thread', source: chosen },
  hashBucket: { cycles: 120, what: 'a futex\'s key and its queue\'s lock', source: chosen },
  sendInterrupt: { cycles: 500, what: 'writing the interrupt command, or the word that an idle core watches', source: chosen },
  interruptFlight: { cycles: 400, what: 'from there to the other core\'s interrupt controller', source: chosen },
  respond: { cycles: 600, what: 'until an idle core has left its sleep (C1), or a busy one is between instructions', source: 'C1: commonly published as 1 to 2 us with its kernel code, of which this is the hardware\'s' },
  respondSpread: { cycles: 1000, what: 'from the soonest that takes to the latest, by the seed: threads that wake each other would else go in step for ever', source: 'chosen: a core\'s sleep is more or less deep, and a busy one has interrupts off now and then' },

  dequeueSignal: { cycles: 300, what: 'finding the signal and its action', source: chosen },
  buildFrame: { cycles: 900, what: 'registers and vector state onto the program\'s stack', source: chosen },
  enterHandler: { cycles: 300, what: 'mask, trace, entering', source: chosen },
  restoreFrame: { cycles: 500, what: 'rt_sigreturn: all of it back', source: chosen },

  copyTask: { cycles: 12_000, what: 'a thread: structure, stack, entries in tables', source: chosen },
  copyTables: { cycles: 60_000, what: 'a process besides: areas and page tables', source: chosen },
  replaceProgram: { cycles: 300_000, what: 'execve, from the call to the program\'s first instruction', source: chosen },
} as const satisfies Record<string, Step>;

export type StepName = keyof typeof steps;
export const stepNames = Object.keys(steps) as StepName[];

/** Cycles of each step. */
export type StepCycles = Readonly<Record<StepName, number>>;

/** What a machine has that says nothing of them. */
export function usualSteps(arch: Arch): StepCycles {
  const cycles = Object.fromEntries(stepNames.map((name) => [name, steps[name].cycles])) as Record<StepName, number>;
  if (arch === 'arm64') [cycles.pageTables, cycles.ring] = [0, 150]; // so chosen that a null call is 0.1 us on Neoverse N1
  return cycles;
}
