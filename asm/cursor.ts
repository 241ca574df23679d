/**
 * Tokens of an operand read one after the other, and the numbers among them:
 *
 *   expression = term { ('+' | '-' | '|' | '^') term }
 *   term       = factor { ('*' | '/' | '%' | '<<' | '>>' | '&') factor }
 *   factor     = int | char | ('+' | '-' | '~') factor | '(' expression ')'
 *
 * Integers are unsigned 64-bit while they are computed, as in Go's assembler.
 */
import type { Position } from './diag.js';
import { show } from './expand.js';
import { unquote, type Token } from './scan.js';

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

const u64 = (v: bigint): bigint => BigInt.asUintN(64, v);
export const s64 = (v: bigint): bigint => BigInt.asIntN(64, v);
const negative = (v: bigint): boolean => s64(v) < 0n;

export class Cursor {
  index = 0;
  private depth = 0;

  /** At least one token. */
  constructor(readonly tokens: readonly Token[]) {}

  /** The token `ahead` of the next one, or undefined past the end. */
  peek(ahead = 0): Token | undefined {
    return this.tokens[this.index + ahead];
  }

  expectEnd(): void {
    const t = this.tokens[this.index];
    if (t) this.fail(t, `unexpected ${show(t)} after the operand`);
  }

  get last(): Token {
    return this.tokens[this.tokens.length - 1]!;
  }

  at(text: string, ahead = 0): boolean {
    const t = this.tokens[this.index + ahead];
    return t?.kind === 'punct' && t.text === text;
  }

  take(text: string): boolean {
    if (!this.at(text)) return false;
    this.index++;
    return true;
  }

  need(text: string): void {
    if (this.take(text)) return;
    const t = this.tokens[this.index];
    this.fail(t ?? this.last, `expected ${text}, found ${t ? show(t) : 'the end of the operand'}`);
  }

  fail(t: Token, message: string): never {
    throw new SyntaxFault(t.at, message);
  }

  /** From the first token to the last one read, where they are on one line. */
  span(first: Token): Position {
    const last = this.tokens[this.index - 1] ?? first;
    const { at } = first;
    const length = last.at.line === at.line && last.at.file === at.file && last.at.col >= at.col ? last.at.col + last.at.length - at.col : at.length;
    return { ...at, length };
  }

  /** float | ('+' | '-') float | '(' float ')' */
  floatExpression(): number {
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
