/** INC DEC NEG NOT TEST: one operand, or flags only. SDM 2A and 2B. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { alu, not, place, read, setKeepCarry, setLogic, setSub, two, tyOf } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';

/** dst = f(dst), then its flags. */
const unary = (f: (b: IrBuilder, w: number, x: Value) => { r: Value; flags(): void }): Lift => (b, insn) => {
  const dst = insn.ops[0]!;
  const d = place(b, dst);
  const { r, flags } = f(b, dst.bits, d.get());
  d.set(r);
  flags();
};

/** INC and DEC leave CF alone. */
const step = (name: 'add' | 'sub'): Lift =>
  unary((b, w, x) => {
    const one = b.const(tyOf(w), 1);
    const r = alu(b, w, name, x, one);
    return { r, flags: () => setKeepCarry(b, w, x, one, r, name === 'sub') };
  });
const neg = unary((b, w, x) => {
  const zero = b.const(tyOf(w), 0);
  const r = alu(b, w, 'sub', zero, x);
  return { r, flags: () => setSub(b, w, zero, x, r) };
});
const invert = unary((b, w, x) => ({ r: not(b, w, x), flags: () => {} }));

const test: RowSpec = {
  access: 'r r',
  flags: 'oszpc u=a',
  cls: 'alu',
  lift: (b, insn) => {
    const [dst, src] = two(insn);
    const w = dst.bits;
    const x = read(b, dst);
    setLogic(b, w, alu(b, w, 'and', x, read(b, src, w)));
  },
};

const widths = [['B', 8, ''], ['W', 16, ''], ['L', 32, ''], ['Q', 64, 'REX.W + ']] as const;
const one = (name: string, op8: string, op: string, flags: string, lift: Lift): RowDraft[] =>
  widths.map(([s, w, rex]) => x86(`${name}${s}`, `${name} r/m${w}`, w === 8 ? op8 : rex + op, { access: 'rw', flags, cls: 'alu', lock: true, lift }));

export const unaryRows: readonly RowDraft[] = [
  ...one('INC', 'FE /0', 'FF /0', 'oszap', step('add')),
  ...one('DEC', 'FE /1', 'FF /1', 'oszap', step('sub')),
  ...one('NOT', 'F6 /2', 'F7 /2', '', invert),
  ...one('NEG', 'F6 /3', 'F7 /3', 'oszapc', neg),
  x86('TESTB', 'TEST AL, imm8', 'A8 ib', test),
  x86('TESTW', 'TEST AX, imm16', 'A9 iw', test),
  x86('TESTL', 'TEST EAX, imm32', 'A9 id', test),
  x86('TESTQ', 'TEST RAX, imm32', 'REX.W + A9 id', test),
  x86('TESTB', 'TEST r/m8, imm8', 'F6 /0 ib', test),
  x86('TESTW', 'TEST r/m16, imm16', 'F7 /0 iw', test),
  x86('TESTL', 'TEST r/m32, imm32', 'F7 /0 id', test),
  x86('TESTQ', 'TEST r/m64, imm32', 'REX.W + F7 /0 id', test),
  x86('TESTB', 'TEST r/m8, r8', '84 /r', test),
  x86('TESTW', 'TEST r/m16, r16', '85 /r', test),
  x86('TESTL', 'TEST r/m32, r32', '85 /r', test),
  x86('TESTQ', 'TEST r/m64, r64', 'REX.W + 85 /r', test),
];
