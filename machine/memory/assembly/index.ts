/**
 * The model of the memory hierarchy as TypeScript and generated code call it. First it is made, in the order of the functions of the first part (the order of
 * areas is that of saved state); `machine/memory/hierarchy.ts` does that, and says what the rest means.
 */
import { Count } from '../numbers';
import { access, enterLast, lineStamp } from './access';
import { chunkBytes, newClassifier } from './classify';
import { Core, coreAt, setCores } from './core';
import * as directory from './directory';
import { displace as displaceFrom } from './displace';
import * as hierarchy from './hierarchy';
import * as inFlight from './inFlight';
import { setLineBytes } from './line';
import { forgetEntries, keepEntries, lineLost } from './lookaside';
import { findRings, makeNumbers } from './misses';
import { f64s, scratch, setF64, u8s } from './room';
import { newSetArray, SetArray } from './setArray';
import { l3, makeShared, setNowAt } from './shared';
import { newStrides } from './strides';
import { newPageArray, Tlb } from './tlb';

export { fetchLines, loadAt, modifyAt, setAccess, setObserved, storeAt } from './access';
export { leave, makeDirectory, owner, share, sharers } from './directory';
export { dropLine, lastClass, lastLevel, lastState, lastStamp, lastWrite } from './hierarchy';
export { hear } from './hooks';
export { busyUntil } from './inFlight';
export { makeLookasides } from './lookaside';
export { missNumbers, setFigures } from './misses';
export { setWalk } from './tlb';
export { describe, endSteps, forgetSlots, makeSlots, steps } from './where';

// Making

/** So many cores, lines of so many bytes. */
export function makeCores(count: i32, lineBytes: i32): void {
  setLineBytes(lineBytes);
  const table = scratch(4 * count);
  for (let id = 0; id < count; id++) {
    const c = changetype<Core>(scratch(offsetof<Core>()));
    c.id = id;
    store<usize>(table + (<usize>id << 2), changetype<usize>(c));
  }
  setCores(table);
  for (let id = 0; id < count; id++) coreAt(id).counters = f64s(Count.end);
}
export function makeL3(sets: i32, ways: i32, policy: i32, inclusive: bool, seed: i32): void {
  makeShared(newSetArray(sets, ways, policy, 0, 1, seed, 0), inclusive);
}
/** After DRAM. */
export function makeTimes(): void {
  setNowAt(f64s(1));
  inFlight.makeInFlight();
}
/** `clocks`: where a core counts loads and stores, and fetches; i32 each. L1D and L1I and L2: sets, ways, policy. */
export function makeCaches(
  core: i32, clocks: usize, dSets: i32, dWays: i32, dPolicy: i32, iSets: i32, iWays: i32, iPolicy: i32, sets: i32, ways: i32, policy: i32, seed: i32,
): void {
  const c = coreAt(core);
  c.clock = clocks;
  const l1d = newSetArray(dSets, dWays, dPolicy, clocks, 0, seed, core * 3 + 1);
  const l1i = newSetArray(iSets, iWays, iPolicy, clocks + 4, 1, seed, core * 3 + 2);
  const l2 = newSetArray(sets, ways, policy, 0, 1, seed, core * 3 + 3);
  c.l1dAt = changetype<usize>(l1d);
  c.l1iAt = changetype<usize>(l1i);
  c.l2At = changetype<usize>(l2);
  c.inL2 = scratch(4 * l1d.sets * l1d.stride);
  c.dataMissesAt = changetype<usize>(newClassifier(l1d));
  c.codeMissesAt = changetype<usize>(newClassifier(l1i));
  c.stridesAt = changetype<usize>(newStrides());
  c.marks = u8s(l2.sets * l2.stride);
}
/** Entries and ways of small and huge pages of data, of instructions, of the second level, and of walks' upper levels. No entries for huge ones: they share those of small ones. */
export function makeTlb(
  core: i32, dSmall: i32, dWays: i32, dHuge: i32, dHugeWays: i32, iSmall: i32, iWays: i32, iHuge: i32, iHugeWays: i32,
  small: i32, ways: i32, huge: i32, hugeWays: i32, upper: i32, upperWays: i32,
): void {
  const c = coreAt(core);
  const t = changetype<Tlb>(scratch(offsetof<Tlb>()));
  c.tlbAt = changetype<usize>(t);
  t.core = core;
  t.dataSmall = changetype<usize>(newPageArray(dSmall, dWays, c.clock, 0));
  t.dataHuge = dHuge == 0 ? t.dataSmall : changetype<usize>(newPageArray(dHuge, dHugeWays, c.clock, 0));
  t.codeSmall = changetype<usize>(newPageArray(iSmall, iWays, c.clock + 4, 1));
  t.codeHuge = iHuge == 0 ? t.codeSmall : changetype<usize>(newPageArray(iHuge, iHugeWays, c.clock + 4, 1));
  t.secondSmall = changetype<usize>(newPageArray(small, ways, 0, 1));
  t.secondHuge = huge == 0 ? t.secondSmall : changetype<usize>(newPageArray(huge, hugeWays, 0, 1));
  t.upperAt = changetype<usize>(newPageArray(upper, upperWays, 0, 1));
}
/** Ticks by Level (seven), of data and of code beyond their first level. */
export function makeRules(
  protocol: i32, nextLine: bool, stride: bool, l2: f64, l3: f64, clean: f64, dirty: f64, upgrade: f64, codeL2: f64, codeL3: f64, codeClean: f64, codeDirty: f64, codeUpgrade: f64,
): void {
  const data = scratch(64);
  const code = scratch(64);
  ticksByLevel(data, l2, l3, clean, dirty, upgrade);
  ticksByLevel(code, codeL2, codeL3, codeClean, codeDirty, codeUpgrade);
  hierarchy.setRules(protocol, nextLine, stride, data, code);
}
/** DRAM's as far as L3. */
function ticksByLevel(at: usize, l2: f64, l3: f64, clean: f64, dirty: f64, upgrade: f64): void {
  setF64(at, 1, l2);
  setF64(at, 2, l3);
  setF64(at, 3, clean);
  setF64(at, 4, dirty);
  setF64(at, 5, l3);
  setF64(at, 6, upgrade);
}
/** A core's quick answers, in the lookaside of its context. After `makeMisses`. */
export function makeEntries(core: i32): void {
  const c = coreAt(core);
  c.tlb.keepEntries();
  keepEntries(c);
}
/** What misses do to the time of a core with this context: where its numbers are (`missNumbers`). */
export function makeMisses(core: i32, context: usize): usize {
  const c = coreAt(core);
  c.ctx = context;
  makeNumbers(c);
  return c.numbers;
}

// Looking: nothing is touched

export function arrayOf(core: i32, which: i32): usize {
  const c = coreAt(core);
  return which == 0 ? c.l1dAt : which == 1 ? c.l1iAt : c.l2At;
}
export function countersOf(core: i32): usize {
  return coreAt(core).counters;
}
export function marksOf(core: i32): usize {
  return coreAt(core).marks;
}
export function stateOf(core: i32, line: i32): i32 {
  return coreAt(core).stateOf(line);
}
export function peekTlb(core: i32, page: f64, huge: bool): i32 {
  return coreAt(core).tlb.peek(page, huge);
}
/** Where chunks of the history of what a core's L1D, or L1I, has had are; and how many the table has room for. */
export function historyOf(core: i32, code: bool): usize {
  const c = coreAt(core);
  return (code ? c.codeMisses : c.dataMisses).chunks;
}
export function historyChunks(core: i32, code: bool): i32 {
  const c = coreAt(core);
  return (code ? c.codeMisses : c.dataMisses).chunkCount;
}
/** Bytes of a chunk. */
export function historyChunkBytes(): i32 {
  return chunkBytes;
}
/** The chunk with this number, made if need be. */
export function historyChunk(core: i32, code: bool, index: i32): usize {
  const c = coreAt(core);
  return (code ? c.codeMisses : c.dataMisses).chunk(index);
}

// Requests

export function touch(core: i32): void {
  hierarchy.touch(coreAt(core));
}
export function hit(core: i32, line: i32, write: bool): bool {
  const c = coreAt(core);
  return hierarchy.hitAt(c, c.l1d.find(line), write);
}
export function holds(core: i32, line: i32, write: bool): bool {
  const c = coreAt(core);
  return hierarchy.holdsAt(c, c.l1d.find(line), write);
}
export function data(core: i32, line: i32, write: bool, now: f64): f64 {
  const c = coreAt(core);
  return hierarchy.dataAt(c, c.l1d.find(line), line, write, now);
}
export function codeHit(core: i32, line: i32): bool {
  return hierarchy.codeHit(coreAt(core), line);
}
export function fetch(core: i32, line: i32, now: f64): f64 {
  return hierarchy.fetch(coreAt(core), line, now);
}
export function bringCode(core: i32, line: i32, now: f64): f64 {
  return hierarchy.bringCode(coreAt(core), line, now);
}
export function translate(core: i32, page: f64, huge: bool, instruction: bool): f64 {
  return coreAt(core).tlb.translate(page, huge, instruction);
}
/** Of the last page translated. */
export function pageStampOf(core: i32): usize {
  return coreAt(core).tlb.lastStamp;
}
export function shootdown(core: i32, page: f64, huge: bool): void {
  coreAt(core).tlb.shootdown(page, huge);
}
export function flushTlb(core: i32, from: f64, to: f64, hugeFrom: f64, hugeTo: f64): void {
  coreAt(core).tlb.flush(from, to, hugeFrom, hugeTo);
}
export function displace(core: i32, l1i: i32, l1d: i32, pages: i32): void {
  const c = coreAt(core);
  displaceFrom(c.l1d, c, l1d, false);
  displaceFrom(c.l1i, c, l1i, true);
  c.tlb.displace(pages);
}

// Accesses and quick answers

/** An access by line; the result's bit 0: it has happened; bit 1: an entry may be made (`enterAccessed`). */
export function accessLine(core: i32, page: f64, line: i32, offset: i32, write: bool, modify: bool): i32 {
  const c = coreAt(core);
  const done = access(c, page, c.tlb.dataPlace(page, page < 0), line, offset, write, modify);
  return done ? (lineStamp != 0 ? 3 : 1) : 0;
}
export function enterAccessed(core: i32, lo: i32, hi: i32, frame: i32, write: bool, rights: i32, huge: bool): void {
  enterLast(coreAt(core), lo, hi, frame, write, rights, huge);
}
export function forgetAnswers(core: i32): void {
  forgetEntries(coreAt(core));
}
/** The core has no entry for a line. */
export function hide(core: i32, line: i32): void {
  const c = coreAt(core);
  const at = c.l1d.find(line);
  if (at >= 0) lineLost(c, at, false);
}
/** After a core's numbers (`makeMisses`) were changed from outside. */
export function renewed(core: i32): void {
  findRings(coreAt(core));
}

// A set array by itself

export function newArray(sets: i32, ways: i32, policy: i32, seed: i32): usize {
  return changetype<usize>(newSetArray(sets, ways, policy, 0, 1, seed, 0));
}
export function cellsOf(array: usize): usize {
  return changetype<SetArray>(array).cells;
}
export function statesOf(array: usize): usize {
  return changetype<SetArray>(array).states;
}
export function clockOf(array: usize): usize {
  return changetype<SetArray>(array).clock;
}
export function l3Array(): usize {
  return changetype<usize>(l3());
}
export function findIn(array: usize, line: i32): i32 {
  return changetype<SetArray>(array).find(line);
}
export function roomIn(array: usize, line: i32): i32 {
  return changetype<SetArray>(array).room(line);
}
export function putIn(array: usize, index: i32, line: i32, state: i32): void {
  changetype<SetArray>(array).put(index, line, state);
}
export function touchIn(array: usize, index: i32): void {
  changetype<SetArray>(array).touch(index);
}
export function dropIn(array: usize, index: i32): void {
  changetype<SetArray>(array).drop(index);
}
