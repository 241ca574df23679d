/** Commands about breakpoints, watchpoints and catchpoints. */
import { InputError } from '../options.js';
import type { Condition, Point } from '../../debug/session/breakpoints.js';
import type { Heard } from '../../kernel/deliver.js';
import type { Kernel } from '../../kernel/kernel.js';
import { signalNames } from '../../../isa/abi/linux.js';
import { words, type DebugCommand, type Debugger } from './debugger.js';
import { conditionOf, watchedBytes } from './scope.js';
import { goidOn, nameAt } from './show.js';
import { location, number } from './words.js';

export const pointText = (d: Debugger, b: Point): string => {
  const place = b.kind === 'catch' ? '' : b.kind === 'break' ? b.addresses.map((a) => `0x${a.toString(16)} <${nameAt(d.session, a)}>`).join(', ') : `0x${b.watch.low.toString(16)}, ${b.watch.high - b.watch.low} bytes`;
  return `${b.number}\t${b.kind}point\t${b.enabled ? '' : 'disabled '}${b.text} ${place}${b.condition ? `, if ${b.condition.text}` : ''}${b.ignore > 0 ? `, ignores ${b.ignore}` : ''}${b.hits > 0 ? `, ${b.hits} hits` : ''}\n`;
};

function point(d: Debugger, word: string | undefined): Point {
  const found = d.session.points.numbered(number(word, 'a breakpoint\'s number'));
  if (!found) throw new InputError(`no breakpoint ${word}`);
  return found;
}

type Where = { readonly text: string; readonly holds: Condition } | undefined;

/** `PLACE [thread N | goroutine N] [if CONDITION]`: the place, and when it counts. */
function conditional(d: Debugger, args: string): readonly [string, Where] {
  const [, before, condition] = /^(.*?)(?:\s*\bif\b\s*(.+))?$/.exec(args)!;
  const [, place, kind, n] = /^(.*?)(?:\s*\b(thread|goroutine)\s+(\d+))?$/.exec(before!.trim())!;
  const own = condition === undefined ? undefined : conditionOf(d.session, condition);
  if (kind === undefined) return [place!, own];
  const { session } = d;
  const mine: Condition = kind === 'thread' ? (at) => at.tid === Number(n) : (at) => goidOn(session, at.core) === BigInt(n!);
  return [place!, { text: `${kind} ${n}${own ? `, ${own.text}` : ''}`, holds: (at) => mine(at) && (own?.holds(at) ?? true) }];
}

const broken = (temporary: boolean) => (d: Debugger, args: string): void => {
  const [place, holds] = conditional(d, args);
  const b = d.session.points.addBreak(place, location(d, place), temporary);
  b.condition = holds;
  d.out(`Breakpoint ${b.number} at ${b.addresses.map((a) => `0x${a.toString(16)} ${nameAt(d.session, a)}`).join(', ')}\n`);
};
const watched = (read: boolean, write: boolean) => (d: Debugger, args: string): void => {
  const [what, holds] = conditional(d, args);
  const w = d.session.points.addWatch(what, { ...watchedBytes(d, what), read, write });
  w.condition = holds;
  d.out(`Watchpoint ${w.number}: ${what}, ${w.watch.high - w.watch.low} bytes at 0x${w.watch.low.toString(16)}\n`);
};

const namesCalls = (what: Heard): boolean => what === 'syscall' || what === 'sleep';
const namesSignals = (what: Heard): boolean => what === 'signal' || what === 'fault';

/** Numbers of the system calls, signals, threads or cores that the words name. */
function numbersOf(d: Debugger, what: Heard, names: readonly string[]): ReadonlySet<number> | undefined {
  if (names.length === 0) return undefined;
  if (!namesCalls(what) && !namesSignals(what)) return new Set(names.map((name) => number(name, what === 'idle' ? 'a core' : 'a thread')));
  const table = namesCalls(what) ? (d.session.machine.kernel as Kernel).abi.syscalls : signalNames;
  return new Set(names.map((name) => {
    const found = /^\d+$/.test(name) ? Number(name) : table.findIndex((known) => known !== undefined && (known === name || known === `SIG${name}`));
    if (found < 0) throw new InputError(`no ${namesCalls(what) ? 'system call' : 'signal'} ${name}`);
    return found;
  }));
}

/** What Go's scheduler and collector do: where, or which variable tells. */
const goEvents: Readonly<Record<string, { readonly function: string } | { readonly variable: string }>> = {
  park: { function: 'runtime.gopark' }, ready: { function: 'runtime.ready' }, steal: { function: 'runtime.runqsteal' }, gc: { variable: 'runtime.gcphase' },
};

function catchingGo(d: Debugger, name: string, holds: Where): void {
  const { points, info } = d.session;
  const event = goEvents[name]!;
  const text = `catch ${name}`;
  const where = 'function' in event ? info.functionNamed(event.function)?.low : info.variableNamed(event.variable)?.address;
  if (where === undefined) throw new InputError(`the program has no ${'function' in event ? event.function : event.variable}`);
  const added = 'function' in event ? points.addBreak(text, [where]) : points.addWatch(text, { low: where, high: where + 4, read: false, write: true });
  added.condition = holds;
  d.out(`${'function' in event ? 'Breakpoint' : 'Watchpoint'} ${added.number}: ${name}\n`);
}

const caught: Readonly<Record<string, Heard>> = { syscall: 'syscall', signal: 'signal', fault: 'fault', clone: 'clone', fork: 'clone', sleep: 'sleep', wake: 'wake', switch: 'switch', idle: 'idle' };

/** Stops where a line with some bytes misses a first-level cache, or is taken from one. */
function catchingLine(d: Debugger, only: 'miss' | 'invalidate', what: string, holds: Where): void {
  const { points, machine } = d.session;
  const { lines } = machine.engine;
  if (!lines) throw new InputError(`catch ${only}: no caches are modeled (--caches)`);
  const { low } = watchedBytes(d, what);
  const line = low - (low % lines.bytes);
  const added = points.addWatch(`catch ${only} ${what}`, { low: line, high: line + lines.bytes, read: true, write: true }, only);
  added.condition = holds;
  d.out(`Watchpoint ${added.number}: ${only} of the line of ${what}, ${lines.bytes} bytes at 0x${line.toString(16)}\n`);
}

const events: readonly string[] = [...Object.keys(caught), ...Object.keys(goEvents), 'miss', 'invalidate'];

function catching(d: Debugger, args: string): void {
  const [what, holds] = conditional(d, args);
  const [kind = '', ...names] = words(what);
  if (Object.hasOwn(goEvents, kind) && names.length === 0) return catchingGo(d, kind, holds);
  if ((kind === 'miss' || kind === 'invalidate') && names.length > 0) return catchingLine(d, kind, names.join(' '), holds);
  const heard = caught[kind];
  if (heard === undefined) throw new InputError(`catch ${events.join('|')} [NAMES or EXPRESSION], not ${what || 'nothing'}`);
  const added = d.session.points.addCatch(`catch ${what}`, heard, numbersOf(d, heard, names));
  added.condition = holds;
  d.out(`Catchpoint ${added.number}: ${what}\n`);
}

export const points: readonly DebugCommand[] = [
  { names: ['catch'], takes: events, args: 'EVENT [NAMES] [if CONDITION]', help: 'stop behind a system call, where a signal is delivered or an instruction faults, a thread is made (clone), falls asleep, wakes or gets a core (switch), a core idles; where a goroutine is parked, readied (ready) or stolen (steal), when the collector (gc) changes its phase; where the line of NAME comes into a first-level cache (miss) or is taken from another core (invalidate)', run: catching },
  { names: ['break', 'b'], takes: 'place', args: '[PLACE] [thread N | goroutine N] [if CONDITION]', help: 'stop before PLACE: FUNCTION, FILE:LINE, LINE or *ADDRESS, where CONDITION holds', run: broken(false) },
  { names: ['tbreak'], takes: 'place', args: '[PLACE] [if CONDITION]', help: 'the same, once', run: broken(true) },
  { names: ['watch'], takes: 'expression', args: 'EXPRESSION [if CONDITION]', help: 'stop behind stores to a variable, field or element, or *ADDRESS [BYTES]', run: watched(false, true) },
  { names: ['rwatch'], takes: 'expression', args: 'EXPRESSION [if CONDITION]', help: 'stop behind loads from it', run: watched(true, false) },
  { names: ['awatch'], takes: 'expression', args: 'EXPRESSION [if CONDITION]', help: 'stop behind loads and stores', run: watched(true, true) },
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
