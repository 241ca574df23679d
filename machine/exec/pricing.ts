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
      return new Price(cost, cost.joined(), insns.length, cost.ticks, 0);
    },
  };
}

class Price implements BlockPrice {
  private known: number[] | undefined;
  constructor(private readonly cost: BlockCost, private joined: Joined | undefined, private readonly length: number, readonly ticks: number, readonly tailBytes: number, readonly loads?: BlockLoads | undefined) {}

  get prefix(): readonly number[] {
    if (this.known) return this.known;
    const prefix = (this.known = this.cost.prefixes(this.joined!));
    while (prefix.length <= this.length) prefix.push(prefix.at(-1)!);
    prefix[this.length] = this.ticks;
    this.joined = undefined;
    return prefix;
  }
}

/** BlockCost, for what decoding gives. */
class Pricer {
  private readonly cost: BlockCost;
  private readonly forms: number[] = [];

  constructor(arch: Arch, uarch: Uarch) {
    this.cost = new BlockCost(uarch, laneOf[arch]);
  }

  price(insns: readonly Insn[], forms: readonly Form[]): BlockCost {
    // what has no meaning (the last instruction at most) stops when it runs, and needs no price
    const n = insns.at(-1)?.row.lift === undefined ? insns.length - 1 : insns.length;
    this.forms.length = n;
    for (let k = 0; k < n; k++) this.forms[k] = forms[k]!.id;
    this.cost.price(n < insns.length ? insns.slice(0, n) : insns, this.forms);
    return this.cost;
  }
}

export function interval(arch: Arch, uarch: Uarch, timing: CoreTiming): Pricing {
  const pricer = new Pricer(arch, uarch);
  const pcShift = arch === 'arm64' ? 2 : 0;
  const bytes = new Uint8Array(wideTailBytes);
  const dv = new DataView(bytes.buffer);
  const at = (offset: number): number => offset - 2 * unitBytes;
  const [steps, resolve] = [bytes.subarray(at(tail.step)), bytes.subarray(at(tail.resolve))];
  return {
    interval: timing,
    tail: bytes,
    block: (insns, forms) => {
      const cost = pricer.price(insns, forms);
      const step = stepOf(cost.ways, cost.ticks, timing.windowTicks, steps, resolve);
      const decode = Math.min(0xffff, cost.coldTicks - cost.ticks + uarch.figures.takenTicks);
      const entry = insns[0]!.pc;
      const branch = insns.at(-1)!.pc;
      const end = branch + insns.at(-1)!.length;
      dv.setUint16(at(tail.branch), counterIndex(branch, pcShift, timing.counterBits), true);
      dv.setUint16(at(tail.front), 8 * frontIndex(entry), true);
      dv.setUint32(at(tail.tag), entry >>> 0, true);
      bytes[at(tail.wide)] = step.wide ? 1 : 0;
      bytes[at(tail.quarters)] = step.quarters;
      bytes[at(tail.order)] = Math.ceil(cost.ways.orderTicks / quarterTicks);
      dv.setUint16(at(tail.target), 8 * targetIndex(branch, pcShift), true);
      dv.setUint16(at(tail.decode), decode, true);
      dv.setInt32(at(tail.ticks), step.ticks, true);
      dv.setUint32(at(tail.next), end >>> 0, true);
      dv.setUint32(at(tail.next) + 4, Math.floor(end / 2 ** 32), true);
      const loads = timing.caches ? cost.loads() : undefined;
      return new Price(cost, cost.joined(), insns.length, step.ticks, step.wide ? wideTailBytes : narrowTailBytes, loads);
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
