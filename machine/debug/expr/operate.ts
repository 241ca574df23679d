/**
 * Operators on results. As in Go, but where a debugger's user would only be hindered: integers of different types meet as numbers, and pointers may be
 * compared with integers.
 */
import type { Memory } from '../unwind/abi.js';
import { floatAt, integerOf, kindOf, memberOf, rowOf, elementOf, type Value } from '../values/value.js';
import type { BinaryOperator } from './ast.js';
import { fail } from './error.js';
import { isNil, loaded, stringBytes, typeName, wrapped, type IntType, type Result } from './result.js';

/** What && and || do not need: both operands are there. */
export type Strict = Exclude<BinaryOperator, '&&' | '||'>;

const comparisons = new Set<BinaryOperator>(['==', '!=', '<', '<=', '>', '>=']);

const compared = (op: BinaryOperator, order: number): boolean => {
  switch (op) {
    case '==': return order === 0;
    case '!=': return order !== 0;
    case '<': return order < 0;
    case '<=': return order <= 0;
    case '>': return order > 0;
    default: return order >= 0;
  }
};

const bool = (value: boolean): Result => ({ kind: 'bool', value });

export function binary(op: Strict, left: Result, right: Result, memory: Memory, at: number): Result {
  const a = loaded(left, at);
  const b = loaded(right, at);
  if (a.kind === 'int' && b.kind === 'int') return comparisons.has(op) ? bool(compared(op, a.value < b.value ? -1 : a.value > b.value ? 1 : 0)) : integers(op, a, b, at);
  if (isNumber(a) && isNumber(b)) return floats(op, a, b, at);
  const [x, y] = [stringBytes(a, memory, at), stringBytes(b, memory, at)];
  if (x !== undefined && y !== undefined) return strings(op, x, y, at);
  if (a.kind === 'pointer' || b.kind === 'pointer') return pointers(op, a, b, at);
  if (op !== '==' && op !== '!=') return mismatch(op, a, b, at);
  const same = equal(a, b, memory, at);
  if (same === undefined) return mismatch(op, a, b, at);
  return bool(same === (op === '=='));
}

const mismatch = (op: BinaryOperator, a: Result, b: Result, at: number): never => fail(at, `${op} does not go with ${typeName(a)} and ${typeName(b)}`);

type Int = Result & { readonly kind: 'int' };
type Float = Result & { readonly kind: 'float' };

const isNumber = (r: Result): r is Int | Float => r.kind === 'int' || r.kind === 'float';

/** The wider type; of equals the left one's. */
function common(a: Int, b: Int): IntType | undefined {
  if (a.type === undefined || b.type === undefined) return a.type ?? b.type;
  return b.type.bits > a.type.bits ? b.type : a.type;
}

function integers(op: Strict, a: Int, b: Int, at: number): Result {
  const isShift = op === '<<' || op === '>>';
  const type = isShift ? a.type : common(a, b);
  return { kind: 'int', value: wrapped(integer(op, a.value, b.value, at), type), type, ...(a.hex || b.hex ? { hex: true } : {}) };
}

/** So far are constants shifted at most. */
const mostShift = 4096n;

function integer(op: Strict, a: bigint, b: bigint, at: number): bigint {
  switch (op) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '/': return b === 0n ? fail(at, 'a division by zero') : a / b;
    case '%': return b === 0n ? fail(at, 'a division by zero') : a % b;
    case '&': return a & b;
    case '|': return a | b;
    case '^': return a ^ b;
    case '&^': return a & ~b;
    case '<<': case '>>':
      if (b < 0n) return fail(at, 'a shift by a negative number');
      if (op === '<<') return b > mostShift ? 0n : a << b;
      return a >> (b > mostShift ? mostShift : b);
    default: return fail(at, `${op} gives no number`);
  }
}

function floats(op: Strict, a: Int | Float, b: Int | Float, at: number): Result {
  // an integer that is no constant stays apart from floats, as in Go
  const odd = a.kind === 'int' ? a.type : b.kind === 'int' ? b.type : undefined;
  if (odd !== undefined) return mismatch(op, a, b, at);
  const [x, y] = [Number(a.value), Number(b.value)];
  if (comparisons.has(op)) return bool(op === '!=' ? x !== y : !Number.isNaN(x) && !Number.isNaN(y) && compared(op, x < y ? -1 : x > y ? 1 : 0));
  const bytes = Math.max(a.kind === 'float' && !a.constant ? a.bytes : 0, b.kind === 'float' && !b.constant ? b.bytes : 0);
  const round = (value: number): Result => ({ kind: 'float', value: bytes === 4 ? Math.fround(value) : value, bytes: bytes || 8, constant: bytes === 0 });
  switch (op) {
    case '+': return round(x + y);
    case '-': return round(x - y);
    case '*': return round(x * y);
    case '/': return y === 0 && bytes === 0 ? fail(at, 'a division by zero') : round(x / y);
    default: return mismatch(op, a, b, at);
  }
}

function strings(op: Strict, a: Uint8Array, b: Uint8Array, at: number): Result {
  if (op === '+') {
    const bytes = new Uint8Array(a.length + b.length);
    bytes.set(a);
    bytes.set(b, a.length);
    return { kind: 'string', bytes };
  }
  if (!comparisons.has(op)) return fail(at, `${op} does not go with strings`);
  return bool(compared(op, orderOf(a, b)));
}

function orderOf(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** Pointers with each other, nil and numbers. */
function pointers(op: Strict, a: Result, b: Result, at: number): Result {
  const [x, y] = [addressOf(a), addressOf(b)];
  if (x === undefined || y === undefined) return mismatch(op, a, b, at);
  if (comparisons.has(op)) return bool(compared(op, x < y ? -1 : x > y ? 1 : 0));
  return fail(at, `${op} does not go with pointers; convert them with uintptr()`);
}

function addressOf(r: Result): bigint | undefined {
  return r.kind === 'pointer' ? BigInt(r.address) : r.kind === 'int' ? r.value : r.kind === 'nil' ? 0n : undefined;
}

/** Undefined: the two cannot be compared. */
export function equal(a: Result, b: Result, memory: Memory, at: number): boolean | undefined {
  if (a.kind === 'nil' || b.kind === 'nil') {
    const other = isNil(a.kind === 'nil' ? b : a, memory, at);
    return other;
  }
  if (a.kind === 'bool' && b.kind === 'bool') return a.value === b.value;
  if (isNumber(a) && isNumber(b)) return Number(a.value) === Number(b.value) && (a.kind !== 'int' || b.kind !== 'int' || a.value === b.value);
  if (a.kind === 'pointer' && b.kind === 'pointer') return a.address === b.address;
  const [x, y] = [stringBytes(a, memory, at), stringBytes(b, memory, at)];
  if (x !== undefined && y !== undefined) return orderOf(x, y) === 0;
  if (a.kind !== 'object' || b.kind !== 'object' || a.value.type.plain.die.offset !== b.value.type.plain.die.offset) return undefined;
  return sameValues(a.value, b.value, memory, at, 0);
}

const mostDepth = 20;

/** Two values of one type, part by part. */
function sameValues(a: Value, b: Value, memory: Memory, at: number, depth: number): boolean | undefined {
  if (depth > mostDepth) return undefined;
  switch (kindOf(a.type)) {
    case 'struct': {
      for (const m of a.type.plain.members) {
        const same = m.name === '_' ? true : sameValues(memberOf(a, m), memberOf(b, m), memory, at, depth + 1);
        if (same !== true) return same;
      }
      return true;
    }
    case 'array': {
      const [x, y] = [rowOf(a, memory), rowOf(b, memory)];
      if (typeof x === 'string' || typeof y === 'string' || x.element === undefined || y.element === undefined) return undefined;
      for (let i = 0; i < x.length; i++) {
        const same = sameValues(elementOf({ ...x, element: x.element }, i), elementOf({ ...y, element: y.element }, i), memory, at, depth + 1);
        if (same !== true) return same;
      }
      return true;
    }
    case 'float': return floatAt(a.place, 0, a.type.size) === floatAt(b.place, 0, b.type.size);
    case 'string': {
      const [x, y] = [stringBytes({ kind: 'object', value: a }, memory, at), stringBytes({ kind: 'object', value: b }, memory, at)];
      return x !== undefined && y !== undefined && orderOf(x, y) === 0;
    }
    case 'chan': case 'interface': case 'complex': return sameBytes(a, b, at);
    case 'slice': case 'map': case 'func': return undefined;
    default: {
      const [x, y] = [integerOf(a), integerOf(b)];
      return typeof x === 'string' ? fail(at, x) : typeof y === 'string' ? fail(at, y) : x === y;
    }
  }
}

/** Interfaces are the same where type and data word are; what those point to is not looked into. */
function sameBytes(a: Value, b: Value, at: number): boolean {
  const [x, y] = [a.place.read(0, a.type.size), b.place.read(0, b.type.size)];
  if (typeof x === 'string') return fail(at, x);
  return typeof y === 'string' ? fail(at, y) : orderOf(x, y) === 0;
}

export function unary(op: '-' | '+' | '!' | '^', operand: Result, at: number): Result {
  const a = loaded(operand, at);
  if (op === '!') return a.kind === 'bool' ? bool(!a.value) : fail(at, `! does not go with ${typeName(a)}`);
  if (a.kind === 'float' && op !== '^') return op === '-' ? { ...a, value: -a.value } : a;
  if (a.kind !== 'int') return fail(at, `${op} does not go with ${typeName(a)}`);
  const value = op === '-' ? -a.value : op === '^' ? ~a.value : a.value;
  return { ...a, value: wrapped(value, a.type) };
}
