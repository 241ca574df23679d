/**
 * MXCSR and the floating-point operations under it, as helpers. SDM 1, 10.2.3 and 11.5.
 *
 * Each operation of fpOp is a helper of the same name: what an executor calls when its own instruction gave a
 * NaN, or when MXCSR asks for more than rounding to nearest.
 */
import { slots } from '../x86/regs.js';
import { Rounding, div, f32, fromInteger, isNan, pack, sqrt, sseNan, unpack } from './float.js';
import type { Env, Num } from './float.js';
import { fpNames, fpOp } from './fpop.js';
import { GuestFault, userEnd } from './state.js';
import type { Helper, HelperState } from './state.js';

/** MXCSR bits. The six sticky exception flags (5..0) keep what LDMXCSR wrote: no operation sets them. */
export const MXCSR = { DAZ: 1 << 6, masks: 0x1f80, RC: 13, FTZ: 1 << 15, reserved: 0xffff0000, initial: 0x1f80 } as const;

/** Whether arithmetic under this MXCSR differs from rounding to nearest with denormals. */
export const fpSlowOf = (mxcsr: number): number => (mxcsr & (MXCSR.DAZ | MXCSR.FTZ | (3 << MXCSR.RC)) ? 1 : 0);

export function envOf(mxcsr: number): Env {
  return { rounding: ((mxcsr >> MXCSR.RC) & 3) as Rounding, ftz: (mxcsr & MXCSR.FTZ) !== 0, daz: (mxcsr & MXCSR.DAZ) !== 0, nan: sseNan };
}

/** MXCSR's, now. */
export const sseEnv = (st: HelperState): Env => envOf(Number(st.get(slots.mxcsr, 32)));

/**
 * LDMXCSR: reserved bits set are #GP. An exception that is not masked would have to be raised, which the model
 * does not do, so it stops by name.
 */
export const writeMxcsr: Helper = (st, value) => {
  const v = Number(value);
  if (v & MXCSR.reserved) throw new GuestFault('protection');
  if ((v & MXCSR.masks) !== MXCSR.masks) throw new GuestFault('unimplemented');
  st.put(slots.mxcsr, 32, BigInt(v));
  st.put(slots.fpSlow, 32, BigInt(fpSlowOf(v)));
};

/**
 * RCPSS and RSQRTSS promise a relative error of at most 1.5 * 2^-12; each processor family has its own table.
 * Ours: the exact result rounded to nearest at 12 significant bits (error at most 2^-12), whatever MXCSR says.
 * Denormal operands count as zeros and tiny results become zeros, as the manual has it.
 */
const approximate = { rounding: Rounding.Nearest, ftz: true, daz: true, nan: sseNan, precision: 12 } satisfies Env;
const one: Num = fromInteger(1n);
const reciprocal = (n: Num): Num => div(one, n, approximate);
const reciprocalRoot = (n: Num): Num => (isNan(n) ? sseNan([n]) : div(one, sqrt(n, approximate), approximate));

const onF32 = (f: (n: Num) => Num): Helper => (_st, a) => pack(f32, f(unpack(f32, a!, true)), approximate);
const onF32x4 = (f: (n: Num) => Num): Helper => (_st, a) => {
  let r = 0n;
  for (let i = 0n; i < 128n; i += 32n) r |= pack(f32, f(unpack(f32, (a! >> i) & 0xffffffffn, true)), approximate) << i;
  return r;
};

/** Faults as a store of a byte would: writing back what is there changes nothing. */
function checkWrite(st: HelperState, at: bigint): void {
  let byte: bigint;
  try {
    byte = st.load(at, 1);
  } catch (e) {
    throw e instanceof GuestFault && e.kind === 'page' ? new GuestFault('page', at, true) : e;
  }
  st.store(at, 1, byte);
}

/** MASKMOVDQU and MASKMOVQ: all selected bytes or, when one of them faults, none. Every byte must have an address. */
const maskMove = (bytes: number): Helper => (st, at, data, mask) => {
  if (at! + BigInt(bytes) > userEnd) throw new GuestFault('protection');
  const chosen = Array.from({ length: bytes }, (_, i) => BigInt(i)).filter((i) => (mask! >> (8n * i + 7n)) & 1n);
  for (const i of chosen) checkWrite(st, at! + i);
  for (const i of chosen) st.store(at! + i, 1, (data! >> (8n * i)) & 0xffn);
};

export const sseHelpers: Readonly<Record<string, Helper>> = {
  ...Object.fromEntries(fpNames.map((name): [string, Helper] => [name, (st, ...args) => fpOp(name, args, st.env())])),
  ldmxcsr: writeMxcsr,
  maskmovdqu: maskMove(16),
  maskmovq: maskMove(8),
  'f32.rcp': onF32(reciprocal),
  'f32.rsqrt': onF32(reciprocalRoot),
  'f32x4.rcp': onF32x4(reciprocal),
  'f32x4.rsqrt': onF32x4(reciprocalRoot),
};
