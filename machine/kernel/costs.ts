/**
 * What the kernel's own work costs, in core cycles. One table, so that a modelled price can take the place of
 * each figure. The orders of magnitude are a 3 GHz server's: 0.1 us for a call, 1 us for a thread switch.
 */
export interface KernelCosts {
  /** Entry to and exit from the kernel for a system call. */
  readonly syscall: number;
  /** Entry and exit of a fault that the kernel resolves or turns into a signal. */
  readonly fault: number;
  /** Putting another task on a core. */
  readonly contextSwitch: number;
  /** Copying the page tables of a forked process. */
  readonly fork: number;
  /** Replacing a program, from the call to its first instruction. */
  readonly exec: number;
  /** Building a frame and entering a handler. */
  readonly signalDelivery: number;
  /** From waking an idle core, or interrupting a busy one, to its kernel entry. */
  readonly interrupt: number;
  /**
   * What that takes the core which does it: choosing a core for the thread, locking its queue, sending the interrupt. A waker that paid nothing
   * could stop and start Go's world again before a woken thread had begun to run.
   */
  readonly kick: number;
  /**
   * No time slice is shorter, however slow the clock: a few times a switch and a signal's delivery, so that a thread
   * which gets a signal in every slice (Go's, when 10 ms are few cycles) still gets on with its own work.
   */
  readonly shortestSlice: number;
}

export const defaultCosts: KernelCosts = {
  syscall: 300,
  fault: 1000,
  contextSwitch: 3000,
  fork: 60_000,
  exec: 300_000,
  signalDelivery: 1500,
  interrupt: 1000,
  kick: 2000,
  shortestSlice: 12_000,
};
