/** The registers of a core or of a thread that is off it: numbers, flags by name, vector registers on request, and the goroutine behind the thread's base. */
import { readNzcv } from '../../../isa/arm64/flags.js';
import { gprSlot as armSlot, slots as armSlots, NZCV } from '../../../isa/arm64/regs.js';
import { readFlags } from '../../../isa/x86/flags.js';
import { gpr64, gprSlot, RFLAGS, slots } from '../../../isa/x86/regs.js';
import type { Arch } from '../../config.js';
import type { Registers } from '../../kernel/abi.js';
import { addressText, columns } from './columns.js';
import type { Look } from './look.js';
import { Runtime } from './runtime.js';

export interface RegisterView {
  readonly name: string;
  readonly value: bigint;
  /** Of 64, 32 or 128. */
  readonly bits: number;
  /** What the value means: a symbol, flags, a goroutine. */
  readonly note: string;
}

type Source = Pick<Registers, 'get64'>;

/** 32 bits of a cell of 64. */
export const low32 = (from: Source, slot: number): bigint => (from.get64(slot & ~7) >> BigInt((slot & 4) * 8)) & 0xffff_ffffn;

/** What flags are computed from: cells of 64 and 32 bits, which nobody writes here. */
function cells(from: Source): { get(slot: number, bits: number): bigint; put(): never; get64(slot: number): bigint; set64(): never } {
  const fixed = (): never => {
    throw new Error('registers are looked at only');
  };
  return { get: (slot, bits) => (bits === 64 ? from.get64(slot) : low32(from, slot)), put: fixed, get64: (slot) => from.get64(slot), set64: fixed };
}

/** RFLAGS or NZCV. */
export const flagsOf = (arch: Arch, from: Source): number => (arch === 'arm64' ? readNzcv(cells(from)) : readFlags(cells(from)));

/** `[ CF ZF ]` and `[ Z C ]`, as debuggers write them. */
export function flagNames(arch: Arch, flags: number): string {
  const table: Readonly<Record<string, number>> = arch === 'arm64' ? NZCV : RFLAGS;
  const set = Object.entries(table).filter(([, bit]) => ((flags >>> bit) & 1) !== 0).sort((a, b) => a[1] - b[1]).map(([name]) => name);
  return `[ ${set.map((n) => `${n} `).join('')}]`;
}

/** General registers, pc, flags and thread's base of one thread. */
export function registersOf(look: Look, from: Source, vectors = false): RegisterView[] {
  return look.isArm ? armRegisters(look, from, vectors) : amd64Registers(look, from, vectors);
}

function amd64Registers(look: Look, from: Source, vectors: boolean): RegisterView[] {
  const flags = flagsOf('amd64', from);
  const one = (name: string, slot: number, note = ''): RegisterView => ({ name, value: from.get64(slot), bits: 64, note });
  const list = [
    ...gpr64.map((name, n) => one(name, gprSlot(n), nameAt(look, from.get64(gprSlot(n))))),
    one('rip', slots.rip, look.describe(Number(from.get64(slots.rip)))), { name: 'eflags', value: BigInt(flags), bits: 32, note: flagNames('amd64', flags) },
    one('fs_base', slots.fsBase, goroutineNote(look, Number(from.get64(slots.fsBase)), from)), one('gs_base', slots.gsBase), { name: 'mxcsr', value: low32(from, slots.mxcsr), bits: 32, note: '' },
  ];
  if (vectors) for (let n = 0; n < 16; n++) list.push(vector(from, `xmm${n}`, slots.xmm + 16 * n));
  return list;
}

function armRegisters(look: Look, from: Source, vectors: boolean): RegisterView[] {
  const flags = flagsOf('arm64', from);
  const one = (name: string, slot: number, note = ''): RegisterView => ({ name, value: from.get64(slot), bits: 64, note });
  const list = [
    ...Array.from({ length: 31 }, (_, n) => one(`x${n}`, armSlot(n), n === 28 ? goroutineNote(look, 0, from) : nameAt(look, from.get64(armSlot(n))))),
    one('sp', armSlots.sp), one('pc', armSlots.pc, look.describe(Number(from.get64(armSlots.pc)))), { name: 'nzcv', value: BigInt(flags), bits: 32, note: flagNames('arm64', flags) },
    one('tpidr_el0', armSlots.tpidr), { name: 'fpcr', value: low32(from, armSlots.fpcr), bits: 32, note: '' }, { name: 'fpsr', value: low32(from, armSlots.fpsr), bits: 32, note: '' },
  ];
  if (vectors) for (let n = 0; n < 32; n++) list.push(vector(from, `v${n}`, armSlots.v + 16 * n));
  return list;
}

/** A vector with its lanes as doubles and floats would have them. */
function vector(from: Source, name: string, slot: number): RegisterView {
  const value = from.get64(slot) | (from.get64(slot + 8) << 64n);
  const view = new DataView(new ArrayBuffer(16));
  view.setBigUint64(0, value & 0xffff_ffff_ffff_ffffn, true);
  view.setBigUint64(8, value >> 64n, true);
  const doubles = [0, 8].map((at) => view.getFloat64(at, true));
  const singles = [0, 4, 8, 12].map((at) => view.getFloat32(at, true));
  const short = (n: number): string => (Number.isInteger(n) ? String(n) : n.toPrecision(7));
  return { name, value, bits: 128, note: `f64 {${doubles.map(short).join(', ')}} f32 {${singles.map(short).join(', ')}}` };
}

/** What code or variable an address is in; nothing for small numbers. */
function nameAt(look: Look, value: bigint): string {
  const address = Number(value);
  if (address < 4096 || address >= 2 ** 47) return '';
  const f = look.info.go?.at(address) ?? undefined;
  if (f !== undefined) return `${f.name}+${address - f.entry}`;
  const v = look.info.symbols.at(address);
  return v === undefined ? '' : address === v.start ? v.name : `${v.name}+${address - v.start}`;
}

/** The g behind the thread's base: on amd64 the word there, on arm64 the register. */
function goroutineNote(look: Look, base: number, from: Source): string {
  const task = look.tasks.find((t) => look.registersOf(t) === from) ?? look.tasks.find((t) => look.threadBaseOf(t) === base && base !== 0);
  const g = look.isArm ? Number(from.get64(armSlot(28))) : task && look.gOf(task);
  if (g === undefined || g === 0 || look.info.go === undefined) return '';
  const id = new Runtime(look.info, look.memory).at('runtime.g', g).number('goid');
  return `g ${addressText(g)}${id === undefined ? '' : id === 0 ? " (the thread's own)" : ` (goroutine ${id})`}`;
}

export const registersText = (list: readonly RegisterView[]): string =>
  columns(list.map((r) => [r.name, `0x${r.value.toString(16).padStart(r.bits === 128 ? 32 : 0, '0')}`, r.note === '' && r.bits === 64 ? BigInt.asIntN(64, r.value).toString() : r.note]));
