/** The guest programs of this repository: what is in programs/, assembled, with the output it must have. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { archOfName, assemble, formatDiagnostic, type Arch, type Source } from '../../asm/assemble.js';
import { arches } from '../../machine/config.js';
import { root } from './root.js';

const text = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Every folder of programs/ that is a program: each is there for both instruction sets. */
export const programs: readonly string[] = readdirSync(join(root, 'programs'))
  .filter((name) => arches.some((arch) => existsSync(join(root, 'programs', name, `${name}_${arch}.s`))))
  .sort();

/** A program for one instruction set. */
export interface Guest {
  readonly name: string;
  readonly arch: Arch;
}

export const guests: readonly Guest[] = arches.flatMap((arch) => programs.map((name) => ({ name, arch })));

/** The assembly files of a folder, as paths from the root. */
export const assemblyIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith('.s')).sort().map((name) => `${folder}/${name}`);

/** The paths that make a program for an instruction set: its own file, then those of its link.txt that are for it. */
export function filesOf(name: string, arch: Arch = 'amd64'): readonly string[] {
  const list = `programs/${name}/link.txt`;
  const more = existsSync(join(root, list)) ? text(list).split('\n').filter((line) => line !== '') : [];
  const fits = more.filter((path) => (archOfName(path) ?? arch) === arch);
  return [`programs/${name}/${name}_${arch}.s`, ...fits.map((path) => join('programs', name, path))];
}

export const source = (path: string): Source => ({ name: path, text: text(path) });

/** A header, looked for beside the sources, in runtime/ and in programs/lib/. */
export function includeFor(paths: readonly string[]): (name: string) => string | undefined {
  const folders = [...new Set([...paths.map(dirname), 'runtime', 'programs/lib'])];
  return (name) => {
    const folder = folders.find((f) => existsSync(join(root, f, name)));
    return folder === undefined ? undefined : text(`${folder}/${name}`);
  };
}

const images = new Map<string, Uint8Array>();

/** The program's image, assembled once. */
export function imageOf(name: string, arch: Arch = 'amd64'): Uint8Array {
  let image = images.get(`${name} ${arch}`);
  if (image === undefined) {
    const paths = filesOf(name, arch);
    const result = assemble(paths.map(source), { arch, include: includeFor(paths) });
    if (result.image === undefined) throw new Error(result.diagnostics.map((d) => formatDiagnostic(d)).join('\n'));
    image = result.image;
    images.set(`${name} ${arch}`, image);
  }
  return image;
}

export interface Wanted {
  readonly output: string;
  readonly status: number;
}

/** What the program must print and return. */
export function wanted(name: string): Wanted {
  const status = `programs/${name}/want.status`;
  return { output: text(`programs/${name}/want.txt`), status: existsSync(join(root, status)) ? Number(text(status)) : 0 };
}
