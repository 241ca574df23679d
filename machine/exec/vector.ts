/**
 * A block's latencies in the form in which generated code applies them: lanes of bytes, in quarter cycles, two sources a result.
 *
 * Cells become lanes (some share one, those that hardly ever matter have none), and of a result's sources the two with the longest ways
 * count, or one and the start of the block. Measured on this project's
 * Go programs and kernels, no more than that is seen in the cycles, and a step over a block costs a dozen host instructions.
 *
 * What a byte cannot hold of a block's own chain is added to the block's cost here.
 */
import type { Arch } from '../config.js';
import { lanes, quarterTicks } from '../core/timing.js';
import { Cell } from '../uarch/cells.js';
import type { Ways } from '../uarch/ways.js';

const half = 16;
/** Swizzles give 0 for it. */
const noLane = 0x80;
const most = 255;

/**
 * Lane of each cell, or -1. amd64: the general registers but RSP, in whose lane flags are: the stack engine moves RSP, and flags seldom
 * live longer than a block. arm64: the registers that calls pass and leaves use come first; SP, g and the frame pointer have none.
 * Vector registers come last, and share where there are too few lanes.
 */
function lanesOf(arch: Arch): Int8Array {
  const lane = new Int8Array(Cell.count).fill(-1);
  const flags = arch === 'amd64' ? 4 : 15;
  if (arch === 'amd64') {
    for (let i = 0; i < 16; i++) if (i !== 4) lane[Cell.gpr + i] = i;
    for (let i = 0; i < 32; i++) lane[Cell.vector + i] = half + (i % 16);
    for (let i = 0; i < 8; i++) lane[Cell.mmx + i] = half + 8 + i;
  } else {
    for (let i = 0; i < 15; i++) lane[Cell.gpr + i] = i;
    lane[Cell.gpr + 15] = half;
    for (const i of [16, 17, 27, 30]) lane[Cell.gpr + i] = half + 1;
    for (let i = 19; i < 27; i++) lane[Cell.gpr + i] = half + 2 + Math.floor((i - 19) * 0.75);
    for (let i = 0; i < 32; i++) lane[Cell.vector + i] = half + 8 + (i % 8);
  }
  lane[Cell.carry] = lane[Cell.flags] = flags;
  lane[Cell.x87] = lane[Cell.order] = lanes - 1;
  return lane;
}
export const laneOf: Readonly<Record<Arch, Int8Array>> = { amd64: lanesOf('amd64'), arm64: lanesOf('arm64') };

export interface Step {
  /** What the whole block costs, ticks: at least `prefixTicks[n]`. */
  readonly ticks: number;
  /** The same as lanes lose it. */
  readonly quarters: number;
  /** Whether lanes from 16 on take part. */
  readonly wide: boolean;
  /** The longest way, where a lane may be at the window and their sum not fit into a byte; else 0. */
  readonly longQuarters: number;
}

/** To the nearest. A third of a quarter of 2^19 is exact enough below 2^17, and makes no fraction, which V8's first code would allocate. */
function quarters(ticks: number): number {
  const n = ticks + quarterTicks / 2;
  return n >= 0 && n < 2 ** 15 ? (n * 43691) >> 19 : Math.floor(n / quarterTicks);
}

/** Lanes that stay as they are. */
const identity = ((): Record<'narrow' | 'wide', Uint8Array> => {
  const narrow = new Uint8Array(64);
  const wide = new Uint8Array(192);
  for (let l = 0; l < half; l++) put(narrow, false, l, l, 0, noLane, 0);
  for (let l = 0; l < lanes; l++) put(wide, true, l, l, 0, noLane, 0);
  return { narrow, wide };
})();

/**
 * The step over a block that lasts `ticks` and has these ways. `windowTicks`: how far results may lie behind issue. `into` gets 64 bytes, or 192 when
 * wide, as `chosen` and `narrow` in interval.ts read them; `resolve` lane, quarters, lane, quarters, quarters from the start: when the branch resolves.
 */
export function stepOf(ways: Ways, ticks: number, windowTicks: number, into: Uint8Array, resolve: Uint8Array): Step {
  const { written, writtenCount, values, longest } = ways;
  let wide = false;
  for (let i = 0; i < writtenCount; i++) {
    ways.read(values[written[i]!]!);
    if (written[i]! >= half || ways.first >= half || ways.second >= half) wide = true;
  }
  // ways that do not fit into a byte are counted from a later moment than the block's start, until which the block lasts at least
  const shift = Math.max(0, quarters(longest) - most);
  if (shift > 0) for (let l = 0; l < (wide ? lanes : half); l++) put(into, wide, l, noLane, 0, noLane, 0);
  else into.set(wide ? identity.wide : identity.narrow);
  for (let i = 0; i < writtenCount; i++) {
    const l = written[i]!;
    ways.read(values[l]!);
    const { start, first, firstTicks, second } = ways;
    // the start counts instead of the second way where nothing else says how late it makes the lane
    const fromStart = start > firstTicks || second < 0;
    put(into, wide, l, first < 0 ? noLane : first, late(firstTicks, shift), fromStart ? noLane : second, late(fromStart ? start : ways.secondTicks, shift));
  }
  resolveOf(ways, resolve);
  const whole = Math.max(ticks, shift * quarterTicks);
  return { ticks: whole, quarters: Math.min(most - 1, Math.max(0, quarters(whole) - shift)), wide, longQuarters: quarters(longest) > most - quarters(windowTicks) ? Math.min(most, quarters(longest)) : 0 };
}

/** In quarters from the moment that ways count from, as a byte. */
const late = (ticks: number, shift: number): number => Math.min(most, Math.max(0, quarters(ticks) - shift));

/** Both ways into lane `l`. Narrow: lanes, quarters, lanes, quarters. Wide: per half and way: lanes of the lower half, of the upper half, quarters. */
function put(into: Uint8Array, wide: boolean, l: number, first: number, firstQuarters: number, second: number, secondQuarters: number): void {
  if (!wide) {
    into[l] = first;
    into[16 + l] = firstQuarters;
    into[32 + l] = second;
    into[48 + l] = secondQuarters;
    return;
  }
  const at = 96 * (l >> 4) + (l & 15);
  way(into, at, first, firstQuarters);
  way(into, at + 48, second, secondQuarters);
}
function way(into: Uint8Array, at: number, from: number, late: number): void {
  into[at] = from < half ? from : noLane;
  into[at + 16] = from >= half && from < lanes ? from - half : noLane;
  into[at + 32] = late;
}

function resolveOf(ways: Ways, into: Uint8Array): void {
  ways.read(ways.branch);
  const { first, second } = ways;
  // an absent way is lane 0's after no time, or repeats the first: no later than what is there
  into[0] = Math.max(0, first);
  into[1] = late(ways.firstTicks, 0);
  into[2] = second < 0 ? Math.max(0, first) : second;
  into[3] = late(ways.secondTicks, 0);
  into[4] = late(ways.start, 0);
}
