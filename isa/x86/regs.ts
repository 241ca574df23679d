/**
 * x86-64 registers and where they live in the core context (byte offsets; isa/context.ts has what is shared, flags among it).
 *
 * Of the flag cells FP also holds PF's source: even parity of bits 7..0; FC holds AF at bit 3.
 * DF and the other RFLAGS bits (IF, ID, AC, TF, NT) stand in RF at their RFLAGS positions; DF is also its bit 10 there.
 */
import { common } from '../context.js';
import type { RegOperand } from '../row.js';

export const gpr64 = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];
export const gpr32 = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi', 'r8d', 'r9d', 'r10d', 'r11d', 'r12d', 'r13d', 'r14d', 'r15d'];
export const gpr16 = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di', 'r8w', 'r9w', 'r10w', 'r11w', 'r12w', 'r13w', 'r14w', 'r15w'];
export const gpr8 = ['al', 'cl', 'dl', 'bl', 'spl', 'bpl', 'sil', 'dil', 'r8b', 'r9b', 'r10b', 'r11b', 'r12b', 'r13b', 'r14b', 'r15b'];
export const gpr8high = ['ah', 'ch', 'dh', 'bh'];
export const segs = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const;

/** Byte offsets in the core context. Everything here is architectural state and enters the digest. */
export const slots = {
  gpr: common.gpr, // 16 x 8
  rip: common.pc,
  FR: common.FR,
  FC: common.FC,
  FP: common.FP, // i32
  /** Non-zero when MXCSR asks for anything but round to nearest without FTZ and DAZ. */
  fpSlow: common.fpSlow, // i32
  zero: common.zero, // 16 bytes
  RF: common.own, // i32
  fsBase: common.own + 8,
  gsBase: common.own + 16,
  mxcsr: common.own + 24, // i32
  fcw: common.own + 28, // i32, x87 control word
  fsw: common.own + 32, // i32, x87 status word, TOP in bits 13..11
  ftw: common.own + 36, // i32, abridged tag word as FXSAVE has it: bit i set = physical register i in use
  fop: common.own + 40,
  fip: common.own + 48,
  fdp: common.own + 56,
  st: common.own + 64, // 8 physical x87 registers, 16 bytes each: 64-bit significand, then sign and exponent (16 bits)
  xmm: common.vector, // 16 x 16
  end: common.end,
} as const;

export const GPR = { RAX: 0, RCX: 1, RDX: 2, RBX: 3, RSP: 4, RBP: 5, RSI: 6, RDI: 7, R8: 8, R9: 9, R10: 10, R11: 11, R12: 12, R13: 13, R14: 14, R15: 15 } as const;
export const gprSlot = (index: number): number => slots.gpr + 8 * index;

/** General register operand `index` at `bits` wide. `high`: AH, CH, DH, BH for index 0..3. */
export function gprOperand(index: number, bits: 8 | 16 | 32 | 64, high = false): RegOperand {
  return { kind: 'reg', file: 'gpr', index, bits, high, slot: gprSlot(index) + (high ? 1 : 0) };
}

/** `slot`: see operands.ts. */
export function xmmOperand(index: number, slot = slots.xmm + 16 * index): RegOperand {
  return { kind: 'reg', file: 'xmm', index, bits: 128, high: false, slot };
}

/** RFLAGS bit positions. */
export const RFLAGS = { CF: 0, PF: 2, AF: 4, ZF: 6, SF: 7, TF: 8, IF: 9, DF: 10, OF: 11, NT: 14, AC: 18, ID: 21 } as const;
