import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { randomCalls } from './calls.js';
const Calls = suite('random calls');

const seeds = 8;
const each = 1500;
console.log(`random calls: ${seeds} seeds, ${each} calls each (soak: 100 seeds, 10 000 each)`);

for (let seed = 1; seed <= seeds; seed++) {
  Calls(`every call is answered, seed ${seed}`, () => {
    assert.ok(randomCalls(seed, each) > each / 50);
  });
}

Calls.run();
