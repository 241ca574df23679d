/**
 * Programs on mounted folders against the same programs on this computer: what they print and what they leave behind. And
 * Go's own tests of io/fs and path/filepath, whose test data and sources come through mounts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Folders, type Folder } from '../../../machine/command/folders.js';
import { MemoryHost } from '../../../machine/host.js';
import { Machine } from '../../../machine/machine.js';
import { archOf } from '../../helpers/onMachine.js';
import { cacheDir, has } from '../../helpers/oracle.js';
import { cBinary, cCompilers, goBinary, goCommands, goCompilers, runHere, runsHere, type Compiler } from '../../helpers/toolchain.js';
const Programs = suite('programs on mounted folders');

const top = mkdtempSync(join(tmpdir(), 'rt0-mounted-'));
Programs.after(() => rmSync(top, { recursive: true }));

interface Mounted extends Folder {
  readonly guest: string;
}

/** A machine's run with folders mounted; then its replay from the log, which must be the same. */
function onMachine(image: Uint8Array, argv: readonly string[], mounts: readonly Mounted[], cwd: string, env: readonly string[] = []): string {
  const config = { arch: archOf(image), memoryBytes: 256 << 20, cores: 2, cwd, mounts: mounts.map(({ guest, writable }) => ({ guest, writable })) };
  const folders = new Folders(mounts);
  const host = new MemoryHost();
  host.file = (q) => folders.answer(q);
  const machine = new Machine(config, host);
  machine.load(image, argv, env);
  machine.run(3e11);
  assert.is(machine.stopMessage, undefined);

  const again = new MemoryHost();
  const replay = new Machine(config, again, undefined, machine.host.records(), true);
  replay.load(image, argv, env);
  replay.run(3e11);
  assert.is(replay.digest(), machine.digest(), 'the replay');
  assert.is(again.text(), host.text());
  return host.text();
}

/** All that lies in a folder: names, types, permissions, contents. */
function described(folder: string, path = ''): string[] {
  return readdirSync(join(folder, path)).sort().flatMap((name): string[] => {
    const at = join(path, name);
    const s = lstatSync(join(folder, at));
    const line = `${s.mode.toString(8)} ${at}`;
    if (s.isSymbolicLink()) return [`${line} -> ${readlinkSync(join(folder, at))}`];
    if (s.isDirectory()) return [line, ...described(folder, at)];
    // goroutines write this one in any order
    return [`${line} ${s.nlink} ${name === 'log' ? s.size : readFileSync(join(folder, at), 'latin1')}`];
  });
}

/** Runs an image here (of arm64 in qemu) and on the machine. */
function compare(name: string, path: string, { arch }: Compiler, ...args: string[]): void {
  if (!runsHere(arch)) return console.log(`${name}: skipped, it does not run here`);
  const work = join(top, name.replace(/\W/g, '-'));
  const [theirs, ours] = [join(work, 'native'), join(work, 'machine')];
  for (const dir of [theirs, ours]) mkdirSync(dir, { recursive: true });
  const native = runHere(path, { arguments: [theirs, ...args], environment: [], input: '' }, arch);
  // the guest sees its folder under the same name
  assert.is(onMachine(readFileSync(path), [path, theirs, ...args], [{ host: ours, guest: theirs, writable: true }], '/'), native.output);
  assert.equal(described(ours), described(theirs));
}

const mounted: readonly (readonly [string, ...string[]])[] = [['c/fileops', 'mounted'], ['c/mapfile']];
for (const [name, ...args] of mounted) {
  for (const compiler of cCompilers) Programs(`${name} built by ${compiler.name}`, () => compare(`${name} ${compiler.name}`, cBinary({ name }, compiler), compiler, ...args));
}

for (const compiler of goCompilers) {
  Programs(`go/folders built by ${compiler.name}`, () => compare(`folders ${compiler.name}`, goBinary({ name: 'go/folders' }, compiler), compiler));
}

/** Of `go test -v`: names by outcome. */
function outcomes(text: string): string {
  const count = (word: string): number => (text.match(new RegExp(`^--- ${word}`, 'gm')) ?? []).length;
  return `${count('PASS')} passed, ${count('FAIL')} failed, ${count('SKIP')} skipped`;
}

const [newest] = [...goCommands].sort(([a], [b]) => b.localeCompare(a, undefined, { numeric: true }));
if (newest && has('env')) {
  const [version, command] = newest;
  const goroot = spawnSync(command, ['env', 'GOROOT'], { encoding: 'utf8' }).stdout.trim();
  for (const name of ['io/fs', 'path/filepath']) {
    Programs(`the tests of ${name} of ${version}, on its sources`, () => {
      const path = join(cacheDir(), `${name.replace('/', '-')}-${version}.test`);
      if (!existsSync(path)) {
        const r = spawnSync(command, ['test', '-c', '-o', path, name], { env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' }, encoding: 'utf8' });
        assert.is(r.status, 0, r.stderr);
      }
      const at = `${goroot}/src/${name}`;
      const native = spawnSync(path, ['-test.v', '-test.short'], { cwd: at, env: { PATH: '/bin', GOROOT: goroot, HOME: '/' }, encoding: 'latin1', maxBuffer: 2 ** 26 });
      const ours = onMachine(new Uint8Array(readFileSync(path)), [path, '-test.v', '-test.short'], [{ host: goroot, guest: goroot, writable: false }], at, ['PATH=/bin', `GOROOT=${goroot}`, 'HOME=/']);
      console.log(`${name}: ${outcomes(ours)}`);
      assert.is(outcomes(ours), outcomes(native.stdout));
    });
  }
}

Programs.run();
