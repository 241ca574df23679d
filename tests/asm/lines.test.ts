/**
 * Recorded bytes of `go tool asm` for lines of every row that runs: tests/golden/asm-ARCH.txt, `line ; bytes`.
 * UPDATE=1 records them anew from the Go toolchain on the machine: other lines too when rows changed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Arch } from '../../asm/assemble.js';
import { goLines, ourLines } from '../helpers/goasm.js';
import { cacheDir } from '../helpers/oracle.js';
import { Random } from '../helpers/random.js';
import { root } from '../helpers/root.js';
import { arches, linesOf } from './arches.js';
const Lines = suite('asm lines');

const golden = (arch: Arch): string => join(root, `tests/golden/asm-${arch}.txt`);

function record(arch: Arch): void {
  const lines = linesOf(arch, new Random(1), false);
  const go = goLines(lines, join(cacheDir(), 'lines.s'), arch);
  writeFileSync(golden(arch), lines.flatMap((l, i) => (go[i] === undefined ? [] : [`${l} ; ${go[i]}\n`])).join(''));
}

for (const arch of arches) {
  Lines(`every recorded line of ${arch} gets the bytes that Go gives it`, () => {
    if (process.env['UPDATE']) record(arch);
    const want = readFileSync(golden(arch), 'utf8').trimEnd().split('\n').map((l) => l.split(' ; ') as [string, string]);
    const got = ourLines(want.map(([line]) => line), arch);
    const wrong = want.flatMap(([line, bytes], i) => (got[i] === bytes ? [] : [`${line}: ${got[i]}, Go ${bytes}`]));
    assert.ok(want.length > 1000);
    assert.equal(wrong, []);
  });
}

Lines.run();
