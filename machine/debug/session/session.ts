/**
 * A run under a debugger: lets it go on until something stops it, and back.
 *
 * Every stop but the last is before an instruction of some core; which one is the moment (history.ts). Forwards, breakpoints stop the run where their
 * conditions hold. Backwards, the run is repeated from a checkpoint and all stops on the way are noted; the last one before the present is where
 * going back would have stopped.
 */
import type { Observer, Watch, Watched } from '../../exec/observer.js';
import type { Machine } from '../../machine.js';
import type { Heard } from '../../kernel/deliver.js';
import type { Kernel } from '../../kernel/kernel.js';
import type { DebugInfo } from '../info.js';
import { Breakpoints, isFor, type Breakpoint, type Catchpoint, type Point, type Watchpoint } from './breakpoints.js';
import { History, idleCycles } from './history.js';
import { coreOf, placeOn, taskOn, type Place } from './place.js';
import type { Past } from './reverse.js';

/** Why the run has stopped. */
export type Stop =
  | { readonly why: 'breakpoint'; readonly point: Breakpoint; readonly core: number }
  | { readonly why: 'watchpoint'; readonly point: Watchpoint; readonly core: number; readonly accesses: readonly Watched[] }
  /** `number`: of the system call or signal, the thread or core; `core`: -1 where no core did it. */
  | { readonly why: 'catch'; readonly point: Catchpoint; readonly core: number; readonly tid: number; readonly number: number }
  | { readonly why: 'step'; readonly core: number }
  | { readonly why: 'condition'; readonly message: string; readonly core: number }
  | { readonly why: 'interrupt' }
  /** Backwards: there is nothing before. */
  | { readonly why: 'start' }
  | { readonly why: 'exit'; readonly status: number }
  | { readonly why: 'stop'; readonly message: string }
  | { readonly why: 'wait' };

/** What a command asks of the run beside what the user's breakpoints ask. */
export interface Asked {
  /** The breakpoints that count; left out: the user's. */
  readonly points?: Breakpoints;
  readonly breaks?: readonly number[];
  every?(core: number): boolean;
  /** True: this is where the command ends. */
  before?(core: number, pc: number): boolean;
  /** The command ends at this cycle at the latest. */
  readonly cycle?: number;
}

/** Who hears of what a run does that is repeated, and stops nothing. */
export interface Listener {
  readonly breaks: ReadonlySet<number>;
  readonly watches: readonly Watch[];
  before(core: number, pc: number): void;
  /** Of the instruction before this moment. */
  accessed(core: number, accesses: readonly Watched[]): void;
  heard(what: Heard, core: number, tid: number, number: number): void;
}

/** Cycles between two looks at the host: some milliseconds. At the beginning fewer, so that there are checkpoints. */
const chunkCycles = (machine: Machine): number => Math.min(1e6, Math.max(1e5, machine.cycles / 8));

export class Session implements Observer {
  readonly points = new Breakpoints();
  readonly history: History;
  /** The core whose task commands are about, and that task. */
  core = 0;
  tid = 0;
  breaks: ReadonlySet<number> = new Set();
  watches: readonly Watch[] = [];
  /** The furthest moment so far, and whether the program has ended there. */
  reached = 0;
  ended = false;
  /** What the last step back has learned. */
  past: Past | undefined;
  private asked: Asked = {};
  /** The breakpoints that count in this run. */
  private counted = this.points;
  private stopped: Stop | undefined;
  private interrupted = false;
  /** What the kernel has just done and a catchpoint stops at. */
  private caught: Stop | undefined;
  /** Where the core in focus stood when the run began: it is not stopped there again, also when the instruction faults first. */
  private stood: { readonly core: number; readonly pc: number; readonly instructions: number } | undefined;
  /** While the past is searched: where it would have stopped. */
  private search: { readonly before: number; near: boolean; at: number; stop: Stop | undefined } | undefined;

  /** `historyBytes`: what checkpoints may hold. `rest` gives the host a moment between two pieces of a long run. */
  constructor(readonly machine: Machine, readonly info: DebugInfo, historyBytes: number, private readonly rest: () => Promise<void>) {
    this.history = new History(machine, historyBytes);
    this.focus(0);
  }

  /** Commands are about the task on this core from now on. */
  focus(core: number): void {
    this.core = core;
    this.tid = taskOn(this.machine, core);
  }
  /** Where the task in focus stands; undefined while it does not run. */
  get place(): Place | undefined {
    const core = coreOf(this.machine, this.tid);
    return core < 0 ? undefined : placeOn(this.machine, this.info, core);
  }

  /** Ends the run that is going on, before its next instruction. */
  interrupt(): void {
    this.interrupted = true;
  }

  /** Goes on until something stops the run. */
  async run(asked: Asked = {}): Promise<Stop> {
    this.begin(asked);
    const { machine } = this;
    let last = asked.cycle ?? Infinity;
    try {
      for (;;) {
        const outcome = machine.run(Math.min(last, machine.cycles + idleCycles(machine) + chunkCycles(machine)));
        if (outcome === 'break') break;
        if (outcome !== 'limit') return this.over(outcome);
        if (!this.caught) this.history.passed();
        await this.rest();
        if (!this.interrupted && !this.caught && machine.cycles < last) continue;
        this.stopped = { why: 'step', core: this.core };
        last = Infinity;
        // before the next instruction, also where a core has been stopped before
        this.asked = { every: () => true, before: () => true };
        machine.engine.observe(undefined);
        machine.engine.observe(this);
      }
    } finally {
      this.end();
      this.arrived();
    }
    const stop = this.interrupted ? { why: 'interrupt' } as const : (this.caught ?? this.stopped!);
    if ('core' in stop) this.attend(stop.core);
    if ('point' in stop && stop.point.temporary) this.counted.delete(stop.point.number);
    return stop;
  }

  /** Goes back to the last place before the present at which the run would have stopped, or to its beginning. */
  async back(asked: Asked = {}): Promise<Stop> {
    const { history } = this;
    let end = history.now;
    while (end > history.first) {
      const start = history.before(end - 1)!;
      history.goto(start);
      const found = await this.last(asked, end);
      if (this.interrupted) break;
      if (found) {
        this.goto(found.at);
        if ('core' in found.stop) this.attend(found.stop.core);
        return found.stop;
      }
      end = start;
    }
    this.goto(this.interrupted ? end : history.first);
    return this.interrupted ? { why: 'interrupt' } : { why: 'start' };
  }

  /** Brings the machine to a moment. */
  goto(moment: number): void {
    this.history.goto(moment);
    this.arrived();
    const core = coreOf(this.machine, this.tid);
    if (core >= 0) this.core = core;
    else this.focus(this.busyCore());
  }
  private arrived(): void {
    this.reached = Math.max(this.reached, this.history.now);
    this.ended ||= this.machine.exitStatus !== undefined;
  }
  /** Commands are about the task on the core that has stopped; about another where that has none. */
  private attend(core: number): void {
    this.focus(core >= 0 && taskOn(this.machine, core) !== 0 ? core : this.busyCore());
  }

  /** Work that goes elsewhere in the run; afterwards it is where it was. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    const { tid } = this;
    const moment = this.history.now;
    try {
      return await work();
    } finally {
      this.goto(moment);
      const core = coreOf(this.machine, tid);
      if (core >= 0) this.focus(core);
    }
  }

  /** Runs again from here up to a moment for one who listens. False: interrupted before. */
  async again(end: number, listener: Listener): Promise<boolean> {
    const { machine, history } = this;
    const kernel = machine.kernel as Kernel;
    let near = false;
    this.interrupted = false;
    kernel.heard = (what, core, task, number) => listener.heard(what, core, task?.tid ?? 0, number);
    try {
      await this.upTo(end, {
        breaks: listener.breaks, watches: listener.watches, every: () => near,
        before(core, pc) {
          if (history.now >= end) return true;
          if (listener.breaks.has(pc)) listener.before(core, pc);
          return false;
        },
        accessed(core, accesses) {
          if (history.now <= end) listener.accessed(core, accesses);
          return false;
        },
      }, () => (near = true));
    } finally {
      kernel.heard = undefined;
      machine.engine.observe(undefined);
    }
    return !this.interrupted;
  }

  /** Runs up to a moment at which the observer stops, not an instruction further: what comes behind may print. `near`: it must look at every one now. */
  private async upTo(end: number, observer: Observer, near: () => void): Promise<void> {
    const { machine, history } = this;
    machine.engine.observe(observer);
    for (let limit = history.limitTo(end); limit !== undefined && !this.interrupted; limit = history.limitTo(end)) {
      if (history.gets(Math.min(limit, machine.cycles + idleCycles(machine) + chunkCycles(machine))) !== 'limit') break;
      await this.rest();
    }
    near();
    if (history.now < end && !this.interrupted) machine.run();
  }

  /** The last place from here up to `end`, without it, at which the run would have stopped. */
  private async last(asked: Asked, end: number): Promise<{ readonly at: number; readonly stop: Stop } | undefined> {
    const search = { before: end, near: false, at: -1, stop: undefined as Stop | undefined };
    this.begin(asked);
    this.search = search;
    try {
      await this.upTo(end, this, () => (search.near = true));
    } finally {
      this.search = undefined;
      this.end();
    }
    return search.stop && { at: search.at, stop: search.stop };
  }

  private busyCore(): number {
    const { cores } = this.machine.config;
    for (let core = 0; core < cores; core++) if (taskOn(this.machine, core) !== 0) return core;
    return 0;
  }

  private begin(asked: Asked): void {
    this.asked = asked;
    this.stopped = this.caught = undefined;
    this.interrupted = false;
    const { pc, instructions } = this.machine.core(this.core);
    this.stood = { core: this.core, pc, instructions };
    this.counted = asked.points ?? this.points;
    this.breaks = new Set([...this.counted.addresses(), ...(asked.breaks ?? [])]);
    this.watches = this.counted.watches();
    const catches = this.counted.all.some((p) => p.kind === 'catch' && p.enabled);
    (this.machine.kernel as Kernel).heard = catches ? (what, core, task, number) => this.hears(what, core, task?.tid ?? 0, number) : undefined;
    this.machine.engine.observe(this);
  }
  private end(): void {
    (this.machine.kernel as Kernel).heard = undefined;
    this.asked = {};
    this.breaks = new Set();
    this.watches = [];
  }

  private over(outcome: 'exit' | 'stop' | 'wait'): Stop {
    if (outcome === 'wait') return { why: 'wait' };
    return outcome === 'exit' ? { why: 'exit', status: this.machine.exitStatus! } : { why: 'stop', message: this.machine.stopMessage! };
  }

  // As observer.

  every(core: number): boolean {
    return (this.search?.near ?? false) || (this.asked.every?.(core) ?? false);
  }

  before(core: number, pc: number): boolean {
    if (this.search && this.history.now >= this.search.before) return true;
    const { stood } = this;
    if (!this.search && !this.interrupted && !this.caught && stood && stood.core === core && stood.pc === pc && stood.instructions === this.machine.core(core).instructions) return false;
    const stop = !this.breaks.has(pc) ? undefined : this.pointAt(core, (b) => b.kind === 'break' && b.addresses.includes(pc), (point) => ({ why: 'breakpoint', point: point as Breakpoint, core }));
    if (stop) return this.stops(stop, this.history.now);
    return this.asked.before?.(core, pc) ? this.stops({ why: 'step', core }, this.history.now) : false;
  }

  accessed(core: number, accesses: readonly Watched[]): boolean {
    const all = [...accesses];
    const stop = this.pointAt(core, (b) => b.kind === 'watch' && all.some((a) => isFor(b, a)), (point) => ({ why: 'watchpoint', point: point as Watchpoint, core, accesses: all.filter((a) => isFor(point as Watchpoint, a)) }));
    return stop !== undefined && this.stops(stop, this.history.now - 1);
  }

  /** The kernel is about to do something. What stops at it stops before the next instruction. Conditions are about the task that was running. */
  private hears(what: Heard, core: number, tid: number, number: number): void {
    if (this.caught) return;
    const stop = this.pointAt(core, (b) => b.kind === 'catch' && b.what === what && (b.numbers?.has(number) ?? true), (point) => ({ why: 'catch', point: point as Catchpoint, core, tid, number }));
    if (!stop || !this.stops(stop, this.history.now) || this.search) return;
    this.caught = stop;
    this.machine.pause();
  }

  private pointAt(core: number, of: (b: Point) => boolean, stop: (point: Point) => Stop): Stop | undefined {
    const place = core < 0 ? undefined : placeOn(this.machine, this.info, core);
    try {
      const point = this.counted.stopping(place, of, this.search === undefined);
      return point && stop(point);
    } catch (e) {
      return { why: 'condition', message: (e as Error).message, core };
    }
  }

  /** A stop at a moment: of the run, or to be remembered. */
  private stops(stop: Stop, at: number): boolean {
    if (!this.search) {
      this.stopped = stop;
      return true;
    }
    if (at < this.search.before) {
      this.search.at = at;
      this.search.stop = stop;
    }
    return false;
  }
}
