/**
 * A stopped process as an ELF core file, which gdb and delve open: a note of each thread's registers, the process's names, its auxiliary vector and mapped files,
 * and its memory. Linux, fs/binfmt_elf.c; the layouts of notes are elf_prstatus, elf_prpsinfo and user_regs_struct of each architecture.
 *
 * What no page holds is left out of the file, as where Go only reserves: segments say how long they are.
 */
import type { Task } from '../kernel/task.js';
import { Bytes } from './arch/bytes.js';
import type { Source } from './arch/cells.js';
import type { Look } from './views/look.js';

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
    ...threads.flatMap((task, i) => [note(NT.PRSTATUS, status(look, task)), ...(i === 0 ? [note(NT.PRPSINFO, names(look)), note(NT.AUXV, look.kernel.space(look.process).auxv), note(NT.FILE, files(look))] : []), note(NT.FPREGSET, look.arch.floating(look.registersOf(task) ?? nothing))]),
  ];
  const segments = segmentsOf(look);
  const noteBytes = notes.reduce((n, b) => n + b.length, 0);
  let at = Math.ceil((headerBytes + segmentBytes * (segments.length + 1) + noteBytes) / pageBytes) * pageBytes;
  const out = new Bytes(at + segments.reduce((n, s) => n + (s.pages?.length ?? 0), 0));
  header(out, look.arch.machine, segments.length + 1);
  segment(out, 4, 4, headerBytes + segmentBytes * (segments.length + 1), 0, noteBytes, 0, 4);
  for (const s of segments) {
    segment(out, 1, s.flags, at, s.start, s.pages?.length ?? 0, s.bytes, pageBytes);
    if (s.pages) out.bytes.set(s.pages, at);
    at += s.pages?.length ?? 0;
  }
  for (const b of notes) out.raw(b);
  return out.bytes;
}

function segment(out: Bytes, type: number, flags: number, offset: number, address: number, fileBytes: number, bytes: number, align: number): void {
  out.u32(type).u32(flags).u64(offset).u64(address).u64(0).u64(fileBytes).u64(bytes).u64(align);
}

function header(out: Bytes, machine: number, segments: number): void {
  out.raw(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0)).skip(8);
  out.u16(4).u16(machine).u32(1).u64(0).u64(headerBytes).u64(0).u32(0).u16(headerBytes).u16(segmentBytes).u16(segments).u16(0).u16(0).u16(0);
}

function note(type: number, body: Uint8Array): Uint8Array {
  const length = Math.ceil(body.length / 4) * 4;
  const out = new Bytes(20 + length);
  out.u32(5).u32(body.length).u32(type).raw(Uint8Array.of(0x43, 0x4f, 0x52, 0x45, 0, 0, 0, 0)); // CORE
  out.raw(body);
  return out.bytes;
}

/** What a thread without registers has in them. */
const nothing: Source = { get64: () => 0n };

/** elf_prstatus. */
function status(look: Look, task: Task): Uint8Array {
  const { arch } = look;
  const from = look.registersOf(task);
  const out = new Bytes(arch.statusBytes);
  out.skip(32).u32(task.tid).u32(look.process.parent).u32(look.process.group).u32(look.process.session).skip(64);
  for (const value of arch.status(from ?? nothing, look.startOf(task)?.pc ?? 0, from ? arch.flags(from) : 0)) out.u64(value);
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
