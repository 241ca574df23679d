/**
 * Mapped files of mounted folders. As with files in memory (mapped.ts) one memory object a file holds the pages that its
 * mappings show; but a page comes from the host when it is first touched, and what shared mappings changed goes back to the
 * host with msync, fsync, the end of the last mapping and the end of the run. Reads and writes of the file through the
 * machine look at the pages; what others do to the file meanwhile does not show in pages that were touched.
 */
import { O } from '../../isa/abi/linux.js';
import { hashOf } from '../hash.js';
import type { OpenFile } from './file.js';
import type { Inode } from './inode.js';
import type { Kernel } from './kernel.js';
import type { MemoryObject } from './object.js';

const pageBytes = 4096;

/** What the volume of a mounted folder must tell of the files in it. */
export interface HostFrames {
  /** Bytes were read: what mappings changed of them shows. */
  overlay(inode: Inode, from: number, bytes: Uint8Array): void;
  patch(inode: Inode, to: number, bytes: Uint8Array): void;
  resized(inode: Inode): void;
}

export class HostMappings implements HostFrames {
  constructor(private readonly k: Kernel) {
    const { objects } = k.parts.spaces;
    objects.source = (object, page) => this.page(object, page);
    const other = objects.onDrop;
    objects.onDrop = (object) => (object.holders.length > 0 ? this.dropping(object) : other(object));
  }

  private inodeOf(object: MemoryObject): Inode {
    return this.k.files.tree.get(object.inode);
  }

  private ofInode(inode: Inode): MemoryObject | undefined {
    return inode.host && this.k.parts.spaces.objects.ofInode(inode.ino);
  }

  /** The object behind mappings of the file, which keep it open. Negative: an error. */
  map(file: OpenFile & { kind: 'inode' }): MemoryObject | number {
    const inode = this.k.files.tree.get(file.inode);
    const failed = this.k.files.tree.volume(inode).refresh(inode, file.id);
    if (failed < 0) return failed;
    const object = this.ofInode(inode) ?? this.k.parts.spaces.objects.mapped(inode.ino, inode.size);
    object.sizeBytes = inode.size;
    if (!object.holders.includes(file.id)) {
      object.holders.push(file.id);
      file.refs++;
    }
    return object;
  }

  /** The open file that may do most. */
  private through(object: MemoryObject): OpenFile {
    const files = object.holders.map((id) => this.k.files.get(id));
    return files.find((f) => (f.flags & O.ACCMODE) === O.RDWR) ?? files[0]!;
  }

  /** Contents of a page that nobody has touched; undefined: they cannot be read. */
  private page(object: MemoryObject, page: number): Uint8Array | undefined {
    const inode = this.inodeOf(object);
    const bytes = this.k.files.tree.volume(inode).read(inode, this.through(object).id, page * pageBytes, pageBytes);
    if (typeof bytes === 'number') return undefined;
    object.clean.set(page, hashOf(whole(bytes)));
    return bytes;
  }

  /** No mapping is left. */
  private dropping(object: MemoryObject): void {
    this.writeBack(object);
    for (const id of object.holders.splice(0)) {
      const file = this.k.files.get(id);
      file.refs--;
      this.k.files.release(file, false);
    }
  }

  private frame(object: MemoryObject, page: number): Uint8Array | undefined {
    const frame = object.pages.get(page);
    return frame === undefined ? undefined : this.k.parts.ram.u8.subarray(frame * pageBytes, (frame + 1) * pageBytes);
  }

  /** Puts what was changed through mappings into the file. Returns 0 or the first error. */
  private writeBack(object: MemoryObject): number {
    if (object.holders.length === 0) return 0;
    const file = this.through(object);
    if ((file.flags & O.ACCMODE) !== O.RDWR) return 0;
    const inode = this.inodeOf(object);
    let result = 0;
    for (const page of [...object.pages.keys()].sort((a, b) => a - b)) {
      const bytes = this.frame(object, page)!.slice();
      const hash = hashOf(bytes);
      const length = Math.min(pageBytes, object.sizeBytes - page * pageBytes);
      if (object.clean.get(page) === hash || length <= 0) continue;
      const put = this.k.files.tree.volume(inode).write(inode, file.id, page * pageBytes, bytes.subarray(0, length));
      if (put < 0) result ||= put;
      else object.clean.set(page, hash);
    }
    return result;
  }

  writeBackInode(inode: Inode): number {
    const object = this.ofInode(inode);
    return object ? this.writeBack(object) : 0;
  }

  /** Before the run ends. */
  writeBackAll(): void {
    for (const object of [...this.k.parts.spaces.objects.all()]) this.writeBack(object);
  }

  /** msync of areas that name these objects. */
  sync(objects: Iterable<number>): number {
    let result = 0;
    for (const id of objects) result ||= this.writeBack(this.k.parts.spaces.objects.get(id));
    return result;
  }

  overlay(inode: Inode, from: number, bytes: Uint8Array): void {
    const object = this.ofInode(inode);
    if (object) this.overlap(object, from, bytes.length, (frame, at) => bytes.set(frame, at));
  }

  patch(inode: Inode, to: number, bytes: Uint8Array): void {
    const object = this.ofInode(inode);
    if (!object) return;
    this.grow(object, to + bytes.length);
    this.overlap(object, to, bytes.length, (frame, at, number) => {
      this.k.parts.ram.touch(number);
      frame.set(bytes.subarray(at, at + frame.length));
    });
  }

  /** Calls `use` with the part of each present page that lies in [from, from + count), where it lies there, and the frame's number. */
  private overlap(object: MemoryObject, from: number, count: number, use: (part: Uint8Array, at: number, frame: number) => void): void {
    if (object.pages.size === 0) return;
    for (let page = Math.floor(from / pageBytes); page * pageBytes < from + count; page++) {
      const frame = this.frame(object, page);
      if (!frame) continue;
      const first = Math.max(from, page * pageBytes);
      const last = Math.min(from + count, (page + 1) * pageBytes);
      use(frame.subarray(first - page * pageBytes, last - page * pageBytes), first - from, object.pages.get(page)!);
    }
  }

  /** A file has another length: pages beyond it go, and touching them is a bus error. */
  resized(inode: Inode): void {
    const object = this.ofInode(inode);
    if (!object) return;
    if (inode.size >= object.sizeBytes) return this.grow(object, inode.size);
    const pages = Math.ceil(inode.size / pageBytes);
    if (inode.size % pageBytes !== 0) this.clear(object, pages - 1, inode.size % pageBytes);
    object.sizeBytes = inode.size;
    for (const space of this.k.parts.spaces.all()) space.zapObject(object.id, pages * pageBytes);
    for (const [page, frame] of [...object.pages].filter(([page]) => page >= pages)) {
      object.pages.delete(page);
      object.clean.delete(page);
      this.k.parts.spaces.frames.release(frame);
    }
  }

  /** What was stored behind the end of the file is no part of it when it grows. */
  private grow(object: MemoryObject, size: number): void {
    if (size <= object.sizeBytes) return;
    this.clear(object, Math.floor(object.sizeBytes / pageBytes), object.sizeBytes % pageBytes);
    object.sizeBytes = size;
  }

  /** Zeros from byte `from` of a page on. */
  private clear(object: MemoryObject, page: number, from: number): void {
    const frame = this.frame(object, page);
    if (!frame) return;
    this.k.parts.ram.touch(object.pages.get(page)!);
    frame.fill(0, from);
  }
}

/** A page of these bytes and zeros. */
function whole(bytes: Uint8Array): Uint8Array {
  const page = new Uint8Array(pageBytes);
  page.set(bytes);
  return page;
}
