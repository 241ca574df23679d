/** The C and Go programs of tests/programs, built by the compilers of this computer and cached. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { built, has } from './oracle.js';
import { root } from './root.js';

export interface Program {
  /** Language folder and name, `go/hello`. */
  readonly name: string;
  readonly arguments: readonly string[];
  readonly output: string;
  /** Undefined where the text is not fixed. */
  readonly errors: string | undefined;
  readonly status: number;
}

const folder = 'tests/programs';

function programsIn(language: string): readonly Program[] {
  return readdirSync(join(root, folder, language)).filter((file) => file.endsWith(`.${language}`)).sort().map((file) => {
    const name = `${language}/${file.slice(0, -language.length - 1)}`;
    const read = (suffix: string): string | undefined => {
      const path = join(root, folder, `${name}.want.${suffix}`);
      return existsSync(path) ? readFileSync(path, 'latin1') : undefined; // a character a byte, as MemoryHost has it
    };
    return { name, arguments: name === 'c/args' ? ['one', 'two'] : [], output: read('txt')!, errors: read('stderr'), status: Number(read('status') ?? 0) };
  });
}

export const cPrograms = programsIn('c');
export const goPrograms = programsIn('go');

/** The C compilers here: each brings its own library. */
export const cCompilers: readonly string[] = ['gcc', 'musl-gcc'].filter(has);

/** The Go commands here, by version. */
export const goCommands: ReadonlyMap<string, string> = new Map(
  ['go', '/usr/local/go/bin/go', '/usr/lib/go-1.19/bin/go'].filter(has).map((go) => [spawnSync(go, ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout.trim(), go]),
);

export const cImage = (program: Program, compiler: string): Uint8Array =>
  readFileSync(built(`${folder}/${program.name}.c`, compiler, (from, out) => ['-O2', '-static', '-pthread', '-o', out, from, '-lm']));

/** The version stands among the arguments so that the cache keeps those of several toolchains apart. */
export const goImage = (program: Program, version: string): Uint8Array =>
  readFileSync(built(`${folder}/${program.name}.go`, 'env', (from, out) => ['CGO_ENABLED=0', 'GOFLAGS=', `BUILT_BY=${version}`, goCommands.get(version)!, 'build', '-o', out, from]));
