import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { slots } from '../../../isa/x86/regs.js';
import { Cells, memoryAt } from '../../helpers/cells.js';
const X87 = suite('soft x87');

const view = new DataView(new ArrayBuffer(8));
const bitsOf = (x: number): bigint => (view.setFloat64(0, x), view.getBigUint64(0));
const hex = (v: bigint): string => '0x' + v.toString(16);
const push = (m: Cells, ...values: number[]): void => values.forEach((v) => m.call('x87.push_f64', bitsOf(v)));
/** ST(0) as its bits, sign and exponent first. */
const top = (m: Cells): string => `${m.call('x87.high').toString(16).padStart(4, '0')}:${m.call('x87.low').toString(16).padStart(16, '0')}`;
const status = (m: Cells): { top: number; conditions: string } => {
  const fsw = Number(m.get(slots.fsw, 32));
  const names = [['C3', 14], ['C2', 10], ['C1', 9], ['C0', 8]] as const;
  return { top: (fsw >> 11) & 7, conditions: names.filter(([, at]) => (fsw >> at) & 1).map(([name]) => name).join(' ') };
};
const add = 0, sub = 4, div = 6;

X87('a third has 64 bits, or as many as the control word says', () => {
  const m = new Cells();
  push(m, 3, 1);
  m.call('x87.arith_st', div, 0, 1, 0);
  assert.is(top(m), '3ffd:aaaaaaaaaaaaaaab');
  m.call('x87.fldcw', 0x27f); // 53 bits
  push(m, 1);
  m.call('x87.arith_f64', div, bitsOf(3));
  assert.is(top(m), '3ffd:aaaaaaaaaaaaa800');
  m.call('x87.fldcw', 0x47f | 0x300); // 64 bits, down
  push(m, 1);
  m.call('x87.arith_int', div, 3n);
  assert.is(top(m), '3ffd:aaaaaaaaaaaaaaaa');
});

X87('a popping operation leaves its result one deeper, and frees the top', () => {
  const m = new Cells();
  push(m, 10, 4);
  m.call('x87.arith_st', sub, 1, 0, 1); // FSUBP: ST(1) - ST(0)
  assert.is(hex(m.call('x87.to_f64')), hex(bitsOf(6)));
  assert.equal(status(m), { top: 7, conditions: '' });
  assert.is(m.get(slots.ftw, 32), 0x80n);
});

X87('a ninth value makes the indefinite, and so does reading an empty register', () => {
  const m = new Cells();
  push(m, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  assert.is(top(m), 'ffff:c000000000000000');
  const empty = new Cells();
  push(empty, 1);
  empty.call('x87.arith_st', add, 0, 3, 0);
  assert.is(top(empty), 'ffff:c000000000000000');
});

X87('a quiet NaN in ST(0) outranks a signalling one from memory, whatever their payloads', () => {
  const m = new Cells();
  m.call('x87.push_f64', 0x7ff8_0000_0000_1000n);
  m.call('x87.arith_f32', div, 0x7fbf_ffffn);
  assert.is(top(m), '7fff:c000000000800000');
  m.call('x87.arith_f32', div, 0x7fff_ffffn); // two quiet ones: the larger payload
  assert.is(top(m), '7fff:ffffff0000000000');
});

X87('comparisons set C3 C2 C0 or RFLAGS', () => {
  const m = new Cells();
  push(m, 2, 1);
  m.call('x87.com_st', 1, 0);
  assert.is(status(m).conditions, 'C0', 'less');
  m.call('x87.com_int', 1n, 0);
  assert.is(status(m).conditions, 'C3', 'equal');
  m.call('x87.com_f64', bitsOf(NaN), 0);
  assert.is(status(m).conditions, 'C3 C2 C0', 'unordered');
  m.call('x87.com_f64', bitsOf(-1), 0);
  assert.is(status(m).conditions, '', 'greater');
  assert.is(m.call('x87.comi', 1, 0), 1n, 'CF');
});

X87('FXAM tells the classes apart', () => {
  const m = new Cells();
  const classOf = (exponent: number, significand: bigint): string => {
    m.call('x87.fninit');
    m.call('x87.push_f80', significand, exponent);
    m.call('x87.fxam');
    return status(m).conditions;
  };
  const one = 1n << 63n;
  assert.equal(
    [classOf(0x3fff, one), classOf(0xbfff, one), classOf(0, 0n), classOf(0x7fff, one), classOf(0x7fff, one | 1n), classOf(0, 1n), classOf(5, 1n)],
    ['C2', 'C2 C1', 'C3', 'C2 C0', 'C0', 'C3 C2', ''],
  );
});

X87('integers and decimals round as the control word says; what does not fit is the indefinite', () => {
  const m = new Cells();
  push(m, 2.5);
  assert.is(m.call('x87.to_int', 32), 2n);
  assert.is(m.call('x87.to_int_truncated', 16), 2n);
  m.call('x87.fldcw', 0xb7f); // up
  assert.is(m.call('x87.to_int', 64), 3n);
  push(m, -40000);
  assert.is(hex(m.call('x87.to_int', 16)), '0x8000');
  assert.is(hex(m.call('x87.decimal_low')), '0x40000');
  assert.is(hex(m.call('x87.decimal_high')), '0x8000');
});

X87('FPREM leaves the remainder and the quotient\'s low bits, in steps when far apart', () => {
  const m = new Cells();
  push(m, 3, 20); // 20 = 6 * 3 + 2
  m.call('x87.fprem');
  assert.is(hex(m.call('x87.to_f64')), hex(bitsOf(2)));
  assert.is(status(m).conditions, 'C3 C0', 'quotient 6: C0 bit 2, C3 bit 1, C1 bit 0');
  push(m, 3, 2 ** 100);
  let steps = 0;
  do {
    m.call('x87.fprem');
    steps++;
  } while (status(m).conditions.includes('C2'));
  assert.is(hex(m.call('x87.to_f64')), hex(bitsOf(1)));
  assert.ok(steps > 1);
});

X87('scaling and extraction are inverse', () => {
  const m = new Cells();
  push(m, 48);
  m.call('x87.fxtract');
  assert.is(hex(m.call('x87.to_f64')), hex(bitsOf(1.5)));
  m.call('x87.fscale');
  assert.is(hex(m.call('x87.to_f64')), hex(bitsOf(48)));
});

X87('FNSTENV masks exceptions and FLDENV brings tags back', () => {
  const m = new Cells();
  push(m, 0, 1);
  m.call('x87.fnstenv', memoryAt, 4);
  assert.is(hex(m.load(memoryAt, 12)), '0xffff4fffffff3000ffff037f', 'register 7 a zero (01), 6 valid (00), others empty (11)');
  const other = new Cells();
  other.memory.set(m.memory);
  other.call('x87.fldenv', memoryAt, 4);
  assert.equal([other.get(slots.ftw, 32), status(other).top], [0xc0n, 6]);
});

X87('an exception cannot be unmasked', () => {
  const m = new Cells();
  assert.throws(() => m.call('x87.fldcw', 0x37e), /unimplemented/);
});

X87('constants round in the current mode', () => {
  const m = new Cells();
  m.call('x87.push_constant', 3);
  assert.is(top(m), '4000:c90fdaa22168c235');
  m.call('x87.fldcw', 0xf7f); // toward zero
  m.call('x87.push_constant', 3);
  assert.is(top(m), '4000:c90fdaa22168c234');
});

X87.run();
