import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SchedClock } from '../../../../machine/kernel/sched/clock.js';
import { Clock } from '../../../../machine/kernel/clock.js';
import { attach, decay, decays, detach, newAverage, updateQueue, updateTask } from '../../../../machine/kernel/sched/pelt.js';
import { deltaFair, mulShift, shareOf, weights } from '../../../../machine/kernel/sched/weights.js';
import { Random } from '../../../../machine/kernel/random.js';
const Numbers = suite('the arithmetic of the scheduler');

Numbers('products are shifted exactly, however large', () => {
  const random = new Random(1);
  for (let i = 0; i < 10_000; i++) {
    const a = random.below(2 ** 32) * 2 ** random.below(21) + random.below(2 ** 20);
    const b = random.below(2 ** 32);
    const shift = 21 + random.below(12);
    assert.is(mulShift(a, b, shift), Number((BigInt(a) * BigInt(b)) >> BigInt(shift)), `${a} * ${b} >> ${shift}`);
  }
});

Numbers('a nanosecond of nice 0 is a nanosecond, and each step of nice a quarter more', () => {
  assert.is(deltaFair(123_456_789, 1024), 123_456_789);
  assert.is(deltaFair(1_000_000, 820), 1_248_780); // 1e6 * 1024 * 5237765 / 2^32
  assert.is(deltaFair(1_000_000, 15), 68_266_666);
  assert.is(deltaFair(1_000_000, 88761), 11_536);
  for (let i = 1; i < weights.length; i++) {
    const step = weights[i - 1]! / weights[i]!;
    assert.ok(step > 1.15 && step < 1.31, `nice ${i - 20}`);
  }
});

Numbers('a slice is the part of a period that the weight is of all', () => {
  assert.is(shareOf(6_000_000, 1024, 1024), 5_999_998, 'the inverse of the sum is rounded down, as Linux does');
  assert.is(shareOf(6_000_000, 1024, 3072), 1_999_999);
});

Numbers('what was 32 periods ago counts half', () => {
  decays.forEach((factor, n) => assert.ok(Math.abs(factor / (2 ** 32 - 1) - 0.5 ** (n / 32)) < 1e-9, String(n)));
  assert.is(decay(1000, 32), 499); // 500 * (2^32 - 1) >> 32
  assert.is(decay(47742, 2100), 0);
});

Numbers('a task that always runs comes to its weight, and is half of it a half-life after it slept', () => {
  const a = newAverage();
  for (let ms = 1; ms <= 400; ms++) updateTask(a, ms * 1_048_576, 1024, true, true);
  assert.ok(a.utilAvg >= 1020 && a.loadAvg >= 1020, `${a.utilAvg} ${a.loadAvg}`);
  updateTask(a, 432 * 1_048_576, 1024, false, false);
  assert.ok(Math.abs(a.utilAvg - 512) <= 3, String(a.utilAvg));
});

Numbers('what joins a queue and leaves it again leaves no load behind', () => {
  const queue = newAverage();
  const task = newAverage();
  updateQueue(queue, 5_000_000, 0, 0, false);
  [task.loadAvg, task.utilAvg, task.runnableAvg] = [820, 300, 400];
  attach(queue, task, 820);
  assert.equal([queue.loadAvg, queue.utilAvg], [820, 300]);
  detach(queue, task);
  assert.equal([queue.loadAvg, queue.loadSum, queue.utilSum], [0, 0, 0]);
});

Numbers('ticks are nanoseconds exactly at any clock; below 3 MHz the scheduler\'s go slower', () => {
  const random = new Random(2);
  for (const hz of [3e9, 2.4e9, 100e6, 3_333_333_333, 2_999_999_999, 5e6]) {
    const [clock, exact] = [new SchedClock(hz, 12_000), new Clock(hz, '0')];
    for (let i = 0; i < 500; i++) {
      const ticks = random.below(2 ** 31) * 2 ** random.below(21);
      assert.is(clock.nanos(ticks), Number(exact.nanos(ticks)), `${ticks} at ${hz}`);
    }
    assert.is(clock.nanos(clock.ticks(4_000_000)), 4_000_000);
  }
  assert.is(new SchedClock(200_000, 12_000).nanos(12_000 * 48), 4_000_000);
});

Numbers.run();
