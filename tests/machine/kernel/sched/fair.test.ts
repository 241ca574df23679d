import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SCHED } from '../../../../isa/abi/linux.js';
import type { Task } from '../../../../machine/kernel/task.js';
import { hog, perNano, Schedule } from '../../../helpers/schedule.js';
const Fair = suite('the fair class');

const ms = 1e6;
const runsOn = (s: Schedule, core = 0): number => s.current[core]!;

Fair('a new task begins a slice behind the one that made it, and its creator goes on', () => {
  const s = new Schedule();
  const first = s.add();
  s.pass(ms);
  const second = s.add();
  assert.is(runsOn(s), 1);
  assert.is(second.sched.vruntime - first.sched.vruntime, 2_999_998); // half of 6 ms, the inverse of the weight cut
  s.pass(4 * ms);
  const third = s.add();
  assert.is(third.sched.vruntime - s.state.queues[0]!.fair.minVruntime, 1_999_999);
});

Fair('with sched_child_runs_first the child is ahead, and runs at once', () => {
  const s = new Schedule({ sched: { sched_child_runs_first: 1 } });
  s.add();
  s.pass(ms);
  const child = s.add();
  assert.is(runsOn(s), child.tid);
});

Fair('a task that has had its slice gives way at the next tick, and not before', () => {
  const s = new Schedule();
  s.add();
  s.add();
  const first = s.sched.deadline(0) / perNano;
  s.pass(first + 10);
  assert.is(runsOn(s), first > 3 * ms ? 2 : 1);
  s.pass(9 * ms);
  assert.equal([...s.tasks.values()].map((t) => t.runTicks > 0), [true, true]);
});

Fair('a slice is a part of 6 ms among a few tasks, and 0.75 ms or more among many', () => {
  const s = new Schedule({ sched: { HZ: 1000 } });
  for (let i = 0; i < 8; i++) s.add();
  const interval = (): number => s.sched.interval(s.tasks.get(1)!);
  assert.is(interval(), 0, '0.75 ms is no whole tick');
  s.change(s.tasks.get(1)!, { nice: -10 });
  assert.is(interval(), 3 * ms); // 6 ms * 9548 / (9548 + 7 * 1024), whole ticks
  for (let i = 0; i < 20; i++) s.add();
  assert.is(interval(), 5 * ms); // 21 ms * 9548 / (9548 + 27 * 1024)
});

Fair('latency and granularity grow with the logarithm of the cores', () => {
  const slices = [1, 2, 4, 8, 16].map((cores) => {
    const s = new Schedule({ cores, sched: { HZ: 1000 } });
    return s.sched.interval(s.add()) / ms;
  });
  assert.equal(slices, [5, 11, 17, 23, 23]); // 6, 12, 18, 24, 24 less what rounding takes
});

/** A hog that runs and a task that has slept for long. */
function sleeper(set: Partial<Task> = {}, others: Partial<Task> = {}): { s: Schedule; task: Task } {
  const s = new Schedule();
  const task = s.add(hog, set);
  s.add(hog, others);
  while (runsOn(s) !== 1) s.pass(ms);
  s.sleep(0);
  s.pass(100 * ms);
  return { s, task };
}

Fair('a sleeper is placed half a latency back, and preempts', () => {
  const { s, task } = sleeper();
  const running = s.tasks.get(2)!;
  s.wake(task);
  assert.is(runsOn(s), 1);
  assert.is(running.sched.vruntime - task.sched.vruntime, 3 * ms);
  const without = new Schedule({ sched: { features: { WAKEUP_PREEMPTION: false } } });
  without.add();
  without.add();
  without.sleep(0);
  without.pass(50 * ms);
  without.wake(without.tasks.get(1)!);
  assert.is(runsOn(without), 2);
});

Fair('one that slept too short for a granularity does not preempt', () => {
  const { s, task } = sleeper();
  s.wake(task);
  s.pass(2.5 * ms); // 3 ms ahead, and a granularity is 1 ms
  assert.is(runsOn(s), 1);
  s.sleep(0);
  s.pass(0.1 * ms);
  s.wake(task);
  assert.is(runsOn(s), 2);
});

Fair('a heavy sleeper preempts sooner than a light one', () => {
  for (const [nice, preempts] of [[-15, true], [15, false]] as const) {
    const { s, task } = sleeper({ nice });
    s.wake(task);
    assert.is(runsOn(s) === 1, preempts, `nice ${nice}: its vruntime lags by 3 ms, where 1 ms of it counts as ${nice < 0 ? 0.03 : 28}`);
  }
});

Fair('SCHED_BATCH does not preempt, SCHED_IDLE is preempted by all', () => {
  const batch = sleeper({ policy: SCHED.BATCH });
  batch.s.wake(batch.task);
  assert.is(runsOn(batch.s), 2);
  const idle = sleeper({}, { policy: SCHED.IDLE });
  idle.s.wake(idle.task);
  assert.is(runsOn(idle.s), 1);
});

Fair('who yields is passed over once, if the next is less than a granularity behind', () => {
  const s = new Schedule();
  s.add();
  s.pass(ms);
  s.add();
  s.yield(0);
  assert.is(runsOn(s), 1, 'the new one is due in 3 ms');
  s.pass(40 * ms);
  const [running, other] = [s.tasks.get(runsOn(s))!, s.tasks.get(3 - runsOn(s))!];
  other.sched.vruntime = running.sched.vruntime + 0.9 * ms;
  s.yield(0);
  assert.is(runsOn(s), other.tid);
});

Fair('a sleeping task that wakes on another core keeps its distance from the queue', () => {
  const s = new Schedule({ cores: 2 });
  const task = s.add();
  s.add(hog, { affinity: 0b10n });
  s.pass(30 * ms);
  s.sleep(task.core);
  task.affinity = 0b10n;
  s.wake(task);
  assert.is(task.core, 1);
  const lag = s.state.queues[1]!.fair.minVruntime - task.sched.vruntime;
  assert.ok(lag >= -ms && lag <= 6 * ms, String(lag)); // at most half a latency of 12 ms
  assert.is(task.sched.migrations, 1);
});

Fair('nice values change a queue\'s weight while tasks run and wait', () => {
  const s = new Schedule();
  s.add();
  s.add();
  s.change(s.tasks.get(1)!, { nice: 5 });
  s.change(s.tasks.get(2)!, { nice: -5 });
  assert.is(s.state.queues[0]!.fair.weight, 335 + 3121);
  const before = s.seconds(s.tasks.get(1)!);
  s.pass(2e9);
  assert.ok(Math.abs((s.seconds(s.tasks.get(1)!) - before) / 2 - 335 / 3456) < 0.01);
});

Fair.run();
