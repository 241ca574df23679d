/** `why` and `lastwrite`: what led to where a goroutine or thread is, and to what memory holds. The run stays where it is. */
import { InputError } from '../options.js';
import { Breakpoints } from '../../debug/session/breakpoints.js';
import { goroutines } from '../../debug/views/goroutines.js';
import { whyGoroutine, whyText, whyThread } from '../../debug/why/why.js';
import type { DebugCommand, Debugger } from './debugger.js';
import { lookOf, showStack } from './looking.js';
import { watchedBytes } from './scope.js';
import { stopText, whereOf } from './show.js';
import { number } from './words.js';

/** Goroutines or threads of a chain, where the user does not say. */
const usualDepth = 3;

async function why(d: Debugger, args: string): Promise<void> {
  const [, what, n, depth] = /^(?:(goroutine|gr|thread|tr)\s+(\d+))?\s*(?:depth\s+(\d+))?$/.exec(args) ?? [];
  if (args !== '' && what === undefined && depth === undefined) return lastWrite(d, args);
  const links = number(depth, 'a depth', usualDepth);
  const { session } = d;
  const look = lookOf(d);
  const ofThread = what?.startsWith('t') ?? false;
  const tid = ofThread ? Number(n) : session.tid;
  const task = look.tasks.find((t) => t.tid === tid);
  const found = ofThread ? undefined : goroutines(look).find((g) => (n === undefined ? g.thread === session.tid && g.status !== 0 : g.id === Number(n)));
  if (found === undefined && n !== undefined && !ofThread) throw new InputError(`no goroutine ${n}`);
  if (found === undefined && !task) throw new InputError(`no thread ${tid}`);
  const end = session.history.now;
  d.out(whyText(await session.aside(() => (found ? whyGoroutine(session, found, end, links) : whyThread(session, tid, end, links, task!.state === 'running')))));
}

const lastWrite = (d: Debugger, args: string): Promise<void> => {
  const { session } = d;
  const points = new Breakpoints();
  points.addWatch(args, { ...watchedBytes(d, args), read: false, write: true });
  return session.aside(async () => {
    const stop = await session.back({ points });
    d.out(stop.why === 'watchpoint' ? whereOf(session, d.sources) : stop.why === 'start' ? 'no instruction has written it; the kernel may have\n' : stopText(session, stop));
    if (stop.why === 'watchpoint') showStack(d, '3');
  });
};

export const reasons: readonly DebugCommand[] = [
  { names: ['lastwrite'], takes: 'expression', args: 'EXPRESSION', help: 'which instruction wrote it last', run: lastWrite },
  {
    names: ['why'], takes: 'expression', args: '[goroutine N | thread N] [depth N] | EXPRESSION',
    help: 'what led to where the goroutine or thread is: who woke it, why it had waited, and the same of who woke it; or who wrote EXPRESSION last', run: why,
  },
];
