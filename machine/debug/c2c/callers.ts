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

/** What one way to mallocgc makes of one size and type. */
export interface Kind {
  readonly bytes: number;
  /** Runtime type; 0: it has none (bytes without pointers). */
  readonly type: number;
  /** The call of mallocgc and those around it, return addresses from the inside out as far as the first function of the program's own. */
  readonly calls: readonly number[];
}

/** A list of calls, those that go on from it, and what is made there: equal lists and kinds are one. Each remembers what was asked of it last. */
export class Chain {
  private readonly longer = new Map<number, Chain>();
  private lastCall = 0;
  private last: Chain | undefined = undefined;
  private readonly kinds = new Map<number, Kind[]>();
  private lastKind: Kind | undefined = undefined;

  /** `known`: of its outermost call. */
  constructor(readonly calls: readonly number[], readonly known: Known) {}

  /** This one and the call that returns to `pc`. */
  with(pc: number, known: (pc: number) => Known): Chain {
    if (this.lastCall === pc) return this.last!;
    let next = this.longer.get(pc);
    if (next === undefined) this.longer.set(pc, (next = new Chain([...this.calls, pc], known(pc))));
    this.lastCall = pc;
    return (this.last = next);
  }

  kind(bytes: number, type: number): Kind {
    const last = this.lastKind;
    if (last !== undefined && last.bytes === bytes && last.type === type) return last;
    let same = this.kinds.get(bytes);
    if (same === undefined) this.kinds.set(bytes, (same = []));
    let kind = same.find((k) => k.type === type);
    if (kind === undefined) same.push((kind = { bytes, type, calls: this.calls }));
    return (this.lastKind = kind);
  }
}

export class Callers {
  private readonly known = new Map<number, Known>();
  private readonly none = new Chain([], { frame: -1, runtime: true });
  private readonly at = (pc: number): Known => {
    let known = this.known.get(pc);
    if (known === undefined) this.known.set(pc, (known = this.look(pc)));
    return known;
  };

  constructor(private readonly info: DebugInfo, private readonly guest: Guest) {}

  /** Return addresses from `back`, where SP will be `sp`, outwards; the last lies in a function that is not the runtime's, if there is one. */
  of(space: PageTable, back: number, sp: number): Chain {
    const onStack = this.guest.arch.link === undefined;
    let chain = this.none;
    for (let pc = back, at = sp; pc !== 0 && chain.calls.length < mostCalls; ) {
      chain = chain.with(pc, this.at);
      const { frame, runtime } = chain.known;
      if (!runtime || frame < 0) break;
      pc = this.guest.word(space, onStack ? at + frame - 8 : at) ?? 0;
      at += frame;
    }
    return chain;
  }

  private look(pc: number): Known {
    const f = this.info.go?.at(pc - 1);
    if (f === undefined) return { frame: -1, runtime: true };
    const depth = f.name === 'runtime.systemstack' || !f.hasDepths ? undefined : f.depthAt(pc - 1);
    const extra = this.guest.arch.link === undefined ? 8 : 0;
    return { frame: depth === undefined ? -1 : depth + extra, runtime: isRuntime(f.name) };
  }
}
