/**
 * What a miss does to a core's time.
 *
 * Under interval timing a load that misses is a longer way: its result, and what depends on it in the block, is
 * ready later, which generated code takes into account at the block's end. What a result would lie beyond the reorder window, the clock
 * waits at once (the cell `stalled`). Misses behind one that stopped the clock, within the reorder buffer and with addresses that do not wait for it, began in
 * its shadow: they were issued while the clock stood. Lines on their way to a core occupy a fill buffer each.
 *
 * A plain store that misses waits in the store buffer, in order, and stops the clock only when that is full. Loads of what
 * waits there get it from there, and stores to the same line go with it.
 *
 * Locked accesses let nothing overlap. Under unit timing every load waits for its data.
 *
 * Times are ticks. Those of the block that is running count from its start, which moves when the clock waits; only the lanes keep
 * what they were, because the ways to come are counted from there.
 */
import { SlotFlag } from '../numbers';
import { Core } from './core';
import { f64At, scratch, setF64 } from './room';
import { cells, instructions, nowThere, slot, start } from './where';

/** Places in a core's numbers: the miss that last stopped the clock, fills and stores so far, lines asked for, results of loads of this block, then the rings: fills' ends; stores' ends, lines, words. */
const headIssue: i32 = 0;
const headData: i32 = 1;
const headInstruction: i32 = 2;
const fills: i32 = 3;
const stores: i32 = 4;
const lastStore: i32 = 5;
const postponedLine: i32 = 6;
const postponedTill: i32 = 7;
const absentLine: i32 = 8;
const absentTill: i32 = 9;
const loadReady: i32 = 10;
const mostLoads: i32 = 32;
const rings: i32 = loadReady + mostLoads;
/** What `pending` can say. */
const mostReadyTicks: f64 = 255 * QUARTER_TICKS;

/** Of MissFigures (exec/misses.ts). */
let windowTicks: f64 = 0;
let reorderBuffer: f64 = 0;
let issueTicks: f64 = 0;
let loadTicks: f64 = 0;
let fillBuffers: i32 = 0;
let storeBuffer: i32 = 0;
let upgradeTicks: f64 = 0;
let ordered: bool = false;
let restartTicks: f64 = 0;
let interval: bool = false;
let storesAt: i32 = 0;
let linesAt: i32 = 0;
let wordsAt: i32 = 0;

export function setFigures(window: f64, reorder: i32, issue: f64, loaded: f64, fillCount: i32, storeCount: i32, upgrade: f64, inOrder: bool, restart: f64, isInterval: bool): void {
  windowTicks = window;
  reorderBuffer = reorder;
  issueTicks = issue;
  loadTicks = loaded;
  fillBuffers = fillCount;
  storeBuffer = storeCount;
  upgradeTicks = upgrade;
  ordered = inOrder;
  restartTicks = restart;
  interval = isInterval;
  storesAt = rings + fillBuffers;
  linesAt = storesAt + storeBuffer;
  wordsAt = linesAt + storeBuffer;
}
/** How many numbers a core has. */
export function missNumbers(): i32 {
  return wordsAt + storeBuffer;
}
export function makeNumbers(core: Core): void {
  core.numbers = scratch(8 * missNumbers()); // whoever has it saves it
}
/** After the numbers were changed from outside. */
export function findRings(core: Core): void {
  core.nextFill = <i32>(<i64>f64At(core.numbers, fills) % fillBuffers);
  core.nextStore = <i32>(<i64>f64At(core.numbers, stores) % storeBuffer);
}

/** A store of this core to `word` waits in the store buffer at `now`: a load gets it from there. */
export function forwards(c: Core, word: f64, now: f64): bool {
  return f64At(c.numbers, lastStore) > now && waiting(c, wordsAt, word, now) != 0;
}
/** A store to `line` waits there: `word` goes with it. */
export function joins(c: Core, line: f64, word: f64, now: f64): bool {
  const n = c.numbers;
  if (f64At(n, lastStore) <= now || (f64At(n, postponedLine) == line + 1 && f64At(n, postponedTill) <= now)) return false;
  const end = waiting(c, linesAt, line, now);
  if (end == 0) return false;
  enterStore(c, end, line, word);
  return true;
}
/** End of the youngest store that waits at `now` and whose number in `ring` is `what`, or 0. */
function waiting(c: Core, ring: i32, what: f64, now: f64): f64 {
  const n = c.numbers;
  let at = c.nextStore;
  for (let i = 0; i < storeBuffer; i++) {
    at = (at == 0 ? storeBuffer : at) - 1;
    const end = f64At(n, storesAt + at);
    if (end <= now) return 0; // stores end in order, and places never used at 0
    if (f64At(n, ring + at) == what) return end;
  }
  return 0;
}
function enterStore(c: Core, end: f64, line: f64, word: f64): void {
  const n = c.numbers;
  const at = c.nextStore;
  const oldest = f64At(n, storesAt + at);
  const now = nowThere();
  if (oldest > now) waits(c, oldest - now);
  const last = max<f64>(end, f64At(n, lastStore));
  setF64(n, lastStore, last);
  setF64(n, storesAt + at, last);
  setF64(n, linesAt + at, line);
  setF64(n, wordsAt + at, word);
  setF64(n, stores, f64At(n, stores) + 1);
  c.nextStore = at + 1 == storeBuffer ? 0 : at + 1;
}

/** A store has asked for a line that the core did not have; it is there at `till`. */
export function absent(c: Core, line: f64, till: f64): void {
  const n = c.numbers;
  setF64(n, absentLine, line + 1);
  setF64(n, absentTill, till);
  if (f64At(n, postponedLine) == line + 1) setF64(n, postponedLine, 0);
}
/** Whether the line that the last such store asked for is this one, and nothing has been loaded from it since. */
@inline
export function brings(c: Core, line: f64): bool {
  return f64At(c.numbers, absentLine) == line + 1;
}
/** Whether that line is still on its way. */
@inline
export function coming(c: Core, now: f64): bool {
  return f64At(c.numbers, absentTill) > now;
}
/** The first load from that line: ticks until the line is there. */
export function brought(c: Core, now: f64): f64 {
  setF64(c.numbers, absentLine, 0);
  return max<f64>(0, f64At(c.numbers, absentTill) - now);
}
/** A postponed store wants the line: a load of it asks for the right to write at once. */
@inline
export function claims(c: Core, line: f64): bool {
  return f64At(c.numbers, postponedLine) == line + 1;
}
/** It has got it. */
@inline
export function claimed(c: Core): void {
  setF64(c.numbers, postponedLine, 0);
}

/** A plain store whose line is on its way to another core: it is asked for at `till`, when a store to it comes then; meanwhile this one waits. */
export function postponed(c: Core, till: f64, line: f64, word: f64): void {
  setF64(c.numbers, postponedLine, line + 1);
  setF64(c.numbers, postponedTill, till);
  enterStore(c, till + upgradeTicks, line, word);
}

/** A plain store whose line is there `extra` ticks later than in a hit. */
export function stored(c: Core, extra: f64, line: f64, word: f64): void {
  const end = begin(c, nowThere()) + extra;
  filled(c, end);
  enterStore(c, end, line, word);
}

/**
 * A load, or a locked access, whose data are there `extra` ticks later than in a hit. `taken`: the line was here and another core has written it. Where
 * loads must seem to happen in order, those that were done early begin again when that happens, so nothing overlaps.
 */
export function loaded(c: Core, extra: f64, taken: bool): void {
  if (!interval) return waits(c, extra);
  const ordinal = slot.ordinal;
  const prefix = slot.prefix;
  const locked = ordinal >= 0 && (slot.flags & SlotFlag.locked) != 0;
  const n = c.numbers;
  const base = start + <f64>load<i32>(cells, STALLED);
  const issue = max<f64>(prefix, ordinal < 0 ? 0 : addressReady(c));
  const again = taken && ordered;
  if (ordinal < 0 || locked || again) {
    // locked accesses come after each other and all stores before them; what begins again comes after all that is under way
    const done = again ? allReady(c) : laneReady(c, LANES - 1);
    const drained: f64 = locked ? f64At(n, lastStore) - base : 0;
    return waits(c, max<f64>(max<f64>(issue, done), drained) - prefix + extra + (again ? restartTicks : 0));
  }
  let begins = base + issue;
  const position = instructions + <f64>slot.k;
  // ready times are rounded to quarters of a cycle: what waits for those data must not seem to come before them
  const shadowed = position - f64At(n, headInstruction) < reorderBuffer && begins < f64At(n, headData) - QUARTER_TICKS;
  if (shadowed) begins = min<f64>(begins, f64At(n, headIssue) + (position - f64At(n, headInstruction)) * issueTicks);
  begins = begin(c, begins);
  const data = begins + loadTicks + extra;
  filled(c, data);
  let ready = data - base;
  const beyond = <i32>(ready - min<f64>(prefix + windowTicks, mostReadyTicks));
  if (beyond > 0) {
    const late: f64 = (beyond + QUARTER_TICKS - 1) / QUARTER_TICKS * QUARTER_TICKS;
    if (!shadowed) {
      setF64(n, headIssue, begins);
      setF64(n, headData, data);
      setF64(n, headInstruction, position);
    }
    waits(c, late);
    ready -= late;
  }
  delay(c, ready);
}

/** A fill may begin when one of the buffers is free. */
@inline
function begin(c: Core, at: f64): f64 {
  return max<f64>(at, f64At(c.numbers, rings + c.nextFill));
}
function filled(c: Core, end: f64): void {
  const n = c.numbers;
  const at = c.nextFill;
  setF64(n, rings + at, end);
  setF64(n, fills, f64At(n, fills) + 1);
  c.nextFill = at + 1 == fillBuffers ? 0 : at + 1;
}

@inline
function fromStart(quarters: i32): f64 {
  return max<f64>(0, <f64>(quarters * QUARTER_TICKS - load<i32>(cells, STALLED)));
}
/** When a lane of before the block is ready; and all of them. */
function laneReady(c: Core, lane: i32): f64 {
  return fromStart(load<u8>(c.ctx + READY + lane));
}
function allReady(c: Core): f64 {
  let quarters = 0;
  for (let lane = 0; lane < LANES; lane++) quarters = max<i32>(quarters, load<u8>(c.ctx + READY + lane));
  return fromStart(quarters);
}

/** From the block's start until the load's address is known: what it depends on outside the block, and on loads before it. */
function addressReady(c: Core): f64 {
  let quarters = 0;
  for (let set = slot.addressLanes; set != 0; set &= set - 1) quarters = max<i32>(quarters, load<u8>(c.ctx + READY + ctz(set)));
  let ticks = fromStart(quarters);
  if (load<i32>(cells, MISSED) == 0) return ticks;
  for (let set = slot.addressLoads; set != 0; set &= set - 1) ticks = max<f64>(ticks, f64At(c.numbers, loadReady + ctz(set)));
  return ticks;
}

/** The load's result is there at `ready`; so are lanes that depend on it. */
function delay(c: Core, ready: f64): void {
  missed(c);
  const at = loadReady + slot.ordinal;
  setF64(c.numbers, at, max<f64>(f64At(c.numbers, at), ready));
  const quarters = ready <= 0 ? 0 : min<i32>(255, (<i32>ready + QUARTER_TICKS / 2) / QUARTER_TICKS);
  for (let set = slot.lanes; set != 0; set &= set - 1) {
    const lane = cells + PENDING + ctz(set);
    if (<i32>load<u8>(lane) < quarters) store<u8>(lane, quarters);
  }
  if ((slot.flags & SlotFlag.branch) != 0 && load<i32>(cells, BRANCH_READY) < quarters) store<i32>(cells, quarters, BRANCH_READY);
}

/** The block that is running has something to settle at its end. False: it had nothing before, and all that is to be settled is 0. */
function missed(c: Core): bool {
  if (load<i32>(cells, MISSED) != 0) return true;
  store<i32>(cells, 1, MISSED);
  for (let i = 0; i < slot.loads; i++) setF64(c.numbers, loadReady + i, 0);
  return false;
}

/** The clock waits: everything else gets on meanwhile. */
export function waits(c: Core, ticks: f64): void {
  if (ticks <= 0) return;
  store<i32>(cells, load<i32>(cells, STALLED) + <i32>ticks, STALLED);
  if (!interval || !missed(c)) return;
  const quarters = (<i32>ticks + QUARTER_TICKS / 2) / QUARTER_TICKS;
  const by = i8x16.splat(<i8>min<i32>(quarters, 255));
  v128.store(cells, i8x16.sub_sat_u(v128.load(cells, PENDING), by), PENDING);
  v128.store(cells, i8x16.sub_sat_u(v128.load(cells, PENDING + 16), by), PENDING + 16);
  store<i32>(cells, max<i32>(0, load<i32>(cells, BRANCH_READY) - quarters), BRANCH_READY);
  for (let i = 0; i < slot.loads; i++) setF64(c.numbers, loadReady + i, max<f64>(0, f64At(c.numbers, loadReady + i) - ticks));
}
