import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../helpers/random.js';
import { machineFor, result } from '../../helpers/onMachine.js';

const Flush = suite('flushes');

Flush('dropping lookasides and decoded code at any time changes neither cycles nor results', () => {
  for (const name of ['counter', 'boot2']) {
    const plain = machineFor(name);
    plain.machine.run(3e8);
    const want = result(plain.machine, plain.host);
    const flushed = machineFor(name);
    const r = new Random(7);
    for (let until = 0; flushed.machine.exitStatus === undefined && until < 3e8; until += 1 + r.below(800_000)) {
      flushed.machine.run(until);
      flushed.machine.engine.flushAll();
    }
    assert.equal(result(flushed.machine, flushed.host), want, name);
  }
});

Flush.run();
