/** Runs a program of another toolchain on the machine and compares with what it must print. */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { cpuLevels, type Arch, type Config } from '../../machine/config.js';
import { archOf, runImage, type Ran } from '../helpers/onMachine.js';
import { Random } from '../helpers/random.js';
import { failureText } from '../helpers/threads.js';
import { fusing, goBinary, notInQemu, runHere, runsHere, type Compiler, type GoCompiler, type NativeRun, type Program } from '../helpers/toolchain.js';

/** Runs it on a machine; fails unless it prints and ends as it must. */
export function check(program: Program, image: Uint8Array, config: Partial<Config>, wanted = program.wanted[archOf(image)]): Ran {
  const ran = runImage(image, [program.name, ...program.arguments], config, program.environment, program.input);
  const { output, status, stopped } = ran;
  // config stands on both sides so that a failure names it
  assert.equal({ config, output, status, stopped }, { config, output: wanted.output, status: wanted.status, stopped: undefined }, ran.errors);
  if (wanted.errors !== undefined) assert.is(ran.errors, wanted.errors);
  return ran;
}

/** Runs it on this computer; fails unless it prints and ends as it must. Undefined: programs of its kind do not run here. */
export function checkHere(program: Program, binary: string, { arch }: Compiler): NativeRun | undefined {
  if (!runsHere(arch) || (arch === 'arm64' && notInQemu.has(program.name))) return undefined;
  const ran = runHere(binary, program, arch);
  if (arch === 'arm64' && fusing.includes(program.name)) return ran;
  const { output, status, errors } = program.wanted[arch];
  assert.equal({ output: ran.output, status: ran.status }, { output, status }, ran.errors);
  if (errors !== undefined) assert.is(ran.errors, errors);
  return ran;
}

/**
 * Standard error without what differs between two runs of one image: addresses of heap and stacks, which have nine
 * digits or more, arguments that Go itself marks as doubtful, the numbers of goroutines, and the registers and system
 * goroutines that a signal's dump shows.
 */
export const steady = (errors: string): string =>
  errors
    .replace(/^PC=0x[^]*/m, '')
    .replace(/\b0x[0-9a-f]+\?/g, '?')
    .replace(/\b0x[0-9a-f]{9,16}\b/g, '0x?')
    .replace(/\bgoroutine \d+/g, 'goroutine ?');

/** All ways to run a program that must not show in its output. */
export const ways = (seeds: number): readonly Partial<Config>[] =>
  [1, 2, 3, 4, 5, 6, 7, 8].flatMap((cores) => Array.from({ length: seeds }, (_, seed) => [{ cores, seed }, { cores, seed, grain: 'insn' as const }]).flat());

/** With the levels of processor of an instruction set where images of today find all of them good enough. */
const onLevels = (arch: Arch, from: readonly Partial<Config>[]): readonly Partial<Config>[] =>
  from.map((way) => (arch === 'amd64' ? way : { ...way, cpu: cpuLevels[arch][way.seed! % cpuLevels[arch].length]! }));

/** All ways for an instruction set. */
export const waysOf = (arch: Arch, seeds: number): readonly Partial<Config>[] => onLevels(arch, ways(seeds));

/** A few of them: cores and grain in all combinations, each with `each` seeds that no other has, in any order. `name` decides which. */
export function spread(arch: Arch, each: number, name: string): readonly Partial<Config>[] {
  const pairs = Array.from({ length: each }, () => ways(1)).flat();
  const seeds = shuffled(pairs.map((_, seed) => seed), name);
  return onLevels(arch, shuffled(pairs, `${name}, in order`).map((pair, i) => ({ ...pair, seed: seeds[i]! })));
}

/** What a Go program came to in several ways. */
export interface Tried {
  readonly runs: number;
  readonly instructions: number;
  /** Why it did not run at all. */
  readonly skipped: string | undefined;
  readonly failures: readonly string[];
}

/** Runs a Go program once on this computer, where it must do as stated, and on the machine in all of `chosen`, where its errors must be the same. */
export function tryGo(program: Program, compiler: GoCompiler, chosen: readonly Partial<Config>[]): Tried {
  const binary = goBinary(program, compiler);
  const image = readFileSync(binary);
  const here = checkHere(program, binary, compiler);
  const fused = compiler.arch === 'arm64' && fusing.includes(program.name);
  if (fused && !here) return { runs: 0, instructions: 0, skipped: 'no qemu', failures: [] };
  const failures: string[] = [];
  let instructions = 0;
  for (const way of chosen) {
    try {
      const ran = check(program, image, way, fused ? here : undefined);
      instructions += ran.instructions;
      if (here) assert.is(steady(ran.errors), steady(here.errors), JSON.stringify(way));
    } catch (e) {
      failures.push(`${JSON.stringify(way)}: ${failureText(e)}`);
    }
  }
  return { runs: chosen.length, instructions, skipped: undefined, failures };
}

/** Of half a billion instructions and more. */
export const longPrograms: readonly string[] = ['go/bigmap', 'go/crowd', 'go/recursion'];

/** `from` in an order that only `name` decides. */
export function shuffled<T>(from: readonly T[], name: string): T[] {
  const random = new Random([...name].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 2 ** 31, 7));
  const left = [...from];
  return from.map(() => left.splice(random.below(left.length), 1)[0]!);
}

/**
 * A report of a panic or fatal error without what differs between two runs of one image: addresses other than the
 * fault's, values in registers and on stacks, numbers of goroutines and threads, goroutines of the run-time system.
 */
export const report = (errors: string): string =>
  errors
    .replace(/(?<!\+|addr=|address )0x[0-9a-f]+\??/g, '0x?')
    .replace(/^((?:r\w\w?|cs|fs|gs|lr|sp|pc|fault) +)0x\?$/gm, '$1') // the register dump
    .replace(/\b(goroutine|m=) ?\d+/g, '$1 ?')
    .split('\n\n')
    .filter((paragraph) => !/^created by runtime\./m.test(paragraph))
    .join('\n\n');
