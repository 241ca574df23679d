/**
 * --strace: a line per system call in strace's form, `name(args) = result`, with `[pid N]` in front once there are
 * threads. A call that sleeps while other threads speak is split into `<unfinished ...>` and `<... name resumed>`.
 *
 * Arguments are decoded by the signatures in straceArgs.ts; results of output arguments show after the call.
 */
import { E, errors } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import type { Kernel } from './kernel.js';
import { signalName } from './signal.js';
import { formatArgs, formatResult } from './straceArgs.js';
import type { Signal, Task, Wait } from './task.js';

/** What a thread is in the middle of. */
interface Open {
  readonly call: Call;
  /** The part of the line already printed, when it was cut. */
  readonly cut: boolean;
}

export class Strace {
  private readonly open = new Map<number, Open>();
  private threads = false;

  /** `print` gets whole lines with their line ends. */
  constructor(
    private readonly k: Kernel,
    private readonly print: (line: string) => void,
  ) {}

  private line(task: Task, text: string): void {
    this.threads ||= this.k.state.tasks.size > 1;
    this.print(`${this.threads ? `[pid ${String(task.tid).padStart(5)}] ` : ''}${text}\n`);
  }

  private name(call: Call): string {
    return this.k.abi.syscalls[call.nr] ?? `syscall_${call.nr}`;
  }

  /** A call begins. */
  enter(call: Call): void {
    this.open.set(call.task.tid, { call, cut: false });
  }

  /** A call goes to sleep. */
  block(call: Call): void {
    const o = this.open.get(call.task.tid);
    if (!o || o.cut || this.k.state.tasks.size === 1) return;
    this.line(call.task, `${this.name(call)}(${formatArgs(this.k, call, 'before')} <unfinished ...>`);
    this.open.set(call.task.tid, { call: o.call, cut: true });
  }

  /** A call ends with a result; undefined: it does not return here. */
  leave(call: Call, result: Result | undefined): void {
    this.finish(call.task, result === undefined ? '?' : formatResult(this.k, call, Number(result)), result !== undefined && Number(result) >= 0);
  }

  /** A sleeping call is given its result by another thread or a timer. */
  wake(task: Task, _wait: Wait, result: Result): void {
    const o = this.open.get(task.tid);
    if (o) this.finish(task, formatResult(this.k, o.call, Number(result)), Number(result) >= 0);
  }

  /** A signal broke a call off; it will run again, or has failed. */
  interrupted(task: Task, _wait: Wait, how: 'restart' | 'eintr'): void {
    const text = how === 'restart' ? '? ERESTARTSYS (To be restarted if SA_RESTART is set)' : `-1 EINTR (${errors.get(E.EINTR)!.text})`;
    this.finish(task, text, false);
  }

  private finish(task: Task, result: string, ok: boolean): void {
    const o = this.open.get(task.tid);
    if (!o) return;
    this.open.delete(task.tid);
    if (o.cut) {
      const rest = formatArgs(this.k, o.call, 'after', ok);
      this.line(task, pad(`<... ${this.name(o.call)} resumed>${rest})`, result));
    } else {
      this.line(task, pad(`${this.name(o.call)}(${formatArgs(this.k, o.call, 'all', ok)})`, result));
    }
  }

  signal(task: Task, s: Signal): void {
    const code = s.code === 0 ? 'SI_USER' : s.code === -6 ? 'SI_TKILL' : s.code === 0x80 ? 'SI_KERNEL' : String(s.code);
    const rest = s.trapno !== 0 || s.code > 0 ? `si_addr=${s.addr === 0n ? 'NULL' : `0x${s.addr.toString(16)}`}` : `si_pid=${s.pid}, si_uid=${s.uid}`;
    this.line(task, `--- ${signalName(s.signo)} {si_signo=${signalName(s.signo)}, si_code=${code}, ${rest}} ---`);
  }

  exit(task: Task, status: number, _last: boolean): void {
    const o = this.open.get(task.tid);
    if (o) this.finish(task, '?', false);
    const signo = status & 0x7f;
    this.line(task, signo === 0 ? `+++ exited with ${status >> 8} +++` : `+++ killed by ${signalName(signo)} +++`);
  }
}

/** strace aligns results at column 40 where the call is shorter. */
function pad(call: string, result: string): string {
  return `${call.padEnd(39)} = ${result}`;
}
