/**
 * Which instruction a core is at while generated code calls out, and what time it is there. What is known of an instruction stands in a slot by the record that
 * generated code has stored; TypeScript (exec/places.ts) fills slots, and says where the core's clock stands when generated code begins to run.
 */
import { scratch } from './room';

/** Fills the slot of `record`. */
@external('env', 'place')
declare function place(record: i32): void;

const slots: i32 = 4096;
export const slotBytes: i32 = 64;

/** What is known of an instruction, of which a load may miss. */
@unmanaged
export class Slot {
  record: i32;
  /** Its position in its block. */
  k: i32;
  /** Ticks of the instructions before it. */
  prefix: f64;
  /** Its number among the block's loads, -1: none that anything depends on. */
  ordinal: i32;
  /** `SlotFlag`s. */
  flags: i32;
  /** Lanes and earlier loads that its address depends on; lanes at the block's end that depend on it. */
  addressLanes: i32;
  addressLoads: i32;
  lanes: i32;
  /** The block's loads; -1: it has none. */
  loads: i32;
  /** Of an instruction that runs singly: ticks and instructions at its block's start. */
  start: f64;
  instructions: f64;
}

/** Lets nothing overlap; loads what its block stored the time before; the block's branch depends on it. */
export namespace SlotFlag {
  export const locked: i32 = 1;
  export const around: i32 = 2;
  export const branch: i32 = 4;
}

let slotsAt: usize = 0;
/** Ticks and instructions when generated code began, and how many ticks it may run, times 2^24; f64, f64, i64. Then, i32, whether an instruction runs singly, and where cells of unsettled misses lie meanwhile, 0: in the context. */
let clockAt: usize = 0;

export function makeSlots(): void {
  slotsAt = scratch(slotBytes * (slots + 1));
  clockAt = scratch(64);
}
/** Where slots are; the last one is that of an instruction that runs singly. */
export function slotsAddress(): usize {
  return slotsAt;
}
export function clockAddress(): usize {
  return clockAt;
}

/** Of the instruction at hand: its slot; where its block's unsettled misses lie; ticks and instructions at its block's start. */
export let slot: Slot = changetype<Slot>(0);
export let cells: usize = 0;
export let start: f64 = 0;
export let instructions: f64 = 0;

/** Finds the instruction that `ctx` is at. */
export function locateInstruction(ctx: usize): void {
  const shadow = load<usize>(clockAt, 28);
  cells = shadow != 0 ? shadow : ctx;
  if (load<i32>(clockAt, 24) != 0) {
    slot = changetype<Slot>(slotsAt + slots * slotBytes);
    start = slot.start;
    instructions = slot.instructions;
    return;
  }
  const record = load<i32>(ctx, RECORD);
  slot = changetype<Slot>(slotsAt + <usize>(((record >> 4) & (slots - 1)) * slotBytes));
  if (slot.record != record) place(record);
  const used = load<i64>(clockAt, 16) - load<i64>(ctx, LEFT);
  start = load<f64>(clockAt) + <f64>(used >> 24);
  instructions = load<f64>(clockAt, 8) + <f64>(used & 0xffffff);
}
/** When the instruction could begin if no address had to be waited for. */
@inline
export function nowThere(): f64 {
  return start + slot.prefix + <f64>load<i32>(cells, STALLED);
}
