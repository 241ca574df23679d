/**
 * arm64: FPCR and what depends on it, fused multiply-add, minima and maxima, conversions with fraction bits, checksums, exclusive
 * stores, the generic timer. Arm ARM A1.5 (NaNs), C5.2.7 (FPCR), C6.2 and J1 (pseudocode).
 */
import { common } from '../context.js';
import type { ArmProfile } from '../arm64/profile.js';
import { slots } from '../arm64/regs.js';
import { crc32, crc32c, type Checksum } from './crc.js';
import { Rounding, compare, f32, f64, fromInteger, isNan, pack, quiet, rint, toInteger, unpack } from './float.js';
import type { Env, Format, NanRule, Num } from './float.js';
import type { Helper, HelperState } from './state.js';

export const FPCR = { RMode: 22, FZ: 1 << 24, DN: 1 << 25, AHP: 1 << 26 } as const;

const defaultNan: Num = unpack(f64, 0x7ff8000000000000n);

/** The first signalling NaN, else the first quiet one, quieted; the default NaN when none is, or always under DN. FPProcessNaNs. */
export const armNan: NanRule = (operands) => {
  const first = operands.find((n) => n.kind === 'snan') ?? operands.find(isNan);
  return first ? quiet(first) : defaultNan;
};
const alwaysDefault: NanRule = () => defaultNan;

/** FPCR.RMode: nearest, towards plus, towards minus, towards zero. */
const modes = [Rounding.Nearest, Rounding.Up, Rounding.Down, Rounding.Zero] as const;

const usual: Env = { rounding: Rounding.Nearest, ftz: false, daz: false, nan: armNan };

/** FPCR's, now. */
export function armEnv(st: HelperState): Env {
  const fpcr = Number(st.get(slots.fpcr, 32));
  if (fpcr === 0) return usual;
  const fz = (fpcr & FPCR.FZ) !== 0;
  return { rounding: modes[(fpcr >> FPCR.RMode) & 3]!, ftz: fz, daz: fz, tininessBefore: true, nan: fpcr & FPCR.DN ? alwaysDefault : armNan };
}

/** Larger (sign 1) or smaller (-1) of two; +0 is larger than -0. A NaN wins, or with `number` a quiet one loses against a number. */
function extreme(f: Format, sign: 1 | -1, number: boolean, a: bigint, b: bigint, env: Env): bigint {
  const [x, y] = [unpack(f, a, env.daz), unpack(f, b, env.daz)];
  if (number && x.kind === 'qnan' && !isNan(y)) return pack(f, y, env);
  if (number && y.kind === 'qnan' && !isNan(x)) return pack(f, x, env);
  if (isNan(x) || isNan(y)) return pack(f, env.nan([x, y]), env);
  const order = compare(x, y)!;
  if (order === 0) return pack(f, (sign === 1) === x.neg ? y : x, env);
  return pack(f, order === sign ? x : y, env);
}

/** To an integral value, ties away from zero. */
function rintAway(f: Format, a: bigint, env: Env): bigint {
  const n = unpack(f, a, env.daz);
  if (n.kind !== 'finite' || n.exp >= 0) return pack(f, isNan(n) ? env.nan([n]) : n, env);
  const cut = rint(n, Rounding.Zero, env);
  const whole = toInteger(cut, Rounding.Zero)!;
  const left = n.sig - ((n.neg ? -whole : whole) << BigInt(-n.exp));
  const up = left * 2n >= 1n << BigInt(-n.exp);
  const magnitude = (n.neg ? -whole : whole) + (up ? 1n : 0n);
  return magnitude === 0n ? pack(f, cut.kind === 'zero' ? { ...cut, neg: n.neg } : cut, env) : pack(f, { ...fromInteger(magnitude), neg: n.neg }, env);
}

/** Value times 2^fbits, rounded (towards zero unless told), saturated; NaN is 0. */
export function toFixed(f: Format, a: bigint, fbits: number, width: number, signed: boolean, env: Env, mode = Rounding.Zero): bigint {
  const n = unpack(f, a, env.daz);
  if (isNan(n)) return 0n;
  const low = signed ? -(1n << BigInt(width - 1)) : 0n;
  const high = signed ? -low - 1n : (1n << BigInt(width)) - 1n;
  const v = toInteger(n.kind === 'finite' ? { ...n, exp: n.exp + fbits } : n, mode) ?? (n.neg ? low : high);
  return BigInt.asUintN(width, v < low ? low : v > high ? high : v);
}
export function fromFixed(f: Format, v: bigint, fbits: number, env: Env): bigint {
  const n = fromInteger(v);
  return pack(f, n.kind === 'finite' ? { ...n, exp: n.exp - fbits } : n, env);
}

const floats: Record<string, Helper> = {};
for (const [w, f] of [[32, f32], [64, f64]] as const) {
  floats[`a64_fmax${w}`] = (st, a, b) => extreme(f, 1, false, a!, b!, st.env());
  floats[`a64_fmin${w}`] = (st, a, b) => extreme(f, -1, false, a!, b!, st.env());
  floats[`a64_fmaxnm${w}`] = (st, a, b) => extreme(f, 1, true, a!, b!, st.env());
  floats[`a64_fminnm${w}`] = (st, a, b) => extreme(f, -1, true, a!, b!, st.env());
  floats[`a64_rinta${w}`] = (st, a) => rintAway(f, a!, st.env());
  for (const to of [32, 64] as const) {
    floats[`a64_fcvtzs${w}_${to}`] = (st, a, fbits) => toFixed(f, a!, Number(fbits), to, true, st.env());
    floats[`a64_fcvtzu${w}_${to}`] = (st, a, fbits) => toFixed(f, a!, Number(fbits), to, false, st.env());
    floats[`a64_scvtf${w}_${to}`] = (st, a, fbits) => fromFixed(f, BigInt.asIntN(to, a!), Number(fbits), st.env());
    floats[`a64_ucvtf${w}_${to}`] = (st, a, fbits) => fromFixed(f, BigInt.asUintN(to, a!), Number(fbits), st.env());
  }
}

/** (sum, value, bits): adds the low bits of the value to a checksum. */
const adds = (to: Checksum): Helper => (_st, sum, value, bits) => to(sum!, value!, Number(bits) / 8);

// Exclusives.

function unmark(st: HelperState): void {
  st.put(common.exclusive, 64, 0n);
  st.watch?.(0n);
}

/** (address, bytes): the monitor remembers a load. */
const mark: Helper = (st, address, bytes) => {
  st.put(common.exclusive, 64, address!);
  st.put(common.exclusiveBytes, 32, bytes!);
  st.watch?.(address!);
};

/** (address, bytes, low, high): stores when the mark stands and is for the same access. 0: stored. The memory must be writable either way. */
const storeExclusive: Helper = (st, address, bytes, low, high) => {
  const same = st.get(common.exclusive, 64) === address! && st.get(common.exclusiveBytes, 32) === bytes!;
  if (!same) {
    unmark(st);
    return 1n;
  }
  const n = Number(bytes);
  st.store(address!, n, BigInt.asUintN(8 * n, n === 16 ? low! | (high! << 64n) : low!));
  unmark(st);
  return 0n;
};

/** The generic timer counts at its own frequency, from the core's cycles. */
const counter: Helper = (st) => {
  const { counterHz, clockHz } = st.cpu as ArmProfile;
  return BigInt.asUintN(64, (st.cycles() * BigInt(counterHz)) / BigInt(clockHz));
};

export const a64Helpers: Readonly<Record<string, Helper>> = {
  ...floats,
  a64_crc32: adds(crc32),
  a64_crc32c: adds(crc32c),
  a64_mark: mark,
  a64_exclusive: storeExclusive,
  a64_clear: (st) => unmark(st),
  a64_cntvct: counter,
  a64_cntfrq: (st) => BigInt((st.cpu as ArmProfile).counterHz),
};
