/** MOV in all its forms, MOVZX MOVSX MOVSXD, LEA, XCHG of registers, BSWAP, XLAT, conversions CBW to CQO. SDM 2A and 2B. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift } from '../../row.js';
import { alu, effective, place, read, reg, setReg, signed, toI64s, toI64u, two, write, type Width } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';
import { GPR } from '../regs.js';

const liftMov: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  write(b, dst, read(b, src, dst.bits));
};
const mov: RowSpec = { access: 'w r', cls: 'mov', lift: liftMov };

/** Extension of src into a wider register. */
const extend = (sign: boolean): RowSpec => ({
  access: 'w r',
  cls: 'movx',
  lift: (b, insn) => {
    const [dst, src] = two(insn);
    const v = read(b, src);
    if (dst.bits === 64) write(b, dst, sign ? toI64s(b, src.bits, v) : toI64u(b, src.bits, v));
    else write(b, dst, sign ? narrow(b, dst.bits, signed(b, src.bits, v)) : v);
  },
});
const zx = extend(false);
const sx = extend(true);

/** Cuts an i32 to `w` bits. */
const narrow = (b: IrBuilder, w: number, v: Value): Value => (w >= 32 ? v : b.op('i32.and', v, b.i32(w === 8 ? 0xff : 0xffff)));

const lea: RowSpec = {
  access: 'w n',
  cls: 'lea',
  lift: (b, insn) => {
    const [dst, src] = two(insn);
    if (src.kind !== 'mem') throw new Error('LEA of a register');
    const a = effective(b, src);
    write(b, dst, dst.bits === 64 ? a : narrow(b, dst.bits, b.op('i32.wrap_i64', a)));
  },
};

const xchg: RowSpec = {
  access: 'rw rw',
  cls: 'xchg',
  lock: true,
  lift: (b, insn) => {
    const [dst, src] = two(insn);
    const d = place(b, dst);
    const x = d.get();
    const y = read(b, src);
    d.set(y);
    write(b, src, x);
  },
};

const bswap: RowSpec = {
  access: 'rw',
  cls: 'bswap',
  lift: (b, insn) => {
    const dst = insn.ops[0]!;
    const w = dst.bits;
    const k = (n: bigint): Value => b.const(w === 64 ? 'i64' : 'i32', n);
    let v = read(b, dst);
    // bytes within pairs, then pairs, then halves by a rotation
    const swap = (mask: bigint, by: bigint): Value =>
      alu(b, w, 'or', alu(b, w, 'shl', alu(b, w, 'and', v, k(mask)), k(by)), alu(b, w, 'and', alu(b, w, 'shr_u', v, k(by)), k(mask)));
    v = swap(0x00ff00ff00ff00ffn, 8n);
    if (w === 64) v = swap(0x0000ffff0000ffffn, 16n);
    write(b, dst, alu(b, w, 'rotl', v, k(BigInt(w / 2))));
  },
};

/** AL = [RBX + AL]; the base register's segment cannot be changed in the form we decode. */
const xlat: RowSpec = {
  cls: 'load',
  implicit: 'RAX:rw RBX:r [RBX]/8:r',
  lift: (b) => {
    const a = b.op('i64.add', reg(b, GPR.RBX, 64), b.op('i64.extend_i32_u', reg(b, GPR.RAX, 8)));
    setReg(b, GPR.RAX, 8, b.load('i32', 8, a));
  },
};

/** CBW CWDE CDQE: the accumulator's lower half extended over all of it. */
const widen = (w: Width): RowSpec => ({
  cls: 'movx',
  implicit: 'RAX:rw',
  lift: (b) => {
    const half = reg(b, GPR.RAX, (w / 2) as Width);
    setReg(b, GPR.RAX, w, w === 64 ? toI64s(b, 32, half) : narrow(b, w, signed(b, w / 2, half)));
  },
});

/** CWD CDQ CQO: RDX becomes copies of the accumulator's sign. */
const signFill = (w: Width): RowSpec => ({
  cls: 'alu',
  implicit: 'RAX:r RDX:w',
  lift: (b) => {
    const v = signed(b, w, reg(b, GPR.RAX, w));
    setReg(b, GPR.RDX, w, alu(b, w, 'shr_s', v, b.const(w === 64 ? 'i64' : 'i32', w === 64 ? 63 : 31)));
  },
});

/**
 * Segment registers as a 64-bit Linux process has them: CS 33H, SS 2BH, the rest 0. A load of the value that
 * is there changes nothing; any other stops by name.
 */
const selectors = { ES: 0, CS: 0x33, SS: 0x2b, DS: 0, FS: 0, GS: 0 } as const;

const readSegment = (selector: number): RowSpec => ({
  access: 'w r',
  cls: 'seg',
  lift: (b: IrBuilder, insn: Insn): void => {
    const dst = insn.ops[0]!;
    if (dst.kind === 'mem') write(b, dst, b.i32(selector), 16);
    else write(b, dst, dst.bits === 64 ? b.i64(selector) : b.i32(selector));
  },
});
const loadSegment = (selector: number): RowSpec => ({
  access: 'w r',
  cls: 'seg',
  lift: (b, insn) => {
    const v = read(b, insn.ops[1]!, 16);
    b.trapIf(b.op('i32.ne', v, b.i32(selector)), 'unimplemented');
  },
});
const segmentRows = (['ES', 'CS', 'SS', 'DS', 'FS', 'GS'] as const).flatMap((s, n) => [
  x86('MOVW', `MOV r/m16, ${s}`, `8C /${n}`, readSegment(selectors[s])),
  x86('MOVL', `MOV r32/m16, ${s}`, `8C /${n}`, readSegment(selectors[s])),
  x86('MOVQ', `MOV r64/m16, ${s}`, `REX.W + 8C /${n}`, readSegment(selectors[s])),
  // a null selector in FS or GS may clear its base, which processors do differently: text only
  ...(s === 'CS' ? [] : [x86('MOVW', `MOV ${s}, r/m16`, `8E /${n}`, s === 'FS' || s === 'GS' ? { access: 'w r', cls: 'seg' } : loadSegment(selectors[s]))]),
]);

/** Stores past the caches: the same to a program. */
const movnti: RowSpec = { ...mov, cls: 'store' };

export const movRows: readonly RowDraft[] = [
  x86('MOVB', 'MOV r8, imm8', 'B0+rb ib', mov),
  x86('MOVB', 'MOV r/m8, r8', '88 /r', mov),
  x86('MOVB', 'MOV r8, r/m8', '8A /r', mov),
  x86('MOVB', 'MOV r/m8, imm8', 'C6 /0 ib', mov),
  x86('MOVW', 'MOV r16, imm16', 'B8+rw iw', mov),
  x86('MOVW', 'MOV r/m16, r16', '89 /r', mov),
  x86('MOVW', 'MOV r16, r/m16', '8B /r', mov),
  x86('MOVW', 'MOV r/m16, imm16', 'C7 /0 iw', mov),
  x86('MOVL', 'MOV r32, imm32', 'B8+rd id', mov),
  x86('MOVL', 'MOV r/m32, r32', '89 /r', mov),
  x86('MOVL', 'MOV r32, r/m32', '8B /r', mov),
  x86('MOVL', 'MOV r/m32, imm32', 'C7 /0 id', mov),
  x86('MOVQ', 'MOV r/m64, r64', 'REX.W + 89 /r', mov),
  x86('MOVQ', 'MOV r64, r/m64', 'REX.W + 8B /r', mov),
  x86('MOVQ', 'MOV r/m64, imm32', 'REX.W + C7 /0 id', mov),
  x86('MOVQ', 'MOV r64, imm64', 'REX.W + B8+rd io', mov),
  x86('MOVB', 'MOV AL, moffs8', 'A0', mov),
  x86('MOVW', 'MOV AX, moffs16', 'A1', mov),
  x86('MOVL', 'MOV EAX, moffs32', 'A1', mov),
  x86('MOVQ', 'MOV RAX, moffs64', 'REX.W + A1', mov),
  x86('MOVB', 'MOV moffs8, AL', 'A2', mov),
  x86('MOVW', 'MOV moffs16, AX', 'A3', mov),
  x86('MOVL', 'MOV moffs32, EAX', 'A3', mov),
  x86('MOVQ', 'MOV moffs64, RAX', 'REX.W + A3', mov),
  ...segmentRows,

  x86('MOVBWZX', 'MOVZX r16, r/m8', '0F B6 /r', zx),
  x86('MOVBLZX', 'MOVZX r32, r/m8', '0F B6 /r', zx),
  x86('MOVBQZX', 'MOVZX r64, r/m8', 'REX.W + 0F B6 /r', zx),
  x86('MOVWWZX', 'MOVZX r16, r/m16', '0F B7 /r', zx),
  x86('MOVWLZX', 'MOVZX r32, r/m16', '0F B7 /r', zx),
  x86('MOVWQZX', 'MOVZX r64, r/m16', 'REX.W + 0F B7 /r', zx),
  x86('MOVBWSX', 'MOVSX r16, r/m8', '0F BE /r', sx),
  x86('MOVBLSX', 'MOVSX r32, r/m8', '0F BE /r', sx),
  x86('MOVBQSX', 'MOVSX r64, r/m8', 'REX.W + 0F BE /r', sx),
  x86('MOVWWSX', 'MOVSX r16, r/m16', '0F BF /r', sx),
  x86('MOVWLSX', 'MOVSX r32, r/m16', '0F BF /r', sx),
  x86('MOVWQSX', 'MOVSX r64, r/m16', 'REX.W + 0F BF /r', sx),
  x86('MOVLQSX', 'MOVSXD r64, r/m32', 'REX.W + 63 /r', sx),
  x86('MOVL', 'MOVSXD r32, r/m32', '63 /r', sx),

  x86('LEAW', 'LEA r16, m', '8D /r', lea),
  x86('LEAL', 'LEA r32, m', '8D /r', lea),
  x86('LEAQ', 'LEA r64, m', 'REX.W + 8D /r', lea),

  // 90 with nothing that makes it R8 is NOP (rows/system.ts), so these follow it in the table
  x86('XCHGW', 'XCHG AX, r16', '90+rw', xchg),
  x86('XCHGL', 'XCHG EAX, r32', '90+rd', xchg),
  x86('XCHGQ', 'XCHG RAX, r64', 'REX.W + 90+rd', xchg),
  x86('XCHGB', 'XCHG r/m8, r8', '86 /r', xchg),
  x86('XCHGW', 'XCHG r/m16, r16', '87 /r', xchg),
  x86('XCHGL', 'XCHG r/m32, r32', '87 /r', xchg),
  x86('XCHGQ', 'XCHG r/m64, r64', 'REX.W + 87 /r', xchg),

  x86('BSWAPL', 'BSWAP r32', '0F C8+rd', bswap),
  x86('BSWAPQ', 'BSWAP r64', 'REX.W + 0F C8+rd', bswap),
  x86('XLAT', 'XLATB', 'D7', xlat),
  x86('CBW', 'CBW', '66 98', widen(16)),
  x86('CWDE', 'CWDE', '98', widen(32)),
  x86('CDQE', 'CDQE', 'REX.W + 98', widen(64)),
  x86('CWD', 'CWD', '66 99', signFill(16)),
  x86('CDQ', 'CDQ', '99', signFill(32)),
  x86('CQO', 'CQO', 'REX.W + 99', signFill(64)),

  x86('MOVNTIL', 'MOVNTI m32, r32', 'NP 0F C3 /r', movnti),
  x86('MOVNTIQ', 'MOVNTI m64, r64', 'NP REX.W + 0F C3 /r', movnti),
];
