/** Scheduler events as the text of /sys/kernel/tracing/trace, which Perfetto reads. Documentation/trace/ftrace.rst. */
import type { SchedEvent, Who } from './schedEvents.js';

const header = (events: number, cores: number): string => [
  '# tracer: nop', '#', `# entries-in-buffer/entries-written: ${events}/${events}   #P:${cores}`, '#',
  '#                                _-----=> irqs-off', '#                               / _----=> need-resched', '#                              | / _---=> hardirq/softirq',
  '#                              || / _--=> preempt-depth', '#                              ||| /     delay',
  '#           TASK-PID     CPU#  ||||   TIMESTAMP  FUNCTION', '#              | |         |   ||||      |         |', '',
].join('\n');

/** Seconds with six digits. */
export function seconds(nanos: number): string {
  const micros = Math.floor(nanos / 1000);
  return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
}

const core3 = (core: number): string => String(core).padStart(3, '0');
const taskText = (t: Who): string => `comm=${t.comm} pid=${t.tid} prio=${t.priority}`;

function fields(e: SchedEvent): string {
  switch (e.kind) {
    case 'switch':
      return `sched_switch: prev_comm=${e.current.comm} prev_pid=${e.current.tid} prev_prio=${e.current.priority} prev_state=${e.state} ==> next_comm=${e.next.comm} next_pid=${e.next.tid} next_prio=${e.next.priority}`;
    case 'waking':
    case 'wakeup':
    case 'wakeup_new':
      return `sched_${e.kind}: ${taskText(e.task)} target_cpu=${core3(e.target)}`;
    case 'migrate':
      return `sched_migrate_task: ${taskText(e.task)} orig_cpu=${e.from} dest_cpu=${e.to}`;
    case 'fork':
      return `sched_process_fork: comm=${e.current.comm} pid=${e.current.tid} child_comm=${e.child.comm} child_pid=${e.child.tid}`;
    case 'exit':
      return `sched_process_exit: ${taskText(e.task)}`;
  }
}

/** Interrupts are off while tasks are switched and woken; in an interrupt the third column is h. */
function flags(e: SchedEvent): string {
  if (e.kind === 'fork' || e.kind === 'exit') return '....';
  return `d.${e.timer ? 'h' : '.'}${e.kind === 'switch' ? 2 : 3}`;
}

function lineOf(e: SchedEvent): string {
  const name = e.current.tid === 0 ? '<idle>' : e.current.comm;
  return `${name.padStart(16)}-${String(e.current.tid).padEnd(7)} [${core3(e.core)}] ${flags(e)} ${seconds(e.at).padStart(12)}: ${fields(e)}\n`;
}

/** The text in parts, none of which is too long for a string. */
export function* ftraceText(events: readonly SchedEvent[], cores: number): Generator<string> {
  yield header(events.length, cores);
  const part = 10_000;
  for (let at = 0; at < events.length; at += part) yield events.slice(at, at + part).map(lineOf).join('');
}
