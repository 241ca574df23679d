/** SBFM UBFM BFM and their many names, EXTR. Arm ARM C6.2. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift } from '../../row.js';
import { alu, known, read, reg, tyOf, write } from '../lift.js';
import { a64, alias, type Alias, type FieldReader, type RowDraft } from '../notation.js';

/** imms >= immr: bits imms..immr go to the bottom; else the low imms + 1 bits go up to w - immr. */
function shape(insn: Insn, w: number): { from: number; to: number; length: number } {
  const r = known(insn, 2);
  const s = known(insn, 3);
  return s >= r ? { from: r, to: 0, length: s - r + 1 } : { from: 0, to: w - r, length: s + 1 };
}

/** The field alone: shifted up so that its top is the word's, then down by sign or zeros. */
const lift = (signed: boolean): Lift => (b: IrBuilder, insn: Insn): void => {
  const d = reg(insn, 0);
  const w = d.bits;
  const { from, to, length } = shape(insn, w);
  const at = (n: number): Value => b.const(tyOf(w), n);
  const up = alu(b, w, 'shl', read(b, reg(insn, 1), w), at(w - from - length));
  const down = alu(b, w, signed ? 'shr_s' : 'shr_u', up, at(w - length));
  write(b, d, alu(b, w, 'shl', down, at(to)));
};

const bfm: Lift = (b, insn) => {
  const d = reg(insn, 0);
  const w = d.bits;
  const { from, to, length } = shape(insn, w);
  const ones = ((1n << BigInt(length)) - 1n) << BigInt(to);
  const moved = alu(b, w, 'shl', alu(b, w, 'shr_u', read(b, reg(insn, 1), w), b.const(tyOf(w), from)), b.const(tyOf(w), to));
  const field = alu(b, w, 'and', moved, b.const(tyOf(w), ones));
  write(b, d, alu(b, w, 'or', alu(b, w, 'and', read(b, d, w), b.const(tyOf(w), ~ones)), field));
};

const extr: Lift = (b, insn) => {
  const w = reg(insn, 0).bits;
  const lsb = known(insn, 3);
  const low = alu(b, w, 'shr_u', read(b, reg(insn, 2), w), b.const(tyOf(w), lsb));
  if (lsb === 0) return write(b, reg(insn, 0), low);
  write(b, reg(insn, 0), alu(b, w, 'or', low, alu(b, w, 'shl', read(b, reg(insn, 1), w), b.const(tyOf(w), w - lsb))));
};

const widths = [['W', 32, '0', '0'], ['X', 64, '1', '1']] as const;
const goName = (name: string, w: number): string => (w === 64 ? name : name + 'W');
/** Of 32 bits, positions have five bits. */
const position = (name: string, w: number): string => (w === 64 ? `${name}:6` : `0 ${name}:5`);

export const bitfieldRows: readonly RowDraft[] = widths.flatMap(([R, w, sf, N]) => [
  a64(goName('SBFM', w), `SBFM ${R}d, ${R}n, #=immr, #=imms`, `${sf} 00 100110 ${N} ${position('immr', w)} ${position('imms', w)} Rn:5 Rd:5`, { access: 'w r r r', cls: 'bitfield', lift: lift(true) }),
  a64(goName('BFM', w), `BFM ${R}d, ${R}n, #=immr, #=imms`, `${sf} 01 100110 ${N} ${position('immr', w)} ${position('imms', w)} Rn:5 Rd:5`, { access: 'rw r r r', cls: 'bitfield', lift: bfm }),
  a64(goName('UBFM', w), `UBFM ${R}d, ${R}n, #=immr, #=imms`, `${sf} 10 100110 ${N} ${position('immr', w)} ${position('imms', w)} Rn:5 Rd:5`, { access: 'w r r r', cls: 'bitfield', lift: lift(false) }),
  a64(goName('EXTR', w), `EXTR ${R}d, ${R}n, ${R}m, #=imms`, `${sf} 00 100111 ${N} 0 Rm:5 ${position('imms', w)} Rn:5 Rd:5`, { access: 'w r r r', cls: 'bitfield', lift: extr }),
]);

/** The names in order of preference: shifts, extensions, insertions, extractions. */
export const bitfieldAliases: readonly Alias[] = widths.flatMap(([R, w, sf, N]) => {
  const r = position('immr', w);
  const s = position('imms', w);
  const top = '1'.repeat(6).slice(w === 64 ? 0 : 1);
  const zero = w === 64 ? '000000' : '0 00000';
  const S = w === 64 ? top : `0 ${top}`;
  const fixed = (imms: number): string => (w === 64 ? imms.toString(2).padStart(6, '0') : `0 ${imms.toString(2).padStart(5, '0')}`);
  const upward = (f: FieldReader): boolean => f('imms') < f('immr');
  const head = (opc: string): string => `${sf} ${opc} 100110 ${N}`;
  return [
    alias(goName('ASR', w), `ASR ${R}d, ${R}n, #immr`, `${head('00')} ${r} ${S} Rn:5 Rd:5`),
    alias(goName('LSR', w), `LSR ${R}d, ${R}n, #immr`, `${head('10')} ${r} ${S} Rn:5 Rd:5`),
    alias(goName('LSL', w), `LSL ${R}d, ${R}n, #lsl${w}`, `${head('10')} ${r} ${s} Rn:5 Rd:5`, (f) => f('imms') !== w - 1 && f('imms') + 1 === f('immr')),
    alias(goName('ROR', w), `ROR ${R}d, ${R}n, #imms`, `${sf} 00 100111 ${N} 0 Rm:5 ${s} Rn:5 Rd:5`, (f) => f('Rm') === f('Rn')),
    alias(goName('SXTB', w), `SXTB ${R}d, Wn`, `${head('00')} ${zero} ${fixed(7)} Rn:5 Rd:5`),
    alias(goName('SXTH', w), `SXTH ${R}d, Wn`, `${head('00')} ${zero} ${fixed(15)} Rn:5 Rd:5`),
    ...(w === 64 ? [alias('SXTW', `SXTW Xd, Wn`, `${head('00')} ${zero} ${fixed(31)} Rn:5 Rd:5`)] : []),
    ...(w === 32 ? [alias('UXTBW', `UXTB Wd, Wn`, `${head('10')} ${zero} ${fixed(7)} Rn:5 Rd:5`), alias('UXTHW', `UXTH Wd, Wn`, `${head('10')} ${zero} ${fixed(15)} Rn:5 Rd:5`)] : []),
    alias(goName('SBFIZ', w), `SBFIZ ${R}d, ${R}n, #insert${w}, #width`, `${head('00')} ${r} ${s} Rn:5 Rd:5`, upward),
    alias(goName('SBFX', w), `SBFX ${R}d, ${R}n, #immr, #extract`, `${head('00')} ${r} ${s} Rn:5 Rd:5`),
    alias(goName('BFC', w), `BFC ${R}d, #insert${w}, #width`, `${head('01')} ${r} ${s} 11111 Rd:5`, upward),
    alias(goName('BFI', w), `BFI ${R}d, ${R}n, #insert${w}, #width`, `${head('01')} ${r} ${s} Rn:5 Rd:5`, upward),
    alias(goName('BFXIL', w), `BFXIL ${R}d, ${R}n, #immr, #extract`, `${head('01')} ${r} ${s} Rn:5 Rd:5`),
    alias(goName('UBFIZ', w), `UBFIZ ${R}d, ${R}n, #insert${w}, #width`, `${head('10')} ${r} ${s} Rn:5 Rd:5`, upward),
    alias(goName('UBFX', w), `UBFX ${R}d, ${R}n, #immr, #extract`, `${head('10')} ${r} ${s} Rn:5 Rd:5`),
  ];
});
