/**
 * The machine: cores, memory, events and a kernel, and the loop that lets time pass.
 *
 * A run is a pure function of config, image, arguments and recorded input. The loop takes the busy core with the
 * least local time, ties by number, and runs it to the end of its slice: the next multiple of the quantum or the next
 * event, whichever is first. Idle cores take no part; when all are idle, time jumps to the next event.
 *
 * Neither limits of run() nor snapshots change the order in which things happen: a slice cut short by a limit is
 * remembered and finished first.
 *
 * run() never blocks or awaits. Times are ticks, 48 a cycle, except where a name says cycles.
 */
import { isaOf } from './isa.js';
import { makeConfig, ticksPerCycle, type Config } from './config.js';
import type { CoreState } from './core/context.js';
import { EventQueue } from './events.js';
import { Engine } from './exec/engine.js';
import type { Profile } from './exec/profile.js';
import { digest, type ContentHashes } from './digest.js';
import { hashOf } from './hash.js';
import { HostLink, type Host, type InputRecord } from './host.js';
import { Kernel } from './kernel/kernel.js';
import { Spaces } from './kernel/spaces.js';
import { Ram } from './memory/ram.js';
import { controlBytes } from './memory/size.js';
import { Pages } from './pages.js';
import type { KernelPort, Parts } from './parts.js';
import { BlobStore } from './plain.js';
import { applyCheckpoint, readSnapshot, SnapshotError, takeCheckpoint, writeSnapshot, type Checkpoint } from './snapshot.js';
import { MachineStop } from './stop.js';
import { cachesOf, pricingOf } from './timing.js';

/**
 * Why run() returned: the limit was reached, or pause() was called; the guest ended (exitStatus); the machine cannot go on (stopMessage);
 * every task waits and the host can wake one, be it at once or while `idleSeconds` pass; an observer of the engine stopped a core.
 */
export type Outcome = 'limit' | 'exit' | 'stop' | 'wait' | 'break';

export type MakeKernel = (parts: Parts) => KernelPort;

const linux: MakeKernel = (parts) => new Kernel(parts);

/** Idle time shorter than this passes at once even while input is awaited: 0.1 ms. */
const patienceSeconds = 1e-4;

/** Length of a slice, in quanta, when no other core could see the difference. */
const soloQuanta = 64;

/**
 * While lines go from core to core: for how long after the last one did (cycles), and how far a core may then run ahead of the next. It is less than
 * any line takes on its way.
 */
const sharingCycles = 20_000;
const sharingQuantum = 8;

/** A core in the middle of its slice. */
interface Slice {
  core: number;
  until: number;
  /** It ends with what may interrupt the core, so any instruction may be its last; else it ends with a block. */
  exact: boolean;
}

/** What of the loop must continue identically after a restore. */
export interface LoopState {
  readonly time: number;
  readonly boundary: number;
  readonly slice: Readonly<Slice> | undefined;
  readonly idle: readonly boolean[];
  readonly exitStatus: number | undefined;
  readonly stopMessage: string | undefined;
}

export class Machine {
  readonly config: Config;
  readonly ram: Ram;
  readonly engine: Engine;
  readonly spaces: Spaces;
  readonly events = new EventQueue();
  readonly host: HostLink;
  readonly kernel: KernelPort;
  readonly pages: Pages;
  readonly contentHashes: ContentHashes = new WeakMap();
  /** Copies of large byte arrays of the state, which checkpoints share. */
  readonly blobs = new BlobStore();
  /** Set when the guest has ended: 0 to 255, or 128 + signal. */
  exitStatus: number | undefined;
  /** Set when the machine could not go on. */
  stopMessage: string | undefined;
  /** The image that was loaded, until somebody asks for its hash; and that. */
  private image: Uint8Array | undefined;
  private hash = '';

  /** Time of the event or trap handled last. */
  private time = 0;
  /** Slices end here at the latest; here all busy cores have caught up, and waiting input is asked for. */
  private boundary = 0;
  private slice: Readonly<Slice> | undefined;
  /** The one that `schedule` makes: slices are short while cores share lines. */
  private readonly turn: Slice = { core: 0, until: 0, exact: false };
  private idle: boolean[];
  /** One core is busy: the others can only be woken by what it traps for, which ends its slice. */
  private alone = false;
  /** The least local time of the busy cores but for the one that `leastBusy` found last; Infinity when there are none. */
  private others = Infinity;
  /** The host has let idle time pass: the next event may come although input is awaited. */
  private passing = false;
  /**
   * What becomes of time in which all cores idle: run() returns 'wait' before it passes, whatever its limit; or does so only while
   * input is awaited; or time leaps over it.
   * The owner's business and no part of the state: when input arrives is in the log.
   */
  idling: 'wait' | 'input' | 'leap' = 'input';
  /** pause() was called. */
  private paused = false;

  /** `recorded`: the input log of an earlier run, answered from before the host is asked; `only`: instead of it. `tallies`: it counts for reports, which changes nothing else; a profile: by instruction. */
  constructor(options: Partial<Config>, host: Host, makeKernel: MakeKernel = linux, recorded: readonly InputRecord[] = [], only = false, tallies: boolean | Profile = false) {
    const config = makeConfig(options);
    this.config = config;
    this.ram = new Ram(config.memoryBytes, controlBytes(config));
    const isa = isaOf(config);
    this.engine = new Engine(this.ram, { cores: config.cores, grain: config.grain, isa, pricing: pricingOf(config, tallies), caches: cachesOf(config) });
    this.spaces = new Spaces(this.ram, config.memoryBytes, (space, vpn, count) => this.engine.shootdown(space, vpn, count), config.hugePages);
    this.host = new HostLink(host, recorded, only);
    this.pages = new Pages(this.ram, this.engine);
    this.idle = new Array<boolean>(config.cores).fill(true);
    this.kernel = makeKernel({
      config,
      ram: this.ram,
      cores: this.engine,
      events: this.events,
      host: this.host,
      spaces: this.spaces,
      now: () => this.time,
      exit: (status) => {
        this.exitStatus ??= status;
      },
      stop: (message) => {
        throw new MachineStop(message);
      },
    });
  }

  /** Loads the program that the machine runs. Throws ElfError. */
  load(image: Uint8Array, argv: readonly string[], env: readonly string[] = [], path = argv[0] ?? ''): void {
    this.image = image;
    this.kernel.exec(image, argv, env, path);
  }

  /** Hash of the image that was loaded: 15 ms that a start need not wait for. */
  get imageHash(): string {
    if (this.image) this.hash = hashOf(this.image);
    this.image = undefined;
    return this.hash;
  }

  /** Runs until every busy core has reached `untilCycle`, or for another reason to return. */
  run(untilCycle = Infinity): Outcome {
    try {
      return this.loop(untilCycle * ticksPerCycle);
    } catch (error) {
      if (error instanceof MachineStop) {
        this.stopMessage = error.message;
        return 'stop';
      }
      throw this.located(error);
    }
  }

  /** After 'wait': how long nothing happens unless the host brings something; Infinity when nothing is due. */
  get idleSeconds(): number {
    return (this.events.due - this.time) / (this.config.clockHz * ticksPerCycle);
  }

  /** The cycle in which that ends. */
  get idleUntil(): number {
    return Math.floor(this.events.due / ticksPerCycle);
  }

  /** When it began, in seconds of virtual time. */
  get idleSince(): number {
    return this.time / (this.config.clockHz * ticksPerCycle);
  }

  /** Lets time jump to the next event although input is awaited: the host has waited that long. */
  passIdle(): void {
    this.passing = true;
  }

  /** Called while the machine runs (by whoever watches its kernel): run() returns 'limit' before the next instruction. */
  pause(): void {
    this.paused = true;
  }

  /**
   * An event from outside, which the kernel gets before the next instruction of any core: `signal` is signal `data` for
   * thread `target`. A checkpoint or snapshot taken afterwards holds it; the input log does not.
   */
  inject(kind: 'signal', target: number, data: number): void {
    this.slice = undefined;
    this.events.add({ due: this.time, kind, target, data });
  }

  /** The latest local time of a core, in cycles. */
  get cycles(): number {
    let latest = this.time;
    for (let core = 0; core < this.config.cores; core++) latest = Math.max(latest, this.core(core).ticks);
    return Math.floor(latest / ticksPerCycle);
  }

  /** The same in seconds. */
  get seconds(): number {
    return this.cycles / this.config.clockHz;
  }

  /** Instructions executed by all cores. */
  get instructions(): number {
    let sum = 0;
    for (let core = 0; core < this.config.cores; core++) sum += this.core(core).instructions;
    return sum;
  }

  core(number: number): CoreState {
    return this.engine.state(number);
  }

  private loop(limit: number): Outcome {
    for (;;) {
      if (this.exitStatus !== undefined) return 'exit';
      if (this.stopMessage !== undefined) return 'stop';
      if (this.paused) {
        this.paused = false;
        return 'limit';
      }
      if (this.slice === undefined) {
        const early = this.schedule(limit);
        if (early !== undefined) return early;
        if (this.slice === undefined) continue;
      } else this.others = this.leastOther(this.slice.core);
      const { core, until, exact }: Slice = this.slice;
      const state = this.core(core);
      if (state.ticks >= limit) return 'limit';
      this.engine.horizon = this.others;
      const stop = this.engine.run(core, Math.min(until, limit), exact);
      if (stop.reason === 'Break') return 'break';
      if (stop.reason === 'Turn') this.slice = undefined;
      else if (stop.reason !== 'Limit') {
        this.slice = undefined;
        this.time = state.ticks;
        this.kernel.trap(core, stop);
      } else if (state.ticks >= until) {
        this.slice = undefined;
      }
    }
  }

  /** Handles what is due, or begins a slice. A result ends the run. */
  private schedule(limit: number): Outcome | undefined {
    const core = this.leastBusy();
    const now = core < 0 ? Infinity : this.core(core).ticks;
    const due = this.events.due;
    if (core < 0 && due === Infinity) return this.awaitInput();
    if (due <= now) {
      if (core < 0 && !this.passing && this.idleSeconds >= patienceSeconds) {
        const awaited = this.kernel.wantsInput();
        if (awaited) this.kernel.poll();
        if (this.events.due < due || this.leastBusy() >= 0) return undefined;
        const waits = this.idling === 'wait' || (awaited && this.idling === 'input');
        if (waits && !this.host.replaying && (due < limit || this.idling === 'wait')) return 'wait';
      }
      if (due >= limit) return 'limit';
      this.passing = false;
      const event = this.events.pop()!;
      this.time = event.due;
      this.kernel.event(event);
      return undefined;
    }
    const quantum = this.config.quantumCycles * ticksPerCycle;
    if (!this.alone && this.boundary - now > quantum) this.boundary = (Math.floor(now / quantum) + 1) * quantum;
    if (now >= this.boundary) {
      this.boundary = (Math.floor(now / quantum) + (this.alone ? soloQuanta : 1)) * quantum;
      if (this.kernel.wantsInput()) {
        this.time = now;
        this.kernel.poll();
        return undefined;
      }
    }
    const next = this.events.first;
    const exact = next !== undefined && due <= this.boundary && (next.kind !== 'kick' || next.target === core);
    const shared = this.sharedUntil(now);
    const { turn } = this;
    turn.core = core;
    turn.until = Math.min(this.boundary, due, shared);
    turn.exact = exact && due <= shared;
    this.slice = turn;
    return undefined;
  }

  /** How far the core with the least time, which is `now`, may run because of what others do with lines they share. */
  private sharedUntil(now: number): number {
    const { lines } = this.engine;
    if (!lines || now - lines.lastShared > sharingCycles * ticksPerCycle) return Infinity;
    return Math.max(now, this.others) + sharingQuantum * ticksPerCycle;
  }

  /** All cores are idle and nothing is due. */
  private awaitInput(): Outcome | undefined {
    if (!this.kernel.wantsInput()) throw new MachineStop(this.kernel.deadlock());
    const answers = this.host.answers;
    this.kernel.poll();
    if (this.leastBusy() >= 0 || this.events.due < Infinity || this.exitStatus !== undefined || !this.kernel.wantsInput()) return undefined;
    if (!this.host.replaying) return 'wait';
    // The log holds what ended this wait, perhaps behind answers that did not.
    if (this.host.answers === answers) throw new Error('replay diverged: all tasks wait, and the log has no answer for them now');
    return undefined;
  }

  /** The busy core with the least local time, -1 when all are idle. A core that was idle starts now. */
  private leastBusy(): number {
    const { kernel, idle } = this;
    let least = -1;
    let ticks = Infinity;
    let others = Infinity;
    let count = 0;
    for (let core = 0; core < idle.length; core++) {
      const busy = kernel.busy(core);
      const started = busy && idle[core];
      idle[core] = !busy;
      if (!busy) continue;
      const state = this.core(core);
      if (started) state.ticks = Math.max(state.ticks, this.time);
      const own = state.ticks;
      count++;
      if (own < ticks) {
        others = ticks;
        ticks = own;
        least = core;
      } else if (own < others) others = own;
    }
    this.alone = count === 1;
    this.others = others;
    return least;
  }

  /** The least local time of the other busy cores; Infinity when there are none. */
  private leastOther(than: number): number {
    let ticks = Infinity;
    for (let core = 0; core < this.config.cores; core++) if (core !== than && this.kernel.busy(core)) ticks = Math.min(ticks, this.core(core).ticks);
    return ticks;
  }

  /** A fault of the model itself, with where the machine was. */
  private located(error: unknown): Error {
    const cores = this.idle.map((_, i) => `core ${i} pc 0x${this.core(i).pc.toString(16)}`).join(', ');
    const message = error instanceof Error ? error.message : String(error);
    return new Error(`${message} [cycle ${this.cycles}, ${cores}]`, { cause: error });
  }

  /** 64 bits in hex over all state: equal for runs that are alike so far and continue alike. */
  digest(): string {
    return digest(this);
  }

  /** The state now, as something to come back to in this process. */
  checkpoint(): Checkpoint {
    return takeCheckpoint(this);
  }

  /** Back to an earlier moment of this run. What was read is replayed, what was written is not written again. */
  rollback(checkpoint: Checkpoint): void {
    applyCheckpoint(this, checkpoint, 'rewind');
  }

  /** The state now, as a file that another process can continue from. */
  snapshot(): Uint8Array {
    return writeSnapshot(this);
  }

  /** A machine that continues a snapshot. Throws SnapshotError. */
  static restore(file: Uint8Array, host: Host, makeKernel: MakeKernel = linux): Machine {
    const { origin, checkpoint, log } = readSnapshot(file);
    const machine = new Machine(origin.config, host, makeKernel);
    if (machine.kernel.name !== origin.kernel) throw new SnapshotError(`snapshot of a machine with the ${origin.kernel} kernel, not ${machine.kernel.name}`);
    if (machine.ram.firstFrame !== origin.firstFrame) throw new SnapshotError(`snapshot of a machine whose memory begins at frame ${origin.firstFrame}, not ${machine.ram.firstFrame}`);
    machine.hash = origin.image;
    applyCheckpoint(machine, checkpoint, log);
    return machine;
  }

  saveLoop(): LoopState {
    return { time: this.time, boundary: this.boundary, slice: this.slice && { ...this.slice }, idle: [...this.idle], exitStatus: this.exitStatus, stopMessage: this.stopMessage };
  }

  loadLoop(s: LoopState): void {
    this.time = s.time;
    this.boundary = s.boundary;
    this.slice = s.slice;
    this.idle = [...s.idle];
    this.exitStatus = s.exitStatus;
    this.stopMessage = s.stopMessage;
  }
}
