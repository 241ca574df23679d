/**
 * What the parser makes of a file: statements and their operands, close to the source and the same for every ISA.
 * Registers are still names; which names are registers the ISA's file says.
 */
import type { Position } from './diag.js';

/** A symbol as written. `·` and `∕` are already the dot and slash they stand for, a leading dot has its package. */
export interface SymbolName {
  readonly name: string;
  /** `sym<>`: known in this file only. */
  readonly local: boolean;
  readonly at: Position;
}

/** What an offset counts from: the symbol, the first argument, the frame's locals. */
export type Pseudo = 'SB' | 'FP' | 'SP';

/**
 * `sym±offset(SB)`, `name±offset(FP)`, `name±offset(SP)`, `offset(base)(index*scale)`, a bare `offset`; with
 * `address` the same behind a `$`, with `indirect` behind a `*`.
 */
export interface MemArg {
  readonly kind: 'mem';
  readonly symbol: SymbolName | undefined;
  readonly pseudo: Pseudo | undefined;
  /** Signed 64-bit. */
  readonly offset: bigint;
  readonly base: string | undefined;
  readonly index: string | undefined;
  readonly scale: number;
  /** arm64: what happens to the index before it is added. */
  readonly extension?: IndexExtension;
  readonly address: boolean;
  readonly indirect: boolean;
  readonly at: Position;
}

/** `R1.UXTW<<2`; LSL where the source has only `<<`. */
export interface IndexExtension {
  readonly how: string;
  readonly amount: number;
}

export type Arg =
  | MemArg
  | { readonly kind: 'reg'; readonly reg: string; readonly at: Position }
  /** `[Z0-Z3]`. */
  | { readonly kind: 'regs'; readonly from: string; readonly to: string; readonly at: Position }
  /** `$integer`; signed 64-bit. */
  | { readonly kind: 'imm'; readonly value: bigint; readonly at: Position }
  | { readonly kind: 'float'; readonly value: number; readonly at: Position }
  | { readonly kind: 'string'; readonly bytes: readonly number[]; readonly at: Position }
  /** A branch target: a label of this function. */
  | { readonly kind: 'label'; readonly name: string; readonly offset: bigint; readonly at: Position }
  /** `n(PC)`: n instructions on, the jump itself being 0. */
  | { readonly kind: 'pc'; readonly offset: bigint; readonly at: Position }
  // The rest is arm64's.
  /** `R1<<3` with LSL, `R1>>3` LSR, `R1->3` ASR, `R1@>3` ROR; `R1.UXTW<<2` with UXTW. */
  | { readonly kind: 'shifted'; readonly reg: string; readonly how: string; readonly amount: number; readonly at: Position }
  /** `V1.B16`, `V1.S[3]`; in a list all of it. */
  | { readonly kind: 'vectors'; readonly regs: readonly string[]; readonly list: boolean; readonly arrangement: string; readonly lane: number | undefined; readonly at: Position }
  /** `(R1, R2)`. */
  | { readonly kind: 'pair'; readonly first: string; readonly second: string; readonly at: Position }
  /** A condition, a kind of prefetch and the like. */
  | { readonly kind: 'name'; readonly name: string; readonly at: Position };

export interface Label {
  readonly name: string;
  readonly at: Position;
}

export interface InstStatement {
  readonly kind: 'inst';
  readonly mnemonic: string;
  /** `.Z`, `.BCST` and the like, without the dots. */
  readonly suffixes: readonly string[];
  readonly args: readonly Arg[];
  readonly labels: readonly Label[];
  readonly at: Position;
}

/** A line with an error begins a function all the same, with the name if that could be read, so that what follows does not look wrong too. */
export interface TextStatement {
  readonly kind: 'text';
  readonly symbol: SymbolName;
  /** False: `symbol` only stands for the name, which could not be read. */
  readonly named: boolean;
  readonly abiInternal: boolean;
  readonly flags: number;
  readonly frame: number;
  /** Undefined: not given. */
  readonly args: number | undefined;
  readonly at: Position;
}

export interface DataStatement {
  readonly kind: 'data';
  readonly symbol: SymbolName;
  readonly offset: number;
  readonly width: number;
  readonly value: Arg;
  readonly at: Position;
}

export interface GloblStatement {
  readonly kind: 'globl';
  readonly symbol: SymbolName;
  readonly flags: number;
  readonly size: number;
  readonly at: Position;
}

/** PCALIGN in the text of a function. FUNCDATA and PCDATA are checked and leave no statement. */
export interface AlignStatement {
  readonly kind: 'align';
  readonly to: number;
  readonly labels: readonly Label[];
  readonly at: Position;
}

/** FUNCDATA and PCDATA: they stand in the instruction count that `n(PC)` sees, and hold no bytes. */
export interface MarkStatement {
  readonly kind: 'mark';
  readonly labels: readonly Label[];
  readonly at: Position;
}

export type Statement = TextStatement | DataStatement | GloblStatement | InstStatement | AlignStatement | MarkStatement;

/** Flags of TEXT and GLOBL, with the values of Go's textflag.h. */
export const flag = {
  NOPROF: 1,
  DUPOK: 2,
  NOSPLIT: 4,
  RODATA: 8,
  NOPTR: 16,
  WRAPPER: 32,
  NEEDCTXT: 64,
  TLSBSS: 256,
  NOFRAME: 512,
  REFLECTMETHOD: 1024,
  TOPFRAME: 2048,
  ABIWRAPPER: 4096,
} as const;
