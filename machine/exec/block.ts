/**
 * A block of decoded code: where it stands, what it costs, and which instruction of it a record belongs to.
 *
 * The block contract: a block depends only on the code bytes and its entry address. It ends with the first instruction that
 * branches or whose row `ends`, before an instruction that reaches into the next page (unless it is the first), with the 32nd, or with the
 * one during which the prefixes reach 32 cycles.
 * It stores cost prefixes: what the first k instructions cost.
 */
import type { PageTable } from '../memory/ram.js';
import type { Planned } from './detail.js';
import type { BlockPrice } from './pricing.js';

export const maxInstructions = 32;
/** A block's last instruction begins at most so many ticks after its first. */
export const maxTicks = maxInstructions * 48;

export class Block {
  /** False once dropped. */
  alive = true;
  /** Its last instruction alone, with what the block's end takes: for stepping. */
  last: Block | undefined = undefined;
  /** The arm of its first record while an observer's breakpoint has it begin with a stub instead; -1: it has none. */
  marked = -1;
  /** What of its instructions is needed where they run one by one, as far as they have. */
  private stepped: Stepped | undefined = undefined;

  constructor(
    readonly space: PageTable,
    readonly entry: number,
    /** Address of the first record. */
    readonly start: number,
    /** How many instructions it has. */
    readonly length: number,
    /** The frames that its code comes from; 0: no second one. */
    readonly frame: number,
    readonly nextFrame: number,
    readonly price: BlockPrice,
    /** Address of its tail, without which `tailBytes` are 0. */
    readonly tail: number,
    /** Where its table is, an index of `u16`: see `offsets` in Builder. */
    private readonly table: number,
    private readonly u16: Uint16Array,
  ) {}
  /** What a profile counts of its instructions (profile.ts), as far as they have been asked for. */
  costs: (Float64Array | undefined)[] | undefined = undefined;

  /** Its instructions alone, and what `window` timing has worked out of them. */
  get steps(): Stepped {
    return (this.stepped ??= { singles: [], planned: [] });
  }
  /** Bytes of its code. */
  get bytes(): number {
    return this.u16[this.table + this.length]!;
  }
  /** Ticks of the first k instructions, k = 0..length. */
  get prefix(): readonly number[] {
    return this.price.prefix;
  }
  /** The instruction that a record belongs to. Instructions without records count to the next. */
  indexAt(record: number): number {
    const records = this.table + this.length + 1;
    let k = this.length - 1;
    while (k > 0 && this.u16[records + k]! > record - this.start) k--;
    return k;
  }
  /** The address of instruction k, k = 0..length. */
  pcOf(k: number): number {
    return this.entry + this.u16[this.table + k]!;
  }
}

interface Stepped {
  readonly singles: (Block | undefined)[];
  readonly planned: (Planned | undefined)[];
}
