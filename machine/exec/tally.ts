/**
 * What reports count of each core beside its state: micro-ops, accesses, branches, and what time went to. Only an engine that is told to has it: it takes
 * generated code of its own, which adds a block's counts, standing behind the block's tail, to cells of the core's context at the block's end.
 *
 * Counts are no state: nothing depends on them, digests and snapshots leave them out, and a rollback does not take them back.
 *
 * Counted in ticks is everything that moves the clock of a core that runs instructions, so that these add up to the time it has run: what blocks cost
 * by themselves (`issue`), the front end, mispredictions, results beyond the window, locked accesses, and waits for memory by who answered. `unit` timing
 * has only the last. Under `window` timing all of them overlap; what retires late there, because of itself and not of those before it, is told (S. Eyerman et al., A
 * Performance Counter Architecture for Computing Accurate CPI Components, ASPLOS 2006, count in this manner), and the rest is `issue`.
 */
import type { Insn } from '../../isa/row.js';
import { engineCells } from '../core/context.js';
import { Level } from '../memory/counters.js';
import type { Ram } from '../memory/ram.js';
import { effectsOf } from '../uarch/cells.js';
import { cycle, type Uarch } from '../uarch/uarch.js';
import type { Late } from '../uarch/window.js';
import { worksOf } from '../uarch/work.js';
import { tail, talliedTailBytes } from './interval.js';
import { isBranch, type Form } from './kind.js';
import { unitBytes } from './layout.js';
import type { Block } from './block.js';
import type { Places } from './places.js';
import { End, type Profile } from './profile.js';
import type { BlockPrice, Pricing } from './pricing.js';

/** Index of each count. The first nine are i32 cells in the context as well. */
export const Tallied = {
  uops: 0, loads: 1, stores: 2, branches: 3,
  issueTicks: 4, frontTicks: 5, mispredictTicks: 6, windowTicks: 7, lockTicks: 8,
  /** Waits for: translations; a line that was on its way; L2; L3; other cores; DRAM; room in the store buffer. */
  tlbTicks: 9, fillTicks: 10, l2Ticks: 11, l3Ticks: 12, remoteTicks: 13, dramTicks: 14, storeTicks: 15,
} as const;
const cells = 9;
const counts = 16;
/** Of these the tail of a block has an i32 each, in the order of their indexes. */
const perBlock = 4;

/** By Level. */
const causes = [Tallied.fillTicks, Tallied.l2Ticks, Tallied.l3Ticks, Tallied.remoteTicks, Tallied.remoteTicks, Tallied.dramTicks, Tallied.remoteTicks];

/** What the first k instructions of a block count, k = 0..n: `perBlock` numbers each. */
export class BlockCounts {
  constructor(private readonly prefixes: readonly number[]) {}

  /** Of the instructions from `from` up to `to`. */
  part(from: number, to: number): BlockCounts {
    return new BlockCounts(this.prefixes.slice(from * perBlock, (to + 1) * perBlock));
  }

  of(index: number, from: number, to: number): number {
    return this.prefixes[to * perBlock + index]! - this.prefixes[from * perBlock + index]!;
  }
  /** Into a block's tail: of the instructions from `from` up to `to`. */
  write(bytes: Uint8Array, from: number, to: number): void {
    const dv = new DataView(bytes.buffer, bytes.byteOffset);
    for (let i = 0; i < perBlock; i++) dv.setInt32(tail.counts - 2 * unitBytes + 4 * i, this.of(i, from, to), true);
    bytes.fill(0, tail.runs - 2 * unitBytes, tail.tells - 2 * unitBytes);
  }
}

/** `uarch`: undefined where nothing is known of micro-ops. */
function countsOf(insns: readonly Insn[], uarch: Uarch | undefined): BlockCounts {
  // the last one may have no meaning: it stops, and counts nothing
  const known = insns.at(-1)?.row.lift === undefined ? insns.slice(0, -1) : insns;
  const works = uarch && worksOf(uarch, known);
  const prefixes = new Array<number>(perBlock).fill(0);
  insns.forEach((insn, k) => {
    const effects = k < known.length ? effectsOf(insn) : undefined;
    const own = [works?.[k]?.slots ?? 0, effects?.loads.length ?? 0, effects?.stores.length ?? 0, effects && isBranch(insn) ? 1 : 0];
    own.forEach((n) => prefixes.push(prefixes[prefixes.length - perBlock]! + n));
  });
  return new BlockCounts(prefixes);
}

class TalliedPrice implements BlockPrice {
  readonly ticks: number;
  readonly tailBytes = talliedTailBytes;
  readonly loads: BlockPrice['loads'];
  constructor(private readonly price: BlockPrice, readonly counts: BlockCounts, readonly tells: End) {
    this.ticks = price.ticks;
    this.loads = price.loads;
  }
  get prefix(): readonly number[] {
    return this.price.prefix;
  }
}

/** The same prices, with what blocks count behind their tails. Under `window` timing instructions count one by one, as they run. `profile`: what counts by instruction, too. */
export function tallied(pricing: Pricing, uarch: Uarch | undefined, profile?: Profile): Pricing {
  if (pricing.window) {
    if (!profile) return { ...pricing, tallies: true };
    return { ...pricing, tallies: true, profile, block: (insns, forms) => Object.assign(pricing.block(insns, forms), { tells: profile.endOf(insns) }) };
  }
  const bytes = new Uint8Array(talliedTailBytes);
  return {
    ...pricing,
    tallies: true,
    ...(profile ? { profile } : {}),
    tail: bytes,
    block: (insns: readonly Insn[], forms: readonly Form[]) => {
      const price = pricing.block(insns, forms);
      bytes.set(pricing.tail);
      const counts = countsOf(insns, uarch);
      counts.write(bytes, 0, insns.length);
      const tells = profile?.endOf(insns) ?? End.Untold;
      bytes[tail.tells - 2 * unitBytes] = tells;
      return new TalliedPrice(price, counts, tells);
    },
  };
}

/** The counts of all cores. */
export class Tally {
  /** Count `Tallied.x` of a core: `cores[core][Tallied.x]`. */
  readonly cores: readonly Float64Array[];

  constructor(private readonly ram: Ram, cores: number, private readonly coreOf: (ctx: number) => number, private readonly places: Places, private readonly profile: Profile | undefined) {
    this.cores = Array.from({ length: cores }, () => new Float64Array(counts));
  }

  /** Takes over what generated code has counted, before the cells run over. */
  collect(ctx: number): void {
    const { i32 } = this.ram;
    const first = (ctx + engineCells.tally) >> 2;
    const to = this.cores[this.coreOf(ctx)]!;
    for (let i = 0; i < cells; i++) to[i]! += i32[first + i]!;
    i32.fill(0, first, first + cells);
  }

  /** Instructions `from` up to `to` of a block have run singly, or before something stopped it. */
  part(ctx: number, block: Block, from: number, to: number): void {
    const { counts, prefix } = block.price;
    this.profile?.part(block, from, to);
    if (!counts) return;
    const own = this.cores[this.coreOf(ctx)]!;
    for (let i = 0; i < perBlock; i++) own[i]! += counts.of(i, from, to);
    own[Tallied.issueTicks]! += prefix[to]! - prefix[from]!;
  }

  /** An instruction has run by itself. */
  instruction(ctx: number, uops: number, loads: number, stores: number, branches: number): void {
    const own = this.cores[this.coreOf(ctx)]!;
    own[Tallied.uops]! += uops;
    own[Tallied.loads]! += loads;
    own[Tallied.stores]! += stores;
    own[Tallied.branches]! += branches;
  }

  /** Under `window` timing an instruction has moved the clock by `ticks` and was late by so many cycles; `awaited`: who answered its load, undefined the TLB. */
  retired(ctx: number, ticks: number, late: Late, awaited: Level | undefined): void {
    const own = this.cores[this.coreOf(ctx)]!;
    own[Tallied.frontTicks]! += late.front * cycle;
    own[Tallied.mispredictTicks]! += late.mispredict * cycle;
    own[Tallied.windowTicks]! += late.results * cycle;
    own[Tallied.lockTicks]! += late.locks * cycle;
    own[Tallied.storeTicks]! += late.stores * cycle;
    own[awaited === undefined ? Tallied.tlbTicks : causes[awaited]!]! += late.memory * cycle;
    const { memory, locks, mispredict, front, stores, results } = late;
    own[Tallied.issueTicks]! += ticks - (memory + locks + mispredict + front + stores + results) * cycle;
  }

  /** A core could not have a line that was on its way to another one, and has waited. */
  waited(ctx: number, ticks: number): void {
    this.cores[this.coreOf(ctx)]![Tallied.remoteTicks]! += ticks;
  }

  /** With caches: an access has missed, or its core has waited for `ticks`: see the model's access.ts. */
  missed(ctx: number, ticks: number, level: Level, asStore: boolean, plain: boolean, walked: boolean): void {
    const { profile } = this;
    if (profile && level !== Level.L1) {
      const block = this.places.block(ctx);
      profile.missed(this.coreOf(ctx), block, this.places.of(ctx).k, asStore, level);
    }
    if (ticks === 0) return;
    const cause = this.places.locked(ctx) ? Tallied.lockTicks : plain ? Tallied.storeTicks : level === Level.L1 && walked ? Tallied.tlbTicks : causes[level]!;
    this.cores[this.coreOf(ctx)]![cause]! += ticks;
  }
}
