/**
 * One instruction's trial: where it stands, what state it starts from, what it did. Shared by everything that can
 * execute an instruction: the host CPU (native.ts), the reference evaluator and the engine (executors.ts).
 *
 * A case is small, because its state grows from a seed (`expand`); what must hold for the instruction to be worth
 * trying (addresses, counts, divisors) is set on top. So a case fits a line of a vectors file.
 */
import { Random } from './random.js';

export const codeAt = 0x20000000;
export const codeBytes = 0x2000;
export const dataAt = 0x21000000;
export const page = 4096;
/** Contents: two pages writable, one readable; a fourth page has no access. */
export const dataBytes = 3 * page;
export const writableBytes = 2 * page;
export const fsBase = dataAt + 0x800;
export const gsBase = dataAt + 0x1400;
/** FXSAVE64's layout up to XMM15. */
export const fxBytes = 416;
export const patchBytes = 64;

/** What floating-point state a case wants: none in particular, SSE values, x87 values. */
export type Kind = 'int' | 'sse' | 'x87';

export interface Case {
  readonly form: string; // the row's, for reports
  readonly code: Uint8Array;
  readonly pc: number;
  readonly kind: Kind;
  readonly seed: number;
  /** General registers that do not come from the seed. */
  readonly set: readonly (readonly [index: number, value: bigint])[];
  /** Offsets of the data region where 64 bytes from the seed lie; at most two. */
  readonly patches: readonly number[];
  /** Words of memory that do not come from the seed; with the patches at most three. */
  readonly words: readonly (readonly [offset: number, value: bigint])[];
}

export interface Patch {
  readonly offset: number;
  readonly data: Uint8Array;
}
export interface State {
  readonly gpr: BigUint64Array;
  readonly flags: number;
  readonly fx: Uint8Array;
  readonly patches: readonly Patch[];
}

/** `trap` is the processor's number, or -1: completed, and `rip` is where. After a trap rip is the instruction's own address. */
export interface Result {
  readonly trap: number;
  readonly rip: bigint;
  readonly address: bigint; // of a page fault, else 0
  readonly write: boolean;
  readonly gpr: BigUint64Array;
  readonly flags: number;
  readonly fx: Uint8Array;
  /** Changed words of the data region: offset (a multiple of 8) and new value, in order. */
  readonly memory: readonly (readonly [offset: number, value: bigint])[];
  /** The context as executors of ours keep it; the host has none. */
  readonly cells?: Uint8Array;
}

export interface Executor {
  readonly name: string;
  run(cases: readonly Case[]): Result[];
}

/** What the data region holds before patches: xorshift32 from 1, as native.c makes it. */
export const background: Uint8Array = (() => {
  const words = new Uint32Array(dataBytes / 4);
  let s = 1;
  for (let i = 0; i < words.length; i++) {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    words[i] = s;
  }
  return new Uint8Array(words.buffer);
})();

/** A value likely to sit on some boundary. */
export function interesting(r: Random): bigint {
  const small = (): bigint => BigInt(r.below(20));
  switch (r.below(9)) {
    case 0: return small();
    case 1: return BigInt.asUintN(64, -small());
    case 2: return BigInt.asUintN(64, (1n << BigInt(r.below(64))) + BigInt(r.below(3)) - 1n);
    case 3: return BigInt.asUintN(64, (1n << BigInt(r.pick([7, 8, 15, 16, 31, 32, 63]))) + BigInt(r.below(3)) - 1n);
    case 4: return BigInt.asUintN(64, ~((1n << BigInt(r.below(64))) + BigInt(r.below(3)) - 1n));
    case 5: return r.u64() & 0xffffffffn;
    case 6: return r.pick([0x8080808080808080n, 0xffff0000ffff0000n, 0x7f7f7f7f80808080n, 0x00ff00ff00ff00ffn]);
    default: return r.u64();
  }
}

const singles = [0, 0x80000000, 0x3f800000, 0xbf800000, 0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000,
  0x7fc00000, 0xffc00000, 0x7fc12345, 0x7f800001, 0xff812345, 0x3f000000, 0x3fc00000, 0x40200000, 0x4b000000, 0x4b000001, 0x4effffff, 0x4f000000, 0xcf000000,
  0xcf000001, 0x5f000000, 0xdf000000, 0x34000000, 0x33ffffff, 0x40490fdb];
const doubles = [0n, 0x8000000000000000n, 0x3ff0000000000000n, 0xbff0000000000000n, 1n, 0x8000000000000001n, 0x000fffffffffffffn, 0x0010000000000000n,
  0x7fefffffffffffffn, 0xffefffffffffffffn, 0x7ff0000000000000n, 0xfff0000000000000n, 0x7ff8000000000000n, 0xfff8000000000000n, 0x7ff8123456789abcn,
  0x7ff0000000000001n, 0xfff0123456789abcn, 0x3fe0000000000000n, 0x3ff8000000000000n, 0x4004000000000000n, 0x4330000000000000n, 0x4330000000000001n,
  0x41dfffffffc00000n, 0x41e0000000000000n, 0xc1e0000000000000n, 0xc1e0000000200000n, 0x43e0000000000000n, 0xc3e0000000000000n, 0x3ca0000000000000n,
  0x36a0000000000000n, 0x380fffffffffffffn, 0x47efffffe0000000n, 0x47efffffefffffffn, 0x400921fb54442d18n];
/** Floats near each other, so that sums cancel and quotients are tame. */
const near32 = (r: Random): bigint => (BigInt(r.below(2)) << 31n) | (BigInt(120 + r.below(16)) << 23n) | (r.u64() & 0x7fffffn);
const near64 = (r: Random): bigint => (BigInt(r.below(2)) << 63n) | (BigInt(1016 + r.below(16)) << 52n) | (r.u64() & 0xfffffffffffffn);

/** 64 bits of one or two floats, or an integer now and then. */
export function floats(r: Random): bigint {
  const single = (): bigint => (r.below(3) === 0 ? near32(r) : r.below(4) === 0 ? r.u64() & 0xffffffffn : BigInt(r.pick(singles)));
  switch (r.below(6)) {
    case 0: case 1: return (single() << 32n) | single();
    case 2: return r.pick(doubles);
    case 3: return near64(r);
    case 4: return r.u64();
    default: return interesting(r);
  }
}

/** An 80-bit register: a double widened, an integer, a denormal or any bits; now and then an unsupported pattern. */
function extended(r: Random): bigint {
  const of = (sign: number, exponent: number, significand: bigint): bigint => (BigInt(sign) << 79n) | (BigInt(exponent) << 64n) | significand;
  const sign = r.below(2);
  const integerBit = 1n << 63n;
  switch (r.below(10)) {
    case 0: return of(sign, 0, 0n);
    case 1: return of(sign, 0x7fff, integerBit);
    case 2: return of(sign, 0x7fff, integerBit | (1n << 62n) | (r.u64() >> 2n));
    case 3: return of(sign, 0, r.u64() >> 1n);
    case 4: return of(sign, 16383 + r.below(64), (integerBit | r.u64()) & ~0xffffn);
    case 5: return of(sign, r.below(0x7fff), integerBit | r.u64());
    default: return of(sign, 16383 - 8 + r.below(72), integerBit | (r.below(2) ? r.u64() : (r.u64() & 0xffn) << 55n));
  }
}

const defaultMxcsr = 0x1f80;

/** The state in which a case starts. */
export function expand(c: Case): State {
  const r = new Random(c.seed);
  const gpr = new BigUint64Array(16);
  for (let i = 0; i < 16; i++) gpr[i] = interesting(r);
  const strings = /MOVS|STOS|LODS|CMPS|SCAS/.test(c.form) && !c.form.includes("x");
  const flags = Number(r.u64() & 0x8d5n) | 0x202 | (strings && r.below(3) === 0 ? 0x400 : 0);
  const fx = new Uint8Array(fxBytes);
  const dv = new DataView(fx.buffer);
  dv.setUint16(0, 0x37f, true);
  dv.setUint32(24, defaultMxcsr, true);
  dv.setUint32(28, 0x2ffff, true);
  if (c.kind === 'sse') {
    // rounding mode, flush to zero, denormals as zero: mostly as at start
    if (r.below(4) === 0) dv.setUint32(24, defaultMxcsr | (r.below(4) << 13) | (r.below(2) << 15) | (r.below(2) << 6), true);
    for (let i = 0; i < 32; i++) dv.setBigUint64(160 + 8 * i, floats(r), true);
  }
  if (c.kind === 'x87') {
    const precision = r.pick([3, 3, 3, 2, 0]);
    dv.setUint16(0, 0x7f | (precision << 8) | ((r.below(3) === 0 ? r.below(4) : 0) << 10), true);
    dv.setUint16(2, (r.below(8) << 11) | (r.below(2) * 0x4700 & r.below(0x10000)), true);
    fx[4] = r.below(4) === 0 ? r.below(256) : 0xff;
    for (let i = 0; i < 8; i++) {
      const v = extended(r);
      dv.setBigUint64(32 + 16 * i, v & 0xffffffffffffffffn, true);
      dv.setUint16(40 + 16 * i, Number(v >> 64n), true);
    }
    for (let i = 0; i < 32; i++) dv.setBigUint64(160 + 8 * i, floats(r), true);
  }
  for (const [index, value] of c.set) gpr[index] = value;
  const patches = c.patches.map((offset) => {
    const words = new BigUint64Array(patchBytes / 8);
    for (let i = 0; i < words.length; i++) words[i] = c.kind === 'int' ? interesting(r) : floats(r);
    return { offset, data: new Uint8Array(words.buffer) };
  });
  for (const [offset, value] of c.words) patches.push({ offset, data: new Uint8Array(BigUint64Array.of(value).buffer) });
  return { gpr, flags, fx, patches };
}

/** The data region as a case finds it. */
export function contents(s: State): Uint8Array {
  const bytes = background.slice();
  for (const p of s.patches) bytes.set(p.data.subarray(0, Math.max(0, dataBytes - p.offset)), p.offset);
  return bytes;
}
