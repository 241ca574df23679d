/**
 * What the cores share: L3, and DRAM, which is outside.
 *
 * An inclusive L3 has every line that a core has; a line that it evicts leaves all cores. One that is not inclusive takes what L2s evict
 * and gives no line back: a line may be in it and in a core, and the core's copy is the newer one if its state says so.
 */
import { Count, L3State } from '../numbers';
import { Core, coreAt, isDirty } from './core';
import { forget, sharers } from './directory';
import { SetArray } from './setArray';

/** Ticks from `now` until a line has been read; negative, less one: the row was not open. */
@external('env', 'dramRead')
declare function dramRead(line: i32, now: f64): f64;
@external('env', 'dramWrite')
declare function dramWrite(now: f64): void;

let l3At: usize = 0;
let inclusive: bool = false;
/** A line that must not leave L3 now: a request for it is being answered. -1: none. */
let keep: i32 = -1;
/** When the request came that is being answered, ticks: the time of write-backs. */
let nowAt: usize = 0;

export function makeShared(l3: SetArray, isInclusive: bool): void {
  l3At = changetype<usize>(l3);
  inclusive = isInclusive;
}
export function setNowAt(at: usize): void {
  nowAt = at;
}
@inline
export function l3(): SetArray {
  return changetype<SetArray>(l3At);
}
@inline
export function isInclusive(): bool {
  return inclusive;
}
@inline
export function setNow(now: f64): void {
  store<f64>(nowAt, now);
}
@inline
export function keepLine(line: i32): void {
  keep = line;
}

/** Ticks until DRAM has the line that `core` wants. */
export function readDram(core: Core, line: i32, now: f64): f64 {
  const ticks = dramRead(line, now);
  const hit = ticks >= 0;
  core.count(hit ? Count.rowHits : Count.rowMisses);
  return hit ? ticks : -1 - ticks;
}

/** L2 has evicted a line that L1D has not. `core`: whose request it was. */
export function takeEvicted(line: i32, dirty: bool, core: Core): void {
  if (dirty || !inclusive) putL3(line, dirty, core);
}

/** A line comes into L3, or is renewed there. */
export function putL3(line: i32, dirty: bool, core: Core): void {
  const a = l3();
  const at = a.find(line);
  if (at >= 0) {
    a.touch(at);
    if (dirty) a.setState(at, L3State.Dirty);
    return;
  }
  const room = roomFor(line);
  const old = a.line(room);
  const oldDirty = a.state(room) == L3State.Dirty;
  a.put(room, line, dirty ? L3State.Dirty : L3State.Clean);
  if (old != -1) depart(old, oldDirty, core);
}

/** The way for a line, which is not that of `keep`. */
function roomFor(line: i32): i32 {
  const a = l3();
  const at = a.room(line);
  if (keep < 0 || a.line(at) != keep) return at;
  return (at + 1) % a.stride == a.ways ? at - 1 : at + 1; // a neighbour in the set
}

function depart(line: i32, dirty: bool, core: Core): void {
  let write = dirty;
  if (inclusive) {
    for (let left = sharers(line); left != 0; left &= left - 1) {
      const other = coreAt(ctz(left));
      if (isDirty(other.remove(line, false))) write = true;
      other.count(Count.backInvalidations);
    }
    forget(line);
  }
  if (!write) return;
  core.count(Count.dramWrites);
  dramWrite(load<f64>(nowAt));
}
