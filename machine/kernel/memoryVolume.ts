/** Files in memory: the root of the tree. Nothing in it outlives the machine, and nothing fails for want of rights. */
import { E, S, fsMagic } from '../../isa/abi/linux.js';
import { isDir, isFile, readInode, truncateInode, writeInode, type Inode } from './inode.js';
import type { FileFrames } from './mapped.js';
import type { Place, Tree } from './tree.js';
import type { Change, Entry, Opening, Room, Volume } from './volume.js';

/** A read sets the time of access when it is this old, if not older than the last change: the mount option relatime. */
const dayNanos = 86_400_000_000_000n;
const pageBytes = 4096;
const maxLinkCount = 65000;

export class MemoryVolume implements Volume {
  readonly readOnly = false;

  constructor(
    private readonly tree: Tree,
    private readonly memoryBytes: number,
    private readonly frames: FileFrames,
  ) {}

  lookup(dir: Inode, name: string): Inode | undefined {
    const ino = this.tree.members(dir, name).get(name);
    return ino === undefined ? undefined : this.tree.get(ino);
  }

  parent(dir: Inode): Inode {
    return this.tree.get(dir.parent);
  }

  list(dir: Inode): Entry[] {
    this.seen(dir);
    return [...this.tree.members(dir)].map(([name, ino]) => ({ name, serial: BigInt(ino), type: this.tree.get(ino).mode >> 12 }));
  }

  target(link: Inode): string {
    return link.dynamic === '' ? link.target : this.tree.linkText(link.dynamic);
  }

  open(place: Place, _file: number, how: Opening): Inode | number {
    let { inode } = place;
    if (!inode) {
      inode = this.tree.create(S.IFREG | how.mode);
      this.enter(place.dir, place.name, inode);
    } else if (how.truncate && inode.dynamic === '') this.resize(inode, 0, 0);
    return inode;
  }

  close(): void {}

  make(dir: Inode, name: string, mode: number, fields: Partial<Inode>): Inode {
    const inode = this.tree.create(mode, fields);
    this.enter(dir, name, inode);
    return inode;
  }

  nameless(_dir: Inode, mode: number): Inode {
    return this.tree.create(S.IFREG | mode);
  }

  link(inode: Inode, dir: Inode, name: string): number {
    if (inode.nlink >= maxLinkCount) return -E.EMLINK;
    this.enter(dir, name, inode);
    inode.ctime = this.tree.now();
    return 0;
  }

  remove(dir: Inode, name: string, inode: Inode): number {
    if (inode.entries && inode.entries.size > 0) return -E.ENOTEMPTY;
    this.tree.unlink(dir, name);
    if (inode.nlink === 0 && isFile(inode)) inode.target = `${this.tree.pathOf(dir)}/${name}`.replace(/^\/+/, '');
    inode.ctime = this.written(dir);
    return 0;
  }

  rename(from: Place, to: Place): number {
    const [moved, old] = [from.inode!, to.inode];
    if (old) {
      const failed = this.remove(to.dir, to.name, old);
      if (failed < 0) return failed;
    }
    this.tree.unlink(from.dir, from.name);
    this.written(from.dir);
    this.enter(to.dir, to.name, moved);
    moved.ctime = this.tree.now();
    return 0;
  }

  exchange(from: Place, to: Place): number {
    const [a, b] = [from.inode!, to.inode!];
    this.tree.unlink(from.dir, from.name);
    this.tree.unlink(to.dir, to.name);
    this.enter(from.dir, from.name, b);
    this.enter(to.dir, to.name, a);
    a.ctime = b.ctime = this.tree.now();
    return 0;
  }

  refresh(): number {
    return 0;
  }

  change(inode: Inode, _file: number, what: Change): number {
    const now = this.tree.now();
    if (what.mode !== undefined) inode.mode = (inode.mode & S.IFMT) | what.mode;
    if (what.uid !== undefined) inode.uid = what.uid;
    if (what.gid !== undefined) inode.gid = what.gid;
    if (what.atime !== undefined) inode.atime = what.atime === 'now' ? now : what.atime;
    if (what.mtime !== undefined) inode.mtime = what.mtime === 'now' ? now : what.mtime;
    inode.ctime = now;
    return 0;
  }

  read(inode: Inode, _file: number, from: number, count: number): Uint8Array {
    if (count > 0) this.seen(inode);
    this.frames.beforeRead(inode, from, count);
    return readInode(inode, from, count);
  }

  write(inode: Inode, _file: number, at: number, bytes: Uint8Array): number {
    if (at + bytes.length > this.memoryBytes) return -E.EFBIG;
    writeInode(inode, at, bytes);
    this.frames.afterWrite(inode, at, bytes.length);
    if (bytes.length > 0) this.written(inode);
    return bytes.length;
  }

  resize(inode: Inode, _file: number, size: number): number {
    if (size > this.memoryBytes) return -E.EFBIG;
    truncateInode(inode, size);
    this.frames.afterResize(inode);
    this.written(inode);
    return 0;
  }

  sync(): number {
    return 0;
  }

  room(): Room {
    const blocks = Math.floor(this.memoryBytes / pageBytes);
    return { type: fsMagic.tmpfs, blockBytes: pageBytes, blocks, free: Math.floor(blocks / 2), available: Math.floor(blocks / 2), files: blocks, freeFiles: Math.floor(blocks / 2) };
  }

  private enter(dir: Inode, name: string, inode: Inode): void {
    this.tree.link(dir, name, inode);
    this.written(dir);
  }

  /** Contents changed now. */
  private written(inode: Inode): bigint {
    inode.mtime = inode.ctime = this.tree.now();
    return inode.mtime;
  }

  /** Contents were read now. */
  private seen(inode: Inode): void {
    const now = this.tree.now();
    if (inode.atime <= inode.mtime || inode.atime <= inode.ctime || now - inode.atime >= dayNanos) inode.atime = now;
  }
}

/** Links of a directory as Linux counts them: its name, its `.`, and the `..` of each directory in it. */
export function linkCount(tree: Tree, inode: Inode): number {
  if (!isDir(inode) || inode.host) return inode.nlink;
  if (inode.nlink === 0) return 0;
  let count = 2;
  for (const ino of inode.entries!.values()) if (isDir(tree.get(ino))) count++;
  return count;
}
