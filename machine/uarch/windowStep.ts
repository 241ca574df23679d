/**
 * One instruction as `window.ts` takes it again and again: a `Work` with all that does not depend on the moment worked out, in
 * whole cycles and flat lists.
 */
import type { Access } from './cells.js';
import { changesLength, prefixBytes } from './frontend.js';
import { cycle, Idiom, type Uarch } from './uarch.js';
import { Role, type MicroOp, type Work } from './work.js';

export const inCycles = (ticks: number): number => Math.ceil(ticks / cycle);

export class Step {
  readonly length: number;
  /** Bytes before the opcode. */
  readonly prefix: number;
  /** Its prefix changes its length. */
  readonly lcp: boolean;
  readonly ends: boolean;
  readonly fused: boolean;
  readonly complex: boolean;
  readonly microcode: number;
  readonly decoded: number;
  readonly slots: number;
  readonly idiom: Idiom;
  readonly stackSync: boolean;
  readonly vector: boolean;
  /** Cells read, and how many cycles later than the other inputs each may come. */
  readonly reads: readonly number[];
  readonly readLate: readonly number[];
  readonly writes: readonly number[];
  readonly moves: readonly number[];
  readonly moveCycles: number;
  readonly loads: readonly Access[];
  readonly stores: readonly Access[];
  /** Per load: it has a plain base and a short displacement, which make it quicker when the base was loaded too. */
  readonly chases: readonly boolean[];
  readonly uops: readonly MicroOp[];
  /** Whether some micro-op computes. */
  readonly computes: boolean;
  /** The micro-op that moves a pointer. */
  readonly mover: MicroOp | undefined;
  readonly latency: number;
  readonly flagLatency: number;
  /** Cycles that the first micro-op keeps its unit. */
  readonly kept: number;
  readonly serial: number;
  /** A move as it is when rename cannot carry it out; itself for the rest. */
  readonly executed: Step;

  constructor(uarch: Uarch, work: Work) {
    const { insn, effects, price } = work;
    this.length = insn.length;
    const bytewise = uarch.frontEnd !== undefined && uarch.frontEnd.predecodeWidth > 0;
    this.prefix = bytewise ? prefixBytes(insn) : 0;
    this.lcp = bytewise && changesLength(insn);
    this.ends = insn.row.ends;
    this.fused = work.fused;
    this.complex = price.complex || work.decoded > 1;
    this.microcode = price.microcode;
    this.decoded = work.decoded;
    this.slots = work.slots;
    this.idiom = work.idiom;
    this.stackSync = work.stackSync;
    this.vector = work.vector;
    this.reads = [...effects.reads];
    this.readLate = effects.reads.map((cell) => (cell === work.kept ? inCycles(price.latency - price.keptLatency) : 0));
    this.writes = [...effects.writes];
    this.moves = [...effects.moves];
    this.moveCycles = inCycles(work.moveTicks);
    this.loads = effects.loads;
    this.stores = effects.stores;
    this.chases = effects.loads.map((a) => a.base >= 0 && a.index < 0 && a.disp >= 0 && a.disp < 2048);
    this.uops = work.uops;
    this.computes = work.uops.some((u) => u.role === Role.Compute);
    this.mover = work.uops.find((u) => u.role === Role.Move);
    this.latency = inCycles(price.latency);
    this.flagLatency = inCycles(price.flagLatency);
    this.kept = inCycles(price.occupancy);
    this.serial = inCycles(price.serial);
    const { ports } = price;
    this.executed = work.idiom === Idiom.Move ? new Step(uarch, { ...work, idiom: Idiom.None, uops: [{ role: Role.Compute, ports: ports[0]!, nth: 0 }] }) : this;
  }
}
