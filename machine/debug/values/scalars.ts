/** Numbers and strings as Go writes them. */

/** Go's spellings of what has no digits. */
function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? undefined : value > 0 ? '+Inf' : '-Inf';
}

/** The shortest decimal that reads back as the same float of so many bytes. */
export function floatText(value: number, bytes = 8): string {
  const word = special(value);
  if (word !== undefined) return word;
  if (Object.is(value, -0)) return '-0';
  if (bytes !== 4) return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}

/** (1-2.5i) */
export function complexText(real: number, imaginary: number, bytes: number): string {
  const second = floatText(imaginary, bytes / 2);
  return `(${floatText(real, bytes / 2)}${/^[-+]/.test(second) ? '' : '+'}${second}i)`;
}

const short: Readonly<Record<number, string>> = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 34: '\\"', 92: '\\\\' };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of the character of UTF-8 that begins here; 1 for what is none. */
function characterBytes(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const count = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
  if (count === 1 || at + count > bytes.length) return 1;
  try {
    decoder.decode(bytes.subarray(at, at + count));
    return count;
  } catch {
    return 1;
  }
}

/** In quotes, with what cannot be shown escaped as in Go's source. `more`: bytes that are not here. */
export function quoted(bytes: Uint8Array, more = 0): string {
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const count = characterBytes(bytes, at);
    const first = bytes[at]!;
    if (count === 1) {
      out += short[first] ?? (first >= 32 && first < 127 ? String.fromCharCode(first) : `\\x${first.toString(16).padStart(2, '0')}`);
    } else {
      const text = decoder.decode(bytes.subarray(at, at + count));
      out += /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(text) ? text : `\\u${text.codePointAt(0)!.toString(16).padStart(4, '0')}`;
    }
    at += count;
  }
  return `"${out}"${more > 0 ? `...+${more} more` : ''}`;
}

export const hexText = (value: number | bigint): string => `0x${value.toString(16)}`;
