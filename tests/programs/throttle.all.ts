/** programs/throttle: a quota of two cores stops a Go program of eight threads, and one of two threads hardly ever. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runImage } from '../helpers/onMachine.js';
import { cacheDir } from '../helpers/oracle.js';
import { root } from '../helpers/root.js';
import { goCommands } from '../helpers/toolchain.js';
const Throttle = suite('quota and garbage collection');

const [newest] = goCommands;

/** p99 of request latency, throttled periods, and milliseconds that cores stood still. */
function run(image: Uint8Array, threads: number, seed: number): [number, number, number] {
  const ran = runImage(image, ['throttle'], { seed, clockHz: 200e6, timing: 'none', cores: 8, cpuQuota: 2 }, [`GOMAXPROCS=${threads}`]);
  assert.equal([ran.status, ran.stopped], [0, undefined], ran.errors);
  console.log(ran.output.trimEnd());
  const found = /p99 ([\d.]+) ms[^]*throttled in (\d+) of \d+ periods, cores stood still for (\d+) ms/.exec(ran.output)!;
  return [Number(found[1]), Number(found[2]), Number(found[3])];
}

if (newest) {
  Throttle(`programs/throttle of ${newest[0]}`, () => {
    const folder = join(cacheDir(), 'throttle');
    mkdirSync(folder, { recursive: true });
    const out = join(folder, 'throttle');
    const built = spawnSync(newest[1], ['build', '-trimpath', '-buildvcs=false', '-o', out, join(root, 'programs/throttle/throttle.go')], { cwd: folder, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' }, encoding: 'utf8' });
    assert.is(built.status, 0, built.stderr);
    const image = new Uint8Array(readFileSync(out));
    // a p99 is one or two collections that fell badly: the three together say more than each
    const p99 = [0, 0];
    for (const seed of [0, 1, 2]) {
      const [many, few] = [run(image, 8, seed), run(image, 2, seed)];
      p99[0]! += many[0];
      p99[1]! += few[0];
      assert.ok(many[0] > 1.5 * few[0] && many[1] >= 10 && many[1] > 2 * few[1] && many[2] > 1000 && few[2] < 200, `${many} ${few}`);
    }
    assert.ok(p99[0]! > 2 * p99[1]!, `p99 ${p99.join(' and ')} ms, of three seeds together`);
  });
}

Throttle.run();
