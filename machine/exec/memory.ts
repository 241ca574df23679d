/**
 * The slow path of guest memory: what generated code calls when the lookaside does not answer.
 *
 * It asks the address space for the page, fills the lookaside, and does accesses that straddle two pages itself, by way
 * of scratch memory. A failed access changes nothing and leaves its reason in `problem`. Where caches are modeled the lookaside
 * holds lines instead of pages, and each access here is one to the hierarchy as well (lines.ts); one that must wait fails with the reason 'wait'.
 *
 * Frames that hold decoded code never get a write tag, under any address. A store into one stops before it happens
 * with the reason 'code': the engine then runs that one instruction with `codeWrites` set and drops what was decoded.
 *
 * Exclusive monitors (arm64) work in the same manner: a frame with a marked granule gets no write tag on any core, so
 * every store to it comes here and clears the marks that others have set on what it touches. A page that changes its frame takes its
 * marks along to nowhere: they are cleared, because stores to the new frame would not be seen. The mark itself is a cell of the core,
 * architectural state; which granule of memory it means is kept here and found anew after a restore.
 */
import { common } from '../../isa/context.js';
import { engineCells, lookaside } from '../core/context.js';
import { frameBytes, frameShift, Pte, type PageTable, type Ram } from '../memory/ram.js';
import { hugeNumber, Outcome, pageNumber, type Lines } from './lines.js';
import type { Watch, Watched } from './observer.js';
import type { Access, Reason } from './stop.js';

/** Above the last address a user program may name, as the upper 32 bits. */
export const canonicalHigh = 0x8000;
/** Where the kernel's half begins, likewise. */
const kernelHigh = 0xffff8000;
const pageMask = frameBytes - 1;
/** Exclusives reservation granule: what a Neoverse N1 has. */
const granuleBytes = 64;

export interface Problem {
  reason: Reason | 'code' | 'wait' | 'watch';
  va: number;
  access: Access;
}

export class Memory {
  /** Why the last call failed. */
  readonly problem: Problem = { reason: 'Limit', va: 0, access: 'read' };
  /** Stores into decoded code are allowed: one instruction runs singly. Frames so written are in `codeWritten`. */
  codeWrites = false;
  readonly codeWritten: number[] = [];
  /** Per frame, which entries of lookasides may hold a write tag for it: two numbers, the first and one more than the last; 0 and 0: none. */
  private readonly writable: Int32Array;
  private readonly spaces: (PageTable | undefined)[] = [];
  /** Per core, the host address of the granule that its monitor watches, 0: none. */
  private readonly marks: number[] = [];
  /** Accesses by line; undefined where memory is flat. */
  private lines: Lines | undefined;
  /** The page that `frame` was asked for last is part of a huge one. */
  private huge = false;
  /** Granule of the lookaside: bits, and how many a page has. */
  private shift = frameShift;
  /** What an observer watches, and the pages that it lies in. */
  private watches: readonly Watch[] = [];
  private readonly watchedPages = new Set<number>();
  /** Accesses to watched bytes are put down here; undefined: they fail, and the instruction is stepped. */
  notes: Watched[] | undefined = undefined;
  /** The frame that was found last may be entered in the lookaside. */
  private enters = false;
  /** What the page that `frame` found last allows: Pte.R, Pte.W. */
  private rights = 0;

  constructor(
    private readonly ram: Ram,
    /** Context of core 0, and the distance to the next. */
    private readonly base: number,
    private readonly stride: number,
    private readonly cores: number,
    /** See Isa. Entries of the lookaside keep the tag, so that only the first access by each comes here. */
    private readonly tagsIgnored = false,
  ) {
    this.writable = new Int32Array(ram.memory.buffer, ram.reserve(8 * ram.endFrame), 2 * ram.endFrame);
    for (let i = 0; i < cores; i++) {
      this.marks.push(0);
      ram.i32[(base + i * stride + engineCells.core) >> 2] = i;
      this.clear(base + i * stride);
    }
    ram.onWatchedWrite = (frame) => this.breakMarks(-1, frame << frameShift >>> 0, frameBytes);
  }

  /** The lookaside holds lines from now on. */
  useLines(lines: Lines): void {
    this.lines = lines;
    this.shift = lines.shift;
    const { model, links } = lines.hierarchy;
    model.makeLookasides(this.writable.byteOffset);
    for (let core = 0; core < this.cores; core++) model.makeEntries(core);
    links.locate = (ctx, lo, hi, bytes, write) => this.locate(ctx, lo, hi, bytes, write !== 0 ? 'write' : 'read');
    links.storeScratch = (ctx, lo, hi, bytes) => this.storeScratch(ctx, lo, hi, bytes);
    links.entryOf = (ctx, page) => this.space(ctx).pte(page);
    links.mustWait = (write, ticks) => {
      lines.waitTicks = ticks;
      this.fail('wait', 0, write !== 0 ? 'write' : 'read');
    };
    this.load = model.loadAt;
    this.modify = model.modifyAt;
    this.store = model.storeAt;
  }

  setSpace(ctx: number, space: PageTable): void {
    const core = this.coreOf(ctx);
    if (this.spaces[core] === space) return;
    this.spaces[core] = space;
    this.ram.i32[(ctx + engineCells.space) >> 2] = space.id;
    this.clear(ctx);
    const marked = this.ram.i64[(ctx + common.exclusive) >> 3]!;
    if (marked !== 0n) this.watch(ctx, marked);
  }
  space(ctx: number): PageTable {
    const space = this.spaces[this.coreOf(ctx)];
    if (!space) throw new Error('a core runs without an address space');
    return space;
  }
  coreOf(ctx: number): number {
    return this.ram.i32[(ctx + engineCells.core) >> 2]!; // a division would take longer than many an access
  }

  /** Empties a core's lookaside. */
  clear(ctx: number): void {
    if (this.lines) return this.lines.hierarchy.model.forgetAnswers(this.coreOf(ctx));
    const first = (ctx + lookaside.at) >> 2;
    this.ram.i32.fill(-1, first, first + lookaside.entries * (lookaside.entryBytes >> 2)); // no tags
  }
  clearAll(): void {
    for (let i = 0; i < this.cores; i++) this.clear(this.base + i * this.stride);
  }
  /** Forgets `count` pages from `vpn` on in every core that runs `space`. Lines leave when their page leaves the TLB. */
  shootdown(space: PageTable, vpn: number, count: number): void {
    for (let core = 0; core < this.cores; core++) {
      if (this.spaces[core] !== space) continue;
      const ctx = this.base + core * this.stride;
      this.unmarkPages(core, ctx, vpn, count);
      if (this.lines) continue;
      if (count >= lookaside.entries) this.clear(ctx);
      else for (let i = 0; i < count; i++) this.drop(this.entry(ctx, vpn + i)); // it may belong to another page of the same index: no harm
    }
  }
  private drop(entry: number): void {
    const { i32 } = this.ram;
    const at = entry >> 2;
    i32[at] = i32[at + 1] = i32[at + 2] = i32[at + 3] = -1; // both tags
  }
  /** `number`: of the granule, address / its size. */
  private entry(ctx: number, number: number): number {
    return ctx + lookaside.at + (number & (lookaside.entries - 1)) * lookaside.entryBytes;
  }

  /**
   * Takes all write tags of a frame that becomes code, or has a mark: between a load-exclusive and the next, frames of locks
   * are mostly written by one address, so few entries a core are looked at instead of all.
   */
  protect(frame: number): void {
    const { writable } = this;
    const from = writable[2 * frame]!;
    const to = writable[2 * frame + 1]!;
    if (to === 0) return;
    writable[2 * frame] = writable[2 * frame + 1] = 0;
    const { i32 } = this.ram;
    for (let core = 0; core < this.cores; core++) {
      const first = this.base + core * this.stride + lookaside.at;
      const end = first + to * lookaside.entryBytes;
      for (let at = first + from * lookaside.entryBytes; at < end; at += lookaside.entryBytes) {
        const wtag = (at + lookaside.wtag) >> 2; // no tag is all ones, whose frame means nothing
        if (i32[wtag + 1] === -1) continue;
        const host = (i32[wtag]! + i32[(at + lookaside.delta) >> 2]!) >>> 0;
        if (host >>> frameShift === frame) i32.fill(-1, wtag, wtag + 2);
      }
    }
  }
  /** Takes all write tags, so that the next store to each frame marks it as written again. */
  protectAll(): void {
    this.clearAll();
    this.writable.fill(0);
  }

  /** The monitor of a core watches the granule at `va`, which was just read; 0: nothing. */
  watch(ctx: number, va: bigint): void {
    const core = this.coreOf(ctx);
    this.unwatch(core);
    if (va === 0n) return;
    const lo = Number(BigInt.asIntN(32, va));
    const { notes } = this;
    this.notes = []; // the guest does not ask
    const frame = this.frame(ctx, lo, Number(BigInt.asIntN(32, va >> 32n)), 1, 'read');
    this.notes = notes;
    if (frame === 0) return;
    this.marks[core] = ((frame << frameShift) | (lo & pageMask & -granuleBytes)) >>> 0;
    this.ram.watched[frame] = 1;
    this.protect(frame);
  }

  /** Clears the marks of cores other than `core` in the granules that `bytes` from `host` on touch. */
  private breakMarks(core: number, host: number, bytes: number): void {
    const last = host + bytes - 1;
    this.marks.forEach((mark, i) => {
      if (mark === 0 || i === core || mark > last || mark + granuleBytes <= host) return;
      this.ram.i64[(this.base + i * this.stride + common.exclusive) >> 3] = 0n;
      this.unwatch(i);
    });
  }

  private unwatch(core: number): void {
    const mark = this.marks[core]!;
    if (mark === 0) return;
    this.marks[core] = 0;
    const frame = mark >>> frameShift;
    if (!this.marks.some((m) => m !== 0 && m >>> frameShift === frame)) this.ram.watched[frame] = 0;
  }

  /** Clears the mark of a core that lies in one of the pages: what was read there may be elsewhere now. */
  private unmarkPages(core: number, ctx: number, vpn: number, count: number): void {
    if (this.marks[core] === 0) return;
    const marked = Number(BigInt.asUintN(56, this.ram.i64[(ctx + common.exclusive) >> 3]!) >> BigInt(frameShift)); // without a tag
    if (marked < vpn || marked >= vpn + count) return;
    this.ram.i64[(ctx + common.exclusive) >> 3] = 0n;
    this.unwatch(core);
  }

  /** After the cells were changed from outside. */
  watchAll(): void {
    for (let core = 0; core < this.cores; core++) {
      const ctx = this.base + core * this.stride;
      if (this.spaces[core]) this.watch(ctx, this.ram.i64[(ctx + common.exclusive) >> 3]!);
    }
  }

  /** What an observer watches from now on. */
  setWatches(watches: readonly Watch[]): void {
    this.watches = watches;
    this.watchedPages.clear();
    for (const { low, high } of watches) for (let page = Math.floor(low / frameBytes); page * frameBytes < high; page++) this.watchedPages.add(page);
    if (this.lines) this.lines.observed = this.watchedPages.size > 0;
    this.clearAll();
  }
  /** An access to a page that is watched: told, or refused when it is not stepped. */
  private noted(va: number, bytes: number, access: 'read' | 'write'): boolean {
    for (const watch of this.watches) {
      if (va >= watch.high || va + bytes <= watch.low || !(access === 'read' ? watch.read : watch.write)) continue;
      if (!this.notes) return false;
      this.notes.push({ watch, va, bytes, access, line: undefined });
    }
    return true;
  }

  fail(reason: Problem['reason'], va: number, access: Access): 0 {
    this.problem.reason = reason;
    this.problem.va = va;
    this.problem.access = access;
    return 0;
  }

  /** An address no program has: in the kernel's half it is a page fault there (as a negative number, which is exact), else none at all. */
  private beyond(lo: number, hi: number, access: Access): 0 {
    const kernels = hi >>> 0 >= kernelHigh;
    return this.fail(kernels ? 'PageFault' : 'Protection', (kernels ? hi : hi >>> 0) * 4294967296 + (lo >>> 0), access);
  }

  /** Frame of the page at hi:lo, of which `bytes` bytes are wanted, or 0 with `problem` set. */
  private frame(ctx: number, lo: number, hi: number, bytes: number, access: 'read' | 'write'): number {
    const top = this.tagsIgnored ? (hi << 8) >> 8 : hi;
    if (top >>> 0 >= canonicalHigh) return this.beyond(lo, top, access);
    const va = top * 4294967296 + (lo >>> 0);
    const pte = this.space(ctx).pte(top * 1048576 + (lo >>> frameShift));
    if ((pte & (access === 'read' ? Pte.R : Pte.W)) === 0) return this.fail('PageFault', va, access);
    const frame = pte >>> 8;
    this.huge = (pte & Pte.Huge) !== 0;
    const watched = this.watchedPages.size > 0 && this.watchedPages.has(Math.floor(va / frameBytes));
    if (watched && !this.noted(va, bytes, access)) return this.fail('watch', va, access);
    this.enters = !watched;
    this.rights = pte & (Pte.R | Pte.W);
    if (access === 'read') {
      if (!this.lines && !watched) this.fill(ctx, lo, hi, frame, lookaside.rtag);
      return frame;
    }
    const code = this.ram.code[frame] !== 0;
    if (code && !this.codeWrites) return this.fail('code', va, access);
    this.ram.written[frame] = 1;
    this.enters = this.ram.watched[frame] === 0 && !code && !watched;
    if (this.ram.watched[frame] !== 0) {
      const offset = lo & pageMask;
      this.breakMarks(this.coreOf(ctx), ((frame << frameShift) | offset) >>> 0, Math.min(bytes, frameBytes - offset));
    } else if (!code) {
      this.tagsWrites(frame, lo);
      if (!this.lines && !watched) this.fill(ctx, lo, hi, frame, lookaside.wtag);
    }
    if (code) this.codeWritten.push(frame);
    return frame;
  }

  /** The entry of the page or line at `lo` gets a write tag for the frame. */
  private tagsWrites(frame: number, lo: number): void {
    const { writable } = this;
    const entry = (lo >>> this.shift) & (lookaside.entries - 1);
    const at = 2 * frame;
    const end = writable[at + 1]!;
    if (end === 0 || entry < writable[at]!) writable[at] = entry;
    if (entry >= end) writable[at + 1] = entry + 1;
  }

  /** Enters the page or line in the lookaside under one tag; the other stays if it is the same one's. The result is the entry. */
  private fill(ctx: number, lo: number, hi: number, frame: number, tag: number): number {
    const { i32 } = this.ram;
    const at = this.entry(ctx, lo >>> this.shift);
    const other = (at + lookaside.wtag - tag) >> 2;
    if (i32[other] !== (lo & -(1 << this.shift)) || i32[other + 1] !== hi) i32[other] = i32[other + 1] = -1; // no tag
    this.tag(at + tag, lo, hi);
    i32[(at + lookaside.delta) >> 2] = (frame << frameShift) - (lo & ~pageMask);
    return at;
  }
  private tag(at: number, lo: number, hi: number): void {
    this.ram.i32[at >> 2] = lo & -(1 << this.shift);
    this.ram.i32[(at >> 2) + 1] = hi;
  }

  /**
   * The access is one to each line that `bytes` bytes from hi:lo on touch, in the frames of the one or two pages. False: it must wait; lines before the
   * one that is waited for have come all the same.
   */
  private touch(ctx: number, lo: number, hi: number, bytes: number, first: number, second: number, write: boolean, modify: boolean, firstHuge: boolean): boolean {
    const lines = this.lines!;
    const core = this.coreOf(ctx);
    const offset = lo & pageMask;
    const end = offset + bytes;
    const vpn = ((hi & 0xffff) * 1048576) + (lo >>> frameShift);
    const id = this.ram.i32[(ctx + engineCells.space) >> 2]!;
    // what crosses lines never hits
    const within = (offset & -lines.bytes) === ((end - 1) & -lines.bytes);
    const noted = this.notes !== undefined && this.notes.length > 0;
    let enters = within && this.enters;
    for (let at = offset; at < end; at = (at & -lines.bytes) + lines.bytes) {
      const over = at >= frameBytes;
      const frame = over ? second : first;
      const page = pageNumber(id, over ? vpn + 1 : vpn);
      const follow = noted ? lines.follow(core, frame, at & pageMask) : undefined;
      const translated = (over ? this.huge : firstHuge) ? hugeNumber(id, over ? vpn + 1 : vpn) : page;
      const access = lines.access(core, page, translated, frame, at & pageMask, write, modify);
      const done = (access & Outcome.Done) !== 0;
      if ((access & Outcome.Enters) === 0) enters = false;
      const { sharing, apart } = lines;
      if (apart?.has(page, at & pageMask)) enters = false;
      if (sharing && !sharing.accessed(core, lines.line(frame, at & pageMask), vpn, at, end - at, write, done)) enters = false;
      if (done && follow) for (const note of this.notes!) note.line ??= follow();
      if (!done) return false;
    }
    if (enters) lines.enter(core, lo, hi, first, write, this.rights, firstHuge);
    return true;
  }

  /** Import `load`: where the bytes can be read, or 0. Where caches are modeled the model has these three, and leaves to `locate` and `storeScratch` what is rare. */
  load = (ctx: number, lo: number, hi: number, bytes: number): number => this.locate(ctx, lo, hi, bytes, 'read');
  /** Import `modify`: the same for an operand that will be written back. */
  modify = (ctx: number, lo: number, hi: number, bytes: number): number => this.locate(ctx, lo, hi, bytes, 'write');

  private locate(ctx: number, lo: number, hi: number, bytes: number, access: 'read' | 'write'): number {
    const first = this.frame(ctx, lo, hi, bytes, access);
    if (first === 0) return 0;
    const { huge } = this;
    const write = access === 'write';
    const offset = lo & pageMask;
    if (offset + bytes <= frameBytes) {
      if (this.lines && !this.touch(ctx, lo, hi, bytes, first, 0, write, write, huge)) return 0;
      return (first << frameShift) + offset;
    }
    const head = frameBytes - offset;
    const second = this.nextFrame(ctx, lo, hi, bytes - head, access);
    if (second === 0) return 0;
    if (this.lines && !this.touch(ctx, lo, hi, bytes, first, second, write, write, huge)) return 0;
    const scratch = ctx + engineCells.scratch;
    const { u8 } = this.ram;
    u8.copyWithin(scratch, first * frameBytes + offset, (first + 1) * frameBytes);
    u8.copyWithin(scratch + head, second * frameBytes, second * frameBytes + bytes - head);
    return scratch;
  }

  /** Import `store`: writes `bytes` from scratch; 0, or 1 when it could not. */
  store = (ctx: number, lo: number, hi: number, bytes: number): number => this.storeScratch(ctx, lo, hi, bytes);

  private storeScratch(ctx: number, lo: number, hi: number, bytes: number): number {
    const first = this.frame(ctx, lo, hi, bytes, 'write');
    if (first === 0) return 1;
    const { huge } = this;
    const offset = lo & pageMask;
    const scratch = ctx + engineCells.scratch;
    const { u8 } = this.ram;
    const head = Math.min(bytes, frameBytes - offset);
    const second = head < bytes ? this.nextFrame(ctx, lo, hi, bytes - head, 'write') : 0;
    if (head < bytes && second === 0) return 1;
    if (this.lines && !this.touch(ctx, lo, hi, bytes, first, second, true, false, huge)) return 1;
    const host = ((first << frameShift) + offset) >>> 0;
    if (head < bytes) u8.copyWithin(second * frameBytes, scratch + head, scratch + bytes);
    else if (bytes <= 8) {
      // most stores; a builtin takes longer for them than all the rest here
      for (let i = 0; i < bytes; i++) u8[host + i] = u8[scratch + i]!;
      return 0;
    }
    u8.copyWithin(host, scratch, scratch + head);
    return 0;
  }

  /** Import `probe`: 0 when all bytes may be accessed. */
  readonly probe = (ctx: number, lo: number, hi: number, bytes: number, write: number): number => {
    const access = write ? 'write' : 'read';
    if (this.frame(ctx, lo, hi, bytes, access) === 0) return 1;
    const over = (lo & pageMask) + bytes - frameBytes;
    if (over > 0 && this.nextFrame(ctx, lo, hi, over, access) === 0) return 1;
    return 0;
  };

  /** The frame of the page after the one at hi:lo, of which the first `bytes` bytes are wanted. */
  private nextFrame(ctx: number, lo: number, hi: number, bytes: number, access: 'read' | 'write'): number {
    const next = ((lo | pageMask) + 1) | 0;
    return this.frame(ctx, next, next === 0 ? hi + 1 : hi, bytes, access);
  }

  /** `load` for helpers, who have bigint addresses and want an offset of the memory's views. */
  find(ctx: number, va: bigint, bytes: number): number {
    return this.load(ctx, Number(BigInt.asIntN(32, va)), Number(BigInt.asIntN(32, va >> 32n)), bytes) >>> 0;
  }
  /** `store` for helpers; false: it faults. */
  put(ctx: number, va: bigint, bytes: number): boolean {
    return this.store(ctx, Number(BigInt.asIntN(32, va)), Number(BigInt.asIntN(32, va >> 32n)), bytes) === 0;
  }
}
