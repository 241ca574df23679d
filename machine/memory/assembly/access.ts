/**
 * Accesses by cache line: what generated code calls when the lookaside does not answer.
 *
 * An access is translated, asks the hierarchy, and tells the core what a miss means for it (misses.ts); then an entry answers the next time.
 * A line on its way to another core is waited for: the access fails without a trace, and the core tries again later.
 *
 * What is rare is left to TypeScript (exec/memory.ts): faults, accesses that cross lines, frames with code or exclusive monitors, and all accesses while somebody observes them.
 */
import { Level, LineState, Miss, SlotFlag } from '../numbers';
import { Core, coreAt } from './core';
import { bringCode, codeHit, dataAt, forgetLast, hitAt, holdsAt, lastAt, lastClass, lastLevel, lastStamp, lastState, lastWrite, lookAhead, touch } from './hierarchy';
import { lineBytes, lineShift } from './line';
import { enter, tagsWrites } from './lookaside';
import { absent, brings, brought, claimed, claims, coming, forwards, joins, loaded, postponed, stored, waits } from './misses';
import { cells, locateInstruction, nowThere, slot } from './where';

/** The load or store in full: see Memory. */
@external('env', 'locate')
declare function locate(ctx: usize, lo: i32, hi: i32, bytes: i32, write: bool): i32;
@external('env', 'storeScratch')
declare function storeScratch(ctx: usize, lo: i32, hi: i32, bytes: i32): i32;
/** The page table's entry for a page of the address space that the core runs in. */
@external('env', 'entryOf')
declare function entryOf(ctx: usize, page: f64): i32;
/** The access fails until its line has come: `ticks`. */
@external('env', 'mustWait')
declare function mustWait(write: bool, ticks: f64): void;
/** A request was answered: see Sharing. */
@external('env', 'answered')
declare function answered(line: i32, ticks: f64, wait: f64): void;
/** An access has missed or made the clock wait, for `ticks`: who answered, whether it counted as a store, is a store that nothing waits for but the buffer's room, had its page walked. */
@external('env', 'missed')
declare function missed(ctx: usize, ticks: i32, level: i32, asStore: bool, plain: bool, walked: bool): void;
/** L1I did not have the line of code at an offset of its page. */
@external('env', 'codeMissed')
declare function codeMissed(at: i32, level: i32): void;

const pageMask: i32 = (1 << FRAME_SHIFT) - 1;

let holdTicks: f64 = 0;
let framesBelow: i32 = 0;
let tagsIgnored: bool = false;
/** Per frame, a byte: see Ram. */
let written: usize = 0;
let code: usize = 0;
let watched: usize = 0;
/** When a line last went from a core to another, or one had to wait for it: f64, ticks. */
let sharedAt: usize = 0;
/** Nobody observes accesses that hit. */
let quick: bool = true;
let sharing: bool = false;
let codeHeard: bool = false;
let counted: bool = false;

export function setAccess(hold: f64, frames: i32, ignoresTags: bool, writtenAt: usize, codeAt: usize, watchedAt: usize, lastShared: usize): void {
  holdTicks = hold;
  framesBelow = frames;
  tagsIgnored = ignoresTags;
  written = writtenAt;
  code = codeAt;
  watched = watchedAt;
  sharedAt = lastShared;
}
/** `isQuick`: nobody observes accesses that hit; the others: somebody hears what requests were answered, of misses of code, and of what accesses waited. */
export function setObserved(isQuick: bool, hearsAnswers: bool, hearsCode: bool, counts: bool): void {
  quick = isQuick;
  counted = counts;
  sharing = hearsAnswers;
  codeHeard = hearsCode;
}

/** The stamps of the line and page that were accessed last; 0: no entry may be made. That line, its index in L1D, and whether the core has modified it. */
export let lineStamp: usize = 0;
let pageStamp: usize = 0;
let lineNumber: i32 = 0;
let lineAt: i32 = 0;
let modified: bool = false;

/** The number of the line at `offset` in `frame`: frames are numbered as they are taken, which only the guest decides. */
@inline
function lineOf(frame: i32, offset: i32): i32 {
  return ((frame - framesBelow) << (FRAME_SHIFT - lineShift)) + (offset >>> lineShift);
}

/**
 * One access of a core to `line`, at `offset` of its frame; `page`: the page's number for the TLBs, or below 0 that of the huge one; `inTlb`: where the data TLB has
 * it, -1: not. False: it must wait. `modify`: the old value is wanted, too.
 */
export function access(c: Core, page: f64, inTlb: i32, line: i32, offset: i32, write: bool, modify: bool): bool {
  touch(c);
  const at = c.l1d.find(line);
  if (at < 0) lookAhead(c, line);
  const tlb = c.tlb;
  const walk = tlb.translateAt(inTlb, page, page < 0, false);
  const stamp = tlb.lastStamp;
  const hit = hitAt(c, at, write);
  const lineF = <f64>line;
  const awaited = !write && brings(c, lineF);
  if (hit && walk == 0 && !awaited) {
    knows(line, stamp);
    return true;
  }
  locateInstruction(c.ctx);
  if (!counted) return slowly(c, line, offset, write, modify, walk, stamp, at, hit, awaited);
  const before = load<i32>(cells, STALLED);
  forgetLast();
  const done = slowly(c, line, offset, write, modify, walk, stamp, at, hit, awaited);
  const ticks = load<i32>(cells, STALLED) - before;
  if (ticks != 0 || lastLevel != Level.L1) missed(c.ctx, ticks, lastLevel, lastWrite, write && !modify, walk != 0);
  return done;
}

/** The rest of an access that is no plain hit; its instruction has been located. */
function slowly(c: Core, line: i32, offset: i32, write: bool, modify: bool, walk: f64, stamp: usize, at: i32, hit: bool, awaited: bool): bool {
  const lineF = <f64>line;
  const word = lineF * <f64>lineBytes + <f64>(offset & (lineBytes - 1) & ~7);
  lineStamp = 0;
  pageStamp = 0;
  const began = nowThere();
  const now = began + walk;
  // what a loop has just stored itself does not come from the cache
  const around = (slot.flags & (SlotFlag.around | SlotFlag.locked)) == SlotFlag.around;
  const plain = write && (!modify || around);
  let extra: f64 = 0;
  let taken = false;
  if (hit) {
    // until the line has come, a load of what waits in the store buffer is answered there, and no entry may hide the others
    const forwarded = awaited && coming(c, now) && (around || forwards(c, word, began));
    if (!forwarded) knows(line, stamp);
    if (awaited && !forwarded) extra = brought(c, now);
    taken = extra > 0;
  } else {
    // what the first level has comes from there, whether the lookaside knows it or not
    if ((plain || !write) && !holdsAt(c, at, write) && (plain ? joins(c, lineF, word, began) : around || forwards(c, word, began))) {
      waits(c, walk);
      return true;
    }
    // a store to it that was postponed wants the line, too
    const claim = !write && claims(c, lineF);
    extra = dataAt(c, at, line, write || claim, now);
    if (sharing) answered(line, extra, holdTicks - extra);
    const level = lastLevel;
    if (extra != 0 && (extra < 0 || level == Level.Clean || level == Level.Dirty || level == Level.Upgrade)) store<f64>(sharedAt, now);
    if (extra < 0) {
      waits(c, walk);
      if (!plain) {
        mustWait(write, holdTicks - extra);
        return false;
      }
      postponed(c, now - extra + holdTicks, lineF, word);
      return true;
    }
    if (claim) claimed(c);
    taken = lastClass == Miss.Coherence;
    knows(line, stamp);
    if (plain && extra > 0 && level != Level.Upgrade) absent(c, lineF, now + extra);
  }
  extra += walk;
  if (extra == 0) return true;
  if (plain) stored(c, extra, lineF, word);
  else loaded(c, extra, taken);
  return true;
}

/** The access that the hierarchy has answered may be answered by an entry the next time. */
@inline
function knows(line: i32, stamp: usize): void {
  lineNumber = line;
  lineStamp = lastStamp;
  pageStamp = stamp;
  lineAt = lastAt;
  modified = lastState == LineState.M;
}

/** The line accessed last, at hi:lo in `frame`, is entered; `rights`: what its page allows. */
export function enterLast(c: Core, lo: i32, hi: i32, frame: i32, write: bool, rights: i32, huge: bool): void {
  // what it may also answer: few lines are only loaded from or only stored to
  let alsoReads: bool = true;
  let alsoWrites: bool = true;
  if (write) alsoReads = (rights & PTE_R) != 0 && !brings(c, <f64>lineNumber);
  else {
    alsoWrites = (rights & PTE_W) != 0 && modified && load<u8>(written + frame) != 0 && load<u8>(code + frame) == 0 && load<u8>(watched + frame) == 0;
    if (alsoWrites) tagsWrites(frame, lo);
  }
  enter(c, c.ctx, lo, hi, frame, alsoReads, alsoWrites, lineAt, lineStamp, pageStamp, huge);
}

/** Keeps loads that only bring something into the host's caches. */
let ahead: i32 = 0;

/** Where the bytes are, 0: the access must wait; -1: it is not for here, and nothing has happened. */
@inline
function quickly(ctx: usize, lo: i32, hi: i32, bytes: i32, write: bool, modify: bool): i32 {
  const offset = lo & pageMask;
  if (!quick || ((offset ^ (offset + bytes - 1)) & -lineBytes) != 0) return -1;
  const top = tagsIgnored ? (hi << 8) >> 8 : hi;
  if (<u32>top >= <u32>CANONICAL_HIGH) return -1;
  const c = coreAt(load<i32>(ctx, CORE));
  const vpn = (<i64>top << 20) | <i64>(lo >>> FRAME_SHIFT);
  const space = <i64>load<i32>(ctx, SPACE) << 36;
  let page = <f64>(space + vpn);
  const tlb = c.tlb;
  let at = tlb.dataIndex(page);
  const right = write ? PTE_W : PTE_R;
  let entry = tlb.known(page, at);
  const asked = (entry & right) == 0;
  if (asked) {
    entry = entryOf(ctx, <f64>vpn);
    if ((entry & right) == 0) return -1;
  }
  const huge = (entry & PTE_HUGE) != 0;
  if (huge) {
    page = -<f64>(space + (vpn >> HUGE_SHIFT));
    at = tlb.dataPlace(page, true);
  }
  const frame = entry >>> 8;
  const host = (frame << FRAME_SHIFT) + offset;
  ahead = load<u8>(host); // on its way while the hierarchy is asked
  if (write) {
    if ((load<u8>(code + frame) | load<u8>(watched + frame)) != 0) return -1;
    store<u8>(written + frame, 1);
    tagsWrites(frame, lo);
  }
  if (!access(c, page, at, lineOf(frame, offset), offset, write, modify)) return 0;
  if (!huge && (asked || at < 0)) tlb.learn(page, entry);
  if (lineStamp != 0) enterLast(c, lo, hi, frame, write, entry, huge);
  return host;
}

/** Import `load` of generated code: where the bytes can be read, or 0. */
export function loadAt(ctx: usize, lo: i32, hi: i32, bytes: i32): i32 {
  const host = quickly(ctx, lo, hi, bytes, false, false);
  return host != -1 ? host : locate(ctx, lo, hi, bytes, false);
}
/** Import `modify`: the same for an operand that will be written back. */
export function modifyAt(ctx: usize, lo: i32, hi: i32, bytes: i32): i32 {
  const host = quickly(ctx, lo, hi, bytes, true, true);
  return host != -1 ? host : locate(ctx, lo, hi, bytes, true);
}
/** Import `store`: writes `bytes` from scratch; 0, or 1 when it could not. */
export function storeAt(ctx: usize, lo: i32, hi: i32, bytes: i32): i32 {
  const host = quickly(ctx, lo, hi, bytes, true, false);
  if (host == -1) return storeScratch(ctx, lo, hi, bytes);
  if (host == 0) return 1;
  const to = <usize>host;
  const from = ctx + SCRATCH;
  if (bytes == 8) store<i64>(to, load<i64>(from));
  else if (bytes == 4) store<i32>(to, load<i32>(from));
  else if (bytes == 1) store<u8>(to, load<u8>(from));
  else memory.copy(to, from, bytes);
  return 0;
}

/** Code from `offset` up to `end` of `frame` is brought at time `now`: ticks until it is there. */
export function fetchLines(core: i32, page: f64, frame: i32, offset: i32, end: i32, now: f64): f64 {
  const c = coreAt(core);
  let ticks = c.tlb.translate(page, false, true);
  for (let at = offset & -lineBytes; at < end; at += lineBytes) {
    const line = lineOf(frame, at);
    if (codeHit(c, line)) continue;
    ticks = bringCode(c, line, now + ticks) - now;
    if (codeHeard) codeMissed(at, lastLevel);
  }
  return ticks;
}
