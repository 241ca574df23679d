/**
 * Stopping and going on: signal(7), "job control". A stop signal takes every thread of a process off its core; SIGCONT
 * puts them back. The parent hears of both by SIGCHLD and waitpid.
 *
 * A sleeping call of a stopped process sleeps on; what ends it takes effect when the process goes on. (Linux breaks
 * calls off and restarts them, which shows as EINTR in a few, epoll_wait among them.)
 */
import { SA, SIG, siCodes } from '../../isa/abi/linux.js';
import { childSignal, wakeWaiters } from './exit.js';
import { groupOrphaned, inGroup } from './groups.js';
import type { Kernel } from './kernel.js';
import { killed, send, userSignal } from './signal.js';
import { noAction, type Process, type Task } from './task.js';
import { switchOut } from './turn.js';

/** The default action of a stop signal. False: the process is in an orphaned group, which only SIGSTOP stops. */
export function stop(k: Kernel, process: Process, signo: number): boolean {
  if (signo !== SIG.STOP && groupOrphaned(k, process.group)) return false;
  process.stopped = signo;
  for (const tid of process.threads) {
    const task = k.task(tid);
    if (task.state === 'running' && task.core !== k.core) k.kick(task.core);
  }
  park(k, process);
  return true;
}

/** No thread of the process is on a core any more. */
function stopComplete(k: Kernel, process: Process): void {
  process.news = 'stopped';
  tell(k, process, siCodes.CLD_STOPPED, process.stopped);
}

/** SIGCONT was sent: a stopped process goes on, whatever becomes of the signal. */
export function resume(k: Kernel, process: Process): void {
  if (process.stopped === 0) return;
  process.stopped = 0;
  unpark(k, process);
  process.news = 'continued';
  tell(k, process, siCodes.CLD_CONTINUED, SIG.CONT);
}

function tell(k: Kernel, process: Process, code: number, status: number): void {
  const parent = k.state.processes.get(process.parent);
  if (!parent) return;
  const action = parent.actions[SIG.CHLD] ?? noAction;
  if ((action.flags & BigInt(SA.NOCLDSTOP)) === 0n) send(k, parent, undefined, childSignal(k, process, SIG.CHLD, code, status));
  wakeWaiters(k, parent);
}

/** A group has become orphaned while members are stopped: nobody is left to start them again. */
export function cheer(k: Kernel, group: number): void {
  for (const process of inGroup(k, group)) {
    send(k, process, undefined, userSignal(SIG.HUP, 0x80, 0));
    send(k, process, undefined, userSignal(SIG.CONT, 0x80, 0));
  }
}

/** The task's process is stopped, and nothing is about to end it. */
export function stops(k: Kernel, task: Task): boolean {
  const process = k.process(task.pid);
  return process.stopped !== 0 && !killed(process, task);
}

/** Takes the threads of a stopped process out of run queues, and off the core that is in the kernel; the others follow when they enter it. */
export function park(k: Kernel, process: Process): void {
  for (const tid of process.threads) {
    const task = k.task(tid);
    if (task.state === 'ready' && stops(k, task)) {
      k.sched.dequeue(task, k.now);
      task.state = 'stopped';
    } else if (task.state === 'running' && task.core === k.core) {
      task.state = 'stopped';
      switchOut(k, k.core, task);
    }
  }
  if (![...process.threads].some((tid) => k.task(tid).state === 'running')) stopComplete(k, process);
}

/** The process goes on. */
export function unpark(k: Kernel, process: Process): void {
  for (const tid of process.threads) if (k.task(tid).state === 'stopped') k.ready(k.task(tid));
}
