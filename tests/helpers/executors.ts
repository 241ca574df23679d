/** The reference evaluator as an executor of cases, and how two results are compared. */
import { IrBuilder, type Trap } from '../../isa/ir.js';
import { evaluate, type RefState } from '../../isa/ref.js';
import type { Row } from '../../isa/row.js';
import { GuestFault } from '../../isa/soft/index.js';
import { profile, type CpuProfile } from '../../isa/x86/cpuid.js';
import { isFault } from '../../isa/isa.js';
import { decode } from '../../isa/x86/decode.js';
import { readFlags, writeFlags } from '../../isa/x86/flags.js';
import { gprSlot, slots } from '../../isa/x86/regs.js';
import { liftInsn } from '../../isa/x86/semantics.js';
import { fpSlowOf, sseEnv } from '../../isa/soft/sse.js';
import { codeAt, codeBytes, contents, dataAt, dataBytes, expand, fsBase, fxBytes, gsBase, page, writableBytes, type Case, type Executor, type Result, type State } from './state.js';

/** Numbers the processor gives to our traps; those without one stop the run by name. */
const trapNumbers: Partial<Record<Trap, number>> = { divide: 0, breakpoint: 3, undefined: 6, protection: 13, halt: 13, align: 17 };

/** Everything the processor has, so that every lifted row runs. */
export const everything: CpuProfile = { ...profile('v2'), features: new Set([...profile('v2').features, 'BMI1', 'LZCNT', 'CLFLUSHOPT', 'CLWB']) };

/** Addresses from here on are the kernel's: they exist, and are nobody's else. */
const kernelHalf = 0xffff_8000_0000_0000n;

/** A core's cells and the data region, with the permissions of native.c. */
export class TrialState implements RefState {
  readonly cells = new DataView(new ArrayBuffer(slots.end));
  readonly bytes: Uint8Array;
  readonly written = new Set<number>();
  readonly core: number = 0;
  readonly env = () => sseEnv(this);

  constructor(s: State, pc: number, readonly cpu: CpuProfile) {
    this.bytes = contents(s);
    s.gpr.forEach((v, i) => this.cells.setBigUint64(gprSlot(i), v, true));
    this.put(slots.rip, 64, BigInt(pc));
    this.put(slots.fsBase, 64, BigInt(fsBase));
    this.put(slots.gsBase, 64, BigInt(gsBase));
    writeFlags(this, s.flags);
    loadFx(this, s.fx);
  }

  /** What the cells say after the instruction; memory and faults are the executor's. */
  result(trap: number, rip: bigint): Omit<Result, 'address' | 'write' | 'memory'> {
    const gpr = new BigUint64Array(16);
    for (let i = 0; i < 16; i++) gpr[i] = this.cells.getBigUint64(gprSlot(i), true);
    this.put(slots.rip, 64, rip);
    return { trap, rip, gpr, flags: readFlags(this), fx: storeFx(this), cells: new Uint8Array(this.cells.buffer) };
  }

  cycles(): bigint {
    return 0n;
  }
  get(slot: number, bits: number): bigint {
    let v = 0n;
    for (let i = bits / 8 - 1; i >= 0; i--) v = (v << 8n) | BigInt(this.cells.getUint8(slot + i));
    return v;
  }
  put(slot: number, bits: number, value: bigint): void {
    for (let i = 0; i < bits / 8; i++) this.cells.setUint8(slot + i, Number((value >> BigInt(8 * i)) & 0xffn));
  }
  probe(addr: bigint, bytes: number, write: boolean): void {
    if (addr >= kernelHalf) throw new GuestFault('page', addr, write);
    if (addr >= 1n << 47n || addr + BigInt(bytes) > 1n << 47n) throw new GuestFault('protection');
    const end = addr + BigInt(bytes);
    for (let a = addr; a < end; a = (a | BigInt(page - 1)) + 1n) {
      const at = Number(a) - dataAt;
      const code = Number(a) >= codeAt && Number(a) < codeAt + codeBytes;
      if (!code && (at < 0 || at >= (write ? writableBytes : dataBytes))) throw new GuestFault('page', a, write);
    }
  }
  load(addr: bigint, bytes: number): bigint {
    this.probe(addr, bytes, false);
    const at = Number(addr) - dataAt;
    if (at < 0) throw new Error('a case reads its own code');
    let v = 0n;
    for (let i = bytes - 1; i >= 0; i--) v = (v << 8n) | BigInt(this.bytes[at + i]!);
    return v;
  }
  store(addr: bigint, bytes: number, value: bigint): void {
    this.probe(addr, bytes, true);
    const at = Number(addr) - dataAt;
    for (let i = 0; i < bytes; i++) this.bytes[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
    for (let w = at >> 3; w <= (at + bytes - 1) >> 3; w++) this.written.add(w);
  }
}

/** FXSAVE's image into the cells: x87 registers stand there by TOP, in the cells by physical number. */
export function loadFx(st: Pick<RefState, 'get' | 'put'>, fx: Uint8Array): void {
  const dv = new DataView(fx.buffer, fx.byteOffset);
  st.put(slots.fcw, 32, BigInt(dv.getUint16(0, true)));
  st.put(slots.fsw, 32, BigInt(dv.getUint16(2, true)));
  st.put(slots.ftw, 32, BigInt(fx[4]!));
  st.put(slots.mxcsr, 32, BigInt(dv.getUint32(24, true)));
  st.put(slots.fpSlow, 32, BigInt(fpSlowOf(dv.getUint32(24, true))));
  const top = (dv.getUint16(2, true) >> 11) & 7;
  for (let i = 0; i < 8; i++) {
    const at = slots.st + 16 * ((top + i) & 7);
    st.put(at, 64, dv.getBigUint64(32 + 16 * i, true));
    st.put(at + 8, 16, BigInt(dv.getUint16(40 + 16 * i, true)));
  }
  for (let i = 0; i < 32; i++) st.put(slots.xmm + 8 * i, 64, dv.getBigUint64(160 + 8 * i, true));
}

export function storeFx(st: Pick<RefState, 'get' | 'put'>): Uint8Array {
  const fx = new Uint8Array(fxBytes);
  const dv = new DataView(fx.buffer);
  const fsw = Number(st.get(slots.fsw, 16));
  dv.setUint16(0, Number(st.get(slots.fcw, 16)), true);
  dv.setUint16(2, fsw, true);
  fx[4] = Number(st.get(slots.ftw, 8));
  dv.setUint32(24, Number(st.get(slots.mxcsr, 32)), true);
  for (let i = 0; i < 8; i++) {
    const at = slots.st + 16 * (((fsw >> 11) + i) & 7);
    dv.setBigUint64(32 + 16 * i, st.get(at, 64), true);
    dv.setUint16(40 + 16 * i, Number(st.get(at + 8, 16)), true);
  }
  for (let i = 0; i < 32; i++) dv.setBigUint64(160 + 8 * i, st.get(slots.xmm + 8 * i, 64), true);
  return fx;
}

export function refExecutor(cpu: CpuProfile = everything): Executor {
  return { name: 'ref', run: (cases) => cases.map((c) => runRef(c, cpu)) };
}

function runRef(c: Case, cpu: CpuProfile): Result {
  const insn = decode(c.code, 0, c.pc);
  if (isFault(insn)) throw new Error(`${c.form}: ${hex(c.code)} does not decode: ${insn}`);
  const start = expand(c);
  const st = new TrialState(start, c.pc, cpu);
  const b = new IrBuilder();
  liftInsn(b, insn, cpu);
  const unit = b.unit();
  let out = evaluate(unit, st);
  // REP forms give up the core at page boundaries
  for (let turns = 0; out.kind === 'jump' && out.target === BigInt(c.pc) && turns < 16; turns++) out = evaluate(unit, st);
  let trap = -1;
  let rip = BigInt(c.pc);
  if (out.kind === 'next') rip += BigInt(insn.length);
  else if (out.kind === 'jump') rip = out.target;
  else if (out.kind === 'fault') trap = 14;
  else {
    const number = trapNumbers[out.trap];
    if (number === undefined) throw new Error(`${c.form}: stops by name (${out.trap})`);
    trap = number;
  }
  const fault = out.kind === 'fault' ? out : { address: 0n, write: false };
  const first = new DataView(contents(start).buffer);
  const last = new DataView(st.bytes.buffer);
  const memory = [...st.written].sort((x, y) => x - y).filter((w) => last.getBigUint64(8 * w) !== first.getBigUint64(8 * w))
    .map((w): [number, bigint] => [8 * w, last.getBigUint64(8 * w, true)]);
  return { ...st.result(trap, rip), address: fault.address, write: fault.write, memory };
}

const letters: Record<string, number> = { c: 0x001, p: 0x004, a: 0x010, z: 0x040, s: 0x080, o: 0x800 };

/** RFLAGS bits that an instruction leaves undefined, by its row; a shift by exactly one defines OF after all. */
export function undefinedFlags(row: Row, c: Case): number {
  const u = /u=(\w+)/.exec(row.flags)?.[1] ?? '';
  const mask = [...u].reduce((m, letter) => m | letters[letter]!, 0);
  if ((mask & letters['o']!) === 0 || !/^(SH[LR]D?|SAR|RO[LR]|RC[LR]) /.test(row.form)) return mask;
  const count = row.form.endsWith('CL') ? Number(expand(c).gpr[1]! & 63n) : c.code.at(-1)!;
  return (count & (row.form.includes('64') ? 63 : 31)) === 1 ? mask & ~letters['o']! : mask;
}

/** Flags compared: the arithmetic ones and DF. */
const comparedFlags = 0xcd5;

/** Differences between two results of ours, which must not differ in a single bit, or undefined. */
export function exactDifference(row: Row, c: Case, want: Result, got: Result): string | undefined {
  const visible = difference(row, c, want, got, 0);
  if (visible || !want.cells || !got.cells || Buffer.compare(want.cells, got.cells) === 0) return visible;
  const at = want.cells.findIndex((v, i) => v !== got.cells![i]);
  return `cell ${at}: ${hex(want.cells.subarray(at & ~7, (at & ~7) + 8))} / ${hex(got.cells.subarray(at & ~7, (at & ~7) + 8))}`;
}

/** Differences between two results of a case as far as the manual defines them, or undefined. */
export function difference(row: Row, c: Case, want: Result, got: Result, undefinedMask = undefinedFlags(row, c)): string | undefined {
  const diffs: string[] = [];
  const h = (v: bigint | number): string => `0x${v.toString(16)}`;
  // whether bytes that are not selected must have an address is the processor's choice
  if (row.form.startsWith('MASKMOV') && want.trap === 14 && got.trap === -1) return undefined;
  // the host refuses an address that only a segment's base puts into the kernel's half
  if (want.trap === 13 && got.trap === 14 && got.address >= kernelHalf && c.code.some((byte) => byte === 0x64 || byte === 0x65)) return undefined;
  if (want.trap !== got.trap) return `trap ${want.trap} / ${got.trap}`;
  if (want.rip !== got.rip) diffs.push(`rip ${h(want.rip)} / ${h(got.rip)}`);
  if (want.trap === 14 && want.address !== got.address && !manyAccesses.test(row.form)) diffs.push(`fault address ${h(want.address)} / ${h(got.address)}`);
  if (want.trap === 14 && want.write !== got.write) diffs.push(`fault write ${want.write} / ${got.write}`);
  want.gpr.forEach((v, i) => v !== got.gpr[i] && diffs.push(`gpr${i} ${h(v)} / ${h(got.gpr[i]!)}`));
  // a fault in a repeated compare: the manual takes the flags back, AMD's processors keep those of the last element
  const repeated = /^REP.*(CMPS|SCAS)/.test(row.form);
  const mask = want.trap < 0 ? comparedFlags & ~undefinedMask : repeated ? 0x400 : comparedFlags;
  if ((want.flags ^ got.flags) & mask) diffs.push(`flags ${h(want.flags & mask)} / ${h(got.flags & mask)}`);
  const known = row.form.startsWith('FXSAVE') ? ~misalignedSse : -1n;
  const words = (r: Result): string => r.memory.map(([o, v]) => `[${h(o)}]=${h(v & known)}`).join(' ');
  if (words(want) !== words(got)) diffs.push(`memory ${words(want)} / ${words(got)}`);
  // MASKMOVQ may enter MMX mode before its store faults
  const fx = row.form.startsWith('MASKMOVQ') && want.trap >= 0 ? undefined : fxDifference(row, want.fx, got.fx);
  if (fx) diffs.push(fx);
  return diffs.length > 0 ? diffs.join('; ') : undefined;
}

/** Processors choose which byte of these to access first. */
const manyAccesses = /m(14|28|94|108|512)byte|^MASKMOV/;
/** The bit of FXSAVE's MXCSR mask that AMD has and Intel has not. */
const misalignedSse = 1n << 49n;

/** Sticky exception flags of MXCSR and x87 are not modelled, nor C1 where it tells about them; nor are the last x87 instruction's addresses. */
function fxDifference(row: Row, want: Uint8Array, got: Uint8Array): string | undefined {
  const conditions = /^(FXAM|FPREM)/.test(row.form) ? 0x7f : 0x7d;
  const masks = new Map<number, number>([[2, 0], [3, conditions], [24, 0xc0], [28, 0], [29, 0], [30, 0], [31, 0]]);
  for (let i = 0; i < fxBytes; i++) {
    if (i >= 6 && i < 24) continue;
    if (i >= 32 && i < 160 && i % 16 >= 10) continue;
    const mask = masks.get(i) ?? 0xff;
    if ((want[i]! ^ got[i]!) & mask) {
      const from = i < 32 ? i : i & ~15;
      const text = (b: Uint8Array): string => hex(b.subarray(from, from + (i < 32 ? 4 : 16)));
      return `fx+${from} ${text(want)} / ${text(got)}`;
    }
  }
  return undefined;
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
