/** Go 1.25 and later take GOMAXPROCS from the control group's quota, rounded up and at least 2; older ones do not look. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runImage } from '../../helpers/onMachine.js';
import { cacheDir } from '../../helpers/oracle.js';
import { goCommands } from '../../helpers/toolchain.js';
const Quota = suite('cgroup quota');

const source = 'package main\n\nimport "runtime"\n\nfunc main() { println(runtime.GOMAXPROCS(0), runtime.NumCPU()) }\n';

for (const [version, go] of goCommands) {
  const reads = Number(/^go1\.(\d+)/.exec(version)?.[1]) >= 25;
  Quota(`${version} ${reads ? 'follows' : 'does not look at'} the quota`, () => {
    const folder = join(cacheDir(), `quota-${version}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'quota.go'), source);
    const built = spawnSync(go, ['build', '-o', 'quota', 'quota.go'], { cwd: folder, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' }, encoding: 'utf8' });
    assert.is(built.status, 0, built.stderr);
    const image = new Uint8Array(readFileSync(join(folder, 'quota')));
    for (const cgroup of [1, 2] as const) {
      for (const [cpuQuota, procs] of [[0, 4], [2.5, 3], [0.5, 2], [9, 4]] as const) {
        assert.is(runImage(image, ['quota'], { cores: 4, cgroup, cpuQuota }).errors, `${reads ? procs : 4} 4\n`, `version ${cgroup}, ${cpuQuota} cores`);
      }
    }
  });
}
console.log(`cgroup quota: ${goCommands.size} Go toolchains, 8 machines each`);

Quota.run();
