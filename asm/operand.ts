/**
 * One operand, a function per rule.
 *
 *   operand    = [ '$' | '*' ] ( symbol | register | '[' register '-' register ']' | string | float | memory )
 *   symbol     = name [ '<' [ abi ] '>' ] [ ('+'|'-') expression ] [ '(' ('SB'|'FP'|'SP'|'PC') ')' ]
 *   memory     = [ expression ] [ '(' register [ '*' scale ] ')' [ '(' register [ '*' scale ] ')' ] ]
 *   expression = term { ('+' | '-' | '|' | '^') term }
 *   term       = factor { ('*' | '/' | '%' | '<<' | '>>' | '&') factor }
 *   factor     = int | char | ('+' | '-' | '~') factor | '(' expression ')'
 *
 * Integers are unsigned 64-bit while they are computed, as in Go's assembler, and signed once they are operands.
 *
 * `x-8(SP)` and `8(SP)` differ: with a name SP is the pseudo-register of the frame's locals, without one the
 * hardware register. FP and SB always need a name, so that a reader (and vet) knows what is meant.
 */
import type { Position } from './diag.js';
import { show } from './expand.js';
import { unquote, type Token } from './scan.js';
import type { Arg, MemArg, Pseudo, SymbolName } from './syntax.js';

export interface OperandRules {
  /** Hardware registers; SP is one of them where the hardware has it. */
  isRegister(name: string): boolean;
  /** An index register must say its scale, also 1. */
  readonly scaleNeeded: boolean;
  /** The package's path, put before symbols that start with a dot. */
  readonly pkgpath: string;
}

/** A statement is wrong; an empty message means that it was said before. */
export class SyntaxFault extends Error {
  constructor(
    readonly at: Position,
    message: string,
  ) {
    super(message);
  }
}

/** Parentheses and signs nest to here; the parser is recursive. */
const mostNesting = 200;

const pseudoRegisters = ['SB', 'FP', 'PC'];
const u64 = (v: bigint): bigint => BigInt.asUintN(64, v);
const s64 = (v: bigint): bigint => BigInt.asIntN(64, v);
const negative = (v: bigint): boolean => s64(v) < 0n;

export class Operand {
  private index = 0;
  private depth = 0;
  /** The symbol had <ABIInternal>. */
  abiInternal = false;

  /** `tokens` are those between two commas, at least one. `jump`: bare names are labels. */
  constructor(
    private readonly tokens: readonly Token[],
    private readonly rules: OperandRules,
    private readonly jump: boolean,
  ) {}

  /** The operand; nothing may follow it. */
  whole(): Arg {
    const arg = this.operand();
    this.expectEnd();
    return arg;
  }

  /** An expression, signed; nothing may follow it. */
  onlyExpression(): bigint {
    const value = s64(this.expression());
    this.expectEnd();
    return value;
  }

  private expectEnd(): void {
    const t = this.tokens[this.index];
    if (t) this.fail(t, `unexpected ${show(t)} after the operand`);
  }

  private get last(): Token {
    return this.tokens[this.tokens.length - 1]!;
  }

  private at(text: string, ahead = 0): boolean {
    const t = this.tokens[this.index + ahead];
    return t?.kind === 'punct' && t.text === text;
  }

  private take(text: string): boolean {
    if (!this.at(text)) return false;
    this.index++;
    return true;
  }

  private need(text: string): void {
    if (this.take(text)) return;
    const t = this.tokens[this.index];
    this.fail(t ?? this.last, `expected ${text}, found ${t ? show(t) : 'the end of the operand'}`);
  }

  private fail(t: Token, message: string): never {
    throw new SyntaxFault(t.at, message);
  }

  /** From the first token to the last one read, where they are on one line. */
  private span(first: Token): Position {
    const last = this.tokens[this.index - 1] ?? first;
    const { at } = first;
    const length = last.at.line === at.line && last.at.file === at.file && last.at.col >= at.col ? last.at.col + last.at.length - at.col : at.length;
    return { ...at, length };
  }

  private operand(): Arg {
    const first = this.tokens[0]!;
    const address = this.take('$');
    const indirect = !address && this.take('*');
    const t = this.tokens[this.index];
    if (!t) return this.fail(first, `missing operand after ${show(first)}`);
    if (t.kind === 'ident') return this.isRegisterName(t.text) ? this.register(first, address || indirect) : this.symbol(first, address, indirect);
    if (t.kind === 'string') return this.string(first, address);
    if (this.at('[')) return this.registerList(first, address || indirect);
    if (this.tokens.some((x) => x.kind === 'float')) return this.float(first, address);
    return this.memory(first, address, indirect);
  }

  private isRegisterName(name: string): boolean {
    return this.rules.isRegister(name) || pseudoRegisters.includes(name);
  }

  private register(first: Token, prefixed: boolean): Arg {
    const t = this.tokens[this.index++]!;
    if (prefixed) this.fail(first, `${first.text} cannot stand before register ${t.text}`);
    if (!this.rules.isRegister(t.text)) this.fail(t, `${t.text} is a pseudo-register: write name(${t.text})`);
    return { kind: 'reg', reg: t.text, at: this.span(first) };
  }

  /** '[' register '-' register ']' */
  private registerList(first: Token, prefixed: boolean): Arg {
    if (prefixed) this.fail(first, `${first.text} cannot stand before a register list`);
    this.need('[');
    const from = this.registerName();
    this.need('-');
    const to = this.registerName();
    this.need(']');
    return { kind: 'regs', from, to, at: this.span(first) };
  }

  private registerName(): string {
    const t = this.tokens[this.index];
    if (t?.kind !== 'ident' || !this.isRegisterName(t.text)) return this.fail(t ?? this.last, `expected a register, found ${t ? show(t) : 'the end of the operand'}`);
    this.index++;
    return t.text;
  }

  private string(first: Token, address: boolean): Arg {
    const t = this.tokens[this.index++]!;
    if (!address) this.fail(first, 'a string constant is written $"text"');
    const value = unquote(t.text);
    if (typeof value === 'string') return this.fail(t, value);
    return { kind: 'string', bytes: value.bytes, at: this.span(first) };
  }

  private float(first: Token, address: boolean): Arg {
    if (!address) this.fail(first, 'a floating-point constant is written $number');
    const value = this.floatExpression();
    return { kind: 'float', value, at: this.span(first) };
  }

  /** float | ('+' | '-') float | '(' float ')' */
  private floatExpression(): number {
    return this.nested(() => {
      const t = this.tokens[this.index++];
      if (t?.kind === 'float') return this.floatValue(t);
      if (t?.kind === 'punct' && t.text === '+') return this.floatExpression();
      if (t?.kind === 'punct' && t.text === '-') return -this.floatExpression();
      if (t?.kind === 'punct' && t.text === '(') {
        const v = this.floatExpression();
        this.need(')');
        return v;
      }
      return this.fail(t ?? this.last, `expected a floating-point constant, found ${t ? show(t) : 'the end of the operand'}`);
    });
  }

  private floatValue(t: Token): number {
    const text = t.text.replace(/_/g, '');
    const hex = /^0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/.exec(text);
    const value = hex ? Number(BigInt(`0x${hex[1]}${hex[2]}`)) * 2 ** (Number(hex[3]) - 4 * hex[2]!.length) : Number(text);
    if (!Number.isFinite(value)) this.fail(t, `bad floating-point constant ${t.text}`);
    return value;
  }

  private symbol(first: Token, address: boolean, indirect: boolean): Arg {
    const symbol = this.symbolName();
    const signed = this.at('+') || this.at('-');
    const offset = signed ? s64(this.expression()) : 0n;
    if (this.index >= this.tokens.length) {
      if (this.jump && !address && !indirect && !symbol.local) return { kind: 'label', name: symbol.name, offset, at: this.span(first) };
      return this.fail(first, `symbol ${symbol.name} needs (SB), (FP) or (SP) after it`);
    }
    this.need('(');
    const t = this.tokens[this.index++];
    const reg = t?.text ?? '';
    if (reg === 'PC') {
      // The name is a comment: what counts is the number of instructions.
      this.need(')');
      if (address || indirect) this.fail(first, `${first.text} cannot stand before an (PC) operand`);
      return { kind: 'pc', offset, at: this.span(first) };
    }
    if (reg !== 'SB' && reg !== 'FP' && reg !== 'SP') this.fail(t ?? this.last, `expected (SB), (FP) or (SP) after symbol ${symbol.name}, found ${t ? show(t) : 'the end of the operand'}`);
    this.need(')');
    const { index, scale } = this.at('(') ? this.indexed() : { index: undefined, scale: 1 };
    return { kind: 'mem', symbol, pseudo: reg as Pseudo, offset, base: undefined, index, scale, address, indirect, at: this.span(first) };
  }

  /** name [ '<' [ abi ] '>' ] */
  private symbolName(): SymbolName {
    const t = this.tokens[this.index++]!;
    const text = t.text.replace(/\u00b7/g, '.').replace(/\u2215/g, '/');
    const name = text.startsWith('.') ? this.rules.pkgpath + text : text;
    let local = false;
    if (this.take('<')) {
      const abi = this.tokens[this.index];
      if (abi?.kind === 'ident') {
        if (abi.text !== 'ABI0' && abi.text !== 'ABIInternal') this.fail(abi, `unknown ABI ${show(abi)}: there are ABI0 and ABIInternal`);
        this.abiInternal = abi.text === 'ABIInternal';
        this.index++;
      } else local = true;
      this.need('>');
    }
    return { name, local, at: t.at };
  }

  /** [ expression ] [ '(' ... ')' [ '(' ... ')' ] ] */
  private memory(first: Token, address: boolean, indirect: boolean): Arg {
    const offset = this.atRegisterParenthesis() ? 0n : s64(this.expression());
    if (!this.at('(')) {
      if (address) return { kind: 'imm', value: offset, at: this.span(first) };
      if (indirect) this.fail(first, '* cannot stand before a constant');
      return this.plainMemory(first, offset, undefined, undefined, 1, false, false);
    }
    this.index++;
    const nameToken = this.tokens[this.index]!;
    const reg = this.registerName();
    const scale = this.scale();
    this.need(')');
    if (reg === 'PC') {
      if (address || indirect || scale !== undefined) this.fail(first, 'an (PC) operand is written n(PC)');
      return { kind: 'pc', offset, at: this.span(first) };
    }
    if (!this.rules.isRegister(reg)) this.fail(nameToken, `${reg} needs a name before it: name+${offset}(${reg})`);
    if (scale !== undefined) return this.plainMemory(first, offset, undefined, reg, scale, address, indirect);
    if (!this.at('(')) return this.plainMemory(first, offset, reg, undefined, 1, address, indirect);
    const { index, scale: indexScale } = this.indexed();
    return this.plainMemory(first, offset, reg, index, indexScale, address, indirect);
  }

  private plainMemory(first: Token, offset: bigint, base: string | undefined, index: string | undefined, scale: number, address: boolean, indirect: boolean): MemArg {
    return { kind: 'mem', symbol: undefined, pseudo: undefined, offset, base, index, scale, address, indirect, at: this.span(first) };
  }

  private atRegisterParenthesis(): boolean {
    const t = this.tokens[this.index + 1];
    return this.at('(') && t?.kind === 'ident' && this.isRegisterName(t.text);
  }

  /** '(' register [ '*' scale ] ')' */
  private indexed(): { index: string; scale: number } {
    this.need('(');
    const t = this.tokens[this.index]!;
    const index = this.registerName();
    if (!this.rules.isRegister(index)) this.fail(t, `${index} cannot be an index register`);
    const scale = this.scale();
    if (scale === undefined && this.rules.scaleNeeded) this.fail(t, `index register ${index} needs a scale: (${index}*1)`);
    this.need(')');
    return { index, scale: scale ?? 1 };
  }

  private scale(): number | undefined {
    if (!this.take('*')) return undefined;
    const t = this.tokens[this.index++];
    if (!t || !/^[1248]$/.test(t.text)) this.fail(t ?? this.last, `scale must be 1, 2, 4 or 8, found ${t ? show(t) : 'the end of the operand'}`);
    return Number(t!.text);
  }

  private nested<T>(rule: () => T): T {
    if (++this.depth > mostNesting) this.fail(this.tokens[Math.min(this.index, this.tokens.length - 1)]!, `expression nests more than ${mostNesting} deep`);
    const v = rule();
    this.depth--;
    return v;
  }

  /** term { ('+' | '-' | '|' | '^') term }; unsigned 64-bit. */
  expression(): bigint {
    return this.nested(() => {
      let value = this.term();
      for (;;) {
        if (this.take('+')) value += this.term();
        else if (this.take('-')) value -= this.term();
        else if (this.take('|')) value |= this.term();
        else if (this.take('^')) value ^= this.term();
        else return value;
        value = u64(value);
      }
    });
  }

  /** factor { ('*' | '/' | '%' | '<<' | '>>' | '&') factor } */
  private term(): bigint {
    let value = this.factor();
    for (;;) {
      const op = this.tokens[this.index];
      if (this.take('*')) value *= this.factor();
      else if (this.take('&')) value &= this.factor();
      else if (this.take('/') || this.take('%')) value = this.divide(op!, value, this.factor());
      else if (this.take('<<')) value <<= this.count(op!, this.factor());
      else if (this.take('>>')) {
        if (negative(value)) this.fail(op!, 'right shift of a value with the high bit set');
        value >>= this.count(op!, this.factor());
      } else return value;
      value = u64(value);
    }
  }

  private divide(op: Token, value: bigint, by: bigint): bigint {
    if (negative(value)) this.fail(op, 'division of a value with the high bit set');
    if (by === 0n) this.fail(op, 'division by zero');
    return op.text === '/' ? value / by : value % by;
  }

  private count(op: Token, count: bigint): bigint {
    if (negative(count)) this.fail(op, 'negative shift count');
    return count > 64n ? 64n : count;
  }

  /** int | char | ('+' | '-' | '~') factor | '(' expression ')' */
  private factor(): bigint {
    return this.nested(() => {
      const t = this.tokens[this.index++];
      if (t?.kind === 'int') return this.integer(t);
      if (t?.kind === 'char') return this.character(t);
      if (t?.kind === 'punct' && t.text === '+') return this.factor();
      if (t?.kind === 'punct' && t.text === '-') return u64(-this.factor());
      if (t?.kind === 'punct' && t.text === '~') return u64(~this.factor());
      if (t?.kind === 'punct' && t.text === '(') {
        const v = this.expression();
        this.need(')');
        return v;
      }
      return this.fail(t ?? this.last, `expected a number, found ${t ? show(t) : 'the end of the operand'}`);
    });
  }

  private integer(t: Token): bigint {
    const digits = t.text.replace(/_/g, '');
    const octal = /^0[0-9]+$/.test(digits);
    if (octal && !/^[0-7]+$/.test(digits)) this.fail(t, `bad octal number ${t.text}`);
    const value = digits.length > 80 ? 1n << 64n : BigInt(octal ? `0o${digits}` : digits);
    if (value >= 1n << 64n) this.fail(t, `number ${show(t)} does not fit in 64 bits`);
    return value;
  }

  private character(t: Token): bigint {
    const value = unquote(t.text);
    if (typeof value === 'string') return this.fail(t, value);
    if (value.points.length !== 1) this.fail(t, `character constant ${show(t)} holds ${value.points.length} characters`);
    return BigInt(value.points[0]!);
  }
}
