/**
 * The floating-point operations of the IR by name, scalar and vector, on bit patterns: `fpOp('f64.add', [x, y], env)`.
 * What the reference evaluator computes, and what a fast tier calls when its own instruction does not do.
 */
import { add, compare, div, f32, f64, fma, fromInteger, isNan, mul, pack, rint, Rounding, sqrt, sub, toInteger, unpack } from './float.js';
import type { Env, Format, Num } from './float.js';

type Arith = (args: readonly Num[], env: Env) => Num;

/** From numbers to a number of the same format. */
const arith: Record<string, Arith> = {
  add: ([a, b], env) => add(a!, b!, env),
  sub: ([a, b], env) => sub(a!, b!, env),
  mul: ([a, b], env) => mul(a!, b!, env),
  div: ([a, b], env) => div(a!, b!, env),
  fma: ([addend, a, b], env) => fma(a!, b!, addend!, env),
  sqrt: ([a], env) => sqrt(a!, env),
  rint: ([a], env) => rint(a!, env.rounding, env),
  nearest: ([a], env) => rint(a!, Rounding.Nearest, env),
  floor: ([a], env) => rint(a!, Rounding.Down, env),
  ceil: ([a], env) => rint(a!, Rounding.Up, env),
  trunc: ([a], env) => rint(a!, Rounding.Zero, env),
  // WebAssembly's pseudo-minimum and maximum: one of the operands as it stands, the first unless the second is strictly beyond it
  pmin: ([a, b]) => (compare(b!, a!) === -1 ? b! : a!),
  pmax: ([a, b]) => (compare(a!, b!) === -1 ? b! : a!),
};

const relations: Record<string, (order: number | undefined) => boolean> = {
  eq: (o) => o === 0,
  ne: (o) => o !== 0,
  lt: (o) => o === -1,
  le: (o) => o === -1 || o === 0,
};

/** f(args) in format `f`; operations that choose an operand keep its bits, which denormals in flush mode and signalling NaN need. */
function arithBits(f: Format, name: string, args: readonly bigint[], env: Env): bigint {
  const nums = args.map((a) => unpack(f, a, env.daz));
  const r = arith[name]!(nums, env);
  if (name === 'pmin' || name === 'pmax') {
    const chosen = args[nums.indexOf(r)]!;
    return r.kind === 'zero' ? pack(f, r) : chosen;
  }
  return pack(f, r, env);
}

/** To another format: a NaN is quieted and keeps the top of its payload. */
function convert(from: Format, to: Format, bits: bigint, env: Env): bigint {
  const n = unpack(from, bits, env.daz);
  return pack(to, isNan(n) ? env.nan([n]) : n, env);
}

/** WebAssembly's saturating truncation: NaN gives 0. */
function truncSat(f: Format, bits: bigint, width: number, signed: boolean): bigint {
  const n = unpack(f, bits);
  const low = signed ? -(1n << BigInt(width - 1)) : 0n;
  const high = signed ? -low - 1n : (1n << BigInt(width)) - 1n;
  if (isNan(n)) return 0n;
  const v = toInteger(n, Rounding.Zero) ?? (n.neg ? low : high);
  return BigInt.asUintN(width, v < low ? low : v > high ? high : v);
}

const lanesOf = (v: bigint, width: number): bigint[] => Array.from({ length: 128 / width }, (_, i) => (v >> BigInt(i * width)) & ((1n << BigInt(width)) - 1n));
const joined = (lanes: readonly bigint[], width: number): bigint => lanes.reduce((v, lane, i) => v | (lane << BigInt(i * width)), 0n);
const formatOf = (ty: string): Format => (ty.startsWith('f32') ? f32 : f64);

/** Operations that are neither arithmetic nor a relation, by full name. */
const others: Record<string, (a: bigint, env: Env) => bigint> = {
  'f64.promote_f32': (a, env) => convert(f32, f64, a, env),
  'f32.demote_f64': (a, env) => convert(f64, f32, a, env),
  'f64.convert_i32_s': (a, env) => pack(f64, fromInteger(BigInt.asIntN(32, a)), env),
  'f64.convert_i64_s': (a, env) => pack(f64, fromInteger(BigInt.asIntN(64, a)), env),
  'f64.convert_i64_u': (a, env) => pack(f64, fromInteger(a), env),
  'f32.convert_i32_s': (a, env) => pack(f32, fromInteger(BigInt.asIntN(32, a)), env),
  'f32.convert_i64_s': (a, env) => pack(f32, fromInteger(BigInt.asIntN(64, a)), env),
  'f32.convert_i64_u': (a, env) => pack(f32, fromInteger(a), env),
  'i32.trunc_sat_f32_s': (a) => truncSat(f32, a, 32, true),
  'i64.trunc_sat_f32_s': (a) => truncSat(f32, a, 64, true),
  'i64.trunc_sat_f32_u': (a) => truncSat(f32, a, 64, false),
  'i32.trunc_sat_f64_s': (a) => truncSat(f64, a, 32, true),
  'i64.trunc_sat_f64_s': (a) => truncSat(f64, a, 64, true),
  'i64.trunc_sat_f64_u': (a) => truncSat(f64, a, 64, false),
  'f32x4.convert_i32x4_s': (a, env) => joined(lanesOf(a, 32).map((x) => pack(f32, fromInteger(BigInt.asIntN(32, x)), env)), 32),
  'f64x2.convert_low_i32x4_s': (a, env) => joined(lanesOf(a, 32).slice(0, 2).map((x) => pack(f64, fromInteger(BigInt.asIntN(32, x)), env)), 64),
  'i32x4.trunc_sat_f32x4_s': (a) => joined(lanesOf(a, 32).map((x) => truncSat(f32, x, 32, true)), 32),
  'i32x4.trunc_sat_f64x2_s_zero': (a) => joined(lanesOf(a, 64).map((x) => truncSat(f64, x, 32, true)), 32),
  'f32x4.demote_f64x2_zero': (a, env) => joined(lanesOf(a, 64).map((x) => convert(f64, f32, x, env)), 32),
  'f64x2.promote_low_f32x4': (a, env) => joined(lanesOf(a, 32).slice(0, 2).map((x) => convert(f32, f64, x, env)), 64),
};

/** The operations that fpOp knows. */
export const fpNames: readonly string[] = [
  ...['f32', 'f64', 'f32x4', 'f64x2'].flatMap((ty) => [...Object.keys(arith), ...Object.keys(relations)].map((op) => `${ty}.${op}`)),
  ...Object.keys(others),
];

/** The result's bits; relations give 0 or 1, or lanes of all ones. v128 is a 128-bit bigint, lane 0 lowest. */
export function fpOp(name: string, args: readonly bigint[], env: Env): bigint {
  if (name in others) return others[name]!(args[0]!, env);
  const [ty, op] = name.split('.') as [string, string];
  const f = formatOf(ty);
  const relation = op in relations ? relations[op]! : undefined;
  const one = (xs: readonly bigint[]): bigint => {
    if (!relation) return arithBits(f, op, xs, env);
    return relation(compare(unpack(f, xs[0]!, env.daz), unpack(f, xs[1]!, env.daz))) ? 1n : 0n;
  };
  if (!ty.includes('x')) return one(args);
  const columns = args.map((a) => lanesOf(a, f.bits));
  const all = (1n << BigInt(f.bits)) - 1n;
  return joined(columns[0]!.map((_, i) => (relation ? one(columns.map((c) => c[i]!)) * all : one(columns.map((c) => c[i]!)))), f.bits);
}
