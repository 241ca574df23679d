/**
 * Building a block: fetches and decodes its instructions, has them priced, and writes their records into linear memory.
 *
 * The record area is filled from bottom to top; whoever keeps the blocks (code.ts) empties it whole when it is full. Before the first record of a block,
 * and before a stub, stands a header of 16 bytes: the address it stands for (f64), then the address of the link field to patch (i32, 0: none).
 * Behind the last record stand the tail (interval.ts) and the block's table: where its instructions and their records are.
 * A stub is one record that leaves to TypeScript.
 */
import type { DecodeFault, Isa } from '../../isa/isa.js';
import type { Insn } from '../../isa/row.js';
import { frameBytes, Pte, type PageTable, type Ram } from '../memory/ram.js';
import { Block, maxInstructions, maxTicks } from './block.js';
import { talliedTailBytes } from './interval.js';
import { Arm, linkOffset } from './generate.js';
import type { Form, Kinds, Kind } from './kind.js';
import { costOffset, indexOffset, unitBytes } from './layout.js';
import type { Memory } from './memory.js';
import { neutralTail, type BlockPrice, type Pricing } from './pricing.js';
import type { Reason } from './stop.js';
import type { Tier0 } from './tier0.js';

/** No block has more: its last instruction alone leads anywhere, a conditional branch to two places. */
const mostLinks = 4;
export const headerBytes = 16;
const stubBytes = headerBytes + unitBytes;
/** In a header. */
export const linkToPatch = 8;
/** No block needs more: 32 records of at most 2 units, header, end record, its tail and its table, two stubs. */
const maxBlockBytes = maxInstructions * 2 * unitBytes + 256 + talliedTailBytes + 4 * maxInstructions + 2 * unitBytes;
const userEnd = 2 ** 47;
/** The kernel's half of the address space, where a fetch is a page fault. */
const kernelStart = 2 ** 64 - 2 ** 47;

/** Operands of stop records: why a block cannot go on. */
export const stopReasons: readonly Reason[] = ['Undefined', 'Protection'];

/** Of a block of no instructions. */
const empty: BlockPrice = { ticks: 0, prefix: [0], tailBytes: 0 };

/** The frame that code at `va` comes from; 0: none. */
export function executable(space: PageTable, va: number): number {
  const pte = space.pte(Math.floor(va / frameBytes));
  return pte & Pte.X ? pte >>> 8 : 0;
}

export class Builder {
  private top: number;
  private readonly isa: Isa;
  /** Of the block in hand. New arrays each time, as copies of the first so many of these: to empty an array takes V8 longer than to make one. */
  private insns: Insn[] = [];
  private forms: Form[] = [];
  private readonly decodedInsns: Insn[] = [];
  private readonly decodedForms: Form[] = [];
  // Where the block in hand comes from, and why it cannot go on, if it cannot.
  private space: PageTable | undefined = undefined;
  private pc = 0;
  private frame = 0;
  private stop: Reason | undefined = undefined;
  /** Copy of the bytes around a page boundary. */
  private readonly window = new Uint8Array(32);
  /** For measurements: told of each new block what its records are, before pairs are fused. */
  onBlock: ((entry: number, insns: readonly Insn[], forms: readonly Form[]) => void) | undefined = undefined;

  constructor(
    private readonly ram: Ram,
    private readonly memory: Memory,
    private readonly kinds: Kinds,
    private readonly tier0: Tier0,
    private readonly area: number,
    private readonly areaBytes: number,
    private readonly pricing: Pricing,
  ) {
    this.top = area;
    this.isa = kinds.isa;
  }

  /** Whether so many blocks fit in what is left of the area. */
  fits(blocks: number): boolean {
    return this.top + blocks * maxBlockBytes <= this.area + this.areaBytes;
  }
  /** No block is left. */
  empty(): void {
    this.top = this.area;
  }

  // Fetching.

  /** Decodes the block at `pc`, of at most so many instructions. False with `memory.problem` set when the first cannot be fetched. */
  fetch(space: PageTable, pc: number, most = maxInstructions): boolean {
    if (!(pc >= 0 && pc < userEnd)) {
      if (pc >= kernelStart) this.memory.fail('PageFault', Math.min(-1, pc - 2 ** 64), 'exec');
      else this.memory.fail('Protection', pc, 'exec');
      return false;
    }
    if (pc % this.isa.alignBytes !== 0) {
      this.memory.fail('Align', pc, 'exec');
      return false;
    }
    const frame = executable(space, pc);
    if (frame === 0) {
      this.memory.fail('PageFault', pc, 'exec');
      return false;
    }
    const stop = this.decode(space, pc, frame, most);
    if (stop === 'unfetched') return false;
    this.space = space;
    this.pc = pc;
    this.frame = frame;
    this.stop = stop;
    return true;
  }

  /** Instructions keep their bytes: for listings, and for front ends that look at prefixes. */
  private get keepBytes(): boolean {
    return this.onBlock !== undefined || this.pricing.window !== undefined;
  }

  /** The instruction at `pc`, which may reach into the next page; `unfetched` when it cannot be had (`memory.problem` set). */
  private fetchAtEnd(space: PageTable, pc: number, frame: number): Insn | DecodeFault | 'unfetched' {
    const left = frameBytes - (pc % frameBytes);
    // decode a copy of what there is
    const next = executable(space, pc + left);
    const have = next ? this.window.length : left;
    this.window.set(this.ram.u8.subarray((frame + 1) * frameBytes - left, (frame + 1) * frameBytes));
    if (next) this.window.set(this.ram.u8.subarray(next * frameBytes, next * frameBytes + this.window.length - left), left);
    const d = this.isa.decode(this.window.subarray(0, have), 0, pc, this.keepBytes);
    if (d !== 'truncated') return d;
    this.memory.fail('PageFault', pc + left, 'exec');
    return 'unfetched';
  }

  /** Decodes a block of at most so many instructions, into `insns` and `forms`; `unfetched`, or why there is none: the reason of a stop. */
  private decode(space: PageTable, pc: number, frame: number, most: number): Reason | 'unfetched' | undefined {
    const { isa, kinds, keepBytes, decodedInsns, decodedForms } = this;
    const { maxBytes } = isa;
    const { u8 } = this.ram;
    const pageStart = Math.floor(pc / frameBytes) * frameBytes;
    const pageEnd = pageStart + frameBytes;
    const hostPage = frame * frameBytes;
    let n = 0;
    let at = pc;
    do {
      const d = pageEnd - at >= maxBytes ? isa.decode(u8, hostPage + (at - pageStart), at, keepBytes) : this.fetchAtEnd(space, at, frame);
      if (typeof d === 'string') {
        if (n > 0) break;
        this.insns = [];
        this.forms = [];
        return d === 'unfetched' ? d : d === 'toolong' ? 'Protection' : 'Undefined';
      }
      const next = at + d.length;
      if (next > pageEnd && n > 0) break;
      const form = kinds.form(d);
      decodedInsns[n] = d;
      decodedForms[n++] = form;
      at = next;
      if (form.ends || at >= pageEnd) break;
    } while (n < most);
    this.insns = decodedInsns.slice(0, n);
    this.forms = decodedForms.slice(0, n);
    return undefined;
  }

  /** The price of what was decoded, which is cut where the block would last too long. */
  private priced(): BlockPrice {
    const { insns, forms } = this;
    if (insns.length === 0) return empty;
    const price = this.pricing.block(insns, forms);
    if (price.ticks <= maxTicks) return price;
    let k = 1;
    while (k < insns.length && price.prefix[k]! <= maxTicks) k++;
    if (k === insns.length) return price;
    this.insns = insns.slice(0, k);
    this.forms = forms.slice(0, k);
    return this.pricing.block(this.insns, this.forms);
  }

  // Writing.

  /** Chooses forms without flags where nothing reads them; the end of a block and what may stop are readers. */
  private dropDeadFlags(): void {
    const { forms } = this;
    let live = 7;
    for (let k = forms.length - 1; k >= 0; k--) {
      let form = forms[k]!;
      if ((form.kind.flagsWritten & live) === 0) form = forms[k] = this.kinds.dead(form, this.insns[k]!);
      live = (live & ~form.kind.flagsWritten) | form.kind.flagsRead;
    }
  }

  /**
   * The table of the block being written, which lies behind its tail: per instruction its address minus the entry, and one more for the end; then
   * per instruction its record minus the first, odd: inside the record before.
   */
  private readonly offsets = new Uint16Array(2 * maxInstructions + 1);
  /** Links of the block being written, to be resolved once it is entered: field addresses and targets. */
  private readonly linkFields = new Int32Array(mostLinks);
  private readonly linkTargets = new Float64Array(mostLinks);
  private linkCount = 0;

  /**
   * Writes what was fetched, at the top of the area, where there must be room. `single`: the price of a block of one instruction, whose flags are
   * live; `ownTail`: what it has for a tail instead of what is usual.
   */
  write(single?: BlockPrice, ownTail?: Uint8Array): Block {
    const { pc, frame, stop } = this;
    const space = this.space!;
    const price = single ?? this.priced();
    const tail = ownTail ?? (single ? neutralTail : this.pricing.tail);
    const last = this.insns[this.insns.length - 1];
    const end = last ? last.pc + last.length : pc;
    const pageEnd = (Math.floor(pc / frameBytes) + 1) * frameBytes;
    const nextFrame = end > pageEnd ? executable(space, pageEnd) : 0;
    const { insns, forms } = this;
    const { ram } = this;
    const n = insns.length;
    if (!single) {
      this.dropDeadFlags();
      this.onBlock?.(pc, insns, forms);
    }
    const { ticks } = price;
    ram.f64[this.top >> 3] = pc;
    ram.i32[(this.top + linkToPatch) >> 2] = 0;
    const start = (this.top += headerBytes);
    const { offsets } = this;
    // a block that stops at once has one record, and no instruction
    const length = stop === undefined ? n : 1;
    offsets[length] = end - pc;
    this.linkCount = 0;
    let exits = false;
    for (let k = 0; k < n; k++) {
      let form = forms[k]!;
      offsets[k] = insns[k]!.pc - pc;
      offsets[length + 1 + k] = this.top - start;
      const fused = k === n - 2 && !single ? this.kinds.pair(form, forms[k + 1]!) : undefined;
      if (fused) {
        form = fused;
        k++;
        offsets[k] = insns[k]!.pc - pc;
        offsets[length + 1 + k] = this.top - start + 1;
      }
      if (form.kind.exits) exits = true;
      this.record(form, fused ? k - 1 : k, exits ? ticks : 0, n);
    }
    if (stop !== undefined) {
      offsets[0] = offsets[2] = 0;
      ram.u16[this.top >> 1] = Arm.stop;
      ram.u16[(this.top >> 1) + 1] = stopReasons.indexOf(stop);
      this.top += unitBytes;
    } else if (!exits) {
      ram.u16[this.top >> 1] = Arm.end;
      this.cost(this.top, ticks, n);
      this.linkTo(this.top + linkOffset, end);
      this.top += 2 * unitBytes;
    }
    const tailAt = this.top;
    if (stop === undefined && (this.pricing.interval || this.pricing.tallies)) {
      ram.u8.set(price.tailBytes === tail.length ? tail : tail.subarray(0, price.tailBytes), tailAt);
      this.top += price.tailBytes;
    }
    const table = this.top >> 1;
    const entries = 2 * length + 1;
    for (let i = 0; i < entries; i++) ram.u16[table + i] = offsets[i]!;
    this.top += Math.ceil((2 * entries) / unitBytes) * unitBytes;
    return new Block(space, pc, start, length, frame, nextFrame, price, tailAt, table, ram.u16);
  }

  private cost(record: number, ticks: number, instructions: number): void {
    this.ram.u32[(record + costOffset) >> 2] = ((ticks & 0xff) << 24) | instructions;
    this.ram.u32[(record + costOffset + 4) >> 2] = ticks >>> 8;
  }

  private linkTo(field: number, target: number): void {
    this.linkFields[this.linkCount] = field;
    this.linkTargets[this.linkCount++] = target;
  }

  /** Writes the record of insns[k] (and the next, for a pair). */
  private record(form: Form, k: number, ticks: number, instructions: number): void {
    const { kind } = form;
    if (kind.empty) return;
    const { ram, insns } = this;
    const { holes } = this.isa;
    const { sources } = form;
    const { u16 } = ram;
    const at = this.top;
    if (kind.arm >= 0) u16[at >> 1] = kind.arm;
    else this.coldRecord(at, kind);
    const { fields, units } = kind.layout;
    for (let i = 0; i < fields.length; i++) {
      const { param, offset, bytes, role } = fields[i]!;
      const source = sources[param]!;
      const value = holes.value(source, insns[k + source.part]!);
      const to = at + offset;
      if (bytes === 2) u16[to >> 1] = Number(value);
      else if (role === 'link') this.linkTo(to, Number(value));
      else if (bytes === 4) ram.i32[to >> 2] = Number(value);
      else ram.i64[to >> 3] = BigInt(value);
    }
    if (kind.exits) this.cost(at, ticks, instructions);
    this.top += units * unitBytes;
  }

  private coldRecord(at: number, kind: Kind): void {
    this.tier0.demand(kind);
    const { u16 } = this.ram;
    u16[at >> 1] = Arm.cold;
    u16[(at + indexOffset) >> 1] = kind.index;
  }

  /** Points the block's links at `blocks`, but for those at `watched` addresses, or at stubs. */
  link(blocks: ReadonlyMap<number, Block>, watched: ReadonlySet<number>): void {
    const { ram, linkFields, linkTargets, linkCount } = this;
    for (let i = 0; i < linkCount; i++) {
      const field = linkFields[i]!;
      const target = linkTargets[i]!;
      const known = blocks.get(target);
      if (known && !watched.has(target)) {
        ram.i32[field >> 2] = known.start;
        continue;
      }
      ram.f64[this.top >> 3] = target;
      ram.i32[(this.top + linkToPatch) >> 2] = field;
      ram.u16[(this.top + headerBytes) >> 1] = Arm.stub;
      ram.i32[field >> 2] = this.top + headerBytes;
      this.top += stubBytes;
    }
  }
}
