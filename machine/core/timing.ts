/**
 * What a core remembers beside its registers that makes time pass differently: the branch predictor, which code its front end has decoded
 * lately, and how far results lie behind the clock. It lies in the core's context behind the lookaside, where generated code
 * updates it, and is part of digests and snapshots.
 *
 * - Directions: gshare, or under `window` timing TAGE (tage.ts). Gshare is a table of two-bit counters, indexed by the branch's pc exclusive-or the last outcomes (a history
 *   of no bits makes it bimodal). Return addresses: a ring. Targets of other indirect jumps: a table by pc.
 * - Front: a table of the block entries that the decoded-code cache holds, in sets of two, the one met last first. A block that is not there pays for decoding.
 * - Ready: per lane (exec/vector.ts), how many quarter cycles after the clock its last result is there; 0: by now. The clock is
 *   that of issue, so lanes run ahead of it, but not further than the reorder window, which stops the clock.
 *
 * `window` timing has the predictor (predictor.ts) here, and the rest in its simulator.
 *
 * Only pcs index these tables, and nothing in them is the host's.
 */
import type { Ram } from '../memory/ram.js';
import { contextBytes as registersEnd } from './context.js';

/** Ready times are kept in quarters of a cycle. */
export const quarterTicks = 12;
export const lanes = 32;

export const returnEntries = 16;
export const targetEntries = 512;
export const frontEntries = 2048;
export const maxCounters = 16384;

const at = registersEnd + 64;
/** Byte offsets from the context's base. */
export const timingCells = {
  /** The last outcomes, youngest in bit 0. i32 */
  history: at,
  /** Which of them count. i32 */
  historyMask: at + 4,
  /** Where the next return address goes, in bytes. i32 */
  depth: at + 8,
  /** Ticks from a mispredicted branch's resolution to the next issue. i32 */
  refill: at + 12,
  /** A byte a lane. */
  ready: at + 16,
  /** 16 times 254 - window: the rounded mean of it and a lane that is beyond the window has its high bit set. */
  bias: at + 48,
  /** With caches, of the block that is running, once a load of it has missed: a byte a lane like `ready`, from the block's start. */
  pending: registersEnd,
  /** The same for its branch, i32 below 256; and whether any of this counts. i32 */
  branchReady: registersEnd + 32,
  missed: registersEnd + 36,
  /** How often a branch was mispredicted, and a block decoded anew. i64 each */
  mispredictions: registersEnd + 40,
  decodings: registersEnd + 48,
  /** Return addresses, i64. */
  returns: at + 64,
  /** Targets of indirect jumps, i64. */
  targets: at + 64 + 8 * returnEntries,
  /** Entry addresses, the low 32 bits; one more that stays 0. */
  front: at + 64 + 8 * returnEntries + 8 * targetEntries,
  /** Bytes 0 to 3; 2 and 3 say taken. */
  counters: at + 64 + 8 * returnEntries + 8 * targetEntries + 4 * frontEntries + 16,
  end: at + 64 + 8 * returnEntries + 8 * targetEntries + 4 * frontEntries + 16 + maxCounters,
} as const;

export const timedContextBytes = timingCells.end;

export interface PredictorConfig {
  readonly predictor: 'gshare' | 'tage';
  /** log2 of the number of direction counters, at most 14. */
  readonly counterBits: number;
  /** Outcomes that take part in the index, at most counterBits. */
  readonly historyBits: number;
}

export interface CoreTiming extends PredictorConfig {
  readonly refillTicks: number;
  /** How far results may lie behind issue, ticks: size of the reorder buffer by issue width, at most 48 cycles. */
  readonly windowTicks: number;
  /** Loads may miss: blocks must tell what depends on them. */
  readonly caches: boolean;
}

const shifted = (pc: number, by: number): number => (by === 0 ? pc : Math.floor(pc / (1 << by)));

/** Where a branch at `pc` begins to look for its counter, before the history. `pcShift`: low bits of addresses that are always 0. */
export function counterIndex(pc: number, pcShift: number, counterBits: number): number {
  const branch = shifted(pc, pcShift);
  return (branch ^ (branch >>> counterBits)) & ((1 << counterBits) - 1);
}
/** Where the target of an indirect jump at `pc` is. */
export const targetIndex = (pc: number, pcShift: number): number => mixed(shifted(pc, pcShift)) % targetEntries;
/** The set of the front table that the block beginning at `pc` belongs to. */
export const frontIndex = (pc: number): number => mixed(pc) % (frontEntries / 2);

/** Low bits that depend on more of an address than its lowest. */
const mixed = (pc: number): number => ((pc >>> 0) ^ ((pc >>> 0) >>> 9)) >>> 1;

export function initTiming(ram: Ram, base: number, t: CoreTiming): void {
  ram.i32[(base + timingCells.historyMask) >> 2] = 2 ** t.historyBits - 1;
  ram.i32[(base + timingCells.refill) >> 2] = t.refillTicks;
  ram.u8.fill(254 - Math.floor(t.windowTicks / quarterTicks), base + timingCells.bias, base + timingCells.bias + 16);
  ram.u8.fill(1, base + timingCells.counters, base + timingCells.end);
}
