/**
 * JMP CALL RET, LOOP and JRCXZ. SDM 2A and 2B. Conditional jumps are in cond.ts.
 *
 * Left out: a 66 prefix, which some processors take as a 16-bit target, changes nothing here; far branches
 * are text only.
 */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift } from '../../row.js';
import { flag, read, reg, setReg } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';
import { GPR } from '../regs.js';
import { pop, push } from './stack.js';

/** To a known target or a computed one. */
function leap(b: IrBuilder, insn: Insn, target: Value | undefined): void {
  const op = insn.ops[0]!;
  if (op.kind === 'rel') b.jump(op.target);
  else b.jumpTo(target!);
}

const jmp: Lift = (b, insn) => leap(b, insn, insn.ops[0]!.kind === 'rel' ? undefined : read(b, insn.ops[0]!, 64));

/** The target is read before the return address is pushed: CALL 0(SP) uses the old RSP. */
const call: Lift = (b, insn) => {
  const target = insn.ops[0]!.kind === 'rel' ? undefined : read(b, insn.ops[0]!, 64);
  push(b, 64, b.i64(insn.next));
  leap(b, insn, target);
};

/** RET imm16 drops that many bytes more; the immediate is unsigned. */
const ret: Lift = (b, insn) => {
  const op = insn.ops[0];
  const extra = op && b.op('i64.and', read(b, op, 64), b.i64(0xffff));
  b.jumpTo(pop(b, 64, extra));
};

/** LOOP LOOPE LOOPNE: counts RCX (ECX after 67) down and jumps while it is not zero, and ZF as told. */
const loop = (w: 32 | 64, zf?: boolean): Lift => (b, insn) => {
  const target = insn.ops[0]!;
  if (target.kind !== 'rel') throw new Error('LOOP without a target');
  const ty = w === 64 ? 'i64' : 'i32';
  const count = b.op(`${ty}.sub`, reg(b, GPR.RCX, w), b.const(ty, 1));
  let again = b.op(`${ty}.ne`, count, b.const(ty, 0));
  if (zf !== undefined) again = b.op('i32.and', again, zf ? flag.ZF(b) : b.op('i32.eqz', flag.ZF(b)));
  setReg(b, GPR.RCX, w, count);
  b.branch(again, target.target, insn.next);
};

const whenZero = (w: 32 | 64): Lift => (b, insn) => {
  const target = insn.ops[0]!;
  if (target.kind !== 'rel') throw new Error('JRCXZ without a target');
  b.branch(b.op(w === 64 ? 'i64.eqz' : 'i32.eqz', reg(b, GPR.RCX, w)), target.target, insn.next);
};

const ends: RowSpec = { access: 'r', ends: true };

export const branchRows: readonly RowDraft[] = [
  x86('JMP', 'JMP rel8', 'EB cb', { ...ends, cls: 'jmp', lift: jmp }),
  x86('JMP', 'JMP rel32', 'E9 cd', { ...ends, cls: 'jmp', lift: jmp }),
  x86('JMP', 'JMP r/m64', 'FF /4', { ...ends, cls: 'jmpr', lift: jmp }),
  x86('CALL', 'CALL rel32', 'E8 cd', { ...ends, implicit: 'RSP:rw [RSP-8]:w', cls: 'call', lift: call }),
  x86('CALL', 'CALL r/m64', 'FF /2', { ...ends, implicit: 'RSP:rw [RSP-8]:w', cls: 'callr', lift: call }),
  x86('RET', 'RET', 'C3', { ends: true, implicit: 'RSP:rw [RSP]:r', cls: 'ret', lift: ret }),
  x86('RET', 'RET imm16', 'C2 iw', { ...ends, implicit: 'RSP:rw [RSP]:r', cls: 'ret', lift: ret }),
  x86('LOOP', 'LOOP rel8', 'E2 cb', { ...ends, implicit: 'RCX:rw', cls: 'loop', lift: loop(64) }),
  x86('LOOPEQ', 'LOOPE rel8', 'E1 cb', { ...ends, implicit: 'RCX:rw', cls: 'loop', flags: 'r=z', lift: loop(64, true) }),
  x86('LOOPNE', 'LOOPNE rel8', 'E0 cb', { ...ends, implicit: 'RCX:rw', cls: 'loop', flags: 'r=z', lift: loop(64, false) }),
  x86('LOOP', 'LOOP rel8', '67 E2 cb', { ...ends, implicit: 'RCX:rw', cls: 'loop', lift: loop(32) }),
  x86('LOOPEQ', 'LOOPE rel8', '67 E1 cb', { ...ends, implicit: 'RCX:rw', cls: 'loop', flags: 'r=z', lift: loop(32, true) }),
  x86('LOOPNE', 'LOOPNE rel8', '67 E0 cb', { ...ends, implicit: 'RCX:rw', cls: 'loop', flags: 'r=z', lift: loop(32, false) }),
  x86('JCXZQ', 'JRCXZ rel8', 'E3 cb', { ...ends, implicit: 'RCX:r', cls: 'jcc', lift: whenZero(64) }),
  x86('JCXZL', 'JECXZ rel8', '67 E3 cb', { ...ends, implicit: 'RCX:r', cls: 'jcc', lift: whenZero(32) }),
];
