/** `rt0 debug` as its user sees it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../helpers/root.js';
const Debug = suite('command debug');

const folder = mkdtempSync(join(tmpdir(), 'rt0-debug-'));
Debug.after(() => rmSync(folder, { recursive: true }));
const debug = (input: string, ...words: string[]): { status: number | null; out: string; err: string } => {
  const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), 'debug', '--cores', '1', ...words], { encoding: 'utf8', cwd: folder, input });
  return { status: r.status, out: r.stdout, err: r.stderr };
};

writeFileSync(join(folder, 'small.s'), `TEXT _rt0_amd64_linux(SB), 516, $0
	MOVQ $2, BX
again:
	CALL work(SB)
	DECQ BX
	JNZ again
	MOVQ $0, DI
	MOVQ $231, AX
	SYSCALL
TEXT work(SB), 516, $0
	MOVQ $5, CX
	ADDQ CX, total(SB)
	RET
GLOBL total(SB), 16, $8
`);

Debug('goes forwards and backwards through a program, by commands of gdb and delve', () => {
  const r = debug('', '-ex', 'break work', '-ex', 'c', '-ex', 'watch total', '-ex', 'c', '-ex', 'x /dg total', '-ex', 'rc', '-ex', 'x /dg total', '-ex', 'bt 2', '-ex', 'info breakpoints', '--batch', 'small.s');
  assert.is(r.status, 0, r.err);
  const low = (text: string): string => text.replaceAll(/0x[0-9a-f]+/g, '0x.').replaceAll(/cycle \d+/g, 'cycle .').replaceAll(`${folder}/`, '');
  assert.is(low(r.out), `Breakpoint 1 at 0x. work
Breakpoint 1, work
[core 0, thread 1; instruction 2, cycle .]
0x. work at small.s:11
11		MOVQ $5, CX
Watchpoint 2: total, 8 bytes at 0x.
Watchpoint 2: total
write of 8 bytes at 0x.
[core 0, thread 1; instruction 4, cycle .]
0x. work+0x. at small.s:13
13		RET
0x.:	5
Watchpoint 2: total
write of 8 bytes at 0x.
[core 0, thread 1; instruction 3, cycle .]
0x. work+0x. at small.s:12
12		ADDQ CX, total(SB)
0x.:	0
#0  0x.  in work at small.s:12
#1  0x.  in _rt0_amd64_linux at small.s:4
(more)
1	breakpoint	work 0x. <work>, 1 hits
2	watchpoint	total 0x., 8 bytes, 1 hits
`);
});

Debug('conditions and expressions know registers and memory', () => {
  const r = debug('', '-ex', 'break work if $rbx == 1', '-ex', 'c', '-ex', 'print $rbx + 2*21', '-ex', 'print $rbx == $rsp', '-ex', 'condition 1 nothing > 2', '-ex', 'goto 0', '-ex', 'c', '--batch', 'small.s');
  assert.is(r.status, 0, r.err);
  assert.equal([...r.out.matchAll(/instruction (\d+)/g)].map((m) => Number(m[1])), [8, 0, 2]);
  assert.match(r.out, /^0x2b\nfalse$/m);
  assert.match(r.out, /^Stopped because a condition cannot be told: .*nothing/m);
});

Debug('counts what the machine did between stops, and stops at cycles', () => {
  const r = debug('', '-ex', 'stepi 3', '-ex', 'stat', '-ex', 'rsi -c 2', '-ex', 'stat', '-ex', 'stat all', '-ex', 'advance cycle 1', '-ex', 'stepi -g', '--batch', 'small.s');
  assert.is(r.status, 1);
  assert.match(r.err, /no goroutine runs here/);
  const counts = [...r.out.matchAll(/^ +(-?\d+)  instructions$/gm)].map((m) => Number(m[1]));
  assert.equal(counts, [3, -2, 1]);
});

Debug('reads commands from its input, repeats the last one for an empty line, and says what it does not understand', () => {
  const r = debug('stepi\n\nstepi 2\nbrek work\nbreak nowhere\nx 0\nlist\nreverse-stepi 9\nrev si\nquit\nstepi\n', 'small.s');
  assert.is(r.status, 0);
  assert.equal([...r.out.matchAll(/instruction (\d+)/g)].map((m) => Number(m[1])), [0, 1, 2, 4, 0, 0]);
  assert.equal(r.err.trim().split('\n'), ['no command brek; did you mean break? help lists them', 'no function nowhere', 'no memory at 0x0']);
  assert.match(r.out, /^8\t\tMOVQ \$231, AX$/m);
  assert.match(r.out, /This is where the run begins/);
});

Debug('files of commands stop at the first that fails, with its place', () => {
  writeFileSync(join(folder, 'cmds'), '# a comment\nstepi\nfinnish\nstepi\n');
  const r = debug('', '-x', 'cmds', '--batch', 'small.s');
  assert.is(r.status, 1);
  assert.is(r.err, 'rt0: cmds:3: no command finnish; did you mean finish? help lists them\n');
  assert.is(r.out.match(/instruction/g)?.length, 1);
  assert.is(debug('', 'none').status, 1);
  assert.is(debug('').status, 2);
});

Debug.run();
