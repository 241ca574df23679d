import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CLOCK, E, TIMER_ABSTIME } from '../../../isa/abi/linux.js';
import { Clock } from '../../../machine/kernel/clock.js';
import { never } from '../../../machine/kernel/task.js';
import { Guest } from '../../helpers/task.js';
const Clocks = suite('clock');

Clocks('ticks become nanoseconds exactly, and back to the first tick of that nanosecond', () => {
  for (const hz of [3e9, 2.5e9, 3.2e9, 1e6, 2_399_999_999]) {
    const clock = new Clock(hz, '0');
    for (const ns of [1n, 3n, 999_999_999n, 1_000_000_007n, 3_600_000_000_000n]) {
      const ticks = clock.ticks(ns);
      assert.ok(clock.nanos(ticks) >= ns, `${hz} ${ns}`);
      assert.ok(clock.nanos(ticks - 1) < ns, `${hz} ${ns}`);
    }
  }
  assert.is(new Clock(3e9, '0').ticks(1n), 144);
  assert.is(new Clock(3e9, '0').ticks(2n ** 63n), never);
});

Clocks('monotonic time starts with the machine, real time at the configured epoch', () => {
  const g = new Guest({ epochNanos: '1700000000000000000' });
  assert.is(g.sys('clock_gettime', CLOCK.MONOTONIC, g.scratch), 0);
  assert.is(g.get64(g.scratch), 0n);
  assert.ok(Number(g.get64(g.scratch + 8)) > 0);
  g.sys('clock_gettime', CLOCK.REALTIME, g.scratch);
  assert.is(g.get64(g.scratch), 1_700_000_000n);
  assert.is(g.sys('time', 0), 1_700_000_000);
  assert.is(g.sys('clock_gettime', 77, g.scratch), -E.EINVAL);
  assert.is(g.sys('clock_gettime', CLOCK.MONOTONIC, 1), -E.EFAULT);
  assert.is(g.sys('clock_getres', CLOCK.MONOTONIC, g.scratch), 0);
  assert.is(g.get64(g.scratch + 8), 1n);
});

Clocks('nanosleep sleeps that long in virtual time and costs the host nothing', () => {
  const g = new Guest();
  const before = g.nanos;
  assert.ok(Number.isNaN(g.sys('nanosleep', g.duration(g.scratch, 5e9), 0)));
  g.pass(4_999_000);
  assert.is(g.task().state, 'waiting');
  g.pass(1_100);
  assert.is(g.task().state, 'running');
  assert.is(g.result(1), 0);
  assert.ok(g.nanos - before >= 5e9);
  assert.is(g.sys('nanosleep', g.duration(g.scratch, -1), 0), -E.EINVAL);
});

Clocks('clock_nanosleep takes a moment of its clock', () => {
  const g = new Guest();
  assert.is(g.sys('clock_nanosleep', CLOCK.MONOTONIC, TIMER_ABSTIME, g.duration(g.scratch, 1), 0), 0, 'long past');
  g.sys('clock_nanosleep', CLOCK.MONOTONIC, TIMER_ABSTIME, g.duration(g.scratch, 1_000_000), 0);
  g.pass(2_000);
  assert.ok(g.task().since >= 144e6, 'not before 1 ms');
  assert.is(g.sys('clock_nanosleep', CLOCK.THREAD_CPUTIME_ID, 0, g.scratch, 0), -E.EOPNOTSUPP);
});

Clocks('a thread\'s CPU time grows while it runs and stands while it sleeps', () => {
  const g = new Guest();
  const cpu = (): number => {
    g.sys('clock_gettime', CLOCK.THREAD_CPUTIME_ID, g.scratch);
    return Number(g.get64(g.scratch + 8));
  };
  const first = cpu();
  g.pass(1000);
  const second = cpu();
  assert.ok(second - first >= 1_000_000);
  g.sys('nanosleep', g.duration(g.scratch, 10_000_000), 0);
  g.pass(10_500);
  assert.ok(cpu() - second < 1_000_000);
});

Clocks.run();
