/** Jcc, SETcc, CMOVcc: sixteen conditions each, in opcode order. SDM 2A and 2B. */
import type { Lift } from '../../row.js';
import { ccNames, cond, read, two, tyOf, write, type Cc } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';

/** Go's suffixes for the conditions 0..15. */
const goCc = ['OS', 'OC', 'CS', 'CC', 'EQ', 'NE', 'LS', 'HI', 'MI', 'PL', 'PS', 'PC', 'LT', 'GE', 'LE', 'GT'] as const;
/** The flags each condition reads. */
const reads: Record<string, string> = { o: 'o', b: 'c', e: 'z', be: 'cz', s: 's', p: 'p', l: 'so', le: 'zso' };
const flagsOf = (i: number): string => `r=${reads[ccNames[i & ~1]!]!}`;

const jump = (cc: Cc): Lift => (b, insn) => {
  const target = insn.ops[0]!;
  if (target.kind !== 'rel') throw new Error('Jcc without a target');
  b.branch(cond(b, cc), target.target, insn.next);
};

const set = (cc: Cc): Lift => (b, insn) => write(b, insn.ops[0]!, cond(b, cc), 8);

/** The source is always read, so a fault does not depend on the condition; 32 bits always clear the upper half. */
const move = (cc: Cc): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  const y = read(b, src);
  const x = read(b, dst);
  write(b, dst, b.op(`${tyOf(dst.bits)}.select`, y, x, cond(b, cc)));
};

const hex = (v: number): string => v.toString(16).toUpperCase().padStart(2, '0');
const upper = (cc: Cc): string => cc.toUpperCase();

export const condRows: readonly RowDraft[] = ccNames.flatMap((cc, i) => {
  const flags = flagsOf(i);
  const jcc: RowSpec = { access: 'r', flags, cls: 'jcc', ends: true, lift: jump(cc) };
  const cmov: RowSpec = { access: 'rw r', flags, cls: 'cmov', lift: move(cc) };
  return [
    x86(`J${goCc[i]!}`, `J${upper(cc)} rel8`, `${hex(0x70 + i)} cb`, jcc),
    x86(`J${goCc[i]!}`, `J${upper(cc)} rel32`, `0F ${hex(0x80 + i)} cd`, jcc),
    x86(`SET${goCc[i]!}`, `SET${upper(cc)} r/m8`, `0F ${hex(0x90 + i)} /r`, { access: 'w', flags, cls: 'setcc', lift: set(cc) }),
    x86(`CMOVW${goCc[i]!}`, `CMOV${upper(cc)} r16, r/m16`, `0F ${hex(0x40 + i)} /r`, cmov),
    x86(`CMOVL${goCc[i]!}`, `CMOV${upper(cc)} r32, r/m32`, `0F ${hex(0x40 + i)} /r`, cmov),
    x86(`CMOVQ${goCc[i]!}`, `CMOV${upper(cc)} r64, r/m64`, `REX.W + 0F ${hex(0x40 + i)} /r`, cmov),
  ];
});
