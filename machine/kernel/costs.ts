/**
 * What the kernel's own work costs, in core cycles: sums of machine/steps.ts. With each stands what it amounts to on the usual machine, and measurements of the whole
 * that it was held to (3 GHz: 3000 cycles are 1 us).
 */
import type { StepCycles } from '../steps.js';

export interface KernelCosts {
  /** Entry to and exit from the kernel for a system call: 370 cycles; published for a null call with isolated page tables: 0.1 to 0.2 us. */
  readonly syscall: number;
  /** Entry and exit of a fault or interrupt: 760. */
  readonly fault: number;
  /**
   * A fault that the kernel resolves, beside that: 500, 350 more for what needs new frames, 128 for each. In all 1738 for a page of zeros; measured 1842 at
   * least (ddumbying.vercel.app/experiments/pagefault-latency, i7 of the 11th generation), 0.5 us commonly published.
   */
  readonly resolve: number;
  readonly newFrames: number;
  readonly fillPage: number;
  /** 2 MiB of zeros instead: 44 us. */
  readonly fillHugePage: number;
  /** Putting another task on a core: 2400, 3000 for one of another process. Over a pipe from thread to thread on one core, two calls included: 1.1 to 1.5 us published. */
  readonly contextSwitch: number;
  readonly switchSpace: number;
  /** A thread; and copying a process. */
  readonly clone: number;
  readonly fork: number;
  /** Replacing a program, from the call to its first instruction. */
  readonly exec: number;
  /** Building a frame and entering a handler: 1500; lmbench publishes 0.7 to 1 us with the return. And that return, beside its call. */
  readonly signalDelivery: number;
  readonly signalReturn: number;
  /** A futex's queue is looked at. */
  readonly futex: number;
  /**
   * Waking a thread takes the waker 1500: choosing a core, locking its queue, putting the thread in. It is paid for each thread, however
   * many wait for one core: a waker that paid nothing could stop and start Go's world again before a woken thread had begun to run.
   */
  readonly wake: number;
  /** What it takes to have another core look. */
  readonly kick: number;
  /** From then to that core's kernel entry: 1000 in the middle, by the seed up to half of the spread sooner or later. */
  readonly interrupt: number;
  readonly interruptSpread: number;
  /**
   * No time slice is shorter, however slow the clock: a few times a switch and a signal's delivery, so that a thread
   * which gets a signal in every slice (Go's, when 10 ms are few cycles) still gets on with its own work.
   */
  readonly shortestSlice: number;
}

export function costsOf(s: StepCycles): KernelCosts {
  const contextSwitch = s.schedule + s.accountSwitch + s.switchRegisters;
  const interrupt = s.interruptFlight + s.respond;
  const signalDelivery = s.dequeueSignal + s.buildFrame + s.enterHandler;
  return {
    syscall: s.ring + s.pageTables + s.frame + s.dispatch,
    fault: s.exception + s.pageTables + s.frame,
    resolve: s.findArea + s.mapPage,
    newFrames: s.allocatePage,
    fillPage: s.fillPage,
    fillHugePage: s.fillHugePage,
    contextSwitch,
    switchSpace: s.switchSpace,
    clone: s.copyTask,
    fork: s.copyTables,
    exec: s.replaceProgram,
    signalDelivery,
    signalReturn: s.restoreFrame,
    futex: s.hashBucket,
    wake: s.chooseCore + s.enqueue,
    kick: s.sendInterrupt,
    interrupt,
    interruptSpread: Math.min(s.respondSpread, 2 * interrupt), // none arrives before it is sent
    shortestSlice: Math.max(12_000, 3 * (contextSwitch + signalDelivery)),
  };
}
