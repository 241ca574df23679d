/**
 * --strace against strace of this computer on the same files: names, arguments and results of every call.
 *
 * The helper straced.ts lists what is made plain first: addresses become places, process numbers and values of clocks and of
 * chance go. What else differs, and why, stands here with the programs it concerns.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { imageOf, programs } from '../../helpers/guest.js';
import { cacheDir, hasAll } from '../../helpers/oracle.js';
import { byThread, difference, hostTrace, linesOf, machineTrace, plain, type Traced } from '../../helpers/straced.js';
import { cCompilers, cBinary, cPrograms, namesOf } from '../../helpers/toolchain.js';
const Lines = suite('strace');

/** Lines that say when threads and processes met, not what they asked for. */
const meeting = /^(futex\(|sched_yield\(|--- SIGCHLD |--- stopped by |.* = \? ERESTART)/;

/** glibc draws again when a number is unfit for its purpose. */
const drawn = /^getrandom\(RANDOM, 8, GRND_NONBLOCK\)/;

/** Programs that differ between two runs on one computer, or with its processor and kernel. */
const racing: ReadonlyMap<string, string> = new Map([
  ['c/shared', 'processes fight for locks in shared memory'],
  ['boot2', 'two Ms take turns at printing'],
  ['c/jobs', 'a parent polls for children that stop and go on'],
  ['signal', 'polls until a signal has come'],
  ['c/fileops', 'who opens the ends of a FIFO meets the other'],
  ['c/fork', 'children end in any order'],
  ['c/spawn', 'several programs, each with places of its own'],
  ['c/sigrestart', 'a child sends signals while its parent goes on'],
  ['c/sigstacks', 'how many frames fit on a stack depends on how much state this processor has'],
  ['c/sigrules', 'Linux clears unknown sa_flags since 5.11; the model is 5.10'],
  ['c/timers', 'signals of timers meet other calls'],
  ['c/timerfd', 'as timers'],
  ['c/itimer', 'as timers'],
  ['c/sigqueue', 'reads records that hold its own number'],
]);

/** Runs here at most: a thread that ends with its process may be cut off in its last call, as the computer has it. */
const mostRuns = 8;

/** Compares the threads of two traces line by line. */
function same(program: Traced, threads: boolean): void {
  const lines = (text: string): string[][] => byThread(plain(linesOf(text))).map((list) => list.filter((line) => !(threads && meeting.test(line)) && !drawn.test(line)));
  const ours = lines(machineTrace(program, { cores: 2 }));
  for (let run = 1; ; run++) {
    const trace = hostTrace(program);
    if (trace === undefined) return console.log('strace: skipped, no ptrace here');
    const differs = difference(ours, lines(trace));
    if (differs === undefined || !threads || run === mostRuns) return assert.is(differs, undefined);
  }
}

const native = cCompilers.filter((c) => c.arch === 'amd64');

if (hasAll('strace', 'strace')) {
  let calls = 0;
  for (const compiler of native) {
    for (const p of cPrograms.filter((p) => !racing.has(p.name))) {
      const program = { path: cBinary(p, compiler), arguments: p.arguments, environment: p.environment, input: p.input };
      Lines(`${p.name} of ${compiler.name}`, () => {
        const lines = byThread(linesOf(machineTrace(program, { cores: 2 })));
        calls += lines.flat().length;
        same(program, lines.length > 1);
      });
    }
  }
  for (const name of programs.filter((name) => !racing.has(name))) {
    Lines(`programs/${name}`, () => {
      const path = join(cacheDir(), `image-${name}-${process.pid}`);
      writeFileSync(path, imageOf(name), { mode: 0o755 });
      same({ path }, true);
    });
  }
  Lines('sizes', () => console.log(`strace: ${cPrograms.filter((p) => !racing.has(p.name)).length} C programs of ${namesOf(native)} with ${calls} lines, ${programs.length} assembly programs`));
}

Lines.run();
