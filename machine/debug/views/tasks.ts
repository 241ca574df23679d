/** Threads as the kernel has them, and what each core does. */
import { SCHED } from '../../../isa/abi/linux.js';
import { ticksPerCycle } from '../../config.js';
import type { Kernel } from '../../kernel/kernel.js';
import { isRealTime } from '../../kernel/sched/context.js';
import { signalName } from '../../kernel/signal.js';
import { never, type Task, type Wait } from '../../kernel/task.js';
import type { Machine } from '../../machine.js';
import { addressText, columns } from './columns.js';
import type { Look } from './look.js';
import { Runtime } from './runtime.js';

const policyNames = { [SCHED.OTHER]: 'normal', [SCHED.FIFO]: 'fifo', [SCHED.RR]: 'rr', [SCHED.BATCH]: 'batch', [SCHED.IDLE]: 'idle' } as const;
type PolicyName = (typeof policyNames)[keyof typeof policyNames];

export interface TaskView {
  readonly tid: number;
  readonly pid: number;
  readonly name: string;
  readonly state: Task['state'];
  readonly core: number;
  /** Place in its core's queue, 0 the next; undefined unless it is ready. */
  readonly queued: number | undefined;
  /** Its class, and what it is worth there: nice of fair tasks, priority (1 to 99) of real-time ones. */
  readonly policy: PolicyName;
  readonly priority: number;
  /** Of a fair task, as its core last accounted for it, in nanoseconds. */
  readonly vruntime: number | undefined;
  /** The system call that it sleeps in, what for, and when that ends by itself (cycles). */
  readonly call: string | undefined;
  readonly waitsFor: string;
  readonly due: number | undefined;
  /** Of a futex: the word, where the wait is on one of this process's own. */
  readonly futex: number | undefined;
  /** Names: sent to the thread, to its process, and those it blocks. */
  readonly pending: readonly string[];
  readonly shared: readonly string[];
  readonly blocked: readonly string[];
  readonly cycles: number;
  readonly systemCycles: number;
  readonly switches: { readonly voluntary: number; readonly involuntary: number };
}

/** All threads of all processes, by number. */
export function tasks(machine: Machine): TaskView[] {
  const k = machine.kernel as Kernel;
  const places = new Map(k.state.sched.queues.flatMap(({ core }) => k.sched.queued(core).map((tid, at) => [tid, at] as const)));
  return [...k.state.tasks.values()].sort((a, b) => a.tid - b.tid).map((t) => taskView(k, t, places.get(t.tid)));
}

/** `queued`: its place in its core's queue. */
function taskView(k: Kernel, task: Task, queued: number | undefined): TaskView {
  const { wait, sched } = task;
  const realTime = isRealTime(task);
  return {
    tid: task.tid, pid: task.pid, name: task.comm, state: task.state, core: task.core, queued,
    policy: policyNames[task.policy as keyof typeof policyNames], priority: realTime ? task.rtPriority : task.nice,
    vruntime: realTime ? undefined : sched.vruntime + (sched.relative ? k.state.sched.queues[sched.core]!.fair.minVruntime : 0),
    call: wait && (k.abi.syscalls[wait.nr] ?? `syscall ${wait.nr}`), waitsFor: wait ? waitText(k, task, wait) : '', due: wait === undefined || wait.due === never ? undefined : Math.floor(wait.due / ticksPerCycle),
    futex: wait?.for.kind === 'futex' ? futexAddress(wait.for.key) : undefined,
    pending: task.pending.map((s) => signalName(s.signo)), shared: (k.state.processes.get(task.pid)?.pending ?? []).map((s) => signalName(s.signo)), blocked: signalsOf(task.mask),
    cycles: Math.floor(k.cpuTicks(task) / ticksPerCycle), systemCycles: Math.floor(task.systemTicks / ticksPerCycle),
    switches: { voluntary: task.voluntarySwitches, involuntary: task.involuntarySwitches },
  };
}

/** Names of the futexes' queues (futex.ts): process or shared memory, `:`, hexadecimal address or offset. */
function futexAddress(key: string): number | undefined {
  const found = /^[ps]\d+:([0-9a-f]+)$/.exec(key);
  return found === null ? undefined : parseInt(found[1]!, 16);
}

function waitText(k: Kernel, task: Task, wait: Wait): string {
  const what = wait.for;
  switch (what.kind) {
    case 'time': return 'time';
    case 'futex': {
      const address = futexAddress(what.key);
      const others = k.state.futexes.get(what.key)?.count ?? 0;
      return `futex ${address === undefined ? what.key : addressText(address)}${others > 1 ? ` with ${others - 1} more` : ''}`;
    }
    case 'files': return `files ${what.files.map((id) => descriptorText(k, task, id)).join(', ')}`;
    case 'signal': return 'a signal';
    case 'cputime': return 'a CPU clock';
    case 'child': return 'a child';
    case 'vfork': return 'the child of its vfork';
  }
}

/** A file by the descriptor that leads to it. */
function descriptorText(k: Kernel, task: Task, id: number): string {
  const fd = k.files.slots(task).findIndex((d) => d?.file === id);
  const kind = k.state.files.open.get(id)?.kind ?? 'closed';
  return fd < 0 ? `${kind} ${id}` : `${fd} (${kind})`;
}

function signalsOf(set: bigint): string[] {
  const names: string[] = [];
  for (let n = 1; n <= 64; n++) if (((set >> BigInt(n - 1)) & 1n) !== 0n) names.push(signalName(n));
  return names;
}

const millis = (nanos: number): string => `${(nanos / 1e6).toFixed(6)} ms`;
const mostNames = 6;
const namesText = (names: readonly string[]): string => (names.length > mostNames ? `${names.length} signals` : names.join(' '));

export function tasksText(list: readonly TaskView[]): string {
  const rows = list.map((t) => [
    String(t.tid), t.pid === t.tid ? '' : `of ${t.pid}`, t.name, t.state === 'ready' && t.queued !== undefined ? `ready (${t.queued})` : t.state, `core ${t.core}`,
    t.vruntime === undefined ? `${t.policy} ${t.priority}` : `${t.policy} nice ${t.priority} ${millis(t.vruntime)}`,
    t.call === undefined ? '' : `${t.call}: ${t.waitsFor}${t.due === undefined ? '' : ` until cycle ${t.due}`}`,
    [t.pending.length > 0 ? `pending ${namesText(t.pending)}` : '', t.shared.length > 0 ? `for the process ${namesText(t.shared)}` : '', t.blocked.length > 0 ? `blocks ${namesText(t.blocked)}` : '']
      .filter((p) => p !== '')
      .join(', '),
  ]);
  return columns([['tid', '', 'name', 'state', 'core', 'class, vruntime', 'waits', 'signals'], ...rows], [0]);
}

// Cores

export interface CoreView {
  readonly core: number;
  readonly cycles: number;
  readonly instructions: number;
  /** Undefined while it idles, like the rest. */
  readonly tid: number | undefined;
  readonly pc: number | undefined;
  readonly at: string;
  /** Address of the g in its hands, the goroutine's id (0: a thread's own). */
  readonly g: number | undefined;
  readonly goroutine: number | undefined;
  /** Tids that wait for it, in the order in which they would get it. */
  readonly queue: readonly number[];
  /** The least vruntime of its fair tasks, in nanoseconds, which woken ones are placed by; the group's quota is used up here. */
  readonly minVruntime: number;
  readonly throttled: boolean;
}

/** Every core; threads of other processes than `look`'s have no goroutines, and no names for their code. */
export function cores(look: Look): CoreView[] {
  const { kernel, machine } = look;
  const runtime = new Runtime(look.info, look.memory);
  return kernel.state.current.map((tid, core) => {
    const state = machine.core(core);
    const { fair } = kernel.state.sched.queues[core]!;
    const known = { minVruntime: fair.minVruntime, throttled: fair.throttled, core, cycles: Math.floor(state.ticks / ticksPerCycle), instructions: state.instructions, queue: kernel.sched.queued(core) };
    if (tid === 0) return { ...known, tid: undefined, pc: undefined, at: 'idle', g: undefined, goroutine: undefined };
    const task = kernel.task(tid);
    const own = task.pid === look.process.pid;
    const g = own ? look.gOf(task) : undefined;
    return { ...known, tid, pc: state.pc, at: own ? look.describe(state.pc) : `process ${task.pid}`, g, goroutine: g === undefined ? undefined : runtime.at('runtime.g', g).number('goid') };
  });
}

export function coresText(list: readonly CoreView[]): string {
  const rows = list.map((c) => [
    `core ${c.core}`, `cycle ${c.cycles}`, `${c.instructions} instructions`, c.tid === undefined ? 'idle' : `task ${c.tid}`, c.pc === undefined ? '' : `${addressText(c.pc)} ${c.at}`,
    c.g === undefined ? '' : `g ${addressText(c.g)}${c.goroutine === undefined ? '' : c.goroutine === 0 ? " (the thread's own)" : ` (goroutine ${c.goroutine})`}`, `least vruntime ${millis(c.minVruntime)}${c.throttled ? ', throttled' : ''}`, c.queue.length === 0 ? '' : `queue ${c.queue.join(' ')}`,
  ]);
  return columns(rows);
}
