/**
 * The go_asm.h of packages of GOROOT: what the compiler tells their assembly of their types. `go build` writes them into its
 * working folder; they are kept in the cache, since a build of the runtime takes some seconds.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Arch } from '../../asm/assemble.js';
import { cacheDir, goCommand } from './oracle.js';

const packages = ['runtime', 'internal/bytealg', 'internal/runtime/atomic', 'reflect', 'hash/crc32'];
/** Packages that only one system has. */
const own: Readonly<Record<string, readonly string[]>> = { linux: ['runtime/secret'], windows: ['internal/runtime/syscall/windows'] };

/** A folder with PACKAGE/go_asm.h for each package that has assembly in it. */
export function goHeaders(arch: Arch, os: string): string {
  const version = spawnSync(goCommand, ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout.trim();
  const folder = join(cacheDir(), `goheaders-${version}-${os}-${arch}`);
  if (existsSync(join(folder, 'done'))) return folder;
  const work = join(cacheDir(), `gowork-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const env = { ...process.env, GOARCH: arch, GOOS: os, CGO_ENABLED: '0', GOFLAGS: '', GOTMPDIR: work, ...(os === 'linux' && { GOEXPERIMENT: 'runtimesecret' }) };
  const r = spawnSync(goCommand, ['build', '-a', '-work', '-x', ...packages, ...(own[os] ?? [])], { encoding: 'utf8', env, maxBuffer: 1 << 28 });
  const top = /^WORK=(.*)$/m.exec(r.stderr)?.[1];
  if (top === undefined) throw new Error(`go build: ${r.stderr.slice(0, 500)}`);
  for (const [, at, name] of r.stderr.matchAll(/compile -o \$WORK\/(b\d+)\/_pkg_\.a .* -p (\S+) .*-asmhdr/g)) {
    mkdirSync(join(folder, name!), { recursive: true });
    copyFileSync(join(top, at!, 'go_asm.h'), join(folder, name!, 'go_asm.h'));
  }
  rmSync(work, { recursive: true });
  writeFileSync(join(folder, 'done'), '');
  return folder;
}

/** Reads the first of `name` in `folders`, as an assembler looks for an included file. */
export function includeIn(folders: readonly string[]): (name: string) => string | undefined {
  return (name) => {
    const found = folders.map((f) => join(f, name)).find((f) => existsSync(f));
    return found === undefined ? undefined : readFileSync(found, 'utf8');
  };
}
