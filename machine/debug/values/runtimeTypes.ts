/**
 * What an interface holds: the dynamic type by its description in the program's read-only data, and where the value is. Go,
 * src/internal/abi/type.go and iface.go; the words used here stand where they stood in Go 1.7.
 */
import type { DebugInfo } from '../info.js';
import type { Type } from '../dwarf/types.js';
import type { Memory } from '../unwind/abi.js';
import { memoryPlace, unsignedAt, within, wordIn } from './place.js';
import type { Surroundings, Value } from './value.js';

/** Of an itab: its type. */
const itabType = 8;
/** Of a type: flags, kind, and the name as an offset from the first type. */
const typeFields = { flags: 20, kind: 23, name: 40 } as const;
/** The interface's word is the value, not its address: among the kind's bits up to Go 1.25, then among the flags, where it meant nothing before. */
const isDirect = 1 << 5;
/** The name has a star too many in front. */
const extraStar = 1 << 1;

export interface Dynamic {
  /** Where the runtime's type lies. */
  readonly at: number;
  readonly name: string;
  /** Undefined for a type that DWARF does not have. */
  readonly value: Value | undefined;
}

/** What an interface value holds; undefined for nil, a text where memory does not tell. */
export function dynamicOf(value: Value, { info, memory }: Surroundings): Dynamic | undefined | string {
  const word = wordIn(value.place, 0);
  if (typeof word === 'string') return word;
  if (word === 0) return undefined;
  const hasTable = value.type.plain.members[0]?.name === 'tab';
  const at = hasTable ? wordIn(memoryPlace(memory, word), itabType) : word;
  if (typeof at === 'string') return at;
  const known = info.typeByRuntimeType(at);
  const name = known?.name ?? runtimeTypeName(info, memory, at) ?? `type at 0x${at.toString(16)}`;
  const type = known ?? info.typeNamed(name); // data that the compiler laid out names types without saying where they are described
  if (type === undefined) return { at, name, value: undefined };
  const direct = directIn(memory, at);
  if (direct === undefined) return `no memory at 0x${at.toString(16)}`;
  if (direct) return { at, name, value: { type, place: within(value.place, 8) } };
  const data = wordIn(value.place, 8);
  return typeof data === 'string' ? data : { at, name, value: { type, place: memoryPlace(memory, data) } };
}

function directIn(memory: Memory, at: number): boolean | undefined {
  const bytes = memory.read(at + typeFields.flags, typeFields.kind - typeFields.flags + 1);
  return bytes && ((bytes[0]! | bytes[typeFields.kind - typeFields.flags]!) & isDirect) !== 0;
}

/** The name of a type as the running program has it; packages' paths are cut to their last part. */
export function runtimeTypeName(info: DebugInfo, memory: Memory, at: number): string | undefined {
  const first = info.go?.tables.types ?? info.symbols.named('runtime.types')?.start;
  const offset = unsignedAt(memoryPlace(memory, at), typeFields.name, 4);
  const flags = memory.read(at + typeFields.flags, 1);
  if (first === undefined || typeof offset === 'string' || flags === undefined) return undefined;
  const head = memory.read(first + Number(offset), 4);
  if (head === undefined) return undefined;
  let length = 0;
  let bytes = 0;
  do length |= (head[1 + bytes]! & 0x7f) << (7 * bytes);
  while ((head[1 + bytes++]! & 0x80) !== 0 && bytes < 3);
  const text = memory.read(first + Number(offset) + 1 + bytes, length);
  if (text === undefined) return undefined;
  const name = new TextDecoder().decode(text);
  return (flags[0]! & extraStar) !== 0 ? name.slice(1) : name;
}

/** The type of an interface with methods or without; undefined for any other. */
export const isInterface = (type: Type): boolean => type.go?.kind === 'interface';
