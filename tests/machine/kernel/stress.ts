/**
 * Stress of signals, in two kinds. Urgent: SIGURG after every so many blocks. Preempted: clocks on which the Go
 * runtime's 10 ms are few instructions, so that it preempts all the time by itself. Nothing of it may show in the output.
 */
import type { Arch, Config } from '../../../machine/config.js';
import { runInterrupted, type Interrupted } from '../../helpers/interrupted.js';
import { clockFor, goImageOf, runPreempted, type GoImage } from '../../helpers/preempted.js';
import { cCompilers, cProgramsFor, fusing, goCompilers, goImage, goPrograms, isFor, stressPrograms, urgentImage, type Compiler, type GoCompiler, type Program, type Wanted } from '../../helpers/toolchain.js';

/** What runs of one kind came to. */
export interface Figures {
  runs: number;
  signals: number;
  /** Entries to runtime.asyncPreempt. */
  asyncPreempts: number;
  leastAsyncPreempts: number;
  instructions: number;
  mostInstructions: number;
  readonly failures: string[];
}

export const noFigures = (): Figures => ({ runs: 0, signals: 0, asyncPreempts: 0, leastAsyncPreempts: Infinity, instructions: 0, mostInstructions: 0, failures: [] });

export function addFigures(to: Figures, more: Figures): void {
  to.runs += more.runs;
  to.signals += more.signals;
  to.asyncPreempts += more.asyncPreempts;
  to.leastAsyncPreempts = Math.min(to.leastAsyncPreempts, more.leastAsyncPreempts);
  to.instructions += more.instructions;
  to.mostInstructions = Math.max(to.mostInstructions, more.mostInstructions);
  to.failures.push(...more.failures);
}

export const figuresLine = (f: Figures): string =>
  `${f.runs} runs, ${f.signals} signals, ${f.asyncPreempts} entries to asyncPreempt (at least ${f.leastAsyncPreempts} a run), ` +
  `${Math.round(f.instructions / f.runs / 1000)} thousand instructions on average, ${f.failures.length} failures`;

// Urgent

export interface UrgentProgram {
  readonly label: string;
  readonly program: Program;
  readonly arch: Arch;
  readonly image: () => Uint8Array;
}

/** The first takes its own stack away, and SIGURG for itself; the second counts all signals that come, in a queue of ten. */
const notUrgent: readonly string[] = ['c/sigstacks', 'go/signals'];

/** Programs whose registers a handler of SIGURG can see: C ones with one linked in, Go ones by nature. */
export function urgentPrograms(): UrgentProgram[] {
  const able = (program: Program, arch: Arch): boolean => !notUrgent.includes(program.name) && !(arch === 'arm64' && fusing.includes(program.name));
  const entry = (program: Program, { name, arch }: Compiler, image: () => Uint8Array): UrgentProgram => ({ label: `${program.name} of ${name}`, program, arch, image });
  return [
    ...cCompilers.flatMap((compiler) => cProgramsFor(compiler).filter((p) => able(p, compiler.arch)).map((program) => entry(program, compiler, () => urgentImage(program, compiler)))),
    ...goCompilers.flatMap((compiler) => {
      const programs = [...goPrograms, ...stressPrograms].filter((program) => able(program, compiler.arch) && isFor(program, compiler));
      return programs.map((program) => entry(program, compiler, () => goImage(program, compiler)));
    }),
  ];
}

/** Runs a program with SIGURG after every `every` blocks, at most `most` times. Returns what is wrong. */
export function urgent(p: UrgentProgram, every: number, most: number, config: Partial<Config>): { run: Interrupted; wrong: string[] } {
  const run = runInterrupted(p.image(), [p.program.name, ...p.program.arguments], config, every, most, { environment: p.program.environment, input: p.program.input });
  return { run, wrong: [...run.changed, ...differences(p.program.wanted[p.arch], run.ran)] };
}

/** As `urgent` with both grains, of the program in that place of the list. */
export function urgentFigures(place: number, every: number, most: number): Figures {
  const figures = noFigures();
  const p = urgentPrograms()[place]!;
  for (const grain of ['block', 'insn'] as const) {
    const { run, wrong } = urgent(p, every, most, { grain });
    figures.runs++;
    figures.signals += run.handlers;
    figures.failures.push(...wrong.map((why) => `${p.label}, ${grain}: ${why}`));
  }
  return figures;
}

function differences(p: Wanted, ran: Interrupted['ran']): string[] {
  const wrong: string[] = [];
  if (ran.stopped !== undefined) wrong.push(`stopped: ${ran.stopped}`);
  if (ran.status !== p.status) wrong.push(`status ${ran.status}, not ${p.status}`);
  if (ran.output !== p.output) wrong.push(`output ${JSON.stringify(ran.output.slice(0, 400))}`);
  if (p.errors !== undefined && ran.errors !== p.errors) wrong.push(`errors ${JSON.stringify(ran.errors.slice(0, 400))}`);
  return wrong;
}

// Preempted

/** Cycles in sysmon's 10 ms. */
export const tenMillis: readonly number[] = [2_000, 10_000, 100_000];

const most = 2e7; // instructions of a run
const coresFor = (seed: number): number => [2, 1, 4, 3][seed % 4]!;

/** What a seed runs under, as `--machine` would say it. */
/** A cycle an instruction: `cycles` say after how many instructions sysmon comes, whatever the core. */
export const preemptedConfig = (cycles: number, seed: number): Partial<Config> => ({ cores: coresFor(seed), seed, grain: 'insn', clockHz: clockFor(cycles), timing: 'none' });

const images = new Map<string, GoImage>();

/** Runs one program under one seed and clock. */
export function preempted(program: Program, compiler: GoCompiler, cycles: number, seed: number): Figures {
  const key = `${program.name} of ${compiler.name}`;
  const image = images.get(key) ?? goImageOf(goImage(program, compiler));
  images.set(key, image);
  const { ran, signals, asyncPreempts } = runPreempted(image, [program.name], preemptedConfig(cycles, seed), 100 * most);
  const wrong = differences(program.wanted[compiler.arch], ran);
  if (asyncPreempts === 0) wrong.push('no entry to asyncPreempt');
  if (ran.instructions > most) wrong.push(`${ran.instructions} instructions`);
  const failures = wrong.map((why) => `${key}, 10 ms in ${cycles} cycles, seed ${seed}: ${why}`);
  return { runs: 1, signals, asyncPreempts, leastAsyncPreempts: asyncPreempts, instructions: ran.instructions, mostInstructions: ran.instructions, failures };
}

/** The program a seed runs: they take turns. */
export const programFor = (seed: number): Program => stressPrograms[seed % stressPrograms.length]!;

/** As `preempted`, of the program whose turn it is, for the seeds from `first` to `last`. */
export function preemptedFigures(compiler: GoCompiler, cycles: number, first: number, last: number): Figures {
  const figures = noFigures();
  for (let seed = first; seed <= last; seed++) addFigures(figures, preempted(programFor(seed), compiler, cycles, seed));
  return figures;
}
