/**
 * The static cost of a block for `interval` mode: what its first k instructions take at least, and how latencies go through it.
 *
 * A core that runs blocks keeps a ready time for every lane. At a block's entry with local time `now` (all in ticks):
 *
 *     start   = now
 *     out[o]  = max(start + ticks of the way from the start, max over ways from lanes i of (ready[i] + ticks))
 *     now     = start + ticks, or later when the chain of dependences runs ahead of what the window hides
 *
 * Everything is a function of the code bytes and the entry address. Programs start with thousands of blocks, so this takes some
 * microseconds a block in code that has hardly run: parts of instructions (part.ts) are kept, the rest is small integers in arrays.
 */
import type { Insn } from '../../isa/row.js';
import { CacheCycles, cacheWindowBytes, loops } from './frontend.js';
import { loadsOf, type BlockLoads } from './loads.js';
import { mostRegisters, Parts, type Part } from './part.js';
import { Pressure } from './pressure.js';
import { cycle, type Uarch } from './uarch.js';
import { none, Ways } from './ways.js';

/** Instructions that a block may have. */
const mostInstructions = 32;

/** A block's parts as they are in it. */
export interface Joined {
  readonly parts: readonly Part[];
  /** Which is the second half of a fused pair, or none: a block has one at most. */
  readonly fusedAt: number;
  /** Bit k: instruction k begins in another window of the micro-op cache than the one before. */
  readonly windows: number;
  readonly loops: boolean;
}

/** What instructions with equal numbers have in common: see Parts. */
export interface Numbered {
  readonly id: number;
}

/** Prices blocks, one at a time; its fields tell of the last one. */
export class BlockCost implements Joined {
  /** Ticks with decoded micro-ops at hand, and when the bytes come through the decoders: code that runs for the first time. */
  ticks = 0;
  coldTicks = 0;
  readonly ways: Ways;
  private readonly pressure = new Pressure();
  private readonly known: Parts;
  /** An array for each block: whoever wants its prefixes keeps it. */
  parts: Part[] = [];
  fusedAt = none;
  windows = 0;
  loops = false;
  /** Undefined: the core has no micro-op cache. */
  private readonly cache: CacheCycles | undefined;
  /** By number of instructions in a window, cycles that predecoding them takes. */
  private readonly predecoded: Uint8Array;
  /** By number of slots, for those that blocks usually take. */
  private readonly issueTicks: Int32Array;
  private readonly registers = new Int8Array(mostInstructions * mostRegisters);

  /** `laneOf`: per cell, its lane, or none for cells that are always ready. */
  constructor(private readonly uarch: Uarch, private readonly laneOf: ArrayLike<number>) {
    this.known = new Parts(uarch, this.pressure);
    this.ways = new Ways(uarch, laneOf);
    const { frontEnd, figures } = uarch;
    this.predecoded = Uint8Array.from({ length: mostInstructions + 1 }, (_, n) => (frontEnd && frontEnd.predecodeWidth > 0 ? Math.ceil(n / frontEnd.predecodeWidth) : 0));
    this.issueTicks = Int32Array.from({ length: 128 }, (_, slots) => Math.ceil((slots * cycle) / figures.width));
    this.cache = uarch.frontEnd && uarch.frontEnd.uopCacheWidth > 0 ? new CacheCycles(uarch.frontEnd.uopCacheWidth) : undefined;
  }

  /** The cost of instructions that follow each other in memory, 32 at most. `forms`: see Parts. Throws NoPrice. */
  price(insns: readonly Insn[], forms: readonly Numbered[]): void {
    this.join(insns, forms);
    const { parts } = this;
    if (this.uarch.inOrder) {
      this.ticks = this.coldTicks = parts.reduce((n, part) => n + part.inOrderTicks, 0);
      return;
    }
    this.ticks = this.throughput(this);
    this.coldTicks = this.cold(insns);
    this.ways.follow(insns, parts, this.registers, this.fusedAt);
  }

  /** What depends on the last block's loads; undefined when it has none. */
  loads(): BlockLoads | undefined {
    return loadsOf(this.parts, this.registers, this.laneOf, this.ways.passed);
  }

  /** Ticks of the first k instructions of a block, k = 0..n; never falling. */
  prefixes(joined: Joined): number[] {
    const prefix = [0];
    if (this.uarch.inOrder) joined.parts.forEach((part, k) => prefix.push(prefix[k]! + part.inOrderTicks));
    else this.throughput(joined, prefix);
    return prefix;
  }

  /** Parts as they are in this block: with stack pointer updates, and fused. The second half of a pair stays, unfused. */
  private join(insns: readonly Insn[], forms: readonly Numbered[]): void {
    const { known, registers } = this;
    const n = insns.length;
    const parts = (this.parts = new Array<Part>(n));
    this.fusedAt = none;
    this.loops = loops(insns);
    let stale = false;
    let windows = 0;
    let windowEnd = 0;
    for (let k = 0; k < n; k++) {
      const insn = insns[k]!;
      let part: Part = known.of(insn, forms[k]!.id, registers, k * mostRegisters);
      if (part.plain) parts[k] = part;
      else {
        const sync: boolean = stale && part.namesStack;
        stale = part.movesStack || (stale && !sync && !part.writesStack);
        if (sync) part = part.withSync();
        const pair = part.ends && k > 0 ? parts[k - 1]!.before(part) : undefined;
        if (pair) {
          parts[k - 1] = pair;
          this.fusedAt = k;
        }
        parts[k] = part;
      }
      const { pc } = insn;
      if (pc < windowEnd) continue;
      windows |= 1 << k;
      windowEnd = (Math.floor(pc / cacheWindowBytes) + 1) * cacheWindowBytes;
    }
    this.windows = windows;
  }

  /** The greatest of issue slots, ports, divider, serial instructions and the micro-op cache. `prefix` gets it after each instruction. */
  private throughput({ parts, fusedAt, windows, loops }: Joined, prefix?: number[]): number {
    const { pressure, cache } = this;
    pressure.clear();
    cache?.clear();
    let slots = 0;
    let divider = 0;
    let serial = 0;
    let ticks = 0;
    const last = parts.length - 1;
    for (let k = 0; k <= last; k++) {
      const part = parts[k]!;
      if (part.blocks) {
        divider += part.occupancy;
        serial += part.serial;
      }
      cache?.take((windows >>> k) & 1, k === fusedAt ? 0 : part.decoded, part.microcodeCycles);
      if (k !== fusedAt) {
        slots += part.slots;
        pressure.add(part.ports, part.held);
      }
      if (prefix === undefined && k < last) continue;
      ticks = Math.max(this.issue(slots), pressure.bound(), divider, serial, cache ? cache.ticks(loops && k === last) : 0);
      prefix?.push(ticks);
    }
    return ticks;
  }
  private issue(slots: number): number {
    const { issueTicks } = this;
    return slots < issueTicks.length ? issueTicks[slots]! : Math.ceil((slots * cycle) / this.uarch.figures.width);
  }

  private cold(insns: readonly Insn[]): number {
    const { parts, fusedAt } = this;
    const fe = this.uarch.frontEnd;
    if (!fe || fe.predecodeWidth === 0 || insns.length === 0) return this.ticks;
    let cycles = 0;
    let simple = 0;
    for (let k = 0; k < parts.length; k++) {
      const part = parts[k]!;
      if (k === fusedAt) continue;
      if (part.opens) {
        cycles += part.decodeCycles;
        simple = part.simpleAfter;
      } else if (simple === 0) {
        cycles++;
        simple = fe.decoders - 1;
      } else simple--;
    }
    return Math.max(this.ticks, cycle * cycles, cycle * predecoding(insns, fe.fetchBytes, this.predecoded));
  }
}

/** Cycles until the last instruction is predecoded: as predecodeEnds in frontend.ts has it for instructions without prefixes, since an engine keeps no bytes. */
function predecoding(insns: readonly Insn[], fetchBytes: number, cyclesOf: Uint8Array): number {
  let at = insns[0]!.pc % fetchBytes;
  let count = 0;
  let cycles = 0;
  for (let k = 0; k < insns.length; k++) {
    if (at === fetchBytes) {
      cycles += cyclesOf[count]!;
      at = count = 0;
    }
    at += insns[k]!.length;
    count++;
    if (at <= fetchBytes) continue;
    // it ends in the next window, where it counts too
    cycles += cyclesOf[count]!;
    at -= fetchBytes;
    count = 1;
  }
  return cycles + cyclesOf[count]!;
}
