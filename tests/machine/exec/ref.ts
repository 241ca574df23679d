/**
 * Tier 0 against the reference evaluator: instructions of random bytes, from random states. Both must agree on every byte
 * of the context, on memory, and on how the instruction ended.
 */
import { IrBuilder } from '../../../isa/ir.js';
import type { Insn, MemOperand } from '../../../isa/row.js';
import { evaluate, type Outcome, type RefState } from '../../../isa/ref.js';
import { GuestFault } from '../../../isa/soft/index.js';
import { sseEnv } from '../../../isa/soft/sse.js';
import { profile, type CpuProfile } from '../../../isa/x86/cpuid.js';
import { isFault } from '../../../isa/isa.js';
import { decode } from '../../../isa/x86/decode.js';
import { gprSlot, slots } from '../../../isa/x86/regs.js';
import { liftInsn } from '../../../isa/x86/semantics.js';
import type { Engine } from '../../../machine/exec/engine.js';
import { frameBytes, Pte } from '../../../machine/memory/ram.js';
import type { Random } from '../../helpers/random.js';
import { codeAt, dataAt, machine, type TestSpace } from './space.js';

export const dataPages = 4;
const cpu: CpuProfile = profile('v2', 1);

/** The reference's side: copies of the context and of the data pages. */
class Copy implements RefState {
  readonly core = 0;
  readonly cpu = cpu;
  readonly env = () => sseEnv(this);
  constructor(
    readonly regs: Uint8Array,
    readonly data: Uint8Array,
    private readonly space: TestSpace,
  ) {}

  private bytes(from: Uint8Array, at: number, n: number): bigint {
    let v = 0n;
    for (let i = n - 1; i >= 0; i--) v = (v << 8n) | BigInt(from[at + i]!);
    return v;
  }
  private setBytes(to: Uint8Array, at: number, n: number, v: bigint): void {
    for (let i = 0; i < n; i++, v >>= 8n) to[at + i] = Number(v & 0xffn);
  }
  get(slot: number, bits: number): bigint {
    return this.bytes(this.regs, slot, bits / 8);
  }
  put(slot: number, bits: number, v: bigint): void {
    this.setBytes(this.regs, slot, bits / 8, v);
  }
  probe(addr: bigint, bytes: number, write: boolean): void {
    const end = addr + BigInt(bytes) - 1n;
    for (const at of addr >> 12n === end >> 12n ? [addr] : [addr, (end >> 12n) << 12n]) {
      const half = BigInt.asIntN(64, at);
      if (half < 0n && half >= -(1n << 47n)) throw new GuestFault('page', half, write); // the kernel's half
      if (half < 0n || at >= 1n << 47n) throw new GuestFault('protection', at);
      const pte = this.space.pte(Number(at >> 12n));
      if ((pte & (write ? Pte.W : Pte.R)) === 0) throw new GuestFault('page', at, write);
    }
  }
  load(addr: bigint, bytes: number): bigint {
    this.probe(addr, bytes, false);
    return this.bytes(this.data, Number(addr) - dataAt, bytes);
  }
  store(addr: bigint, bytes: number, v: bigint): void {
    this.probe(addr, bytes, true);
    this.setBytes(this.data, Number(addr) - dataAt, bytes, v);
  }
  cycles(): bigint {
    return 0n;
  }
}

export interface Trial {
  readonly insn: Insn;
  readonly text: string;
  /** Empty: both agree. */
  readonly differences: string[];
}

/** One machine for many trials; each starts with all decoded code dropped. */
export class Bench {
  private readonly engine: Engine;
  private readonly space: TestSpace;

  constructor() {
    const m = machine('90');
    this.engine = m.engine;
    this.space = m.space;
    // the last data page cannot be written, and nothing is mapped behind it
    for (let i = 0; i < 16; i++) if (i >= dataPages) m.space.pages.delete(dataAt / frameBytes + i);
    m.space.protect(dataAt + (dataPages - 1) * frameBytes, Pte.R);
    m.space.protect(codeAt, Pte.X); // loads must not find code: the reference has data only
  }

  /** The instruction that `bytes` begin with, or undefined. */
  decode(bytes: Uint8Array): Insn | undefined {
    const d = decode(bytes, 0, codeAt);
    return isFault(d) || !d.row.lift ? undefined : d;
  }

  trial(r: Random, bytes: Uint8Array, insn: Insn): Trial {
    const state = this.engine.state(0);
    const { ram } = this.space;
    const host = this.space.host(codeAt);
    ram.touch(host / frameBytes);
    ram.u8.set(bytes.subarray(0, insn.length), host);

    const regs = new Uint8Array(slots.end);
    this.fillRegisters(r, regs, insn);
    state.load(regs);
    state.pc = codeAt;
    state.ticks = 0;
    const data = new Uint8Array(dataPages * frameBytes);
    const seed = Number(r.u64() & 0xffffffn);
    for (let i = 0; i < data.length; i++) data[i] = ((i * 2654435761 + seed) >>> 13) & (i & 64 ? 255 : 127);
    for (let p = 0; p < dataPages; p++) ram.u8.set(data.subarray(p * frameBytes, (p + 1) * frameBytes), this.space.host(dataAt + p * frameBytes));

    const copy = new Copy(state.save(), data, this.space);
    const b = new IrBuilder();
    liftInsn(b, insn, cpu);
    const wanted = evaluate(b.unit(), copy);
    const stopped = this.engine.step(0);
    const { stop } = this.engine;
    const got = stopped ? `${stop.reason}${stop.reason === 'PageFault' ? ` ${stop.va.toString(16)} ${stop.access}` : ''}` : `on ${state.pc.toString(16)}`;

    const differences: string[] = [];
    const want = describe(wanted, insn);
    if (want !== got) differences.push(`ended: reference ${want}, tier 0 ${got}`);
    const after = state.save();
    for (let i = 0; i < slots.end; i++) {
      if (i >= slots.rip && i < slots.rip + 8) continue;
      if (after[i] !== copy.regs[i]) differences.push(`context byte ${i}: reference ${copy.regs[i]}, tier 0 ${after[i]}`);
    }
    for (let p = 0; p < dataPages; p++) {
      const at = this.space.host(dataAt + p * frameBytes);
      const same = Buffer.compare(Buffer.from(ram.u8.subarray(at, at + frameBytes)), Buffer.from(data.subarray(p * frameBytes, (p + 1) * frameBytes))) === 0;
      if (!same) differences.push(`data page ${p}`);
    }
    return { insn, text: [...bytes.subarray(0, insn.length)].map((v) => v.toString(16).padStart(2, '0')).join(' ') + ` ${insn.row.form}`, differences };
  }

  private fillRegisters(r: Random, regs: Uint8Array, insn: Insn): void {
    const dv = new DataView(regs.buffer);
    for (let i = 0; i < 16; i++) dv.setBigUint64(gprSlot(i), value(r), true);
    for (let i = 0; i < 32; i++) dv.setBigUint64(slots.xmm + 8 * i, floatBits(r), true);
    dv.setBigUint64(slots.FR, r.below(3) ? value(r) : 0n, true);
    dv.setBigUint64(slots.FC, r.u64() & 0xc000000000000008n, true);
    dv.setUint32(slots.FP, r.below(512), true);
    dv.setUint32(slots.RF, 0x202 | (r.below(8) === 0 ? 0x400 : 0), true);
    dv.setBigUint64(slots.fsBase, BigInt(dataAt + 0x800), true);
    dv.setBigUint64(slots.gsBase, BigInt(dataAt + 0x1400), true);
    const slow = r.below(6) === 0;
    const mxcsr = 0x1f80 | (slow ? (1 + r.below(3)) << 13 : 0) | (slow && r.below(2) ? 0x8040 : 0);
    dv.setUint32(slots.mxcsr, mxcsr, true);
    dv.setUint32(slots.fpSlow, slow ? 1 : 0, true);
    dv.setUint32(slots.fcw, 0x37f, true);
    dv.setUint32(slots.ftw, 0xff, true);
    for (let i = 0; i < 8; i++) {
      dv.setBigUint64(slots.st + 16 * i, r.u64() | (1n << 63n), true);
      dv.setUint16(slots.st + 16 * i + 8, 16383 - 8 + r.below(40) + (r.below(2) << 15), true);
    }
    // stack, string pointers and counts that lead somewhere; then the memory operand's registers
    const inData = (): bigint => BigInt(dataAt + (r.below(5) === 0 ? r.below(dataPages * frameBytes + 64) : 0x100 + 16 * r.below(0xe0)));
    dv.setBigUint64(gprSlot(4), inData() & (r.below(4) ? ~7n : ~0n), true);
    if (/MOVS|STOS|LODS|CMPS|SCAS/.test(insn.row.form) && !/x/.test(insn.row.form)) {
      dv.setBigUint64(gprSlot(6), inData(), true);
      dv.setBigUint64(gprSlot(7), inData(), true);
      dv.setBigUint64(gprSlot(1), BigInt(r.below(40)), true);
    }
    const mem = insn.ops.find((op): op is MemOperand => op.kind === 'mem');
    if (mem) this.aim(r, dv, mem, inData());
    if (r.below(2) === 0 && /^I?DIV/.test(insn.row.form)) dv.setBigUint64(gprSlot(2), r.pick([0n, 0n, 0xffffffffffffffffn, 1n]), true);
  }

  /** Sets base and index so that the operand's address is `to`, where that can be. */
  private aim(r: Random, dv: DataView, m: MemOperand, to: bigint): void {
    const seg = m.seg === 'fs' ? BigInt(dataAt + 0x800) : m.seg === 'gs' ? BigInt(dataAt + 0x1400) : 0n;
    let rest = to - seg - (m.disp as bigint);
    if (m.index) {
      const i = BigInt(r.below(64));
      dv.setBigUint64(m.index.slot as number, i, true);
      rest -= i * BigInt(m.scale);
      if (m.base?.slot === m.index.slot) return;
    }
    if (m.base) dv.setBigUint64(m.base.slot as number, BigInt.asUintN(64, rest), true);
  }
}

function describe(o: Outcome, insn: Insn): string {
  const reasons = { syscall: 'Syscall', divide: 'Divide', undefined: 'Undefined', breakpoint: 'Breakpoint', halt: 'Halt', protection: 'Protection', unimplemented: 'Unimplemented', align: 'Align' };
  switch (o.kind) {
    case 'next': return `on ${(insn.pc + insn.length).toString(16)}`;
    case 'jump': return `on ${Number(o.target).toString(16)}`;
    case 'trap': return reasons[o.trap];
    case 'fault': return `PageFault ${o.address.toString(16)} ${o.write ? 'write' : 'read'}`;
  }
}

function value(r: Random): bigint {
  switch (r.below(6)) {
    case 0: return BigInt(r.below(40));
    case 1: return BigInt.asUintN(64, -BigInt(r.below(40)));
    case 2: return BigInt.asUintN(64, (1n << BigInt(r.below(64))) - BigInt(r.below(2)));
    case 3: return r.u64() & 0xffffffffn;
    default: return r.u64();
  }
}

const doubles = [0n, 1n << 63n, 0x3ff0000000000000n, 0x7ff0000000000000n, 0xfff0000000000000n, 0x7ff8000000000001n, 0x7ff0000000000123n, 1n, 0xc1e0000000000000n, 0x43e0000000000000n, 0x7f8000003f800000n, 0x7fa0000100000001n];
function floatBits(r: Random): bigint {
  switch (r.below(4)) {
    case 0: return r.pick(doubles);
    case 1: return (BigInt(r.below(2)) << 63n) | (BigInt(1015 + r.below(20)) << 52n) | (r.u64() >> 12n);
    case 2: return ((r.u64() & 0x807fffff807fffffn) | (BigInt(120 + r.below(20)) << 23n) | (BigInt(120 + r.below(20)) << 55n));
    default: return r.u64();
  }
}

const prefixes = [[], [], [], [0x48], [0x48], [0x66], [0xf2], [0xf3], [0x41], [0x4c], [0x67], [0x64], [0xf0], [0x66, 0x48], [0xf3, 0x48], [0xf2, 0x4f]];

/** Bytes that are an instruction more often than not: a few prefixes, an opcode map, and the rest at random. */
export function randomCode(r: Random): Uint8Array {
  const bytes = [...r.pick(prefixes)];
  const map = r.below(10);
  if (map >= 4) bytes.push(0x0f);
  if (map === 8) bytes.push(0x38);
  if (map === 9) bytes.push(0x3a);
  while (bytes.length < 15) bytes.push(r.below(256));
  return Uint8Array.from(bytes);
}
