/**
 * Memory objects: what lies behind mappings that are not private anonymous memory. An image or file is bytes
 * that pages are copied from when first touched; shared memory is a set of frames that all its mappings see; so are
 * the contents of a mapped file of the in-memory tree (mapped.ts).
 *
 * An object lives as long as an area of some address space names it.
 */
import type { FrameTable } from './frames.js';

export interface MemoryObject {
  readonly id: number;
  /** Contents of pages that have no frame yet; zeros beyond its end. */
  readonly bytes: Uint8Array;
  /** Touching a page at or beyond this many bytes is a bus error. */
  sizeBytes: number;
  /** The file whose contents the pages are, 0 for anything else. */
  readonly inode: number;
  /** Frames by page number, for shared mappings. */
  readonly pages: Map<number, number>;
  /** Of a file of a mounted folder (hostMapping.ts): open files that its mappings keep, and the hash of each page as the host has it. */
  readonly holders: number[];
  readonly clean: Map<number, string>;
}

/** `bytes` are left out of it: they are large, do not change, and are kept by reference or in a section of their own. */
export interface ObjectsState {
  readonly next: number;
  readonly objects: readonly Omit<MemoryObject, 'bytes'>[];
}

export class MemoryObjects {
  private readonly objects = new Map<number, MemoryObject>();
  private readonly byInode = new Map<number, MemoryObject>();
  private next = 1;
  /** Told of a mapped file's object before its frames go. */
  onDrop: (object: MemoryObject) => void = () => {};
  /** A page of a file of a mounted folder; undefined: it cannot be read. */
  source: (object: MemoryObject, page: number) => Uint8Array | undefined = () => undefined;

  constructor(private readonly frames: FrameTable) {}

  /** Shared memory without a file: zeros at first. It keeps its size when a mapping of it grows. */
  anonymous(sizeBytes: number): MemoryObject {
    return this.add(new Uint8Array(0), sizeBytes);
  }

  /** Bytes of an image or file as they are now. The array is kept, not copied: the caller no longer writes it. */
  file(bytes: Uint8Array): MemoryObject {
    return this.add(bytes, bytes.length);
  }

  /** The pages of a file in memory. */
  mapped(inode: number, sizeBytes: number): MemoryObject {
    return this.add(new Uint8Array(0), sizeBytes, inode);
  }

  ofInode(inode: number): MemoryObject | undefined {
    return this.byInode.get(inode);
  }

  private add(bytes: Uint8Array, sizeBytes: number, inode = 0): MemoryObject {
    const object: MemoryObject = { id: this.next++, bytes, sizeBytes, inode, pages: new Map<number, number>(), holders: [], clean: new Map<number, string>() };
    this.keep(object);
    return object;
  }

  private keep(object: MemoryObject): void {
    this.objects.set(object.id, object);
    if (object.inode !== 0) this.byInode.set(object.inode, object);
  }

  get(id: number): MemoryObject {
    const object = this.objects.get(id);
    if (object === undefined) throw new Error(`no memory object ${id}`);
    return object;
  }

  /** Copies page `page` of the object into a zeroed frame. False: it cannot be read. */
  fill(object: MemoryObject, page: number, frame: number): boolean {
    const from = page * 4096;
    const bytes = object.holders.length > 0 ? this.source(object, page) : object.bytes.subarray(from, from + 4096);
    if (bytes !== undefined) this.frames.ram.u8.set(bytes, frame * 4096);
    return bytes !== undefined;
  }

  /** Forgets an object that no area names any more. */
  drop(id: number): void {
    const object = this.objects.get(id);
    if (object === undefined) return;
    if (object.inode !== 0) {
      this.byInode.delete(object.inode);
      this.onDrop(object);
    }
    for (const frame of object.pages.values()) this.frames.release(frame);
    this.objects.delete(id);
  }

  all(): Iterable<MemoryObject> {
    return this.objects.values();
  }

  save(): ObjectsState {
    return { next: this.next, objects: [...this.objects.values()].map(({ bytes: _bytes, ...o }) => ({ ...o, pages: new Map(o.pages) })) };
  }

  /** The contents that save() leaves out, by object. */
  contents(): Map<number, Uint8Array> {
    return new Map([...this.objects.values()].map((o) => [o.id, o.bytes]));
  }

  load(state: ObjectsState, contents: ReadonlyMap<number, Uint8Array>): void {
    this.next = state.next;
    this.objects.clear();
    this.byInode.clear();
    for (const o of state.objects) {
      const bytes = contents.get(o.id);
      if (bytes === undefined) throw new Error(`no contents of memory object ${o.id}`);
      this.keep({ ...o, bytes, pages: new Map(o.pages), holders: [...o.holders], clean: new Map(o.clean) });
    }
  }
}
