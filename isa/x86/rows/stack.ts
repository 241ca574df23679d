/** PUSH POP PUSHF POPF ENTER LEAVE, LAHF SAHF. SDM 2A and 2B. RSP moves only after the access that may fault. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { image, popfOthers, putImage, trapFlag } from '../flags.js';
import { effective, flag, read, reg, setReg, tyOf, write, type Width } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';
import { GPR, slots } from '../regs.js';

/** Stores `v` below RSP and moves RSP there. */
export function push(b: IrBuilder, w: number, v: Value): void {
  const rsp = b.op('i64.sub', reg(b, GPR.RSP, 64), b.i64(w / 8));
  b.store(w, rsp, v);
  setReg(b, GPR.RSP, 64, rsp);
}

/** Loads from RSP; the caller moves RSP by `extra` too. */
export function pop(b: IrBuilder, w: number, extra?: Value): Value {
  const rsp = reg(b, GPR.RSP, 64);
  const v = b.load(tyOf(w), w, rsp);
  const next = b.op('i64.add', rsp, b.i64(w / 8));
  setReg(b, GPR.RSP, 64, extra === undefined ? next : b.op('i64.add', next, extra));
  return v;
}

/** PUSH of a register, memory or immediate; immediates are sign-extended to the width pushed. */
const liftPush = (w: Width): Lift => (b, insn) => push(b, w, read(b, insn.ops[0]!, w));

/** POP into a register: POP RSP gets the value loaded. */
const liftPopReg: Lift = (b, insn) => {
  const dst = insn.ops[0]!;
  write(b, dst, pop(b, dst.bits));
};

/** POP into memory: an address based on RSP sees RSP already moved (SDM 2B, POP). */
const liftPopMem: Lift = (b, insn) => {
  const dst = insn.ops[0]!;
  if (dst.kind !== 'mem') return liftPopReg(b, insn);
  const w = dst.bits;
  const rsp = reg(b, GPR.RSP, 64);
  const v = b.load(tyOf(w), w, rsp);
  const size = b.i64(w / 8);
  const based = dst.base?.file === 'gpr' && dst.base.index === GPR.RSP;
  let a = effective(b, dst);
  if (based) a = b.op('i64.add', a, size);
  if (dst.addr32) a = b.op('i64.and', a, b.i64(0xffffffffn));
  if (dst.seg === 'fs' || dst.seg === 'gs') a = b.op('i64.add', a, b.get('i64', 64, dst.seg === 'fs' ? slots.fsBase : slots.gsBase));
  b.store(w, a, v);
  setReg(b, GPR.RSP, 64, b.op('i64.add', rsp, size));
};

const pushf = (w: Width): Lift => (b) => {
  const v = image(b);
  push(b, w, w === 64 ? b.op('i64.extend_i32_u', v) : v);
};

/** POPF at CPL 3: IF and IOPL do not change. Setting TF would trap after the next instruction, which is not modelled. */
const popf = (w: Width): Lift => (b) => {
  const rsp = reg(b, GPR.RSP, 64);
  const loaded = b.load(tyOf(w), w, rsp);
  const v = w === 64 ? b.op('i32.wrap_i64', loaded) : loaded;
  b.trapIf(b.op('i32.ne', b.op('i32.and', v, b.i32(trapFlag)), b.i32(0)), 'unimplemented');
  const others = w === 64 ? popfOthers : popfOthers & 0xffff;
  const kept = b.op('i32.and', b.get('i32', 32, slots.RF), b.i32(~others));
  putImage(b, v);
  b.put(32, slots.RF, b.op('i32.or', kept, b.op('i32.and', v, b.i32(others))));
  setReg(b, GPR.RSP, 64, b.op('i64.add', rsp, b.i64(w / 8)));
};

const leave = (w: Width): Lift => (b) => {
  const frame = reg(b, GPR.RBP, 64);
  const saved = b.load(tyOf(w), w, frame);
  setReg(b, GPR.RSP, 64, b.op('i64.add', frame, b.i64(w / 8)));
  setReg(b, GPR.RBP, w, saved);
};

/** ENTER without nesting; a level other than 0 stops by name. The frame's lowest byte must be writable. */
const enter: Lift = (b, insn) => {
  const size = b.op('i64.and', read(b, insn.ops[0]!, 64), b.i64(0xffff));
  const level = b.op('i32.and', read(b, insn.ops[1]!, 8), b.i32(31));
  b.trapIf(b.op('i32.ne', level, b.i32(0)), 'unimplemented');
  const frame = b.op('i64.sub', reg(b, GPR.RSP, 64), b.i64(8));
  const rsp = b.op('i64.sub', frame, size);
  b.store(64, frame, reg(b, GPR.RBP, 64)); // stays in memory even if the frame's end faults
  b.probe(1, rsp, true);
  setReg(b, GPR.RBP, 64, frame);
  setReg(b, GPR.RSP, 64, rsp);
};

const lahf: Lift = (b) => b.put(8, slots.gpr + 1, b.op('i32.and', image(b), b.i32(0xff)));
const sahf: Lift = (b) => putImage(b, b.get('i32', 8, slots.gpr + 1), flag.OF(b));

const pushed: RowSpec = { access: 'r', implicit: 'RSP:rw [RSP-8]:w', cls: 'push' };
const pushed16: RowSpec = { ...pushed, implicit: 'RSP:rw [RSP-2]/16:w' };
const popped: RowSpec = { access: 'w', implicit: 'RSP:rw [RSP]:r', cls: 'pop' };
const popped16: RowSpec = { ...popped, implicit: 'RSP:rw [RSP]/16:r' };

export const stackRows: readonly RowDraft[] = [
  x86('PUSHQ', 'PUSH r64', '50+rd', { ...pushed, lift: liftPush(64) }),
  x86('PUSHW', 'PUSH r16', '50+rw', { ...pushed16, lift: liftPush(16) }),
  x86('PUSHQ', 'PUSH imm8', '6A ib', { ...pushed, lift: liftPush(64) }),
  x86('PUSHQ', 'PUSH imm32', '68 id', { ...pushed, lift: liftPush(64) }),
  x86('PUSHW', 'PUSH imm8', '66 6A ib', { ...pushed16, lift: liftPush(16) }),
  x86('PUSHW', 'PUSH imm16', '66 68 iw', { ...pushed16, lift: liftPush(16) }),
  x86('PUSHQ', 'PUSH r/m64', 'FF /6', { ...pushed, lift: liftPush(64) }),
  x86('PUSHW', 'PUSH r/m16', 'FF /6', { ...pushed16, lift: liftPush(16) }),
  x86('POPQ', 'POP r64', '58+rd', { ...popped, lift: liftPopReg }),
  x86('POPW', 'POP r16', '58+rw', { ...popped16, lift: liftPopReg }),
  x86('POPQ', 'POP r/m64', '8F /0', { ...popped, lift: liftPopMem }),
  x86('POPW', 'POP r/m16', '8F /0', { ...popped16, lift: liftPopMem }),
  // FS and GS read as 0; popping them would touch their bases: text only
  x86('PUSHQ', 'PUSH FS', '0F A0', { ...pushed, lift: (b) => push(b, 64, b.i64(0)) }),
  x86('PUSHQ', 'PUSH GS', '0F A8', { ...pushed, lift: (b) => push(b, 64, b.i64(0)) }),
  x86('POPQ', 'POP FS', '0F A1', popped),
  x86('POPQ', 'POP GS', '0F A9', popped),
  x86('PUSHFQ', 'PUSHFQ', '9C', { flags: 'r=oszapc', implicit: 'RSP:rw [RSP-8]:w', cls: 'pushf', lift: pushf(64) }),
  x86('PUSHFW', 'PUSHF', '66 9C', { flags: 'r=oszapc', implicit: 'RSP:rw [RSP-2]/16:w', cls: 'pushf', lift: pushf(16) }),
  x86('POPFQ', 'POPFQ', '9D', { flags: 'oszapc', implicit: 'RSP:rw [RSP]:r', cls: 'popf', lift: popf(64) }),
  x86('POPFW', 'POPF', '66 9D', { flags: 'oszapc', implicit: 'RSP:rw [RSP]/16:r', cls: 'popf', lift: popf(16) }),
  x86('LEAVEQ', 'LEAVE', 'C9', { implicit: 'RBP:rw RSP:w [RBP]:r', cls: 'leave', lift: leave(64) }),
  x86('LEAVEW', 'LEAVE', '66 C9', { implicit: 'RBP:rw RSP:w [RBP]/16:r', cls: 'leave', lift: leave(16) }),
  x86('ENTER', 'ENTER imm16, imm8', 'C8 iw ib', { access: 'r r', implicit: 'RSP:rw RBP:rw [RSP-8]:w', cls: 'enter', lift: enter }),
  x86('LAHF', 'LAHF', '9F', { flags: 'r=szapc', implicit: 'RAX:rw', cls: 'alu', feature: 'LAHF', lift: lahf }),
  x86('SAHF', 'SAHF', '9E', { flags: 'szapc', implicit: 'RAX:r', cls: 'alu', feature: 'LAHF', lift: sahf }),
];
