/** The C and Go programs of tests/programs, built by the compilers of this computer and cached. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { built, has } from './oracle.js';
import { root } from './root.js';

export interface Program {
  /** Language folder and name, `go/hello`. */
  readonly name: string;
  readonly arguments: readonly string[];
  /** All of its environment, NAME=VALUE each. */
  readonly environment: readonly string[];
  /** Its standard input; that ends behind it. */
  readonly input: string;
  readonly output: string;
  /** Undefined where the text is not fixed. */
  readonly errors: string | undefined;
  readonly status: number;
}

const folder = 'tests/programs';

/** `NAME.args` and `NAME.env` hold an item a line. */
const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

function programsIn(language: string, from = language): readonly Program[] {
  return readdirSync(join(root, folder, from)).filter((file) => file.endsWith(`.${language}`)).sort().map((file) => {
    const name = `${from}/${file.slice(0, -language.length - 1)}`;
    const read = (suffix: string): string | undefined => {
      const path = join(root, folder, `${name}.${suffix}`);
      return existsSync(path) ? readFileSync(path, 'latin1') : undefined; // a character a byte, as MemoryHost has it
    };
    return {
      name,
      arguments: lines(read('args') ?? ''),
      environment: lines(read('env') ?? ''),
      input: read('stdin') ?? '',
      output: read('want.txt')!,
      errors: read('want.stderr'),
      status: Number(read('want.status') ?? 0),
    };
  });
}

export const cPrograms = programsIn('c');
export const goPrograms = programsIn('go');
/** C programs that only an arm64 processor runs. */
export const arm64Programs = programsIn('c', 'arm64');
/** Go programs with C in them. */
export const cgoPrograms = programsIn('go', 'cgo');
/** Small Go programs that collect garbage and loop, for runs on slow clocks. */
export const stressPrograms = programsIn('go', 'stress');

/** The C compilers here: each brings its own library. */
export const cCompilers: readonly string[] = ['gcc', 'musl-gcc'].filter(has);

/** The Go commands here, by version. */
export const goCommands: ReadonlyMap<string, string> = new Map(
  ['go', '/usr/local/go/bin/go', '/usr/lib/go-1.19/bin/go'].filter(has).map((go) => [spawnSync(go, ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout.trim(), go]),
);

/** True when a Go program is for this version: a line `//go:build go1.N` or `//go:build !go1.N` says which are left out. */
export function isFor(program: Program, version: string): boolean {
  const source = readFileSync(join(root, folder, `${program.name}.go`), 'utf8');
  const line = /^\/\/go:build (!?)go1\.(\d+)$/m.exec(source);
  if (line === null) return true;
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1]);
  return minor >= Number(line[2]) !== (line[1] === '!');
}

/** The static executable of a C program. */
export const cBinary = (program: Pick<Program, 'name'>, compiler: string): string =>
  built(`${folder}/${program.name}.c`, compiler, (from, out) => ['-O2', '-static', '-pthread', '-o', out, from, '-lm']);

export const cImage = (program: Program, compiler: string): Uint8Array => readFileSync(cBinary(program, compiler));

/** As cImage, with a handler for SIGURG that leaves no register as it was. */
export function urgentImage(program: Program, compiler: string): Uint8Array {
  const urgent = join(root, folder, 'urgent.c');
  const key = createHash('sha256').update(readFileSync(urgent)).digest('hex').slice(0, 16); // `built` looks at one source only
  return readFileSync(built(`${folder}/${program.name}.c`, compiler, (from, out) => ['-O2', '-static', '-pthread', `-DURGENT=${key}`, '-o', out, from, urgent, '-lm']));
}

/** How a Go program is built, where not in the plain way: flags of `go build`, and its environment. */
export interface GoBuild {
  readonly flags?: readonly string[];
  readonly environment?: readonly string[];
}

/** The executable of a Go program. The version stands among the arguments so that the cache keeps those of several toolchains apart. */
export const goBinary = (program: Pick<Program, 'name'>, version: string, { flags = [], environment = [] }: GoBuild = {}): string =>
  built(`${folder}/${program.name}.go`, 'env', (from, out) =>
    ['CGO_ENABLED=0', 'GOFLAGS=', `BUILT_BY=${version}`, ...environment, goCommands.get(version)!, 'build', ...flags, '-o', out, from]);

export const goImage = (program: Pick<Program, 'name'>, version: string): Uint8Array => readFileSync(goBinary(program, version));

/** What a program printed on this computer. */
export interface NativeRun {
  readonly output: string;
  readonly errors: string;
  /** 128 + n after signal n, as a shell has it. */
  readonly status: number;
}

/** Runs a program here, in an empty folder, with nothing in its environment but what it asks for. */
export function runHere(binary: string, program: Pick<Program, 'arguments' | 'environment' | 'input'>): NativeRun {
  const cwd = mkdtempSync(join(tmpdir(), 'rt0-run-'));
  try {
    const env = Object.fromEntries(program.environment.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    const input = Buffer.from(program.input, 'latin1');
    // a test run in the background has SIGINT and SIGQUIT ignored, and would hand that on
    const r = spawnSync('/usr/bin/env', ['--default-signal', binary, ...program.arguments], { cwd, env, input, encoding: 'latin1', maxBuffer: 2 ** 28, timeout: 120_000 });
    if (r.error !== undefined) throw r.error;
    return { output: r.stdout, errors: r.stderr, status: r.status ?? 128 + constants.signals[r.signal!] };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
