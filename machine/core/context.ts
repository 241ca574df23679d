/**
 * A core's state in linear memory, as generated code and the kernel model share it.
 *
 * Layout from the core's base address: the architectural cells (isa/context.ts and the ISA's `slots`), then the engine's own
 * cells (`engineCells`), then the lookaside. Everything is little-endian and byte-addressed, so AL overlays RAX.
 * The base address is the `ctx` parameter of generated functions; all offsets are immediates there.
 */
import { readFlags, writeFlags } from '../../isa/x86/flags.js';
import { common } from '../../isa/context.js';
import type { Ram } from '../memory/ram.js';

/** The engine's cells, byte offsets from the context's base. Not architectural. */
export const engineCells = {
  /** Where a run stopped: address of a micro-op record. i32 */
  record: common.end,
  /** Budget left, (ticks << 24) - instructions, when generated code returned or called out. i64 */
  left: common.end + 8,
  /** Target of an indirect jump that the hash did not know. i64 */
  target: common.end + 16,
  /** The address space's id, part of the jump hash's key. i32 */
  space: common.end + 24,
  /** 1: the helper that was called found a fault. i32 */
  fault: common.end + 28,
  /** Operands that travel by memory: v128 arguments and results of helpers, accesses across pages, helpers' stores (FXSAVE's is the longest). */
  scratch: common.end + 32,
  /** With caches: data accesses so far, and fetches of code; i32 each, which wrap around. The hierarchy's clocks, and part of its state. */
  accesses: common.end + 32 + 1024,
  fetches: common.end + 32 + 1024 + 4,
  /** With caches: what misses of the block that is running add to its time, ticks. i32 */
  stalled: common.end + 32 + 1024 + 8,
  /** The core's number. i32 */
  core: common.end + 32 + 1024 + 12,
  /** What blocks have counted for reports (exec/tally.ts), i32 each. */
  tally: common.end + 32 + 1024 + 16,
  /** What is taken from the lanes at the end of the block that is running, quarter cycles, when something rare has added to its cost. i32 */
  taken: common.end + 32 + 1024 + 52,
  end: common.end + 32 + 1024 + 64,
} as const;

/** Entry: read tag i64, write tag i64 (-1, which no address has: none), host delta i32; with caches, where the line's and the page's stamps lie, i32 each. */
export const lookaside = { at: 4096, entries: 4096, entryBytes: 32, rtag: 0, wtag: 8, delta: 16, line: 20, page: 24 } as const;
export const contextBytes = lookaside.at + lookaside.entries * lookaside.entryBytes;

const architecturalBytes = common.end;

export interface SavedCore {
  readonly registers: Uint8Array;
  readonly ticks: number;
  readonly instructions: number;
  readonly entry: number;
  readonly done: number;
  /** What misses of the block at `entry` have added so far, where caches are modeled. */
  readonly stalled: number;
  /** Predictor and ready times (timing.ts), and what `detail` has; empty where nothing but blocks' own costs makes time. */
  readonly timing: Uint8Array;
}

/** One core's registers and clocks. Bits are unsigned: get64 gives 0 .. 2^64-1. */
export class CoreState {
  /** The architectural cells. */
  private readonly registers: Uint8Array;

  private readonly timing: Uint8Array;

  /** Local time, 48 a cycle, and instructions executed, as of the last return to TypeScript, which alone needs them: fields are quicker than cells. */
  ticks = 0;
  instructions = 0;
  /** Entry address of the block that pc lies in and how many of its instructions are done; 0: pc is an entry. */
  entry = 0;
  done = 0;

  /** What a core keeps outside linear memory: the simulation of `window` timing. */
  detail: { save(): Uint8Array; load(bytes: Uint8Array): void; drain(): void } | undefined = undefined;

  /** `bytes` of the context: what lies beyond the lookaside are the cells of timing.ts. */
  constructor(private readonly ram: Ram, readonly base: number, bytes = contextBytes) {
    this.registers = ram.u8.subarray(base, base + architecturalBytes);
    this.timing = ram.u8.subarray(base + contextBytes, base + bytes);
  }

  get64(slot: number): bigint {
    return this.ram.dv.getBigUint64(this.base + slot, true);
  }
  set64(slot: number, v: bigint): void {
    this.ram.dv.setBigUint64(this.base + slot, BigInt.asUintN(64, v), true);
  }
  get32(slot: number): number {
    return this.ram.dv.getUint32(this.base + slot, true);
  }
  set32(slot: number, v: number): void {
    this.ram.dv.setUint32(this.base + slot, v, true);
  }
  /** A 64-bit cell as number, exact below 2^53. */
  num(slot: number): number {
    const at = (this.base + slot) >> 2; // cells are aligned, and a core's pc is asked for at every turn
    const { u32 } = this.ram;
    return u32[at + 1]! * 4294967296 + u32[at]!;
  }
  /** A number into a 64-bit cell; negative ones in two's complement. */
  setNum(slot: number, v: number): void {
    const at = this.base + slot;
    this.ram.dv.setUint32(at, v, true); // modulo 2^32
    this.ram.dv.setUint32(at + 4, Math.floor(v / 4294967296), true);
  }

  /** Address of the next instruction. Setting it starts a block there. */
  get pc(): number {
    return this.num(common.pc);
  }
  set pc(v: number) {
    this.setNum(common.pc, v);
    this.done = 0;
  }
  /** RFLAGS as PUSHF shows it. */
  get rflags(): number {
    return readFlags(this.cells);
  }
  set rflags(v: number) {
    writeFlags(this.cells, v);
  }
  private readonly cells = {
    get: (slot: number, bits: number): bigint => (bits === 64 ? this.get64(slot) : BigInt(this.get32(slot))),
    put: (slot: number, bits: number, v: bigint): void => (bits === 64 ? this.set64(slot, v) : this.set32(slot, Number(v))),
  };

  /**
   * The architectural registers as bytes: what a task owns while it does not run. `into`, if it has the size, is overwritten and
   * returned: tasks switch often, and a new array each time would cost more than the rest of a switch.
   */
  save(into?: Uint8Array): Uint8Array {
    if (into?.length !== architecturalBytes) return this.registers.slice();
    into.set(this.registers);
    return into;
  }
  load(image: Uint8Array): void {
    if (image.length !== architecturalBytes) throw new Error(`register image of ${image.length} bytes`);
    this.registers.set(image);
    this.clearMonitor();
    this.done = 0;
  }

  /** What the return from an exception does besides: the exclusive monitor forgets its mark. Arm ARM B2.9.2. */
  clearMonitor(): void {
    this.set64(common.exclusive, 0n);
  }

  private saveTiming(): Uint8Array {
    if (!this.detail) return this.timing.slice();
    const detail = this.detail.save();
    const all = new Uint8Array(this.timing.length + detail.length);
    all.set(this.timing);
    all.set(detail, this.timing.length);
    return all;
  }

  /** Registers, clocks, position and timing: what a snapshot of the machine keeps of a core. */
  saveAll(): SavedCore {
    return { registers: this.save(), ticks: this.ticks, instructions: this.instructions, entry: this.entry, done: this.done, stalled: this.get32(engineCells.stalled), timing: this.saveTiming() };
  }
  loadAll(s: SavedCore): void {
    this.load(s.registers);
    this.timing.set(s.timing.subarray(0, this.timing.length));
    this.detail?.load(s.timing.subarray(this.timing.length));
    this.ram.u8.set(s.registers, this.base);
    this.ticks = s.ticks;
    this.instructions = s.instructions;
    this.entry = s.entry;
    this.done = s.done;
    this.set32(engineCells.stalled, s.stalled);
  }
}
