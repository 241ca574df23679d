/**
 * Where files live: the in-memory tree, or a folder of the host. Both answer the same questions about their inodes;
 * the calls in names.ts, attributes.ts and transfer.ts ask them and know nothing of the difference.
 *
 * Errors are error numbers negated. The caller has resolved paths, checked that what must exist does, that directories
 * are directories, and that both ends of a link or rename lie in one volume. Each checks its own right to write.
 */
import type { FileRoom } from '../hostFiles.js';
import type { Inode } from './inode.js';
import type { Place } from './tree.js';

/** A name in a directory: where it leads and, as in getdents64, of which type it is. */
export interface Entry {
  readonly name: string;
  readonly serial: bigint;
  readonly type: number;
}

/** What chmod, chown and utimensat change. Times in nanoseconds; 'now' is the time of the volume. */
export interface Change {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly atime?: bigint | 'now';
  readonly mtime?: bigint | 'now';
}

/** statfs: sizes in blocks. */
export type Room = FileRoom;

/** How a file is opened. */
export interface Opening {
  readonly write: boolean;
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly truncate: boolean;
  /** Permission bits of a new file. */
  readonly mode: number;
}

/** `file` is the id of an open file, or 0: an inode may be reached by name or through any of its open files. */
export interface Volume {
  readonly readOnly: boolean;
  /** What `name` leads to in a directory. Undefined: nothing. */
  lookup(dir: Inode, name: string): Inode | undefined | number;
  parent(dir: Inode): Inode | number;
  list(dir: Inode): readonly Entry[] | number;
  target(link: Inode): string | number;
  /** Opens or makes the regular file of a place on behalf of open file `file`. */
  open(place: Place, file: number, how: Opening): Inode | number;
  close(inode: Inode, file: number): void;
  /** Makes anything but a regular file: the type in `mode` says what. */
  make(dir: Inode, name: string, mode: number, fields: Partial<Inode>): Inode | number;
  /** A file without a name (O_TMPFILE). */
  nameless(dir: Inode, mode: number): Inode | number;
  link(inode: Inode, dir: Inode, name: string): number;
  /** Takes a name away: of an empty directory, or of anything else. */
  remove(dir: Inode, name: string, inode: Inode): number;
  /** Moves a name; what the target led to is of a kind that may be replaced, and goes. */
  rename(from: Place, to: Place): number;
  /** Two names change places. */
  exchange(from: Place, to: Place): number;
  /** Brings the fields of an inode up to date. */
  refresh(inode: Inode, file: number): number;
  change(inode: Inode, file: number, what: Change): number;
  read(inode: Inode, file: number, from: number, count: number): Uint8Array | number;
  /** How many bytes it took. */
  write(inode: Inode, file: number, at: number, bytes: Uint8Array): number;
  resize(inode: Inode, file: number, size: number): number;
  sync(inode: Inode, file: number): number;
  room(inode: Inode): Room | number;
}
