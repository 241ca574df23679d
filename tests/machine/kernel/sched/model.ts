/**
 * Random histories of the scheduler beside a plain reference: of every task only whether it sleeps, waits or runs; of every
 * queue a list that is sorted again each time. After each step: no task is lost or twice there, every tree has the list's order and
 * its first, no `minVruntime` went back, counts and weights are the sums they should be.
 */
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { SCHED } from '../../../../isa/abi/linux.js';
import { isRealTime } from '../../../../machine/kernel/sched/context.js';
import { weightOf } from '../../../../machine/kernel/sched/weights.js';
import type { Task } from '../../../../machine/kernel/task.js';
import { Schedule } from '../../../helpers/schedule.js';

interface Step {
  readonly kind: 'add' | 'sleep' | 'wake' | 'pass' | 'yield' | 'nice' | 'policy';
  readonly which: number;
  readonly amount: number;
}

const steps = fc.array(fc.record({
  kind: fc.constantFrom<Step['kind'][]>('add', 'sleep', 'wake', 'wake', 'pass', 'pass', 'yield', 'nice', 'policy'),
  which: fc.nat(1000),
  amount: fc.nat(20_000),
}), { minLength: 20, maxLength: 120 });

const policies = [[SCHED.OTHER, 0], [SCHED.BATCH, 0], [SCHED.IDLE, 0], [SCHED.OTHER, 0], [SCHED.FIFO, 3], [SCHED.RR, 7]] as const;

class Model {
  private readonly s: Schedule;
  private readonly asleep = new Set<Task>();
  private readonly floor: number[];

  constructor(cores: number, quota: number, seed: number) {
    this.s = new Schedule({ cores, cpuQuota: quota, seed });
    this.floor = new Array<number>(cores).fill(0);
    this.s.check = () => this.check();
  }

  step({ kind, which, amount }: Step): void {
    const { s } = this;
    const tasks = [...s.tasks.values()];
    const task = tasks[which % Math.max(1, tasks.length)];
    const core = which % s.current.length;
    if (kind === 'add') s.add(undefined, { nice: (amount % 40) - 20, affinity: BigInt(amount % (2 ** s.current.length - 1)) + 1n }, core);
    else if (kind === 'pass') s.pass(amount * 1000);
    else if (kind === 'sleep' && s.current[core] !== 0) this.asleep.add(s.sleep(core));
    else if (kind === 'wake') this.wake([...this.asleep][which % Math.max(1, this.asleep.size)], core);
    else if (kind === 'yield' && s.current[core] !== 0) s.yield(core);
    else if (kind === 'nice' && task) s.change(task, { nice: (amount % 40) - 20 });
    else if (kind === 'policy' && task) {
      const [policy, rtPriority] = policies[amount % policies.length]!;
      s.change(task, { policy, rtPriority });
    }
  }

  private wake(task: Task | undefined, here: number): void {
    if (!task) return;
    this.asleep.delete(task);
    this.s.wake(task, this.s.current[here] === 0 ? -1 : here);
  }

  private check(): void {
    const { s } = this;
    const seen = new Map<number, number>();
    const see = (tid: number): void => void seen.set(tid, (seen.get(tid) ?? 0) + 1);
    for (const q of s.state.queues) {
      const running = s.tasks.get(s.current[q.core]!);
      if (running) see(running.tid);
      assert.is(q.curr, s.current[q.core]);
      const queued = s.sched.queued(q.core);
      queued.forEach(see);
      const fair = queued.map((tid) => s.tasks.get(tid)!).filter((t) => !isRealTime(t));
      const sorted = [...fair].sort((a, b) => a.sched.vruntime - b.sched.vruntime);
      assert.equal(fair.map((t) => t.sched.vruntime), sorted.map((t) => t.sched.vruntime), 'the tree is ordered');
      assert.is(q.fair.leftmost, fair[0]?.tid ?? 0);
      assert.ok(q.fair.minVruntime >= this.floor[q.core]!, 'minVruntime went back');
      this.floor[q.core] = q.fair.minVruntime;
      const all = running && !isRealTime(running) ? [...fair, running] : fair;
      assert.is(q.fair.count, all.length);
      assert.is(q.fair.weight, all.reduce((sum, t) => sum + weightOf(t.policy, t.nice), 0));
      for (const t of all) {
        assert.ok((t.affinity >> BigInt(q.core)) & 1n, 'where it may run');
        assert.is(t.core, q.core);
      }
      assert.ok(q.fair.average.loadAvg >= 0 && Number.isInteger(q.fair.average.loadAvg) && q.fair.average.utilAvg >= 0);
    }
    for (const task of s.tasks.values()) assert.is(seen.get(task.tid) ?? 0, this.asleep.has(task) || task.state === 'waiting' ? 0 : 1, `task ${task.tid}`);
  }
}

/** Checks `runs` random histories. Throws fast-check's report, with the shortest that fails. */
export function checkModel(runs: number, seed: number): void {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 0, 0.5, 1.5), fc.nat(1e6), steps, (cores, quota, machine, history) => {
      const model = new Model(cores, quota, machine);
      for (const step of history) model.step(step);
    }),
    { numRuns: runs, seed },
  );
}
