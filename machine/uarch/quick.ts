/**
 * Static costs of blocks as the engine needs them while programs start: the same figures as block.ts gives, in a few microseconds.
 *
 * What an instruction adds to a block is worked out once for all instructions that differ in displacements, immediates and place only
 * (`Part`): a program of 24 000 instructions has 2 800 of them. Latencies are followed as at most two ways into each cell, the
 * longest from two lanes (groups of cells, the caller's choice) and one from the block's start, in arrays that stay.
 * block.ts says what is computed; tests hold this file to it on the blocks of whole programs.
 */
import type { Insn, Row } from '../../isa/row.js';
import { Cell, effectsOf, type Access } from './cells.js';
import { changesLength, Decoders, prefixBytes } from './frontend.js';
import { heldCycles, Pressure, PortSets, type PortSet } from './pressure.js';
import { inOrderTicks } from './throughput.js';
import { cycle, Idiom, type Uarch } from './uarch.js';
import { Values, type Place } from './values.js';
import { fusedWith, movesStack, namesStack, withSync, workOf, writesStack, type Work } from './work.js';

/** What an instruction adds to a block. All parts have one shape, with figures of their work and its price in it: V8 compiles loops over them once. */
export class Part {
  readonly work: Work;
  readonly masks: readonly number[];
  readonly spelledMasks: string;
  /** Cycles that each micro-op keeps its port. */
  readonly held: readonly number[];
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly moves: readonly number[];
  readonly loads: readonly Access[];
  readonly stores: readonly Access[];
  readonly slots: number;
  readonly occupancy: number;
  readonly serial: number;
  readonly vector: boolean;
  readonly stackSync: boolean;
  readonly moveTicks: number;
  /** A cell that is read earlier or later than the others, and by how much. */
  readonly kept: number;
  readonly keptTicks: number;
  readonly zeroes: boolean;
  /** To results, to flags, and to stored data. */
  readonly latency: number;
  readonly flagLatency: number;
  readonly storeLatency: number;
  readonly branchLatency: number;
  readonly inOrderTicks: number;
  readonly movesStack: boolean;
  readonly namesStack: boolean;
  readonly writesStack: boolean;
  readonly ends: boolean;
  /** The same with a micro-op before it that brings the stack pointer up to date. */
  private synced: Part | undefined;
  /** As first half of a fused pair, by the second's row; undefined: they do not fuse. And by where the pair executes. */
  private readonly pairs = new Map<Row, Part | undefined>();
  private readonly fused = new Map<number, Part>();

  constructor(private readonly uarch: Uarch, readonly insn: Insn, work = workOf(uarch, insn)) {
    this.work = work;
    this.masks = work.uops.map((u) => u.ports);
    this.spelledMasks = this.masks.join();
    const { effects, price } = work;
    this.held = work.uops.map((u) => heldCycles(uarch.ports, u, price));
    this.reads = [...effects.reads];
    this.writes = [...effects.writes];
    this.moves = [...effects.moves];
    this.loads = effects.loads;
    this.stores = effects.stores;
    this.slots = work.slots;
    this.occupancy = uarch.ports.blocking ? 0 : price.occupancy;
    this.serial = price.serial;
    this.vector = work.vector;
    this.stackSync = work.stackSync;
    this.moveTicks = work.moveTicks;
    this.kept = work.kept;
    this.keptTicks = price.keptLatency - price.latency;
    this.zeroes = work.idiom === Idiom.Zero;
    const moves = work.idiom === Idiom.Move;
    this.latency = moves ? 0 : price.latency;
    this.flagLatency = moves ? 0 : price.flagLatency;
    this.storeLatency = price.ports.length > 0 ? price.latency : 0;
    this.branchLatency = price.latency;
    this.inOrderTicks = inOrderTicks(uarch, work);
    this.movesStack = movesStack(insn);
    this.namesStack = uarch.stackEngine !== undefined && namesStack(insn);
    this.writesStack = writesStack(insn);
    this.ends = insn.row.ends;
  }

  withSync(): Part {
    return (this.synced ??= new Part(this.uarch, this.insn, withSync(this.uarch, this.work)));
  }
  /** This part when `then` follows and fuses with it. */
  before(then: Part): Part | undefined {
    if (!then.ends) return undefined; // only branches are second halves
    const { row } = then.insn;
    if (!this.pairs.has(row)) this.pairs.set(row, this.uarch.fuses(this.insn, then.insn) ? this.fuse(then) : undefined);
    return this.pairs.get(row);
  }
  private fuse(then: Part): Part {
    const ports = then.masks[0]!;
    let part = this.fused.get(ports);
    if (!part) this.fused.set(ports, (part = new Part(this.uarch, this.insn, fusedWith(this.work, then.work))));
    return part;
  }
}

const none = -1;

/** Ways into places (cells, stores, lanes), a number each: ticks from the start (-1: no way), and the two longest from lanes. */
class Ways {
  readonly start: Int32Array;
  readonly first: Int32Array;
  readonly firstTicks: Int32Array;
  readonly second: Int32Array;
  readonly secondTicks: Int32Array;

  constructor(places: number) {
    this.start = new Int32Array(places);
    this.first = new Int32Array(places);
    this.firstTicks = new Int32Array(places);
    this.second = new Int32Array(places);
    this.secondTicks = new Int32Array(places);
  }

  clear(at: number, start: number): void {
    this.start[at] = start;
    this.first[at] = this.second[at] = none;
    this.firstTicks[at] = this.secondTicks[at] = -1;
  }
  /** A way from `lane`, or from the start (none). */
  arrive(at: number, lane: number, ticks: number): void {
    const { first, firstTicks, second, secondTicks } = this;
    if (lane === none) {
      if (ticks > this.start[at]!) this.start[at] = ticks;
    } else if (first[at] === lane) {
      if (ticks > firstTicks[at]!) firstTicks[at] = ticks;
    } else if (ticks > firstTicks[at]!) {
      second[at] = first[at]!;
      secondTicks[at] = firstTicks[at]!;
      first[at] = lane;
      firstTicks[at] = ticks;
    } else if (ticks > secondTicks[at]!) {
      second[at] = lane;
      secondTicks[at] = ticks;
    }
  }
  /** All ways of `from` as ways into `at`, `ticks` later. */
  join(at: number, from: Ways, place: number, ticks: number): void {
    if (from.start[place]! >= 0) this.arrive(at, none, Math.max(0, from.start[place]! + ticks));
    if (from.first[place] !== none) this.arrive(at, from.first[place]!, Math.max(0, from.firstTicks[place]! + ticks));
    if (from.second[place] !== none) this.arrive(at, from.second[place]!, Math.max(0, from.secondTicks[place]! + ticks));
  }
  copy(at: number, from: Ways, place: number, ticks: number): void {
    this.start[at] = from.start[place]! < 0 ? -1 : from.start[place]! + ticks;
    this.first[at] = from.first[place]!;
    this.firstTicks[at] = from.first[place]! < 0 ? -1 : from.firstTicks[place]! + ticks;
    this.second[at] = from.second[place]!;
    this.secondTicks[at] = from.second[place]! < 0 ? -1 : from.secondTicks[place]! + ticks;
  }
}

/** Stores that loads of their block may take from; later ones are not looked at. */
const mostStores = 64;

/** Places of `input` in Ways: what the instruction at hand waits for. */
const here = 0;

/** Prices blocks, one at a time; its fields tell of the last one. */
export class QuickCost {
  /** [k]: ticks of the first k instructions, as BlockCost.prefixTicks. */
  prefix: number[] = [0];
  /** BlockCost.coldTicks of the whole block. */
  cold = 0;
  /** Per lane that the block writes: ways into it. */
  readonly lanes = new Ways(Cell.count);
  /** Lanes that are written. */
  readonly written: number[] = [];
  /** Place 0: ways into the resolution of the branch at the end. */
  readonly branch = new Ways(1);
  /** The longest way of all. */
  longest = 0;

  private parts: Part[] = [];
  private readonly cells = new Ways(Cell.count);
  /** Of each cell, the block in which it was written last, and whether a lane has been. */
  private readonly stamp: number[] = new Array<number>(Cell.count).fill(0);
  private now = 0;
  private readonly touched: number[] = [];
  private readonly input = new Ways(1);
  private readonly stores = new Ways(mostStores);
  private readonly places: Place[] = [];
  private readonly storeIsVector: boolean[] = [];

  /** `laneOf`: per cell, its lane, or -1 for cells that are always ready. */
  constructor(private readonly uarch: Uarch, private readonly laneOf: ArrayLike<number>) {}

  /** The cost of `insns`, each with its part. */
  price(insns: readonly Insn[], parts: readonly Part[]): void {
    this.join(parts);
    this.throughput();
    this.cold = this.coldTicks(insns);
    this.latencies(insns);
  }

  /** Parts as they are in this block: with stack pointer updates, and fused. The second half of a pair stays, unfused. */
  private join(parts: readonly Part[]): void {
    const out = this.parts;
    out.length = 0;
    this.fusedAt = none;
    let stale = false;
    let fused = false;
    for (let k = 0; k < parts.length; k++) {
      const own = parts[k]!;
      const sync: boolean = stale && own.namesStack;
      stale = own.movesStack || (stale && !sync && !own.writesStack);
      const part: Part = sync ? own.withSync() : own;
      const pair: Part | undefined = k > 0 && !fused ? out[k - 1]!.before(part) : undefined;
      if (pair) out[k - 1] = pair;
      fused = pair !== undefined;
      if (fused) this.fusedAt = k;
      out.push(part);
    }
  }
  /** Position of a second half of a fused pair: a block has one at most. */
  private fusedAt = none;

  private throughput(): void {
    const { parts } = this;
    const { figures, inOrder } = this.uarch;
    const prefix = (this.prefix = [0]);
    if (inOrder) {
      for (let k = 0; k < parts.length; k++) prefix.push(prefix[k]! + parts[k]!.inOrderTicks);
      return;
    }
    const pressure = new Pressure(this.portSets());
    let slots = 0;
    let divider = 0;
    let serial = 0;
    for (let k = 0; k < parts.length; k++) {
      const { occupancy, masks, held } = parts[k]!;
      divider += occupancy;
      serial += parts[k]!.serial;
      if (k !== this.fusedAt) {
        slots += parts[k]!.slots;
        for (let i = 0; i < masks.length; i++) pressure.add(masks[i]!, held[i]!);
      }
      prefix.push(Math.max(Math.floor((slots * cycle + figures.width - 1) / figures.width), pressure.bound, divider, serial));
    }
  }

  /** The port sets that bound this block, found by walking from instruction to instruction: few combinations occur. */
  private portSets(): readonly PortSet[] {
    const { parts } = this;
    let found = this.noSets;
    for (let k = 0; k < parts.length; k++) if (k !== this.fusedAt) found = found.with(parts[k]!.masks, parts[k]!.spelledMasks);
    return found.sets;
  }
  private readonly noSets = new PortSets([]);

  private coldTicks(insns: readonly Insn[]): number {
    const { parts } = this;
    const fe = this.uarch.frontEnd;
    let ticks = this.prefix.at(-1)!;
    if (!fe || fe.predecodeWidth === 0 || insns.length === 0) return ticks;
    const decoders = new Decoders(fe);
    for (let k = 0; k < parts.length; k++) {
      if (k !== this.fusedAt) decoders.take(parts[k]!.work);
      ticks = Math.max(ticks, cycle * decoders.cycles);
    }
    return Math.max(ticks, cycle * this.predecoding(insns, fe.fetchBytes, fe.predecodeWidth, fe.lengthPrefixCycles));
  }

  /** Cycles until the last instruction is predecoded: predecodeEnds, in one go. */
  private predecoding(insns: readonly Insn[], fetchBytes: number, width: number, prefixCycles: number): number {
    const first = insns[0]!.pc;
    let window = first - (first % fetchBytes);
    let count = 0;
    let prefixes = 0;
    let before = 1;
    let cycles = 0;
    for (let k = 0; ; k++) {
      const insn = insns[k];
      // the opcode counts in its window too, where an instruction crosses into the next
      const last = insn ? insn.pc + insn.length - 1 : Infinity;
      const opcode = insn && last >= window + fetchBytes ? insn.pc + prefixBytes(insn) : last;
      let counted = false;
      while (last >= window + fetchBytes) {
        if (opcode < window + fetchBytes && !counted) {
          count++;
          counted = true;
        }
        const own = Math.max(1, Math.ceil(count / width));
        cycles += own + Math.max(0, prefixCycles * prefixes - (before - 1));
        before = own;
        count = prefixes = 0;
        window += fetchBytes;
        if (!insn) return cycles;
      }
      count++;
      if (changesLength(insn!)) prefixes++;
    }
  }

  private latencies(insns: readonly Insn[]): void {
    const { parts, touched } = this;
    this.now++;
    touched.length = 0;
    this.places.length = 0;
    this.branch.clear(here, 0);
    let values: Values | undefined;
    if (loadsAfterStores(parts)) values = new Values();
    for (let k = 0; k < parts.length; k++) this.step(insns[k]!, parts[k]!, values);
    this.written.length = 0;
    this.longest = 0;
    for (let i = 0; i < touched.length; i++) {
      const cell = touched[i]!;
      const lane = this.laneOf[cell]!;
      if (lane < 0) continue;
      if (!this.written.includes(lane)) {
        this.written.push(lane);
        this.lanes.clear(lane, 0);
      }
      this.lanes.join(lane, this.cells, cell, 0);
      this.longest = Math.max(this.longest, this.cells.start[cell]!, this.cells.firstTicks[cell]!);
    }
  }

  /** A cell's ways, as ways of the instruction at hand. */
  private read(cell: number, ticks: number): void {
    if (this.stamp[cell] === this.now) return this.input.join(here, this.cells, cell, ticks);
    const lane = this.laneOf[cell]!;
    this.input.arrive(here, lane < 0 ? none : lane, Math.max(0, ticks));
  }
  private write(cell: number): void {
    if (this.stamp[cell] === this.now) return;
    this.stamp[cell] = this.now;
    this.touched.push(cell);
  }
  /** Makes an untouched cell's own lane its way. */
  private moved(cell: number, ticks: number): void {
    if (this.stamp[cell] !== this.now) {
      const lane = this.laneOf[cell]!;
      this.cells.clear(cell, lane < 0 ? 0 : -1);
      if (lane >= 0) this.cells.arrive(cell, lane, 0);
      this.write(cell);
    }
    if (ticks > 0) this.cells.copy(cell, this.cells, cell, ticks);
  }

  private step(insn: Insn, part: Part, values: Values | undefined): void {
    const { input, cells } = this;
    const { figures } = this.uarch;
    const { reads, writes, moves } = part;
    if (part.stackSync) this.moved(Cell.gpr + 4, cycle);
    input.clear(here, 0);
    for (let i = 0; i < reads.length; i++) this.read(reads[i]!, reads[i] === part.kept ? part.keptTicks : 0);
    // displacements are this instruction's own
    const own = values && part.loads.length + part.stores.length > 0 ? effectsOf(insn) : undefined;
    const loadTicks = part.vector ? figures.vectorLoadTicks : figures.loadTicks;
    const loads = own && values!.places(own.loads);
    for (let i = 0; i < part.loads.length; i++) {
      const a = part.loads[i]!;
      if (a.base >= 0) this.read(a.base, loadTicks);
      if (a.index >= 0) this.read(a.index, loadTicks);
      input.arrive(here, none, loadTicks);
      if (loads) this.forwarded(loads[i]!, part.vector);
    }
    const stores = own && values!.places(own.stores);
    values?.step(insn, part.work.effects, part.work.idiom, undefined);
    for (let i = 0; i < writes.length; i++) {
      const cell = writes[i]!;
      if (part.zeroes) cells.clear(cell, 0);
      else cells.copy(cell, input, here, cell === Cell.carry || cell === Cell.flags ? part.flagLatency : part.latency);
      this.write(cell);
    }
    for (let i = 0; i < moves.length; i++) this.moved(moves[i]!, part.moveTicks);
    if (part.ends) this.branch.copy(here, input, here, part.branchLatency);
    for (let i = 0; stores && i < stores.length && this.places.length < mostStores; i++) {
      this.stores.copy(this.places.length, input, here, part.storeLatency);
      this.storeIsVector[this.places.length] = part.vector;
      this.places.push(stores[i]!);
    }
  }

  private forwarded(load: Place, vector: boolean): void {
    const { figures } = this.uarch;
    for (let i = this.places.length - 1; i >= 0; i--) {
      const s = this.places[i]!;
      if (s.root !== load.root || s.offset + s.bytes <= load.offset || load.offset + load.bytes <= s.offset) continue;
      const covers = s.offset <= load.offset && load.offset + load.bytes <= s.offset + s.bytes;
      const ticks = (vector || this.storeIsVector[i] ? figures.vectorForwardTicks : figures.forwardTicks) + (covers ? 0 : figures.blockedForwardTicks);
      this.input.join(here, this.stores, i, ticks);
      return;
    }
  }
}

function loadsAfterStores(parts: readonly Part[]): boolean {
  let stored = false;
  for (let k = 0; k < parts.length; k++) {
    if (stored && parts[k]!.loads.length > 0) return true;
    if (parts[k]!.stores.length > 0) stored = true;
  }
  return false;
}
