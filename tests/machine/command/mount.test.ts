/** `rt0 run --mount`, `--cwd`, `--record` and `--replay` as a user gives them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rt0 as command } from '../../../machine/command/rt0.js';
import { root } from '../../helpers/root.js';
const Mount = suite('--mount');

const folder = mkdtempSync(join(tmpdir(), 'rt0-mount-'));
Mount.after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'data'));
writeFileSync(join(folder, 'data', 'in'), 'from the host\n');
const data = join(folder, 'data');
const program = join(folder, 'show.s');

/** Shows the file `in` of its working directory, then what it reads. */
writeFileSync(program, `
TEXT _rt0_amd64_linux(SB), 4, $0
	MOVL $2, AX
	LEAQ name(SB), DI
	XORL SI, SI
	SYSCALL
	MOVQ AX, DI
	CALL show(SB)
	XORL DI, DI
	CALL show(SB)
	MOVL $231, AX
	XORL DI, DI
	SYSCALL
TEXT show(SB), 4, $0
	XORL AX, AX
	LEAQ buffer(SB), SI
	MOVL $100, DX
	SYSCALL
	MOVQ AX, DX
	MOVL $1, AX
	MOVL $1, DI
	SYSCALL
	RET
DATA name+0(SB)/2, $"in"
GLOBL name(SB), 24, $3
GLOBL buffer(SB), 16, $100
`);

async function refused(...words: string[]): Promise<{ status: number; err: string }> {
  let err = '';
  const status = await command(words, (text) => (err += text));
  return { status, err };
}

Mount('mistakes in a mount are named', async () => {
  const mistake = async (word: string): Promise<string> => {
    const { status, err } = await refused('run', '--mount', word, program);
    assert.ok(status === 1 || status === 2);
    return err;
  };
  assert.match(await mistake(data), /takes HOST:GUEST, HOST:GUEST:ro or HOST:GUEST:rw/);
  assert.match(await mistake(`${folder}/none:/x`), /none: no such file or folder$/m);
  assert.match(await mistake(`${data}:x`), /mount at x: the guest path must be absolute/);
  assert.match(await mistake(`${data}:/`), /mount at \/: not over the root/);
  assert.match(await mistake(`${data}:/a/../b`), /without \. or \.\./);
  for (const over of ['/proc', '/proc/1', '/sys/x', '/dev/null']) assert.match(await mistake(`${data}:${over}`), /not over \/(proc|sys|dev), which the machine makes itself/);
  assert.match(await mistake('/dev/null:/x'), /neither a folder nor a file/);
  assert.match((await refused('run', '--mount', `${data}:/a`, '--mount', `${folder}:/a/:rw`, program)).err, /mount at \/a: mounted twice/);
  assert.match((await refused('run', '--mount', `${data}:/a`, '--mount', `${folder}:/a/b`, program)).err, /one mount inside another \(\/a\)/);
  assert.match((await refused('run', '--cwd', '/nowhere', program)).err, /working directory \/nowhere: no such folder in the guest/);
});

const run = (command: string, args: readonly string[], input: string): string => {
  const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), command, ...args], { input, encoding: 'utf8' });
  assert.is(r.stderr, '');
  return r.stdout;
};
const rt0 = (args: readonly string[], input: string): string => run('run', args, input);

Mount('a program may lie in a folder that is mounted where it is, or under one that hides it', () => {
  for (const shown of [folder, data]) assert.is(rt0(['--mount', `${data}:/work`, '--cwd', '/work', '--mount', `${shown}:${folder}`, program], 'typed\n'), 'from the host\ntyped\n');
});

Mount('a run in a mounted folder is recorded and repeated without it', async () => {
  const log = join(folder, 'log');
  assert.is(rt0(['--mount', `${data}:/work`, '--cwd', '/work', '--record', log, program], 'typed\n'), 'from the host\ntyped\n');
  writeFileSync(join(data, 'in'), 'changed since');
  assert.is(rt0(['--replay', log, program], 'not read'), 'from the host\ntyped\n');
  assert.match((await refused('run', '--replay', log, '--seed', '9', program)).err, /log: recorded with seed 1, not 9/);
  assert.match((await refused('run', '--replay', log, '--mount', `${data}:/other`, program)).err, /log: recorded with mounts/);
  assert.match((await refused('run', '--replay', log, '--record', log, program)).err, /exclude each other/);
  const replay = (...words: string[]): string => run('replay', words, 'not read');
  assert.is(replay(log), 'from the host\ntyped\n', 'the log names the program');
  assert.equal(await refused('replay', log, program, 'more'), { status: 2, err: 'rt0: replay takes LOG and FILE, not more\n' });
  assert.match((await refused('replay', log, join(folder, 'none'))).err, /none: no such file/);

  // what a debugger has seen, however far it went back then; its input is empty
  const seen = join(folder, 'seen');
  run('debug', ['--mount', `${data}:/work`, '--cwd', '/work', '--record', seen, '-ex', 'continue', '-ex', 'goto 3', '--batch', program], '');
  writeFileSync(join(data, 'in'), 'changed again');
  assert.is(replay(seen), 'changed since');

  writeFileSync(join(folder, 'cut'), readFileSync(log).subarray(0, 200));
  assert.equal(await refused('run', '--replay', join(folder, 'cut'), program), { status: 1, err: `rt0: ${folder}/cut: input log is cut short\n` });
});

Mount.run();
