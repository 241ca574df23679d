/**
 * Programs of this computer that tests compare with: compilers, tools, the processor itself. All are optional: a
 * test that lacks one says so in one line and passes.
 */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from './root.js';
import { threadId } from 'node:worker_threads';

const found = new Map<string, boolean>();

/** True when `command` (a name on the path, or a path) can be started here. */
export function has(command: string): boolean {
  let known = found.get(command);
  if (known === undefined) {
    known = command.includes('/') ? existsSync(command) : spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
    found.set(command, known);
  }
  return known;
}

/** As `has` for each, with the line that says what is missing. */
export function hasAll(test: string, ...commands: string[]): boolean {
  const missing = commands.filter((c) => !has(c));
  if (missing.length > 0) console.log(`${test}: skipped, no ${missing.join(', ')}`);
  return missing.length === 0;
}

/** Where oracles keep what they built; survives runs. */
export function cacheDir(): string {
  const dir = join(tmpdir(), `rt0-oracle-${process.getuid?.() ?? 0}`);
  mkdirSync(dir, { recursive: true });
  return dir;
}

/**
 * Builds `source` (a path from the project's root) once for each content, command line and root, which debugging information names, and returns the program's
 * path. `build` gets the source's and the program's path.
 */
export function built(source: string, command: string, build: (source: string, out: string) => readonly string[]): string {
  const path = join(root, source);
  const key = createHash('sha256').update(readFileSync(path)).update(JSON.stringify([root, command, ...build('', '')])).digest('hex').slice(0, 16);
  const out = join(cacheDir(), `${basename(source)}-${key}`);
  if (!existsSync(out)) {
    const partial = `${out}.${process.pid}.${threadId}`; // two test processes or threads may build at once
    const r = spawnSync(command, [...build(path, partial)], { encoding: 'utf8' });
    if (r.status !== 0) throw new Error(`${command} ${source}: ${r.stderr}`);
    renameSync(partial, out);
  }
  return out;
}

/** A C program of this repository, compiled with gcc or musl-gcc. */
export function compiledC(source: string, flags: readonly string[] = ['-O1'], compiler = 'gcc'): string {
  return built(source, compiler, (from, out) => [...flags, '-o', out, from]);
}

/** The Go command: the one on the path, or where its installer puts it. `has` says whether it is there. */
export const goCommand = has('go') ? 'go' : '/usr/local/go/bin/go';

/** Runs a program with text on its standard input. */
export function run(program: string, args: readonly string[], input = ''): SpawnSyncReturns<string> {
  return spawnSync(program, [...args], { encoding: 'utf8', input, maxBuffer: 2 ** 28 });
}
