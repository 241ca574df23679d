/** What an arm64 instruction becomes: words, places in them for the linker, and a constant to be put near it. */
import { SyntaxFault } from './cursor.js';
import type { Position } from './diag.js';
import type { Fixup } from './object.js';
import type { Arg } from './syntax.js';

/** An instruction whose pseudo-registers FP and SP are already offsets from RSP. */
export interface Inst {
  readonly mnemonic: string;
  readonly suffixes: readonly string[];
  readonly args: readonly Arg[];
  readonly at: Position;
}

export interface Code {
  readonly words: readonly number[];
  readonly fixups: readonly Fixup[];
  /** The first word loads REGTMP with this constant from the function's literals. */
  readonly literal?: Literal;
}

export interface Literal {
  readonly value: bigint;
  readonly bytes: 4 | 8;
}

export const code = (...words: readonly number[]): Code => ({ words, fixups: [] });

export function fail(at: Position, message: string): never {
  throw new SyntaxFault(at, message);
}
