/**
 * What the executor and the kernel model ask of an instruction set, so that neither knows which one runs: decoding,
 * meaning, what of an instruction is a hole in a template, and how floats behave.
 */
import type { IrBuilder } from './ir.js';
import type { Insn } from './row.js';
import type { Env } from './soft/float.js';
import type { HelperState } from './soft/state.js';

/** What is advertised to the guest: names that rows have as `feature`. */
export interface Profile {
  readonly features: ReadonlySet<string>;
  /** Logical processors. */
  readonly cores: number;
}

/** Why bytes are no instruction: `truncated` more are needed to say; `invalid` undefined; `toolong` more than the ISA allows. */
export type DecodeFault = 'truncated' | 'invalid' | 'toolong';

export function isFault(d: Insn | DecodeFault): d is DecodeFault {
  return typeof d === 'string';
}

/** Where a hole's value is found: in which operand (of which instruction of a fused pair), and what of it. */
export interface Source {
  readonly part: number;
  readonly op: number;
  readonly what: 'reg' | 'base' | 'index' | 'shift' | 'disp' | 'imm' | 'target' | 'next' | 'here';
}

/** How instructions become templates: which of their parts are holes, and what is left as the form's shape. */
export interface Holes {
  /** What tells forms of one row apart: a small number where shapes fit in one (nearly always), else text. */
  key(insn: Insn): number | string;
  /** The shape of the operands, for names of kinds. */
  spell(insn: Insn): string;
  /** The instruction with holes made in `b`; `sources` gets where each hole's value is. */
  symbolise(b: IrBuilder, insn: Insn, part: number, sources: Source[]): Insn;
  /** The value for a hole: a slot, a shift or a small constant as number, a constant that needs 64 bits as bigint. */
  value(source: Source, insn: Insn): number | bigint;
}

export interface Isa {
  readonly arch: 'amd64' | 'arm64';
  readonly profile: Profile;
  /** Bytes of the longest instruction. */
  readonly maxBytes: number;
  /** Every instruction starts at a multiple of this. */
  readonly alignBytes: number;
  /** Bits 63..56 of a data address are a tag that translation ignores: bit 55 stands for them all. Arm ARM D8.8, TBI. */
  readonly tagsIgnored: boolean;
  /** The instruction at `offset` of `bytes`, which lies at `pc`. `keep`: with its bytes, for printers. */
  decode(bytes: Uint8Array, offset: number, pc: number, keep?: boolean): Insn | DecodeFault;
  /** What it means under the profile: its row's lift, or a trap. */
  lift(b: IrBuilder, insn: Insn): void;
  readonly holes: Holes;
  /** How floating-point operations round and which NaN they give, from the core's control register. */
  env(st: HelperState): Env;
}
