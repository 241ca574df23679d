/**
 * The static cost of a block for `interval` mode: what its first k instructions take at least, and how latencies go through it.
 *
 * A core that runs blocks keeps a ready time for every cell. At a block's entry with local time `now` (all in ticks):
 *
 *     start   = now
 *     out[o]  = max(start + base[o], max over inputs i of (ready[i] + latency[i][o]))
 *     now     = start + prefixTicks[n], or later when the chain of dependences runs ahead of what the window hides
 *
 * `latency` is a max-plus matrix from the cells that the block reads before writing them to the cells that it writes; stores
 * to addresses that a later load of the same block surely reads are part of it. Everything is a function of the code bytes and
 * the entry address. All loads hit L1; misses are the caches' business.
 */
import type { Insn } from '../../isa/row.js';
import { Cell, cellName, type Access } from './cells.js';
import { Decoders, fetchedOf, predecodeEnds } from './frontend.js';
import { inOrderTicks } from './throughput.js';
import { press, Pressure } from './pressure.js';
import { cycle, Idiom, type Uarch } from './uarch.js';
import { Values, type Place } from './values.js';
import { worksOf, type Work } from './work.js';

/** A load or store of a block, in program order, for whoever prices it. */
export interface BlockAccess extends Access {
  /** Position of its instruction in the block. */
  readonly insn: number;
  readonly store: boolean;
  /** Locked, or a fence's: see Price.serial. */
  readonly locked: boolean;
}

export interface BlockCost {
  /** [k]: ticks that the first k instructions take with decoded micro-ops at hand; n + 1 entries, never falling. */
  readonly prefixTicks: readonly number[];
  /** The same when the bytes come through the decoders: code that runs for the first time. */
  readonly coldTicks: readonly number[];
  /** [k]: fused slots of the first k instructions: what they take of the reorder buffer. */
  readonly prefixSlots: readonly number[];
  /** Cells read before they are written, and cells written. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** [i * outputs + o]: ticks from input i to output o, -1 when o does not depend on it. */
  readonly latency: readonly number[];
  /** [o]: ticks from the block's start to output o, were all inputs ready. */
  readonly base: readonly number[];
  /** [i]: ticks from input i to the resolution of the branch that ends the block, -1 none; and from the start. */
  readonly branch: readonly number[];
  readonly branchBase: number;
  readonly accesses: readonly BlockAccess[];
  /** The block ends with a branch that may go either way. */
  readonly conditional: boolean;
  /** Forms priced by their class only. */
  readonly fallbacks: number;
}

/** The cost of `insns`, which follow each other in memory. Throws NoPrice. */
export function blockCost(uarch: Uarch, insns: readonly Insn[]): BlockCost {
  const works = worksOf(uarch, insns);
  const prefixTicks = uarch.inOrder ? sums(works, (w) => inOrderTicks(uarch, w)) : throughputPrefixes(uarch, works);
  const last = works.at(-1);
  return {
    prefixTicks,
    coldTicks: coldPrefixes(uarch, insns, works, prefixTicks),
    prefixSlots: sums(works, (w) => w.slots),
    ...latencies(uarch, works),
    get accesses() {
      return works.flatMap(accessesOf);
    },
    conditional: last !== undefined && (last.insn.row.cls === 'jcc' || last.insn.row.cls === 'loop' || (last.insn.row.cls === 'branch' && last.insn.row.mnemonic !== 'B')),
    fallbacks: works.filter((w) => w.price.fallback).length,
  };
}

function sums(works: readonly Work[], of: (w: Work) => number): number[] {
  const out = [0];
  works.forEach((w, k) => { out[k + 1] = out[k]! + of(w); });
  return out;
}

/** The greatest of issue slots, ports, divider and serial instructions, for every number of instructions. */
function throughputPrefixes(uarch: Uarch, works: readonly Work[]): number[] {
  const out = [0];
  const masks: number[] = [];
  for (const w of works) for (const u of w.uops) masks.push(u.ports);
  const pressure = Pressure.of(masks);
  let [slots, divider, serial] = [0, 0, 0];
  works.forEach((w, k) => {
    slots += w.slots;
    divider += press(pressure, uarch, w);
    serial += w.price.serial;
    out[k + 1] = Math.max(Math.floor((slots * cycle + uarch.figures.width - 1) / uarch.figures.width), pressure.bound, divider, serial);
  });
  return out;
}

function coldPrefixes({ frontEnd: fe }: Uarch, insns: readonly Insn[], works: readonly Work[], warm: readonly number[]): number[] {
  const out = warm.slice();
  if (!fe || fe.predecodeWidth === 0 || insns.length === 0) return out;
  const cycles = predecodeEnds(fe, fetchedOf(insns), insns[0]!.pc);
  const decoders = new Decoders(fe);
  works.forEach((w, k) => {
    if (!w.fused) decoders.take(w);
    out[k + 1] = Math.max(out[k + 1]!, cycle * Math.max(cycles[k]!, decoders.cycles));
  });
  return out;
}

const accessesOf = (w: Work, insn: number): BlockAccess[] => [
  ...w.effects.loads.map((a) => ({ ...a, insn, store: false, locked: w.price.serial > 0 })),
  ...w.effects.stores.map((a) => ({ ...a, insn, store: true, locked: w.price.serial > 0 })),
];

/** Arrival times as vectors: one number for each input, and at the end one from the block's start. -1: no path. */
type Times = number[];

function latencies(uarch: Uarch, works: readonly Work[]): Pick<BlockCost, 'inputs' | 'outputs' | 'latency' | 'base' | 'branch' | 'branchBase'> {
  const inputs = inputCells(works);
  const n = inputs.length;
  const at: (Times | undefined)[] = [];
  inputs.forEach((cell, i) => {
    const t = noTimes(n);
    t[i] = 0;
    at[cell] = t;
  });
  const paths = new Paths(uarch, n, at, loadsAfterStores(works));
  let branch = noTimes(n);
  const written = new Set<number>();
  for (const w of works) {
    const done = paths.step(w);
    if (w.insn.row.ends) branch = done;
    for (const cell of w.effects.writes) written.add(cell);
    for (const cell of w.effects.moves) written.add(cell);
  }
  const outputs = [...written];
  const latency: number[] = [];
  for (let i = 0; i < n; i++) for (const cell of outputs) latency.push(at[cell]![i]!);
  return {
    inputs, outputs, latency,
    base: outputs.map((cell) => Math.max(0, at[cell]![n]!)),
    branch: branch.slice(0, n), branchBase: Math.max(0, branch[n]!),
  };
}

/** Cells that some instruction reads, for data or addresses, before any has written them. */
function inputCells(works: readonly Work[]): number[] {
  const inputs: number[] = [];
  const written: boolean[] = [];
  const read = (cell: number): void => {
    if (cell >= 0 && !written[cell] && !inputs.includes(cell)) inputs.push(cell);
  };
  for (const { effects } of works) {
    effects.reads.forEach(read);
    for (const list of [effects.loads, effects.stores]) for (const a of list) read(a.base), read(a.index);
    effects.moves.forEach(read);
    for (const cell of effects.writes) written[cell] = true;
    for (const cell of effects.moves) written[cell] = true;
  }
  return inputs;
}

/** Max-plus dataflow of a block: like flow.ts, with vectors for times. */
class Paths {
  private readonly values: Values | undefined;
  private readonly stores: { place: Place; data: Times; vector: boolean }[] = [];

  /** `forwarding`: some load comes after a store, so addresses matter. */
  constructor(private readonly uarch: Uarch, private readonly n: number, private readonly at: (Times | undefined)[], forwarding: boolean) {
    if (forwarding) this.values = new Values();
  }

  /** Returns when the instruction's result is there. */
  step(w: Work): Times {
    const { figures } = this.uarch;
    const { effects, price } = w;
    if (w.stackSync) this.at[Cell.gpr + 4] = later(this.at[Cell.gpr + 4] ?? this.start(), cycle);
    const input = this.start();
    for (const cell of effects.reads) join(input, this.at[cell], cell === w.kept ? price.keptLatency - price.latency : 0);
    const { values } = this;
    const places = values && effects.loads.map((a) => values.place(a));
    for (let i = 0; i < effects.loads.length; i++) {
      const a = effects.loads[i]!;
      const ticks = w.vector ? figures.vectorLoadTicks : figures.loadTicks;
      if (a.base >= 0) join(input, this.at[a.base], ticks);
      if (a.index >= 0) join(input, this.at[a.index], ticks);
      input[this.n] = Math.max(input[this.n]!, ticks);
      if (places) this.forwarded(places[i]!, w.vector, input);
    }
    const stored = values && effects.stores.map((a) => values.place(a));
    const done = later(input, price.latency);
    const flagsDone = price.flagLatency === price.latency ? done : later(input, price.flagLatency);
    values?.step(w.insn, effects, w.idiom, undefined);
    for (const cell of effects.writes) {
      this.at[cell] = w.idiom === Idiom.Zero ? this.start() : w.idiom === Idiom.Move ? input : cell === Cell.carry || cell === Cell.flags ? flagsDone : done;
    }
    for (const cell of effects.moves) this.at[cell] = later(this.at[cell] ?? this.start(), w.moveTicks);
    if (stored) for (const place of stored) this.stores.push({ place, data: price.ports.length > 0 ? done : input, vector: w.vector });
    return done;
  }

  /** Nothing but the block's start. */
  private start(): Times {
    const t = noTimes(this.n);
    t[this.n] = 0;
    return t;
  }

  private forwarded(load: Place, vector: boolean, into: Times): void {
    const { figures } = this.uarch;
    for (let i = this.stores.length - 1; i >= 0; i--) {
      const s = this.stores[i]!;
      if (s.place.root !== load.root || s.place.offset + s.place.bytes <= load.offset || load.offset + load.bytes <= s.place.offset) continue;
      const covers = s.place.offset <= load.offset && load.offset + load.bytes <= s.place.offset + s.place.bytes;
      join(into, s.data, (vector || s.vector ? figures.vectorForwardTicks : figures.forwardTicks) + (covers ? 0 : figures.blockedForwardTicks));
      return;
    }
  }
}

function join(into: Times, from: Times | undefined, ticks: number): void {
  if (from) for (let i = 0; i < into.length; i++) if (from[i]! >= 0) into[i] = Math.max(into[i]!, from[i]! + ticks, 0);
}

function later(t: Times, ticks: number): Times {
  if (ticks === 0) return t;
  const out = t.slice();
  for (let i = 0; i < out.length; i++) if (out[i]! >= 0) out[i]! += ticks;
  return out;
}

/** Plain arrays: typed ones are slow to make, and a program's start prices thousands of blocks. */
const noTimes = (n: number): Times => new Array<number>(n + 1).fill(-1);

function loadsAfterStores(works: readonly Work[]): boolean {
  let stored = false;
  for (const { effects } of works) {
    if (stored && effects.loads.length > 0) return true;
    if (effects.stores.length > 0) stored = true;
  }
  return false;
}

/** The vectors as text, for reports and tests: `rax -> rbx 3, start -> rbx 1`. */
export function spellLatencies(cost: BlockCost, isa: 'amd64' | 'arm64'): string[] {
  const lines: string[] = [];
  const m = cost.outputs.length;
  cost.outputs.forEach((out, o) => {
    cost.inputs.forEach((input, i) => {
      const t = cost.latency[i * m + o]!;
      if (t >= 0) lines.push(`${cellName(input, isa)} -> ${cellName(out, isa)} ${t / cycle}`);
    });
    lines.push(`start -> ${cellName(out, isa)} ${cost.base[o]! / cycle}`);
  });
  return lines;
}
