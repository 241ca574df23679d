/** Values of a running Go program of every kind, global and local, against what its source says; of C programs likewise. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gprSlot, GPR } from '../../../isa/x86/regs.js';
import { slots as armSlots } from '../../../isa/arm64/regs.js';
import { coreScope } from '../../../machine/debug/expr/scope.js';
import { goroutines } from '../../../machine/debug/views/goroutines.js';
import { Look } from '../../../machine/debug/views/look.js';
import { mapEntries } from '../../../machine/debug/values/maps.js';
import { kindOf, valueAt } from '../../../machine/debug/values/value.js';
import { textOf } from '../../../machine/debug/values/text.js';
import { holds, parse, show } from '../../../machine/debug/expr/expression.js';
import { ExprError } from '../../../machine/debug/expr/error.js';
import { goCompilers } from '../../helpers/toolchain.js';
import { scopeIn, stoppedAt, stoppedProgram, type Stopped } from '../../helpers/stopped.js';
const Values = suite('values of Go programs');

const squares = Array.from({ length: 64 }, (_, i) => i * i).join(',');

/** By name; `?` stands for an address. */
const globals: Readonly<Record<string, string>> = {
  truth: 'true', small: '-5', medium: '-1234', large: '-4611686018427387904', byteValue: '200', huge: '18446744073709551615', runeValue: '233', single: '1.5', double: '3.25', whole: '1000000',
  complexity: '(1-2.5i)', warm: '36.6', red: '7', text: '"plain"', escaped: '"tab\\there \\"quoted\\" \\x00\\xff é\\n"', long: '"0123456789012345678901234567890123456789012345678901234567890123"...+6 more', empty: '""',
  numbers: '[]int len: 5, cap: 5, [1,2,3,4,5]', nilSlice: '[]int len: 0, cap: 0, nil', zeroSlice: '[]int len: 0, cap: 0, []', names: 'main.Names len: 2, cap: 2, ["ann","bob"]', bytes: '[]uint8 len: 3, cap: 3, [104,105,33]',
  array: '[4]uint16 [1,2,3,4]', grid: '[2][2]string [["a","b"],["c","d"]]', many: `[]int len: 100, cap: 100, [${squares},...+36 more]`, inner: 'main.Inner {X: 1, Y: -2, Tag: "in"}',
  outer: '*main.Outer {Inner: main.Inner {X: 1, Y: 2, Tag: "embedded"}, ID: 9, Ptr: *main.Inner {X: 10, Y: 20, Tag: "pointed"}, Self: (*main.Outer)(?), List: []main.Inner len: 2, cap: 2, [{X: 3, Y: 4, Tag: "a"},{X: 5, Y: 6, Tag: "b"}], Table: map[string]int ["k": 5], Any: interface {}(float64) 3.5, Err: error(*errors.errorString) (*errors.errorString)(?), Call: main.main.func1, Grid: [2][3]int16 [[0,0,0],[0,0,12]], flags: 255}',
  nilPointer: '*main.Outer nil', ring: '*main.Node {Value: 1, Next: *main.Node {Value: 2, Next: (*main.Node)(?)}}', deep: '*main.Node {Value: 1, Next: *main.Node {Value: 2, Next: (*main.Node)(?)}}', pp: '**main.Node {Value: 1, Next: (*main.Node)(?)}',
  ages: 'map[string]int ["ann": 31]', nilMap: 'map[string]bool nil', emptyMap: 'map[int]int []', flagMap: 'map[uint8]bool [3: true]', keyed: 'map[main.Inner]*main.Inner [{X: 1, Y: 2, Tag: "key"}: *{X: 10, Y: 20, Tag: "pointed"}]', anyMap: 'map[interface {}]int [interface {}(string) "one": 1]',
  any1: 'interface {}(int) 42', any2: 'interface {}(string) "word"', any3: 'interface {}(main.Inner) {X: 7, Y: 8, Tag: "boxed"}', any4: 'interface {}(*main.Inner) *{X: 1, Y: -2, Tag: "in"}', anyNil: 'interface {} nil', shapeNil: 'main.Shape nil', failure: 'error(*errors.errorString) *{s: "broken"}',
  // the compiler laid these out; nothing that has code names their types
  any5: 'interface {}(main.Boxed) (its type is not in the debugging information)', shape: 'main.Shape(main.Square) (its type is not in the debugging information)', shapeP: 'main.Shape(*main.Square) (its type is not in the debugging information)',
  buffered: 'chan int 2/4 [4,5]', nilChan: 'chan int nil', recvOnly: '<-chan int 2/4 [4,5]', function: 'main.twice', nilFunc: 'nil', raw: 'unsafe.Pointer(?)', address: '4660', dangling: '(*main.Inner)(?) (unreadable: no memory at ?)', counter: '77', anonymous: 'struct { A int; B string } {A: 5, B: "five"}',
};

const hidden = (text: string): string => text.replace(/0x[0-9a-f]+/g, '?');

function global({ info, look }: Stopped, name: string): string {
  const { address, type } = info.variableNamed(`main.${name}`)!;
  return textOf(valueAt(type!, address, look.memory), look);
}

/** Of main.work's frame: what is asked, and what it is. */
const asked: Readonly<Record<string, string>> = {
  n: '7', label: '"label"', list: '[]int len: 5, cap: 5, [1,2,3,4,5]', f: '2.25', in: '*main.Inner {X: 10, Y: 20, Tag: "pointed"}', 'in.Tag': '"pointed"', pair: '[2]int [8,9]', 'pair[1]': '9', local: '21', sum: '2.75', name: '"label!"', ok: 'true',
  shadow: '"inner"', counter: '27', 'main.counter': '77', 'len(buffer)': '16', 'buffer[15]': '0', 'list[1:3]': '[]int len: 2, cap: 4, [2,3]', 'n == 7 && label == "label" && in.X < 11': 'true', '*&local': '21', 'outer.List[1].Tag': '"b"', 'outer.X': '1', 'outer.Self.Self.ID': '9',
  'bigMap[501]': '"n501"', 'len(bigMap)': '500', 'ages["ann"]': '31', 'flagMap[3]': 'true', 'anyMap["one"]': '1', 'keyed[any3.(main.Inner)]': 'error', 'any3.X': '7', 'any4.Tag': '"in"', 'failure.s': '"broken"', 'failure == nil': 'false', 'nilMap == nil': 'true', 'len(buffered)': '2', 'cap(buffered)': '4',
  '(*main.Inner)(outer.Ptr).Tag': '"pointed"', 'in == outer.Ptr': 'true', '*(*int)(&main.counter)': '77', 'float64(n)/2': '3.5', 'string(bytes)': '"hi!"', 'grid[1][0]': '"c"', 'deep.Next.Next.Next.Next.Next.Value': '6', '(**pp).Value': '1', 'warm > 36.5': 'true', 'red == 7': 'true', 'numbers[n-5]': '3',
};

for (const compiler of goCompilers) {
  for (const flags of [['-gcflags=all=-N -l'], []]) {
    const plain = flags.length > 0;
    Values(`${compiler.name} ${flags.join(' ')}`, () => {
      const stopped = stoppedProgram('debug/values', compiler, 'goroutines', { flags });
      const { machine, info } = stopped;
      const before = machine.digest();
      for (const [name, want] of Object.entries(globals)) if (plain || !want.includes('information')) assert.is(hidden(global(stopped, name)), want, name);
      assert.match(global(stopped, 'unbuffered'), /^chan string 0\/0, waiting to send: goroutine \d+, goroutine \d+$/);
      maps(stopped);
      const scope = scopeIn(stopped, 1, 'main.work');
      let gone = 0;
      for (const [text, want] of Object.entries(asked)) {
        if (want === 'error') {
          assert.throws(() => show(parse(text), scope), /the map has no such key/);
          continue;
        }
        try {
          assert.is(show(parse(text), scope), want, text);
        } catch (e) {
          // the optimizer may have dropped a local, or put it where a call loses it
          if (plain || !(e instanceof ExprError) || !/is not there|is known here/.test(e.message)) throw e;
          gone++;
        }
      }
      assert.ok(gone < 8, String(gone));
      assert.ok(holds(parse('n == 7'), scope));
      everything(stopped);
      assert.is(machine.digest(), before);
      console.log(`${compiler.name} ${flags.join(' ')}: ${Object.keys(globals).length} globals, ${Object.keys(asked).length - gone} expressions; ${gone} gone; ${info.index.variables.length} variables shown`);
    });
  }
}

/** At a function's first instruction all parameters are where calls put them: in registers since Go 1.17, floats in vector registers. */
const passed: Readonly<Record<string, string>> = {
  n: '7', label: '"label"', list: '[]int len: 5, cap: 5, [1,2,3,4,5]', f: '2.25', in: '*main.Inner {X: 10, Y: 20, Tag: "pointed"}', pair: '[2]int [8,9]', 'pair[0] + n': '15', 'label[1:3]': '"ab"', 'list[4]': '5', 'f * 2': '4.5', 'in.Tag == "pointed"': 'true', 'main.counter': '77', '$pc == work': 'true',
};

for (const compiler of goCompilers) {
  Values(`${compiler.name}: parameters in registers`, () => {
    const { machine, info } = stoppedAt('debug/values', compiler, 'main.work', 'goroutines');
    const before = machine.digest();
    const sp = machine.core(0).get64(compiler.arch === 'arm64' ? armSlots.sp : gprSlot(GPR.RSP));
    const scope = coreScope(machine, 0, info, () => Number(sp) + (compiler.arch === 'arm64' ? 0 : 8))!;
    for (const [text, want] of Object.entries(passed)) assert.is(show(parse(text), scope), want, text);
    assert.is(show(parse(compiler.arch === 'arm64' ? 'X0' : 'rax'), scope), '0x7');
    assert.is(show(parse('(*runtime.g)($x).goid'.replace('$x', compiler.arch === 'arm64' ? '$x28' : '$r14')), scope), '1');
    assert.is(goroutines(Look.of(machine, info)!).find((g) => g.id === 1)!.user.split(' ')[0], 'main.work');
    assert.is(machine.digest(), before);
  });
}

/** Entries of maps, whatever their order. */
function maps({ info, look }: Stopped): void {
  const entries = (name: string): string[] => {
    const { address, type } = info.variableNamed(`main.${name}`)!;
    return [...mapEntries(valueAt(type!, address, look.memory), look.memory)].map((e) => (typeof e === 'string' ? e : `${textOf(e.key, look)} ${textOf(e.value, look)}`));
  };
  const odd = Array.from({ length: 500 }, (_, i) => `${2 * i + 1} "n${2 * i + 1}"`);
  assert.equal(entries('bigMap').sort(), odd.sort());
  assert.equal(entries('wideMap').map((e) => e.replace(/[^0-9 ]|uint64|\[9\]/g, '').replace(/ +/g, ' ').length > 0), [true, true, true]);
  const wide = entries('wideMap').map((e) => /A: \[9\]uint64 \[(\d+),.*C: \[9\]uint64 \[0,0,0,0,0,0,0,0,(\d+)\]\}$/.exec(e)!.slice(1).map(Number)).sort((a, b) => a[0]! - b[0]!);
  assert.equal(wide, [[0, 0], [1, 1], [2, 4]]);
}

/** All variables of the runtime and its packages have a text, which ends. */
function everything({ info, look }: Stopped): void {
  const kinds = new Set<string>();
  for (const v of info.index.variables) {
    if (v.type === undefined) continue;
    const type = info.types.at(v.type);
    kinds.add(kindOf(type));
    const text = textOf(valueAt(type, v.address, look.memory), look);
    assert.ok(text.length < 200_000, `${v.name}: ${text.length}`);
  }
  assert.ok(kinds.size >= 12, [...kinds].join(' '));
}

Values.run();
