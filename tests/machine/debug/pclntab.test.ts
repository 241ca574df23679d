/** Go's function table, written by hand in both layouts: functions by address, lines, depths, inlined calls, found with and without its section. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Bytes } from '../../../asm/elf.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { bytesOf, dataAt, imageWith, textAt } from '../../helpers/sections.js';
const Table = suite('machine/debug pclntab');

/** A table of values by address: pairs of value and bytes of code. */
function values(out: Bytes, pairs: readonly (readonly [value: number, bytes: number])[]): void {
  let last = -1;
  pairs.forEach(([value, bytes], i) => {
    const step = value - last;
    if (step === 0 && i > 0) throw new Error('a run that does not change');
    out.uleb(step < 0 ? -step * 2 - 1 : step * 2).uleb(bytes);
    last = value;
  });
  out.u8(0);
}

/** Offsets of parts of the table that `parts` writes. */
function pack(parts: readonly ((out: Bytes) => void)[]): { bytes: Uint8Array; at: number[] } {
  const out = new Bytes();
  const at = parts.map((write) => {
    const start = out.length;
    write(out);
    return start;
  });
  return { bytes: out.done(), at };
}

/** main.main, 0x40 bytes, into which main.helper is inlined from 0x10 to 0x20; main.end follows it. The data hold moduledata, the trees of inlined calls, and the table itself. */
function data(layout: 18 | 20): { bytes: Uint8Array; table: number } {
  const names = pack(['main.main', 'main.helper', 'main.end'].map((name) => (out: Bytes) => void out.cstring(name)));
  const files = pack(['/src/main.go', '/src/helper.go'].map((name) => (out: Bytes) => void out.cstring(name)));
  const pcs = pack([
    (out) => void out.u8(0), // offset 0 is no table
    (out) => values(out, [[0, 4], [24, 0x3c]]), // depths
    (out) => values(out, [[0, 0x10], [1, 0x10], [0, 0x20]]), // files
    (out) => values(out, [[10, 0x10], [50, 8], [51, 8], [12, 0x20]]), // lines
    (out) => values(out, [[-1, 0x10], [0, 0x10], [-1, 0x20]]), // inlined calls
  ]);
  const old = layout === 18;
  const tree = bytesOf((out) => {
    if (old) out.u16(0xffff).u8(0, 0).u32(0).u32(11).u32(names.at[1]!).u32(0xc);
    else out.u32(0).u32(names.at[1]!).u32(0xc).u32(48);
  });
  const count = 2;
  const functab = 8 * count + 4;
  const func = (out: Bytes, entry: number, name: number, tables: readonly number[], inl: number | undefined): void => {
    out.u32(entry).u32(name).u32(0).u32(0).u32(tables[0]!).u32(tables[1]!).u32(tables[2]!).u32(3).u32(0);
    if (!old) out.u32(9);
    out.u8(0, 1, 0, 4).u32(0).u32(0).u32(tables[3]!);
    for (let i = 0; i < 4; i++) out.u32(i === 3 && inl !== undefined ? inl : 0xffffffff);
  };
  const funcBytes = (old ? 40 : 44) + 7 * 4;
  const table = new Bytes();
  const parts = [names.bytes, bytesOf((out) => void out.u32(files.at[0]!).u32(files.at[1]!)), files.bytes, pcs.bytes];
  let offset = 72;
  const offsets = [...parts, new Uint8Array(0)].map((p) => {
    const at = offset;
    offset += p.length;
    return at;
  });
  table.u32(old ? 0xfffffff0 : 0xfffffff1).u8(0, 0, 1, 8).u64(count).u64(2).u64(0); // no text address, as Go 1.26 has it
  for (const at of offsets) table.u64(at);
  for (const part of parts) for (const b of part) table.u8(b);
  table.u32(0).u32(functab).u32(0x40).u32(functab + funcBytes).u32(0x60);
  func(table, 0, names.at[0]!, [pcs.at[1]!, pcs.at[2]!, pcs.at[3]!, pcs.at[4]!], 0);
  func(table, 0x40, names.at[2]!, [0, 0, 0, 0], undefined);
  const moduleWords = old ? 60 : 62;
  const treeAt = dataAt + 8 * moduleWords;
  const tableAt = treeAt + 64;
  const out = new Bytes();
  const words = new Array<number>(moduleWords).fill(0);
  words[0] = tableAt;
  [words[20], words[21], words[22], words[23]] = [textAt + 0x100, textAt + 0x160, textAt + 0x100, textAt + 0x160];
  words[old ? 38 : 40] = treeAt;
  for (const w of words) out.u64(w);
  for (const b of tree) out.u8(b);
  while (out.length < tableAt - dataAt) out.u8(0);
  for (const b of table.done()) out.u8(b);
  return { bytes: out.done(), table: tableAt };
}

for (const layout of [18, 20] as const) {
  const debug = (): DebugInfo => DebugInfo.of(imageWith({}, { data: data(layout).bytes }));
  const main = textAt + 0x100; // moduledata's text, not the section's

  Table(`layout of Go 1.${layout}: functions by address and name`, () => {
    const go = debug().go!;
    assert.equal([go.tables.layout, go.count, go.tables.address], [layout, 2, data(layout).table]);
    const f = go.at(main + 0x3f)!;
    assert.equal([f.name, f.entry, f.end, f.flag, f.startLine], ['main.main', main, main + 0x40, 1, layout === 20 ? 9 : undefined]);
    assert.equal([main - 1, main + 0x40, main + 0x60].map((at) => go.at(at)?.name), [undefined, 'main.end', undefined]);
    assert.is(debug().functionNamed('main.end')!.low, main + 0x40);
  });

  Table(`layout of Go 1.${layout}: depths and places`, () => {
    const f = debug().go!.at(main)!;
    assert.equal([0, 3, 4, 0x3f].map((n) => f.depthAt(main + n)), [0, 0, 24, 24]);
    assert.equal([0, 0x10, 0x18, 0x20].map((n) => f.placeAt(main + n)), [{ file: '/src/main.go', line: 10 }, { file: '/src/helper.go', line: 50 }, { file: '/src/helper.go', line: 51 }, { file: '/src/main.go', line: 12 }]);
    const end = debug().go!.at(main + 0x40)!;
    assert.equal([end.hasDepths, end.placeAt(main + 0x40)], [false, undefined]);
    assert.equal(debug().addressesOf('helper.go', 51), [main + 0x18]);
  });

  Table(`layout of Go 1.${layout}: inlined calls`, () => {
    const frames = debug().framesAt(main + 0x19).map(({ name, place, inlined }) => `${name} ${place?.file}:${place?.line} ${inlined}`);
    assert.equal(frames, ['main.helper /src/helper.go:51 true', 'main.main /src/main.go:10 false']);
    assert.equal(debug().framesAt(main + 0x20).map((f) => f.name), ['main.main']);
  });
}

Table('an image without a table has none', () => {
  assert.is(DebugInfo.of(imageWith({})).go, undefined);
});

Table.run();
