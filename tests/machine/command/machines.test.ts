import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { makeConfig, problems } from '../../../machine/config.js';
import { presets } from '../../../machine/presets.js';
import { uarchOf } from '../../../machine/uarch/lookup.js';
import { root } from '../../helpers/root.js';
const Machines = suite('command machines');

const rt0 = (...words: string[]): { status: number | null; out: string; err: string } => {
  const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), ...words], { encoding: 'utf8', cwd: join(root, 'programs') });
  return { status: r.status, out: r.stdout, err: r.stderr };
};

Machines('every machine is possible', () => {
  for (const { name, settings } of presets) assert.equal(problems(settings), [], name);
});

Machines('clocks are those of the cores, where one part is meant', () => {
  for (const name of ['skylake', 'neoverse-n1', 'teaching']) {
    const { settings } = presets.find((p) => p.name === name)!;
    assert.is(settings.clockHz, uarchOf(settings.uarch!)!.figures.clockHz, name);
  }
});

Machines('are listed, in full if asked for', () => {
  assert.is(rt0('machines').out.split('\n').length, presets.length + 1);
  assert.match(rt0('machines', 'skylake').out, /^skylake +amd64 +4 x 4 GHz/);
  const { name, counterHz, registers, ...config } = JSON.parse(rt0('machines', '-v', 'neoverse-n1').out) as { name: string; counterHz: number; registers: object };
  assert.is(name, 'neoverse-n1');
  assert.is(counterHz, 25e6);
  assert.equal(registers, { MIDR_EL1: '0x413fd0c1', CTR_EL0: '0x9444c004' });
  const sp = JSON.parse(rt0('machines', '-v', 'skylake-sp').out) as { counterHz: number; cpuid: Record<string, string[]> };
  assert.is(sp.counterHz, 2.7e9);
  // 1 MiB of 16 ways, and 22 MiB of 11 that 16 cores share
  assert.equal([sp.cpuid['4.2'], sp.cpuid['4.3'], sp.cpuid['80000006']], [['0x3c000143', '0x3c0003f', '0x3ff', '0x0'], ['0x3c03c163', '0x280003f', '0x7fff', '0x0'], ['0x0', '0x0', '0x4008040', '0x0']]);
  assert.equal(config, { ...makeConfig(presets.find((p) => p.name === name)!.settings) });
  assert.equal(rt0('machines', 'cray'), { status: 1, out: '', err: 'rt0: no machine cray; there is skylake, skylake-sp, neoverse-n1, teaching\n' });
});

Machines('run programs, and flags override them', () => {
  const stats = (...flags: string[]): string => rt0('run', '--stats', '--machine', ...flags, 'hello').err;
  assert.match(stats('skylake'), /core 3 .*\n(?:.*\n)*time .* at 4 GHz\n/);
  assert.match(stats('teaching', '--cores', '1'), /^core 0 .*\ntotal .*\n(?:.*\n)*time .* at 1 GHz\n/);
  assert.match(stats('neoverse-n1'), /core 15 .*\n(?:.*\n)*time .* at 2\.5 GHz\n/);
});

Machines.run();
