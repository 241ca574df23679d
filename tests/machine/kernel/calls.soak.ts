import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { randomCalls } from './calls.js';
const Calls = suite('random calls, all');

for (let seed = 1; seed <= 100; seed++) Calls(`seed ${seed}`, () => assert.ok(randomCalls(seed, 10_000) > 100));

Calls.run();
