/** Which of its names an instruction is printed by: the first alias whose diagram and condition hold, else its row's own. */
import type { Insn, Operand } from '../row.js';
import { take } from './diagram.js';
import type { Form } from './form.js';
import type { Alias } from './notation.js';
import { aliasForms, formOf, type AliasForm } from './table.js';

export interface Spelling {
  readonly word: number;
  readonly form: Form;
  readonly ops: readonly Operand[];
  readonly alias: Alias | undefined;
}

const wordOf = (insn: Insn): number => {
  const [a, b, c, d] = insn.bytes;
  return (a! | (b! << 8) | (c! << 16) | (d! << 24)) >>> 0;
};

let byTop: Map<number, readonly AliasForm[]> | undefined;
const topBits = 8;
/** Aliases whose diagram may cover a word, by its top byte. */
function candidates(word: number): readonly AliasForm[] {
  byTop ??= new Map();
  const top = word >>> (32 - topBits);
  let list = byTop.get(top);
  if (!list) {
    const shift = 32 - topBits;
    list = aliasForms().filter(({ form }) => ((top << shift) & form.mask & (0xff << shift)) >>> 0 === (form.value & (0xff << shift)) >>> 0);
    byTop.set(top, list);
  }
  return list;
}

/** The preferred alias that covers the instruction, of those that are `wanted`, or its own form. */
export function spelling(insn: Insn, wanted?: (alias: Alias) => boolean): Spelling {
  const word = wordOf(insn);
  for (const { alias, form } of candidates(word)) {
    if ((word & form.mask) >>> 0 !== form.value || (wanted && !wanted(alias))) continue;
    const field = (name: string): number => {
      const f = form.fields.get(name);
      if (!f) throw new Error(`${alias.form}: no field ${name}`);
      return take(word, f);
    };
    if (alias.when && !alias.when(field)) continue;
    const ops = form.operands.map((o) => o.read(word, insn.pc));
    if (ops.every((op): op is Operand => op !== undefined)) return { word, form, ops, alias };
  }
  return { word, form: formOf(insn.row), ops: insn.ops, alias: undefined };
}
