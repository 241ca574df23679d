import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FUTEX } from '../../../isa/abi/linux.js';
import { MemoryHost } from '../../../machine/host.js';
import { Kernel } from '../../../machine/kernel/kernel.js';
import { Machine } from '../../../machine/machine.js';
import { Guest } from '../../helpers/task.js';
const Sched = suite('sched');

Sched('two threads share one core: at a tick, one that has had its 3 ms gives way', () => {
  const g = new Guest({ cores: 1, clockHz: 30e6 }); // 30 000 cycles a millisecond
  g.sys('clone', 0xd0f00, g.scratch + 32768, 0, 0, g.scratch);
  assert.is(g.task(2).state, 'ready');
  g.pass(81); // 8.1 ms, and ticks are 4 ms apart
  const switches = [1, 2].map((tid) => g.task(tid).involuntarySwitches);
  assert.ok(switches[0]! >= 1, String(switches));
  g.pass(4000);
  const ran = [1, 2].map((tid) => g.kernel.cpuTicks(g.task(tid)) / (48 * 30_000));
  assert.ok(Math.abs(ran[0]! - ran[1]!) < 10, `${ran} ms`);
});

Sched('on a clock so slow that a switch takes longer than 4 ms, threads still get to run', () => {
  const g = new Guest({ cores: 1, clockHz: 200_000 });
  g.sys('clone', 0xd0f00, g.scratch + 32768, 0, 0, g.scratch);
  const { instructions } = g.machine;
  g.machine.run(g.machine.cycles + 60_000);
  assert.ok(g.task(1).involuntarySwitches + g.task(2).involuntarySwitches >= 3);
  assert.ok(g.machine.instructions - instructions > 40_000, 'most of the time is theirs');
});

Sched('a thread that sleeps and wakes others in turn is interrupted by them, however short its turns are', () => {
  // as one that stops Go's world before the threads it has just woken have run
  const g = new Guest({ cores: 1 });
  g.sys('clone', 0xd0f00, g.scratch + 32768, 0, 0, g.scratch);
  while (g.task(2).state !== 'running') g.pass(500);
  g.sysAs(2, 'futex', g.scratch, FUTEX.WAIT | FUTEX.PRIVATE_FLAG, 0, 0);
  g.pass(10_000);
  g.sys('nanosleep', g.duration(g.scratch + 64, 100_000), 0);
  const { runTicks } = g.task(1);
  while (g.task(1).state !== 'running') g.pass(1);
  assert.is(g.sys('futex', g.scratch, FUTEX.WAKE | FUTEX.PRIVATE_FLAG, 1), 1);
  assert.equal([g.task(1).state, g.task(2).state], ['ready', 'running']);
  assert.ok(g.task(1).runTicks - runTicks < 12_000 * 48, 'no longer than the shortest slice');
});

Sched('waking takes the waker time for each thread, however many go to one core that was sent an interrupt already', () => {
  const g = new Guest({ cores: 2 });
  const tids = [g.thread(), g.thread(), g.thread()];
  for (const tid of tids) {
    g.task(tid).affinity = 0b10n;
    while (g.task(tid).state !== 'running') g.pass(50);
    g.sysAs(tid, 'futex', g.scratch, FUTEX.WAIT | FUTEX.PRIVATE_FLAG, 0, 0);
  }
  g.pass(1);
  const { costs } = g.kernel;
  const start = g.machine.core(0).ticks;
  assert.is(g.sys('futex', g.scratch, FUTEX.WAKE | FUTEX.PRIVATE_FLAG, 3), 3);
  const took = (g.machine.core(0).ticks - start) / 48;
  assert.ok(took >= costs.syscall + 3 * costs.wake + costs.kick && took < costs.syscall + 3 * costs.wake + 2 * costs.kick, String(took));
  const readyAt = tids.map((tid) => g.task(tid).readyAt);
  assert.ok(readyAt[1]! - readyAt[0]! >= costs.wake * 48 && readyAt[2]! - readyAt[1]! >= costs.wake * 48, String(readyAt));
});

Sched('sched_yield lets a waiting thread run that is hardly behind, and is nothing when none waits', () => {
  const g = new Guest({ cores: 1 });
  assert.is(g.sys('sched_yield'), 0);
  assert.is(g.task(1).state, 'running');
  g.sys('clone', 0xd0f00, g.scratch + 32768, 0, 0, g.scratch);
  assert.is(g.sys('sched_yield'), 0);
  assert.equal([g.task(1).state, g.task(2).state], ['running', 'ready'], 'a new thread is due only 3 ms later');
  assert.is(g.task(1).involuntarySwitches, 0);
  g.task(2).sched.vruntime = g.task(1).sched.vruntime + 500_000;
  assert.is(g.sys('sched_yield'), 0);
  assert.equal([g.task(1).state, g.task(2).state], ['ready', 'running']);
  assert.is(g.task(1).involuntarySwitches, 1);
});

Sched('affinity is kept, reported, and moves a running thread at once', () => {
  const g = new Guest({ cores: 4 });
  assert.is(g.sys('sched_getaffinity', 0, 128, g.scratch), 8);
  assert.is(g.get64(g.scratch), 0b1111n);
  assert.is(g.sys('sched_getaffinity', 0, 4, g.scratch), -22, 'a mask is whole words');
  g.put64(g.scratch, 0b100);
  assert.is(g.sys('sched_setaffinity', 0, 8, g.scratch), 0);
  g.pass(10);
  assert.equal([g.task().state, g.task().core], ['running', 2]);
  g.put64(g.scratch, 0);
  assert.is(g.sys('sched_setaffinity', 0, 8, g.scratch), -22);
});

Sched('a thread starts no earlier than its clone, on a core of its own', () => {
  const g = new Guest({ cores: 2 });
  const before = g.machine.core(0).ticks;
  const tid = g.thread();
  assert.is(g.task(tid).core, 1);
  assert.ok(g.task(tid).since >= before);
  assert.is(g.result(tid), 0, 'clone returns 0 in the child');
});

Sched('a snapshot taken while a quota holds threads back continues alike', () => {
  const g = new Guest({ cores: 2, cpuQuota: 0.5, clockHz: 30e6 }); // 30 000 cycles a millisecond
  g.thread();
  g.pass(700);
  assert.equal(g.kernel.state.current, [0, 0], 'the quota of the period is used up');
  const copy = Machine.restore(g.machine.snapshot(), new MemoryHost(), (parts) => new Kernel(parts));
  const end = 130 * 30_000;
  g.machine.run(end);
  copy.run(end);
  assert.ok(g.task(1).sched.sumExec > 30e6);
  assert.is(copy.digest(), g.machine.digest());
});

Sched.run();
