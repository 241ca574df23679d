/** Conversions, and the types that expressions name. */
import { Type } from '../dwarf/types.js';
import type { DebugInfo } from '../info.js';
import type { Memory } from '../unwind/abi.js';
import { dynamicOf } from '../values/runtimeTypes.js';
import { memoryPlace } from '../values/place.js';
import { kindOf, rowOf } from '../values/value.js';
import { typeText, type TypeNode } from './ast.js';
import { fail, nearest } from './error.js';
import { anyOf, intTypes, loaded, stringBytes, wrapped, type Basic, type IntType, type Result } from './result.js';

/** What a written type is: one of the image's, a basic one, or a pointer, which needs none of its own. */
export type Target =
  | { readonly kind: 'type'; readonly type: Type; readonly name: string }
  | { readonly kind: 'int'; readonly type: IntType }
  | { readonly kind: 'float'; readonly bytes: 4 | 8 }
  | { readonly kind: 'string' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'pointer'; readonly target: Target; readonly name: string };

const aliases: Readonly<Record<string, string>> = { byte: 'uint8', rune: 'int32', any: 'interface {}' };

/** Undefined: no such type. Packages may be named by the last part of their path. */
export function targetOf(info: DebugInfo, node: TypeNode): Target | undefined {
  if (node.kind === 'pointer') {
    const target = targetOf(info, node.target);
    return target && { kind: 'pointer', target, name: typeText(node) };
  }
  const name = aliases[node.name] ?? node.name;
  const basic = intTypes.get(name);
  if (basic !== undefined) return { kind: 'int', type: basic };
  if (name === 'float64' || name === 'float32') return { kind: 'float', bytes: name === 'float64' ? 8 : 4 };
  if (name === 'string') return { kind: 'string' };
  if (name === 'bool') return { kind: 'bool' };
  const type = info.typeNamed(name) ?? (name.includes('.') ? bySuffix(info, name) : undefined);
  return type && { kind: 'type', type, name: type.name };
}

function bySuffix(info: DebugInfo, name: string): Type | undefined {
  for (const known of info.index.types.keys()) if (known.endsWith(`/${name}`)) return info.typeNamed(known);
  return undefined;
}

/** As `targetOf`; an unknown type is an error that names the nearest one. */
export function knownTarget(info: DebugInfo, node: TypeNode): Target {
  const found = targetOf(info, node);
  if (found !== undefined) return found;
  let at = node;
  while (at.kind === 'pointer') at = at.target;
  const near = nearest(at.name, info.index.types.keys());
  return fail(at.at, `no type ${at.name}${near === undefined ? '' : `; did you mean ${near}?`}`);
}

/** What a pointer to it points to: the image's own type, where that matters; undefined where only the image could say. */
function pointedTo(info: DebugInfo, target: Target): Type | Basic | undefined {
  switch (target.kind) {
    case 'type': return target.type;
    case 'string': return info.typeNamed('string');
    case 'pointer': {
      const inner = pointedTo(info, target.target);
      return inner && { kind: 'pointer', target: inner, name: target.name };
    }
    default: return target;
  }
}

/** What converts to a type, made once: the image's types are found beforehand. */
export function conversion(info: DebugInfo, target: Target, at: number): (operand: Result, memory: Memory) => Result {
  switch (target.kind) {
    case 'int': return (operand) => toInt(operand, target.type, at);
    case 'float': return (operand) => toFloat(operand, target.bytes, at);
    case 'bool': return (operand) => {
      const value = loaded(operand, at);
      return value.kind === 'bool' ? value : fail(at, `${anyOf(value)} does not convert to bool`);
    };
    case 'string': return (operand, memory) => toString(operand, memory, at);
    case 'pointer': {
      const pointed = pointedTo(info, target.target);
      if (pointed === undefined) return fail(at, `the debugging information has no type ${target.name.slice(1)}`);
      return (operand) => ({ kind: 'pointer', address: addressIn(operand, at), target: pointed, name: target.name });
    }
    case 'type': return named(target.type, at);
  }
}

function named(type: Type, at: number): (operand: Result, memory: Memory) => Result {
  const kind = kindOf(type);
  switch (kind) {
    case 'int': case 'uint': return (operand) => toInt(operand, { name: type.name, bits: 8 * type.size, signed: kind === 'int' }, at);
    case 'float': return (operand) => toFloat(operand, type.size, at);
    case 'string': return (operand, memory) => toString(operand, memory, at);
    case 'pointer': return (operand) => ({ kind: 'pointer', address: addressIn(operand, at), target: type.plain.target, name: type.name });
    default:
      return (operand) => {
        const fits = operand.kind === 'object' && kindOf(operand.value.type) === kind && operand.value.type.size === type.size;
        return fits ? { kind: 'object', value: { type, place: operand.value.place } } : fail(at, `${anyOf(operand)} does not convert to ${type.name}`);
      };
  }
}

function toInt(operand: Result, type: IntType, at: number): Result {
  const value = loaded(operand, at);
  const hex = type.name === 'uintptr' ? { hex: true } : {};
  switch (value.kind) {
    case 'int': return { kind: 'int', value: wrapped(value.value, type), type, ...hex };
    case 'float': return Number.isFinite(value.value) ? { kind: 'int', value: wrapped(BigInt(Math.trunc(value.value)), type), type, ...hex } : fail(at, 'infinity and NaN are no integers');
    case 'pointer': return { kind: 'int', value: wrapped(BigInt(value.address), type), type, ...hex };
    default: return fail(at, `${anyOf(value)} does not convert to ${type.name}`);
  }
}

function toFloat(operand: Result, bytes: number, at: number): Result {
  const value = loaded(operand, at);
  if (value.kind !== 'int' && value.kind !== 'float') return fail(at, `${anyOf(value)} does not convert to float${8 * bytes}`);
  const number = Number(value.value);
  return { kind: 'float', value: bytes === 4 ? Math.fround(number) : number, bytes, constant: false };
}

/** Of strings, bytes and runes. */
function toString(operand: Result, memory: Memory, at: number): Result {
  const bytes = stringBytes(operand, memory, at);
  if (bytes !== undefined) return { kind: 'string', bytes };
  const value = loaded(operand, at);
  if (value.kind === 'int') return { kind: 'string', bytes: new TextEncoder().encode(value.value >= 0n && value.value < 0x110000n ? String.fromCodePoint(Number(value.value)) : '\ufffd') };
  const row = value.kind === 'row' ? value : value.kind === 'object' && kindOf(value.value.type) === 'slice' ? rowOf(value.value, memory) : undefined;
  if (row === undefined || typeof row === 'string' || row.element?.size !== 1) return fail(at, typeof row === 'string' ? row : `${anyOf(value)} does not convert to string`);
  const read = row.length === 0 ? new Uint8Array(0) : row.place.read(0, Math.min(row.length, 1 << 20));
  return typeof read === 'string' ? fail(at, read) : { kind: 'string', bytes: read };
}

function addressIn(operand: Result, at: number): number {
  const value = loaded(operand, at);
  switch (value.kind) {
    case 'int': return value.value >= 0n && value.value < 2n ** 64n ? Number(value.value) : fail(at, `${value.value} is no address`);
    case 'pointer': return value.address;
    case 'nil': return 0;
    default: return fail(at, `${anyOf(value)} is no address`);
  }
}

/** `x.(T)`: what an interface holds, if it is a T. */
export function asserted(info: DebugInfo, operand: Result, type: TypeNode, memory: Memory, at: number): Result {
  if (operand.kind !== 'object' || kindOf(operand.value.type) !== 'interface') return fail(at, `${anyOf(operand)} is no interface`);
  const dynamic = dynamicOf(operand.value, { info, memory });
  if (typeof dynamic === 'string') return fail(at, dynamic);
  if (dynamic === undefined) return fail(at, 'the interface is nil');
  const wanted = typeText(type);
  if (dynamic.name !== wanted && !dynamic.name.endsWith(`/${wanted}`)) return fail(at, `the interface holds a ${dynamic.name} and no ${wanted}`);
  return dynamic.value === undefined ? fail(at, `${dynamic.name} is not in the debugging information`) : { kind: 'object', value: dynamic.value };
}

/** The object behind a pointer. */
export function dereferenced(pointer: Result & { readonly kind: 'pointer' }, memory: Memory, at: number): Result {
  if (pointer.target === undefined) return fail(at, `nobody knows what a ${pointer.name} points to; convert it first: (*T)(p)`);
  if (pointer.address === 0) return fail(at, `a nil pointer: ${pointer.name} is 0`);
  const place = memoryPlace(memory, pointer.address);
  return pointer.target instanceof Type ? { kind: 'object', value: { type: pointer.target, place } } : { kind: 'cell', place, basic: pointer.target };
}
