/**
 * The Row: one record per instruction form, in the manual's own notation. The decoder, the encoder, both
 * printers, the lifter, the micro-op kinds of the interpreter, the prices and the generated tests derive from it.
 */
import type { IrBuilder, ConstRef, SlotRef } from './ir.js';

/**
 * A register operand. `slot` is where its bits live in the core context, -1 for files without a fixed cell (st,
 * seg, cr and the like): of those the index belongs to the operand's shape, and lifts may read it.
 */
export interface RegOperand {
  readonly kind: 'reg';
  /** x86: gpr, xmm, ymm, zmm, mmx, st, seg, mask, cr, dr, bnd. arm64: gpr, sp and zr (both number 31), v. */
  readonly file: string;
  readonly index: number;
  readonly bits: number;
  readonly high?: boolean; // AH, CH, DH, BH: index is that of the parent (0..3)
  readonly lane?: number; // arm64 Vn.S[2]: which element; part of the operand's shape
  readonly slot: SlotRef;
}

/**
 * An immediate, sign-extended to the width of the operation that reads it (as a signed bigint). Eight bits beside a
 * vector register choose lanes and the like: they belong to the operand's shape, are never holes, and lifts read them.
 */
export interface ImmOperand {
  readonly kind: 'imm';
  readonly value: ConstRef;
  readonly bits: number; // as encoded
  /** Part of the operand's shape, never a hole: conditions, lane shifts and the like of arm64. */
  readonly fixed?: boolean;
  /** arm64: this is the amount by which the register before it is shifted or, once extended, shifted left. */
  readonly shift?: Shift;
}

/** How arm64 changes a register operand before use. */
export type Shift = 'lsl' | 'lsr' | 'asr' | 'ror' | 'uxtb' | 'uxth' | 'uxtw' | 'uxtx' | 'sxtb' | 'sxth' | 'sxtw' | 'sxtx';

/**
 * A memory operand: seg + base + index * scale + disp. `base` and `index` are context slots of the address
 * registers (undefined: absent). rip-relative operands arrive resolved: base undefined, disp the absolute
 * address, `rip` true for printers.
 */
export interface MemOperand {
  readonly kind: 'mem';
  readonly bits: number; // access width; 0 when the instruction does not access (LEA, prefetch)
  readonly base: RegOperand | undefined;
  readonly index: RegOperand | undefined;
  readonly scale: 1 | 2 | 4 | 8 | 16; // 16 on arm64 only
  /** In a template with an index, log2(scale) as a Param; undefined when scale is a known number. */
  readonly scaleShift?: ConstRef;
  readonly disp: ConstRef; // sign-extended
  readonly seg: 'fs' | 'gs' | 'cs' | 'ds' | 'es' | 'ss' | undefined; // as encoded by prefix
  readonly rip: boolean;
  readonly addr32: boolean; // 0x67: address arithmetic wraps at 32 bits
  /** arm64: how the index is extended before it is scaled; absent: all 64 bits of it. */
  readonly extend?: Shift;
  /** arm64: a byte access names a shift by nothing, which is encoded. */
  readonly shifted?: boolean;
  /** arm64: the base is moved by the displacement (post: or by the index) before or after the access. */
  readonly mode?: 'pre' | 'post';
}

/** A branch target: the absolute address, or in a template a link Param. */
export interface RelOperand {
  readonly kind: 'rel';
  readonly target: ConstRef;
  readonly bits: number;
}

export type Operand = RegOperand | ImmOperand | MemOperand | RelOperand;

/** One decoded instruction. `ops` in the manual's order, implicit ones left out unless the form spells them. */
export interface Insn {
  readonly row: Row;
  readonly ops: readonly Operand[];
  readonly pc: number;
  readonly length: number;
  /** Address of the following instruction; a Param in templates whose unit needs it (CALL, SYSCALL). */
  readonly next: ConstRef;
  /** Address of this instruction, where its unit needs it (REP forms branch back to themselves): BigInt(pc), or a Param in templates. */
  readonly here: ConstRef;
  readonly lock: boolean;
  readonly rep: 'rep' | 'repne' | undefined; // F3 and F2 where they are not part of the opcode
  /** The raw bytes, for printers; empty in templates. */
  readonly bytes: Uint8Array;
}

export type Lift = (b: IrBuilder, insn: Insn) => void;

export interface Row {
  readonly id: number; // position in its ISA's table
  readonly isa: 'amd64' | 'arm64';
  /** Go assembler's mnemonic: ADDQ, MOVBQZX, JLS. */
  readonly mnemonic: string;
  /** The manual's instruction column: `ADD r/m64, imm8`. */
  readonly form: string;
  /** The manual's opcode column (x86) or the encoding diagram (arm64). */
  readonly encoding: string;
  /** Per explicit operand: r, w, rw, or n (address only). `r8` style suffixes are not used. */
  readonly access: string;
  /**
   * What the form does not spell: registers with their access (`RAX:rw RDX:w`), and memory as base and displacement
   * with its access (`[RSP-8]:w`; 64 bits unless `/16` and the like follow the bracket).
   */
  readonly implicit: string;
  /** Flags: letters written; then r=letters read; u=letters left undefined. `oszpc u=a`, `oszapc r=c`, `r=z`. */
  readonly flags: string;
  /** Scheduling class, priced by machine/uarch. */
  readonly cls: string;
  /** CPUID or HWCAP name that must be advertised; undefined is baseline. */
  readonly feature: string | undefined;
  /** LOCK allowed. */
  readonly lock: boolean;
  /** Why a block ends here: it branches, traps, or reads the clock. */
  readonly ends: boolean;
  /** Undefined: decoded for length and text only; executing it stops by name. */
  readonly lift: Lift | undefined;
  /** Mnemonic of the GNU assembler when it is not the form's, lower-cased. */
  readonly gnu: string | undefined;
}

/** What a row may say beyond its columns; the rest has the defaults of `draft`. */
export interface RowSpec {
  readonly access?: string;
  readonly implicit?: string;
  readonly flags?: string;
  readonly cls?: string;
  readonly feature?: string;
  readonly lock?: boolean;
  readonly ends?: boolean;
  readonly lift?: Lift;
  readonly gnu?: string;
}

/** A row without its id, which the table of its ISA assigns by position. */
export type RowDraft = Omit<Row, 'id'>;

/**
 * The row of a draft. Written out, so that all rows are alike to V8: a copy by spreading makes a shape of its own in code that has hardly run, and
 * with hundreds of shapes every look at a row is slow.
 */
export function numbered(d: RowDraft, id: number): Row {
  return {
    id, isa: d.isa, mnemonic: d.mnemonic, form: d.form, encoding: d.encoding, access: d.access, implicit: d.implicit, flags: d.flags, cls: d.cls,
    feature: d.feature, lock: d.lock, ends: d.ends, lift: d.lift, gnu: d.gnu,
  };
}

export function draft(isa: Row['isa'], mnemonic: string, form: string, encoding: string, spec: RowSpec): RowDraft {
  return {
    isa,
    mnemonic,
    form,
    encoding,
    access: spec.access ?? '',
    implicit: spec.implicit ?? '',
    flags: spec.flags ?? '',
    cls: spec.cls ?? 'alu',
    feature: spec.feature,
    lock: spec.lock ?? false,
    ends: spec.ends ?? false,
    lift: spec.lift,
    gnu: spec.gnu,
  };
}
