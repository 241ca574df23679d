/** Expressions as words: Go's tokens, gdb's registers with a dollar in front, and C's `->`. Go, "Lexical elements". */
import { fail } from './error.js';

export type Token =
  | { readonly kind: 'name' | 'register' | 'op'; readonly text: string; readonly at: number }
  | { readonly kind: 'int' | 'rune'; readonly value: bigint; readonly at: number }
  | { readonly kind: 'float'; readonly value: number; readonly at: number }
  | { readonly kind: 'string'; readonly bytes: Uint8Array; readonly at: number }
  | { readonly kind: 'end'; readonly at: number };

/** The longest first. */
const operators = ['->', '&^', '&&', '||', '==', '!=', '<=', '>=', '<<', '>>', '+', '-', '*', '/', '%', '&', '|', '^', '!', '<', '>', '(', ')', '[', ']', '{', '}', '.', ',', ':'];

const word = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const register = /\$[A-Za-z_]\w*/y;
const number = /0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*)?\.\d[\d_]*(?:[eE][-+]?\d+)?|\d[\d_]*(?:\.(?:[eE][-+]?\d+)?|[eE][-+]?\d+)|\d[\d_]*/y;

/** All tokens, the last of them `end`. Errors: ExprError. */
export function scan(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    while (/\s/.test(text[at] ?? '')) at++;
    if (at >= text.length) return [...tokens, { kind: 'end', at: text.length }];
    const c = text[at]!;
    if (c === '"' || c === '`' || c === "'") {
      const { bytes, end, value } = quotedAt(text, at);
      tokens.push(c === "'" ? { kind: 'rune', value, at } : { kind: 'string', bytes, at });
      at = end;
      continue;
    }
    const found = match(word, text, at) ?? match(register, text, at);
    if (found !== undefined) {
      tokens.push({ kind: found.startsWith('$') ? 'register' : 'name', text: found.startsWith('$') ? found.slice(1) : found, at });
      at += found.length;
      continue;
    }
    const digits = /[\d.]/.test(c) ? match(number, text, at) : undefined;
    if (digits !== undefined) {
      tokens.push(numberToken(digits, at));
      at += digits.length;
      continue;
    }
    const operator = operators.find((o) => text.startsWith(o, at));
    if (operator === undefined) fail(at, `${JSON.stringify(c)} belongs to no expression`);
    tokens.push({ kind: 'op', text: operator, at });
    at += operator.length;
  }
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function numberToken(text: string, at: number): Token {
  const plain = text.replace(/_/g, '');
  if (/^0[xX]./.test(plain) || !/[.eE]/.test(plain)) {
    const octal = /^0\d+$/.test(plain) ? `0o${plain.slice(1)}` : plain;
    try {
      return { kind: 'int', value: BigInt(octal), at };
    } catch {
      return fail(at, `${text} is no number`);
    }
  }
  return { kind: 'float', value: Number(plain), at };
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, "'": 39, '"': 34 };

/** A string, raw string or rune from its first quote on. */
function quotedAt(text: string, from: number): { readonly bytes: Uint8Array; readonly value: bigint; readonly end: number } {
  const quote = text[from]!;
  const bytes: number[] = [];
  let characters = 0;
  let value = 0n;
  let at = from + 1;
  const put = (code: number, raw = false): void => {
    characters++;
    value = BigInt(code);
    if (raw) bytes.push(code);
    else bytes.push(...new TextEncoder().encode(String.fromCodePoint(code)));
  };
  for (; text[at] !== quote; ) {
    const code = text.codePointAt(at);
    if (code === undefined) fail(from, `a quote ${quote} is not closed`);
    if (code !== 92 || quote === '`') {
      put(code);
      at += code > 0xffff ? 2 : 1;
      continue;
    }
    const rest = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/u.exec(text.slice(at));
    const [all, byte, short, long, octal, letter] = rest ?? [''];
    const plain = letter === undefined ? undefined : escapes[letter];
    const wide = short ?? long;
    if (all === '' || (letter !== undefined && plain === undefined) || (wide !== undefined && parseInt(wide, 16) > 0x10ffff)) fail(at, 'an escape of Go is expected behind \\');
    if (wide !== undefined) put(parseInt(wide, 16));
    else put(plain ?? (byte !== undefined ? parseInt(byte, 16) : parseInt(octal!, 8)), plain === undefined);
    at += all.length;
  }
  if (quote === "'" && characters !== 1) fail(from, 'a rune is one character');
  return { bytes: Uint8Array.from(bytes), value, end: at + 1 };
}
