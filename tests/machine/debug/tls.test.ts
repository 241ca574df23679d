import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { goroutineOf, loadsG } from '../../../machine/debug/tls.js';
import { machineFor } from '../../helpers/onMachine.js';
import { walkOurs } from '../../helpers/tls.js';
const Tls = suite('g as the model reads it');

for (const [name, cores, arch] of [['boot', 1, 'amd64'], ['boot2', 2, 'amd64'], ['boot', 1, 'arm64']] as const) {
  Tls(`${name} of ${arch} uses the g that the model reads, at every stop`, () => {
    const seen = walkOurs(name, arch, cores);
    assert.ok((arch === 'arm64' || seen.loads > 20) && seen.entries > 5 && seen.onStack > 5 && seen.goroutines.size > 2, JSON.stringify({ ...seen, goroutines: seen.goroutines.size }));
  });
}

Tls('a load of g is known by its bytes', () => {
  assert.is(loadsG(Uint8Array.of(0x64, 0x48, 0x8b, 0x0c, 0x25, 0xf8, 0xff, 0xff, 0xff)), 1);
  assert.is(loadsG(Uint8Array.of(0x64, 0x4c, 0x8b, 0x34, 0x25, 0xf8, 0xff, 0xff, 0xff)), 14);
  assert.is(loadsG(Uint8Array.of(0x64, 0x48, 0x89, 0x0c, 0x25, 0xf8, 0xff, 0xff, 0xff)), undefined, 'a store');
  assert.is(loadsG(Uint8Array.of(0x64, 0x48, 0x8b, 0x0c, 0x25, 0xf0, 0xff, 0xff, 0xff)), undefined, 'another slot');
});

Tls('a thread without thread-local storage has no g', () => {
  const { machine } = machineFor('hello');
  machine.run(5);
  assert.is(goroutineOf(machine, 0), undefined);
});

Tls.run();
