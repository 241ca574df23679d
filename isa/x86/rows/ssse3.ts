/** SSSE3: byte shuffle, absolute value, sign, horizontal integer arithmetic, alignment. SDM 1, 12.5. */
import type { Lift } from '../../row.js';
import { x86, type RowDraft } from '../notation.js';
import { bytesOf, packed, packed1, packedImm, vconst, window, zero, type Binary } from '../vector.js';

/** Index bytes with their sign set give zero, others count modulo 16. */
const shuffleBytes = packed((b, x, y) => b.op('i8x16.swizzle', x, b.op('v128.and', y, vconst(b, 8, 0x8f))));

/** Neighbours combined, those of the destination first. */
export const horizontal = (width: 16 | 32, op: string): Binary => (b, x, y) => {
  const even = Array.from({ length: 128 / width }, (_, i) => 2 * i);
  return b.op(`i${width}x${128 / width}.${op}`, b.shuffle(x, y, bytesOf(width, even)), b.shuffle(x, y, bytesOf(width, even.map((i) => i + 1))));
};

/** Unsigned bytes of the destination times signed ones of the source, neighbours added with saturation. */
export const multiplyAdd: Binary = (b, x, y) => {
  const eight = b.i32(8);
  const even = b.op('i16x8.mul', b.op('v128.and', x, vconst(b, 16, 0xff)), b.op('i16x8.shr_s', b.op('i16x8.shl', y, eight), eight));
  const odd = b.op('i16x8.mul', b.op('i16x8.shr_u', x, eight), b.op('i16x8.shr_s', y, eight));
  return b.op('i16x8.add_sat_s', even, odd);
};

/** Rounded high product. WebAssembly's operation saturates -1 * -1 where this one wraps to -1. */
export const roundedProduct: Binary = (b, x, y) => {
  const least = vconst(b, 16, 0x8000);
  const both = b.op('v128.and', b.op('i16x8.eq', x, least), b.op('i16x8.eq', y, least));
  return b.op('v128.xor', b.op('i16x8.q15mulr_sat_s', x, y), both);
};

/** Negated where the source is negative, zero where it is zero. */
export const sign = (shape: string): Binary => (b, x, y) => {
  const negative = b.op(`${shape}.gt_s`, zero(b), y);
  const signed = b.op('v128.bitselect', b.op(`${shape}.neg`, x), x, negative);
  return b.op('v128.andnot', signed, b.op(`${shape}.eq`, y, zero(b)));
};

/** Sixteen bytes from byte imm on of the source with the destination above it. */
const align = packedImm((b, x, y, imm) => window(b, y, x, imm));

const row = (name: string, opcode: string, cls: string, lift: Lift, access = 'rw r', go = name): RowDraft =>
  x86(go, `${name} xmm1, xmm2/m128`, `66 0F 38 ${opcode} /r`, { access, cls, feature: 'SSSE3', lift });

export const ssse3Rows: readonly RowDraft[] = [
  row('PSHUFB', '00', 'shuffle', shuffleBytes),
  row('PHADDW', '01', 'vint', packed(horizontal(16, 'add'))),
  row('PHADDD', '02', 'vint', packed(horizontal(32, 'add'))),
  row('PHADDSW', '03', 'vint', packed(horizontal(16, 'add_sat_s'))),
  row('PMADDUBSW', '04', 'vmul', packed(multiplyAdd)),
  row('PHSUBW', '05', 'vint', packed(horizontal(16, 'sub'))),
  row('PHSUBD', '06', 'vint', packed(horizontal(32, 'sub'))),
  row('PHSUBSW', '07', 'vint', packed(horizontal(16, 'sub_sat_s'))),
  row('PSIGNB', '08', 'vint', packed(sign('i8x16'))),
  row('PSIGNW', '09', 'vint', packed(sign('i16x8'))),
  row('PSIGND', '0A', 'vint', packed(sign('i32x4'))),
  row('PMULHRSW', '0B', 'vmul', packed(roundedProduct)),
  row('PABSB', '1C', 'vint', packed1((b, y) => b.op('i8x16.abs', y)), 'w r'),
  row('PABSW', '1D', 'vint', packed1((b, y) => b.op('i16x8.abs', y)), 'w r'),
  row('PABSD', '1E', 'vint', packed1((b, y) => b.op('i32x4.abs', y)), 'w r'),
  x86('PALIGNR', 'PALIGNR xmm1, xmm2/m128, imm8', '66 0F 3A 0F /r ib', { access: 'rw r r', cls: 'shuffle', feature: 'SSSE3', lift: align }),
];
