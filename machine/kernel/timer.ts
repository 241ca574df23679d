/**
 * Timers of programs: those of timer_create, the three of setitimer, and sleeps on CPU clocks. One record each, plain data;
 * the calls are in posixtimer.ts and itimer.ts.
 *
 * A timer on a clock of real time has an event in the queue from when it is armed. One on a CPU clock has an event only
 * while a thread of that clock has a core: where the clock will be due at the earliest. Threads that come and go move it
 * (`threadMoved`), and an event that comes early moves on. So CPU timers expire to the tick and the block, and cost nothing
 * while none is armed.
 *
 * A periodic timer whose signal is queued stands still until a thread takes the signal; then the periods that have passed are
 * counted as overruns and the next one begins (`taken`). So there is never more than one event or signal per timer, however short its period.
 *
 * Expiry times and periods are nanoseconds on the timer's clock, since nanoseconds are what programs set; CLOCK_REALTIME's
 * are kept on the monotonic clock, as nobody sets clocks here.
 */
import { ITIMER, SI, SIG, SIGEV } from '../../isa/abi/linux.js';
import { cpuDue, cpuNanos, cpuTicksOf, threadsOf, type CpuClock } from './cpuclock.js';
import type { Kernel } from './kernel.js';
import { send, userSignal } from './signal.js';
import { wakeTask } from './sleep.js';
import { never, type Process, type Signal, type Task } from './task.js';

export interface Timer {
  /** The kernel's number for it: an event's target. */
  readonly id: number;
  readonly pid: number;
  readonly kind: 'posix' | 'itimer' | 'sleep';
  /** The program's number for it, which of the three interval timers, or the sleeper's tid. */
  readonly number: number;
  /** Undefined: the monotonic clock. */
  readonly cpu: CpuClock | undefined;
  /** Absolute times that are set are CLOCK_REALTIME's. */
  readonly realTime: boolean;
  /** SIGEV, the signal, the value that comes with it, and the thread of SIGEV_THREAD_ID. */
  readonly notify: number;
  readonly signo: number;
  readonly value: bigint;
  readonly tid: number;
  /** Next expiry; 0: not armed. */
  expires: bigint;
  /** Period; 0: once. */
  interval: bigint;
  /** Its signal is queued: the next period begins when a thread takes it. */
  signalled: boolean;
  /** Expiries without a signal since the last one, less 1, and how many that one had: si_overrun. */
  overrun: number;
  lastOverrun: number;
  /** Handle of its event, or 0. */
  event: number;
}

export interface TimersState {
  readonly all: Map<number, Timer>;
  /** Armed timers by the owner of their CPU clock. */
  readonly cpu: Map<number, number[]>;
  /** The number that timer_create gives next, by pid. */
  readonly nextNumber: Map<number, number>;
  next: number;
}

export const newTimers = (): TimersState => ({ all: new Map(), cpu: new Map(), nextNumber: new Map(), next: 1 });

/** As many as si_overrun can tell. */
const mostOverruns = 0x7fff_ffff;

type Settings = Pick<Timer, 'pid' | 'kind' | 'number' | 'cpu'> & Partial<Pick<Timer, 'realTime' | 'notify' | 'signo' | 'value' | 'tid'>>;

export function newTimer(k: Kernel, settings: Settings): Timer {
  const timer: Timer = {
    id: k.state.clockTimers.next++, realTime: false, notify: SIGEV.SIGNAL, signo: 0, value: 0n, tid: 0, ...settings,
    expires: 0n, interval: 0n, signalled: false, overrun: -1, lastOverrun: 0, event: 0,
  };
  k.state.clockTimers.all.set(timer.id, timer);
  return timer;
}

export function findTimer(k: Kernel, pid: number, kind: Timer['kind'], number: number): Timer | undefined {
  for (const t of k.state.clockTimers.all.values()) if (t.pid === pid && t.kind === kind && t.number === number) return t;
  return undefined;
}

export function dropTimer(k: Kernel, t: Timer): void {
  disarm(k, t);
  k.state.clockTimers.all.delete(t.id);
}

/** The timers of a process that ends, or those of timer_create when it becomes another program. */
export function dropTimers(k: Kernel, pid: number, kind?: Timer['kind']): void {
  for (const t of [...k.state.clockTimers.all.values()]) if (t.pid === pid && t.kind === (kind ?? t.kind)) dropTimer(k, t);
  k.state.clockTimers.nextNumber.delete(pid);
}

/** Time on a timer's clock. */
export function timerNow(k: Kernel, t: Timer): bigint {
  return t.cpu ? cpuNanos(k, t.cpu) : k.clock.nanos(k.now);
}

/** Starts `t` to expire at `expires` on its clock, and then every `interval`. */
export function arm(k: Kernel, t: Timer, expires: bigint, interval: bigint): void {
  disarm(k, t);
  t.interval = interval;
  t.overrun = -1;
  t.lastOverrun = 0;
  begin(k, t, expires);
}

/** Stops it and forgets its period. */
export function disarm(k: Kernel, t: Timer): void {
  stop(k, t);
  t.expires = t.interval = 0n;
  t.signalled = false;
}

function begin(k: Kernel, t: Timer, expires: bigint): void {
  t.expires = expires;
  t.signalled = false;
  if (t.notify === SIGEV.NONE) return; // only ever asked
  if (expires <= timerNow(k, t)) {
    fire(k, t, undefined);
    return;
  }
  if (t.cpu) {
    const armed = k.state.clockTimers.cpu.get(t.cpu.owner);
    if (armed) armed.push(t.id);
    else k.state.clockTimers.cpu.set(t.cpu.owner, [t.id]);
  }
  aim(k, t);
}

/** Takes it out of the events, but not its settings. */
function stop(k: Kernel, t: Timer): void {
  if (t.event !== 0) k.parts.events.cancel(t.event);
  t.event = 0;
  const { cpu } = k.state.clockTimers;
  const left = t.cpu && cpu.get(t.cpu.owner)?.filter((id) => id !== t.id);
  if (!left) return;
  if (left.length > 0) cpu.set(t.cpu.owner, left);
  else cpu.delete(t.cpu.owner);
}

/** Puts the event of an armed timer where it belongs. */
function aim(k: Kernel, t: Timer): void {
  if (t.event !== 0) k.parts.events.cancel(t.event);
  const ticks = k.clock.ticks(t.expires);
  const due = ticks === never || !t.cpu ? ticks : cpuDue(k, t.cpu, ticks);
  t.event = due === never ? 0 : k.parts.events.add({ due: Math.max(due, k.now), kind: 'timer', target: t.id });
}

/** A thread got a core, or lost it: clocks that count its time go faster or slower now. */
export function threadMoved(k: Kernel, task: Task): void {
  for (const owner of [task.tid, -task.pid]) for (const id of k.state.clockTimers.cpu.get(owner) ?? []) aim(k, k.state.clockTimers.all.get(id)!);
}

/** The event of timer `id`. Returns the core that it interrupts, if it is one whose thread's time ran out. */
export function timerEvent(k: Kernel, id: number): number | undefined {
  const t = k.state.clockTimers.all.get(id)!;
  t.event = 0;
  if (t.cpu && cpuTicksOf(k, t.cpu) < k.clock.ticks(t.expires)) {
    aim(k, t);
    return undefined;
  }
  const runner = t.cpu && chance(k, threadsOf(k, t.cpu).filter((task) => task.state === 'running'));
  if (runner) k.core = runner.core; // its core is in the kernel already: no interrupt is sent to it
  fire(k, t, runner);
  k.core = -1;
  return runner?.core;
}

/** One of the threads that run while their process's time is up: each is as likely as it has run. */
function chance(k: Kernel, running: readonly Task[]): Task | undefined {
  return running.length > 1 ? running[k.random.below(running.length)] : running[0];
}

/** What has expired lets its process know. `runner`: the thread whose core noticed. */
function fire(k: Kernel, t: Timer, runner: Task | undefined): void {
  stop(k, t);
  switch (t.kind) {
    case 'sleep':
      wakeTask(k, k.task(t.number), 0);
      return;
    case 'itimer':
      fireItimer(k, t, runner);
      return;
    case 'posix':
      firePosix(k, t, runner);
  }
}

function fireItimer(k: Kernel, t: Timer, runner: Task | undefined): void {
  send(k, k.process(t.pid), undefined, userSignal(t.signo, SI.KERNEL, 0), runner);
  if (t.interval === 0n) t.expires = 0n;
  else if (t.cpu) begin(k, t, forward(k, t).expires);
  else t.signalled = true;
}

function firePosix(k: Kernel, t: Timer, runner: Task | undefined): void {
  const process = k.process(t.pid);
  const directed = t.notify === SIGEV.THREAD_ID;
  const task = directed ? k.state.tasks.get(t.tid) : undefined;
  if (t.interval === 0n) t.expires = 0n;
  if (directed && !task) return;
  const queued = repeated(process, task, t.id);
  if (queued) queued.queue[queued.at] = { ...queued.queue[queued.at]!, uid: queued.queue[queued.at]!.uid + 1 };
  const sent = queued ? 'queued' : send(k, process, task, { ...userSignal(t.signo, SI.TIMER, t.number), value: t.value, timer: t.id }, runner);
  if (t.interval === 0n) return;
  if (sent === 'queued') {
    t.signalled = true;
    return;
  }
  const next = forward(k, t);
  t.overrun += next.periods;
  begin(k, t, next.expires);
}

/** The timer's signal from before it was set anew, still queued. */
function repeated(process: Process, task: Task | undefined, timer: number): { queue: Signal[]; at: number } | undefined {
  const queue = task?.pending ?? process.pending;
  const at = queue.findIndex((s) => s.timer === timer);
  return at < 0 ? undefined : { queue, at };
}

/** The first expiry after now of a periodic timer, and how many periods away from the last it is. */
function forward(k: Kernel, t: Timer): { expires: bigint; periods: number } {
  const late = timerNow(k, t) - t.expires;
  if (late < 0n) return { expires: t.expires, periods: 0 };
  const periods = late / t.interval + 1n;
  return { expires: t.expires + periods * t.interval, periods: Number(periods) };
}

/** A thread takes signal `s` out of its own queue or its process's (`shared`): a timer that waited for that goes on. */
export function taken(k: Kernel, process: Process, s: Signal, shared: boolean): Signal {
  const alarm = shared && s.signo === SIG.ALRM;
  const t = s.timer !== 0 ? k.state.clockTimers.all.get(s.timer) : alarm ? findTimer(k, process.pid, 'itimer', ITIMER.REAL) : undefined;
  if (!t?.signalled) return s;
  const next = forward(k, t);
  t.lastOverrun = Math.min(t.overrun + next.periods, mostOverruns);
  t.overrun = -1;
  begin(k, t, next.expires);
  return s.timer === 0 ? s : { ...s, uid: Math.min(s.uid + t.lastOverrun, mostOverruns) };
}

/** Nanoseconds to the next expiry as the calls report them: 0 when none will come, at least 1 when one will. */
export function remaining(k: Kernel, t: Timer): bigint {
  if (t.expires === 0n || (t.kind === 'itimer' && t.signalled)) return 0n;
  const silent = t.notify === SIGEV.NONE;
  const next = t.interval !== 0n && (t.signalled || silent) ? forward(k, t).expires : t.expires;
  const left = next - timerNow(k, t);
  return left > 0n ? left : silent ? 0n : 1n;
}
