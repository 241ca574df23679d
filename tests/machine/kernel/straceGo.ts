/**
 * The calls of a Go program's main thread up to main.main, here and on the machine. A file is built in beside the program
 * whose init, the last of all, writes a mark.
 *
 * Even on one computer they are not the same in every run: threads start when other threads need them. So a list that the
 * machine makes under one of some seeds must be one that this computer shows in one of some runs: few of each at first, then more of both. Left out of both, with the reasons:
 * futex, nanosleep, tgkill, sched_yield and signals (when threads meet), prctl(PR_SET_VMA) (names of memory: where the kernel
 * was built without them it refuses the first and Go asks no more). Plain: what madvise is told of huge pages (which parts
 * of a mapping are whole ones depends on its address), how far a limit of open files goes.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { S } from '../../../isa/abi/linux.js';
import { bytesOf } from '../../../machine/kernel/guest.js';
import type { Kernel } from '../../../machine/kernel/kernel.js';
import { cacheDir, hasAll } from '../../helpers/oracle.js';
import { root } from '../../helpers/root.js';
import { inThreads, resultOf, type Outcome } from '../../helpers/threads.js';
import { difference, hostTrace, linesOf, machineTrace, plain, type Line, type Traced } from '../../helpers/straced.js';
import { goCompilers, isFor, type GoCompiler, type Program } from '../../helpers/toolchain.js';

const mark = 'up to here';
/** println writes each part alone, or all at once. */
const marker = `package main\n\nfunc init() { println("${mark}") }\n`;
const meeting = /^(futex|nanosleep|tgkill|sched_yield|prctl)\(|^--- /;

/** The program with the mark in it. */
export function marked(program: Program, { version, command }: GoCompiler): Traced {
  const source = readFileSync(join(root, 'tests/programs', `${program.name}.go`));
  const folder = join(cacheDir(), `marked-${createHash('sha256').update(source).update(marker + version).digest('hex').slice(0, 16)}`);
  const path = join(folder, 'program');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a.go'), source);
    writeFileSync(join(folder, 'zz.go'), marker);
    const r = spawnSync(command, ['build', '-o', 'partial', 'a.go', 'zz.go'], { cwd: folder, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GO111MODULE: 'off' }, encoding: 'utf8' });
    if (r.status !== 0) throw new Error(`${program.name} of ${version}: ${r.stderr}`);
    renameSync(join(folder, 'partial'), path);
  }
  return { path, arguments: program.arguments, environment: program.environment, input: program.input };
}

/** The main thread's calls before the mark. */
function before(trace: string, loose: boolean): string[] {
  const main = plain(linesOf(trace), loose).filter((line: Line) => line.thread === 1).map((line) => line.text);
  const end = main.findIndex((text) => text.startsWith(`write(2, "${mark}`));
  if (end < 0) throw new Error(`no mark in ${main.slice(-5).join('\n')}`);
  return main.slice(0, end).filter((text) => !meeting.test(text)).map((text) =>
    text.replace(/^madvise\(.*(MADV_(NO)?HUGEPAGE|MADV_COLLAPSE)\) = 0/, 'madvise($1)').replace(/rlim_cur=\d+(\*1024)?, rlim_max/g, 'rlim_cur=CUR, rlim_max'));
}

/** What depends on how this computer was set up, put into the machine: control groups, mounts, huge pages. */
function likeHere(trace: string): (kernel: Kernel) => void {
  const opened = [...trace.matchAll(/openat\(AT_FDCWD, "(\/(?:proc|sys)\/[^"]*)", [^)]*\) = (-?\d+)/g)].map((m) => ({ path: m[1]!, there: Number(m[2]) >= 0 }));
  return (kernel) => {
    const { tree } = kernel.files;
    tree.members(tree.find('/proc')!);
    for (const { path, there } of opened) {
      const text = there ? bytesOf(readFileSync(path, 'latin1')) : undefined;
      const at = path.replace('/proc/self/', '/proc/1/');
      const old = tree.find(at);
      if (text) tree.put(at, S.IFREG | 0o444, { data: text, size: text.length });
      else if (old) tree.find(at.slice(0, at.lastIndexOf('/')))!.entries!.delete(at.slice(at.lastIndexOf('/') + 1));
    }
  };
}

/** Enough for a hundred thousand goroutines. */
const memoryBytes = 2 ** 30;

export interface Match {
  /** Whether a run here was equal to one of the machine's, and how many there were until then. */
  readonly alike: boolean;
  readonly runs: number;
  readonly seeds: number;
  readonly calls: number;
  readonly ours: readonly (readonly string[])[];
  /** Of the runs here. */
  readonly theirs: readonly (readonly string[])[];
}

/** Runs the program on the machine under up to `most` seeds, and here ten times as often, until a list of one is a list of the other. Undefined: no ptrace. */
export function compare(program: Program, compiler: GoCompiler, most: number): Match | undefined {
  const { version } = compiler;
  const built = marked(program, compiler);
  const loose = Number(/^go1\.(\d+)/.exec(version)?.[1]) >= 26;
  const first = hostTrace(built);
  if (first === undefined) return undefined;
  const ours: string[][] = [];
  const theirs: string[][] = [before(first, loose)];
  const [known, seen] = [new Set<string>(), new Set([theirs[0]!.join('\n')])];
  const match = (alike: boolean): Match => ({ alike, runs: theirs.length, seeds: ours.length, calls: ours[0]!.length, ours, theirs });
  for (let seed = 1; seed <= most; seed++) {
    ours.push(before(machineTrace(built, { cores: availableParallelism(), seed, memoryBytes }, likeHere(first)), loose));
    known.add(ours.at(-1)!.join('\n'));
    if (seen.has(ours.at(-1)!.join('\n'))) return match(true);
    while (theirs.length < runsOfSeed * seed) {
      theirs.push(before(hostTrace(built)!, loose));
      seen.add(theirs.at(-1)!.join('\n'));
      if (known.has(theirs.at(-1)!.join('\n'))) return match(true);
    }
  }
  return match(false);
}

/** Seeds at most, before the machine's lists count as what this computer does not show; and runs here for each. */
const mostSeeds = 24;
const runsOfSeed = 10;

/** A suite over some programs, with every Go toolchain here, on all processors. */
export function straceGo(programs: readonly Program[]): void {
  const Main = suite('strace of Go');
  const native = goCompilers.filter((c) => c.arch === 'amd64');
  if (!hasAll('strace of Go', 'strace') || native.length === 0) return Main.run();
  const jobs = programs.flatMap((program) => native.filter((compiler) => isFor(program, compiler)).map((compiler) => [program, compiler, mostSeeds] as const));
  let outcomes: Promise<Outcome<Match | undefined>>[] = [];
  let alike = 0;
  Main.before(() => {
    outcomes = inThreads(new URL('./straceGo.js', import.meta.url), compare, jobs);
  });
  jobs.forEach(([program, compiler], i) => {
    Main(`${program.name} of ${compiler.name}`, async () => {
      const match = resultOf(await outcomes[i]!);
      if (!match) return console.log('strace of Go: skipped, no ptrace here');
      assert.ok(match.alike, `none of ${match.runs} runs: ${difference([match.ours[0]!], [match.theirs[0]!])}`);
      console.log(`strace of Go: ${program.name} of ${compiler.name}: ${match.calls} calls up to main.main, with seed ${match.seeds} alike, run ${match.runs} here`);
      alike++;
    });
  });
  Main.after(() => console.log(`strace of Go: ${alike} of ${jobs.length} programs alike`));
  Main.run();
}
