/**
 * The front end of `window` mode: when each instruction has gone through predecoding, decoding or the micro-op cache and stands
 * in the queue before issue. Cycles are integers; instructions come in program order, each asked once.
 *
 * Legacy decoding: 16-byte blocks at real addresses, five instructions a cycle, those that cross a boundary counted in both
 * blocks, three cycles for a length-changing prefix; a queue of instructions; decoders of which the first alone takes complex
 * ones; microcode. The micro-op cache gives six micro-ops a cycle out of one 32-byte window. uiCA (ICS 2022), 4.1.1 to 4.1.3.
 *
 * The cache's contents, where programs run: lines of six micro-ops, at most three for a window, in sets of eight of which the one
 * used least lately goes (Intel 64 Optimization Reference Manual, 2.6.2). Left out: a window's lines are the same whichever of its
 * instructions is entered first, and unconditional jumps do not end a line.
 */
import type { Step } from './windowStep.js';
import { Ring, type WindowState } from './windowState.js';
import type { FrontEnd } from './uarch.js';
import type { WindowMemory } from './window.js';

/** Where instructions come from: always out of the decoders (unrolled code), always out of the cache (loops), or as programs find it. */
export type Supply = 'decoders' | 'cache' | 'both';

const windowBytes = 32;
const linesPerWindow = 3;
const cacheWays = 8;

const enum F {
  /** Predecoding: the block, the cycle of its current group, how many are in that, cycles that the block has taken. */
  block, blockCycle, blockCount, blockCycles,
  /** Decoding. */
  decodeCycle, simpleLeft,
  /** Micro-op cache: the window, micro-ops left in the cycle, where the next instruction is if nothing jumps. */
  window, cacheLeft, nextPc,
  /** The line of the window, micro-ops in it, and whether the cache has it. */
  line, lineUops, hit,
  /** The line of memory that bytes came from last; -1: none, or others may have been wanted since. */
  bytesLine,
  count,
}

export class WindowFront {
  private readonly s: Float64Array;
  private readonly queue: Ring;
  /** Lines by set, the one used last first: window * 4 + line. */
  private readonly tags: Float64Array;
  private readonly sets: number;

  constructor(state: WindowState, private readonly fe: FrontEnd, private readonly supply: Supply, private readonly takenCycles: number, private readonly memory: WindowMemory | undefined) {
    this.s = state.f64(F.count);
    this.queue = new Ring(state, Math.max(1, fe.instructionQueue));
    this.sets = supply === 'both' ? Math.floor(fe.uopCacheLines / cacheWays) : 0;
    this.tags = state.f64(this.sets * cacheWays).fill(-1);
    this.s[F.block] = this.s[F.window] = this.s[F.bytesLine] = -1;
  }

  /** Nothing gets in before `cycle`: the front end starts again after a wrong prediction. */
  restart(cycle: number): void {
    const { s } = this;
    s[F.blockCycle] = Math.max(s[F.blockCycle]!, cycle);
    s[F.decodeCycle] = Math.max(s[F.decodeCycle]!, cycle);
    s[F.block] = -1;
    s[F.window] = -1;
    s[F.bytesLine] = -1;
    s[F.simpleLeft] = 0;
    s[F.cacheLeft] = 0;
  }

  /** The cycle in which the instruction at `pc` is decoded; `room`: before it the queue of micro-ops is full. */
  take(step: Step, pc: number, room: number): number {
    const { fe, supply } = this;
    if (supply === 'both') return this.find(step, pc, room);
    return supply === 'cache' && fe.uopCacheWidth > 0 ? this.fromCache(step, pc, room, pc < this.s[F.nextPc]!) : this.fromBytes(step, pc, room);
  }

  private fromBytes(step: Step, pc: number, room: number): number {
    if (this.memory) this.fetch(this.memory, pc, step.length);
    return this.decode(step, this.fe.predecodeWidth > 0 ? this.predecode(step, pc) : 0, room);
  }

  /** Brings the lines that the instruction's bytes lie in. */
  private fetch(memory: WindowMemory, pc: number, length: number): void {
    const { s, fe } = this;
    const last = Math.floor((pc + length - 1) / memory.codeLineBytes);
    if (last === s[F.bytesLine]) return;
    const clock = fe.predecodeWidth > 0 ? F.blockCycle : F.decodeCycle;
    for (let line = Math.floor(pc / memory.codeLineBytes); line <= last; line++) {
      if (line === s[F.bytesLine]) continue;
      s[clock]! += memory.fetchCycles(line * memory.codeLineBytes, s[clock]!);
      s[F.bytesLine] = line;
    }
  }

  /** Out of the cache if it has the line; otherwise decoded, and kept there. */
  private find(step: Step, pc: number, room: number): number {
    const { s, fe } = this;
    const jumped = pc !== s[F.nextPc];
    s[F.nextPc] = pc + step.length;
    if (jumped) {
      s[F.simpleLeft] = 0;
      if (s[F.block] !== -1) {
        s[F.block] = -1;
        s[F.blockCycle]! += this.takenCycles;
      }
    }
    if (this.sets === 0) return this.fromBytes(step, pc, room);
    const window = Math.floor(pc / windowBytes);
    const fresh = jumped || window !== s[F.window];
    if (fresh) this.begin(window, 0);
    else if (s[F.lineUops]! + step.decoded > fe.uopCacheWidth) this.begin(window, s[F.line]! + 1);
    s[F.lineUops]! += step.decoded;
    if (s[F.hit] === 1) {
      s[F.block] = s[F.bytesLine] = -1; // predecoding begins anew when it is needed again
      const at = this.fromCache(step, pc, room, jumped);
      s[F.blockCycle] = Math.max(s[F.blockCycle]!, at);
      return at;
    }
    s[F.window] = window;
    s[F.cacheLeft] = 0;
    return this.fromBytes(step, pc, room);
  }

  /** A line begins. Once one of a window is missing, the decoders have the window's rest, and the cache keeps what they make. */
  private begin(window: number, line: number): void {
    const { s, tags } = this;
    const before = line > 0 && s[F.hit] === 0;
    s[F.line] = line;
    s[F.lineUops] = 0;
    s[F.hit] = 0;
    if (line >= linesPerWindow) return;
    const tag = window * 4 + line;
    const first = (window % this.sets) * cacheWays;
    let way = 0;
    while (way < cacheWays && tags[first + way] !== tag) way++;
    if (way < cacheWays && !before) s[F.hit] = 1;
    tags.copyWithin(first + 1, first, first + Math.min(way, cacheWays - 1));
    tags[first] = tag;
  }

  private predecode(step: Step, pc: number): number {
    const { s } = this;
    const { fetchBytes, predecodeWidth, lengthPrefixCycles } = this.fe;
    const last = Math.floor((pc + step.length - 1) / fetchBytes);
    const opcode = Math.floor((pc + step.prefix) / fetchBytes);
    if (opcode !== last && opcode === s[F.block]) this.place(predecodeWidth);
    if (last !== s[F.block]) {
      const before = s[F.blockCycles]!;
      s[F.block] = last;
      s[F.blockCycle]!++;
      s[F.blockCount] = 0;
      s[F.blockCycles] = 1;
      if (step.lcp) s[F.blockCycle]! += Math.max(0, lengthPrefixCycles - Math.max(0, before - 1));
    } else if (step.lcp) s[F.blockCycle]! += lengthPrefixCycles;
    this.place(predecodeWidth);
    // a full queue holds the block
    return (s[F.blockCycle] = Math.max(s[F.blockCycle]!, this.queue.oldest()));
  }

  private place(width: number): void {
    const { s } = this;
    if (s[F.blockCount] === width) {
      s[F.blockCycle]!++;
      s[F.blockCycles]!++;
      s[F.blockCount] = 0;
    }
    s[F.blockCount]!++;
  }

  private decode(step: Step, predecoded: number, room: number): number {
    const { fe, s } = this;
    if (step.fused) return s[F.decodeCycle]!; // with the instruction before
    const ready = Math.max(predecoded + 1, room);
    if (step.complex || s[F.simpleLeft] === 0 || ready > s[F.decodeCycle]!) {
      s[F.decodeCycle] = Math.max(s[F.decodeCycle]! + 1, ready);
      s[F.simpleLeft] = fe.decoders - 1;
      if (step.microcode > 0) {
        s[F.decodeCycle]! += Math.ceil(step.microcode / fe.microcodeWidth) - 1 + fe.microcodeSwitchCycles;
        s[F.simpleLeft] = 0;
      } else if (step.decoded > 1) s[F.simpleLeft] = Math.max(0, Math.min(s[F.simpleLeft]!, fe.decoders + 1 - step.decoded));
    } else s[F.simpleLeft]!--;
    if (step.ends && fe.predecodeWidth > 0) s[F.simpleLeft] = 0;
    this.queue.push(s[F.decodeCycle]!);
    return s[F.decodeCycle]!;
  }

  /** `jumped`: what is taken comes in a cycle of its own. */
  private fromCache(step: Step, pc: number, room: number, jumped: boolean): number {
    const { s, fe } = this;
    const window = Math.floor(pc / windowBytes);
    if (this.supply === 'cache') s[F.nextPc] = pc;
    if (jumped || window !== s[F.window] || s[F.cacheLeft]! < step.decoded || room > s[F.decodeCycle]!) {
      s[F.decodeCycle] = Math.max(s[F.decodeCycle]! + 1, room);
      s[F.window] = window;
      s[F.cacheLeft] = fe.uopCacheWidth;
    }
    if (step.microcode > 0) {
      s[F.decodeCycle]! += Math.ceil(step.microcode / fe.microcodeWidth) - 1 + fe.microcodeSwitchCycles; // its first come out of the cache
      s[F.cacheLeft] = 0;
    } else s[F.cacheLeft]! -= step.decoded;
    return s[F.decodeCycle]!;
  }
}
