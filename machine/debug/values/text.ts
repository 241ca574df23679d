/**
 * Values as text, in the manner of delve: `[]int len: 2, cap: 4, [1,2]`, `main.T {A: 1, B: "x"}`, `map[string]int ["a": 1]`, `error(*errors.errorString) *{s: "gone"}`.
 * What cannot be read says so in its place. Limits end everything: depth, elements, bytes of strings, and how much there is in all;
 * a pointer to what it is itself a part of is shown as an address.
 */
import type { Type } from '../dwarf/types.js';
import { channelOf } from './channels.js';
import { mapEntries, mapHead } from './maps.js';
import { wordIn } from './place.js';
import { dynamicOf } from './runtimeTypes.js';
import { complexText, floatText, hexText, quoted } from './scalars.js';
import { elementOf, floatAt, integerOf, kindOf, memberOf, rowOf, type Row, type Surroundings, type Value } from './value.js';

export interface Limits {
  /** Pointers, interfaces, structs and elements inside each other. */
  readonly depth: number;
  /** Elements of an array, slice, map or channel. */
  readonly elements: number;
  /** Bytes of a string. */
  readonly stringBytes: number;
  /** Values in all. */
  readonly values: number;
}

export const usualLimits: Limits = { depth: 3, elements: 64, stringBytes: 64, values: 2000 };

/** A value as text; the type is named where the text alone would not tell. Errors: DebugError where the image's types are broken. */
export function textOf(value: Value, around: Surroundings, limits: Partial<Limits> = {}): string {
  return new Writer(around, { ...usualLimits, ...limits }).text(value, true, 0);
}

const unreadable = (why: string): string => (why.startsWith('optimized out') ? `(${why})` : `(unreadable: ${why})`);

class Writer {
  private written = 0;
  /** Addresses of the structs that are being written. */
  private readonly open: { readonly address: number; readonly type: number }[] = [];

  constructor(
    private readonly around: Surroundings,
    private readonly limits: Limits,
  ) {}

  /** `typed`: with the type's name, which elements of a row leave out. */
  text(value: Value, typed: boolean, depth: number): string {
    if (++this.written > this.limits.values) return '...';
    const kind = kindOf(value.type);
    switch (kind) {
      case 'bool': case 'int': case 'uint': return this.integer(value);
      case 'float': return this.float(value);
      case 'complex': return this.complex(value);
      case 'enum': return this.enumeration(value);
      case 'string': return this.string(value);
      case 'slice': return this.slice(value, typed, depth);
      case 'array': return this.array(value, typed, depth);
      case 'struct': case 'union': return this.struct(value, typed, depth);
      case 'pointer': return this.pointer(value, typed, depth);
      case 'interface': return this.interface(value, depth);
      case 'map': return this.map(value, typed, depth);
      case 'chan': return this.channel(value, depth);
      case 'func': return this.func(value);
      case 'code': return value.place.address === undefined ? '?' : (this.functionAt(value.place.address) ?? hexText(value.place.address));
      case 'void': return '(void)';
    }
  }

  private integer(value: Value): string {
    const number = integerOf(value);
    if (typeof number === 'string') return unreadable(number);
    const plain = value.type.plain;
    if (plain.encoding === 2) return number === 0n ? 'false' : number === 1n ? 'true' : `true (${number})`;
    const isCharacter = !plain.die.unit.isGo && (plain.encoding === 6 || plain.encoding === 8);
    return isCharacter ? `${number} '${quoted(Uint8Array.of(Number(BigInt.asUintN(8, number)))).slice(1, -1)}'` : String(number);
  }

  private float(value: Value): string {
    const number = floatAt(value.place, 0, value.type.size);
    return typeof number === 'string' ? unreadable(number) : floatText(number, value.type.size);
  }

  private complex(value: Value): string {
    const half = value.type.size / 2;
    const [real, imaginary] = [floatAt(value.place, 0, half), floatAt(value.place, half, half)];
    if (typeof real === 'string') return unreadable(real);
    return typeof imaginary === 'string' ? unreadable(imaginary) : complexText(real, imaginary, value.type.size);
  }

  private enumeration(value: Value): string {
    const number = integerOf(value);
    if (typeof number === 'string') return unreadable(number);
    const signed = BigInt.asIntN(8 * value.type.size, number);
    const known = value.type.plain.values.find((v) => BigInt(v.value) === number || BigInt(v.value) === signed);
    return known === undefined ? String(number) : `${known.name} (${number})`;
  }

  private string(value: Value): string {
    const row = rowOf(value, this.around.memory);
    if (typeof row === 'string') return unreadable(row);
    return this.bytes(row, row.length);
  }

  private bytes(row: Pick<Row, 'place'>, length: number): string {
    if (!isLength(length)) return unreadable(`a length of ${length}`);
    const shown = Math.min(length, this.limits.stringBytes);
    const bytes = shown === 0 ? new Uint8Array(0) : row.place.read(0, shown);
    return typeof bytes === 'string' ? unreadable(bytes) : quoted(bytes, length - shown);
  }

  private slice(value: Value, typed: boolean, depth: number): string {
    const row = rowOf(value, this.around.memory);
    if (typeof row === 'string') return unreadable(row);
    const head = typed ? `${value.type.name} len: ${row.length}, cap: ${row.capacity}, ` : '';
    return head + (row.isNil && row.length === 0 ? 'nil' : this.elements(row, depth));
  }

  private array(value: Value, typed: boolean, depth: number): string {
    const row = rowOf(value, this.around.memory);
    if (typeof row === 'string') return unreadable(row);
    const plain = value.type.plain;
    const element = plain.target?.plain;
    if (!plain.die.unit.isGo && element?.size === 1 && (element.encoding === 6 || element.encoding === 8)) return this.characters(row);
    if (plain.counts.length > 1) return this.dimensions(value, plain.counts, 0, 0, { left: this.limits.elements });
    return (typed && plain.die.unit.isGo ? `${value.type.name} ` : '') + this.elements(row, depth);
  }

  /** C's arrays of characters are strings up to the first NUL. */
  private characters(row: Row): string {
    const all = row.place.read(0, Math.min(row.length, 4 * this.limits.stringBytes));
    if (typeof all === 'string') return unreadable(all);
    const end = all.indexOf(0);
    return this.bytes(row, end < 0 ? row.length : end);
  }

  /** C's arrays of arrays are one type with several counts. */
  private dimensions(value: Value, counts: readonly (number | undefined)[], dimension: number, offset: number, budget: { left: number }): string {
    const element = value.type.plain.target;
    const count = counts[dimension] ?? 0;
    if (element === undefined) return '[]';
    const stride = counts.slice(dimension + 1).reduce<number>((n, c) => n * (c ?? 0), element.size);
    const row: Row = { element, length: 0, capacity: 0, place: value.place, isNil: false };
    const parts: string[] = [];
    for (let i = 0; i < count; i++) {
      if (budget.left <= 0) {
        parts.push(`...+${count - i} more`);
        break;
      }
      const at = offset + i * stride;
      if (dimension + 1 < counts.length) parts.push(this.dimensions(value, counts, dimension + 1, at, budget));
      else {
        budget.left--;
        parts.push(this.text(elementOf({ ...row, element, place: { address: undefined, read: (o, n) => value.place.read(at + o, n) } }, 0), false, 1));
      }
    }
    return `[${parts.join(',')}]`;
  }

  private elements(row: Row, depth: number): string {
    const { element } = row;
    if (element === undefined) return '[?]';
    if (row.length > 0 && depth >= this.limits.depth && !isSimple(element)) return '[...]';
    if (!isLength(row.length)) return unreadable(`a length of ${row.length}`);
    const count = Math.min(row.length, this.limits.elements);
    const parts: string[] = [];
    for (let i = 0; i < count && this.written <= this.limits.values; i++) parts.push(this.text(elementOf({ ...row, element }, i), false, depth + 1));
    if (parts.length < row.length) parts.push(`...+${row.length - parts.length} more`);
    return `[${parts.join(',')}]`;
  }

  private struct(value: Value, typed: boolean, depth: number): string {
    const { members } = value.type.plain;
    const head = typed ? `${value.type.name} ` : '';
    if (members.length === 0) return `${head}{}`;
    if (depth > this.limits.depth) return `${head}{...}`;
    const { address } = value.place;
    const type = value.type.plain.die.offset;
    if (address !== undefined) this.open.push({ address, type });
    const fields = members.filter((m) => m.name !== '_').map((m) => {
      const text = this.text(memberOf(value, m), true, depth + 1);
      return m.name === '' ? text : `${m.name}: ${text}`;
    });
    if (address !== undefined) this.open.pop();
    return `${head}{${fields.join(', ')}}`;
  }

  private pointer(value: Value, typed: boolean, depth: number): string {
    const at = wordIn(value.place, 0);
    if (typeof at === 'string') return unreadable(at);
    const { type } = value;
    const target = type.plain.target;
    const isGo = type.plain.die.unit.isGo;
    if (at === 0) return isGo && typed ? `${type.name} nil` : isGo ? 'nil' : 'NULL';
    if (target === undefined || kindOf(target) === 'void') return isGo ? `${type.name}(${hexText(at)})` : hexText(at);
    if (kindOf(target) === 'code') return this.functionAt(at) ?? hexText(at);
    if (!isGo && target.plain.size === 1) return `${hexText(at)} ${this.cString(at)}`;
    const within = this.open.some((o) => o.address === at && o.type === target.plain.die.offset);
    const pointed: Value = { type: target, place: { address: at, read: (o, n) => this.around.memory.read(at + o, n) ?? `no memory at ${hexText(at + o)}` } };
    const readable = pointed.place.read(0, Math.min(8, target.size));
    const itself = `(${type.name})(${hexText(at)})`;
    if (within || depth >= this.limits.depth || (!isGo && depth > 0)) return itself;
    if (typeof readable === 'string') return `${itself} ${unreadable(readable)}`;
    return `*${this.text(pointed, typed, depth + 1)}`;
  }

  private cString(at: number): string {
    const out: number[] = [];
    for (let i = 0; i <= this.limits.stringBytes; i++) {
      const byte = this.around.memory.read(at + i, 1);
      if (byte === undefined) return unreadable(`no memory at ${hexText(at + i)}`);
      if (byte[0] === 0) return quoted(Uint8Array.from(out));
      out.push(byte[0]!);
    }
    return `${quoted(Uint8Array.from(out.slice(0, this.limits.stringBytes)))}...`;
  }

  private interface(value: Value, depth: number): string {
    const dynamic = dynamicOf(value, this.around);
    if (typeof dynamic === 'string') return unreadable(dynamic);
    if (dynamic === undefined) return `${value.type.name} nil`;
    const head = `${value.type.name}(${dynamic.name}) `;
    if (dynamic.value === undefined) return `${head}(its type is not in the debugging information)`;
    return head + this.text(dynamic.value, false, depth + 1);
  }

  private map(value: Value, typed: boolean, depth: number): string {
    const head = mapHead(value, this.around.memory);
    if (typeof head === 'string') return unreadable(head);
    const name = typed ? `${value.type.name} ` : '';
    if (head.isNil) return `${name}nil`;
    if (depth >= this.limits.depth && head.length > 0) return `${name}[...]`;
    const parts: string[] = [];
    let shown = 0;
    for (const entry of mapEntries(value, this.around.memory)) {
      if (typeof entry === 'string') {
        parts.push(unreadable(entry));
        shown = head.length;
      }
      if (typeof entry === 'string' || shown >= this.limits.elements || this.written > this.limits.values) break;
      parts.push(`${this.text(entry.key, false, depth + 1)}: ${this.text(entry.value, false, depth + 1)}`);
      shown++;
    }
    if (shown < head.length) parts.push(`...+${head.length - shown} more`);
    return `${name}[${parts.join(', ')}]`;
  }

  private channel(value: Value, depth: number): string {
    const channel = channelOf(value, this.around);
    if (typeof channel === 'string') return unreadable(channel);
    if (channel === undefined) return `${value.type.name} nil`;
    const parts: string[] = [];
    for (let i = 0; i < Math.min(channel.length, this.limits.elements) && depth < this.limits.depth; i++) {
      const one = channel.buffered(i);
      if (one !== undefined) parts.push(this.text(one, false, depth + 1));
    }
    if (parts.length < channel.length) parts.push(`...+${channel.length - parts.length} more`);
    const waits = (ids: readonly number[], what: string): string => (ids.length === 0 ? '' : `, waiting to ${what}: ${ids.map((id) => `goroutine ${id}`).join(', ')}`);
    return `${value.type.name} ${channel.length}/${channel.capacity}${channel.length > 0 ? ` [${parts.join(',')}]` : ''}${channel.closed ? ', closed' : ''}${waits(channel.senders, 'send')}${waits(channel.receivers, 'receive')}`;
  }

  /** A func is a pointer to a closure, whose first word points to its code. */
  private func(value: Value): string {
    const closure = wordIn(value.place, 0);
    if (typeof closure === 'string') return unreadable(closure);
    if (closure === 0) return 'nil';
    const code = this.around.memory.read(closure, 8);
    if (code === undefined) return unreadable(`no memory at ${hexText(closure)}`);
    const at = Number(new DataView(code.buffer, code.byteOffset, 8).getBigUint64(0, true));
    return this.functionAt(at) ?? `func at ${hexText(at)}`;
  }

  private functionAt(address: number): string | undefined {
    return this.around.info.functionAt(address)?.name;
  }
}

const isLength = (n: number): boolean => n >= 0 && n < 2 ** 47;

/** Rows of these are shown at any depth. */
function isSimple(type: Type): boolean {
  const kind = kindOf(type);
  return kind === 'bool' || kind === 'int' || kind === 'uint' || kind === 'float';
}
