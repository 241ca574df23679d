/**
 * The scheduler without a machine: tasks that only want so much time, on cores of 3 GHz that change tasks for nothing. Times are
 * ticks of the machine within, nanoseconds where a caller says how long.
 */
import type { Config } from '../../machine/config.js';
import { EventQueue } from '../../machine/events.js';
import { Random } from '../../machine/kernel/random.js';
import { SchedClock } from '../../machine/kernel/sched/clock.js';
import { LinuxScheduler } from '../../machine/kernel/sched/scheduler.js';
import { tunablesOf, type Tunables } from '../../machine/sched.js';
import type { SchedState } from '../../machine/kernel/sched/state.js';
import { newTask, type Task } from '../../machine/kernel/task.js';

/** Ticks of the machine in a nanosecond. */
export const perNano = 144;

/** What a task does: runs for `run` nanoseconds, then sleeps for `sleep`, over and over. A hog never sleeps. */
export interface Behaviour {
  readonly run: number;
  readonly sleep: number;
}
export const hog: Behaviour = { run: Infinity, sleep: 0 };

interface Actor {
  readonly task: Task;
  readonly behaviour: Behaviour;
  /** Ticks that it still wants to run before it sleeps. */
  left: number;
  /** When it woke, until it runs. */
  woken: number;
  readonly waits: number[];
}

export class Schedule {
  readonly actors = new Map<number, Actor>();
  readonly state: SchedState;
  readonly sched: LinuxScheduler;
  now = 0;
  migrations = 0;
  switches = 0;
  readonly current: number[];
  /** Called after every step. */
  check: () => void = () => undefined;
  readonly tunables: Tunables;
  private readonly since: number[];
  private readonly asked: boolean[];
  private readonly events = new EventQueue();

  constructor(readonly config: Partial<Pick<Config, 'cores' | 'sched' | 'cpuQuota' | 'seed'>> = {}, readonly tasks: Map<number, Task> = new Map()) {
    const cores = config.cores ?? 1;
    const tunables = tunablesOf(config.sched ?? {}, cores);
    this.tunables = tunables;
    const random = new Random(config.seed ?? 1);
    this.state = LinuxScheduler.newState(cores, config.cpuQuota ?? 0, tunables, random);
    this.current = new Array<number>(cores).fill(0);
    this.since = new Array<number>(cores).fill(0);
    this.asked = new Array<boolean>(cores).fill(false);
    this.sched = new LinuxScheduler(this.state, this.tasks, tunables, new SchedClock(3e9, 0), random, {
      reschedule: (core) => void (this.asked[core] = true),
      arm: (due, which) => void this.events.add({ due, kind: 'sched', target: which }),
      migrates: () => void this.migrations++,
    });
  }

  /** Adds a task; `set` may give it a policy, nice value or affinity first. */
  add(behaviour: Behaviour = hog, set: Partial<Pick<Task, 'nice' | 'policy' | 'rtPriority' | 'affinity'>> = {}, from = 0): Task {
    const tid = this.tasks.size + 1;
    const task = Object.assign(newTask(tid, 1, `t${tid}`, from, (1n << BigInt(this.current.length)) - 1n), set);
    this.tasks.set(tid, task);
    this.actors.set(tid, { task, behaviour, left: behaviour.run * perNano, woken: this.now, waits: [] });
    this.arrive(task, 'new', from, from);
    this.settle();
    return task;
  }

  private arrive(task: Task, why: 'new' | 'woken', from: number, here: number, sync = false): void {
    task.state = 'ready';
    this.sched.enqueue(this.sched.place(task, from, why, here, this.now, sync), task, this.now, why);
  }

  /** `here`: the waker's core, -1 for a timer; `sync`: it will sleep soon. */
  wake(task: Task, here = -1, sync = false): void {
    const actor = this.actors.get(task.tid)!;
    actor.left = actor.behaviour.run * perNano;
    actor.woken = this.now;
    this.arrive(task, 'woken', task.core, here, sync);
    this.settle();
  }

  /** The running task of a core goes to sleep. */
  sleep(core: number): Task {
    const task = this.tasks.get(this.current[core]!)!;
    this.leave(core, 'waits');
    task.state = 'waiting';
    this.pick(core);
    this.settle();
    return task;
  }

  yield(core: number): void {
    if (!this.sched.yields(core)) return;
    this.leave(core, 'yielded');
    this.pick(core);
    this.settle();
  }

  /** Sets what the scheduler has to know of. */
  change(task: Task, set: Partial<Pick<Task, 'nice' | 'policy' | 'rtPriority'>>): void {
    this.sched.reclass(task, this.now, () => void Object.assign(task, set));
    this.settle();
  }

  private leave(core: number, why: 'waits' | 'preempted' | 'yielded'): void {
    const task = this.tasks.get(this.current[core]!)!;
    this.account(core);
    task.state = 'ready';
    this.current[core] = 0;
    this.sched.put(core, task, this.now, why);
  }

  private account(core: number): void {
    const task = this.tasks.get(this.current[core]!);
    if (!task) return;
    task.runTicks += this.now - this.since[core]!;
    this.actors.get(task.tid)!.left -= this.now - this.since[core]!;
    this.since[core] = this.now;
  }

  /** Cores that were asked to look for their next task. */
  private settle(): void {
    for (let core = this.asked.indexOf(true); core >= 0; core = this.asked.indexOf(true)) {
      this.asked[core] = false;
      if (this.current[core] !== 0) {
        if (!this.sched.yields(core)) continue;
        this.leave(core, 'preempted');
      }
      this.pick(core);
    }
    this.check();
  }

  private pick(core: number): void {
    const task = this.sched.pick(core, this.now);
    if (!task) return;
    task.state = 'running';
    this.current[core] = task.tid;
    this.since[core] = this.now;
    this.switches++;
    const actor = this.actors.get(task.tid)!;
    if (actor.woken >= 0) actor.waits.push((this.now - actor.woken) / perNano);
    actor.woken = -1;
    this.sched.begin(core, this.now);
  }

  /** Lets `nanos` pass. */
  pass(nanos: number): void {
    const end = this.now + nanos * perNano;
    for (;;) {
      let due = this.events.due;
      let tick = -1;
      let done = -1;
      for (let core = 0; core < this.current.length; core++) {
        const tid = this.current[core]!;
        if (this.sched.deadline(core) < due) [due, tick, done] = [this.sched.deadline(core), core, -1];
        if (tid === 0) continue;
        const finished = this.since[core]! + this.actors.get(tid)!.left;
        if (finished < due) [due, tick, done] = [finished, -1, core];
      }
      if (due > end) break;
      this.now = Math.max(this.now, due);
      if (done >= 0) {
        const { behaviour } = this.actors.get(this.current[done]!)!;
        const task = this.sleep(done);
        this.events.add({ due: this.now + behaviour.sleep * perNano, kind: 'wake', target: task.tid });
      } else if (tick >= 0) {
        this.sched.tick(tick, this.now);
        this.settle();
      } else {
        const event = this.events.pop()!;
        if (event.kind === 'wake') this.wake(this.tasks.get(event.target)!);
        else {
          this.sched.timer(event.target, this.now);
          this.settle();
        }
      }
    }
    this.now = end;
    for (let core = 0; core < this.current.length; core++) this.account(core);
  }

  /** Seconds that a task has had a core. */
  seconds(task: Task): number {
    return task.runTicks / perNano / 1e9;
  }
}
