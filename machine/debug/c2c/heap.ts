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
import type { Callers, Kind } from './callers.js';
import { Objects, type HeapObject } from './objects.js';

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

/** A goroutine's calls that have not returned, from the outside in. */
class Open {
  /** From the caller's SP to the end of the stack. */
  readonly depths: number[] = [];
  /** What they make, or sweep. */
  readonly of: (Kind | Sweep)[] = [];

  constructor(readonly g: number) {}

  push(depth: number, of: Kind | Sweep): void {
    while (this.depths.length > 0 && this.depths.at(-1)! >= depth) this.pop(); // those deeper in the stack have been left
    this.depths.push(depth);
    this.of.push(of);
  }
  pop(): Kind | Sweep {
    this.depths.pop();
    return this.of.pop()!;
  }
}

export class Heap {
  readonly objects = new Objects();
  /** Told of each that is made, at once. */
  onMade: ((object: HeapObject, core: number, space: PageTable) => void) | undefined = undefined;
  /** Calls under way, by goroutine; per core those of the goroutine that it ran last. */
  private readonly open = new Map<number, Open>();
  private readonly last: Open[];
  /** Where calls return to; and the last such place that was asked for. */
  private readonly returned = new Set<number>();
  private lastReturned = -1;
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
    const { engine, config } = guest.machine;
    this.last = Array.from({ length: config.cores }, () => new Open(-1));
    for (const entry of functionsLike(info, mallocs)) engine.watch(entry, (core) => this.enters(core));
    for (const entry of functionsLike(info, sweeps)) engine.watch(entry, (core) => this.sweeps(core));
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
    const back = guest.returnAddress(core, space);
    const chain = this.callers.of(space, back, guest.spBehind(core));
    this.begin(core, space, back, chain.kind(guest.register(core, size), guest.register(core, type)));
  }

  private sweeps(core: number): void {
    const { guest, layout } = this;
    const space = this.mine(core);
    if (space === undefined) return;
    const span = guest.word(space, guest.register(core, guest.arch.arguments[0]));
    if (span === undefined || span === 0) return;
    const field = (offset: number): number => guest.word(space, span + offset) ?? 0;
    const sweep = { span, start: field(layout.start), pages: field(layout.pages), elementBytes: field(layout.elementBytes), order: this.objects.made };
    this.begin(core, space, guest.returnAddress(core, space), sweep);
  }

  private begin(core: number, space: PageTable, back: number, of: Kind | Sweep): void {
    const { guest } = this;
    const g = guest.register(core, guest.arch.g);
    this.openOn(core, g).push(guest.stackEnd(space, g) - guest.spBehind(core), of);
    if (this.lastReturned === back) return;
    this.lastReturned = back;
    if (this.returned.has(back)) return;
    this.returned.add(back);
    guest.machine.engine.watch(back, (on) => this.returns(on));
  }

  private openOn(core: number, g: number): Open {
    const last = this.last[core]!;
    if (last.g === g) return last;
    let open = this.open.get(g);
    if (open === undefined) this.open.set(g, (open = new Open(g)));
    return (this.last[core] = open);
  }

  /** A call that may have been one of ours is over. */
  private returns(core: number): void {
    const { guest } = this;
    const space = this.mine(core);
    if (space === undefined) return;
    const g = guest.register(core, guest.arch.g);
    const open = this.openOn(core, g);
    if (open.depths.length === 0 || open.depths.at(-1) !== guest.stackEnd(space, g) - guest.sp(core)) return;
    const of = open.pop();
    const result = guest.register(core, guest.arch.arguments[0]);
    if ('span' in of) this.swept(space, of, (result & 0xff) !== 0);
    else if (of.bytes > 0) this.made(core, space, of, result); // all of no size are one
  }

  private made(core: number, space: PageTable, kind: Kind, address: number): void {
    this.objects.add(kind, address);
    if (this.onMade) this.onMade(this.objects.at(address)!, core, space);
  }

  /** `freed`: the span as a whole. */
  private swept(space: PageTable, { span, start, pages, elementBytes, order }: Sweep, freed: boolean): void {
    const { guest } = this;
    const bits = freed ? 0 : (guest.word(space, span + this.layout.allocBits) ?? 0);
    let [at, byte] = [-1, 0];
    this.objects.sweep(start, pages, order, (address) => {
      if (freed) return false;
      const index = Math.floor((address - start) / elementBytes);
      if (at !== index >>> 3) [at, byte] = [index >>> 3, guest.byte(space, bits + (index >>> 3)) ?? 0];
      return ((byte >>> (index & 7)) & 1) !== 0;
    });
  }
}

/** Entries of the image's functions with such names: its function table has them even when it is stripped. */
function functionsLike(info: DebugInfo, name: RegExp): number[] {
  const found: number[] = [];
  for (const f of info.go?.all() ?? []) if (name.test(f.name)) found.push(f.entry);
  return found;
}
