/** Commands that look: values, stacks, code, memory. */
import { choice, InputError } from '../options.js';
import { evaluate, parse, show } from '../../debug/expr/expression.js';
import { framesText } from '../../debug/views/goroutines.js';
import { Look } from '../../debug/views/look.js';
import { registersOf, registersText } from '../../debug/views/registers.js';
import { framesOf } from '../../debug/session/stepping.js';
import type { DebugCommand, Debugger } from './debugger.js';
import { rowsOf, scopeOf } from './scope.js';
import { code, memory, whereOf } from './show.js';
import { address, location, number } from './words.js';

/** The machine with the program's process, for views. Errors: InputError when the program has ended. */
export function lookOf(d: Debugger): Look {
  const { machine, info } = d.session;
  const look = Look.of(machine, info);
  if (!look) throw new InputError('the program has ended');
  return look;
}

export function showRegisters(d: Debugger, args: string): void {
  d.out(registersText(registersOf(lookOf(d), d.session.machine.core(d.session.core), args === 'all')));
}

export function showStack(d: Debugger, args: string): void {
  const lines = framesText(lookOf(d), framesOf(d.session)).split('\n').slice(0, -1);
  const most = number(args, 'a count', 64);
  d.out(`${lines.slice(0, most).join('\n')}\n${lines.length > most ? '(more)\n' : ''}`);
}

function select(d: Debugger, frame: number): void {
  const rows = rowsOf(d.session);
  if (frame < 0 || frame >= rows.length) throw new InputError(frame < 0 ? 'this is the innermost frame' : `no frame ${frame}; the outermost is ${rows.length - 1}`);
  d.frame = frame;
  const { info } = d.session;
  const { frame: at, inline } = rows[frame]!;
  const place = info.framesAt(at.lookup)[inline];
  const text = place?.place && d.sources.line(place.place.file, place.place.line);
  d.out(`#${frame} 0x${at.pc.toString(16)} in ${place?.name ?? '??'}${place?.place ? ` at ${place.place.file}:${place.place.line}` : ''}\n${text === undefined ? '' : `${place!.place!.line}\t${text}\n`}`);
}

/** Variables of the selected frame: parameters, or the others, results among them. */
const variables = (parameters: boolean) => (d: Debugger): void => {
  const scope = scopeOf(d);
  const seen = new Set<string>();
  const own = d.session.info.localsAt(scope.lookup).filter((v) => (v.parameter && !v.result) === parameters);
  for (const { name } of own.reverse()) {
    if (name === undefined || seen.has(name)) continue; // hidden by an inner one
    seen.add(name);
    let text: string;
    try {
      text = show(parse(name.replace(/^&/, '')), scope);
    } catch (e) {
      text = `(${(e as Error).message})`;
    }
    d.out(`${name.replace(/^&/, '')} = ${text}\n`);
  }
  if (seen.size === 0) d.out(parameters ? 'no parameters\n' : 'no variables\n');
};

export const looking: readonly DebugCommand[] = [
  { names: ['print', 'p'], takes: 'expression', args: 'EXPRESSION', help: 'the value of an expression of Go, with $registers', run: (d, args) => d.out(`${show(parse(args), scopeOf(d))}\n`) },
  {
    names: ['whatis', 'ptype'], takes: 'expression', args: 'EXPRESSION', help: 'its type',
    run(d, args) {
      const result = evaluate(parse(args), scopeOf(d));
      const name = result.kind === 'object' ? result.value.type.name : result.kind === 'int' ? result.type?.name : result.kind === 'pointer' ? result.name : result.kind;
      d.out(`${name ?? 'constant'}\n`);
    },
  },
  { names: ['locals'], args: '', help: 'variables of this frame', run: variables(false) },
  { names: ['args'], args: '', help: 'parameters of this frame', run: variables(true) },
  { names: ['where'], args: '', help: 'where the core in focus stands', run: (d) => d.out(whereOf(d.session, d.sources)) },
  { names: ['backtrace', 'bt', 'stack'], args: '[N]', help: 'the innermost N frames', run: showStack },
  { names: ['frame', 'f'], args: '[N]', help: 'look names up in frame N', run: (d, args) => select(d, number(args, 'a frame', d.frame)) },
  { names: ['up'], args: '[N]', help: 'in a frame further out', run: (d, args) => select(d, d.frame + number(args, 'a count', 1)) },
  { names: ['down'], args: '[N]', help: 'in a frame further in', run: (d, args) => select(d, d.frame - number(args, 'a count', 1)) },
  { names: ['registers', 'regs'], args: '[all]', help: 'registers of the core in focus; all: vector registers also', run: showRegisters },
  {
    names: ['disassemble', 'disass'], takes: 'place', args: '[go|gnu] [FUNCTION]', help: 'the function, or the one at the program counter',
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
      d.out(memory(d.session, { count: Number(m[1] || 1), letter: m[2] || 'x', size: m[3] || (m[2] === 'c' ? 'b' : m[2] === 'a' ? 'g' : 'w') }, address(d, m[4]!)));
    },
  },
  { names: ['list', 'l', 'ls'], takes: 'place', args: '[PLACE]', help: 'ten lines of source', run: list },
  { names: ['digest'], args: '', help: 'the digest of the machine\'s state', run: (d) => d.out(`${d.session.machine.digest()}\n`) },
];

function list(d: Debugger, args: string): void {
  const { sources } = d;
  const from = args === '' && d.listed ? d.listed : centred(d, args);
  if (sources.line(from.file, from.line) === undefined) throw new InputError(`${from.file} has no line ${from.line} here`);
  for (let line = from.line; line < from.line + 10; line++) {
    const text = sources.line(from.file, line);
    if (text === undefined) break;
    d.out(`${line}\t${text}\n`);
  }
  d.listed = { file: from.file, line: from.line + 10 };
}
function centred(d: Debugger, args: string): { file: string; line: number } {
  const place = d.session.info.placeOf(location(d, args)[0]!);
  if (!place) throw new InputError('no source line is known there');
  return { file: place.file, line: Math.max(1, place.line - 5) };
}
