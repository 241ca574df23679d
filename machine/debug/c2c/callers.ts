/**
 * The callers of a function of Go's, as far as the first one that is not the runtime's: quickly, because every allocation asks. What the function table
 * says of a return address is worked out once.
 */
import type { PageTable } from '../../memory/ram.js';
import type { DebugInfo } from '../info.js';
import type { Guest } from './guest.js';

/** Packages whose frames are not what a user looks for. */
export const isRuntime = (name: string): boolean => /^(runtime|internal\/runtime\/\w+|internal\/runtime)\./.test(name);

/** Calls of the runtime's own between mallocgc and the program. */
const mostCalls = 12;

interface Known {
  /** Bytes from SP to the end of the frame, its return address included where that is on the stack; -1: the stack goes on elsewhere. */
  readonly frame: number;
  readonly runtime: boolean;
}

/** A list of calls, and those that go on from it: equal lists are one. */
class Chain {
  readonly longer = new Map<number, Chain>();
  constructor(readonly calls: readonly number[]) {}
}

export class Callers {
  private readonly known = new Map<number, Known>();
  private readonly none = new Chain([]);

  constructor(private readonly info: DebugInfo, private readonly guest: Guest) {}

  /** Return addresses from `back`, where SP will be `sp`, outwards; the last lies in a function that is not the runtime's, if there is one. */
  of(space: PageTable, back: number, sp: number): readonly number[] {
    const onStack = this.guest.arch.link === undefined;
    let chain = this.none;
    for (let pc = back, at = sp; pc !== 0 && chain.calls.length < mostCalls; ) {
      let next = chain.longer.get(pc);
      if (next === undefined) chain.longer.set(pc, (next = new Chain([...chain.calls, pc])));
      chain = next;
      const { frame, runtime } = this.at(pc);
      if (!runtime || frame < 0) break;
      pc = this.guest.word(space, onStack ? at + frame - 8 : at) ?? 0;
      at += frame;
    }
    return chain.calls;
  }

  private at(pc: number): Known {
    let known = this.known.get(pc);
    if (known === undefined) this.known.set(pc, (known = this.look(pc)));
    return known;
  }
  private look(pc: number): Known {
    const f = this.info.go?.at(pc - 1);
    if (f === undefined) return { frame: -1, runtime: true };
    const depth = f.name === 'runtime.systemstack' || !f.hasDepths ? undefined : f.depthAt(pc - 1);
    const extra = this.guest.arch.link === undefined ? 8 : 0;
    return { frame: depth === undefined ? -1 : depth + extra, runtime: isRuntime(f.name) };
  }
}
