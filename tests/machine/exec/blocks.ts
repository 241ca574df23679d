/**
 * Blocks against single steps. Stepping runs one instruction at a time with all flags (and agrees with the reference, see
 * ref.ts); blocks leave dead flags out and, with prepared code, fuse pairs and use arms of the main function. Random sequences must end
 * in the same state whichever way they run.
 */
import { arm64Isa } from '../../../isa/arm64/isa.js';
import { profile as armProfile } from '../../../isa/arm64/profile.js';
import { common } from '../../../isa/context.js';
import { isFault, type Isa } from '../../../isa/isa.js';
import { decode } from '../../../isa/x86/decode.js';
import { profile } from '../../../isa/x86/cpuid.js';
import { x86Isa } from '../../../isa/x86/isa.js';
import { slots } from '../../../isa/x86/regs.js';
import { armExamples } from '../../../machine/exec/hot.js';
import type { Engine } from '../../../machine/exec/engine.js';
import type { Pricing } from '../../../machine/exec/pricing.js';
import { prepare, unprepared, type Prepared } from '../../../machine/exec/prepared.js';
import { frameBytes, Pte } from '../../../machine/memory/ram.js';
import type { Random } from '../../helpers/random.js';
import { randomCode } from './ref.js';
import { codeAt, dataAt, machine, type TestSpace } from './space.js';

const dataPages = 4;
const codeBytes = frameBytes;
const most = 40; // instructions run per trial

/** What a trial must know of an instruction set. */
interface Machinery {
  readonly isa: Isa;
  /** The last instruction of a sequence: a system call. */
  readonly last: readonly number[];
  /** Any instruction beside the usual ones. */
  readonly random?: (r: Random) => Uint8Array;
  /** The register that is a stack pointer: aligned. */
  readonly stack: number;
  /** Fills cells that only this instruction set has. */
  readonly own: (dv: DataView, r: Random) => void;
}

export const amd64: Machinery = {
  isa: x86Isa(profile('v2', 1)),
  last: [0x0f, 0x05],
  random: (r) => {
    for (;;) {
      const bytes = randomCode(r);
      const d = decode(bytes, 0, codeAt);
      if (!isFault(d) && d.row.lift && d.row.cls !== 'x87') return bytes.subarray(0, d.length);
    }
  },
  stack: 4,
  own: (dv, r) => {
    dv.setUint32(slots.FP, r.below(512), true);
    dv.setUint32(slots.RF, 0x202, true);
    dv.setUint32(slots.mxcsr, 0x1f80, true);
    dv.setBigUint64(slots.fsBase, BigInt(dataAt + 0x800), true);
    dv.setBigUint64(slots.gsBase, BigInt(dataAt + 0x1400), true);
  },
};

export const arm64: Machinery = {
  isa: arm64Isa(armProfile('v8', 1)),
  last: [0x01, 0x00, 0x00, 0xd4], // SVC #0
  stack: 31,
  own: (dv, r) => dv.setUint32(common.FP, r.below(2) << 8, true),
};

interface Side {
  readonly name: string;
  readonly engine: Engine;
  readonly space: TestSpace;
}

export class Blocks {
  /** What runs in blocks, and what it is compared with. */
  private readonly pairs: readonly (readonly [Side, Side])[];
  private readonly pool: readonly Uint8Array[];

  /** `timed`: also blocks and steps with these prices, whose times must agree as well. */
  constructor(private readonly of: Machinery, timed?: () => Pricing) {
    const cold = unprepared(of.isa);
    const usual = prepare(of.isa);
    const stepped = this.side('steps', cold);
    this.pairs = [[this.side('blocks', cold), stepped], [this.side('prepared blocks', usual), stepped]];
    if (timed) this.pairs = [...this.pairs, ...[cold, usual].map((prepared) => [this.side('timed blocks', prepared, timed()), this.side('timed steps', usual, timed())] as const)];
    this.pool = armExamples(of.isa.arch);
  }

  private side(name: string, prepared: Prepared, pricing?: Pricing): Side {
    const m = machine(new Uint8Array(codeBytes), { isa: this.of.isa, prepared, ...(pricing ? { pricing } : {}) });
    m.space.protect(dataAt + (dataPages - 1) * frameBytes, Pte.R);
    for (let i = dataPages; i < 16; i++) m.space.pages.delete(dataAt / frameBytes + i);
    return { name, engine: m.engine, space: m.space };
  }

  /** Differences of one random sequence; its code is `code`. */
  trial(r: Random): { code: string; differences: string[] } {
    const code = this.sequence(r);
    const seed = r.u64();
    const registers = this.registers(r);
    const differences: string[] = [];
    for (const [side, stepped] of this.pairs) {
      this.load(side, code, registers, seed);
      this.load(stepped, code, registers, seed);
      const state = side.engine.state(0);
      const stop = { ...side.engine.run(0, 48 * most) };
      const steps = stepped.engine.state(0);
      let stopped = false;
      while (!stopped && steps.instructions < state.instructions) stopped = stepped.engine.step(0);
      // a stop that is no instruction's end needs one more step to show
      if (stop.reason !== 'Limit' && !stopped) stepped.engine.step(0);
      const want = { ...stepped.engine.stop };
      if (stop.reason !== 'Limit' && JSON.stringify({ ...want, row: 0 }) !== JSON.stringify({ ...stop, row: 0 })) {
        differences.push(`${side.name}: ${JSON.stringify(stop)}, steps ${JSON.stringify(want)}`);
      }
      const [a, b] = [state.saveAll(), steps.saveAll()];
      if (a.ticks !== b.ticks || a.instructions !== b.instructions) differences.push(`${side.name}: ${a.instructions} instructions in ${a.ticks} ticks, steps ${b.instructions} in ${b.ticks}`);
      if (Buffer.compare(a.timing, b.timing) !== 0) differences.push(`${side.name}: timing cell ${a.timing.findIndex((v, i) => v !== b.timing[i])} differs`);
      for (let i = 0; i < common.end; i++) if (a.registers[i] !== b.registers[i]) differences.push(`${side.name}: context byte ${i} is ${a.registers[i]}, steps ${b.registers[i]}`);
      for (let p = 0; p < dataPages; p++) {
        if (this.page(side, p).compare(this.page(stepped, p)) !== 0) differences.push(`${side.name}: data page ${p}`);
      }
    }
    return { code: Buffer.from(code.subarray(0, 48)).toString('hex'), differences };
  }

  private page(side: Side, p: number): Buffer {
    const at = side.space.host(dataAt + p * frameBytes);
    return Buffer.from(side.space.ram.u8.subarray(at, at + frameBytes));
  }

  /** A page of a few instructions repeated, so that branches out of the sequence land in something like it. */
  private sequence(r: Random): Uint8Array {
    const bytes: number[] = [];
    const n = 2 + r.below(8);
    for (let i = 0; i < n; i++) {
      const insn = this.of.random && r.below(4) === 0 ? this.of.random(r) : r.pick(this.pool);
      bytes.push(...insn);
    }
    bytes.push(...this.of.last);
    const code = new Uint8Array(codeBytes);
    for (let at = 0; at + bytes.length < codeBytes; at += bytes.length) code.set(bytes, at);
    return code;
  }

  private registers(r: Random): Uint8Array {
    const regs = new Uint8Array(common.end);
    const dv = new DataView(regs.buffer);
    for (let i = 0; i < 32; i++) {
      const inData = BigInt(dataAt + r.below(dataPages * frameBytes));
      dv.setBigUint64(common.gpr + 8 * i, i === this.of.stack || r.below(3) ? inData & (r.below(8) ? ~15n : ~0n) : r.below(2) ? BigInt(r.below(64)) : r.u64(), true);
    }
    for (let i = 0; i < 32; i++) dv.setBigUint64(common.vector + 8 * i, r.below(2) ? r.u64() : (BigInt(1010 + r.below(30)) << 52n) | (r.u64() >> 12n), true);
    dv.setBigUint64(common.FR, r.below(3) ? r.u64() : 0n, true);
    dv.setBigUint64(common.FC, r.u64() & 0xc000000000000008n, true);
    this.of.own(dv, r);
    return regs;
  }

  private load(side: Side, code: Uint8Array, registers: Uint8Array, seed: bigint): void {
    const { ram } = side.space;
    const host = side.space.host(codeAt);
    ram.touch(host / frameBytes);
    ram.u8.set(code, host);
    let x = Number(seed & 0xffffffffn) | 1;
    for (let p = 0; p < dataPages; p++) {
      const at = side.space.host(dataAt + p * frameBytes) >> 2;
      for (let i = 0; i < frameBytes / 4; i++) {
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
        ram.i32[at + i] = i & 4 ? x : x & 0xff;
      }
    }
    const state = side.engine.state(0);
    state.load(registers);
    state.pc = codeAt;
    state.entry = codeAt;
    state.ticks = 0;
    state.instructions = 0;
  }
}
