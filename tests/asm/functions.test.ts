/** functions_ARCH.s against what Go's assembler made of them (UPDATE=1 records it): bytes and relocations of every symbol. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { goAssemble, ourAssemble, type Assembled } from '../helpers/goasm.js';
import { root } from '../helpers/root.js';
import { arches } from './arches.js';
const Functions = suite('asm functions');

/** Eight bytes or more of hex that repeat, as the first and a count: long functions are mostly filling. */
const short = (hex: string): string => hex.replace(/(.{8})\1{15,}/g, (all, word: string) => `${word}*${all.length / 8} `);

/** A symbol a paragraph: its kind and size, its bytes, its relocations. Trailing zeros are not told apart from absent bytes. */
function text(symbols: ReadonlyMap<string, Assembled>): string {
  const list = [...symbols].filter(([name]) => !name.startsWith('gclocals'));
  return list.map(([name, s]) => [`${name} ${s.kind} ${s.size}`, `  ${short(s.hex.replace(/(00)+$/, ''))}`, ...s.relocations.map((r) => `  ${r}`), ''].join('\n')).sort().join('');
}

for (const arch of arches) {
  Functions(`frames, stack checks, branches, constants and data are those of Go on ${arch}`, () => {
    const name = `functions_${arch}.s`;
    const path = join(root, 'tests/asm', name);
    const golden = join(root, `tests/golden/asm-functions-${arch}.txt`);
    if (process.env['UPDATE']) {
      const go = goAssemble(path, 'pkg', [join(root, 'runtime')], arch);
      if (typeof go === 'string') throw new Error(go);
      writeFileSync(golden, text(go));
    }
    const include = (header: string): string => readFileSync(join(root, 'runtime', header), 'utf8');
    const ours = ourAssemble(name, readFileSync(path, 'utf8'), { arch, pkgpath: 'pkg', include });
    if (typeof ours === 'string') throw new Error(ours);
    assert.equal(text(ours).split('\n'), readFileSync(golden, 'utf8').split('\n'));
  });
}

Functions.run();
