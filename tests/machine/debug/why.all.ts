/** Chains of causes on Go programs of the toolchains that tests/golden/why.txt names: exactly what it has. `UPDATE=1` writes it anew, with those here. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../helpers/root.js';
import { goBinary, goCompilers } from '../../helpers/toolchain.js';
const Why = suite('chains of causes');

const path = join(root, 'tests/golden/why.txt');
/** A mutex goes from one to another, a channel wakes, a goroutine is stolen: where each stops, and what it asks. */
const chains: readonly (readonly string[])[] = [
  ['break main.got', 'continue', 'why', 'break main.received', 'continue', 'why turns'],
  ['break main.received', 'continue', 'why', 'why goroutine 1', 'why thread 1 depth 2'],
  ['break main.stolen', 'continue', 'why depth 2', 'why depth 2'],
];

const golden = new Map(readFileSync(path, 'utf8').split(/^=== /m).slice(1).map((part) => [/^.*/.exec(part)![0], part] as const));
const skipped: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'rt0-why-'));

for (const compiler of goCompilers) {
  if (!golden.has(compiler.name) && process.env['UPDATE'] !== '1') {
    skipped.push(compiler.name);
    continue;
  }
  Why(`what led here, ${compiler.name}`, () => {
    copyFileSync(goBinary({ name: 'debug/reasons' }, compiler), join(folder, 'reasons')); // a program's instructions count its path's letters
    const texts = chains.map((commands) => {
      const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), 'debug', '--cores', '2', ...commands.flatMap((c) => ['-ex', c]), '--batch', 'reasons'], { encoding: 'utf8', cwd: folder });
      assert.is(r.status, 0, r.stderr);
      return `--- ${commands.join('; ')}\n${r.stdout.replaceAll(/ at \/\S*(?=\/(src\/runtime|tests\/programs))/g, ' at ')}`;
    });
    const text = `${compiler.name}\n${texts.join('')}`;
    if (process.env['UPDATE'] === '1') golden.set(compiler.name, text);
    else assert.fixture(text, golden.get(compiler.name)!);
  });
}
Why.after(() => {
  rmSync(folder, { recursive: true });
  if (skipped.length > 0) console.log(`chains of causes: skipped for ${skipped.join(', ')}`);
  if (process.env['UPDATE'] === '1') writeFileSync(path, [...golden.values()].map((part) => `=== ${part}`).join(''));
});

Why.run();
