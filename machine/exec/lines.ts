/**
 * Accesses by cache line, where caches are modeled: the model's own side of them (memory/assembly/access.ts) made and told who observes, and what is rare about them.
 *
 * The lookaside holds lines that are translated, permitted and in the core's first-level cache, with a write tag when
 * they are modified there. All else comes to the model: translation, the hierarchy, what the core makes of a miss, and the entry that
 * answers the next time. Dropping entries changes nothing.
 */
import { frameShift, hugePages, type Ram } from '../memory/ram.js';
import type { Level } from '../memory/counters.js';
import type { Hierarchy } from '../memory/hierarchy.js';
import type { Apart } from './apart.js';
import type { LineEvent } from './observer.js';
import type { Sharing } from './sharing.js';
import type { Tally } from './tally.js';

/** More pages than this are looked for in the TLBs instead of one by one. */
const fewPages = 64;

/** What became of an access: it has happened; the line may be entered in the lookaside (`enter`). */
export const Outcome = { Done: 1, Enters: 2 } as const;

export class Lines {
  readonly bytes: number;
  readonly shift: number;
  /** After an access that must wait: how many ticks. */
  waitTicks = 0;
  private readonly framesBelow: number;
  private readonly linesPerPage: number;
  private readonly sharedAt: number;
  private watcher: Sharing | undefined = undefined;
  private codeListener: ((offset: number, level: Level) => void) | undefined = undefined;
  private others: Apart | undefined = undefined;
  private slowly = false;
  private counted = false;

  constructor(private readonly ram: Ram, readonly hierarchy: Hierarchy, lineBytes: number, holdTicks: number, tagsIgnored: boolean) {
    this.bytes = lineBytes;
    this.shift = Math.log2(lineBytes);
    this.framesBelow = ram.firstFrame;
    this.linesPerPage = 1 << (frameShift - this.shift);
    this.sharedAt = ram.reserve(8);
    this.lastShared = -Infinity;
    const { model, links } = hierarchy;
    model.setAccess(holdTicks, ram.firstFrame, tagsIgnored, ram.written.byteOffset, ram.code.byteOffset, ram.watched.byteOffset, this.sharedAt);
    links.answered = (line, ticks, wait) => this.watcher!.answered(line, ticks, wait);
    links.codeMissed = (at, level) => this.codeListener!(at, level);
  }

  /** When a line last went from a core to another, or one had to wait for it. Ticks. */
  get lastShared(): number {
    return this.ram.f64[this.sharedAt >> 3]!;
  }
  set lastShared(ticks: number) {
    this.ram.f64[this.sharedAt >> 3] = ticks;
  }
  /** Observes what cores do to lines that they share. */
  get sharing(): Sharing | undefined {
    return this.watcher;
  }
  set sharing(sharing: Sharing | undefined) {
    this.watcher = sharing;
    this.tellObserved();
  }
  /** Words that are tried on lines of their own. */
  get apart(): Apart | undefined {
    return this.others;
  }
  set apart(apart: Apart | undefined) {
    this.others = apart;
    this.tellObserved();
  }
  /** Told of lines of code that the first level did not have: at which offset of its page, and who answered. */
  set codeMissed(listener: ((offset: number, level: Level) => void) | undefined) {
    const told = (this.codeListener === undefined) !== (listener === undefined);
    this.codeListener = listener;
    if (told) this.tellObserved();
  }
  /** All accesses come to TypeScript: somebody looks at each. */
  set observed(all: boolean) {
    this.slowly = all;
    this.tellObserved();
  }
  /** Hears of each access that has missed or made its core wait. */
  set tally(tally: Tally) {
    this.hierarchy.links.missed = (ctx, ticks, level, asStore, plain, walked) => tally.missed(ctx, ticks, level, asStore !== 0, plain !== 0, walked !== 0);
    this.counted = true;
    this.tellObserved();
  }
  private tellObserved(): void {
    this.hierarchy.model.setObserved(!this.slowly && !this.watcher && !this.others, this.watcher !== undefined, this.codeListener !== undefined, this.counted);
  }

  /** The number of the line at `offset` in `frame`: frames are numbered as they are taken, which only the guest decides. */
  line(frame: number, offset: number): number {
    return (frame - this.framesBelow) * this.linesPerPage + (offset >>> this.shift);
  }

  /**
   * One access of `core` to the line at `offset` of `frame`; `page` names the virtual page, `translated` that or the huge one that it is part of. The result is a set of
   * `Outcome`; without Done it must wait, `waitTicks`. `modify`: the old value is wanted, too.
   */
  access(core: number, page: number, translated: number, frame: number, offset: number, write: boolean, modify: boolean): number {
    const own = this.apart === undefined ? -1 : this.apart.line(page, offset);
    return this.hierarchy.model.accessLine(core, translated, own < 0 ? this.line(frame, offset) : own, offset, write, modify);
  }
  /** The line that was accessed last, at hi:lo in `frame`, answers by an entry of the lookaside. `rights`: what its page allows; `huge`: it is part of a huge one. */
  enter(core: number, lo: number, hi: number, frame: number, write: boolean, rights: number, huge: boolean): void {
    this.hierarchy.model.enterAccessed(core, lo, hi, frame, write, rights, huge);
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

  /** Code from `offset` up to `end` of `frame` is brought at time `now`: ticks until it is there. */
  fetch(core: number, page: number, frame: number, offset: number, end: number, now: number): number {
    return this.hierarchy.model.fetchLines(core, page, frame, offset, end, now);
  }

  /** All cores forget translations. */
  shootdown(space: number, vpn: number, count: number, cores: number): void {
    const first = pageNumber(space, vpn);
    const [from, to] = [hugeNumber(space, vpn + count - 1), hugeNumber(space, vpn)]; // they fall
    for (let core = 0; core < cores; core++) {
      if (count > fewPages) this.hierarchy.flushTlb(core, first, first + count, from, to);
      else {
        for (let i = 0; i < count; i++) this.hierarchy.shootdown(core, first + i, false);
        for (let page = from; page <= to; page++) this.hierarchy.shootdown(core, page, true);
      }
    }
  }

  /** No core has an entry for the line. */
  hide(line: number): void {
    for (let core = 0; core < this.hierarchy.cores; core++) this.hierarchy.model.hide(core, line);
  }
}

/** The page's number for the hierarchy. */
export const pageNumber = (space: number, vpn: number): number => space * 2 ** 36 + vpn;
/** That of the huge page around it. */
export const hugeNumber = (space: number, vpn: number): number => -(space * 2 ** 36 + Math.floor(vpn / hugePages));
