/**
 * Tries advice: runs a program again with the words that it names on lines of their own, and tells how long it took. Globals are known by address, objects on
 * Go's heap by type and the call that made them, since their addresses differ from run to run.
 */
import type { Kernel } from '../../kernel/kernel.js';
import type { PageTable } from '../../memory/ram.js';
import type { Machine } from '../../machine.js';
import type { DebugInfo } from '../info.js';
import type { Words } from './advice.js';
import { Callers } from './callers.js';
import { Guest } from './guest.js';
import { Heap } from './heap.js';
import type { HeapObject } from './objects.js';
import { Places } from './place.js';

/** Process of the program itself. */
const firstPid = 1;

export class Padding {
  private readonly places: Places;
  /** By type and list of calls: the words of such objects. */
  private readonly known = new Map<number, Map<readonly number[], readonly Words[]>>();
  private readonly heapWords: readonly Words[];
  /** Lines that words were taken from, also of objects that have died since. */
  private readonly split = new Set<number>();

  /** `machine` has its program and has not run. */
  constructor(
    private readonly machine: Machine,
    info: DebugInfo,
    words: readonly Words[],
  ) {
    const guest = new Guest(machine, info.gFromBase);
    this.heapWords = words.filter((w) => w.kind === 'heap');
    const heap = info.go === undefined || this.heapWords.length === 0 ? undefined : new Heap(info, guest, new Callers(info, guest));
    this.places = new Places(info, guest, heap?.objects);
    const kernel = machine.kernel as Kernel;
    const space = kernel.space(kernel.process(firstPid));
    for (const w of words) if (w.kind === 'global') machine.engine.caches?.placeApart(space, w.address + w.offset, w.bytes);
    if (heap) heap.onMade = (object, core, at) => this.made(object, core, at);
  }

  /** Runs to the end; cycles, or undefined where the program did not come to its own end. */
  run(): number | undefined {
    this.machine.idling = 'leap';
    return this.machine.run() === 'exit' ? this.machine.cycles : undefined;
  }

  private made(object: HeapObject, core: number, space: PageTable): void {
    const { engine } = this.machine;
    const bytes = engine.lines!.bytes;
    // what was there before is gone
    const last = object.address + object.bytes - 1;
    let was = false;
    for (let at = object.address - (object.address % bytes); this.split.size > 0 && at <= last; at += bytes) if (this.split.has(at)) was = true;
    if (was) engine.caches?.placeApart(space, object.address, object.bytes, false);
    for (const w of this.wordsOf(object, core, space)) {
      if (w.offset + w.bytes > object.bytes) continue;
      const from = object.address + w.offset;
      engine.caches?.placeApart(space, from, w.bytes);
      for (let at = from - (from % bytes); at < from + w.bytes; at += bytes) this.split.add(at);
    }
  }

  private wordsOf({ type, calls, address }: HeapObject, core: number, space: PageTable): readonly Words[] {
    let byCalls = this.known.get(type);
    if (byCalls === undefined) this.known.set(type, (byCalls = new Map()));
    let words = byCalls.get(calls);
    if (words === undefined) {
      const madeAt = this.places.siteOf(calls);
      const candidates = this.heapWords.filter((w) => w.madeAt === madeAt);
      const owner = candidates.length === 0 ? '' : this.places.at(core, space, address).owner;
      byCalls.set(calls, (words = candidates.filter((w) => w.owner === owner)));
    }
    return words;
  }
}
