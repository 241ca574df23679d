import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FUTEX } from '../../../isa/abi/linux.js';
import { Random } from '../../../machine/kernel/random.js';
import { FifoScheduler } from '../../../machine/kernel/sched.js';
import { newTask, never, type Task } from '../../../machine/kernel/task.js';
import { Guest } from '../../helpers/task.js';
const Sched = suite('sched');

function queues(cores: number, count: number): { s: FifoScheduler; tasks: Task[] } {
  const tasks = Array.from({ length: count }, (_, i) => newTask(i + 1, 1, 't', 0, (1n << BigInt(cores)) - 1n));
  return { s: new FifoScheduler(FifoScheduler.newState(cores), new Map(tasks.map((t) => [t.tid, t])), 1_000_000, new Random(1)), tasks };
}

Sched('tasks run in the order they came, each for a slice within 1 % of its length', () => {
  const { s, tasks } = queues(1, 3);
  for (const t of tasks) s.enqueue(0, t);
  assert.is(s.deadline(0), never);
  assert.is(s.pick(0)!.tid, 1);
  s.begin(0, 500);
  assert.ok(Math.abs(s.deadline(0) - 1_000_500) <= 10_000);
  assert.ok(s.tick(0, s.deadline(0)), 'another waits');
  s.put(0, tasks[0]!, 0, 'preempted');
  assert.equal(s.queued(0), [2, 3, 1]);
});

Sched('a woken task takes the core from one that has had a slice more, and waits for its turn otherwise', () => {
  const { s, tasks } = queues(1, 3);
  s.enqueue(0, tasks[0]!);
  s.enqueue(0, tasks[1]!);
  s.pick(0);
  tasks[0]!.runTicks = 700_000;
  tasks[0]!.since = 100;
  assert.not.ok(s.enqueue(0, tasks[2]!, 300_100, 'woken'), 'exactly a slice');
  s.dequeue(tasks[2]!);
  assert.not.ok(s.enqueue(0, tasks[2]!, 300_101, 'new'));
  s.dequeue(tasks[2]!);
  assert.ok(s.enqueue(0, tasks[2]!, 300_101, 'woken'));
  assert.equal(s.queued(0), [3, 2]);
  s.put(0, tasks[0]!, 300_101, 'preempted');
  assert.equal(s.queued(0), [3, 2, 1]);
});

Sched('a task alone on its core gets a new slice', () => {
  const { s, tasks } = queues(1, 1);
  s.enqueue(0, tasks[0]!);
  s.pick(0);
  s.begin(0, 0);
  const end = s.deadline(0);
  assert.not.ok(s.tick(0, end));
  assert.ok(s.deadline(0) > end);
});

Sched('a waking task goes where it ran before unless another core is less loaded', () => {
  const { s, tasks } = queues(2, 4);
  assert.is(s.place(tasks[0]!, 1), 1);
  s.enqueue(1, tasks[0]!);
  assert.is(s.place(tasks[1]!, 1), 0);
  tasks[2]!.affinity = 0b10n;
  assert.is(s.place(tasks[2]!, 0), 1, 'affinity decides first');
});

Sched('a core that runs dry takes the oldest waiting task of the longest queue that may run there', () => {
  const { s, tasks } = queues(2, 3);
  tasks[0]!.affinity = 0b01n;
  for (const t of tasks) s.enqueue(0, t);
  assert.is(s.pick(1)!.tid, 2);
  assert.equal(s.queued(0), [1, 3]);
});

Sched('two threads share one core in slices of 4 ms', () => {
  const g = new Guest({ cores: 1 });
  g.sys('clone', 0xd0f00, g.scratch + 32768, 0, 0, g.scratch);
  assert.is(g.task(2).state, 'ready');
  g.pass(4200);
  assert.is(g.task(2).state, 'running');
  assert.is(g.task(1).state, 'ready');
  assert.is(g.task(1).involuntarySwitches, 1);
  g.pass(4200);
  assert.is(g.task(1).state, 'running');
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
  g.pass(4200);
  g.sysAs(2, 'futex', g.scratch, FUTEX.WAIT | FUTEX.PRIVATE_FLAG, 0, 0);
  g.pass(10_000);
  g.sys('nanosleep', g.duration(g.scratch + 64, 100_000), 0);
  const { runTicks } = g.task(1);
  while (g.task(1).state !== 'running') g.pass(1);
  assert.is(g.sys('futex', g.scratch, FUTEX.WAKE | FUTEX.PRIVATE_FLAG, 1), 1);
  assert.equal([g.task(1).state, g.task(2).state], ['ready', 'running']);
  assert.ok(g.task(1).runTicks - runTicks < 12_000 * 48, 'no longer than the shortest slice');
});

Sched('sched_yield lets a waiting thread run, and is nothing when none waits', () => {
  const g = new Guest({ cores: 1 });
  assert.is(g.sys('sched_yield'), 0);
  assert.is(g.task(1).state, 'running');
  g.sys('clone', 0xd0f00, g.scratch + 32768, 0, 0, g.scratch);
  assert.is(g.sys('sched_yield'), 0);
  assert.equal([g.task(1).state, g.task(2).state], ['ready', 'running']);
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

Sched.run();
