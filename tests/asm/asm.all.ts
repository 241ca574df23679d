import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allRows } from '../../isa/x86/table.js';
import { differences, goAssemble, goCommand, goLines, ourAssemble, ourLines } from '../helpers/goasm.js';
import { cacheDir, has, run } from '../helpers/oracle.js';
import { Random } from '../helpers/random.js';
import { tally } from './mutants.js';
import { lineFor } from './wide.js';
const Asm = suite('asm, sampled');

Asm('mutated sources are assembled or refused with errors that point at their text', () => {
  const count = 1000;
  const { good, bad, kinds, slowest } = tally(count, new Random(1));
  console.log(`asm mutants: ${count}, ${good} assembled, ${bad} refused, ${kinds.size} kinds of errors, slowest ${slowest.toFixed(0)} ms`);
  assert.ok(kinds.size > 60);
  assert.ok(slowest < 4000);
});

/** Assembly files under a folder, vendored and test data left out. */
function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) => {
    if (e.isDirectory()) return e.name === 'testdata' ? [] : filesUnder(join(folder, e.name));
    return e.name.endsWith('_amd64.s') ? [join(folder, e.name)] : [];
  });
}

Asm('the assembly of the Go distribution gives the bytes and relocations of go tool asm', () => {
  if (!has(goCommand)) return console.log('asm against GOROOT: skipped, no go');
  const goroot = run(goCommand, ['env', 'GOROOT']).stdout.trim();
  let same = 0;
  let bytes = 0;
  let refused = 0;
  for (const file of filesUnder(join(goroot, 'src'))) {
    const folders = [dirname(file), join(goroot, 'pkg/include')];
    const pkgpath = dirname(file).slice(join(goroot, 'src').length + 1);
    const go = goAssemble(file, pkgpath, folders);
    if (typeof go === 'string') {
      refused++; // files for another system, and those that want a go_asm.h that the compiler writes
      continue;
    }
    const include = (name: string): string | undefined => {
      for (const folder of folders) {
        try {
          return readFileSync(join(folder, name), 'utf8');
        } catch {
          continue;
        }
      }
      return undefined;
    };
    const ours = ourAssemble(file, readFileSync(file, 'utf8'), { pkgpath, include });
    assert.equal(typeof ours === 'string' ? ours : differences(ours, go), [], file);
    same++;
    for (const s of go.values()) if (s.kind.startsWith('STEXT')) bytes += s.size;
  }
  console.log(`asm against GOROOT: ${same} files, ${bytes} bytes of code, all the same; ${refused} that Go refused without its build`);
  assert.ok(same > 20);
});

Asm('lines of every row, vectors too, get the bytes that Go gives them', () => {
  if (!has(goCommand)) return console.log('asm lines against Go: skipped, no go');
  const random = new Random(3);
  const lines = [...new Set(allRows().flatMap((row) => [lineFor(row, random), lineFor(row, random)]))].filter((l) => l !== undefined);
  const go = goLines(lines, join(cacheDir(), 'all-lines.s'));
  const want = lines.flatMap((line, i) => (go[i] === undefined ? [] : [[line, go[i]] as const]));
  const got = ourLines(want.map(([line]) => line));
  const wrong = want.flatMap(([line, bytes], i) => (got[i] === bytes ? [] : [`${line}: ${got[i]}, Go ${bytes}`]));
  console.log(`asm lines: ${lines.length} of ${allRows().length} rows, ${want.length} accepted by Go, ${wrong.length} different`);
  assert.equal(wrong, []);
});

Asm.run();
