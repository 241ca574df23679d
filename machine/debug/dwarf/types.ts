/**
 * Types: what .debug_info says of them, with what Go adds (attributes from 0x2900 on). A type is a view of its entry; parts
 * of it are read when asked for, since most types of an image are never looked at. DWARF 5, chapter 5.
 */
import { Cursor } from '../cursor.js';
import { AT, goKinds, TAG } from './names.js';
import type { Die } from './unit.js';
import type { Units } from './units.js';

export type TypeKind = 'base' | 'pointer' | 'reference' | 'struct' | 'class' | 'union' | 'array' | 'enum' | 'typedef' | 'function' | 'const' | 'volatile' | 'restrict' | 'atomic' | 'unspecified';

const kinds: Readonly<Record<number, TypeKind>> = {
  [TAG.baseType]: 'base', [TAG.pointerType]: 'pointer', [TAG.referenceType]: 'reference', [TAG.rvalueReferenceType]: 'reference', [TAG.structureType]: 'struct',
  [TAG.classType]: 'class', [TAG.unionType]: 'union', [TAG.arrayType]: 'array', [TAG.enumerationType]: 'enum', [TAG.typedef]: 'typedef', [TAG.subroutineType]: 'function',
  [TAG.constType]: 'const', [TAG.volatileType]: 'volatile', [TAG.restrictType]: 'restrict', [TAG.atomicType]: 'atomic', [TAG.unspecifiedType]: 'unspecified',
};

/** True for entries that are types. */
export const isType = (tag: number): boolean => kinds[tag] !== undefined;

export interface Member {
  /** Empty for C's unnamed structs and unions. */
  readonly name: string;
  readonly type: Type;
  /** Bytes from the beginning of the struct. */
  readonly offset: number;
  /** A bit field: its first bit from the beginning of the struct (the low bit of a byte is its first), and its width. */
  readonly bits: { readonly from: number; readonly width: number } | undefined;
  /** Go: an embedded field. */
  readonly embedded: boolean;
}

/** What Go's compiler says beside the DWARF type. */
export interface GoType {
  /** As of reflect: int, slice, map, and so on. */
  readonly kind: string;
  readonly key: Type | undefined;
  readonly elem: Type | undefined;
  /** Where its runtime type lies, from the first of all (of uintptr in Go 1.19 its address); undefined for types that the program's data do not name. */
  readonly runtimeOffset: number | undefined;
}

/** Typedefs of typedefs are followed so far. */
const mostDepth = 100;

/** Names made of other types' names nest so deep; a function within a function's parameters counts for four. */
const mostNameDepth = 12;

export class Type {
  // What entries say, once it was asked for: views ask again and again.
  private fields: readonly Member[] | undefined;
  private bytes: number | undefined;
  private unqualified: Type | undefined;
  private ofGo: GoType | undefined | null = null;
  private aim: Type | undefined | null = null;

  constructor(
    private readonly types: Types,
    readonly die: Die,
  ) {}

  get kind(): TypeKind {
    return kinds[this.die.tag]!;
  }

  /** Its own name, or in C's manner what it is made of. */
  get name(): string {
    return this.nameWithin(0);
  }

  private nameWithin(depth: number): string {
    const own = this.die.text(AT.name);
    const tagged = (word: string): string => (own === undefined ? `${word} {...}` : this.die.unit.isGo ? own : `${word} ${own}`); // C's tags are names apart
    if (depth > mostNameDepth) return '...';
    const target = (): string => this.target?.nameWithin(depth + 1) ?? 'void';
    switch (this.kind) {
      case 'struct': case 'class': case 'union': case 'enum': return tagged(this.kind);
      case 'pointer': return own ?? `${target()} *`;
      case 'reference': return own ?? `${target()} &`;
      case 'array': return own ?? `${target()} ${this.counts.map((n) => `[${n ?? ''}]`).join('')}`;
      case 'function': return own ?? `${target()} (${this.parameters.map((p) => p.nameWithin(depth + 4)).join(', ')})`;
      case 'const': case 'volatile': case 'restrict': case 'atomic': return own ?? `${this.kind} ${target()}`;
      default: return own ?? this.kind;
    }
  }

  private deep(): never {
    return this.die.unit.fail(this.die.offset, 'a type goes round in a circle');
  }

  /** Bytes; 0 for what has no size. */
  get size(): number {
    return (this.bytes ??= this.sizeWithin(0));
  }

  private sizeWithin(depth: number): number {
    const own = this.die.number(AT.byteSize);
    if (own !== undefined) return own;
    if (depth > mostDepth) return this.deep();
    switch (this.kind) {
      case 'pointer': case 'reference': return this.die.unit.addressBytes;
      case 'array': return this.counts.reduce<number>((n, count) => n * (count ?? 0), this.target?.sizeWithin(depth + 1) ?? 0);
      case 'typedef': case 'const': case 'volatile': case 'restrict': case 'atomic': return this.target?.sizeWithin(depth + 1) ?? 0;
      default: return 0;
    }
  }

  /** What a pointer points to, a typedef stands for, an array consists of, a function returns; undefined for C's void. */
  get target(): Type | undefined {
    if (this.aim !== null) return this.aim;
    const at = this.die.reference(AT.type);
    return (this.aim = at === undefined ? undefined : this.types.at(at));
  }

  /** Without typedefs and qualifiers. */
  get plain(): Type {
    return (this.unqualified ??= this.withoutNames());
  }

  private withoutNames(): Type {
    let type: Type = this;
    for (let depth = 0; ; depth++) {
      if (depth > mostDepth) return this.deep();
      switch (type.kind) {
        case 'typedef': case 'const': case 'volatile': case 'restrict': case 'atomic': break;
        default: return type;
      }
      const target: Type | undefined = type.target;
      if (target === undefined) return type;
      type = target;
    }
  }

  /** DW_ATE of a base type: 5 signed, 7 unsigned, 4 a float, and so on. */
  get encoding(): number | undefined {
    return this.die.number(AT.encoding);
  }

  /** Of a struct, class or union. */
  get members(): readonly Member[] {
    return (this.fields ??= this.readMembers());
  }

  private readMembers(): Member[] {
    const members: Member[] = [];
    for (const die of this.die.children()) {
      if (die.tag !== TAG.member && die.tag !== TAG.inheritance) continue;
      const at = die.reference(AT.type);
      if (at === undefined || die.flag(AT.external)) continue; // a static member of a class lies elsewhere
      const type = this.types.at(at);
      const bits = bitsOf(die, type);
      members.push({ name: die.text(AT.name) ?? '', type, offset: bits ? Math.floor(bits.from / 8) : memberOffset(die), bits, embedded: die.flag(AT.goEmbeddedField) });
    }
    return members;
  }

  /** Of an array: elements by dimension; undefined for one that does not say. */
  get counts(): readonly (number | undefined)[] {
    const counts: (number | undefined)[] = [];
    for (const die of this.die.children()) {
      if (die.tag !== TAG.subrangeType) continue;
      const upper = die.number(AT.upperBound);
      counts.push(die.number(AT.count) ?? (upper === undefined ? undefined : upper + 1));
    }
    return counts;
  }

  /** Of an enum. */
  get values(): readonly { readonly name: string; readonly value: number }[] {
    const values: { name: string; value: number }[] = [];
    for (const die of this.die.children()) {
      if (die.tag === TAG.enumerator) values.push({ name: die.text(AT.name) ?? '', value: die.number(AT.constValue) ?? 0 });
    }
    return values;
  }

  /** Of a function. Go lists results behind them as pointers. */
  get parameters(): readonly Type[] {
    const parameters: Type[] = [];
    for (const die of this.die.children()) {
      const at = die.tag === TAG.formalParameter ? die.reference(AT.type) : undefined;
      if (at !== undefined) parameters.push(this.types.at(at));
    }
    return parameters;
  }

  private get goKind(): number | undefined {
    return this.die.number(AT.goKind);
  }

  /** Undefined in other languages. Named types are typedefs of what has the attributes. */
  get go(): GoType | undefined {
    if (this.ofGo === null) this.ofGo = this.readGo();
    return this.ofGo;
  }

  private readGo(): GoType | undefined {
    const kind = this.goKind;
    if (kind === undefined) return this.kind === 'typedef' ? this.target?.go : undefined;
    const type = (name: AT): Type | undefined => {
      const at = this.die.reference(name);
      return at === undefined ? undefined : this.types.at(at);
    };
    return { kind: goKinds[kind & 31] ?? `kind ${kind}`, key: type(AT.goKey), elem: type(AT.goElem), runtimeOffset: this.die.address(AT.goRuntimeType) };
  }
}

/** DW_AT_data_member_location: a number, or up to DWARF 3 an expression that adds one. */
function memberOffset(die: Die): number {
  const block = die.block(AT.dataMemberLocation);
  if (block === undefined) return die.number(AT.dataMemberLocation) ?? 0;
  const c = new Cursor('.debug_info', block);
  const plusUconst = 0x23;
  return c.u8() === plusUconst ? c.uleb() : die.unit.fail(die.offset, 'where a member lies is not a number');
}

function bitsOf(die: Die, type: Type): Member['bits'] {
  const width = die.number(AT.bitSize);
  if (width === undefined) return undefined;
  const from = die.number(AT.dataBitOffset);
  if (from !== undefined) return { from, width };
  // Up to DWARF 3 bits were counted from the high end of the storage unit.
  const storage = (die.number(AT.byteSize) ?? type.size) * 8;
  return { from: memberOffset(die) * 8 + storage - (die.number(AT.bitOffset) ?? 0) - width, width };
}

/** The types of an image, by entry. */
export class Types {
  private readonly known = new Map<number, Type>();

  constructor(private readonly units: Units) {}

  /** The type whose entry stands at an offset of .debug_info. Errors: DebugError. */
  at(offset: number): Type {
    let type = this.known.get(offset);
    if (type === undefined) {
      const die = this.units.die(offset);
      if (!isType(die.tag)) return die.unit.fail(offset, `an entry with tag 0x${die.tag.toString(16)} is no type`);
      this.known.set(offset, (type = new Type(this, die)));
    }
    return type;
  }
}
