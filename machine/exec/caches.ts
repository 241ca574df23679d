/**
 * The caches and TLBs of an engine, where memory is not flat: what they are made of, what of them is state, and who observes them or tries other
 * places for words. How accesses reach them: lines.ts.
 */
import { ticksPerCycle } from '../config.js';
import { engineCells, type CoreState } from '../core/context.js';
import type { MemoryDescription } from '../memory/description.js';
import { Hierarchy, type HierarchyState } from '../memory/hierarchy.js';
import { frameBytes, type PageTable, type Ram } from '../memory/ram.js';
import { Apart } from './apart.js';
import { Lines, pageNumber } from './lines.js';
import type { Memory } from './memory.js';
import { Misses, type MissFigures } from './misses.js';
import type { Places } from './places.js';
import type { Profile } from './profile.js';
import { Sharing, type SharingObserver } from './sharing.js';

/**
 * A core that another's request waits for keeps the line for this share of a transfer: the request has to come to it once the line has. A transfer is
 * three ways: to the directory, from there to the owner, and to who asked.
 */
const holdShare = 3;

/** What of caches continues identically after a restore. */
export interface CacheState {
  readonly hierarchy: HierarchyState;
  readonly misses: readonly Float64Array[];
  readonly lastShared: number;
}

export interface CacheOptions {
  readonly description: MemoryDescription;
  readonly misses: MissFigures;
  readonly seed: number;
}

/** The model of an engine's caches and TLBs, and what misses do to its cores' time: made before generated code, which calls it. */
export class CacheLines {
  readonly hierarchy: Hierarchy;
  readonly lines: Lines;
  readonly misses: Misses;

  constructor(readonly options: CacheOptions, ram: Ram, states: readonly CoreState[], tagsIgnored: boolean) {
    const { description, misses, seed } = options;
    this.hierarchy = new Hierarchy(description, states.length, ram, undefined, seed, states.map((s) => s.base + engineCells.accesses));
    this.misses = new Misses(ram, this.hierarchy, states.map((s) => s.base), misses);
    this.lines = new Lines(ram, this.hierarchy, description.lineBytes, Math.floor(description.transfer.dirty / holdShare) * ticksPerCycle, tagsIgnored);
  }
}

export class Caches {
  readonly lines: Lines;
  private readonly misses: Misses;
  private readonly description: MemoryDescription;

  constructor(
    { options, hierarchy, lines, misses }: CacheLines,
    private readonly ram: Ram,
    private readonly states: readonly CoreState[],
    private readonly memory: Memory,
    private readonly places: Places,
    /** Counts what is fetched. */
    private readonly counted: Profile | undefined,
  ) {
    this.description = options.description;
    this.lines = lines;
    this.misses = misses;
    places.tell(hierarchy);
  }

  /** Import `fetched`: at a block's end, what bringing its code from the caches costs. */
  fetched(ctx: number): number {
    const block = this.places.block(ctx);
    const vpn = Math.floor(block.entry / frameBytes);
    const offset = block.entry - vpn * frameBytes; // % takes longer than a fetch that hits
    const end = offset + block.bytes;
    const page = pageNumber(this.ram.i32[(ctx + engineCells.space) >> 2]!, vpn);
    const now = this.places.endsAt(ctx);
    const { counted } = this;
    let first = block.entry - offset;
    const core = this.memory.coreOf(ctx);
    if (counted) this.lines.codeMissed = (at, level) => counted.fetched(core, block, first + at, level);
    let ticks = this.lines.fetch(core, page, block.frame, offset, Math.min(end, frameBytes), now);
    first += frameBytes;
    if (end > frameBytes) ticks += this.lines.fetch(core, page + 1, block.nextFrame, 0, end - frameBytes, now);
    return ticks;
  }

  /** The kernel's own accesses are not modeled; what they push out of the first level is. */
  displace(core: number, entry: 'call' | 'switch'): void {
    const what = this.description.displaced?.[entry];
    if (what) this.lines.hierarchy.displace(core, what, what.pages);
  }

  save(): CacheState {
    return { hierarchy: this.lines.hierarchy.save(), misses: this.misses.save(), lastShared: this.lines.lastShared };
  }
  load(s: CacheState): void {
    this.lines.hierarchy.load(s.hierarchy);
    this.misses.load(s.misses);
    this.lines.lastShared = s.lastShared;
  }

  /**
   * From now on `observer` is told of requests for lines that cores share; the result says how it went. The address of
   * the instruction that asks: `Engine.pcOf`.
   */
  observeSharing(observer: SharingObserver): Sharing {
    const { lines } = this;
    return (lines.sharing = new Sharing(lines.hierarchy, this.states.length, lines.bytes, lines.line(this.ram.endFrame, 0), observer, (line) => lines.hide(line)));
  }

  /**
   * From now on `bytes` bytes at `address` of a space count as if they lay on lines of their own (`apart` false: no longer), whether they are there yet or
   * not. No part of the state: for trying what padding would bring.
   */
  placeApart(space: PageTable, address: number, bytes: number, apart = true): void {
    const { lines } = this;
    const words = (lines.apart ??= new Apart(lines.line(this.ram.endFrame, 0), lines.bytes, frameBytes));
    const page = pageNumber(space.id, Math.floor(address / frameBytes));
    const first = address % frameBytes;
    for (let at = first & -lines.bytes; at < first + bytes; at += lines.bytes) {
      const frame = space.pte(Math.floor((address - first + at) / frameBytes)) >>> 8;
      if (frame !== 0) lines.hide(lines.line(frame, at % frameBytes));
    }
    words.place(page, first, bytes, apart);
  }
}
