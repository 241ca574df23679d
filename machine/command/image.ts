/**
 * From the FILE of a command line to an ELF image: an image is taken as it is, assembly source (.s) is assembled, and a
 * folder stands for the source in it that has its name: programs/hello for programs/hello/hello_amd64.s.
 *
 * A program of several sources has a `link.txt` beside its first: one further source file a line, relative to the
 * program's folder; those whose names are of another architecture are left out. Headers are found beside the file that
 * includes them and in rt0's own runtime folder.
 */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Arch } from '../config.js';
import { readInput } from './file.js';
import { InputError } from './options.js';

/** The folder of rt0's runtime sources, seen from dist/machine/command. */
const runtimeFolder = fileURLToPath(new URL('../../../runtime/', import.meta.url));

/**
 * The image that FILE stands for. `arch`: what assembly is for; else its name says it (`_arm64.s`), else it is amd64's. Errors:
 * InputError, for assembly with every diagnostic in its message.
 */
export async function loadImage(path: string, arch?: Arch): Promise<Uint8Array> {
  const file = isFolder(path) ? sourceIn(path, arch ?? 'amd64') : path;
  return file.endsWith('.s') ? assembleProgram(file, arch) : readInput(file);
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** The source that a folder stands for. */
function sourceIn(folder: string, arch: Arch): string {
  const file = join(folder, `${basename(resolve(folder))}_${arch}.s`);
  if (!existsSync(file)) throw new InputError(`${folder}: is a folder, and there is no ${file}`);
  return file;
}

async function assembleProgram(path: string, asked: Arch | undefined): Promise<Uint8Array> {
  const { archOfName, assemble, formatDiagnostic } = await import('../../asm/assemble.js'); // images need none of it
  const own = archOfName(path);
  if (own && asked && own !== asked) throw new InputError(`${path} is for ${own} by its name, not for ${asked}`);
  const arch = asked ?? own ?? 'amd64';
  const names = [path, ...linked(path)];
  const folders = [...new Set([...names.map((name) => dirname(name)), runtimeFolder])];
  const include = (name: string): string | undefined => {
    const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file) && statSync(file).isFile());
    return found === undefined ? undefined : text(found);
  };
  const { image, diagnostics } = assemble(names.map((name) => ({ name, text: text(name) })), { arch, include, directory: process.cwd() });
  if (image) return image;
  throw new InputError(diagnostics.map((d) => formatDiagnostic(d)).join('\n'), true);
}

/** The further sources of a program, from the link.txt beside its first. */
function linked(path: string): string[] {
  const list = join(dirname(path), 'link.txt');
  if (!existsSync(list)) return [];
  const names = text(list).split('\n').map((line) => line.replace(/#.*/, '').trim()).filter(Boolean);
  return names.map((name) => join(dirname(path), name)).filter((name) => resolve(name) !== resolve(path));
}

const text = (path: string): string => new TextDecoder().decode(readInput(path));
