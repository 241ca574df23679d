/**
 * Which task a core runs: the way back to user code, by which all that is open for a task is settled first; the switch from one to another;
 * the timer interrupt. Who is next, the scheduler says (sched/).
 */
import { deliver } from './deliver.js';
import { park, stops } from './jobs.js';
import type { Kernel } from './kernel.js';
import { followRseq } from './rseq.js';
import type { Departure } from './sched/scheduler.js';
import { leavingState } from './sched/watch.js';
import { hasSignal, sendSegv } from './signal.js';
import { never, type Task } from './task.js';
import { threadMoved } from './timer.js';
import { dispatch } from './trap.js';

/**
 * Returns `core` to user code: with its task once calls and signals are settled, else with the next one, else
 * idle. Ends with state.current saying which.
 */
export function enter(k: Kernel, core: number): void {
  for (;;) {
    const task = k.currentTask(core);
    if (!task) {
      const next = k.sched.pick(core, k.now);
      k.schedWatch?.takes(core, next, k.now);
      settleSwitch(k, core, next?.tid ?? 0);
      if (!next) {
        k.heard?.('idle', core, undefined, core);
        k.state.last[core] = -Math.abs(k.state.last[core]!);
        return;
      }
      switchIn(k, core, next);
    } else if (stops(k, task)) {
      park(k, k.process(task.pid));
    } else if (task.redo) {
      // before signals: what the call was woken for is there, and only if it would sleep again a signal interrupts it
      const wait = task.redo;
      task.redo = undefined;
      dispatch(k, core, task, wait.nr, wait);
    } else if (hasSignal(k, task)) {
      deliver(k, core, task);
    } else if (task.interrupted) {
      const wait = task.interrupted;
      task.interrupted = undefined;
      dispatch(k, core, task, wait.nr, wait);
    } else if (k.state.resched[core]) {
      const why = k.state.resched[core];
      k.state.resched[core] = undefined;
      giveWay(k, core, task, why);
    } else if (task.savedMask !== undefined) {
      // a call under a mask of its own is over, and no handler ran that would have put the old mask back
      [task.mask, task.savedMask] = [task.savedMask, undefined];
    } else if (task.rseqDue) {
      task.rseqDue = false;
      if (!followRseq(k, core, task)) sendSegv(k, task);
    } else {
      k.parts.cores.state(core).clearMonitor();
      return;
    }
  }
}

function switchIn(k: Kernel, core: number, task: Task): void {
  const regs = k.parts.cores.state(core);
  if (regs.ticks < task.readyAt) regs.ticks = task.readyAt;
  regs.load(task.registers);
  k.parts.cores.setSpace(core, k.space(k.process(task.pid)));
  task.state = 'running';
  task.core = core;
  task.rseqDue = task.rseq !== 0;
  task.since = k.now = regs.ticks;
  k.state.current[core] = task.tid;
  k.sched.begin(core, k.now); // what the switch costs is the task's
  if (k.state.last[core] !== task.tid) {
    const before = k.state.tasks.get(Math.abs(k.state.last[core]!));
    k.charge(core, k.costs.contextSwitch + (before && before.pid === task.pid ? 0 : k.costs.switchSpace));
    k.parts.cores.displace(core, 'switch');
  }
  k.state.last[core] = task.tid;
  k.heard?.('switch', core, task, task.tid);
  k.trace?.resume(task);
  armTick(k, core);
  moved(k, task);
}

/** The core goes on with `tid`, 0 for idle: counts that as a switch if it is another task, for the one that gave way too. */
function settleSwitch(k: Kernel, core: number, tid: number): void {
  const { state } = k;
  const counts = state.counts[core]!;
  const [gaveWay, before] = [state.gaveWay[core]!, state.shown[core]!];
  if (gaveWay !== 0 && gaveWay !== tid) {
    k.task(gaveWay).involuntarySwitches++;
    counts.preemptions++;
  }
  state.gaveWay[core] = 0;
  state.shown[core] = tid;
  if (before === tid) return;
  counts.turns++;
  if (before !== 0) counts.switches++;
}

/** Takes the task off its core; its state says what becomes of it. */
export function switchOut(k: Kernel, core: number, task: Task, why: Departure = 'waits'): void {
  const regs = k.parts.cores.state(core);
  task.registers = regs.save(task.registers);
  account(k, core, task);
  k.state.current[core] = 0;
  k.state.resched[core] = undefined; // it was meant for this task
  k.sched.put(core, task, regs.ticks, why);
  k.schedWatch?.leaves(core, task, leavingState(task, why), regs.ticks);
  if (task.state === 'running') throw new Error(`task ${task.tid} leaves its core running`);
  if (task.wait || task.state === 'stopped') task.voluntarySwitches++;
  moved(k, task);
}

/** A task got its core or lost it: timers on CPU clocks follow. */
export function moved(k: Kernel, task: Task): void {
  if (k.state.clockTimers.cpu.size > 0) threadMoved(k, task);
}

/** A task's time on its core ends. */
export function account(k: Kernel, core: number, task: Task): void {
  const ticks = Math.max(0, k.parts.cores.state(core).ticks - task.since);
  task.runTicks += ticks;
  k.state.counts[core]!.busyTicks += ticks;
}

/** The timer interrupt of a core. */
export function tick(k: Kernel, core: number): void {
  k.state.tickArmed[core] = false;
  const idle = k.state.current[core] === 0;
  if (k.sched.deadline(core) <= k.now) {
    const regs = k.parts.cores.state(core);
    if (idle && regs.ticks < k.now) regs.ticks = k.now;
    k.core = core;
    k.sched.tick(core, k.now);
    k.core = -1;
  }
  if (idle ? k.sched.count(core) > 0 : k.state.resched[core] !== undefined) k.visit(core);
  armTick(k, core);
}

function armTick(k: Kernel, core: number): void {
  const due = k.sched.deadline(core);
  if (k.state.tickArmed[core] || due === never) return;
  k.state.tickArmed[core] = true;
  k.parts.events.add({ due: Math.max(due, k.now), kind: 'tick', target: core });
}

/** The running task of `core` goes back to a queue, if another waits or it may not stay. */
function giveWay(k: Kernel, core: number, task: Task, why: Departure): void {
  const stays = ((task.affinity >> BigInt(core)) & 1n) === 1n;
  if (stays && !k.sched.yields(core)) return;
  task.state = 'ready';
  task.readyAt = k.parts.cores.state(core).ticks;
  k.state.gaveWay[core] = task.tid;
  switchOut(k, core, task, stays ? why : 'moved');
  if (!stays) k.ready(task, 'moved');
}
