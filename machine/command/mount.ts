/** `--mount HOST:GUEST[:ro|rw]`: from the words of the command line to what the machine and its host need. */
import { statSync } from 'node:fs';
import type { Mount } from '../config.js';
import { mountProblems, tidyPath } from '../mounts.js';
import { Folders, type Folder } from './folders.js';
import { InputError, UsageError } from './options.js';

export interface Mounts {
  readonly folders: readonly Folder[];
  readonly places: readonly Mount[];
}

/** Without a look at the host's files. */
export function readMounts(words: readonly string[]): Mounts {
  const folders: Folder[] = [];
  const places: Mount[] = [];
  for (const word of words) {
    const m = /^(.+?):([^:]*)(?::(ro|rw))?$/s.exec(word);
    if (!m) throw new UsageError(`--mount takes HOST:GUEST, HOST:GUEST:ro or HOST:GUEST:rw, not ${word}`);
    const writable = m[3] === 'rw';
    folders.push({ host: m[1]!, writable });
    places.push({ guest: tidyPath(Buffer.from(m[2]!).toString('latin1')), writable });
  }
  const [problem] = mountProblems(places);
  if (problem !== undefined) throw new UsageError(`--mount: ${problem}`);
  return { folders, places };
}

/** The folders themselves. Errors: one that is not there, or neither a folder nor a file. */
export function openFolders(folders: readonly Folder[]): Folders {
  for (const { host } of folders) {
    const stat = statSync(host, { throwIfNoEntry: false });
    if (!stat) throw new InputError(`--mount: ${host}: no such file or folder`);
    if (!stat.isDirectory() && !stat.isFile()) throw new InputError(`--mount: ${host}: neither a folder nor a file`);
  }
  try {
    return new Folders(folders);
  } catch (e) {
    throw new InputError(`--mount: ${(e as Error).message}`);
  }
}
