/**
 * Text to tokens, by the lexical rules of Go with a few twists of the assembler: the middle dot and the
 * division slash are letters (they stand for the dot and slash of package paths), a newline is a token,
 * comments vanish (a block comment does not end a line), `<<` and `>>` are one token.
 *
 * A damaged token (unterminated string, bad escape) carries its error instead of reporting it: text under a
 * false #ifdef may be anything.
 */
import type { Position, SourceFile } from './diag.js';

export type TokenKind = 'ident' | 'int' | 'float' | 'char' | 'string' | 'punct' | 'newline' | 'eof';

export interface Token {
  readonly kind: TokenKind;
  /** As written; of a newline '\n', at the end ''. */
  readonly text: string;
  readonly at: Position;
  /** No space before it: tells `#define A(x)` from `#define A (x)`. */
  readonly glued: boolean;
  readonly error?: string;
}

const letter = /[\p{L}_\u00b7\u2215]/u;
const digit = /\p{Nd}/u;

/** Numbers as the Go specification has them; what follows glued to it (`12abc`) is taken in and rejected later. */
const number = /0[xX][0-9a-fA-F_]+(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]+)?|0[bBoO][0-9_]+|(?:[0-9][0-9_]*)?\.?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]+)?|[0-9][0-9_]*\.(?:[eE][+-]?[0-9_]+)?/y;
const integer = /^(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9][0-9_]*)$/;

const float = /^(?:0[xX][0-9a-fA-F_]*\.?[0-9a-fA-F_]*[pP][+-]?[0-9_]+|[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9_]+)?)$/;

/** No number needs more; the patterns above are slow on absurd ones. */
const longestNumber = 400;

export class Scanner {
  private index = 0;
  private line = 1;
  private lineStart = 0;

  constructor(readonly file: SourceFile) {}

  next(): Token {
    const { text } = this.file;
    const spaces = this.index;
    const damage = this.skipBlank();
    const start = this.index;
    const glued = start === spaces && start > 0;
    if (damage) return this.token('punct', damage.start, glued, 'comment is not terminated');
    if (start >= text.length) return this.token('eof', start, glued);
    const c = text[start]!;
    if (c === '\n') return this.newline(start, glued);
    if (isLetter(text, start)) return this.identifier(start, glued);
    if ((c >= '0' && c <= '9') || (c === '.' && /[0-9]/.test(text[start + 1] ?? ''))) return this.number(start, glued);
    if (c === '"' || c === "'") return this.quoted(start, glued, c);
    const two = text.slice(start, start + 2);
    this.index += two === '<<' || two === '>>' || two === '->' || two === '@>' ? 2 : runeLength(text, start);
    return this.token('punct', start, glued);
  }

  /** Skips spaces and comments; on an unterminated comment returns where it starts, at the end of the text. */
  private skipBlank(): { start: number } | undefined {
    const { text } = this.file;
    for (;;) {
      const c = text[this.index];
      if (c === ' ' || c === '\t' || c === '\r') this.index++;
      else if (c === '/' && text[this.index + 1] === '/') {
        const end = text.indexOf('\n', this.index);
        this.index = end < 0 ? text.length : end;
      } else if (c === '/' && text[this.index + 1] === '*') {
        const start = this.index;
        const end = text.indexOf('*/', start + 2);
        if (end < 0) {
          this.index = text.length;
          return { start };
        }
        this.index = end + 2;
        this.countLines(start, end);
      } else return undefined;
    }
  }

  private countLines(from: number, to: number): void {
    for (let i = this.file.text.indexOf('\n', from); i >= 0 && i < to; i = this.file.text.indexOf('\n', i + 1)) {
      this.line++;
      this.lineStart = i + 1;
    }
  }

  private newline(start: number, glued: boolean): Token {
    this.index++;
    const t = this.token('newline', start, glued);
    this.line++;
    this.lineStart = this.index;
    return t;
  }

  private identifier(start: number, glued: boolean): Token {
    const { text } = this.file;
    while (this.index < text.length && (isLetter(text, this.index) || digit.test(rune(text, this.index)))) this.index += runeLength(text, this.index);
    return this.token('ident', start, glued);
  }

  private number(start: number, glued: boolean): Token {
    const { text } = this.file;
    number.lastIndex = start;
    this.index = start + Math.max(1, number.exec(text)?.[0].length ?? 1);
    const body = text.slice(start, this.index);
    while (this.index < text.length && (isLetter(text, this.index) || digit.test(rune(text, this.index)))) this.index += runeLength(text, this.index);
    const whole = text.slice(start, this.index);
    if (whole.length > longestNumber) return this.token('int', start, glued, `number of ${whole.length} digits`);
    const known = integer.test(body) || float.test(body);
    if (whole !== body || !known || /_$|__/.test(body)) return this.token('int', start, glued, `bad number ${whole}`);
    return this.token(integer.test(body) ? 'int' : 'float', start, glued);
  }

  /** A string or character constant; it ends at its quote, an unterminated one at the end of the line. */
  private quoted(start: number, glued: boolean, quote: string): Token {
    const { text } = this.file;
    const kind = quote === '"' ? 'string' : 'char';
    for (this.index++; this.index < text.length && text[this.index] !== '\n'; this.index++) {
      if (text[this.index] === '\\' && this.index + 1 < text.length && text[this.index + 1] !== '\n') this.index++;
      else if (text[this.index] === quote) {
        this.index++;
        return this.token(kind, start, glued);
      }
    }
    return this.token(kind, start, glued, `${kind === 'string' ? 'string' : 'character constant'} is not terminated`);
  }

  private token(kind: TokenKind, start: number, glued: boolean, error?: string): Token {
    // The start of an unterminated comment may lie on an earlier line than the end of text: it is reported at its own line,
    // which the scanner has not left, since such a comment is never counted.
    const text = this.file.text.slice(start, error === 'comment is not terminated' ? start + 2 : this.index);
    const at = { file: this.file, line: this.line, col: start - this.lineStart + 1, length: Math.max(1, text.length) };
    return error === undefined ? { kind, text, at, glued } : { kind, text, at, glued, error };
  }
}

function rune(text: string, i: number): string {
  return String.fromCodePoint(text.codePointAt(i)!);
}

function runeLength(text: string, i: number): number {
  return text.codePointAt(i)! > 0xffff ? 2 : 1;
}

function isLetter(text: string, i: number): boolean {
  const c = text.charCodeAt(i);
  if (c < 0x80) return (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || c === 0x5f;
  return letter.test(rune(text, i));
}

/** UTF-8 of a text; a lone surrogate becomes U+FFFD. */
export function utf8(text: string): number[] {
  const out: number[] = [];
  for (const ch of text) pushRune(out, ch.codePointAt(0)!);
  return out;
}

function pushRune(out: number[], point: number): void {
  if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
  if (point < 0x80) out.push(point);
  else if (point < 0x800) out.push(0xc0 | (point >> 6), 0x80 | (point & 63));
  else if (point < 0x10000) out.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  else out.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
}

const simpleEscapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };

/**
 * The value of a string or character token: its bytes, and the code points they were made of (bytes of \x and
 * octal escapes count as one each). A text instead of a value says what is wrong.
 */
export function unquote(literal: string): { readonly bytes: number[]; readonly points: number[] } | string {
  const quote = literal[0]!;
  const bytes: number[] = [];
  const points: number[] = [];
  for (let i = 1; i < literal.length - 1; ) {
    const point = literal.codePointAt(i)!;
    if (literal[i] !== '\\') {
      pushRune(bytes, point);
      points.push(point);
      i += point > 0xffff ? 2 : 1;
      continue;
    }
    const kind = literal[i + 1]!;
    const simple = kind === quote ? quote.charCodeAt(0) : simpleEscapes[kind];
    const digits = kind === 'x' ? 2 : kind === 'u' ? 4 : kind === 'U' ? 8 : 0;
    const body = digits > 0 ? literal.slice(i + 2, i + 2 + digits) : literal.slice(i + 1, i + 4);
    if (simple !== undefined) {
      bytes.push(simple);
      points.push(simple);
      i += 2;
    } else if (digits > 0 && body.length === digits && /^[0-9a-fA-F]+$/.test(body)) {
      const value = parseInt(body, 16);
      if (digits > 2 && (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))) return `escape \\${kind}${body} is not a character`;
      if (digits === 2) bytes.push(value);
      else pushRune(bytes, value);
      points.push(value);
      i += 2 + digits;
    } else if (/^[0-3][0-7]{2}$/.test(body)) {
      bytes.push(parseInt(body, 8));
      points.push(parseInt(body, 8));
      i += 4;
    } else return `unknown escape \\${kind}`;
  }
  return { bytes, points };
}
