/**
 * Binary floating point in software: exact arithmetic on bigint, then one rounding. IEEE 754-2019 sections 4
 * to 7; SDM 1, 4.8 and 8.2 for the x87 format. Plainly right rather than fast: it is the reference of every
 * floating-point operation and the slow path of the fast ones.
 *
 * A number is unpacked to `sig * 2^exp` with a sign. Every operation computes its exact result (or, where that
 * is infinite, enough of it and one bit that says "and more") and `pack` rounds it once.
 *
 * Left out: exception flags, which nobody here keeps, and traps.
 */

/** `precision` counts the leading bit; `explicit`: the format stores that bit (x87). */
export interface Format {
  readonly bits: number;
  readonly precision: number;
  readonly bias: number;
  readonly explicit: boolean;
}
export const f32: Format = { bits: 32, precision: 24, bias: 127, explicit: false };
export const f64: Format = { bits: 64, precision: 53, bias: 1023, explicit: false };
export const f80: Format = { bits: 80, precision: 64, bias: 16383, explicit: true };

/** Rounding modes, numbered as MXCSR.RC and the x87 control word have them. */
export const enum Rounding {
  Nearest = 0, // ties to even
  Down = 1,
  Up = 2,
  Zero = 3,
}

/** `invalid`: x87 encodings that are no number (unnormals, pseudo-infinities). */
export type Kind = 'zero' | 'finite' | 'inf' | 'qnan' | 'snan' | 'invalid';

/** Finite: value is sig * 2^exp, sig > 0. NaN: `sig` is the fraction left-aligned in 63 bits, quiet bit on top. */
export interface Num {
  readonly kind: Kind;
  readonly neg: boolean;
  readonly sig: bigint;
  readonly exp: number;
}

/** How an operation rounds. `precision` overrides the format's (x87 precision control). */
export interface Env {
  readonly rounding: Rounding;
  /** A result that is tiny after rounding becomes a zero of its sign. */
  readonly ftz: boolean;
  /** A denormal operand counts as a zero of its sign. */
  readonly daz: boolean;
  readonly nan: NanRule;
  readonly precision?: number;
  /** `ftz` looks at the exact result, as arm64 does, not at the rounded one. */
  readonly tininessBefore?: boolean;
}

/** The NaN that an operation yields: `operands` in the instruction's order, of which some may be NaN; none when the operation itself is invalid. */
export type NanRule = (operands: readonly Num[]) => Num;

export const QUIET = 1n << 62n;
export const isNan = (n: Num): boolean => n.kind === 'qnan' || n.kind === 'snan' || n.kind === 'invalid';
export const quiet = (n: Num): Num => ({ ...n, kind: 'qnan', sig: n.sig | QUIET });
const nanNum = (neg: boolean): Num => ({ kind: 'qnan', neg, sig: QUIET, exp: 0 });

/** x86: the first operand that is a NaN, quieted; negative quiet NaN when none is. SDM 1, table 4-7. */
export const sseNan: NanRule = (operands) => {
  const first = operands.find(isNan);
  return first ? quiet(first) : nanNum(true);
};

/** x87: the larger significand wins, a quiet NaN over a signalling one, the positive one of equals. SDM 1, table 4-7. */
export const x87Nan: NanRule = (operands) => {
  const nans = operands.filter(isNan);
  if (nans.length === 0 || nans.some((n) => n.kind === 'invalid')) return nanNum(true);
  const quietOnes = nans.filter((n) => n.kind === 'qnan');
  const pool = quietOnes.length > 0 ? quietOnes : nans;
  return quiet(pool.reduce((a, b) => (b.sig > a.sig || (b.sig === a.sig && a.neg) ? b : a)));
};

export const nearestEven: Env = { rounding: Rounding.Nearest, ftz: false, daz: false, nan: sseNan };

const mask = (bits: number): bigint => (1n << BigInt(bits)) - 1n;
const shl = (v: bigint, by: number): bigint => (by >= 0 ? v << BigInt(by) : v >> BigInt(-by));

/** Number of bits of v > 0, leading one included. */
export function bitLength(v: bigint): number {
  return v.toString(16).length * 4 - Math.clz32(parseInt(v.toString(16)[0]!, 16)) + 28;
}

const zeroNum = (neg: boolean): Num => ({ kind: 'zero', neg, sig: 0n, exp: 0 });
const infNum = (neg: boolean): Num => ({ kind: 'inf', neg, sig: 0n, exp: 0 });
/** sig * 2^exp, zero when sig is. */
export const finite = (neg: boolean, sig: bigint, exp: number): Num => (sig === 0n ? zeroNum(neg) : { kind: 'finite', neg, sig, exp });

export function unpack(f: Format, bits: bigint, daz = false): Num {
  const fractionBits = f.precision - 1;
  const exponentBits = f.bits - f.precision - (f.explicit ? 1 : 0);
  const fraction = bits & mask(fractionBits);
  const biased = Number((bits >> BigInt(f.bits - 1 - exponentBits)) & mask(exponentBits));
  const neg = bits >> BigInt(f.bits - 1) !== 0n;
  const leading = f.explicit ? (bits >> BigInt(fractionBits)) & 1n : biased === 0 ? 0n : 1n;
  if (biased !== 0 && leading === 0n) return { kind: 'invalid', neg, sig: 0n, exp: 0 };
  if (biased === 2 * f.bias + 1) {
    if (fraction === 0n) return infNum(neg);
    const sig = fraction << BigInt(63 - fractionBits);
    return { kind: sig & QUIET ? 'qnan' : 'snan', neg, sig, exp: 0 };
  }
  // an x87 pseudo-denormal (leading bit with exponent 0) has the value its bits say
  const sig = (leading << BigInt(fractionBits)) | fraction;
  if (sig === 0n || (daz && biased === 0)) return zeroNum(neg);
  return { kind: 'finite', neg, sig, exp: Math.max(biased, 1) - f.bias - fractionBits };
}

function encode(f: Format, neg: boolean, biased: number, significand: bigint): bigint {
  const stored = f.explicit ? f.precision : f.precision - 1;
  return (neg ? 1n << BigInt(f.bits - 1) : 0n) | (BigInt(biased) << BigInt(stored)) | (significand & mask(stored));
}

/** `sig` with the bits below `drop` rounded away: sig / 2^drop as an integer. */
function roundShift(neg: boolean, sig: bigint, drop: number, mode: Rounding): bigint {
  if (drop <= 0) return sig << BigInt(-drop);
  const kept = sig >> BigInt(drop);
  const rest = sig & mask(drop);
  if (rest === 0n) return kept;
  switch (mode) {
    case Rounding.Zero: return kept;
    case Rounding.Down: return neg ? kept + 1n : kept;
    case Rounding.Up: return neg ? kept : kept + 1n;
    case Rounding.Nearest: {
      const half = 1n << BigInt(drop - 1);
      return rest > half || (rest === half && kept & 1n) ? kept + 1n : kept;
    }
  }
}

/** The format's bits for `n`, rounded. */
export function pack(f: Format, n: Num, env: Env = nearestEven): bigint {
  const emax = 2 * f.bias + 1;
  if (n.kind === 'zero') return encode(f, n.neg, 0, 0n);
  if (n.kind === 'inf') return encode(f, n.neg, emax, 1n << BigInt(f.precision - 1));
  if (n.kind !== 'finite') return encode(f, n.neg, emax, (1n << BigInt(f.precision - 1)) | (n.sig >> BigInt(64 - f.precision)));

  const p = env.precision ?? f.precision;
  const emin = 1 - f.bias;
  const top = n.exp + bitLength(n.sig) - 1; // exponent of the leading bit
  if (env.ftz && top < emin && (env.tininessBefore || !roundsUpTo(n, top, p, emin, env.rounding))) return encode(f, n.neg, 0, 0n);

  let unit = Math.max(top, emin) - (p - 1); // exponent of the result's last bit
  let m = roundShift(n.neg, n.sig, unit - n.exp, env.rounding);
  if (m >> BigInt(p)) {
    m >>= 1n; // carried into a new leading bit; what falls off is zero
    unit++;
  }
  const biased = unit + p - 1 + f.bias;
  if (biased >= emax) return overflow(f, n.neg, p, env.rounding);
  const significand = m << BigInt(f.precision - p);
  return encode(f, n.neg, significand >> BigInt(f.precision - 1) ? biased : 0, significand);
}

/** A value below the smallest normal number that, rounded with unbounded exponent, reaches it is not tiny. */
function roundsUpTo(n: Num, top: number, p: number, emin: number, mode: Rounding): boolean {
  return top === emin - 1 && roundShift(n.neg, n.sig, top - (p - 1) - n.exp, mode) >> BigInt(p) !== 0n;
}

function overflow(f: Format, neg: boolean, p: number, mode: Rounding): bigint {
  const toInfinity = mode === Rounding.Nearest || mode === (neg ? Rounding.Down : Rounding.Up);
  if (toInfinity) return pack(f, infNum(neg));
  return encode(f, neg, 2 * f.bias, mask(p) << BigInt(f.precision - p));
}

/** An exact zero sum of x and -x: positive, except when rounding down. */
const zeroSum = (env: Env): Num => zeroNum(env.rounding === Rounding.Down);

/** The exact sum of two that are neither NaN nor infinite. */
function sum(a: Num, b: Num, env: Env): Num {
  if (a.kind === 'zero' && b.kind === 'zero') return a.neg === b.neg ? a : zeroSum(env);
  if (a.kind === 'zero') return b;
  if (b.kind === 'zero') return a;
  const exp = Math.min(a.exp, b.exp);
  const x = shl(a.sig, a.exp - exp);
  const y = shl(b.sig, b.exp - exp);
  const s = (a.neg ? -x : x) + (b.neg ? -y : y);
  if (s === 0n) return zeroSum(env);
  return finite(s < 0n, s < 0n ? -s : s, exp);
}

/** The operations proper take and give unpacked numbers; a finite result is exact or carries a last bit for what was cut. */
export function add(a: Num, b: Num, env: Env): Num {
  if (isNan(a) || isNan(b)) return env.nan([a, b]);
  if (a.kind === 'inf') return b.kind === 'inf' && a.neg !== b.neg ? env.nan([]) : a;
  if (b.kind === 'inf') return b;
  return sum(a, b, env);
}

export const negate = (n: Num): Num => ({ ...n, neg: !n.neg });

export function sub(a: Num, b: Num, env: Env): Num {
  if (isNan(a) || isNan(b)) return env.nan([a, b]); // before negation: a NaN keeps its sign
  return add(a, negate(b), env);
}

export function mul(a: Num, b: Num, env: Env): Num {
  if (isNan(a) || isNan(b)) return env.nan([a, b]);
  const neg = a.neg !== b.neg;
  if (a.kind === 'inf' || b.kind === 'inf') return a.kind === 'zero' || b.kind === 'zero' ? env.nan([]) : infNum(neg);
  return finite(neg, a.sig * b.sig, a.exp + b.exp);
}

/** More quotient and root bits than any format keeps; one more below them says whether the rest was zero. */
const GUARDED = 70;
const sticky = (sig: bigint, rest: boolean): bigint => (sig << 1n) | (rest ? 1n : 0n);

export function div(a: Num, b: Num, env: Env): Num {
  if (isNan(a) || isNan(b)) return env.nan([a, b]);
  const neg = a.neg !== b.neg;
  if (a.kind === 'inf') return b.kind === 'inf' ? env.nan([]) : infNum(neg);
  if (b.kind === 'inf') return zeroNum(neg);
  if (b.kind === 'zero') return a.kind === 'zero' ? env.nan([]) : infNum(neg);
  if (a.kind === 'zero') return zeroNum(neg);
  const up = Math.max(0, GUARDED + bitLength(b.sig) - bitLength(a.sig));
  const x = a.sig << BigInt(up);
  return finite(neg, sticky(x / b.sig, x % b.sig !== 0n), a.exp - b.exp - up - 1);
}

/** Integer square root: the largest r with r * r <= v. */
function isqrt(v: bigint): bigint {
  let r = 1n << BigInt((bitLength(v) + 1) >> 1); // not below the root, so Newton descends to it
  for (;;) {
    const next = (r + v / r) >> 1n;
    if (next >= r) return r;
    r = next;
  }
}

export function sqrt(a: Num, env: Env): Num {
  if (isNan(a)) return env.nan([a]);
  if (a.kind === 'zero') return a;
  if (a.neg) return env.nan([]);
  if (a.kind === 'inf') return a;
  let up = Math.max(0, 2 * GUARDED - bitLength(a.sig));
  if ((a.exp - up) & 1) up++;
  const x = a.sig << BigInt(up);
  const r = isqrt(x);
  return finite(false, sticky(r, r * r !== x), (a.exp - up) / 2 - 1);
}

/** a * b + c, rounded once. NaN operands in the order c, a, b. Infinity times zero beside a quiet NaN is an operation without a value. */
export function fma(a: Num, b: Num, c: Num, env: Env): Num {
  const invalid = (a.kind === 'inf' && b.kind === 'zero') || (a.kind === 'zero' && b.kind === 'inf');
  if (c.kind === 'qnan' && invalid) return env.nan([]);
  if (isNan(a) || isNan(b) || isNan(c)) return env.nan([c, a, b]);
  return add(mul(a, b, env), c, env);
}

/** To an integral value of the same kind. */
export function rint(a: Num, mode: Rounding, env: Env): Num {
  if (isNan(a)) return env.nan([a]);
  if (a.kind !== 'finite' || a.exp >= 0) return a;
  return finite(a.neg, roundShift(a.neg, a.sig, -a.exp, mode), 0);
}

/** -1, 0 or 1; undefined when unordered. Zeros are equal. */
export function compare(a: Num, b: Num): -1 | 0 | 1 | undefined {
  if (isNan(a) || isNan(b)) return undefined;
  if (a.kind === 'zero' && b.kind === 'zero') return 0;
  const sign = (n: Num): number => (n.kind === 'zero' ? 0 : n.neg ? -1 : 1);
  if (sign(a) !== sign(b)) return sign(a) < sign(b) ? -1 : 1;
  const larger = a.neg ? -1 : 1; // the answer when a is larger in magnitude
  if (a.kind === 'inf' || b.kind === 'inf') return a.kind === b.kind ? 0 : a.kind === 'inf' ? larger : (-larger as 1 | -1);
  const exp = Math.min(a.exp, b.exp);
  const x = shl(a.sig, a.exp - exp);
  const y = shl(b.sig, b.exp - exp);
  return x === y ? 0 : x > y ? larger : (-larger as 1 | -1);
}

/** The integer nearest by `mode`; undefined for NaN and infinity. */
export function toInteger(a: Num, mode: Rounding): bigint | undefined {
  if (a.kind === 'zero') return 0n;
  if (a.kind !== 'finite') return undefined;
  const m = roundShift(a.neg, a.sig, -a.exp, mode);
  return a.neg ? -m : m;
}

/** Exact. */
export const fromInteger = (v: bigint): Num => finite(v < 0n, v < 0n ? -v : v, 0);
