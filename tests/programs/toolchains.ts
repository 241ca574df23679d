/** Runs a program of another toolchain on the machine and compares with what it must print. */
import * as assert from 'uvu/assert';
import type { Config } from '../../machine/config.js';
import { runImage, type Ran } from '../helpers/onMachine.js';
import { Random } from '../helpers/random.js';
import { runHere, type NativeRun, type Program } from '../helpers/toolchain.js';

/** Runs it on a machine; fails unless it prints and ends as it must. */
export function check(program: Program, image: Uint8Array, config: Partial<Config>): Ran {
  const ran = runImage(image, [program.name, ...program.arguments], config, program.environment, program.input);
  const { output, status, stopped } = ran;
  // config stands on both sides so that a failure names it
  assert.equal({ config, output, status, stopped }, { config, output: program.output, status: program.status, stopped: undefined }, ran.errors);
  if (program.errors !== undefined) assert.is(ran.errors, program.errors);
  return ran;
}

/** Runs it on this computer; fails unless it prints and ends as it must. */
export function checkHere(program: Program, binary: string): NativeRun {
  const ran = runHere(binary, program);
  assert.equal({ output: ran.output, status: ran.status }, { output: program.output, status: program.status });
  if (program.errors !== undefined) assert.is(ran.errors, program.errors);
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
    .replace(/^((?:r\w\w?|cs|fs|gs) +)0x\?$/gm, '$1') // the register dump
    .replace(/\b(goroutine|m=) ?\d+/g, '$1 ?')
    .split('\n\n')
    .filter((paragraph) => !/^created by runtime\./m.test(paragraph))
    .join('\n\n');
