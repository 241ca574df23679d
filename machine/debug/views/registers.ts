/** The registers of a core or of a thread that is off it: numbers, flags by name, vector registers on request, and the goroutine behind the thread's base. */
import type { DebugArch } from '../arch/arch.js';
import type { Shown } from '../arch/shown.js';
import { low32, wideCell, type Source } from '../arch/cells.js';
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

/** `[ CF ZF ]` and `[ Z C ]`, as debuggers write them. */
export function flagNames({ flagBits }: Pick<DebugArch, 'flagBits'>, flags: number): string {
  const set = Object.entries(flagBits).filter(([, bit]) => ((flags >>> bit) & 1) !== 0).sort((a, b) => a[1] - b[1]).map(([name]) => name);
  return `[ ${set.map((n) => `${n} `).join('')}]`;
}

/** General registers, pc, flags and thread's base of one thread. */
export function registersOf(look: Look, from: Source, vectors = false): RegisterView[] {
  const { arch } = look;
  const flags = arch.flags(from);
  const [before, behind] = arch.shown.map((list) => list.map((r) => one(look, from, r))) as [RegisterView[], RegisterView[]];
  const list = [...before, { name: arch.flagsName, value: BigInt(flags), bits: 32, note: flagNames(arch, flags) }, ...behind];
  if (vectors) [...arch.vectors.values()].forEach((cell, n) => list.push(vector(from, `${arch.vectorName}${n}`, cell)));
  return list;
}

function one(look: Look, from: Source, { name, cell, bits, note }: Shown): RegisterView {
  const value = bits === 64 ? from.get64(cell) : low32(from, cell);
  switch (note) {
    case 'address': return { name, value, bits, note: nameAt(look, value) };
    case 'pc': return { name, value, bits, note: look.describe(Number(value)) };
    case 'goroutine': return { name, value, bits, note: goroutineNote(look, from) };
    case 'none': return { name, value, bits, note: '' };
  }
}

/** A vector with its lanes as doubles and floats would have them. */
function vector(from: Source, name: string, slot: number): RegisterView {
  const value = wideCell(from, slot);
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

/** The g of a thread: where memory tells, that behind its base. */
function goroutineNote(look: Look, from: Source): string {
  const base = Number(from.get64(look.arch.threadBase));
  const task = look.tasks.find((t) => look.registersOf(t) === from) ?? look.tasks.find((t) => look.threadBaseOf(t) === base && base !== 0);
  const g = look.arch.gInMemory ? task && look.gOf(task) : Number(from.get64(look.arch.g));
  if (g === undefined || g === 0 || look.info.go === undefined) return '';
  const id = new Runtime(look.info, look.memory).at('runtime.g', g).number('goid');
  return `g ${addressText(g)}${id === undefined ? '' : id === 0 ? " (the thread's own)" : ` (goroutine ${id})`}`;
}

export const registersText = (list: readonly RegisterView[]): string =>
  columns(list.map((r) => [r.name, `0x${r.value.toString(16).padStart(r.bits === 128 ? 32 : 0, '0')}`, r.note === '' && r.bits === 64 ? BigInt.asIntN(64, r.value).toString() : r.note]));
