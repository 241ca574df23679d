/**
 * Accesses by cache line: the slow path of memory where caches are modeled.
 *
 * The lookaside holds lines that are translated, permitted and in the core's first-level cache, with a write tag when
 * they are modified there. All else comes here: translation, the hierarchy, what the core makes of a miss (misses.ts), and the entry that
 * answers the next time. A line has one entry at most, so that it can be found when the line leaves; dropping entries changes nothing.
 *
 * A line on its way to another core is waited for: the access fails without a trace, and the core tries again later.
 */
import { lookaside } from '../core/context.js';
import { frameShift, hugePages, type Ram } from '../memory/ram.js';
import { isShared, Level, Miss } from '../memory/counters.js';
import type { Hierarchy } from '../memory/hierarchy.js';
import { LineState } from '../memory/lineState.js';
import type { Apart } from './apart.js';
import type { Misses, Where } from './misses.js';
import type { LineEvent } from './observer.js';
import type { Sharing } from './sharing.js';

/** More pages than this are looked for in the TLBs instead of one by one. */
const fewPages = 64;

export class Lines {
  readonly bytes: number;
  readonly shift: number;
  /** After `wait` was the answer: how many ticks. */
  waitTicks = 0;
  /** Addresses of the stamps of the line and the page that were accessed last; 0: no entry may be made. */
  lineStamp = 0;
  pageStamp = 0;
  /** That line, and its index in the first-level cache. */
  private lineNumber = 0;
  private lineAt = 0;
  /** Whether the core has modified that line: stores may be answered, too. */
  modified = false;
  /** When a line last went from a core to another, or one had to wait for it. Ticks. */
  lastShared = -Infinity;
  /** Observes what cores do to lines that they share. */
  sharing: Sharing | undefined = undefined;
  /** Told of lines of code that the first level did not have: at which offset of its page, and who answered. */
  codeMissed: ((offset: number, level: Level) => void) | undefined = undefined;
  /** Words that are tried on lines of their own. */
  apart: Apart | undefined = undefined;
  /** Per core and index in its first-level cache: the entry that was made last for the line there. It is that line's as long as it names the line's stamp. */
  private readonly entries: Int32Array;
  private readonly slots: number;
  /** Per core: where the stamp of index 0 lies. */
  private readonly stamps: readonly number[];
  private readonly framesBelow: number;
  private readonly linesPerPage: number;

  constructor(
    private readonly ram: Ram,
    readonly hierarchy: Hierarchy,
    private readonly misses: Misses,
    private readonly where: (ctx: number) => Where,
    private readonly coreOf: (ctx: number) => number,
    lineBytes: number,
    /** An owner keeps a line at least so long before another core gets it. */
    private readonly holdTicks: number,
  ) {
    this.bytes = lineBytes;
    this.shift = Math.log2(lineBytes);
    const caches = hierarchy.caches.map((c) => c.l1d);
    this.slots = caches[0]!.cells.length;
    this.stamps = caches.map((l1d) => l1d.stampAt(0));
    this.entries = new Int32Array(caches.length * this.slots);
    this.framesBelow = ram.firstFrame;
    this.linesPerPage = 1 << (frameShift - this.shift);
  }

  /** The number of the line at `offset` in `frame`: frames are numbered as they are taken, which only the guest decides. */
  line(frame: number, offset: number): number {
    return (frame - this.framesBelow) * this.linesPerPage + (offset >>> this.shift);
  }

  /**
   * One access of `core` to the line at `offset` of `frame`; `page` names the virtual page, `translated` that or the huge one that it is part of. False: it must wait.
   * `modify`: the old value is wanted, too.
   */
  access(core: number, ctx: number, page: number, translated: number, frame: number, offset: number, write: boolean, modify: boolean): boolean {
    const { hierarchy, misses } = this;
    const own = this.apart === undefined ? -1 : this.apart.line(page, offset);
    const line = own < 0 ? this.line(frame, offset) : own;
    hierarchy.touch(core);
    const walk = hierarchy.translate(core, translated, translated < 0, 0, false);
    const pageStamp = hierarchy.lastStamp;
    const at = hierarchy.find(core, line);
    const hit = hierarchy.hitAt(core, at, write);
    const brings = !write && misses.brings(core, line);
    if (hit && walk === 0 && !brings) {
      this.knows(line, pageStamp);
      return true;
    }
    const w = this.where(ctx);
    const word = line * this.bytes + (offset & (this.bytes - 1) & ~7);
    this.lineStamp = this.pageStamp = 0;
    const began = misses.now(w);
    const now = began + walk;
    // what a loop has just stored itself does not come from the cache
    const around = w.loads !== undefined && w.loads.around(w.k) && !w.loads.locked(w.k);
    const plain = write && (!modify || around);
    let extra: number;
    let taken = false;
    if (hit) {
      // until the line has come, a load of what waits in the store buffer is answered there, and no entry may hide the others
      const forwarded = brings && misses.coming(core, now) && (around || misses.forwards(core, word, began));
      if (!forwarded) this.knows(line, pageStamp);
      extra = brings && !forwarded ? misses.brought(core, now) : 0;
      taken = extra > 0;
    } else {
      // what the first level has comes from there, whether the lookaside knows it or not
      if ((plain || !write) && !hierarchy.holdsAt(core, at, write) && (plain ? misses.joins(w, line, word, began) : around || misses.forwards(core, word, began))) {
        misses.wait(w, walk);
        return true;
      }
      // a store to it that was postponed wants the line, too
      const claimed = !write && misses.claims(core, line);
      extra = hierarchy.dataAt(core, at, line, write || claimed, now);
      this.sharing?.answered(line, extra, this.holdTicks - extra);
      const { lastLevel } = hierarchy;
      if (extra !== 0 && (extra < 0 || isShared(lastLevel))) this.lastShared = now;
      if (extra < 0) {
        misses.wait(w, walk);
        if (!plain) {
          this.waitTicks = this.holdTicks - extra;
          return false;
        }
        misses.postponed(w, now - extra + this.holdTicks, line, word);
        return true;
      }
      if (claimed) misses.claimed(core);
      taken = hierarchy.lastClass === Miss.Coherence;
      this.knows(line, pageStamp);
      if (plain && extra > 0 && lastLevel !== Level.Upgrade) misses.absent(core, line, now + extra);
    }
    extra += walk;
    if (extra === 0) return true;
    if (plain) misses.stored(w, extra, line, word);
    else misses.loaded(w, extra, taken);
    return true;
  }

  /** For observers: `core` is about to access the line there. The result tells, once it has, what became of it. */
  follow(core: number, frame: number, offset: number): () => LineEvent {
    const { hierarchy } = this;
    const line = this.line(frame, offset);
    const had = hierarchy.find(core, line) >= 0;
    const before = hierarchy.shared.directory.sharers(line);
    return () => ({
      level: !had && hierarchy.find(core, line) >= 0 ? hierarchy.lastLevel : undefined,
      taken: before & ~hierarchy.shared.directory.sharers(line) & ~(1 << core),
    });
  }

  /** The access that the hierarchy has answered may be answered by an entry the next time. */
  private knows(line: number, pageStamp: number): void {
    const { hierarchy } = this;
    this.lineNumber = line;
    this.lineStamp = hierarchy.lastStamp;
    this.pageStamp = pageStamp;
    this.lineAt = hierarchy.lastAt;
    this.modified = hierarchy.lastState === LineState.M;
  }

  /** Whether loads of the line that `core` accessed last may be answered: not while the first one must ask when the line comes that a store wanted. */
  loadable(core: number): boolean {
    return !this.misses.brings(core, this.lineNumber);
  }

  /** Code from `offset` up to `end` of `frame` is brought at time `now`: ticks until it is there. */
  fetch(ctx: number, page: number, frame: number, offset: number, end: number, now: number): number {
    const { hierarchy } = this;
    const core = this.coreOf(ctx);
    let ticks = hierarchy.translate(core, page, false, 0, true);
    for (let at = offset & -this.bytes; at < end; at += this.bytes) {
      const line = this.line(frame, at);
      if (hierarchy.codeHit(core, line)) continue;
      ticks = hierarchy.bringCode(core, line, now + ticks) - now;
      this.codeMissed?.(at, hierarchy.lastLevel);
    }
    return ticks;
  }

  /** All cores forget translations. */
  shootdown(space: number, vpn: number, count: number, cores: number): void {
    const first = pageNumber(space, vpn);
    const [from, to] = [hugeNumber(space, vpn + count - 1), hugeNumber(space, vpn)]; // they fall
    for (let core = 0; core < cores; core++) {
      if (count > fewPages) this.hierarchy.flushTlb(core, (page) => (page >= first && page < first + count) || (page >= from && page <= to));
      else {
        for (let i = 0; i < count; i++) this.hierarchy.shootdown(core, first + i, false);
        for (let page = from; page <= to; page++) this.hierarchy.shootdown(core, page, true);
      }
    }
  }

  /** `entry` of the core's lookaside stands for the line that was accessed last from now on. */
  own(core: number, entry: number): void {
    const { i32 } = this.ram;
    const slot = core * this.slots + this.lineAt;
    if (this.entries[slot] !== entry) {
      this.lost(core, this.lineAt, false);
      this.entries[slot] = entry;
    }
    i32[(entry + lookaside.line) >> 2] = this.lineStamp;
    i32[(entry + lookaside.page) >> 2] = this.pageStamp;
  }
  /** The page whose translation has left the core's TLB, where its stamp lay at `stamp`: no entry is of it. */
  dropPage(core: number, stamp: number): void {
    const { i32 } = this.ram;
    for (let slot = core * this.slots, end = slot + this.slots; slot < end; slot++) {
      const first = this.entries[slot]! >> 2; // every entry is the last of its line
      if (first !== 0 && i32[first + (lookaside.page >> 2)] === stamp) i32[first] = i32[first + 1] = i32[first + 2] = i32[first + 3] = -1; // no tags
    }
  }
  /** No core has an entry for the line. */
  hide(line: number): void {
    this.stamps.forEach((_, core) => {
      const at = this.hierarchy.find(core, line);
      if (at >= 0) this.lost(core, at, false);
    });
  }
  /** The line at index `at` has left the core's first-level cache; `kept`: it may still be read there. */
  lost(core: number, at: number, kept: boolean): void {
    const entry = this.entries[core * this.slots + at]!;
    if (entry === 0) return;
    const { i32 } = this.ram;
    const first = entry >> 2;
    if (i32[first + (lookaside.line >> 2)] !== this.stamps[core]! + 4 * at) return; // another line's by now
    if (!kept) i32[first] = i32[first + 1] = -1; // no tags
    i32[first + 2] = i32[first + 3] = -1;
  }
}

/** The page's number for the hierarchy. */
export const pageNumber = (space: number, vpn: number): number => space * 2 ** 36 + vpn;
/** That of the huge page around it. */
export const hugeNumber = (space: number, vpn: number): number => -(space * 2 ** 36 + Math.floor(vpn / hugePages));
/** Of a small page's number. */
export const vpnOf = (page: number): number => page - spaceOf(page) * 2 ** 36; // % of large numbers takes longer than all that a page leaving the TLB does else
export const spaceOf = (page: number): number => Math.floor(page / 2 ** 36);
