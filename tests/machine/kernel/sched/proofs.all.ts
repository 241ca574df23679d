/** Proofs about the scheduler alone, a sample of each. proofs.soak.ts has the full counts. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Task } from '../../../../machine/kernel/task.js';
import { Schedule } from '../../../helpers/schedule.js';
import { heavyLatency, lightLatency, quotaUsed, shareError, spread, spreadOver } from './proofs.js';
const Proofs = suite('the scheduler over time, a sample');

Proofs('pairs of nice values share a core by their weights within 1 percentage point over 10 s', () => {
  let worst = 0;
  let pairs = 0;
  for (let a = -20; a <= 19; a += 3) {
    for (let b = a; b <= 19; b += 4) {
      const error = shareError(a, b, 10, pairs++);
      assert.ok(error <= 1, `nice ${a} and ${b}: ${error} points off`);
      worst = Math.max(worst, error);
    }
  }
  console.log(`shares of ${pairs} pairs of nice values: at most ${worst.toFixed(3)} percentage points off`);
});

for (const count of [2, 3, 5, 8, 13, 40]) {
  Proofs(`vruntimes of ${count} tasks never differ by more than a period and a tick`, () => {
    const { most, bound } = spread(count, count);
    assert.ok(most <= bound, `${most} of ${bound}`);
  });
}

for (const hogs of [1, 2, 4, 8, 16]) {
  Proofs(`a task that sleeps most of the time gets the core of ${hogs} others at once, a greedy one after a round`, () => {
    assert.is(lightLatency(hogs, hogs), 0);
    const { most, bound } = heavyLatency(hogs, hogs);
    assert.ok(most <= bound, `${most} of ${bound}`);
  });
}

Proofs('three tasks on two cores get 66.7 +- 5 % of a core each over 10 s', () => {
  let worst = 0;
  for (let seed = 1; seed <= 5; seed++) {
    const { shares } = spreadOver(3, 2, 10, seed);
    worst = Math.max(worst, ...shares.map((share) => Math.abs(100 * share - 66.7)));
    assert.ok(worst <= 5, `seed ${seed}: ${shares}`);
  }
  console.log(`three tasks on two cores, 5 seeds: at most ${worst.toFixed(1)} points from 66.7 %`);
});

Proofs('where tasks can be spread evenly they stay where they are', () => {
  for (const [tasks, cores] of [[2, 2], [4, 4], [8, 4], [8, 8], [24, 8]] as const) {
    const { shares, migrations } = spreadOver(tasks, cores, 10, tasks);
    assert.is(migrations[1], 0, `${tasks} on ${cores}: ${migrations}`);
    for (const share of shares) assert.ok(Math.abs(share / (cores / tasks) - 1) <= 0.08, `${tasks} on ${cores}: ${shares}`);
  }
});

Proofs('a group gets its quota within 1 %', () => {
  for (const [quota, cores, tasks] of [[0.5, 1, 1], [0.5, 4, 8], [1.5, 2, 2], [2, 4, 8], [2, 8, 8], [3.3, 8, 20]] as const) {
    const { used, periods, throttled } = quotaUsed(quota, cores, tasks, 10, tasks);
    assert.ok(Math.abs(used / quota - 1) <= 0.01, `${quota} cores of ${cores}: ${used}`);
    assert.ok(periods >= 98 && periods <= 101 && throttled >= periods - 2, `${periods} ${throttled}`);
  }
});

Proofs('a wake-up among 100 000 tasks looks at few of them', () => {
  let looks = 0;
  class Counted extends Map<number, Task> {
    override get(tid: number): Task | undefined {
      looks++;
      return super.get(tid);
    }
  }
  const s = new Schedule({}, new Counted());
  for (let i = 0; i < 100_000; i++) s.add();
  s.pass(1e8);
  const task = s.sleep(0);
  looks = 0;
  s.wake(task);
  s.sleep(0);
  assert.ok(looks < 400, `${looks} looks`); // a way down is at most 2 log2(100 000) = 34 nodes
});

Proofs.run();
