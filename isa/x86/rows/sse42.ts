/** SSE4.2: text comparison and 64-bit comparison. (CRC32 stands with the integer rows.) SDM 2B, 4.1. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift } from '../../row.js';
import { reg, setFlags, setReg } from '../lift.js';
import { x86, type RowDraft } from '../notation.js';
import { GPR, slots } from '../regs.js';
import { bit, choice, packedOp, vec } from '../vector.js';

/** The comparison's packed result (isa/soft/packed.ts): texts end at a zero, or have the lengths that `w`-bit AX and DX say. */
function compare(b: IrBuilder, insn: Insn, w: 0 | 32 | 64): Value {
  const y = vec(b, insn.ops[1]!, 1);
  const x = vec(b, insn.ops[0]!);
  const imm = b.i32(choice(insn.ops[2]));
  if (w === 0) return b.call('i32', 'pcmpistr', x, y, imm);
  const length = (index: number): Value => (w === 64 ? reg(b, index, 64) : b.op('i64.extend_i32_s', reg(b, index, 32)));
  return b.call('i32', 'pcmpestr', x, y, imm, length(GPR.RAX), length(GPR.RDX));
}
const flags = (b: IrBuilder, r: Value): void => setFlags(b, { cf: bit(b, r, 16), zf: bit(b, r, 17), sf: bit(b, r, 18), of: bit(b, r, 19) });

const index = (w: 0 | 32 | 64): Lift => (b, insn) => {
  const r = compare(b, insn, w);
  setReg(b, GPR.RCX, 32, b.call('i32', 'pcmpstr_index', r, b.i32(choice(insn.ops[2]))));
  flags(b, r);
};
const mask = (w: 0 | 32 | 64): Lift => (b, insn) => {
  const r = compare(b, insn, w);
  b.put(128, slots.xmm, b.call('v128', 'pcmpstr_mask', r, b.i32(choice(insn.ops[2]))));
  flags(b, r);
};

const text = (name: string, encoding: string, lift: Lift): RowDraft =>
  x86(name, `${name} xmm1, xmm2/m128, imm8`, encoding, {
    access: 'r r r', implicit: `${name[4] === 'E' ? 'RAX:r RDX:r ' : ''}${name.endsWith('M') ? 'XMM0:w' : 'RCX:w'}`, flags: 'oszapc', cls: 'vtext', feature: 'SSE4_2', lift,
  });

export const sse42Rows: readonly RowDraft[] = [
  text('PCMPESTRM', '66 0F 3A 60 /r ib', mask(32)),
  text('PCMPESTRM', '66 REX.W 0F 3A 60 /r ib', mask(64)),
  text('PCMPESTRI', '66 0F 3A 61 /r ib', index(32)),
  text('PCMPESTRI', '66 REX.W 0F 3A 61 /r ib', index(64)),
  text('PCMPISTRM', '66 0F 3A 62 /r ib', mask(0)),
  text('PCMPISTRI', '66 0F 3A 63 /r ib', index(0)),
  x86('PCMPGTQ', 'PCMPGTQ xmm1, xmm2/m128', '66 0F 38 37 /r', { access: 'rw r', cls: 'vint', feature: 'SSE4_2', lift: packedOp('i64x2.gt_s') }),
];
