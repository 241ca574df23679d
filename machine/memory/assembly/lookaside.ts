/**
 * Quick answers: entries of the cores' lookasides, which generated code tests inline. They hold lines that are translated, permitted and in the core's L1D, with a
 * write tag when they are modified there. A line has one entry at most, so that it can be found when the line leaves; dropping entries changes nothing.
 *
 * The entry made for a line is remembered by the line's index in L1D, the lines entered of a small page by the page's place in the data TLB: tables as small as
 * those, found without a search. An entry names the stamps of its line and page, which also tells whether it is still theirs.
 */
import { Core } from './core';
import { lineBytes, lineShift } from './line';
import { i32At, scratch, setI32 } from './room';
import { PageArray } from './tlb';

const none: i64 = -1;
const pageMask: i32 = (1 << FRAME_SHIFT) - 1;

let linesPerPage: i32 = 0;
/** Words of a page's bits. */
let words: i32 = 0;
/** Per frame, two numbers: see Memory. */
let writable: usize = 0;

/** `writableAt`: per frame the first entry that may hold a write tag for it and one more than the last. */
export function makeLookasides(writableAt: usize): void {
  linesPerPage = 1 << (FRAME_SHIFT - lineShift);
  words = (linesPerPage + 31) >> 5;
  writable = writableAt;
}
/** A core's quick answers are kept from now on. */
export function keepEntries(core: Core): void {
  core.entries = scratch(4 * core.l1d.sets * core.l1d.stride);
  core.pageBits = scratch(4 * words * changetype<PageArray>(core.tlb.dataSmall).count);
}

@inline
function entryAt(ctx: usize, lo: i32): usize {
  return ctx + LOOKASIDE + <usize>((lo >>> lineShift) & (LOOKASIDE_ENTRIES - 1)) * LOOKASIDE_BYTES;
}
@inline
function empty(entry: usize): void {
  store<i64>(entry, none, RTAG);
  store<i64>(entry, none, WTAG);
}

/** The line at index `at` has left the core's L1D; `kept`: it may still be read there. */
export function lineLost(core: Core, at: i32, kept: bool): void {
  if (core.entries == 0) return;
  const entry = <usize>i32At(core.entries, at);
  if (entry == 0) return;
  if (load<usize>(entry, LINE) != core.l1d.stampAt(at)) return; // another line's by now
  if (!kept) store<i64>(entry, none, RTAG);
  store<i64>(entry, none, WTAG);
}

/** A page's translation has left the core's data TLB, where its stamp lay. */
export function pageLost(core: Core, page: f64, huge: bool, stamp: usize): void {
  if (core.entries == 0) return;
  if (huge) {
    // every entry is the last of its line
    for (let i = 0, end = core.l1d.sets * core.l1d.stride; i < end; i++) {
      const entry = <usize>i32At(core.entries, i);
      if (entry != 0 && load<usize>(entry, PAGE) == stamp) empty(entry);
    }
    return;
  }
  const bits = bitsOf(core, stamp);
  let first: i32 = -1;
  for (let word = 0; word < words; word++) {
    let set = i32At(bits, word);
    if (set == 0) continue;
    if (first < 0) first = <i32>(<i64>page & (LOOKASIDE_ENTRIES - 1)) * linesPerPage;
    for (; set != 0; set &= set - 1) {
      const line = first + 32 * word + ctz(set);
      const entry = core.ctx + LOOKASIDE + <usize>(line & (LOOKASIDE_ENTRIES - 1)) * LOOKASIDE_BYTES;
      if (load<usize>(entry, PAGE) == stamp) empty(entry);
    }
    setI32(bits, word, 0);
  }
}
@inline
function bitsOf(core: Core, stamp: usize): usize {
  return core.pageBits + (stamp - changetype<PageArray>(core.tlb.dataSmall).stamps) * words;
}

/** The core has no quick answers, and does not know what page tables have. */
export function forgetEntries(core: Core): void {
  const small = changetype<PageArray>(core.tlb.dataSmall);
  memory.fill(core.ctx + LOOKASIDE, 0xff, LOOKASIDE_ENTRIES * LOOKASIDE_BYTES);
  memory.fill(core.pageBits, 0, <usize>(4 * words * small.count));
  core.tlb.forgetEntries();
}

/** The entry of the line at `lo` gets a write tag for the frame. */
@inline
export function tagsWrites(frame: i32, lo: i32): void {
  const entry = (lo >>> lineShift) & (LOOKASIDE_ENTRIES - 1);
  const at = writable + (<usize>frame << 3);
  const end = load<i32>(at, 4);
  if (end == 0 || entry < load<i32>(at)) store<i32>(at, entry);
  if (entry >= end) store<i32>(at, entry + 1, 4);
}

/**
 * The line at hi:lo in `frame`, whose stamps are given and which L1D has at `at`, is answered from now on: by `reads` and `writes`, of which one is what was
 * asked for. `huge`: its page is a part of a huge one.
 */
export function enter(core: Core, ctx: usize, lo: i32, hi: i32, frame: i32, reads: bool, writes: bool, at: i32, lineStamp: usize, pageStamp: usize, huge: bool): void {
  const entry = entryAt(ctx, lo);
  const tag = (<i64>hi << 32) | <i64>(<u32>(lo & -lineBytes));
  if (reads) store<i64>(entry, tag, RTAG);
  else if (load<i64>(entry, RTAG) != tag) store<i64>(entry, none, RTAG);
  if (writes) store<i64>(entry, tag, WTAG);
  else if (load<i64>(entry, WTAG) != tag) store<i64>(entry, none, WTAG);
  store<i32>(entry, (frame << FRAME_SHIFT) - (lo & ~pageMask), DELTA);
  const slot = core.entries + (<usize>at << 2);
  if (load<usize>(slot) != entry) {
    lineLost(core, at, false);
    store<usize>(slot, entry);
  }
  store<usize>(entry, lineStamp, LINE);
  store<usize>(entry, pageStamp, PAGE);
  if (huge) return;
  const line = (lo & pageMask) >>> lineShift;
  const word = bitsOf(core, pageStamp) + (<usize>(line >>> 5) << 2);
  store<i32>(word, load<i32>(word) | (1 << (line & 31)));
}
