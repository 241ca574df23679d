/** What the assembler asks of an instruction set; the rest of it is the same for all. */
import type { Diagnostics, Position } from './diag.js';
import type { CodeRules, Item } from './layout.js';
import type { LinkRules } from './link.js';
import type { OperandRules } from './operand.js';
import type { ParseRules } from './parse.js';
import type { BodyStatement } from './places.js';
import type { SymbolName, TextStatement } from './syntax.js';

/** Where read-only constants of instructions go. */
export interface Constants {
  constant(name: string, bytes: readonly number[], at: Position): SymbolName;
  /** What this file says of a data symbol. */
  known(symbol: SymbolName): { readonly size: number; readonly threadLocal: boolean } | undefined;
}

export interface Target extends CodeRules {
  /** Macros that are defined from the start. */
  readonly defines: Readonly<Record<string, string>>;
  parseRules(pkgpath: string): ParseRules & OperandRules;
  /** Statements of a function to items; errors are reported, and what is wrong is left out. */
  lowerFunction(text: TextStatement, body: readonly BodyStatement[], constants: Constants, diagnostics: Diagnostics): Item[];
  readonly link: LinkRules;
}
