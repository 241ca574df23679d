/**
 * Which bytes of lines that cores take from each other each core has touched, and what every such request was about: for `rt0 c2c`.
 *
 * A line is followed from the first request on that another core's copy answers or delays. While it is followed, accesses to it do not go into the
 * lookaside, so that all of them come here; which changes neither results nor time. A core whose last accesses have touched no new byte is let go until it
 * loses the line (`quietAccesses`): lines that are handed on and then used for long would cost too much. What it touches for the first time after that is not seen;
 * `periods` and `quietPeriods` say how often that may be. A line that is fought over for long is followed for a part of its time (`firstPeriods`): all its requests are
 * counted, and verdicts given of that part.
 *
 * A request shares truly if, before the core asks for the line again, it reads bytes that another has written since it last got the line, or writes bytes that another
 * has touched since it last had the line for itself. Else it shares falsely: with the others' words on other lines it would not have been.
 *
 * It observes: no part of the machine's state, and nothing depends on it.
 */
import { isShared, Level, Miss } from '../memory/counters.js';
import type { Hierarchy } from '../memory/hierarchy.js';
import { LineState } from '../memory/lineState.js';

/** What requests from one place come to; whoever counts them says which go together. */
export interface Verdicts {
  trueSharing: number;
  falseSharing: number;
  /** The first of a core since the line is followed: what others did before is not known. */
  unknown: number;
}

/** A request for a line that other cores have or had; reused. */
export interface SharedRequest {
  core: number;
  ctx: number;
  line: number;
  address: number;
  bytes: number;
  write: boolean;
  level: Level;
  /** The core's copy was taken by another's write. */
  taken: boolean;
  /** The line is on its way to another core: `ticks` until it is asked for again. */
  waits: boolean;
  ticks: number;
}

export interface SharingObserver {
  /** Counts a request; undefined: nobody wants to know what it shares. */
  shared(request: SharedRequest): Verdicts | undefined;
}

/** After so many accesses in a row without a new byte a core may have its line in the lookaside. */
const quietAccesses = 64;

/**
 * Periods of a line, of all cores together, until it is no longer followed all the time; then the first `samplePeriods` of every `cyclePeriods` are.
 * Measured: a program of channels whose cores take lines 1.2 million times makes 15 million more accesses to the slow path when all are followed.
 */
const firstPeriods = 512;
const cyclePeriods = 4096;
const samplePeriods = 128;

/** Sets of bytes of a line, a bit each, as words. Of every core: what it touched in this period, and what others did since it got the line. */
const enum Set { Read, Written, OthersWrote, OthersTouched, NewToReads, NewToWrites }
const sets = 6;

class Followed {
  periods = 0;
  /** Accesses are seen now. */
  seen = true;
  readonly bits: Int32Array;
  /** The request that the present period of a core began with, until its verdict. */
  readonly open: (Verdicts | undefined)[];
  readonly quiet: Int32Array;
  /** Times that a core has got the line since it is followed, up to 2; whether it has stored, and its request was put off. */
  readonly had: Uint8Array;
  readonly postponed: Uint8Array;

  constructor(cores: number, words: number) {
    this.bits = new Int32Array(cores * sets * words);
    this.open = new Array<Verdicts | undefined>(cores).fill(undefined);
    this.quiet = new Int32Array(cores);
    this.had = new Uint8Array(cores);
    this.postponed = new Uint8Array(cores);
  }
}

export class Sharing {
  /** Times that a core had a followed line, and how many of them were not followed to their end. */
  periods = 0;
  quietPeriods = 0;
  private readonly lines = new Map<number, Followed>();
  private readonly words: number;
  private readonly mask: Int32Array;
  private readonly request: SharedRequest = { core: 0, ctx: 0, line: -1, address: 0, bytes: 0, write: false, level: Level.L1, taken: false, waits: false, ticks: 0 };
  /** The hierarchy was asked for this line on behalf of the access in hand. */
  private asked = -1;
  private exclusive = false;

  constructor(
    private readonly hierarchy: Hierarchy,
    private readonly cores: number,
    private readonly lineBytes: number,
    private readonly observer: SharingObserver,
    /** Takes a line out of all lookasides. */
    private readonly hide: (line: number) => void,
  ) {
    this.words = Math.ceil(lineBytes / 32);
    this.mask = new Int32Array(this.words);
  }

  /** The hierarchy has answered a request for a line: ticks, or less than 0 if it must wait, `wait` in all. */
  answered(line: number, ticks: number, wait: number): void {
    const { hierarchy, request } = this;
    const { lastLevel, lastClass, lastState } = hierarchy;
    const taken = ticks >= 0 && lastClass === Miss.Coherence;
    if (ticks >= 0 && !taken && !isShared(lastLevel)) return;
    this.asked = line;
    this.exclusive = lastState >= LineState.E;
    request.waits = ticks < 0;
    request.ticks = ticks < 0 ? wait : ticks;
    request.level = lastLevel;
    request.taken = taken;
  }

  /** The access that this was for. `done`: it has happened; else it begins again later. Returns whether the line may be entered in the lookaside. */
  accessed(core: number, ctx: number, line: number, address: number, bytes: number, write: boolean, done: boolean): boolean {
    const asked = this.asked === line;
    this.asked = -1;
    let followed = this.lines.get(line);
    if (followed === undefined) {
      if (!asked) return true;
      followed = this.follow(line);
    }
    const size = Math.min(bytes, this.lineBytes - (address & (this.lineBytes - 1)));
    if (asked) this.count(followed, core, ctx, line, address, size, write, done);
    return done && (!followed.seen || this.touch(followed, core, address & (this.lineBytes - 1), size, write));
  }

  /** No more requests come: those without a verdict shared nothing. */
  finish(): void {
    for (const followed of this.lines.values()) followed.open.forEach((_, core) => this.close(followed, core));
  }

  private follow(line: number): Followed {
    const followed = new Followed(this.cores, this.words);
    this.lines.set(line, followed);
    this.hide(line);
    return followed;
  }

  private count(f: Followed, core: number, ctx: number, line: number, address: number, bytes: number, write: boolean, done: boolean): void {
    const { request } = this;
    request.core = core;
    request.ctx = ctx;
    request.line = line;
    request.address = address;
    request.bytes = bytes;
    request.write = write;
    const verdicts = this.observer.shared(request);
    if (!this.sees(f, line)) return;
    if (request.waits) {
      if (!done) return;
      // a store that was put off: the core's next period has begun, whenever the line comes
      this.close(f, core);
      this.forget(f, core);
      f.postponed[core] = 1;
      return;
    }
    this.close(f, core);
    if (f.postponed[core] === 0) this.forget(f, core);
    f.postponed[core] = 0;
    this.begin(f, core, verdicts);
  }

  /** Whether the line is followed now. When it begins to be, nothing is known of it. */
  private sees(f: Followed, line: number): boolean {
    if (!this.request.waits) f.periods++;
    const sees = f.periods <= firstPeriods || f.periods % cyclePeriods < samplePeriods;
    if (sees && !f.seen) {
      f.bits.fill(0);
      f.had.fill(0);
      f.postponed.fill(0);
      this.hide(line);
    } else if (!sees && f.seen) f.open.fill(undefined);
    return (f.seen = sees);
  }

  /** A period of `core` begins: what others have done up to now is new to it. */
  private begin(f: Followed, core: number, verdicts: Verdicts | undefined): void {
    this.periods++;
    const { bits } = f;
    const at = (set: Set): number => (core * sets + set) * this.words;
    let shares = false;
    for (let i = 0; i < this.words; i++) {
      const wrote = bits[at(Set.OthersWrote) + i]!;
      const touched = bits[at(Set.OthersTouched) + i]!;
      bits[at(Set.NewToReads) + i] = wrote;
      bits[at(Set.NewToWrites) + i] = touched;
      bits[at(Set.OthersWrote) + i] = 0;
      if (this.exclusive) bits[at(Set.OthersTouched) + i] = 0;
      if ((wrote & bits[at(Set.Read) + i]!) !== 0 || (touched & bits[at(Set.Written) + i]!) !== 0) shares = true;
    }
    f.open[core] = verdicts;
    if (f.had[core]! < 2) f.had[core]!++;
    if (shares) this.settle(f, core, 'trueSharing');
  }

  private settle(f: Followed, core: number, how: 'trueSharing' | 'falseSharing'): void {
    const verdicts = f.open[core];
    if (!verdicts) return;
    f.open[core] = undefined;
    if (f.had[core]! < 2 && how === 'falseSharing') verdicts.unknown++;
    else verdicts[how]++;
  }
  private close(f: Followed, core: number): void {
    this.settle(f, core, 'falseSharing');
  }
  private forget(f: Followed, core: number): void {
    const from = (core * sets + Set.Read) * this.words;
    f.bits.fill(0, from, from + 2 * this.words);
    f.quiet[core] = 0;
  }

  /** `core` touches bytes of the line. Returns whether it has touched no new ones for long enough. */
  private touch(f: Followed, core: number, offset: number, bytes: number, write: boolean): boolean {
    const { mask, words } = this;
    const { bits } = f;
    const own = (core * sets + (write ? Set.Written : Set.Read)) * words;
    let fresh = false;
    for (let i = 0; i < words; i++) {
      mask[i] = span(offset - 32 * i, bytes);
      if ((mask[i]! & ~bits[own + i]!) !== 0) fresh = true;
      bits[own + i]! |= mask[i]!;
    }
    if (!fresh) {
      if (++f.quiet[core]! === quietAccesses) this.quietPeriods++;
      return f.quiet[core]! >= quietAccesses;
    }
    f.quiet[core] = 0;
    const news = (core * sets + (write ? Set.NewToWrites : Set.NewToReads)) * words;
    for (let i = 0; i < words; i++) if ((mask[i]! & bits[news + i]!) !== 0) this.settle(f, core, 'trueSharing');
    for (let other = 0; other < this.cores; other++) {
      if (other === core) continue;
      const first = other * sets * words;
      for (let i = 0; i < words; i++) {
        bits[first + Set.OthersTouched * words + i]! |= mask[i]!;
        if (write) bits[first + Set.OthersWrote * words + i]! |= mask[i]!;
      }
    }
    return false;
  }
}

/** Bits [offset, offset + bytes) of a word, as far as they lie in it. */
function span(offset: number, bytes: number): number {
  const from = Math.max(0, offset);
  const to = Math.min(32, offset + bytes);
  if (from >= to) return 0;
  return (to - from === 32 ? -1 : (1 << (to - from)) - 1) << from;
}
