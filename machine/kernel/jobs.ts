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
import { send, userSignal } from './signal.js';
import { noAction, type Process } from './task.js';

/** The default action of a stop signal. False: the process is in an orphaned group, which only SIGSTOP stops. */
export function stop(k: Kernel, process: Process, signo: number): boolean {
  if (signo !== SIG.STOP && groupOrphaned(k, process.group)) return false;
  process.stopped = signo;
  for (const tid of process.threads) {
    const task = k.task(tid);
    if (task.state === 'running' && task.core !== k.core) k.kick(task.core);
  }
  k.park(process);
  return true;
}

/** No thread of the process is on a core any more. */
export function stopComplete(k: Kernel, process: Process): void {
  process.news = 'stopped';
  tell(k, process, siCodes.CLD_STOPPED, process.stopped);
}

/** SIGCONT was sent: a stopped process goes on, whatever becomes of the signal. */
export function resume(k: Kernel, process: Process): void {
  if (process.stopped === 0) return;
  process.stopped = 0;
  k.unpark(process);
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
