import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../helpers/random.js';
import { Blocks } from './blocks.js';

const Sequences = suite('blocks and steps');

Sequences('random sequences end alike in blocks, in hot blocks and step by step', () => {
  const blocks = new Blocks();
  const r = new Random(11);
  for (let i = 0; i < 400; i++) {
    const t = blocks.trial(r);
    assert.equal(t.differences, [], t.code);
  }
});

Sequences.run();
