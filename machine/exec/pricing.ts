/**
 * What blocks cost, by timing mode: cost prefixes, and for `interval` what generated code must know at a block's end.
 */
import type { Isa } from '../../isa/isa.js';
import type { Insn } from '../../isa/row.js';
import type { Arch } from '../config.js';
import { frontEntries, targetEntries, type CoreTiming } from '../core/timing.js';
import { Part, QuickCost } from '../uarch/quick.js';
import { cycle, type Uarch } from '../uarch/uarch.js';
import { narrowTailBytes, tail, wideTailBytes } from './interval.js';
import { unitBytes } from './layout.js';
import type { Form } from './kind.js';
import { laneOf, stepOf } from './vector.js';

/** A block's price. */
export interface BlockPrice {
  /** Ticks of the first k instructions, k = 0..n. */
  readonly prefix: readonly number[];
  /** Bytes of Pricing.tail that go behind the record that ends the block; 0 without timing at block ends. */
  readonly tailBytes: number;
}

export interface Pricing {
  /** The main function is the one of `interval`. */
  readonly interval: CoreTiming | undefined;
  /** Of the block that was priced last. */
  readonly tail: Uint8Array;
  /** Of instructions that follow each other, and their forms. */
  block(insns: readonly Insn[], forms: readonly Form[]): BlockPrice;
}

const none = new Uint8Array(0);

function fixed(prefix: readonly number[]): BlockPrice {
  return { prefix, tailBytes: 0 };
}

/** One cycle an instruction. */
export const counting: Pricing = {
  interval: undefined,
  tail: none,
  block: (insns) => fixed(Array.from({ length: insns.length + 1 }, (_, k) => k * cycle)),
};

/** Prefixes of the microarchitecture alone: for cores in order. */
export function adding(arch: Arch, uarch: Uarch, isa: Isa): Pricing {
  const pricer = new Pricer(arch, uarch, isa);
  return {
    interval: undefined,
    tail: none,
    block: (insns, forms) => fixed(pricer.price(insns, forms).prefix),
  };
}

/** QuickCost with the parts of all instructions met. */
class Pricer {
  private readonly cost: QuickCost;
  /** By form; then by what else than the form a part depends on. */
  private readonly known = new Map<Form, Map<number, Part>>();
  private readonly parts: Part[] = [];

  constructor(arch: Arch, private readonly uarch: Uarch, private readonly isa: Isa) {
    this.cost = new QuickCost(uarch, laneOf[arch]);
  }

  price(insns: readonly Insn[], forms: readonly Form[]): QuickCost {
    const { parts, cost } = this;
    parts.length = 0;
    // what has no meaning (the last instruction at most) stops when it runs, and needs no price
    const n = insns.at(-1)?.row.lift === undefined ? insns.length - 1 : insns.length;
    for (let k = 0; k < n; k++) parts.push(this.part(insns[k]!, forms[k]!));
    cost.price(n < insns.length ? insns.slice(0, n) : insns, parts);
    while (cost.prefix.length <= insns.length) cost.prefix.push(cost.prefix.at(-1)!);
    return cost;
  }

  private part(insn: Insn, form: Form): Part {
    let ofForm = this.known.get(form);
    if (!ofForm) this.known.set(form, (ofForm = new Map<number, Part>()));
    const key = this.key(insn, form);
    let part = ofForm.get(key);
    if (!part) ofForm.set(key, (part = new Part(this.uarch, insn)));
    return part;
  }

  /**
   * Registers; of immediates and displacements whether they are zero, of memory whether it is relative to the instruction, and by how much
   * a register is shifted: prices tell these apart. At most 53 bits: four registers, or three and a shift.
   */
  private key(insn: Insn, form: Form): number {
    let key = 0;
    const { sources } = form;
    for (let i = 0; i < sources.length; i++) {
      const source = sources[i]!;
      if (source.what === 'reg' || source.what === 'base' || source.what === 'index') key = key * 1024 + Number(this.isa.holes.value(source, insn));
    }
    let rest = 0;
    for (let i = 0; i < insn.ops.length; i++) {
      const op = insn.ops[i]!;
      if (op.kind === 'imm' && op.shift !== undefined) rest = rest * 64 + Number(op.value);
      else rest = rest * 4 + (op.kind === 'imm' ? (op.value === 0n ? 1 : 0) : op.kind === 'mem' ? (op.disp === 0n ? 1 : 0) + (op.rip ? 2 : 0) : 0);
    }
    return key * 8192 + rest;
  }
}

export function interval(arch: Arch, uarch: Uarch, isa: Isa, timing: CoreTiming): Pricing {
  const pricer = new Pricer(arch, uarch, isa);
  const counterMask = 2 ** timing.counterBits - 1;
  const pcShift = arch === 'arm64' ? 2 : 0;
  const bytes = new Uint8Array(wideTailBytes);
  const dv = new DataView(bytes.buffer);
  const at = (offset: number): number => offset - 2 * unitBytes;
  return {
    interval: timing,
    tail: bytes,
    block: (insns, forms) => {
      const cost = pricer.price(insns, forms);
      const step = stepOf(cost, timing.windowTicks, bytes.subarray(at(tail.step)), bytes.subarray(at(tail.resolve)));
      const { prefix } = cost;
      const decode = Math.min(0xffff, cost.cold - prefix.at(-1)! + uarch.figures.takenTicks);
      prefix[insns.length] = step.ticks;
      const entry = insns[0]!.pc;
      const branch = Math.floor(insns.at(-1)!.pc / 2 ** pcShift);
      const end = insns.at(-1)!.pc + insns.at(-1)!.length;
      dv.setUint16(at(tail.branch), (branch ^ (branch >>> timing.counterBits)) & counterMask, true);
      dv.setUint16(at(tail.front), 4 * (mixed(entry) % frontEntries), true);
      dv.setUint32(at(tail.tag), entry % 2 ** 32, true);
      bytes[at(tail.wide)] = step.wide ? 1 : 0;
      bytes[at(tail.quarters)] = step.quarters;
      dv.setUint16(at(tail.target), 8 * (mixed(branch) % targetEntries), true);
      dv.setUint16(at(tail.decode), decode, true);
      dv.setInt32(at(tail.ticks), step.ticks, true);
      dv.setBigInt64(at(tail.next), BigInt(end), true);
      return { prefix, tailBytes: step.wide ? wideTailBytes : narrowTailBytes };
    },
  };
}

/** Low bits that depend on more of an address than its lowest. */
const mixed = (pc: number): number => ((pc >>> 0) ^ ((pc >>> 0) >>> 9)) >>> 1;

/** A tail that changes nothing: of single instructions inside a block. */
export const neutralTail = ((): Uint8Array => {
  const bytes = new Uint8Array(narrowTailBytes);
  new DataView(bytes.buffer).setUint16(tail.front - 2 * unitBytes, 4 * frontEntries, true); // an entry that stays 0, as the tag is
  for (let l = 0; l < 16; l++) {
    bytes[tail.step - 2 * unitBytes + l] = l;
    bytes[tail.step - 2 * unitBytes + 32 + l] = 0x80;
  }
  return bytes;
})();
