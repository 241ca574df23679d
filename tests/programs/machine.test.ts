/** The guest programs on the machine: the output of want.txt on any number of cores, and the same run twice. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { guests, wanted, type Guest } from '../helpers/guest.js';
import { arches } from '../../machine/config.js';
import { continued, runOnMachine } from '../helpers/onMachine.js';

const OnMachine = suite('programs on the machine');

/**
 * A loop that waits to be preempted has a core to itself for whole time slices: on one core that takes long. memmove has
 * one thread and ten million instructions. What the number of cores changes is the same on both instruction sets.
 */
function coresFor({ name, arch }: Guest): readonly number[] {
  if (name === 'memmove') return [1];
  if (arch === 'arm64') return [4];
  return name === 'signal' ? [2, 4] : [1, 4];
}

/** Where a second run has most to get wrong; machine.all.ts repeats all of them. */
const threaded = new Set(['boot2', 'calls', 'signal', 'tls']);

for (const guest of guests) {
  const { name, arch } = guest;
  for (const cores of coresFor(guest)) {
    OnMachine(`${name} on ${cores} ${cores === 1 ? 'core' : 'cores'} of ${arch}`, () => {
      const first = runOnMachine(name, { arch, cores });
      const { output, status, stopped } = first;
      assert.equal({ output, status, stopped }, { ...wanted(name), stopped: undefined });
      if (cores === 4 && threaded.has(name)) assert.equal(runOnMachine(name, { arch, cores }), first);
    });
  }
}

for (const arch of arches) {
  OnMachine(`two threads continue from a snapshot on another machine, ${arch}`, () => {
    const config = { arch, cores: 2 };
    const whole = runOnMachine('boot2', config);
    assert.equal(continued('boot2', config, Math.floor(whole.cycles / 2)), whole);
  });
}

OnMachine.run();
