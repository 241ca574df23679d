/**
 * The benchmark's programs as images: from C where gcc is, else from assembly by our own assembler. The two sets do the
 * same kinds of work but are not the same programs; figures say which they come from.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble, formatDiagnostic } from '../../asm/assemble.js';
import { cacheDir, has } from '../helpers/oracle.js';
import { root } from '../helpers/root.js';
import { includeFor, source } from '../helpers/guest.js';

export const kernelNames = ['integer', 'memory', 'float', 'calls', 'strings'] as const;
export type KernelName = (typeof kernelNames)[number];

const folder = 'tests/bench/kernels';
// no vectors: the kernels are about plain code, and gcc's choice would change with its version
const flags = ['-O2', '-ffreestanding', '-fno-stack-protector', '-fcf-protection=none', '-fno-tree-vectorize', '-nostdlib', '-static', '-no-pie'];

export const fromC = (): boolean => has('gcc');

/** Path of a kernel built by gcc. */
export function compiled(name: KernelName): string {
  const out = join(cacheDir(), `bench-${name}`);
  const made = spawnSync('gcc', [...flags, '-o', out, join(root, folder, `${name}.c`)], { encoding: 'utf8' });
  if (made.status !== 0 || !existsSync(out)) throw new Error(`gcc: ${made.stderr}`);
  return out;
}

/** A kernel made by our assembler. */
export function assembled(name: KernelName): Uint8Array {
  const paths = [`${folder}/start.s`, `${folder}/${name}.s`];
  const r = assemble(paths.map(source), { include: includeFor(paths) });
  if (r.image === undefined) throw new Error(r.diagnostics.map((d) => formatDiagnostic(d)).join('\n'));
  return r.image;
}

export function image(name: KernelName): Uint8Array {
  return fromC() ? readFileSync(compiled(name)) : assembled(name);
}
