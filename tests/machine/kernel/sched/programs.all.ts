/** C programs that measure the scheduler from inside: exchange of messages, wake-up latency, shares by policy and nice value. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Config } from '../../../../machine/config.js';
import type { SchedSettings } from '../../../../machine/sched.js';
import { runImage } from '../../../helpers/onMachine.js';
import { compiledC, has } from '../../../helpers/oracle.js';
import { root } from '../../../helpers/root.js';
import { cCompilers, cImage, namesOf } from '../../../helpers/toolchain.js';
const Programs = suite('the scheduler as programs see it');

/** A slow clock makes modeled time cheap. */
const clockHz = 100e6;
const [compiler] = cCompilers;

/** The numbers that a program prints. */
function numbers(name: string, args: readonly (string | number)[], config: Partial<Config>): number[] {
  const ran = runImage(cImage({ name: `sched/${name}` }, compiler!), [name, ...args.map(String)], { clockHz, memoryBytes: 256 * 2 ** 20, ...config });
  assert.equal([ran.status, ran.stopped], [0, undefined], ran.errors);
  return [...ran.output.matchAll(/\d+/g)].map(Number);
}

/** Runs of the README's page on experiments: settings, and what the program must print. */
function shown(): { settings: SchedSettings; prints: string }[] {
  const page = readFileSync(join(root, 'machine/kernel/sched/README.md'), 'utf8');
  return [...page.matchAll(/^\$ rt0 run --machine slow\.json (?:--sched (\w+)=(\d+) )?\/tmp\/wakeups 1 200 200 6\n(.*\n)/gm)].map(([, key, value, prints]) => ({ settings: key === undefined ? {} : { [key]: Number(value) }, prints: prints! }));
}

if (has('gcc')) {
  Programs('the experiments in the README print what stands there', () => {
    const image = readFileSync(compiledC('tests/programs/sched/wakeups.c', ['-O2', '-static', '-pthread']));
    assert.is(shown().length, 4);
    for (const { settings, prints } of shown()) {
      const ran = runImage(image, ['/tmp/wakeups', '1', '200', '200', '6'], { clockHz, timing: 'none', cores: 1, sched: settings });
      assert.equal({ settings, prints: ran.output }, { settings, prints }, ran.errors);
    }
  });
}

if (compiler) {
  Programs('all messages arrive, and more cores are quicker', () => {
    const micros = [1, 2, 4, 8].map((cores) => {
      const [received, time, voluntary, involuntary] = numbers('messages', [4, 5, 20], { cores });
      assert.is(received, 4 * 5 * 5 * 20);
      assert.ok(voluntary! + involuntary! >= 20, `${voluntary} ${involuntary}`);
      return time!;
    });
    console.log(`2000 messages among 40 threads on 1, 2, 4, 8 cores: ${micros.join(', ')} us`);
    assert.ok(micros[3]! < micros[0]! * 0.5, micros.join(' '));
  });

  Programs('a woken thread runs at once where cores are idle, and within a few turns where hogs are', () => {
    const idle = numbers('wakeups', [2, 100, 60], { cores: 4 });
    const busy = numbers('wakeups', [2, 100, 60, 4], { cores: 2 });
    console.log(`wake-up latency, median, 99 %, most: ${idle.slice(1).join(', ')} us among idle cores; ${busy.slice(1).join(', ')} us with two hogs a core`);
    assert.is(idle[0], 120);
    assert.ok(idle[2]! <= 100 && busy[1]! <= 4000 && busy[3]! <= 40_000, `${idle} ${busy}`);
  });

  Programs('nice values and policies have their shares', () => {
    const share = (kinds: readonly string[], millis: number): number[] => {
      const used = numbers('shares', [millis, ...kinds], { cores: 2 });
      const sum = used.reduce((a, b) => a + b, 0);
      return used.map((u) => (100 * u) / sum);
    };
    const near = (got: readonly number[], wanted: readonly number[], by: number): void => got.forEach((g, i) => assert.ok(Math.abs(g - wanted[i]!) <= by, `${got} instead of ${wanted}`));
    near(share(['nice:0', 'nice:5'], 1000), [75.3, 24.7], 2);
    near(share(['nice:-5', 'nice:0', 'nice:5'], 1000), [69.7, 22.9, 7.5], 2);
    near(share(['nice:0', 'batch:0'], 1000), [50, 50], 2);
    near(share(['nice:0', 'idle:0'], 1000), [99.7, 0.3], 1);
    near(share(['rr:10', 'rr:10', 'nice:0'], 2000), [47.5, 47.5, 5], 4);
    near(share(['fifo:20', 'fifo:10', 'nice:0'], 2000), [95, 0, 5], 2);
  });

  Programs('a quota holds for a program of many threads', () => {
    const used = numbers('shares', [1000, 'nice:0', 'nice:0', 'nice:0'], { cores: 2, cpuQuota: 0.4 });
    const sum = used.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum / 400_000 - 1) <= 0.03, `${used}`);
  });
}
console.log(`scheduler seen by programs of ${namesOf(cCompilers.slice(0, 1))}`);

Programs.run();
