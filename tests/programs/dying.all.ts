/**
 * How Go programs end: go/dying.go in every way it knows, of every toolchain here. Its standard error on the machine
 * begins as stated here and is that of a run on this computer (of arm64 in qemu), but for addresses. Of arm64 a sample runs.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import { runImage } from '../helpers/onMachine.js';
import { goBinary, goCompilers, goPrograms, namesOf, runHere, runsHere, type GoCompiler } from '../helpers/toolchain.js';
import { report, shuffled, waysOf } from './toolchains.js';

const Dying = suite('how Go programs end');

const fault = 'panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=';

/** The argument, the exit status, and how standard error begins. */
const endings: readonly (readonly [string, number, string])[] = [
  ['string', 2, 'panic: a message\n'],
  ['error', 2, 'panic: an error\n'],
  ['custom', 2, 'panic: fault 7\n'],
  ['stringer', 2, 'panic: label x\n'],
  ['struct', 2, 'panic: (main.point) 0x'],
  ['integer', 2, 'panic: -3\n'],
  ['float', 2, 'panic: '],
  ['bool', 2, 'panic: true\n'],
  ['complex', 2, 'panic: ('],
  ['panicnil', 2, 'panic: '], // the rest of the line changed with Go 1.21
  ['printing', 2, 'fatal error: panic while printing panic value: while printing\n'],
  ['nil', 2, `${fault}0x8 pc=`],
  ['function', 2, `${fault}0x0 pc=`],
  ['index', 2, 'panic: runtime error: index out of range [5] with length 3\n'],
  ['slice', 2, 'panic: runtime error: slice bounds out of range [5:3]\n'],
  ['divide', 2, 'panic: runtime error: integer divide by zero\n'],
  ['assertion', 2, 'panic: interface conversion: interface {} is string, not int\n'],
  ['map', 2, 'panic: assignment to entry in nil map\n'],
  ['closed', 2, 'panic: close of closed channel\n'],
  ['nilchan', 2, 'panic: close of nil channel\n'],
  ['repanic', 2, 'panic: first [recovered'],
  ['replaced', 2, 'panic: first\n\tpanic: second\n'],
  ['deferred', 2, 'panic: after it\n'],
  ['goroutine', 2, 'panic: elsewhere\n'],
  ['exitcode', 42, ''],
  ['unlock', 2, 'fatal error: sync: unlock of unlocked mutex\n'],
  ['overflow', 2, 'runtime: goroutine stack exceeds 65536-byte limit\n'],
  ['goexit', 2, 'fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n'],
  ['abort', 2, 'SIGABRT: abort\nPC='],
  ['quit', 2, 'SIGQUIT: quit\nPC='],
  ['terminate', 128 + 15, ''],
  ['kill', 128 + 9, ''],
  ['breakpoint', 2, 'SIGTRAP: trace trap\nPC='],
  ['wild', 2, 'unexpected fault address 0x123456789000\nfatal error: fault\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x123456789000 pc='],
  ['high', 2, 'unexpected fault address 0x0\nfatal error: fault\n[signal SIGSEGV: segmentation violation code=0x80 addr=0x0 pc='],
  ['jump', 2, 'unexpected fault address 0x1234567\nfatal error: fault\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x1234567 pc=0x1234567]\n'],
];

/** What GOTRACEBACK may say, and the status of a panic then: `crash` ends by SIGABRT. */
const traces: readonly (readonly [string, number])[] = [['none', 2], ['single', 2], ['all', 2], ['system', 2], ['crash', 128 + 6], ['0', 2], ['1', 2], ['2', 2]];

/** Where arm64 ends otherwise: the top byte of an address is ignored, and instructions lie at multiples of four, which qemu looks at last. */
const endingsOnArm64: ReadonlyMap<string, string> = new Map([
  ['high', `${fault}0x0 pc=`],
  ['jump', 'unexpected fault address 0x1234567\nfatal error: fault\n[signal SIGBUS: bus error code=0x1 addr=0x1234567 pc=0x1234567]\n'],
]);

const dying = goPrograms.find((p) => p.name === 'go/dying')!;
let runs = 0;

function ends(compiler: GoCompiler, way: string, environment: readonly string[], status: number, begins: string): void {
  const binary = goBinary(dying, compiler);
  const program = { ...dying, arguments: [way], environment };
  const here = runsHere(compiler.arch) && !(compiler.arch === 'arm64' && way === 'jump') ? runHere(binary, program, compiler.arch) : undefined;
  const config = shuffled(waysOf(compiler.arch, 25), way + compiler.name + String(environment))[0]!;
  const ran = runImage(readFileSync(binary), [dying.name, way], config, environment);
  runs++;
  assert.equal({ config, status: ran.status, stopped: ran.stopped }, { config, status, stopped: undefined }, ran.errors);
  assert.is(ran.errors.slice(0, begins.length), begins);
  if (!here) return;
  assert.equal({ output: ran.output, status: ran.status }, { output: here.output, status: here.status });
  assert.is(report(ran.errors), report(here.errors), JSON.stringify(config));
}

/** All of them for amd64; for arm64 those that signals make, and a few of the rest for each toolchain. */
function chosen<T extends readonly [string, ...unknown[]]>(from: readonly T[], { arch, name }: GoCompiler, always: readonly string[] = []): readonly T[] {
  if (arch === 'amd64') return from;
  const few = shuffled(from, name).slice(0, Math.ceil(from.length / 4));
  return from.filter((e) => few.includes(e) || always.includes(e[0]));
}

for (const compiler of goCompilers) {
  const by = compiler.name;
  for (const [way, status, plainly] of chosen(endings, compiler, ['nil', 'abort', 'breakpoint', 'wild', 'high', 'jump', 'divide'])) {
    const begins = (compiler.arch === 'arm64' ? endingsOnArm64.get(way) : undefined) ?? plainly;
    Dying(`${way}, ${by}`, () => ends(compiler, way, [], status, begins));
  }
  for (const [trace, status] of chosen(traces, compiler)) {
    Dying(`index with GOTRACEBACK=${trace}, ${by}`, () => ends(compiler, 'index', [`GOTRACEBACK=${trace}`], status, 'panic: runtime error: index'));
    Dying(`goroutine with GOTRACEBACK=${trace}, ${by}`, () => ends(compiler, 'goroutine', [`GOTRACEBACK=${trace}`], status, 'panic: elsewhere'));
  }
}
Dying.after(() => console.log(`${runs} endings of Go programs (${namesOf(goCompilers)}), each on a drawn machine and on this computer`));

Dying.run();
