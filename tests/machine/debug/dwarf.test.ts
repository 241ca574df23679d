/** DWARF 5 written by hand in the forms that compilers here rarely use together: indexed texts, addresses, ranges and locations, types, inlined calls. */
import { deflateSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Bytes } from '../../../asm/elf.js';
import { SHF } from '../../../isa/abi/elf.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { pathAt } from '../../../machine/debug/dwarf/path.js';
import { bytesOf, dataAt, imageWith, textAt, withLength } from '../../helpers/sections.js';
const Dwarf = suite('machine/debug dwarf');

const F = { addr: 1, data2: 5, string: 8, data1: 0x0b, strp: 0x0e, udata: 0x0f, ref4: 0x13, indirect: 0x16, secOffset: 0x17, exprloc: 0x18, addrx: 0x1b, implicitConst: 0x21, loclistx: 0x22, rnglistx: 0x23, strx1: 0x25, addrx1: 0x29, lineStrp: 0x1f };

/** Code, tag, children, pairs of attribute and form; of implicit constants also the value. */
const abbreviations = bytesOf((out) => {
  const entry = (code: number, tag: number, children: number, ...rest: number[]): void => void out.uleb(code).uleb(tag).u8(children).u8(...rest, 0, 0);
  entry(1, 0x11, 1, 0x03, F.strx1, 0x1b, F.lineStrp, 0x11, F.addrx, 0x12, F.data2, 0x10, F.secOffset, 0x72, F.secOffset, 0x73, F.secOffset, 0x74, F.secOffset, 0x8c, 1, F.secOffset, 0x13, F.data1);
  entry(2, 0x2e, 1, 0x03, F.string, 0x11, F.addrx1, 0x12, F.udata, 0x40, F.exprloc, 0x3b, F.implicitConst, 7);
  entry(3, 0x24, 0, 0x03, F.strp, 0x0b, F.data1, 0x3e, F.data1);
  entry(4, 0x13, 1, 0x03, F.string, 0x0b, F.udata);
  entry(5, 0x0d, 0, 0x03, F.string, 0x49, F.ref4, 0x38, F.data1);
  entry(6, 0x01, 1, 0x49, F.ref4);
  entry(7, 0x21, 0, 0x37, F.data2);
  entry(8, 0x34, 0, 0x03, F.string, 0x49, F.ref4, 0x02, F.exprloc);
  entry(9, 0x1d, 0, 0x31, F.ref4, 0x55, F.rnglistx, 0x58, F.data1, 0x59, F.data2);
  entry(10, 0x2e, 0, 0x03, F.string, 0x20, F.data1);
  entry(11, 0x34, 0, 0x03, F.string, 0x49, F.ref4, 0x02, F.loclistx);
  entry(12, 0x16, 0, 0x03, F.indirect, 0x49, F.ref4);
  out.u8(0);
});

const OP = { addrx: 0xa1, callFrameCfa: 0x9c, fbreg: 0x91, reg0: 0x50, piece: 0x93, lit7: 0x37, stackValue: 0x9f, entryValue: 0xa3 };

function info(out: Bytes): void {
  const at: Record<string, number> = {};
  const start = 4; // behind the length
  const mark = (name: string): void => void (at[name] = out.length + start);
  out.u16(5).u8(1, 8).u32(0);
  out.uleb(1).u8(1).u32(0).uleb(0).u16(0x100).u32(0).u32(8).u32(8).u32(12).u32(12).u8(0x1d); // C11
  mark('int');
  out.uleb(3).u32(0).u8(4, 5);
  mark('point');
  out.uleb(4).cstring('point').uleb(8);
  out.uleb(5).cstring('x').u32(at['int']!).u8(0);
  out.uleb(5).cstring('y').u32(at['int']!).u8(4);
  out.u8(0);
  mark('points');
  out.uleb(6).u32(at['point']!).uleb(7).u16(2).uleb(7).u16(3).u8(0);
  mark('grid');
  out.uleb(4).cstring('grid').uleb(56);
  out.uleb(5).cstring('size').u32(at['int']!).u8(0);
  out.uleb(5).cstring('rows').u32(at['points']!).u8(8);
  out.u8(0);
  mark('alias');
  out.uleb(12).uleb(F.strp).u32(4).u32(at['grid']!);
  out.uleb(8).cstring('world').u32(at['alias']!).uleb(2).u8(OP.addrx, 1);
  mark('helper');
  out.uleb(10).cstring('helper').u8(1);
  out.uleb(2).cstring('work').u8(0).uleb(0x80).uleb(1).u8(OP.callFrameCfa);
  out.uleb(11).cstring('n').u32(at['int']!).uleb(0);
  out.uleb(9).u32(at['helper']!).uleb(0).u8(1).u16(300);
  out.u8(0, 0);
}

/** One file; lines 10 to 12 at work, 0x10 and 0x20 behind it, the second of which begins no statement. */
function line(out: Bytes): void {
  out.u16(5).u8(8, 0);
  const header = bytesOf((h) => {
    h.u8(1, 1, 1, 0xfb, 14, 13).u8(0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1);
    h.u8(1).uleb(1).uleb(F.lineStrp).uleb(1).u32(0);
    h.u8(2).uleb(1).uleb(F.string).uleb(2).uleb(F.udata).uleb(2).cstring('a.c').uleb(0).cstring('b.h').uleb(0);
  });
  out.u32(header.length);
  for (const b of header) out.u8(b);
  out.u8(0, 9, 2).u64(textAt).u8(4).uleb(0);
  out.u8(3).sleb(9).u8(1);
  out.u8(2).uleb(0x10).u8(3).sleb(1).u8(1);
  out.u8(2).uleb(0x10).u8(3).sleb(1).u8(6).u8(1);
  out.u8(2).uleb(0xe0).u8(0, 1, 1);
}

const tables: Readonly<Record<string, Uint8Array>> = {
  '.debug_abbrev': abbreviations,
  '.debug_info': withLength(info).done(),
  '.debug_line': withLength(line).done(),
  '.debug_str': bytesOf((out) => void out.cstring('int').cstring('grid_t').cstring('unit.c')),
  '.debug_line_str': bytesOf((out) => void out.cstring('/src')),
  '.debug_str_offsets': withLength((out) => void out.u16(5).u16(0).u32(0).u32(11)).done(),
  '.debug_addr': withLength((out) => void out.u16(5).u8(8, 0).u64(textAt).u64(dataAt)).done(),
  '.debug_rnglists': withLength((out) => void out.u16(5).u8(8, 0).u32(1).u32(4).u8(4).uleb(0x10).uleb(0x18).u8(3).uleb(0).uleb(2).u8(0)).done(),
  '.debug_loclists': withLength((out) => {
    out.u16(5).u8(8, 0).u32(1).u32(4);
    out.u8(4).uleb(0).uleb(8).uleb(1).u8(OP.reg0 + 3); // a register
    out.u8(4).uleb(8).uleb(0x10).uleb(2).u8(OP.fbreg, 0x78); // on the stack
    out.u8(4).uleb(0x10).uleb(0x20).uleb(2).u8(OP.lit7, OP.stackValue);
    out.u8(4).uleb(0x20).uleb(0x30).uleb(4).u8(OP.entryValue, 1, OP.reg0 + 5, OP.stackValue);
    out.u8(5).uleb(4).u8(OP.reg0, OP.piece, 2, OP.reg0 + 1).u8(0); // everywhere else
  }).done(),
};

const open = (): DebugInfo => DebugInfo.of(imageWith(tables));

Dwarf('a unit, its function and lines are found through indexes', () => {
  const debug = open();
  assert.is(debug.units.all[0]!.root.text(0x03), 'unit.c');
  assert.equal([0, 0xf, 0x10, 0x20, 0xff].map((n) => debug.placeOf(textAt + n)), [10, 10, 11, 12, 12].map((n) => ({ file: '/src/a.c', line: n })));
  assert.is(debug.placeOf(textAt + 0x100), undefined);
  assert.equal(debug.addressesOf('a.c', 11), [textAt + 0x10]);
  assert.equal(debug.addressesOf('/src/a.c', 12), [], 'where no statement begins nobody stops');
  assert.equal(debug.functionNamed('work'), { ...debug.functionAt(textAt + 5)!, name: 'work', low: textAt, high: textAt + 0x80 });
});

Dwarf('inlined calls lead from the inside out', () => {
  const frames = open().framesAt(textAt + 0x12).map(({ name, place, inlined }) => `${name} ${place?.file}:${place?.line} ${inlined}`);
  assert.equal(frames, ['helper /src/a.c:11 true', 'work /src/b.h:300 false']);
  assert.equal(open().framesAt(textAt + 1).map((f) => f.name), ['helper', 'work'], 'the second piece of its ranges');
  assert.equal(open().framesAt(textAt + 0x18).map((f) => f.name), ['work']);
});

Dwarf('types have sizes, fields and paths; an array of arrays counts by rows', () => {
  const debug = open();
  const type = debug.typeNamed('grid_t')!;
  assert.equal([type.kind, type.size, type.name, type.plain.name], ['typedef', 56, 'grid_t', 'struct grid']);
  assert.equal(type.plain.members.map((m) => `${m.name} ${m.offset} ${m.type.name}`), ['size 0 int', 'rows 8 struct point [2][3]']);
  assert.equal([0, 4, 8, 12, 36, 51].map((n) => pathAt(type, n)), ['size', '', 'rows[0][0].x', 'rows[0][0].y', 'rows[1][0].y', 'rows[1][2].x']);
  assert.is(debug.structOffset('struct point', 'y'), 4);
  assert.is(debug.structOffset('struct point', 'z'), undefined);
});

Dwarf('an address of data is a field of a variable', () => {
  const { name, path, offset, type } = open().variableAt(dataAt + 52)!;
  assert.equal([name, path, offset, type?.name], ['world', 'rows[1][2].y', 52, 'grid_t']);
  assert.is(open().variableAt(dataAt + 56), undefined);
});

Dwarf('a variable is where its list of locations says', () => {
  const debug = open();
  const frame = { register: (n: number) => BigInt(n), cfa: () => 0x7000, read: () => undefined };
  const where = (at: number): unknown => {
    const [n] = debug.localsAt(textAt + at).filter((l) => l.name === 'n');
    return debug.locate(n!, textAt + at, frame);
  };
  assert.equal(where(0), { kind: 'register', register: 3 });
  assert.equal(where(8), { kind: 'memory', address: 0x6ff8 });
  assert.equal(where(0x10), { kind: 'value', value: 7n });
  assert.equal(where(0x20), { kind: 'absent', why: 'optimized out: the value at entry is not kept' });
  assert.equal(where(0x40), { kind: 'pieces', pieces: [{ location: { kind: 'register', register: 0 }, bits: 16 }] });
});

Dwarf('compressed sections read the same, in both ways of compression', () => {
  const plain = tables['.debug_info']!;
  const packed = deflateSync(plain);
  const chdr = bytesOf((out) => void out.u32(1).u32(0).u64(plain.length).u64(1));
  const marked = { ...tables, '.debug_info': Uint8Array.from([...chdr, ...packed]) };
  assert.is(DebugInfo.of(imageWith(marked, { flags: { '.debug_info': SHF.COMPRESSED } })).framesAt(textAt + 5)[0]!.name, 'work');
  const { '.debug_info': _, ...rest } = tables;
  const zlib = Uint8Array.from([...'ZLIB'].map((c) => c.charCodeAt(0)).concat([0, 0, 0, 0, 0, 0, plain.length >> 8, plain.length & 255], [...packed]));
  assert.is(DebugInfo.of(imageWith({ ...rest, '.zdebug_info': zlib })).framesAt(textAt + 5)[0]!.name, 'work');
});

Dwarf('what is broken is told with section and offset', () => {
  const broken = (name: string, change: (bytes: Uint8Array) => Uint8Array): DebugInfo => DebugInfo.of(imageWith({ ...tables, [name]: change(tables[name]!.slice()) }));
  const set = (at: number, ...values: number[]) => (bytes: Uint8Array): Uint8Array => (bytes.set(values, at), bytes);
  const message = (debug: DebugInfo): string => {
    try {
      debug.framesAt(textAt + 5);
    } catch (e) {
      return (e as Error).message;
    }
    return 'no error';
  };
  assert.is(message(broken('.debug_info', set(4, 9))), '.debug_info+0x0: DWARF 9 is not read, only 2 to 5');
  assert.is(message(broken('.debug_info', (b) => b.subarray(0, b.length - 1))), `.debug_info+0x0: a unit of ${tables['.debug_info']!.length - 4} bytes is longer than the section`);
  assert.is(message(broken('.debug_info', set(12, 77))), '.debug_info+0xc: abbreviation 77 is not in the table at 0x0');
  assert.is(message(broken('.debug_abbrev', set(4, 0x7e))), '.debug_info+0xd: form 0x7e is not read');
  assert.is(message(broken('.debug_line', set(4, 1))), '.debug_line+0x0: line table version 1 is not read, only 2 to 5');
  assert.match(message(broken('.debug_rnglists', set(16, 9))), /^\.debug_rnglists\+0x10: kind 9 of range is unknown$/);
});

Dwarf.run();
