/**
 * The in-memory file tree: inodes, names, and the way from a path to an inode. path_resolution(7).
 *
 * Names and contents are bytes, kept as latin-1 strings and Uint8Arrays. Plain data only. Everything belongs to
 * root and every caller is root, so permission bits are kept and shown but refuse nothing except execution.
 */
import { E, S } from '../../isa/abi/linux.js';

export interface Inode {
  readonly ino: number;
  /** Type and permission bits, as st_mode. */
  mode: number;
  nlink: number;
  /** Of a file: contents in the first `size` bytes. */
  data: Uint8Array;
  size: number;
  /** Of a directory: inode by name. */
  readonly entries: Map<string, number> | undefined;
  /** Of a directory: its parent. */
  parent: number;
  /** Of a link: where it leads. */
  readonly target: string;
  /** Contents (or the target, or the members) are made by this generator of proc.ts when someone looks. */
  readonly dynamic: string;
  /** Of contents that were generated: the inode with the name, 0 otherwise. */
  readonly of: number;
  /** epoll can watch it: files of /sys and of /proc outside /proc/PID. */
  readonly polls: boolean;
  /** Device name, of a character device. */
  readonly device: string;
  /** Of the last change, nanoseconds since 1970. */
  changed: bigint;
}

export interface TreeState {
  readonly inodes: Map<number, Inode>;
  next: number;
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

export const isDir = (n: Inode): boolean => (n.mode & S.IFMT) === S.IFDIR;
export const isLink = (n: Inode): boolean => (n.mode & S.IFMT) === S.IFLNK;
export const isFile = (n: Inode): boolean => (n.mode & S.IFMT) === S.IFREG;

export class Tree {
  constructor(
    private readonly state: TreeState,
    /** The text of a generated link; the inode that a link of /proc/PID/fd is; the members of a generated directory. */
    private readonly generators: { link(dynamic: string): string; behind(dynamic: string): Inode | undefined; refresh(dir: Inode): void },
  ) {}

  static newState(): TreeState {
    const inodes = new Map<number, Inode>();
    inodes.set(rootIno, blank(rootIno, S.IFDIR | 0o755, { entries: new Map(), parent: rootIno, nlink: 1 }));
    return { inodes, next: rootIno + 1 };
  }

  get(ino: number): Inode {
    const inode = this.state.inodes.get(ino);
    if (!inode) throw new Error(`no inode ${ino}`);
    return inode;
  }

  /** An inode without a name. */
  create(mode: number, fields: Partial<Inode> = {}): Inode {
    const directory = (mode & S.IFMT) === S.IFDIR;
    const inode = blank(this.state.next++, mode, { ...(directory ? { entries: new Map<string, number>() } : {}), ...fields });
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

  drop(inode: Inode): void {
    this.state.inodes.delete(inode.ino);
  }

  /** Makes the directories of an absolute path and puts an inode at its end. For setting the tree up. */
  put(path: string, mode: number, fields: Partial<Inode> = {}): Inode {
    const names = path.split('/').filter(Boolean);
    let dir = this.get(rootIno);
    for (const name of names.slice(0, -1)) {
      const ino = dir.entries!.get(name);
      const next = ino === undefined ? this.create(S.IFDIR | 0o755) : this.get(ino);
      if (ino === undefined) this.link(dir, name, next);
      dir = next;
    }
    const inode = this.create(mode, fields);
    this.link(dir, names[names.length - 1]!, inode);
    return inode;
  }

  /** Walks `path` from the directory `from`. `follow`: a link at the end leads on. Negative: an error. */
  resolve(from: Inode, path: string, follow: boolean, links = 0): Place | number {
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
      if (inode && isLink(inode) && (!last || follow || slash)) {
        if (links >= maxLinks) return -E.ELOOP;
        const rest = parts.slice(i + 1).join('/');
        const direct = this.generators.behind(inode.dynamic);
        if (direct) return rest === '' && !slash ? { dir, name, inode: direct, slash } : this.resolve(direct, rest === '' ? './' : rest, follow, links + 1);
        const target = this.targetOf(inode);
        return this.resolve(dir, rest === '' ? target + (slash ? '/' : '') : `${target}/${rest}${slash ? '/' : ''}`, follow, links + 1);
      }
      if (last) return slash && inode && !isDir(inode) ? -E.ENOTDIR : { dir, name, inode, slash };
      if (!inode) return -E.ENOENT;
      dir = inode;
    }
  }

  private child(dir: Inode, name: string): Inode | undefined {
    if (name === '.') return dir;
    if (name === '..') return this.get(dir.parent);
    const ino = this.members(dir).get(name);
    return ino === undefined ? undefined : this.get(ino);
  }

  /** What a directory holds, brought up to date. */
  members(dir: Inode): Map<string, number> {
    if (dir.dynamic !== '') this.generators.refresh(dir);
    return dir.entries!;
  }

  targetOf(link: Inode): string {
    return link.dynamic === '' ? link.target : this.generators.link(link.dynamic);
  }

  /** An inode that is not kept: what a link of /proc/PID/fd leads to when it is no file of the tree. */
  passing(mode: number, dynamic: string, device: string): Inode {
    return blank(0, mode, { dynamic, device, nlink: 1 });
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
    if (isDir(inode)) return this.pathOf(inode);
    for (const dir of this.state.inodes.values()) {
      for (const [name, child] of dir.entries ?? []) if (child === inode.ino) return `${this.pathOf(dir).replace(/\/$/, '')}/${name}`;
    }
    return ' (deleted)';
  }

  /** Absolute path of a directory. */
  pathOf(dir: Inode): string {
    const names: string[] = [];
    for (let at = dir; at.ino !== rootIno; at = this.get(at.parent)) {
      const { ino } = at;
      names.unshift([...this.get(at.parent).entries!].find(([, child]) => child === ino)?.[0] ?? '(deleted)');
    }
    return `/${names.join('/')}`;
  }
}

function blank(ino: number, mode: number, fields: Partial<Inode>): Inode {
  return { ino, mode, nlink: 0, data: new Uint8Array(0), size: 0, entries: undefined, parent: rootIno, target: '', dynamic: '', of: 0, polls: false, device: '', changed: 0n, ...fields };
}

/** Writes into a file's contents, growing them; a gap reads as zeros. */
export function writeInode(inode: Inode, at: number, bytes: Uint8Array): void {
  const end = at + bytes.length;
  if (end > inode.data.length) {
    const grown = new Uint8Array(Math.max(end, inode.data.length * 2, 64));
    grown.set(inode.data.subarray(0, inode.size));
    inode.data = grown;
  }
  inode.data.set(bytes, at);
  inode.size = Math.max(inode.size, end);
}

export function truncateInode(inode: Inode, size: number): void {
  if (size < inode.size) inode.data.fill(0, size, inode.size);
  else if (size > inode.data.length) writeInode(inode, size, new Uint8Array(0));
  inode.size = size;
}
