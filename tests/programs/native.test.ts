/** Our images on a real Linux and a real processor: what they print there is what want.txt says. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { imageOf, programs, wanted } from '../helpers/guest.js';

const Native = suite('programs on this computer');
const able = process.platform === 'linux' && process.arch === 'x64';
if (!able) console.log('native programs: skipped, this is no Linux on x86-64');

let folder = '';
Native.before(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt0-programs-'));
});
Native.after(() => rmSync(folder, { recursive: true, force: true }));

function run(name: string, ...args: string[]): { output: string; status: number | null } {
  const path = join(folder, name);
  writeFileSync(path, imageOf(name));
  chmodSync(path, 0o755);
  const r = spawnSync(path, args, { encoding: 'latin1', timeout: 10_000 });
  return { output: r.stdout, status: r.status };
}

for (const name of able ? programs : []) {
  Native(`${name} prints its want.txt`, () => {
    assert.equal(run(name), wanted(name));
  });
}

if (able) {
  Native('memmove and memclr agree with their models for other seeds', () => {
    for (let seed = 1; seed <= 10; seed++) assert.equal(run('memmove', String(seed)), wanted('memmove'), `seed ${seed}`);
  });
}

Native.run();
