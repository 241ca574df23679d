/**
 * From a tree to a function of the scope, for one pc: names are resolved and types found now, so that what is left for each evaluation is reading
 * and computing.
 */
import { dynamicOf } from '../values/runtimeTypes.js';
import { lengthIn, within } from '../values/place.js';
import { channelOf } from '../values/channels.js';
import { mapEntries, mapHead } from '../values/maps.js';
import { elementOf, kindOf, memberOf, rowOf, type Value } from '../values/value.js';
import { fieldOf } from '../dwarf/path.js';
import { Type } from '../dwarf/types.js';
import { asType, typeText, type Node } from './ast.js';
import { fail, nearest } from './error.js';
import { functionNamed, globalNamed, knownNames, knownRegisters, localNamed, packageOf, registerOf, registerRead, symbolNamed, type Compiled, type Site } from './names.js';
import { binary, equal, unary } from './operate.js';
import { anyOf, basicName, intTypes, loaded, stringBytes, truthOf, type Result } from './result.js';
import type { Scope } from './scope.js';
import { asserted, conversion, dereferenced, knownTarget, targetOf } from './types.js';

/** Errors: ExprError, also from the function that it gives. */
export function compile(node: Node, site: Site): Compiled {
  switch (node.kind) {
    case 'int': return constant({ kind: 'int', value: node.value, type: undefined });
    case 'rune': return constant({ kind: 'int', value: node.value, type: undefined });
    case 'float': return constant({ kind: 'float', value: node.value, bytes: 8, constant: true });
    case 'string': return constant({ kind: 'string', bytes: node.bytes });
    case 'register': return dollar(node.name, node.at, site);
    case 'name': return named(node.name, node.at, site);
    case 'select': return select(node, site);
    case 'assert': {
      const of = compile(node.of, site);
      return (s) => asserted(site.info, of(s), node.type, s.memory, node.at);
    }
    case 'index': return index(node, site);
    case 'slice': return slice(node, site);
    case 'call': return call(node, site);
    case 'convert': {
      const convert = conversion(site.info, knownTarget(site.info, node.type), node.at);
      const of = compile(node.of, site);
      return (s) => convert(of(s), s.memory);
    }
    case 'unary': return unaryNode(node, site);
    case 'binary': return binaryNode(node, site);
  }
}

const constant = (result: Result): Compiled => () => result;

const universe: ReadonlyMap<string, Result> = new Map<string, Result>([['true', { kind: 'bool', value: true }], ['false', { kind: 'bool', value: false }], ['nil', { kind: 'nil' }]]);

// Names

/** As Go looks names up, and then as delve does: registers without a dollar, functions. */
function lookUp(name: string, at: number, site: Site): Compiled | undefined {
  const own = packageOf(site);
  const found = localNamed(site, name, at) ?? (own === undefined ? undefined : globalNamed(site, `${own}.${name}`)) ?? globalNamed(site, name);
  if (found !== undefined) return found;
  const fixed = universe.get(name);
  if (fixed !== undefined) return constant(fixed);
  const register = registerOf(site, name);
  if (register !== undefined) return registerRead(register, at);
  return (own === undefined ? undefined : functionNamed(site, `${own}.${name}`)) ?? functionNamed(site, name) ?? symbolNamed(site, name);
}

function named(name: string, at: number, site: Site): Compiled {
  const found = lookUp(name, at, site);
  if (found !== undefined) return found;
  const near = nearest(name, knownNames(site));
  return fail(at, `no ${name} is known here${near === undefined ? '' : `; did you mean ${near}?`}`);
}

function dollar(name: string, at: number, site: Site): Compiled {
  const register = registerOf(site, name);
  if (register !== undefined) return registerRead(register, at);
  const near = nearest(name.toLowerCase(), knownRegisters(site));
  return fail(at, `no register $${name}${near === undefined ? '' : `; did you mean $${near}?`}`);
}

// Fields

function select(node: Node & { kind: 'select' }, site: Site): Compiled {
  const qualified = qualifiedName(node, site);
  if (qualified !== undefined) return qualified;
  const of = compile(node.of, site);
  let last: { readonly type: Type; readonly part: (base: Value) => Value } | undefined;
  return (s) => {
    const base = structBehind(of(s), s, node.at);
    if (last?.type !== base.type) last = { type: base.type, part: partNamed(base.type, node.name, node.at) }; // the same at every stop but for interfaces
    return { kind: 'object', value: last!.part(base) };
  };
}

/** From a struct to a field, found once. */
function partNamed(type: Type, name: string, at: number): (base: Value) => Value {
  const member = type.plain.members.find((m) => m.name === name);
  if (member?.bits) return (base) => memberOf(base, member);
  const field = fieldOf(type, name) ?? noField(type, name, at);
  return (base) => ({ type: field.type, place: within(base.place, field.offset) });
}

function noField(type: Type, name: string, at: number): never {
  const near = nearest(name, type.plain.members.map((m) => m.name));
  return fail(at, `${type.name} has no field ${name}${near === undefined ? '' : `; did you mean ${near}?`}`);
}

/** `main.counter`, `"path/pkg".Var`: where the first part is no variable. */
function qualifiedName(node: Node & { kind: 'select' }, site: Site): Compiled | undefined {
  const { of, name } = node;
  if (of.kind !== 'name' && of.kind !== 'string') return undefined;
  const first = of.kind === 'name' ? of.name : new TextDecoder().decode(of.bytes);
  if (of.kind === 'name' && localNamed(site, first, of.at) !== undefined) return undefined;
  const own = packageOf(site);
  if (of.kind === 'name' && own !== undefined && globalNamed(site, `${own}.${first}`) !== undefined) return undefined;
  const full = `${first}.${name}`;
  const found = globalNamed(site, full) ?? functionNamed(site, full) ?? symbolNamed(site, full);
  if (found !== undefined) return found;
  if (of.kind === 'name' && globalNamed(site, first) !== undefined) return undefined;
  const near = nearest(full, knownNames(site));
  return fail(of.at, `no ${full} is known here${near === undefined ? '' : `; did you mean ${near}?`}`);
}

/** Through pointers and interfaces to what has fields. */
function structBehind(result: Result, s: Scope, at: number): Value {
  let base = result;
  for (let steps = 0; steps < 4; steps++) {
    if (base.kind === 'pointer') base = dereferenced(base, s.memory, at);
    if (base.kind !== 'object') break;
    const kind = kindOf(base.value.type);
    if (kind === 'struct' || kind === 'union') return base.value;
    if (kind === 'pointer') base = loaded(base, at);
    else if (kind === 'interface') base = held(base.value, s, at);
    else break;
  }
  return fail(at, `${anyOf(base)} has no fields`);
}

function held(value: Value, s: Scope, at: number): Result {
  const dynamic = dynamicOf(value, s);
  if (typeof dynamic === 'string') return fail(at, dynamic);
  if (dynamic === undefined) return fail(at, `a nil ${value.type.name}`);
  return dynamic.value === undefined ? fail(at, `${dynamic.name} is not in the debugging information`) : { kind: 'object', value: dynamic.value };
}

// Elements

/** Arrays, slices, strings, parts of them, and pointers to arrays: elements in a row. */
interface Elements {
  readonly element: Type | undefined;
  readonly length: number;
  readonly capacity: number;
  readonly place: Value['place'];
}

function elementsOf(result: Result, s: Scope, at: number): Elements | undefined {
  const base = result.kind === 'object' && kindOf(result.value.type) === 'pointer' ? loaded(result, at) : result;
  if (base.kind === 'row') return base;
  if (base.kind === 'pointer') {
    if (!(base.target instanceof Type) || kindOf(base.target) !== 'array') return undefined;
    return elementsOf(dereferenced(base, s.memory, at), s, at);
  }
  if (base.kind !== 'object') return undefined;
  const kind = kindOf(base.value.type);
  if (kind !== 'array' && kind !== 'slice' && kind !== 'string') return undefined;
  const row = rowOf(base.value, s.memory);
  return typeof row === 'string' ? fail(at, row) : row;
}

function numberOf(result: Result, at: number, what: string): number {
  const value = loaded(result, at);
  if (value.kind !== 'int') return fail(at, `${what} is an integer, not ${anyOf(value)}`);
  return Number(value.value);
}

function index(node: Node & { kind: 'index' }, site: Site): Compiled {
  const [of, by] = [compile(node.of, site), compile(node.index, site)];
  const { at } = node;
  return (s) => {
    const base = of(s);
    if (base.kind === 'object' && kindOf(base.value.type) === 'map') return mapElement(base.value, by(s), s, at);
    if (base.kind === 'string') {
      const i = numberOf(by(s), node.index.at, 'an index');
      const byte = base.bytes[i];
      return byte === undefined ? fail(at, `index ${i} is out of range: the length is ${base.bytes.length}`) : { kind: 'int', value: BigInt(byte), type: intTypes.get('uint8') };
    }
    const row = elementsOf(base, s, at);
    const i = numberOf(by(s), node.index.at, 'an index');
    if (row === undefined) return cElement(base, i, s, at);
    if (row.element === undefined) return fail(at, 'the type of the elements is not known');
    if (i < 0 || i >= row.length) return fail(at, `index ${i} is out of range: the length is ${row.length}`);
    return { kind: 'object', value: elementOf({ ...row, element: row.element, isNil: false }, i) };
  };
}

/** C's p[i]. */
function cElement(base: Result, i: number, s: Scope, at: number): Result {
  const pointer = loaded(base, at);
  if (pointer.kind !== 'pointer' || !(pointer.target instanceof Type) || pointer.target.die.unit.isGo) return fail(at, `${anyOf(pointer)} has no elements`);
  const { target } = pointer;
  return dereferenced({ kind: 'pointer', address: pointer.address + i * target.size, target, name: pointer.name }, s.memory, at);
}

function mapElement(map: Value, key: Result, s: Scope, at: number): Result {
  const wanted = loaded(key, at);
  const head = mapHead(map, s.memory);
  if (typeof head === 'string') return fail(at, head);
  for (const entry of mapEntries(map, s.memory)) {
    if (typeof entry === 'string') return fail(at, entry);
    let candidate: Result = { kind: 'object', value: entry.key };
    if (kindOf(entry.key.type) === 'interface' && !(wanted.kind === 'object' && kindOf(wanted.value.type) === 'interface')) {
      const dynamic = dynamicOf(entry.key, s);
      if (typeof dynamic === 'string' || dynamic?.value === undefined) continue;
      candidate = { kind: 'object', value: dynamic.value };
    }
    const same = equal(loaded(candidate, at), wanted, s.memory, at);
    if (same) return { kind: 'object', value: entry.value };
    if (same === undefined && kindOf(entry.key.type) !== 'interface') return fail(at, `${anyOf(wanted)} is no key of ${map.type.name}`);
  }
  return fail(at, `the map has no such key`);
}

function slice(node: Node & { kind: 'slice' }, site: Site): Compiled {
  const of = compile(node.of, site);
  const from = node.from && compile(node.from, site);
  const to = node.to && compile(node.to, site);
  const { at } = node;
  return (s) => {
    const base = of(s);
    const low = from === undefined ? 0 : numberOf(from(s), node.from!.at, 'a bound');
    const bytes = stringBytes(base, s.memory, at);
    if (bytes !== undefined) {
      const high = to === undefined ? bytes.length : numberOf(to(s), node.to!.at, 'a bound');
      return inBounds(low, high, bytes.length, at) ?? { kind: 'string', bytes: bytes.subarray(low, high) };
    }
    const row = elementsOf(base, s, at);
    if (row?.element === undefined) return fail(at, `${anyOf(base)} has no elements`);
    const high = to === undefined ? row.length : numberOf(to(s), node.to!.at, 'a bound');
    return inBounds(low, high, row.capacity, at) ?? { kind: 'row', element: row.element, place: within(row.place, low * row.element.size), length: high - low, capacity: row.capacity - low };
  };
}

const inBounds = (low: number, high: number, most: number, at: number): undefined => (low < 0 || low > high || high > most ? fail(at, `bounds ${low}:${high} are out of range: the capacity is ${most}`) : undefined);

// Calls: len, cap, conversions

function call(node: Node & { kind: 'call' }, site: Site): Compiled {
  const { of, args, at } = node;
  if (of.kind === 'name' && (of.name === 'len' || of.name === 'cap')) {
    const [arg] = args;
    if (arg === undefined || args.length !== 1) return fail(at, `${of.name} takes one value`);
    const value = compile(arg, site);
    return (s) => ({ kind: 'int', value: BigInt(measure(of.name === 'len', value(s), s, arg.at)), type: intTypes.get('int') });
  }
  const type = asType(of);
  const target = type && targetOf(site.info, type);
  if (type === undefined || target === undefined) {
    const near = type && nearest(typeText(type), ['len', 'cap', ...site.info.index.types.keys()]);
    return fail(of.at, `${type === undefined ? 'this' : typeText(type)} is neither a type nor len or cap, and the program's functions are not called here${near === undefined ? '' : `; did you mean ${near}?`}`);
  }
  const [arg] = args;
  if (arg === undefined || args.length !== 1) return fail(at, 'a conversion takes one value');
  const convert = conversion(site.info, target, of.at);
  const value = compile(arg, site);
  return (s) => convert(value(s), s.memory);
}

function measure(length: boolean, result: Result, s: Scope, at: number): number {
  if (result.kind === 'string') return result.bytes.length;
  if (result.kind === 'object') {
    const kind = kindOf(result.value.type);
    if (kind === 'map' && length) {
      const head = mapHead(result.value, s.memory);
      return typeof head === 'string' ? fail(at, head) : head.length;
    }
    if (kind === 'chan') {
      const channel = channelOf(result.value, s);
      if (typeof channel === 'string') return fail(at, channel);
      return channel === undefined ? 0 : length ? channel.length : channel.capacity;
    }
    if (kind === 'slice' || (kind === 'string' && length)) { // a word says it
      const word = lengthIn(result.value.place, length ? 8 : 16);
      return typeof word === 'string' ? fail(at, word) : word;
    }
  }
  const row = elementsOf(result, s, at);
  return row === undefined ? fail(at, `${anyOf(result)} has no ${length ? 'length' : 'capacity'}`) : length ? row.length : row.capacity;
}

// Operators

function unaryNode(node: Node & { kind: 'unary' }, site: Site): Compiled {
  const { op, at } = node;
  const of = compile(node.of, site);
  switch (op) {
    case '*': return (s) => {
      const pointer = loaded(of(s), at);
      if (pointer.kind !== 'pointer') return fail(at, `${anyOf(pointer)} is no pointer; convert it: *(*uint64)(x)`);
      return dereferenced(pointer, s.memory, at);
    };
    case '&': return (s) => addressed(of(s), at);
    default: return (s) => unary(op, of(s), at);
  }
}

function addressed(result: Result, at: number): Result {
  if (result.kind === 'symbol') return { kind: 'int', value: BigInt(result.address), type: intTypes.get('uintptr'), hex: true };
  if (result.kind === 'cell') return { kind: 'pointer', address: result.place.address!, target: result.basic, name: `*${basicName(result.basic)}` };
  if (result.kind !== 'object') return fail(at, 'this is no variable and has no address');
  const { place, type } = result.value;
  if (place.address === undefined) return fail(at, 'it is not in memory: a register or a part of one holds it');
  return { kind: 'pointer', address: place.address, target: type, name: `*${type.name}` };
}

function binaryNode(node: Node & { kind: 'binary' }, site: Site): Compiled {
  const { op, at } = node;
  const left = compile(node.left, site);
  const right = compile(node.right, site);
  if (op === '&&') return (s) => ({ kind: 'bool', value: truthOf(left(s), node.left.at) && truthOf(right(s), node.right.at) });
  if (op === '||') return (s) => ({ kind: 'bool', value: truthOf(left(s), node.left.at) || truthOf(right(s), node.right.at) });
  return (s) => binary(op, left(s), right(s), s.memory, at);
}

