/** The stack machine of location expressions. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DebugError } from '../../../machine/debug/cursor.js';
import { evaluate, type Context } from '../../../machine/debug/dwarf/expression.js';
const Expression = suite('location expressions');

const context: Context = {
  register: (n) => (n < 16 ? BigInt(0x1000 * n) : undefined),
  frameBase: () => 0x7000,
  cfa: () => 0x8000,
  read: (address, bytes) => (address < 0x10000 ? Uint8Array.from({ length: bytes }, (_, i) => (address + i) & 0xff) : undefined),
  indexedAddress: (index) => 0x400000 + index,
};
const run = (...bytes: number[]): unknown => evaluate(Uint8Array.from(bytes), 8, context);
/** The value that a program leaves, by DW_OP_stack_value. */
const value = (...bytes: number[]): string => {
  const where = evaluate(Uint8Array.from([...bytes, 0x9f]), 8, context);
  return where.kind === 'value' ? BigInt.asIntN(64, where.value).toString() : where.kind;
};

Expression('constants of every form', () => {
  assert.equal([[0x30], [0x4f], [0x08, 0xff], [0x09, 0xff], [0x0a, 0xff, 0xff], [0x0b, 0xff, 0xff], [0x0c, 0xff, 0xff, 0xff, 0xff], [0x0d, 0xff, 0xff, 0xff, 0xff]].map((b) => value(...b)), ['0', '31', '255', '-1', '65535', '-1', '4294967295', '-1']);
  assert.equal([[0x0e, 1, 0, 0, 0, 0, 0, 0, 0x80], [0x10, 0x80, 1], [0x11, 0x80, 0x7f], [0x03, 1, 2, 0, 0, 0, 0, 0, 0], [0xa1, 5]].map((b) => value(...b)), [String(-(2n ** 63n) + 1n), '128', '-128', '513', String(0x400005)]);
});

Expression('arithmetic wraps in 64 bits, divides and compares with sign, shifts all bits out', () => {
  const seven = 0x37, two = 0x32, minus9 = [0x11, 0x77];
  assert.equal([[seven, two, 0x22], [seven, two, 0x1c], [two, seven, 0x1c], [seven, two, 0x1e], [seven, two, 0x1d], [...minus9, two, 0x1b]].map((b) => value(...b)), ['9', '5', '-5', '14', '1', '-4']);
  assert.equal([[seven, two, 0x1a], [seven, two, 0x21], [seven, two, 0x27], [seven, 0x20], [seven, 0x1f], [...minus9, 0x19]].map((b) => value(...b)), ['2', '7', '5', '-8', '-7', '9']);
  assert.equal([[seven, two, 0x24], [...minus9, two, 0x26], [...minus9, 0x08, 63, 0x25], [seven, 0x08, 200, 0x24], [...minus9, 0x08, 200, 0x26]].map((b) => value(...b)), ['28', '-3', '1', '0', '-1']);
  assert.equal([0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e].map((op) => value(...minus9, two, op)), ['0', '0', '0', '1', '1', '1']);
  assert.is(value(seven, 0x23, 0x80, 1), '135');
});

Expression('stack operations and jumps', () => {
  const [a, b, c] = [0x31, 0x32, 0x33];
  assert.equal([[a, b, 0x16, 0x1c], [a, b, c, 0x17, 0x1c], [a, b, 0x14, 0x22], [a, b, c, 0x15, 2, 0x22], [a, b, 0x13], [a, 0x12, 0x22]].map((p) => value(...p)), ['1', '-1', '3', '4', '1', '2']);
  assert.is(value(a, 0x30, 0x28, 1, 0, b, 0x96), '2'); // not taken
  assert.is(value(a, b, 0x28, 1, 0, b, 0x96), '1'); // taken
  assert.is(value(a, 0x2f, 1, 0, b, 0x96), '1');
});

Expression('places: registers, memory through registers, frame and CFA', () => {
  assert.equal(run(0x53), { kind: 'register', register: 3 });
  assert.equal(run(0x90, 0x20), { kind: 'register', register: 32 });
  assert.equal(run(0x72, 0x78), { kind: 'memory', address: 0x1ff8 });
  assert.equal(run(0x92, 2, 8), { kind: 'memory', address: 0x2008 });
  assert.equal(run(0x91, 0x7f), { kind: 'memory', address: 0x6fff });
  assert.equal(run(0x9c), { kind: 'memory', address: 0x8000 });
  assert.equal(run(0x0a, 0x10, 0x20, 0x06), { kind: 'memory', address: Number(0x1716151413121110n) });
  assert.equal(run(0x0a, 0x10, 0x20, 0x94, 2), { kind: 'memory', address: 0x1110 });
  assert.equal(run(0x9e, 2, 0xab, 0xcd), { kind: 'bytes', bytes: Uint8Array.of(0xab, 0xcd) });
  assert.equal(run(), { kind: 'absent', why: 'optimized out' });
});

Expression('pieces may lack a place', () => {
  assert.equal(run(0x50, 0x93, 8, 0x93, 4, 0x91, 0x10, 0x93, 4), {
    kind: 'pieces',
    pieces: [{ location: { kind: 'register', register: 0 }, bits: 64 }, { location: { kind: 'absent', why: 'optimized out' }, bits: 32 }, { location: { kind: 'memory', address: 0x7010 }, bits: 32 }],
  });
});

Expression('what nobody can tell is absent, with the reason', () => {
  assert.equal(run(0x85, 0), { kind: 'absent', why: 'register 21 is not known' });
  assert.equal(run(0xa3, 1, 0x55, 0x9f), { kind: 'absent', why: 'optimized out: the value at entry is not kept' });
  assert.equal(run(0xf3, 1, 0x55, 0x9f), { kind: 'absent', why: 'optimized out: the value at entry is not kept' });
  assert.equal(run(0x0c, 0, 0, 1, 0, 0x06), { kind: 'absent', why: 'no memory at 0x10000' });
  assert.equal(run(0xe0), { kind: 'absent', why: 'operation 0xe0 is not supported' });
});

Expression('broken programs say where', () => {
  const message = (...bytes: number[]): string => {
    try {
      run(...bytes);
    } catch (e) {
      assert.instance(e, DebugError);
      return (e as Error).message;
    }
    return 'no error';
  };
  assert.is(message(0x22), 'expression+0x1: the stack is empty');
  assert.is(message(0x31, 0x30, 0x1b), 'expression+0x3: a division by zero');
  assert.is(message(0x2f, 0xfd, 0xff), 'expression+0x0: does not end');
  assert.is(message(0x2f, 9, 0), 'expression+0x3: a jump leaves the expression');
  assert.is(message(0x01), 'expression+0x0: operation 0x1 is not read');
  assert.is(message(0x0a, 1), 'expression+0x1: 2 bytes wanted, 1 left');
});

Expression.run();
