/**
 * Our images on a real Linux and a real processor, those for arm64 on qemu-aarch64: what they print there is what want.txt
 * says.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { guests, imageOf, wanted, type Guest } from '../helpers/guest.js';
import { hasAll } from '../helpers/oracle.js';

const Native = suite('programs on this computer');
const linux = process.platform === 'linux';
/** What a program for each instruction set is started by; undefined where it does not run. */
const starters = {
  amd64: linux && process.arch === 'x64' ? [] : undefined,
  arm64: linux && process.arch === 'arm64' ? [] : linux && hasAll('native programs of arm64', 'qemu-aarch64') ? ['qemu-aarch64'] : undefined,
} as const;
if (!starters.amd64) console.log('native programs of amd64: skipped, this is no Linux on x86-64');

let folder = '';
Native.before(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt0-programs-'));
});
Native.after(() => rmSync(folder, { recursive: true, force: true }));

function run({ name, arch }: Guest, ...args: string[]): { output: string; status: number | null } {
  const path = join(folder, `${name}_${arch}`);
  writeFileSync(path, imageOf(name, arch));
  chmodSync(path, 0o755);
  const [command, ...words] = [...starters[arch]!, path, ...args];
  const r = spawnSync(command!, words, { encoding: 'latin1', timeout: 10_000 });
  return { output: r.stdout, status: r.status };
}

for (const guest of guests.filter(({ arch }) => starters[arch])) {
  Native(`${guest.name} of ${guest.arch} prints its want.txt`, () => {
    assert.equal(run(guest), wanted(guest.name));
  });

  if (guest.name !== 'memmove') continue;
  Native(`memmove and memclr of ${guest.arch} agree with their models for other seeds`, () => {
    for (let seed = 1; seed <= 10; seed++) assert.equal(run(guest, String(seed)), wanted('memmove'), `seed ${seed}`);
  });
}

Native.run();
