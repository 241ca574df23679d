import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, div, f64, f80, fma, nearestEven, pack, rint, Rounding, sqrt, sseNan, toInteger, unpack, x87Nan, type Env } from '../../../isa/soft/float.js';
import { fpOp } from '../../../isa/soft/fpop.js';
import { randomFloat } from '../../helpers/floats.js';
import { Random } from '../../helpers/random.js';
const Float = suite('soft float');

const view = new DataView(new ArrayBuffer(8));
const toDouble = (bits: bigint): number => (view.setBigUint64(0, bits), view.getFloat64(0));
const ofDouble = (x: number): bigint => (view.setFloat64(0, x), view.getBigUint64(0));
const toSingle = (bits: bigint): number => (view.setUint32(0, Number(bits)), view.getFloat32(0));
const ofSingle = (x: number): bigint => (view.setFloat32(0, x), BigInt(view.getUint32(0)));
const hex = (v: bigint): string => '0x' + v.toString(16);

const operations: Record<string, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  sqrt: (x) => Math.sqrt(x),
  floor: (x) => Math.floor(x),
  ceil: (x) => Math.ceil(x),
  trunc: (x) => Math.trunc(x),
};

Float('doubles round to nearest as JavaScript does', () => {
  const random = new Random(1);
  for (const [name, f] of Object.entries(operations)) {
    for (let i = 0; i < 4000; i++) {
      const [x, y] = [randomFloat(random, 64), randomFloat(random, 64)];
      const want = f(toDouble(x), toDouble(y));
      if (Number.isNaN(want)) continue; // NaN bits of JavaScript depend on the host
      const args = name.length === 3 ? [x, y] : [x];
      assert.is(hex(fpOp(`f64.${name}`, args, nearestEven)), hex(ofDouble(want)), `${name} ${hex(x)} ${hex(y)}`);
    }
  }
});

Float('singles round as Math.fround of the double result', () => {
  const random = new Random(2); // one double operation and one rounding to single is exact for these
  for (const [name, f] of Object.entries(operations)) {
    for (let i = 0; i < 4000; i++) {
      const [x, y] = [randomFloat(random, 32), randomFloat(random, 32)];
      const want = f(toSingle(x), toSingle(y));
      if (Number.isNaN(want)) continue;
      const args = name.length === 3 ? [x, y] : [x];
      assert.is(hex(fpOp(`f32.${name}`, args, nearestEven)), hex(ofSingle(want)), `${name} ${hex(x)} ${hex(y)}`);
    }
  }
});

Float('conversions between formats and integers agree with JavaScript', () => {
  const random = new Random(3);
  for (let i = 0; i < 4000; i++) {
    const x = randomFloat(random, 64);
    const d = toDouble(x);
    const n = random.u64() >> BigInt(random.below(64));
    assert.is(hex(fpOp('f64.convert_i64_s', [n], nearestEven)), hex(ofDouble(Number(BigInt.asIntN(64, n)))));
    if (Number.isNaN(d)) continue;
    assert.is(hex(fpOp('f32.demote_f64', [x], nearestEven)), hex(ofSingle(d)), hex(x));
    if (Math.abs(d) < 2 ** 62) assert.is(toInteger(unpack(f64, x), Rounding.Zero), BigInt(Math.trunc(d)));
    assert.is(hex(fpOp('f64.promote_f32', [ofSingle(d)], nearestEven)), hex(ofDouble(Math.fround(d))));
  }
});

Float('comparisons agree with JavaScript, NaN unordered', () => {
  const random = new Random(4);
  for (let i = 0; i < 4000; i++) {
    const [x, y] = [randomFloat(random, 64), randomFloat(random, 64)];
    const [a, b] = [toDouble(x), toDouble(y)];
    const got = ['eq', 'ne', 'lt', 'le'].map((r) => fpOp(`f64.${r}`, [x, y], nearestEven) === 1n);
    assert.equal(got, [a === b, a !== b, a < b, a <= b], `${hex(x)} ${hex(y)}`);
  }
});

const at = (rounding: Rounding, more: Partial<Env> = {}): Env => ({ ...nearestEven, rounding, ...more });
const one = unpack(f64, 0x3ff0000000000000n);
const ten = unpack(f64, 0x4024000000000000n);

Float('directed rounding brackets the exact result', () => {
  const tenth = (mode: Rounding): string => hex(pack(f64, div(one, ten, at(mode)), at(mode)));
  assert.equal([Rounding.Nearest, Rounding.Down, Rounding.Up, Rounding.Zero].map(tenth), [
    '0x3fb999999999999a', '0x3fb9999999999999', '0x3fb999999999999a', '0x3fb9999999999999',
  ]);
  const huge = 0x7fefffffffffffffn;
  assert.is(hex(fpOp('f64.add', [huge, huge], at(Rounding.Down))), '0x7fefffffffffffff', 'overflow stops at the largest number');
  assert.is(hex(fpOp('f64.add', [huge, huge], at(Rounding.Up))), '0x7ff0000000000000');
  assert.is(hex(fpOp('f64.sub', [huge, huge], at(Rounding.Down))), '0x8000000000000000', 'x - x is -0 only when rounding down');
});

Float('x86 takes the first NaN operand, quieted, and makes a negative one of nothing', () => {
  const [quiet, signal] = [0x7ff8000000000123n, 0xfff0000000000456n];
  assert.is(hex(fpOp('f64.add', [signal, quiet], nearestEven)), '0xfff8000000000456');
  assert.is(hex(fpOp('f64.sub', [0n, signal], nearestEven)), '0xfff8000000000456');
  assert.is(hex(fpOp('f64.mul', [0n, 0x7ff0000000000000n], nearestEven)), '0xfff8000000000000');
  assert.is(hex(fpOp('f32.demote_f64', [0x7ff4000020000000n], nearestEven)), '0x7fe00001', 'payload keeps its top bits');
  assert.is(hex(fpOp('f64.pmin', [signal, 0n], nearestEven)), '0xfff0000000000456', 'minimum returns its operand untouched');
});

Float('x87 takes the larger significand and prefers a quiet NaN', () => {
  const nan = (sig: bigint, neg = false): bigint => (neg ? 1n << 79n : 0n) | (0x7fffn << 64n) | (1n << 63n) | sig;
  const sum = (a: bigint, b: bigint): string => hex(pack(f80, add(unpack(f80, a), unpack(f80, b), { ...nearestEven, nan: x87Nan })));
  const q = 1n << 62n;
  assert.is(sum(nan(q | 1n), nan(q | 2n)), hex(nan(q | 2n)));
  assert.is(sum(nan(q | 1n), nan(2n)), hex(nan(q | 1n)));
  assert.is(sum(nan(1n), nan(2n)), hex(nan(q | 2n)));
  assert.is(sum(nan(q | 1n, true), nan(q | 1n)), hex(nan(q | 1n)));
});

Float('flush to zero and denormals as zero', () => {
  const [small, half, least] = [0x0010000000000000n, 0x3fe0000000000000n, 1n];
  assert.is(fpOp('f64.mul', [small, half], at(Rounding.Up, { ftz: true })), 0n);
  assert.is(hex(fpOp('f64.mul', [small, half], nearestEven)), '0x8000000000000');
  assert.is(hex(fpOp('f64.mul', [small + 1n, 0x3feffffffffffffen], at(Rounding.Nearest, { ftz: true }))), '0x10000000000000', 'what rounds up to normal is not tiny');
  assert.is(fpOp('f64.add', [least, 0n], at(Rounding.Nearest, { daz: true })), 0n);
  assert.is(fpOp('f64.eq', [least, 0n], at(Rounding.Nearest, { daz: true })), 1n);
});

Float('fused multiply-add rounds once', () => {
  const x = unpack(f64, 0x3ff0000000000001n); // (1 + 2^-52)^2 - (1 + 2^-51) = 2^-104
  const r = fma(x, x, unpack(f64, 0xbff0000000000002n), nearestEven);
  assert.is(hex(pack(f64, r)), hex(ofDouble(2 ** -104)));
});

Float('extended precision: pseudo-denormals have their value, unnormals are invalid, precision control rounds shorter', () => {
  const third = div(unpack(f80, pack(f80, one)), unpack(f80, pack(f80, unpack(f64, 0x4008000000000000n))), nearestEven);
  assert.is(hex(pack(f80, third)), '0x3ffdaaaaaaaaaaaaaaab');
  assert.is(hex(pack(f80, third, at(Rounding.Nearest, { precision: 53 }))), '0x3ffdaaaaaaaaaaaaa800');
  assert.is(hex(pack(f80, third, at(Rounding.Nearest, { precision: 24 }))), '0x3ffdaaaaab0000000000');
  assert.is(hex(pack(f80, unpack(f80, 1n << 63n))), '0x18000000000000000');
  assert.is(unpack(f80, (5n << 64n) | 1n).kind, 'invalid');
  assert.is(hex(pack(f80, sqrt(unpack(f80, pack(f80, unpack(f64, 0x4000000000000000n))), nearestEven))), '0x3fffb504f333f9de6484');
});

Float('rounding to integral keeps the sign of zero', () => {
  const env = at(Rounding.Nearest, { nan: sseNan });
  assert.is(hex(pack(f64, rint(unpack(f64, ofDouble(-0.25)), Rounding.Nearest, env))), '0x8000000000000000');
  assert.equal([0.5, 1.5, 2.5].map((x) => toDouble(fpOp('f64.nearest', [ofDouble(x)], env))), [0, 2, 2]);
});

Float.run();
