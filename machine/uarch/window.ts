/**
 * `window` mode: instructions as timestamps in an out-of-order core, one at a time in program order. Each goes through the
 * front end (windowFront.ts), takes issue slots in order while the reorder buffer, the scheduler and the load and store
 * queues have room, is bound to ports (windowPorts.ts), executes when its operands are ready, and retires in order. Stores
 * write the cache after retiring, one a cycle; loads take data from older ones in the buffer.
 *
 * Times are integer cycles. Left out: replays, bank conflicts, wrong guesses about addresses of older stores.
 */
import { Cell, type Access } from './cells.js';
import { StoreBuffer } from './flow.js';
import { cycle, Idiom, type Uarch } from './uarch.js';
import type { Place, Value } from './values.js';
import { Ring, WindowFront } from './windowFront.js';
import { WindowPorts } from './windowPorts.js';
import { Role, type MicroOp, type Work } from './work.js';

/** Cycles from issue to the earliest execution. */
const issueToExecute = 5;

const inCycles = (ticks: number): number => Math.ceil(ticks / cycle);
const stackPointer = Cell.gpr + 4;

/** Where an instruction's accesses go. */
export interface Accesses {
  readonly loads: readonly Place[];
  readonly stores: readonly Place[];
  /** What it stores, when that is known. */
  readonly value: Value | undefined;
  /** Cycles that each load takes beyond a hit in L1; absent: all hit. */
  readonly missed?: readonly number[];
}

export class Window {
  private readonly front: WindowFront | undefined;
  private readonly ports: WindowPorts;
  private readonly ready = new Float64Array(Cell.count); // whole cycles, which may pass 2^31
  private readonly loaded = new Uint8Array(Cell.count);
  private readonly stores: StoreBuffer;
  // issue
  private issueCycle = 0;
  private issued = 0;
  private readonly queue: Ring;
  private readonly rob: Ring;
  private readonly scheduler: Scheduler;
  private readonly loadQueue: Ring;
  private readonly storeQueue: Ring;
  // retirement
  private retireCycle = 0;
  private retired = 0;
  private committed = 0;
  private committing = 0;
  private dividerFree = 0;
  private serialUntil = 0;
  private readonly moves: MoveSlots;
  /** Of the instruction in hand: when it has executed, and when the data that it stores is there. */
  private done = 0;
  private stored = 0;
  /** What the load just stepped has found in the store buffer, when that is all of it. */
  forwarded: Value | undefined;
  /** It overlapped with a store there. */
  found = false;

  /** `cached`: code comes from the micro-op cache. */
  constructor(private readonly uarch: Uarch, cached: boolean) {
    const f = uarch.figures;
    this.front = uarch.frontEnd ? new WindowFront(uarch.frontEnd, cached) : undefined;
    this.ports = new WindowPorts(uarch.ports.names.length, uarch.ports.load, uarch.ports.bySlot);
    this.stores = new StoreBuffer(f.storeQueue);
    this.queue = new Ring(uarch.frontEnd?.uopQueue ?? 64);
    this.rob = new Ring(f.rob);
    this.scheduler = new Scheduler(f.scheduler);
    this.loadQueue = new Ring(f.loadQueue);
    this.storeQueue = new Ring(f.storeQueue);
    this.moves = new MoveSlots(f.moveSlots);
  }

  /** Nothing issues before `cycle`: after a wrong prediction. */
  restart(at: number): void {
    this.front?.restart(at);
    if (at <= this.issueCycle) return;
    this.issueCycle = at;
    this.issued = 0;
    this.ports.advance(at);
  }

  /** Takes the instruction at `pc`; returns the cycle in which it retires. */
  step(work: Work, pc: number, accesses: Accesses): number {
    const decoded = this.front?.take(work, pc, this.queue.oldest(Math.max(0, work.decoded - 1))) ?? 0;
    const { effects, price, slots } = work;
    // a move that finds no free slot is executed like any other
    const moved = work.idiom === Idiom.Move && this.moves.eliminate(effects.writes[0]!, effects.reads[0]!);
    const uops = work.idiom === Idiom.Move && !moved ? [{ role: Role.Compute, ports: price.ports[0]!, nth: 0 }] : work.uops;
    let earliest = decoded + 1;
    if (effects.loads.length > 0) earliest = Math.max(earliest, this.loadQueue.oldest(effects.loads.length - 1));
    if (effects.stores.length > 0) earliest = Math.max(earliest, this.storeQueue.oldest(effects.stores.length - 1));
    let slot = 0;
    for (let i = 0; i < slots; i++) slot = this.issueSlot(earliest, i);
    this.execute(work, uops, accesses, slot, work.idiom === Idiom.Move && !moved ? Idiom.None : work.idiom);
    if (!moved) for (const cell of effects.writes) this.moves.overwrite(cell);
    for (const cell of effects.moves) this.moves.overwrite(cell);
    this.retire(slots);
    for (let i = 0; i < effects.loads.length; i++) this.loadQueue.push(this.retireCycle);
    for (const place of accesses.stores) {
      this.storeQueue.push(this.commit());
      this.stores.add({ place, ready: this.stored * cycle, retired: this.retireCycle * cycle, value: accesses.value, vector: work.vector });
    }
    return this.retireCycle;
  }

  /** The store that retires now writes the cache after those before it; returns when. */
  private commit(): number {
    const full = this.committing >= this.uarch.figures.commitWidth;
    const at = Math.max(full ? this.committed + 1 : this.committed, this.retireCycle + 1);
    this.committing = at > this.committed ? 1 : this.committing + 1;
    return (this.committed = at);
  }

  /** A fused micro-op's place, the `nth` of its instruction: the cycle is `issueCycle` afterwards, the result its slot there. */
  private issueSlot(earliest: number, nth: number): number {
    const next = this.issued >= this.uarch.figures.width ? this.issueCycle + 1 : this.issueCycle;
    const at = this.scheduler.room(Math.max(earliest, this.rob.oldest(nth), next));
    if (at > this.issueCycle) {
      this.issueCycle = at;
      this.issued = 0;
      this.ports.advance(at);
    }
    this.queue.push(at);
    return this.issued++;
  }

  /** Ports, operands and results; sets `done` and `stored`. */
  private execute(work: Work, uops: Work['uops'], accesses: Accesses, slot: number, idiom: Idiom): void {
    const { effects, price } = work;
    const { ready } = this;
    const first = this.issueCycle + issueToExecute;
    if (work.stackSync) ready[stackPointer] = this.run(uops[0]!.ports, slot, Math.max(first, ready[stackPointer]!)) + 1;
    let input = idiom === Idiom.Move ? 0 : first;
    for (const cell of effects.reads) input = Math.max(input, ready[cell]! - (cell === work.kept ? inCycles(price.latency - price.keptLatency) : 0));
    this.forwarded = undefined;
    this.found = false;
    for (const u of uops) if (u.role === Role.Load) input = Math.max(input, this.load(work, u, accesses.loads[u.nth]!, slot, first) + (accesses.missed?.[u.nth] ?? 0));
    let result = input;
    let computed = false;
    let late = 0; // micro-ops beside the first take ports, but results do not wait for them
    for (const u of uops) {
      if (u.role !== Role.Compute) continue;
      computed = true;
      const kept = u.nth === 0 ? inCycles(price.occupancy) : 0;
      const { blocking } = this.uarch.ports;
      const at = this.run(u.ports, slot, kept > 0 && !blocking ? Math.max(input, this.dividerFree) : input, blocking ? kept : 1);
      late = Math.max(late, at + 1);
      if (u.nth === 0) {
        result = at + inCycles(price.latency);
        if (kept > 0) this.dividerFree = at + kept;
      }
    }
    if (price.serial > 0) result = this.serialUntil = Math.max(result, this.serialUntil + inCycles(price.serial));
    const flags = result + inCycles(price.flagLatency) - inCycles(price.latency);
    this.done = Math.max(first, result, late);
    this.stored = result;
    for (const u of uops) if (u.role === Role.Address || u.role === Role.Data) this.store(work, u, slot, first, result);
    for (const cell of effects.writes) {
      ready[cell] = idiom === Idiom.Zero ? 0 : cell === Cell.carry || cell === Cell.flags ? flags : result;
      this.loaded[cell] = effects.loads.length > 0 && !computed ? 1 : 0;
    }
    for (const cell of effects.moves) ready[cell] = this.moved(uops, slot, first, ready[cell]!) + inCycles(work.moveTicks);
  }

  /** When a pointer's own micro-op, if it has one, can move it. */
  private moved(uops: Work['uops'], slot: number, first: number, ready: number): number {
    const u = uops.find((x) => x.role === Role.Move);
    return u ? this.run(u.ports, slot, Math.max(first, ready)) : ready;
  }

  private addressReady(a: Access): number {
    return Math.max(a.base >= 0 ? this.ready[a.base]! : 0, a.index >= 0 ? this.ready[a.index]! : 0);
  }

  /** When the load's data is there. */
  private load(work: Work, u: MicroOp, place: Place, slot: number, first: number): number {
    const { figures } = this.uarch;
    const a = work.effects.loads[u.nth]!;
    const start = this.run(u.ports, slot, Math.max(first, this.addressReady(a)));
    const chased = a.base >= 0 && a.index < 0 && a.disp >= 0 && a.disp < 2048 && this.loaded[a.base] === 1;
    const at = start + inCycles(work.vector ? figures.vectorLoadTicks : chased ? figures.chasedLoadTicks : figures.loadTicks);
    const found = this.stores.find(place);
    if (!found || work.price.serial > 0) return at; // what a locked access waits for is part of its price
    const { stored, covers } = found;
    this.found = true;
    if (!covers) return Math.max(at, inCycles(stored.retired + figures.blockedForwardTicks));
    if (place.offset === stored.place.offset && place.bytes === stored.place.bytes) this.forwarded = stored.value;
    return Math.max(at, inCycles(stored.ready + (work.vector || stored.vector ? figures.vectorForwardTicks : figures.forwardTicks)));
  }

  private store(work: Work, u: MicroOp, slot: number, first: number, data: number): void {
    const from = u.role === Role.Data ? data : this.addressReady(work.effects.stores[u.nth]!);
    this.done = Math.max(this.done, this.run(u.ports, slot, Math.max(first, from)) + 1);
  }

  /** Binds a micro-op and executes it; `cycles`: how long it keeps its port. */
  private run(mask: number, slot: number, ready: number, cycles = 1): number {
    const at = this.ports.execute(this.ports.bind(mask, slot), ready, cycles);
    this.scheduler.add(at);
    return at;
  }

  /** In order, so many fused micro-ops a cycle. */
  private retire(slots: number): void {
    for (let i = 0; i < slots; i++) {
      const at = Math.max(this.done + 1, this.retired >= this.uarch.figures.retireWidth ? this.retireCycle + 1 : this.retireCycle);
      if (at > this.retireCycle) {
        this.retireCycle = at;
        this.retired = 0;
      }
      this.retired++;
      this.rob.push(this.retireCycle);
    }
  }
}

/** The scheduler's entries: a micro-op holds one from issue until it executes. */
class Scheduler {
  private readonly leaving = new Int32Array(1 << 14);
  private inside = 0;
  private now = 0;

  constructor(private readonly size: number) {}

  add(at: number): void {
    this.inside++;
    this.leaving[Math.max(this.now, Math.min(at, this.now + this.leaving.length - 1)) & (this.leaving.length - 1)]!++;
  }

  /** The first cycle from `cycle` on with room for a fused micro-op's two. */
  room(cycle: number): number {
    if (cycle - this.now > this.leaving.length) { // all have left meanwhile
      this.leaving.fill(0);
      this.inside = 0;
      this.now = cycle;
    }
    while (this.now < cycle || this.inside + 2 > this.size) {
      const at = this.now & (this.leaving.length - 1);
      this.inside -= this.leaving[at]!;
      this.leaving[at] = 0;
      this.now++;
    }
    return this.now;
  }
}

/**
 * Registers that share one value after eliminated moves. A set of sharers takes a slot until all but one have been overwritten;
 * general and vector registers have slots of their own.
 */
class MoveSlots {
  private readonly set = new Int32Array(Cell.count);
  private readonly members = new Map<number, number>();
  private readonly used = [0, 0];
  private next = 1;

  constructor(private readonly size: number) {}

  /** The move `to` = `from` at rename; false: no slot is free. */
  eliminate(to: number, from: number): boolean {
    if (this.set[to]! !== 0 && this.set[to] === this.set[from]) return true;
    this.overwrite(to);
    const kind = to >= Cell.vector ? 1 : 0;
    if (this.set[from] === 0) {
      if (this.used[kind]! >= this.size) return false;
      this.used[kind]!++;
      this.set[from] = this.next++;
      this.members.set(this.set[from]!, 1);
    }
    this.set[to] = this.set[from]!;
    this.members.set(this.set[to]!, this.members.get(this.set[to]!)! + 1);
    return true;
  }

  overwrite(cell: number): void {
    const set = this.set[cell]!;
    if (set === 0) return;
    this.set[cell] = 0;
    const left = this.members.get(set)! - 1;
    this.members.set(set, left);
    if (left > 1) return;
    this.members.delete(set);
    this.used[cell >= Cell.vector ? 1 : 0]!--;
    this.set[this.set.indexOf(set)] = 0;
  }
}
