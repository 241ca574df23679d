/**
 * Fields of the runtime's structures, found by name in the image's own types, so that any version of Go is read as it is. A path goes through
 * structs and their embedded ones (`sched.pc`); the box of an atomic is opened. Stripped images have no types: then the places of the few fields that
 * views cannot do without come from a table by version.
 */
import { fieldOf } from '../dwarf/path.js';
import type { Type } from '../dwarf/types.js';
import { goVersion, minorVersion } from '../go/version.js';
import type { DebugInfo } from '../info.js';
import type { Memory } from '../unwind/abi.js';
import { kindOf } from '../values/value.js';
import { knownField } from './stripped.js';

interface Field {
  readonly offset: number;
  readonly bytes: number;
  readonly signed: boolean;
  readonly type: Type | undefined;
}

/** A slice's words. */
export interface Slice {
  readonly at: number;
  readonly length: number;
}

/** What no real array has: a length beyond it is damage. */
const mostElements = 2 ** 26;

export class Runtime {
  private readonly fields = new Map<string, Field | undefined>();
  readonly minor: number | undefined;
  /** Whether the image has the runtime's types. */
  readonly hasTypes: boolean;

  constructor(
    readonly info: DebugInfo,
    readonly memory: Memory,
  ) {
    this.minor = minorVersion(goVersion(info.sections));
    this.hasTypes = info.typeNamed('runtime.g') !== undefined;
  }

  /** Where a field is; undefined where this version has none of that name. */
  field(struct: string, path: string): Field | undefined {
    const key = `${struct} ${path}`;
    if (!this.fields.has(key)) this.fields.set(key, this.find(struct, path));
    return this.fields.get(key);
  }

  private find(struct: string, path: string): Field | undefined {
    const type = this.info.typeNamed(struct);
    if (type === undefined) {
      const known = knownField(this.minor, struct, path);
      return known && { ...known, type: undefined };
    }
    const field = fieldOf(type, path);
    if (field === undefined) return undefined;
    const inner = unboxed(field.type);
    return { offset: field.offset + inner.offset, bytes: inner.type.size, signed: kindOf(inner.type) === 'int', type: inner.type };
  }

  /** The structure at an address. */
  at(struct: string, address: number): Structure {
    return new Structure(this, struct, address);
  }

  /** A global variable; undefined where the image does not say. */
  global(name: string): { readonly address: number; readonly type: Type | undefined } | undefined {
    return this.info.variableNamed(name) ?? this.symbol(name);
  }

  private symbol(name: string): { readonly address: number; readonly type: undefined } | undefined {
    const address = this.info.symbols.named(name)?.start;
    return address === undefined ? undefined : { address, type: undefined };
  }

  /** A global number or pointer; `bytes` where no type tells. */
  globalNumber(name: string, bytes = 8): number | undefined {
    const found = this.global(name);
    const inner = found?.type && unboxed(found.type);
    return found && this.number(found.address + (inner?.offset ?? 0), inner?.type.size ?? bytes, inner !== undefined && kindOf(inner.type) === 'int');
  }

  globalSlice(name: string): Slice | undefined {
    const found = this.global(name);
    return found && this.slice(found.address);
  }

  globalStructure(name: string, struct: string): Structure | undefined {
    const found = this.global(name);
    return found && this.at(struct, found.address);
  }

  slice(at: number): Slice | undefined {
    const [first, length] = [this.number(at, 8, false), this.number(at + 8, 8, true)];
    return first === undefined || length === undefined || length < 0 || length > mostElements ? undefined : { at: first, length };
  }

  /** Undefined where there is no memory. */
  number(at: number, bytes: number, signed: boolean): number | undefined {
    const read = this.memory.read(at, bytes);
    if (read === undefined) return undefined;
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(read[i]!);
    return Number(signed ? BigInt.asIntN(8 * bytes, value) : value);
  }

  /** A word of an array of pointers. */
  pointer(array: number, index: number): number | undefined {
    return this.number(array + 8 * index, 8, false);
  }

  /** A Go string at an address, of at most 200 bytes. */
  string(at: number): string | undefined {
    const [text, length] = [this.number(at, 8, false), this.number(at + 8, 8, true)];
    if (text === undefined || length === undefined || length < 0 || length > 200) return undefined;
    const bytes = this.memory.read(text, length);
    return bytes && new TextDecoder().decode(bytes);
  }
}

/** The one field with a size of a struct that has no other: what atomics keep their value in. */
function unboxed(type: Type): { readonly offset: number; readonly type: Type } {
  let [at, offset] = [type, 0];
  for (let depth = 0; depth < 8 && at.plain.kind === 'struct' && at.go?.kind !== 'string' && at.go?.kind !== 'slice'; depth++) {
    const filled = at.plain.members.filter((m) => m.type.size > 0);
    if (filled.length !== 1) break;
    offset += filled[0]!.offset;
    at = filled[0]!.type;
  }
  return { offset, type: at };
}

/** A structure in the program's memory. */
export class Structure {
  constructor(
    private readonly runtime: Runtime,
    readonly struct: string,
    readonly address: number,
  ) {}

  has(path: string): boolean {
    return this.runtime.field(this.struct, path) !== undefined;
  }

  /** A number or pointer; undefined where this version has no such field, or there is no memory. */
  number(path: string): number | undefined {
    const field = this.runtime.field(this.struct, path);
    return field && field.bytes <= 8 ? this.runtime.number(this.address + field.offset, field.bytes, field.signed) : undefined;
  }

  /** The first of several names that this version has. */
  oneOf(...paths: readonly string[]): number | undefined {
    const path = paths.find((p) => this.has(p));
    return path === undefined ? undefined : this.number(path);
  }

  /** As number, without 0. */
  pointer(path: string): number | undefined {
    return this.number(path) || undefined;
  }

  flag(path: string): boolean {
    return (this.number(path) ?? 0) !== 0;
  }

  slice(path: string): Slice | undefined {
    const at = this.addressOf(path);
    return at === undefined ? undefined : this.runtime.slice(at);
  }

  addressOf(path: string): number | undefined {
    const field = this.runtime.field(this.struct, path);
    return field && this.address + field.offset;
  }
}
