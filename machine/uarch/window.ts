/**
 * `window` mode: instructions as timestamps in an out-of-order core, one at a time in program order. Each goes through the
 * front end (windowFront.ts), takes issue slots in order while the reorder buffer, the scheduler and the load and store
 * queues have room, is bound to ports (windowPorts.ts), executes when its operands are ready, and retires in order. Stores
 * write the cache after retiring, one a cycle; loads take data from older ones in the buffer.
 *
 * Times are integer cycles. All that later instructions depend on lies in typed arrays (windowState.ts). Left out: replays, bank
 * conflicts, wrong guesses about addresses of older stores, instructions on a mispredicted path.
 */
import { Cell } from './cells.js';
import { Idiom, type Uarch } from './uarch.js';
import { WindowFront, type Supply } from './windowFront.js';
import { WindowPorts } from './windowPorts.js';
import { MoveSlots, Scheduler } from './windowQueues.js';
import { Ring, WindowState } from './windowState.js';
import { inCycles, type Step } from './windowStep.js';
import { WindowStores } from './windowStores.js';
import { Role, type MicroOp } from './work.js';

/** Cycles from issue to the earliest execution. */
const issueToExecute = 5;
/** And from a restart of the front end to the first issue out of the cache. */
const frontToIssue = 2;
/** No instruction has more loads or stores. */
const mostAccesses = 4;

const stackPointer = Cell.gpr + 4;

const enum W {
  issueCycle, issued, retireCycle, retired, committed, committing, serialUntil,
  /** When the last store that missed wrote the cache. */
  drained,
  count,
}

/** Where an instruction's accesses go, in the order of its effects: root and offset as in values.ts. */
export class Places {
  readonly roots = new Float64Array(mostAccesses);
  readonly offsets = new Float64Array(mostAccesses);
}

/**
 * How many cycles later an instruction has retired than it could have behind the one before, by what it waited for last: data beyond L1; locked accesses before it; the
 * refill after a wrong prediction; code; room for its stores; operands, ports and its own latency.
 */
export interface Late {
  memory: number;
  locks: number;
  mispredict: number;
  front: number;
  stores: number;
  results: number;
}

/** What accesses take beyond a hit in L1, in cycles, each asked for once, with the cycle in which it begins. */
export interface WindowMemory {
  /** The `nth` load of the instruction in hand. `forwarded`: an older store that has not written the cache yet has its data; `owning`: it is to be written, too. */
  loadCycles(nth: number, cycle: number, forwarded: boolean, owning: boolean): number;
  /** The `nth` store. */
  storeCycles(nth: number, cycle: number): number;
  /** The line of code at `address`, a multiple of `codeLineBytes`. */
  readonly codeLineBytes: number;
  fetchCycles(address: number, cycle: number): number;
}

export class Window {
  readonly state = new WindowState();
  private readonly front: WindowFront | undefined;
  private readonly ports: WindowPorts;
  private readonly ready: Float64Array;
  private readonly loaded: Uint8Array;
  private readonly stores: WindowStores;
  private readonly queue: Ring;
  private readonly rob: Ring;
  private readonly scheduler: Scheduler;
  private readonly loadQueue: Ring;
  private readonly storeQueue: Ring;
  private readonly moves: MoveSlots;
  private readonly w: Float64Array;
  // figures in cycles
  private readonly loadCycles: number;
  private readonly chasedCycles: number;
  private readonly vectorCycles: number;
  private readonly forwardCycles: number;
  private readonly vectorForwardCycles: number;
  private readonly blockedCycles: number;
  private readonly refillCycles: number;

  /** Accesses of the instruction to be stepped: the caller fills in as many as it has. */
  readonly loads = new Places();
  readonly written = new Places();

  /** Somebody reads `late`. */
  reports = false;
  /** Of the instruction stepped last. For reports: no part of the state. */
  readonly late: Late = { memory: 0, locks: 0, mispredict: 0, front: 0, stores: 0, results: 0 };
  /** Cycles by which the wrong prediction of the last branch has put off what follows it. */
  private refill = 0;
  // Of the instruction in hand: when it has executed, when its results and its operands are there, what its loads take beyond L1, what a locked access waits for those before it.
  private done = 0;
  private result = 0;
  private operands = 0;
  private missing = 0;
  private ordering = 0;
  /** Number of the store, counted from the first, that the load just stepped takes all of; -1 none. */
  forwarded = -1;
  /** It overlapped with a store in the buffer. */
  found = false;

  /** `memory` left out: all accesses hit. `storeQueue`: stores that have not written the cache. */
  constructor(private readonly uarch: Uarch, supply: Supply, private readonly memory?: WindowMemory, storeQueue = uarch.figures.storeQueue) {
    const { state } = this;
    const { figures: f, frontEnd, ports } = uarch;
    this.w = state.f64(W.count);
    this.ready = state.f64(Cell.count);
    this.loaded = state.u8(Cell.count);
    this.front = frontEnd ? new WindowFront(state, frontEnd, supply, inCycles(f.takenTicks), memory) : undefined;
    this.ports = new WindowPorts(state, ports.names.length, ports.load, ports.bySlot);
    this.stores = new WindowStores(state, storeQueue);
    this.queue = new Ring(state, frontEnd?.uopQueue ?? 64);
    this.rob = new Ring(state, f.rob);
    this.scheduler = new Scheduler(state, f.scheduler);
    this.loadQueue = new Ring(state, f.loadQueue);
    this.storeQueue = new Ring(state, storeQueue);
    this.moves = new MoveSlots(state, f.moveSlots);
    this.loadCycles = inCycles(f.loadTicks);
    this.chasedCycles = inCycles(f.chasedLoadTicks);
    this.vectorCycles = inCycles(f.vectorLoadTicks);
    this.forwardCycles = inCycles(f.forwardTicks);
    this.vectorForwardCycles = inCycles(f.vectorForwardTicks);
    this.blockedCycles = inCycles(f.blockedForwardTicks);
    this.refillCycles = inCycles(f.mispredictTicks);
  }

  /** The cycle in which the instruction stepped last retires: all before it have. */
  get retireCycle(): number {
    return this.w[W.retireCycle]!;
  }
  /** Stores so far. */
  get storeCount(): number {
    return this.stores.count;
  }

  /** Nothing issues before `cycle`, and the front end begins anew. */
  restart(cycle: number): void {
    const { w } = this;
    this.front?.restart(cycle - frontToIssue);
    if (cycle <= w[W.issueCycle]!) return;
    w[W.issueCycle] = cycle;
    w[W.issued] = 0;
    this.ports.advance(cycle);
  }

  /**
   * The branch just stepped went another way than predicted. The refill counts from when its inputs are there, as if it could execute
   * where it issues: the figure, measured from outside, contains the way from issue to execution.
   */
  mispredict(): void {
    const again = this.result - issueToExecute + this.refillCycles;
    this.refill = Math.max(0, again - this.w[W.issueCycle]!);
    this.restart(again);
  }

  /** What came before is over by `cycle`: traps and whatever else changes a core from outside. */
  drain(cycle: number): void {
    const { w } = this;
    if (cycle > w[W.retireCycle]!) {
      w[W.retireCycle] = cycle;
      w[W.retired] = 0;
    }
    this.restart(w[W.retireCycle]!);
  }

  /** Takes the instruction at `pc`, whose accesses are in `loads` and `written`; returns the cycle in which it retires. */
  step(given: Step, pc: number): number {
    const { w, moves } = this;
    const decoded = this.front?.take(given, pc, this.queue.oldest(given.decoded > 0 ? given.decoded - 1 : 0)) ?? 0;
    // a move that finds no free slot is executed like any other
    const moved = given.idiom === Idiom.Move && moves.eliminate(given.writes[0]!, given.reads[0]!);
    const step = moved ? given : given.executed;
    const loads = step.loads.length;
    const stores = step.stores.length;
    const behind = w[W.issueCycle]!;
    const roomForLoads = loads > 0 ? this.loadQueue.oldest(loads - 1) : 0;
    const roomForStores = stores > 0 ? this.storeQueue.oldest(stores - 1) : 0;
    const earliest = Math.max(decoded + 1, roomForLoads, roomForStores);
    let slot = 0;
    for (let i = 0; i < step.slots; i++) slot = this.issueSlot(earliest, i);
    this.execute(step, slot);
    if (!moved) for (let i = 0; i < step.writes.length; i++) moves.overwrite(step.writes[i]!);
    for (let i = 0; i < step.moves.length; i++) moves.overwrite(step.moves[i]!);
    if (this.reports) {
      const others = Math.max(behind, roomForLoads);
      this.blame(Math.max(0, decoded + 1 - Math.max(others, roomForStores)), Math.max(0, roomForStores - Math.max(others, decoded + 1)));
    }
    this.retire(step.slots);
    const retireCycle = w[W.retireCycle]!;
    for (let i = 0; i < loads; i++) this.loadQueue.push(retireCycle);
    const { roots, offsets } = this.written;
    for (let i = 0; i < stores; i++) {
      const committed = this.commit(i);
      this.storeQueue.push(committed);
      this.stores.add(roots[i]!, offsets[i]!, step.stores[i]!.bytes, this.result, retireCycle, committed, step.vector);
    }
    return retireCycle;
  }

  /** `front`, `stores`: cycles by which the front end and the store queue alone have put off its issue. */
  private blame(front: number, stores: number): void {
    const { late, w } = this;
    let left = Math.max(0, this.done + 1 - w[W.retireCycle]! - (w[W.retired]! >= this.uarch.figures.retireWidth ? 1 : 0));
    const take = (most: number): number => {
      const part = Math.min(left, most);
      left -= part;
      return part;
    };
    late.memory = take(this.missing);
    late.locks = take(this.ordering);
    // to have come late is to blame only as far as the operands were waiting
    let waiting = Math.max(0, w[W.issueCycle]! + issueToExecute - this.operands);
    waiting -= late.mispredict = take(Math.min(this.refill, waiting));
    waiting -= late.front = take(Math.min(front, waiting));
    late.stores = take(Math.min(stores, waiting));
    late.results = left;
    this.refill = 0;
  }

  /** The `nth` store of the instruction that retires now asks for its line, and writes the cache after those before it; returns when. */
  private commit(nth: number): number {
    const { w, memory } = this;
    const committed = w[W.committed]!;
    const full = w[W.committing]! >= this.uarch.figures.commitWidth;
    const asked = w[W.retireCycle]! + 1;
    const missed = memory ? memory.storeCycles(nth, asked) : 0;
    const at = Math.max(full ? committed + 1 : committed, asked + missed);
    w[W.committing] = at > committed ? 1 : w[W.committing]! + 1;
    if (missed > 0) w[W.drained] = at;
    return (w[W.committed] = at);
  }

  /** A fused micro-op's place, the `nth` of its instruction: the cycle is `issueCycle` afterwards, the result its slot there. */
  private issueSlot(earliest: number, nth: number): number {
    const { w } = this;
    const cycle = w[W.issueCycle]!;
    const next = w[W.issued]! >= this.uarch.figures.width ? cycle + 1 : cycle;
    const at = this.scheduler.room(Math.max(earliest, this.rob.oldest(nth), next));
    if (at > cycle) {
      w[W.issueCycle] = at;
      w[W.issued] = 0;
      this.ports.advance(at);
    }
    this.queue.push(at);
    return w[W.issued]!++;
  }

  /** Ports, operands and results; sets `done` and `result`. */
  private execute(step: Step, slot: number): void {
    const { ready, loaded, w } = this;
    const { uops, reads, readLate, writes, idiom } = step;
    const first = w[W.issueCycle]! + issueToExecute;
    if (step.stackSync) ready[stackPointer] = this.run(uops[0]!.ports, slot, Math.max(first, ready[stackPointer]!)) + 1;
    let operands = 0;
    for (let i = 0; i < reads.length; i++) {
      const at = ready[reads[i]!]! - readLate[i]!;
      if (at > operands) operands = at;
    }
    let input = idiom === Idiom.Move ? operands : Math.max(first, operands);
    this.operands = operands;
    this.forwarded = -1;
    this.found = false;
    this.missing = this.ordering = 0;
    for (let i = 0; i < uops.length; i++) {
      const u = uops[i]!;
      if (u.role !== Role.Load) continue;
      const at = this.load(step, u, slot, first);
      if (at > input) input = at;
    }
    let result = input;
    let late = 0; // micro-ops beside the first take ports, but results do not wait for them
    const { blocking } = this.uarch.ports;
    for (let i = 0; step.computes && i < uops.length; i++) {
      const u = uops[i]!;
      if (u.role !== Role.Compute) continue;
      const kept = u.nth === 0 ? step.kept : 0;
      const at = this.run(u.ports, slot, input, kept, !blocking && kept > 0);
      late = Math.max(late, at + 1);
      if (u.nth === 0) result = at + step.latency;
    }
    if (step.serial > 0) {
      const inTurn = Math.max(result, w[W.serialUntil]! + step.serial);
      this.ordering += inTurn - result;
      result = w[W.serialUntil] = inTurn;
    }
    const flags = result + step.flagLatency - step.latency;
    this.done = Math.max(first, result, late);
    this.result = result;
    for (let i = 0; step.stores.length > 0 && i < uops.length; i++) {
      const u = uops[i]!;
      if (u.role === Role.Address || u.role === Role.Data) this.store(step, u, slot, first, result);
    }
    const fromLoad = step.loads.length > 0 && !step.computes ? 1 : 0;
    for (let i = 0; i < writes.length; i++) {
      const cell = writes[i]!;
      ready[cell] = idiom === Idiom.Zero ? 0 : cell === Cell.carry || cell === Cell.flags ? flags : result;
      loaded[cell] = fromLoad;
    }
    for (let i = 0; i < step.moves.length; i++) {
      const cell = step.moves[i]!;
      // when its own micro-op, if it has one, can move the pointer
      const at = step.mover ? this.run(step.mover.ports, slot, Math.max(first, ready[cell]!)) : ready[cell]!;
      ready[cell] = at + step.moveCycles;
    }
  }

  private addressReady(base: number, index: number): number {
    return Math.max(base >= 0 ? this.ready[base]! : 0, index >= 0 ? this.ready[index]! : 0);
  }

  /** When the load's data is there. */
  private load(step: Step, u: MicroOp, slot: number, first: number): number {
    const { stores, memory } = this;
    const a = step.loads[u.nth]!;
    const locked = step.serial > 0 && step.stores.length > 0;
    const address = this.addressReady(a.base, a.index);
    if (address > this.operands) this.operands = address;
    const ready = Math.max(first, address);
    const drained = locked ? Math.max(ready, this.w[W.drained]!) : ready;
    this.ordering += drained - ready;
    const start = this.run(u.ports, slot, drained);
    const chased = step.chases[u.nth]! && this.loaded[a.base] === 1;
    let at = start + (step.vector ? this.vectorCycles : chased ? this.chasedCycles : this.loadCycles);
    // what a locked access waits for else is part of its price
    if (step.serial > 0) return memory ? at + this.missed(memory.loadCycles(u.nth, start, false, locked)) : at;
    const offset = this.loads.offsets[u.nth]!;
    const n = stores.find(this.loads.roots[u.nth]!, offset, a.bytes);
    const covered = n >= 0 && stores.covers(n, offset, a.bytes);
    if (memory) at += this.missed(memory.loadCycles(u.nth, start, covered && stores.committedOf(n) > start, false));
    if (n < 0) return at;
    this.found = true;
    if (!covered) return Math.max(at, stores.retiredOf(n) + this.blockedCycles);
    if (stores.equals(n, offset, a.bytes)) this.forwarded = n;
    return Math.max(at, stores.readyOf(n) + (step.vector || stores.isVector(n) ? this.vectorForwardCycles : this.forwardCycles));
  }

  private missed(cycles: number): number {
    if (cycles > this.missing) this.missing = cycles;
    return cycles;
  }

  private store(step: Step, u: MicroOp, slot: number, first: number, data: number): void {
    const a = step.stores[u.nth]!;
    const from = u.role === Role.Data ? data : this.addressReady(a.base, a.index);
    this.done = Math.max(this.done, this.run(u.ports, slot, Math.max(first, from)) + 1);
  }

  /** Binds a micro-op and executes it; `cycles`: how long it keeps its port, or the divider `beside` it. */
  private run(mask: number, slot: number, ready: number, cycles = 1, beside = false): number {
    const at = this.ports.execute(this.ports.bind(mask, slot), ready, cycles, beside);
    this.scheduler.add(at);
    return at;
  }

  /** In order, so many fused micro-ops a cycle. */
  private retire(slots: number): void {
    const { w } = this;
    for (let i = 0; i < slots; i++) {
      const cycle = w[W.retireCycle]!;
      const at = Math.max(this.done + 1, w[W.retired]! >= this.uarch.figures.retireWidth ? cycle + 1 : cycle);
      if (at > cycle) {
        w[W.retireCycle] = at;
        w[W.retired] = 0;
      }
      w[W.retired]!++;
      this.rob.push(w[W.retireCycle]!);
    }
  }
}
