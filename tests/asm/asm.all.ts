import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../helpers/random.js';
import { tally } from './mutants.js';
const Asm = suite('asm, sampled');

Asm('mutated sources are assembled or refused with errors that point at their text', () => {
  const count = 1000;
  const { good, bad, kinds, slowest } = tally(count, new Random(1));
  console.log(`asm mutants: ${count}, ${good} assembled, ${bad} refused, ${kinds.size} kinds of errors, slowest ${slowest.toFixed(0)} ms`);
  assert.ok(kinds.size > 60);
  assert.ok(slowest < 2000);
});

Asm.run();
