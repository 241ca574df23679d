/**
 * The x87 unit. SDM 1, chapter 8; SDM 2A under each name. The work is in isa/soft/x87.ts; a lift loads, calls
 * and stores in an order that leaves no trace when memory faults: values are computed, then stored, then popped.
 *
 * Decoded for text only: the transcendental instructions (F2XM1, FYL2X, FSIN and so on), whose last bits differ
 * between processors.
 */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift, MemOperand, Operand } from '../../row.js';
import { address, cond, putReg, setFlags, type Cc } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';
import { gprSlot, GPR, slots } from '../regs.js';

const memory = (insn: Insn): MemOperand => insn.ops.find((o): o is MemOperand => o.kind === 'mem')!;
/** The number of ST(i); the forms that spell ST(0) too say which operand is meant. */
const number = (op: Operand | undefined): number => (op?.kind === 'reg' ? op.index : 1);
/** Calls with numbers for arguments; those that take values spell out `b.callVoid`. */
const call = (b: IrBuilder, name: string, ...args: number[]): void => b.callVoid(`x87.${name}`, ...args.map((a) => b.i32(a)));

/** A memory operand as helpers take it: float bits, or an integer sign-extended to i64. */
type Source = 'f32' | 'f64' | 'int';
function load(b: IrBuilder, insn: Insn, as: Source): Value {
  const m = memory(insn);
  const a = address(b, m);
  if (as === 'f32') return b.load('i32', 32, a);
  if (as === 'f64' || m.bits === 64) return b.load('i64', 64, a);
  return b.op('i64.extend_i32_s', b.load('i32', m.bits, a, m.bits < 32));
}

const pushMemory = (as: Source): Lift => (b, insn) => b.callVoid(`x87.push_${as}`, load(b, insn, as));
/** Ten bytes: significand, then sign and exponent. */
const pushTen = (name: string): Lift => (b, insn) => {
  const a = address(b, memory(insn));
  const low = b.load('i64', 64, a);
  b.callVoid(`x87.${name}`, low, b.load('i32', 16, b.op('i64.add', a, b.i64(8))));
};
const pops = (b: IrBuilder, times: number): void => {
  for (let i = 0; i < times; i++) call(b, 'pop');
};
const storeFloat = (bits: 32 | 64, times: number): Lift => (b, insn) => {
  const v = b.call(bits === 32 ? 'i32' : 'i64', `x87.to_f${bits}`);
  b.store(bits, address(b, memory(insn)), v);
  pops(b, times);
};
const storeTen = (low: string, high: string): Lift => (b, insn) => {
  const a = address(b, memory(insn));
  const [v, w] = [b.call('i64', `x87.${low}`), b.call('i32', `x87.${high}`)];
  b.probe(10, a, true);
  b.store(64, a, v);
  b.store(16, b.op('i64.add', a, b.i64(8)), w);
  pops(b, 1);
};
const storeInt = (name: string, times: number): Lift => (b, insn) => {
  const m = memory(insn);
  const v = b.call('i64', `x87.${name}`, b.i32(m.bits));
  b.store(m.bits, address(b, m), m.bits === 64 ? v : b.op('i32.wrap_i64', v));
  pops(b, times);
};

/** An instruction whose helper needs nothing but these numbers. */
const plain = (name: string, ...args: number[]): Lift => (b) => call(b, name, ...args);
const onRegister = (name: string, ...more: number[]): Lift => (b, insn) => call(b, name, number(insn.ops[0]), ...more);

const x87: RowSpec = { cls: 'x87' };
const bare = (go: string, name: string, encoding: string, lift?: Lift): RowDraft => x86(go, name, encoding, lift ? { ...x87, lift } : x87);
const onMemory = (go: string, form: string, encoding: string, access: string, lift: Lift, feature?: string): RowDraft =>
  x86(go, form, encoding, feature === undefined ? { ...x87, access, lift } : { ...x87, access, lift, feature });

/**
 * Two-operand arithmetic: memory, integer, register and popping forms. `digit` is its number in the opcode map;
 * with ST(i) as the destination the map has subtractions and divisions the other way round.
 */
function arith(name: string, go: string, digit: number): RowDraft[] {
  const column = (first: string, d: number): string => `${first} ${(0xc0 + 8 * d).toString(16).toUpperCase()}+i`;
  const swapped = digit >= 4 ? digit ^ 1 : digit;
  const mem = (as: Source): Lift => (b, insn) => b.callVoid(`x87.arith_${as}`, b.i32(digit), load(b, insn, as));
  const toTop: Lift = (b, insn) => call(b, 'arith_st', digit, 0, number(insn.ops[1]), 0);
  const toOther = (times: number): Lift => (b, insn) => call(b, 'arith_st', digit, number(insn.ops[0]), 0, times);
  const integer = name.replace('F', 'FI');
  return [
    onMemory(`${go}F`, `${name} m32fp`, `D8 /${digit}`, 'r', mem('f32')),
    onMemory(`${go}D`, `${name} m64fp`, `DC /${digit}`, 'r', mem('f64')),
    onMemory(`${go}L`, `${integer} m32int`, `DA /${digit}`, 'r', mem('int')),
    onMemory(`${go}W`, `${integer} m16int`, `DE /${digit}`, 'r', mem('int')),
    x86(`${go}D`, `${name} ST(0), ST(i)`, column('D8', digit), { ...x87, access: 'rw r', lift: toTop }),
    x86(`${go}D`, `${name} ST(i), ST(0)`, column('DC', swapped), { ...x87, access: 'rw r', lift: toOther(0) }),
    x86(`${go}DP`, `${name}P ST(i), ST(0)`, column('DE', swapped), { ...x87, access: 'rw r', lift: toOther(1) }),
  ];
}

/** FCOM and FCOMP with memory and integers. */
function comparisons(suffix: '' | 'P', digit: number): RowDraft[] {
  const times = suffix ? 1 : 0;
  const mem = (as: Source): Lift => (b, insn) => b.callVoid(`x87.com_${as}`, load(b, insn, as), b.i32(times));
  const slot = (0xc0 + 8 * digit).toString(16).toUpperCase();
  return [
    onMemory(`FCOMF${suffix}`, `FCOM${suffix} m32fp`, `D8 /${digit}`, 'r', mem('f32')),
    onMemory(`FCOMD${suffix}`, `FCOM${suffix} m64fp`, `DC /${digit}`, 'r', mem('f64')),
    onMemory(`FCOML${suffix}`, `FICOM${suffix} m32int`, `DA /${digit}`, 'r', mem('int')),
    onMemory(`FCOMW${suffix}`, `FICOM${suffix} m16int`, `DE /${digit}`, 'r', mem('int')),
    x86(`FCOMD${suffix}`, `FCOM${suffix} ST(i)`, `D8 ${slot}+i`, { ...x87, access: 'r', lift: onRegister('com_st', times) }),
  ];
}

/** Comparisons that set RFLAGS: ZF PF CF; OF SF AF become 0. */
const compareFlags = (times: number): Lift => (b, insn) => {
  const r = b.call('i32', 'x87.comi', b.i32(number(insn.ops[1])), b.i32(times));
  const bit = (n: number): Value => b.op('i32.and', b.op('i32.shr_u', r, b.i32(n)), b.i32(1));
  setFlags(b, { cf: bit(0), pf: bit(1), zf: bit(2) });
};
const flagged = (go: string, name: string, encoding: string, times: number): RowDraft =>
  x86(go, `${name} ST(0), ST(i)`, encoding, { ...x87, access: 'r r', flags: 'oszapc', lift: compareFlags(times) });

const move = (go: string, name: string, encoding: string, cc: Cc, reads: string): RowDraft =>
  x86(go, `${name} ST(0), ST(i)`, encoding, {
    ...x87, access: 'rw r', flags: `r=${reads}`,
    lift: (b, insn) => {
      const condition = cond(b, cc);
      b.callVoid('x87.cmov', b.i32(number(insn.ops[1])), condition);
    },
  });

const storeWord = (slot: number): Lift => (b, insn) => b.store(16, address(b, memory(insn)), b.get('i32', 16, slot));
const statusToAx: Lift = (b) => putReg(b, 16, gprSlot(GPR.RAX), b.get('i32', 16, slots.fsw));
const loadControl: Lift = (b, insn) => b.callVoid('x87.fldcw', b.load('i32', 16, address(b, memory(insn))));
/** `size` bytes a field: 4, or 2 with the operand-size prefix. */
const environment = (name: string, size: 2 | 4): Lift => (b, insn) => b.callVoid(`x87.${name}`, address(b, memory(insn)), b.i32(size));

/** MMX shares the registers: all become free, and TOP is 0. SDM 3A, table 12-1. */
const emptyMmx: Lift = (b) => {
  const status = b.get('i32', 32, slots.fsw);
  b.put(32, slots.ftw, b.i32(0));
  b.put(32, slots.fsw, b.op('i32.and', status, b.i32(0xc7ff)));
};

export const x87Rows: readonly RowDraft[] = [
  onMemory('FMOVF', 'FLD m32fp', 'D9 /0', 'r', pushMemory('f32')),
  onMemory('FMOVD', 'FLD m64fp', 'DD /0', 'r', pushMemory('f64')),
  onMemory('FMOVX', 'FLD m80fp', 'DB /5', 'r', pushTen('push_f80')),
  x86('FMOVD', 'FLD ST(i)', 'D9 C0+i', { ...x87, access: 'r', lift: onRegister('push_st') }),
  onMemory('FMOVF', 'FST m32fp', 'D9 /2', 'w', storeFloat(32, 0)),
  onMemory('FMOVD', 'FST m64fp', 'DD /2', 'w', storeFloat(64, 0)),
  x86('FMOVD', 'FST ST(i)', 'DD D0+i', { ...x87, access: 'w', lift: onRegister('copy', 0) }),
  onMemory('FMOVFP', 'FSTP m32fp', 'D9 /3', 'w', storeFloat(32, 1)),
  onMemory('FMOVDP', 'FSTP m64fp', 'DD /3', 'w', storeFloat(64, 1)),
  onMemory('FMOVXP', 'FSTP m80fp', 'DB /7', 'w', storeTen('low', 'high')),
  x86('FMOVDP', 'FSTP ST(i)', 'DD D8+i', { ...x87, access: 'w', lift: onRegister('copy', 1) }),
  onMemory('FMOVW', 'FILD m16int', 'DF /0', 'r', pushMemory('int')),
  onMemory('FMOVL', 'FILD m32int', 'DB /0', 'r', pushMemory('int')),
  onMemory('FMOVV', 'FILD m64int', 'DF /5', 'r', pushMemory('int')),
  onMemory('FMOVW', 'FIST m16int', 'DF /2', 'w', storeInt('to_int', 0)),
  onMemory('FMOVL', 'FIST m32int', 'DB /2', 'w', storeInt('to_int', 0)),
  onMemory('FMOVWP', 'FISTP m16int', 'DF /3', 'w', storeInt('to_int', 1)),
  onMemory('FMOVLP', 'FISTP m32int', 'DB /3', 'w', storeInt('to_int', 1)),
  onMemory('FMOVVP', 'FISTP m64int', 'DF /7', 'w', storeInt('to_int', 1)),
  onMemory('FISTTPW', 'FISTTP m16int', 'DF /1', 'w', storeInt('to_int_truncated', 1), 'SSE3'),
  onMemory('FISTTPL', 'FISTTP m32int', 'DB /1', 'w', storeInt('to_int_truncated', 1), 'SSE3'),
  onMemory('FISTTPV', 'FISTTP m64int', 'DD /1', 'w', storeInt('to_int_truncated', 1), 'SSE3'),
  onMemory('FBLD', 'FBLD m80dec', 'DF /4', 'r', pushTen('push_decimal')),
  onMemory('FBSTP', 'FBSTP m80bcd', 'DF /6', 'w', storeTen('decimal_low', 'decimal_high')),
  bare('FLD1', 'FLD1', 'D9 E8', plain('push_constant', 0)),
  bare('FLDL2T', 'FLDL2T', 'D9 E9', plain('push_constant', 1)),
  bare('FLDL2E', 'FLDL2E', 'D9 EA', plain('push_constant', 2)),
  bare('FLDPI', 'FLDPI', 'D9 EB', plain('push_constant', 3)),
  bare('FLDLG2', 'FLDLG2', 'D9 EC', plain('push_constant', 4)),
  bare('FLDLN2', 'FLDLN2', 'D9 ED', plain('push_constant', 5)),
  bare('FLDZ', 'FLDZ', 'D9 EE', plain('push_constant', 6)),
  x86('FXCHD', 'FXCH ST(i)', 'D9 C8+i', { ...x87, access: 'rw', lift: onRegister('fxch') }),
  move('FCMOVCS', 'FCMOVB', 'DA C0+i', 'b', 'c'),
  move('FCMOVEQ', 'FCMOVE', 'DA C8+i', 'e', 'z'),
  move('FCMOVLS', 'FCMOVBE', 'DA D0+i', 'be', 'zc'),
  move('FCMOVUN', 'FCMOVU', 'DA D8+i', 'p', 'p'),
  move('FCMOVCC', 'FCMOVNB', 'DB C0+i', 'ae', 'c'),
  move('FCMOVNE', 'FCMOVNE', 'DB C8+i', 'ne', 'z'),
  move('FCMOVHI', 'FCMOVNBE', 'DB D0+i', 'a', 'zc'),
  move('FCMOVNU', 'FCMOVNU', 'DB D8+i', 'np', 'p'),

  ...arith('FADD', 'FADD', 0),
  ...arith('FMUL', 'FMUL', 1),
  ...arith('FSUB', 'FSUB', 4),
  ...arith('FSUBR', 'FSUBR', 5),
  ...arith('FDIV', 'FDIV', 6),
  ...arith('FDIVR', 'FDIVR', 7),
  bare('FCHS', 'FCHS', 'D9 E0', plain('fchs')),
  bare('FABS', 'FABS', 'D9 E1', plain('fabs')),
  bare('FSQRT', 'FSQRT', 'D9 FA', plain('fsqrt')),
  bare('FRNDINT', 'FRNDINT', 'D9 FC', plain('frndint')),
  bare('FSCALE', 'FSCALE', 'D9 FD', plain('fscale')),
  bare('FXTRACT', 'FXTRACT', 'D9 F4', plain('fxtract')),
  bare('FPREM', 'FPREM', 'D9 F8', plain('fprem')),
  bare('FPREM1', 'FPREM1', 'D9 F5', plain('fprem1')),

  ...comparisons('', 2),
  ...comparisons('P', 3),
  bare('FCOMDPP', 'FCOMPP', 'DE D9', plain('com_st', 1, 2)),
  x86('FUCOM', 'FUCOM ST(i)', 'DD E0+i', { ...x87, access: 'r', lift: onRegister('com_st', 0) }),
  x86('FUCOMP', 'FUCOMP ST(i)', 'DD E8+i', { ...x87, access: 'r', lift: onRegister('com_st', 1) }),
  bare('FUCOMPP', 'FUCOMPP', 'DA E9', plain('com_st', 1, 2)),
  flagged('FCOMI', 'FCOMI', 'DB F0+i', 0),
  flagged('FCOMIP', 'FCOMIP', 'DF F0+i', 1),
  flagged('FUCOMI', 'FUCOMI', 'DB E8+i', 0),
  flagged('FUCOMIP', 'FUCOMIP', 'DF E8+i', 1),
  bare('FTST', 'FTST', 'D9 E4', (b) => b.callVoid('x87.com_int', b.i64(0), b.i32(0))),
  bare('FXAM', 'FXAM', 'D9 E5', plain('fxam')),

  bare('F2XM1', 'F2XM1', 'D9 F0'),
  bare('FYL2X', 'FYL2X', 'D9 F1'),
  bare('FPTAN', 'FPTAN', 'D9 F2'),
  bare('FPATAN', 'FPATAN', 'D9 F3'),
  bare('FYL2XP1', 'FYL2XP1', 'D9 F9'),
  bare('FSINCOS', 'FSINCOS', 'D9 FB'),
  bare('FSIN', 'FSIN', 'D9 FE'),
  bare('FCOS', 'FCOS', 'D9 FF'),

  bare('FNOP', 'FNOP', 'D9 D0', () => undefined),
  bare('WAIT', 'FWAIT', '9B', () => undefined),
  bare('FINIT', 'FNINIT', 'DB E3', plain('fninit')),
  bare('FCLEX', 'FNCLEX', 'DB E2', plain('fnclex')),
  onMemory('FSTCW', 'FNSTCW m2byte', 'D9 /7', 'w', storeWord(slots.fcw)),
  onMemory('FLDCW', 'FLDCW m2byte', 'D9 /5', 'r', loadControl),
  onMemory('FSTSW', 'FNSTSW m2byte', 'DD /7', 'w', storeWord(slots.fsw)),
  x86('FSTSW', 'FNSTSW AX', 'DF E0', { ...x87, access: 'w', lift: statusToAx }),
  onMemory('FSTENV', 'FNSTENV m28byte', 'D9 /6', 'w', environment('fnstenv', 4)),
  onMemory('FLDENV', 'FLDENV m28byte', 'D9 /4', 'r', environment('fldenv', 4)),
  onMemory('FSAVE', 'FNSAVE m108byte', 'DD /6', 'w', environment('fnsave', 4)),
  onMemory('FRSTOR', 'FRSTOR m108byte', 'DD /4', 'r', environment('frstor', 4)),
  onMemory('FSTENV', 'FNSTENV m14byte', '66 D9 /6', 'w', environment('fnstenv', 2)),
  onMemory('FLDENV', 'FLDENV m14byte', '66 D9 /4', 'r', environment('fldenv', 2)),
  onMemory('FSAVE', 'FNSAVE m94byte', '66 DD /6', 'w', environment('fnsave', 2)),
  onMemory('FRSTOR', 'FRSTOR m94byte', '66 DD /4', 'r', environment('frstor', 2)),
  x86('FFREE', 'FFREE ST(i)', 'DD C0+i', { ...x87, access: 'w', lift: onRegister('ffree') }),
  bare('FINCSTP', 'FINCSTP', 'D9 F7', plain('rotate', 1)),
  bare('FDECSTP', 'FDECSTP', 'D9 F6', plain('rotate', -1)),
  bare('EMMS', 'EMMS', 'NP 0F 77', emptyMmx),
];
