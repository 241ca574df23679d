/** What commands' arguments mean: numbers, places of code, bytes to watch. Errors: InputError with a clear line. */
import { InputError } from '../options.js';
import type { Session } from '../../debug/session/session.js';

/** A whole number, decimal or 0x. */
export function number(word: string | undefined, what: string, fallback?: number): number {
  if (word === undefined || word === '') {
    if (fallback !== undefined) return fallback;
    throw new InputError(`${what} is missing`);
  }
  const n = Number(word.replaceAll('_', ''));
  if (!Number.isSafeInteger(n) || n < 0) throw new InputError(`${what} is a whole number, not ${word}`);
  return n;
}

/** An address: a number, `$pc` or `$sp`, a function or a global variable, with +OFFSET. */
export function address(s: Session, text: string): number {
  const m = /^\*?(?:&)?(.+?)(?:\s*\+\s*(\w+))?$/.exec(text.trim());
  if (!m) throw new InputError('an address is missing');
  const [, base, offset] = m;
  const state = s.machine.core(s.core);
  const from = /^(0x)?[0-9a-f]+$/i.test(base!) && /^\d/.test(base!)
    ? number(base, 'an address')
    : base === '$pc' ? state.pc : base === '$sp' ? (s.place?.sp ?? 0) : (s.info.functionNamed(base!)?.low ?? s.info.variableNamed(base!)?.address);
  if (from === undefined) throw new InputError(`no function or variable ${base}`);
  return from + (offset === undefined ? 0 : number(offset, 'an offset'));
}

/** Addresses where a breakpoint goes: `*ADDRESS`, `FILE:LINE`, `LINE` of the file in focus, `FUNCTION` behind its prologue; nothing: here. */
export function location(s: Session, text: string): number[] {
  const word = text.trim();
  if (word === '') return [s.machine.core(s.core).pc];
  if (word.startsWith('*')) return [address(s, word.slice(1))];
  const line = /^(?:(.+):)?(\d+)$/.exec(word);
  if (line) {
    const file = line[1] ?? s.info.placeOf(s.machine.core(s.core).pc)?.file;
    if (file === undefined) throw new InputError('no source file is known here; say FILE:LINE');
    const all = s.info.addressesOf(file, Number(line[2]));
    if (all.length === 0) throw new InputError(`no code of line ${line[2]} of ${file}`);
    return firstOfEach(s, all);
  }
  const f = s.info.functionNamed(word);
  if (!f) throw new InputError(`no function ${word}`);
  return [s.info.bodyOf(f)];
}

/** A line has several statements, but a function is stopped at the first. */
function firstOfEach(s: Session, addresses: readonly number[]): number[] {
  const first = new Map<number | undefined, number>();
  for (const a of addresses) {
    const key = s.info.functionAt(a)?.low;
    if (!first.has(key)) first.set(key, a);
  }
  return [...first.values()];
}

/** Bytes to watch: a global variable, or `*ADDRESS [BYTES]`. */
export function bytesToWatch(s: Session, text: string): { low: number; high: number } {
  const m = /^\*(\S+)(?:\s+(\w+))?$/.exec(text.trim());
  if (m) {
    const low = address(s, m[1]!);
    return { low, high: low + number(m[2], 'a number of bytes', 8) };
  }
  const variable = s.info.variableNamed(text.trim());
  if (!variable) throw new InputError(`no variable ${text.trim()}; *ADDRESS BYTES watches memory`);
  return { low: variable.address, high: variable.address + Math.max(1, variable.type?.size ?? 8) };
}
