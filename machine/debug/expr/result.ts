/**
 * What expressions give: an object of the program with its type, or what was computed: numbers, pointers, strings. Numbers have a basic type, or
 * none yet, as Go's constants.
 */
import { Type } from '../dwarf/types.js';
import { mapHead } from '../values/maps.js';
import type { Memory } from '../unwind/abi.js';
import { floatText, hexText, quoted } from '../values/scalars.js';
import { textOf, type Limits } from '../values/text.js';
import { floatAt, integerOf, kindOf, rowOf, type Kind, type Surroundings, type Value } from '../values/value.js';
import { unsignedAt, wordIn, type Place } from '../values/place.js';
import { fail } from './error.js';

/** A type of integers. */
export interface IntType {
  readonly name: string;
  readonly bits: number;
  readonly signed: boolean;
}

/** Types that need no entry in the debugging information: images without any can be looked at with them. */
export type Basic =
  | { readonly kind: 'int'; readonly type: IntType }
  | { readonly kind: 'float'; readonly bytes: number }
  | { readonly kind: 'bool' }
  | { readonly kind: 'pointer'; readonly target: Type | Basic; readonly name: string };

export type Result =
  | { readonly kind: 'object'; readonly value: Value }
  /** What a pointer to a basic type points to. */
  | { readonly kind: 'cell'; readonly place: Place; readonly basic: Basic }
  /** A name of the symbol table: an address, and nothing is known of what is there. */
  | { readonly kind: 'symbol'; readonly name: string; readonly address: number }
  /** `type` undefined: a constant. `hex`: an address or register, shown so. */
  | { readonly kind: 'int'; readonly value: bigint; readonly type: IntType | undefined; readonly hex?: boolean }
  | { readonly kind: 'float'; readonly value: number; readonly bytes: number; readonly constant: boolean }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly bytes: Uint8Array }
  | { readonly kind: 'pointer'; readonly address: number; readonly target: Type | Basic | undefined; readonly name: string }
  /** A part of an array, slice or string. */
  | { readonly kind: 'row'; readonly element: Type; readonly place: Place; readonly length: number; readonly capacity: number }
  | { readonly kind: 'nil' };

const int = (name: string, bits: number, signed: boolean): [string, IntType] => [name, { name, bits, signed }];

/** Go's integers. */
export const intTypes: ReadonlyMap<string, IntType> = new Map([
  int('int', 64, true), int('int8', 8, true), int('int16', 16, true), int('int32', 32, true), int('int64', 64, true), int('rune', 32, true),
  int('uint', 64, false), int('uint8', 8, false), int('uint16', 16, false), int('uint32', 32, false), int('uint64', 64, false), int('uintptr', 64, false), int('byte', 8, false),
]);

/** A value in the range of its type. */
export const wrapped = (value: bigint, type: IntType | undefined): bigint => (type === undefined ? value : type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value));

/** What is wrong with reading, as the user hears it. */
export const unread = (at: number, why: string): never => fail(at, why.startsWith('optimized out') ? `the value is not there: ${why}` : why);

/** Objects of basic types as what they hold; all others stay. */
export function loaded(result: Result, at: number): Result {
  if (result.kind === 'cell') return loadedCell(result.place, result.basic, at);
  if (result.kind === 'symbol') return fail(at, `${result.name} at ${hexText(result.address)} has no type; *(*uint64)(&${result.name}) reads it`);
  if (result.kind !== 'object') return result;
  const { value } = result;
  const { type } = value;
  const kind: Kind = kindOf(type);
  switch (kind) {
    case 'int': case 'uint': case 'enum': case 'bool': {
      const number = integerOf(value);
      if (typeof number === 'string') return unread(at, number);
      return kind === 'bool' ? { kind: 'bool', value: number !== 0n } : { kind: 'int', value: number, type: { name: type.name, bits: 8 * type.size, signed: kind === 'int' } };
    }
    case 'float': {
      const number = floatAt(value.place, 0, type.size);
      return typeof number === 'string' ? unread(at, number) : { kind: 'float', value: number, bytes: type.size, constant: false };
    }
    case 'pointer': {
      const address = wordIn(value.place, 0);
      return typeof address === 'string' ? unread(at, address) : { kind: 'pointer', address, target: type.plain.target, name: type.name };
    }
    default: return result;
  }
}

/** Bytes of a basic type. */
export const basicBytes = (basic: Basic): number => (basic.kind === 'int' ? basic.type.bits / 8 : basic.kind === 'float' ? basic.bytes : basic.kind === 'bool' ? 1 : 8);

function loadedCell(place: Place, basic: Basic, at: number): Result {
  if (basic.kind === 'float') {
    const value = floatAt(place, 0, basic.bytes);
    return typeof value === 'string' ? unread(at, value) : { kind: 'float', value, bytes: basic.bytes, constant: false };
  }
  const number = unsignedAt(place, 0, basicBytes(basic));
  if (typeof number === 'string') return unread(at, number);
  switch (basic.kind) {
    case 'int': return { kind: 'int', value: wrapped(number, basic.type), type: basic.type };
    case 'bool': return { kind: 'bool', value: number !== 0n };
    case 'pointer': return { kind: 'pointer', address: Number(number), target: basic.target, name: basic.name };
  }
}

/** The bytes of a string, read whole up to so many. */
const mostStringBytes = 1 << 20;

/** The bytes of a string object or literal; undefined for anything else. */
export function stringBytes(result: Result, memory: Memory, at: number): Uint8Array | undefined {
  if (result.kind === 'string') return result.bytes;
  if (result.kind !== 'object' || kindOf(result.value.type) !== 'string') return undefined;
  const row = rowOf(result.value, memory);
  if (typeof row === 'string') return unread(at, row);
  if (row.length > mostStringBytes || row.length < 0) return fail(at, `a string of ${row.length} bytes is not read`);
  const bytes = row.length === 0 ? new Uint8Array(0) : row.place.read(0, row.length);
  return typeof bytes === 'string' ? unread(at, bytes) : bytes;
}

/** Whether a pointer, slice, map, channel, func or interface is nil; undefined for what cannot be. */
export function isNil(result: Result, memory: Memory, at: number): boolean | undefined {
  if (result.kind === 'nil') return true;
  if (result.kind === 'pointer') return result.address === 0;
  if (result.kind === 'cell') return isNil(loaded(result, at), memory, at);
  if (result.kind !== 'object') return undefined;
  const kind = kindOf(result.value.type);
  if (kind === 'map') {
    const head = mapHead(result.value, memory);
    return typeof head === 'string' ? unread(at, head) : head.isNil;
  }
  if (kind !== 'slice' && kind !== 'chan' && kind !== 'func' && kind !== 'interface' && kind !== 'pointer') return undefined;
  const word = wordIn(result.value.place, 0);
  return typeof word === 'string' ? unread(at, word) : word === 0;
}

/** The type of a result in Go's words. */
export function typeName(result: Result): string {
  switch (result.kind) {
    case 'object': return result.value.type.name;
    case 'cell': return basicName(result.basic);
    case 'symbol': return 'symbol';
    case 'int': return result.type?.name ?? 'an integer constant';
    case 'float': return result.constant ? 'a float constant' : `float${8 * result.bytes}`;
    case 'bool': return 'bool';
    case 'string': return 'string';
    case 'pointer': return result.name;
    case 'row': return `[]${result.element.name}`;
    case 'nil': return 'nil';
  }
}

export const basicName = (basic: Basic): string => (basic.kind === 'int' ? basic.type.name : basic.kind === 'float' ? `float${8 * basic.bytes}` : basic.kind === 'bool' ? 'bool' : basic.name);

/** Of a type of either sort. */
export const targetName = (target: Type | Basic): string => (target instanceof Type ? target.name : basicName(target));

/** With an article: `an int`. */
export function anyOf(result: Result): string {
  const name = typeName(result);
  return name === 'nil' || /^an? /.test(name) ? name : `${/^[aeiou]/.test(name) && !/^uint/.test(name) ? 'an' : 'a'} ${name}`;
}

/** A result as `print` shows it. */
export function resultText(result: Result, around: Surroundings, limits: Partial<Limits> = {}): string {
  switch (result.kind) {
    case 'object': return textOf(result.value, around, limits);
    case 'cell': case 'symbol': return resultText(loaded(result, 0), around, limits);
    case 'int': return result.hex ? hexText(result.value) : String(result.value);
    case 'float': return floatText(result.value, result.bytes);
    case 'bool': return String(result.value);
    case 'string': return quoted(result.bytes);
    case 'pointer': return `(${result.name})(${hexText(result.address)})`;
    case 'row': return rowText(result, around, limits);
    case 'nil': return 'nil';
  }
}

function rowText({ element, place, length, capacity }: Result & { kind: 'row' }, around: Surroundings, limits: Partial<Limits>): string {
  const shown = Math.min(length, limits.elements ?? 64);
  const parts: string[] = [];
  for (let i = 0; i < shown; i++) {
    const at = i * element.size;
    const one: Place = { address: place.address === undefined ? undefined : place.address + at, read: (o, n) => place.read(at + o, n) };
    const text = textOf({ type: element, place: one }, around, limits);
    parts.push(text.startsWith(`${element.name} `) ? text.slice(element.name.length + 1) : text);
  }
  if (shown < length) parts.push(`...+${length - shown} more`);
  return `[]${element.name} len: ${length}, cap: ${capacity}, [${parts.join(',')}]`;
}

/** A condition's answer. Numbers and pointers count as in C: not zero is true. */
export function truthOf(result: Result, at = 0): boolean {
  const value = loaded(result, at);
  switch (value.kind) {
    case 'bool': return value.value;
    case 'int': return value.value !== 0n;
    case 'pointer': return value.address !== 0;
    case 'nil': return false;
    default: return fail(at, `${anyOf(value)} is no condition`);
  }
}
