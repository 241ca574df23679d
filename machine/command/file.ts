/** Files as the user names them, with one-line errors. */
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { InputError } from './options.js';

const reasons: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file (a part of the path is not a folder)',
  EISDIR: 'is a folder',
  EACCES: 'permission denied',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ERR_FS_FILE_TOO_LARGE: 'is larger than 2 GiB',
};

/** Why something could not be done with a file. */
export const reasonOf = (e: unknown): string => reasons[(e as NodeJS.ErrnoException).code ?? ''] ?? (e as Error).message;

/** The bytes of the file `path`. Errors: InputError `PATH: reason`. */
export function readInput(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (e) {
    throw new InputError(`${path}: ${reasonOf(e)}`);
  }
}

/** Writes the file `path` whole. Errors: InputError `PATH: reason`. */
export const writeOut = (path: string, content: string | Uint8Array): void => writeParts(path, [content]);

/** Writes one part after the other to the file `path`. Errors: InputError `PATH: reason`. */
export function writeParts(path: string, parts: Iterable<string | Uint8Array>): void {
  try {
    const fd = openSync(path, 'w');
    try {
      for (const part of parts) writeFileSync(fd, part);
    } finally {
      closeSync(fd);
    }
  } catch (e) {
    throw new InputError(`${path}: ${reasonOf(e)}`);
  }
}
