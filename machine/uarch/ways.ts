/**
 * How latencies go through a block: for each cell that it writes, the ways by which its new value depends on what was there before.
 *
 * A way leads from a lane (a group of cells, the caller's choice) or from the block's start, and takes ticks. Of the ways from lanes the two longest
 * are kept, which is what `interval` timing has room for. Points where ways meet are numbers in an array: those of lanes first, then one that is there at
 * the start, then what instructions wait for; a value is such a point and how many ticks later, in one number, so results copy nothing.
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
/** A point takes so many numbers: ticks from the start (-1: no way), and the longest two ways from lanes. */
const pointSize = 4;
/** The point that is there at the start, and the first that instructions make: also as values. */
const atStart = mostLanes * pointSize;
const firstMade = atStart + pointSize;
/** Per instruction what it waits for, and what locked accesses come after; at the end what stores hand on to the next time around, and one a lane. */
const mostPoints = mostLanes + 1 + 2 * 32 + 32 + mostLanes;
/** A value is a point below this bit, and ticks from it on. */
const pointBits = 10;
const pointMask = 2 ** pointBits - 1;
/** A way is a lane below this bit, and ticks from it on; -1: none. */
const laneBits = 6;
const laneMask = 2 ** laneBits - 1;
/** A value so many ticks after another. */
const later = (value: number, ticks: number): number => value + (ticks << pointBits);
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
  /** Of the value that `read` was asked for: ticks from the start (-1: no way), and the longest two ways from lanes (none: there is none). */
  start = none;
  first = none;
  firstTicks = none;
  second = none;
  secondTicks = none;
  /** Lanes that the last block writes, the first `writtenCount`; and their values then. */
  readonly written = new Int8Array(mostLanes);
  writtenCount = 0;
  readonly values = new Int32Array(mostLanes);
  /** The value of the branch at its end: when it resolves. */
  branch = atStart;
  /** The longest way of all. */
  longest = 0;
  /** What the longest of its locked accesses takes; 0: it has none. */
  orderTicks = 0;
  /** Bit k: instruction k loads what the block itself, when it jumps to its own start, stored the time before. */
  passed = 0;

  private readonly points = new Int32Array(mostPoints * pointSize);
  /** Values of cells; and before a block. */
  private readonly cells = new Int32Array(Cell.count);
  private readonly fresh = new Int32Array(Cell.count);
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
  private readonly storeData = new Int32Array(mostStores);
  private readonly storeVector = new Uint8Array(mostStores);
  // Of the access that `locate` found last.
  private base = 0;
  private index = 0;
  private offset = 0;

  /** `laneOf`: per cell, its lane, or none for cells that are always ready. */
  constructor(private readonly uarch: Uarch, private readonly laneOf: ArrayLike<number>) {
    this.chasing = uarch.figures.chasedLoadTicks !== uarch.figures.loadTicks;
    for (let l = 0; l < mostLanes; l++) this.set(l * pointSize, -1, l, -1);
    this.set(atStart, 0, -1, -1);
    for (let cell = 0; cell < Cell.count; cell++) {
      const lane = laneOf[cell]!;
      this.fresh[cell] = lane < 0 ? atStart : lane * pointSize;
      if (lane >= 0) this.cellsOfLane[lane]!.push(cell);
    }
  }

  private set(point: number, start: number, first: number, second: number): void {
    const { points } = this;
    points[point] = start;
    points[point + 1] = first;
    points[point + 2] = second;
  }

  /** The value that a lane has before the block. */
  before(lane: number): number {
    return lane * pointSize;
  }

  /** Sets `start`, `first` and the like to what leads to `value`. */
  read(value: number): void {
    const { points } = this;
    const point = value & pointMask;
    const ticks = value >> pointBits;
    const start = points[point]!;
    const first = points[point + 1]!;
    const second = points[point + 2]!;
    this.start = start < 0 ? none : start + ticks;
    this.first = first < 0 ? none : first & laneMask;
    this.firstTicks = first < 0 ? none : (first >> laneBits) + ticks;
    this.second = second < 0 ? none : second & laneMask;
    this.secondTicks = second < 0 ? none : (second >> laneBits) + ticks;
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
      const data = later(this.storeData[s]!, this.storeVector[s] !== 0 ? figures.vectorForwardTicks : figures.forwardTicks);
      const before = this.cells[Cell.order]!;
      if (before === this.fresh[Cell.order]) {
        this.write(Cell.order, data);
        continue;
      }
      const both = this.copy(data);
      this.join(both, before, 0);
      this.write(Cell.order, both);
    }
  }

  private step(insn: Insn, part: Part, registers: Int8Array, at: number, forwarding: boolean, fused: boolean, around: boolean): void {
    // a store: nobody waits for it, and no load of this block takes what it writes
    if (part.changesNothing && !forwarding) return;
    const { cells } = this;
    const { reads, writes, moves, loads } = part;
    if (part.stackSync) cells[stackPointer] = later(cells[stackPointer]!, cycle);
    // what the instruction waits for, as the point that is being made
    const input = this.make();
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
    const result = part.zeroes ? atStart : later(input, part.latency);
    const flagResult = part.zeroes ? atStart : later(input, part.flagLatency);
    if (forwarding) this.follows(insn, part, registers, at, input);
    for (let i = 0; i < writes.length; i++) {
      const place = writes[i]!;
      const cell = place < 0 ? registers[at + ~place]! : place;
      this.write(cell, part.flags[i] ? flagResult : result);
      if (this.chasing) this.loaded[cell] = part.brings ? 1 : 0;
    }
    for (let i = 0; i < moves.length; i++) {
      const cell = moves[i]! < 0 ? registers[at + ~moves[i]!]! : moves[i]!;
      this.write(cell, later(cells[cell]!, part.moveTicks));
    }
    // a fused pair resolves when its first half is done
    if (part.ends) this.branch = fused ? input : later(input, part.branchLatency);
  }

  /** What the next locked access waits for. Of its ways the one from those before is kept, were it the shortest: nothing else makes a chain of them. */
  private ordered(input: number, before: number, ticks: number): number {
    const made = this.copy(later(input, ticks));
    const lane = this.laneOf[Cell.order]!;
    this.read(before);
    const way = this.first === lane ? this.firstTicks : this.second === lane ? this.secondTicks : -1;
    this.read(made);
    if (lane < 0 || way < 0 || this.first === lane) return made;
    const { points } = this;
    points[made + 2] = ((way + ticks) << laneBits) | lane;
    // where the start is later than the first way it takes the second's place (exec/vector.ts)
    if (this.start <= this.firstTicks) return made;
    points[made + 2] = points[made + 1]!;
    points[made + 1] = ((way + ticks) << laneBits) | lane;
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
      if (ticks > this.points[input]!) this.points[input] = ticks;
      if (forwarding) this.forwarded(insn, a, registers, at, input, vector);
    }
  }

  /** A point that nothing but the block's start leads to. */
  private make(): number {
    const { points, next } = this;
    this.next = next + pointSize;
    points[next] = 0;
    points[next + 1] = points[next + 2] = -1;
    return next;
  }
  /** A point with all ways of `value`. */
  private copy(value: number): number {
    const { points } = this;
    const made = this.make();
    const from = value & pointMask;
    const by = value >> pointBits;
    points[made] = points[from]! < 0 ? -1 : points[from]! + by;
    for (let way = 1; way <= 2; way++) points[made + way] = points[from + way]! < 0 ? -1 : points[from + way]! + (by << laneBits);
    return made;
  }

  /** All ways of `value` as ways into point `at`, `ticks` later. */
  private join(at: number, value: number, ticks: number): void {
    const { points } = this;
    const from = value & pointMask;
    const by = (value >> pointBits) + ticks;
    const start = points[from]!;
    if (start >= 0 && start + by > points[at]!) points[at] = start + by;
    const first = points[from + 1]!;
    if (first < 0) return;
    this.arrive(points, at + 1, first & laneMask, (first >> laneBits) + by);
    const second = points[from + 2]!;
    if (second >= 0) this.arrive(points, at + 1, second & laneMask, (second >> laneBits) + by);
  }
  /** `first`: index of the point's longest way. */
  private arrive(points: Int32Array, first: number, lane: number, ticks: number): void {
    const longest = points[first]!;
    if (ticks < 0) ticks = 0;
    if ((longest & laneMask) === lane) {
      if (ticks > longest >> laneBits) points[first] = (ticks << laneBits) | lane;
    } else if (ticks > longest >> laneBits) {
      points[first + 1] = longest;
      points[first] = (ticks << laneBits) | lane;
    } else if (ticks > points[first + 1]! >> laneBits) points[first + 1] = (ticks << laneBits) | lane;
  }

  private finish(): void {
    const { written, values, cells, fresh } = this;
    let count = 0;
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
      written[count++] = lane;
      values[lane] = value;
      this.read(value);
      this.longest = Math.max(this.longest, this.start, this.firstTicks);
    }
    this.writtenCount = count;
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
      this.storeData[s] = later(input, part.storeLatency);
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
