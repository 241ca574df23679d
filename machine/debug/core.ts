/**
 * A stopped process as an ELF core file, which gdb and delve open: a note of each thread's registers, the process's names, its auxiliary vector and mapped files,
 * and its memory. Linux, fs/binfmt_elf.c; the layouts of notes are elf_prstatus, elf_prpsinfo and user_regs_struct of each architecture.
 *
 * What no page holds is left out of the file, as where Go only reserves: segments say how long they are.
 */
import { EM } from '../../isa/abi/elf.js';
import { gprSlot as armSlot, slots as arm } from '../../isa/arm64/regs.js';
import { GPR, gprSlot, slots } from '../../isa/x86/regs.js';
import type { Task } from '../kernel/task.js';
import type { Look } from './views/look.js';
import { flagsOf, low32 } from './views/registers.js';

const NT = { PRSTATUS: 1, FPREGSET: 2, PRPSINFO: 3, AUXV: 6, FILE: 0x46494c45 } as const;
const [headerBytes, segmentBytes, pageBytes] = [64, 56, 4096];
const prot = { read: 1, write: 2, exec: 4 } as const;

interface Segment {
  readonly start: number;
  readonly bytes: number;
  readonly flags: number;
  /** What of it is in the file. */
  readonly pages: Uint8Array | undefined;
}

/** The core file of the process that is looked at. `first`: the thread that debuggers show first. */
export function coreFile(look: Look, first?: number): Uint8Array {
  const threads = [...look.tasks].sort((a, b) => Number(b.tid === first) - Number(a.tid === first));
  const notes = [
    ...threads.flatMap((task, i) => [note(NT.PRSTATUS, status(look, task)), ...(i === 0 ? [note(NT.PRPSINFO, names(look)), note(NT.AUXV, look.kernel.space(look.process).auxv), note(NT.FILE, files(look))] : []), note(NT.FPREGSET, floating(look, task))]),
  ];
  const segments = segmentsOf(look);
  const noteBytes = notes.reduce((n, b) => n + b.length, 0);
  let at = Math.ceil((headerBytes + segmentBytes * (segments.length + 1) + noteBytes) / pageBytes) * pageBytes;
  const out = new Bytes(at + segments.reduce((n, s) => n + (s.pages?.length ?? 0), 0));
  header(out, look.isArm, segments.length + 1);
  out.segment(4, 4, headerBytes + segmentBytes * (segments.length + 1), 0, noteBytes, 0, 4);
  for (const s of segments) {
    out.segment(1, s.flags, at, s.start, s.pages?.length ?? 0, s.bytes, pageBytes);
    if (s.pages) out.bytes.set(s.pages, at);
    at += s.pages?.length ?? 0;
  }
  for (const b of notes) out.raw(b);
  return out.bytes;
}

/** Little-endian fields one after the other. */
class Bytes {
  readonly bytes: Uint8Array;
  private readonly dv: DataView;
  private at = 0;
  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.dv = new DataView(this.bytes.buffer);
  }
  u16(v: number): this {
    this.dv.setUint16(this.at, v, true);
    this.at += 2;
    return this;
  }
  u32(v: number): this {
    this.dv.setUint32(this.at, v, true);
    this.at += 4;
    return this;
  }
  u64(v: number | bigint): this {
    this.dv.setBigUint64(this.at, BigInt.asUintN(64, BigInt(v)), true);
    this.at += 8;
    return this;
  }
  raw(b: Uint8Array): this {
    this.bytes.set(b, this.at);
    this.at += b.length;
    return this;
  }
  skip(n: number): this {
    this.at += n;
    return this;
  }
  segment(type: number, flags: number, offset: number, address: number, fileBytes: number, bytes: number, align: number): void {
    this.u32(type).u32(flags).u64(offset).u64(address).u64(0).u64(fileBytes).u64(bytes).u64(align);
  }
}

function header(out: Bytes, isArm: boolean, segments: number): void {
  out.raw(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0)).skip(8);
  out.u16(4).u16(isArm ? EM.AARCH64 : EM.X86_64).u32(1).u64(0).u64(headerBytes).u64(0).u32(0).u16(headerBytes).u16(segmentBytes).u16(segments).u16(0).u16(0).u16(0);
}

function note(type: number, body: Uint8Array): Uint8Array {
  const length = Math.ceil(body.length / 4) * 4;
  const out = new Bytes(20 + length);
  out.u32(5).u32(body.length).u32(type).raw(Uint8Array.of(0x43, 0x4f, 0x52, 0x45, 0, 0, 0, 0)); // CORE
  out.raw(body);
  return out.bytes;
}

/** Of user_regs_struct, rax to r15 by their numbers here. */
const amd64Order = [GPR.R15, GPR.R14, GPR.R13, GPR.R12, GPR.RBP, GPR.RBX, GPR.R11, GPR.R10, GPR.R9, GPR.R8, GPR.RAX, GPR.RCX, GPR.RDX, GPR.RSI, GPR.RDI];
/** Selectors of Linux's 64-bit programs. */
const [userCode, userStack] = [0x33, 0x2b];

/** elf_prstatus. */
function status(look: Look, task: Task): Uint8Array {
  const from = look.registersOf(task);
  const out = new Bytes(look.isArm ? 392 : 336);
  const get = (slot: number): bigint => from?.get64(slot) ?? 0n;
  const pc = look.startOf(task)?.pc ?? 0;
  out.skip(32).u32(task.tid).u32(look.process.parent).u32(look.process.group).u32(look.process.session).skip(64);
  const flags = from ? flagsOf(look.machine.config.arch, from) : 0;
  if (look.isArm) {
    for (let i = 0; i < 31; i++) out.u64(get(armSlot(i)));
    out.u64(get(arm.sp)).u64(pc).u64(flags);
  } else {
    for (const r of amd64Order) out.u64(get(gprSlot(r)));
    out.u64(-1).u64(pc).u64(userCode).u64(flags).u64(get(gprSlot(GPR.RSP))).u64(userStack).u64(get(slots.fsBase)).u64(get(slots.gsBase));
  }
  return out.bytes;
}

/** FXSAVE's image, or user_fpsimd_state. */
function floating(look: Look, task: Task): Uint8Array {
  const from = look.registersOf(task);
  const get = (slot: number): bigint => from?.get64(slot) ?? 0n;
  const word = (slot: number): number => Number(low32({ get64: get }, slot));
  if (look.isArm) {
    const out = new Bytes(528);
    for (let i = 0; i < 32; i++) out.u64(get(arm.v + 16 * i)).u64(get(arm.v + 16 * i + 8));
    return out.u32(word(arm.fpsr)).u32(word(arm.fpcr)).bytes;
  }
  const out = new Bytes(512);
  out.u16(word(slots.fcw)).u16(word(slots.fsw)).u16(word(slots.ftw)).u16(word(slots.fop)).u64(get(slots.fip)).u64(get(slots.fdp)).u32(word(slots.mxcsr)).u32(0xffff);
  const top = (word(slots.fsw) >> 11) & 7;
  for (let i = 0; i < 8; i++) out.u64(get(slots.st + 16 * ((top + i) & 7))).u64(get(slots.st + 16 * ((top + i) & 7) + 8) & 0xffffn);
  for (let i = 0; i < 16; i++) out.u64(get(slots.xmm + 16 * i)).u64(get(slots.xmm + 16 * i + 8));
  return out.bytes;
}

const latin1 = (text: string, most: number): Uint8Array => Uint8Array.from(text.slice(0, most), (c) => c.charCodeAt(0));

/** elf_prpsinfo. */
function names(look: Look): Uint8Array {
  const { process: p } = look;
  const out = new Bytes(136);
  out.raw(Uint8Array.of(0, 0x52, 0, 0)).skip(4).u64(0).skip(8).u32(p.pid).u32(p.parent).u32(p.group).u32(p.session); // R
  out.raw(latin1(p.path.slice(p.path.lastIndexOf('/') + 1), 15)).skip(16 - Math.min(15, p.path.length - p.path.lastIndexOf('/') - 1));
  out.raw(latin1(p.argv.join(' '), 79));
  return out.bytes;
}

/** Mapped files: count, page size, for each start, end and offset in pages, then names. */
function files(look: Look): Uint8Array {
  const mapped = look.kernel.space(look.process).areas.all.filter((a) => a.name.startsWith('/'));
  const text = latin1(mapped.map((a) => `${a.name}\0`).join(''), Infinity);
  const out = new Bytes(16 + 24 * mapped.length + text.length);
  out.u64(mapped.length).u64(pageBytes);
  for (const a of mapped) out.u64(a.start).u64(a.end).u64(a.offset / pageBytes);
  return out.raw(text).bytes;
}

/** Memory: areas, cut where pages begin or cease to be there. */
function segmentsOf(look: Look): Segment[] {
  const space = look.kernel.space(look.process);
  const list: Segment[] = [];
  for (const a of space.areas.all) {
    const flags = (a.prot & prot.read ? 4 : 0) | (a.prot & prot.write ? 2 : 0) | (a.prot & prot.exec ? 1 : 0);
    const there = (at: number): boolean => flags !== 0 && (a.object !== 0 || space.pte(at / pageBytes) !== 0);
    for (let at = a.start; at < a.end; ) {
      const held = there(at);
      let end = at + pageBytes;
      if (flags === 0) end = a.end;
      else while (end < a.end && there(end) === held) end += pageBytes;
      list.push({ start: at, bytes: end - at, flags, pages: held ? look.memory.read(at, end - at) : undefined });
      at = end;
    }
  }
  return list;
}
