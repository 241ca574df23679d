import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { root } from '../../helpers/root.js';
const C2c = suite('command c2c');

const folder = mkdtempSync(join(tmpdir(), 'rt0-c2c-'));
C2c.after(() => rmSync(folder, { recursive: true }));
const rt0 = (...words: string[]): { status: number | null; out: string; err: string } => {
  const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), ...words], { encoding: 'utf8', cwd: root });
  return { status: r.status, out: r.stdout, err: r.stderr };
};

interface Line {
  readonly line: string;
  readonly falseCycles: number;
  readonly cycles: number;
  readonly rows: readonly { readonly field: string; readonly symbol: string; readonly access: string; readonly requests: number; readonly cycles: number }[];
}

C2c('tells the kinds of sharing of a program in assembly apart, on both instruction sets', () => {
  for (const [arch, timing] of [['amd64', 'interval'], ['amd64', 'window'], ['arm64', 'interval'], ['arm64', 'window']] as const) {
    const r = rt0('c2c', '--arch', arch, '--timing', timing, '--cores', '2', '--json', 'programs/falsesharing');
    assert.is(r.status, 0);
    assert.match(r.out, /^counters beside another: 4000\n/);
    const lines = r.err.trim().split('\n').slice(1).map((text) => JSON.parse(text) as Line);
    const of = (name: string): Line => lines.find((l) => l.rows[0]!.field.startsWith(name))!;
    for (const name of ['unpadded', 'atomics', 'neighbours']) assert.ok(of(name).falseCycles > 0.9 * of(name).cycles, name);
    assert.is(of('padded').rows.reduce((n, row) => n + row.requests, 0), 1, 'who adds the words up fetches one');
    const fields = (name: string): string[] => [...new Set(of(name).rows.map((row) => `${row.field} ${row.access}`))].sort();
    assert.ok(['unpadded store', 'unpadded+0x8 store'].every((f) => fields('unpadded').includes(f)), fields('unpadded').join());
    assert.ok(['neighbours store', 'neighbours+0x8 load'].every((f) => fields('neighbours').includes(f)), fields('neighbours').join());
    assert.is(of('atomics').rows[0]!.symbol, 'locked');
    assert.ok(of('arrived').falseCycles < 0.1 * of('arrived').cycles, 'both wait for its bytes');
  }
});

C2c('prints the tables in the order of perf c2c, and what to pad', () => {
  const text = rt0('c2c', '--cores', '2', 'programs/falsesharing').err;
  const at = ['Trace Event Information', 'Global Shared Cache Line Event Information', 'Shared Data Cache Line Table', 'Shared Cache Line Distribution Pareto', 'Fix: '].map((title) => text.indexOf(title));
  assert.ok(at.every((n, i) => n > (at[i - 1] ?? 0)), at.join());
  assert.match(text, /\n {2}0 {2}0x[0-9a-f]+ {2}[\d,]+ cycles, false sharing\n/);
  assert.match(text, /\n +50\.\d%.* locked +falsesharing_amd64\.s:\d+ +atomics\+0x8\n/);
});

C2c('tries what padding would bring: the words of the advice on lines of their own', () => {
  const text = rt0('c2c', '--cores', '2', '--try-padding', 'programs/falsesharing').err;
  assert.match(text, /\n {4}atomics: leave 56 bytes behind it, so that atomics\+0x8 lies on another line\n/);
  const [, after, before] = /With these words on lines of their own the program takes ([\d,]+) cycles instead of ([\d,]+)/.exec(text)!.map((n) => Number(n.replaceAll(',', '')));
  assert.ok(after! < 0.5 * before!, text.slice(-200));
  assert.match(rt0('c2c', '--try-padding', 'programs/hello').err, /\n {2}Padding was not tried: there is nothing to pad\n$/);
});

C2c('writes to the file that -o names, and nothing where the run is refused', () => {
  const report = join(folder, 'report');
  assert.equal(rt0('c2c', '-o', report, '--cores', '2', 'programs/hello'), { status: 0, out: readFileSync(join(root, 'programs/hello/want.txt'), 'utf8'), err: '' });
  assert.match(readFileSync(report, 'utf8'), /Shared Data Cache Line Table/);
  const none = join(folder, 'none');
  assert.equal(rt0('c2c', '-o', none, 'programs/missing'), { status: 1, out: '', err: 'rt0: programs/missing: no such file\n' });
  assert.equal(rt0('c2c', '-o', join(none, 'report'), 'programs/hello'), { status: 1, out: '', err: `rt0: ${none}/report: there is no such folder\n` }, 'before the program runs');
  assert.equal(rt0('c2c'), { status: 2, out: '', err: 'rt0: c2c: which FILE?\n' });
  assert.not.ok(existsSync(none));
  assert.match(rt0('c2c', '--timing', 'none', 'programs/hello').err, /^no caches are modeled/);
});

C2c.run();
