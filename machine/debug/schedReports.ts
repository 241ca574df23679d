/**
 * Reports on scheduler events in the layout of perf sched 6.1: `timehist` has a line for each turn of a task, `latency` one for each
 * task, `map` one for each switch with what all cores run.
 */
import { seconds } from './ftrace.js';
import type { SchedEvent, Who } from './schedEvents.js';

export const schedReports = { timehist, latency, map } as const;
export type SchedReport = keyof typeof schedReports;

/** What is known of a task between its turns. Nanoseconds; -1: not yet. */
interface History {
  who: Who;
  /** It became ready, and does not run. */
  ready: number;
  /** It last left a core. */
  left: number;
  began: number;
}

class Histories {
  readonly all = new Map<number, History>();

  of(who: Who): History {
    const known = this.all.get(who.tid);
    if (known) {
      if (who.tid !== 0) known.who = who;
      return known;
    }
    const made: History = { who, ready: -1, left: -1, began: -1 };
    this.all.set(who.tid, made);
    return made;
  }
}

const millis = (nanos: number): string => `${String(Math.floor(nanos / 1e6)).padStart(6)}.${String(Math.floor(nanos / 1e3) % 1e3).padStart(3, '0')} `;

function nameOf(who: Who): string {
  if (who.tid === 0) return '<idle>';
  return who.pid === who.tid ? `${who.comm}[${who.tid}]` : `${who.comm}[${who.tid}/${who.pid}]`;
}

/** Per turn: how long it waited (slept or was preempted), how much of that it was ready, how long it ran. */
function timehist(events: readonly SchedEvent[], cores: number): string {
  const lines = [
    `${'time'.padStart(15)} ${'cpu'.padStart(6)}  ${'task name'.padEnd(30)}  ${'wait time'.padStart(9)}  ${'sch delay'.padStart(9)}  ${'run time'.padStart(9)}`,
    `${' '.repeat(15)} ${' '.repeat(6)}  ${'[tid/pid]'.padEnd(30)}  ${'(msec)'.padStart(9)}  ${'(msec)'.padStart(9)}  ${'(msec)'.padStart(9)}`,
    `${'-'.repeat(15)} ${'-'.repeat(6)}  ${'-'.repeat(30)}  ${'-'.repeat(9)}  ${'-'.repeat(9)}  ${'-'.repeat(9)}`,
  ];
  const tasks = new Histories();
  const since = new Array<number>(cores).fill(-1);
  for (const e of events) {
    if (e.kind === 'wakeup' || e.kind === 'wakeup_new') {
      const h = tasks.of(e.task);
      if (h.ready < 0) h.ready = e.at;
    }
    if (e.kind !== 'switch') continue;
    const h = e.current.tid === 0 ? undefined : tasks.of(e.current); // each core has an idle task of its own
    const began = since[e.core]!;
    const ran = began < 0 ? 0 : e.at - began;
    const waited = began < 0 || !h || h.left < 0 ? 0 : Math.max(0, began - h.left);
    const delay = began < 0 || !h || h.ready < 0 ? 0 : Math.max(0, began - h.ready);
    lines.push(`${seconds(e.at).padStart(15)} [${String(e.core).padStart(4, '0')}]  ${nameOf(e.current).padEnd(30)} ${millis(waited)}${millis(delay)}${millis(ran)}`);
    if (h) {
      h.left = e.at;
      h.ready = e.state.startsWith('R') ? e.at : -1;
    }
    since[e.core] = e.at;
  }
  return `${lines.join('\n')}\n`;
}

/** Per task, those first that waited longest on average from being ready to running. */
function latency(events: readonly SchedEvent[]): string {
  interface Row { who: Who; runtime: number; turns: number; delay: number; most: number; from: number; to: number }
  const rows = new Map<number, Row>();
  const rowOf = (who: Who): Row => {
    const row = rows.get(who.tid) ?? { who, runtime: 0, turns: 0, delay: 0, most: 0, from: 0, to: 0 };
    row.who = who;
    rows.set(who.tid, row);
    return row;
  };
  const tasks = new Histories();
  for (const e of events) {
    if (e.kind === 'wakeup' || e.kind === 'wakeup_new') tasks.of(e.task).ready = e.at;
    if (e.kind !== 'switch') continue;
    if (e.current.tid !== 0) {
      const h = tasks.of(e.current);
      if (h.began >= 0) rowOf(e.current).runtime += e.at - h.began;
      h.ready = e.state.startsWith('R') ? e.at : -1;
    }
    if (e.next.tid === 0) continue;
    const h = tasks.of(e.next);
    h.began = e.at;
    if (h.ready < 0) continue;
    const row = rowOf(e.next);
    const delay = e.at - h.ready;
    row.turns++;
    row.delay += delay;
    if (delay >= row.most) [row.most, row.from, row.to] = [delay, h.ready, e.at];
    h.ready = -1;
  }
  const shown = [...rows.values()].filter((r) => r.turns > 0).sort((a, b) => b.delay / b.turns - a.delay / a.turns || b.most - a.most || b.turns - a.turns);
  const ms = (nanos: number, width: number): string => (nanos / 1e6).toFixed(3).padStart(width);
  const rule = ` ${'-'.repeat(139)}`;
  const lines = shown.map((r) =>
    `${`  ${r.who.comm}:${r.who.tid} `.padEnd(24)}|${ms(r.runtime, 11)} ms |${String(r.turns).padStart(9)} | avg:${ms(r.delay / r.turns, 8)} ms | max:${ms(r.most, 8)} ms | max start: ${seconds(r.from).padStart(12)} s | max end: ${seconds(r.to).padStart(12)} s`);
  const sum = (pick: (r: Row) => number): number => shown.reduce((s, r) => s + pick(r), 0);
  return [
    '', rule, '  Task                  |   Runtime ms  | Switches | Avg delay ms    | Max delay ms    | Max delay start           | Max delay end          |', rule,
    ...lines, rule, `  TOTAL:                |${ms(sum((r) => r.runtime), 11)} ms |${String(sum((r) => r.turns)).padStart(9)} |`, ' ---------------------------------------------------', '', '',
  ].join('\n');
}

/** A column a core, with a letter and a digit for the task that runs there; the star is where the switch was. */
function map(events: readonly SchedEvent[], cores: number): string {
  const names = new Map<number, string>();
  const running = new Array<string>(cores).fill('  ');
  const lines: string[] = [];
  for (const e of events) {
    if (e.kind !== 'switch') continue;
    let name = e.next.tid === 0 ? '. ' : names.get(e.next.tid);
    const isNew = name === undefined;
    name ??= `${String.fromCharCode(65 + (names.size % 26))}${Math.floor(names.size / 26) % 10}`;
    if (isNew) names.set(e.next.tid, name);
    running[e.core] = name;
    const columns = running.map((n, core) => `${core === e.core ? '*' : ' '}${n} `).join('');
    lines.push(`  ${columns}  ${seconds(e.at).padStart(12)} secs ${isNew ? `${name} => ${e.next.comm}:${e.next.tid}` : ''}`);
  }
  return lines.map((l) => `${l}\n`).join('');
}
