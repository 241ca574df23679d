/** Catchpoints, counts, goroutine steps and recorded sessions of `rt0 debug` on Go programs of all toolchains here. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../helpers/root.js';
import { goBinary, goCompilers } from '../../helpers/toolchain.js';
const Catch = suite('catchpoints in Go programs');

const folder = mkdtempSync(join(tmpdir(), 'rt0-catch-'));
Catch.after(() => rmSync(folder, { recursive: true }));

function rt0(...words: string[]): string {
  const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), ...words], { encoding: 'utf8' });
  assert.is(r.status, 0, r.stderr);
  return r.stdout + r.stderr;
}

/** What the commands print, a list a command. */
function session(image: string, commands: readonly string[], ...flags: string[]): string[] {
  return rt0('debug', ...flags, ...commands.flatMap((c) => ['-ex', c, '-ex', 'help quit']), '--batch', image).split(/^quit, q, exit.*\n/m).slice(0, -1); // which is said after the end, too
}
const moment = (text: string): number => Number(/instruction (\d+)/.exec(text)?.[1]);

for (const compiler of goCompilers) {
  Catch(`threads, faults, lines and cycles, ${compiler.name}`, () => {
    const image = goBinary({ name: 'debug/reasons' }, compiler);
    const events = ['catch sleep futex', 'catch wake', 'catch switch', 'catch idle', 'catch clone', 'catch signal'];
    const seen = session(image, ['break main.main', 'continue', ...events.flatMap((e) => [e, 'continue', 'reverse-continue', 'delete', 'goto 300000']), 'goto 0', 'catch syscall mmap', 'continue', 'stat'], '--cores', '2');
    const stopped = events.map((_, i) => seen[3 + 5 * i]!);
    const wanted = [/thread \d+ sleeps in futex/, /thread \d+ is woken/, /thread \d+ gets core \d/, /core \d idles/, /new thread \d+/, /signal SIG/];
    stopped.forEach((text, i) => {
      if (/has ended/.test(text)) return assert.ok(i >= 4, `${events[i]}: ${text}`); // no thread need begin after main, nor signal come
      assert.match(text, wanted[i]!);
    });
    assert.match(seen.at(-2)!, /thread 1, system call mmap/);
    assert.match(seen.at(-1)!, /^ +\d+  system-calls$/m);

    // lines that cores take from each other, there and back
    const fights = session(image, ['break main.got', 'continue', 'delete', 'catch invalidate main.turns', 'continue', 'reverse-continue', 'delete', 'goto 0', 'catch miss main.turns', 'continue', 'cache main.turns'], '--cores', '2', '--caches', compiler.arch === 'arm64' ? 'neoverse_n1' : 'skylake');
    assert.match(fights[4]!, /, its line.* is taken from core \d/);
    assert.is(moment(fights[5]!), moment(fights[4]!) - 1);
    assert.match(fights[9]!, /, its line comes from /);
    assert.match(fights[10]!, /^core \d  L1D/m);
  });

  Catch(`a nil dereference is caught before its signal, ${compiler.name}`, () => {
    const image = goBinary({ name: 'go/faults' }, compiler);
    const seen = session(image, ['catch fault SIGSEGV', 'continue', 'backtrace 1', 'delete', 'catch signal SIGSEGV', 'continue', 'reverse-continue', 'why']);
    assert.match(seen[1]!, /an instruction faults: SIGSEGV/);
    assert.match(seen[5]!, /Catchpoint 2: thread \d+, signal SIGSEGV/);
    assert.match(seen[6]!, /begins|signal SIGSEGV/);
    assert.match(seen[7]!, /^goroutine \d+ runs\n/);
  });

  Catch(`a session that was recorded is repeated, ${compiler.name}`, () => {
    const image = goBinary({ name: 'debug/reasons' }, compiler);
    const log = join(folder, 'log');
    const whole = /[0-9a-f]{16}/.exec(session(image, ['continue', 'digest', 'goto 1000'], '--record', log, '--cores', '2')[1]!)![0];
    assert.match(rt0('replay', '--digest', log), new RegExp(`digest ${whole}`));
    const [, , back] = session(image, ['continue', 'goto 1000', 'digest'], '--replay', log);
    const [, fresh] = session(image, ['goto 1000', 'digest'], '--cores', '2');
    assert.is(back, fresh);
  });
}

Catch.run();
