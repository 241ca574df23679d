/** Skylake against BHive's measurements: mean error and rank correlation of both modes stay within the goals. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { difference, evaluate, modes, readBlocks, summary } from '../../bench/throughput.js';
import { reference } from '../../helpers/reference.js';

const Bhive = suite('skylake against BHive');
const goals = { interval: { mape: 0.11, tau: 0.89 }, window: { mape: 0.09, tau: 0.91 } } as const;

for (const mode of ['interval', 'window'] as const) {
  Bhive(`${mode}: error and order of unrolled blocks`, () => {
    const path = reference('bhive', 'bhive-skl-dev.csv');
    if (path === undefined) return;
    const blocks = readBlocks(path);
    const s = summary(evaluate(blocks, modes[mode]!));
    console.log(`${mode}: ${blocks.length} blocks, error ${(100 * s.mape).toFixed(2)} %, tau ${s.tau.toFixed(3)}`);
    assert.ok(s.mape <= goals[mode].mape && s.tau >= goals[mode].tau);
    assert.is(s.coverage, 1);
  });
}

Bhive('both modes agree within 5 % on average', () => {
  const path = reference('bhive', 'bhive-skl-dev.csv');
  if (path === undefined) return;
  const blocks = readBlocks(path);
  const apart = difference(evaluate(blocks, modes['interval']!), evaluate(blocks, modes['window']!));
  console.log(`interval and window differ by ${(100 * apart).toFixed(2)} %`);
  assert.ok(apart < 0.05);
});

Bhive.run();
