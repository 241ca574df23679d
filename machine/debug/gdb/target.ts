/** Registers as gdb numbers them: the description that it is given (target.xml), and a thread's registers in that order. GDB manual, appendix G. */
import { gprSlot as armSlot, slots as arm } from '../../../isa/arm64/regs.js';
import { gprSlot, slots } from '../../../isa/x86/regs.js';
import type { Arch } from '../../config.js';
import { low32, wideCell } from '../arch/cells.js';
import type { Look } from '../views/look.js';
import type { Task } from '../../kernel/task.js';

interface Register {
  readonly name: string;
  readonly bits: number;
  readonly type?: string;
  /** Its value, from a reader of the state's 64-bit cells; undefined: not known. */
  value(get64: (slot: number) => bigint, look: Look, task: Task): bigint | undefined;
}

interface Feature {
  readonly name: string;
  readonly types?: string;
  readonly registers: readonly Register[];
}

const cell = (name: string, slot: number, type?: string): Register => ({ name, bits: 64, ...(type === undefined ? {} : { type }), value: (get64) => get64(slot) });
/** 32 bits that lie at an offset of 4 or 8. */
const word = (name: string, slot: number, type = 'int'): Register => ({ name, bits: 32, type, value: (get64) => low32({ get64 }, slot) });
const fixed = (name: string, value: bigint, type = 'int'): Register => ({ name, bits: 32, type, value: () => value });
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Of a register that lies in two cells. */
const wide = (name: string, slot: number, type: string): Register => ({ name, bits: 128, type, value: (get64) => wideCell({ get64 }, slot) });

const flags = (name: string): Register => ({
  name, bits: 32, type: 'int',
  value: (_, look, task) => {
    const from = look.registersOf(task);
    return from && BigInt(look.arch.flags(from));
  },
});

/** ST(i): 80 bits, at the top of the stack plus i. */
const st = (i: number): Register => ({
  name: `st${i}`, bits: 80, type: 'i387_ext',
  value: (get64) => {
    const top = Number(low32({ get64 }, slots.fsw) >> 11n) & 7;
    const at = slots.st + 16 * ((top + i) & 7);
    return get64(at) | ((get64(at + 8) & 0xffffn) << 64n);
  },
});

const order = [0, 3, 1, 2, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15]; // rax rbx rcx rdx rsi rdi rbp rsp r8...
const names = ['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp', ...range(8).map((i) => `r${i + 8}`)];
const pointers: Readonly<Record<string, string>> = { rbp: 'data_ptr', rsp: 'data_ptr' };

const amd64: readonly Feature[] = [
  {
    name: 'org.gnu.gdb.i386.core',
    registers: [
      ...names.map((name, i) => cell(name, gprSlot(order[i]!), pointers[name] ?? 'int64')), cell('rip', slots.rip, 'code_ptr'), flags('eflags'),
      fixed('cs', 0x33n), fixed('ss', 0x2bn), ...['ds', 'es', 'fs', 'gs'].map((name) => fixed(name, 0n)), // as Linux has them in 64-bit programs
      ...range(8).map(st), word('fctrl', slots.fcw), word('fstat', slots.fsw), word('ftag', slots.ftw), ...['fiseg', 'fioff', 'foseg', 'fooff'].map((name) => fixed(name, 0n)), word('fop', slots.fop),
    ],
  },
  {
    name: 'org.gnu.gdb.i386.sse',
    types: '<vector id="v4f" type="ieee_single" count="4"/><vector id="v2d" type="ieee_double" count="2"/><vector id="v16i8" type="int8" count="16"/><vector id="v2i64" type="int64" count="2"/><union id="vec128"><field name="v4_float" type="v4f"/><field name="v2_double" type="v2d"/><field name="v16_int8" type="v16i8"/><field name="v2_int64" type="v2i64"/><field name="uint128" type="uint128"/></union>',
    registers: [...range(16).map((i) => wide(`xmm${i}`, slots.xmm + 16 * i, 'vec128')), word('mxcsr', slots.mxcsr)],
  },
  { name: 'org.gnu.gdb.i386.segments', registers: [cell('fs_base', slots.fsBase, 'int'), cell('gs_base', slots.gsBase, 'int')] },
];

const arm64: readonly Feature[] = [
  {
    name: 'org.gnu.gdb.aarch64.core',
    registers: [...range(31).map((i) => cell(`x${i}`, armSlot(i), 'int')), cell('sp', arm.sp, 'data_ptr'), cell('pc', arm.pc, 'code_ptr'), flags('cpsr')],
  },
  {
    name: 'org.gnu.gdb.aarch64.fpu',
    types: '<vector id="v2d" type="ieee_double" count="2"/><vector id="v2u" type="uint64" count="2"/><union id="aarch64v"><field name="d" type="v2d"/><field name="u" type="v2u"/><field name="q" type="uint128"/></union>',
    registers: [...range(32).map((i) => wide(`v${i}`, arm.v + 16 * i, 'aarch64v')), word('fpsr', arm.fpsr), word('fpcr', arm.fpcr)],
  },
];

const features: Readonly<Record<Arch, readonly Feature[]>> = { amd64, arm64 };
const architectures: Readonly<Record<Arch, string>> = { amd64: 'i386:x86-64', arm64: 'aarch64' };

/** target.xml. */
export function targetXml(arch: Arch): string {
  const list = features[arch].map((f) => `<feature name="${f.name}">${f.types ?? ''}${f.registers.map((r) => `<reg name="${r.name}" bitsize="${r.bits}" type="${r.type ?? 'int'}"/>`).join('')}</feature>`);
  return `<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0"><architecture>${architectures[arch]}</architecture><osabi>GNU/Linux</osabi>${list.join('')}</target>`;
}

const hexOf = (value: bigint | undefined, bits: number): string => {
  if (value === undefined) return 'xx'.repeat(bits / 8);
  let text = '';
  for (let at = 0; at < bits; at += 8) text += ((value >> BigInt(at)) & 0xffn).toString(16).padStart(2, '0');
  return text;
};

/** A thread's registers, those with these numbers or all, as hex of their bytes. */
export function registersHex(look: Look, task: Task, only?: number): string {
  const from = look.registersOf(task);
  const all = features[look.arch.arch].flatMap((f) => f.registers);
  const chosen = only === undefined ? all : all.slice(only, only + 1);
  return chosen.map((r) => hexOf(from && r.value((slot) => from.get64(slot), look, task), r.bits)).join('');
}
