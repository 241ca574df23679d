/** What a process has: its memory, its open files, and the timers that will wake somebody. */
import { O } from '../../../isa/abi/linux.js';
import { ticksPerCycle } from '../../config.js';
import type { Kernel } from '../../kernel/kernel.js';
import { linkText } from '../../kernel/proc.js';
import { signalName } from '../../kernel/signal.js';
import type { Machine } from '../../machine.js';
import { rightsText } from './caches.js';
import { addressText, columns } from './columns.js';
import type { Look } from './look.js';
import { Runtime } from './runtime.js';

// Memory

export interface AreaView {
  readonly start: number;
  readonly end: number;
  readonly rights: string;
  readonly shared: boolean;
  readonly name: string;
  readonly offset: number;
  /** Pages that are present. */
  readonly pages: number;
}

const pageBytes = 4096;

/** The areas of a process, in order. */
export function areas(look: Look): AreaView[] {
  const space = look.kernel.space(look.process);
  const present = [...space.paging.table.save().chunks];
  return space.areas.all.map((a) => ({
    start: a.start, end: a.end, rights: rightsText(a.prot), shared: a.shared, name: a.name, offset: a.offset, pages: presentIn(present, a.start / pageBytes, a.end / pageBytes),
  }));
}

const chunkPages = 512;

function presentIn(chunks: readonly (readonly [number, Int32Array])[], from: number, to: number): number {
  let count = 0;
  for (const [number, entries] of chunks) {
    const base = number * chunkPages;
    for (let i = Math.max(0, from - base); i < Math.min(chunkPages, to - base); i++) if (entries[i] !== 0) count++;
  }
  return count;
}

export const areasText = (list: readonly AreaView[]): string =>
  columns(
    list.map((a) => [`${addressText(a.start)}-${addressText(a.end)}`, `${a.rights}${a.shared ? 's' : 'p'}`, addressText(a.offset), `${(a.end - a.start) / 1024} KiB`, `${a.pages} present`, a.name]),
    [2, 3, 4],
  );

// Files

export interface FileView {
  readonly fd: number;
  readonly kind: string;
  readonly name: string;
  readonly access: 'read' | 'write' | 'both';
  readonly flags: readonly string[];
  readonly closeOnExec: boolean;
  /** What each kind has beside: the offset of a file, what a pipe holds, an event's count. */
  readonly more: string;
}

/** The descriptors of a process's first thread. */
export function files(look: Look): FileView[] {
  const { kernel: k, process } = look;
  const [task] = look.tasks;
  if (task === undefined) return [];
  return k.files.slots(task).flatMap((d, fd) => {
    if (d === undefined) return [];
    const file = k.files.get(d.file);
    const access = file.flags & O.ACCMODE;
    return [{
      fd, kind: file.kind, name: linkText(k, `fd ${process.pid} ${fd}`), access: access === O.RDONLY ? 'read' : access === O.WRONLY ? 'write' : 'both',
      flags: [(file.flags & O.NONBLOCK) !== 0 ? 'nonblock' : '', (file.flags & O.APPEND) !== 0 ? 'append' : ''].filter((f) => f !== ''), closeOnExec: d.closeOnExec, more: moreOf(k, file),
    } as const];
  });
}

function moreOf(k: Kernel, file: ReturnType<Kernel['files']['get']>): string {
  switch (file.kind) {
    case 'inode': return `at ${file.offset}`;
    case 'pipe': {
      const pipe = k.files.pipes.get(file.pipe);
      return `${file.end} end, ${pipe.data.length} of ${pipe.capacity} bytes, ${pipe.readers} readers, ${pipe.writers} writers`;
    }
    case 'event': return `count ${file.count}${file.semaphore ? ', semaphore' : ''}`;
    case 'epoll': return `watches ${file.interests.map((i) => i.fd).join(' ') || 'nothing'}`;
    case 'timer': return file.expires === 0n ? 'not armed' : `expires at ${file.expires} ns, expired ${file.count} times`;
    case 'host': return `stream ${file.stream}${file.ended ? ', at its end' : ''}`;
    case 'pid': return `process ${file.pid}`;
    case 'device': case 'signal': return '';
  }
}

export const filesText = (list: readonly FileView[]): string =>
  columns(list.map((f) => [String(f.fd), f.name, f.access, [...f.flags, ...(f.closeOnExec ? ['close-on-exec'] : [])].join(' '), f.more]), [0]);

// Timers

export interface TimerView {
  /** Who has it: the machine's queue of events, the kernel for a program, or Go's own heap of a P. */
  readonly owner: 'event' | 'program' | 'go';
  readonly what: string;
  /** Cycle at which it is due; undefined where it is not armed, or runs on a CPU clock. */
  readonly due: number | undefined;
  readonly period: string;
}

/** What is due by itself, the machine's events first; of Go's timers the runtime's clock is the monotonic one. */
export function timers(machine: Machine, look?: Look): TimerView[] {
  const k = machine.kernel as Kernel;
  const cycle = (ticks: number): number => Math.floor(ticks / ticksPerCycle);
  const events = machine.events.save().entries.map(({ event }) => ({ owner: 'event' as const, what: `${event.kind} ${event.target}`, due: cycle(event.due), period: '' }));
  const programs = [...k.state.clockTimers.all.values()].map((t) => ({
    owner: 'program' as const, what: `${t.kind} ${t.number} of process ${t.pid}${t.cpu ? ' on CPU time' : ''}${t.signo > 0 ? `, ${signalName(t.signo)}` : ''}`,
    due: t.expires === 0n || t.cpu ? undefined : cycle(k.clock.ticks(t.expires)), period: t.interval === 0n ? '' : `every ${t.interval} ns`,
  }));
  return [...events, ...programs, ...(look ? goTimers(look) : [])];
}

/** Never. */
const farthest = 2 ** 62;

function goTimers(look: Look): TimerView[] {
  const runtime = new Runtime(look.info, look.memory);
  const all = runtime.globalSlice('runtime.allp');
  if (all === undefined || !runtime.hasTypes) return [];
  const list: TimerView[] = [];
  for (let i = 0; i < all.length; i++) {
    const p = runtime.at('runtime.p', runtime.pointer(all.at, i) ?? 0);
    const byTime = p.slice('timers.heap'); // Go 1.23: each entry has a pointer and a time
    const heap = byTime ?? p.slice('timers');
    for (let n = 0; heap !== undefined && n < heap.length; n++) {
      const at = runtime.number(heap.at + n * (byTime ? 16 : 8), 8, false);
      if (at !== undefined && at !== 0) list.push(goTimer(look, runtime, at, p.number('id') ?? -1));
    }
  }
  return list;
}

function goTimer(look: Look, runtime: Runtime, at: number, p: number): TimerView {
  const timer = runtime.at('runtime.timer', at);
  const when = timer.number('when') ?? 0;
  const closure = timer.pointer('f');
  const code = closure === undefined ? undefined : runtime.number(closure, 8, false);
  const name = code === undefined ? '?' : (look.info.functionAt(code)?.name ?? addressText(code));
  const period = timer.number('period') ?? 0;
  const due = when <= 0 || when >= farthest ? undefined : Math.floor(look.kernel.clock.ticks(BigInt(when)) / ticksPerCycle);
  return { owner: 'go', what: `P${p}: ${name}`, due, period: period > 0 ? `every ${period} ns` : '' };
}

export const timersText = (list: readonly TimerView[]): string => columns(list.map((t) => [t.owner, t.what, t.due === undefined ? 'not armed' : `cycle ${t.due}`, t.period]));
