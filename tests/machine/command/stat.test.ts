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
  readonly cpu?: string;
  readonly event: string;
  readonly 'counter-value': string;
}
const parsed = (text: string): Counted[] => text.trim().split('\n').map((line) => JSON.parse(line) as Counted);
const counts = (text: string): Map<string, number> => new Map(parsed(text).map((c) => [c.event, Number(c['counter-value'])]));

Stat('counts what a program does to the caches, and ends as the program does', () => {
  writeFileSync(join(folder, 'lines.s'), lines);
  const r = rt0('stat', '--cores', '1', '--json', 'lines.s');
  assert.is(r.status, 7);
  const c = counts(r.err);
  const sum = (...names: string[]): number => names.reduce((n, name) => n + c.get(name)!, 0);
  assert.is(c.get('loads'), 200);
  assert.is(c.get('stores'), 0);
  assert.is(c.get('branches'), 2 * 100 + 2);
  assert.is(c.get('L1-dcache-accesses'), 200);
  assert.is(c.get('L1-dcache-load-misses'), 100);
  assert.is(c.get('cold-misses'), 100);
  assert.is(c.get('dTLB-misses'), 2, '6400 bytes lie in two pages');
  assert.is(c.get('system-calls'), 1);
  // totals agree
  assert.is(sum('cold-misses', 'capacity-misses', 'conflict-misses', 'coherence-misses'), sum('L1-dcache-load-misses', 'L1-dcache-store-misses'));
  assert.is(sum('l2-hits', 'l2-misses'), sum('L1-dcache-load-misses', 'L1-dcache-store-misses', 'L1-icache-load-misses'));
  assert.is(sum('LLC-hits', 'LLC-misses', 'clean-transfers', 'hitm'), c.get('l2-misses'));
  assert.is(sum('dram-row-hits', 'dram-row-misses'), c.get('LLC-misses'));
  const spent = [...c.keys()].filter((name) => /^(issue-cycles|stalls-.*|stalled-.*|kernel-cycles)$/.test(name));
  assert.is(spent.length, 13);
  assert.ok(Math.abs(sum(...spent) - c.get('cycles')!) <= spent.length, 'what cycles went to, each rounded down');
  assert.is(rt0('stat', '--cores', '1', '--json', 'lines.s').err, r.err, 'figures repeat');
  const small = counts(rt0('stat', '--cores', '1', '--json', '--cache', 'l1d.bytes=4K', 'lines.s').err);
  assert.is(small.get('L1-dcache-load-misses'), 200, 'a cache of 64 lines has lost each when it comes again');
});

Stat('prints a table, or writes it where it is told to', () => {
  assert.is(rt0('stat', '--cores', '2', '-o', 'report', 'lines.s').err, '');
  const text = readFileSync(join(folder, 'report'), 'utf8');
  assert.match(text, /^\n Performance counter stats for 'lines\.s':\n\n +0\.\d\d msec task-clock +# +\d\.\d{3} CPUs utilized\n/);
  assert.match(text, /\n +202 {6}branches +# +[\d.]+ [MG]\/sec\n/);
  assert.match(text, /\n +100 {6}L1-dcache-load-misses +# +50\.00% of all L1-dcache-accesses\n/);
  assert.match(text, /\n\n +0\.0000\d{5} seconds time elapsed\n\n +0\.\d{9} seconds user\n +0\.\d{9} seconds sys\n\n$/);
});

Stat('a core at a time, with fields, chosen events: as perf does', () => {
  const events = 'instructions,L1-dcache-load-misses,task-clock';
  const each = rt0('stat', '--cores', '2', '-A', '-x', ';', '-e', events, 'lines.s').err.trim().split('\n').map((l) => l.split(';'));
  assert.equal(each.map((f) => `${f[0]} ${f[3]}`), events.split(',').flatMap((e) => [`CPU0 ${e}`, `CPU1 ${e}`]));
  const all = rt0('stat', '--cores', '2', '-x,', '-e', events, 'lines.s').err.trim().split('\n').map((l) => l.split(','));
  assert.equal(all.map((f) => [f.length, f[2]]), [[7, 'instructions'], [7, 'L1-dcache-load-misses'], [7, 'task-clock']]);
  assert.equal(all[1]!.slice(0, 3), ['100', '', 'L1-dcache-load-misses']);
  assert.is(all[2]![1], 'msec');
  assert.is(Number(each[0]![1]) + Number(each[1]![1]), Number(all[0]![0]), 'cores add up');
  const json = parsed(rt0('stat', '--cores', '2', '-A', '-j', '-e', 'instructions', 'lines.s').err);
  assert.equal(json.map((c) => [c.cpu, c['counter-value']]), each.slice(0, 2).map((f) => [f[0]!.slice(3), `${f[1]}.000000`]));
});

Stat('what is not counted says so', () => {
  const flat = rt0('stat', '--caches', 'flat', '-x,', '-e', 'loads,L1-dcache-load-misses,stalls-dram', 'lines.s').err.trim().split('\n');
  assert.match(flat[0]!, /^200,,loads,/);
  assert.equal(flat.slice(1), ['<not counted>,,L1-dcache-load-misses,0,100.00,,', '<not counted>,,stalls-dram,0,100.00,,']);
  assert.match(rt0('stat', '--timing', 'none', '-e', 'branches,uops', 'lines.s').err, /\n +202 {6}branches .*\n {5}<not counted> {6}uops\n/);
});

Stat('refuses what makes no sense, and lists its events', () => {
  assert.equal(rt0('stat'), { status: 2, out: '', err: 'rt0: stat: which FILE?\n' });
  assert.equal(rt0('stat', '-o', 'none/report', 'lines.s'), { status: 1, out: '', err: 'rt0: none/report: there is no such folder\n' });
  const wrong = rt0('stat', '-e', 'cycles,cicles,foo', 'lines.s');
  assert.is(wrong.status, 2);
  assert.match(wrong.err, /^rt0: -e: no event 'cicles', 'foo'; there is task-clock, .*, dram-row-misses\n$/);
  assert.match(rt0('stat', '-e', 'list').out, /\nhitm +another core answered, and had modified it\n/);
  assert.equal(rt0('stat', '-j', '-x,', 'lines.s'), { status: 2, out: '', err: 'rt0: -j and -x exclude each other\n' });
});

Stat.run();
