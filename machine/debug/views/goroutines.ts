/**
 * All goroutines as the runtime keeps them (runtime.allgs), and the frames of each: a running one's from its thread's registers, another's from
 * where it was put aside. Go, src/runtime/runtime2.go: g, waitReason.
 */
import { parked } from '../unwind/goStep.js';
import { unwind, type Frame, type UnwindStart } from '../unwind/unwind.js';
import type { Task } from '../../kernel/task.js';
import { addressText, columns } from './columns.js';
import { frameText, type Look } from './look.js';
import { Runtime, type Structure } from './runtime.js';
import { findGoroutines } from './stripped.js';

/** By number; 0x1000 is added while the collector scans the stack. */
const statusNames: readonly (string | undefined)[] = ['idle', 'runnable', 'running', 'syscall', 'waiting', undefined, 'dead', undefined, 'copystack', 'preempted', 'leaked', 'deadextra'];
export const goStatus = { idle: 0, runnable: 1, running: 2, syscall: 3, waiting: 4, dead: 6, deadextra: 11 } as const;
const scanBit = 0x1000;

export interface Goroutine {
  readonly id: number;
  /** Address of its g. */
  readonly g: number;
  readonly status: number;
  readonly statusName: string;
  /** The collector has it for scanning. */
  readonly scanned: boolean;
  /** Why it waits, as the runtime's own tracebacks say; empty unless it does. */
  readonly wait: string;
  /** Since when, nanoseconds of the runtime's clock; 0 where it does not say. */
  readonly waitSince: number;
  /** Where it is: the running one's pc, another's that it goes on from. */
  readonly pc: number | undefined;
  readonly at: string;
  /** The same of the innermost frame that is not the runtime's; `at` where all are. */
  readonly user: string;
  /** The function that it began with, and the go statement that made it. */
  readonly start: string;
  readonly createdAt: string;
  /** Id of the goroutine that made it; undefined before Go 1.21. */
  readonly parent: number | undefined;
  /** Its m, and that one's thread. */
  readonly m: number | undefined;
  readonly thread: number | undefined;
  readonly lockedM: number | undefined;
  /** The runtime's own. */
  readonly system: boolean;
}

/** Functions of the runtime that run what the user wrote. */
const userStarts = /^runtime\.(main|handleAsyncEvent)$/;

/** All goroutines but dead ones, in the order of their making; empty where the program is not Go's or has not begun. */
export function goroutines(look: Look, runtime = new Runtime(look.info, look.memory), withDead = false): Goroutine[] {
  const running = threadsByG(look);
  const list: Goroutine[] = [];
  for (const g of allGs(look, runtime)) {
    const one = goroutineAt(look, runtime, g, running);
    const gone = one.status === goStatus.dead || one.status === goStatus.deadextra || one.status === goStatus.idle;
    if (withDead || !gone) list.push(one);
  }
  return list;
}

/** Addresses of all gs. */
export function allGs(look: Look, runtime: Runtime): number[] {
  const all = runtime.globalSlice('runtime.allgs') ?? findGoroutines(look, runtime);
  if (all === undefined) return [];
  const list: number[] = [];
  for (let i = 0; i < all.length; i++) {
    const g = runtime.pointer(all.at, i);
    if (g === undefined) break;
    if (g !== 0) list.push(g);
  }
  return list;
}

/** Threads by the g that they have in hand. */
function threadsByG(look: Look): ReadonlyMap<number, Task> {
  const map = new Map<number, Task>();
  for (const task of look.tasks) {
    const g = look.gOf(task);
    if (g !== undefined) map.set(g, task);
  }
  return map;
}

export function goroutineAt(look: Look, runtime: Runtime, address: number, running: ReadonlyMap<number, Task> = threadsByG(look)): Goroutine {
  const g = runtime.at('runtime.g', address);
  const word = g.number('atomicstatus') ?? 0;
  const status = word & ~scanBit;
  const m = g.pointer('m');
  const thread = m === undefined ? undefined : runtime.at('runtime.m', m).pointer('procid');
  const where = placesOf(look, whereIs(look, address, running));
  const start = functionName(look, g.number('startpc'));
  return {
    id: g.number('goid') ?? 0, g: address, status, statusName: statusNames[status] ?? `status ${status}`, scanned: (word & scanBit) !== 0,
    wait: status === goStatus.waiting ? waitReason(runtime, g.number('waitreason') ?? 0) : '', waitSince: g.number('waitsince') ?? 0,
    ...where, start, createdAt: createdAt(look, g), parent: g.number('parentGoid'), m, thread,
    lockedM: g.pointer('lockedm'), system: start.startsWith('runtime.') && !userStarts.test(start),
  };
}

/** So many frames of the runtime are looked through for one of the program. */
const mostRuntimeFrames = 100;

function placesOf(look: Look, start: UnwindStart | undefined): Pick<Goroutine, 'pc' | 'at' | 'user'> {
  if (start === undefined) return { pc: undefined, at: '?', user: '?' };
  let at: string | undefined;
  let count = 0;
  for (const { lookup } of unwind(look.info.unwindTables, start, look.memory)) {
    at ??= look.describe(lookup);
    const own = look.info.framesAt(lookup).find((f) => !isRuntime(f.name ?? ''));
    if (own !== undefined) return { pc: start.pc, at, user: frameText(own.name, own.place) };
    if (++count > mostRuntimeFrames) break;
  }
  return { pc: start.pc, at: at ?? '?', user: at ?? '?' };
}

const isRuntime = (name: string): boolean => /^(runtime|internal\/runtime\/[^.]*|runtime\/internal\/[^.]*)\.|\.runtime_/.test(name) || name === '';

/** The runtime's own words. */
function waitReason(runtime: Runtime, reason: number): string {
  const strings = runtime.global('runtime.waitReasonStrings');
  return (strings && runtime.string(strings.address + 16 * reason)) ?? `wait reason ${reason}`;
}

const functionName = (look: Look, pc: number | undefined): string => (pc === undefined || pc === 0 ? '' : (look.info.functionAt(pc)?.name ?? addressText(pc)));

/** The go statement: its pc is a return address. */
function createdAt(look: Look, g: Structure): string {
  const pc = g.number('gopc');
  return pc === undefined || pc === 0 ? '' : look.describe(pc - 1);
}

/** Where the frames of a goroutine begin; undefined for one that was never run. */
function whereIs(look: Look, g: number, running: ReadonlyMap<number, Task>): UnwindStart | undefined {
  const own = running.get(g);
  if (own !== undefined) return look.startOf(own);
  const layout = look.info.unwindTables.layout;
  return layout && parked({ abi: look.info.unwindTables.abi, memory: look.memory, layout }, g);
}

/** The frames of a goroutine on its own stack, innermost first. One whose thread is on another stack is where it left its own. */
export function goroutineFrames(look: Look, g: number): Frame[] {
  const start = whereIs(look, g, threadsByG(look));
  return start === undefined ? [] : [...unwind(look.info.unwindTables, start, look.memory)];
}

/** The frames of a thread, through all stacks that it has. */
export function threadFrames(look: Look, tid: number): Frame[] {
  const task = look.tasks.find((t) => t.tid === tid);
  const start = task && look.startOf(task);
  return start === undefined ? [] : [...unwind(look.info.unwindTables, start, look.memory)];
}

/** Frames as lines: `#0  0x45f2a0 in main.f at main.go:12`; inlined calls stand before what they are in. */
export function framesText(look: Look, frames: readonly Frame[]): string {
  const rows: string[][] = [];
  for (const frame of frames) {
    const sources = look.info.framesAt(frame.lookup);
    if (sources.length === 0) rows.push([`#${rows.length}`, addressText(frame.pc), 'in ??']);
    for (const { name, place, inlined } of sources) {
      const notes = `${inlined ? ' (inlined)' : ''}${frame.signal ? ' <signal handler called>' : ''}`;
      rows.push([`#${rows.length}`, addressText(frame.pc), `in ${name ?? '??'}${place ? ` at ${place.file}:${place.line}` : ''}${notes}`]);
    }
  }
  return columns(rows);
}

/** One line a goroutine, as delve has it; `*` before those that threads run. */
export function goroutinesText(list: readonly Goroutine[]): string {
  const rows = list.map((g) => [
    g.status === goStatus.running ? '*' : ' ', `Goroutine ${g.id}`, `[${g.statusName}${g.wait === '' ? '' : `: ${g.wait}`}${g.scanned ? ', scanned' : ''}]`,
    `${addressText(g.pc)} ${g.user}`, g.thread === undefined ? '' : `thread ${g.thread}`, g.createdAt === '' ? '' : `created by ${g.createdAt}`,
  ]);
  return `${columns(rows)}[${list.length} goroutine${list.length === 1 ? '' : 's'}]\n`;
}
