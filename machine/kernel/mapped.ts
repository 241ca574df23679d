/**
 * Mapped files of the in-memory tree. While a file is mapped its contents are in frames, which every mapping of it shows and
 * shared ones change; the bytes of its inode follow: reads take them from the frames first, writes pass them on.
 *
 * The frames hold all of the file but holes: a page without a frame is zeros. When the last mapping goes, the bytes
 * are brought up to date and the frames are given back. Private mappings show what others write until they write themselves.
 *
 * Files of mounted folders: hostMapping.ts. Left out: times of stores through a mapping.
 */
import { MachineStop } from '../stop.js';
import type { Inode } from './inode.js';
import type { MemoryObject } from './object.js';
import type { Spaces } from './spaces.js';

const pageBytes = 4096;

/** What a volume must tell of the files in it. */
export interface FileFrames {
  /** Someone will look at these bytes of the inode. */
  beforeRead(inode: Inode, from: number, count: number): void;
  afterWrite(inode: Inode, at: number, bytes: number): void;
  afterResize(inode: Inode): void;
}

export class MappedFiles implements FileFrames {
  /** `gone` is told of an inode whose last mapping has gone. */
  constructor(
    private readonly spaces: Spaces,
    private readonly inodeOf: (ino: number) => Inode,
    gone: (inode: Inode) => void,
  ) {
    spaces.objects.onDrop = (object) => {
      const inode = this.inodeOf(object.inode);
      this.collect(object, inode, 0, inode.size);
      gone(inode);
    };
  }

  isMapped(inode: Inode): boolean {
    return this.spaces.objects.ofInode(inode.ino) !== undefined;
  }

  /** The memory object whose pages are the file's contents. */
  map(inode: Inode): MemoryObject {
    const known = this.spaces.objects.ofInode(inode.ino);
    if (known) return known;
    const object = this.spaces.objects.mapped(inode.ino, inode.size);
    this.afterWrite(inode, 0, Math.min(inode.size, inode.data.length));
    return object;
  }

  beforeRead(inode: Inode, from: number, count: number): void {
    const object = this.spaces.objects.ofInode(inode.ino);
    if (object) this.collect(object, inode, from, count);
  }

  /** Brings the pages of these bytes up to date in the inode. */
  private collect(object: MemoryObject, inode: Inode, from: number, count: number): void {
    const end = Math.min(inode.size, Math.ceil((from + count) / pageBytes) * pageBytes);
    if (inode.data.length < end) {
      const grown = new Uint8Array(inode.size);
      grown.set(inode.data);
      inode.data = grown;
    }
    for (let page = Math.floor(from / pageBytes); page * pageBytes < end; page++) {
      const frame = object.pages.get(page);
      const at = page * pageBytes;
      if (frame !== undefined) inode.data.set(this.spaces.frames.ram.u8.subarray(frame * pageBytes, frame * pageBytes + Math.min(pageBytes, inode.size - at)), at);
    }
  }

  afterWrite(inode: Inode, at: number, bytes: number): void {
    const object = this.spaces.objects.ofInode(inode.ino);
    if (!object) return;
    this.resize(object, inode.size);
    const { ram } = this.spaces.frames;
    for (let from = at; from < at + bytes; ) {
      const page = Math.floor(from / pageBytes);
      const end = Math.min(at + bytes, (page + 1) * pageBytes);
      let frame = object.pages.get(page);
      if (frame === undefined) {
        frame = this.spaces.frames.alloc();
        if (frame === 0) throw new MachineStop('out of memory: no page left for a mapped file; see --memory');
        object.pages.set(page, frame);
      }
      ram.touch(frame);
      ram.u8.set(inode.data.subarray(from, end), frame * pageBytes + (from % pageBytes));
      from = end;
    }
  }

  afterResize(inode: Inode): void {
    const object = this.spaces.objects.ofInode(inode.ino);
    if (object) this.resize(object, inode.size);
  }

  /**
   * Pages beyond a new end go from all mappings, private copies among them. What was stored behind the smaller end
   * within its page was never in the file.
   */
  private resize(object: MemoryObject, size: number): void {
    const end = Math.min(size, object.sizeBytes);
    if (size < object.sizeBytes) {
      const cut = Math.ceil(size / pageBytes);
      for (const space of this.spaces.all()) space.zapObject(object.id, cut * pageBytes);
      for (const [page, frame] of [...object.pages].filter(([page]) => page >= cut)) {
        object.pages.delete(page);
        this.spaces.frames.release(frame);
      }
    }
    const frame = size === object.sizeBytes || end % pageBytes === 0 ? undefined : object.pages.get(Math.floor(end / pageBytes));
    if (frame !== undefined) {
      this.spaces.frames.ram.touch(frame);
      this.spaces.frames.ram.u8.fill(0, frame * pageBytes + (end % pageBytes), (frame + 1) * pageBytes);
    }
    object.sizeBytes = size;
  }
}
