/** SSE3: horizontal and alternating arithmetic, duplicating moves. (FISTTP stands with the x87 rows.) SDM 1, 12.3. */
import type { Lift } from '../../row.js';
import { x86, type RowDraft } from '../notation.js';
import { blended, bytesOf, packed, packed1, picked, putVec, vec, widened } from '../vector.js';

/** Neighbouring lanes combined: the destination's pairs give the lower half of the result, the source's the upper. */
const horizontal = (shape: 'f32x4' | 'f64x2', op: string): Lift => packed((b, x, y) => {
  const [width, even] = shape === 'f64x2' ? [64, [0, 2]] : [32, [0, 2, 4, 6]];
  return b.op(`${shape}.${op}`, b.shuffle(x, y, bytesOf(width, even)), b.shuffle(x, y, bytesOf(width, even.map((i) => i + 1))));
});

/** Differences in even lanes, sums in odd ones. */
const alternating = (shape: 'f32x4' | 'f64x2'): Lift => packed((b, x, y) =>
  blended(b, b.op(`${shape}.sub`, x, y), b.op(`${shape}.add`, x, y), shape === 'f32x4' ? 32 : 64, 0b1010));

const duplicateLow: Lift = (b, insn) => putVec(b, insn.ops[0]!, picked(b, widened(b, insn.ops[1]!, 64), 64, [0, 0]));

/** A load that may be misaligned. */
const loadUnaligned: Lift = (b, insn) => putVec(b, insn.ops[0]!, vec(b, insn.ops[1]!, 1));

const two = (name: string, encoding: string, lift: Lift): RowDraft =>
  x86(name, `${name} xmm1, xmm2/m128`, encoding, { access: 'rw r', cls: 'fadd', feature: 'SSE3', lift });

export const sse3Rows: readonly RowDraft[] = [
  two('ADDSUBPD', '66 0F D0 /r', alternating('f64x2')),
  two('ADDSUBPS', 'F2 0F D0 /r', alternating('f32x4')),
  two('HADDPD', '66 0F 7C /r', horizontal('f64x2', 'add')),
  two('HADDPS', 'F2 0F 7C /r', horizontal('f32x4', 'add')),
  two('HSUBPD', '66 0F 7D /r', horizontal('f64x2', 'sub')),
  two('HSUBPS', 'F2 0F 7D /r', horizontal('f32x4', 'sub')),
  x86('MOVDDUP', 'MOVDDUP xmm1, xmm2/m64', 'F2 0F 12 /r', { access: 'w r', cls: 'shuffle', feature: 'SSE3', lift: duplicateLow }),
  x86('MOVSLDUP', 'MOVSLDUP xmm1, xmm2/m128', 'F3 0F 12 /r', { access: 'w r', cls: 'shuffle', feature: 'SSE3', lift: packed1((b, y) => picked(b, y, 32, [0, 0, 2, 2])) }),
  x86('MOVSHDUP', 'MOVSHDUP xmm1, xmm2/m128', 'F3 0F 16 /r', { access: 'w r', cls: 'shuffle', feature: 'SSE3', lift: packed1((b, y) => picked(b, y, 32, [1, 1, 3, 3])) }),
  x86('LDDQU', 'LDDQU xmm1, m128', 'F2 0F F0 /r', { access: 'w r', cls: 'vmov', feature: 'SSE3', lift: loadUnaligned }),
];
