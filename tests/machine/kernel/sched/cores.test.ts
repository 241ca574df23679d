/** Where tasks run: placement of new and woken ones, balancing; real-time tasks; the group's bandwidth. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SCHED } from '../../../../isa/abi/linux.js';
import { ticksPerCycle } from '../../../../machine/config.js';
import { never } from '../../../../machine/kernel/task.js';
import { hog, perNano, Schedule } from '../../../helpers/schedule.js';
const Cores = suite('tasks and cores');

const ms = 1e6;

Cores('new tasks spread over idle cores', () => {
  const s = new Schedule({ cores: 4 });
  for (let i = 0; i < 4; i++) s.add();
  assert.equal([...s.current].sort(), [1, 2, 3, 4]);
});

Cores('a woken task goes back to its core if that idles, else to another idle one near its waker', () => {
  const s = new Schedule({ cores: 4 });
  const [waker, task] = [s.add(), s.add()];
  const home = task.core;
  assert.is.not(home, waker.core);
  s.pass(20 * ms);
  s.sleep(home);
  s.wake(task, waker.core);
  assert.is(task.core, home);
  s.sleep(home);
  s.add(hog, { affinity: 1n << BigInt(home) });
  s.wake(task, waker.core);
  assert.is(s.current[task.core], task.tid, 'it runs at once');
  assert.ok(task.core !== home && task.core !== waker.core);
});

Cores('a task goes only where its affinity allows', () => {
  const s = new Schedule({ cores: 4 });
  const all = Array.from({ length: 6 }, () => s.add(hog, { affinity: 0b0100n }));
  s.pass(200 * ms);
  assert.equal(all.map((t) => t.core), [2, 2, 2, 2, 2, 2]);
});

Cores('a core that runs dry takes a waiting task at once; one whose tasks wanted all of it, once their load has faded', () => {
  const s = new Schedule({ cores: 2 });
  const light = s.add({ run: 5 * ms, sleep: 1e12 }, { affinity: 0b10n }, 1);
  for (let i = 0; i < 3; i++) s.add(hog, { affinity: 0b01n });
  for (const t of s.tasks.values()) t.affinity = 0b11n;
  s.pass(4.9 * ms);
  assert.is(s.current[1], light.tid);
  s.pass(0.2 * ms);
  assert.is.not(s.current[1], 0);
  assert.is(s.state.queues[1]!.balance.newlyIdle.gained, 1);
  const busy = new Schedule({ cores: 2 });
  for (let i = 0; i < 4; i++) busy.add();
  busy.pass(500 * ms);
  for (let i = 0; i < 2; i++) busy.sleep(1);
  busy.pass(100 * ms);
  assert.is.not(busy.current[1], 0);
});

Cores('tasks that were bound to one core spread at its ticks once they no longer are', () => {
  const s = new Schedule({ cores: 4 });
  for (let i = 0; i < 4; i++) s.add(hog, { affinity: 1n });
  s.pass(50 * ms);
  assert.equal(s.current.slice(1), [0, 0, 0]);
  for (const t of s.tasks.values()) t.affinity = 0b1111n;
  s.pass(100 * ms);
  assert.equal(s.current.filter((tid) => tid === 0), []);
});

Cores('a core that runs dry takes a task that has not run yet, however young the machine is', () => {
  const s = new Schedule({ cores: 2 });
  s.add(hog, { affinity: 0b10n }, 1);
  s.add(hog, { affinity: 0b01n });
  const waiting = s.add(hog, { affinity: 0b01n });
  waiting.affinity = 0b11n;
  s.pass(0.1 * ms);
  s.sleep(1);
  assert.is(s.current[1], waiting.tid);
});

Cores('the first tick of a core with two tasks looks after idle cores: there is no time to wait for since the machine began', () => {
  const s = new Schedule({ cores: 2 });
  for (let i = 0; i < 2; i++) s.add(hog, { affinity: 0b01n });
  for (const t of s.tasks.values()) t.affinity = 0b11n;
  s.pass(4.1 * ms);
  assert.not.ok(s.current.includes(0), String(s.current));
});

/** Millions of cycles from the moment when as many hogs as cores may leave core 0 until each has a core, while another thread sleeps for `sleep` ns time and again, as Go's sysmon does. */
function untilAlone(cores: number, sleep: number, seed: number): number {
  const s = new Schedule({ cores, seed });
  s.add({ run: 2000, sleep });
  s.pass(seed * 12_345);
  const hogs = Array.from({ length: cores }, () => s.add(hog, { affinity: 1n }));
  s.pass(1 * ms + ((seed * 123_457) % (19 * ms)));
  for (const t of hogs) t.affinity = (1n << BigInt(cores)) - 1n;
  const from = s.now;
  let shared = s.now;
  for (let i = 0; i < 70 * 4; i++) {
    s.pass(0.25 * ms);
    if (new Set(hogs.map((t) => t.core)).size < cores) shared = s.now;
  }
  return (shared - from) / ticksPerCycle / 1e6;
}

for (const [cores, ticks] of [[2, 2], [3, 2], [4, 3], [8, 5]] as const) {
  Cores(`${cores} busy threads have ${cores} cores to themselves after ${ticks} ticks, although another wakes on one all the time`, () => {
    const millions = [20_000, 70_000].flatMap((sleep) => Array.from({ length: 12 }, (_, i) => untilAlone(cores, sleep, i + 1)));
    assert.ok(Math.max(...millions) <= ticks * 12, `a tick is 12 million cycles: ${millions}`);
  });
}

Cores('an idle core keeps its ticks while it runs now and then, and stops them with the second that finds it idle', () => {
  const s = new Schedule({ cores: 2 });
  s.add({ run: 2000, sleep: 1 * ms });
  s.pass(20 * ms);
  assert.ok(s.sched.deadline(0) < Infinity && s.sched.deadline(0) - s.now < 4.1 * ms * perNano);
  const once = new Schedule({ cores: 2 });
  once.add({ run: 2000, sleep: 1e15 });
  once.pass(8.1 * ms);
  assert.equal([once.sched.deadline(0), once.sched.deadline(1)], [never, never]);
});

Cores('a real-time task runs before all others, and leaves them 5 % of the time', () => {
  const s = new Schedule();
  const other = s.add();
  const first = s.add(hog, { policy: SCHED.FIFO, rtPriority: 1 });
  assert.is(s.current[0], first.tid);
  s.pass(5e9);
  assert.ok(Math.abs(s.seconds(other) / 5 - 0.05) < 0.005, String(s.seconds(other)));
  const unbounded = new Schedule({ sched: { sched_rt_runtime_us: -1 } });
  const starved = unbounded.add();
  unbounded.add(hog, { policy: SCHED.FIFO, rtPriority: 1 });
  unbounded.pass(5e9);
  assert.is(unbounded.seconds(starved), 0);
});

Cores('SCHED_RR takes turns of 100 ms among equals, SCHED_FIFO does not; a higher priority interrupts both', () => {
  const s = new Schedule({ sched: { sched_rt_runtime_us: -1 } });
  for (let i = 0; i < 2; i++) s.add(hog, { policy: SCHED.RR, rtPriority: 10 });
  s.pass(1e9);
  for (const t of s.tasks.values()) assert.ok(Math.abs(s.seconds(t) - 0.5) <= 0.11);
  assert.ok(s.switches >= 9 && s.switches <= 12, String(s.switches));
  const high = s.add({ run: 10 * ms, sleep: 1e9 }, { policy: SCHED.FIFO, rtPriority: 11 });
  assert.is(s.current[0], high.tid);
  s.pass(11 * ms);
  assert.is.not(s.current[0], high.tid);
  const before = s.switches;
  for (const t of s.tasks.values()) s.change(t, { policy: SCHED.FIFO });
  s.pass(0.9e9);
  assert.is(s.switches, before);
});

Cores('a real-time task that waits is pushed to a core with less important work', () => {
  const s = new Schedule({ cores: 2 });
  s.add(hog, { policy: SCHED.FIFO, rtPriority: 5 });
  const low = s.add(hog, { policy: SCHED.FIFO, rtPriority: 4 });
  assert.is(s.current[low.core], low.tid);
  const high = s.add(hog, { policy: SCHED.FIFO, rtPriority: 9 });
  assert.equal([...s.current].sort(), [1, high.tid]);
});

Cores('real-time and back: a task that was real-time is fair again, and has no head start', () => {
  const s = new Schedule();
  const [a, b] = [s.add(), s.add()];
  s.change(a, { policy: SCHED.FIFO, rtPriority: 3 });
  s.pass(300 * ms);
  assert.is(s.seconds(b) < 0.005, true);
  s.change(a, { policy: SCHED.OTHER, rtPriority: 0 });
  const start = [s.seconds(a), s.seconds(b)];
  s.pass(1e9);
  assert.ok(Math.abs(s.seconds(a) - start[0]! - 0.5) < 0.02);
  assert.ok(Math.abs(s.seconds(b) - start[1]! - 0.5) < 0.02);
});

Cores('a group that has used its quota stands still until the period ends, and is counted', () => {
  const s = new Schedule({ cores: 2, cpuQuota: 0.5 });
  const task = s.add();
  s.pass(60 * ms);
  assert.equal(s.current, [0, 0], 'throttled after 50 ms and at most a tick');
  assert.ok(Math.abs(s.seconds(task) - 0.05) < 0.0045, String(s.seconds(task)));
  s.pass(45 * ms);
  assert.ok(s.current.includes(task.tid));
  s.pass(900 * ms);
  const { nrPeriods, nrThrottled, throttledTime } = s.state.bandwidth;
  assert.equal([nrPeriods, nrThrottled], [10, 10]);
  assert.ok(Math.abs(throttledTime / 1e9 - 0.5) < 0.02, String(throttledTime));
});

Cores('the period\'s timer stops with the last task, so that nothing is due for ever', () => {
  const s = new Schedule({ cores: 1, cpuQuota: 0.5 });
  s.add({ run: 5 * ms, sleep: 1e15 });
  s.pass(1e9);
  assert.is(s.state.bandwidth.active, false);
  assert.ok(s.state.bandwidth.nrPeriods <= 2);
});

Cores.run();
