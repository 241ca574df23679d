/**
 * What lies on a Go program's heap now, by page: an allocation puts two numbers into arrays, since a program may make millions. An object of its own gets only what
 * somebody has asked about.
 */
import type { Kind } from './callers.js';

/** An object that was asked about: the same one as long as it is there. */
export class HeapObject {
  /** Its bytes have been freed, or are another object's. */
  dead = false;

  constructor(
    readonly kind: Kind,
    readonly address: number,
    /** Objects that were made before, and this. */
    readonly order: number,
  ) {}

  get bytes(): number {
    return this.kind.bytes;
  }
  get type(): number {
    return this.kind.type;
  }
  get calls(): readonly number[] {
    return this.kind.calls;
  }
}

/** Of Go's pages. */
const pageBytes = 8192;
/** Of an object of more than a few bytes the address is a multiple. */
const slotBytes = 8;
const slots = pageBytes / slotBytes;
/** Pages that lie together. */
const regionPages = 8192;

class Page {
  /** Counts what changes there. */
  version = 0;
  /** Of the object that begins at each slot: its place in `kinds`, 0: there is none; and how many were made before, and it. */
  readonly kinds = new Int32Array(slots);
  readonly orders = new Float64Array(slots);
  /** By slot, those that were asked about. */
  readonly asked = new Map<number, HeapObject>();
  /** Those that lie on several pages, or begin anywhere: by how far from the page's first byte. */
  readonly others = new Map<number, HeapObject>();

  constructor(readonly address: number) {}

  /** Nothing begins at an offset any longer. */
  clear(offset: number): void {
    if (this.others.size > 0) {
      const other = this.others.get(offset);
      if (other !== undefined) other.dead = true;
      this.others.delete(offset);
    }
    if (offset < 0 || offset % slotBytes !== 0) return;
    const slot = offset / slotBytes;
    this.kinds[slot] = 0;
    if (this.asked.size === 0) return;
    const object = this.asked.get(slot);
    if (object !== undefined) object.dead = true;
    this.asked.delete(slot);
  }
}

export class Objects {
  /** Made so far. */
  made = 0;
  private readonly kinds: (Kind | undefined)[] = [undefined];
  private readonly numbers = new Map<Kind, number>();
  private lastKind: Kind | undefined = undefined;
  private lastNumber = 0;
  private readonly regions = new Map<number, (Page | undefined)[]>();
  private lastRegion = -1;
  private lastPages: (Page | undefined)[] | undefined = undefined;

  /** What has the byte at an address; of several the youngest. */
  at(address: number): HeapObject | undefined {
    const page = this.page(address);
    if (page === undefined) return undefined;
    let found: HeapObject | undefined;
    for (const object of page.others.values()) {
      if (address >= object.address && address < object.address + object.bytes && (found === undefined || object.order > found.order)) found = object;
    }
    let best = -1;
    let youngest = found?.order ?? 0;
    for (let slot = Math.floor((address - page.address) / slotBytes); slot >= 0; slot--) {
      const kind = page.kinds[slot]!;
      if (kind === 0 || page.orders[slot]! <= youngest || address >= page.address + slot * slotBytes + this.kinds[kind]!.bytes) continue;
      best = slot;
      youngest = page.orders[slot]!;
    }
    return best < 0 ? found : this.asked(page, best);
  }

  /** Changes when what lies at the address may have changed. */
  version(address: number): number {
    const page = this.page(address);
    return page === undefined ? 0 : page.version;
  }

  /** An object has been made. */
  add(kind: Kind, address: number): void {
    const order = ++this.made;
    const page = this.pageFor(address);
    const offset = address - page.address;
    page.clear(offset);
    page.version++;
    if (offset % slotBytes === 0 && offset + kind.bytes <= pageBytes) {
      page.kinds[offset / slotBytes] = this.numberOf(kind);
      page.orders[offset / slotBytes] = order;
      return;
    }
    const object = new HeapObject(kind, address, order);
    page.others.set(offset, object);
    for (let at = page.address + pageBytes; at < address + kind.bytes; at += pageBytes) {
      const next = this.pageFor(at);
      next.clear(address - at);
      next.others.set(address - at, object);
      next.version++;
    }
  }

  /** Of what lies on `pages` pages from `start` on, made before `order` objects were, goes what `kept` does not hold. */
  sweep(start: number, pages: number, order: number, kept: (address: number) => boolean): void {
    for (let at = start; at < start + pages * pageBytes; at += pageBytes) {
      const page = this.page(at);
      if (page === undefined) continue;
      let freed = 0;
      for (let slot = 0; slot < slots; slot++) {
        if (page.kinds[slot] === 0 || page.orders[slot]! > order || kept(page.address + slot * slotBytes)) continue;
        page.clear(slot * slotBytes);
        freed++;
      }
      for (const [offset, object] of page.others) {
        if (object.order > order || kept(object.address)) continue;
        page.clear(offset);
        freed++;
      }
      page.version += freed;
    }
  }

  private asked(page: Page, slot: number): HeapObject {
    let object = page.asked.get(slot);
    if (object === undefined) page.asked.set(slot, (object = new HeapObject(this.kinds[page.kinds[slot]!]!, page.address + slot * slotBytes, page.orders[slot]!)));
    return object;
  }

  private numberOf(kind: Kind): number {
    if (kind === this.lastKind) return this.lastNumber;
    let number = this.numbers.get(kind);
    if (number === undefined) this.numbers.set(kind, (number = this.kinds.push(kind) - 1));
    this.lastKind = kind;
    return (this.lastNumber = number);
  }

  private page(address: number): Page | undefined {
    const number = Math.floor(address / pageBytes);
    return this.region(Math.floor(number / regionPages))?.[number % regionPages];
  }
  private pageFor(address: number): Page {
    const known = this.page(address);
    if (known !== undefined) return known;
    const number = Math.floor(address / pageBytes);
    const which = Math.floor(number / regionPages);
    let region = this.region(which);
    if (region === undefined) {
      region = new Array<Page | undefined>(regionPages).fill(undefined);
      this.regions.set(which, region);
      this.lastRegion = -1;
    }
    return (region[number % regionPages] = new Page(number * pageBytes));
  }
  private region(which: number): (Page | undefined)[] | undefined {
    if (which !== this.lastRegion) {
      this.lastRegion = which;
      this.lastPages = this.regions.get(which);
    }
    return this.lastPages;
  }
}
