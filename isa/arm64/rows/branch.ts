/** Branches: B BL B.cond CBZ CBNZ TBZ TBNZ BR BLR RET. Arm ARM C6.2. */
import type { ConstRef, IrBuilder } from '../../ir.js';
import type { Insn, Lift, RelOperand } from '../../row.js';
import { alu, cond, imm, read, reg, tyOf } from '../lift.js';
import { a64, alias, conditionNames, type Alias, type RowDraft } from '../notation.js';
import { gprSlot } from '../regs.js';

const target = (insn: Insn, i: number): ConstRef => (insn.ops[i] as RelOperand).target;

const jump: Lift = (b, insn) => b.jump(target(insn, 0));
const call: Lift = (b, insn) => {
  b.put(64, gprSlot(30), b.i64(insn.next));
  b.jump(target(insn, 0));
};
const jumpTo: Lift = (b, insn) => b.jumpTo(read(b, reg(insn, 0), 64));
const callTo: Lift = (b, insn) => {
  const to = read(b, reg(insn, 0), 64); // BLR X30 jumps to what X30 was
  b.put(64, gprSlot(30), b.i64(insn.next));
  b.jumpTo(to);
};

const conditional = (code: number): Lift => (b, insn) => (code >= 14 ? b.jump(target(insn, 0)) : b.branch(cond(b, code), target(insn, 0), insn.next));

const compareZero = (nonzero: boolean): Lift => (b: IrBuilder, insn: Insn): void => {
  const { bits } = reg(insn, 0);
  const x = read(b, reg(insn, 0), bits);
  const zero = alu(b, bits, 'eqz', x);
  b.branch(nonzero ? b.op('i32.eqz', zero) : zero, target(insn, 1), insn.next);
};

const testBit = (nonzero: boolean): Lift => (b: IrBuilder, insn: Insn): void => {
  const { bits } = reg(insn, 0);
  const shifted = alu(b, bits, 'shr_u', read(b, reg(insn, 0), bits), b.const(tyOf(bits), imm(insn, 1).value));
  const one = b.op('i32.and', bits === 64 ? b.op('i32.wrap_i64', shifted) : shifted, b.i32(1));
  b.branch(nonzero ? one : b.op('i32.eqz', one), target(insn, 2), insn.next);
};

const branch = { cls: 'branch', ends: true } as const;

/** Go's names of the conditional branches, in encoding order. */
const goBranches = ['BEQ', 'BNE', 'BHS', 'BLO', 'BMI', 'BPL', 'BVS', 'BVC', 'BHI', 'BLS', 'BGE', 'BLT', 'BGT', 'BLE', 'BAL', 'BNV'];

export const branchRows: readonly RowDraft[] = [
  a64('B', 'B label', '0 00101 imm26:26', { ...branch, access: 'n', lift: jump }),
  a64('BL', 'BL label', '1 00101 imm26:26', { ...branch, access: 'n', implicit: 'X30:w', cls: 'call', lift: call }),
  ...conditionNames.map((cc, code) =>
    a64(goBranches[code]!, `B.${cc.toUpperCase()} label`, `0101010 0 imm19:19 0 ${code.toString(2).padStart(4, '0')}`, { ...branch, access: 'n', flags: 'r=nzcv', lift: conditional(code) })),
  ...([['W', '0'], ['X', '1']] as const).flatMap(([R, sf]) => [
    a64(R === 'X' ? 'CBZ' : 'CBZW', `CBZ ${R}t, label`, `${sf} 011010 0 imm19:19 Rt:5`, { ...branch, access: 'r n', lift: compareZero(false) }),
    a64(R === 'X' ? 'CBNZ' : 'CBNZW', `CBNZ ${R}t, label`, `${sf} 011010 1 imm19:19 Rt:5`, { ...branch, access: 'r n', lift: compareZero(true) }),
  ]),
  // bit numbers below 32 name the W register
  ...([['W', '0'], ['X', '1']] as const).flatMap(([R, b5]) => [
    a64('TBZ', `TBZ ${R}t, #bit${R === 'W' ? 32 : 64}, label`, `${b5} 011011 0 b40:5 imm14:14 Rt:5`, { ...branch, access: 'r r n', lift: testBit(false) }),
    a64('TBNZ', `TBNZ ${R}t, #bit${R === 'W' ? 32 : 64}, label`, `${b5} 011011 1 b40:5 imm14:14 Rt:5`, { ...branch, access: 'r r n', lift: testBit(true) }),
  ]),
  a64('JMP', 'BR Xn', '1101011 0000 11111 000000 Rn:5 00000', { ...branch, access: 'r', cls: 'branch indirect', lift: jumpTo }),
  a64('CALL', 'BLR Xn', '1101011 0001 11111 000000 Rn:5 00000', { ...branch, access: 'r', implicit: 'X30:w', cls: 'call indirect', lift: callTo }),
  a64('RET', 'RET Xn', '1101011 0010 11111 000000 Rn:5 00000', { ...branch, access: 'r', cls: 'return', lift: jumpTo }),
];

export const branchAliases: readonly Alias[] = [alias('RET', 'RET', '1101011 0010 11111 000000 11110 00000')];
