/**
 * Lines on their way to a core. State changes when a request is made, data arrive later: until then other cores that want the line
 * must wait, which makes the turns of cores that fight over a line as long as its journeys.
 *
 * A small table, 4 places for each of 256 classes of lines; the place whose data arrive first is taken again. More than 4 lines of a class
 * in flight lose one, which then can be taken too early. Times are ticks.
 */
import { f64At, f64s, i32At, i32s, setF64, setI32 } from './room';

const classes: i32 = 256;
const places: i32 = 4;

let lines: usize = 0;
let cores: usize = 0;
let arrivals: usize = 0;
/** The last arrival of all: most requests come later and need not look. */
let last: usize = 0;

export function makeInFlight(): void {
  lines = i32s(classes * places);
  memory.fill(lines, 0xff, classes * places << 2);
  cores = i32s(classes * places);
  arrivals = f64s(classes * places);
  last = f64s(1);
}

/** `line` reaches `core` at the time `arrival`. */
export function addInFlight(core: i32, line: i32, arrival: f64): void {
  let at = find(line);
  if (at < 0) {
    at = (line & (classes - 1)) * places;
    for (let i = at + 1, end = at + places; i < end; i++) at = select(i, at, f64At(arrivals, i) < f64At(arrivals, at));
  }
  setI32(lines, at, line);
  setI32(cores, at, core);
  setF64(arrivals, at, arrival);
  if (arrival > load<f64>(last)) store<f64>(last, arrival);
}

/** When the line will have arrived somewhere, 0: it is not on its way. */
export function busyUntil(line: i32): f64 {
  const at = find(line);
  return at < 0 ? 0 : f64At(arrivals, at);
}
/** How long after `now` a request of `core` has to wait because the line is on its way to another. */
export function waitFor(core: i32, line: i32, now: f64): f64 {
  if (now >= load<f64>(last)) return 0;
  const at = find(line);
  return at < 0 || i32At(cores, at) == core ? 0 : max<f64>(0, f64At(arrivals, at) - now);
}
/** How long after `now` the line reaches `core` itself. */
export function arrivalAt(core: i32, line: i32, now: f64): f64 {
  if (now >= load<f64>(last)) return 0;
  const at = find(line);
  return at < 0 || i32At(cores, at) != core ? 0 : max<f64>(0, f64At(arrivals, at) - now);
}

@inline
function find(line: i32): i32 {
  const first = (line & (classes - 1)) * places;
  const same = i32x4.bitmask(i32x4.eq(v128.load(lines + (<usize>first << 2)), i32x4.splat(line)));
  return same != 0 ? first + ctz(same) : -1;
}
