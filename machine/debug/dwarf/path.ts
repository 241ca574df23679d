/** Fields by offset and offsets by field: `[3].x` is 8 bytes into the fourth element, if x is. */
import type { Member, Type } from './types.js';

/** Structs in structs. */
const mostDepth = 100;

/**
 * What lies at `offset` of a value: `b`, `a.b`, `[3].x`. As far as fields and elements reach: an offset between fields, or within
 * a number, gives what is around it. Of a union the first member that reaches there. Empty for the value itself.
 */
export function pathAt(type: Type, offset: number): string {
  return walk(type, offset, 0).replace(/^\./, '');
}

function walk(type: Type, offset: number, depth: number): string {
  const plain = type.plain;
  if (depth > mostDepth) return '';
  if (plain.kind === 'array') return inArray(plain, offset, depth);
  if (plain.kind !== 'struct' && plain.kind !== 'union' && plain.kind !== 'class') return '';
  const member = plain.members.find((m) => covers(m, offset));
  if (member === undefined) return '';
  return (member.name === '' ? '' : `.${member.name}`) + walk(member.type, offset - member.offset, depth + 1);
}

/** A bit field covers the bytes that it has bits in. */
function covers(m: Member, offset: number): boolean {
  if (m.bits) return offset >= m.offset && offset <= Math.floor((m.bits.from + m.bits.width - 1) / 8);
  return offset >= m.offset && offset < m.offset + m.type.size;
}

/** A step into a value: a field of a struct or an element of an array, and where it lies from the beginning of the whole. */
export interface Part {
  /** What it is a part of. */
  readonly of: Type;
  readonly type: Type;
  /** The field's name; undefined for an element. */
  readonly name: string | undefined;
  readonly offset: number;
}

/** The steps from a value to the field or element at `offset`, as far as they reach: of a union its first member that reaches there. */
export function partsAt(type: Type, offset: number): Part[] {
  const parts: Part[] = [];
  let [at, start] = [type.plain, 0];
  while (parts.length < mostDepth) {
    let part: Part | undefined;
    if (at.kind === 'array') {
      const size = at.target?.size ?? 0;
      if (size > 0) part = { of: at, type: at.target!, name: undefined, offset: start + Math.floor((offset - start) / size) * size };
    } else if (at.kind === 'struct' || at.kind === 'union' || at.kind === 'class') {
      const member = at.members.find((m) => covers(m, offset - start));
      if (member !== undefined) part = { of: at, type: member.type, name: member.name, offset: start + member.offset };
    }
    if (part === undefined) break;
    parts.push(part);
    [at, start] = [part.type.plain, part.offset];
  }
  return parts;
}

function inArray(array: Type, offset: number, depth: number): string {
  const element = array.target;
  const size = element?.size ?? 0;
  if (element === undefined || size === 0) return '';
  let index = Math.floor(offset / size);
  const counts = array.counts;
  const indexes: number[] = [];
  for (let i = counts.length - 1; i >= 1; i--) {
    const count = counts[i] ?? 1;
    indexes.unshift(count === 0 ? 0 : index % count);
    index = count === 0 ? 0 : Math.floor(index / count);
  }
  return [index, ...indexes].map((n) => `[${n}]`).join('') + walk(element, offset % size, depth + 1);
}

/** Where the field `path` lies (`sched.pc`), and its type. Fields of unnamed and embedded members are found too. */
export function fieldOf(type: Type, path: string): { readonly offset: number; readonly type: Type } | undefined {
  let at = { offset: 0, type };
  for (const name of path.split('.')) {
    const field = memberNamed(at.type, name, new Set());
    if (field === undefined) return undefined;
    at = { offset: at.offset + field.offset, type: field.type };
  }
  return at;
}

/** `seen`: types that were searched already, by entry. */
function memberNamed(type: Type, name: string, seen: Set<number>): { offset: number; type: Type } | undefined {
  const plain = type.plain;
  if (seen.has(plain.die.offset)) return undefined;
  seen.add(plain.die.offset);
  const { members } = plain;
  const own = members.find((m) => m.name === name);
  if (own) return own;
  for (const m of members) {
    if (m.name !== '' && !m.embedded) continue;
    const inner = memberNamed(m.type, name, seen);
    if (inner) return { offset: m.offset + inner.offset, type: inner.type };
  }
  return undefined;
}
