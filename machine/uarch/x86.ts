/**
 * What Intel cores recognise in x86 code before executing it: zero idioms, moves that rename alone carries out, pairs that
 * fuse, micro-fused pairs that an index tears apart. Intel 64 Optimization Reference Manual 2.1 and 3.4.2 to 3.5.1
 * (2023); Agner Fog, microarchitecture.pdf, 11.4 to 11.9.
 */
import type { Insn, MemOperand, RegOperand } from '../../isa/row.js';
import { manualName } from './table.js';
import { Idiom } from './uarch.js';

/** Zero whatever their operands hold, when both are the same register. */
const zeroing = new Set([
  'XOR', 'SUB', 'PXOR', 'XORPS', 'XORPD', 'PSUBB', 'PSUBW', 'PSUBD', 'PSUBQ', 'PCMPGTB', 'PCMPGTW', 'PCMPGTD',
  'VPXOR', 'VXORPS', 'VXORPD', 'VPSUBB', 'VPSUBW', 'VPSUBD', 'VPSUBQ', 'VPCMPGTB', 'VPCMPGTW', 'VPCMPGTD',
]);
/** All ones: still executed, but independent of the register. */
const filling = new Set(['PCMPEQB', 'PCMPEQW', 'PCMPEQD', 'VPCMPEQB', 'VPCMPEQW', 'VPCMPEQD']);
const vectorMoves = new Set(['MOVUPS', 'MOVUPD', 'MOVAPS', 'MOVAPD', 'MOVDQU', 'MOVDQA', 'VMOVUPS', 'VMOVUPD', 'VMOVAPS', 'VMOVAPD', 'VMOVDQU', 'VMOVDQA']);

const regs = (insn: Insn): readonly RegOperand[] | undefined => (insn.ops.every((o) => o.kind === 'reg') ? (insn.ops as readonly RegOperand[]) : undefined);

export function x86Idiom(insn: Insn): Idiom {
  if (insn.row.cls === 'nop') return Idiom.Nop;
  const ops = regs(insn);
  if (!ops || ops.length < 2) return Idiom.None;
  const name = manualName(insn.row);
  const [a, b] = ops.slice(-2) as [RegOperand, RegOperand];
  if (a.index === b.index && a.file === b.file && a.high === b.high) {
    if (zeroing.has(name) && (a.file !== 'gpr' || a.bits >= 32)) return Idiom.Zero;
    if (filling.has(name)) return Idiom.Ones;
    return Idiom.None; // a move to itself is executed
  }
  if (name === 'MOV' && a.file === 'gpr' && b.file === 'gpr' && a.bits >= 32) return Idiom.Move;
  if (name === 'MOVZX' && b.bits === 8 && !b.high && a.bits >= 32) return Idiom.Move;
  if (vectorMoves.has(name)) return Idiom.Move;
  return Idiom.None;
}

/** Conditions by what they need: CMP, ADD and SUB fuse with those on carry, zero and order; INC and DEC not with carry. */
const byCarry = /^J(B|AE|BE|A|C|NC|NA|NB|NAE|NBE)$/;
const byOrder = /^J(E|NE|Z|NZ|L|GE|LE|G|NL|NG|NLE|NGE)$/;

/** Macro-fusion as Haswell to Skylake do it: not with both memory and an immediate, nor rip-relative beside an immediate. */
export function x86Fuses(first: Insn, then: Insn): boolean {
  if (then.row.cls !== 'jcc' || then.row.implicit !== '') return false;
  const name = manualName(first.row);
  const jump = manualName(then.row);
  const memory = first.ops.find((o): o is MemOperand => o.kind === 'mem');
  if (memory && (memory === first.ops[0] ? first.ops.some((o) => o.kind === 'imm') || (name !== 'CMP' && name !== 'TEST') : memory.rip && first.ops.some((o) => o.kind === 'imm'))) return false;
  switch (name) {
    case 'TEST': case 'AND': return true;
    case 'CMP': case 'ADD': case 'SUB': return byCarry.test(jump) || byOrder.test(jump);
    case 'INC': case 'DEC': return byOrder.test(jump);
    default: return false;
  }
}

/**
 * Haswell and later keep an indexed access fused only in instructions whose destination is also a source and that have no third
 * source (ADD, not VADDPS or PABSB), and in plain stores. Peter Cordes, stackoverflow.com/q/26046634, and uops.info.
 */
export function x86Splits(insn: Insn): boolean {
  const memory = insn.ops.find((o): o is MemOperand => o.kind === 'mem');
  if (!memory?.index) return false;
  const access = insn.row.access.split(' ');
  const at = insn.ops.indexOf(memory);
  if (access[at] === 'n' || insn.row.cls === 'lea') return false;
  if (access[at] === 'w') return false;
  if (access[at] === 'rw') return true;
  return access[0] === 'w' && at > 0 ? true : insn.row.encoding.startsWith('VEX') || (at === 0 && insn.ops.length > 1 && insn.ops[1]!.kind === 'imm');
}

/** LEA by how its address is made up: three parts take the slow unit, and so does a rip-relative one. */
export function leaName(insn: Insn): string {
  const m = insn.ops[1] as MemOperand;
  const dst = insn.ops[0] as RegOperand;
  if (dst.bits === 16) return 'LEA16';
  if (m.rip) return 'LEARIP';
  const { base, index } = m;
  // rbp and r13 as a base always have a displacement
  const displaced = m.disp !== 0n || (base !== undefined && (base.index & 7) === 5);
  return base && index && displaced ? 'LEA3' : 'LEA';
}
