/**
 * The x87 unit as helpers on the register stack in the core context. SDM 1, chapter 8; SDM 2A under each name.
 *
 * ST(i) is physical register (TOP + i) mod 8. Results are exact and rounded once, to the control word's precision
 * (arithmetic and square root) or to 64 bits (the rest). All exceptions are masked: a write of the control word
 * that unmasks one stops by name. What masked invalid operations give (stack faults too) is given; the sticky
 * flags of the status word and C1 as "rounded up" are not kept (quirk): C1 reads 0 after them.
 *
 * Longer than most: it is one flat list, an instruction a line or three.
 */
import { slots } from '../x86/regs.js';
import { add, compare, div, f32, f64, f80, finite, fromInteger, isNan, mul, pack, quiet, rint, Rounding, sqrt, sub, toInteger, unpack, x87Nan } from './float.js';
import type { Env, Format, Num } from './float.js';
import { GuestFault } from './state.js';
import type { Helper, HelperState } from './state.js';

/** Control and status word bits. */
export const FCW = { masks: 0x3f, PC: 8, RC: 10, initial: 0x37f } as const;
const C0 = 1 << 8, C1 = 1 << 9, C2 = 1 << 10, C3 = 1 << 14;
const TOP = 11;

const word = (st: HelperState, slot: number): number => Number(st.get(slot, 32));
const top = (st: HelperState): number => (word(st, slots.fsw) >> TOP) & 7;
const physical = (st: HelperState, i: number): number => (top(st) + i) & 7;
const setStatus = (st: HelperState, clear: number, set: number): void => st.put(slots.fsw, 32, BigInt((word(st, slots.fsw) & ~clear) | set));
const setTop = (st: HelperState, t: number): void => setStatus(st, 7 << TOP, (t & 7) << TOP);
const conditions = (st: HelperState, set: number): void => setStatus(st, C0 | C1 | C2 | C3, set);
const clearC1 = (st: HelperState): void => setStatus(st, C1, 0);

const inUse = (st: HelperState, i: number): boolean => ((word(st, slots.ftw) >> physical(st, i)) & 1) !== 0;
const tag = (st: HelperState, i: number, used: boolean): void => {
  const bit = 1 << physical(st, i);
  st.put(slots.ftw, 32, BigInt(used ? word(st, slots.ftw) | bit : word(st, slots.ftw) & ~bit));
};

/** What an invalid operation gives: the negative quiet NaN without payload. */
const indefinite = 0xffffc000000000000000n;

const raw = (st: HelperState, i: number): bigint => {
  const at = slots.st + 16 * physical(st, i);
  return st.get(at, 64) | (st.get(at + 8, 16) << 64n);
};
const setRaw = (st: HelperState, i: number, bits: bigint): void => {
  const at = slots.st + 16 * physical(st, i);
  st.put(at, 64, bits & 0xffffffffffffffffn);
  st.put(at + 8, 16, bits >> 64n);
  tag(st, i, true);
};

/** ST(i); an empty register reads as the indefinite NaN, whose operations are invalid. */
const read = (st: HelperState, i: number): bigint => (inUse(st, i) ? raw(st, i) : indefinite);
/** Operations with an empty operand give the indefinite, whatever else they were given. */
const whole = (st: HelperState, ...registers: number[]): boolean => registers.every((i) => inUse(st, i));

/** A stack overflow leaves the indefinite on top. */
function push(st: HelperState, bits: bigint): void {
  setTop(st, top(st) - 1);
  setRaw(st, 0, inUse(st, 0) ? indefinite : bits);
  clearC1(st);
}
function pop(st: HelperState): void {
  tag(st, 0, false);
  setTop(st, top(st) + 1);
}
const popIf = (st: HelperState, times: bigint | undefined): void => {
  for (let i = 0; i < Number(times ?? 0n); i++) pop(st);
};

const rounding = (st: HelperState): Rounding => ((word(st, slots.fcw) >> FCW.RC) & 3) as Rounding;
/** Rounds to 64 bits. */
const full = (st: HelperState): Env => ({ rounding: rounding(st), ftz: false, daz: false, nan: x87Nan });
/** Rounds to the precision that the control word asks for; the reserved setting counts as 64 bits. */
const controlled = (st: HelperState): Env => ({ ...full(st), precision: [24, 64, 53, 64][(word(st, slots.fcw) >> FCW.PC) & 3]! });
const num = (bits: bigint): Num => unpack(f80, bits);

/** A float from memory: exact, a signalling NaN quieted. */
function widened(from: Format, bits: bigint): bigint {
  const n = unpack(from, bits);
  return pack(f80, isNan(n) ? quiet(n) : n);
}
/** ST(0) in another format. */
function narrowed(st: HelperState, to: Format): bigint {
  const n = num(read(st, 0));
  clearC1(st);
  return pack(to, isNan(n) ? x87Nan([n]) : n, full(st));
}
/** ST(0) as a `bits`-wide integer; what does not fit gives the most negative one. */
function integer(st: HelperState, bits: number, mode: Rounding): bigint {
  clearC1(st);
  const v = toInteger(num(read(st, 0)), mode);
  const limit = 1n << BigInt(bits - 1);
  return BigInt.asUintN(bits, v === undefined || v < -limit || v >= limit ? limit : v);
}

type Operation = (a: Num, b: Num, env: Env) => Num;
/** By the digit that the opcode map gives them; ST(0) or ST(i) first. */
const operations: Record<number, Operation> = {
  0: add,
  1: mul,
  4: sub,
  5: (a, b, env) => sub(b, a, env),
  6: div,
  7: (a, b, env) => div(b, a, env),
};
const compute = (st: HelperState, op: bigint, a: Num, b: Num): bigint => {
  clearC1(st);
  const env = controlled(st);
  return pack(f80, operations[Number(op)]!(a, b, env), env);
};
/** ST(0) = ST(0) op value. */
const withValue = (st: HelperState, op: bigint, value: Num): void => setRaw(st, 0, whole(st, 0) ? compute(st, op, num(raw(st, 0)), value) : indefinite);

/** C3 C2 C0 of a comparison: unordered all, less C0, equal C3. */
const order = (a: Num, b: Num): number => {
  const o = compare(a, b);
  return o === undefined ? C0 | C2 | C3 : o < 0 ? C0 : o === 0 ? C3 : 0;
};
const compareTo = (st: HelperState, value: Num, pops: bigint): void => {
  conditions(st, order(num(read(st, 0)), value));
  popIf(st, pops);
};
/** An operand from memory as it is: the NaN rule prefers a quiet NaN in ST(0) to a signalling one from memory. */
const loaded = unpack;
const signedInteger = (v: bigint): Num => fromInteger(BigInt.asIntN(64, v));

/** One operand, result of 64 bits in ST(0). */
const inPlace = (f: (n: Num, st: HelperState) => bigint): Helper => (st) => {
  clearC1(st);
  setRaw(st, 0, whole(st, 0) ? f(num(raw(st, 0)), st) : indefinite);
};
const signBit = 1n << 79n;

/** 1 Lg2T Lg2E Pi Log2 Ln2 0, by opcode D9 E8+k; correctly rounded in the current mode as the manual demands. */
const constants: readonly { readonly sig: bigint; readonly exp: number }[] = [
  { sig: 1n, exp: 0 },
  { sig: 0xd49a784bcd1b8afe492bf6ff4dafdb4cn, exp: -126 },
  { sig: 0xb8aa3b295c17f0bbbe87fed0691d3e88n, exp: -127 },
  { sig: 0xc90fdaa22168c234c4c6628b80dc1cd1n, exp: -126 },
  { sig: 0x9a209a84fbcff7988f8959ac0b7c9178n, exp: -129 },
  { sig: 0xb17217f7d1cf79abc9e3b39803f2f6afn, exp: -128 },
  { sig: 0n, exp: 0 },
];

/** ST(0) * 2^(ST(1) truncated). */
function scale(st: HelperState): bigint {
  const [a, b] = [num(raw(st, 0)), num(raw(st, 1))];
  if (isNan(a) || isNan(b)) return pack(f80, x87Nan([a, b]));
  if (b.kind === 'inf') {
    if (a.kind === (b.neg ? 'inf' : 'zero')) return indefinite;
    return pack(f80, { kind: b.neg ? 'zero' : 'inf', neg: a.neg, sig: 0n, exp: 0 });
  }
  if (a.kind !== 'finite') return raw(st, 0);
  const by = toInteger(b, Rounding.Zero)!;
  const bounded = by > 0x20000n ? 0x20000 : by < -0x20000n ? -0x20000 : Number(by); // beyond any exponent
  return pack(f80, { ...a, exp: a.exp + bounded }, full(st));
}

const bitsIn = (v: bigint): number => v.toString(2).length;

/**
 * FPREM (quotient truncated) and FPREM1 (rounded to nearest even). Exponents 64 or more apart take several
 * steps, C2 says so; how far a step goes is the implementation's choice, here a multiple of 32 bits.
 */
function remainder(st: HelperState, nearest: boolean): bigint {
  const [a, b] = [num(raw(st, 0)), num(raw(st, 1))];
  if (isNan(a) || isNan(b)) return pack(f80, x87Nan([a, b]));
  if (a.kind === 'inf' || b.kind === 'zero') return indefinite;
  conditions(st, 0);
  if (a.kind === 'zero' || b.kind === 'inf') return pack(f80, a);
  const apart = a.exp + bitsIn(a.sig) - (b.exp + bitsIn(b.sig));
  const exp = Math.min(a.exp, b.exp);
  const x = a.sig << BigInt(a.exp - exp);
  const y = b.sig << BigInt(b.exp - exp);
  if (apart >= 64) {
    setStatus(st, 0, C2);
    const step = y << BigInt(apart - ((apart & 31) | 32));
    return pack(f80, finite(a.neg, x % step, exp));
  }
  let q = x / y;
  let r = x % y;
  let neg = a.neg;
  if (nearest && (2n * r > y || (2n * r === y && q & 1n))) {
    q += 1n;
    r = y - r;
    neg = !neg;
  }
  setStatus(st, 0, (q & 4n ? C0 : 0) | (q & 2n ? C3 : 0) | (q & 1n ? C1 : 0));
  return pack(f80, r === 0n ? { kind: 'zero', neg: a.neg, sig: 0n, exp: 0 } : finite(neg, r, exp));
}

/** Without a remainder C0 and C3 stay. */
function reduce(st: HelperState, nearest: boolean): void {
  setStatus(st, C1 | C2, 0);
  setRaw(st, 0, whole(st, 0, 1) ? remainder(st, nearest) : indefinite);
}

/** The exponent as a number, then the significand with exponent 0. */
function extract(st: HelperState): void {
  if (!whole(st, 0) || inUse(st, 7)) {
    setRaw(st, 0, indefinite);
    return push(st, indefinite);
  }
  const bits = raw(st, 0);
  const n = num(bits);
  if (isNan(n)) {
    setRaw(st, 0, pack(f80, x87Nan([n])));
    return push(st, pack(f80, x87Nan([n])));
  }
  const infinite = (neg: boolean): bigint => pack(f80, { kind: 'inf', neg, sig: 0n, exp: 0 });
  if (n.kind === 'zero') setRaw(st, 0, infinite(true));
  else if (n.kind === 'inf') setRaw(st, 0, infinite(false));
  else setRaw(st, 0, pack(f80, fromInteger(BigInt(n.exp + bitsIn(n.sig) - 1))));
  push(st, n.kind === 'finite' ? pack(f80, { ...n, exp: 1 - bitsIn(n.sig) }) : bits);
}

/** FXAM's class in C3 C2 C0, sign in C1 (also of an empty register). */
function examine(st: HelperState): void {
  const bits = raw(st, 0);
  const n = num(bits);
  const denormal = ((bits >> 64n) & 0x7fffn) === 0n;
  const kind = !inUse(st, 0) ? C3 | C0
    : n.kind === 'invalid' ? 0
    : isNan(n) ? C0
    : n.kind === 'inf' ? C2 | C0
    : n.kind === 'zero' ? C3
    : denormal ? C3 | C2 : C2;
  conditions(st, kind | (bits & signBit ? C1 : 0));
}

function initialise(st: HelperState): void {
  st.put(slots.fcw, 32, BigInt(FCW.initial));
  for (const slot of [slots.fsw, slots.ftw, slots.fop]) st.put(slot, 32, 0n);
  for (const slot of [slots.fip, slots.fdp]) st.put(slot, 64, 0n);
}

/** The model raises no x87 exceptions, so it refuses to unmask them. Bit 6 reads as 1. */
export function loadControl(st: HelperState, value: bigint): void {
  if ((Number(value) & FCW.masks) !== FCW.masks) throw new GuestFault('unimplemented');
  st.put(slots.fcw, 32, (value & 0x1f7fn) | 0x40n);
}

/** Packed decimal: eighteen digits, sign in the top byte. */
function fromDecimal(low: bigint, high: bigint): bigint {
  const bits = low | (high << 64n);
  let v = 0n;
  for (let i = 17n; i >= 0n; i--) v = v * 10n + ((bits >> (4n * i)) & 0xfn);
  return pack(f80, { ...fromInteger(v), neg: (bits & signBit) !== 0n });
}
function toDecimal(st: HelperState): bigint {
  const n = num(read(st, 0));
  const v = toInteger(n, rounding(st));
  const size = v === undefined ? undefined : v < 0n ? -v : v;
  if (size === undefined || size >= 10n ** 18n) return indefinite;
  let bits = n.neg ? signBit : 0n;
  [...size.toString()].reverse().forEach((digit, i) => { bits |= BigInt(digit) << BigInt(4 * i); });
  return bits;
}

/** Two bits a physical register, as FNSTENV has it: 0 valid, 1 zero, 2 special, 3 empty. */
function fullTags(st: HelperState): number {
  let tags = 0;
  for (let i = 0; i < 8; i++) {
    const n = num(raw(st, i));
    const normal = n.kind === 'finite' && ((raw(st, i) >> 64n) & 0x7fffn) !== 0n;
    tags |= (!inUse(st, i) ? 3 : n.kind === 'zero' ? 1 : normal ? 0 : 2) << (2 * physical(st, i));
  }
  return tags;
}

/** The environment in 14 bytes (`size` 2) or 28 (`size` 4): control, status, tags, then pointers, which the model keeps at zero. */
function environment(st: HelperState, size: number): bigint {
  const unused = size === 4 ? 0xffff0000 : 0; // upper halves read as ones
  const image = [word(st, slots.fcw), word(st, slots.fsw), fullTags(st)].map((w) => BigInt((w | unused) >>> 0));
  const last = size === 4 ? 0xffff0000n : 0n;
  return [...image, 0n, 0n, 0n, last].reduce((v, w, i) => v | (w << BigInt(8 * size * i)), 0n);
}
function loadEnvironment(st: HelperState, at: bigint, size: number): void {
  const image = st.load(at, 7 * size);
  const field = (i: number): bigint => (image >> BigInt(8 * size * i)) & 0xffffn;
  loadControl(st, field(0));
  st.put(slots.fsw, 32, field(1));
  let used = 0n;
  for (let i = 0n; i < 8n; i++) if (((field(2) >> (2n * i)) & 3n) !== 3n) used |= 1n << i;
  st.put(slots.ftw, 32, used);
}
const maskAll = (st: HelperState): void => st.put(slots.fcw, 32, BigInt(word(st, slots.fcw) | FCW.masks));

/** Small arguments: register numbers, sizes, widths. */
const int = Number;

export const x87Helpers: Readonly<Record<string, Helper>> = {
  'x87.push_f32': (st, v) => push(st, widened(f32, v!)),
  'x87.push_f64': (st, v) => push(st, widened(f64, v!)),
  'x87.push_f80': (st, low, high) => push(st, low! | (high! << 64n)),
  'x87.push_int': (st, v) => push(st, pack(f80, signedInteger(v!))),
  'x87.push_decimal': (st, low, high) => push(st, fromDecimal(low!, high! & 0xffffn)),
  'x87.push_st': (st, from) => push(st, read(st, int(from))),
  'x87.push_constant': (st, k) => push(st, pack(f80, finite(false, constants[int(k)]!.sig, constants[int(k)]!.exp), full(st))),

  'x87.to_f32': (st) => narrowed(st, f32),
  'x87.to_f64': (st) => narrowed(st, f64),
  'x87.low': (st) => read(st, 0) & 0xffffffffffffffffn,
  'x87.high': (st) => read(st, 0) >> 64n,
  'x87.to_int': (st, bits) => integer(st, int(bits), rounding(st)),
  'x87.to_int_truncated': (st, bits) => integer(st, int(bits), Rounding.Zero),
  'x87.decimal_low': (st) => toDecimal(st) & 0xffffffffffffffffn,
  'x87.decimal_high': (st) => toDecimal(st) >> 64n,
  'x87.pop': (st) => pop(st),
  'x87.copy': (st, to, pops) => {
    clearC1(st);
    setRaw(st, int(to), read(st, 0));
    popIf(st, pops);
  },

  /** ST(dst) = ST(dst) op ST(src), then so many pops. */
  'x87.arith_st': (st, op, dst, src, pops) => {
    const [d, s] = [int(dst), int(src)];
    setRaw(st, d, whole(st, d, s) ? compute(st, op!, num(raw(st, d)), num(raw(st, s))) : indefinite);
    popIf(st, pops);
  },
  'x87.arith_f32': (st, op, v) => withValue(st, op!, loaded(f32, v!)),
  'x87.arith_f64': (st, op, v) => withValue(st, op!, loaded(f64, v!)),
  'x87.arith_int': (st, op, v) => withValue(st, op!, signedInteger(v!)),

  'x87.com_st': (st, with_, pops) => compareTo(st, num(read(st, int(with_))), pops!),
  'x87.com_f32': (st, v, pops) => compareTo(st, loaded(f32, v!), pops!),
  'x87.com_f64': (st, v, pops) => compareTo(st, loaded(f64, v!), pops!),
  'x87.com_int': (st, v, pops) => compareTo(st, signedInteger(v!), pops!),
  /** CF PF ZF in bits 0, 1, 2. */
  'x87.comi': (st, with_, pops) => {
    const o = order(num(read(st, 0)), num(read(st, int(with_))));
    clearC1(st);
    popIf(st, pops);
    return BigInt((o & C0 ? 1 : 0) | (o & C2 ? 2 : 0) | (o & C3 ? 4 : 0));
  },
  'x87.cmov': (st, from, condition) => {
    clearC1(st);
    if (!whole(st, 0, int(from))) setRaw(st, 0, indefinite);
    else if (condition) setRaw(st, 0, raw(st, int(from)));
  },

  'x87.fchs': (st) => {
    clearC1(st);
    setRaw(st, 0, whole(st, 0) ? raw(st, 0) ^ signBit : indefinite);
  },
  'x87.fabs': (st) => {
    clearC1(st);
    setRaw(st, 0, whole(st, 0) ? raw(st, 0) & ~signBit : indefinite);
  },
  'x87.fxch': (st, with_) => {
    clearC1(st);
    const [a, b] = [read(st, 0), read(st, int(with_))];
    setRaw(st, 0, b);
    setRaw(st, int(with_), a);
  },
  'x87.fsqrt': inPlace((n, st) => pack(f80, sqrt(n, controlled(st)), controlled(st))),
  'x87.frndint': inPlace((n, st) => pack(f80, rint(n, rounding(st), full(st)))),
  'x87.fscale': (st) => {
    clearC1(st);
    setRaw(st, 0, whole(st, 0, 1) ? scale(st) : indefinite);
  },
  'x87.fxtract': extract,
  'x87.fprem': (st) => reduce(st, false),
  'x87.fprem1': (st) => reduce(st, true),
  'x87.fxam': examine,

  'x87.fninit': initialise,
  'x87.fldcw': (st, v) => loadControl(st, v!),
  'x87.fnclex': (st) => setStatus(st, 0x80ff, 0),
  'x87.ffree': (st, r) => tag(st, int(r), false),
  'x87.rotate': (st, by) => {
    clearC1(st);
    setTop(st, top(st) + int(by));
  },

  'x87.fnstenv': (st, at, size) => {
    st.store(at!, 7 * int(size), environment(st, int(size)));
    maskAll(st);
  },
  'x87.fldenv': (st, at, size) => loadEnvironment(st, at!, int(size)),
  'x87.fnsave': (st, at, size) => {
    let image = environment(st, int(size));
    for (let r = 0; r < 8; r++) image |= raw(st, r) << BigInt(8 * (7 * int(size) + 10 * r));
    st.store(at!, 7 * int(size) + 80, image);
    initialise(st);
  },
  'x87.frstor': (st, at, size) => {
    const registers = st.load(BigInt.asUintN(64, at! + BigInt(7 * int(size))), 80);
    loadEnvironment(st, at!, int(size));
    const tags = st.get(slots.ftw, 32);
    for (let r = 0; r < 8; r++) setRaw(st, r, (registers >> BigInt(80 * r)) & ((1n << 80n) - 1n));
    st.put(slots.ftw, 32, tags);
  },
};
