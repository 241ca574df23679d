/**
 * Steps forwards: by instruction, over calls, by source line, out of functions, to a place. They are about the task in focus; what it calls
 * in the middle of a goroutine may end on another thread, so where the image is Go's, returning is the goroutine's affair.
 */
import type { FunctionInfo } from '../info.js';
import { memoryOf, threadOn } from '../thread.js';
import { unwind, type Frame } from '../unwind/unwind.js';
import { insnAt, isCall, placeOn, taskOn, type Place } from './place.js';
import type { Session, Stop } from './session.js';

/** What cannot be done here, told as a line. */
export class StepError extends Error {}

/** Where the task in focus stands. Errors: StepError while it does not run. */
export function here(s: Session): Place {
  const { place } = s;
  if (!place) throw new StepError(s.machine.exitStatus !== undefined ? 'the program has ended' : `thread ${s.tid} does not run now`);
  return place;
}

/** The frames of the task in focus, innermost first. */
export function framesOf(s: Session): Frame[] {
  const { core } = here(s);
  return [...unwind(s.info.unwindTables, threadOn(s.machine, core, s.info.gFromBase)!, memoryOf(s.machine, core)!)];
}

/** Whether a place is on the same stack as `start`, and no deeper. */
export const isBack = (place: Place | undefined, start: Pick<Place, 'g' | 'tid'>, depth: number): boolean =>
  place !== undefined && (start.g === undefined ? place.tid === start.tid : place.g === start.g) && place.depth <= depth;

/** The next `count` instructions of the task. */
export function stepInstructions(s: Session, count = 1): Promise<Stop> {
  const { tid, core: first } = here(s);
  const done = (core: number): string => `${core} ${s.machine.core(core).instructions}`; // an instruction that faults is come to again
  let last = done(first);
  let left = count;
  const mine = (core: number): boolean => taskOn(s.machine, core) === tid;
  return s.run({
    every: mine,
    before(core) {
      if (!mine(core) || done(core) === last) return false;
      last = done(core);
      return --left === 0;
    },
  });
}

/** An instruction, and all that it calls. */
export async function nextInstruction(s: Session): Promise<Stop> {
  const start = here(s);
  const insn = insnAt(s.machine, start.core, start.pc);
  return isCall(insn) ? runTo(s, [start.pc + insn!.length], start, start.depth) : stepInstructions(s);
}

/** To one of the addresses, on the same stack and no deeper. */
function runTo(s: Session, breaks: readonly number[], start: Place, depth: number): Promise<Stop> {
  return s.run({ breaks, before: (core, pc) => breaks.includes(pc) && isBack(placeOn(s.machine, s.info, core), start, depth) });
}

/** Where the function in focus returns to, and how deep its stack is then. Errors: StepError where nothing has called it. */
export function callerOf(s: Session): { readonly pc: number; readonly depth: number } {
  const { depth, sp } = here(s);
  const [inner, outer] = framesOf(s);
  if (!outer || inner?.cfa === undefined || !s.info.functionAt(outer.lookup)) throw new StepError('nothing has called this function');
  return { pc: outer.pc, depth: depth + sp - inner.cfa };
}

/** Out of the function in focus, to behind its call. */
export async function finish(s: Session): Promise<Stop> {
  const caller = callerOf(s);
  return runTo(s, [caller.pc], here(s), caller.depth);
}

/** To one of the addresses, on any thread; `within`: at the latest to where the function in focus returns. */
export async function advance(s: Session, addresses: readonly number[], within = false): Promise<Stop> {
  const start = here(s);
  const limit = within ? callerOf(s) : undefined;
  return s.run({
    breaks: limit ? [...addresses, limit.pc] : addresses,
    before: (core, pc) => addresses.includes(pc) || (pc === limit?.pc && isBack(placeOn(s.machine, s.info, core), start, limit.depth)),
  });
}

/** Source line and function of an address, as one word that changes when either does. */
export function lineOf(s: Session, pc: number): string | undefined {
  const place = s.info.placeOf(pc);
  return place && `${s.info.functionAt(pc)?.low} ${place.file}:${place.line}`;
}

/** Whether stepping goes into a function that `from` calls: one with lines, and not the runtime's unless it is there already. */
function isEntered(f: FunctionInfo | undefined, from: FunctionInfo | undefined, s: Session): boolean {
  if (!f || s.info.placeOf(f.low) === undefined) return false;
  return !f.name.startsWith('runtime.') || (from?.name.startsWith('runtime.') ?? false);
}

/** To the beginning of another line; `over`: not into what this one calls. */
export async function stepLine(s: Session, over: boolean): Promise<Stop> {
  const first = here(s);
  let key = lineOf(s, first.pc);
  if (key === undefined) return finish(s); // no lines: out of here
  let function_ = s.info.functionAt(first.pc);
  for (;;) {
    const start = here(s);
    const insn = insnAt(s.machine, start.core, start.pc);
    let stop: Stop;
    if (isCall(insn) && over) stop = await nextInstruction(s);
    else {
      stop = await stepInstructions(s);
      if (stop.why === 'step' && isCall(insn)) {
        const callee = s.info.functionAt(here(s).pc);
        if (!isEntered(callee, function_, s)) stop = await runTo(s, [start.pc + insn!.length], start, start.depth);
        else {
          const body = s.info.bodyOf(callee!);
          return body === here(s).pc ? stop : runTo(s, [body], start, Infinity);
        }
      }
    }
    if (stop.why !== 'step') return stop;
    const now = here(s);
    const where = s.info.functionAt(now.pc);
    const line = lineOf(s, now.pc);
    if (where?.low !== function_?.low && now.depth < start.depth) {
      // returned into the middle of a line, which is finished first
      [function_, key] = [where, line];
      if (line === undefined) return stop;
      continue;
    }
    if (line !== undefined && line !== key) return stop;
  }
}
