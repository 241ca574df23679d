/**
 * Clocks of CPU time: what a thread or a process has used, by whose clock it is and what that counts. clock_getcpuclockid(3).
 *
 * Exact, in ticks: a thread is charged from the moment it gets a core to the moment it loses it; what the kernel charges in
 * between is its system time, the rest its user time. Linux samples that division at its 4 ms tick and scales it.
 */
import { CLOCK, CPUCLOCK } from '../../isa/abi/linux.js';
import type { Call } from './call.js';
import type { Kernel } from './kernel.js';
import { never, type Task } from './task.js';

/** Whose time, and which part. `owner`: a tid, or a pid negated for all threads of a process, ended ones too. */
export interface CpuClock {
  readonly owner: number;
  /** Kernel and user time, or user time alone. */
  readonly counts: 'all' | 'user';
}

/** The CPU clock that clock number `id` names for the caller; undefined: there is no such clock, or no such thread. */
export function cpuClockOf(k: Kernel, c: Call, id: number): CpuClock | undefined {
  if (id === CLOCK.THREAD_CPUTIME_ID) return { owner: c.task.tid, counts: 'all' };
  if (id === CLOCK.PROCESS_CPUTIME_ID) return { owner: -c.process.pid, counts: 'all' };
  const which = id & CPUCLOCK.WHICH;
  if (id >= 0 || which === CPUCLOCK.FD) return undefined;
  const counts = which === CPUCLOCK.VIRT ? 'user' : 'all';
  const number = ~(id >> 3);
  if ((id & CPUCLOCK.PERTHREAD) !== 0) {
    const task = number === 0 ? c.task : k.state.tasks.get(number);
    return task?.pid === c.process.pid ? { owner: task.tid, counts } : undefined;
  }
  const process = number === 0 ? c.process : k.state.processes.get(number);
  return process && { owner: -process.pid, counts };
}

/** The living threads whose time a clock counts. */
export function threadsOf(k: Kernel, clock: CpuClock): readonly Task[] {
  if (clock.owner > 0) {
    const task = k.state.tasks.get(clock.owner);
    return task ? [task] : [];
  }
  return Array.from(k.state.processes.get(-clock.owner)?.threads ?? [], (tid) => k.task(tid));
}

/** True while the clock's thread or process exists. */
export function cpuClockLives(k: Kernel, clock: CpuClock): boolean {
  return clock.owner > 0 ? k.state.tasks.has(clock.owner) : k.state.processes.get(-clock.owner)?.status === undefined;
}

/** Ticks a clock shows now. */
export function cpuTicksOf(k: Kernel, clock: CpuClock): number {
  const ended = clock.owner < 0 ? k.state.processes.get(-clock.owner)?.ended : undefined;
  let ticks = ended === undefined ? 0 : ended.ticks - (clock.counts === 'user' ? ended.systemTicks : 0);
  for (const task of threadsOf(k, clock)) ticks += k.cpuTicks(task) - (clock.counts === 'user' ? task.systemTicks : 0);
  return ticks;
}

export const cpuNanos = (k: Kernel, clock: CpuClock): bigint => k.clock.nanos(cpuTicksOf(k, clock));

/**
 * The moment at which the clock will have counted `ticks` if all its running threads go on and the kernel takes none of
 * their time: it comes no earlier. `never` while no thread runs.
 */
export function cpuDue(k: Kernel, clock: CpuClock, ticks: number): number {
  let left = ticks - cpuTicksOf(k, clock);
  const cores = threadsOf(k, clock).filter((t) => t.state === 'running').map((t) => k.parts.cores.state(t.core).ticks).sort((a, b) => a - b);
  if (cores.length === 0) return never;
  if (left <= 0) return Math.max(k.now, cores[0]!);
  // from one core's local time to the next, ever more threads count
  let at = cores[0]!;
  for (let n = 1; n < cores.length; n++) {
    const step = (cores[n]! - at) * n;
    if (step >= left) return at + Math.ceil(left / n);
    left -= step;
    at = cores[n]!;
  }
  return at + Math.ceil(left / cores.length);
}
