/** The microarchitectures by name, and which forms of a table are priced by their class alone. */
import type { Insn } from '../../isa/row.js';
import { neoverseN1 } from './neoverseN1.js';
import { skylake } from './skylake.js';
import { unit } from './unit.js';
import type { Uarch } from './uarch.js';

export const uarches: readonly Uarch[] = [unit, skylake, neoverseN1];

/** The microarchitecture called `name`, or undefined. */
export const uarchOf = (name: string): Uarch | undefined => uarches.find((u) => u.name === name);

/** Of the instructions given, the forms that only their class prices, each once and in their order. */
export function fallbackForms(uarch: Uarch, insns: Iterable<Insn>): string[] {
  const forms = new Set<string>();
  for (const insn of insns) if (uarch.price(insn).fallback) forms.add(`${insn.row.form} (${insn.row.cls})`);
  return [...forms];
}
