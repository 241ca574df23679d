/** The benchmark's programs for whole machines: Go programs, and assembly that asks much of the kernel model. */
import { join } from 'node:path';
import { built } from '../helpers/oracle.js';
import { root } from '../helpers/root.js';
import type { Arch } from '../../machine/config.js';
import { goCompilers, type GoCompiler } from '../helpers/toolchain.js';
import { compiledSource, fromC } from './kernels.js';

export interface Program {
  readonly name: string;
  readonly cores: number;
  readonly file: string;
  /** How often it does what its name says; undefined: instructions are counted. */
  readonly times?: number;
}

export const goNames = ['trees', 'channels', 'maps', 'sorting'] as const;

/** A Go program built by a toolchain for an instruction set. */
const goProgram = (path: string, { version, arch, command }: GoCompiler): string =>
  built(path, 'env', (from, out) => ['CGO_ENABLED=0', 'GOFLAGS=', `GOARCH=${arch}`, `BUILT_BY=${version}`, command, 'build', '-o', out, from]);

/** Each Go program of this folder by each toolchain of this computer for `arch`. */
export const goPrograms = (arch: Arch): Program[] =>
  goCompilers.filter((c) => c.arch === arch).flatMap((c) => goNames.map((name) => ({ name: `${name} ${c.name}`, cores: 4, file: goProgram(`tests/bench/go/${name}.go`, c) })));

/** A `fmt` hello by each toolchain. */
export const hellos = (): { name: string; file: string }[] =>
  goCompilers.map((c) => ({ name: `hello ${c.name}`, file: goProgram('tests/programs/go/hello.go', c) }));

const kernel = (name: string, times: number, cores = 1, file = name.split(' ')[0]!): Program =>
  ({ name, cores, times, file: join(root, `tests/bench/kernel/${file}.s`) });

/** The same in C for arm64, where its compiler is. */
const kernelInC = (name: string, times: number, source: string): readonly Program[] =>
  fromC('arm64') ? [{ name: `${name} for arm64`, cores: 1, times, file: compiledSource(`tests/bench/kernel/${source}.c`, 'arm64') }] : [];

/** Kernel work: the loops' counts stand in the sources. */
export const kernelPrograms = (): readonly Program[] => [
  kernel('null system call', 200_000, 1, 'syscall'),
  kernel('page fault', 20 * 2048, 1, 'fault'),
  kernel('task switch', 100_000, 1, 'switch'),
  kernel('futex round', 20_000, 1, 'futex'),
  kernel('futex round, 2 cores', 20_000, 2, 'futex'),
  ...kernelInC('null system call', 200_000, 'syscall'),
  ...kernelInC('page fault', 20 * 2048, 'fault'),
];
