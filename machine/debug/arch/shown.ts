/** A register as `info registers` shows it. `note`: what its value is looked up as. */
export interface Shown {
  readonly name: string;
  readonly cell: number;
  readonly bits: 32 | 64;
  readonly note: 'address' | 'pc' | 'goroutine' | 'none';
}

export const shown = (name: string, cell: number, note: Shown['note'] = 'none', bits: Shown['bits'] = 64): Shown => ({ name, cell, bits, note });
