/**
 * Decoded code: blocks of records in linear memory, found by address, by frame and by record.
 *
 * The block contract: a block depends only on the code bytes and its entry address. It ends with the first instruction that
 * branches or whose row `ends`, before an instruction that reaches into the next page (unless it is the first), with the 32nd, or with the
 * one during which the prefixes reach 32 cycles.
 * It stores cost prefixes: what the first k instructions cost.
 *
 * A record area is filled from bottom to top and emptied whole when full. Before the first record of a block, and before a stub,
 * stands a header of 16 bytes: the address it stands for (f64), then the address of the link field to patch (i32, 0: none).
 * Behind the last record stand the tail (interval.ts) and the block's table: where its instructions and their records are.
 * A stub is one record that leaves to TypeScript. A block that was dropped becomes a stub at its first record, and a
 * `goto` once its address is decoded again, so links into it need no list.
 */
import type { DecodeFault, Isa } from '../../isa/isa.js';
import type { Insn } from '../../isa/row.js';
import { frameBytes, Pte, type PageTable, type Ram } from '../memory/ram.js';
import type { Planned } from './detail.js';
import { talliedTailBytes } from './interval.js';
import { Arm, hashBytes, hashEntries, linkOffset } from './generate.js';
import type { Form, Kinds, Kind } from './kind.js';
import { costOffset, indexOffset, unitBytes } from './layout.js';
import type { Memory } from './memory.js';
import { neutralTail, type BlockPrice, type Pricing } from './pricing.js';
import type { Reason } from './stop.js';
import type { Tier0 } from './tier0.js';

const maxInstructions = 32;
/** A block's last instruction begins at most so many ticks after its first. */
export const maxTicks = 32 * 48;
/** No block has more: its last instruction alone leads anywhere, a conditional branch to two places. */
const mostLinks = 4;
const headerBytes = 16;
const stubBytes = headerBytes + unitBytes;
const linkToPatch = 8;
/** No block needs more: 32 records of at most 2 units, header, end record, its tail and its table, two stubs. */
const maxBlockBytes = maxInstructions * 2 * unitBytes + 256 + talliedTailBytes + 4 * maxInstructions + 2 * unitBytes;
const userEnd = 2 ** 47;
/** The kernel's half of the address space, where a fetch is a page fault. */
const kernelStart = 2 ** 64 - 2 ** 47;

/** Operands of stop records: why a block cannot go on. */
export const stopReasons: readonly Reason[] = ['Undefined', 'Protection'];

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
    /** Where its table is, an index of `u16`: see `offsets` in CodeCache. */
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

/** Of a block of no instructions, and of one instruction inside a block: whoever runs it charges it. */
const empty: BlockPrice = { ticks: 0, prefix: [0], tailBytes: 0 };
const inner: BlockPrice = { ticks: 0, prefix: [0, 0], tailBytes: neutralTail.length };

interface SpaceCode {
  readonly blocks: Map<number, Block>;
  /** Blocks of one instruction, flags live, for stepping. */
  readonly singles: Map<number, Block>;
  readonly pages: Map<number, Block[]>;
}

export class CodeCache {
  private readonly spaces = new Map<PageTable, SpaceCode>();
  private readonly frames = new Map<number, Block[]>();
  /** In address order, dropped ones included: records are handed out upwards. */
  private readonly order: Block[] = [];
  private top: number;
  private readonly isa: Isa;
  /** Of the block in hand. New arrays each time, as copies of the first so many of these: to empty an array takes V8 longer than to make one. */
  private insns: Insn[] = [];
  private forms: Form[] = [];
  private readonly decodedInsns: Insn[] = [];
  private readonly decodedForms: Form[] = [];
  /** Copy of the bytes around a page boundary. */
  private readonly window = new Uint8Array(32);
  private breaks: ReadonlySet<number> = new Set();
  /** Counts how often code was dropped, so that positions can tell. */
  drops = 0;
  /** Addresses at which the engine wants to be: no link and no indirect jump goes straight to their blocks. */
  private readonly watched = new Set<number>();
  /** For measurements: told of each new block what its records are, before pairs are fused. */
  onBlock: ((entry: number, insns: readonly Insn[], forms: readonly Form[]) => void) | undefined = undefined;

  constructor(
    private readonly ram: Ram,
    private readonly memory: Memory,
    private readonly kinds: Kinds,
    private readonly tier0: Tier0,
    private readonly hash: number,
    private readonly area: number,
    private readonly areaBytes: number,
    private readonly pricing: Pricing,
    /** Called when all record addresses become invalid. */
    private readonly onDropAll: () => void,
  ) {
    this.top = area;
    this.isa = kinds.isa;
    ram.onCodeWrite = (frame) => this.dropFrame(frame);
  }

  /** The block at `pc`, decoded if need be; undefined with `memory.problem` set when the first instruction cannot be fetched. */
  block(space: PageTable, pc: number): Block | undefined {
    return this.spaces.get(space)?.blocks.get(pc) ?? this.build(space, pc);
  }
  /** The instruction at `pc` as a block of its own. */
  single(space: PageTable, pc: number): Block | undefined {
    return this.spaces.get(space)?.singles.get(pc) ?? this.build(space, pc, inner);
  }
  /** Instruction `k` of `whole` as one. */
  singleOf(whole: Block, k: number): Block | undefined {
    const { singles } = whole.steps;
    const known = singles[k];
    return known?.alive ? known : (singles[k] = this.single(whole.space, whole.pcOf(k)));
  }
  /** The last instruction of `whole` as a block of its own that charges what its block then still costs, and ends as that does. */
  last(whole: Block): Block | undefined {
    if (whole.last?.alive) return whole.last;
    const n = whole.length;
    const { prefix, tailBytes } = whole.price;
    const ticks = prefix[n]! - prefix[n - 1]!;
    const tail = this.ram.u8.slice(whole.tail, whole.tail + tailBytes);
    const counts = whole.price.counts?.part(n - 1, n);
    counts?.write(tail, 0, 1);
    return (whole.last = this.build(whole.space, whole.pcOf(n - 1), { ticks, prefix: [0, ticks], tailBytes, counts }, tail));
  }

  /** Makes room for a block and an instruction of it alone, so that building the second does not drop the first. */
  makeRoom(): void {
    if (this.top + 2 * maxBlockBytes > this.area + this.areaBytes) this.dropAll();
  }

  /** The block whose records contain `record`. */
  owner(record: number): Block {
    let low = 0;
    let high = this.order.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (this.order[mid]!.start <= record) low = mid;
      else high = mid - 1;
    }
    return this.order[low]!;
  }
  /** The address that a block's first record or a stub stands for. */
  addressOf(record: number): number {
    return this.ram.f64[(record - headerBytes) >> 3]!;
  }

  /** From now on whoever comes to `pc`, in any space, comes by a stub or an unknown jump; so only blocks' entries can be watched. */
  watch(pc: number): void {
    if (this.watched.has(pc)) return;
    this.watched.add(pc);
    for (const code of this.spaces.values()) {
      const block = code.blocks.get(pc);
      if (block) this.drop(block); // links to it become one stub, which is not patched
    }
  }

  /** Sends the link that led to stub `record` straight to `block`. */
  patch(record: number, block: Block): void {
    if (this.watched.has(block.entry)) return;
    const { i32, u16 } = this.ram;
    const link = i32[(record - headerBytes + linkToPatch) >> 2]!;
    if (link !== 0) {
      i32[link >> 2] = block.start;
      return;
    }
    u16[record >> 1] = Arm.goto;
    i32[(record + linkOffset) >> 2] = block.start;
  }
  /** Lets indirect jumps find `block`. */
  remember(block: Block): void {
    if (this.watched.has(block.entry)) return;
    const at = this.hash + (block.entry % hashEntries) * hashBytes;
    const { i32, u32 } = this.ram;
    u32[at >> 2] = block.entry % 4294967296;
    u32[(at >> 2) + 1] = Math.floor(block.entry / 4294967296);
    i32[(at >> 2) + 2] = block.start;
    i32[(at >> 2) + 3] = block.space.id;
  }
  private forget(block: Block): void {
    const at = this.hash + (block.entry % hashEntries) * hashBytes;
    if (this.ram.i32[(at >> 2) + 2] === block.start) this.ram.i32[(at >> 2) + 3] = 0;
  }

  // Breakpoints.

  /** Marks blocks that have an instruction at one of the addresses: they leave to the engine. Others are marked no longer. */
  setBreaks(breaks: ReadonlySet<number>): void {
    this.breaks = breaks;
    for (const code of this.spaces.values()) for (const block of code.blocks.values()) this.mark(block);
  }
  private mark(block: Block): void {
    const { u16 } = this.ram;
    const at = block.start >> 1;
    let wanted = false;
    for (let k = 0; k < block.length; k++) wanted ||= this.breaks.has(block.pcOf(k));
    if (wanted === block.marked >= 0) return;
    if (wanted) {
      block.marked = u16[at]!;
      u16[at] = Arm.stub;
    } else {
      u16[at] = block.marked;
      block.marked = -1;
    }
  }

  // Dropping.

  private drop(block: Block): void {
    if (!block.alive) return;
    block.alive = false;
    block.marked = -1;
    this.drops++;
    const code = this.spaces.get(block.space)!;
    if (code.blocks.get(block.entry) === block) code.blocks.delete(block.entry);
    if (code.singles.get(block.entry) === block) code.singles.delete(block.entry);
    this.forget(block);
    this.ram.u16[block.start >> 1] = Arm.stub;
    this.ram.i32[(block.start - headerBytes + linkToPatch) >> 2] = 0;
    this.leave(block, block.frame);
    if (block.nextFrame !== 0) this.leave(block, block.nextFrame);
  }
  private leave(block: Block, frame: number): void {
    const list = this.frames.get(frame);
    if (!list) return;
    const at = list.indexOf(block);
    if (at >= 0) list.splice(at, 1);
    if (list.length > 0) return;
    this.frames.delete(frame);
    this.ram.code[frame] = 0;
  }
  /** The bytes of `frame` change. */
  dropFrame(frame: number): void {
    for (const block of [...(this.frames.get(frame) ?? [])]) this.drop(block);
  }
  dropPages(space: PageTable, vpn: number, count: number): void {
    const code = this.spaces.get(space);
    if (!code) return;
    const dropPage = (page: number): void => {
      code.pages.get(page)?.forEach((block) => this.drop(block));
      code.pages.delete(page);
    };
    if (count < code.pages.size) for (let i = 0; i < count; i++) dropPage(vpn + i);
    else for (const page of [...code.pages.keys()]) if (page >= vpn && page < vpn + count) dropPage(page);
    if (code.pages.size === 0) this.spaces.delete(space); // a space that dies is unmapped whole
  }
  /** Page tables and frames are those of another moment; frames whose bytes are others have been told of by `dropFrame`. Code that is no longer where it was goes. */
  revise(lives: (space: PageTable) => boolean): void {
    this.drops++;
    this.onDropAll();
    for (const [space, code] of [...this.spaces]) {
      const alive = lives(space);
      for (const [page, blocks] of [...code.pages]) {
        const frame = alive ? this.executable(space, page * frameBytes) : 0;
        for (const block of blocks) {
          const own = Math.floor(block.entry / frameBytes) === page ? block.frame : block.nextFrame;
          if (own !== frame) this.drop(block);
        }
        const left = blocks.filter((block) => block.alive);
        if (left.length > 0) code.pages.set(page, left);
        else code.pages.delete(page);
      }
      if (code.pages.size === 0) this.spaces.delete(space);
    }
  }
  dropAll(): void {
    this.harvest();
    this.drops++;
    this.onDropAll();
    for (const frame of this.frames.keys()) this.ram.code[frame] = 0;
    for (const block of this.order) block.alive = false;
    this.frames.clear();
    this.spaces.clear();
    this.order.length = 0;
    this.top = this.area;
    this.ram.i32.fill(0, this.hash >> 2, (this.hash + hashEntries * hashBytes) >> 2);
  }

  /** What blocks have counted for a profile goes there. */
  harvest(): void {
    const { profile } = this.pricing;
    if (profile) for (const block of this.order) profile.harvest(block);
  }

  // Building.

  private codeOf(space: PageTable): SpaceCode {
    let code = this.spaces.get(space);
    if (!code) this.spaces.set(space, (code = { blocks: new Map(), singles: new Map(), pages: new Map() }));
    return code;
  }

  /** Instructions keep their bytes: for listings, and for front ends that look at prefixes. */
  private get keepBytes(): boolean {
    return this.onBlock !== undefined || this.pricing.window !== undefined;
  }

  private executable(space: PageTable, va: number): number {
    const pte = space.pte(Math.floor(va / frameBytes));
    return pte & Pte.X ? pte >>> 8 : 0;
  }

  /** The instruction at `pc`, which may reach into the next page; `unfetched` when it cannot be had (`memory.problem` set). */
  private fetchAtEnd(space: PageTable, pc: number, frame: number): Insn | DecodeFault | 'unfetched' {
    const left = frameBytes - (pc % frameBytes);
    // decode a copy of what there is
    const next = this.executable(space, pc + left);
    const have = next ? this.window.length : left;
    this.window.set(this.ram.u8.subarray((frame + 1) * frameBytes - left, (frame + 1) * frameBytes));
    if (next) this.window.set(this.ram.u8.subarray(next * frameBytes, next * frameBytes + this.window.length - left), left);
    const d = this.isa.decode(this.window.subarray(0, have), 0, pc, this.keepBytes);
    if (d !== 'truncated') return d;
    this.memory.fail('PageFault', pc + left, 'exec');
    return 'unfetched';
  }

  /** `single`: the price of a block of one instruction; with a `tail` it belongs to one place only, and is not listed. */
  private build(space: PageTable, pc: number, single?: BlockPrice, tail?: Uint8Array): Block | undefined {
    if (!(pc >= 0 && pc < userEnd)) {
      if (pc >= kernelStart) this.memory.fail('PageFault', Math.min(-1, pc - 2 ** 64), 'exec');
      else this.memory.fail('Protection', pc, 'exec');
      return undefined;
    }
    if (pc % this.isa.alignBytes !== 0) {
      this.memory.fail('Align', pc, 'exec');
      return undefined;
    }
    const frame = this.executable(space, pc);
    if (frame === 0) {
      this.memory.fail('PageFault', pc, 'exec');
      return undefined;
    }
    const stop = this.decode(space, pc, frame, single ? 1 : maxInstructions);
    if (stop === 'unfetched') return undefined;
    const price = single ?? this.priced();
    const last = this.insns[this.insns.length - 1];
    const end = last ? last.pc + last.length : pc;
    const pageEnd = (Math.floor(pc / frameBytes) + 1) * frameBytes;
    const nextFrame = end > pageEnd ? this.executable(space, pageEnd) : 0;
    const block = this.write(space, pc, end, stop, price, single !== undefined, frame, nextFrame, tail ?? (single ? neutralTail : this.pricing.tail));
    this.enter(block, single ? (tail ? undefined : 'singles') : 'blocks');
    if (!single && this.breaks.size > 0) this.mark(block);
    return block;
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

  private enter(block: Block, list: 'blocks' | 'singles' | undefined): void {
    const code = this.codeOf(block.space);
    if (list) code[list].set(block.entry, block);
    this.order.push(block);
    const page = Math.floor(block.entry / frameBytes);
    this.comesFrom(block, block.frame, code, page);
    if (block.nextFrame !== 0) this.comesFrom(block, block.nextFrame, code, page + 1);
    this.link(code);
  }
  private comesFrom(block: Block, frame: number, code: SpaceCode, page: number): void {
    if (this.ram.code[frame] === 0) {
      this.ram.code[frame] = 1;
      this.memory.protect(frame);
    }
    listOf(this.frames, frame).push(block);
    listOf(code.pages, page).push(block);
  }

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

  private write(space: PageTable, pc: number, end: number, stop: Reason | undefined, price: BlockPrice, single: boolean, frame: number, nextFrame: number, tail: Uint8Array): Block {
    if (this.top + maxBlockBytes > this.area + this.areaBytes) this.dropAll();
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

  /** Points the block's links at decoded blocks, or at stubs. */
  private link({ blocks }: SpaceCode): void {
    const { ram, linkFields, linkTargets, linkCount } = this;
    for (let i = 0; i < linkCount; i++) {
      const field = linkFields[i]!;
      const target = linkTargets[i]!;
      const known = blocks.get(target);
      if (known && !this.watched.has(target)) {
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

function listOf<K, V>(map: Map<K, V[]>, key: K): V[] {
  let list = map.get(key);
  if (!list) map.set(key, (list = []));
  return list;
}
