/**
 * Statements, one function per rule. Operands and expressions are in operand.ts.
 *
 *   file      = { statement ( newline | ';' ) }
 *   statement = { ident ':' } [ word { '.' ident } [ operand { ',' operand } ] ]
 *   word      = TEXT | DATA | GLOBL | PCALIGN | FUNCDATA | PCDATA | instruction
 *
 * A statement with an error is reported once and left out; the rest of its line is skipped. Its labels stay, so
 * that jumps to them do not look wrong too.
 */
import type { Diagnostics, Position } from './diag.js';
import { show } from './expand.js';
import type { Token } from './scan.js';
import { Operand, SyntaxFault, type OperandRules } from './operand.js';
import { flag, type Arg, type Label, type MemArg, type Statement, type SymbolName, type TextStatement } from './syntax.js';

/** What the parser must know of an ISA. */
export interface ParseRules extends OperandRules {
  isInstruction(word: string): boolean;
  instructionNames(): Iterable<string>;
  /** A bare name in its operands is a label. */
  isJump(word: string): boolean;
}

const pseudoOps = ['TEXT', 'DATA', 'GLOBL', 'PCALIGN', 'FUNCDATA', 'PCDATA'];

/** Symbols and frames beyond this are refused; it also keeps offsets exact in a number. */
const mostBytes = 2 ** 31 - 1;

export function parse(tokens: readonly Token[], diagnostics: Diagnostics, rules: ParseRules): Statement[] {
  return new Parser(tokens, diagnostics, rules).file();
}

class Parser {
  private index = 0;
  private labels: Label[] = [];
  /** What is known of the TEXT that is being read. */
  private begun: TextStatement | undefined;
  private readonly statements: Statement[] = [];

  constructor(
    private readonly tokens: readonly Token[],
    private readonly diagnostics: Diagnostics,
    private readonly rules: ParseRules,
  ) {}

  file(): Statement[] {
    for (;;) {
      const t = this.peek();
      if (t.kind === 'eof') break;
      if (isEnd(t)) this.index++;
      else this.statement();
    }
    // Labels at the end of a function mark the place after its last instruction.
    this.flushLabels();
    return this.statements;
  }

  private peek(): Token {
    return this.tokens[Math.min(this.index, this.tokens.length - 1)]!;
  }

  private fail(t: Token | Position, message: string): never {
    throw new SyntaxFault('at' in t ? t.at : t, message);
  }

  private statement(): void {
    try {
      this.labelled();
    } catch (e) {
      if (!(e instanceof SyntaxFault)) throw e;
      if (e.message !== '') this.diagnostics.error(e.at, e.message);
      if (this.begun) this.begin(this.begun);
      while (!isEnd(this.peek())) this.index++;
    }
  }

  /** statement = { ident ':' } [ word ... ] */
  private labelled(): void {
    for (;;) {
      const word = this.peek();
      if (isEnd(word)) return;
      if (word.kind !== 'ident') this.fail(word, word.text === '' ? '' : `expected an instruction or a label, found ${show(word)}`);
      this.index++;
      const next = this.peek();
      if (next.kind !== 'punct' || next.text !== ':') return this.operation(word);
      this.index++;
      this.labels.push({ name: word.text, at: word.at });
    }
  }

  /** word { '.' ident } [ operand { ',' operand } ] */
  private operation(word: Token): void {
    if (word.text === 'TEXT') this.begun = { kind: 'text', symbol: { name: 'this function', local: true, at: word.at }, named: false, abiInternal: false, flags: flag.NOSPLIT, frame: 0, args: undefined, at: word.at };
    const suffixes: string[] = [];
    while (this.peek().kind === 'punct' && this.peek().text === '.') {
      this.index++;
      const suffix = this.peek();
      if (suffix.kind !== 'ident') this.fail(suffix, `expected a suffix after '.', found ${show(suffix)}`);
      suffixes.push(suffix.text);
      this.index++;
    }
    const operands = this.operands();
    if (suffixes.length > 0 && pseudoOps.includes(word.text)) this.fail(word, `${word.text} takes no suffix`);
    switch (word.text) {
      case 'TEXT':
        return this.text(word, operands);
      case 'DATA':
        return this.data(word, operands);
      case 'GLOBL':
        return this.globl(word, operands);
      case 'PCALIGN':
        return this.align(word, operands);
      case 'FUNCDATA':
      case 'PCDATA':
        return this.mark(word, operands);
      default:
        return this.instruction(word, suffixes, operands);
    }
  }

  /**
   * The token lists between commas up to the end of the statement. In `AX:DX`, the old spelling of a register
   * pair, the colon separates too and the two change places.
   */
  private operands(): Token[][] {
    const list: Token[][] = [];
    let current: Token[] = [];
    let nesting = 0;
    let colon = -1;
    const close = (end: Token): void => {
      if (current.length === 0 && (list.length > 0 || !isEnd(end))) this.fail(end, `missing operand before ${show(end)}`);
      if (current.length > 0) list.push(current);
      if (colon >= 0 && list.length === colon + 2) {
        [list[colon], list[colon + 1]] = [list[colon + 1]!, list[colon]!];
        colon = -1;
      }
      current = [];
    };
    for (; ; this.index++) {
      const t = this.peek();
      if (isEnd(t)) {
        close(t);
        return list;
      }
      if (t.kind === 'punct' && t.text === '') this.fail(t, ''); // already reported
      if (t.kind === 'punct' && nesting === 0 && (t.text === ',' || t.text === ':')) {
        if (t.text === ':' && colon >= 0) this.fail(t, "second ':' in one operand");
        if (t.text === ':') colon = list.length;
        close(t);
        continue;
      }
      if (t.text === '(' || t.text === '[') nesting++;
      if (t.text === ')' || t.text === ']') nesting--;
      current.push(t);
    }
  }

  private arg(tokens: readonly Token[], jump = false): Arg {
    return new Operand(tokens, this.rules, jump).whole();
  }

  private *words(): Iterable<string> {
    yield* pseudoOps;
    yield* this.rules.instructionNames();
  }

  private takeLabels(): readonly Label[] {
    const labels = this.labels;
    this.labels = [];
    return labels;
  }

  private flushLabels(): void {
    const first = this.labels[0];
    if (first) this.statements.push({ kind: 'mark', labels: this.takeLabels(), at: first.at });
  }

  private instruction(word: Token, suffixes: readonly string[], operands: readonly Token[][]): void {
    if (!this.rules.isInstruction(word.text)) {
      this.fail(word, `unknown instruction ${show(word)}${this.diagnostics.didYouMean(word.text.toUpperCase(), this.words())}`);
    }
    const jump = this.rules.isJump(word.text);
    const args = operands.map((o) => this.arg(o, jump));
    this.statements.push({ kind: 'inst', mnemonic: word.text, suffixes, args, labels: this.takeLabels(), at: word.at });
  }

  /** TEXT sym(SB) [ ',' flags ] ',' '$' frame [ '-' args ] */
  private text(word: Token, operands: readonly Token[][]): void {
    if (operands.length !== 2 && operands.length !== 3) this.fail(word, 'TEXT takes a symbol, optional flags and a frame size: TEXT name(SB), FLAGS, $frame-args');
    const { symbol, abiInternal } = this.symbol('TEXT', operands[0]!, false);
    this.begun = { ...this.begun!, symbol, named: true, at: symbol.at };
    const flags = operands.length === 3 ? this.flags('TEXT', operands[1]!) : 0;
    const { frame, args } = this.frame(operands[operands.length - 1]!);
    if (abiInternal && (flags & flag.NOSPLIT) === 0) this.fail(word, `TEXT ${symbol.name}: an ABIInternal function must be NOSPLIT`);
    this.begin({ ...this.begun, abiInternal, flags, frame, args });
  }

  private begin(text: TextStatement): void {
    this.flushLabels(); // they belong to the function before
    this.begun = undefined;
    this.statements.push(text);
  }

  /** frame = '$' [ '-' ] int [ '-' int ]: two numbers, not a subtraction. */
  private frame(tokens: readonly Token[]): { frame: number; args: number | undefined } {
    let i = 0;
    if (tokens[i]?.text !== '$') this.fail(tokens[i]!, 'a frame size is written $frame or $frame-args');
    i++;
    const negative = tokens[i]?.text === '-';
    if (negative) i++;
    const frame = this.size(tokens[i] ?? tokens[0]!);
    i++;
    let args: number | undefined;
    if (i < tokens.length) {
      if (tokens[i]!.text !== '-' || i + 2 !== tokens.length) this.fail(tokens[i]!, 'after the frame size only -args may stand, args a plain number');
      args = this.size(tokens[i + 1]!);
    }
    return { frame: negative ? -frame : frame, args };
  }

  private size(t: Token): number {
    if (t.kind !== 'int') this.fail(t, `expected a plain number, found ${show(t)}`);
    const value = new Operand([t], this.rules, false).expression();
    if (value > BigInt(mostBytes)) this.fail(t, `${t.text} is too large`);
    return Number(value);
  }

  /** DATA sym±off(SB) '/' width ',' value */
  private data(word: Token, operands: readonly Token[][]): void {
    if (operands.length !== 2) this.fail(word, 'DATA takes an address and a value: DATA name+off(SB)/width, $value');
    const left = operands[0]!;
    const [slash, width] = left.slice(-2);
    if (left.length < 3 || slash!.text !== '/' || width!.kind !== 'int') this.fail(left[left.length - 1]!, 'the address of DATA ends in /width');
    const { symbol, offset } = this.symbol('DATA', left.slice(0, -2), true);
    if (offset < 0n || offset > BigInt(mostBytes)) this.fail(symbol.at, `DATA offset ${offset} is out of range`);
    const value = this.arg(operands[1]!);
    this.statements.push({ kind: 'data', symbol, offset: Number(offset), width: this.size(width!), value, at: symbol.at });
  }

  /** GLOBL sym(SB) [ ',' flags ] ',' '$' size */
  private globl(word: Token, operands: readonly Token[][]): void {
    if (operands.length !== 2 && operands.length !== 3) this.fail(word, 'GLOBL takes a symbol, optional flags and a size: GLOBL name(SB), FLAGS, $size');
    const { symbol } = this.symbol('GLOBL', operands[0]!, false);
    const flags = operands.length === 3 ? this.flags('GLOBL', operands[1]!) : 0;
    const size = this.arg(operands[operands.length - 1]!);
    if (size.kind !== 'imm') this.fail(size.at, 'the size of GLOBL is written $size');
    if (size.value < 0n || size.value > BigInt(mostBytes)) this.fail(size.at, `size ${size.value} is out of range`);
    this.statements.push({ kind: 'globl', symbol, flags, size: Number(size.value), at: symbol.at });
  }

  /** PCALIGN '$' power of two */
  private align(word: Token, operands: readonly Token[][]): void {
    const arg = operands.length === 1 ? this.arg(operands[0]!) : undefined;
    if (arg?.kind !== 'imm') return this.fail(arg?.at ?? word.at, 'PCALIGN takes one number: PCALIGN $16');
    const to = Number(arg.value);
    if (to < 8 || to > 2048 || (to & (to - 1)) !== 0) this.fail(arg.at, `alignment ${arg.value} is not a power of two from 8 to 2048`);
    this.statements.push({ kind: 'align', to, labels: this.takeLabels(), at: word.at });
  }

  /** FUNCDATA '$' n ',' sym(SB); PCDATA '$' table ',' '$' value */
  private mark(word: Token, operands: readonly Token[][]): void {
    if (operands.length !== 2) this.fail(word, `${word.text} takes two operands`);
    const key = this.arg(operands[0]!);
    if (key.kind !== 'imm') this.fail(key.at, `the first operand of ${word.text} is written $number`);
    if (word.text === 'FUNCDATA') this.symbol('FUNCDATA', operands[1]!, true);
    else {
      const value = this.arg(operands[1]!);
      if (value.kind !== 'imm') this.fail(value.at, 'the second operand of PCDATA is written $number');
    }
    this.statements.push({ kind: 'mark', labels: this.takeLabels(), at: word.at });
  }

  private flags(what: string, tokens: readonly Token[]): number {
    const t = tokens[0]!;
    if (t.kind === 'ident') this.fail(t, `unknown flag ${show(t)}: flags of ${what} are numbers, their names come from #include "textflag.h"`);
    const value = new Operand(tokens, this.rules, false).onlyExpression();
    if (value < 0n || value > 0xffffn) this.fail(t, `flags ${value} are out of range`);
    return Number(value);
  }

  /** sym(SB), with an offset where one is allowed. */
  private symbol(what: string, tokens: readonly Token[], offsetAllowed: boolean): { symbol: SymbolName; offset: bigint; abiInternal: boolean } {
    const operand = new Operand(tokens, this.rules, false);
    const arg: Arg = operand.whole();
    const plain = (a: MemArg): boolean => a.pseudo === 'SB' && a.index === undefined && !a.address && !a.indirect;
    if (arg.kind !== 'mem' || !plain(arg) || !arg.symbol) return this.fail(arg.at, `the symbol of ${what} is written name(SB)`);
    if (!offsetAllowed && arg.offset !== 0n) this.fail(arg.at, `the symbol of ${what} takes no offset`);
    return { symbol: arg.symbol, offset: arg.offset, abiInternal: operand.abiInternal };
  }
}

function isEnd(t: Token): boolean {
  return t.kind === 'newline' || t.kind === 'eof' || (t.kind === 'punct' && t.text === ';');
}
