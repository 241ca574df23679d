/**
 * When results are ready, were there issue slots and ports without limit: the dataflow of a run of instructions, with stores handing
 * their data to later loads. Times are ticks from the start of the run.
 */
import { Cell } from './cells.js';
import { cycle, Idiom, type Figures, type Uarch } from './uarch.js';
import { Values, type Place, type Value } from './values.js';
import type { Work } from './work.js';

const stackPointer = Cell.gpr + 4;

/** A store that loads may take data from. */
interface Stored {
  readonly place: Place;
  readonly ready: number;
  /** When all up to the store could have retired: the earliest for its way to the cache. */
  readonly retired: number;
  readonly value: Value | undefined;
  readonly vector: boolean;
}

/** What a load finds in the store buffer. */
export interface Forward {
  readonly stored: Stored;
  /** The store has all of it. */
  readonly covers: boolean;
}

/** Stores kept for forwarding; older ones have left the buffer. */
export class StoreBuffer {
  private readonly stores: Stored[] = [];

  constructor(private readonly size: number) {}

  add(stored: Stored): void {
    this.stores.push(stored);
    if (this.stores.length > this.size) this.stores.shift();
  }

  /** The youngest store that overlaps. */
  find(load: Place): Forward | undefined {
    for (let i = this.stores.length - 1; i >= 0; i--) {
      const stored = this.stores[i]!;
      const { place } = stored;
      if (place.root !== load.root || place.offset + place.bytes <= load.offset || load.offset + load.bytes <= place.offset) continue;
      return { stored, covers: place.offset <= load.offset && load.offset + load.bytes <= place.offset + place.bytes };
    }
    return undefined;
  }
}

/** The dataflow, instruction by instruction. `start`: see values.ts. */
export class Flow {
  readonly ready = new Int32Array(Cell.count);
  /** Cells whose value came out of a load, and nothing else: pointer chasing is a cycle quicker. */
  private readonly loadedCells = new Uint8Array(Cell.count);
  private readonly values: Values;
  private readonly stores: StoreBuffer;
  private readonly figures: Figures;
  /** The latest result so far. */
  latest = 0;

  constructor(uarch: Uarch, private readonly start?: bigint) {
    this.figures = uarch.figures;
    this.values = new Values(start);
    this.stores = new StoreBuffer(uarch.figures.storeQueue);
  }

  /** Returns when the instruction's results are ready. */
  step(work: Work): number {
    const { effects, price } = work;
    const { ready } = this;
    if (work.stackSync) ready[stackPointer] = ready[stackPointer]! + cycle;
    let input = 0;
    for (const cell of effects.reads) input = Math.max(input, ready[cell]! - (cell === work.kept ? price.latency - price.keptLatency : 0));
    let loaded: Value | undefined;
    const places = effects.loads.map((a) => this.values.place(a));
    effects.loads.forEach((a, i) => {
      const place = places[i]!;
      const address = Math.max(a.base >= 0 ? ready[a.base]! : 0, a.index >= 0 ? ready[a.index]! : 0);
      const { at, value } = this.load(work, place, address + this.loadTicks(work, a.base, a.index, a.disp));
      input = Math.max(input, at);
      loaded = value;
    });
    const stored = effects.stores.map((a) => this.values.place(a));
    const value = stored.length > 0 ? this.values.stored(work.insn) : undefined;
    const done = input + price.latency;
    const flagsDone = input + price.flagLatency;
    this.values.step(work.insn, effects, work.idiom, loaded);
    for (const cell of effects.writes) {
      const at = work.idiom === Idiom.Zero ? 0 : work.idiom === Idiom.Move ? input : cell === Cell.carry || cell === Cell.flags ? flagsDone : done;
      ready[cell] = at;
      this.loadedCells[cell] = work.uops.length > 0 && price.ports.length === 0 && effects.loads.length > 0 ? 1 : 0;
      if (at > this.latest) this.latest = at;
    }
    for (const cell of effects.moves) {
      ready[cell] = ready[cell]! + work.moveTicks;
      if (ready[cell]! > this.latest) this.latest = ready[cell]!;
    }
    const kept = done;
    for (const place of stored) {
      if (kept > this.latest) this.latest = kept;
      this.stores.add({ place, ready: kept, retired: this.latest, value, vector: work.vector });
    }
    return done;
  }

  private loadTicks(work: Work, base: number, index: number, disp: number): number {
    if (work.vector) return this.figures.vectorLoadTicks;
    return base >= 0 && index < 0 && disp >= 0 && disp < 2048 && this.loadedCells[base]! ? this.figures.chasedLoadTicks : this.figures.loadTicks;
  }

  private load(work: Work, place: Place, at: number): { at: number; value: Value | undefined } {
    // what a locked access waits for is part of its price
    const found = work.price.serial > 0 ? undefined : this.stores.find(place);
    if (!found) return { at, value: this.start !== undefined && place.bytes >= 4 && place.bytes <= 8 ? { root: 0, offset: this.start } : undefined };
    const { stored, covers } = found;
    const f = this.figures;
    const forward = work.vector || stored.vector ? f.vectorForwardTicks : f.forwardTicks;
    // a load that no store covers waits until the store has written the cache, which it does in program order
    const ready = covers ? stored.ready + forward : stored.retired + f.blockedForwardTicks;
    return { at: Math.max(at, ready), value: covers && place.offset === stored.place.offset && place.bytes === stored.place.bytes ? stored.value : undefined };
  }
}
