import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../helpers/random.js';
import { pricingOf } from '../../../machine/timing.js';
import { makeConfig } from '../../../machine/config.js';
import { amd64, arm64, Blocks } from './blocks.js';

const Sequences = suite('blocks and steps');

for (const [name, of] of Object.entries({ amd64, arm64 })) {
  Sequences(`random sequences end alike in blocks, in prepared blocks and step by step: ${name}`, () => {
    const blocks = new Blocks(of, () => pricingOf(makeConfig({ arch: of.isa.arch, timing: 'interval' })));
    const r = new Random(11);
    for (let i = 0; i < 400; i++) {
      const t = blocks.trial(r);
      assert.equal(t.differences, [], t.code);
    }
  });
}

Sequences.run();
