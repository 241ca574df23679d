/**
 * What has happened to threads and goroutines before a moment, found by running again: stretch by stretch backwards, as far as the answer lies.
 *
 * Of a goroutine every store to its status word is heard, whichever function of the runtime it is in, and runqsteal where it returns. Of threads the
 * kernel tells.
 */
import { isFault } from '../../../isa/isa.js';
import { ticksPerCycle } from '../../config.js';
import { isaOf } from '../../isa.js';
import type { Kernel } from '../../kernel/kernel.js';
import { argumentOn } from '../arch/arch.js';
import type { Listener, Session } from '../session/session.js';
import { StepError } from '../session/stepping.js';
import { goroutineFrames, threadFrames } from '../views/goroutines.js';
import { processorQueue } from '../views/gmp.js';
import { Look } from '../views/look.js';
import { Runtime } from '../views/runtime.js';
import { calls } from './calls.js';

/** When: instructions of all cores, and cycles of the core on which it happens. */
export interface Moment {
  readonly at: number;
  readonly cycle: number;
}
/** Who does something: a thread, with its goroutine where it runs one, and what it was in. */
export interface Actor {
  readonly tid: number;
  readonly goroutine: { readonly id: number; readonly g: number } | undefined;
  /** Number of the processor (P) that the thread has. */
  readonly processor: number | undefined;
  readonly calls: string;
}

export type Event = Moment & (
  /** A goroutine's status changes; `calls`: where the goroutine itself is. */
  | { readonly kind: 'status'; readonly from: number | undefined; readonly to: number; readonly reason: string; readonly calls: string; readonly by: Actor }
  /** It goes from one processor's queue to another; `from`: undefined while the beginning of that call has not been seen. */
  | { readonly kind: 'steal'; readonly from: number | undefined; readonly to: number; readonly tid: number }
  /** A thread falls asleep in a call, until `due` at the latest. */
  | { readonly kind: 'sleep'; readonly tid: number; readonly call: string; readonly by: Actor }
  /** A thread is made. */
  | { readonly kind: 'clone'; readonly tid: number; readonly by: Actor }
  /** A thread is woken; `by`: undefined where no thread did it; `late`: its time had come. */
  | { readonly kind: 'wake'; readonly tid: number; readonly by: Actor | undefined; readonly late: boolean }
  | { readonly kind: 'switch'; readonly tid: number; readonly core: number }
);

const scanBit = 0x1000;

/**
 * Events before `end`, oldest first, of as many stretches between checkpoints as it takes until `enough`, or of all. `g`: the goroutine (its address) whose
 * status counts. The machine stands elsewhere afterwards. Errors: StepError where the user interrupts.
 */
export async function eventsBefore(s: Session, end: number, g: number | undefined, enough: (events: readonly Event[]) => boolean): Promise<Event[]> {
  let found: Event[] = [];
  const open = (list: readonly Event[]): boolean => list.some((e) => e.kind === 'steal' && e.from === undefined);
  for (let to = end; to > s.history.first && (!enough(found) || open(found)); ) {
    const from = s.history.before(to - 1)!;
    s.history.goto(from);
    const own: Event[] = [];
    const ear = new Ear(s, g, (e) => own.push(e));
    if (!(await s.again(to, ear))) throw new StepError('interrupted');
    found = found.map((e) => (e.kind === 'steal' && e.from === undefined ? { ...e, from: ear.stolenFrom(e.tid) } : e));
    const known = new Set(found.filter((e) => e.at === to).map(keyOf)); // what the kernel did at the boundary is heard on both sides
    found = [...own.filter((e) => !(e.at === to && known.has(keyOf(e)))), ...found];
    to = from;
  }
  return found;
}

const keyOf = (e: Event): string => `${e.kind} ${'tid' in e ? e.tid : ''} ${e.at}`;

class Ear implements Listener {
  readonly breaks: ReadonlySet<number>;
  readonly watches: Listener['watches'];
  private status: number | undefined;
  private readonly statusAt: number | undefined;
  private readonly steal: number | undefined;
  private readonly dues = new Map<number, number>();
  /** Calls of runqsteal that have not returned, by thread: the number of the processor that is stolen from. */
  private readonly stealing = new Map<number, number>();

  constructor(private readonly s: Session, private readonly g: number | undefined, private readonly note: (e: Event) => void) {
    const { info } = s;
    const look = this.look();
    const field = look && g !== undefined ? new Runtime(info, look.memory).field('runtime.g', 'atomicstatus') : undefined;
    for (const { tid, wait } of look?.tasks ?? []) if (wait) this.dues.set(tid, wait.due);
    this.statusAt = field && g! + field.offset;
    this.status = this.statusAt === undefined ? undefined : this.word(look!, this.statusAt);
    this.watches = this.statusAt === undefined ? [] : [{ low: this.statusAt, high: this.statusAt + 4, read: false, write: true }];
    const f = this.statusAt === undefined ? undefined : info.functionNamed('runtime.runqsteal');
    this.steal = f?.low;
    this.breaks = new Set(f && look ? [f.low, ...returnsOf(look, f.low, f.high)] : []);
  }

  private look(): Look | undefined {
    return Look.of(this.s.machine, this.s.info);
  }
  private word(look: Look, at: number): number | undefined {
    const bytes = look.memory.read(at, 4);
    return bytes && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) & ~scanBit;
  }
  private moment(core: number): Moment {
    const { machine } = this.s;
    return { at: machine.instructions, cycle: core < 0 ? machine.cycles : Math.floor(machine.core(core).ticks / ticksPerCycle) };
  }
  private tidOn(core: number): number {
    return (this.s.machine.kernel as Kernel).state.current[core]!;
  }

  before(core: number, pc: number): void {
    const { machine } = this.s;
    const tid = this.tidOn(core);
    if (pc === this.steal) {
      const look = this.look();
      if (look) this.stealing.set(tid, new Runtime(look.info, look.memory).at('runtime.p', argumentOn(machine, core, 1)).number('id') ?? -1);
      return;
    }
    const from = this.stolenFrom(tid);
    this.stealing.delete(tid);
    const look = this.look();
    const result = argumentOn(machine, core, 0);
    if (!look || result === 0) return;
    const runtime = new Runtime(look.info, look.memory);
    const own = look.tasks.find((t) => t.tid === tid);
    const to = runtime.at('runtime.m', runtime.at('runtime.g', (own && look.gOf(own)) ?? 0).number('m') ?? 0).number('p') ?? 0;
    if (result !== this.g && !processorQueue(runtime, to).includes(this.g!)) return;
    this.note({ ...this.moment(core), kind: 'steal', tid, to: runtime.at('runtime.p', to).number('id') ?? -1, from });
  }
  /** Number of the processor that a thread is stealing from. */
  stolenFrom(tid: number): number | undefined {
    return this.stealing.get(tid);
  }

  accessed(core: number): void {
    const look = this.look();
    const to = look && this.word(look, this.statusAt!);
    if (!look || to === undefined || to === this.status) return;
    const from = this.status;
    this.status = to;
    const runtime = new Runtime(look.info, look.memory);
    this.note({
      ...this.moment(core), kind: 'status', from, to, by: this.actor(look, core),
      reason: reasonOf(runtime, this.g!), calls: calls(look.info, goroutineFrames(look, this.g!)),
    });
  }

  heard(what: Parameters<Listener['heard']>[0], core: number, tid: number, number: number): void {
    const { kernel } = this.s.machine;
    if (what === 'switch') return this.note({ ...this.moment(core), kind: 'switch', tid, core });
    const look = what === 'sleep' || what === 'wake' || what === 'clone' ? this.look() : undefined;
    if (!look) return;
    if (what === 'clone') return this.note({ ...this.moment(core), kind: 'clone', tid, by: this.actor(look, core) });
    const { state, abi, now } = kernel as Kernel;
    if (what === 'sleep') {
      this.dues.set(tid, state.tasks.get(tid)?.wait?.due ?? Infinity);
      return this.note({ ...this.moment(core), kind: 'sleep', tid, call: abi.syscalls[number] ?? String(number), by: this.actor(look, core) });
    }
    this.note({ ...this.moment(core), kind: 'wake', tid, by: core < 0 || this.tidOn(core) === 0 ? undefined : this.actor(look, core), late: now >= (this.dues.get(tid) ?? Infinity) });
  }

  private actor(look: Look, core: number): Actor {
    const tid = this.tidOn(core);
    const runtime = new Runtime(look.info, look.memory);
    const task = look.tasks.find((t) => t.tid === tid);
    const own = task && look.gOf(task);
    const m = own === undefined ? undefined : runtime.at('runtime.g', own).pointer('m');
    const thread = m === undefined ? undefined : runtime.at('runtime.m', m);
    const user = thread?.pointer('curg');
    const p = thread?.pointer('p');
    return {
      tid, calls: calls(look.info, threadFrames(look, tid)),
      goroutine: user === undefined ? undefined : { id: runtime.at('runtime.g', user).number('goid') ?? 0, g: user },
      processor: p === undefined ? undefined : runtime.at('runtime.p', p).number('id'),
    };
  }
}

/** The runtime's words for why a goroutine waits, or will. */
function reasonOf(runtime: Runtime, g: number): string {
  const reason = runtime.at('runtime.g', g).number('waitreason') ?? 0;
  const strings = runtime.global('runtime.waitReasonStrings');
  return (strings && runtime.string(strings.address + 16 * reason)) ?? `wait reason ${reason}`;
}

/** Addresses of a function's returns. */
function returnsOf(look: Look, low: number, high: number): number[] {
  const code = look.memory.read(low, high - low);
  const isa = isaOf(look.machine.config);
  const found: number[] = [];
  for (let at = 0; code && at < code.length; ) {
    const insn = isa.decode(code, at, low + at, true);
    if (isFault(insn)) break;
    if (insn.row.cls.startsWith('ret')) found.push(low + at);
    at += insn.length;
  }
  return found;
}
