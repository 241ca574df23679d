/** Breakpoints, watchpoints and catchpoints as a user keeps them. */
import type { Heard } from '../../kernel/deliver.js';
import type { Watch, Watched } from '../../exec/observer.js';
import type { Place } from './place.js';

/** Whether to stop; what it throws is told to the user as the reason for a stop. */
export type Condition = (place: Place) => boolean;

interface Kept {
  readonly number: number;
  /** As it was asked for. */
  readonly text: string;
  enabled: boolean;
  /** Goes when it has stopped the run. */
  readonly temporary: boolean;
  condition: { readonly text: string; readonly holds: Condition } | undefined;
  /** How many hits are still passed over. */
  ignore: number;
  hits: number;
}

export interface Breakpoint extends Kept {
  readonly kind: 'break';
  readonly addresses: readonly number[];
}

export interface Watchpoint extends Kept {
  readonly kind: 'watch';
  readonly watch: Watch;
  /** Only accesses that bring the line into a first-level cache, or take it from another core; undefined: all. */
  readonly only: 'miss' | 'invalidate' | undefined;
}

/** Whether a watchpoint is about such an access. */
export const isFor = ({ watch, only }: Watchpoint, access: Watched): boolean =>
  access.watch === watch && (only === undefined || (only === 'miss' ? access.line?.level !== undefined : (access.line?.taken ?? 0) !== 0));

/** Stops at what the kernel does for a thread. */
export interface Catchpoint extends Kept {
  readonly kind: 'catch';
  readonly what: Heard;
  /** Numbers of system calls or signals; undefined: any. */
  readonly numbers: ReadonlySet<number> | undefined;
}

export type Point = Breakpoint | Watchpoint | Catchpoint;

export class Breakpoints {
  private readonly list: Point[] = [];
  private last = 0;

  get all(): readonly Point[] {
    return this.list;
  }
  numbered(number: number): Point | undefined {
    return this.list.find((b) => b.number === number);
  }

  addBreak(text: string, addresses: readonly number[], temporary = false): Breakpoint {
    return this.add({ kind: 'break', addresses, ...this.fresh(text, temporary) });
  }
  addWatch(text: string, watch: Watch, only?: Watchpoint['only']): Watchpoint {
    return this.add({ kind: 'watch', watch, only, ...this.fresh(text) });
  }
  addCatch(text: string, what: Heard, numbers: ReadonlySet<number> | undefined): Catchpoint {
    return this.add({ kind: 'catch', what, numbers, ...this.fresh(text) });
  }
  private fresh(text: string, temporary = false): Kept {
    return { number: ++this.last, text, enabled: true, temporary, condition: undefined, ignore: 0, hits: 0 };
  }
  private add<P extends Point>(point: P): P {
    this.list.push(point);
    return point;
  }
  /** False: there is none. */
  delete(number: number): boolean {
    const at = this.list.findIndex((b) => b.number === number);
    if (at >= 0) this.list.splice(at, 1);
    return at >= 0;
  }

  /** Addresses of those that are enabled. */
  addresses(): number[] {
    return this.list.flatMap((b) => (b.enabled && b.kind === 'break' ? b.addresses : []));
  }
  watches(): Watch[] {
    return this.list.flatMap((b) => (b.enabled && b.kind === 'watch' ? [b.watch] : []));
  }

  /** The first that stops the run at a place, or where no task runs: then those with conditions do not. `counts`: hits count, and use up what is ignored. */
  stopping(place: Place | undefined, of: (b: Point) => boolean, counts: boolean): Point | undefined {
    let found: Point | undefined;
    for (const b of this.list) {
      if (!b.enabled || !of(b) || (b.condition && !(place && b.condition.holds(place)))) continue;
      if (counts) b.hits++;
      if (b.ignore > 0) {
        if (counts) b.ignore--;
        continue;
      }
      found ??= b;
    }
    return found;
  }
}
