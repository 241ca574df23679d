/**
 * --strace of one C program on both instruction sets: glibc makes the same calls, but for what `alike` makes plain.
 *
 * Linux has no old calls on arm64: where amd64 has two names for one thing, the newer one stands here. arch_prctl, by which
 * amd64 sets the thread pointer, is an instruction there; the kernel brings the way back from a handler; O_LARGEFILE has another bit;
 * glibc makes threads by clone there, and reckons with pages of up to 64 KiB below a thread's stack.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { byThread, difference, linesOf, machineTrace, plain } from '../../helpers/straced.js';
import { cBinary, cCompilers, cPrograms, type Compiler } from '../../helpers/toolchain.js';
const Both = suite('strace on both instruction sets');

/** Programs whose calls do not depend on sizes of code and frames. */
const names: readonly string[] = ['c/hello', 'c/args', 'c/malloc', 'c/files', 'c/setjmp', 'c/signal', 'c/strings', 'c/pthread'];

/** Calls that only one of them has, and futex, by which threads meet. */
const own = /^(arch_prctl|rseq|futex)\(/;

const alike = (text: string): string => text
  .replace(/^(open|access|readlink|unlink|mkdir)\(/, (_, name: string) => `${name === 'access' ? 'faccessat' : name === 'open' ? 'openat' : `${name}at`}(AT_FDCWD, `)
  .replace(/\b(heap|stack|m\d+\.\d+|image|elsewhere)\+[0-9a-f]+/g, '$1')
  .replace(/0x4[0-9a-f]{5}\b/g, 'IMAGE')
  .replace(/SA_RESTORER\|/, '').replace(/, sa_restorer=IMAGE/g, '')
  .replace(/0x(20|8)002 (?=\(flags)/, 'FLAGS ')
  .replace(/\b8[34]\d{5}\b/, 'STACK')
  .replace(/^clone3?\(.*\bflags=([A-Z_|]+).*/, 'clone(flags=$1)')
  .replace(/(aarch64|x86_64).*/, 'MACHINE')
  .replace(/"[^"]*\/rt0-oracle-[^"]*"(\.\.\.)?(, \d+\) = )\d+/, 'PROGRAM$2LENGTH')
  .replace(/^(unlinkat\(.*"), 0\)/, '$1)');

function trace(name: string, compiler: Compiler): string[][] {
  const program = cPrograms.find((p) => p.name === name)!;
  const text = machineTrace({ path: cBinary(program, compiler), arguments: program.arguments, environment: program.environment }, { cores: 2 });
  return byThread(plain(linesOf(text))).map((list) => list.slice(1).filter((line) => !own.test(line)).map(alike));
}

const glibc = cCompilers.filter((c) => c.name !== 'musl-gcc');
const [first, other] = [glibc.find((c) => c.arch === 'amd64'), glibc.find((c) => c.arch === 'arm64')];
if (!first || !other) console.log('strace on both instruction sets: skipped, no two compilers');
else for (const name of names) Both(name, () => assert.is(difference(trace(name, other), trace(name, first)), undefined));

Both.run();
