/**
 * arm64 vector instructions on lanes, plainly: saturating, rounding and variable shifts, products of polynomials, sums across a
 * vector, float lanes beyond what IR has, AES and SHA. Arm ARM C7.2 and J1. Vectors are 128-bit bigints, lane 0 lowest.
 */
import { a64Helpers, fromFixed, toFixed } from './a64.js';
import { fpOp } from './fpop.js';
import { Rounding, f32, f64, fma, fromInteger, isNan, pack, unpack } from './float.js';
import type { Env, Format, Num } from './float.js';
import type { Helper, HelperState } from './state.js';

const scalarOf = (name: string): ((st: HelperState, ...args: bigint[]) => bigint) => a64Helpers[name] as (st: HelperState, ...args: bigint[]) => bigint;

const mask = (w: number): bigint => (1n << BigInt(w)) - 1n;
const split = (w: number, v: bigint): bigint[] => Array.from({ length: 128 / w }, (_, i) => (v >> BigInt(i * w)) & mask(w));
const join = (w: number, lanes: readonly bigint[]): bigint => lanes.reduce((v, lane, i) => v | (BigInt.asUintN(w, lane) << BigInt(i * w)), 0n);
const S = (w: number, v: bigint): bigint => BigInt.asIntN(w, v);
const clampS = (w: number, v: bigint): bigint => (v < -(1n << BigInt(w - 1)) ? -(1n << BigInt(w - 1)) : v > mask(w - 1) ? mask(w - 1) : v);
const clampU = (w: number, v: bigint): bigint => (v < 0n ? 0n : v > mask(w) ? mask(w) : v);

type Lane2 = (w: number, x: bigint, y: bigint) => bigint;
type Lane1 = (w: number, x: bigint) => bigint;

/** Left by the signed low byte of y, right when it is negative; rounded: half of the last place added first. */
function shift(x: bigint, y: bigint, round: boolean): bigint {
  const by = S(8, y);
  if (by >= 0n) return x << by;
  return (x + (round ? 1n << (-by - 1n) : 0n)) >> -by;
}
const unsaturated = (signed: boolean, round: boolean): Lane2 => (w, x, y) => shift(signed ? S(w, x) : x, y, round);
const saturated = (signed: boolean, round: boolean): Lane2 => (w, x, y) => (signed ? clampS : clampU)(w, shift(signed ? S(w, x) : x, y, round));

/** Product without carries. */
function carryless(x: bigint, y: bigint): bigint {
  let r = 0n;
  for (let i = 0n; y >> i; i++) if ((y >> i) & 1n) r ^= x << i;
  return r;
}

const binaries: Record<string, Lane2> = {
  shadd: (w, x, y) => (S(w, x) + S(w, y)) >> 1n,
  uhadd: (_w, x, y) => (x + y) >> 1n,
  srhadd: (w, x, y) => (S(w, x) + S(w, y) + 1n) >> 1n,
  urhadd: (_w, x, y) => (x + y + 1n) >> 1n,
  shsub: (w, x, y) => (S(w, x) - S(w, y)) >> 1n,
  uhsub: (_w, x, y) => (x - y) >> 1n,
  sqadd: (w, x, y) => clampS(w, S(w, x) + S(w, y)),
  uqadd: (w, x, y) => clampU(w, x + y),
  sqsub: (w, x, y) => clampS(w, S(w, x) - S(w, y)),
  uqsub: (w, x, y) => clampU(w, x - y),
  sshl: unsaturated(true, false), ushl: unsaturated(false, false), srshl: unsaturated(true, true), urshl: unsaturated(false, true),
  sqshl: saturated(true, false), uqshl: saturated(false, false), sqrshl: saturated(true, true), uqrshl: saturated(false, true),
  mul: (_w, x, y) => x * y,
  pmul: (_w, x, y) => carryless(x, y),
  sqdmulh: (w, x, y) => clampS(w, (2n * S(w, x) * S(w, y)) >> BigInt(w)),
  sqrdmulh: (w, x, y) => clampS(w, (2n * S(w, x) * S(w, y) + (1n << BigInt(w - 1))) >> BigInt(w)),
};
const unaries: Record<string, Lane1> = {
  clz: (w, x) => BigInt(w - (x === 0n ? 0 : x.toString(2).length)),
  cls: (w, x) => {
    const v = S(w, x) < 0n ? ~S(w, x) : x;
    return BigInt(w - 1 - (v === 0n ? 0 : v.toString(2).length));
  },
  rbit: (w, x) => BigInt(`0b${[...x.toString(2).padStart(w, '0')].reverse().join('')}`),
  sqabs: (w, x) => clampS(w, S(w, x) < 0n ? -S(w, x) : x),
  sqneg: (w, x) => clampS(w, -S(w, x)),
};

/** Of the lanes in the low `bits` to one number, kept in the width of the result. */
const across: Record<string, (w: number, lanes: readonly bigint[]) => bigint> = {
  addv: (w, l) => BigInt.asUintN(w, l.reduce((a, b) => a + b)),
  saddlv: (w, l) => BigInt.asUintN(2 * w, l.reduce((a, b) => a + S(w, b), 0n)),
  uaddlv: (_w, l) => l.reduce((a, b) => a + b),
  smaxv: (w, l) => BigInt.asUintN(w, l.reduce((a, b) => (S(w, a) > S(w, b) ? a : b))),
  umaxv: (_w, l) => l.reduce((a, b) => (a > b ? a : b)),
  sminv: (w, l) => BigInt.asUintN(w, l.reduce((a, b) => (S(w, a) < S(w, b) ? a : b))),
  uminv: (_w, l) => l.reduce((a, b) => (a < b ? a : b)),
};

/** Lanes of twice `w` bits cut to `w` with saturation, in the low half. */
const narrows: Record<string, Lane1> = {
  sqxtn: (w, x) => clampS(w, S(2 * w, x)),
  uqxtn: (w, x) => clampU(w, x),
  sqxtun: (w, x) => clampU(w, S(2 * w, x)),
};

const integers: Record<string, Helper> = {};
for (const w of [8, 16, 32, 64]) {
  for (const [name, f] of Object.entries(binaries)) integers[`a64_${name}${w}`] = (_st, x, y) => { const b = split(w, y!); return join(w, split(w, x!).map((v, i) => f(w, v, b[i]!))); };
  for (const [name, f] of Object.entries(unaries)) integers[`a64_${name}${w}`] = (_st, x) => join(w, split(w, x!).map((v) => f(w, v)));
  for (const [name, f] of Object.entries(across)) integers[`a64_${name}${w}`] = (_st, x, bits) => f(w, split(w, x!).slice(0, Number(bits) / w));
  if (w < 64) for (const [name, f] of Object.entries(narrows)) integers[`a64_${name}${w}`] = (_st, x) => join(w, split(2 * w, x!).map((v) => f(w, v)));
}
integers['a64_pmull8'] = (_st, x, y) => join(16, split(8, x!).slice(0, 8).map((v, i) => carryless(v, split(8, y!)[i]!)));
integers['a64_pmull64'] = (_st, x, y) => carryless(x! & mask(64), y! & mask(64));

// Float lanes.

const formatOf = (w: number): Format => (w === 32 ? f32 : f64);
const two: Num = fromInteger(2n);
const three: Num = fromInteger(3n);

/** Half of (3 - x * y), or 2 - x * y, with one rounding; infinity times zero counts as zero. FPRecipStepFused, FPRSqrtStepFused. */
function step(f: Format, x: bigint, y: bigint, from: Num, halve: boolean, env: Env): bigint {
  const [a, b] = [unpack(f, x, env.daz), unpack(f, y, env.daz)];
  const minus: Num = { ...a, neg: !a.neg };
  if (isNan(a) || isNan(b)) return pack(f, env.nan([minus, b]), env);
  const zeroInf = (a.kind === 'inf' && b.kind === 'zero') || (a.kind === 'zero' && b.kind === 'inf');
  const half = (n: Num): Num => (halve && n.kind === 'finite' ? { ...n, exp: n.exp - 1 } : n);
  if (zeroInf) return pack(f, half(from), env);
  return pack(f, half(fma(minus, b, from, env)), env);
}

/** Infinity times zero is two with the product's sign; otherwise a product. */
function mulx(st: HelperState, f: Format, w: number, x: bigint, y: bigint): bigint {
  const [a, b] = [unpack(f, x, st.env().daz), unpack(f, y, st.env().daz)];
  if ((a.kind === 'inf' && b.kind === 'zero') || (a.kind === 'zero' && b.kind === 'inf')) return pack(f, { ...two, neg: a.neg !== b.neg });
  return fpOp(`f${w}.mul`, [x, y], st.env());
}

/** 256 estimates of 1/x for x in [0.5, 1): RecipEstimate. */
function recipEstimate(a: number): number {
  const b = Math.floor((1 << 19) / (2 * a + 1));
  return (b + 1) >> 1;
}
/** 1/sqrt(x): RecipSqrtEstimate, of 9-bit inputs 128..511. */
function rsqrtEstimate(input: number): number {
  const a = input < 256 ? 2 * input + 1 : (((input >> 1) << 1) + 1) * 2;
  let b = 512;
  while (a * (b + 1) * (b + 1) < 2 ** 28) b++;
  return (b + 1) >> 1;
}

/** FRECPE. Arm ARM J1, FPRecipEstimate. */
function frecpe(f: Format, x: bigint, env: Env): bigint {
  const n = unpack(f, x, env.daz);
  if (isNan(n)) return pack(f, env.nan([n]), env);
  if (n.kind === 'inf') return pack(f, { ...n, kind: 'zero' });
  if (n.kind === 'zero') return pack(f, { ...n, kind: 'inf' });
  const top = n.sig.toString(2).length - 1 + n.exp; // value is 1.x * 2^top
  if (top < -f.bias - 1) {
    // too small: the reciprocal overflows
    const inf = env.rounding === Rounding.Nearest || env.rounding === (n.neg ? Rounding.Down : Rounding.Up);
    const infinity = pack(f, { ...n, kind: 'inf' });
    return inf ? infinity : infinity - 1n;
  }
  if (env.ftz && -top - 1 < 1 - f.bias) return pack(f, { kind: 'zero', neg: n.neg, sig: 0n, exp: 0 });
  const length = n.sig.toString(2).length;
  const nine = Number(length >= 9 ? n.sig >> BigInt(length - 9) : n.sig << BigInt(9 - length)); // 256..511
  const estimate = recipEstimate(nine); // 256..511: value estimate / 256 * 2^(-top - 1)
  return pack(f, { kind: 'finite', neg: n.neg, sig: BigInt(estimate), exp: -8 - top - 1 }, { ...env, rounding: Rounding.Zero, ftz: false });
}

/** FRSQRTE. */
function frsqrte(f: Format, x: bigint, env: Env): bigint {
  const n = unpack(f, x, env.daz);
  if (isNan(n)) return pack(f, env.nan([n]), env);
  if (n.kind === 'zero') return pack(f, { ...n, kind: 'inf' });
  if (n.neg) return pack(f, env.nan([]), env);
  if (n.kind === 'inf') return pack(f, { kind: 'zero', neg: false, sig: 0n, exp: 0 });
  const length = n.sig.toString(2).length;
  const top = length - 1 + n.exp;
  const nine = Number(length >= 9 ? n.sig >> BigInt(length - 9) : n.sig << BigInt(9 - length)); // 256..511 is [1, 2)
  const odd = (top & 1) !== 0;
  // x = s * 2^e with e even and s in [0.25, 1): of nine bits
  const input = odd ? nine : nine >> 1;
  const e = odd ? top + 1 : top + 2;
  const estimate = rsqrtEstimate(input); // 256..511: estimate / 256
  return pack(f, { kind: 'finite', neg: false, sig: BigInt(estimate), exp: -8 - e / 2 }, { ...env, rounding: Rounding.Zero, ftz: false });
}

const modes = { n: Rounding.Nearest, m: Rounding.Down, p: Rounding.Up, z: Rounding.Zero } as const;
/** Rounded by `mode`; a: ties away from zero. */
function toInt(f: Format, w: number, x: bigint, mode: keyof typeof modes | 'a', signed: boolean, st: HelperState, fbits = 0): bigint {
  if (mode === 'a') return toFixed(f, scalarOf(`a64_rinta${w}`)(st, x), fbits, w, signed, st.env());
  return toFixed(f, x, fbits, w, signed, st.env(), modes[mode]);
}

const floats: Record<string, Helper> = {};
for (const w of [32, 64]) {
  const f = formatOf(w);
  const each1 = (g: (st: HelperState, x: bigint, extra: bigint) => bigint): Helper => (st, x, extra) => join(w, split(w, x!).map((v) => g(st, v, extra ?? 0n)));
  const each2 = (g: (st: HelperState, x: bigint, y: bigint) => bigint): Helper => (st, x, y) => { const b = split(w, y!); return join(w, split(w, x!).map((v, i) => g(st, v, b[i]!))); };
  for (const name of ['fmax', 'fmin', 'fmaxnm', 'fminnm']) floats[`a64_v${name}${w}`] = each2((st, x, y) => scalarOf(`a64_${name}${w}`)(st, x, y));
  floats[`a64_vfmulx${w}`] = each2((st, x, y) => mulx(st, f, w, x, y));
  floats[`a64_vfrecps${w}`] = each2((st, x, y) => step(f, x, y, two, false, st.env()));
  floats[`a64_vfrsqrts${w}`] = each2((st, x, y) => step(f, x, y, three, true, st.env()));
  floats[`a64_vfmla${w}`] = (st, d, x, y) => {
    const [a, b, c] = [split(w, d!), split(w, x!), split(w, y!)];
    return join(w, a.map((v, i) => fpOp(`f${w}.fma`, [v, b[i]!, c[i]!], st.env())));
  };
  floats[`a64_vrinta${w}`] = each1((st, x) => scalarOf(`a64_rinta${w}`)(st, x));
  floats[`a64_vfrecpe${w}`] = each1((st, x) => frecpe(f, x, st.env()));
  floats[`a64_vfrsqrte${w}`] = each1((st, x) => frsqrte(f, x, st.env()));
  for (const mode of ['n', 'm', 'p', 'z', 'a'] as const) {
    floats[`a64_vfcvt${mode}s${w}`] = each1((st, x) => toInt(f, w, x, mode, true, st));
    floats[`a64_vfcvt${mode}u${w}`] = each1((st, x) => toInt(f, w, x, mode, false, st));
  }
  floats[`a64_vfcvtzs${w}_n`] = each1((st, x, fbits) => toInt(f, w, x, 'z', true, st, Number(fbits)));
  floats[`a64_vfcvtzu${w}_n`] = each1((st, x, fbits) => toInt(f, w, x, 'z', false, st, Number(fbits)));
  floats[`a64_vscvtf${w}`] = each1((st, x) => fromFixed(f, S(w, x), 0, st.env()));
  floats[`a64_vucvtf${w}`] = each1((st, x) => fromFixed(f, x, 0, st.env()));
  floats[`a64_vscvtf${w}_n`] = each1((st, x, fbits) => fromFixed(f, S(w, x), Number(fbits), st.env()));
  floats[`a64_vucvtf${w}_n`] = each1((st, x, fbits) => fromFixed(f, x, Number(fbits), st.env()));
}
export const a64vHelpers: Readonly<Record<string, Helper>> = { ...integers, ...floats };
