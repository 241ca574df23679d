/** `rt0 throughput` as a user runs it: predictions, explanations, and a line for every kind of bad input. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rt0 as command } from '../../../machine/command/rt0.js';
import { root } from '../../helpers/root.js';

const Throughput = suite('command throughput');
const folder = mkdtempSync(join(tmpdir(), 'rt0-throughput-'));
Throughput.after(() => rmSync(folder, { recursive: true }));

const main = join(root, 'dist/machine/command/main.js');
const blocks = '# chains\nhex,measured\n480fafc1,3.0\n\n488b00,4.0\n';

/** The program as a process of its own. */
function rt0(args: readonly string[], input = ''): { status: number | null; out: string; err: string } {
  const r = spawnSync(process.execPath, [main, 'throughput', ...args], { input, encoding: 'utf8', cwd: folder });
  return { status: r.status, out: r.stdout, err: r.stderr };
}

/** The same without a process, for what ends before it prints to standard output. */
async function refused(...words: string[]): Promise<{ status: number; err: string }> {
  let err = '';
  const status = await command(['throughput', ...words], (text) => (err += text));
  return { status, err };
}

Throughput('prints hex and cycles for each line of a file or of standard input', () => {
  writeFileSync(join(folder, 'blocks.csv'), blocks);
  const want = { status: 0, out: '480fafc1,3.00\n488b00,4.00\n', err: '' };
  assert.equal(rt0(['blocks.csv']), want);
  assert.equal(rt0(['--mode', 'window', '--loop', '-'], blocks), want);
});

Throughput('takes arm64 blocks for Neoverse N1', () => {
  // mul x0, x0, x1: 4 cycles
  assert.equal(rt0(['--uarch', 'neoverse_n1', '-'], '007c019b\n'), { status: 0, out: '007c019b,4.00\n', err: '' });
});

Throughput('explains a block', () => {
  const { status, out } = rt0(['--explain', '480fafc1']);
  assert.is(status, 0);
  assert.match(out, /^skylake, interval mode, unrolled: 3\.00 cycles per iteration\n/);
  assert.match(out, /imul %rcx,%rax/);
  assert.match(out, /\nbottleneck: dependence chain through instruction 1\n$/);
});

Throughput('bad lines are named, each with its number, and the good ones still priced', () => {
  assert.equal(rt0(['-'], '480fafc1\n48zz\n4\n0f0b0fff\n,1\n'), {
    status: 1,
    out: '480fafc1,3.00\n',
    err: [
      "rt0: standard input:2: 'z' at column 3 is no hexadecimal digit",
      'rt0: standard input:3: an odd number of hexadecimal digits (1)',
      'rt0: standard input:4: the last instruction is cut off at byte 2 (0fff)',
      'rt0: standard input:5: no machine code',
      '',
    ].join('\n'),
  });
});

Throughput('unknown cores and missing files are input errors', async () => {
  assert.equal(await refused('--uarch', 'zen9', 'x.csv'), { status: 1, err: 'rt0: no microarchitecture zen9; there is unit, skylake, neoverse_n1\n' });
  assert.equal(await refused(join(folder, 'none.csv')), { status: 1, err: `rt0: ${join(folder, 'none.csv')}: no such file\n` });
  assert.equal(await refused('--explain', '06'), { status: 1, err: 'rt0: --explain 06: no instruction at byte 0 (06)\n' });
});

Throughput('wrong usage ends with status 2', async () => {
  for (const [words, message] of [
    [[], 'throughput: which FILE? "-" is standard input'],
    [['a', 'b'], 'throughput: one FILE, and flags before it; what is b?'],
    [['--loop', '--unrolled', 'a'], 'throughput: --unrolled or --loop, not both'],
    [['--explain', '90', 'a'], 'throughput: either --explain HEX or a FILE'],
    [['--mode', 'exact', 'a'], '--mode takes interval or window, not exact'],
    [['--uarch', 'skylake', '--arch', 'arm64', 'a'], '--arch takes amd64, not arm64'],
  ] as const) {
    assert.equal(await refused(...words), { status: 2, err: `rt0: ${message}\n` });
  }
});

Throughput.run();
