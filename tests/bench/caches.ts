/**
 * Speed with caches: interval timing with the hierarchy of the core, against no timing at all, over C kernels and Go programs; how many misses a second a chase
 * through 4 MiB makes; and beside that cachegrind on the same amd64 binaries, where valgrind is installed.
 *
 *     node dist/tests/bench/caches.js [SECONDS] [ROW...]
 *
 * ROW is a regular expression of rows' names; left out: all rows. `chase` is one, too.
 *
 * Figures are of CPU time, each the best of three, the modes in turns. Cachegrind's is the difference of a long and a short run, so that its start does not count; of Go
 * programs, which cannot be made longer, one run less that of a hello.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { arches, type Arch, makeConfig } from '../../machine/config.js';
import { chase } from '../../machine/command/latency/measures.js';
import { presetOf } from '../../machine/presets.js';
import { cacheDir, has } from '../helpers/oracle.js';
import { root } from '../helpers/root.js';
import { compiled, fromC, kernelArches, kernelNames, type KernelName } from './kernels.js';
import { goPrograms, hellos } from './programs.js';
import type { Run } from './machine.js';
import type { Figure } from './measure.js';

const seconds = process.argv[2] ?? '1';
const chosen = process.argv.slice(3).map((row) => new RegExp(row));
const wanted = (name: string): boolean => chosen.length === 0 || chosen.some((row) => row.test(name));
const rounds = 3;
const wide = 28;
const script = (name: string): string => join(root, 'dist/tests/bench', name);

const geomean = (xs: readonly number[]): number => Math.exp(xs.reduce((s, x) => s + Math.log(x), 0) / xs.length);
const cell = (v: number | undefined, digits: number): string => (v === undefined ? '-' : v.toFixed(digits)).padStart(14);

type Mode = 'none' | 'caches';

/** MIPS with each, the best of a few. */
function both(mips: (mode: Mode) => number): Record<Mode, number> {
  const best = { none: 0, caches: 0 };
  for (let i = 0; i < rounds; i++) for (const mode of ['none', 'caches'] as const) best[mode] = Math.max(best[mode], mips(mode));
  return best;
}

function kernel(name: KernelName, arch: Arch): Record<Mode, number> {
  return both((mode) => {
    const r = spawnSync(process.execPath, [script('measure.js'), seconds, arch, mode, name], { encoding: 'utf8' });
    if (r.status !== 0) throw new Error(r.stderr);
    return (JSON.parse(r.stdout) as Record<string, Figure>)[name]!.mips;
  });
}

function program(file: string, cores: number): Record<Mode, number> {
  return both((mode) => {
    const r = spawnSync(process.execPath, [script('machine.js'), String(cores), file, mode], { encoding: 'utf8' });
    if (r.status !== 0) throw new Error(r.stderr);
    const run = JSON.parse(r.stdout) as Run;
    return run.instructions / run.micros;
  });
}

interface Counted {
  readonly instructions: number;
  readonly micros: number;
}

/** What cachegrind counts of a program, and its CPU time; undefined: it does not get through. */
function cachegrind(file: string, args: readonly string[]): Counted | undefined {
  const out = join(cacheDir(), 'cachegrind.out');
  const timed = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'bash', 'valgrind', '--tool=cachegrind', '--cache-sim=yes', `--cachegrind-out-file=${out}`, file, ...args], { encoding: 'utf8', timeout: 300_000 });
  if (timed.status !== 0) return undefined;
  const used = /([\d.]+) ([\d.]+)\s*$/.exec(timed.stderr);
  const refs = /I\s+refs:\s+([\d,]+)/.exec(timed.stderr);
  rmSync(out, { force: true });
  return used && refs ? { instructions: Number(refs[1]!.replaceAll(',', '')), micros: (Number(used[1]) + Number(used[2])) * 1e6 } : undefined;
}

/** MIPS between a short run and a long one. */
function between(short: Counted | undefined, long: Counted | undefined): number | undefined {
  if (!short || !long || long.micros <= short.micros) return undefined;
  return (long.instructions - short.instructions) / (long.micros - short.micros);
}

const valgrind = has('valgrind');
const costs: number[] = [];
const speeds: number[] = [];
const others: number[] = [];

function row(name: string, mips: Record<Mode, number>, other: number | undefined): void {
  costs.push(mips.none / mips.caches);
  speeds.push(mips.caches);
  if (other !== undefined) others.push(other);
  console.log(`${name.padEnd(wide)}${cell(mips.caches, 1)}${cell(mips.none / mips.caches, 2)}${cell(other, 1)}`);
}

console.log(`${'caches, million a second'.padEnd(wide)}${'instructions'.padStart(14)}${'none / caches'.padStart(14)}${'cachegrind'.padStart(14)}`);
for (const arch of kernelArches()) {
  for (const name of kernelNames) {
    if (!wanted(`${name} ${arch}`)) continue;
    const grind = (times: number): Counted | undefined => cachegrind(compiled(name, arch), new Array<string>(times - 1).fill('x'));
    row(`${name} ${arch}`, kernel(name, arch), valgrind && arch === 'amd64' && fromC(arch) ? between(grind(1), grind(4)) : undefined);
  }
}
for (const arch of arches) {
  const hello = hellos()[0];
  for (const { name, cores, file } of goPrograms(arch)) {
    if (!wanted(name)) continue;
    row(name, program(file, cores), valgrind && arch === 'amd64' && hello ? between(cachegrind(hello.file, []), cachegrind(file, [])) : undefined);
  }
}
if (speeds.length > 0) console.log(`${'geomean'.padEnd(wide)}${cell(geomean(speeds), 1)}${cell(geomean(costs), 2)}${cell(others.length > 0 ? geomean(others) : undefined, 1)}\n`);

/** Misses of L2 a second: a chase through 4 MiB, which L3 has. */
if (wanted('chase')) console.log(`${'4 MiB chase'.padEnd(wide)}${'misses'.padStart(14)}`);
for (const name of wanted('chase') ? ['skylake', 'neoverse-n1'] : []) {
  const config = makeConfig(presetOf(name)!.settings);
  const loads = 2e6;
  const micros = (count: number): number => {
    const before = process.cpuUsage();
    chase({ ...config, caches: config.caches! }, 4 * 2 ** 20, 'small', count);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  micros(loads); // V8 compiles meanwhile
  // the least of each, because the least difference would be that of a slow short run and a quick long one
  const least = (count: number): number => Math.min(...Array.from({ length: rounds }, () => micros(count)));
  console.log(`${name.padEnd(wide)}${cell(loads / (least(2 * loads) - least(loads)), 2)}`);
}
