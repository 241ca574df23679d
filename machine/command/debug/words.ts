/** What commands' arguments mean: numbers, places of code, bytes to watch. Errors: InputError with a clear line. */
import { InputError } from '../options.js';
import { evaluate, parse, rangeOf } from '../../debug/expr/expression.js';
import type { Session } from '../../debug/session/session.js';
import type { Debugger } from './debugger.js';
import { scopeOf } from './scope.js';

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

/** An address: a function or global variable by its name, or what an expression gives: a number, a pointer, or where a variable lies. */
export function address(d: Debugger, text: string): number {
  const word = text.trim();
  if (word === '') throw new InputError('an address is missing');
  const { info } = d.session;
  const named = info.functionNamed(word)?.low ?? info.variableNamed(word)?.address ?? info.symbols.named(word)?.start;
  if (named !== undefined) return named;
  if (/^(0x[0-9a-f]+|\d+)$/i.test(word)) return number(word, 'an address');
  const expression = parse(word);
  const scope = scopeOf(d);
  const given = evaluate(expression, scope);
  const at = given.kind === 'int' ? Number(given.value) : given.kind === 'pointer' ? given.address : rangeOf(expression, scope)?.address;
  if (at === undefined) throw new InputError(`${word} is no address`);
  return at;
}

/** Addresses where a breakpoint goes: `*ADDRESS`, `FILE:LINE`, `LINE` of the file in focus, `FUNCTION` behind its prologue; nothing: here. */
export function location(d: Debugger, text: string): number[] {
  const { session: s } = d;
  const word = text.trim();
  if (word === '') return [s.machine.core(s.core).pc];
  if (word.startsWith('*')) return [address(d, word.slice(1))];
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
