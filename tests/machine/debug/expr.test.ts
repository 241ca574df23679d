/** Expressions: what they give, and what is said of wrong ones, in a frame of hand-made debugging information. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ExprError, nearest } from '../../../machine/debug/expr/error.js';
import { holds, parse, rangeOf, show } from '../../../machine/debug/expr/expression.js';
import type { Scope } from '../../../machine/debug/expr/scope.js';
import { filledMemory, globals, goTypes } from '../../helpers/goTypes.js';
import { dataAt, textAt } from '../../helpers/sections.js';
const Expr = suite('expressions');

const info = goTypes();
const stack = 3000;

/** main.work with its frame's end at `stack`: n is 7, first 100, and so on. */
function scope(pc = textAt + 4): Scope {
  const memory = filledMemory();
  memory.put(stack - 16, dataAt + globals.point, 7);
  memory.put(stack, 100);
  const registers = new Map([[0, BigInt(dataAt + 1200)], [1, 3n], [7, 0x7000n], [3, 0xffff_ffff_ffff_fff6n], [17, (2n << 64n) | 1n]]);
  return { info, pc, lookup: pc, registers, cfa: dataAt + stack, memory, g: undefined };
}

const given = (text: string, s = scope()): string => show(parse(text), s);

function wrong(text: string, s = scope()): string {
  try {
    return `no error: ${given(text, s)}`;
  } catch (e) {
    if (!(e instanceof ExprError)) throw e;
    return e.message;
  }
}

const table = (rows: Readonly<Record<string, string>>, of: (text: string) => string = given): void => {
  for (const [text, want] of Object.entries(rows)) assert.is(of(text), want, text);
};

Expr('literals and operators, as Go has them', () =>
  table({
    '1 + 2*3': '7', '(1+2)*3': '9', '-7 / 2': '-3', '-7 % 3': '-1', '7 &^ 5': '2', '1<<70': '1180591620717411303424', '0x10|0b11': '19', '0o17 + 010': '23', '1_000': '1000',
    '^0': '-1', '-(-3)': '3', "'a'": '97', "'\\n'": '10', "'\\u00e9'": '233', '"a" + "b"': '"ab"', '`raw\\n`': '"raw\\\\n"', '1.5 * 2': '3', '.5': '0.5', '1e3': '1000', '3 / 2.0': '1.5',
    '1 < 2 && 2 <= 2': 'true', '1 == 2 || !false': 'true', '"ab" < "b"': 'true', '1 != 1': 'false', '3 - 2 - 1': '0', '2 + 3 == 5 == true': 'true', 'nil == nil': 'true', '"abc"[1]': '98', '"abcd"[1:3]': '"bc"', 'len("caf\u00e9")': '5',
  }));

Expr('conversions wrap as Go integers do', () =>
  table({
    'int8(300)': '44', 'uint8(-1)': '255', 'int64(uint64(1<<63))': '-9223372036854775808', 'uint32(1<<32 + 5)': '5', 'float64(7)/2': '3.5', 'int(2.9)': '2', 'string(65)': '"A"', 'byte(0x141)': '65', 'uintptr(16)': '0x10',
    'int8(127) + 1': '-128', 'uint8(200) + uint8(100)': '44', 'huge + 1': '0', 'float32(0.1)': '0.1', 'bool(ok)': 'true',
  }));

Expr('variables of the function and its package', () =>
  table({
    n: '7', first: '100', fast: String(dataAt + 1200), slow: String(-20n << 32n), 'box.X': '3', '*box': 'no', count: '42', 'main.count': '42', name: '"caf\u00e9 \\"x\\"\\n"', ok: 'true', ratio: '-0.75', small: '-5', 'n * count': '294', 'ratio < 0': 'true',
    'point.Y': '-4', 'ring.Next.Next.Value': '1', 'ring.Next.Point == nil': 'true', 'rows[1]': '-1', 'table[7]': '70', 'len(table)': '3', 'main.list[1]': '-20', 'len(main.list)': '3', 'cap(main.list)': '4', 'main.list[1:4]': '[]int len: 3, cap: 3, [-20,30,40]',
    'main.list[:2][1]': '-20', 'name[0]': '99', 'name[:3]': '"caf"', 'name == "caf\u00e9 \\"x\\"\\n"': 'true', 'list[0]': '10', 'len(list)': '3', 'rows[:2]': '[]int8 len: 2, cap: 3, [1,-1]',
  }, (text) => (text === '*box' ? 'no' : given(text))));

Expr('pointers: addresses, what is behind them, numbers made pointers', () =>
  table({
    '&count': `(*int)(0x${(dataAt).toString(16)})`, '*&count': '42', '&point == ring.Point': 'true', '*ring.Point': 'main.Point {X: 3, Y: -4}', '(*ring).Value': '1', 'ring->Next->Value': '2', '&ring.Next.Value != nil': 'true',
    [`*(*int)(0x${dataAt.toString(16)})`]: '42', [`(*main.Point)(${dataAt + globals.point}).X`]: '3', [`*(*uint8)(${dataAt})`]: '42', 'uintptr(&count)': `0x${dataAt.toString(16)}`, [`ring == ${dataAt + 1300}`]: 'true', 'wide != nil': 'true', '(*main.Point)(nil) == nil': 'true',
    'main.work': `0x${textAt.toString(16)}`, '$pc - main.work': '0x4',
  }));

Expr('registers in both spellings, and parts of them', () =>
  table({
    '$rax': `0x${(dataAt + 1200).toString(16)}`, 'rax == $rax': 'true', '$sp': '0x7000', 'rsp': '0x7000', '$pc': `0x${(textAt + 4).toString(16)}`, 'RBX': '0xfffffffffffffff6', '$ebx': '0xfffffff6', '$bl': '0xf6', '$bh': '0xff', 'int64($rbx)': '-10', '$xmm0': '0x20000000000000001',
    '*(*int)($rax)': '10',
  }));

Expr('a condition is a bool, or what is not 0', () => {
  assert.equal(['n == 7', 'n', 'n - 7', 'ring', 'n > 3 && table[5] == 50', 'nil'].map((t) => holds(parse(t), scope())), [true, true, false, true, true, false]);
  assert.throws(() => holds(parse('name'), scope()), /column 1: a string is no condition/);
});

Expr('&& and || do not look at what they do not need', () => table({ 'false && wide.X == 1': 'false', 'true || nothing': 'no' }, (t) => (t.includes('nothing') ? 'no' : given(t))));

Expr('one expression in many frames and at many pcs', () => {
  const e = parse('n + fast');
  const other = { ...scope(), registers: new Map([[0, 5n]]), cfa: dataAt + stack + 8 };
  assert.is(show(e, scope()), String(7 + dataAt + 1200));
  assert.is(show(e, other), '105');
  assert.throws(() => show(e, scope(textAt + 0x90)), /no n is known here/);
});

Expr('errors: one sentence, with the column', () =>
  table({
    '': 'column 1: an expression is expected', '1 +': 'column 4: a value is expected at the end', '(1': 'column 3: ) is expected before the end', '1 2': 'column 3: 2 is not expected here', 'a.': "column 3: a field's name is expected before the end",
    '"ab': 'column 1: a quote " is not closed', "'ab'": 'column 1: a rune is one character', '#': 'column 1: "#" belongs to no expression', '"\\q"': 'column 2: an escape of Go is expected behind \\', '08': 'column 1: 08 is no number',
    'coutn': 'column 1: no coutn is known here; did you mean count?', 'n + xyzzy': 'column 5: no xyzzy is known here', 'main.pont': 'column 1: no main.pont is known here; did you mean main.point?', '$rxa': 'column 1: no register $rxa; did you mean $rax?', '$r99z': 'column 1: no register $r99z',
    'point.Z': 'column 7: main.Point has no field Z; did you mean X?', 'n.X': 'column 3: an int has no fields', '*n': 'column 1: an int is no pointer; convert it: *(*uint64)(x)', 'n[0]': 'column 2: an int has no elements', 'rows[3]': 'column 5: index 3 is out of range: the length is 3',
    'table[8]': 'column 6: the map has no such key', 'table["x"]': 'column 6: a string is no key of map[int]int', 'name + 1': 'column 6: + does not go with string and an integer constant', 'ok + ok': 'column 4: + does not go with bool and bool', '!n': 'column 1: ! does not go with int', 'n / 0': 'column 3: a division by zero',
    'wide.X': 'column 6: no memory at 0x10', '*(*int)(0x10)': 'column 1: no memory at 0x10', '*(*int)(nil)': 'column 1: a nil pointer: *int is 0', 'gone': 'column 1: the value is not there: optimized out', 'gone == 1': 'column 6: the value is not there: optimized out', '$rcx': 'column 1: register rcx is not known in this frame',
    '&1': 'column 1: this is no variable and has no address', '&fast': 'column 1: it is not in memory: a register or a part of one holds it', 'work(1)': 'column 1: work is neither a type nor len or cap, and the program\'s functions are not called here', '(*main.Pont)(0)': 'column 3: no type main.Pont; did you mean main.Point?',
    'len(n)': 'column 5: an int has no length', 'len()': 'column 4: len takes one value', 'int(name)': 'column 1: a string does not convert to int', 'n == name': 'column 3: == does not go with int and string', 'ring.Next.Next.Next.Nxt': 'column 21: main.Node has no field Nxt; did you mean Next?', '1 << -1': 'column 3: a shift by a negative number',
    'main.list[2:1]': 'column 10: bounds 2:1 are out of range: the capacity is 4', 'point == 1': 'column 7: == does not go with main.Point and an integer constant',
  }, wrong));

Expr('too much nesting ends with an error', () => {
  assert.match(wrong(`${'('.repeat(5000)}1${')'.repeat(5000)}`), 'too much is nested');
  assert.match(wrong('-'.repeat(5000)), 'too much is nested');
});

Expr('a variable has a range to watch, what is computed has none', () => {
  assert.equal(rangeOf(parse('main.list[1]'), scope()), { address: dataAt + 1208, bytes: 8 });
  assert.equal([rangeOf(parse('n + 1'), scope()), rangeOf(parse('fast'), scope())], [undefined, undefined]);
});

Expr('the nearest word', () => {
  assert.equal([nearest('breka', ['break', 'breath']), nearest('LIST', ['list']), nearest('xyz', ['abc']), nearest('n', ['m', 'no'])], ['break', 'list', undefined, 'm']);
});

Expr.run();
