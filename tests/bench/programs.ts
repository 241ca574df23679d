/** The benchmark's programs for whole machines: Go programs, and assembly that asks much of the kernel model. */
import { join } from 'node:path';
import { built } from '../helpers/oracle.js';
import { root } from '../helpers/root.js';
import { goCommands } from '../helpers/toolchain.js';

export interface Program {
  readonly name: string;
  readonly cores: number;
  readonly file: string;
  /** How often it does what its name says; undefined: instructions are counted. */
  readonly times?: number;
}

export const goNames = ['trees', 'channels', 'maps', 'sorting'] as const;

/** A Go program of this folder, built by a version of Go. */
function goProgram(name: string, version: string): string {
  const go = goCommands.get(version)!;
  return built(`tests/bench/go/${name}.go`, 'env', (from, out) => ['CGO_ENABLED=0', 'GOFLAGS=', `BUILT_BY=${version}`, go, 'build', '-o', out, from]);
}

/** Each Go program by each toolchain of this computer. */
export const goPrograms = (): Program[] =>
  [...goCommands.keys()].flatMap((version) => goNames.map((name) => ({ name: `${name} ${version}`, cores: 4, file: goProgram(name, version) })));

/** A `fmt` hello by each toolchain. */
export const hellos = (): { name: string; file: string }[] =>
  [...goCommands].map(([version, go]) => ({
    name: `hello ${version}`,
    file: built('tests/programs/go/hello.go', 'env', (from, out) => ['CGO_ENABLED=0', 'GOFLAGS=', `BUILT_BY=${version}`, go, 'build', '-o', out, from]),
  }));

const kernel = (name: string, times: number, cores = 1, file = name.split(' ')[0]!): Program =>
  ({ name, cores, times, file: join(root, `tests/bench/kernel/${file}.s`) });

/** Kernel work: the loops' counts stand in the sources. */
export const kernelPrograms: readonly Program[] = [
  kernel('null system call', 200_000, 1, 'syscall'),
  kernel('page fault', 20 * 2048, 1, 'fault'),
  kernel('task switch', 100_000, 1, 'switch'),
  kernel('futex round', 20_000, 1, 'futex'),
  kernel('futex round, 2 cores', 20_000, 2, 'futex'),
];
