/** Expressions at the place in focus: for print, conditions and watchpoints. */
import { parse, holds, rangeOf, type Expression } from '../../debug/expr/expression.js';
import { coreScope, frameScope, type Scope } from '../../debug/expr/scope.js';
import type { Condition } from '../../debug/session/breakpoints.js';
import type { Session } from '../../debug/session/session.js';
import { framesOf, here } from '../../debug/session/stepping.js';
import { memoryOf, threadOn } from '../../debug/thread.js';
import { unwind } from '../../debug/unwind/unwind.js';
import { InputError } from '../options.js';
import type { Debugger } from './debugger.js';

/** Where the frame of what a core executes begins. */
const cfaOn = (s: Session, core: number): number | undefined => unwind(s.info.unwindTables, threadOn(s.machine, core, s.info.gFromBase)!, memoryOf(s.machine, core)!).next().value?.cfa;

/** What names mean in the selected frame. Errors: StepError while the thread in focus does not run. */
export function scopeOf(d: Debugger): Scope {
  const { session: s } = d;
  const { core } = here(s);
  if (d.frame === 0) return coreScope(s.machine, core, s.info, () => cfaOn(s, core))!;
  const found = rowsOf(s)[d.frame];
  if (!found) throw new InputError(`no frame ${d.frame}`);
  return frameScope(s.info, found.frame, memoryOf(s.machine, core)!, found.inline);
}

/** Frames as backtraces number them: inlined calls are frames. */
export function rowsOf(s: Session): { readonly frame: ReturnType<typeof framesOf>[number]; readonly inline: number }[] {
  return framesOf(s).flatMap((frame) => Array.from({ length: Math.max(1, s.info.framesAt(frame.lookup).length) }, (_, inline) => ({ frame, inline })));
}

/** A condition of breakpoints, checked for what can be seen before it is asked: its grammar. Errors: ExprError. */
export function conditionOf(s: Session, text: string): { readonly text: string; readonly holds: Condition } {
  const expression: Expression = parse(text);
  return { text, holds: ({ core }) => holds(expression, coreScope(s.machine, core, s.info, () => cfaOn(s, core))!) };
}

/** The bytes of what an expression names: a variable, a field, an element, `*p`, or `*ADDRESS N`. */
export function watchedBytes(d: Debugger, text: string): { readonly low: number; readonly high: number } {
  const sized = /^\*\s*(0x[0-9a-f]+|\d+)(?:\s+(\d+))?$/i.exec(text.trim());
  if (sized) return { low: Number(sized[1]), high: Number(sized[1]) + Number(sized[2] ?? 8) };
  const symbol = d.session.info.symbols.named(text.trim()); // of assembly, whose data have no types
  const range = rangeOf(parse(text), scopeOf(d)) ?? (symbol && { address: symbol.start, bytes: 8 });
  if (!range) throw new InputError(`${text} is not in memory`);
  return { low: range.address, high: range.address + range.bytes };
}
