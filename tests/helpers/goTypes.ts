/** An image whose debugging information is written by hand: a few Go types, global variables, and a function with variables on its stack and in registers. */
import type { Bytes } from '../../asm/elf.js';
import { DebugInfo } from '../../machine/debug/info.js';
import type { Memory } from '../../machine/debug/unwind/abi.js';
import { bytesOf, dataAt, imageWith, textAt, withLength } from './sections.js';

const F = { addr: 1, data2: 5, string: 8, data1: 0x0b, udata: 0x0f, ref4: 0x13, exprloc: 0x18 };
const AT = { name: 3, byteSize: 0x0b, low: 0x11, high: 0x12, language: 0x13, count: 0x37, memberAt: 0x38, declLine: 0x3b, encoding: 0x3e, frameBase: 0x40, location: 2, type: 0x49 };
/** Two bytes each in LEB128. */
const goKind = [0x80, 0x52];
const goKey = [0x81, 0x52];
const goElem = [0x82, 0x52];

const enum Code { unit = 1, base, struct, member, pointer, array, range, go, variable, function, parameter, func }

const abbreviations = bytesOf((out) => {
  const entry = (code: Code, tag: number, children: 0 | 1, ...rest: number[]): void => void out.uleb(code).uleb(tag).u8(children).u8(...rest, 0, 0);
  entry(Code.unit, 0x11, 1, AT.language, F.data1, AT.low, F.addr, AT.high, F.data2);
  entry(Code.base, 0x24, 0, AT.name, F.string, AT.byteSize, F.data1, AT.encoding, F.data1, ...goKind, F.data1);
  entry(Code.struct, 0x13, 1, AT.name, F.string, AT.byteSize, F.udata, ...goKind, F.data1, ...goElem, F.ref4);
  entry(Code.member, 0x0d, 0, AT.name, F.string, AT.type, F.ref4, AT.memberAt, F.udata);
  entry(Code.pointer, 0x0f, 0, AT.name, F.string, AT.type, F.ref4, ...goKind, F.data1);
  entry(Code.array, 0x01, 1, AT.name, F.string, AT.type, F.ref4, AT.byteSize, F.udata, ...goKind, F.data1);
  entry(Code.range, 0x21, 0, AT.count, F.udata);
  entry(Code.go, 0x16, 0, AT.name, F.string, AT.type, F.ref4, ...goKind, F.data1, ...goKey, F.ref4, ...goElem, F.ref4);
  entry(Code.variable, 0x34, 0, AT.name, F.string, AT.type, F.ref4, AT.location, F.exprloc);
  entry(Code.function, 0x2e, 1, AT.name, F.string, AT.low, F.addr, AT.high, F.data2, AT.frameBase, F.exprloc);
  entry(Code.parameter, 0x05, 0, AT.name, F.string, AT.type, F.ref4, AT.location, F.exprloc, AT.declLine, F.data1);
  entry(Code.func, 0x15, 0, AT.name, F.string, AT.byteSize, F.data1, ...goKind, F.data1);
  out.u8(0);
});

/** reflect's kinds. */
const K = { bool: 1, int: 2, int8: 3, uint8: 8, uint64: 11, float64: 14, array: 17, chan: 18, func: 19, interface: 20, map: 21, pointer: 22, slice: 23, string: 24, struct: 25 };

/** Offsets of global variables from the beginning of the data. */
export const globals = { count: 0, name: 8, list: 24, ring: 48, table: 56, ok: 64, ratio: 72, point: 80, huge: 96, small: 104, rows: 105, wide: 112 } as const;

/** Entries by name: written twice, so that those before know where those behind them are. */
function entries(out: Bytes, at: Map<string, number>): void {
  const start = 4;
  const here = (name: string): void => void at.set(name, out.length + start);
  const ref = (name: string): number => at.get(name) ?? 0;
  const base = (name: string, bytes: number, encoding: number, kind: number): void => {
    here(name);
    out.uleb(Code.base).cstring(name).u8(bytes, encoding, kind);
  };
  const struct = (name: string, bytes: number, kind: number, members: readonly [string, string, number][], elem = 'int'): void => {
    here(name);
    out.uleb(Code.struct).cstring(name).uleb(bytes).u8(kind).u32(ref(elem));
    for (const [field, type, offset] of members) out.uleb(Code.member).cstring(field).u32(ref(type)).uleb(offset);
    out.u8(0);
  };
  const pointer = (name: string, target: string, kind = K.pointer): void => {
    here(name);
    out.uleb(Code.pointer).cstring(name).u32(ref(target)).u8(kind);
  };
  const array = (name: string, element: string, count: number, bytes: number): void => {
    here(name);
    out.uleb(Code.array).cstring(name).u32(ref(element)).uleb(bytes).u8(K.array).uleb(Code.range).uleb(count).u8(0);
  };
  out.u16(5).u8(1, 8).u32(0);
  out.uleb(Code.unit).u8(0x16).u64(textAt).u16(0x100);
  base('int', 8, 5, K.int);
  base('int8', 1, 5, K.int8);
  base('uint8', 1, 7, K.uint8);
  base('uint64', 8, 7, K.uint64);
  base('bool', 1, 2, K.bool);
  base('float64', 8, 4, K.float64);
  pointer('*uint8', 'uint8');
  pointer('*int', 'int');
  struct('string', 16, K.string, [['str', '*uint8', 0], ['len', 'int', 8]], 'uint8');
  struct('[]int', 24, K.slice, [['array', '*int', 0], ['len', 'int', 8], ['cap', 'int', 16]]);
  struct('main.Point', 16, K.struct, [['X', 'int', 0], ['Y', 'int', 8]]);
  struct('main.Node', 24, K.struct, [['Value', 'int', 0], ['Next', '*main.Node', 8], ['Point', '*main.Point', 16]]);
  pointer('*main.Node', 'main.Node');
  pointer('*main.Point', 'main.Point');
  array('[8]uint8', 'uint8', 8, 8);
  array('[8]int', 'int', 8, 64);
  array('[3]int8', 'int8', 3, 3);
  struct('bucket<int,int>', 144, K.struct, [['tophash', '[8]uint8', 0], ['keys', '[8]int', 8], ['values', '[8]int', 72], ['overflow', '*bucket<int,int>', 136]]);
  pointer('*bucket<int,int>', 'bucket<int,int>');
  struct('hash<int,int>', 48, K.struct, [['count', 'int', 0], ['flags', 'uint8', 8], ['B', 'uint8', 9], ['buckets', '*bucket<int,int>', 16], ['oldbuckets', '*bucket<int,int>', 24]]);
  pointer('*hash<int,int>', 'hash<int,int>');
  here('map[int]int');
  out.uleb(Code.go).cstring('map[int]int').u32(ref('*hash<int,int>')).u8(K.map).u32(ref('int')).u32(ref('int'));
  const global = (name: keyof typeof globals, type: string): void =>
    void out.uleb(Code.variable).cstring(`main.${name}`).u32(ref(type)).uleb(9).u8(3).u64(dataAt + globals[name]);
  global('count', 'int');
  global('name', 'string');
  global('list', '[]int');
  global('ring', '*main.Node');
  global('table', 'map[int]int');
  global('ok', 'bool');
  global('ratio', 'float64');
  global('point', 'main.Point');
  global('huge', 'uint64');
  global('small', 'int8');
  global('rows', '[3]int8');
  global('wide', '*main.Point');
  const frameBase = [1, 0x9c]; // DW_OP_call_frame_cfa
  out.uleb(Code.function).cstring('main.work').u64(textAt).u16(0x80).u8(...frameBase);
  const local = (name: string, type: string, line: number, ...location: number[]): void =>
    void out.uleb(Code.parameter).cstring(name).u32(ref(type)).u8(location.length, ...location).u8(line);
  local('n', 'int', 1, 0x91, 0x78); // fbreg -8
  local('first', 'int', 1, 0x9c);
  local('fast', 'int', 1, 0x50); // reg0
  local('slow', 'int', 1, 0x70, 4); // breg0 +4
  local('gone', 'int', 1);
  local('list', '[]int', 1, 0x50, 0x93, 8, 0x51, 0x93, 8, 0x93, 8); // pieces: rax, rdx, and nothing
  local('&box', '*main.Point', 1, 0x91, 0x70);
  out.u8(0);
  out.u8(0);
}

export const goTypesImage = (): Uint8Array => {
  const at = new Map<string, number>();
  withLength((out) => entries(out, at));
  const info = withLength((out) => entries(out, at));
  return imageWith({ '.debug_info': info.done(), '.debug_abbrev': abbreviations });
};

export const goTypes = (): DebugInfo => DebugInfo.of(goTypesImage());

/** Memory of a page from the data's address on, and nothing else. Words are written with `put`. */
export class TestMemory implements Memory {
  readonly bytes = new Uint8Array(4096);
  private readonly view = new DataView(this.bytes.buffer);

  read(address: number, count: number): Uint8Array | undefined {
    const at = address - dataAt;
    return at >= 0 && at + count <= this.bytes.length ? this.bytes.slice(at, at + count) : undefined;
  }

  /** Words from an offset on. */
  put(offset: number, ...words: (number | bigint)[]): void {
    words.forEach((w, i) => this.view.setBigUint64(offset + 8 * i, BigInt.asUintN(64, BigInt(w)), true));
  }

  /** A string's words at `offset`, its bytes at `at`. */
  text(offset: number, at: number, text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.bytes.set(bytes, at);
    this.put(offset, dataAt + at, bytes.length);
  }
}

/** The globals filled: a ring of two nodes, a map of three entries in two buckets, a slice of four. */
export function filledMemory(): TestMemory {
  const m = new TestMemory();
  m.put(globals.count, 42);
  m.text(globals.name, 1024, 'caf\u00e9 "x"\n');
  m.put(globals.list, dataAt + 1200, 3, 4);
  m.put(1200, 10, -20, 30, 40);
  m.put(globals.ring, dataAt + 1300);
  m.put(1300, 1, dataAt + 1324, dataAt + globals.point);
  m.put(1324, 2, dataAt + 1300, 0);
  m.put(globals.table, dataAt + 1400);
  m.put(1400, 3, 0, dataAt + 1500, 0);
  m.bytes[1500] = 9;
  m.bytes[1507] = 200;
  m.put(1508, 5, 0, 0, 0, 0, 0, 0, 7);
  m.put(1572, 50, 0, 0, 0, 0, 0, 0, 70);
  m.put(1636, dataAt + 1700);
  m.bytes[1702] = 77;
  m.put(1700 + 8 + 16, 6);
  m.put(1700 + 72 + 16, 60);
  m.bytes[globals.ok] = 1;
  new DataView(m.bytes.buffer).setFloat64(globals.ratio, -0.75, true);
  m.put(globals.point, 3, -4);
  m.put(globals.huge, 2n ** 64n - 1n);
  m.bytes[globals.small] = 0xfb;
  m.bytes.set([1, 0xff, 3], globals.rows);
  m.put(globals.wide, 0x10);
  return m;
}
