/**
 * Who looks at a run from inside: breakpoints, single steps, watchpoints. An observer may stop a core between two instructions and
 * changes nothing: stopped and continued, a run takes the ticks that it takes uninterrupted.
 *
 * A block with a breakpoint is marked in the code cache and comes here whole, instruction by instruction, which costs what the block costs.
 * Where the engine would run a block whole, whatever limit lies in it, a core that was stopped inside goes on to its end (`free`).
 */
import type { CoreState } from '../core/context.js';
import type { Level } from '../memory/counters.js';
import type { Access, Reason, Stop } from './stop.js';

/** Bytes whose accesses are told, from `low` up to `high`. */
export interface Watch {
  readonly low: number;
  readonly high: number;
  readonly read: boolean;
  readonly write: boolean;
}

/** An access to watched bytes; `va` and `bytes` are the instruction's. */
export interface Watched {
  readonly watch: Watch;
  readonly va: number;
  readonly bytes: number;
  readonly access: Access;
  /** What it did to its line (the first, of several), where caches are modeled. */
  line: LineEvent | undefined;
}

/** What became of a line by an access. */
export interface LineEvent {
  /** Who brought it into the core's first level; undefined: it was there. */
  readonly level: Level | undefined;
  /** Cores whose copies are gone, a bit each. */
  readonly taken: number;
}

export interface Observer {
  /** Addresses of instructions, in any address space, before which `before` is asked. */
  readonly breaks: ReadonlySet<number>;
  readonly watches: readonly Watch[];
  /** Whether `before` is asked before every instruction of this core; asked when its turn begins and after stops. */
  every(core: number): boolean;
  /** The core is about to execute the instruction at `pc`. True: it stops there, and is not asked about it again. */
  before(core: number, pc: number): boolean;
  /** An instruction of the core has accessed watched bytes. True: it stops behind it. */
  accessed(core: number, accesses: readonly Watched[]): boolean;
}

/** What is needed of the engine. */
export interface Steps {
  state(core: number): CoreState;
  /** Executes one instruction, or waits; true: `stop` says why it did not. */
  stepOnce(core: number): boolean;
  setStop(reason: Reason, pc: number): Stop;
  readonly stop: Stop;
}

/** What is needed of the slow path of memory: accesses while an instruction is stepped. */
export interface Notes {
  /** Undefined: accesses to watched bytes fail instead. */
  notes: Watched[] | undefined;
}

type Step = 'done' | 'waited' | 'stopped';

/** Asks nothing and stops nowhere: for observers that say only what is different. */
export const nobody: Observer = { breaks: new Set(), watches: [], every: () => false, before: () => false, accessed: () => false };

/** Runs cores for an observer, and to its end the block in which one has left a core. */
export class Observed {
  private observer = nobody;
  /** Per core: where it stopped last because the observer said so, until the instruction there has run. */
  private readonly stoppedAt: { pc: number; instructions: number }[];
  /** Per core: it is inside a block that runs to its end. */
  private readonly free: boolean[];
  private readonly list: Watched[] = [];

  constructor(private readonly steps: Steps, private readonly memory: Notes, cores: number) {
    this.stoppedAt = Array.from({ length: cores }, () => ({ pc: -1, instructions: -1 }));
    this.free = new Array<boolean>(cores).fill(false);
  }

  /** Undefined: nobody. Another one than before is asked about the places where cores have stopped. */
  look(observer: Observer = nobody): void {
    if (observer !== this.observer) for (const at of this.stoppedAt) at.pc = -1;
    this.observer = observer;
  }
  /** Whether somebody looks; whether every instruction of a core is asked about. */
  get looked(): boolean {
    return this.observer !== nobody;
  }
  every(core: number): boolean {
    return this.observer.every(core);
  }

  /** The machine has gone to another moment. */
  forget(): void {
    this.free.fill(false);
    for (const at of this.stoppedAt) at.pc = -1;
  }

  /** Instruction by instruction until ticks reach `until`; `exact`: any may be the last, else the last of a block. The result is the engine's stop. */
  singly(core: number, until: number, exact: boolean): Stop {
    const state = this.steps.state(core);
    for (;;) {
      if (state.done === 0) this.free[core] = !exact;
      if ((state.done === 0 || !this.free[core]) && state.ticks >= until) return this.limit(state);
      const step = this.step(core, true);
      if (step === 'done') continue;
      return this.left(core, state, step);
    }
  }

  /** The rest of a block that the core is inside of; undefined: it is over, and the core may go on. */
  rest(core: number, until: number): Stop | undefined {
    const state = this.steps.state(core);
    while (state.done !== 0) {
      if (!this.free[core] && state.ticks >= until) return this.limit(state);
      const step = this.step(core, false);
      if (step === 'stopped' || (step === 'waited' && this.free[core])) return this.left(core, state, step);
    }
    this.free[core] = false;
    return undefined;
  }

  /** A block that runs whole, from its first instruction or the one before which the core is; undefined: it is over. */
  through(core: number): Stop | undefined {
    const state = this.steps.state(core);
    this.free[core] = true;
    do {
      const step = this.step(core, false);
      if (step !== 'done') return this.left(core, state, step);
    } while (state.done !== 0);
    this.free[core] = false;
    return undefined;
  }

  /** One instruction where any may be the last. True: the engine's stop says why not. */
  one(core: number): boolean {
    return this.step(core, false) === 'stopped';
  }

  private limit(state: CoreState): Stop {
    return this.steps.setStop('Limit', state.pc);
  }

  /** The core leaves a block before its end: for good, unless the observer has stopped it. */
  private left(core: number, state: CoreState, step: Step): Stop {
    if (step === 'waited') this.limit(state);
    const { stop } = this.steps;
    if (stop.reason !== 'Break') this.free[core] = false;
    return stop;
  }

  private step(core: number, every: boolean): Step {
    const { observer, steps, memory, list } = this;
    const state = steps.state(core);
    const at = this.stoppedAt[core]!;
    const { pc, instructions } = state;
    if ((every || observer.breaks.has(pc)) && !(at.pc === pc && at.instructions === instructions) && observer.before(core, pc)) {
      at.pc = pc;
      at.instructions = instructions;
      steps.setStop('Break', pc);
      return 'stopped';
    }
    list.length = 0;
    memory.notes = list;
    const stopped = steps.stepOnce(core);
    memory.notes = undefined;
    if (stopped) return 'stopped';
    if (state.instructions === instructions) return 'waited';
    if (list.length === 0 || !observer.accessed(core, list)) return 'done';
    steps.setStop('Break', state.pc);
    return 'stopped';
  }
}
