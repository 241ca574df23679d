/**
 * What becomes of a signal when its thread is about to return to user code: it runs its handler (frame.ts builds the
 * frame), is dropped, stops the process or ends it. signal(7).
 */
import { E, RLIMIT, SA, SI, SIG, SIG_DFL, signalsDumpingByDefault, signalsStoppingByDefault } from '../../isa/abi/linux.js';
import { frameBytes as pageBytes } from '../memory/ram.js';
import { isFault } from './abi.js';
import { reportRest } from './clock.js';
import { exitGroup, firstPid } from './exit.js';
import { stop } from './jobs.js';
import type { Kernel } from './kernel.js';
import { followRseq } from './rseq.js';
import { bit, isIgnored, sendSegv, signalName, take, toDefault, unblockable } from './signal.js';
import { noAction, type Action, type Process, type Signal, type Task } from './task.js';

/**
 * What a debugger may hear of, before it is done: a thread's system call, signal (`number` is its number), instruction that leads to one (fault), making, falling
 * asleep in a call (its number), being woken; a core gets to a thread (its number), or to none.
 */
export type Heard = 'syscall' | 'signal' | 'fault' | 'clone' | 'sleep' | 'wake' | 'switch' | 'idle';

/** Hears of handlers, and changes nothing: for tests and reports. */
export interface SignalWatch {
  /** A handler is about to begin; the task's registers are as it will find them in its frame. */
  begins(task: Task, signo: number): void;
  /** rt_sigreturn has put a frame's registers back. */
  returns(task: Task): void;
}

/**
 * Delivers what is deliverable to the task on `core`, whose registers are loaded. Several handlers nest, the
 * last one pushed running first, as in Linux. The task may end here.
 */
export function deliver(k: Kernel, core: number, task: Task): void {
  const process = k.process(task.pid);
  for (;;) {
    const s = take(k, task, task.mask);
    if (!s) break;
    const action = process.actions[s.signo] ?? noAction;
    if (isIgnored(process, s.signo)) continue;
    if (action.handler === BigInt(SIG_DFL)) {
      if (signalsStoppingByDefault.includes(s.signo)) {
        k.trace?.signal(task, s);
        if (!stop(k, process, s.signo)) continue;
        k.trace?.stopped(task, s.signo);
        return;
      }
      if (task.interrupted) k.trace?.interrupted(task, task.interrupted);
      k.heard?.('signal', core, task, s.signo);
      k.trace?.signal(task, s);
      endBySignal(k, process, task, s);
      return;
    }
    handle(k, core, task, process, action, s);
  }
  const w = task.interrupted;
  if (!w) return;
  // no handler ran: the call goes on as if nothing had happened
  task.interrupted = undefined;
  task.redo = w;
}

/** Enters the handler of `s`. Where its frame cannot be written, the thread gets SIGSEGV instead. */
function handle(k: Kernel, core: number, task: Task, process: Process, action: Action, s: Signal): void {
  settleInterrupted(k, core, task, action);
  k.heard?.('signal', core, task, s.signo);
  k.trace?.signal(task, s);
  if ((action.flags & BigInt(SA.RESETHAND)) !== 0n) toDefault(process, s.signo);
  if ((task.rseq !== 0 && !followRseq(k, core, task)) || !k.abi.pushFrame(k, core, task, action, s)) {
    // a handler of SIGSEGV that has no room either is the end
    if (s.signo === SIG.SEGV) toDefault(process, SIG.SEGV);
    sendSegv(k, task);
    return;
  }
  task.savedMask = undefined;
  task.mask |= action.mask & ~unblockable;
  if ((action.flags & BigInt(SA.NODEFER)) === 0n) task.mask |= bit(s.signo);
  k.state.counts[core]!.signals++;
  k.charge(core, k.costs.signalDelivery);
}

/** What the code under the handler will see of the call that the signal broke off. */
function settleInterrupted(k: Kernel, core: number, task: Task, action: Action): void {
  const w = task.interrupted;
  if (!w) return;
  task.interrupted = undefined;
  if (w.done !== undefined) {
    k.abi.setResult(k.parts.cores.state(core), w.done);
    k.trace?.ended(task, w.done);
    return;
  }
  if (w.onSignal === 'restart' && (action.flags & BigInt(SA.RESTART)) !== 0n) {
    k.abi.restart(k.parts.cores.state(core), w.nr);
    k.trace?.interrupted(task, w);
    return;
  }
  k.abi.setResult(k.parts.cores.state(core), -E.EINTR);
  if (w.remaining !== 0) reportRest(k, task, w);
  k.trace?.interrupted(task, w);
}

/** In a status as wait4 reports it. */
const coreDumped = 0x80;

/** Linux would write a core file: the limit allows at least a page. Here none is written, but the status says so. */
function dumps(process: Process, signo: number): boolean {
  return signalsDumpingByDefault.includes(signo) && process.dumpable === 1 && process.limits[RLIMIT.CORE]![0] >= BigInt(pageBytes);
}

/** A signal ends the process: a line that says which and where, and the status a shell shows. */
function endBySignal(k: Kernel, process: Process, task: Task, s: Signal): void {
  const fault = isFault(s) || s.trapno !== 0;
  const address = s.signo === SIG.SEGV && fault && s.code !== SI.KERNEL ? `, address 0x${s.addr.toString(16)}` : '';
  if (process.pid === firstPid) k.state.message = `${signalName(s.signo)}${fault ? ` at ${k.where(Number(k.abi.pc(k.registers(task))))}${address}` : ''}`;
  exitGroup(k, process, s.signo | (dumps(process, s.signo) ? coreDumped : 0));
}
