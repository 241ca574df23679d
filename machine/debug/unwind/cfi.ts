/**
 * Call frame information (.debug_frame, .eh_frame): which entry describes a pc. What it says there is in rows.ts. DWARF 5, section 6.4.1;
 * System V ABI for amd64, section 4.2.4, for .eh_frame.
 */
import type { Cursor } from '../cursor.js';
import { Intervals, type Range } from '../intervals.js';
import type { Sections } from '../sections.js';

/** What entries of functions have in common. */
export interface CommonEntry {
  readonly codeUnit: number;
  readonly dataUnit: number;
  readonly returnRegister: number;
  readonly addressBytes: number;
  /** The code is a signal's return: its caller was interrupted, not calling. */
  readonly signal: boolean;
  readonly pointers: number;
  readonly augmented: boolean;
  /** A cursor at its instructions. */
  instructions(): Cursor;
}

export interface FrameEntry extends Range {
  readonly common: CommonEntry;
  instructions(): Cursor;
}

/** How pointers of .eh_frame are written. */
const PE = { absolute: 0, uleb: 1, data2: 2, data4: 3, data8: 4, signed: 8, sleb: 9, relative: 0x70, pcRelative: 0x10, indirect: 0x80, omitted: 0xff } as const;

/** Where a section lies, for pointers that count from their own place. */
interface Table {
  readonly name: '.debug_frame' | '.eh_frame';
  readonly address: number;
}

export class CallFrames {
  private entries: Intervals<FrameEntry> | undefined;

  constructor(private readonly sections: Sections) {}

  /** The entry for the code at an address. Errors: DebugError. */
  at(address: number): FrameEntry | undefined {
    this.entries ??= new Intervals(this.read());
    return this.entries.at(address);
  }

  private read(): FrameEntry[] {
    const out: FrameEntry[] = [];
    for (const name of ['.debug_frame', '.eh_frame'] as const) {
      if (this.sections.has(name)) readTable(this.sections.cursor(name), { name, address: this.sections.named(name)?.addr ?? 0 }, out);
    }
    return out;
  }
}

function readTable(c: Cursor, table: Table, out: FrameEntry[]): void {
  const known = new Map<number, CommonEntry>();
  const eh = table.name === '.eh_frame';
  while (!c.done) {
    const start = c.at;
    const { length, offsetBytes } = c.initialLength();
    if (length === 0) {
      if (eh) return; // the terminator
      continue;
    }
    const end = c.at + length;
    if (end > c.end) c.fail(`an entry of ${length} bytes is longer than the section`, start);
    const at = c.at;
    const id = c.unsigned(offsetBytes);
    const isCommon = eh ? id === 0 : id >= (offsetBytes === 8 ? 2 ** 64 : 0xffffffff);
    if (!isCommon) {
      const where = eh ? at - id : id;
      let common = known.get(where);
      if (common === undefined) known.set(where, (common = readCommon(c.from(where, c.bytes.length), table)));
      const entry = readEntry(c.from(c.at, end), common, table);
      if (entry !== undefined) out.push(entry);
    }
    c.at = end;
  }
}

function readCommon(c: Cursor, table: Table): CommonEntry {
  const start = c.at;
  const { length, offsetBytes } = c.initialLength();
  const end = c.at + length;
  if (end > c.end) c.fail(`an entry of ${length} bytes is longer than the section`, start);
  const id = c.unsigned(offsetBytes);
  if (id !== 0 && id < 0xffffffff) c.fail('what a function refers to is no common entry', start);
  const version = c.u8();
  if (version !== 1 && version !== 3 && version !== 4) c.fail(`version ${version} of call frames is not read`, start);
  const augmentation = c.text();
  let addressBytes = 8;
  if (version >= 4) {
    addressBytes = c.u8();
    c.skip(1);
    if (addressBytes !== 4 && addressBytes !== 8) c.fail(`addresses of ${addressBytes} bytes are not read`, start);
  }
  const codeUnit = c.uleb();
  const dataUnit = c.sleb();
  const returnRegister = version === 1 ? c.u8() : c.uleb();
  let pointers: number = PE.absolute;
  const augmented = augmentation.startsWith('z');
  if (augmented) {
    const bytes = c.uleb();
    const after = c.at + bytes;
    for (const letter of augmentation.slice(1)) {
      if (letter === 'R') pointers = c.u8();
      else if (letter === 'L') c.skip(1);
      else if (letter === 'P') readPointer(c, c.u8(), addressBytes, table);
      else if (letter !== 'S' && letter !== 'B') break; // what follows an unknown letter cannot be read, but its size is known
    }
    if (after > end || c.at > after) c.fail('an augmentation is longer than it says');
    c.at = after;
  } else if (augmentation !== '') c.fail(`augmentation ${JSON.stringify(augmentation)} is unknown`, start);
  const from = c.at;
  if (from > end) c.fail('a common entry ends within its header', start);
  return { codeUnit, dataUnit, returnRegister, addressBytes, signal: augmentation.includes('S'), pointers, augmented, instructions: () => c.from(from, end) };
}

function readEntry(c: Cursor, common: CommonEntry, table: Table): FrameEntry | undefined {
  const low = readPointer(c, common.pointers, common.addressBytes, table);
  const size = readPointer(c, common.pointers & ~PE.relative & ~PE.indirect, common.addressBytes, table);
  if (common.augmented) c.skip(c.uleb());
  if (low === undefined || size === undefined) return undefined;
  const from = c.at;
  return { low, high: low + size, common, instructions: () => c.from(from, c.end) };
}

/** A pointer as `encoding` says; undefined for one that is omitted. Those through memory give the place of the pointer: nobody here asks for more. */
function readPointer(c: Cursor, encoding: number, addressBytes: number, table: Table): number | undefined {
  if (encoding === PE.omitted) return undefined;
  const here = table.address + c.at;
  const value = raw(c, encoding & 0x0f, addressBytes);
  const relative = encoding & PE.relative;
  if (relative !== 0 && relative !== PE.pcRelative) c.fail(`pointers of kind 0x${encoding.toString(16)} are not read`);
  return relative === PE.pcRelative && value !== 0 ? here + value : value;
}

function raw(c: Cursor, format: number, addressBytes: number): number {
  switch (format) {
    case PE.absolute: return c.unsigned(addressBytes);
    case PE.uleb: return c.uleb();
    case PE.data2: return c.u16();
    case PE.data4: return c.u32();
    case PE.data8: return c.u64();
    case PE.sleb: return c.sleb();
    case PE.signed | PE.data2: return (c.u16() << 16) >> 16;
    case PE.signed | PE.data4: return c.i32();
    case PE.signed | PE.data8: case PE.signed: return Number(BigInt.asIntN(64, c.big64()));
    default: return c.fail(`pointers of format ${format} are not read`);
  }
}
