/** gdb and delve on core files of Go programs, against what the debugger shows at the same moment. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gdbFor } from '../../helpers/gdb.js';
import { has } from '../../helpers/oracle.js';
import { root } from '../../helpers/root.js';
import { goBinary, goCompilers } from '../../helpers/toolchain.js';
const Core = suite('core files in gdb and delve');

const folder = mkdtempSync(join(tmpdir(), 'rt0-core-'));
Core.after(() => rmSync(folder, { recursive: true }));
const rt0 = (...words: string[]): string => {
  const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), ...words], { encoding: 'utf8' });
  assert.is(r.status, 0, r.stderr);
  return r.stdout;
};
const named = (text: string): string[] => [...text.matchAll(/^#\d+ .*?(?:in )?((?:main|runtime)\.[\w.]+)/gm)].map((m) => m[1]!);

for (const compiler of goCompilers) {
  if (!has(gdbFor(compiler.arch))) {
    console.log(`core files: skipped for ${compiler.arch}, no ${gdbFor(compiler.arch)}`);
    continue;
  }
  Core(`threads, stacks, variables and registers, ${compiler.name}`, () => {
    const image = goBinary({ name: 'debug/steps' }, compiler, { flags: ['-gcflags=-N -l'] });
    const core = join(folder, `core.${compiler.arch}.${compiler.version}`);
    const ours = rt0('debug', '--cores', '2', '-ex', 'break main.work if n == 3', '-ex', 'c', '-ex', `gcore ${core}`, '-ex', 'bt', '-ex', 'p total', '-ex', 'x /1xg $sp', '-ex', 'tasks', '--batch', image);
    const script = ['set width 0', 'info threads', 'bt', "printf \"total %d\\n\", 'main.total'", 'x/1xg $sp', 'info auxv'].flatMap((c) => ['-ex', c]);
    const theirs = spawnSync(gdbFor(compiler.arch), ['-nx', '-batch', '-ex', 'set auto-load no', ...script, image, core], { encoding: 'utf8', timeout: 120_000, input: '' }).stdout;
    assert.match(theirs, /main\.work \(n=3/);
    assert.match(theirs, /^total 4$/m);
    assert.match(ours, /^4$/m);
    assert.equal(named(theirs.slice(theirs.indexOf('\n#0 ', theirs.indexOf('Id ')))).slice(0, 2), named(ours).slice(0, 2));
    const word = /0x0*[0-9a-f]+:\t0x[0-9a-f]{16}/;
    assert.is(word.exec(theirs)?.[0], word.exec(ours)?.[0]);
    assert.is([...theirs.matchAll(/^[* ] +\d+ +(?:LWP|Thread)/gm)].length, [...ours.matchAll(/^ +\d+ +(?:of 1)? +\S+ +(?:running|waiting|runnable|ready)/gm)].length, 'as many threads');
    assert.match(theirs, /AT_ENTRY/);
    if (compiler.arch !== 'amd64' || compiler.version >= 'go1.21' || !has('dlv')) return; // what Debian's delve knows
    const delve = spawnSync('dlv', ['core', image, core, '--allow-non-terminal-interactive=true'], { encoding: 'utf8', timeout: 120_000, input: 'goroutines\nbt\nexit\n', env: { ...process.env, HOME: folder } }).stdout;
    const goroutines = rt0('debug', '--cores', '2', '-ex', 'break main.work if n == 3', '-ex', 'c', '-ex', 'goroutines', '--batch', image);
    const ids = (text: string): string[] => [...text.matchAll(/^.*Goroutine (\d+) /gm)].map((m) => m[1]!).sort();
    assert.equal(ids(delve), ids(goroutines));
    assert.match(delve, /^(\(dlv\) )?0 +0x\w+ in main\.work\n[^]*^1 +0x\w+ in main\.loop$/m);
  });
}

Core.run();
