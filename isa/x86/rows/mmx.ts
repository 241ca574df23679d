/**
 * MMX, and what SSE to SSSE3 added to it. Text only. An MMX instruction is the unprefixed form of its SSE2 or SSSE3
 * namesake, so most rows follow from those.
 */
import { x86, type RowDraft } from '../notation.js';
import { sse2intRows } from './sse2int.js';
import { ssse3Rows } from './ssse3.js';

const spec = { feature: 'MMX', cls: 'mmx' };

/** SSE2 instructions that have no MMX form. */
const xmmOnly = new Set(['PUNPCKLQDQ', 'PUNPCKHQDQ', 'PSHUFD', 'PSRLDQ', 'PSLLDQ']);

/** `66 0F xx` of xmm registers as `NP 0F xx` of mm registers. */
function unprefixed(row: RowDraft): RowDraft[] {
  const name = row.form.split(' ')[0]!;
  if (!row.encoding.startsWith('66 0F') || !name.startsWith('P') || xmmOnly.has(name)) return [];
  const low = /^PUNPCKL/.test(name); // reads half a register
  const form = row.form.replaceAll('xmm', 'mm').replace('m128', low ? 'm32' : 'm64');
  return [x86(row.mnemonic, form, row.encoding.replace('66', 'NP'), { ...spec, access: row.access })];
}

export const mmxRows: readonly RowDraft[] = [
  ...[...sse2intRows, ...ssse3Rows].flatMap(unprefixed),
  x86('MOVL', 'MOVD mm, r/m32', 'NP 0F 6E /r', spec),
  x86('MOVL', 'MOVD r/m32, mm', 'NP 0F 7E /r', spec),
  x86('MOVQ', 'MOVQ mm, r/m64', 'NP REX.W 0F 6E /r', spec),
  x86('MOVQ', 'MOVQ r/m64, mm', 'NP REX.W 0F 7E /r', spec),
  x86('MOVQ', 'MOVQ mm, mm/m64', 'NP 0F 6F /r', spec),
  x86('MOVQ', 'MOVQ mm/m64, mm', 'NP 0F 7F /r', spec),
  x86('MOVNTQ', 'MOVNTQ m64, mm', 'NP 0F E7 /r', spec),
  x86('MASKMOVQ', 'MASKMOVQ mm1, mm2', 'NP 0F F7 /r', spec),
  x86('PSHUFW', 'PSHUFW mm1, mm2/m64, imm8', 'NP 0F 70 /r ib', spec),
  x86('CVTPL2PS', 'CVTPI2PS xmm, mm/m64', 'NP 0F 2A /r', spec),
  x86('CVTTPS2PL', 'CVTTPS2PI mm, xmm/m64', 'NP 0F 2C /r', spec),
  x86('CVTPS2PL', 'CVTPS2PI mm, xmm/m64', 'NP 0F 2D /r', spec),
  x86('CVTPL2PD', 'CVTPI2PD xmm, mm/m64', '66 0F 2A /r', spec),
  x86('CVTTPD2PL', 'CVTTPD2PI mm, xmm/m128', '66 0F 2C /r', spec),
  x86('CVTPD2PL', 'CVTPD2PI mm, xmm/m128', '66 0F 2D /r', spec),
  x86('MOVQOZX', 'MOVQ2DQ xmm, mm', 'F3 0F D6 /r', spec),
  x86('MOVO', 'MOVDQ2Q mm, xmm', 'F2 0F D6 /r', spec),
];
