/**
 * One system call as its handler sees it: who calls, with which arguments, and the caller's memory. The record
 * is made per call and not kept; a call that blocks leaves a Wait in its task instead.
 */
import type { Process, Task, Wait } from './task.js';
import type { GuestMemory } from './guest.js';

/**
 * What a handler returns: a value from 0 up, or an error number negated, or one of the two words below.
 */
export type Result = number | bigint;

/** The task sleeps; its Wait says how it gets its result. */
export const blocked = -0x10000;
/** The call does not return here: the registers are already as they should be (rt_sigreturn), or the task is gone. */
export const noReturn = -0x10001;

export class Call {
  constructor(
    readonly task: Task,
    readonly process: Process,
    readonly user: GuestMemory,
    readonly nr: number,
    readonly args: readonly bigint[],
    /** The Wait of the call's first run when this is a redo: its `due` stands. */
    readonly again: Wait | undefined,
  ) {}

  /** Argument as an unsigned number: addresses and sizes. Inexact above 2^53, where no valid one lies. */
  u(i: number): number {
    return Number(this.args[i]!);
  }

  /** As a C unsigned int. */
  u32(i: number): number {
    return Number(BigInt.asUintN(32, this.args[i]!));
  }

  /** As a C int. */
  i(i: number): number {
    return Number(BigInt.asIntN(32, this.args[i]!));
  }

  /** As a signed 64-bit number, inexact beyond 2^53 either way. */
  s(i: number): number {
    return Number(BigInt.asIntN(64, this.args[i]!));
  }

  /** All 64 bits, unsigned. */
  big(i: number): bigint {
    return this.args[i]!;
  }
}
