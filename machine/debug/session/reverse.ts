/**
 * Steps backwards. What a task did before now is learned by running again, instruction by instruction, what lies just before; further back where that is not
 * enough. Then the step is a search in what it did.
 */
import { nobody, type Observer } from '../../exec/observer.js';
import { callerOf, here, lineOf, StepError, type Whose } from './stepping.js';
import type { Insn } from '../../../isa/row.js';
import { firstBeyond } from '../search.js';
import { insnAt, isCall, placeOn, taskOn, type Place } from './place.js';
import type { Session, Stop } from './session.js';

/** Instructions of all cores that are run again at first, and at most. */
const firstWindow = 4096;
const lastWindow = 2 ** 22;

/** Instructions before a moment, oldest first; of a goroutine, or of a task without one, with where they were. The session remembers the last. */
export interface Past {
  /** What was run again, and for whom. */
  readonly from: number;
  readonly end: number;
  readonly of: string;
  readonly moments: number[];
  readonly cores: number[];
  readonly pcs: number[];
  readonly depths: number[];
}

/** Runs the last `window` instructions again, and notes those of the stack, thread or core in focus. The machine ends at `end`. */
function pastOf(s: Session, start: Place, end: number, window: number, whose: Whose): Past {
  const { machine, history } = s;
  history.goto(Math.max(history.first, end - window));
  history.keep(); // the answer lies behind here, and so does that of the next step back
  const past: Past = { from: history.now, end, of: ofWhom(start, whose), moments: [], cores: [], pcs: [], depths: [] };
  const observer: Observer = {
    ...nobody,
    every: () => true,
    before(core, pc) {
      if (history.now >= end) return true;
      if (whose === 'core' ? core !== start.core : (whose === 'thread' || start.g === undefined) && taskOn(machine, core) !== start.tid) return false;
      if (past.moments.at(-1) === history.now) return false;
      const place = whose === 'goroutine' ? placeOn(machine, s.info, core) : undefined;
      if (whose === 'goroutine' && (!place || (start.g !== undefined && place.g !== start.g))) return false;
      past.moments.push(history.now);
      past.cores.push(core);
      if (!place) return false;
      past.pcs.push(pc);
      past.depths.push(place.depth);
      return false;
    },
  };
  machine.engine.observe(observer);
  do; while (machine.run() === 'break' && history.now < end);
  machine.engine.observe(undefined);
  return past;
}

const ofWhom = ({ g, tid, core }: Place, whose: Whose): string => (whose === 'core' ? `core ${core}` : whose === 'goroutine' && g !== undefined ? `g ${g}` : `thread ${tid} ${whose}`);

/** What was learned for an earlier step, up to `end`; undefined where that is none of it. */
function known(s: Session, start: Place, end: number, whose: Whose): Past | undefined {
  const { past } = s;
  if (!past || end <= past.from || end > past.end || past.of !== ofWhom(start, whose)) return undefined;
  const length = firstBeyond(0, past.moments.length, (i) => past.moments[i]! >= end);
  return { ...past, moments: past.moments.slice(0, length), cores: past.cores.slice(0, length), pcs: past.pcs.slice(0, length), depths: past.depths.slice(0, length) };
}

/** Goes to the moment that `find` gives of the past; it is asked again with more of it while it finds none. */
function backTo(s: Session, find: (past: Past, all: boolean) => number | undefined, whose: Whose = 'goroutine'): Stop {
  const start = here(s);
  const end = s.history.now;
  const reach = (past: Past, all: boolean): Stop | undefined => {
    const found = find(past, all);
    if (found === undefined) return undefined;
    s.goto(past.moments[found]!);
    s.focus(past.cores[found]!);
    return { why: 'step', core: s.core };
  };
  const before = known(s, start, end, whose);
  const again = before && reach(before, before.from <= s.history.first);
  if (again) return again;
  for (let window = firstWindow; ; window *= 8) {
    const all = end - window <= s.history.first;
    const past = (s.past = pastOf(s, start, end, Math.min(window, lastWindow), whose));
    const stop = reach(past, all);
    if (stop) return stop;
    if (all) {
      s.goto(s.history.first);
      return { why: 'start' };
    }
    if (window >= lastWindow) {
      s.goto(end);
      throw new StepError(`no such step in the ${lastWindow} instructions before; a breakpoint and reverse-continue go further`);
    }
  }
}

/** The `count` instructions before, of the task in focus if nothing else is said. */
export const reverseInstructions = (s: Session, count = 1, whose: Whose = 'thread'): Stop => backTo(s, ({ moments }) => (moments.length >= count ? moments.length - count : undefined), whose);

/** An instruction back, and over all that it called. */
export function reverseNextInstruction(s: Session): Stop {
  const start = here(s);
  return backTo(s, (past) => {
    const at = overCall(s, past, past.pcs.length - 1, start);
    return at < 0 ? undefined : at;
  });
}

/** The instruction `at`, or where it is a return to `to` the call that it returned from; -1: that lies further back. */
function overCall(s: Session, { pcs, depths }: Past, at: number, to: Pick<Place, 'pc' | 'depth'>): number {
  const insnOf = (pc: number): Insn | undefined => insnAt(s.machine, s.core, pc);
  if (at < 0 || !insnOf(pcs[at]!)?.row.cls.startsWith('ret')) return at;
  while (at >= 0 && !(depths[at] === to.depth && isCall(insnOf(pcs[at]!)) && pcs[at]! + insnOf(pcs[at]!)!.length === to.pc)) at--;
  return at;
}

/** The last index from `from` down whose depth is at most `depth`, or -1. */
function lastUpTo(depths: readonly number[], from: number, depth: number): number {
  let at = from;
  while (at >= 0 && depths[at]! > depth) at--;
  return at;
}

/** To the beginning of the line before, or of this one when the task is in its middle; `over`: not into what lines called. */
export function reverseLine(s: Session, over: boolean): Stop {
  const start = here(s);
  return backTo(s, (past, all) => {
    const { pcs, depths } = past;
    let at = pcs.length - 1;
    if (over) at = overCall(s, past, at, start);
    if (at < 0) return undefined;
    const key = lineOf(s, pcs[at]!);
    const depth = depths[at]!;
    let first = at;
    for (let i = at - 1; ; i--) {
      i = lastUpTo(depths, overCall(s, past, i, { pc: pcs[i + 1]!, depth: depths[i + 1]! }), depth); // what the line called belongs to it
      if (i < 0) return all ? first : undefined;
      if (lineOf(s, pcs[i]!) !== key) return first;
      first = i;
    }
  });
}

/** To the call of the function in focus. */
export function reverseFinish(s: Session): Stop {
  const { depth } = callerOf(s);
  return backTo(s, ({ depths }) => {
    const at = lastUpTo(depths, depths.length - 1, depth);
    return at < 0 ? undefined : at;
  });
}
