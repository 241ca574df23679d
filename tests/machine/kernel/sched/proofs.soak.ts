/** Proofs about the scheduler alone, in full: all pairs of nice values, many seeds. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { quotaUsed, shareError, spread, spreadOver } from './proofs.js';
const Proofs = suite('the scheduler over time');

Proofs('all 820 pairs of nice values share a core by their weights within 1 percentage point over 10 s', () => {
  let worst = 0;
  for (let a = -20; a <= 19; a++) {
    for (let b = a; b <= 19; b++) {
      const error = shareError(a, b, 10, a * 40 + b + 2000);
      assert.ok(error <= 1, `nice ${a} and ${b}: ${error} points off`);
      worst = Math.max(worst, error);
    }
  }
  console.log(`shares of 820 pairs of nice values: at most ${worst.toFixed(3)} percentage points off`);
});

Proofs('vruntimes of 2 to 60 tasks never differ by more than a period and a tick', () => {
  for (let count = 2; count <= 60; count++) {
    const { most, bound } = spread(count, 100 + count);
    assert.ok(most <= bound, `${count} tasks: ${most} of ${bound}`);
  }
});

Proofs('three tasks on two cores get 66.7 +- 5 % of a core each over 10 s', () => {
  let worst = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const { shares } = spreadOver(3, 2, 10, seed);
    worst = Math.max(worst, ...shares.map((share) => Math.abs(100 * share - 66.7)));
    assert.ok(worst <= 5, `seed ${seed}: ${shares}`);
  }
  console.log(`three tasks on two cores, 100 seeds: at most ${worst.toFixed(1)} points from 66.7 %`);
});

Proofs('where tasks can be spread evenly they stay where they are', () => {
  for (let seed = 1; seed <= 20; seed++) {
    for (const [tasks, cores] of [[2, 2], [4, 4], [8, 4], [8, 8], [24, 8], [32, 16]] as const) {
      const { migrations } = spreadOver(tasks, cores, 10, seed);
      assert.is(migrations[1], 0, `${tasks} on ${cores}, seed ${seed}: ${migrations}`);
    }
  }
});

Proofs('a group gets its quota within 1 %', () => {
  for (let seed = 1; seed <= 10; seed++) {
    for (const cores of [1, 2, 4, 8]) {
      for (let quota = 0.5; quota < cores; quota += 0.7) {
        const { used } = quotaUsed(quota, cores, 2 * cores, 10, seed);
        assert.ok(Math.abs(used / quota - 1) <= 0.01, `${quota} cores of ${cores}, seed ${seed}: ${used}`);
      }
    }
  }
});

Proofs.run();
