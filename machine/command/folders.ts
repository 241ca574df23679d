/**
 * Mounted folders on this computer's files. What a guest may reach is decided here, whatever the kernel model asks:
 * nothing above a mount's root, nothing behind a symbolic link, no device, FIFO or socket, nothing of a file system that is
 * mounted below the folder, and no change through a read-only mount.
 *
 * On Linux each name of a path is opened by itself (O_PATH, O_NOFOLLOW) below the descriptor of the folder before it,
 * reached as /proc/self/fd/N, so that nothing which happens to the folder meanwhile leads elsewhere; a file is opened through
 * the descriptor that was looked at. What remains: a file with a second name outside of the folder is a file of the
 * folder. Elsewhere names are checked before use, and whoever changes the folder during a call may win a race.
 */
import {
  chmodSync, closeSync, constants, fchmodSync, fstatSync, fsyncSync, ftruncateSync, futimesSync, linkSync, lstatSync, lutimesSync, mkdirSync, openSync, readdirSync, readlinkSync,
  readSync, renameSync, rmdirSync, statfsSync, statSync, symlinkSync, unlinkSync, utimesSync, writeSync, type BigIntStats, type StatsFs,
} from 'node:fs';
import { resolve } from 'node:path';
import { E, type ErrorName } from '../../isa/abi/linux.js';
import type { FileAnswer, FileNames, FileQuestion, FileRoom, FileStat, OpenSpot, Spot } from '../hostFiles.js';

export interface Folder {
  /** Path on this computer, as the user gave it. */
  readonly host: string;
  readonly writable: boolean;
}

interface Root extends Folder {
  /** Descriptor of the root. On Linux it grants no more than to be found again. */
  readonly fd: number;
  readonly device: bigint;
}

const linux = process.platform === 'linux';
const O_PATH = 0o10000000;
const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW, O_DIRECTORY, O_NONBLOCK } = constants;
/** Bits of permission that may be set: files that lend their owner's rights are not made. */
const fileBits = 0o777;
const directoryBits = 0o1777;

/** The answer to a question that the host refuses. */
class Refused extends Error {
  constructor(readonly number: number) {
    super(`refused: ${number}`);
  }
}

function refuse(name: ErrorName): never {
  throw new Refused(-E[name]);
}

export class Folders {
  private readonly roots: readonly Root[];
  /** Our descriptors by the kernel's numbers. */
  private readonly files = new Map<number, number>();

  /** Throws what node:fs throws when a folder is not there. */
  constructor(folders: readonly Folder[]) {
    this.roots = folders.map((f) => {
      const fd = openSync(f.host, linux ? O_PATH : O_RDONLY | O_NONBLOCK);
      return { ...f, host: resolve(f.host), fd, device: fstatSync(fd, { bigint: true }).dev };
    });
  }

  answer(q: FileQuestion): FileAnswer {
    try {
      return this.perform(q);
    } catch (e) {
      if (e instanceof Refused) return e.number;
      const { code } = e as NodeJS.ErrnoException;
      if (code === undefined) throw e;
      return -(E[code as ErrorName] ?? E.EIO);
    }
  }

  private perform(q: FileQuestion): FileAnswer {
    switch (q.ask) {
      case 'stat':
        return 'file' in q.at ? toStat(fstatSync(this.open(q.at), { bigint: true })) : this.at(q.at, (path) => toStat(statOf(path, q.at.path === '')));
      case 'list':
        return this.inside(q.at, namesIn);
      case 'readlink':
        return this.at(q.at, (path) => readlinkSync(path, 'latin1'));
      case 'open':
        return this.openNew(q);
      case 'close':
        return this.close(q.file);
      case 'read': {
        const bytes = new Uint8Array(q.count);
        return bytes.slice(0, readSync(this.open(q.at), bytes, 0, q.count, q.from));
      }
      case 'write':
        return writeSync(this.writable(q.at), q.bytes, 0, q.bytes.length, q.to);
      case 'resize':
        ftruncateSync(this.writable(q.at), q.size);
        return 0;
      case 'sync':
        fsyncSync(this.open(q.at));
        return 0;
      case 'mkdir':
        return this.change(q.at, (path) => {
          mkdirSync(path, q.mode & directoryBits);
          this.setMode(q.at, q.mode); // whatever our own umask took away
        });
      case 'symlink':
        return this.change(q.at, (path) => symlinkSync(Buffer.from(q.target, 'latin1'), path));
      case 'link':
        return this.change(q.at, (from) => this.at(q.to, (to) => linkSync(from, to)));
      case 'unlink':
        return this.change(q.at, unlinkSync);
      case 'rmdir':
        return this.change(q.at, rmdirSync);
      case 'rename':
        return this.change(q.at, (from) => this.at(q.to, (to) => renameSync(from, to)));
      case 'chmod':
        if ('file' in q.at) fchmodSync(this.open(q.at, true), q.mode & fileBits);
        else this.setMode(q.at, q.mode);
        return 0;
      case 'utimes':
        return this.setTimes(q.at, q.atime, q.mtime);
      case 'room':
        return this.at(q.at, (path) => toRoom(statfsSync(path)));
    }
  }

  // The way to a place

  private root(at: Spot, write: boolean): Root {
    const root = this.roots[at.mount];
    if (!root) return refuse('EIO');
    if (write && !root.writable) refuse('EROFS');
    return root;
  }

  /** Calls `use` with a path to the place whose last name alone is still to be looked up. */
  private at<T>(spot: Spot, use: (path: Buffer) => T, write = false): T {
    const root = this.root(spot, write);
    const names = spot.path === '' ? [] : spot.path.split('/');
    if (names.some((name) => name === '' || name === '.' || name === '..' || name.includes('\0'))) refuse('EINVAL');
    const last = names.pop();
    const opened: number[] = [];
    try {
      let base: Buffer = Buffer.from(linux ? `/proc/self/fd/${root.fd}` : root.host);
      for (const name of names) base = this.enter(root, below(base, name), opened);
      return use(last === undefined ? base : below(base, last));
    } finally {
      for (const fd of opened) closeSync(fd);
    }
  }

  /** The folder `path`, its last name not followed if it is a link; a path to it that stays right. */
  private enter(root: Root, path: Buffer, opened: number[]): Buffer {
    const fd = openSync(path, linux ? O_PATH | O_NOFOLLOW | O_DIRECTORY : O_RDONLY | O_NOFOLLOW | O_DIRECTORY);
    opened.push(fd);
    if (fstatSync(fd, { bigint: true }).dev !== root.device) refuse('EACCES'); // another file system: /proc perhaps
    return linux ? Buffer.from(`/proc/self/fd/${fd}`) : path;
  }

  /** As `at`, for what happens inside of a folder. */
  private inside<T>(spot: Spot, use: (path: Buffer) => T): T {
    return this.at(spot, (path) => {
      if (spot.path === '') return use(path);
      const opened: number[] = [];
      try {
        return use(this.enter(this.root(spot, false), path, opened));
      } finally {
        for (const fd of opened) closeSync(fd);
      }
    });
  }

  private change(spot: Spot, use: (path: Buffer) => void): number {
    this.at(spot, use, true);
    return 0;
  }

  /** Calls `use` with a path that leads to the very inode which the place names now; its stat says what that is. */
  private inode<T>(spot: Spot, write: boolean, use: (path: Buffer, stat: BigIntStats) => T): T {
    return this.at(spot, (path) => {
      if (!linux || spot.path === '') return use(path, statOf(path, spot.path === ''));
      const fd = openSync(path, O_PATH | O_NOFOLLOW);
      try {
        return use(Buffer.from(`/proc/self/fd/${fd}`), fstatSync(fd, { bigint: true }));
      } finally {
        closeSync(fd);
      }
    }, write);
  }

  // Open files

  private openNew(q: FileQuestion & { ask: 'open' }): FileStat {
    const { at } = q;
    if (q.truncate || q.create) this.root(at, q.truncate || at.write);
    const fd = q.create ? this.createOrOpen(q) : this.openOld(at, q.truncate);
    this.close(at.file);
    this.files.set(at.file, fd);
    return toStat(fstatSync(fd, { bigint: true }));
  }

  /** O_CREAT: others may make or remove the name between two looks, so look again. */
  private createOrOpen(q: FileQuestion & { ask: 'open' }): number {
    for (let tries = 0; ; tries++) {
      try {
        if (!q.exclusive) return this.openOld(q.at, q.truncate);
      } catch (e) {
        if ((e as NodeJS.ErrnoException).code !== 'ENOENT') throw e;
      }
      try {
        const fd = this.at(q.at, (path) => openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR, q.mode & fileBits), true);
        fchmodSync(fd, q.mode & fileBits); // whatever our own umask took away
        return fd;
      } catch (e) {
        if ((e as NodeJS.ErrnoException).code !== 'EEXIST' || q.exclusive || tries > 8) throw e;
      }
    }
  }

  /** Opens the regular file of a place; nothing else is opened, because that alone may have effects. */
  private openOld(at: Spot & { readonly write: boolean }, truncate: boolean): number {
    return this.inode(at, at.write || truncate, (path, stat) => {
      if (stat.isSymbolicLink()) refuse('ELOOP');
      if (stat.isDirectory()) refuse('EISDIR');
      if (!stat.isFile()) refuse('EACCES');
      const rest = (truncate ? O_TRUNC : 0) | (linux ? 0 : O_NOFOLLOW | O_NONBLOCK);
      if (!at.write) return openSync(path, O_RDONLY | rest);
      try {
        return openSync(path, O_RDWR | rest);
      } catch (e) {
        if ((e as NodeJS.ErrnoException).code !== 'EACCES') throw e;
        return openSync(path, O_WRONLY | rest); // a file that may be written and not read
      }
    });
  }

  /** Our descriptor of an open file; opened again when the machine continues elsewhere. `write`: for a change. */
  private open(at: OpenSpot, write = false): number {
    if (write) this.root(at, true);
    let fd = this.files.get(at.file);
    if (fd === undefined) {
      if (at.gone) refuse('ESTALE');
      fd = this.reopen(at);
      this.files.set(at.file, fd);
    }
    return fd;
  }

  /** For writing if the mount allows it: what the guest opened it for, its kernel checks. */
  private reopen(at: OpenSpot): number {
    try {
      return this.openOld({ ...at, write: this.roots[at.mount]?.writable === true }, false);
    } catch (e) {
      if (at.write || (e as NodeJS.ErrnoException).code !== 'EACCES') throw e;
      return this.openOld({ ...at, write: false }, false);
    }
  }

  private writable(at: OpenSpot): number {
    return this.open(at, true);
  }

  private close(file: number): number {
    const fd = this.files.get(file);
    if (fd !== undefined) closeSync(fd);
    this.files.delete(file);
    return 0;
  }

  // Attributes

  private setMode(at: Spot, mode: number): void {
    this.inode(at, true, (path, stat) => {
      if (stat.isSymbolicLink()) refuse('EOPNOTSUPP');
      chmodSync(path, mode & (stat.isDirectory() ? directoryBits : fileBits));
    });
  }

  /**
   * Node passes times on as seconds in floating point: they are right to a microsecond. As text, because
   * it takes a number below zero for a mistake and puts the time now.
   */
  private setTimes(at: Spot | OpenSpot, atime: bigint | 'now' | undefined, mtime: bigint | 'now' | undefined): number {
    const seconds = (time: bigint | 'now' | undefined, old: bigint): string => String(time === 'now' ? Date.now() / 1000 : Number(time ?? old) / 1e9);
    if ('file' in at) {
      const fd = this.open(at, true);
      const old = fstatSync(fd, { bigint: true });
      futimesSync(fd, seconds(atime, old.atimeNs), seconds(mtime, old.mtimeNs));
      return 0;
    }
    const root = at.path === '';
    return this.change(at, (path) => {
      const old = statOf(path, root);
      (root ? utimesSync : lutimesSync)(path, seconds(atime, old.atimeNs), seconds(mtime, old.mtimeNs));
    });
  }
}

const below = (base: Buffer, name: string): Buffer => Buffer.concat([base, Buffer.from('/'), Buffer.from(name, 'latin1')]);

/** A mount's root is reached through its descriptor, which is a link to be followed. */
const statOf = (path: Buffer, root: boolean): BigIntStats => (root ? statSync : lstatSync)(path, { bigint: true });

function namesIn(folder: Buffer): FileNames {
  const names = readdirSync(folder, 'latin1').sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return names.flatMap((name): [string, bigint, number][] => {
    try {
      const s = lstatSync(below(folder, name), { bigint: true });
      return [[name, s.ino, Number(s.mode) >> 12]];
    } catch {
      return []; // gone meanwhile
    }
  });
}

const [ownUser, ownGroup] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];

/** Whoever runs the machine is its root. */
function toStat(s: BigIntStats): FileStat {
  const [uid, gid] = [Number(s.uid), Number(s.gid)];
  return {
    mode: Number(s.mode), nlink: Number(s.nlink), uid: uid === ownUser ? 0 : uid, gid: gid === ownGroup ? 0 : gid, size: Number(s.size), serial: s.ino, blocks: Number(s.blocks),
    atime: s.atimeNs, mtime: s.mtimeNs, ctime: s.ctimeNs,
  };
}

function toRoom(s: StatsFs): FileRoom {
  return { type: s.type, blockBytes: s.bsize, blocks: s.blocks, free: s.bfree, available: s.bavail, files: s.files, freeFiles: s.ffree };
}
