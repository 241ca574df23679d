/** Test binaries of Go's own packages, built by the toolchains of this computer, run on the machine in their folders. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { Folders } from '../../machine/command/folders.js';
import type { Config } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';
import { result, type Ran } from './onMachine.js';
import { cacheDir } from './oracle.js';
import type { GoCompiler } from './toolchain.js';

/** The test binary of package `name`, built once for each compiler. */
function testBinary(name: string, { command, version, arch }: GoCompiler): string {
  const out = join(cacheDir(), `${name.replaceAll('/', '_')}.test-${version}-${arch}`);
  if (!existsSync(out)) {
    const partial = `${out}.${process.pid}.${threadId}`;
    const r = spawnSync(command, ['test', '-c', '-o', partial, name], { encoding: 'utf8', env: { ...process.env, GOARCH: arch, CGO_ENABLED: '0', GOFLAGS: '' } });
    if (r.status !== 0) throw new Error(`go test -c ${name}: ${r.stderr}`);
    renameSync(partial, out);
  }
  return out;
}

const roots = new Map<string, string>();

/** Where a toolchain keeps its sources. */
function goRoot({ command, version }: GoCompiler): string {
  let root = roots.get(version);
  if (root === undefined) {
    const { stdout } = spawnSync(command, ['env', 'GOROOT'], { encoding: 'utf8' });
    root = realpathSync(join(realpathSync(join(stdout.trim(), 'src')), '..'));
    roots.set(version, root);
  }
  return root;
}

/**
 * Runs a package's tests in their folder; the toolchain's tree is mounted for reading. `flags` go to the binary.
 * `mostInstructions` ends what has lost its way.
 */
export function runGoTests(name: string, compiler: GoCompiler, flags: readonly string[], config: Partial<Config>, mostInstructions = 2e10): Ran {
  const root = goRoot(compiler);
  const folders = new Folders([{ host: root, writable: false }]);
  const host = new MemoryHost();
  host.file = (question) => folders.answer(question);
  const places = { mounts: [{ guest: root, writable: false }], cwd: `${root}/src/${name}` };
  const machine = new Machine({ arch: compiler.arch, memoryBytes: 2 ** 31, ...config, ...places }, host, (parts) => new Kernel(parts));
  machine.load(readFileSync(testBinary(name, compiler)), [`/${name}.test`, ...flags], [`GOROOT=${root}`, `PWD=${places.cwd}`]);
  let until = 0;
  while (machine.instructions < mostInstructions && machine.run((until += 1e9)) === 'limit' && until < 1e13);
  return result(machine, host);
}
