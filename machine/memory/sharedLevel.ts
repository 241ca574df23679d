/**
 * What the cores share: L3, the directory and DRAM.
 *
 * An inclusive L3 has every line that a core has; a line that it evicts leaves all cores. One that is not inclusive takes what L2s evict
 * and gives no line back: a line may be in it and in a core, and the core's copy is the newer one if its state says so.
 */
import { Count } from './counters.js';
import type { MemoryDescription } from './description.js';
import { Directory } from './directory.js';
import { Dram } from './dram.js';
import { isDirty } from './lineState.js';
import type { PrivateCaches } from './privateCaches.js';
import { ownCells, SetArray } from './setArray.js';

/** States of a line in L3. */
export const enum L3State { Empty, Clean, Dirty }

export class SharedLevel {
  readonly l3: SetArray;
  readonly directory: Directory;
  readonly dram: Dram;
  readonly inclusive: boolean;
  /** In cores' order; set by the owner. */
  caches: readonly PrivateCaches[] = [];
  /** A line that must not leave L3 now: a request for it is being answered. -1: none. */
  keep = -1;
  /** When the request came that is being answered, ticks: the time of write-backs. */
  readonly now = new Float64Array(1);

  constructor(d: MemoryDescription, cores: number, seed: number) {
    const lines = (bytes: number): number => bytes / d.lineBytes;
    this.l3 = new SetArray(d.l3, d.lineBytes, ownCells, seed, 0);
    this.directory = new Directory(cores * lines(d.l1i.bytes + d.l1d.bytes + d.l2.bytes) + cores);
    this.dram = new Dram(d);
    this.inclusive = d.inclusive;
  }

  get parts(): readonly (Int32Array | Uint8Array | Float64Array)[] {
    return [...this.l3.parts, this.directory.cells, ...this.dram.parts, this.now];
  }

  /** L2 has evicted a line that L1D has not. `counters` are those of the core whose request it was. */
  take(line: number, dirty: boolean, counters: Float64Array): void {
    if (dirty || !this.inclusive) this.put(line, dirty, counters);
  }

  /** A line comes into L3, or is renewed there. */
  put(line: number, dirty: boolean, counters: Float64Array): void {
    const { l3 } = this;
    const at = l3.find(line);
    if (at >= 0) {
      l3.touch(at);
      if (dirty) l3.states[at] = L3State.Dirty;
      return;
    }
    const room = this.room(line);
    const old = l3.line(room);
    const oldDirty = l3.states[room] === L3State.Dirty;
    l3.put(room, line, dirty ? L3State.Dirty : L3State.Clean);
    if (old !== -1) this.depart(old, oldDirty, counters);
  }

  /** The way for a line, which is not that of `keep`. */
  private room(line: number): number {
    const { l3 } = this;
    const at = l3.room(line);
    if (this.keep < 0 || l3.line(at) !== this.keep) return at;
    return (at + 1) % l3.stride === l3.ways ? at - 1 : at + 1; // a neighbour in the set
  }

  private depart(line: number, dirty: boolean, counters: Float64Array): void {
    let write = dirty;
    if (this.inclusive) {
      for (let left = this.directory.sharers(line); left !== 0; left &= left - 1) {
        const other = this.caches[31 - Math.clz32(left & -left)]!;
        if (isDirty(other.remove(line, false))) write = true;
        other.counters[Count.backInvalidations]!++;
      }
      this.directory.forget(line);
    }
    if (!write) return;
    counters[Count.dramWrites]!++;
    this.dram.write(this.now[0]!);
  }
}
