/**
 * The memory hierarchy of all cores: who has which line, how long requests take, what each first level may answer alone.
 * Tags and time only; bytes are in RAM. `machine/memory/hierarchy.ts` says what it promises.
 *
 * Rules of the protocols, where the books leave a choice:
 * - A read gives E if no other core has the line, else S; under MESIF the last reader has F.
 * - A modified line that another core reads becomes S on both sides and is written to L3; under MOESI it stays O and is not.
 * - Shared lines come from L3 if it has them. If not, F or O answers; otherwise DRAM.
 * - A write invalidates all other copies; that round is not added to the time the data take, the longer of the two counts.
 */
import { Count, Level, LineState, Mark, Miss, Protocol } from '../numbers';
import { Core, coreAt, isDirty } from './core';
import * as directory from './directory';
import { addInFlight, arrivalAt, waitFor } from './inFlight';
import { lineShift } from './line';
import { f64At, setF64, u8At } from './room';
import { isInclusive, keepLine, l3, putL3, readDram, setNow } from './shared';

/** Steps ahead that a recognised stride fetches. */
const strideLines: i32 = 2;

/** Of the last request that was answered: the line's stamp, its index and state in L1D, who answered, why L1 missed, whether it counted as a store. */
export let lastStamp: usize = 0;
export let lastAt: i32 = 0;
export let lastState: i32 = LineState.I;
export let lastLevel: i32 = Level.L1;
export let lastClass: i32 = Miss.Hit;
export let lastWrite: bool = false;

/** What `request` found: who answers, and the state it grants; whether L1I has the line. */
let level: i32 = Level.L1;
let granted: i32 = LineState.I;
let inCode: bool = false;

let protocol: i32 = Protocol.Mesi;
let nextLine: bool = false;
let stride: bool = false;
let pageShift: i32 = 0;
/** Ticks beyond L1D's and L1I's, by Level; DRAM's as far as L3. */
let dataTicks: usize = 0;
let codeTicks: usize = 0;

/** `data`, `code`: addresses of ticks by Level. */
export function setRules(which: i32, prefetchNext: bool, prefetchStride: bool, data: usize, code: usize): void {
  protocol = which;
  nextLine = prefetchNext;
  stride = prefetchStride;
  pageShift = FRAME_SHIFT - lineShift;
  dataTicks = data;
  codeTicks = code;
}
/** As if an access that L1 has answered had been the last. */
export function forgetLast(): void {
  lastLevel = Level.L1;
}

/** Counts a load or store. */
@inline
export function touch(core: Core): void {
  store<i32>(core.clock, load<i32>(core.clock) + 1);
}

/** A load or store of a line that L1D has at `at`, -1: not. True: it is done at once; false: nothing has happened. */
@inline
export function hitAt(c: Core, at: i32, write: bool): bool {
  if (at < 0) return false;
  const l1d = c.l1d;
  let state = l1d.state(at);
  if (write && state != LineState.M) {
    if (state != LineState.E) return false;
    c.modify(at, l1d.line(at));
    state = LineState.M;
  }
  l1d.touch(at);
  lastStamp = l1d.stampAt(at);
  lastAt = at;
  lastState = state;
  return true;
}
/** The same for a fetch. */
@inline
export function codeHit(c: Core, line: i32): bool {
  const at = c.l1i.find(line);
  if (at < 0) return false;
  c.l1i.touch(at);
  c.count(Count.fetchL1);
  return true;
}
/** Whether a core's L1D, which has a line at `at` or not, has it, and for `write` the right to write it. */
@inline
export function holdsAt(c: Core, at: i32, write: bool): bool {
  return at >= 0 && (!write || c.l1d.state(at) >= LineState.E);
}

/** A load or store of a line that L1D has at `at`, -1: not. Ticks beyond a hit in L1D, or less than 0: the line is busy, ask again so many ticks later. */
export function dataAt(c: Core, at: i32, line: i32, write: bool, now: f64): f64 {
  if (at < 0) return dataMiss(c, line, write, now);
  const state = c.l1d.state(at);
  let by: i32 = Level.L1;
  let ticks: f64 = 0;
  if (write && state != LineState.M) {
    if (state != LineState.E) {
      const wait = waitFor(c.id, line, now);
      if (wait > 0) return retry(c, wait);
      by = Level.Upgrade;
      ticks = f64At(dataTicks, by);
      takeAll(c.id, line);
      addInFlight(c.id, line, now + ticks);
    }
    c.modify(at, line);
  }
  c.l1d.touch(at);
  return answer(c, at, write, by, Miss.Hit, ticks);
}

/** Keeps loads that only bring something into the host's caches. */
let ahead: i32 = 0;

/**
 * A line that L1D has not: what a request for it is going to look at is asked for all at once. The host's caches miss most of it, and one after another these
 * misses would take as long as the rest.
 */
export function lookAhead(c: Core, line: i32): void {
  if (c.l2.find(line) >= 0) return;
  const a = l3();
  const first = (line & a.mask) * a.stride;
  const set = a.cells + (<usize>first << 2);
  ahead = load<i32>(directory.homeOf(line)) + load<i32>(set) + load<i32>(set + (<usize>a.ways << 2)) + load<u8>(a.states + first) + load<i32>(c.dataMisses.wordOf(line));
}

function dataMiss(c: Core, line: i32, write: bool, now: f64): f64 {
  const l2 = c.l2;
  const in2 = l2.find(line);
  const held: i32 = in2 < 0 ? LineState.I : l2.state(in2);
  let by: i32 = Level.L2;
  let state = held;
  let ticks = f64At(dataTicks, Level.L2);
  if (held >= LineState.E || (held != LineState.I && !write)) {
    l2.touch(in2);
    if (write) state = LineState.M;
    ticks = claim(c, in2, ticks, now);
  } else {
    const wait = waitFor(c.id, line, now);
    if (wait > 0) return retry(c, wait);
    setNow(now);
    if (held != LineState.I) {
      l2.touch(in2);
      takeAll(c.id, line);
      by = Level.Upgrade;
      state = LineState.M;
      ticks = f64At(dataTicks, by);
    } else {
      ticks = request(c, line, write, now, dataTicks);
      by = level;
      state = granted;
    }
    if (by != Level.L3 || state >= LineState.E) addInFlight(c.id, line, now + ticks);
  }
  const kind = c.dataMisses.miss(line);
  // before L1D's victim goes to L2 and may push the line out there
  if (held != LineState.I) c.mark(in2, Mark.Data);
  const at = c.fillL1d(line, state);
  const place = held != LineState.I ? in2 : c.fillL2(line, state, inCode && state != LineState.M ? Mark.Data | Mark.Code : Mark.Data);
  store<i32>(c.inL2 + (<usize>at << 2), place);
  c.count(Count.cold + kind - Miss.Cold);
  if (nextLine || stride) prefetchAfter(c, line, now);
  return answer(c, at, write, by, kind, ticks);
}

function answer(c: Core, at: i32, write: bool, by: i32, kind: i32, ticks: f64): f64 {
  if (by != Level.L1) c.count((write ? Count.storeL1 : Count.loadL1) + by); // which hits come here depends on what its user remembers
  lastStamp = c.l1d.stampAt(at);
  lastAt = at;
  lastState = c.l1d.state(at);
  lastLevel = by;
  lastClass = kind;
  lastWrite = write;
  return ticks;
}
function retry(c: Core, wait: f64): f64 {
  c.count(Count.retries);
  return -wait;
}

/** A fetch of instructions: ticks beyond a hit in L1I, or less than 0 as for `dataAt`. */
export function fetch(c: Core, line: i32, now: f64): f64 {
  let at = c.l1i.find(line);
  let by: i32 = Level.L1;
  let ticks: f64 = 0;
  let kind: i32 = Miss.Hit;
  if (at >= 0) c.l1i.touch(at);
  else {
    const inData = c.l1d.find(line);
    if (inData >= 0 && c.l1d.state(inData) == LineState.M) c.evictL1d(inData);
    const in2 = c.l2.find(line);
    by = Level.L2;
    ticks = f64At(codeTicks, Level.L2);
    if (in2 >= 0) {
      c.l2.touch(in2);
      ticks = claim(c, in2, ticks, now);
      c.mark(in2, Mark.Code);
    } else if (inData < 0) {
      const wait = waitFor(c.id, line, now);
      if (wait > 0) return retry(c, wait);
      setNow(now);
      ticks = request(c, line, false, now, codeTicks);
      by = level;
      if (by != Level.L3 || granted >= LineState.E) addInFlight(c.id, line, now + ticks);
      c.fillL2(line, granted, Mark.Code);
    }
    kind = c.codeMisses.miss(line);
    at = c.fillL1i(line);
    c.count(Count.codeCold + kind - Miss.Cold);
  }
  c.count(Count.fetchL1 + by);
  lastStamp = c.l1i.stampAt(at);
  lastState = LineState.S;
  lastLevel = by;
  lastClass = kind;
  return ticks;
}

/** A line of code that L1I does not have is asked for at `now`, again while it is on its way elsewhere: when it is there. */
export function bringCode(c: Core, line: i32, now: f64): f64 {
  let at = now;
  let extra = fetch(c, line, at);
  while (extra < 0) {
    at -= extra;
    extra = fetch(c, line, at);
  }
  return at + extra;
}

/**
 * A core's private caches lack the line: who answers, what becomes of the others' copies, and what is entered in L3 and the directory.
 * Sets `level` and `granted`; returns ticks beyond L1.
 */
function request(c: Core, line: i32, write: bool, now: f64, ticks: usize): f64 {
  const core = c.id;
  const a = l3();
  const entry = directory.entryOf(line);
  const sharers = directory.sharersIn(entry);
  const others = sharers & ~(1 << core);
  inCode = others != sharers; // neither L1D nor L2 has it, or there were no request
  const owner = others == 0 ? -1 : directory.ownerIn(entry);
  const ownerState: i32 = owner < 0 ? LineState.I : coreAt(owner).stateOf(line);
  const in3 = a.find(line);
  if (in3 >= 0) a.touch(in3);
  level = isDirty(ownerState) ? Level.Dirty : ownerState == LineState.E || (ownerState == LineState.F && in3 < 0) ? Level.Clean : in3 >= 0 ? Level.L3 : Level.Dram;
  let time = f64At(ticks, level);
  if (level == Level.Dram) time += readDram(c, line, now + time);
  if (isInclusive() && in3 < 0) putL3(line, false, c);
  if (write) {
    if (others != 0) time = max<f64>(time, f64At(ticks, Level.Upgrade));
    takeAll(core, line);
    granted = LineState.M;
  } else shareWith(c, line, others, owner, ownerState);
  return time;
}

/** A reader joins those that have the line. */
function shareWith(c: Core, line: i32, others: i32, owner: i32, ownerState: i32): void {
  const core = c.id;
  if (others == 0) {
    granted = LineState.E;
    directory.own(line, core);
    return;
  }
  const dirty = isDirty(ownerState);
  const moesi = protocol == Protocol.Moesi;
  const mesif = protocol == Protocol.Mesif;
  if (dirty && moesi) {
    if (ownerState == LineState.M) coreAt(owner).downgrade(line, LineState.O);
  } else if (owner >= 0) {
    coreAt(owner).downgrade(line, LineState.S);
    if (dirty) putL3(line, true, c);
  }
  granted = mesif ? LineState.F : LineState.S;
  directory.share(line, core, mesif ? core : dirty && moesi ? owner : -1);
}

/** A writer becomes the only one that has the line. */
function takeAll(core: i32, line: i32): void {
  for (let left = directory.sharers(line) & ~(1 << core); left != 0; left &= left - 1) {
    const other = coreAt(ctz(left));
    other.remove(line, true);
    other.count(Count.invalidations);
  }
  directory.own(line, core);
  if (isInclusive()) return;
  const a = l3();
  const in3 = a.find(line); // out of date from now on
  if (in3 >= 0) a.drop(in3);
}

/** A request for a line in L2. The first one for a line that was prefetched may find it still on its way. */
function claim(c: Core, in2: i32, ticks: f64, now: f64): f64 {
  if ((u8At(c.marks, in2) & Mark.Prefetched) == 0) return ticks;
  c.unmark(in2, Mark.Prefetched);
  c.count(Count.usefulPrefetches);
  return max<f64>(ticks, arrivalAt(c.id, c.l2.line(in2), now));
}

function prefetchAfter(c: Core, line: i32, now: f64): void {
  keepLine(line);
  if (nextLine) prefetch(c, line, line + 1, now);
  const step = stride ? c.strides.miss(line, pageShift) : 0;
  for (let k = 1; step != 0 && k <= strideLines; k++) prefetch(c, line, line + k * step, now);
  keepLine(-1);
}
/** Brings a line of the same page into L2, unless it would have to be taken from another core. */
function prefetch(c: Core, from: i32, line: i32, now: f64): void {
  if (line >> pageShift != from >> pageShift) return;
  if (c.l2.find(line) >= 0 || c.l1d.find(line) >= 0) return;
  if (directory.owner(line) >= 0 || waitFor(c.id, line, now) > 0) return;
  const ticks = request(c, line, false, now, dataTicks);
  addInFlight(c.id, line, now + ticks);
  c.fillL2(line, granted, inCode ? Mark.Code | Mark.Prefetched : Mark.Prefetched);
  c.count(Count.prefetches);
}

/** A line's contents mean nothing any longer: it leaves all caches, without write-back. */
export function dropLine(line: i32): void {
  for (let left = directory.sharers(line); left != 0; left &= left - 1) coreAt(ctz(left)).remove(line, false);
  directory.forget(line);
  const a = l3();
  const in3 = a.find(line);
  if (in3 >= 0) a.drop(in3);
}
