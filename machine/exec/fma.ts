/**
 * Fused multiply-add in WebAssembly, which has none: the exact product and sum as pairs of doubles, then one rounding by way of a
 * sum rounded to odd (Boldo and Melquiond, Emulation of FMA and correctly rounded sums, 2008). Where the pairs might
 * overflow or lose bits the result is NaN, so that the caller asks the exact helper, as for every NaN.
 */
import type { Code, ValType } from './wasm.js';

/** Takes a fresh local. */
export type Temp = (ty: ValType) => number;

/** Expressions over locals: each call leaves its value in a new one. */
class Sheet {
  constructor(
    private readonly code: Code,
    private readonly temp: Temp,
  ) {}

  op(ty: ValType, name: string, ...args: readonly number[]): number {
    args.forEach((a) => this.code.get(a));
    this.code.op(name);
    return this.keep(ty);
  }
  number(v: number): number {
    const dv = new DataView(new ArrayBuffer(8));
    dv.setFloat64(0, v);
    this.code.bits('f64', dv.getBigUint64(0));
    return this.keep('f64');
  }
  integer(v: bigint): number {
    this.code.i64(v);
    return this.keep('i64');
  }
  add = (a: number, b: number): number => this.op('f64', 'f64.add', a, b);
  sub = (a: number, b: number): number => this.op('f64', 'f64.sub', a, b);
  mul = (a: number, b: number): number => this.op('f64', 'f64.mul', a, b);
  /** a where c, else b. */
  select(ty: ValType, a: number, b: number, c: number): number {
    [a, b, c].forEach((v) => this.code.get(v));
    this.code.select(ty);
    return this.keep(ty);
  }
  private keep(ty: ValType): number {
    const local = this.temp(ty);
    this.code.set(local);
    return local;
  }

  /** The sum and its error, exactly (Knuth). */
  twoSum(a: number, b: number): [number, number] {
    const s = this.add(a, b);
    const t = this.sub(s, a);
    return [s, this.add(this.sub(a, this.sub(s, t)), this.sub(b, t))];
  }
  /** Upper and lower half of the significand (Veltkamp). */
  private split(a: number): [number, number] {
    const c = this.mul(this.number(2 ** 27 + 1), a);
    const high = this.sub(c, this.sub(c, a));
    return [high, this.sub(a, high)];
  }
  /** The product and its error, exactly (Dekker). */
  twoProduct(a: number, b: number): [number, number] {
    const p = this.mul(a, b);
    const [ah, al] = this.split(a);
    const [bh, bl] = this.split(b);
    const e1 = this.sub(this.mul(ah, bh), p);
    const e2 = this.add(this.add(e1, this.mul(ah, bl)), this.mul(al, bh));
    return [p, this.add(e2, this.mul(al, bl))];
  }
  /** a + b rounded to odd: cut, with the last bit set when something was cut off. */
  oddSum(a: number, b: number): number {
    const [s, e] = this.twoSum(a, b);
    const bits = this.op('i64', 'i64.reinterpret_f64', s);
    const zero = this.number(0);
    const one = this.integer(1n);
    const even = this.op('i32', 'i64.eqz', this.op('i64', 'i64.and', bits, one));
    const inexact = this.op('i32', 'f64.ne', e, zero);
    // towards the error: further from zero when both have one sign
    const outward = this.op('i32', 'i32.eq', this.op('i32', 'f64.gt', e, zero), this.op('i32', 'f64.gt', s, zero));
    const moved = this.op('i64', 'i64.add', bits, this.select('i64', one, this.integer(-1n), outward));
    return this.op('f64', 'f64.reinterpret_i64', this.select('i64', moved, bits, this.op('i32', 'i32.and', even, inexact)));
  }
  magnitude = (a: number): number => this.op('f64', 'f64.abs', a);
  between(a: number, low: number, high: number): number {
    return this.op('i32', 'i32.and', this.op('i32', 'f64.ge', a, this.number(low)), this.op('i32', 'f64.le', a, this.number(high)));
  }
  all = (...conditions: readonly number[]): number => conditions.reduce((a, b) => this.op('i32', 'i32.and', a, b));
  push(local: number): void {
    this.code.get(local);
  }
}

/** Pushes z + x * y of doubles, or NaN where these pairs do not do. */
export function fma64(code: Code, temp: Temp, z: number, x: number, y: number): void {
  const s = new Sheet(code, temp);
  const [high, low] = s.twoProduct(x, y);
  const [th, tl] = s.twoSum(z, low);
  const [vh, vl] = s.twoSum(high, th);
  const result = s.add(vh, s.oddSum(tl, vl));
  const zero = s.number(0);
  // a factor of zero: the product is exact, and the sum an ordinary one
  const none = s.op('i32', 'i32.or', s.op('i32', 'f64.eq', x, zero), s.op('i32', 'f64.eq', y, zero));
  const big = 2 ** 900;
  const size = s.magnitude(result);
  const safe = s.all(
    s.between(s.magnitude(high), 1 / big, big), s.between(s.magnitude(z), 0, big), s.between(s.magnitude(x), 0, 2 ** 990), s.between(s.magnitude(y), 0, 2 ** 990),
    s.op('i32', 'i32.or', s.op('i32', 'f64.eq', size, zero), s.op('i32', 'f64.ge', size, s.number(2 ** -960))),
  );
  const exact = s.select('f64', result, s.number(NaN), safe);
  s.push(s.select('f64', s.add(high, z), exact, none));
}

/** Pushes z + x * y of floats: their product is exact as a double, and a double rounded to odd rounds rightly once more. */
export function fma32(code: Code, temp: Temp, z: number, x: number, y: number): void {
  const s = new Sheet(code, temp);
  const wide = (v: number): number => s.op('f64', 'f64.promote_f32', v);
  const product = s.mul(wide(x), wide(y));
  const addend = wide(z);
  const sum = s.add(product, addend);
  // an infinite or NaN sum has no error to look at
  const finite = s.op('i32', 'f64.eq', s.sub(sum, sum), s.number(0));
  s.push(s.op('f32', 'f32.demote_f64', s.select('f64', s.oddSum(product, addend), sum, finite)));
}
