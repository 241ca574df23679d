/**
 * x86-64 registers and where they live in the core context (byte offsets, little-endian).
 *
 * Arithmetic flags are kept as three cells that any result fills cheaply and any condition reads cheaply:
 *   FR  i64  the result, sign-extended: ZF = FR == 0, SF = (FR < 0) xor FP bit 8
 *   FP  i32  bits 7..0: PF = even parity of them; bit 8 flips SF (only POPF and the like need it)
 *   FC  i64  carry-outs, left-aligned: CF = bit 63, OF = bit 63 xor bit 62, AF = bit 3
 * DF and the other RFLAGS bits (IF, ID, AC, TF, NT) stand in RF at their RFLAGS positions; DF is also its bit 10 there.
 */
import type { RegOperand } from '../row.js';

export const gpr64 = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];
export const gpr32 = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi', 'r8d', 'r9d', 'r10d', 'r11d', 'r12d', 'r13d', 'r14d', 'r15d'];
export const gpr16 = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di', 'r8w', 'r9w', 'r10w', 'r11w', 'r12w', 'r13w', 'r14w', 'r15w'];
export const gpr8 = ['al', 'cl', 'dl', 'bl', 'spl', 'bpl', 'sil', 'dil', 'r8b', 'r9b', 'r10b', 'r11b', 'r12b', 'r13b', 'r14b', 'r15b'];
export const gpr8high = ['ah', 'ch', 'dh', 'bh'];
export const segs = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const;

/** Byte offsets in the core context. Everything here is architectural state and enters the digest. */
export const slots = {
  gpr: 0, // 16 x 8
  rip: 128,
  FR: 136,
  FC: 144,
  FP: 152, // i32
  RF: 156, // i32
  fsBase: 160,
  gsBase: 168,
  mxcsr: 176, // i32
  /** Non-zero when MXCSR asks for anything but round to nearest without FTZ and DAZ: fast FP paths test it. */
  fpSlow: 180, // i32
  fcw: 184, // i32, x87 control word
  fsw: 188, // i32, x87 status word, TOP in bits 13..11
  ftw: 192, // i32, abridged tag word as FXSAVE has it: bit i set = physical register i in use
  fop: 196,
  fip: 200,
  fdp: 208,
  xmm: 256, // 16 x 16
  st: 512, // 8 physical x87 registers, 16 bytes each: 64-bit significand, then sign and exponent (16 bits)
  /** Always zero; stands for an absent base or index in records. Never written. */
  zero: 640, // 16 bytes
  end: 656,
} as const;

export const GPR = { RAX: 0, RCX: 1, RDX: 2, RBX: 3, RSP: 4, RBP: 5, RSI: 6, RDI: 7, R8: 8, R9: 9, R10: 10, R11: 11, R12: 12, R13: 13, R14: 14, R15: 15 } as const;
export const gprSlot = (index: number): number => slots.gpr + 8 * index;

/** General register operand `index` at `bits` wide. `high`: AH, CH, DH, BH for index 0..3. */
export function gprOperand(index: number, bits: 8 | 16 | 32 | 64, high = false): RegOperand {
  return { kind: 'reg', file: 'gpr', index, bits, high, slot: gprSlot(index) + (high ? 1 : 0) };
}

export function xmmOperand(index: number): RegOperand {
  return { kind: 'reg', file: 'xmm', index, bits: 128, slot: slots.xmm + 16 * index };
}

/** RFLAGS bit positions. */
export const RFLAGS = { CF: 0, PF: 2, AF: 4, ZF: 6, SF: 7, TF: 8, IF: 9, DF: 10, OF: 11, NT: 14, AC: 18, ID: 21 } as const;
