/**
 * What blocks cost, by timing mode: cost prefixes, and for `interval` what generated code must know at a block's end.
 */
import type { Insn } from '../../isa/row.js';
import type { Arch } from '../config.js';
import { counterIndex, frontEntries, frontIndex, quarterTicks, targetIndex, type CoreTiming } from '../core/timing.js';
import { BlockCost, type Joined } from '../uarch/block.js';
import type { BlockLoads } from '../uarch/loads.js';
import { cycle, type Uarch } from '../uarch/uarch.js';
import { narrowTailBytes, tail, talliedTailBytes, wideTailBytes } from './interval.js';
import { unitBytes } from './layout.js';
import type { Form } from './kind.js';
import type { End, Profile } from './profile.js';
import type { BlockCounts } from './tally.js';
import { laneOf, stepOf } from './vector.js';

/** A block's price. */
export interface BlockPrice {
  /** Of the whole block. */
  readonly ticks: number;
  /** Ticks of the first k instructions, k = 0..n: worked out when first asked for, which most blocks never are. */
  readonly prefix: readonly number[];
  /** Bytes of Pricing.tail that go behind the record that ends the block; 0 without timing at block ends. */
  readonly tailBytes: number;
  /** What depends on the block's loads, where their misses make a difference. */
  readonly loads?: BlockLoads | undefined;
  /** What its instructions count for reports. */
  readonly counts?: BlockCounts | undefined;
  /** How its end is told to who follows calls. */
  readonly tells?: End;
  /** The instructions, for `window`. */
  readonly insns?: readonly Insn[] | undefined;
}

export interface Pricing {
  /** The main function is the one of `interval`. */
  readonly interval: CoreTiming | undefined;
  /** Instructions run one by one, and a simulation of the core says when they retire. */
  readonly window?: WindowTiming;
  /** Blocks count for reports (tally.ts). */
  readonly tallies?: boolean;
  /** And by instruction. */
  readonly profile?: Profile;
  /** Of the block that was priced last. */
  readonly tail: Uint8Array;
  /** Of instructions that follow each other, and their forms. Forms are told apart by number, so a pricing serves one engine. */
  block(insns: readonly Insn[], forms: readonly Form[]): BlockPrice;
}

/** What `window` timing simulates. */
export interface WindowTiming {
  readonly uarch: Uarch;
  readonly predictor: CoreTiming;
}

const none = new Uint8Array(0);

class Counted implements BlockPrice {
  readonly ticks: number;
  readonly tailBytes = 0;
  private known: readonly number[] | undefined;
  constructor(private readonly length: number, readonly insns?: readonly Insn[]) {
    this.ticks = length * cycle;
  }
  get prefix(): readonly number[] {
    return (this.known ??= Array.from({ length: this.length + 1 }, (_, k) => k * cycle));
  }
}

/** One cycle an instruction. */
export const counting: Pricing = {
  interval: undefined,
  tail: none,
  block: (insns) => new Counted(insns.length),
};

/** Nothing is known of a block before it runs: its prefixes are charged to nobody. */
export function window(uarch: Uarch, predictor: CoreTiming): Pricing {
  return {
    interval: undefined,
    window: { uarch, predictor },
    tail: none,
    block: (insns) => new Counted(insns.length, [...insns]),
  };
}

/** Prefixes of the microarchitecture alone: for cores in order. */
export function adding(arch: Arch, uarch: Uarch): Pricing {
  const pricer = new Pricer(arch, uarch);
  return {
    interval: undefined,
    tail: none,
    block: (insns, forms) => {
      const cost = pricer.price(insns, forms);
      return new Price(cost, insns.length, cost.ticks, 0);
    },
  };
}

class Price implements BlockPrice, Joined {
  private known: number[] | undefined = undefined;
  readonly parts: Joined['parts'];
  readonly fusedAt: number;
  readonly windows: number;
  readonly loops: boolean;

  constructor(private readonly cost: BlockCost, private readonly length: number, readonly ticks: number, readonly tailBytes: number, readonly loads?: BlockLoads | undefined) {
    this.parts = cost.parts;
    this.fusedAt = cost.fusedAt;
    this.windows = cost.windows;
    this.loops = cost.loops;
  }

  get prefix(): readonly number[] {
    if (this.known) return this.known;
    const prefix = (this.known = this.cost.prefixes(this));
    while (prefix.length <= this.length) prefix.push(prefix.at(-1)!);
    prefix[this.length] = this.ticks;
    return prefix;
  }
}

/** BlockCost, for what decoding gives. */
class Pricer {
  private readonly cost: BlockCost;

  constructor(arch: Arch, uarch: Uarch) {
    this.cost = new BlockCost(uarch, laneOf[arch]);
  }

  price(insns: readonly Insn[], forms: readonly Form[]): BlockCost {
    // what has no meaning (the last instruction at most) stops when it runs, and needs no price
    this.cost.price(insns[insns.length - 1]?.row.lift === undefined ? insns.slice(0, -1) : insns, forms);
    return this.cost;
  }
}

export function interval(arch: Arch, uarch: Uarch, timing: CoreTiming): Pricing {
  const pricer = new Pricer(arch, uarch);
  const pcShift = arch === 'arm64' ? 2 : 0;
  const bytes = new Uint8Array(wideTailBytes);
  const u16 = new Uint16Array(bytes.buffer);
  const u32 = new Uint32Array(bytes.buffer);
  const at = (offset: number): number => offset - 2 * unitBytes;
  const [steps, resolve] = [bytes.subarray(at(tail.step)), bytes.subarray(at(tail.resolve))];
  return {
    interval: timing,
    tail: bytes,
    block: (insns, forms) => {
      const cost = pricer.price(insns, forms);
      const step = stepOf(cost.ways, cost.ticks, timing.windowTicks, steps, resolve);
      const last = insns[insns.length - 1]!;
      const entry = insns[0]!.pc;
      const branch = last.pc;
      const end = branch + last.length;
      u16[at(tail.branch) >> 1] = counterIndex(branch, pcShift, timing.counterBits);
      u16[at(tail.front) >> 1] = 8 * frontIndex(entry);
      u32[at(tail.tag) >> 2] = entry;
      // an even number and the bit
      bytes[at(tail.wide)] = (Math.min(254, step.longQuarters + 1) & ~1) | (step.wide ? 1 : 0);
      bytes[at(tail.quarters)] = step.quarters;
      bytes[at(tail.order)] = Math.ceil(cost.ways.orderTicks / quarterTicks);
      u16[at(tail.target) >> 1] = 8 * targetIndex(branch, pcShift);
      u16[at(tail.decode) >> 1] = Math.min(0xffff, cost.coldTicks - cost.ticks + uarch.figures.takenTicks);
      u32[at(tail.ticks) >> 2] = step.ticks;
      u32[at(tail.next) >> 2] = end;
      u32[(at(tail.next) >> 2) + 1] = Math.floor(end / 2 ** 32);
      return new Price(cost, insns.length, step.ticks, step.wide ? wideTailBytes : narrowTailBytes, timing.caches ? cost.loads() : undefined);
    },
  };
}

/** A tail that changes nothing: of single instructions inside a block. */
export const neutralTail = ((): Uint8Array => {
  const bytes = new Uint8Array(talliedTailBytes);
  new DataView(bytes.buffer).setUint16(tail.front - 2 * unitBytes, 4 * frontEntries, true); // an entry that stays 0, as the tag is
  for (let l = 0; l < 16; l++) {
    bytes[tail.step - 2 * unitBytes + l] = l;
    bytes[tail.step - 2 * unitBytes + 32 + l] = 0x80;
  }
  return bytes;
})();
