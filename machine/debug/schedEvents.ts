/**
 * What the scheduler did, as a list of events: the tracepoints of Linux's `sched` system. Reports and traces are made of it
 * (ftrace.ts, schedReports.ts). It listens only: a run with it has the digest of one without.
 */
import type { Kernel } from '../kernel/kernel.js';
import { priorityOf } from '../kernel/sched/context.js';
import type { SchedWatch } from '../kernel/sched/watch.js';
import type { Task } from '../kernel/task.js';

/** A task as it was at the time; tid 0 is the idle one. */
export interface Who {
  readonly tid: number;
  readonly pid: number;
  readonly comm: string;
  readonly priority: number;
}

/** `at`: nanoseconds since the machine started; `core` and `current`: where it happened, and what ran there; `timer`: in an interrupt. */
interface Place {
  readonly at: number;
  readonly core: number;
  readonly current: Who;
  readonly timer: boolean;
}

export type SchedEvent = Place & (
  | { readonly kind: 'switch'; readonly state: string; readonly next: Who }
  | { readonly kind: 'waking' | 'wakeup' | 'wakeup_new'; readonly task: Who; readonly target: number }
  | { readonly kind: 'migrate'; readonly task: Who; readonly from: number; readonly to: number }
  | { readonly kind: 'fork'; readonly child: Who }
  | { readonly kind: 'exit'; readonly task: Who }
);

export const idleTask = (core: number): Who => ({ tid: 0, pid: 0, comm: `swapper/${core}`, priority: 120 });
const whoOf = (task: Task): Who => ({ tid: task.tid, pid: task.pid, comm: task.comm, priority: priorityOf(task) });

export class SchedEvents implements SchedWatch {
  private readonly list: SchedEvent[] = [];
  /** Per core: what was switched to last, and how it left, if it did. */
  private readonly current: Who[];
  private readonly left: (string | undefined)[];
  /** When the last event of a core was, and of a task. */
  private readonly coreAt: number[];
  private readonly taskAt = new Map<number, number>();

  constructor(private readonly kernel: Kernel) {
    const { cores } = kernel.parts.config;
    this.current = Array.from({ length: cores }, (_, core) => idleTask(core));
    this.left = new Array<string | undefined>(cores).fill(undefined);
    this.coreAt = new Array<number>(cores).fill(0);
  }

  /** All events so far, in order of time. */
  get events(): readonly SchedEvent[] {
    return [...this.list].sort((a, b) => a.at - b.at);
  }

  /** Cores' clocks are apart by up to a quantum: what follows from an event, on its core or for a task, is not shown before it. */
  private place(by: number, near: number, now: number, ...tids: readonly number[]): Place {
    const core = by < 0 ? near : by;
    const at = Math.max(Number(this.kernel.clock.nanos(now)), this.coreAt[core]!, ...tids.map((tid) => this.taskAt.get(tid) ?? 0));
    this.coreAt[core] = at;
    for (const tid of tids) if (tid !== 0) this.taskAt.set(tid, at);
    return { at, core, current: this.current[core]!, timer: by < 0 };
  }

  leaves(core: number, task: Task, state: string): void {
    this.current[core] = whoOf(task); // its name or priority may have changed
    this.left[core] = state;
  }

  takes(core: number, task: Task | undefined, now: number): void {
    const next = task ? whoOf(task) : idleTask(core);
    const state = this.left[core] ?? 'R';
    this.left[core] = undefined;
    const last = this.current[core]!.tid;
    if (next.tid !== last) this.list.push({ ...this.place(core, core, now, last, next.tid), kind: 'switch', state, next });
    this.current[core] = next;
  }

  waking(by: number, task: Task, now: number): void {
    this.list.push({ ...this.place(by, task.core, now, task.tid), kind: 'waking', task: whoOf(task), target: task.core });
  }

  wakes(by: number, task: Task, core: number, isNew: boolean, now: number): void {
    this.list.push({ ...this.place(by, core, now, task.tid), kind: isNew ? 'wakeup_new' : 'wakeup', task: whoOf(task), target: core });
  }

  migrates(by: number, task: Task, from: number, to: number, now: number): void {
    this.list.push({ ...this.place(by, from, now, task.tid), kind: 'migrate', task: whoOf(task), from, to });
  }

  forks(by: number, parent: Task, child: Task, now: number): void {
    if (by >= 0) this.current[by] = whoOf(parent);
    this.list.push({ ...this.place(by, parent.core, now, child.tid), kind: 'fork', child: whoOf(child) });
  }

  exits(by: number, task: Task, now: number): void {
    this.list.push({ ...this.place(by, task.core, now, task.tid), kind: 'exit', task: whoOf(task) });
  }
}
