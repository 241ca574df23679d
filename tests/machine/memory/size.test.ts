/** What machines with caches take beside the guest's memory is there, or the config is refused. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { problems, type Config } from '../../../machine/config.js';
import { MemoryHost } from '../../../machine/host.js';
import { Machine } from '../../../machine/machine.js';
import { amendMemory } from '../../../machine/memory/check.js';
import { memoryOf, type MemoryDescription } from '../../../machine/memory/description.js';
import { defaultControlBytes } from '../../../machine/memory/ram.js';
import { controlBytes } from '../../../machine/memory/size.js';
const Sizes = suite('machine/memory size');

const mebi = 2 ** 20;

function changed(changes: unknown): MemoryDescription {
  const { description, problems: wrong } = amendMemory(memoryOf('skylake')!, changes);
  assert.equal(wrong, []);
  return description;
}

/** What of its control area a machine has given out. */
const used = (options: Partial<Config>): number => new Machine({ memoryBytes: mebi, ...options }, new MemoryHost()).ram['reserved'];

Sizes('a model takes no more than was set aside for it', () => {
  const descriptions = [
    memoryOf('skylake')!,
    changed({ lineBytes: 32, l1d: { bytes: '2816K', ways: 11, replacement: 'lru' }, l1i: { bytes: '4K', ways: 1, replacement: 'lru' }, l2: { bytes: '128K', ways: 1 } }),
    changed({ lineBytes: 128, l2: { bytes: '72K', ways: 9 }, l3: { bytes: '88M', ways: 11 }, dtlb: { small: { entries: 1 << 16, ways: 1 } }, stlb: { small: { entries: 1 << 15, ways: 1 << 15 } }, storeBuffer: 5000 }),
  ];
  for (const cores of [1, 32]) {
    const flat = used({ cores, timing: 'interval' });
    for (const caches of descriptions) {
      const taken = used({ caches, cores, timing: 'interval' }) - flat;
      const there = controlBytes({ caches, cores, memoryBytes: mebi }) - defaultControlBytes;
      assert.ok(taken <= there, `${cores} cores take ${taken} of ${there} bytes`);
    }
  }
});

Sizes('no byte of memory is at the offset that is all ones', () => {
  for (const memoryBytes of [mebi, 2048 * mebi, 3584 * mebi]) {
    const end = controlBytes({ caches: memoryOf('skylake')!, cores: 32, memoryBytes }) + memoryBytes;
    assert.ok(end <= 2 ** 32 - 65536 && end % 4096 === 0, String(end));
  }
});

Sizes('large caches have their memory beside that of the guest', () => {
  const caches = changed({ l2: { bytes: '16M', ways: 16 }, l3: { bytes: '512M', ways: 16 } });
  const { ram } = new Machine({ caches, cores: 32, memoryBytes: 512 * mebi, timing: 'interval' }, new MemoryHost());
  assert.is(ram.firstFrame * 4096, controlBytes({ caches, cores: 32, memoryBytes: 512 * mebi }));
  assert.is(ram.endFrame - ram.firstFrame, 512 * 256);
});

Sizes('what does not fit is refused with the figures', () => {
  const caches = changed({ l2: { bytes: '64M', ways: 16 } });
  assert.equal(problems({ caches, cores: 32, memoryBytes: 1024 * mebi, timing: 'interval' }), ['caches of 32 cores: their model takes 2442 MiB, and beside memory of 1024 MiB there are 1952 MiB']);
  assert.equal(problems({ caches: changed({ l2: { bytes: '16M', ways: 16 } }), cores: 32, memoryBytes: 3584 * mebi, timing: 'interval' }).length, 1);
  assert.equal(problems({ caches, cores: 4, memoryBytes: 1024 * mebi, timing: 'interval' }), []);
  assert.equal(problems({ caches: memoryOf('skylake')!, cores: 32, memoryBytes: 3584 * mebi, timing: 'interval' }), []);
  assert.equal(problems({ caches: memoryOf('skylake')!, cores: 33, timing: 'interval' }), ['cores 33 with caches: choose 1 to 32']);
});

Sizes.run();
