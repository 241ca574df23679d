/**
 * Branches of arm64 in the ways they can be written. A conditional branch that does not reach goes over a B that does, as
 * Go's assembler has it: the branch to the second B, a B past it, the B to the target.
 */
import { encodeForm } from '../isa/arm64/encode.js';
import type { MemOperand, Operand } from '../isa/row.js';
import { W, X, bytesOf, value } from './arm64word.js';
import { formOfText, formsNamed, spelling } from './arm64.js';
import type { BranchForm } from './layout.js';

/** A branch but for its target. */
export interface BranchKind {
  readonly name: string;
  readonly register?: number | undefined;
  /** Of TBZ and TBNZ. */
  readonly bit?: number | undefined;
}

/** Names that take a place in the function, B and BL apart. */
export const isBranch = (name: string): boolean => /^(CBN?ZW?|TBN?Z|ADRP?|B(EQ|NE|HS|LO|CS|CC|MI|PL|VS|VC|HI|LS|GE|LT|GT|LE|AL|NV))$/.test(name);

/** Go's assembler keeps this far from the ends of a branch's reach. */
const slack = 10;

const within = (bits: number) => (distance: number): boolean => distance > slack - 2 ** (bits + 1) && distance < 2 ** (bits + 1) - slack;

function one(bits: number, word: (distance: number) => number): BranchForm {
  return { size: 4, reaches: within(bits), bytes: (distance) => bytesOf([word(distance)]) };
}

const rel = (distance: number): { kind: 'rel'; target: bigint; bits: 64 } => ({ kind: 'rel', target: BigInt(distance), bits: 64 });
const jumpWord = (name: 'B' | 'BL', distance: number): number => encodeForm(formOfText(`${name} label`), [rel(distance)], 0)!;

/** B or BL to a symbol, for the linker to fill in. */
export const callForm = (name: 'B' | 'BL'): number => jumpWord(name, 0);

export function branchForms(kind: BranchKind): BranchForm[] {
  const { name } = kind;
  if (name === 'B' || name === 'BL') return [{ ...one(26, (d) => jumpWord(name, d)), reaches: (d) => d >= -(2 ** 27) && d < 2 ** 27 }];
  if (name === 'ADR' || name === 'ADRP') return [addressForm(name, kind.register!)];
  const bits = name.startsWith('TB') ? 14 : 19;
  const word = (distance: number): number => conditionWord(kind, distance);
  const far: BranchForm = { size: 12, reaches: (d) => Math.abs(d) < 2 ** 27 - 16, bytes: (d) => bytesOf([word(8), jumpWord('B', 8), jumpWord('B', d - 8)]) };
  return [one(bits, word), far];
}

function conditionWord(kind: BranchKind, distance: number): number {
  const { name, register, bit } = kind;
  if (name.startsWith('TB')) return encodeForm(formOfText(`${name} ${bit! < 32 ? 'W' : 'X'}t, #bit${bit! < 32 ? 32 : 64}, label`), [(bit! < 32 ? W : X)(register!), value(bit!), rel(distance)], 0)!;
  if (name.startsWith('CB')) return encodeForm(formsNamed(name)[0]!, [(name.endsWith('W') ? W : X)(register!), rel(distance)], 0)!;
  return encodeForm(formsNamed(spelling(name))[0]!, [rel(distance)], 0)!;
}

/** What loads from a place of the function, `MOVD 5(PC), R1`, by the letter of the register; Go's assembler has only the literals that it makes. */
const literals: Readonly<Record<string, string>> = { MOVWU: 'LDR Wt', MOVD: 'LDR Xt', MOVW: 'LDRSW Xt', FMOVS: 'LDR St', FMOVD: 'LDR Dt', FMOVQ: 'LDR Qt', PRFM: 'PRFM #=prfop' };
export const loadsPlace = (name: string): boolean => name in literals;

/** A load of a register, or a prefetch of the kind `op`, from a place. */
export function literalForm(name: string, op: Operand): BranchForm | undefined {
  const form = formOfText(`${literals[name]!}, literal`);
  const word = (distance: number): number | undefined => encodeForm(form, [op, { ...place, disp: BigInt(distance) }], 0);
  return word(0) === undefined ? undefined : { size: 4, reaches: (d) => d >= -(2 ** 20) && d < 2 ** 20, bytes: (d) => bytesOf([word(d)!]) };
}
const place: MemOperand = { kind: 'mem', bits: 0, base: undefined, index: undefined, scale: 1, disp: 0n, seg: undefined, rip: true, addr32: false };

/** ADR: a place within a megabyte. ADRP: its page, for functions that start at one. */
function addressForm(name: 'ADR' | 'ADRP', register: number): BranchForm {
  const page = name === 'ADRP';
  const form = formOfText(page ? 'ADRP Xd, page' : 'ADR Xd, adr');
  return {
    size: 4,
    reaches: (d) => Math.abs(d) < 2 ** (page ? 32 : 20) - 4,
    bytes: (d) => bytesOf([encodeForm(form, [X(register), value(page ? BigInt.asIntN(64, BigInt(d) & ~0xfffn) : BigInt(d))], 0)!]),
  };
}
