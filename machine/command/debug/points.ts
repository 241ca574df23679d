/** Commands about breakpoints and watchpoints. */
import { InputError } from '../options.js';
import type { Breakpoint, Watchpoint } from '../../debug/session/breakpoints.js';
import { words, type DebugCommand, type Debugger } from './debugger.js';
import { conditionOf, watchedBytes } from './scope.js';
import { nameAt } from './show.js';
import { location, number } from './words.js';

export const pointText = (d: Debugger, b: Breakpoint | Watchpoint): string => {
  const place = b.kind === 'break' ? b.addresses.map((a) => `0x${a.toString(16)} <${nameAt(d.session, a)}>`).join(', ') : `0x${b.watch.low.toString(16)}, ${b.watch.high - b.watch.low} bytes`;
  return `${b.number}\t${b.kind === 'break' ? 'breakpoint' : 'watchpoint'}\t${b.enabled ? '' : 'disabled '}${b.text} ${place}${b.condition ? `, if ${b.condition.text}` : ''}${b.ignore > 0 ? `, ignores ${b.ignore}` : ''}${b.hits > 0 ? `, ${b.hits} hits` : ''}\n`;
};

function point(d: Debugger, word: string | undefined): Breakpoint | Watchpoint {
  const found = d.session.points.numbered(number(word, 'a breakpoint\'s number'));
  if (!found) throw new InputError(`no breakpoint ${word}`);
  return found;
}

/** `PLACE if CONDITION` */
const conditional = (args: string): readonly [string, string | undefined] => {
  const m = /^(.*?)\s*\bif\b\s*(.+)$/.exec(args);
  return m ? [m[1]!, m[2]!] : [args, undefined];
};

const broken = (temporary: boolean) => (d: Debugger, args: string): void => {
  const [place, condition] = conditional(args);
  const holds = condition === undefined ? undefined : conditionOf(d.session, condition);
  const b = d.session.points.addBreak(place, location(d, place), temporary);
  b.condition = holds;
  d.out(`Breakpoint ${b.number} at ${b.addresses.map((a) => `0x${a.toString(16)} ${nameAt(d.session, a)}`).join(', ')}\n`);
};
const watched = (read: boolean, write: boolean) => (d: Debugger, args: string): void => {
  const [what, condition] = conditional(args);
  const holds = condition === undefined ? undefined : conditionOf(d.session, condition);
  const w = d.session.points.addWatch(what, { ...watchedBytes(d, what), read, write });
  w.condition = holds;
  d.out(`Watchpoint ${w.number}: ${what}, ${w.watch.high - w.watch.low} bytes at 0x${w.watch.low.toString(16)}\n`);
};

export const points: readonly DebugCommand[] = [
  { names: ['break', 'b'], args: '[PLACE] [if CONDITION]', help: 'stop before PLACE: FUNCTION, FILE:LINE, LINE or *ADDRESS, where CONDITION holds', run: broken(false) },
  { names: ['tbreak'], args: '[PLACE] [if CONDITION]', help: 'the same, once', run: broken(true) },
  { names: ['watch'], args: 'EXPRESSION [if CONDITION]', help: 'stop behind stores to a variable, field or element, or *ADDRESS [BYTES]', run: watched(false, true) },
  { names: ['rwatch'], args: 'EXPRESSION [if CONDITION]', help: 'stop behind loads from it', run: watched(true, false) },
  { names: ['awatch'], args: 'EXPRESSION [if CONDITION]', help: 'stop behind loads and stores', run: watched(true, true) },
  {
    names: ['delete', 'd', 'clear'], args: '[N...]', help: 'no longer stop at breakpoints N, or at any',
    run(d, args) {
      const all = args === '' ? d.session.points.all.map((b) => b.number) : words(args).map((word) => point(d, word).number);
      for (const n of all) d.session.points.delete(n);
    },
  },
  { names: ['enable'], args: 'N...', help: 'stop at breakpoints N again', run: (d, args) => words(args).forEach((word) => (point(d, word).enabled = true)) },
  { names: ['disable'], args: 'N...', help: 'keep breakpoints N, but do not stop', run: (d, args) => words(args).forEach((word) => (point(d, word).enabled = false)) },
  { names: ['ignore'], args: 'N COUNT', help: 'pass breakpoint N so often', run: (d, args) => void (point(d, words(args)[0]).ignore = number(words(args)[1], 'a count')) },
  {
    names: ['condition', 'cond'], args: 'N [CONDITION]', help: 'stop at breakpoint N only where CONDITION holds; without it always',
    run(d, args) {
      const [n, ...rest] = words(args);
      point(d, n).condition = rest.length === 0 ? undefined : conditionOf(d.session, rest.join(' '));
    },
  },
];
