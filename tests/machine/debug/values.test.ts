/** Go values as text from debugging information and memory that are written by hand. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { complexText, floatText, quoted } from '../../../machine/debug/values/scalars.js';
import { mapEntries } from '../../../machine/debug/values/maps.js';
import { integerOf, valueAt } from '../../../machine/debug/values/value.js';
import { textOf, type Limits } from '../../../machine/debug/values/text.js';
import { filledMemory, globals, goTypes, type TestMemory } from '../../helpers/goTypes.js';
import { dataAt } from '../../helpers/sections.js';
const Values = suite('values as text');

const info = goTypes();

function text(name: keyof typeof globals, memory: TestMemory = filledMemory(), limits: Partial<Limits> = {}): string {
  const { address, type } = info.variableNamed(`main.${name}`)!;
  return textOf(valueAt(type!, address, memory), { info, memory }, limits);
}

Values('numbers, bools and strings', () => {
  assert.equal((['count', 'ok', 'ratio', 'huge', 'small', 'name'] as const).map((n) => text(n)), ['42', 'true', '-0.75', '18446744073709551615', '-5', '"café \\"x\\"\\n"']);
});

Values('slices, arrays, structs', () => {
  assert.is(text('list'), '[]int len: 3, cap: 4, [10,-20,30]');
  assert.is(text('list', filledMemory(), { elements: 2 }), '[]int len: 3, cap: 4, [10,-20,...+1 more]');
  assert.is(text('rows'), '[3]int8 [1,-1,3]');
  assert.is(text('point'), 'main.Point {X: 3, Y: -4}');
});

Values('a map of buckets with an overflow bucket', () => {
  assert.is(text('table'), 'map[int]int [5: 50, 7: 70, 6: 60]');
  assert.is(text('table', filledMemory(), { elements: 1 }), 'map[int]int [5: 50, ...+2 more]');
});

Values('a map that grows has entries in both arrays, each once', () => {
  const memory = filledMemory();
  memory.bytes[1400 + 9] = 1; // two buckets now; the first of one is what was the only one
  memory.put(1400 + 24, dataAt + 2000);
  memory.bytes[2000] = 2; // moved: its cells mean nothing
  memory.bytes.set([80], 1500 + 144); // the second bucket: one entry
  memory.put(1500 + 144 + 8, 99);
  memory.put(1500 + 144 + 72, 990);
  memory.put(1636, 0);
  const { address, type } = info.variableNamed('main.table')!;
  const keys = [...mapEntries(valueAt(type!, address, memory), memory)].map((e) => (typeof e === 'string' ? e : integerOf(e.key)));
  assert.equal(keys, [5n, 7n, 99n]);
});

Values('pointers are followed to a depth, and rings are not gone round', () => {
  assert.is(text('ring'), `*main.Node {Value: 1, Next: *main.Node {Value: 2, Next: (*main.Node)(0x${(dataAt + 1300).toString(16)}), Point: *main.Point nil}, Point: *main.Point {X: 3, Y: -4}}`);
  assert.is(text('ring', filledMemory(), { depth: 0 }), `(*main.Node)(0x${(dataAt + 1300).toString(16)})`);
});

Values('nil says so', () => {
  const memory = filledMemory();
  memory.put(globals.list, 0, 0, 0);
  memory.put(globals.ring, 0);
  memory.put(globals.table, 0);
  memory.put(globals.name, 0, 0);
  assert.equal((['list', 'ring', 'table', 'name'] as const).map((n) => text(n, memory)), ['[]int len: 0, cap: 0, nil', '*main.Node nil', 'map[int]int nil', '""']);
});

Values('memory that is not there says so in its place', () => {
  assert.is(text('wide'), '(*main.Point)(0x10) (unreadable: no memory at 0x10)');
  const memory = filledMemory();
  memory.put(globals.name, 0x10, 5);
  memory.put(globals.list, 0x10, 2, 2);
  memory.put(1636, 0x10); // the map's overflow bucket
  assert.is(text('name', memory), '(unreadable: no memory at 0x10)');
  assert.is(text('list', memory), '[]int len: 2, cap: 2, [(unreadable: no memory at 0x10),(unreadable: no memory at 0x18)]');
  assert.is(text('table', memory), 'map[int]int [5: 50, 7: 70, (unreadable: no memory at 0x10)]');
});

Values('damaged lengths end', () => {
  const memory = filledMemory();
  memory.put(globals.name, dataAt, -1);
  memory.put(globals.list, dataAt, 2n ** 62n, 2n ** 62n);
  memory.bytes[1400 + 9] = 200;
  memory.put(1636, dataAt + 1500); // the chain of buckets is a ring
  assert.ok(text('list', memory).includes('unreadable: a length of'));
  assert.ok(text('table', memory).includes('unreadable: 2^200 buckets'));
  memory.bytes[1400 + 9] = 0;
  assert.ok(text('table', memory, { elements: 100 }).length < 5000);
  assert.is(text('name', memory), '(unreadable: a length of -1)');
});

Values('strings are cut, and what is no character is escaped', () => {
  const memory = filledMemory();
  memory.text(globals.name, 2048, 'x'.repeat(70));
  assert.is(text('name', memory), `"${'x'.repeat(64)}"...+6 more`);
  assert.is(quoted(Uint8Array.of(0, 0xff, 9, 0xc3, 0xa9, 0xc3, 0xe2, 0x80, 0x8b, 0x5c)), '"\\x00\\xff\\té\\xc3\\u200b\\\\"');
});

Values('floats are the shortest that read back', () => {
  assert.equal([0.1, 1e6, 1e21, -0, NaN, Infinity, -Infinity].map((n) => floatText(n)), ['0.1', '1000000', '1e+21', '-0', 'NaN', '+Inf', '-Inf']);
  assert.equal([Math.fround(0.1), 1.5, Math.fround(3.4e38)].map((n) => floatText(n, 4)), ['0.1', '1.5', '3.4e+38']);
  assert.equal([complexText(1, -2.5, 16), complexText(0, NaN, 16)], ['(1-2.5i)', '(0+NaNi)']);
});

Values.run();
