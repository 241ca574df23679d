import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gridOf } from '../../../machine/command/sweep/grid.js';
import { readSpec } from '../../../machine/command/sweep/spec.js';
import { root } from '../../helpers/root.js';
const Sweep = suite('command sweep');

const folder = mkdtempSync(join(tmpdir(), 'rt0-sweep-'));
Sweep.after(() => rmSync(folder, { recursive: true }));
const program = join(root, 'dist/machine/command/main.js');
const sweep = (...words: string[]): { status: number | null; out: string; err: string } => {
  const r = spawnSync(process.execPath, [program, 'sweep', ...words], { encoding: 'utf8', cwd: folder });
  return { status: r.status, out: r.stdout, err: r.stderr };
};
const file = (name: string): string => join(folder, name);
const spec = (name: string, value: unknown): void => writeFileSync(file(name), JSON.stringify(value));

// loads 64 lines of 64 bytes twice, and ends with its number of arguments as status; with more than three it loops
writeFileSync(file('lines.s'), `
TEXT _rt0_amd64_linux(SB), 4, $0
	MOVQ 0(SP), DI
	DECQ DI
	MOVQ $2, BX
again:
	LEAQ x(SB), SI
	MOVQ $64, CX
next:
	MOVQ (SI), AX
	ADDQ $64, SI
	DECQ CX
	JNZ next
	CMPQ DI, $3
	JGT again
	DECQ BX
	JNZ again
	MOVL $60, AX
	SYSCALL
DATA x+0(SB)/8, $1
GLOBL x(SB), 16, $4096
`);
const lines = { file: 'lines.s', machine: { cores: 1, caches: 'skylake' }, vary: { 'caches.l1d.bytes': ['2K', '8K'], seed: [1] }, measure: ['L1-dcache-load-misses', 'hitm'] };

Sweep('runs a program on every machine of a grid, and goes on where it was interrupted', () => {
  spec('lines.json', lines);
  const first = sweep('lines.json');
  assert.is(first.status, 0, first.err);
  // 64 lines and one of the stack; a cache of 32 lines has lost each when it comes again
  assert.is(first.out, ['caches.l1d.bytes  seed  L1-dcache-load-misses  hitm', '2K                   1                    129     0', '8K                   1                     65     0', ''].join('\n'));
  assert.is(first.err.trim().split('\n').length, 2, 'a line a cell, in whatever order they end');
  const results = file('lines.results.jsonl');
  truncateSync(results, readFileSync(results).length - 10);
  const again = sweep('-o', 'lines.csv', '--plot', 'lines.svg', 'lines.json');
  assert.match(again.err, /^2\/2 caches\.l1d\.bytes=\dK seed=1\n$/, 'only the cell whose result was cut off');
  assert.is(readFileSync(file('lines.csv'), 'utf8'), 'caches.l1d.bytes,seed,L1-dcache-load-misses,hitm,failure\n2K,1,129,0,\n8K,1,65,0,\n');
  assert.match(readFileSync(file('lines.svg'), 'utf8'), /^<svg [^]*caches\.l1d\.bytes[^]*<\/svg>\n$/);
  const nowhere = sweep('-o', 'none/lines.csv', 'lines.json');
  assert.equal([nowhere.status, nowhere.out, nowhere.err], [1, '', 'rt0: none/lines.csv: there is no such folder\n']);
  appendFileSync(file('lines.s'), '\n');
  assert.is(sweep('lines.json').err, '', 'the same program from another text');
  writeFileSync(results, 'something else\n');
  const refused = sweep('lines.json');
  assert.is(refused.status, 1);
  assert.is(refused.err, 'rt0: lines.results.jsonl:1: no result of a sweep; choose another file with --results\n');
});

Sweep('tells of a cell that fails, and runs the others', () => {
  spec('fails.json', { ...lines, vary: { args: [[], ['a'], ['a', 'b', 'c', 'd']] }, measure: ['instructions', 'seconds'] });
  const r = sweep('--json', '--max-instructions', '3000000', 'fails.json');
  assert.is(r.status, 1);
  const [fine, status, endless] = r.out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.is(fine!['failure'], null);
  assert.ok(Number(fine!['instructions']) > 512);
  assert.equal([status!['args'], status!['status'], status!['failure']], [['a'], 1, 'exit status 1: nothing on standard error']);
  assert.match(String(endless!['failure']), /^not over after \d+ instructions$/);
  assert.match(r.err, /^rt0: args=a: exit status 1[^]*rt0: 2 of 3 cells failed\n$/m);
});

Sweep('stops when it is interrupted, and keeps what it has', async () => {
  spec('stops.json', { ...lines, vary: { args: [[], ['a', 'b', 'c', 'd']] } });
  const child = spawn(process.execPath, [program, 'sweep', '--jobs', '2', 'stops.json'], { cwd: folder });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (err === '') child.kill('SIGINT');
    err += text;
  });
  const status = await new Promise((done) => child.on('close', done));
  assert.is(status, 130);
  assert.match(err, /rt0: interrupted after 1 of 2 cells; the same command goes on from there\n$/);
  assert.is(readFileSync(file('stops.results.jsonl'), 'utf8').trim().split('\n').length, 1);
});

Sweep('says everything that is wrong before anything runs', () => {
  const refused = (value: unknown): string[] => {
    spec('wrong.json', value);
    const r = sweep('wrong.json');
    assert.is(r.status, 1, r.err);
    assert.not(existsSync(file('wrong.results.jsonl')));
    return r.err.trimEnd().split('\n');
  };
  assert.equal(refused({ fil: 'lines.s', args: 'a', vary: { args: [1], 'env.X': [[]], cores: [] }, measure: ['cycles', 3], plot: { y: 'x', scale: 'cubic', z: 1 } }), [
    'wrong.json: unknown key fil; there is file, args, env, machine, vary, measure, plot',
    'wrong.json: args "a": not a list of words',
    'wrong.json: vary.args 1: not a list of words',
    'wrong.json: vary.env.X []: not a word or number',
    'wrong.json: vary.cores []: not a list of values',
    'wrong.json: key file is missing: which program?',
    'wrong.json: measure 3: not an event, or {"name", "output"}',
    'wrong.json: unknown key plot.z; there is x, y, series, title, scale',
    'wrong.json: plot.y "x": not one of cycles',
    'wrong.json: plot.scale "cubic": not linear or log',
  ]);
  assert.equal(refused({ ...lines, vary: { cores: [1, 0], 'caches.l2.byte': [1] } }), [
    'wrong.json: cores=1 caches.l2.byte=1: caches.l2.byte 1: unknown key; there is bytes, ways, cycles, replacement',
    'wrong.json: cores=0 caches.l2.byte=1: cores: cores 0: choose 1 to 64',
  ]);
  assert.match(refused({ ...lines, measure: ['cycle'] })[0]!, /^wrong\.json: measure cycle: no event of these machines; there is seconds, elapsed-cycles, task-clock, .*, cycles, .*, instructions, /);
  assert.equal(refused({ ...lines, file: 'none.s' }).map((line) => line.replace(folder, '')), ['wrong.json: caches.l1d.bytes=2K seed=1: none.s: no such file', 'wrong.json: caches.l1d.bytes=8K seed=1: none.s: no such file']);
});

Sweep('a program is named from where the sweep stands, or wherever it is', async () => {
  const named = async (name: string): Promise<string[]> => (await gridOf(readSpec(JSON.stringify({ ...lines, file: name }), 'a.json'), file('a.json'), 1e6)).map((c) => c.job.file);
  assert.equal(await named(file('lines.s')), await named('lines.s'));
  assert.equal(await named(file('lines.s')), [file('lines.s'), file('lines.s')]);
});

Sweep('the scheduler\'s settings vary one by one, above those of the machine', async () => {
  const machine = { cores: 1, sched: { HZ: 1000, features: { LAST_BUDDY: false } } };
  const text = JSON.stringify({ ...lines, machine, vary: { 'sched.sched_latency_ns': [3_000_000, 24_000_000], 'sched.features.NEXT_BUDDY': [true] } });
  const cells = await gridOf(readSpec(text, 'sched.json'), file('sched.json'), 1e6);
  assert.equal(cells.map((c) => c.job.config.sched), [3_000_000, 24_000_000].map((sched_latency_ns) => ({ HZ: 1000, sched_latency_ns, features: { LAST_BUDDY: false, NEXT_BUDDY: true } })));
});

Sweep.run();
