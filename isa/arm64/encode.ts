/** Insn to word: a row and operands that fit its form. The choice of the row is the caller's: asm knows Go's mnemonics. */
import type { Operand, Row } from '../row.js';
import type { Form } from './form.js';
import { formOf } from './table.js';

/** The word, or undefined when an operand cannot stand in the row's form. `pc`: the address it is meant for. */
export function encodeRow(row: Row, ops: readonly Operand[], pc: number): number | undefined {
  return encodeForm(formOf(row), ops, pc);
}

/** The same for any form, an alias's too. */
export function encodeForm(form: Form, ops: readonly Operand[], pc: number): number | undefined {
  if (ops.length !== form.operands.length) return undefined;
  let word = form.fill;
  for (let i = 0; i < ops.length; i++) {
    const bits = form.operands[i]!.write(ops[i]!, pc);
    if (bits === undefined) return undefined;
    word |= bits;
  }
  return word >>> 0;
}
