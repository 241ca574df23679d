/**
 * `npm run bench`: speed of the engine on guest kernels and of whole machines on Go programs, in guest MIPS (million
 * instructions a second of CPU time) at a cycle an instruction (timing none), and how much slower the default, interval, is; host time of kernel work
 * without timing; with caches against without any timing (caches.ts); time from process start to first output.
 *
 *     npm run bench [-- --seconds=N] [-- --alone]
 *
 * Each figure stands beside that of the last commit, built in a temporary worktree and measured in turns with this build, and
 * beside qemu on the same file, as far as git and qemu are installed. Ratios mean something on a busy or
 * unknown computer; absolute figures only on a quiet one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arches, type Arch, type Timing } from '../../machine/config.js';
import { has } from '../helpers/oracle.js';
import { root } from '../helpers/root.js';
import { compiled, fromC, kernelArches, kernelNames, type KernelName } from './kernels.js';
import type { Run } from './machine.js';
import type { Figure } from './measure.js';
import { goPrograms, hellos, kernelPrograms, type Program } from './programs.js';

type Figures = Partial<Record<KernelName, Figure>>;

const seconds = process.argv.find((a) => a.startsWith('--seconds='))?.slice(10) ?? '1';
const alone = process.argv.includes('--alone');
const rounds = 3;

function measureBuild(dist: string, arch: Arch, name: KernelName, timing: readonly Timing[] = []): Figure | undefined {
  const r = spawnSync(process.execPath, [join(dist, 'tests/bench/measure.js'), seconds, arch, ...timing, name], { encoding: 'utf8' });
  if (r.status !== 0) {
    console.error(r.stderr.split('\n').slice(0, 6).join('\n'));
    return undefined;
  }
  return (JSON.parse(r.stdout) as Figures)[name];
}

/** Builds the last commit elsewhere; undefined where that cannot be done. The caller removes the folder. */
function lastCommit(): string | undefined {
  if (alone || !has('git')) return undefined;
  const folder = join(mkdtempSync(join(tmpdir(), 'rt0-bench-')), 'tree');
  const git = spawnSync('git', ['-C', root, 'worktree', 'add', '--detach', folder, 'HEAD']);
  if (git.status !== 0) return undefined;
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const tsc = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  const pack = join(folder, 'dist/build/pack.js');
  if (existsSync(pack)) spawnSync(process.execPath, [pack]);
  return tsc.status === 0 && existsSync(join(folder, 'dist/tests/bench/measure.js')) ? folder : (removeTree(folder), undefined);
}
function removeTree(folder: string): void {
  spawnSync('git', ['-C', root, 'worktree', 'remove', '--force', folder]);
  rmSync(join(folder, '..'), { recursive: true, force: true });
}

/** MIPS of qemu's user mode by the difference of a long and a short run, so that its start does not count. */
function qemu(name: KernelName, arch: Arch, instructions: number): number | undefined {
  const emulator = { amd64: 'qemu-x86_64', arm64: 'qemu-aarch64' }[arch];
  if (!fromC(arch) || !has(emulator)) return undefined;
  const file = compiled(name, arch);
  const time = (times: number): number => {
    const before = process.hrtime.bigint();
    spawnSync(emulator, [file, ...Array.from({ length: times - 1 }, () => 'x')]);
    return Number(process.hrtime.bigint() - before) / 1000;
  };
  const more = 20;
  const best = (times: number): number => Math.min(...Array.from({ length: 3 }, () => time(times)));
  return (instructions * more) / (best(1 + more) - best(1));
}

/** One program on a whole machine of a build. */
function runOn(dist: string, { cores, file }: Program, timing: readonly Timing[] = []): Run | undefined {
  const script = join(dist, 'tests/bench/machine.js');
  if (!existsSync(script)) return undefined; // of a build from before this measurement
  const r = spawnSync(process.execPath, [script, String(cores), file, ...timing], { encoding: 'utf8' });
  return r.status === 0 ? (JSON.parse(r.stdout) as Run) : undefined;
}

/** A row per program: `text` of this build's figure, and how much faster it is than the last commit. The result is what instructions took. */
function wholeMachines(programs: readonly Program[], last: string | undefined, show: (run: Run, program: Program) => string): number[] {
  const mips: number[] = [];
  for (const program of programs) {
    let now: Run | undefined;
    let before: Run | undefined;
    for (let i = 0; i < 2; i++) {
      now = quicker(now, runOn(join(root, 'dist'), program));
      if (last !== undefined) before = quicker(before, runOn(join(last, 'dist'), program));
    }
    if (!now) throw new Error(`${program.name} does not run`);
    if (before && before.output !== now.output) throw new Error(`${program.name}: ${now.output}, the last commit said ${before.output}`);
    console.log(`${program.name.padEnd(wide)}${show(now, program).padStart(12)}${cell(before && before.micros / now.micros, 3)}`);
    mips.push(now.instructions / now.micros);
  }
  return mips;
}
const quicker = (a: Run | undefined, b: Run | undefined): Run | undefined => (!a || (b && b.micros < a.micros) ? b : a);

/** How much slower `interval` is than `none`: MIPS of the two, each the best of a few. */
function intervalCost(mips: (timing: Timing) => number | undefined): number {
  const best = { none: 0, interval: 0 };
  for (let i = 0; i < rounds; i++) for (const timing of ['none', 'interval'] as const) best[timing] = Math.max(best[timing], mips(timing) ?? 0);
  return best.none / best.interval;
}

/** The same of all kernels and Go programs, and their mean. */
function intervalCosts(): void {
  console.log(`${'none / interval'.padEnd(wide)}${'MIPS ratio'.padStart(12)}`);
  const costs: number[] = [];
  const row = (name: string, cost: number): void => {
    costs.push(cost);
    console.log(`${name.padEnd(wide)}${cell(cost, 3)}`);
  };
  const dist = join(root, 'dist');
  for (const arch of kernelArches()) for (const name of kernelNames) row(`${name} ${arch}`, intervalCost((timing) => measureBuild(dist, arch, name, [timing])?.mips));
  for (const arch of arches) {
    for (const program of goPrograms(arch)) {
      row(program.name, intervalCost((timing) => {
        const run = runOn(dist, program, [timing]);
        return run && run.instructions / run.micros;
      }));
    }
  }
  console.log(`${'geomean'.padEnd(wide)}${cell(geomean(costs), 3)}\n`);
}

/** Milliseconds from process start to the first output, least of ten; of each build in turns. */
async function startUp(builds: readonly (string | undefined)[], words: readonly string[]): Promise<(number | undefined)[]> {
  const least = builds.map(() => Infinity);
  for (let i = 0; i < 10; i++) {
    for (const [k, build] of builds.entries()) {
      if (build === undefined) continue;
      const start = process.hrtime.bigint();
      const child = spawn(process.execPath, [join(build, 'dist/machine/command/main.js'), ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.once('data', () => (least[k] = Math.min(least[k]!, Number(process.hrtime.bigint() - start) / 1e6)));
      await new Promise((done) => child.once('close', done));
    }
  }
  return least.map((t) => (t === Infinity ? undefined : t));
}

const wide = 36;
const geomean = (xs: readonly number[]): number => Math.exp(xs.reduce((s, x) => s + Math.log(x), 0) / xs.length);
const cell = (v: number | undefined, digits: number): string => (v === undefined ? '-' : v.toFixed(digits)).padStart(12);
const best = (a: Figure | undefined, b: Figure | undefined): Figure | undefined => (!a || (b && b.mips > a.mips) ? b : a);

/** The five kernels of an instruction set, a row each, and their mean. */
function kernels(arch: Arch, tree: string | undefined): void {
  console.log(`kernels of ${arch} ${fromC(arch) ? 'compiled by gcc' : 'assembled by rt0'}; best of ${rounds} processes, ${seconds} s each`);
  console.log(`${'kernel'.padEnd(10)}${'MIPS'.padStart(12)}${'/ last'.padStart(12)}${'/ qemu'.padStart(12)}`);
  const mips: number[] = [];
  const overLast: number[] = [];
  const overQemu: number[] = [];
  for (const name of kernelNames) {
    let now: Figure | undefined;
    let last: Figure | undefined;
    for (let i = 0; i < rounds; i++) {
      now = best(now, measureBuild(join(root, 'dist'), arch, name));
      if (tree !== undefined) last = best(last, measureBuild(join(tree, 'dist'), arch, name));
    }
    if (!now) throw new Error(`${name} does not run`);
    if (last && last.output !== now.output) throw new Error(`${name}: ${now.output}, the last commit said ${last.output}`);
    const other = qemu(name, arch, now.instructions);
    mips.push(now.mips);
    if (last) overLast.push(now.mips / last.mips);
    if (other !== undefined) overQemu.push(now.mips / other);
    console.log(`${name.padEnd(10)}${cell(now.mips, 1)}${cell(last && now.mips / last.mips, 3)}${cell(other && now.mips / other, 3)}`);
  }
  const mean = (xs: readonly number[]): number | undefined => (xs.length > 0 ? geomean(xs) : undefined);
  console.log(`${'geomean'.padEnd(10)}${cell(geomean(mips), 1)}${cell(mean(overLast), 3)}${cell(mean(overQemu), 3)}\n`);
}

/** The Go programs of an instruction set, a row each, and their mean. */
function goOn(arch: Arch, tree: string | undefined): void {
  const go = goPrograms(arch);
  if (go.length === 0) return console.log(`no Go toolchain: Go programs of ${arch} are left out`);
  console.log(`${`${arch} program, 4 cores`.padEnd(wide)}${'MIPS'.padStart(12)}${'/ last'.padStart(12)}`);
  const mips = wholeMachines(go, tree, (run) => (run.instructions / run.micros).toFixed(1));
  console.log(`${'geomean'.padEnd(wide)}${cell(geomean(mips), 1)}\n`);
}

const tree = lastCommit();
try {
  for (const arch of kernelArches()) kernels(arch, tree);
  for (const arch of arches) goOn(arch, tree);
  intervalCosts();
  spawnSync(process.execPath, [join(root, 'dist/tests/bench/caches.js'), seconds], { stdio: 'inherit' });

  console.log(`${'kernel work'.padEnd(wide)}${'host ns'.padStart(12)}${'/ last'.padStart(12)}`);
  wholeMachines(kernelPrograms(), tree, (run, { times }) => ((run.micros * 1000) / times!).toFixed(0));

  console.log(`\n${'start to output'.padEnd(wide)}${'host ms'.padStart(12)}${'/ last'.padStart(12)}`);
  const timed = hellos().flatMap(({ name, file }) => (['interval', 'none'] as const).map((timing) => [`${name}, ${timing}`, ['run', '--timing', timing, file]]));
  const starts = [['help', ['help']], ['assembly', ['run', join(root, 'programs/hello')]], ...timed] as [string, string[]][];
  for (const [name, words] of starts) {
    const [now, last] = await startUp([root, tree], words);
    console.log(`${name.padEnd(wide)}${cell(now, 0)}${cell(now && last && last / now, 3)}`);
  }
} finally {
  if (tree !== undefined) removeTree(tree);
}
