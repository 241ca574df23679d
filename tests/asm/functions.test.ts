/** functions.s against what Go's assembler made of it (UPDATE=1 records it): bytes and relocations of every symbol. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { goAssemble, ourAssemble, type Assembled } from '../helpers/goasm.js';
import { root } from '../helpers/root.js';
const Functions = suite('asm functions');

const path = join(root, 'tests/asm/functions.s');
const golden = join(root, 'tests/golden/asm-functions.txt');

/** A symbol a paragraph: its kind and size, its bytes, its relocations. Trailing zeros are not told apart from absent bytes. */
function text(symbols: ReadonlyMap<string, Assembled>): string {
  const list = [...symbols].filter(([name]) => !name.startsWith('gclocals'));
  return list.map(([name, s]) => [`${name} ${s.kind} ${s.size}`, `  ${s.hex.replace(/(00)+$/, '')}`, ...s.relocations.map((r) => `  ${r}`), ''].join('\n')).sort().join('');
}

Functions('frames, stack checks, branches, constants and data are those of Go', () => {
  if (process.env['UPDATE']) {
    const go = goAssemble(path, 'pkg', [join(root, 'runtime')], 'amd64');
    if (typeof go === 'string') throw new Error(go);
    writeFileSync(golden, text(go));
  }
  const include = (name: string): string => readFileSync(join(root, 'runtime', name), 'utf8');
  const ours = ourAssemble('functions.s', readFileSync(path, 'utf8'), { pkgpath: 'pkg', include });
  if (typeof ours === 'string') throw new Error(ours);
  assert.equal(text(ours).split('\n'), readFileSync(golden, 'utf8').split('\n'));
});

Functions.run();
