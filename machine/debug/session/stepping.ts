/**
 * Steps forwards: by instruction, over calls, by source line, out of functions, to a place. They are about the task in focus; what it calls
 * in the middle of a goroutine may end on another thread, so where the image is Go's, returning is the goroutine's affair.
 */
import { argumentOn } from '../arch/arch.js';
import type { FunctionInfo } from '../info.js';
import { memoryOf, threadOn } from '../thread.js';
import { unwind, type Frame } from '../unwind/unwind.js';
import { goidOf, insnAt, isCall, placeOn, taskOn, type Place } from './place.js';
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

/** Whose instructions a step counts: the thread's, wherever it goes; the goroutine's, on its own stack; or all of a core. */
export type Whose = 'thread' | 'goroutine' | 'core';

/** The goroutine in focus, where it is none of the runtime's own for a thread (g0, gsignal). */
function userGoroutine(s: Session): number | undefined {
  const { g, core } = here(s);
  return (goidOf(s.machine, s.info, core, g) ?? 0n) === 0n ? undefined : g;
}

/** The next `count` instructions, of the task in focus if nothing else is said. Errors: StepError where there is no goroutine. */
export async function stepInstructions(s: Session, count = 1, whose: Whose = 'thread'): Promise<Stop> {
  const { tid, core: first } = here(s);
  const g = whose === 'goroutine' ? userGoroutine(s) : undefined;
  if (whose === 'goroutine' && g === undefined) throw new StepError('no goroutine runs here');
  const done = (core: number): string => `${core} ${s.machine.core(core).instructions}`; // an instruction that faults is come to again
  const mine = (core: number): boolean => (whose === 'core' ? core === first : g === undefined ? taskOn(s.machine, core) === tid : placeOn(s.machine, s.info, core)?.g === g);
  const execute = g === undefined ? undefined : s.info.functionNamed('runtime.execute')?.low;
  let last = done(first);
  let left = count;
  let coming: number | undefined;
  for (;;) {
    let comes = false;
    const stop = await s.run({
      ...(execute === undefined ? {} : { breaks: [execute] }),
      every: (core) => core === coming || mine(core),
      before(core, pc) {
        if (mine(core)) {
          coming = undefined;
          if (done(core) === last) return false;
          last = done(core);
          return --left === 0;
        }
        if (pc !== execute || core === coming || argumentOn(s.machine, core, 0) !== g) return false;
        coming = core;
        return (comes = true); // from here on every instruction of that core counts, which must be said anew
      },
    });
    if (stop.why !== 'step' || !comes) return stop;
  }
}

/** An instruction, and all that it calls. */
export async function nextInstruction(s: Session, whose: Whose = 'thread'): Promise<Stop> {
  const start = here(s);
  const insn = insnAt(s.machine, start.core, start.pc);
  return isCall(insn) ? runTo(s, [start.pc + insn!.length], start, start.depth) : stepInstructions(s, 1, whose);
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

/** To the beginning of another line, of the goroutine where there is one; `over`: not into what this one calls. */
export async function stepLine(s: Session, over: boolean, whose: Whose = userGoroutine(s) === undefined ? 'thread' : 'goroutine'): Promise<Stop> {
  const first = here(s);
  let key = lineOf(s, first.pc);
  if (key === undefined) return finish(s); // no lines: out of here
  let function_ = s.info.functionAt(first.pc);
  for (;;) {
    const start = here(s);
    const insn = insnAt(s.machine, start.core, start.pc);
    let stop: Stop;
    if (isCall(insn) && over) stop = await nextInstruction(s, whose);
    else {
      stop = await stepInstructions(s, 1, whose);
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
