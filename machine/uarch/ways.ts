/**
 * How latencies go through a block: for each cell that it writes, the ways by which its new value depends on what was there before.
 *
 * A way leads from a lane (a group of cells, the caller's choice) or from the block's start, and takes ticks. Of the ways from lanes the two longest
 * are kept, which is what `interval` timing has room for. Values are numbers in arrays: those of lanes first, then one that is there at the
 * start, then what instructions make; a cell only says which value it has, so moves and flags copy nothing.
 *
 * A load takes what a store of the same block has written when both addresses are sums of one value and constants: moves, additions, LEA, pushes and
 * pops of such sums are followed, in 64 bits. All loads hit the first cache.
 */
import type { Insn } from '../../isa/row.js';
import { Cell } from './cells.js';
import { loops } from './frontend.js';
import { mostRegisters, noPlace, type Part, type PartAccess } from './part.js';
import { cycle, type Uarch } from './uarch.js';

export const mostLanes = 32;
/** No lane. */
export const none = -1;
/** The value that is there at the start, and the first that instructions make. */
const atStart = mostLanes;
const firstMade = atStart + 1;
/** Per instruction what it waits for, two results, a branch, moves, stores; and at the end one a lane. */
const mostValues = firstMade + 32 * 10 + mostLanes;
const mostStores = 64;
const stackPointer = Cell.gpr + 4;

/** Where instruction k loads, as `locate` says it. */
interface LoadPlace {
  readonly k: number;
  readonly base: number;
  readonly index: number;
  readonly scale: number;
  readonly offset: number;
  readonly bytes: number;
}

/** An access's displacement is one with which a pointer chase is quick. */
function near({ ops }: Insn, a: PartAccess): boolean {
  const op = ops[a.operand];
  const disp = op?.kind === 'mem' && typeof op.disp === 'bigint' ? op.disp : BigInt(a.disp);
  return disp >= 0n && disp < 2048n;
}

export class Ways {
  /** Per value: ticks from the start (-1: no way), and the longest two ways from lanes. */
  readonly start = new Int32Array(mostValues);
  readonly first = new Int32Array(mostValues);
  readonly firstTicks = new Int32Array(mostValues);
  readonly second = new Int32Array(mostValues);
  readonly secondTicks = new Int32Array(mostValues);
  /** Lanes that the last block writes, and their values then. */
  readonly written: number[] = [];
  readonly values: number[] = new Array<number>(mostLanes).fill(0);
  /** The value of the branch at its end: when it resolves. */
  branch = atStart;
  /** The longest way of all. */
  longest = 0;
  /** What the longest of its locked accesses takes; 0: it has none. */
  orderTicks = 0;
  /** Bit k: instruction k loads what the block itself, when it jumps to its own start, stored the time before. */
  passed = 0;

  /** Values of cells; and before a block. */
  private readonly cells = new Int16Array(Cell.count);
  private readonly fresh = new Int16Array(Cell.count);
  private readonly cellsOfLane: number[][] = Array.from({ length: mostLanes }, () => []);
  /** Cells whose value is what a load of this block brought: an address made of one and a short displacement is known sooner. */
  private readonly loaded = new Uint8Array(Cell.count);
  private readonly chasing: boolean;
  private next = firstMade;
  private touched = 0;
  // Addresses of cells as root + offset, where they matter.
  private readonly roots = new Int32Array(Cell.count);
  private readonly offsets = new Float64Array(Cell.count);
  private nextRoot = 0;
  // Stores: two roots, scale, offset, bytes; their data.
  private storeCount = 0;
  /** Stores (bit s) that the block's own loads take from the next time around. */
  private stored = 0;
  private readonly loadPlaces: LoadPlace[] = [];
  private readonly storeBase = new Int32Array(mostStores);
  private readonly storeIndex = new Int32Array(mostStores);
  private readonly storeScale = new Int32Array(mostStores);
  private readonly storeOffset = new Float64Array(mostStores);
  private readonly storeBytes = new Int32Array(mostStores);
  private readonly storeData = new Int16Array(mostStores);
  private readonly storeVector = new Uint8Array(mostStores);
  // Of the access that `locate` found last.
  private base = 0;
  private index = 0;
  private offset = 0;

  /** `laneOf`: per cell, its lane, or none for cells that are always ready. */
  constructor(private readonly uarch: Uarch, private readonly laneOf: ArrayLike<number>) {
    this.chasing = uarch.figures.chasedLoadTicks !== uarch.figures.loadTicks;
    for (let l = 0; l < mostLanes; l++) this.set(l, -1, l, 0, none, -1);
    this.set(atStart, 0, none, -1, none, -1);
    for (let cell = 0; cell < Cell.count; cell++) {
      const lane = laneOf[cell]!;
      this.fresh[cell] = lane < 0 ? atStart : lane;
      if (lane >= 0) this.cellsOfLane[lane]!.push(cell);
    }
  }

  private set(value: number, start: number, first: number, firstTicks: number, second: number, secondTicks: number): void {
    this.start[value] = start;
    this.first[value] = first;
    this.firstTicks[value] = firstTicks;
    this.second[value] = second;
    this.secondTicks[value] = secondTicks;
  }

  /**
   * Follows a block: its instructions, the part of each as it is there, and the cells of operands' registers, mostRegisters an instruction.
   * `fusedAt`: which one is the second half of a fused pair, or none.
   */
  follow(insns: readonly Insn[], parts: readonly Part[], registers: Int8Array, fusedAt: number): void {
    this.cells.set(this.fresh);
    this.next = firstMade;
    this.touched = 0;
    this.branch = atStart;
    this.orderTicks = 0;
    if (this.chasing) this.loaded.fill(0);
    const around = (this.passed = passes(insns, parts) ? this.around(insns, parts, registers) : 0);
    const forwarding = around !== 0 || loadsAfterStores(parts);
    if (forwarding) this.forget();
    for (let k = 0; k < parts.length; k++) this.step(insns[k]!, parts[k]!, registers, k * mostRegisters, forwarding, k === fusedAt, ((around >>> k) & 1) !== 0);
    if (around !== 0) this.passAround();
    this.finish();
  }

  /**
   * Of a block that jumps to its own start: which instructions load (bit k) what it stored the time before, told by addresses that are the same sums of
   * what registers held at its start. The stores are noted in `stored`.
   */
  private around(insns: readonly Insn[], parts: readonly Part[], registers: Int8Array): number {
    this.forget();
    this.stored = 0;
    let loaded = 0;
    for (let k = 0; k < parts.length; k++) {
      const at = k * mostRegisters;
      for (const a of parts[k]!.loads) {
        this.locate(insns[k]!, a, registers, at);
        if (!this.earlier(a)) this.loadPlaces[loaded++] = { k, base: this.base, index: this.index, scale: a.scale, offset: this.offset, bytes: a.bytes };
      }
      this.follows(insns[k]!, parts[k]!, registers, at, atStart);
    }
    this.next = firstMade;
    let found = 0;
    for (let i = 0; i < loaded; i++) {
      const load = this.loadPlaces[i]!;
      const moved = this.movedBy(load.base) + this.movedBy(load.index) * (load.scale & 31);
      for (let s = this.storeCount - 1; s >= 0; s--) {
        const from = this.storeOffset[s]! - moved;
        const same = this.storeBase[s] === load.base && this.storeIndex[s] === load.index && this.storeScale[s] === load.scale;
        if (!same || !(from + this.storeBytes[s]! > load.offset && load.offset + load.bytes > from)) continue; // NaN overlaps nothing
        found |= 1 << load.k;
        this.stored |= 1 << s;
        break;
      }
    }
    return found;
  }
  /** A store of this block before has what is loaded at the place found last. */
  private earlier(a: PartAccess): boolean {
    for (let s = 0; s < this.storeCount; s++) {
      const from = this.storeOffset[s]!;
      if (this.storeBase[s] === this.base && this.storeIndex[s] === this.index && this.storeScale[s] === a.scale && from + this.storeBytes[s]! > this.offset && this.offset + a.bytes > from) return true;
    }
    return false;
  }
  /** How much a register that addresses are sums of has grown once around; NaN: it has become something else. */
  private movedBy(root: number): number {
    return root === none ? 0 : root < Cell.count && this.roots[root] === root ? this.offsets[root]! : NaN;
  }
  /** The stores' data are there the next time around. */
  private passAround(): void {
    const { figures } = this.uarch;
    for (let left = this.stored; left !== 0; left &= left - 1) {
      const s = 31 - Math.clz32(left & -left);
      const data = this.later(this.storeData[s]!, this.storeVector[s] !== 0 ? figures.vectorForwardTicks : figures.forwardTicks);
      const before = this.cells[Cell.order]!;
      if (before === this.fresh[Cell.order]) this.write(Cell.order, data);
      else this.join(data, before, 0), this.write(Cell.order, data);
    }
  }

  private step(insn: Insn, part: Part, registers: Int8Array, at: number, forwarding: boolean, fused: boolean, around: boolean): void {
    const { cells } = this;
    const { reads, writes, moves, loads, flags } = part;
    if (part.stackSync) cells[stackPointer] = this.later(cells[stackPointer]!, cycle);
    // what the instruction waits for, as the value that is being made
    const input = this.next++;
    this.set(input, 0, none, -1, none, -1);
    for (let i = 0; i < reads.length; i++) {
      const place = reads[i]!;
      this.join(input, cells[place < 0 ? registers[at + ~place]! : place]!, place === part.kept ? part.keptTicks : 0);
    }
    // of what a loop passes around the address is there: it was the time before, too
    if (loads.length > 0 && !around) this.load(insn, part, registers, at, input, forwarding);
    if (part.orderTicks > 0 || around) this.join(input, cells[Cell.order]!, 0);
    if (part.orderTicks > 0) {
      this.write(Cell.order, this.ordered(input, cells[Cell.order]!, part.orderTicks));
      this.orderTicks = Math.max(this.orderTicks, part.orderTicks);
    }
    const result = part.zeroes ? atStart : this.later(input, part.latency);
    const flagResult = part.zeroes || part.flagLatency === part.latency ? result : this.later(input, part.flagLatency);
    if (forwarding) this.follows(insn, part, registers, at, input);
    const brings = part.ports.length > 0 && part.storeLatency === 0 && loads.length > 0 ? 1 : 0;
    for (let i = 0; i < writes.length; i++) {
      const place = writes[i]!;
      const cell = place < 0 ? registers[at + ~place]! : place;
      this.write(cell, flags[i] ? flagResult : result);
      this.loaded[cell] = brings;
    }
    for (let i = 0; i < moves.length; i++) {
      const cell = moves[i]! < 0 ? registers[at + ~moves[i]!]! : moves[i]!;
      this.write(cell, this.later(cells[cell]!, part.moveTicks));
    }
    // a fused pair resolves when its first half is done
    if (part.ends) this.branch = fused ? input : this.later(input, part.branchLatency);
  }

  /** What the next locked access waits for. Of its ways the one from those before is kept, were it the shortest: nothing else makes a chain of them. */
  private ordered(input: number, before: number, ticks: number): number {
    const { start, first, firstTicks, second, secondTicks } = this;
    const made = this.later(input, ticks);
    const lane = this.laneOf[Cell.order]!;
    const way = first[before] === lane ? firstTicks[before]! : second[before] === lane ? secondTicks[before]! : -1;
    if (lane < 0 || way < 0 || first[made] === lane) return made;
    second[made] = lane;
    secondTicks[made] = way + ticks;
    // where the start is later than the first way it takes the second's place (exec/vector.ts)
    if (start[made]! <= firstTicks[made]!) return made;
    second[made] = first[made]!;
    secondTicks[made] = firstTicks[made]!;
    first[made] = lane;
    firstTicks[made] = way + ticks;
    return made;
  }

  private write(cell: number, value: number): void {
    this.cells[cell] = value;
    const lane = this.laneOf[cell]!;
    if (lane >= 0) this.touched |= 1 << lane;
  }

  private load(insn: Insn, part: Part, registers: Int8Array, at: number, input: number, forwarding: boolean): void {
    const { figures } = this.uarch;
    const { loads, vector } = part;
    const ticks = vector ? figures.vectorLoadTicks : figures.loadTicks;
    for (let i = 0; i < loads.length; i++) {
      const a = loads[i]!;
      if (a.base !== noPlace) {
        const cell = a.base < 0 ? registers[at + ~a.base]! : a.base;
        this.join(input, this.cells[cell]!, this.chasing && !vector && a.index === noPlace && this.loaded[cell] === 1 && near(insn, a) ? figures.chasedLoadTicks : ticks);
      }
      if (a.index !== noPlace) this.join(input, this.cells[a.index < 0 ? registers[at + ~a.index]! : a.index]!, ticks);
      if (ticks > this.start[input]!) this.start[input] = ticks;
      if (forwarding) this.forwarded(insn, a, registers, at, input, vector);
    }
  }

  /** A value so many ticks after another. */
  private later(value: number, ticks: number): number {
    if (ticks === 0) return value;
    const made = this.next++;
    const { start, first, firstTicks, second, secondTicks } = this;
    start[made] = start[value]! < 0 ? -1 : start[value]! + ticks;
    first[made] = first[value]!;
    firstTicks[made] = first[value]! < 0 ? -1 : firstTicks[value]! + ticks;
    second[made] = second[value]!;
    secondTicks[made] = second[value]! < 0 ? -1 : secondTicks[value]! + ticks;
    return made;
  }

  /** All ways of `value` as ways into `at`, `ticks` later. */
  private join(at: number, value: number, ticks: number): void {
    const { start, first, second } = this;
    if (start[value]! >= 0 && start[value]! + ticks > start[at]!) start[at] = start[value]! + ticks;
    if (first[value]! < 0) return;
    this.arrive(at, first[value]!, Math.max(0, this.firstTicks[value]! + ticks));
    if (second[value]! >= 0) this.arrive(at, second[value]!, Math.max(0, this.secondTicks[value]! + ticks));
  }
  private arrive(at: number, lane: number, ticks: number): void {
    const { first, firstTicks, second, secondTicks } = this;
    if (first[at] === lane) {
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

  private finish(): void {
    const { written, values, cells, fresh } = this;
    written.length = 0;
    this.longest = 0;
    for (let left = this.touched; left !== 0; left &= left - 1) {
      const lane = 31 - Math.clz32(left & -left);
      const members = this.cellsOfLane[lane]!;
      let value = none;
      let joined = false;
      for (let i = 0; i < members.length; i++) {
        const cell = members[i]!;
        if (cells[cell] === fresh[cell]) continue;
        if (value === none) value = cells[cell]!;
        else if (cells[cell] !== value) {
          if (!joined) value = this.copy(value);
          joined = true;
          this.join(value, cells[cell]!, 0);
        }
      }
      if (value === none) continue; // moved onto itself
      written.push(lane);
      values[lane] = value;
      this.longest = Math.max(this.longest, this.start[value]!, this.firstTicks[value]!);
    }
  }
  private copy(value: number): number {
    const made = this.next++;
    this.set(made, this.start[value]!, this.first[value]!, this.firstTicks[value]!, this.second[value]!, this.secondTicks[value]!);
    return made;
  }

  // Addresses.

  private forget(): void {
    for (let cell = 0; cell < Cell.count; cell++) this.roots[cell] = cell;
    this.offsets.fill(0);
    this.nextRoot = Cell.count;
    this.storeCount = 0;
  }

  /** The address of an access: two roots (none: absent) and an offset. */
  private locate(insn: Insn, a: PartAccess, registers: Int8Array, at: number): void {
    this.offset = a.operand < 0 ? a.disp : constantOf(insn, a.operand);
    this.base = this.index = none;
    if (a.base !== noPlace) {
      const cell = a.base < 0 ? registers[at + ~a.base]! : a.base;
      this.base = this.roots[cell]!;
      this.offset += this.offsets[cell]!;
    }
    if (a.index !== noPlace) {
      const cell = a.index < 0 ? registers[at + ~a.index]! : a.index;
      this.index = this.roots[cell]!;
      this.offset += this.offsets[cell]! * (a.scale & 31);
    }
  }

  private forwarded(insn: Insn, a: PartAccess, registers: Int8Array, at: number, input: number, vector: boolean): void {
    const { figures } = this.uarch;
    this.locate(insn, a, registers, at);
    const { base, index, offset } = this;
    for (let s = this.storeCount - 1; s >= 0; s--) {
      const from = this.storeOffset[s]!;
      const end = from + this.storeBytes[s]!;
      if (this.storeBase[s] !== base || this.storeIndex[s] !== index || this.storeScale[s] !== a.scale || end <= offset || offset + a.bytes <= from) continue;
      const covers = from <= offset && offset + a.bytes <= end;
      const ticks = (vector || this.storeVector[s] !== 0 ? figures.vectorForwardTicks : figures.forwardTicks) + (covers ? 0 : figures.blockedForwardTicks);
      this.join(input, this.storeData[s]!, ticks);
      return;
    }
  }

  /** What the instruction stores, and what it makes of registers as addresses. */
  private follows(insn: Insn, part: Part, registers: Int8Array, at: number, input: number): void {
    const { roots, offsets } = this;
    const { stores, writes, moves, sum } = part;
    for (let i = 0; i < stores.length && this.storeCount < mostStores; i++) {
      const a = stores[i]!;
      this.locate(insn, a, registers, at);
      const s = this.storeCount++;
      this.storeBase[s] = this.base;
      this.storeIndex[s] = this.index;
      this.storeScale[s] = a.scale;
      this.storeOffset[s] = this.offset;
      this.storeBytes[s] = a.bytes;
      this.storeData[s] = this.later(input, part.storeLatency);
      this.storeVector[s] = part.vector ? 1 : 0;
    }
    for (let i = 0; i < writes.length; i++) {
      const place = writes[i]!;
      const cell = place < 0 ? registers[at + ~place]! : place;
      if (i === 0 && sum) {
        const of = sum.of < 0 ? registers[at + ~sum.of]! : sum.of;
        roots[cell] = roots[of]!;
        offsets[cell] = offsets[of]! + (sum.operand < 0 ? sum.by : sum.by * constantOf(insn, sum.operand));
      } else {
        roots[cell] = this.nextRoot++;
        offsets[cell] = 0;
      }
    }
    for (let i = 0; i < moves.length; i++) {
      const cell = moves[i]! < 0 ? registers[at + ~moves[i]!]! : moves[i]!;
      const by = Number.isNaN(part.moveBy) ? writtenBack(insn) : part.moveBy;
      if (Number.isNaN(by)) roots[cell] = this.nextRoot++;
      else offsets[cell]! += by;
    }
  }
}

/** The displacement or immediate of an operand. */
function constantOf(insn: Insn, operand: number): number {
  const op = insn.ops[operand];
  return op?.kind === 'mem' ? Number(op.disp) : op?.kind === 'imm' ? Number(op.value) : 0;
}

/** What an access with a moving base adds to it; NaN: nobody knows. */
function writtenBack(insn: Insn): number {
  const op = insn.ops.find((o) => o.kind === 'mem' && o.mode !== undefined);
  return op?.kind === 'mem' && !op.index ? Number(op.disp) : NaN;
}

/** A loop that has loads and stores. */
function passes(insns: readonly Insn[], parts: readonly Part[]): boolean {
  return loops(insns) && parts.some((p) => p.loads.length > 0) && parts.some((p) => p.stores.length > 0);
}

function loadsAfterStores(parts: readonly Part[]): boolean {
  let stored = false;
  for (let k = 0; k < parts.length; k++) {
    if (stored && parts[k]!.loads.length > 0) return true;
    if (parts[k]!.stores.length > 0) stored = true;
  }
  return false;
}
