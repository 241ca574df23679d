import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { root } from '../../helpers/root.js';
const Stat = suite('command stat');

const folder = mkdtempSync(join(tmpdir(), 'rt0-stat-'));
Stat.after(() => rmSync(folder, { recursive: true }));
const rt0 = (...words: string[]): { status: number | null; out: string; err: string } => {
  const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), ...words], { encoding: 'utf8', cwd: folder });
  return { status: r.status, out: r.stdout, err: r.stderr };
};

// 100 lines of 64 bytes, each loaded twice
const lines = `
TEXT _rt0_amd64_linux(SB), 4, $0
	MOVQ $2, BX
again:
	LEAQ x(SB), SI
	MOVQ $100, CX
next:
	MOVQ (SI), AX
	ADDQ $64, SI
	DECQ CX
	JNZ next
	DECQ BX
	JNZ again
	MOVL $7, DI
	MOVL $60, AX
	SYSCALL
DATA x+0(SB)/8, $1
GLOBL x(SB), 16, $6400
`;

interface Counted {
  readonly core?: number;
  readonly event: string;
  readonly 'counter-value': string;
}
const counts = (text: string): Map<string, number> =>
  new Map(text.trim().split('\n').map((line) => JSON.parse(line) as Counted).filter((c) => c.core === undefined).map((c) => [c.event, Number(c['counter-value'])]));

Stat('counts what a program does to the caches, and ends as the program does', () => {
  writeFileSync(join(folder, 'lines.s'), lines);
  const r = rt0('stat', '--cores', '1', '--json', 'lines.s');
  assert.is(r.status, 7);
  const c = counts(r.err);
  assert.is(c.get('L1-dcache-accesses'), 200);
  assert.is(c.get('L1-dcache-load-misses'), 100);
  assert.is(c.get('cold-misses'), 100);
  assert.is(c.get('LLC-misses')! - c.get('dram-row-hits')! - c.get('dram-row-misses')!, 0);
  assert.is(c.get('dTLB-misses'), 2, '6400 bytes lie in two pages');
  const small = counts(rt0('stat', '--cores', '1', '--json', '--cache', 'l1d.bytes=4K', 'lines.s').err);
  assert.is(small.get('L1-dcache-load-misses'), 200, 'a cache of 64 lines has lost each when it comes again');
});

Stat('prints a table, or writes it where it is told to', () => {
  const text = rt0('stat', '--cores', '2', 'lines.s').err;
  assert.match(text, /^\n Performance counter stats for 'lines\.s':\n\n +core 0 +core 1 +all\n {2}cycles /);
  assert.match(text, /\n {2}cold-misses +100 +0 +100 +# lines that the core had never had\n/);
  assert.is(rt0('stat', '-o', 'report', 'lines.s').err, '');
  assert.match(readFileSync(join(folder, 'report'), 'utf8'), /L1-icache-load-misses/);
  assert.not.match(rt0('stat', '--timing', 'none', 'lines.s').err, /dcache/);
});

Stat('refuses what makes no sense', () => {
  assert.equal(rt0('stat'), { status: 2, out: '', err: 'rt0: stat: which FILE?\n' });
  assert.equal(rt0('stat', '-o', 'none/report', 'lines.s'), { status: 1, out: '', err: 'rt0: none/report: no such file\n' });
});

Stat.run();
