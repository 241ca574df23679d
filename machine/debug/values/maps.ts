/**
 * The entries of Go's maps, in the order in which they lie in memory.
 *
 * Until Go 1.23 a map is an array of buckets with eight entries and a chain of further buckets each; while it grows, some are still in the old
 * array (runtime/map.go: hmap, bmap). From 1.24 on it is a directory of tables, each an array of groups of eight slots with a control
 * word, where small maps are one group (internal/runtime/maps). The image's types have the layouts of both.
 */
import type { Type } from '../dwarf/types.js';
import type { Memory } from '../unwind/abi.js';
import { wordIn, within } from './place.js';
import { fieldNamed, integerOf, pointee, valueAt, type Value } from './value.js';

export interface Entry {
  readonly key: Value;
  readonly value: Value;
}

/** How many entries a map says that it has. */
export interface MapHead {
  readonly isNil: boolean;
  readonly length: number;
}

/** No map has more buckets or groups than this; what says so is no map. */
const most = 2 ** 40;
/** Chains of overflow buckets are a few long. */
const longestChain = 10_000;
const perGroup = 8;

/** A text: it cannot be read. */
export function mapHead(map: Value, memory: Memory): MapHead | string {
  const head = pointee(map, memory);
  if (head === undefined) return 'its layout is not known';
  if (typeof head === 'string') return head;
  if (head.place.address === 0) return { isNil: true, length: 0 };
  const count = fieldNamed(head, 'used') ?? fieldNamed(head, 'count');
  const length = count && integerOf(count);
  return typeof length === 'bigint' ? { isNil: false, length: Number(length) } : (length ?? 'its layout is not known');
}

/** All entries; ends with a text where memory or the layout does not say more. */
export function* mapEntries(map: Value, memory: Memory): Generator<Entry | string> {
  const head = pointee(map, memory);
  if (head === undefined) return yield 'its layout is not known';
  if (typeof head === 'string') return yield head;
  if (head.place.address === 0) return;
  const types = { key: map.type.go?.key, elem: map.type.go?.elem };
  if (fieldNamed(head, 'dirPtr')) yield* swissEntries(head, types, memory);
  else yield* bucketEntries(head, types, memory);
}

interface ElementTypes {
  readonly key: Type | undefined;
  readonly elem: Type | undefined;
}

/** A number field. Errors: a text, thrown and caught here. */
function numberIn(value: Value, field: string): number {
  const found = fieldNamed(value, field);
  if (found === undefined) throw new Unread(`its layout has no ${field}`);
  const number = integerOf(found);
  if (typeof number === 'string') throw new Unread(number);
  return Number(number);
}

class Unread extends Error {}

function* reading(entries: () => Generator<Entry>): Generator<Entry | string> {
  try {
    yield* entries();
  } catch (e) {
    if (!(e instanceof Unread)) throw e;
    yield e.message;
  }
}

/** What a pointer field points to. */
function behind(value: Value, field: string, memory: Memory): Value {
  const found = fieldNamed(value, field);
  const target = found && pointee(found, memory);
  if (target === undefined) throw new Unread(`its layout has no ${field}`);
  if (typeof target === 'string') throw new Unread(target);
  return target;
}

// Tables of groups

const swissEntries = (head: Value, types: ElementTypes, memory: Memory): Generator<Entry | string> =>
  reading(function* () {
    const length = numberIn(head, 'dirLen');
    if (length > most) throw new Unread(`a directory of ${length} tables`);
    if (numberIn(head, 'dirPtr') === 0) return; // nothing was ever put in
    const directory = behind(head, 'dirPtr', memory); // a pointer to a table
    const tableType = directory.type.plain.target;
    const groups = tableType && fieldNamed({ type: tableType, place: directory.place }, 'groups.data');
    const groupType = groups?.type.plain.target;
    if (tableType === undefined || groupType === undefined) throw new Unread('its layout is not known');
    if (length === 0) return yield* groupEntries({ type: groupType, place: directory.place }, types, memory);
    let last = 0;
    for (let i = 0; i < length; i++) {
      const at = wordIn(directory.place, 8 * i);
      if (typeof at === 'string') throw new Unread(at);
      if (at === last) continue; // a table that was not split has several places in a row
      last = at;
      const table = valueAt(tableType, at, memory);
      const mask = numberIn(table, 'groups.lengthMask');
      if (mask > most) throw new Unread(`a table of ${mask} groups`);
      const data = behind(table, 'groups.data', memory);
      for (let g = 0; g <= mask; g++) yield* groupEntries({ type: groupType, place: within(data.place, g * groupType.size) }, types, memory);
    }
  });

function* groupEntries(group: Value, types: ElementTypes, memory: Memory): Generator<Entry> {
  const control = fieldNamed(group, 'ctrl') ?? fieldNamed(group, 'ctrls');
  const bytes = control?.place.read(0, perGroup);
  if (bytes === undefined) throw new Unread('its groups have no control word');
  if (typeof bytes === 'string') throw new Unread(bytes);
  const slots = fieldNamed(group, 'slots');
  const slotType = slots?.type.plain.target;
  for (let i = 0; i < perGroup; i++) {
    if ((bytes[i]! & 0x80) !== 0) continue; // empty or deleted
    const slot = slots && slotType && { type: slotType, place: within(slots.place, i * slotType.size) };
    // newer layouts have keys and elements apart
    const key = slot ? fieldNamed(slot, 'key') : arrayItem(fieldNamed(group, 'keys'), i);
    const value = slot ? fieldNamed(slot, 'elem') : arrayItem(fieldNamed(group, 'elems'), i);
    if (key === undefined || value === undefined) throw new Unread('the layout of its groups is not known');
    yield { key: direct(key, types.key, memory), value: direct(value, types.elem, memory) };
  }
}

function arrayItem(array: Value | undefined, index: number): Value | undefined {
  const element = array?.type.plain.target;
  return array && element && { type: element, place: within(array.place, index * element.size) };
}

/** Keys and elements of more than 128 bytes are behind pointers. */
function direct(stored: Value, type: Type | undefined, memory: Memory): Value {
  if (type === undefined || stored.type.plain.die.offset === type.plain.die.offset) return { type: type ?? stored.type, place: stored.place };
  if (stored.type.size === type.size && type.size !== 8) return { type, place: stored.place };
  if (stored.type.plain.kind !== 'pointer' || stored.type.plain.target?.plain.die.offset !== type.plain.die.offset) return { type, place: stored.place };
  const at = wordIn(stored.place, 0);
  if (typeof at === 'string') throw new Unread(at);
  return valueAt(type, at, memory);
}

// Buckets

/** Marks of a cell: less than this, it holds nothing; from 2 to 4 it has been moved to the new array. */
const firstHash = 5;
const [movedFirst, movedLast] = [2, 4];
const sameSize = 8;

const bucketEntries = (head: Value, types: ElementTypes, memory: Memory): Generator<Entry | string> =>
  reading(function* () {
    const shift = numberIn(head, 'B');
    const old = numberIn(head, 'oldbuckets');
    if (shift > 40) throw new Unread(`2^${shift} buckets`);
    if (numberIn(head, 'buckets') === 0) return;
    yield* bucketArray(behind(head, 'buckets', memory), 2 ** shift, types, memory);
    const before = (numberIn(head, 'flags') & sameSize) !== 0 ? shift : shift - 1;
    if (old !== 0) yield* bucketArray(behind(head, 'oldbuckets', memory), 2 ** before, types, memory);
  });

function* bucketArray(first: Value, count: number, types: ElementTypes, memory: Memory): Generator<Entry> {
  for (let i = 0; i < count; i++) {
    let bucket: Value = { type: first.type, place: within(first.place, i * first.type.size) };
    for (let chain = 0; ; chain++) {
      if (chain > longestChain) throw new Unread('a chain of buckets does not end');
      yield* bucketCells(bucket, types, memory);
      if (numberIn(bucket, 'overflow') === 0) break;
      bucket = behind(bucket, 'overflow', memory);
    }
  }
}

function* bucketCells(bucket: Value, types: ElementTypes, memory: Memory): Generator<Entry> {
  const hashes = fieldNamed(bucket, 'tophash')?.place.read(0, perGroup);
  if (hashes === undefined) throw new Unread('its buckets have no hashes');
  if (typeof hashes === 'string') throw new Unread(hashes);
  if (hashes[0]! >= movedFirst && hashes[0]! <= movedLast) return; // the whole bucket has been moved
  for (let i = 0; i < perGroup; i++) {
    if (hashes[i]! < firstHash) continue;
    const [key, value] = [arrayItem(fieldNamed(bucket, 'keys'), i), arrayItem(fieldNamed(bucket, 'values'), i)];
    if (key === undefined || value === undefined) throw new Unread('the layout of its buckets is not known');
    yield { key: direct(key, types.key, memory), value: direct(value, types.elem, memory) };
  }
}
