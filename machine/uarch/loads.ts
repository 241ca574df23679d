/**
 * What depends on a block's loads: which of them its later loads' addresses wait for, which lanes and whose branch.
 *
 * A miss makes a load's result late by more than what the rest of the block takes, so the ways are followed as sets, without their lengths.
 */
import { Cell } from './cells.js';
import { mostRegisters, noPlace, type Part } from './part.js';

/** Loads of a block that are told apart, in program order; results of later ones count as the last one's. */
const mostLoads = 32;

export class BlockLoads {
  constructor(
    /** Per instruction, its load's number, or -1. */
    private readonly ordinals: Int8Array,
    /** Bit k: instruction k lets nothing overlap. */
    private readonly lockedSet: number,
    /** Bit k: it loads what this block stored the time before, if that was just now. */
    private readonly aroundSet: number,
    /** Per load, the lanes that its address is made of, and the earlier loads. */
    readonly addressLanes: Int32Array,
    readonly addressLoads: Int32Array,
    /** Per load, the lanes whose values at the block's end depend on it. */
    readonly lanes: Int32Array,
    /** The loads that the branch at the end depends on. */
    readonly branchLoads: number,
  ) {}

  ordinal(k: number): number {
    return this.ordinals[k]!;
  }
  around(k: number): boolean {
    return ((this.aroundSet >>> k) & 1) !== 0;
  }
  locked(k: number): boolean {
    return ((this.lockedSet >>> k) & 1) !== 0;
  }
}

/** Per cell, of the block at hand: lanes and loads its value depends on, if it was written. */
const lanesOfCell = new Int32Array(Cell.count);
const loadsOfCell = new Int32Array(Cell.count);
const written = new Int32Array(Cell.count);
let now = 0;

/**
 * Of instructions with parts; undefined without loads. `registers`: cells of their operands' registers, mostRegisters an instruction; `laneOf`: per cell,
 * its lane or -1; `around`: see Ways.
 */
export function loadsOf(parts: readonly Part[], registers: Int8Array, laneOf: ArrayLike<number>, around: number): BlockLoads | undefined {
  if (!parts.some((p) => p.loads.length > 0)) return undefined;
  now = (now + 1) | 0;
  const touched: number[] = [];
  const ordinals = new Int8Array(parts.length).fill(-1);
  const addressLanes: number[] = [];
  const addressLoads: number[] = [];
  let locked = 0;
  let branchLoads = 0;
  let fromLanes = 0;
  let fromLoads = 0;
  let at = 0;
  const cellOf = (place: number): number => (place < 0 ? registers[at + ~place]! : place);
  const read = (place: number): void => {
    const cell = cellOf(place);
    if (written[cell] === now) {
      fromLanes |= lanesOfCell[cell]!;
      fromLoads |= loadsOfCell[cell]!;
    } else if (laneOf[cell]! >= 0) fromLanes |= 1 << laneOf[cell]!;
  };
  parts.forEach((part, k) => {
    fromLanes = fromLoads = 0;
    at = k * mostRegisters;
    let load = -1;
    if (part.loads.length > 0) {
      load = Math.min(addressLanes.length, mostLoads - 1);
      ordinals[k] = load;
      if (part.orderTicks > 0) locked |= 1 << k;
      for (const a of part.loads) {
        if (a.base !== noPlace) read(a.base);
        if (a.index !== noPlace) read(a.index);
      }
      addressLanes[load] = (addressLanes[load] ?? 0) | fromLanes;
      addressLoads[load] = ((addressLoads[load] ?? 0) | fromLoads) & ~(1 << load);
    }
    for (const place of part.reads) read(place);
    if (load >= 0) fromLoads |= 1 << load;
    if (part.ends) branchLoads = fromLoads;
    const [lanes, loads] = part.zeroes ? [0, 0] : [fromLanes, fromLoads];
    for (const place of part.writes) {
      const cell = cellOf(place);
      if (written[cell] !== now) touched.push(cell);
      written[cell] = now;
      lanesOfCell[cell] = lanes;
      loadsOfCell[cell] = loads;
    }
  });
  const lanes = new Int32Array(addressLanes.length);
  for (const cell of touched) {
    const lane = laneOf[cell]!;
    if (lane < 0) continue;
    for (let i = 0; i < lanes.length; i++) if ((loadsOfCell[cell]! >>> i) & 1) lanes[i]! |= 1 << lane;
  }
  return new BlockLoads(ordinals, locked, around, Int32Array.from(addressLanes), Int32Array.from(addressLoads), lanes, branchLoads);
}
