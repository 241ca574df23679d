import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { randomFamilies } from './randomFamilies.js';
const Lives = suite('random families of processes');

for (let seed = 1; seed <= 60; seed++) {
  Lives(`the kernel's records agree, and a second run ends alike, seed ${seed}`, () => {
    const first = randomFamilies(seed, 5000);
    assert.ok(first.done > 1000);
    assert.equal(randomFamilies(seed, 5000), first);
  });
}

Lives.run();
