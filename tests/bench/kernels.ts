/**
 * The benchmark's programs as images: from C where a compiler is, else from assembly by our own assembler (amd64). The two sets
 * do the same kinds of work but are not the same programs; figures say which they come from.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { assemble, formatDiagnostic } from '../../asm/assemble.js';
import { arches, type Arch } from '../../machine/config.js';
import { cacheDir, has } from '../helpers/oracle.js';
import { root } from '../helpers/root.js';
import { includeFor, source } from '../helpers/guest.js';

export const kernelNames = ['integer', 'memory', 'float', 'calls', 'strings'] as const;
export type KernelName = (typeof kernelNames)[number];

const folder = 'tests/bench/kernels';
// no vectors: the kernels are about plain code, and gcc's choice would change with its version
const flags = ['-O2', '-ffreestanding', '-fno-stack-protector', '-fno-tree-vectorize', '-nostdlib', '-static', '-no-pie'];
const compilers: Readonly<Record<Arch, readonly [string, ...string[]]>> = { amd64: ['gcc', '-fcf-protection=none'], arm64: ['aarch64-linux-gnu-gcc'] };

export const fromC = (arch: Arch): boolean => has(compilers[arch][0]);
/** The instruction sets for which there are kernels here. */
export const kernelArches = (): readonly Arch[] => arches.filter((arch) => arch === 'amd64' || fromC(arch));

/** Path of a kernel built by gcc. */
export const compiled = (name: KernelName, arch: Arch): string => compiledSource(`${folder}/${name}.c`, arch);

/** The same for any source (a path from the root) that begins with start.h. */
export function compiledSource(path: string, arch: Arch): string {
  const out = join(cacheDir(), `bench-${basename(path, '.c')}-${arch}`);
  const [gcc, ...more] = compilers[arch];
  const made = spawnSync(gcc, [...flags, ...more, '-o', out, join(root, path)], { encoding: 'utf8' });
  if (made.status !== 0 || !existsSync(out)) throw new Error(`${gcc}: ${made.stderr}`);
  return out;
}

/** A kernel made by our assembler. */
export function assembled(name: KernelName): Uint8Array {
  const paths = [`${folder}/start.s`, `${folder}/${name}.s`];
  const r = assemble(paths.map(source), { include: includeFor(paths) });
  if (r.image === undefined) throw new Error(r.diagnostics.map((d) => formatDiagnostic(d)).join('\n'));
  return r.image;
}

export function image(name: KernelName, arch: Arch): Uint8Array {
  return fromC(arch) ? readFileSync(compiled(name, arch)) : assembled(name);
}
