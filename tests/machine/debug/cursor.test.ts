/** Checked reads of sections, and ranges by address. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Cursor, DebugError } from '../../../machine/debug/cursor.js';
import { Intervals } from '../../../machine/debug/intervals.js';
const Reads = suite('machine/debug cursor');

const at = (...bytes: number[]): Cursor => new Cursor('.test', Uint8Array.from(bytes));
const message = (read: () => unknown): string => {
  try {
    read();
  } catch (e) {
    assert.instance(e, DebugError);
    return (e as Error).message;
  }
  return 'no error';
};

Reads('fixed sizes are little-endian', () => {
  const bytes = [0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0x00];
  assert.equal([at(...bytes).u8(), at(...bytes).i8(), at(...bytes).u16(), at(...bytes).u24(), at(...bytes).u32(), at(...bytes).i32(), at(...bytes).u64()], [255, -1, 0xfeff, 0xfdfeff, 0xfcfdfeff, -50462977, 0xf9fafbfcfdfeff]);
});

Reads('LEB128 numbers keep all their bits', () => {
  assert.equal([at(0x7f).uleb(), at(0x80, 0x01).uleb(), at(0xff, 0xff, 0xff, 0xff, 0x0f).uleb(), at(0x80, 0x80, 0x00).uleb()], [127, 128, 0xffffffff, 0]);
  assert.equal([at(0x3f).sleb(), at(0x40).sleb(), at(0xff, 0x00).sleb(), at(0x80, 0x7f).sleb(), at(0xff, 0xff, 0xff, 0xff, 0x7f).sleb()], [63, -64, 127, -128, -1]);
  assert.is(at(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f).slebExact(), -(2n ** 63n));
  assert.is(at(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01).ulebExact(), 2n ** 64n - 1n);
  assert.is(at(0x80, 0x80, 0x80, 0x80, 0x10).slebExact(), 2 ** 32);
});

Reads('what passes the end is an error with section and offset', () => {
  assert.is(message(() => at(1, 2, 3).u32()), '.test+0x0: 4 bytes wanted, 3 left');
  assert.is(message(() => at(0x80, 0x80).uleb()), '.test+0x2: ends too early');
  assert.is(message(() => at(...new Array<number>(30).fill(0x80)).uleb()), '.test+0x13: a LEB128 number has no end');
  assert.is(message(() => at(65, 66).text()), '.test+0x0: a text has no end');
  assert.is(message(() => at(1, 2, 3).from(2, 4)), '.test+0x2: what begins here ends at 0x4, past the section\'s end (0x3)');
  assert.is(message(() => at(1).from(9)), '.test+0x9: lies past the end (0x1)');
  assert.is(message(() => at(0xf5, 0xff, 0xff, 0xff).initialLength()), '.test+0x0: length 0xfffffff5 is reserved');
  assert.equal(at(0xff, 0xff, 0xff, 0xff, 9, 0, 0, 0, 0, 0, 0, 0).initialLength(), { length: 9, offsetBytes: 8 });
});

Reads('of ranges that nest the smallest is found', () => {
  const ranges = new Intervals([{ low: 0, high: 100 }, { low: 10, high: 20 }, { low: 12, high: 14 }, { low: 30, high: 30 }, { low: 200, high: 300 }]);
  const low = (address: number): number | undefined => ranges.at(address)?.low;
  assert.equal([0, 9, 10, 12, 14, 20, 30, 99, 100, 200, 300].map(low), [0, 0, 10, 12, 10, 0, 0, 0, undefined, 200, undefined]);
});

Reads.run();
