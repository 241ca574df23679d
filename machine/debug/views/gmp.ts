/**
 * The scheduler of Go: its processors (P) with their run queues, its threads (M), and what waits for either. A local queue is a ring of 256 gs between a
 * head and a tail that count up for ever, with `runnext` before it. Go, src/runtime/proc.go and runtime2.go.
 */
import { columns } from './columns.js';
import type { Look } from './look.js';
import { goroutines, type Goroutine } from './goroutines.js';
import { Runtime, type Structure } from './runtime.js';

const processorStates: readonly string[] = ['idle', 'running', 'syscall', 'gcstop', 'dead'];
/** Entries of a ring. */
const ringSize = 256;
/** A list that is longer goes round in a circle. */
const longest = 1_000_000;

export interface Processor {
  readonly id: number;
  readonly address: number;
  readonly status: number;
  readonly statusName: string;
  /** Number of the M that has it. */
  readonly m: number | undefined;
  readonly schedTick: number;
  readonly syscallTick: number;
  /** Ids of goroutines: what runs next, and the ring from its head on. */
  readonly runNext: number | undefined;
  readonly queue: readonly number[];
  /** Timers that its heap has. */
  readonly timers: number;
  /** Where the ring's head and tail are, as counted. */
  readonly head: number;
  readonly tail: number;
}

export interface MThread {
  readonly id: number;
  readonly address: number;
  /** The kernel's thread; 0 before it has begun. */
  readonly thread: number;
  /** Number of its P; ids of its goroutine and of the one that is locked to it. */
  readonly p: number | undefined;
  readonly goroutine: number | undefined;
  readonly lockedGoroutine: number | undefined;
  readonly spinning: boolean;
  /** It sleeps until somebody wakes it. */
  readonly blocked: boolean;
  readonly idle: boolean;
  readonly locks: number;
  readonly mallocing: number;
  readonly preemptOff: string;
}

export interface SchedulerView {
  readonly processors: readonly Processor[];
  readonly threads: readonly MThread[];
  readonly goroutines: readonly Goroutine[];
  /** Ids, the next first. */
  readonly globalQueue: readonly number[];
  readonly globalSize: number;
  /** Numbers of Ms and Ps. */
  readonly idleThreads: readonly number[];
  readonly idleProcessors: readonly number[];
  readonly spinning: number;
  readonly gcWaiting: boolean;
  readonly stopWait: number;
  readonly sysmonWaits: boolean;
}

/** Undefined where the image does not say where the scheduler's structures are: it is stripped, or no Go. */
export function schedulerView(look: Look): SchedulerView | undefined {
  const runtime = new Runtime(look.info, look.memory);
  const sched = runtime.globalStructure('runtime.sched', 'runtime.schedt');
  const all = runtime.globalSlice('runtime.allp');
  if (sched === undefined || all === undefined || !runtime.hasTypes) return undefined;
  const ids = (g: number | undefined): number | undefined => (g === undefined ? undefined : runtime.at('runtime.g', g).number('goid'));
  const processors: Processor[] = [];
  for (let i = 0; i < all.length; i++) {
    const p = runtime.pointer(all.at, i);
    if (p !== undefined && p !== 0) processors.push(processor(runtime, p, ids));
  }
  const idleThreads = idleMs(runtime, sched);
  return {
    processors,
    threads: threadsOf(runtime, ids, new Set(idleThreads)),
    goroutines: goroutines(look, runtime),
    globalQueue: linked(runtime, sched.pointer('runq.head'), 'runtime.g', 'schedlink').map((g) => ids(g) ?? 0),
    globalSize: sched.oneOf('runq.size', 'runqsize') ?? 0,
    idleThreads: idleThreads.map((m) => runtime.at('runtime.m', m).number('id') ?? -1),
    idleProcessors: linked(runtime, sched.pointer('pidle'), 'runtime.p', 'link').map((p) => runtime.at('runtime.p', p).number('id') ?? -1),
    spinning: sched.number('nmspinning') ?? 0,
    gcWaiting: sched.flag('gcwaiting'),
    stopWait: sched.number('stopwait') ?? 0,
    sysmonWaits: sched.flag('sysmonwait'),
  };
}

/** Addresses of the goroutines in a processor's ring, from its head on. */
export function processorQueue(runtime: Runtime, address: number): number[] {
  const p = runtime.at('runtime.p', address);
  const [head, tail] = [p.number('runqhead') ?? 0, p.number('runqtail') ?? 0];
  const ring = p.addressOf('runq');
  const count = Math.min((tail - head) >>> 0, ringSize);
  return ring === undefined ? [] : Array.from({ length: count }, (_, i) => runtime.pointer(ring, (head + i) % ringSize) ?? 0);
}

function processor(runtime: Runtime, address: number, ids: (g: number | undefined) => number | undefined): Processor {
  const p = runtime.at('runtime.p', address);
  const [head, tail] = [p.number('runqhead') ?? 0, p.number('runqtail') ?? 0];
  const queue = processorQueue(runtime, address).map((g) => ids(g || undefined) ?? 0);
  const m = p.pointer('m');
  const status = p.number('status') ?? 0;
  return {
    id: p.number('id') ?? -1, address, status, statusName: processorStates[status] ?? `status ${status}`,
    m: m === undefined ? undefined : runtime.at('runtime.m', m).number('id'), schedTick: p.number('schedtick') ?? 0, syscallTick: p.number('syscalltick') ?? 0,
    runNext: ids(p.pointer('runnext')), queue, timers: (p.slice('timers.heap') ?? p.slice('timers'))?.length ?? 0, head, tail,
  };
}

function threadsOf(runtime: Runtime, ids: (g: number | undefined) => number | undefined, idle: ReadonlySet<number>): MThread[] {
  return linked(runtime, runtime.globalNumber('runtime.allm'), 'runtime.m', 'alllink')
    .map((address) => {
      const m = runtime.at('runtime.m', address);
      const p = m.pointer('p');
      const off = m.addressOf('preemptoff');
      return {
        id: m.number('id') ?? -1, address, thread: m.number('procid') ?? 0, p: p === undefined ? undefined : runtime.at('runtime.p', p).number('id'),
        goroutine: ids(m.pointer('curg')), lockedGoroutine: ids(m.pointer('lockedg')), spinning: m.flag('spinning'), blocked: m.flag('blocked'), idle: idle.has(address),
        locks: m.number('locks') ?? 0, mallocing: m.number('mallocing') ?? 0, preemptOff: (off === undefined ? undefined : runtime.string(off)) ?? '',
      };
    })
    .reverse();
}

/** Addresses of the idle Ms: linked through themselves, from Go 1.26 on through a node in them. */
function idleMs(runtime: Runtime, sched: Structure): number[] {
  const node = runtime.field('runtime.m', 'idleNode.next');
  if (node === undefined) return linked(runtime, sched.pointer('midle'), 'runtime.m', 'schedlink');
  return linked(runtime, sched.pointer('midle.obj'), 'runtime.m', 'idleNode.next');
}

/** A list through a field of its members. */
function linked(runtime: Runtime, first: number | undefined, struct: string, link: string): number[] {
  const list: number[] = [];
  for (let at = first || undefined; at !== undefined && list.length < longest; at = runtime.at(struct, at).pointer(link)) list.push(at);
  return list;
}

const orDash = (n: number | undefined): string => (n === undefined ? '-' : String(n));
const prefixed = (letter: string, n: number | undefined): string => (n === undefined ? '-' : `${letter}${n}`);
const goroutineIds = (ids: readonly number[]): string => (ids.length === 0 ? '-' : ids.map((id) => `G${id}`).join(' '));

export function schedulerText(view: SchedulerView): string {
  const ps = view.processors.map((p) => [
    `P${p.id}`, p.statusName, prefixed('M', p.m), `next ${prefixed('G', p.runNext)}`, `queue ${goroutineIds(p.queue)}`, `ring ${p.head % ringSize}..${p.tail % ringSize}`,
    `ticks ${p.schedTick}/${p.syscallTick}`, `timers ${p.timers}`,
  ]);
  const ms = view.threads.map((m) => [
    `M${m.id}`, `thread ${orDash(m.thread || undefined)}`, prefixed('P', m.p), prefixed('G', m.goroutine), m.lockedGoroutine === undefined ? '' : `locked to G${m.lockedGoroutine}`,
    [m.spinning ? 'spins' : '', m.blocked ? 'blocked' : '', m.idle ? 'idle' : '', m.preemptOff === '' ? '' : `not preempted: ${m.preemptOff}`].filter((t) => t !== '').join(', '),
  ]);
  const gs = view.goroutines.map((g) => [`G${g.id}`, `${g.statusName}${g.wait === '' ? '' : `: ${g.wait}`}`, g.at]);
  const lists = [
    `global queue (${view.globalSize}): ${goroutineIds(view.globalQueue)}`,
    `idle Ps: ${view.idleProcessors.map((p) => `P${p}`).join(' ') || '-'}`,
    `idle Ms: ${view.idleThreads.map((m) => `M${m}`).join(' ') || '-'}`,
    `spinning Ms ${view.spinning}${view.gcWaiting ? `, the collector stops the world (${view.stopWait} to go)` : ''}${view.sysmonWaits ? ', sysmon sleeps' : ''}`,
  ];
  return `${columns(ps)}${columns(ms)}${columns(gs)}${lists.map((l) => `${l}\n`).join('')}`;
}
