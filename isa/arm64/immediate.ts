/**
 * Immediates of arm64 that are more than one field read as a number: how each is put together, and taken apart again
 * for the encoder. The rest (`#imm16`, `#simm9`, `#imm7*8`) need no entry: form.ts reads them as their field says.
 * Arm ARM C6 and C7 under the instructions named.
 */

export type Fields = Readonly<Record<string, number>>;

export interface Immediate {
  /** The value from the fields of a word, or undefined: reserved, so the word is another instruction or none. */
  read(field: (name: string) => number): bigint | undefined;
  /** The fields for a value, or undefined when it has no encoding. */
  write(value: bigint): Fields | undefined;
  /** Lifts read the value: it is part of the operand's shape. */
  readonly fixed?: boolean;
}

/** Ones and zeros repeated: DecodeBitMasks of the Arm ARM (J1), for AND ORR EOR ANDS with an immediate. */
export function decodeBitmask(n: number, immr: number, imms: number, width: 32 | 64): bigint | undefined {
  if (width === 32 && n === 1) return undefined;
  const len = 31 - Math.clz32((n << 6) | (~imms & 0x3f));
  if (len < 1) return undefined;
  const size = 1 << len;
  const s = imms & (size - 1);
  const r = immr & (size - 1);
  if (s === size - 1) return undefined;
  const ones = (1n << BigInt(s + 1)) - 1n;
  const element = (ones >> BigInt(r)) | (ones << BigInt(size - r));
  const mask = (1n << BigInt(size)) - 1n;
  let value = 0n;
  for (let at = 0; at < width; at += size) value |= (element & mask) << BigInt(at);
  return value;
}

/** The fields of a bitmask immediate; undefined when `value` (unsigned, `width` bits) is none. */
export function encodeBitmask(value: bigint, width: 32 | 64): Fields | undefined {
  const all = (1n << BigInt(width)) - 1n;
  if (value === 0n || value === all || value > all || value < 0n) return undefined;
  let size = width as number;
  while (size > 2) {
    const half = BigInt(size / 2);
    const low = value & ((1n << half) - 1n);
    if (low !== ((value >> half) & ((1n << half) - 1n))) break;
    size /= 2;
  }
  const mask = (1n << BigInt(size)) - 1n;
  const element = value & mask;
  for (let r = 0; r < size; r++) {
    const turned = ((element << BigInt(r)) | (element >> BigInt(size - r))) & mask;
    if ((turned & (turned + 1n)) !== 0n) continue;
    const ones = turned.toString(2).length;
    // imms: the size as leading ones and a zero, then the count of ones
    const imms = ((~(size * 2 - 1) & 0x3f) | (ones - 1)) & 0x3f;
    return { N: size === 64 ? 1 : 0, immr: r, imms };
  }
  return undefined;
}

/** Values of 32 bits are signed, as row.ts has it: an immediate is sign-extended to the width of the operation. */
const signed = (width: 32 | 64, v: bigint | undefined): bigint | undefined => (v === undefined ? undefined : width === 32 ? BigInt.asIntN(32, v) : v);

const bitmask = (width: 32 | 64): Immediate => ({
  read: (f) => signed(width, decodeBitmask(f('N'), f('immr'), f('imms'), width)),
  write: (v) => encodeBitmask(BigInt.asUintN(width, v), width),
});

/** immh:immb of a shift of lanes of `w` bits, below the leading one that says the width and that rows fix: 0 to w - 1. */
const below = (w: number, f: (name: string) => number): number => (w === 8 ? f('immb') : (f('immh') << 3) | f('immb'));
const split = (w: number, code: number): Fields => (w === 8 ? { immb: code } : { immh: code >> 3, immb: code & 7 });
/** A right shift: w minus that. */
const right = (w: number): Immediate => ({
  fixed: true,
  read: (f) => BigInt(w - below(w, f)),
  write: (v) => (v >= 1n && v <= BigInt(w) ? split(w, w - Number(v)) : undefined),
});
const left = (w: number): Immediate => ({
  fixed: true,
  read: (f) => BigInt(below(w, f)),
  write: (v) => (v >= 0n && v < BigInt(w) ? split(w, Number(v)) : undefined),
});

/** The bits of an 8-bit float immediate widened to `w` bits: sign, exponent, four bits of fraction. VFPExpandImm. */
export function expandFloat(imm8: number, w: 32 | 64): bigint {
  const e = w === 64 ? 11 : 8;
  const b = BigInt((imm8 >> 6) & 1);
  const exponent = ((b ^ 1n) << BigInt(e - 1)) | (b ? ((1n << BigInt(e - 3)) - 1n) << 2n : 0n) | BigInt((imm8 >> 4) & 3);
  const fraction = BigInt(imm8 & 15) << BigInt(w - e - 1 - 4);
  return (BigInt(imm8 >> 7) << BigInt(w - 1)) | (exponent << BigInt(w - e - 1)) | fraction;
}
const float = (w: 32 | 64): Immediate => ({
  read: (f) => signed(w, expandFloat(f('imm8'), w)),
  write: (v) => {
    for (let imm8 = 0; imm8 < 256; imm8++) if (expandFloat(imm8, w) === BigInt.asUintN(w, v)) return { imm8 };
    return undefined;
  },
});

const plain = (read: (f: (name: string) => number) => number | undefined, write: (v: number) => Fields | undefined, fixed = false): Immediate => ({
  read: (f) => {
    const v = read(f);
    return v === undefined ? undefined : BigInt(v);
  },
  write: (v) => (v >= -0x80000000n && v <= 0xffffffffn ? write(Number(v)) : undefined),
  fixed,
});

/** Each of eight bits as a byte of ones or zeros. */
const bytemask: Immediate = {
  fixed: true,
  read: (f) => {
    const imm8 = (f('abc') << 5) | f('defgh');
    let v = 0n;
    for (let i = 0; i < 8; i++) if (imm8 & (1 << i)) v |= 0xffn << BigInt(8 * i);
    return v;
  },
  write: (value) => {
    const v = BigInt.asUintN(64, value);
    let imm8 = 0;
    for (let i = 0; i < 8; i++) {
      const byte = (v >> BigInt(8 * i)) & 0xffn;
      if (byte === 0xffn) imm8 |= 1 << i;
      else if (byte !== 0n) return undefined;
    }
    return { abc: imm8 >> 5, defgh: imm8 & 31 };
  },
};
const floatParts = (w: 32 | 64): Immediate => ({
  fixed: true,
  read: (f) => expandFloat((f('abc') << 5) | f('defgh'), w),
  write: (v) => {
    for (let imm8 = 0; imm8 < 256; imm8++) if (expandFloat(imm8, w) === BigInt.asUintN(w, v)) return { abc: imm8 >> 5, defgh: imm8 & 31 };
    return undefined;
  },
});

/** Sixteen bits at a multiple of sixteen, or their complement. */
const wide = (w: 32 | 64, invert: boolean): Immediate => ({
  read: (f) => {
    const v = BigInt(f('imm16')) << BigInt(16 * f('hw'));
    return signed(w, BigInt.asUintN(w, invert ? ~v : v));
  },
  write: (value) => {
    const v = BigInt.asUintN(w, invert ? ~value : value);
    for (let hw = 0; hw < w / 16; hw++) if ((v & ~(0xffffn << BigInt(16 * hw))) === 0n) return { hw, imm16: Number(v >> BigInt(16 * hw)) };
    return undefined;
  },
});

export const immediates: Readonly<Record<string, Immediate>> = {
  /** ADD and SUB: twelve bits, moved up by twelve when sh is set. */
  imm12sh: plain(
    (f) => f('imm12') << (f('sh') * 12),
    (v) => (v >= 0 && v < 4096 ? { sh: 0, imm12: v } : v > 0 && v % 4096 === 0 && v < 4096 * 4096 ? { sh: 1, imm12: v / 4096 } : undefined),
  ),
  bitmask32: bitmask(32),
  bitmask64: bitmask(64),
  /** TBZ, TBNZ: a bit of the low or of the high half, which the row says. */
  /** MSR immediate: op1:op2 name the field of PSTATE. */
  pstate: plain((f) => (f('op1') << 3) | f('op2'), (v) => (v >= 0 && v < 64 ? { op1: v >> 3, op2: v & 7 } : undefined), true),
  bit32: plain((f) => f('b40'), (v) => (v >= 0 && v < 32 ? { b40: v } : undefined)),
  bit64: plain((f) => 32 | f('b40'), (v) => (v >= 32 && v < 64 ? { b40: v & 31 } : undefined)),
  /** Shift by immediate as alias of UBFM, of `w` bits. */
  lsl32: plain((f) => 31 - f('imms'), (v) => (v >= 0 && v < 32 ? { immr: -v & 31, imms: 31 - v } : undefined)),
  lsl64: plain((f) => 63 - f('imms'), (v) => (v >= 0 && v < 64 ? { immr: -v & 63, imms: 63 - v } : undefined)),
  /** BFI and its like: where the field goes, and how wide it is; `extract`: its width when it comes down. */
  insert32: plain((f) => -f('immr') & 31, (v) => (v >= 0 && v < 32 ? { immr: -v & 31 } : undefined)),
  insert64: plain((f) => -f('immr') & 63, (v) => (v >= 0 && v < 64 ? { immr: -v & 63 } : undefined)),
  width: plain((f) => f('imms') + 1, (v) => (v >= 1 && v <= 64 ? { imms: v - 1 } : undefined)),
  extract: plain((f) => f('imms') - f('immr') + 1, () => undefined), // needs immr: assemblers compute it
  /** MOV as alias of MOVZ and MOVN. */
  wide32: wide(32, false), wide64: wide(64, false), inverted32: wide(32, true), inverted64: wide(64, true),
  /** Fixed-point conversions: 64 - scale; of 32 bits the first bit of scale is set. */
  fbits32: plain((f) => 32 - f('scale'), (v) => (v >= 1 && v <= 32 ? { scale: 32 - v } : undefined), true),
  fbits64: plain((f) => 64 - f('scale'), (v) => (v >= 1 && v <= 64 ? { scale: 64 - v } : undefined), true),
  float32: float(32),
  float64: float(64),
  /** The eight bits of MOVI and its like; the 64-bit constant whose bytes they choose; the float they stand for. */
  imm8parts: { fixed: true, ...plain((f) => (f('abc') << 5) | f('defgh'), (v) => (v >= 0 && v < 256 ? { abc: v >> 5, defgh: v & 31 } : undefined), true) },
  bytemask: bytemask,
  floatparts32: floatParts(32),
  floatparts64: floatParts(64),
  shl8: left(8), shl16: left(16), shl32: left(32), shl64: left(64),
  shr8: right(8), shr16: right(16), shr32: right(32), shr64: right(64),
};
