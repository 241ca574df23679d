/** Commands that move the run, forwards and backwards. */
import { InputError } from '../options.js';
import { reverseFinish, reverseInstructions, reverseLine, reverseNextInstruction } from '../../debug/session/reverse.js';
import type { Session, Stop } from '../../debug/session/session.js';
import { advance, finish, nextInstruction, stepInstructions, stepLine, type Whose } from '../../debug/session/stepping.js';
import { words, type DebugCommand, type Debugger } from './debugger.js';
import { momentOf, stopText, whereOf } from './show.js';
import { countsOf } from './stat.js';
import { location, number } from './words.js';

/** Repeats a step as often as asked for, as long as nothing else stops the run; then tells where it is. */
const moving = (step: (s: Session, args: string, d: Debugger) => Promise<Stop> | Stop) => async (d: Debugger, args: string): Promise<void> => told(d, await step(d.session, args, d));
const counted = (step: (s: Session, whose: Whose | undefined) => Promise<Stop> | Stop) => async (d: Debugger, args: string): Promise<void> => {
  let stop: Stop = { why: 'step', core: d.session.core };
  const { count, whose } = counting(args);
  for (let left = count; left > 0 && stop.why === 'step'; left--) stop = await step(d.session, whose);
  told(d, stop);
};

const switches: Readonly<Record<string, Whose>> = { '-g': 'goroutine', '-t': 'thread', '-c': 'core' };

/** `[-g|-t|-c] [N]` */
function counting(args: string): { readonly count: number; readonly whose: Whose | undefined } {
  const list = words(args);
  const whose = list[0]?.startsWith('-') ? switches[list[0]] : undefined;
  if (whose === undefined && list[0]?.startsWith('-')) throw new InputError(`-g (goroutine), -t (thread) or -c (core), not ${list[0]}`);
  return { count: number(list[whose === undefined ? 0 : 1], 'a count', 1), whose };
}
/** Lines are a goroutine's or a thread's. */
function ofLines(whose: Whose | undefined): Whose | undefined {
  if (whose === 'core') throw new InputError('lines are of a goroutine (-g) or thread (-t); stepi -c steps a core');
  return whose;
}

function told(d: Debugger, stop: Stop): void {
  d.listed = undefined;
  d.frame = 0;
  d.counts = { before: d.counts.last, last: countsOf(d.session.machine) };
  d.out(stopText(d.session, stop));
  if (stop.why !== 'exit' && stop.why !== 'stop') d.out(whereOf(d.session, d.sources));
}

export const control: readonly DebugCommand[] = [
  { names: ['continue', 'c', 'run', 'r'], args: '', help: 'go on until something stops the run', run: moving((s) => s.run()) },
  { names: ['stepi', 'si', 'step-instruction'], args: '[-g|-t|-c] [N]', help: 'the next instruction of this thread, N times; -g: of this goroutine, -c: of this core', run: async (d, args) => told(d, await stepInstructions(d.session, counting(args).count, counting(args).whose)) },
  { names: ['nexti', 'ni', 'next-instruction'], args: '[-g|-t|-c] [N]', help: 'an instruction and all that it calls', run: counted(nextInstruction) },
  { names: ['step', 's'], args: '[-g|-t] [N]', help: 'to the beginning of another line of this goroutine, also in functions that this one calls; -t: of this thread', run: counted((s, whose) => stepLine(s, false, ofLines(whose))) },
  { names: ['next', 'n'], args: '[-g|-t] [N]', help: 'to the beginning of another line, over calls', run: counted((s, whose) => stepLine(s, true, ofLines(whose))) },
  { names: ['finish', 'fin', 'stepout', 'so'], args: '[N]', help: 'out of this function, to behind its call', run: counted(finish) },
  { names: ['until', 'u'], takes: 'place', args: 'PLACE', help: 'to a place, at the latest out of this function', run: moving((s, args, d) => advance(s, location(d, args), true)) },
  { names: ['advance'], takes: 'place', args: 'PLACE | cycle N', help: 'to a place, on any thread; or to a cycle', run: moving((s, args, d) => /^cycle\b/.test(args) ? s.run({ cycle: number(words(args)[1], 'a cycle') }) : advance(s, location(d, args))) },
  { names: ['reverse-continue', 'rc', 'rewind', 'rw'], args: '', help: 'back to the last place at which the run would have stopped', run: moving((s) => s.back()) },
  { names: ['reverse-stepi', 'rsi'], args: '[-g|-t|-c] [N]', help: 'the instruction of this thread before, N times; -g: of this goroutine, -c: of this core', run: (d, args) => told(d, reverseInstructions(d.session, counting(args).count, counting(args).whose)) },
  { names: ['reverse-nexti', 'rni'], args: '[N]', help: 'an instruction back, over all that it called', run: counted(reverseNextInstruction) },
  { names: ['reverse-step', 'rs'], args: '[N]', help: 'to the beginning of the line before, also of functions that returned', run: counted((s) => reverseLine(s, false)) },
  { names: ['reverse-next', 'rn'], args: '[N]', help: 'to the beginning of the line before, over calls', run: counted((s) => reverseLine(s, true)) },
  { names: ['reverse-finish'], args: '', help: 'to the call of this function', run: moving(reverseFinish) },
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
