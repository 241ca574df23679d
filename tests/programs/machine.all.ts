/**
 * The guest programs under every condition that must not show: core counts, seeds, where interrupts land, how the run
 * is cut into pieces, and a snapshot continued by another machine.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { arches, cpuLevels, type Config } from '../../machine/config.js';
import { guests, wanted } from '../helpers/guest.js';
import { continued, machineFor, result, runOnMachine } from '../helpers/onMachine.js';

const Conditions = suite('programs under all conditions');

const conditions: readonly Partial<Config>[] = [
  ...[1, 2, 3, 4, 8].map((cores) => ({ cores })),
  ...[2, 3, 4, 5].map((seed) => ({ cores: 2, seed })),
  { cores: 2, grain: 'insn' },
  { cores: 4, grain: 'insn', seed: 7 },
  { cores: 2, quantumCycles: 50 },
  { cores: 2, quantumCycles: 1 },
];

for (const { name, arch } of guests) {
  for (const more of [...conditions, { cores: 4, cpu: cpuLevels[arch][0]! }]) {
    const config = { ...more, arch };
    Conditions(`${name} ${JSON.stringify(config)}`, () => {
      const first = runOnMachine(name, config);
      const { output, status, stopped } = first;
      assert.equal({ output, status, stopped }, { ...wanted(name), stopped: undefined });
      assert.equal(runOnMachine(name, config), first);
    });
  }

  Conditions(`${name} of ${arch} in pieces, and continued from a snapshot`, () => {
    const config = { arch, cores: 2 };
    const whole = runOnMachine(name, config);
    const { machine, host } = machineFor(name, config);
    const step = Math.ceil(whole.cycles / 7);
    for (let at = step; machine.run(at) === 'limit'; at += step);
    assert.equal(result(machine, host), whole);

    assert.equal(continued(name, config, Math.floor(whole.cycles / 2)), whole);
  });
}

for (let seed = 1; seed <= 20; seed++) {
  for (const arch of arches) {
    Conditions(`memmove and memclr of ${arch} agree with their models, seed ${seed}`, () => {
      assert.is(runOnMachine('memmove', { arch, cores: 1 }, [String(seed)]).output, wanted('memmove').output);
    });
  }
}

Conditions.run();
