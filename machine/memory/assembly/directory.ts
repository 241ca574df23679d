/**
 * Who has which line: for every line that some core has in any of its caches, the set of those cores and its owner. Exact: cores tell
 * it when they drop a line, which real directories leave out.
 *
 * The owner is the core that has the line as E, M, O or F, -1 if all have it as S. Whether an E has become M only its core knows.
 * A hash table with open addressing, at most half full, since private caches hold a bounded number of lines. An entry is four cells
 * (line, sharers as bits, owner, unused), so that none crosses a cache line of the host.
 */
import { bitsFor, i32s } from './room';

const empty: i32 = -1;
const entryShift: usize = 4;

let cells: usize = 0;
let mask: i32 = 0;
let shift: i32 = 0;

/** `lines`: how many there can be at once. */
export function makeDirectory(lines: i32): void {
  const bits = max(4, bitsFor(2 * lines + 2));
  cells = i32s(4 << bits);
  memory.fill(cells, 0xff, <usize>16 << bits);
  mask = (1 << bits) - 1;
  shift = 32 - bits;
}

@inline
function home(line: i32): i32 {
  return (line * <i32>0x9e3779b1) >>> shift;
}
@inline
function entry(place: i32): usize {
  return cells + (<usize>place << entryShift);
}

/** Where a line's entry is, or near: for a look ahead. */
@inline
export function homeOf(line: i32): usize {
  return entry(home(line));
}
/** Address of a line's entry, or 0. */
export function entryOf(line: i32): usize {
  let i = home(line);
  while (true) {
    const at = entry(i);
    const key = load<i32>(at);
    if (key == line) return at;
    if (key == empty) return 0;
    i = (i + 1) & mask;
  }
}
@inline
export function sharersIn(at: usize): i32 {
  return at == 0 ? 0 : load<i32>(at, 4);
}
@inline
export function ownerIn(at: usize): i32 {
  return at == 0 ? -1 : load<i32>(at, 8);
}
@inline
export function sharers(line: i32): i32 {
  return sharersIn(entryOf(line));
}
@inline
export function owner(line: i32): i32 {
  return ownerIn(entryOf(line));
}

/** `core` has the line too, and `by` owns it from now on. */
export function share(line: i32, core: i32, by: i32): void {
  const at = place(line);
  store<i32>(at, load<i32>(at, 4) | (1 << core), 4);
  store<i32>(at, by, 8);
}
/** `core` alone has the line, and owns it. */
export function own(line: i32, core: i32): void {
  const at = place(line);
  store<i32>(at, 1 << core, 4);
  store<i32>(at, core, 8);
}
/** `core` keeps the line, as S. */
export function disown(line: i32, core: i32): void {
  const at = entryOf(line);
  if (ownerIn(at) == core) store<i32>(at, -1, 8);
}
/** `core` has the line no longer. */
export function leave(line: i32, core: i32): void {
  const at = entryOf(line);
  const left = load<i32>(at, 4) & ~(1 << core);
  if (left == 0) {
    remove(at);
    return;
  }
  store<i32>(at, left, 4);
  if (load<i32>(at, 8) == core) store<i32>(at, -1, 8);
}
/** Nobody has the line. */
export function forget(line: i32): void {
  const at = entryOf(line);
  if (at != 0) remove(at);
}

function place(line: i32): usize {
  let i = home(line);
  while (true) {
    const at = entry(i);
    const key = load<i32>(at);
    if (key == line) return at;
    if (key == empty) {
      store<i32>(at, line);
      store<i32>(at, 0, 4);
      store<i32>(at, -1, 8);
      return at;
    }
    i = (i + 1) & mask;
  }
}

/** Entries after a hole move into it, as long as that brings them nearer to their home and not before it. */
function remove(hole: usize): void {
  let to = <i32>((hole - cells) >> entryShift);
  for (let from = (to + 1) & mask; ; from = (from + 1) & mask) {
    const key = load<i32>(entry(from));
    if (key == empty) break;
    if (((from - home(key)) & mask) < ((from - to) & mask)) continue;
    store<i64>(entry(to), load<i64>(entry(from)));
    store<i32>(entry(to), load<i32>(entry(from), 8), 8);
    to = from;
  }
  store<i32>(entry(to), empty);
}
