/**
 * What reports count by instruction: how often each ran, its accesses, jumps, wrong predictions and misses; and where control goes, for who follows
 * calls. An engine has it whose prices were made for one (tally.ts): generated code then counts at a block's end how often the block has run, in cells behind
 * its tail, which is exact because a block that runs whole runs all its instructions. Instructions that run singly, and those before a stop
 * inside a block, are counted here.
 *
 * The sums over all instructions are what `Tally` and the hierarchy count of all cores. Like those they are no state.
 */
import type { Insn } from '../../isa/row.js';
import { Level } from '../memory/counters.js';
import type { PageTable, Ram } from '../memory/ram.js';
import type { Block } from './block.js';
import { tail } from './interval.js';
import { flowOf } from './kind.js';
import { unitBytes } from './layout.js';
import type { Reason } from './stop.js';

/** Index of each count of an instruction. Misses are those of the first level, and of these the ones that DRAM answered. */
export const Cost = { runs: 0, loads: 1, stores: 2, branches: 3, mispredicts: 4, fetchMisses: 5, fetchDram: 6, loadMisses: 7, loadDram: 8, storeMisses: 9, storeDram: 10 } as const;
export const costs = 11;

/** How a block ends, where that is told. */
export const enum End { Untold, Call, Return, Jump }

/** Follows control from function to function. */
export interface CallObserver {
  /** The function that an address belongs to, as a number. */
  functionOf(pc: number): number;
  /** The block has ended with its last instruction, and the core goes on at `target`; it has executed so many instructions. */
  ended(core: number, block: Block, end: End, target: number, instructions: number): void;
  /** The core begins to run, where the kernel or the loop wants it to; it has stopped. */
  enters(core: number): void;
  leaves(core: number, reason: Reason): void;
}

export class Profile {
  /** Undefined: nobody follows calls. To be set before the machine is made. */
  calls: CallObserver | undefined = undefined;
  /** Misses of each core so far, by Cost. */
  readonly misses: Float64Array[] = [];
  private readonly rows = new Map<PageTable, Map<number, Float64Array>>();
  private ram: Ram | undefined;
  private harvestAll: () => void = () => undefined;

  /** An engine's memory, number of cores, and what tells all its blocks to `harvest`. A profile serves one engine. */
  attach(ram: Ram, cores: number, harvestAll: () => void): void {
    this.ram = ram;
    this.harvestAll = harvestAll;
    for (let i = 0; i < cores; i++) this.misses.push(new Float64Array(costs));
  }

  /** By address space and address, what the instruction there has counted up to now. */
  counted(): ReadonlyMap<PageTable, ReadonlyMap<number, Float64Array>> {
    this.harvestAll();
    return this.rows;
  }

  /** Of a block of these instructions: how its end is told. */
  endOf(insns: readonly Insn[]): End {
    const last = insns.at(-1);
    if (!this.calls || !last) return End.Untold;
    const flow = flowOf(last);
    if (flow === 'call') return End.Call;
    if (flow === 'return') return End.Return;
    const { calls } = this;
    const own = calls.functionOf(last.pc);
    const op = last.ops.at(-1);
    const leaves = op?.kind === 'rel' ? calls.functionOf(Number(op.target)) !== own : last.row.ends;
    return leaves || calls.functionOf(last.pc + last.length) !== own ? End.Jump : End.Untold;
  }

  /** Instructions `from` up to `to` of a block have run singly, or before something stopped it. */
  part(block: Block, from: number, to: number): void {
    const { counts } = block.price;
    for (let k = from; k < to; k++) this.ran(block, k, counts?.of(1, k, k + 1) ?? 0, counts?.of(2, k, k + 1) ?? 0, counts?.of(3, k, k + 1) ?? 0, 0);
  }
  /** One of them has. */
  ran(block: Block, k: number, loads: number, stores: number, branches: number, mispredicts: number): void {
    const row = this.rowOf(block, k);
    row[Cost.runs]!++;
    row[Cost.loads]! += loads;
    row[Cost.stores]! += stores;
    row[Cost.branches]! += branches;
    row[Cost.mispredicts]! += mispredicts;
  }

  /** The first level did not have what instruction `k` wanted. */
  missed(core: number, block: Block, k: number, write: boolean, level: Level): void {
    this.count(core, this.rowOf(block, k), write ? Cost.storeMisses : Cost.loadMisses, level);
  }
  /** Nor the line at `address` of code, which belongs to the first instruction that it has bytes of. */
  fetched(core: number, block: Block, address: number, level: Level): void {
    let k = 0;
    while (k < block.length - 1 && block.pcOf(k + 1) <= address) k++;
    this.count(core, this.rowOf(block, k), Cost.fetchMisses, level);
  }
  private count(core: number, row: Float64Array, kind: number, level: Level): void {
    if (level === Level.L1 || level === Level.Upgrade) return;
    const all = this.misses[core]!;
    row[kind]!++;
    all[kind]!++;
    if (level !== Level.Dram) return;
    row[kind + 1]!++;
    all[kind + 1]!++;
  }

  private rowOf(block: Block, k: number): Float64Array {
    return ((block.costs ??= [])[k] ??= this.at(block.space, block.pcOf(k)));
  }
  private at(space: PageTable, pc: number): Float64Array {
    let rows = this.rows.get(space);
    if (!rows) this.rows.set(space, (rows = new Map<number, Float64Array>()));
    let row = rows.get(pc);
    if (!row) rows.set(pc, (row = new Float64Array(costs)));
    return row;
  }

  /** Takes over what generated code has counted of a block. */
  harvest(block: Block): void {
    const { counts } = block.price;
    if (!counts) return;
    const { i64 } = this.ram!;
    const cell = (offset: number): number => {
      const at = (block.tail + offset - 2 * unitBytes) >> 3;
      const n = Number(i64[at]!);
      i64[at] = 0n;
      return n;
    };
    const runs = cell(tail.runs);
    const wrong = cell(tail.wrong);
    if (runs === 0) return;
    for (let k = 0; k < block.length; k++) {
      const row = this.rowOf(block, k);
      row[Cost.runs]! += runs;
      row[Cost.loads]! += runs * counts.of(1, k, k + 1);
      row[Cost.stores]! += runs * counts.of(2, k, k + 1);
      row[Cost.branches]! += runs * counts.of(3, k, k + 1);
    }
    this.rowOf(block, block.length - 1)[Cost.mispredicts]! += wrong;
  }
}
