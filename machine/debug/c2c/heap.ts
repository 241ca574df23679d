/**
 * What lies on a Go program's heap: every object with its type and the calls that made it, from its allocation on until its span is swept.
 *
 * mallocgc gets size and type as its first arguments (Go's internal ABI) and returns the address; it is watched at its entry and where it returns. It is
 * never inlined; a toolchain that calls variants of it for small sizes has those in its symbol table. A goroutine may be stopped in between, go on on
 * another thread, and have its stack moved, so calls are known by goroutine and distance from the end of its stack.
 *
 * Sweeping a span is told when it is over: its allocBits then say what is still there. Objects that were made after it began are kept.
 */
import type { PageTable } from '../../memory/ram.js';
import type { DebugInfo } from '../info.js';
import { goVersion, minorVersion } from '../go/version.js';
import type { Guest } from './guest.js';
import type { Callers } from './callers.js';

export class HeapObject {
  /** Known when mallocgc returns. */
  address = 0;
  /** Objects that were made before. */
  order = 0;
  dead = false;

  constructor(
    readonly bytes: number,
    /** Its runtime type; 0: it has none (bytes without pointers). */
    readonly type: number,
    /** The call of mallocgc and those around it, return addresses from the inside out as far as the first function of the program's own. */
    readonly calls: readonly number[],
  ) {}
}

/** Objects of a page of Go's, by how far they begin from its first byte; `version` counts what changes there. */
interface HeapPage {
  readonly objects: Map<number, HeapObject>;
  version: number;
}

const pageBytes = 8192;
const mallocs = /^runtime\.(mallocgc|mallocgc\w*(SC|Size)\d+|mallocTiny\w*\d+)$/;
const sweeps = /^runtime\.\(\*sweepLocked\)\.sweep$/;

/** Where an mspan has what. */
interface SpanLayout {
  readonly start: number;
  readonly pages: number;
  readonly elementBytes: number;
  readonly allocBits: number;
}

interface Sweep {
  readonly start: number;
  readonly pages: number;
  readonly elementBytes: number;
  readonly span: number;
  /** Objects made before it. */
  readonly order: number;
}

/** A call that has not returned: what it makes, or sweeps. */
class Call {
  constructor(
    /** From the caller's SP to the end of the goroutine's stack. */
    readonly depth: number,
    readonly of: HeapObject | Sweep,
  ) {}
}

export class Heap {
  /** Objects made so far. */
  made = 0;
  /** Told of each, at once. */
  onMade: ((object: HeapObject, core: number, space: PageTable) => void) | undefined = undefined;
  /** By distance from the first object's page: small numbers are quick keys. */
  private readonly pages = new Map<number, HeapPage>();
  private firstPage = -1;
  /** Calls under way, by goroutine. */
  private readonly calls = new Map<number, Call[]>();
  /** Where calls return to. */
  private readonly returned = new Set<number>();
  private readonly layout: SpanLayout;
  /** The process whose heap it is: the first that allocates. */
  private space: PageTable | undefined;

  constructor(
    info: DebugInfo,
    private readonly guest: Guest,
    private readonly callers: Callers,
  ) {
    const old = (minorVersion(goVersion(info.sections)) ?? 26) < 22;
    const at = (field: string, usual: number): number => info.structOffset('runtime.mspan', field) ?? usual;
    this.layout = { start: at('startAddr', 24), pages: at('npages', 32), elementBytes: at('elemsize', 104), allocBits: at('allocBits', old ? 72 : 64) };
    const { engine } = guest.machine;
    for (const entry of functionsLike(info, mallocs)) engine.watch(entry, (core) => this.enters(core));
    for (const entry of functionsLike(info, sweeps)) engine.watch(entry, (core) => this.sweeps(core));
  }

  /** The object whose bytes hold an address. */
  find(address: number): HeapObject | undefined {
    let found: HeapObject | undefined;
    for (const object of this.pages.get(Math.floor(address / pageBytes) - this.firstPage)?.objects.values() ?? []) {
      if (address >= object.address && address < object.address + object.bytes && (found === undefined || object.order > found.order)) found = object;
    }
    return found;
  }
  /** Changes when what lies at the address may have changed. */
  version(address: number): number {
    return this.pages.get(Math.floor(address / pageBytes) - this.firstPage)?.version ?? 0;
  }

  private mine(core: number): PageTable | undefined {
    const space = this.guest.space(core);
    return (this.space ??= space) === space ? space : undefined;
  }

  private enters(core: number): void {
    const { guest } = this;
    const space = this.mine(core);
    if (space === undefined) return;
    const [size, type] = guest.arch.arguments;
    const calls = this.callers.of(space, guest.returnAddress(core, space), guest.spBehind(core));
    this.begin(core, space, new HeapObject(guest.register(core, size), guest.register(core, type), calls));
  }

  private sweeps(core: number): void {
    const { guest, layout } = this;
    const space = this.mine(core);
    if (space === undefined) return;
    const span = guest.word(space, guest.register(core, guest.arch.arguments[0]));
    if (span === undefined || span === 0) return;
    const field = (offset: number): number => guest.word(space, span + offset) ?? 0;
    this.begin(core, space, { span, start: field(layout.start), pages: field(layout.pages), elementBytes: field(layout.elementBytes), order: this.made });
  }

  private begin(core: number, space: PageTable, of: HeapObject | Sweep): void {
    const { guest } = this;
    const g = guest.g(core, space);
    const depth = guest.stackEnd(space, g) - guest.spBehind(core);
    let open = this.calls.get(g);
    if (open === undefined) this.calls.set(g, (open = []));
    while (open.length > 0 && open.at(-1)!.depth >= depth) open.pop(); // those deeper in the stack have been left
    open.push(new Call(depth, of));
    const back = guest.returnAddress(core, space);
    if (this.returned.has(back)) return;
    this.returned.add(back);
    guest.machine.engine.watch(back, (on) => this.returns(on));
  }

  /** A call that may have been one of ours is over. */
  private returns(core: number): void {
    const { guest } = this;
    const space = this.mine(core);
    if (space === undefined) return;
    const g = guest.g(core, space);
    const open = this.calls.get(g);
    const last = open?.at(-1);
    if (open === undefined || last === undefined || last.depth !== guest.stackEnd(space, g) - guest.sp(core)) return;
    open.pop();
    const result = guest.register(core, guest.arch.arguments[0]);
    if (!(last.of instanceof HeapObject)) {
      this.swept(space, last.of, (result & 0xff) !== 0);
      return;
    }
    const object = last.of;
    if (object.bytes === 0) return; // all of that size are one
    object.address = result;
    object.order = ++this.made;
    this.add(object);
    this.onMade?.(object, core, space);
  }

  private add(object: HeapObject): void {
    const first = Math.floor(object.address / pageBytes);
    if (this.firstPage < 0) this.firstPage = first;
    const last = Math.floor((object.address + object.bytes - 1) / pageBytes);
    for (let page = first; page <= last; page++) {
      let there = this.pages.get(page - this.firstPage);
      if (there === undefined) this.pages.set(page - this.firstPage, (there = { objects: new Map(), version: 0 }));
      const at = object.address - page * pageBytes;
      const before = there.objects.get(at);
      if (before) before.dead = true;
      there.objects.set(at, object);
      there.version++;
    }
  }

  /** `freed`: the span as a whole. */
  private swept(space: PageTable, sweep: Sweep, freed: boolean): void {
    const { guest } = this;
    const bits = freed ? 0 : (guest.word(space, sweep.span + this.layout.allocBits) ?? 0);
    for (let page = sweep.start / pageBytes; page < sweep.start / pageBytes + sweep.pages; page++) {
      const there = this.pages.get(page - this.firstPage);
      if (there === undefined) continue;
      for (const object of there.objects.values()) {
        const index = Math.floor((object.address - sweep.start) / sweep.elementBytes);
        const marked = !freed && (((guest.byte(space, bits + (index >>> 3)) ?? 0) >>> (index & 7)) & 1) !== 0;
        if (object.order > sweep.order || marked) continue;
        object.dead = true;
        there.objects.delete(object.address - page * pageBytes);
        there.version++;
      }
    }
  }
}

/** Entries of the image's functions with such names: its function table has them even when it is stripped. */
function functionsLike(info: DebugInfo, name: RegExp): number[] {
  const found: number[] = [];
  for (const f of info.go?.all() ?? []) if (name.test(f.name)) found.push(f.entry);
  return found;
}
