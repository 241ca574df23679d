/**
 * One core's accesses to the memory hierarchy under `window` timing: how many cycles each takes beyond a hit in the first level.
 *
 * The simulation says when an access begins, which is when its address is there, so accesses are asked about in program order but happen in another
 * one. A miss takes a fill buffer until its line has come; while all are taken the next one waits, and an access to a line that is on its way waits for
 * it. A line on its way to another core is asked for again when it has arrived there.
 */
import { ticksPerCycle } from '../config.js';
import { isShared, Level } from '../memory/counters.js';
import { frameBytes, Pte, type PageTable } from '../memory/ram.js';
import type { WindowState } from '../uarch/windowState.js';
import { hugeNumber, pageNumber, type Lines } from './lines.js';

/** What a core asks of memory, an access inside one line at a time (`bytes` beyond its end do not count). Addresses are virtual, times and answers whole cycles. */
export interface LineMemory {
  readonly lineBytes: number;
  /** What the data that were asked for last waited for, if they did: who answered, L1 if the line was on its way; undefined: for a translation alone. */
  readonly answered: Level | undefined;
  /** Beyond a hit in L1. `forwarded`: the store buffer has the data, so that only a translation is wanted. */
  data(address: number, bytes: number, write: boolean, forwarded: boolean, cycle: number): number;
  /** The same for a line of code. */
  code(address: number, cycle: number): number;
}

/** No address above it is a user's. */
const topAddress = 2 ** 47;

export class CoreLines implements LineMemory {
  readonly lineBytes: number;
  answered: Level | undefined = undefined;
  /** Per fill buffer: line + 1, and when it arrives, ticks. */
  private readonly fillLines: Float64Array;
  private readonly fillTimes: Float64Array;
  // Of the access in hand.
  private vpn = 0;
  private offset = 0;
  private bytes = 0;
  private page = 0;
  private line = 0;
  /** Until when requests have been told to observers; no state. */
  private told = 0;

  constructor(
    state: WindowState,
    private readonly core: number,
    private readonly lines: Lines,
    fillBuffers: number,
    private readonly space: () => PageTable,
    /** Told of misses of L1: whether a store's, and who answered; and of code, at which address. */
    private readonly missed?: (write: boolean, level: Level, code: number | undefined) => void,
  ) {
    this.lineBytes = lines.bytes;
    this.fillLines = state.f64(fillBuffers);
    this.fillTimes = state.f64(fillBuffers);
  }

  data(address: number, bytes: number, write: boolean, forwarded: boolean, cycle: number): number {
    if (!this.find(address)) return 0;
    const { core, line, lines: { hierarchy } } = this;
    this.bytes = bytes;
    hierarchy.touch(core);
    const now = cycle * ticksPerCycle;
    const asked = now + hierarchy.translate(core, this.page, this.page < 0, false);
    const there = hierarchy.hit(core, line, write) || forwarded ? asked : this.bring(line, write, asked);
    const arrives = forwarded ? 0 : this.arrival(line);
    this.answered = there > asked ? hierarchy.lastLevel : arrives > asked ? Level.L1 : undefined;
    this.seen(write, true);
    return Math.ceil((Math.max(there, arrives) - now) / ticksPerCycle);
  }

  code(address: number, cycle: number): number {
    if (!this.find(address)) return 0;
    const { core, line, lines: { hierarchy } } = this;
    const now = cycle * ticksPerCycle;
    const asked = now + hierarchy.translate(core, this.page, this.page < 0, true);
    const hit = hierarchy.codeHit(core, line);
    const there = hit ? asked : hierarchy.bringCode(core, line, asked);
    if (!hit) this.missed?.(false, hierarchy.lastLevel, address);
    return Math.ceil((there - now) / ticksPerCycle);
  }

  /** Page and line of an address; false where there is none: the instruction did not access it. */
  private find(address: number): boolean {
    if (address < 0 || address >= topAddress) return false;
    const space = this.space();
    const vpn = Math.floor(address / frameBytes);
    const pte = space.pte(vpn);
    const frame = pte >>> 8;
    this.page = (pte & Pte.Huge) === 0 ? pageNumber(space.id, vpn) : hugeNumber(space.id, vpn);
    this.vpn = vpn;
    this.offset = address % frameBytes;
    const own = this.lines.apart === undefined ? -1 : this.lines.apart.line(pageNumber(space.id, vpn), this.offset);
    this.line = own < 0 ? this.lines.line(frame, this.offset) : own;
    return frame !== 0;
  }

  /** Asks for a line that L1 does not have, or not to write; returns when it is there. */
  private bring(line: number, write: boolean, asked: number): number {
    const { core, lines, fillLines, fillTimes } = this;
    const { hierarchy } = lines;
    if (hierarchy.holds(core, line, write)) return asked + hierarchy.data(core, line, write, asked); // no miss
    let buffer = 0;
    for (let i = 1; i < fillTimes.length; i++) if (fillTimes[i]! < fillTimes[buffer]!) buffer = i;
    let at = Math.max(asked, fillTimes[buffer]!);
    let extra = hierarchy.data(core, line, write, at);
    if (extra < 0 || isShared(hierarchy.lastLevel)) lines.lastShared = at;
    for (; extra < 0; extra = hierarchy.data(core, line, write, at)) {
      at -= extra;
      lines.sharing?.answered(line, extra, this.alone(at + extra, at));
      this.seen(write, false);
    }
    lines.sharing?.answered(line, this.alone(at, at + extra), 0);
    this.missed?.(write, hierarchy.lastLevel, undefined);
    fillLines[buffer] = line + 1;
    return (fillTimes[buffer] = at + extra);
  }

  /** Who observes lines that cores share is told of the access in hand. `done`: it has happened, else it is on its way to another core. */
  private seen(write: boolean, done: boolean): void {
    this.lines.sharing?.accessed(this.core, this.line, this.vpn, this.offset, this.bytes, write, done);
  }

  /** For who observes: what of the time from `from` to `till` no request before has taken. Many are under way at once, and their sum would be no time that the core had. */
  private alone(from: number, till: number): number {
    const ticks = Math.max(0, till - Math.max(from, this.told));
    this.told = Math.max(this.told, till);
    return ticks;
  }

  /** When a line that is on its way to this core arrives; 0: it is not. */
  private arrival(line: number): number {
    const { fillLines, fillTimes } = this;
    let time = 0;
    for (let i = 0; i < fillLines.length; i++) if (fillLines[i] === line + 1 && fillTimes[i]! > time) time = fillTimes[i]!;
    return time;
  }
}
