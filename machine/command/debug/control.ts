/** Commands that move the run, forwards and backwards. */
import { InputError } from '../options.js';
import { reverseFinish, reverseInstructions, reverseLine, reverseNextInstruction } from '../../debug/session/reverse.js';
import type { Session, Stop } from '../../debug/session/session.js';
import { advance, finish, nextInstruction, stepInstructions, stepLine } from '../../debug/session/stepping.js';
import { words, type DebugCommand, type Debugger } from './debugger.js';
import { momentOf, stopText, whereOf } from './show.js';
import { location, number } from './words.js';

/** Repeats a step as often as asked for, as long as nothing else stops the run; then tells where it is. */
const moving = (step: (s: Session, args: string, d: Debugger) => Promise<Stop> | Stop, counts = true) => async (d: Debugger, args: string): Promise<void> => {
  let stop: Stop = { why: 'step', core: d.session.core };
  for (let left = counts ? number(args, 'a count', 1) : 1; left > 0 && stop.why === 'step'; left--) stop = await step(d.session, args, d);
  told(d, stop);
};

function told(d: Debugger, stop: Stop): void {
  d.listed = undefined;
  d.frame = 0;
  d.out(stopText(d.session, stop));
  if (stop.why !== 'exit' && stop.why !== 'stop') d.out(whereOf(d.session, d.sources));
}

export const control: readonly DebugCommand[] = [
  { names: ['continue', 'c', 'run', 'r'], args: '', help: 'go on until something stops the run', run: moving((s) => s.run(), false) },
  { names: ['stepi', 'si', 'step-instruction'], args: '[N]', help: 'the next instruction of this thread, N times', run: async (d, args) => told(d, await stepInstructions(d.session, number(args, 'a count', 1))) },
  { names: ['nexti', 'ni', 'next-instruction'], args: '[N]', help: 'an instruction and all that it calls', run: moving(nextInstruction) },
  { names: ['step', 's'], args: '[N]', help: 'to the beginning of another line, also in functions that this one calls', run: moving((s) => stepLine(s, false)) },
  { names: ['next', 'n'], args: '[N]', help: 'to the beginning of another line, over calls', run: moving((s) => stepLine(s, true)) },
  { names: ['finish', 'fin', 'stepout', 'so'], args: '[N]', help: 'out of this function, to behind its call', run: moving(finish) },
  { names: ['until', 'u'], args: 'PLACE', help: 'to a place, at the latest out of this function', run: moving((s, args, d) => advance(s, location(d, args), true), false) },
  { names: ['advance'], args: 'PLACE', help: 'to a place, on any thread', run: moving((s, args, d) => advance(s, location(d, args)), false) },
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
