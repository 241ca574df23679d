/**
 * --strace: a line per system call in strace's form, `name(args) = result`, with `[pid N]` in front once there are
 * threads. A call that sleeps while other threads speak is split into `<unfinished ...>` and `<... name resumed>`.
 *
 * Arguments are decoded by the signatures in straceArgs.ts; results of output arguments show after the call.
 */
import { E, errors } from '../../isa/abi/linux.js';
import { Call, type Result } from './call.js';
import { GuestMemory, Peek } from './guest.js';
import type { Kernel } from './kernel.js';
import { signalName } from './signal.js';
import { formatArgs, formatResult } from './straceArgs.js';
import { quote } from './straceText.js';
import { infoText } from './straceTime.js';
import type { Signal, Task, Wait } from './task.js';

/** What a thread is in the middle of. */
interface Open {
  /** The call, with memory that is only looked at. */
  readonly call: Call;
  /** Its input arguments as they were at the beginning. */
  readonly before: string;
  /** The beginning of the line is already printed. */
  cut: boolean;
  /** The result it was given while it slept, printed when it runs again. */
  given: Result | undefined;
}

export class Strace {
  private readonly open = new Map<number, Open>();
  /** Signals that came and were ignored while a call was under way: strace stops the thread for them behind it. */
  private readonly passing = new Map<number, Signal[]>();

  /** `print` gets whole lines with their line ends. */
  constructor(
    private readonly k: Kernel,
    private readonly print: (line: string) => void,
    /** `file`: the thread's number before every line, as strace -f -o FILE has it. */
    private readonly form: 'terminal' | 'file' = 'terminal',
  ) {}

  /** strace aligns results at column 40 where what stands before is shorter. */
  private line(task: Task, text: string, result?: string): void {
    const prefix = this.form === 'file' ? `${String(task.tid).padEnd(5)} ` : this.k.state.tasks.size > 1 ? `[pid ${String(task.tid).padStart(5)}] ` : '';
    const whole = prefix + text;
    this.print(result === undefined ? `${whole}\n` : `${whole.padEnd(39)} = ${result}\n`);
  }

  private name(call: Call): string {
    return this.k.abi.syscalls[call.nr] ?? `syscall_0x${(call.nr >>> 0).toString(16)}`;
  }

  /** The program starts. */
  exec(task: Task, path: string, argv: readonly string[], variables: number, environment: number): void {
    const list = argv.map((a) => quote(a)).join(', ');
    this.line(task, `execve(${quote(path, Infinity)}, [${list}], 0x${environment.toString(16)} /* ${variables} var${variables === 1 ? '' : 's'} */)`, '0');
  }

  /** A call begins. */
  enter(call: Call): void {
    const memory = new GuestMemory(new Peek(this.k.space(call.process), this.k.parts.spaces.objects, this.k.parts.ram));
    const looked = new Call(call.task, call.process, memory, call.nr, call.args, undefined);
    this.open.set(call.task.tid, { call: looked, before: formatArgs(this.k, looked, 'before'), cut: false, given: undefined });
  }

  /** A call goes to sleep. */
  block(call: Call): void {
    const o = this.open.get(call.task.tid);
    if (!o || o.cut || this.k.state.tasks.size === 1) return;
    this.line(call.task, `${this.name(call)}(${o.before} <unfinished ...>`);
    o.cut = true;
  }

  /** A call ends with a result; undefined: it does not return here. */
  leave(call: Call, result: Result | undefined): void {
    if (result !== undefined) this.finishWith(call.task, result);
    else if (this.name(call) === 'rt_sigreturn') this.finishWith(call.task, BigInt.asIntN(64, this.k.abi.result(this.k.registers(call.task))));
    else if (!call.task.interrupted) this.finish(call.task, '?', false);
  }

  /** A sleeping call is given its result by another thread or a timer. */
  wake(task: Task, _wait: Wait, result: Result): void {
    const o = this.open.get(task.tid);
    if (o) o.given = result;
  }

  /** A task gets a core: what its call was given shows now. */
  resume(task: Task): void {
    const given = this.open.get(task.tid)?.given;
    if (given !== undefined) this.finishWith(task, given);
  }

  /** A call ends with part of what it was to do. */
  ended(task: Task, result: Result): void {
    this.finishWith(task, result);
  }

  private finishWith(task: Task, result: Result): void {
    const o = this.open.get(task.tid);
    if (o) this.finish(task, formatResult(this.k, o.call, Number(result)), Number(result) >= 0);
  }

  /** A signal broke a call off: the error that the kernel uses inside, as strace shows it. */
  interrupted(task: Task, wait: Wait): void {
    const text =
      wait.onSignal === 'restart' ? '? ERESTARTSYS (To be restarted if SA_RESTART is set)'
      : wait.for.kind === 'signal' ? '? ERESTARTNOHAND (To be restarted if no handler)'
      : wait.for.kind === 'files' ? `-1 EINTR (${errors.get(E.EINTR)!.text})`
      : '? ERESTART_RESTARTBLOCK (Interrupted by signal)';
    this.finish(task, text, false);
  }

  private finish(task: Task, result: string, ok: boolean): void {
    const o = this.open.get(task.tid);
    if (!o) return;
    this.open.delete(task.tid);
    const after = `${formatArgs(this.k, o.call, 'after', ok)})`;
    this.line(task, o.cut ? `<... ${this.name(o.call)} resumed>${after}` : `${this.name(o.call)}(${o.before}${after}`, result);
    for (const s of this.passing.get(task.tid) ?? []) this.signal(task, s);
    this.passing.delete(task.tid);
  }

  signal(task: Task, s: Signal): void {
    this.line(task, `--- ${signalName(s.signo)} ${infoText(s)} ---`);
  }

  /** A signal that has no effect on a thread. */
  ignored(task: Task, s: Signal): void {
    if (!this.open.has(task.tid)) this.signal(task, s);
    else this.passing.set(task.tid, [...(this.passing.get(task.tid) ?? []), s]);
  }

  /** A thread or process was made: strace follows it, and says so to a terminal. */
  born(child: Task): void {
    if (this.form === 'terminal') this.print(`strace: Process ${child.tid} attached\n`);
  }

  /** The default action of a signal stopped the process. */
  stopped(task: Task, signo: number): void {
    this.line(task, `--- stopped by ${signalName(signo)} ---`);
  }

  /** A thread calls execve and goes on under its process's number. */
  supersede(task: Task): void {
    const o = this.open.get(task.tid);
    this.open.delete(task.tid);
    if (o) this.open.set(task.pid, { ...o, cut: true, given: 0 });
    this.line({ ...task, tid: task.pid }, `+++ superseded by execve in pid ${task.tid} +++`);
  }

  exit(task: Task, status: number): void {
    this.finish(task, '?', false);
    const signo = status & 0x7f;
    this.line(task, signo === 0 ? `+++ exited with ${status >> 8} +++` : `+++ killed by ${signalName(signo)} ${(status & 0x80) === 0 ? '' : '(core dumped) '}+++`);
  }
}
