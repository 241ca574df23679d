/** `--cachegrind` and `--callgrind`: the files, and what becomes of them when something goes wrong. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../helpers/root.js';
const Profiles = suite('flags cachegrind and callgrind');

const folder = mkdtempSync(join(tmpdir(), 'rt0-profile-'));
Profiles.after(() => rmSync(folder, { recursive: true }));
const rt0 = (...words: string[]): { status: number | null; out: string; err: string } => {
  const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), ...words], { encoding: 'utf8', cwd: folder });
  return { status: r.status, out: r.stdout, err: r.stderr };
};
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const hello = join(root, 'programs/hello');

Profiles('the files have what stat counts, and the run is the same', () => {
  writeFileSync(join(folder, 'old.out'), 'what was there');
  symlinkSync('old.out', join(folder, 'link.out'));
  const plain = rt0('stat', '--digest', '-j', '-e', 'instructions,loads,stores,branches,branch-misses', hello);
  const r = rt0('stat', '--digest', '-j', '-e', 'instructions,loads,stores,branches,branch-misses', '--cachegrind', 'cg.out', '--callgrind', 'link.out', hello);
  assert.equal(r, plain);
  const [ir, dr, dw, bc, bcm] = [...plain.err.matchAll(/"counter-value" : "(\d+)/g)].map((m) => m[1]!);
  const events = /^events: (.*)$/m.exec(read('cg.out'))![1]!.split(' ');
  assert.is(events.join(' '), 'Ir I1mr ILmr Dr D1mr DLmr Dw D1mw DLmw Bc Bcm');
  const summary = /^summary: (.*)$/m.exec(read('cg.out'))![1]!.split(' ');
  assert.equal(['Ir', 'Dr', 'Dw', 'Bc', 'Bcm'].map((name) => summary[events.indexOf(name)]), [ir, dr, dw, bc, bcm]);
  assert.match(read('old.out'), new RegExp(`^totals: ${summary.join(' ')}$`, 'm'));
  assert.ok(existsSync(join(folder, 'link.out')) && read('old.out').startsWith('# callgrind format\n'), 'a link leads to it still');
  assert.equal(readdirSync(folder).sort(), ['cg.out', 'link.out', 'old.out'], 'nothing else is left');
});

Profiles('without caches there are no misses, and output may go where no file is', () => {
  const r = spawnSync('sh', ['-c', `'${process.execPath}' dist/machine/command/main.js run --cachegrind /dev/stdout --timing none programs/hello | cat`], { encoding: 'utf8', cwd: root });
  assert.match(r.stdout, /^events: Ir Dr Dw Bc$/m);
});

Profiles('a place that cannot be written is refused before the program runs', () => {
  mkdirSync(join(folder, 'd'));
  for (const [path, why] of [['no/where', 'there is no such folder'], ['d', 'is a folder'], ['cg.out/x', 'no such file (a part of the path is not a folder)']] as const) {
    const r = rt0('run', '--callgrind', path, hello);
    assert.equal(r, { status: 1, out: '', err: `rt0: ${path}: ${why}\n` });
  }
  assert.is(rt0('debug', '--callgrind', 'x', hello).status, 2, 'only run and stat have them');
});

Profiles('a file stays as it was when the program cannot be run', () => {
  writeFileSync(join(folder, 'kept'), 'kept');
  writeFileSync(join(folder, 'bad.s'), 'TEXT x(SB), 4, $0\n\tNOSUCH\n');
  assert.is(rt0('run', '--cachegrind', 'kept', 'bad.s').status, 1);
  assert.is(read('kept'), 'kept');
});

Profiles.run();
