/**
 * How Go's syntax writes a form's operands, for the assembler and the printer of that syntax: in which order, which two
 * registers stand together, which words of the form are operands. A pair counts as one operand.
 */
import type { Form, OperandForm } from './form.js';

/** By the manual's name; entry i is the place in Go's text of the manual's operand i. All others stand the other way round. */
const orders: readonly (readonly [RegExp, readonly number[] | 'same'])[] = [
  [/^STL?X[RP]/, [2, 0, 1]],
  [/^(LD(ADD|CLR|EOR|SET|SMAX|SMIN|UMAX|UMIN)|SWP|CAS)/, [0, 2, 1]],
  [/^ST|^CBN?Z$|^B$|^BLR?$|^BR$|^B\.|^DC$|^IC$|^SYS$/, 'same'],
  [/^TBN?Z$/, [1, 0, 2]],
  [/^F?CSEL$|^CS(INC|INV|NEG)$/, [3, 1, 2, 0]],
  [/^CCM[NP]$/, [1, 2, 3, 0]],
  [/^FCCMPE?$/, [2, 1, 3, 0]],
  [/^([SU]?M(ADD|SUB)L?|FN?M(ADD|SUB))$/, [3, 2, 0, 1]],
  [/^([SU]?BFM|BFI|BFXIL|[SU]BFIZ|[SU]BFX)$/, [3, 1, 0, 2]],
];

/** Places in Go's text of `count` operands of the manual's instruction `name`. */
export function goOrder(name: string, count: number): readonly number[] {
  const found = orders.find(([pattern]) => pattern.test(name))?.[1];
  if (found && found !== 'same' && found.length === count) return found;
  return Array.from({ length: count }, (_, i) => (found === 'same' ? i : count - 1 - i));
}

const pairNames = /^(LDN?P|STN?P|LDPSW|LDA?XP|STL?XP)$/;
/** Whether operands i and i + 1 are written as `(R1, R2)`. */
export function startsPair(form: Form, i: number): boolean {
  const [a, b] = [form.operands[i]?.text ?? '', form.operands[i + 1]?.text ?? ''];
  if (pairNames.test(form.name)) return /^[WXSDQ]t$/.test(a) && b === `${a}2`;
  return form.name.startsWith('CASP') && b === `${a}+1`;
}

/** Go's names of instructions whose scalars are F0 to F31; of others they are V0 to V31. */
export const namesFloats = (mnemonic: string): boolean => /^F|^[SU]CVTF/.test(mnemonic);

/** Operands that are written with the register before them: `R1<<3`, `R1.UXTW<<2`. */
export const modifies = (o: OperandForm | undefined): boolean => o?.text === 'shift' || o?.text === 'extend';

/** A word of the form that moves the constant before it up, filling with zeros or with ones. */
export function moveOfConstant(text: string | undefined): { readonly by: bigint; readonly ones: boolean } | undefined {
  const m = /^([LM])SL #(\d+)$/.exec(text ?? '');
  return m ? { by: BigInt(m[2]!), ones: m[1] === 'M' } : undefined;
}
