/**
 * The front end of `window` mode: when each instruction has gone through predecoding, decoding or the micro-op cache and stands
 * in the queue before issue. Cycles are integers; instructions come in program order, each asked once.
 *
 * Legacy decoding: 16-byte blocks at real addresses, five instructions a cycle, those that cross a boundary counted in both
 * blocks, three cycles for a length-changing prefix; a queue of instructions; decoders of which the first alone takes complex
 * ones; microcode. The micro-op cache gives six micro-ops a cycle out of one 32-byte window. uiCA (ICS 2022), 4.1.1 to 4.1.3.
 */
import { changesLength, prefixBytes } from './frontend.js';
import type { FrontEnd } from './uarch.js';
import type { Work } from './work.js';

/** Times of the last `size` things, to make a later one wait for the one that many before it. */
export class Ring {
  private readonly times: Float64Array; // whole cycles, which may pass 2^31
  private at = 0;

  constructor(size: number) {
    this.times = new Float64Array(size);
  }

  /** When the thing `size` before the next one left, or before the one `more` later; 0 while there are fewer. */
  oldest(more = 0): number {
    return this.times[(this.at + more) % this.times.length]!;
  }

  push(time: number): void {
    this.times[this.at] = time;
    this.at = this.at + 1 === this.times.length ? 0 : this.at + 1;
  }
}

/** What does not depend on where an instruction stands. */
interface Shape {
  readonly prefix: number;
  readonly lcp: boolean;
}

export class WindowFront {
  // predecoding
  private block = -1;
  private blockCycle = 0; // cycle in which the current group of the block is predecoded
  private blockCount = 0; // instructions predecoded in it
  private blockCycles = 0; // cycles that the block has taken
  private readonly queue: Ring;
  // decoding
  private decodeCycle = 0;
  private simpleLeft = 0;
  // micro-op cache
  private window = -1;
  private cacheLeft = 0;
  private cachedPc = 0;
  private readonly shapes = new WeakMap<Work, Shape>();

  constructor(private readonly fe: FrontEnd, private readonly cached: boolean) {
    this.queue = new Ring(Math.max(1, fe.instructionQueue));
  }

  /** Nothing gets in before `cycle`: the front end starts again after a wrong prediction. */
  restart(cycle: number): void {
    this.blockCycle = Math.max(this.blockCycle, cycle);
    this.decodeCycle = Math.max(this.decodeCycle, cycle);
    this.block = -1;
    this.window = -1;
    this.simpleLeft = 0;
    this.cacheLeft = 0;
  }

  /** The cycle in which the instruction at `pc` is decoded; `room`: before it the queue of micro-ops is full. */
  take(work: Work, pc: number, room: number): number {
    return this.cached && this.fe.uopCacheWidth > 0 ? this.fromCache(work, pc, room) : this.decode(work, this.fe.predecodeWidth > 0 ? this.predecode(work, pc) : 0, room);
  }

  private shapeOf(work: Work): Shape {
    let shape = this.shapes.get(work);
    if (!shape) this.shapes.set(work, (shape = { prefix: prefixBytes(work.insn), lcp: changesLength(work.insn) }));
    return shape;
  }

  private predecode(work: Work, pc: number): number {
    const { fetchBytes, predecodeWidth, lengthPrefixCycles } = this.fe;
    const shape = this.shapeOf(work);
    const last = Math.floor((pc + work.insn.length - 1) / fetchBytes);
    const opcode = Math.floor((pc + shape.prefix) / fetchBytes);
    if (opcode !== last && opcode === this.block) this.place(predecodeWidth);
    if (last !== this.block) {
      const before = this.blockCycles;
      this.block = last;
      this.blockCycle++;
      this.blockCount = 0;
      this.blockCycles = 1;
      this.stall(shape.lcp ? Math.max(0, lengthPrefixCycles - Math.max(0, before - 1)) : 0);
    } else this.stall(shape.lcp ? lengthPrefixCycles : 0);
    this.place(predecodeWidth);
    // a full queue holds the block
    this.blockCycle = Math.max(this.blockCycle, this.queue.oldest());
    return this.blockCycle;
  }

  private stall(cycles: number): void {
    this.blockCycle += cycles;
  }

  private place(width: number): void {
    if (this.blockCount === width) {
      this.blockCycle++;
      this.blockCycles++;
      this.blockCount = 0;
    }
    this.blockCount++;
  }

  private decode(work: Work, predecoded: number, room: number): number {
    const { fe } = this;
    if (work.fused) return this.decodeCycle; // with the instruction before
    const complex = work.price.complex || work.decoded > 1;
    const ready = Math.max(predecoded + 1, room);
    if (complex || this.simpleLeft === 0 || ready > this.decodeCycle) {
      this.decodeCycle = Math.max(this.decodeCycle + 1, ready);
      this.simpleLeft = fe.decoders - 1;
      if (work.price.microcode > 0) {
        this.decodeCycle += Math.ceil(work.price.microcode / fe.microcodeWidth) - 1 + fe.microcodeSwitchCycles;
        this.simpleLeft = 0;
      } else if (work.decoded > 1) this.simpleLeft = Math.max(0, Math.min(this.simpleLeft, fe.decoders + 1 - work.decoded));
    } else this.simpleLeft--;
    if (work.insn.row.ends) this.simpleLeft = 0;
    this.queue.push(this.decodeCycle);
    return this.decodeCycle;
  }

  private fromCache(work: Work, pc: number, room: number): number {
    const window = Math.floor(pc / 32);
    const back = pc < this.cachedPc; // a jump to before starts a cycle of its own
    this.cachedPc = pc;
    if (back || window !== this.window || this.cacheLeft < work.decoded || room > this.decodeCycle) {
      this.decodeCycle = Math.max(this.decodeCycle + 1, room);
      this.window = window;
      this.cacheLeft = this.fe.uopCacheWidth;
    }
    if (work.price.microcode > 0) {
      this.decodeCycle += Math.ceil(work.price.microcode / this.fe.microcodeWidth) + this.fe.microcodeSwitchCycles;
      this.cacheLeft = 0;
    } else this.cacheLeft -= work.decoded;
    return this.decodeCycle;
  }
}
