/**
 * What helpers of `isa/soft` see of a machine, and how they say that an access faults.
 *
 * A helper is the meaning of an IR `call`: work too long for straight-line IR (string instructions, CPUID,
 * soft floats). The reference evaluator and the executors call the same functions. i32, i64 and addresses
 * travel as unsigned bigint, v128 as 128-bit bigint, f32 and f64 as their bit patterns.
 */
import type { Trap } from '../ir.js';
import type { Profile } from '../isa.js';
import type { Env } from './float.js';

export interface HelperState {
  /** The `bits` low bits of the context cell at byte offset `slot`, unsigned. */
  get(slot: number, bits: number): bigint;
  put(slot: number, bits: number, value: bigint): void;
  /** `bytes` of guest memory at a virtual address, little-endian. Throws GuestFault. */
  load(addr: bigint, bytes: number): bigint;
  /** All bytes or none: throws GuestFault before the first is written. */
  store(addr: bigint, bytes: number, value: bigint): void;
  /**
   * The bytes themselves, for helpers that move runs: all in one page; undefined when they cannot be accessed so.
   * An optional shortcut, that may never change what a helper does.
   */
  span?(addr: bigint, bytes: number, write: boolean): Uint8Array | undefined;
  /** Core cycles since the start, as RDTSC shows them. */
  cycles(): bigint;
  readonly cpu: Profile;
  /** How floating-point operations round at this moment, and which NaN they give. */
  env(): Env;
  /** The exclusive monitors begin to watch what the cells `exclusive` name: a write by others clears the cell. Absent where nothing else writes. */
  watch?(addr: bigint): void;
  /** Number of the core, 0 first. */
  readonly core: number;
}

/** Thrown by loads and stores, and by helpers that trap; caught by whoever runs the unit. */
export class GuestFault extends Error {
  /** `page`: `address` is the first byte that could not be accessed, `write` how. Otherwise a trap by name. */
  constructor(
    readonly kind: 'page' | Trap,
    readonly address = 0n,
    readonly write = false,
  ) {
    super(`guest fault ${kind} at 0x${address.toString(16)}`);
  }
}

export type Helper = (st: HelperState, ...args: bigint[]) => bigint | void;

/** Addresses a user program may name: below 2^47. Others are #GP, not #PF. */
export const userEnd = 1n << 47n;
