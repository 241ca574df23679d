/** Files as the user names them, with one-line errors. */
import { accessSync, closeSync, constants, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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

/** Where a file that replaces `path` is made: beside it, or beside what a link leads to; undefined: it is no file that can be replaced, but a device or pipe. */
function besides(path: string): { readonly to: string; readonly partial: string } | undefined {
  let to = path;
  try {
    const there = statSync(path);
    if (there.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    if (!there.isFile()) return undefined;
    to = realpathSync(path);
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'ENOENT') throw e;
  }
  return { to, partial: join(dirname(to), `.${basename(to)}.${process.pid}`) };
}

/** Whether `writeOut` will be able to write there, as far as can be told before. Errors: InputError `PATH: reason`. */
export function checkOut(path: string): void {
  try {
    const place = besides(path);
    accessSync(place ? dirname(place.to) : path, constants.W_OK);
    if (place && !statSync(dirname(place.to)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
  } catch (e) {
    const folder = (e as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such folder' : reasonOf(e);
    throw new InputError(`${path}: ${folder}`);
  }
}

/** Writes the file `path` whole, or leaves it as it was. Errors: InputError `PATH: reason`. */
export const writeOut = (path: string, content: string | Uint8Array): void => writeParts(path, [content]);

/** Writes one part after the other to the file `path`: all of them, or it stays as it was. Errors: InputError `PATH: reason`. */
export function writeParts(path: string, parts: Iterable<string | Uint8Array>): void {
  try {
    const place = besides(path);
    if (place === undefined) return writeTo(path, parts);
    try {
      writeTo(place.partial, parts);
      renameSync(place.partial, place.to);
    } catch (e) {
      rmSync(place.partial, { force: true });
      throw e;
    }
  } catch (e) {
    throw new InputError(`${path}: ${reasonOf(e)}`);
  }
}

function writeTo(path: string, parts: Iterable<string | Uint8Array>): void {
  const fd = openSync(path, 'w');
  try {
    for (const part of parts) writeFileSync(fd, part);
  } finally {
    closeSync(fd);
  }
}
