/** Files with scheduler events, as the viewers they are made for read them: trace-cmd and Perfetto's trace processor. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ftraceText } from '../../../machine/debug/ftrace.js';
import { idleTask, SchedEvents, type SchedEvent, type Who } from '../../../machine/debug/schedEvents.js';
import { schedReports } from '../../../machine/debug/schedReports.js';
import { traceDat } from '../../../machine/debug/traceDat.js';
import type { Kernel } from '../../../machine/kernel/kernel.js';
import { loaded } from '../../helpers/onMachine.js';
import { hasAll } from '../../helpers/oracle.js';
import { hasPerfetto, Perfetto } from '../../helpers/perfetto.js';
import { cCompilers, cImage } from '../../helpers/toolchain.js';
const Viewers = suite('viewers of scheduler events');

const cores = 2;

/** What happened to a program of two threads that are woken by others, and four that spin. */
const recorded = once((): readonly SchedEvent[] => {
  const image = cImage({ name: 'sched/wakeups' }, cCompilers[0]!);
  const { machine } = loaded(image, ['wakeups', '2', '20', '60', '4'], { cores, clockHz: 100e6, memoryBytes: 256 * 2 ** 20 });
  const kernel = machine.kernel as Kernel;
  const events = new SchedEvents(kernel);
  kernel.schedWatch = events;
  assert.is(machine.run(1e9), 'exit');
  return events.events;
});

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** One event of each kind, and with each state, at times that are far apart and close together. */
function oneOfEach(): readonly SchedEvent[] {
  const [first, second]: Who[] = [{ tid: 70_001, pid: 70_001, comm: 'sixteen letters', priority: 120 }, { tid: 7, pid: 7, comm: 'a b-c', priority: 99 }];
  const place = (at: number, current: Who, timer = false): Pick<SchedEvent, 'at' | 'core' | 'current' | 'timer'> => ({ at, core: 1, current, timer });
  const states = ['R', 'R+', 'S', 'D', 'T', 'X'];
  return [
    { ...place(1_000_000_007, idleTask(1), true), kind: 'waking', task: first!, target: 1 },
    { ...place(1_000_000_007, idleTask(1), true), kind: 'wakeup', task: first!, target: 1 },
    { ...place(1_000_000_008, idleTask(1)), kind: 'switch', state: 'R', next: first! },
    { ...place(2_000_000_000, first!), kind: 'fork', child: second! },
    { ...place(2 ** 44 + 1, first!), kind: 'wakeup_new', task: second!, target: 0 },
    { ...place(2 ** 44 + 2 ** 27 + 1, first!), kind: 'migrate', task: second!, from: 0, to: 1 },
    ...states.map((state, i): SchedEvent => ({ ...place(2 ** 45 + i * (2 ** 27 - 1), i % 2 === 0 ? first! : second!), kind: 'switch', state, next: i % 2 === 0 ? second! : first! })),
    { ...place(2 ** 46, first!), kind: 'exit', task: first! },
  ];
}

/** What a command prints of the events' trace.dat. */
function shownBy(events: readonly SchedEvent[], command: string, ...args: string[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'rt0-trace-'));
  try {
    writeFileSync(join(dir, 'trace.dat'), Buffer.concat([...traceDat(events, cores)]));
    const r = spawnSync(command, [...args, '-i', join(dir, 'trace.dat')], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    assert.equal([r.status, r.stderr], [0, '']);
    return r.stdout;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

interface Line {
  readonly task: string;
  readonly core: number;
  readonly event: string;
}

/** Lines of the text of ftrace, or of trace-cmd's, without times; each core's are in order. */
function linesOf(text: string): Line[] {
  return text.split('\n').filter((l) => l !== '' && !l.startsWith('#') && !l.startsWith('cpus=')).map((line) => {
    const [, task, core, event] = /^ *(.+-\d+) +\[(\d+)\](?: [d.].{3})? +\d+\.\d+: +(sched_\w+: +.*)$/.exec(line)!;
    return { task: task!, core: Number(core), event: event!.replace(/: +/, ': ') };
  });
}

for (const [what, make] of [['a program', recorded], ['one event of each kind', oneOfEach], ['nothing', (): SchedEvent[] => []]] as const) {
  Viewers(`trace-cmd reads from trace.dat what the text of ftrace says: ${what}`, () => {
    if (!hasAll('trace-cmd', 'trace-cmd', 'gcc')) return;
    const events = make();
    const shown = shownBy(events, 'trace-cmd', 'report', '-N', '-t');
    assert.match(shown, /^cpus=2\n/);
    const perCore = (lines: readonly Line[]): Line[] => lines.map((l, i) => [l, i] as const).sort(([a, i], [b, j]) => a.core - b.core || i - j).map(([l]) => l);
    assert.equal(perCore(linesOf(shown)), perCore(linesOf([...ftraceText(events, cores)].join(''))));
    const times = [...shown.matchAll(/\] +(\d+)\.(\d{9}): /g)].map(([, s, ns]) => Number(s) * 1e9 + Number(ns));
    assert.equal(times, events.map((e) => e.at), 'in whole nanoseconds');
  });
}

Viewers('trace-cmd reads the flags of events too', () => {
  if (!hasAll('trace-cmd', 'trace-cmd', 'gcc')) return;
  const shown = shownBy(oneOfEach(), 'trace-cmd', 'report', '-N', '-l').split('\n').filter((l) => l.includes('sched_')).map((l) => /-\d+ +\d([d.].{3,4}) +\d+\.\d{6}: (sched_\w+)/.exec(l)!.slice(1).join(' '));
  assert.equal(shown.slice(0, 4), ['d.h3. sched_waking', 'd.h3. sched_wakeup', 'd..2. sched_switch', '..... sched_process_fork']);
});

/** Microseconds, as the text of ftrace has them. */
const micros = (nanos: number): number => Math.floor(nanos / 1000);
const end = (ts: number, dur: number): number => Math.round((ts + dur) / 1000);

Viewers('Perfetto has every turn of every core, with its task and how it ended', async () => {
  if (!hasAll('Perfetto', 'gcc') || !hasPerfetto('Perfetto')) return;
  const events = recorded();
  const trace = await Perfetto.open(Buffer.concat([...ftraceText(events, cores)].map((s) => Buffer.from(s))));
  assert.equal(trace.query("select name, value from stats where severity != 'info' and value != 0"), []);
  const rows = trace.query('select cpu, tid, ts, dur, end_state, thread.name from sched join thread using (utid) order by cpu, ts, sched.id');
  const shown = rows.map(([cpu, tid, ts, dur, state, name]) => ({ cpu, tid, begin: Math.round((ts as number) / 1000), end: end(ts as number, dur as number), state, name: tid === 0 ? 'idle' : name }));
  const want: typeof shown = [];
  for (let core = 0; core < cores; core++) {
    const switches = events.flatMap((e) => (e.kind === 'switch' && e.core === core ? [e] : []));
    switches.slice(0, -1).forEach((e, i) => {
      const after = switches[i + 1]!;
      want.push({ cpu: core, tid: e.next.tid, begin: micros(e.at), end: micros(after.at), state: after.state, name: e.next.tid === 0 ? 'idle' : e.next.comm });
    });
  }
  const closed = shown.filter((s, i) => shown[i + 1]?.cpu === s.cpu); // the last of a core ends with the trace
  assert.equal(closed, want);
  assert.ok(want.length > 20 && new Set(want.map((w) => w.tid)).size > 3, `${want.length} turns of ${new Set(want.map((w) => w.tid)).size} tasks`);
});

Viewers('Perfetto has the states of threads with the numbers of rt0 sched timehist', async () => {
  if (!hasAll('Perfetto', 'gcc') || !hasPerfetto('Perfetto')) return;
  const events = recorded();
  const trace = await Perfetto.open(Buffer.concat([...ftraceText(events, cores)].map((s) => Buffer.from(s))));
  const states = trace.query('select tid, state, ts, dur, cpu from thread_state join thread using (utid) where tid != 0 order by tid, ts');
  let turns = 0;
  for (const line of schedReports.timehist(events, cores).split('\n').slice(3, -1)) {
    const [, time, core, name, ...figures] = /^ +(\d+\.\d{6}) \[(\d+)\] +(\S+) +([\d.]+) +([\d.]+) +([\d.]+) $/.exec(line)!;
    if (name === '<idle>') continue;
    const tid = Number(/\[(\d+)/.exec(name!)![1]);
    const [wait, delay, run] = figures.map((f) => Math.round(Number(f) * 1000)) as [number, number, number];
    const until = Math.round(Number(time) * 1e6);
    const at = states.findIndex(([t, s, ts, dur, cpu]) => t === tid && s === 'Running' && cpu === Number(core) && end(ts as number, dur as number) === until);
    if (at < 0 && until === micros(events.at(-1)!.at)) continue; // to Perfetto, what ends with the trace goes on
    assert.ok(at >= 0, `no such turn: ${line}`);
    const length = (i: number): number => Math.round((states[i]![3] as number) / 1000);
    const close = (got: number, want: number, what: string): void => assert.ok(Math.abs(got - want) <= 1, `${what}: ${got}, not ${want}: ${line}`);
    close(length(at), run, 'run time');
    const isReady = (i: number): boolean => states[i]?.[0] === tid && (states[i]![1] === 'R' || states[i]![1] === 'R+');
    turns++;
    if (states[at - 1]?.[0] !== tid) continue; // Perfetto has no state of a thread before its first turn
    close(isReady(at - 1) ? length(at - 1) : 0, delay, 'delay');
    const before = isReady(at - 1) ? at - 2 : at - 1;
    const slept = states[before]?.[0] === tid && states[before]![1] !== 'Running' ? length(before) : 0;
    close(slept, wait - delay, 'sleep');
  }
  assert.ok(turns > 100, `${turns} turns`);
});

Viewers.run();
