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
  const { name, ...config } = JSON.parse(rt0('machines', '-v', 'neoverse-n1').out) as { name: string };
  assert.is(name, 'neoverse-n1');
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
