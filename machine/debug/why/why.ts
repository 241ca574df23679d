/**
 * Why a goroutine or a thread is where it is, as the chain of what led there: it runs because it was taken from a queue, was put there by another that
 * woke it, and had gone to sleep in a call; and why that other one ran then. Newest first.
 */
import type { Session } from '../session/session.js';
import { goStatus } from '../views/goroutines.js';
import { eventsBefore, type Actor, type Event, type Moment } from './events.js';

/** A thing that happened, or the heading of those behind it. */
export type Link = { readonly heading: string } | (Moment & { readonly text: string });

type Status = Event & { readonly kind: 'status' };
type Woken = Event & { readonly kind: 'wake' };

const { runnable, running, syscall, waiting } = goStatus;
const isStatus = (e: Event): e is Status => e.kind === 'status';

/** Statuses that change where the goroutine stops or is put back; short stays in system calls and for the collector are none. */
const lastOf = (events: readonly Event[], test: (e: Status) => boolean): Status | undefined => events.findLast((e): e is Status => isStatus(e) && test(e));
const started = (e: Status): boolean => e.to === running && e.from === runnable;
const readied = (e: Status): boolean => e.to === runnable;
const parked = (e: Status): boolean => e.to === waiting;

/** What `eventsBefore` must come to for the last time a goroutine was stopped and went on. */
function complete(events: readonly Event[], waits: boolean): boolean {
  const all = waits ? lastOf(events, parked) : lastOf(events, readied);
  if (all === undefined || waits) return all !== undefined;
  return all.from !== waiting || lastOf(events.slice(0, events.indexOf(all)), parked) !== undefined;
}

/** `id`, `g`: number and address; `status`: what it is before `end`, which is `past` or now. As many goroutines as `depth` says, each the one that readied the last. */
export async function whyGoroutine(s: Session, goroutine: { readonly id: number; readonly g: number; readonly status: number }, end: number, depth: number, past = false): Promise<Link[]> {
  const { id, g, status } = goroutine;
  const waits = status === waiting;
  const events = await eventsBefore(s, end, g, (list) => complete(list, waits));
  const links: Link[] = [{ heading: `goroutine ${id} ${past ? 'ran then' : waits ? 'waits' : status === runnable ? 'may run' : status === syscall ? 'is in a system call' : 'runs'}` }];
  if (waits) {
    const park = lastOf(events, parked);
    if (park) links.push({ ...momentOf(park), text: waitText(park) });
    return links;
  }
  const run = status === runnable ? undefined : lastOf(events, started);
  const before = run ? events.slice(0, events.indexOf(run)) : events;
  const ready = lastOf(before, readied);
  const between = before.slice(ready ? before.indexOf(ready) + 1 : 0);
  if (run) links.push({ ...momentOf(run), text: `${threadText(run.by)} takes it up` });
  const steals = between.filter((e) => e.kind === 'steal');
  const woken = run && between.findLast((e): e is Woken => e.kind === 'wake' && e.tid === run.by.tid);
  links.push(...[...steals.map((e) => ({ ...momentOf(e), text: `thread ${e.tid} steals it for processor ${e.to} from ${e.from === undefined ? 'another' : `processor ${e.from}`}` })), ...(woken ? [wokenLink(woken)] : [])].sort((a, b) => b.at - a.at));
  if (!ready) return links;
  const { by } = ready;
  if (steals.length === 0 && run && by.processor !== undefined && run.by.processor !== by.processor) links.push({ ...momentOf(ready), text: 'it goes through the queue of all processors' });
  const { text, next } = causeOf(ready, id);
  links.push({ ...momentOf(ready), text });
  const park = ready.from === waiting ? lastOf(before.slice(0, before.indexOf(ready)), parked) : undefined;
  if (park) links.push({ ...momentOf(park), text: waitText(park) });
  if (next === undefined || depth <= 1) return links;
  return [...links, ...(await whyGoroutine(s, { ...next, status: running }, ready.at, depth - 1, true))];
}

/** What made a goroutine runnable, and which other one did. */
function causeOf(ready: Status, id: number): { readonly text: string; readonly next: Actor['goroutine'] } {
  const { by } = ready;
  if (ready.from === waiting) return { text: `${actorText(by)} readies it: ${by.calls}`, next: by.goroutine?.id === id ? undefined : by.goroutine };
  if (ready.from === running) return { text: `it gives way: ${ready.calls}`, next: undefined };
  if (ready.from === syscall) return { text: `it comes back from a system call and has lost its processor: ${ready.calls}`, next: undefined };
  return { text: `${actorText(by)} makes it: ${by.calls}`, next: by.goroutine };
}

const waitText = (park: Status): string => `it waits (${park.reason}): ${park.calls}`;
const momentOf = ({ at, cycle }: Moment): Moment => ({ at, cycle });
const threadText = ({ tid, processor }: Actor): string => `thread ${tid}${processor === undefined ? '' : ` with processor ${processor}`}`;
const actorText = (by: Actor): string => (by.goroutine ? `goroutine ${by.goroutine.id}, on ${threadText(by)},` : threadText(by));

function wokenLink(e: Woken): Moment & { readonly text: string } {
  const by = e.by ? `${actorText(e.by)} wakes thread ${e.tid}: ${e.by.calls}` : `thread ${e.tid} is woken ${e.late ? 'by its timeout' : 'by what came from outside'}`;
  return { ...momentOf(e), text: by };
}

/** Of a thread, that runs or does not before `end`. */
export async function whyThread(s: Session, tid: number, end: number, depth: number, isRunning: boolean, past = false): Promise<Link[]> {
  const of = (list: readonly Event[], kind: 'sleep' | 'wake' | 'switch' | 'clone'): Event | undefined => list.findLast((e) => e.kind === kind && e.tid === tid);
  const events = await eventsBefore(s, end, undefined, (list) => {
    const sleep = of(list, 'sleep') ?? of(list, 'clone');
    return isRunning ? sleep !== undefined && of(list.slice(list.indexOf(sleep)), 'switch') !== undefined : sleep !== undefined;
  });
  const links: Link[] = [{ heading: `thread ${tid} ${past ? 'ran then' : isRunning ? 'runs' : 'does not run'}` }];
  const sleep = of(events, 'sleep') ?? of(events, 'clone');
  const since = events.slice(sleep ? events.indexOf(sleep) + 1 : 0);
  const wake = of(since, 'wake') as Woken | undefined;
  const has = of(since, 'switch');
  if (has?.kind === 'switch') links.push({ ...momentOf(has), text: `it gets core ${has.core}` });
  if (wake) links.push(wokenLink(wake));
  if (sleep?.kind === 'sleep') links.push({ ...momentOf(sleep), text: `it sleeps in ${sleep.call}: ${sleep.by.calls}` });
  if (sleep?.kind === 'clone') links.push({ ...momentOf(sleep), text: `${actorText(sleep.by)} makes it: ${sleep.by.calls}` });
  if (wake?.by === undefined || wake.by.tid === tid || depth <= 1) return links;
  return [...links, ...(await whyThread(s, wake.by.tid, wake.at, depth - 1, true, true))];
}

/** One line each, under headings. */
export function whyText(links: readonly Link[]): string {
  const width = Math.max(0, ...links.map((l) => ('at' in l ? String(l.cycle).length : 0)));
  const digits = Math.max(0, ...links.map((l) => ('at' in l ? String(l.at).length : 0)));
  return links.map((l) => ('heading' in l ? `${l.heading}\n` : `  cycle ${String(l.cycle).padStart(width)}, instruction ${String(l.at).padStart(digits)}: ${l.text}\n`)).join('');
}
