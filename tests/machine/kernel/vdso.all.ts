/** The vDSO as other tools see it: readelf finds a sound object with versioned names, and C libraries call it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { arches, cpuLevels, defaults } from '../../../machine/config.js';
import { vdsoImage } from '../../../machine/kernel/vdso.js';
import { vdsoAmd64 } from '../../../machine/kernel/vdsoAmd64.js';
import { vdsoArm64 } from '../../../machine/kernel/vdsoArm64.js';
import { built, cacheDir, hasAll, run } from '../../helpers/oracle.js';
import { machineTrace } from '../../helpers/straced.js';
const Vdso = suite('vDSO and tools');

const sides = {
  amd64: { vdso: vdsoAmd64(defaults.clockHz, defaults.epochNanos), machine: /Advanced Micro Devices X86-64/, compiler: 'gcc' },
  arm64: { vdso: vdsoArm64(defaults.epochNanos), machine: /AArch64/, compiler: 'aarch64-linux-gnu-gcc' },
};

for (const arch of arches) {
  const { vdso, machine, compiler } = sides[arch];

  Vdso(`readelf lists the functions of ${arch} with their version`, () => {
    if (!hasAll('vDSO against readelf', 'readelf')) return;
    const path = join(cacheDir(), `vdso-${arch}.so`);
    writeFileSync(path, vdsoImage(vdso));
    const r = run('readelf', ['-hldDsW', path]);
    assert.is(r.status, 0);
    assert.not.match(r.stderr + r.stdout, /warning|error|corrupt/i);
    assert.match(r.stdout, machine);
    assert.match(r.stdout, /SONAME.*linux-vdso\.so\.1/);
    for (const { name } of vdso.functions) assert.match(r.stdout, new RegExp(`FUNC +GLOBAL DEFAULT +1 ${name}@@${vdso.version.replaceAll('.', '\\.')}$`, 'm'));
  });

  Vdso(`a C library of ${arch} reads clocks without a system call`, () => {
    if (!hasAll('vDSO from C', compiler)) return;
    const path = built('tests/machine/kernel/clocks.c', compiler, (from, out) => ['-O2', '-static', '-o', out, from]);
    const trace = machineTrace({ path }, { arch, cpu: cpuLevels[arch].at(-1)! });
    assert.match(trace, /exited with 0/);
    assert.not.match(trace, /clock_gettime\(CLOCK_(MONOTONIC|REALTIME),|gettimeofday/);
    assert.match(trace, /clock_gettime\(CLOCK_BOOTTIME,/);
  });
}

Vdso.run();
