/**
 * What the legacy front end needs for a run of instructions: predecoding in 16-byte blocks at real addresses, and the decoders.
 * After "Facile" (Abel, Sharma and Reineke, IISWC 2023) and "uiCA" (ICS 2022), 4.1: per 16-byte block so many cycles as its instructions need at
 * five a cycle, an instruction across a boundary counting in both blocks; a length-changing prefix costs three cycles,
 * less what the block before takes beyond its first; one complex instruction a cycle, in the first decoder.
 */
import type { Insn } from '../../isa/row.js';
import { cycle, type FrontEnd } from './uarch.js';
import type { Work } from './work.js';

/** Bytes before the opcode: legacy prefixes and REX; VEX and EVEX count as part of the opcode. */
export function prefixBytes(insn: Insn): number {
  const { bytes } = insn;
  let i = 0;
  while (i < bytes.length && isPrefix(bytes[i]!)) i++;
  return i < bytes.length && (bytes[i]! & 0xf0) === 0x40 ? i + 1 : i;
}

const isPrefix = (b: number): boolean => b === 0x66 || b === 0x67 || b === 0xf2 || b === 0xf3 || b === 0xf0 || (b & 0xe7) === 0x26 || b === 0x64 || b === 0x65;

/** Whether a 66 prefix halves an immediate, or 67 an address in the instruction: the length decoder starts again. */
export function changesLength(insn: Insn): boolean {
  const end = prefixBytes(insn);
  const at66 = insn.bytes.indexOf(0x66);
  const at67 = insn.bytes.indexOf(0x67);
  return (at66 >= 0 && at66 < end && insn.ops.some((o) => o.kind === 'imm' && o.bits === 16)) || (at67 >= 0 && at67 < end && /moffs/.test(insn.row.form));
}

/** An instruction as the front end sees it, offsets from the block's start. */
export interface Fetched {
  readonly start: number;
  readonly opcode: number;
  readonly last: number;
  readonly lcp: boolean;
}

export function fetchedOf(insns: readonly Insn[]): Fetched[] {
  let at = 0;
  return insns.map((insn) => {
    const start = at;
    at += insn.length;
    return { start, opcode: start + prefixBytes(insn), last: at - 1, lcp: changesLength(insn) };
  });
}

/** Instructions counted in each 16-byte block, and those with a length-changing prefix. */
class Blocks {
  readonly count: number[];
  readonly lcp: number[];

  constructor(private readonly fe: FrontEnd, readonly blocks: number) {
    this.count = zeros(blocks);
    this.lcp = zeros(blocks);
  }

  /** An instruction whose block starts at `at` bytes from the first block. */
  add(f: Fetched, at: number): void {
    const last = this.at(at + f.last);
    const opcode = this.at(at + f.opcode);
    this.count[last]!++;
    if (opcode !== last) this.count[opcode]!++;
    if (f.lcp) this.lcp[last]!++;
  }

  /** The block of an address; blocks come round. */
  at(address: number): number {
    return Math.floor(address / this.fe.fetchBytes) % this.blocks;
  }

  /** Cycles of a block beside its prefixes. */
  own(b: number): number {
    return Math.max(1, Math.ceil(this.count[b]! / this.fe.predecodeWidth));
  }

  /** With its prefixes' cycles, of which the block before hides some; `before` undefined: none is before. */
  cycles(b: number, before: number | undefined): number {
    const hidden = before === undefined ? 0 : this.own(before) - 1;
    return this.own(b) + Math.max(0, this.fe.lengthPrefixCycles * this.lcp[b]! - hidden);
  }
}

/** Cycles of predecoding for each copy of instructions that follow themselves without end, the first at address `pc`. */
export function predecodeRate(fe: FrontEnd, fetched: readonly Fetched[], pc: number): number {
  const bytes = fetched.at(-1)!.last + 1;
  const copies = alignedCopies(bytes, fe.fetchBytes);
  const blocks = new Blocks(fe, (bytes * copies) / fe.fetchBytes);
  for (let c = 0; c < copies; c++) for (const f of fetched) blocks.add(f, (pc % fe.fetchBytes) + c * bytes);
  let total = 0;
  for (let b = 0; b < blocks.blocks; b++) total += blocks.cycles(b, (b + blocks.blocks - 1) % blocks.blocks);
  return total / copies;
}

/** Cycles until each instruction has been predecoded, once, the first at address `pc`. */
export function predecodeEnds(fe: FrontEnd, fetched: readonly Fetched[], pc: number): number[] {
  const bytes = fetched.at(-1)!.last + 1;
  const start = pc % fe.fetchBytes;
  const blocks = new Blocks(fe, Math.ceil((start + bytes) / fe.fetchBytes));
  for (const f of fetched) blocks.add(f, start);
  const upTo: number[] = [];
  for (let b = 0; b < blocks.blocks; b++) upTo[b] = (upTo[b - 1] ?? 0) + blocks.cycles(b, b > 0 ? b - 1 : undefined);
  return fetched.map((f) => upTo[blocks.at(start + f.last)]!);
}

/** Plain arrays: typed ones are slow to make. */
const zeros = (n: number): number[] => new Array<number>(n).fill(0);

/** Copies after which a block of so many bytes stands at the same offset from 16 again. */
export function alignedCopies(bytes: number, unit: number): number {
  let copies = 1;
  while ((bytes * copies) % unit !== 0) copies++;
  return copies;
}

/** Cycles of the decoders per copy of `works` in the long run. */
export function decodeCycles(fe: FrontEnd, works: readonly Work[]): number {
  const state = new Decoders(fe);
  const round = 16;
  let start = 0;
  for (let i = 0; i < 2 * round; i++) {
    if (i === round) start = state.cycles;
    for (const w of works) if (!w.fused) state.take(w);
  }
  return (state.cycles - start) / round;
}

export const cacheWindowBytes = 32;

/**
 * Cycles that the micro-op cache needs beside the one in which a block begins: so many micro-ops a cycle out of one window, and microcode
 * by itself. A block that begins where another fell through shares its first cycle with that, so it counts for loops alone.
 */
export class CacheCycles {
  private cycles = 0;
  private begun = false;
  private fresh = false;
  private left = 0;

  /** Micro-ops a cycle. */
  constructor(private readonly width: number) {}

  clear(): void {
    this.cycles = 0;
    this.begun = false;
  }
  /** `window`: 1 if the instruction begins in another window than the one before; `microcode`: cycles of it after the first. */
  take(window: number, decoded: number, microcode: number): void {
    if (window !== 0) this.fresh = true;
    if (decoded === 0) return;
    if (!this.begun || this.fresh || decoded > this.left) {
      if (this.begun) this.cycles++;
      this.begun = true;
      this.fresh = false;
      this.left = this.width;
    }
    this.left -= decoded;
    if (microcode === 0) return;
    this.cycles += microcode;
    this.left = 0;
  }
  ticks(looped: boolean): number {
    return (this.cycles + (looped ? 1 : 0)) * cycle;
  }
}

/** The block ends with a branch to its own start. */
export function loops(insns: readonly Insn[]): boolean {
  const target = insns.at(-1)?.ops.at(-1);
  return target?.kind === 'rel' && Number(target.target) === insns[0]!.pc;
}

/** The decoders as they fill, an instruction at a time. */
export class Decoders {
  /** Cycles begun. */
  cycles = 0;
  private simpleLeft = 0;

  constructor(private readonly fe: FrontEnd) {}

  take(work: Work): void {
    const { price } = work;
    if (price.complex || work.decoded > 1 || this.simpleLeft === 0) this.begin(work);
    else this.simpleLeft--;
    if (work.insn.row.ends) this.simpleLeft = 0;
  }

  private begin(work: Work): void {
    const { price } = work;
    this.cycles++;
    this.simpleLeft = this.fe.decoders - 1;
    if (price.microcode > 0) {
      this.cycles += Math.ceil(price.microcode / this.fe.microcodeWidth) - 1 + this.fe.microcodeSwitchCycles;
      this.simpleLeft = 0;
    } else if (work.decoded > 1) this.simpleLeft = Math.max(0, Math.min(this.simpleLeft, this.fe.decoders + 1 - work.decoded));
  }
}
