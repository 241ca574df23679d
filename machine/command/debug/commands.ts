/** The debugger's commands: names by gdb and by delve, help, and what they do. */
import { choice, InputError } from '../options.js';
import type { Breakpoint, Watchpoint } from '../../debug/session/breakpoints.js';
import { reverseFinish, reverseInstructions, reverseLine, reverseNextInstruction } from '../../debug/session/reverse.js';
import type { Session, Stop } from '../../debug/session/session.js';
import { advance, finish, nextInstruction, stepInstructions, stepLine } from '../../debug/session/stepping.js';
import { taskOn } from '../../debug/session/place.js';
import { backtrace, code, memory, momentOf, nameAt, registers, stopText, whereOf, type Sources } from './show.js';
import { address, bytesToWatch, location, number } from './words.js';

/** What commands work on. */
export interface Debugger {
  readonly session: Session;
  readonly sources: Sources;
  /** Moments that the user has marked, by number. */
  readonly checkpoints: Map<number, number>;
  /** Where `list` goes on: a file and a line. */
  listed: { readonly file: string; readonly line: number } | undefined;
  out(text: string): void;
  /** Executes a file of commands. */
  source(path: string): Promise<void>;
  /** Ends after this command. */
  quit: boolean;
}

export interface DebugCommand {
  /** The first is its own; the others are spellings. */
  readonly names: readonly string[];
  readonly args: string;
  readonly help: string;
  run(d: Debugger, args: string): Promise<void> | void;
}

const words = (args: string): string[] => args.split(/\s+/).filter(Boolean);

/** Repeats a step as often as asked for, as long as nothing else stops the run; then tells where it is. */
const moving = (step: (s: Session, args: string) => Promise<Stop> | Stop, counts = true) => async (d: Debugger, args: string): Promise<void> => {
  let stop: Stop = { why: 'step', core: d.session.core };
  for (let left = counts ? number(args, 'a count', 1) : 1; left > 0 && stop.why === 'step'; left--) stop = await step(d.session, args);
  told(d, stop);
};

function told(d: Debugger, stop: Stop): void {
  d.listed = undefined;
  d.out(stopText(d.session, stop));
  if (stop.why !== 'exit' && stop.why !== 'stop') d.out(whereOf(d.session, d.sources));
}

const control: readonly DebugCommand[] = [
  { names: ['continue', 'c', 'run', 'r'], args: '', help: 'go on until something stops the run', run: moving((s) => s.run(), false) },
  { names: ['stepi', 'si', 'step-instruction'], args: '[N]', help: 'the next instruction of this thread, N times', run: async (d, args) => told(d, await stepInstructions(d.session, number(args, 'a count', 1))) },
  { names: ['nexti', 'ni', 'next-instruction'], args: '[N]', help: 'an instruction and all that it calls', run: moving(nextInstruction) },
  { names: ['step', 's'], args: '[N]', help: 'to the beginning of another line, also in functions that this one calls', run: moving((s) => stepLine(s, false)) },
  { names: ['next', 'n'], args: '[N]', help: 'to the beginning of another line, over calls', run: moving((s) => stepLine(s, true)) },
  { names: ['finish', 'fin', 'stepout', 'so'], args: '[N]', help: 'out of this function, to behind its call', run: moving(finish) },
  { names: ['until', 'u'], args: 'PLACE', help: 'to a place, at the latest out of this function', run: moving((s, args) => advance(s, location(s, args), true), false) },
  { names: ['advance'], args: 'PLACE', help: 'to a place, on any thread', run: moving((s, args) => advance(s, location(s, args)), false) },
  { names: ['reverse-continue', 'rc', 'rewind', 'rw'], args: '', help: 'back to the last place at which the run would have stopped', run: moving((s) => s.back(), false) },
  { names: ['reverse-stepi', 'rsi'], args: '[N]', help: 'the instruction of this thread before, N times', run: (d, args) => told(d, reverseInstructions(d.session, number(args, 'a count', 1))) },
  { names: ['reverse-nexti', 'rni'], args: '[N]', help: 'an instruction back, over all that it called', run: moving(reverseNextInstruction) },
  { names: ['reverse-step', 'rs'], args: '[N]', help: 'to the beginning of the line before, also of functions that returned', run: moving((s) => reverseLine(s, false)) },
  { names: ['reverse-next', 'rn'], args: '[N]', help: 'to the beginning of the line before, over calls', run: moving((s) => reverseLine(s, true)) },
  { names: ['reverse-finish'], args: '', help: 'to the call of this function', run: moving(reverseFinish, false) },
  {
    names: ['goto'], args: '[cycle] N', help: 'to the moment before instruction N, those of all cores counted; or to cycle N',
    run(d, args) {
      const [first, second] = words(args);
      const { session } = d;
      if (first === 'cycle') gotoCycle(session, number(second, 'a cycle'));
      else session.goto(number(first, 'an instruction'));
      told(d, { why: 'step', core: session.core });
    },
  },
  {
    names: ['checkpoint', 'check'], args: '', help: 'remember this moment, for restart',
    run(d) {
      const n = d.checkpoints.size + 1;
      d.checkpoints.set(n, d.session.history.now);
      d.out(`Checkpoint ${n}: ${momentOf(d.session)}\n`);
    },
  },
  { names: ['checkpoints'], args: '', help: 'the moments that are remembered', run: (d) => d.out([...d.checkpoints].map(([n, moment]) => `${n}\tinstruction ${moment}\n`).join('') || 'none\n') },
  {
    names: ['restart'], args: '[N]', help: 'to checkpoint N, or to the beginning of the run',
    run(d, args) {
      const moment = args === '' ? d.session.history.first : d.checkpoints.get(number(args, 'a checkpoint'));
      if (moment === undefined) throw new InputError(`no checkpoint ${args}`);
      d.session.goto(moment);
      told(d, { why: 'step', core: d.session.core });
    },
  },
];

function gotoCycle(s: Session, cycle: number): void {
  if (cycle < s.machine.cycles) s.goto(s.history.first);
  s.machine.engine.observe(undefined);
  s.machine.run(cycle);
  s.goto(s.history.now);
}

const pointText = (d: Debugger, b: Breakpoint | Watchpoint): string => {
  const place = b.kind === 'break' ? b.addresses.map((a) => `0x${a.toString(16)} <${nameAt(d.session, a)}>`).join(', ') : `0x${b.watch.low.toString(16)}, ${b.watch.high - b.watch.low} bytes`;
  return `${b.number}\t${b.kind === 'break' ? 'breakpoint' : 'watchpoint'}\t${b.enabled ? '' : 'disabled '}${b.text} ${place}${b.ignore > 0 ? `, ignores ${b.ignore}` : ''}${b.hits > 0 ? `, ${b.hits} hits` : ''}\n`;
};

function point(d: Debugger, word: string | undefined): Breakpoint | Watchpoint {
  const found = d.session.points.numbered(number(word, 'a breakpoint\'s number'));
  if (!found) throw new InputError(`no breakpoint ${word}`);
  return found;
}

const broken = (temporary: boolean) => (d: Debugger, args: string): void => {
  const b = d.session.points.addBreak(args, location(d.session, args), temporary);
  d.out(`Breakpoint ${b.number} at ${b.addresses.map((a) => `0x${a.toString(16)} ${nameAt(d.session, a)}`).join(', ')}\n`);
};
const watched = (read: boolean, write: boolean) => (d: Debugger, args: string): void => {
  const w = d.session.points.addWatch(args, { ...bytesToWatch(d.session, args), read, write });
  d.out(`Watchpoint ${w.number}: ${args}, ${w.watch.high - w.watch.low} bytes at 0x${w.watch.low.toString(16)}\n`);
};

const stops: readonly DebugCommand[] = [
  { names: ['break', 'b'], args: '[PLACE]', help: 'stop before PLACE: FUNCTION, FILE:LINE, LINE or *ADDRESS', run: broken(false) },
  { names: ['tbreak'], args: '[PLACE]', help: 'the same, once', run: broken(true) },
  { names: ['watch'], args: 'BYTES', help: 'stop behind stores to BYTES: a variable, or *ADDRESS [N]', run: watched(false, true) },
  { names: ['rwatch'], args: 'BYTES', help: 'stop behind loads from BYTES', run: watched(true, false) },
  { names: ['awatch'], args: 'BYTES', help: 'stop behind loads and stores', run: watched(true, true) },
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
];

const looking: readonly DebugCommand[] = [
  { names: ['where'], args: '', help: 'where the core in focus stands', run: (d) => d.out(whereOf(d.session, d.sources)) },
  { names: ['backtrace', 'bt', 'stack'], args: '[N]', help: 'the innermost N frames', run: (d, args) => d.out(backtrace(d.session, number(args, 'a count', 64))) },
  { names: ['registers', 'regs'], args: '', help: 'the registers of the core in focus', run: (d) => d.out(registers(d.session)) },
  {
    names: ['disassemble', 'disass'], args: '[go|gnu] [FUNCTION]', help: 'the function, or the one at the program counter',
    run(d, args) {
      const [syntax, name] = /^(?:(go|gnu)\b)?\s*(.*)$/.exec(args)!.slice(1);
      const { session } = d;
      const f = name ? session.info.functionNamed(name) : session.info.functionAt(session.machine.core(session.core).pc);
      if (!f) throw new InputError(name ? `no function ${name}` : 'no function is known here');
      d.out(code(session, f.low, Infinity, choice({ '--syntax': syntax as 'go' }, '--syntax', ['go', 'gnu'], 'go'), f.high));
    },
  },
  {
    names: ['x', 'examinemem'], args: '[/FMT] ADDRESS', help: 'memory; FMT is a count, a letter of x d u o t c a s i, and a size of b h w g',
    run(d, args) {
      const m = /^(?:\/(\d*)([xduotcasi]?)([bhwg]?)\s+)?(.+)$/.exec(args);
      if (!m) throw new InputError('x /FMT ADDRESS, as x /4xg $sp');
      d.out(memory(d.session, { count: Number(m[1] || 1), letter: m[2] || 'x', size: m[3] || (m[2] === 'c' ? 'b' : m[2] === 'a' ? 'g' : 'w') }, address(d.session, m[4]!)));
    },
  },
  { names: ['list', 'l', 'ls'], args: '[PLACE]', help: 'ten lines of source', run: list },
  {
    names: ['core'], args: '[N]', help: 'commands are about core N from now on; without N the cores',
    run(d, args) {
      const { session } = d;
      const { cores } = session.machine.config;
      if (args !== '') {
        const n = number(args, 'a core');
        if (n >= cores) throw new InputError(`no core ${n}; there are ${cores}`);
        session.focus(n);
        return d.out(whereOf(session, d.sources));
      }
      for (let core = 0; core < cores; core++) {
        const { pc } = session.machine.core(core);
        const tid = taskOn(session.machine, core);
        d.out(`${core === session.core ? '*' : ' '} core ${core}\t${tid === 0 ? 'idle' : `thread ${tid}\t0x${pc.toString(16)} ${nameAt(session, pc)}`}\n`);
      }
    },
  },
  { names: ['digest'], args: '', help: 'the digest of the machine\'s state', run: (d) => d.out(`${d.session.machine.digest()}\n`) },
];

function list(d: Debugger, args: string): void {
  const { sources } = d;
  const from = args === '' && d.listed ? d.listed : centred(d, args);
  for (let line = from.line; line < from.line + 10; line++) {
    const text = sources.line(from.file, line);
    if (text === undefined) break;
    d.out(`${line}\t${text}\n`);
  }
  if (sources.line(from.file, from.line) === undefined) throw new InputError(`${from.file} has no line ${from.line} here`);
  d.listed = { file: from.file, line: from.line + 10 };
}
function centred(d: Debugger, args: string): { file: string; line: number } {
  const place = d.session.info.placeOf(location(d.session, args)[0]!);
  if (!place) throw new InputError('no source line is known there');
  return { file: place.file, line: Math.max(1, place.line - 5) };
}

/** `info WORD`. */
const infos: Readonly<Record<string, (d: Debugger) => void>> = {
  breakpoints: (d) => d.out(d.session.points.all.map((b) => pointText(d, b)).join('') || 'no breakpoints\n'),
  registers: (d) => d.out(registers(d.session)),
  history: (d) => d.out(`instructions ${d.session.history.first} to ${d.session.history.now}; checkpoints at ${d.session.history.moments.join(', ')}\n`),
  stack: (d) => d.out(backtrace(d.session, 64)),
};

export const commands: readonly DebugCommand[] = [
  ...control,
  ...stops,
  ...looking,
  {
    names: ['info', 'i'], args: Object.keys(infos).join('|'), help: 'tell of something',
    run(d, args) {
      const found = Object.keys(infos).filter((name) => args !== '' && name.startsWith(args));
      if (found.length !== 1) throw new InputError(`info ${Object.keys(infos).join('|')}, not ${args || 'nothing'}`);
      infos[found[0]!]!(d);
    },
  },
  { names: ['source'], args: 'FILE', help: 'execute the commands in FILE', run: (d, args) => d.source(args) },
  { names: ['quit', 'q', 'exit'], args: '', help: 'end the debugger', run: (d) => void (d.quit = true) },
  {
    names: ['help', 'h'], args: '[COMMAND]', help: 'what commands there are, or about one',
    run(d, args) {
      const found = args === '' ? commands : [commandNamed(args)];
      for (const c of found) d.out(`${`${c.names.join(', ')} ${c.args}`.padEnd(44)} ${c.help}\n`);
      if (args === '') d.out('\nAn empty line repeats the last command. rev COMMAND is reverse-COMMAND.\n');
    },
  },
];

/** The command of a name or of the beginning of one. Errors: InputError, with the names that are nearest. */
export function commandNamed(name: string, nearest?: (name: string, all: readonly string[]) => string): DebugCommand {
  const exact = commands.find((c) => c.names.includes(name));
  if (exact) return exact;
  const begun = commands.filter((c) => c.names[0]!.startsWith(name));
  if (begun.length === 1) return begun[0]!;
  if (begun.length > 1) throw new InputError(`${name} may be ${begun.map((c) => c.names[0]).join(', ')}`);
  const near = nearest?.(name, commands.flatMap((c) => c.names));
  throw new InputError(`no command ${name}${near === undefined ? '' : `; did you mean ${near}?`} help lists them`);
}
