import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ftraceText } from '../../../machine/debug/ftrace.js';
import { SchedEvents } from '../../../machine/debug/schedEvents.js';
import { traceDat } from '../../../machine/debug/traceDat.js';
import { schedReports } from '../../../machine/debug/schedReports.js';
import type { Kernel } from '../../../machine/kernel/kernel.js';
import { machineFor } from '../../helpers/onMachine.js';
import { Guest } from '../../helpers/task.js';
const Events = suite('scheduler events');

/** A thread that sleeps for a millisecond while another one runs on the same core. */
function watched(listen = true): { g: Guest; events: SchedEvents } {
  const g = new Guest({ cores: 1, clockHz: 30e6 });
  const events = new SchedEvents(g.kernel);
  if (listen) g.kernel.schedWatch = events;
  g.sys('clone', 0xd0f00, g.scratch + 32768, 0, 0, g.scratch);
  g.duration(g.scratch + 64, 1_000_000);
  g.sys('nanosleep', g.scratch + 64, 0);
  g.pass(200); // 20 ms
  return { g, events };
}

Events('make the text of ftrace, in order of time', () => {
  const { events } = watched();
  const lines = [...ftraceText(events.events, 1)].join('').trimEnd().split('\n');
  assert.is(lines[2], `# entries-in-buffer/entries-written: ${lines.length - 11}/${lines.length - 11}   #P:1`);
  const body = lines.slice(11);
  for (const line of body) assert.match(line, /^ +\S+-\d+ +\[000\] [d.]\.[h.][.\d] +\d+\.\d{6}: sched_\w+: \S+=/);
  const shown = body.slice(0, 6).map((l) => l.replace(/^.*?: /, ''));
  assert.equal(shown, [
    'sched_process_fork: comm=guest pid=1 child_comm=guest child_pid=2',
    'sched_wakeup_new: comm=guest pid=2 prio=120 target_cpu=000',
    'sched_switch: prev_comm=guest prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=guest next_pid=2 next_prio=120',
    'sched_waking: comm=guest pid=1 prio=120 target_cpu=000',
    'sched_wakeup: comm=guest pid=1 prio=120 target_cpu=000',
    shown[5],
  ]);
  const times = body.map((l) => Number(/ (\d+\.\d{6}): /.exec(l)![1]));
  assert.equal(times, [...times].sort((a, b) => a - b));
  assert.ok(body.some((l) => l.includes('prev_state=R+')), 'preempted at a tick');
});

/** A line as Perfetto's importer of ftrace text takes it apart: task, pid, processor, four flags at most, seconds, event; behind it key=value, separated by blanks. */
const readable = /^ *(.+)-(\d+)\s+\(?\s*(?:\d+|-+)?\)?\s?\[(\d+)\]\s*[a-zA-Z0-9.]{0,4}\s+(\d+\.\d+):\s+(\S+):(.*)$/;

Events('are read back from the text: on each core a switch begins with the task of the one before, and only what was woken goes on', () => {
  const { machine } = machineFor('boot2', { cores: 3 });
  const kernel = machine.kernel as Kernel;
  const events = new SchedEvents(kernel);
  kernel.schedWatch = events;
  assert.is(machine.run(3e8), 'exit');
  const current = new Map<string, string>();
  const asleep = new Set<string>();
  let switches = 0;
  for (const line of [...ftraceText(events.events, 3)].join('').trimEnd().split('\n').filter((l) => !l.startsWith('#'))) {
    const [, task, pid, core, , event, rest] = readable.exec(line) as unknown as string[];
    const fields = new Map(rest!.trim().split(' ').filter((f) => f !== '==>').map((f) => f.split('=') as [string, string]));
    assert.is(pid, current.get(core!) ?? '0', line);
    if (event === 'sched_switch') {
      switches++;
      const next = fields.get('next_pid')!;
      assert.equal([fields.get('prev_pid'), fields.get('prev_prio'), fields.get('next_prio')], [pid, '120', '120'], line);
      assert.is(fields.get('prev_comm'), pid === '0' ? `swapper/${Number(core)}` : task, line);
      assert.match(fields.get('prev_state')!, /^(R|R\+|S|D|T|X)$/, line);
      if (pid !== '0' && !fields.get('prev_state')!.startsWith('R')) asleep.add(pid!);
      assert.not.ok(asleep.has(next), line);
      current.set(core!, next);
    } else if (event === 'sched_waking') assert.ok(asleep.has(fields.get('pid')!), line);
    else if (event === 'sched_wakeup') assert.ok(asleep.delete(fields.get('pid')!), line);
  }
  assert.ok(switches >= 20, `${switches} switches`);
});

/** The pages of each core's ring buffer, as the end of a trace.dat's head says. */
function pagesOf(file: Uint8Array, cores: number): { at: number; bytes: number }[] {
  const start = Buffer.from(file).indexOf('flyrecord\0') + 10;
  const view = new DataView(file.buffer, file.byteOffset + start);
  return Array.from({ length: cores }, (_, core) => ({ at: Number(view.getBigUint64(core * 16, true)), bytes: Number(view.getBigUint64(core * 16 + 8, true)) }));
}

Events('make a trace.dat: pages at multiples of 4096 bytes, which say when they begin and how much of them is used', () => {
  const { events } = watched();
  const file = new Uint8Array(Buffer.concat([...traceDat(events.events, 2)]));
  assert.equal([...file.subarray(0, 10)], [0x17, 0x08, 0x44, ...Buffer.from('tracing')]);
  const [first, second] = pagesOf(file, 2) as [{ at: number; bytes: number }, { at: number; bytes: number }];
  assert.equal([first.at % 4096, first.bytes % 4096, second.at, second.bytes], [0, 0, first.at + first.bytes, 0]);
  assert.is(file.length, second.at);
  const view = new DataView(file.buffer, first.at);
  assert.is(Number(view.getBigUint64(0, true)), events.events[0]!.at);
  // sched_process_fork: 4 bytes of length and time, 8 of number, flags and task, 16 + 4 + 16 + 4 of its own
  assert.equal([view.getUint32(16, true), view.getUint16(20, true), view.getInt32(24, true)], [48 / 4, 305, 1]);
  const events1 = events.events.slice(0, 3); // sched_wakeup_new has 40 bytes, sched_switch 64
  const short = new Uint8Array(Buffer.concat([...traceDat(events1, 1)]));
  assert.is(new DataView(short.buffer, pagesOf(short, 1)[0]!.at).getUint32(8, true), 4 + 48 + 4 + 40 + 4 + 64);
});

Events('make the reports of perf sched', () => {
  const { events } = watched();
  const hist = schedReports.timehist(events.events, 1).split('\n');
  assert.match(hist[0]!, /^ +time +cpu {2}task name +wait time {2}sch delay {3}run time$/);
  assert.match(hist[3]!, /^ +0\.\d{6} \[0000\] {2}guest\[1\] +0\.000 +0\.000 +0\.000 $/);
  assert.match(schedReports.latency(events.events), /\n {2}guest:\d +\| +\d+\.\d{3} ms \| +\d+ \| avg: +\d+\.\d{3} ms \| max: +\d+\.\d{3} ms \| max start: +\d+\.\d{6} s \| max end: +\d+\.\d{6} s\n/);
  assert.match(schedReports.map(events.events, 1), /^ {2}\*A0 +0\.\d{6} secs A0 => guest:2\n {2}\*B0 +0\.\d{6} secs B0 => guest:1\n/);
});

Events('change nothing', () => {
  assert.is(watched().g.machine.digest(), watched(false).g.machine.digest());
});

Events.run();
