/** A value: what type it has and where its bytes are. The kinds that views and expressions tell apart, and the parts of a value. */
import type { DebugInfo } from '../info.js';
import { fieldOf } from '../dwarf/path.js';
import type { Member, Type } from '../dwarf/types.js';
import type { Memory } from '../unwind/abi.js';
import { bytesOfNumber, bytesPlace, lengthIn, memoryPlace, unsignedAt, within, wordIn, type Place } from './place.js';

export interface Value {
  readonly type: Type;
  readonly place: Place;
}

/** What is behind values: the image that has the types, and the memory that pointers point into. */
export interface Surroundings {
  readonly info: DebugInfo;
  readonly memory: Memory;
}

/** Go's kinds, and C's: all integers are `int` or `uint`, whatever their size. `code`: C's functions. */
export type Kind =
  | 'bool' | 'int' | 'uint' | 'float' | 'complex' | 'string' | 'slice' | 'array' | 'map' | 'chan' | 'func' | 'interface' | 'struct' | 'union' | 'pointer' | 'enum'
  | 'code' | 'void';

const goKind: Readonly<Record<string, Kind>> = {
  bool: 'bool', int: 'int', int8: 'int', int16: 'int', int32: 'int', int64: 'int', uint: 'uint', uint8: 'uint', uint16: 'uint', uint32: 'uint', uint64: 'uint',
  uintptr: 'uint', float32: 'float', float64: 'float', complex64: 'complex', complex128: 'complex', array: 'array', chan: 'chan', func: 'func',
  interface: 'interface', map: 'map', pointer: 'pointer', slice: 'slice', string: 'string', struct: 'struct', 'unsafe.Pointer': 'pointer',
};

/** By DW_ATE. */
const encodings: Readonly<Record<number, Kind>> = { 1: 'uint', 2: 'bool', 3: 'complex', 4: 'float', 5: 'int', 6: 'int', 7: 'uint', 8: 'uint', 16: 'uint' };

export function kindOf(type: Type): Kind {
  const go = type.go && goKind[type.go.kind];
  if (go !== undefined) return go;
  const plain = type.plain;
  switch (plain.kind) {
    case 'base': return encodings[plain.encoding ?? 0] ?? 'uint';
    case 'pointer': case 'reference': return 'pointer';
    case 'struct': case 'class': return 'struct';
    case 'union': return 'union';
    case 'array': return 'array';
    case 'enum': return 'enum';
    case 'function': return plain.die.unit.isGo ? 'func' : 'code';
    default: return 'void';
  }
}

/** The value behind an address. */
export const valueAt = (type: Type, address: number, memory: Memory): Value => ({ type, place: memoryPlace(memory, address) });

/** A field of a struct by its path, also through embedded ones. */
export function fieldNamed(value: Value, path: string): Value | undefined {
  const field = fieldOf(value.type, path);
  return field && { type: field.type, place: within(value.place, field.offset) };
}

/** A member as a value; a bit field stands alone. */
export function memberOf(value: Value, member: Member): Value {
  if (!member.bits) return { type: member.type, place: within(value.place, member.offset) };
  const { from, width } = member.bits;
  const first = Math.floor(from / 8);
  const storage = unsignedAt(value.place, first, Math.ceil((from + width) / 8) - first);
  if (typeof storage === 'string') return { type: member.type, place: { address: undefined, read: () => storage } };
  let bits = BigInt.asUintN(width, storage >> BigInt(from % 8));
  if (kindOf(member.type) === 'int') bits = BigInt.asIntN(width, bits);
  return { type: member.type, place: bytesPlace(bytesOfNumber(bits)) };
}

/** What a pointer points to; undefined for what points to nothing known. A text: the pointer cannot be read. */
export function pointee(value: Value, memory: Memory): Value | undefined | string {
  const target = value.type.plain.target;
  const address = wordIn(value.place, 0);
  if (typeof address === 'string') return address;
  return target && valueAt(target, address, memory);
}

/** Elements in a row: of an array in its place, of a slice or string where it points. */
export interface Row {
  /** Undefined where the image does not say what elements are. */
  readonly element: Type | undefined;
  readonly length: number;
  readonly capacity: number;
  readonly place: Place;
  /** It points to nothing. */
  readonly isNil: boolean;
}

/** A text: it cannot be read. */
export function rowOf(value: Value, memory: Memory): Row | string {
  const plain = value.type.plain;
  if (plain.kind === 'array') {
    const [first, ...inner] = plain.counts;
    const length = first ?? 0;
    const element = inner.length === 0 ? plain.target : undefined;
    return { element, length, capacity: length, place: value.place, isNil: false };
  }
  const isSlice = value.type.go?.kind === 'slice';
  const [address, length] = [wordIn(value.place, 0), lengthIn(value.place, 8)];
  const capacity = isSlice ? lengthIn(value.place, 16) : length;
  if (typeof address === 'string') return address;
  if (typeof length === 'string') return length;
  const pointer = plain.members[0]?.type.plain.target;
  const element = value.type.go?.elem ?? plain.go?.elem ?? pointer;
  return { element, length, capacity: typeof capacity === 'string' ? length : capacity, place: memoryPlace(memory, address), isNil: address === 0 };
}

/** Element `index` of a row; the bounds are the caller's business. */
export const elementOf = (row: Row & { readonly element: Type }, index: number): Value => ({ type: row.element, place: within(row.place, index * row.element.size) });

/** An integer, bool, enum or address as its number. */
export function integerOf(value: Value): bigint | string {
  const bytes = value.type.size;
  if (bytes > 8 || bytes === 0) return `a ${value.type.name} is no number`;
  const read = unsignedAt(value.place, 0, bytes);
  return typeof read === 'string' || kindOf(value.type) !== 'int' ? read : BigInt.asIntN(8 * bytes, read);
}

/** A float of 4, 8 or 10 bytes (x87), 16 where C pads those. */
export function floatAt(place: Place, offset: number, bytes: number): number | string {
  const read = place.read(offset, Math.min(bytes, 10));
  if (typeof read === 'string') return read;
  const view = new DataView(read.buffer, read.byteOffset, read.length);
  if (bytes === 4) return view.getFloat32(0, true);
  if (bytes === 8) return view.getFloat64(0, true);
  if (bytes === 2) return 'floats of 2 bytes are not read';
  const exponent = view.getUint16(8, true);
  const size = Number(view.getBigUint64(0, true)) * 2 ** ((exponent & 0x7fff) - 16383 - 63);
  return (exponent & 0x8000) !== 0 ? -size : size;
}
