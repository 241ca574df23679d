/**
 * Goroutines of images that say neither where the runtime's variables are nor what its structures look like (`-ldflags=-s -w`). The places of the
 * fields that a list of goroutines needs stand here by version of Go; the list itself, runtime.allgs, is found by what it must look like: a slice
 * among the program's variables whose elements are gs with ids of their own, those in threads' hands among them.
 */
import { PF, PT } from '../../../isa/abi/elf.js';
import type { Look } from './look.js';
import type { Runtime, Slice } from './runtime.js';

interface KnownField {
  readonly offset: number;
  readonly bytes: number;
  readonly signed: boolean;
}

const word = (offset: number): KnownField => ({ offset, bytes: 8, signed: false });
const small = (offset: number, bytes: 1 | 4): KnownField => ({ offset, bytes, signed: false });

/** By minor version, struct and field. */
const tables: Readonly<Record<number, Readonly<Record<string, Readonly<Record<string, KnownField>>>>>> = {
  19: {
    'runtime.g': {
      m: word(48), atomicstatus: small(144, 4), goid: word(152), schedlink: word(160), waitsince: word(168), waitreason: small(176, 1), lockedm: word(232),
      gopc: word(296), startpc: word(312),
    },
    'runtime.m': { g0: word(0), procid: word(72), curg: word(192), p: word(208), id: word(232) },
  },
  26: {
    'runtime.g': {
      m: word(48), atomicstatus: small(144, 4), goid: word(152), schedlink: word(160), waitsince: word(168), waitreason: small(176, 1), lockedm: word(208),
      parentGoid: word(280), gopc: word(288), startpc: word(304),
    },
    'runtime.m': { g0: word(0), procid: word(64), curg: word(184), p: word(208), id: word(232) },
  },
};

/** Undefined where no table has the version or field. */
export const knownField = (minor: number | undefined, struct: string, path: string): KnownField | undefined => tables[minor ?? -1]?.[struct]?.[path];

/** Versions that the tables have, and their fields, for tests. */
export const knownLayouts = tables;

const bytesPerSlice = 24;

/** Where runtime.allgs points, and how many it has; undefined where nothing looks like it, or no table has the version of Go. */
export function findGoroutines(look: Look, runtime: Runtime): Slice | undefined {
  const known = look.tasks.map((t) => look.gOf(t)).filter((g) => g !== undefined).map((g) => userOf(runtime, g)).filter((g) => g !== undefined);
  if (knownField(runtime.minor, 'runtime.g', 'goid') === undefined) return undefined;
  for (const { vaddr, memBytes, flags, type } of look.info.sections.elf.segments) {
    if (type !== PT.LOAD || (flags & PF.W) === 0) continue;
    const bytes = look.memory.read(vaddr, memBytes - (memBytes % 8));
    const found = bytes && search(runtime, bytes, known);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A thread's own g is in no list: then the goroutine that it runs. */
function userOf(runtime: Runtime, g: number): number | undefined {
  const m = runtime.at('runtime.g', g).pointer('m');
  if (m === undefined) return undefined;
  const thread = runtime.at('runtime.m', m);
  return thread.pointer('g0') === g ? thread.pointer('curg') : g;
}

function search(runtime: Runtime, bytes: Uint8Array, known: readonly number[]): Slice | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (offset: number): number => view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 2 ** 32;
  for (let offset = 0; offset + bytesPerSlice <= bytes.length; offset += 8) {
    const [first, length, capacity] = [at(offset), at(offset + 8), at(offset + 16)];
    if (first === 0 || first % 8 !== 0 || length === 0 || length > capacity || capacity > 2 ** 26) continue;
    if (holdsAll(runtime, { at: first, length }, known)) return { at: first, length };
  }
  return undefined;
}

/** The highest number of a goroutine's state, and what is added while its stack is scanned. */
const [lastStatus, scanBit] = [11, 0x1000];

/** All elements are gs: pointers to what has a state, and a number that no other has; dead ones have 0. Those known are among them. */
function holdsAll(runtime: Runtime, slice: Slice, known: readonly number[]): boolean {
  if (slice.length < known.length) return false;
  const seen = new Set<number>();
  const ids = new Set<number>();
  for (let i = 0; i < slice.length; i++) {
    const g = runtime.pointer(slice.at, i);
    if (g === undefined || g === 0 || g % 8 !== 0 || seen.has(g)) return false;
    seen.add(g);
    const structure = runtime.at('runtime.g', g);
    const [status, id] = [structure.number('atomicstatus'), structure.number('goid')];
    if (status === undefined || id === undefined || (status & ~scanBit) > lastStatus || id > 2 ** 40 || ids.has(id)) return false;
    if (id !== 0) ids.add(id);
  }
  return ids.size > 0 && known.every((g) => seen.has(g));
}
