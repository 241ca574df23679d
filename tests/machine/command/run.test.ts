/** The `rt0` program as a user runs it: output, exit status, and one line for every kind of bad input. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PF } from '../../../isa/abi/elf.js';
import { elfImage, patched } from '../../helpers/elfImage.js';
import { rt0 as command } from '../../../machine/command/rt0.js';
import { root } from '../../helpers/root.js';

const Command = suite('command');
const folder = mkdtempSync(join(tmpdir(), 'rt0-command-'));
Command.after(() => rmSync(folder, { recursive: true }));

const main = join(root, 'dist/machine/command/main.js');

/** The program as a process of its own. */
function rt0(args: readonly string[], input = ''): { status: number | null; out: string; err: string } {
  const r = spawnSync(process.execPath, [main, ...args], { input, encoding: 'utf8', cwd: folder });
  return { status: r.status, out: r.stdout, err: r.stderr };
}

/** The same without a process, for commands that end before they print to standard output. */
async function refused(...words: string[]): Promise<{ status: number; err: string }> {
  let err = '';
  const status = await command(words, (text) => (err += text));
  return { status, err };
}

/** What a command that needs no process prints. */
async function printed(...words: string[]): Promise<string> {
  const { write } = process.stdout;
  let out = '';
  process.stdout.write = (text: string | Uint8Array): boolean => ((out += String(text)), true);
  try {
    assert.is(await command(words, () => undefined), 0);
  } finally {
    process.stdout.write = write;
  }
  return out;
}

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

const echo = `
#include "textflag.h"
// Writes what it reads, then ends with the number of its arguments.
TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	MOVQ 0(SP), BX
loop:
	MOVL $0, DI
	LEAQ buffer(SB), SI
	MOVL $64, DX
	MOVL $0, AX
	SYSCALL
	TESTQ AX, AX
	JLE done
	MOVQ AX, DX
	MOVL $1, DI
	MOVL $1, AX
	SYSCALL
	JMP loop
done:
	MOVQ BX, DI
	MOVL $231, AX
	SYSCALL
GLOBL buffer(SB), NOPTR, $64
`;

Command('runs assembly, passes standard input and output on, and ends with the guest\'s status', () => {
  file('echo.s', echo);
  assert.equal(rt0(['run', 'echo.s', '--seed', 'x'], 'one line\n'), { status: 3, out: 'one line\n', err: '' });
});

Command('the same run has the same digest, another seed another', () => {
  const hello = join(root, 'programs/hello'); // reads nothing: when input arrives is part of a run
  const digest = (...flags: string[]): string => rt0(['run', '--digest', ...flags, hello]).err;
  assert.match(digest(), /^digest [0-9a-f]+\n$/);
  assert.is(digest(), digest('--seed', '1'));
  assert.is.not(digest(), digest('--seed', '2'));
});

Command('a folder stands for the assembly of its name, and --arch says for which processor', async () => {
  const hello = join(root, 'programs/hello');
  const greeting = readFileSync(join(hello, 'want.txt'), 'utf8');
  for (const flags of [[], ['--arch', 'amd64'], ['--arch', 'arm64']]) assert.equal(rt0(['run', ...flags, hello]), { status: 0, out: greeting, err: '' });
  assert.match(rt0(['objdump', '--arch', 'arm64', '--syntax', 'gnu', hello]).out, /\tsvc\t#0x0\n/);
  assert.match((await refused('run', '--arch', 'arm64', join(root, 'programs'))).err, /is a folder, and there is no .*programs\/programs_arm64\.s\n$/);
});

Command('--stats counts, --max-instructions stops', () => {
  file('echo.s', echo);
  assert.match(rt0(['run', '--stats', 'echo.s']).err, /total .* instructions .* cycles\n/);
  file('spin.s', 'TEXT _rt0_amd64_linux(SB), 4, $0\nloop:\n\tJMP loop\n');
  const spin = rt0(['run', '--max-instructions', '100000', 'spin.s']);
  assert.is(spin.status, 1);
  assert.match(spin.err, /^rt0: stopped after \d+ instructions\n$/);
});

const sleeper = `
#include "textflag.h"
TEXT _rt0_amd64_linux(SB), 4, $0
	LEAQ duration(SB), DI
	MOVL $0, SI
	MOVL $35, AX // nanosleep
	SYSCALL
	MOVL $7, DI
	MOVL $60, AX
	SYSCALL
DATA duration(SB)/8, $SECONDS
GLOBL duration(SB), RODATA, $16
`;

Command('sleep costs nothing, also when instructions are limited, unless time is to pass', async () => {
  file('year.s', sleeper.replace('SECONDS', '9000'));
  assert.is(rt0(['run', '--max-instructions', '100000', 'year.s']).status, 7);
  file('second.s', sleeper.replace('SECONDS', '1'));
  const begun = performance.now();
  assert.is(rt0(['run', '--pace', 'real', 'second.s']).status, 7);
  assert.ok(performance.now() - begun >= 1000);
  assert.is((await refused('run', '--pace', 'slow', join(folder, 'second.s'))).err, 'rt0: --pace takes real or free, not slow\n');
});

Command('--caches and --cache say what misses cost', async () => {
  file('end.s', 'TEXT _rt0_amd64_linux(SB), 4, $0\n\tMOVQ x(SB), DI\n\tMOVL $60, AX\n\tSYSCALL\nGLOBL x(SB), 16, $8\n');
  const cycles = (...flags: string[]): number => Number(/total .* ([\d,]+) cycles/.exec(rt0(['run', '--cores', '1', '--stats', ...flags, 'end.s']).err)![1]!.replaceAll(',', ''));
  const flat = cycles();
  assert.is(cycles('--caches', 'flat'), flat);
  assert.ok(cycles('--caches', 'skylake') > flat + 200, 'at least a miss to DRAM');
  assert.ok(cycles('--cache', 'dram.rowMiss=2000') > cycles('--caches', 'skylake') + 1000, 'without a name the core\'s own');
  const err = async (...flags: string[]): Promise<string> => (await refused('run', ...flags, join(folder, 'end.s'))).err;
  assert.is(await err('--caches', 'big'), 'rt0: --caches takes flat or unit or skylake or skylake_sp or neoverse_n1, not big\n');
  assert.is(await err('--cache', 'l2.bytes'), 'rt0: --cache takes KEY=VALUE as l2.bytes=512K, not l2.bytes\n');
  assert.is(await err('--cache', 'l2.bytes=100K'), 'rt0: --cache l2.bytes 102400: with 4 ways of 64 bytes the number of sets is no power of two\n');
  assert.is(await err('--caches', 'flat', '--cache', 'lineBytes=32'), 'rt0: --cache changes a hierarchy, and --caches flat is none\n');
  assert.is(await err('--timing', 'none', '--caches', 'skylake'), 'rt0: caches with timing none: without timing nothing takes time; choose caches flat\n');
});

Command('a machine description sets what no flag sets', async () => {
  file('echo.s', echo);
  file('m.json', '{ "cores": 2, "clock": "200kHz" }');
  const err = (...flags: string[]): string => rt0(['run', '--stats', '--machine', 'm.json', ...flags, 'echo.s']).err;
  assert.match(err(), /core 1 .*\ntotal .*\nwrong .* predictions of branches\ntime .* ms at 200 kHz\n$/);
  assert.not.match(err('--cores', '1'), /core 1 /);
  const bad = join(folder, file('bad.json', '{ "cores": 0, "clok": 1 }'));
  const r = await refused('run', '--machine', bad, join(folder, 'echo.s'));
  assert.equal(r, { status: 1, err: `${bad}: unknown key clok; there is arch, cores, cpu, timing, uarch, caches, predictor, clock, memory, seed, grain, quantum, kernel, epoch, sched, cgroup\n${bad}: cores 0: choose 1 to 64\n` });
  assert.is((await refused('run', '--machine', join(folder, 'missing.json'), 'x')).err, `rt0: ${folder}/missing.json: no such file\n`);
});

Command('a fatal signal is 128 plus its number, and is named with its place', () => {
  file('crash.s', 'TEXT _rt0_amd64_linux(SB), 4, $0\n\tMOVQ 0, AX\n\tRET\n');
  const r = rt0(['run', 'crash.s']);
  assert.is(r.status, 128 + 11);
  assert.is(r.err, 'rt0: ended by SIGSEGV at _rt0_amd64_linux, address 0x0\n');
});

Command('refuses bad input in one line with status 1', async () => {
  const good = elfImage({ pieces: [{ flags: PF.R | PF.X, vaddr: 0x400000, bytes: new Uint8Array(16) }] });
  mkdirSync(join(folder, 'dir'), { recursive: true });
  symlinkSync('loop', join(folder, 'loop'));
  const cases: [string, RegExp][] = [
    ['missing', /no such file/],
    ['dir', /is a folder/],
    ['loop', /symbolic links/],
    [file('empty', ''), /empty/],
    [file('script', '#!/bin/sh\necho\n'), /script/],
    [file('text', 'hello, world, this is no program at all, only words in a file'), /not an ELF/],
    [file('elf32', patched(good, 4, [1])), /32-bit/],
    [file('big', patched(good, 5, [2])), /big-endian/],
    [file('riscv', patched(good, 18, [243])), /riscv/],
    [file('short', good.subarray(0, 70)), /truncated/],
  ];
  for (const [name, reason] of cases) {
    const r = await refused('run', join(folder, name));
    assert.is(r.status, 1, name);
    assert.match(r.err, reason);
    assert.match(r.err, new RegExp(`^rt0: ${folder}/${name}: [^\n]+\n$`));
  }
});

Command('shows the errors of assembly with their lines, all in one run', async () => {
  file('bad.s', 'TEXT f(SB), 4, $0\n\tMOVQ $1, QX\n\tFROB AX\n\tRET\n');
  const r = await refused('run', join(folder, 'bad.s'));
  assert.is(r.status, 1);
  assert.match(r.err, /^\S+\/bad\.s:2:\d+: /);
  assert.match(r.err, /\n\S+\/bad\.s:3:\d+: /);
});

Command('objdump prints what the assembler made, in either syntax, and only what matches', async () => {
  file('two.s', 'TEXT one(SB), 4, $0\n\tMOVQ $7, AX\n\tRET\nTEXT _rt0_amd64_linux(SB), 4, $0\n\tCALL one(SB)\n\tHLT\n');
  const go = rt0(['objdump', '-s', '^one$', 'two.s']).out;
  assert.match(go, /^TEXT one\(SB\)\n.*\tMOVQ \$0x7, AX *\n.*\tRET *\n/);
  assert.not.match(go, /_rt0_amd64_linux/);
  const gnu = rt0(['objdump', '--syntax', 'gnu', 'two.s']).out;
  assert.match(gnu, /<_rt0_amd64_linux>:\n(.*\n)*.*call +[0-9a-f]+ <one>\n.*hlt *\n/);
  assert.is((await refused('objdump', '-s', '(', 'two.s')).status, 2);
});

Command('arm64 assembly is known by its name or by --arch, for run and objdump', async () => {
  const text = (arch: string): string => `#include "textflag.h"
TEXT _rt0_${arch}_linux(SB), NOSPLIT|NOFRAME, $0
	MOVD $1, R0
	MOVD $word<>(SB), R1
	MOVD $3, R2
	MOVD $64, R8
	SVC
	MOVD $7, R0
	MOVD $94, R8
	SVC
DATA word<>(SB)/3, $"hi\\n"
GLOBL word<>(SB), RODATA, $3
`;
  file('named_arm64.s', text('arm64'));
  file('unnamed.s', text('arm64'));
  for (const words of [['named_arm64.s'], ['--arch', 'arm64', 'unnamed.s']]) {
    assert.equal(rt0(['run', ...words]), { status: 7, out: 'hi\n', err: '' }, words.join(' '));
    assert.match(rt0(['objdump', ...words]).out, /^TEXT _rt0_arm64_linux\(SB\)\n.*\tORR \$1, ZR, R0 *\n.*\tADRP \d+\(PC\), R1 *\n/);
  }
  assert.match(rt0(['objdump', '--syntax', 'gnu', 'named_arm64.s']).out, /elf64-littleaarch64\n(.*\n)*.*\torr\tx0, xzr, #0x1\n/);
  const other = await refused('run', '--arch', 'amd64', join(folder, 'named_arm64.s'));
  assert.is(other.status, 1);
  assert.match(other.err, /named_arm64\.s is for arm64 by its name, not for amd64/);
});

Command('wrong usage is status 2', async () => {
  for (const words of [[], ['frob'], ['run'], ['run', '--frob', 'x'], ['run', '--cores', '0', 'x'], ['run', '--memory', '8G', 'x'], ['help', 'frob'], ['run', '--cpu', 'v9', 'x']]) {
    assert.is((await refused(...words)).status, 2, words.join(' '));
  }
});

Command('help explains every command it lists', async () => {
  const names = [...(await printed('help')).matchAll(/^  (\w+) /gm)].map((m) => m[1]!);
  assert.ok(names.includes('run'));
  for (const name of names) assert.match(await printed('help', name), new RegExp(`^usage: rt0 ${name}`));
  assert.match(rt0(['version']).out, /^rt0 \d/);
});

Command('scheduling: settings are checked, events are written, reports are printed', async () => {
  file('echo.s', echo);
  assert.equal(await refused('run', '--sched', 'sched_latency_ns=x', 'echo.s'), { status: 2, err: 'rt0: --sched: sched_latency_ns "x": not a whole number from 100000 to 1000000000\n' });
  assert.equal(await refused('sched', 'everything', 'echo.s'), { status: 2, err: 'rt0: sched takes timehist or latency or map, not everything\n' });
  const traced = rt0(['run', '--ftrace', 'trace.txt', 'echo.s'], 'x');
  assert.equal(traced, { status: 1, out: 'x', err: '' });
  assert.match(readFileSync(join(folder, 'trace.txt'), 'utf8'), /^# tracer: nop\n[^]*: sched_process_exit: comm=echo.s pid=1 prio=120\n/);
  assert.is(rt0(['run', '--ftrace', 'trace.dat', 'echo.s'], 'x').out, 'x');
  assert.match(readFileSync(join(folder, 'trace.dat'), 'latin1'), /^\x17\x08Dtracing6\0[^]*echo.s/);
  assert.equal(rt0(['run', '--ftrace', 'none/trace.dat', 'echo.s'], 'x'), { status: 1, out: '', err: 'rt0: none/trace.dat: there is no such folder\n' });
  assert.equal(rt0(['run', '--record', 'none/run.log', 'echo.s'], 'x'), { status: 1, out: '', err: 'rt0: none/run.log: there is no such folder\n' });
  const report = rt0(['sched', 'timehist', '-o', 'hist.txt', '--sched', 'HZ=1000', '--sched', 'features.LB_MIN=true', 'echo.s', 'one', 'two'], 'x');
  assert.equal([report.out, report.status], ['x', 3]);
  assert.match(readFileSync(join(folder, 'hist.txt'), 'utf8'), /\[0000\] {2}<idle> /);
});

Command.run();
