/** The C and Go programs of tests/programs, built by the compilers of this computer and cached. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { arches, type Arch } from '../../machine/config.js';
import { built, has } from './oracle.js';
import { root } from './root.js';

/** A compiler of this computer, and the instruction set that it builds for. */
export interface Compiler {
  readonly name: string;
  readonly command: string;
  readonly arch: Arch;
}

/** A Go toolchain is a compiler for each instruction set. */
export interface GoCompiler extends Compiler {
  readonly version: string;
}

/** What a program prints and returns. */
export interface Wanted {
  readonly output: string;
  /** Undefined where the text is not fixed. */
  readonly errors: string | undefined;
  readonly status: number;
}

export interface Program {
  /** Language folder and name, `go/hello`. */
  readonly name: string;
  readonly arguments: readonly string[];
  /** All of its environment, NAME=VALUE each. */
  readonly environment: readonly string[];
  /** Its standard input; that ends behind it. */
  readonly input: string;
  /** The instruction sets it is for. */
  readonly arches: readonly Arch[];
  readonly wanted: Readonly<Record<Arch, Wanted>>;
}

const folder = 'tests/programs';

/** `NAME.args` and `NAME.env` hold an item a line. */
const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

function programsIn(language: string, from = language): readonly Program[] {
  return readdirSync(join(root, folder, from)).filter((file) => file.endsWith(`.${language}`)).sort().map((file) => {
    const name = `${from}/${file.slice(0, -language.length - 1)}`;
    const text = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'latin1') : undefined); // a character a byte, as MemoryHost has it
    const read = (suffix: string): string | undefined => text(join(root, folder, `${name}.${suffix}`));
    const only = /^#error only for (\w+)$/m.exec(read(language)!)?.[1] as Arch | undefined;
    const wanted = (arch: Arch): Wanted => {
      const want = (suffix: string): string | undefined => read(`want.${arch}.${suffix}`) ?? read(`want.${suffix}`);
      return { output: want('txt') ?? '', errors: want('stderr'), status: Number(want('status') ?? 0) };
    };
    return {
      name,
      arguments: lines(read('args') ?? ''),
      environment: lines(read('env') ?? ''),
      input: read('stdin') ?? '',
      arches: only === undefined ? arches : [only],
      wanted: { amd64: wanted('amd64'), arm64: wanted('arm64') },
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
export const cCompilers: readonly Compiler[] = ([['gcc', 'amd64'], ['musl-gcc', 'amd64'], ['aarch64-linux-gnu-gcc', 'arm64']] as const)
  .filter(([command]) => has(command))
  .map(([command, arch]) => ({ name: command, command, arch }));

/** The Go commands here, by version. */
export const goCommands: ReadonlyMap<string, string> = new Map(
  ['go', '/usr/local/go/bin/go', '/usr/lib/go-1.19/bin/go'].filter(has).map((go) => [spawnSync(go, ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout.trim(), go]),
);

/** Every Go toolchain here for every instruction set; all of amd64 first. */
export const goCompilers: readonly GoCompiler[] = arches.flatMap((arch) =>
  [...goCommands].map(([version, command]) => ({ name: arch === 'amd64' ? version : `${version} for ${arch}`, version, command, arch })));

/** What a list of compilers is called in a line. */
export const namesOf = (compilers: readonly Compiler[]): string => compilers.map((c) => c.name).join(', ') || 'none';

/** True when a Go program is for this toolchain: a line `//go:build go1.N` or `//go:build !go1.N` says which are left out. */
export function isFor(program: Program, { version, arch }: GoCompiler): boolean {
  if (!program.arches.includes(arch)) return false;
  const source = readFileSync(join(root, folder, `${program.name}.go`), 'utf8');
  const line = /^\/\/go:build (!?)go1\.(\d+)$/m.exec(source);
  if (line === null) return true;
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1]);
  return minor >= Number(line[2]) !== (line[1] === '!');
}

/** The static executable of a C program. `flags` come last. */
export const cBinary = (program: Pick<Program, 'name'>, compiler: Compiler, ...flags: string[]): string =>
  built(`${folder}/${program.name}.c`, compiler.command, (from, out) =>
    ['-O2', ...(flags.includes('-static-pie') ? [] : ['-static']), '-pthread', '-o', out, from, '-lm', ...flags]);

export const cImage = (program: Pick<Program, 'name'>, compiler: Compiler): Uint8Array => readFileSync(cBinary(program, compiler));

/** The C programs that a compiler can build. */
export const cProgramsFor = ({ arch }: Compiler): readonly Program[] => cPrograms.filter((p) => p.arches.includes(arch));

/** As cImage, with a handler for SIGURG that leaves no register as it was. */
export function urgentImage(program: Program, compiler: Compiler): Uint8Array {
  const urgent = join(root, folder, 'urgent.c');
  const key = createHash('sha256').update(readFileSync(urgent)).digest('hex').slice(0, 16); // `built` looks at one source only
  return readFileSync(cBinary(program, compiler, `-DURGENT=${key}`, urgent));
}

/** How a Go program is built, where not in the plain way: flags of `go build`, and its environment. */
export interface GoBuild {
  readonly flags?: readonly string[];
  readonly environment?: readonly string[];
}

/** The executable of a Go program. The version stands among the arguments so that the cache keeps those of several toolchains apart. */
export const goBinary = (program: Pick<Program, 'name'>, compiler: GoCompiler, { flags = [], environment = [] }: GoBuild = {}): string =>
  built(`${folder}/${program.name}.go`, 'env', (from, out) =>
    ['CGO_ENABLED=0', 'GOFLAGS=', `GOARCH=${compiler.arch}`, `BUILT_BY=${compiler.version}`, ...environment, compiler.command, 'build', ...flags, '-o', out, from]);

export const goImage = (program: Pick<Program, 'name'>, compiler: GoCompiler): Uint8Array => readFileSync(goBinary(program, compiler));

/** What a program printed on this computer. */
export interface NativeRun {
  readonly output: string;
  readonly errors: string;
  /** 128 + n after signal n, as a shell has it. */
  readonly status: number;
}

/** What runs images of the other instruction set here. */
const emulator = 'qemu-aarch64';

/**
 * Programs of arm64 that qemu's user mode runs wrongly or not at all, and why: they are compared with what is stated only.
 */
export const notInQemu: ReadonlyMap<string, string> = new Map([
  ['c/fork', 'it shares no memory between the two processes of vfork, and does not adopt orphans'],
  ['c/jobs', 'its own signals reach the parent'],
  ['c/named', 'locks shared by processes hang'],
  ['c/shared', 'robust locks of processes hang'],
  ['c/selflink', 'starts programs of the host only'],
  ['c/sigrules', 'delivers signals in another order'],
  ['c/sigstacks', 'knows no SS_AUTODISARM'],
  ['c/spawn', 'starts programs of the host only'],
  ['c/timers', 'other values in siginfo'],
  ['go/children', 'starts programs of the host only'],
  ['go/environment', 'hands the environment on in another order'],
  ['go/faults', 'other addresses in siginfo'],
  ['go/mixed', 'counts goroutines of which one may not have ended yet'],
  ['go/pipes', 'a deadline may come late'],
]);

/** Go programs whose last bits depend on where a version of the compiler fuses multiply-adds: of arm64 they print what they print in qemu. */
export const fusing: readonly string[] = ['go/floats'];

/** True when programs for `arch` run on this computer. */
export const runsHere = (arch: Arch): boolean => arch === 'amd64' || has(emulator);

/** Runs a program here (of arm64 in qemu), in an empty folder, with nothing in its environment but what it asks for. */
export function runHere(binary: string, program: Pick<Program, 'arguments' | 'environment' | 'input'>, arch: Arch = 'amd64'): NativeRun {
  const cwd = mkdtempSync(join(tmpdir(), 'rt0-run-'));
  try {
    const env = Object.fromEntries(program.environment.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    const input = Buffer.from(program.input, 'latin1');
    const words = [...(arch === 'amd64' ? [] : [emulator]), binary, ...program.arguments];
    // a test run in the background has SIGINT and SIGQUIT ignored, and would hand that on
    const r = spawnSync('/usr/bin/env', ['--default-signal', ...words], { cwd, env, input, encoding: 'latin1', maxBuffer: 2 ** 28, timeout: 120_000 });
    if (r.error !== undefined) throw r.error;
    return { output: r.stdout, errors: r.stderr, status: r.status ?? 128 + constants.signals[r.signal!] };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
