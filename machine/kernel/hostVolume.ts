/**
 * A mounted folder: every question about it goes to the host and every answer through the input log (host.ts). Nothing
 * of it is kept but inodes that something holds (open files, working directories) or that the running call looks at.
 *
 * Paths were resolved name by name in the guest's tree before they come here, so symbolic links in the folder lead
 * where the guest's names lead. A read-only mount answers EROFS without asking.
 */
import { E, S } from '../../isa/abi/linux.js';
import type { HostLink } from '../host.js';
import type { FileNames, FileQuestion, FileRoom, FileStat, OpenSpot, Spot } from '../hostFiles.js';
import type { HostFrames } from './hostMapping.js';
import { isDir, type Inode } from './inode.js';
import type { Place, Tree } from './tree.js';
import type { Change, Entry, Opening, Room, Volume } from './volume.js';

/** The most that one question reads or writes. */
const pieceBytes = 1 << 20;

export class HostVolume implements Volume {
  constructor(
    private readonly tree: Tree,
    private readonly host: HostLink,
    private readonly mount: number,
    readonly readOnly: boolean,
    private readonly ticks: () => number,
    private readonly frames: HostFrames,
  ) {}

  private ask(q: FileQuestion): number | object | string {
    return this.host.file(q, this.ticks());
  }

  /** A question whose answer is an error or 0. */
  private order(q: FileQuestion): number {
    return this.readOnly ? -E.EROFS : (this.ask(q) as number);
  }

  private spot(path: string): Spot {
    return { mount: this.mount, path };
  }

  private at(inode: Inode): Spot {
    return this.spot(inode.host!.path);
  }

  private below(dir: Inode, name: string): string {
    return dir.host!.path === '' ? name : `${dir.host!.path}/${name}`;
  }

  /** Through open file `file` where there is one: directories have none on the host's side. */
  private through(inode: Inode, file: number, write: boolean): OpenSpot {
    return { mount: this.mount, path: inode.host!.path, file, write, gone: inode.host!.gone };
  }

  private either(inode: Inode, file: number): Spot | OpenSpot {
    return file !== 0 && !isDir(inode) ? this.through(inode, file, false) : this.at(inode);
  }

  root(): Inode | number {
    return this.find('');
  }

  /** The inode of a place, as the host has it now. */
  private find(path: string): Inode | number {
    const stat = this.ask({ ask: 'stat', at: this.spot(path) });
    return typeof stat === 'number' ? stat : this.with(path, stat as FileStat);
  }

  private with(path: string, stat: FileStat): Inode {
    let inode = this.tree.known(this.mount, path);
    if (inode && (inode.mode & S.IFMT) !== (stat.mode & S.IFMT)) {
      this.tree.forget(this.mount, path); // the host has put something else there
      inode = undefined;
    }
    inode ??= this.tree.adopt(this.mount, path, stat.mode);
    update(inode, stat);
    return inode;
  }

  lookup(dir: Inode, name: string): Inode | undefined | number {
    if (dir.host!.gone) return undefined;
    const found = this.find(this.below(dir, name));
    return found === -E.ENOENT ? undefined : found;
  }

  parent(dir: Inode): Inode | number {
    const { path, gone } = dir.host!;
    if (path === '') return this.tree.get(dir.parent);
    return gone ? -E.ENOENT : this.find(path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');
  }

  list(dir: Inode): Entry[] | number {
    if (dir.host!.gone) return [];
    const names = this.ask({ ask: 'list', at: this.at(dir) });
    return typeof names === 'number' ? names : (names as FileNames).map(([name, serial, type]) => ({ name, serial, type }));
  }

  target(link: Inode): string | number {
    const answer = this.ask({ ask: 'readlink', at: this.at(link) }) as string | number;
    return answer === -E.EINVAL ? -E.ENOENT : answer; // something else stands there by now: the link is gone
  }

  open(place: Place, file: number, how: Opening): Inode | number {
    if (this.readOnly && (how.write || how.truncate || (how.create && !place.inode))) return -E.EROFS;
    const path = place.inode ? place.inode.host!.path : this.below(place.dir, place.name);
    const { create, exclusive, truncate, mode } = how;
    const stat = this.ask({ ask: 'open', at: { ...this.spot(path), file, write: how.write, gone: false }, create, exclusive, truncate, mode });
    if (typeof stat === 'number') return stat;
    const inode = this.with(path, stat as FileStat);
    if (truncate) this.frames.resized(inode);
    return inode;
  }

  close(inode: Inode, file: number): void {
    if (!isDir(inode)) this.ask({ ask: 'close', file });
  }

  /** Directories and symbolic links; FIFOs, sockets and devices are not made in folders of the host. */
  make(dir: Inode, name: string, mode: number, fields: Partial<Inode>): Inode | number {
    const path = this.below(dir, name);
    const type = mode & S.IFMT;
    if (type !== S.IFDIR && type !== S.IFLNK && type !== S.IFREG) return this.readOnly ? -E.EROFS : -E.EPERM;
    if (type === S.IFREG) return this.makeFile(path, mode);
    const done = this.order(type === S.IFDIR ? { ask: 'mkdir', at: this.spot(path), mode: mode & 0o7777 } : { ask: 'symlink', at: this.spot(path), target: fields.target! });
    return done < 0 ? done : this.find(path);
  }

  /** mknod of a regular file: made, and closed again. */
  private makeFile(path: string, mode: number): Inode | number {
    if (this.readOnly) return -E.EROFS;
    const stat = this.ask({ ask: 'open', at: { ...this.spot(path), file: 0, write: true, gone: false }, create: true, exclusive: true, truncate: false, mode: mode & 0o7777 });
    if (typeof stat === 'number') return stat;
    this.ask({ ask: 'close', file: 0 });
    return this.with(path, stat as FileStat);
  }

  nameless(): number {
    return this.readOnly ? -E.EROFS : -E.EOPNOTSUPP;
  }

  link(inode: Inode, dir: Inode, name: string): number {
    if (inode.host!.gone) return -E.ENOENT;
    return this.order({ ask: 'link', at: this.at(inode), to: this.spot(this.below(dir, name)) });
  }

  remove(_dir: Inode, _name: string, inode: Inode): number {
    const { path } = inode.host!;
    const done = this.order({ ask: isDir(inode) ? 'rmdir' : 'unlink', at: this.spot(path) });
    if (done >= 0) this.tree.forget(this.mount, path);
    return done;
  }

  rename(from: Place, to: Place): number {
    const path = from.inode!.host!.path;
    const target = this.below(to.dir, to.name);
    const done = this.order({ ask: 'rename', at: this.spot(path), to: this.spot(target) });
    if (done < 0) return done;
    this.tree.forget(this.mount, target);
    this.tree.moved(this.mount, path, target);
    return 0;
  }

  /** Node has no way to it. */
  exchange(): number {
    return this.readOnly ? -E.EROFS : -E.EINVAL;
  }

  refresh(inode: Inode, file: number): number {
    if (inode.host!.gone && (file === 0 || isDir(inode))) return 0; // as it was last
    const stat = this.ask({ ask: 'stat', at: this.either(inode, file) });
    if (typeof stat === 'number') return stat;
    update(inode, stat as FileStat);
    return 0;
  }

  /** Owners stay the host's: only a change to what they are already succeeds. */
  change(inode: Inode, file: number, what: Change): number {
    if (this.readOnly) return -E.EROFS;
    const at = this.either(inode, file);
    if ((what.uid !== undefined && what.uid !== inode.uid) || (what.gid !== undefined && what.gid !== inode.gid)) return -E.EPERM;
    if (what.mode !== undefined) {
      const done = this.order({ ask: 'chmod', at, mode: what.mode });
      if (done < 0) return done;
    }
    if (what.atime === undefined && what.mtime === undefined) return 0;
    return this.order({ ask: 'utimes', at, atime: what.atime, mtime: what.mtime });
  }

  read(inode: Inode, file: number, from: number, count: number): Uint8Array | number {
    const pieces: Uint8Array[] = [];
    let done = 0;
    while (done < count) {
      const wanted = Math.min(count - done, pieceBytes);
      const bytes = this.ask({ ask: 'read', at: this.through(inode, file, false), from: from + done, count: wanted }) as Uint8Array | number;
      if (typeof bytes === 'number') return done > 0 ? joined(pieces, done) : bytes;
      if (bytes.length > 0) pieces.push(bytes);
      done += bytes.length;
      if (bytes.length < wanted) break;
    }
    const read = joined(pieces, done);
    this.frames.overlay(inode, from, read);
    return read;
  }

  write(inode: Inode, file: number, at: number, bytes: Uint8Array): number {
    let done = 0;
    while (done < bytes.length) {
      const part = bytes.subarray(done, done + pieceBytes);
      const put = this.order({ ask: 'write', at: this.through(inode, file, true), to: at + done, bytes: part });
      if (put < 0) return done > 0 ? done : put;
      this.frames.patch(inode, at + done, part.subarray(0, put));
      done += put;
      if (put < part.length) break;
    }
    return done;
  }

  resize(inode: Inode, file: number, size: number): number {
    const done = this.order({ ask: 'resize', at: this.through(inode, file, true), size });
    if (done < 0) return done;
    inode.size = size;
    this.frames.resized(inode);
    return 0;
  }

  sync(inode: Inode, file: number): number {
    return isDir(inode) ? 0 : (this.ask({ ask: 'sync', at: this.through(inode, file, false) }) as number);
  }

  room(): Room | number {
    return this.ask({ ask: 'room', at: this.spot('') }) as FileRoom | number;
  }
}

function update(inode: Inode, s: FileStat): void {
  inode.mode = s.mode;
  inode.nlink = s.nlink;
  inode.uid = s.uid;
  inode.gid = s.gid;
  inode.size = s.size;
  inode.atime = s.atime;
  inode.mtime = s.mtime;
  inode.ctime = s.ctime;
  inode.host!.serial = s.serial;
  inode.host!.blocks = s.blocks;
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!.slice(); // the log keeps the original
  const out = new Uint8Array(length);
  let at = 0;
  for (const p of pieces) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
