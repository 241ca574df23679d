/** What draws a task to another core: wakers that will sleep soon, balancing that moves the running task, and what tasks used when they last slept. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EPOLL, SCHED } from '../../../../isa/abi/linux.js';
import { groupOf, GroupType } from '../../../../machine/kernel/sched/groups.js';
import { learnUse, likelyUse, newAverage } from '../../../../machine/kernel/sched/pelt.js';
import type { Task } from '../../../../machine/kernel/task.js';
import { hog, perNano, Schedule } from '../../../helpers/schedule.js';
import { Guest } from '../../../helpers/task.js';
const Moves = suite('what moves tasks');

const ms = 1e6;

// Synchronous wake-ups

/** Two cores with a hog each, and a task that last ran on core 1 and sleeps. */
function sleeper(): { s: Schedule; waker: Task; task: Task } {
  const s = new Schedule({ cores: 2 });
  const waker = s.add(hog, { affinity: 0b01n });
  s.add(hog, { affinity: 0b10n }, 1);
  const task = s.add(hog, { affinity: 0b10n }, 1);
  while (s.current[1] !== task.tid) s.pass(ms);
  s.sleep(1);
  task.affinity = 0b11n;
  return { s, waker, task };
}

Moves('a waker that has its core to itself and will sleep soon draws the task there; another does not, if its core has as much load', () => {
  const place = (sync: boolean): number => {
    const { s, task } = sleeper();
    return s.sched.place(task, 1, 'woken', 0, s.now, sync);
  };
  assert.equal([place(false), place(true)], [1, 0]);
});

Moves('an idle core goes before that: the task\'s own first', () => {
  const { s, task } = sleeper();
  s.sleep(1);
  assert.is(s.sched.place(task, 1, 'woken', 0, s.now, true), 1);
});

Moves('beside other tasks, the waker\'s load does not count if it will sleep soon', () => {
  const { s, waker, task } = sleeper();
  s.add(hog, { affinity: 0b01n });
  const place = (load: number, sync: boolean, own = 2048): number => {
    waker.sched.average.loadAvg = 1024;
    task.sched.average.loadAvg = load;
    s.state.queues[0]!.fair.average.loadAvg = own;
    s.state.queues[1]!.fair.average.loadAvg = 1024 + load;
    return s.sched.place(task, 1, 'woken', 0, s.now, sync);
  };
  assert.is(s.current[0], waker.tid);
  assert.is(place(81, true), 0); // (2048 - 1024 + 81) * 100 = 110500 < (1024 + 81 - 81) * 108 + 1 = 110593
  assert.is(place(82, true), 1); // (2048 - 1024 + 82) * 100 = 110600
  assert.is(place(0, false), 1); // 2048 * 100 = 204800 >= 1024 * 108 = 110592
  assert.is(place(0, false, 1105), 0); // 110500 < 110592
  assert.is(place(5000, true, 1023), 0); // the waker alone has more load than its core
});

function pollOf(g: Guest, fd: number): number {
  g.put32(g.scratch + 640, fd);
  g.put32(g.scratch + 644, EPOLL.IN);
  return g.scratch + 640;
}

Moves('who writes into a pipe or reads from it wakes so, and who closes it, or wakes a futex or an epoll set, does not', () => {
  const g = new Guest();
  const { sched } = g.kernel;
  const place = sched.place.bind(sched);
  const seen: boolean[] = [];
  sched.place = (...args) => {
    seen.push(args[5] ?? false);
    return place(...args);
  };
  const woken = (act: () => void): boolean[] => {
    seen.length = 0;
    act();
    const wakes = [...seen];
    while (g.task(thread).state !== 'running') g.pass(1);
    return wakes;
  };
  const thread = g.thread();
  const pipe = (): [from: number, to: number] => {
    g.sys('pipe2', g.scratch, 0);
    return [g.get32(g.scratch), g.get32(g.scratch + 4)];
  };
  const [from, to] = pipe();
  g.sysAs(thread, 'read', from, g.scratch + 64, 8);
  assert.equal(woken(() => g.sys('write', to, g.scratch + 128, 8)), [true]);
  g.sysAs(thread, 'write', to, g.scratch + 4096, 65536);
  g.sysAs(thread, 'write', to, g.scratch + 4096, 1);
  assert.equal(woken(() => g.sys('read', from, g.scratch + 64, 8192)), [true]);
  g.sysAs(thread, 'futex', g.scratch + 256, 128, 0, 0);
  assert.equal(woken(() => g.sys('futex', g.scratch + 256, 129, 1)), [false]);
  const [reading, writing] = pipe();
  const set = g.sys('epoll_create1', 0);
  g.put32(g.scratch + 512, EPOLL.IN);
  assert.is(g.sys('epoll_ctl', set, EPOLL.CTL_ADD, reading, g.scratch + 512), 0);
  g.sysAs(thread, 'epoll_wait', set, g.scratch + 576, 1, -1);
  assert.equal(woken(() => g.sys('write', writing, g.scratch + 128, 8)), [false]);
  g.sysAs(thread, 'read', reading, g.scratch + 64, 8);
  g.sysAs(thread, 'poll', pollOf(g, reading), 1, -1);
  assert.equal(woken(() => g.sys('write', writing, g.scratch + 128, 8)), [true]);
  g.sysAs(thread, 'read', reading, g.scratch + 64, 8);
  g.sysAs(thread, 'read', reading, g.scratch + 64, 8);
  assert.equal(woken(() => g.sys('close', writing)), [false]);
});

// Active balancing

/** A hog of policy SCHED_IDLE bound to core 0, which a usual one keeps from running: at no tick is there one that waits and may go. */
function stuck(bound: boolean): { s: Schedule; task: Task; ticks: (n: number) => void } {
  const s = new Schedule({ cores: 2 });
  const task = s.add(hog, { affinity: 0b01n });
  s.add(hog, { policy: SCHED.IDLE, affinity: 0b01n });
  s.pass(20 * ms);
  s.state.queues[1]!.balanceInterval = s.state.nextIdleBalance = 0;
  if (!bound) task.affinity = 0b11n;
  const ticks = (n: number): void => {
    for (let i = 0; i < n; i++) s.pass((s.sched.deadline(0) - s.now) / perNano);
  };
  return { s, task, ticks };
}

Moves('what waits on a core may not leave it: once three looks have failed, the running task is moved', () => {
  const { s, task, ticks } = stuck(false);
  const idle = s.state.queues[1]!;
  ticks(3); // a look at each tick of core 0, on behalf of core 1
  assert.equal([task.core, idle.balanceFailed, idle.pushes.asked], [0, 3, 0]);
  ticks(1);
  assert.equal([task.core, s.current[1], idle.balanceFailed], [1, task.tid, 0]);
  assert.equal([idle.pushes, idle.balance.idle.failed, task.sched.migrations], [{ asked: 1, failed: 0, done: 1 }, 4, 1]);
});

Moves('where all may not leave, nothing is moved, and looks come further and further apart, up to 512 ms', () => {
  const { s, task } = stuck(true);
  const idle = s.state.queues[1]!;
  const before = idle.balance.idle.count;
  s.pass(1500 * ms);
  assert.equal([task.core, idle.pushes.asked, idle.balanceFailed], [0, 0, 0]);
  assert.is(idle.balanceInterval, 512 * ms);
  const looks = idle.balance.idle.count - before;
  assert.ok(looks >= 9 && looks <= 20, `${looks} looks: after 4, 8, 16 ... ms, and every 200 ms at the latest`);
});

Moves('a core whose tasks are all bound is passed over for the next busiest', () => {
  const s = new Schedule({ cores: 3 });
  for (let i = 0; i < 4; i++) s.add(hog, { affinity: 0b001n });
  const free = [s.add(hog, { affinity: 0b010n }, 1), s.add(hog, { affinity: 0b010n }, 1)];
  for (const t of free) t.affinity = 0b111n;
  s.pass(40 * ms);
  assert.equal(free.map((t) => t.core).sort(), [1, 2]);
});

// Estimates of use

Moves('a task\'s estimate follows more use at once, and less by a quarter', () => {
  const a = newAverage();
  const sleeps = (util: number): number[] => {
    a.utilAvg = util;
    a.lastUse &= ~1; // its averages have changed
    learnUse(a, true);
    return [a.lastUse, a.usualUse];
  };
  assert.equal(sleeps(400), [401, 401]); // the lowest bit is a mark
  assert.equal(sleeps(200), [201, 351]); // (4 * 401 + 201 - 401) / 4
  assert.is(likelyUse(a), 351);
  assert.equal(sleeps(344), [200, 351]); // 345 is 6 away: less than a hundredth of a core changes nothing
  assert.equal(sleeps(600), [601, 601]);
  a.utilAvg = 100;
  learnUse(a, true);
  assert.equal([a.lastUse, a.usualUse], [601, 601], 'nothing has changed since');
});

Moves('a task that wakes for moments only learns from each of them, although no period of its averages ends while it runs', () => {
  const s = new Schedule();
  const task = s.add();
  s.pass(200 * ms);
  s.sleep(0);
  const { average } = task.sched;
  assert.ok(average.usualUse > 950, String(average.usualUse));
  for (let i = 0; i < 20; i++) {
    s.pass(40 * 2 ** 20 - 10_240); // a period is 2^20 ns
    s.wake(task);
    s.pass(10_240);
    s.sleep(0);
  }
  assert.ok(average.usualUse < 20, String(average.usualUse));
});

Moves('a core counts what its tasks used before they slept, although their averages have faded', () => {
  for (const on of [true, false]) {
    const s = new Schedule({ sched: { features: { UTIL_EST: on } } });
    const q = s.state.queues[0]!;
    const task = s.add();
    s.pass(200 * ms);
    s.sleep(0);
    const used = task.sched.average.utilAvg | 1;
    assert.ok(used > 950, String(used));
    assert.is(q.fair.average.lastUse, 0);
    s.pass(200 * ms); // 6 half-lives and more
    s.wake(task);
    const group = groupOf(s, q);
    assert.equal([group.type, on ? group.util : group.util < 20], on ? [GroupType.FullyBusy, used] : [GroupType.HasSpare, true]);
    s.add();
    assert.is(q.fair.average.lastUse, (on ? used : 1) + 1, 'a new task has no estimate but the mark');
  }
});

Moves.run();
