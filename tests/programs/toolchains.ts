/** Runs a program of another toolchain on the machine and compares with what it must print. */
import * as assert from 'uvu/assert';
import { cpuLevels, type Arch, type Config } from '../../machine/config.js';
import { archOf, runImage, type Ran } from '../helpers/onMachine.js';
import { Random } from '../helpers/random.js';
import { fusing, notInQemu, runHere, runsHere, type Compiler, type NativeRun, type Program } from '../helpers/toolchain.js';

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
  [1, 2, 4, 8].flatMap((cores) => Array.from({ length: seeds }, (_, seed) => [{ cores, seed }, { cores, seed, grain: 'insn' as const }]).flat());

/** The same for an instruction set, with its levels of processor where images of today find all of them good enough. */
export const waysOf = (arch: Arch, seeds: number): readonly Partial<Config>[] =>
  ways(seeds).map((way) => (arch === 'amd64' ? way : { ...way, cpu: cpuLevels[arch][way.seed! % cpuLevels[arch].length]! }));

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
