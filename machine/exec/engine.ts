/** The engine runs guest instructions on N cores that share one memory; the run loop says which core and until when. */
import { CoreState, contextBytes } from '../core/context.js';
import type { PageTable, Ram } from '../memory/ram.js';
import type { Stop } from './stop.js';

export interface EngineOptions {
  readonly cores: number;
  /** insn: the limit of a run is honoured after any instruction; block: at block ends. Costs and results are the same. */
  readonly grain?: 'block' | 'insn';
}

export class Engine {
  readonly stop: Stop = { reason: 'Limit', pc: 0, va: 0, access: 'read', row: undefined };
  private readonly states: CoreState[] = [];
  private readonly spaces: (PageTable | undefined)[] = [];

  constructor(readonly ram: Ram, readonly options: EngineOptions) {
    for (let i = 0; i < options.cores; i++) {
      this.states.push(new CoreState(ram, ram.reserve(contextBytes, 4096)));
      this.spaces.push(undefined);
    }
  }

  state(core: number): CoreState {
    return this.states[core]!;
  }

  /** The address space in which `core` runs from now on. */
  setSpace(core: number, space: PageTable): void {
    this.spaces[core] = space;
  }

  /** Mappings of `count` pages from `vpn` on have changed or gone: forget what was derived from them. */
  shootdown(_space: PageTable, _vpn: number, _count: number): void {
    return undefined;
  }

  /** Forgets all lookaside entries and decoded code; changes nothing that a guest or a digest can see. */
  flushAll(): void {
    return undefined;
  }

  /** Runs `core` until its ticks reach `until` or something needs the machine. The result is `stop`, reused. */
  run(core: number, _until: number): Stop {
    throw new Error(`core ${core}: no executor`);
  }
}
