/** `rt0 debug` on Go programs of all toolchains here: conditions, values, goroutines, watchpoints, and the way back. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../helpers/root.js';
import { goBinary, goCompilers } from '../../helpers/toolchain.js';
const Sessions = suite('debugging Go programs');

/** What the commands print, a list a command: each ends with the moment's digest. */
function session(image: string, commands: readonly string[], ...flags: string[]): string[] {
  const ex = commands.flatMap((c) => ['-ex', c, '-ex', 'print "next"']);
  const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), 'debug', ...flags, ...ex, '--batch', image], { encoding: 'utf8' });
  assert.is(r.status, 0, r.stderr);
  return r.stdout.split('"next"\n').slice(0, -1);
}
const moment = (text: string): number => Number(/instruction (\d+)/.exec(text)?.[1]);

for (const compiler of goCompilers) {
  Sessions(`conditions, values and time travel, ${compiler.name}`, () => {
    const image = goBinary({ name: 'debug/steps' }, compiler, { flags: ['-gcflags=-N -l'] });
    const [, first, n, a, back, bt, goroutines] = session(image, ['break main.work if n == 3', 'continue', 'print n', 'print *p', 'finish', 'backtrace', 'goroutines']);
    assert.match(first!, /^Breakpoint 1, main\.work/);
    assert.equal([n, a], ['3\n', 'main.pair {a: 3, b: 7}\n'], '0 + 1 + 2');
    assert.match(back!, /main\.loop[^\n]* at .*steps\.go:18$/m);
    assert.match(bt!, /#0 .* in main\.loop at .*steps\.go:18\n#1 .* in (runtime\.goexit|main\.main)/);
    assert.match(goroutines!, /Goroutine 1 +\[waiting: chan receive\]/);

    // each time total changes, forwards and back
    const seen = session(image, ['break main.main', 'continue', 'watch total', ...Array<string>(5).fill('continue'), ...Array<string>(5).fill('reverse-continue'), 'print total'], '--cores', '2');
    const at = seen.slice(3, 13).map(moment);
    const forwards = at.slice(0, 5);
    assert.equal(at.slice(5), forwards.map((m) => m - 1).reverse(), 'a watchpoint stops behind an instruction, and backwards before it');
    assert.is(seen[13], '0\n');

    // what Go's scheduler does: the channel's receiver parks, and its sender readies it
    const events = session(image, ['break main.main', 'continue', 'catch park goroutine 1', 'continue', 'backtrace', 'delete', 'catch ready', 'continue', 'print gp.goid', 'catch syscall write', 'delete 3', 'continue', 'lastwrite main.total', 'where']);
    assert.match(events[4]!, /runtime\.gopark[^]*runtime\.chanrecv[^]*main\.main/);
    assert.is(events[8], '1\n');
    assert.match(events[12]!, /steps\.go:11\n[^]*#0 [^\n]*main\.work[^]*#1 [^\n]*main\.loop/);
    assert.is(moment(events[13]!), moment(events[11]!), 'the run stays where it is');
    assert.match(events[11]!, /^Catchpoint 4: thread \d+, system call write\n/m);

    // of a goroutine, through its wait and on whatever thread it goes on; of a core; each the same way back
    const steps = session(image, ['catch park goroutine 1', 'continue', 'delete', 'digest', 'stepi -g 60', 'where', 'reverse-stepi -g 60', 'digest', 'stepi -c 500', 'reverse-stepi -c 500', 'digest', 'restart', 'advance cycle 300000'], '--cores', '2');
    assert.ok(moment(steps[4]!) > moment(steps[1]!) + 200, 'others run meanwhile');
    assert.match(steps[4]!, /goroutine 1;/);
    assert.equal([steps[7], steps[10]], [steps[3], steps[3]]);
    assert.match(steps[12]!, /cycle 30\d{4}\]/);

    // lines, over calls and back, to equal digests
    const walk = session(image, ['tbreak main.loop', 'continue', 'digest', 'next', 'next', 'next', 'digest', 'next', 'next', 'print i', 'reverse-next', 'reverse-next', 'digest', 'goto 1000', 'digest', 'goto 100000', 'goto 1000', 'digest']);
    const lines = walk.map((text) => /steps\.go:(\d+)$/m.exec(text)?.[1]);
    assert.is(lines[1], '15');
    assert.is(walk[6], walk[12], 'there and back again');
    assert.is(walk[14], walk[17]);
  });
}

Sessions.run();
