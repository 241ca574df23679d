/** How strace writes numbers, texts and sets of flags. */
import type { Call } from './call.js';
import { UserFault, latin1 } from './guest.js';

/** Bytes of a text that are shown. */
export const stringMax = 32;

/** What `decode` makes of memory; undefined where the memory cannot be looked at. */
export function attempt(decode: () => string | undefined): string | undefined {
  try {
    return decode();
  } catch (e) {
    if (e instanceof UserFault) return undefined;
    throw e;
  }
}

export function address(v: number): string {
  return v === 0 ? 'NULL' : `0x${v.toString(16)}`;
}

/** Text in C quotes, cut after `max` characters. */
export function quote(text: string, max = stringMax): string {
  const short = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\v': '\\v', '\f': '\\f', '"': '\\"', '\\': '\\\\' } as Record<string, string>;
  const shown = text.slice(0, max);
  let out = '';
  for (let i = 0; i < shown.length; i++) {
    const code = shown.charCodeAt(i);
    const digitNext = /[0-7]/.test(shown[i + 1] ?? '');
    out += short[shown[i]!] ?? (code >= 32 && code < 127 ? shown[i] : `\\${digitNext ? code.toString(8).padStart(3, '0') : code.toString(8)}`);
  }
  return `"${out}"${text.length > max ? '...' : ''}`;
}

export function bytesText(c: Call, va: number, count: number): string {
  const part = latin1(c.user.bytes(va, Math.min(count, stringMax)));
  return quote(part) + (count > stringMax ? '...' : '');
}

/** Bytes that are never text. */
export function hexText(c: Call, va: number, count: number): string {
  const shown = [...c.user.bytes(va, Math.min(count, stringMax))].map((b) => `\\x${b.toString(16).padStart(2, '0')}`).join('');
  return `"${shown}"${count > stringMax ? '...' : ''}`;
}

export function setBits(set: bigint): number[] {
  return Array.from({ length: 64 }, (_, i) => i).filter((i) => ((set >> BigInt(i)) & 1n) === 1n);
}

export const prefixed = (table: Readonly<Record<string, number>>, prefix: string): Record<string, number> => Object.fromEntries(Object.entries(table).map(([n, v]) => [prefix + n, v]));
export const nonzero = (table: Readonly<Record<string, number>>, prefix: string): Record<string, number> => Object.fromEntries(Object.entries(prefixed(table, prefix)).filter(([, v]) => v !== 0));

/** Names of the bits set, `first` in front; what has no name in hex. */
export function flagText(value: number, names: Readonly<Record<string, number>>, first: string | undefined): string {
  const parts = first ? [first] : [];
  let rest = value >>> 0;
  for (const [name, bits] of Object.entries(names)) {
    if (bits !== 0 && (rest & bits) >>> 0 === bits >>> 0) {
      parts.push(name);
      rest = (rest & ~bits) >>> 0;
    }
  }
  if (rest !== 0) parts.push(`0x${rest.toString(16)}`);
  return parts.length === 0 ? '0' : parts.join('|');
}

export function named(value: number, table: Readonly<Record<string, number>>, prefix: string): string {
  const found = Object.entries(table).find(([, v]) => v === value);
  return found ? prefix + found[0] : `0x${value.toString(16)}`;
}
