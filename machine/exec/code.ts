/**
 * Decoded code, found by address, by frame and by record; which of it stays. How blocks come about and lie in memory: builder.ts.
 *
 * The record area is emptied whole when full. A block that was dropped becomes a stub at its first record, and a
 * `goto` once its address is decoded again, so links into it need no list.
 */
import { frameBytes, type PageTable, type Ram } from '../memory/ram.js';
import type { Block } from './block.js';
import { Builder, executable, headerBytes, linkToPatch } from './builder.js';
import { Arm, hashBytes, hashEntries, linkOffset } from './generate.js';
import type { Kinds } from './kind.js';
import type { Memory } from './memory.js';
import { neutralTail, type BlockPrice, type Pricing } from './pricing.js';
import type { Tier0 } from './tier0.js';

/** Of one instruction inside a block: whoever runs it charges it. */
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
  readonly builder: Builder;
  private breaks: ReadonlySet<number> = new Set();
  /** Counts how often code was dropped, so that positions can tell. */
  drops = 0;
  /** Counts how often all was, after which records stand for other instructions: those of one block that is dropped are not used again before. */
  emptied = 0;
  /** Addresses at which the engine wants to be: no link and no indirect jump goes straight to their blocks. */
  private readonly watched = new Set<number>();

  constructor(
    private readonly ram: Ram,
    private readonly memory: Memory,
    kinds: Kinds,
    tier0: Tier0,
    private readonly hash: number,
    area: number,
    areaBytes: number,
    private readonly pricing: Pricing,
    /** Called when all record addresses become invalid. */
    private readonly onDropAll: () => void,
  ) {
    this.builder = new Builder(ram, memory, kinds, tier0, area, areaBytes, pricing);
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
    if (!this.builder.fits(2)) this.dropAll();
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
        const frame = alive ? executable(space, page * frameBytes) : 0;
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
    this.emptied++;
    this.onDropAll();
    for (const frame of this.frames.keys()) this.ram.code[frame] = 0;
    for (const block of this.order) block.alive = false;
    this.frames.clear();
    this.spaces.clear();
    this.order.length = 0;
    this.builder.empty();
    this.ram.i32.fill(0, this.hash >> 2, (this.hash + hashEntries * hashBytes) >> 2);
  }

  /** What blocks have counted for a profile goes there. */
  harvest(): void {
    const { profile } = this.pricing;
    if (profile) for (const block of this.order) profile.harvest(block);
  }

  // Entering.

  private codeOf(space: PageTable): SpaceCode {
    let code = this.spaces.get(space);
    if (!code) this.spaces.set(space, (code = { blocks: new Map(), singles: new Map(), pages: new Map() }));
    return code;
  }

  /** `single`: the price of a block of one instruction; with a `tail` it belongs to one place only, and is not listed. */
  private build(space: PageTable, pc: number, single?: BlockPrice, tail?: Uint8Array): Block | undefined {
    const { builder } = this;
    if (!builder.fetch(space, pc, single ? 1 : undefined)) return undefined;
    if (!builder.fits(1)) this.dropAll();
    const block = builder.write(single, tail);
    this.enter(block, single ? (tail ? undefined : 'singles') : 'blocks');
    if (!single && this.breaks.size > 0) this.mark(block);
    return block;
  }

  private enter(block: Block, list: 'blocks' | 'singles' | undefined): void {
    const code = this.codeOf(block.space);
    if (list) code[list].set(block.entry, block);
    this.order.push(block);
    const page = Math.floor(block.entry / frameBytes);
    this.comesFrom(block, block.frame, code, page);
    if (block.nextFrame !== 0) this.comesFrom(block, block.nextFrame, code, page + 1);
    this.builder.link(code.blocks, this.watched);
  }
  private comesFrom(block: Block, frame: number, code: SpaceCode, page: number): void {
    if (this.ram.code[frame] === 0) {
      this.ram.code[frame] = 1;
      this.memory.protect(frame);
    }
    listOf(this.frames, frame).push(block);
    listOf(code.pages, page).push(block);
  }

}

function listOf<K, V>(map: Map<K, V[]>, key: K): V[] {
  let list = map.get(key);
  if (!list) map.set(key, (list = []));
  return list;
}
