/** The reference evaluator and tier 0 as executors of arm64 cases, and how results are compared. */
import { readNzcv, writeNzcv } from '../../../isa/arm64/flags.js';
import { arm64Isa } from '../../../isa/arm64/isa.js';
import { hwcap, profile, type ArmProfile } from '../../../isa/arm64/profile.js';
import { slots } from '../../../isa/arm64/regs.js';
import { common } from '../../../isa/context.js';
import { IrBuilder, type Trap } from '../../../isa/ir.js';
import { evaluate, type RefState } from '../../../isa/ref.js';
import { GuestFault } from '../../../isa/soft/index.js';
import { Engine } from '../../../machine/exec/engine.js';
import type { Reason } from '../../../machine/exec/stop.js';
import { frameBytes, Pte, Ram, type PageTable } from '../../../machine/memory/ram.js';
import { background, brk, bytesOf, codeAt, codeBytes, dataAt, dataBytes, insnOf, pc, writableBytes, type Case, type Executor, type Result } from './cases.js';

/** Everything that rows ask for. */
export const everything: ArmProfile = { ...profile('v8', 1), features: new Set(Object.keys(hwcap)) };

const signals = { ill: 4, trap: 5, bus: 7, segv: 11 } as const;
const trapSignals: Partial<Record<Trap, number>> = { undefined: signals.ill, breakpoint: signals.trap, align: signals.bus, protection: signals.segv };
const reasonSignals: Partial<Record<Reason, number>> = { Undefined: signals.ill, Breakpoint: signals.trap, Align: signals.bus, Protection: signals.segv, PageFault: signals.segv };

const memoryAtStart = new Uint8Array(new BigUint64Array(Array.from({ length: dataBytes / 8 }, (_, i) => background(i))).buffer);
/** What surrounds the instruction of a case: programs may read it, as literals do, but not write it. */
const codeAtStart = new Uint8Array(new Uint32Array(codeBytes / 4).fill(brk).buffer);
const user = 1n << 47n;
/** An address without its tag. */
const plainAddress = (a: bigint): bigint => BigInt.asUintN(64, BigInt.asIntN(56, a));

class Cells {
  readonly dv: DataView;
  constructor(readonly bytes: Uint8Array) {
    this.dv = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get64 = (slot: number): bigint => this.dv.getBigUint64(slot, true);
  set64 = (slot: number, v: bigint): void => this.dv.setBigUint64(slot, v, true);
}

/** The core context of a case. */
function contextOf(c: Case): Cells {
  const cells = new Cells(new Uint8Array(common.end));
  c.x.forEach((v, i) => cells.set64(slots.gpr + 8 * i, v));
  c.v.forEach((v, i) => cells.set64(slots.v + 8 * i, v));
  cells.set64(slots.pc, BigInt(pc));
  writeNzcv(cells, (c.nzcv << 28) >>> 0);
  cells.dv.setUint32(slots.fpcr, c.fpcr, true);
  cells.dv.setUint32(slots.fpSlow, c.fpcr, true);
  return cells;
}

function resultOf(cells: Cells, memory: Uint8Array, signal: number, at: bigint, address: bigint): Result {
  const [now, then] = [new DataView(memory.buffer, memory.byteOffset), new DataView(memoryAtStart.buffer)];
  const changed: [number, bigint][] = [];
  for (let i = 0; i < writableBytes; i += 8) if (now.getBigUint64(i, true) !== then.getBigUint64(i, true)) changed.push([i, now.getBigUint64(i, true)]);
  return {
    signal, pc: at, address, memory: changed, nzcv: readNzcv(cells) >>> 28,
    x: Array.from({ length: 32 }, (_, i) => cells.get64(slots.gpr + 8 * i)), v: Array.from({ length: 64 }, (_, i) => cells.get64(slots.v + 8 * i)),
  };
}

function littleEndian(bytes: Uint8Array, at: number, n: number): bigint {
  let v = 0n;
  for (let i = n - 1; i >= 0; i--) v = (v << 8n) | BigInt(bytes[at + i]!);
  return v;
}
function put(bytes: Uint8Array, at: number, n: number, v: bigint): void {
  for (let i = 0; i < n; i++, v >>= 8n) bytes[at + i] = Number(v & 0xffn);
}

class RefCore implements RefState {
  readonly core = 0;
  readonly memory = memoryAtStart.slice();
  readonly code = codeAtStart.slice();
  constructor(readonly cells: Cells, readonly cpu: ArmProfile, word: number) {
    this.code.set(bytesOf(word), pc - codeAt);
  }
  env = () => arm64Isa(this.cpu).env(this);
  cycles = (): bigint => 0n;
  get = (slot: number, bits: number): bigint => littleEndian(this.cells.bytes, slot, bits / 8);
  put = (slot: number, bits: number, v: bigint): void => put(this.cells.bytes, slot, bits / 8, v);
  probe(tagged: bigint, bytes: number, write: boolean): void {
    const addr = plainAddress(tagged);
    for (const a of [addr, addr + BigInt(bytes) - 1n]) {
      if (a >= user) throw new GuestFault('protection', a);
      const at = Number(a) - dataAt;
      const code = Number(a) - codeAt;
      if (!write && code >= 0 && code < codeBytes) continue;
      if (at < 0 || at >= (write ? writableBytes : dataBytes)) throw new GuestFault('page', a, write);
    }
  }
  load(addr: bigint, bytes: number): bigint {
    this.probe(addr, bytes, false);
    const at = Number(plainAddress(addr));
    return at >= dataAt ? littleEndian(this.memory, at - dataAt, bytes) : littleEndian(this.code, at - codeAt, bytes);
  }
  store(addr: bigint, bytes: number, v: bigint): void {
    this.probe(addr, bytes, true);
    put(this.memory, Number(plainAddress(addr)) - dataAt, bytes, v);
  }
}

export function refExecutor(cpu: ArmProfile = everything): Executor {
  const isa = arm64Isa(cpu);
  const one = (c: Case): Result => {
    const st = new RefCore(contextOf(c), cpu, c.word);
    const b = new IrBuilder();
    isa.lift(b, insnOf(c));
    const out = evaluate(b.unit(), st);
    const done = (signal: number, at: bigint, address = 0n): Result => resultOf(st.cells, st.memory, signal, at, address);
    switch (out.kind) {
      case 'next': return done(0, BigInt(pc + 4));
      case 'jump': return done(0, out.target);
      case 'fault': return done(signals.segv, BigInt(pc), out.address);
      case 'trap': return done(trapSignals[out.trap] ?? -1, BigInt(pc));
    }
  };
  return { name: 'ref', run: (cases) => cases.map(one) };
}

/** Tier 0: one core, one small address space, one instruction a case. */
export function engineExecutor(cpu: ArmProfile = everything): Executor {
  const ram = new Ram(64 * frameBytes);
  const engine = new Engine(ram, { cores: 1, grain: 'insn', isa: arm64Isa(cpu) });
  const pages = new Map<number, number>();
  const map = (at: number, bytes: number, flags: (offset: number) => number): number[] =>
    Array.from({ length: bytes / frameBytes }, (_, i) => {
      const frame = ram.allocFrame();
      pages.set(at / frameBytes + i, frame * 256 + flags(i * frameBytes));
      return frame;
    });
  const code = map(codeAt, codeBytes, () => Pte.R | Pte.X);
  const data = map(dataAt, dataBytes, (offset) => Pte.R | (offset < writableBytes ? Pte.W : 0));
  const space: PageTable = { id: 1, pte: (vpn) => pages.get(vpn) ?? 0 };
  engine.setSpace(0, space);
  const state = engine.state(0);
  code.forEach((f, i) => ram.u8.set(codeAtStart.subarray(i * frameBytes, (i + 1) * frameBytes), f * frameBytes));
  const one = (c: Case): Result => {
    const frame = code[(pc - codeAt) / frameBytes]!;
    ram.touch(frame);
    ram.u8.set(bytesOf(c.word), frame * frameBytes);
    data.forEach((f, i) => {
      ram.touch(f);
      ram.u8.set(memoryAtStart.subarray(i * frameBytes, (i + 1) * frameBytes), f * frameBytes);
    });
    state.load(contextOf(c).bytes);
    const stopped = engine.step(0);
    const memory = new Uint8Array(dataBytes);
    data.forEach((f, i) => memory.set(ram.u8.subarray(f * frameBytes, (f + 1) * frameBytes), i * frameBytes));
    const signal = stopped ? (reasonSignals[engine.stop.reason] ?? -1) : 0;
    return resultOf(new Cells(state.save()), memory, signal, state.get64(slots.pc), engine.stop.reason === 'PageFault' ? BigInt(engine.stop.va) : 0n);
  };
  return { name: 'tier 0', run: (cases) => cases.map(one) };
}

/** Where two results differ, or undefined. */
export function difference(want: Result, got: Result): string | undefined {
  const h = (v: bigint | number): string => `0x${v.toString(16)}`;
  if (want.signal !== got.signal) return `signal ${want.signal} / ${got.signal}`;
  const diffs: string[] = [];
  if (want.pc !== got.pc) diffs.push(`pc ${h(want.pc)} / ${h(got.pc)}`);
  if (want.nzcv !== got.nzcv) diffs.push(`nzcv ${want.nzcv} / ${got.nzcv}`);
  want.x.forEach((v, i) => v !== got.x[i] && diffs.push(`x${i} ${h(v)} / ${h(got.x[i]!)}`));
  want.v.forEach((v, i) => v !== got.v[i] && diffs.push(`v${i >> 1}.${i & 1} ${h(v)} / ${h(got.v[i]!)}`));
  const words = (r: Result): string => r.memory.map(([o, v]) => `[${h(o)}]=${h(v)}`).join(' ');
  if (words(want) !== words(got)) diffs.push(`memory ${words(want)} / ${words(got)}`);
  return diffs.length > 0 ? diffs.join('; ') : undefined;
}
