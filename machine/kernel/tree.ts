/**
 * The file tree: all inodes by number, and the way from a path to an inode. path_resolution(7).
 *
 * The tree is in memory, with folders of the host mounted in it (hostVolume.ts). Plain data only. Everyone is root, so
 * permission bits are kept and shown but refuse nothing except execution; a mounted folder refuses what the host does.
 */
import { E, S } from '../../isa/abi/linux.js';
import type { Config } from '../config.js';
import type { HostLink } from '../host.js';
import type { HostFrames } from './hostMapping.js';
import { HostVolume } from './hostVolume.js';
import { isDir, isFile, isLink, newInode, type Inode } from './inode.js';
import type { FileFrames } from './mapped.js';
import { MemoryVolume } from './memoryVolume.js';
import type { Volume } from './volume.js';

export interface TreeState {
  readonly inodes: Map<number, Inode>;
  next: number;
  /** Inodes of mounted folders by place (`mount:path`), and those of them that perhaps nothing holds. */
  readonly places: Map<string, number>;
  loose: number[];
}

export const rootIno = 1;
const maxLinks = 40;
const maxName = 255;
export const maxPath = 4096;

/** Where a path leads: the directory that holds or would hold its last part, and the inode if there is one. */
export interface Place {
  readonly dir: Inode;
  readonly name: string;
  readonly inode: Inode | undefined;
  /** The path ended in a slash: only a directory will do. */
  readonly slash: boolean;
}

/** What the tree needs of the kernel. */
export interface TreeUser {
  readonly config: Config;
  readonly host: HostLink;
  /** Pages of mapped files. */
  readonly frames: FileFrames;
  readonly hostFrames: HostFrames;
  /** Time of the host's answers, in ticks. */
  ticks(): number;
  /** The wall clock, nanoseconds. */
  now(): bigint;
  /** The text of a generated link; the inode that a link of /proc/PID/fd is; bringing a generated directory up to date. */
  linkText(dynamic: string): string;
  behind(dynamic: string): Inode | undefined;
  refresh(dir: Inode, name?: string): void;
  /** An open file, a working directory or a mapping keeps the inode. */
  holds(inode: Inode): boolean;
}

export class Tree {
  private readonly memory: MemoryVolume;
  private readonly mounts: readonly HostVolume[];

  constructor(
    private readonly state: TreeState,
    private readonly user: TreeUser,
  ) {
    this.memory = new MemoryVolume(this, user.config.memoryBytes, user.frames);
    this.mounts = user.config.mounts.map((m, i) => new HostVolume(this, user.host, i, !m.writable, () => user.ticks(), user.hostFrames));
  }

  static newState(): TreeState {
    const inodes = new Map<number, Inode>();
    inodes.set(rootIno, newInode(rootIno, S.IFDIR | 0o755, { entries: new Map(), parent: rootIno, nlink: 1 }));
    return { inodes, next: rootIno + 1, places: new Map(), loose: [] };
  }

  now(): bigint {
    return this.user.now();
  }

  linkText(dynamic: string): string {
    return this.user.linkText(dynamic);
  }

  get(ino: number): Inode {
    const inode = this.state.inodes.get(ino);
    if (!inode) throw new Error(`no inode ${ino}`);
    return inode;
  }

  /** Where an inode lives. */
  volume(inode: Inode): Volume {
    return inode.host ? this.mounts[inode.host.mount]! : this.memory;
  }

  /** An inode without a name. */
  create(mode: number, fields: Partial<Inode> = {}): Inode {
    const now = this.user.now();
    const directory = (mode & S.IFMT) === S.IFDIR && !fields.host;
    const inode = newInode(this.state.next++, mode, { atime: now, mtime: now, ctime: now, ...(directory ? { entries: new Map<string, number>() } : {}), ...fields });
    this.state.inodes.set(inode.ino, inode);
    return inode;
  }

  link(dir: Inode, name: string, inode: Inode): void {
    dir.entries!.set(name, inode.ino);
    inode.nlink++;
    if (isDir(inode)) inode.parent = dir.ino;
  }

  /** Takes a name away. The inode itself stays until `drop`, because open files may hold it. */
  unlink(dir: Inode, name: string): Inode {
    const inode = this.get(dir.entries!.get(name)!);
    dir.entries!.delete(name);
    inode.nlink--;
    return inode;
  }

  /** Forgets an inode that has neither names nor users. */
  dropUnused(inode: Inode): void {
    if (inode.host ? inode.host.path === '' && !inode.host.gone : inode.nlink > 0) return;
    if (this.user.holds(inode)) return;
    this.state.inodes.delete(inode.ino);
    if (inode.host && this.state.places.get(placeKey(inode.host.mount, inode.host.path)) === inode.ino) this.state.places.delete(placeKey(inode.host.mount, inode.host.path));
  }

  // Inodes of mounted folders

  /** The inode kept for a place, if there is one. */
  known(mount: number, path: string): Inode | undefined {
    const ino = this.state.places.get(placeKey(mount, path));
    return ino === undefined ? undefined : this.get(ino);
  }

  /** An inode for a place of a mounted folder. It goes with the next sweep unless something holds it then. */
  adopt(mount: number, path: string, mode: number): Inode {
    const inode = this.create(mode, { host: { mount, path, gone: false, serial: 0n, blocks: 0 } });
    this.state.places.set(placeKey(mount, path), inode.ino);
    this.state.loose.push(inode.ino);
    return inode;
  }

  /** The name of a place is gone; whoever holds the inode keeps it. */
  forget(mount: number, path: string): void {
    const inode = this.known(mount, path);
    if (!inode) return;
    this.state.places.delete(placeKey(mount, path));
    inode.host!.gone = true;
    inode.nlink = 0;
    this.state.loose.push(inode.ino);
  }

  /** A name moved, and all below it. */
  moved(mount: number, from: string, to: string): void {
    for (const [key, ino] of [...this.state.places]) {
      const at = this.get(ino).host!;
      if (at.mount !== mount || (at.path !== from && !at.path.startsWith(`${from}/`))) continue;
      this.state.places.delete(key);
      at.path = to + at.path.slice(from.length);
      this.state.places.set(placeKey(mount, at.path), ino);
    }
  }

  /** Forgets the inodes of mounted folders that calls looked at and nothing holds. Done before each call. */
  sweep(): void {
    if (this.state.loose.length === 0) return;
    const loose = this.state.loose;
    this.state.loose = [];
    for (const ino of loose) {
      const inode = this.state.inodes.get(ino);
      if (inode) this.dropUnused(inode);
    }
  }

  /** Puts the mounted folders in their places. Negative: the host's error, with the number of the mount. */
  mountAll(): { mount: number; error: number } | undefined {
    for (const [mount, { guest }] of this.user.config.mounts.entries()) {
      const inode = this.mounts[mount]!.root();
      if (typeof inode === 'number') return { mount, error: inode };
      const { dir, name } = this.path(guest);
      dir.entries!.set(name, inode.ino);
      inode.parent = dir.ino;
    }
    return undefined;
  }

  /** Makes the directories of an absolute path but for its last part. */
  private path(path: string): { dir: Inode; name: string } {
    const names = path.split('/').filter(Boolean);
    let dir = this.get(rootIno);
    for (const name of names.slice(0, -1)) {
      const ino = dir.entries!.get(name);
      const next = ino === undefined ? this.create(S.IFDIR | 0o755) : this.get(ino);
      if (ino === undefined) this.link(dir, name, next);
      dir = next;
    }
    return { dir, name: names[names.length - 1]! };
  }

  /** True when `put` may make a file of this absolute path: all that is there of it are directories in memory. */
  canPut(path: string): boolean {
    const names = path.split('/').filter(Boolean);
    let dir = this.get(rootIno);
    for (const name of names.slice(0, -1)) {
      const ino = dir.entries!.get(name);
      if (ino === undefined) return true;
      dir = this.get(ino);
      if (!dir.entries || dir.dynamic !== '') return false;
    }
    return !dir.entries!.has(names[names.length - 1]!);
  }

  /** Makes the directories of an absolute path and puts an inode at its end. For setting the tree up. */
  put(path: string, mode: number, fields: Partial<Inode> = {}): Inode {
    const { dir, name } = this.path(path);
    const inode = this.create(mode, fields);
    this.link(dir, name, inode);
    return inode;
  }

  // Paths

  /**
   * Walks `path` from the directory `from`. `follow`: a link at the end leads on; 'parent': the name itself is wanted, whatever
   * slash follows it. Negative: an error.
   */
  resolve(from: Inode, path: string, follow: boolean | 'parent', links = 0): Place | number {
    if (path === '') return -E.ENOENT;
    if (path.length >= maxPath) return -E.ENAMETOOLONG;
    let dir = path.startsWith('/') ? this.get(rootIno) : from;
    const parts = path.split('/').filter(Boolean);
    const slash = path.endsWith('/');
    if (parts.length === 0) return { dir, name: '.', inode: dir, slash };
    for (let i = 0; ; i++) {
      const name = parts[i]!;
      const last = i === parts.length - 1;
      if (!isDir(dir)) return -E.ENOTDIR;
      if (name.length > maxName) return -E.ENAMETOOLONG;
      const inode = this.child(dir, name);
      if (typeof inode === 'number') return inode;
      if (inode && isLink(inode) && (!last || follow === true || (slash && follow !== 'parent'))) {
        if (links >= maxLinks) return -E.ELOOP;
        const rest = parts.slice(i + 1).join('/');
        const direct = this.user.behind(inode.dynamic);
        if (direct?.host) this.volume(direct).refresh(direct, 0);
        if (direct) return rest === '' && !slash ? { dir, name, inode: direct, slash } : this.resolve(direct, rest === '' ? './' : rest, follow, links + 1);
        const target = this.volume(inode).target(inode);
        if (typeof target === 'number') return target;
        return this.resolve(dir, rest === '' ? target + (slash ? '/' : '') : `${target}/${rest}${slash ? '/' : ''}`, follow, links + 1);
      }
      if (last) return slash && follow !== 'parent' && inode && !isDir(inode) ? -E.ENOTDIR : { dir, name, inode, slash };
      if (!inode) return -E.ENOENT;
      dir = inode;
    }
  }

  private child(dir: Inode, name: string): Inode | undefined | number {
    if (name === '.') {
      const failed = this.volume(dir).refresh(dir, 0);
      return failed < 0 ? failed : dir;
    }
    if (name === '..') return this.volume(dir).parent(dir);
    const found = this.volume(dir).lookup(dir, name);
    if (typeof found !== 'object' || found.host?.path !== '') return found;
    const failed = this.volume(found).refresh(found, 0); // the root of a mount
    return failed < 0 ? failed : found;
  }

  /** What a directory in memory holds, brought up to date: all of it, or the member of that name. */
  members(dir: Inode, name?: string): Map<string, number> {
    if (dir.dynamic !== '') this.user.refresh(dir, name);
    return dir.entries!;
  }

  /** An inode that is not kept: what a link of /proc/PID/fd leads to when it is no file of the tree. */
  passing(mode: number, dynamic: string, device: string): Inode {
    return newInode(0, mode, { dynamic, device, nlink: 1 });
  }

  /** An inode without a name for what was generated when `inode` was opened. */
  generatedCopy(inode: Inode, data: Uint8Array): Inode {
    const { mode, atime, mtime, ctime, polls, dynamic } = inode;
    return this.create(mode, { data, size: data.length, atime, mtime, ctime, of: inode.ino, polls, dynamic });
  }

  /** The inode at an absolute path without links in it. */
  find(path: string): Inode | undefined {
    let at: Inode | undefined = this.get(rootIno);
    for (const name of path.split('/').filter(Boolean)) {
      const ino: number | undefined = at?.entries?.get(name);
      at = ino === undefined ? undefined : this.get(ino);
    }
    return at;
  }

  /** What stat shows of an open inode: contents that were generated count as the file they were generated for. */
  shown(ino: number): Inode {
    const inode = this.get(ino);
    return inode.of === 0 ? inode : (this.state.inodes.get(inode.of) ?? inode);
  }

  /** A path of an inode; of one without a name ` (deleted)`. */
  nameOf(ino: number): string {
    const inode = this.shown(ino);
    if (inode.host) return this.pathOf(inode) + (inode.host.gone ? ' (deleted)' : '');
    if (inode.nlink === 0 && isFile(inode) && inode.target !== '') return `/${inode.target} (deleted)`;
    if (isDir(inode)) return this.pathOf(inode);
    for (const dir of this.state.inodes.values()) {
      for (const [name, child] of dir.entries ?? []) if (child === inode.ino) return `${this.pathOf(dir).replace(/\/$/, '')}/${name}`;
    }
    return ' (deleted)';
  }

  /** Absolute path of a directory, or of anything mounted. */
  pathOf(dir: Inode): string {
    const names: string[] = [];
    for (let at = dir; at.ino !== rootIno; ) {
      if (at.host && at.host.path !== '') {
        names.unshift(at.host.path);
        at = this.known(at.host.mount, '')!;
        continue;
      }
      const { ino } = at;
      const above = this.get(at.parent);
      names.unshift([...above.entries!].find(([, child]) => child === ino)?.[0] ?? '(deleted)');
      at = above;
    }
    return `/${names.join('/')}`;
  }

  /** `dir` is `above` or lies below it. */
  within(dir: Inode, above: Inode): boolean {
    for (let at = dir; ; ) {
      if (at === above) return true;
      if (at.host && at.host.path !== '') {
        if (above.host && above.host.mount === at.host.mount) return above.host.path === '' || at.host.path === above.host.path || at.host.path.startsWith(`${above.host.path}/`);
        at = this.known(at.host.mount, '')!;
        continue;
      }
      if (at.ino === rootIno || at.parent === at.ino) return false;
      at = this.get(at.parent);
    }
  }
}

const placeKey = (mount: number, path: string): string => `${mount}:${path}`;
