import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, formatDiagnostic } from '../../asm/assemble.js';
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

/** Sources made to be slow or deep. */
function absurd(): Readonly<Record<string, string>> {
  const text = 'TEXT main(SB), 4, $0\n';
  const lines = (n: number, line: (i: number) => string): string => text + Array.from({ length: n }, (_, i) => line(i)).join('');
  return {
    parentheses: `${text}\tMOVQ $${'('.repeat(1e5)}1${')'.repeat(1e5)}, AX\n`,
    signs: `${text}\tMOVQ $${'-'.repeat(1e5)}1, AX\n`,
    word: `${text}\t${'A'.repeat(1e6)} AX\n`,
    operands: `${text}\tMOVQ ${'AX, '.repeat(1e5)}AX\n`,
    digits: `${text}\tMOVQ $0x${'1'.repeat(1e6)}.0, AX\n`,
    'macros that double': `${Array.from({ length: 40 }, (_, i) => `#define B${i + 1} B${i}; B${i}\n`).join('')}#define B0 NOP\n${text}\tB40\n`,
    'arguments that double': `${Array.from({ length: 40 }, (_, i) => `#define A${i + 1}(x) A${i}(x x)\n`).join('')}#define A0(x) x\n${text}\tA40(NOP)\n`,
    conditions: '#ifdef X\n'.repeat(1e5) + text,
    comment: `${text}/*${'\n'.repeat(1e6)}`,
    'unknown words': lines(20000, (i) => `\tFOOBAR${i} AX\n`),
    'unknown symbols among many': lines(20000, (i) => `\tCALL g${i}(SB)\n`) + Array.from({ length: 20000 }, (_, i) => `GLOBL h${i}(SB), 16, $8\n`).join(''),
    branches: lines(20000, (i) => `L${i}:\n\tJNE L${(i * 7919) % 20000}\n`),
    'branches that lengthen each other': lines(6000, (i) => `L${i}:\tJNE L${Math.min(5999, i + 62)}\n`),
    'jumps to jumps': `${lines(20000, (i) => `L${i}:\n\tJMP L${i + 1}\n`)}L20000:\n\tRET\n`,
    functions: lines(20000, (i) => `TEXT f${i}(SB), 4, $0\n\tCALL f${(i + 1) % 20000}(SB)\n`),
    'no text': Array.from({ length: 3e5 }, (_, i) => String.fromCharCode((i * 7919) % 65536)).join(''),
  };
}

Asm('absurd sources are answered soon', () => {
  let slowest = { name: '', ms: 0 };
  for (const [name, text] of Object.entries(absurd())) {
    const start = process.cpuUsage();
    const { image, diagnostics } = assemble([{ name: 't.s', text }]);
    assert.ok(image !== undefined || diagnostics.length > 0, name);
    for (const d of diagnostics) assert.ok(formatDiagnostic(d).length < 2000, name);
    const ms = process.cpuUsage(start).user / 1000;
    if (ms > slowest.ms) slowest = { name, ms };
    assert.ok(ms < 5000, `${name} took ${ms} ms`);
  }
  console.log(`absurd sources: ${Object.keys(absurd()).length}, slowest '${slowest.name}' with ${slowest.ms.toFixed(0)} ms`);
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
    const go = goAssemble(file, pkgpath, folders, 'amd64');
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
  const go = goLines(lines, join(cacheDir(), 'all-lines.s'), 'amd64');
  const want = lines.flatMap((line, i) => (go[i] === undefined ? [] : [[line, go[i]] as const]));
  const got = ourLines(want.map(([line]) => line), 'amd64');
  const wrong = want.flatMap(([line, bytes], i) => (got[i] === bytes ? [] : [`${line}: ${got[i]}, Go ${bytes}`]));
  console.log(`asm lines: ${lines.length} of ${allRows().length} rows, ${want.length} accepted by Go, ${wrong.length} different`);
  assert.equal(wrong, []);
});

Asm.run();
