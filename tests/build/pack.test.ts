/** The packed command: it is the same program as its modules, also for a V8 that refuses the code cache. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rt0 } from '../../machine/command/rt0.js';
import { root } from '../helpers/root.js';

const Pack = suite('pack');

const main = join(root, 'dist/machine/command/main.js');
const words = ['run', '--digest', join(root, 'programs/boot2')];
const there = existsSync(join(root, 'dist/machine/command/rt0.pack'));
if (!there) console.log('rt0 is not packed (npm run build does it): not tested');

/** What the command prints, run by node with `flags`. */
function run(...flags: string[]): string {
  const r = spawnSync(process.execPath, [...flags, main, ...words], { encoding: 'utf8', cwd: root });
  assert.is(r.status, 0, r.stderr);
  return r.stdout + r.stderr;
}

(there ? Pack : Pack.skip)('runs with V8\'s code cache and without', async () => {
  const want = run();
  assert.match(want, /digest [0-9a-f]{16}\n$/);
  assert.is(run('--no-opt'), want); // other flags: V8 refuses the cache
  const modules = spawnSync(process.execPath, ['-e', `import(${JSON.stringify(join(root, 'dist/machine/command/rt0.js'))}).then((m) => m.rt0(${JSON.stringify(words)}, console.error))`], { encoding: 'utf8', cwd: root });
  assert.is(modules.stdout + modules.stderr, want);
});

Pack('wraps the command as modules have it', async () => {
  let said = '';
  assert.is(await rt0(['nonsense'], (text) => (said += text)), 2);
  if (there) assert.is(spawnSync(process.execPath, [main, 'nonsense'], { encoding: 'utf8' }).stderr, said);
});

Pack('can be called by its name after every build', () => {
  assert.is(statSync(main).mode & 0o111, 0o111);
});

Pack.run();
