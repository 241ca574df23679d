/**
 * Questions about mounted folders, and what the host answers: plain data both ways, because answers enter the input log.
 *
 * A place is a mount's number and a path below the mount's root: names joined by slashes, of a character a byte, never
 * empty, `.` or `..`; the empty path is the root itself. The host must not follow a symbolic link anywhere in it.
 * An open file is named by the number the kernel gave it. A host that does not know the number (the run continues a
 * snapshot) opens the place again, without creating or cutting anything; a place that is `gone` cannot be opened again.
 */

export interface Spot {
  readonly mount: number;
  readonly path: string;
}

export interface OpenSpot extends Spot {
  readonly file: number;
  readonly write: boolean;
  readonly gone: boolean;
}

export type FileQuestion =
  | { readonly ask: 'stat'; readonly at: Spot | OpenSpot }
  | { readonly ask: 'list'; readonly at: Spot }
  | { readonly ask: 'readlink'; readonly at: Spot }
  | { readonly ask: 'open'; readonly at: OpenSpot; readonly create: boolean; readonly exclusive: boolean; readonly truncate: boolean; readonly mode: number }
  | { readonly ask: 'close'; readonly file: number }
  | { readonly ask: 'read'; readonly at: OpenSpot; readonly from: number; readonly count: number }
  | { readonly ask: 'write'; readonly at: OpenSpot; readonly to: number; readonly bytes: Uint8Array }
  | { readonly ask: 'resize'; readonly at: OpenSpot; readonly size: number }
  | { readonly ask: 'sync'; readonly at: OpenSpot }
  | { readonly ask: 'mkdir'; readonly at: Spot; readonly mode: number }
  | { readonly ask: 'symlink'; readonly at: Spot; readonly target: string }
  | { readonly ask: 'link'; readonly at: Spot; readonly to: Spot }
  | { readonly ask: 'unlink' | 'rmdir'; readonly at: Spot }
  | { readonly ask: 'rename'; readonly at: Spot; readonly to: Spot }
  | { readonly ask: 'chmod'; readonly at: Spot | OpenSpot; readonly mode: number }
  | { readonly ask: 'utimes'; readonly at: Spot | OpenSpot; readonly atime: bigint | 'now' | undefined; readonly mtime: bigint | 'now' | undefined }
  | { readonly ask: 'room'; readonly at: Spot };

/** What is known of a file. Times in nanoseconds. */
export interface FileStat {
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly serial: bigint;
  readonly blocks: number;
  readonly atime: bigint;
  readonly mtime: bigint;
  readonly ctime: bigint;
}

/** Of a directory: name, inode number, type as in st_mode >> 12; in the order of the names' bytes. */
export type FileNames = readonly (readonly [string, bigint, number])[];

/** As statfs. */
export interface FileRoom {
  readonly type: number;
  readonly blockBytes: number;
  readonly blocks: number;
  readonly free: number;
  readonly available: number;
  readonly files: number;
  readonly freeFiles: number;
}

/** An error number of Linux negated, a count, or what was asked for; 'open' answers with the file's stat. */
export type FileAnswer = number | string | Uint8Array | FileStat | FileNames | FileRoom;
