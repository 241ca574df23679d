import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { goroutineOf, loadsG } from '../../../machine/debug/tls.js';
import { filesOf, imageOf, source } from '../../helpers/guest.js';
import { machineFor } from '../../helpers/onMachine.js';
import { walk } from '../../helpers/tls.js';
const Tls = suite('g through the FS base');

/** Functions that a program's sources mark with the internal ABI. */
function internal(name: string): Set<string> {
  const texts = filesOf(name).map((path) => source(path).text);
  return new Set(texts.flatMap((text) => [...text.matchAll(/^TEXT\s+(\S+?)<ABIInternal>/gm)].map((m) => m[1]!.replaceAll('·', '.').replaceAll('∕', '/'))));
}

for (const [name, cores] of [['boot', 1], ['boot2', 2]] as const) {
  Tls(`${name} uses the g that the model reads, at every stop`, () => {
    const { machine } = machineFor(name, { cores, grain: 'insn' });
    const seen = walk(machine, imageOf(name), 2e6, internal(name));
    assert.is(machine.exitStatus, 0);
    assert.ok(seen.loads > 20 && seen.entries > 5 && seen.goroutines.size > 2, JSON.stringify({ ...seen, goroutines: seen.goroutines.size }));
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
