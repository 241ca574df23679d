import { suite } from 'uvu';
import { figures, noAnswers, randomCalls } from './calls.js';
import * as assert from 'uvu/assert';
const Calls = suite('random calls');

const seeds = 8;
const each = 1500;
const answers = noAnswers();

for (let seed = 1; seed <= seeds; seed++) {
  Calls(`every call is answered, seed ${seed}`, () => void randomCalls(seed, each, answers));
}
Calls('sizes', () => {
  console.log(`random calls: ${figures(answers)} (soak: 10^6)`);
  assert.ok(answers.succeeded > answers.calls / 50 && answers.errors.get('EFAULT')! > answers.calls / 50);
});

Calls.run();
