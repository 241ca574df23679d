/**
 * Which instruction a core is at while generated code calls out, and what time it is there. What is known of an instruction stands in a slot by the record that
 * generated code has stored; TypeScript (exec/places.ts) fills slots, and says where the core's clock stands when generated code begins to run.
 */
import { scratch } from './room';

/** Asks for `describe` of `record`. */
@external('env', 'place')
declare function place(record: i32): void;

const slots: i32 = 4096;

/** What is known of an instruction, of which a load may miss. */
@unmanaged
class Slot {
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
}
const slotBytes: i32 = 64; // a cache line of the host each

/** By record; behind them the one of an instruction that runs singly. */
let slotsAt: usize = 0;
/** Ticks and instructions when generated code began, and how many ticks it may run; f64 each, which TypeScript writes: a call each time takes 3 % where lines are fought over. */
let clockAt: usize = 0;
/** An instruction runs singly: ticks and instructions at its block's start, and where cells of unsettled misses lie meanwhile, 0: in the context. */
let single: bool = false;
let singleStart: f64 = 0;
let singleInstructions: f64 = 0;
let shadow: usize = 0;

/** Returns where the clock lies. */
export function makeSlots(): usize {
  slotsAt = scratch(slotBytes * (slots + 1));
  return (clockAt = scratch(24));
}
@inline
function slotOf(record: i32): Slot {
  return changetype<Slot>(slotsAt + <usize>((record == 0 ? slots : (record >> 4) & (slots - 1)) * slotBytes));
}
/** What matters of the instruction of `record` if it misses; 0: of the one that runs singly. */
export function describe(record: i32, k: i32, prefix: f64, ordinal: i32, flags: i32, addressLanes: i32, addressLoads: i32, lanes: i32, loads: i32): void {
  const s = slotOf(record);
  s.record = record;
  s.k = k;
  s.prefix = prefix;
  s.ordinal = ordinal;
  s.flags = flags;
  s.addressLanes = addressLanes;
  s.addressLoads = addressLoads;
  s.lanes = lanes;
  s.loads = loads;
}
/** Records may stand for other instructions from now on. */
export function forgetSlots(): void {
  memory.fill(slotsAt, 0, slotBytes * slots);
}
/** An instruction is about to run singly. */
export function steps(startTicks: f64, startInstructions: f64, cellsAt: usize): void {
  single = true;
  singleStart = startTicks;
  singleInstructions = startInstructions;
  shadow = cellsAt;
}
export function endSteps(): void {
  single = false;
  shadow = 0;
}

/** Of the instruction at hand: its slot; where its block's unsettled misses lie; ticks and instructions at its block's start. */
export let slot: Slot = changetype<Slot>(0);
export let cells: usize = 0;
export let start: f64 = 0;
export let instructions: f64 = 0;

/** Finds the instruction that `ctx` is at. */
export function locateInstruction(ctx: usize): void {
  cells = shadow != 0 ? shadow : ctx;
  if (single) {
    slot = slotOf(0);
    start = singleStart;
    instructions = singleInstructions;
    return;
  }
  const record = load<i32>(ctx, RECORD);
  slot = slotOf(record);
  if (slot.record != record) place(record);
  const used = (<i64>load<f64>(clockAt, 16) << TICK_SHIFT) - load<i64>(ctx, LEFT);
  start = load<f64>(clockAt) + <f64>(used >> TICK_SHIFT);
  instructions = load<f64>(clockAt, 8) + <f64>(used & ((1 << TICK_SHIFT) - 1));
}
/** When the instruction could begin if no address had to be waited for. */
@inline
export function nowThere(): f64 {
  return start + slot.prefix + <f64>load<i32>(cells, STALLED);
}
