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
import { isShared, Level, LineState, Miss } from '../memory/counters.js';
import type { Hierarchy } from '../memory/hierarchy.js';
import { frameBytes } from '../memory/ram.js';

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

/**
 * What is kept of each core, as words: sets of bytes of the line, a bit each (what it touched in this period, and what others did since it got the line), `words` of
 * each; then accesses in a row without a new byte; times that it has got the line since it is followed, up to 2; and whether it has stored, and its request was put off.
 */
const enum Set { Read, Written, OthersWrote, OthersTouched, NewToReads, NewToWrites }
const sets = 6;
const enum Cell { Quiet, Had, Postponed }
const cells = 3;

class Followed {
  periods = 0;
  /** Accesses are seen now. */
  seen = true;
  readonly bits: Int32Array;
  /** The request that the present period of a core began with, until its verdict. */
  readonly open: (Verdicts | undefined)[];

  constructor(cores: number, stride: number) {
    this.bits = new Int32Array(cores * stride);
    this.open = new Array<Verdicts | undefined>(cores).fill(undefined);
  }
}

/** Lines whose places are one array. */
const chunkShift = 9;

export class Sharing {
  /** Times that a core had a followed line, and how many of them were not followed to their end. */
  periods = 0;
  quietPeriods = 0;
  private readonly lines: Followed[] = [];
  /** By line number, in chunks: its place in `lines`, counted from 1. Every access asks, so no Map would do; chunks without such a line are one. */
  private readonly places: Int32Array[];
  private readonly nothing = new Int32Array(1 << chunkShift);
  private readonly words: number;
  /** Words of a core, and where its cells begin. */
  private readonly stride: number;
  private readonly cellsAt: number;
  private readonly request: SharedRequest = { core: 0, line: -1, address: 0, bytes: 0, write: false, level: Level.L1, taken: false, waits: false, ticks: 0 };
  /** The hierarchy was asked for this line on behalf of the access in hand. */
  private asked = -1;
  private exclusive = false;

  constructor(
    private readonly hierarchy: Hierarchy,
    private readonly cores: number,
    private readonly lineBytes: number,
    /** Of all memory. */
    lineCount: number,
    private readonly observer: SharingObserver,
    /** Takes a line out of all lookasides. */
    private readonly hide: (line: number) => void,
  ) {
    this.words = Math.ceil(lineBytes / 32);
    this.cellsAt = sets * this.words;
    this.stride = this.cellsAt + cells;
    this.places = new Array<Int32Array>((lineCount >>> chunkShift) + 1).fill(this.nothing);
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

  /**
   * The access that this was for, `at` bytes from the beginning of the page `vpn`. `done`: it has happened; else it begins again later. Returns whether the line may be
   * entered in the lookaside.
   */
  accessed(core: number, line: number, vpn: number, at: number, bytes: number, write: boolean, done: boolean): boolean {
    const asked = this.asked === line;
    this.asked = -1;
    const place = this.places[line >>> chunkShift]![line & ((1 << chunkShift) - 1)]!;
    if (place === 0 && !asked) return true;
    const followed = place === 0 ? this.follow(line) : this.lines[place - 1]!;
    const offset = at & (this.lineBytes - 1);
    const size = Math.min(bytes, this.lineBytes - offset);
    if (asked) this.count(followed, core, line, vpn * frameBytes + at, size, write, done);
    return done && (!followed.seen || this.touch(followed, core, offset, size, write));
  }

  /** No more requests come: those without a verdict shared nothing. */
  finish(): void {
    for (const followed of this.lines) followed.open.forEach((_, core) => this.close(followed, core));
  }

  private follow(line: number): Followed {
    const { places } = this;
    const chunk = line >>> chunkShift;
    if (places[chunk] === this.nothing) places[chunk] = new Int32Array(1 << chunkShift);
    const followed = new Followed(this.cores, this.stride);
    places[chunk]![line & ((1 << chunkShift) - 1)] = this.lines.push(followed);
    this.hide(line);
    return followed;
  }
  private cell(core: number, which: Cell): number {
    return core * this.stride + this.cellsAt + which;
  }

  private count(f: Followed, core: number, line: number, address: number, bytes: number, write: boolean, done: boolean): void {
    const { request } = this;
    request.core = core;
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
      f.bits[this.cell(core, Cell.Postponed)] = 1;
      return;
    }
    this.close(f, core);
    const postponed = this.cell(core, Cell.Postponed);
    if (f.bits[postponed] === 0) this.forget(f, core);
    f.bits[postponed] = 0;
    this.begin(f, core, verdicts);
  }

  /** Whether the line is followed now. When it begins to be, nothing is known of it. */
  private sees(f: Followed, line: number): boolean {
    if (!this.request.waits) f.periods++;
    const sees = f.periods <= firstPeriods || f.periods % cyclePeriods < samplePeriods;
    if (sees && !f.seen) {
      f.bits.fill(0);
      this.hide(line);
    } else if (!sees && f.seen) f.open.fill(undefined);
    return (f.seen = sees);
  }

  /** A period of `core` begins: what others have done up to now is new to it. */
  private begin(f: Followed, core: number, verdicts: Verdicts | undefined): void {
    this.periods++;
    const { bits } = f;
    const at = (set: Set): number => core * this.stride + set * this.words;
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
    const had = this.cell(core, Cell.Had);
    if (bits[had]! < 2) bits[had]!++;
    if (shares) this.settle(f, core, 'trueSharing');
  }

  private settle(f: Followed, core: number, how: 'trueSharing' | 'falseSharing'): void {
    const verdicts = f.open[core];
    if (!verdicts) return;
    f.open[core] = undefined;
    if (f.bits[this.cell(core, Cell.Had)]! < 2 && how === 'falseSharing') verdicts.unknown++;
    else verdicts[how]++;
  }
  private close(f: Followed, core: number): void {
    this.settle(f, core, 'falseSharing');
  }
  private forget(f: Followed, core: number): void {
    const from = core * this.stride + Set.Read * this.words;
    f.bits.fill(0, from, from + 2 * this.words);
    f.bits[this.cell(core, Cell.Quiet)] = 0;
  }

  /** `core` touches bytes of the line. Returns whether it has touched no new ones for long enough. */
  private touch(f: Followed, core: number, offset: number, bytes: number, write: boolean): boolean {
    const { words, stride } = this;
    const { bits } = f;
    const own = core * stride + (write ? Set.Written : Set.Read) * words;
    const last = (offset + bytes - 1) >> 5;
    let fresh = 0;
    for (let i = offset >>> 5; i <= last; i++) fresh |= span(offset - 32 * i, bytes) & ~bits[own + i]!;
    const quiet = core * stride + this.cellsAt + Cell.Quiet;
    if (fresh === 0) {
      const accesses = (bits[quiet] = bits[quiet]! + 1);
      if (accesses === quietAccesses) this.quietPeriods++;
      return accesses >= quietAccesses;
    }
    bits[quiet] = 0;
    const news = core * stride + (write ? Set.NewToWrites : Set.NewToReads) * words;
    for (let i = offset >>> 5; i <= last; i++) {
      const mask = span(offset - 32 * i, bytes);
      bits[own + i]! |= mask;
      if ((mask & bits[news + i]!) !== 0) this.settle(f, core, 'trueSharing');
      for (let other = 0; other < this.cores; other++) {
        if (other === core) continue;
        const first = other * stride + i;
        bits[first + Set.OthersTouched * words]! |= mask;
        if (write) bits[first + Set.OthersWrote * words]! |= mask;
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
