/**
 * Recorded bytes of `go tool asm` for lines of every row that runs: tests/golden/asm-amd64.txt, `line ; bytes`.
 * UPDATE=1 records them anew from the Go toolchain on the machine: other lines too when rows changed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rows } from '../../isa/x86/table.js';
import { goLines, ourLines } from '../helpers/goasm.js';
import { cacheDir } from '../helpers/oracle.js';
import { Random } from '../helpers/random.js';
import { root } from '../helpers/root.js';
import { lineFor } from './wide.js';
const Lines = suite('asm lines');

const golden = join(root, 'tests/golden/asm-amd64.txt');

function record(): void {
  const random = new Random(1);
  const lines = [...new Set(rows.flatMap((row) => [lineFor(row, random), lineFor(row, random)]))].filter((l) => l !== undefined);
  const go = goLines(lines, join(cacheDir(), 'lines.s'), 'amd64');
  writeFileSync(golden, lines.flatMap((l, i) => (go[i] === undefined ? [] : [`${l} ; ${go[i]}\n`])).join(''));
}

Lines('every recorded line gets the bytes that Go gives it', () => {
  if (process.env['UPDATE']) record();
  const want = readFileSync(golden, 'utf8').trimEnd().split('\n').map((l) => l.split(' ; ') as [string, string]);
  const got = ourLines(want.map(([line]) => line), 'amd64');
  const wrong = want.flatMap(([line, bytes], i) => (got[i] === bytes ? [] : [`${line}: ${got[i]}, Go ${bytes}`]));
  assert.ok(want.length > 1000);
  assert.equal(wrong, []);
});

Lines.run();
