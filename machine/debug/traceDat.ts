/**
 * Scheduler events as a file of trace-cmd (trace.dat, version 6), which trace-cmd and KernelShark open: what tracefs says of the layout of each event,
 * then for each core the pages of its ring buffer. trace-cmd.dat.v6(5); include/linux/ring_buffer.h and include/trace/events/sched.h of Linux 5.10.
 *
 * Left out, as no event needs them: addresses of kernel functions, formats of printk, options. Times are whole nanoseconds.
 */
import type { SchedEvent } from './schedEvents.js';

type Kind = SchedEvent['kind'];

/** A tracepoint: fields as C declares them, in order, what they hold, and how a reader prints them. */
interface Tracepoint {
  readonly name: string;
  readonly fields: readonly string[];
  readonly print: string;
}

const woken = { fields: ['char comm[16]', 'pid_t pid', 'int prio', 'int success', 'int target_cpu'], print: '"comm=%s pid=%d prio=%d target_cpu=%03d", REC->comm, REC->pid, REC->prio, REC->target_cpu' };

/** States of tasks that leave a core, by their letters; 0 is ready, and `preempted` says that it was not asked. */
const states = { S: 0x01, D: 0x02, T: 0x04, t: 0x08, X: 0x10, Z: 0x20, P: 0x40, I: 0x80 } as const;
const preempted = 0x100;
const stateFlags = Object.entries(states).map(([letter, bit]) => `{ ${bit}, "${letter}" }`).join(', ');

/** The numbers of events are the places in this list, from `firstId` on: readers take them from the file. */
const tracepoints: Readonly<Record<Kind, Tracepoint>> = {
  switch: {
    name: 'sched_switch',
    fields: ['char prev_comm[16]', 'pid_t prev_pid', 'int prev_prio', 'long prev_state', 'char next_comm[16]', 'pid_t next_pid', 'int next_prio'],
    print: `"prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s%s ==> next_comm=%s next_pid=%d next_prio=%d", REC->prev_comm, REC->prev_pid, REC->prev_prio, (REC->prev_state & 0xff) ? __print_flags(REC->prev_state & 0xff, "|", ${stateFlags}) : "R", (REC->prev_state & ${preempted}) ? "+" : "", REC->next_comm, REC->next_pid, REC->next_prio`,
  },
  waking: { name: 'sched_waking', ...woken },
  wakeup: { name: 'sched_wakeup', ...woken },
  wakeup_new: { name: 'sched_wakeup_new', ...woken },
  migrate: {
    name: 'sched_migrate_task',
    fields: ['char comm[16]', 'pid_t pid', 'int prio', 'int orig_cpu', 'int dest_cpu'],
    print: '"comm=%s pid=%d prio=%d orig_cpu=%d dest_cpu=%d", REC->comm, REC->pid, REC->prio, REC->orig_cpu, REC->dest_cpu',
  },
  fork: {
    name: 'sched_process_fork',
    fields: ['char parent_comm[16]', 'pid_t parent_pid', 'char child_comm[16]', 'pid_t child_pid'],
    print: '"comm=%s pid=%d child_comm=%s child_pid=%d", REC->parent_comm, REC->parent_pid, REC->child_comm, REC->child_pid',
  },
  exit: { name: 'sched_process_exit', fields: ['char comm[16]', 'pid_t pid', 'int prio'], print: '"comm=%s pid=%d prio=%d", REC->comm, REC->pid, REC->prio' },
};
const kinds = Object.keys(tracepoints) as readonly Kind[];
const firstId = 300;

/** The fields' values, in the order of the tracepoint. */
function valuesOf(e: SchedEvent): readonly (string | number)[] {
  switch (e.kind) {
    case 'switch':
      return [e.current.comm, e.current.tid, e.current.priority, stateOf(e.state), e.next.comm, e.next.tid, e.next.priority];
    case 'waking':
    case 'wakeup':
    case 'wakeup_new':
      return [e.task.comm, e.task.tid, e.task.priority, 1, e.target];
    case 'migrate':
      return [e.task.comm, e.task.tid, e.task.priority, e.from, e.to];
    case 'fork':
      return [e.current.comm, e.current.tid, e.child.comm, e.child.tid];
    case 'exit':
      return [e.task.comm, e.task.tid, e.task.priority];
  }
}

const stateOf = (text: string): number => (text.startsWith('R') ? (text.endsWith('+') ? preempted : 0) : states[text as keyof typeof states]);

// Layout of records

/** Before an event's own fields: its number, flags, depth of preemption and task. */
const commonFields = ['unsigned short common_type', 'unsigned char common_flags', 'unsigned char common_preempt_count', 'int common_pid'];
const commonBytes = 8;
const commBytes = 16;

/** No field needs padding before it. */
const bytesOf = (field: string): number => (field.startsWith('long') ? 8 : field.endsWith('[16]') ? commBytes : field.includes(' char ') ? 1 : field.includes('short') ? 2 : 4);
/** By kind: bytes of each field, and of the record. */
const sizes = new Map(kinds.map((kind) => {
  const fields = tracepoints[kind].fields.map(bytesOf);
  return [kind, { fields, record: fields.reduce((sum, bytes) => sum + bytes, commonBytes) }] as const;
}));

/** As tracefs has it in events/sched/NAME/format. */
function formatOf(kind: Kind): string {
  const { name, fields, print } = tracepoints[kind];
  let at = 0;
  const line = (field: string): string => {
    const text = `\tfield:${field};\toffset:${at};\tsize:${bytesOf(field)};\tsigned:${field.startsWith('unsigned') ? 0 : 1};\n`;
    at += bytesOf(field);
    return text;
  };
  return `name: ${name}\nID: ${firstId + kinds.indexOf(kind)}\nformat:\n${commonFields.map(line).join('')}\n${fields.map(line).join('')}\nprint fmt: ${print}\n`;
}

const pageBytes = 4096;
const pageHead = 16;
/** The type of a record that only says that more time has passed than fits into 27 bits. Types below are a length in words. */
const timeExtend = 30;
const deltaBits = 27;

const headerPage = [['u64 timestamp', 0, 8, 0], ['local_t commit', 8, 8, 1], ['int overwrite', 8, 1, 1], ['char data', pageHead, pageBytes - pageHead, 1]]
  .map(([field, offset, size, signed]) => `\tfield: ${field};\toffset:${offset};\tsize:${size};\tsigned:${signed};\n`).join('');
const headerEvent = '# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n\tarray       :   32 bits\n\n\tpadding     : type == 29\n\ttime_extend : type == 30\n\ttime_stamp : type == 31\n\tdata max type_len  == 28\n';

const encoder = new TextEncoder();
const text = (s: string): Uint8Array => encoder.encode(s);

/** The ring buffer of one core: pages that begin with a time, and records whose times count from the one before. */
class RingBuffer {
  readonly pages: Uint8Array[] = [];
  private view = new DataView(new ArrayBuffer(0));
  private used = pageBytes;
  private last = 0;

  /** Events come in order of time. */
  add(e: SchedEvent): void {
    const { fields, record } = sizes.get(e.kind)!;
    if (this.used + 8 + 4 + record > pageBytes) this.turn(e.at);
    const delta = e.at - this.last;
    this.last = e.at;
    const far = delta >= 2 ** deltaBits;
    if (far) {
      this.word(timeExtend + (delta % 2 ** deltaBits) * 32);
      this.word(Math.floor(delta / 2 ** deltaBits));
    }
    this.word(record / 4 + (far ? 0 : delta * 32));
    this.common(e);
    valuesOf(e).forEach((value, i) => this.value(fields[i]!, value));
    this.view.setUint32(8, this.used - pageHead, true);
  }

  private turn(at: number): void {
    const page = new Uint8Array(pageBytes);
    this.pages.push(page);
    this.view = new DataView(page.buffer);
    this.view.setBigUint64(0, BigInt(at), true);
    this.used = pageHead;
    this.last = at;
  }

  private word(v: number): void {
    this.view.setUint32(this.used, v, true);
    this.used += 4;
  }

  /** Flags: interrupts are off while tasks are switched and woken (1), and a timer's interrupt is under way (8), as the text of ftrace has it. */
  private common(e: SchedEvent): void {
    const off = e.kind !== 'fork' && e.kind !== 'exit';
    this.view.setUint16(this.used, firstId + kinds.indexOf(e.kind), true);
    this.view.setUint8(this.used + 2, off ? 1 + (e.timer ? 8 : 0) : 0);
    this.view.setUint8(this.used + 3, off ? (e.kind === 'switch' ? 2 : 3) : 0);
    this.view.setInt32(this.used + 4, e.current.tid, true);
    this.used += commonBytes;
  }

  private value(bytes: number, value: string | number): void {
    if (typeof value === 'string') new Uint8Array(this.view.buffer).set(text(value).subarray(0, commBytes - 1), this.used);
    else if (bytes === 8) this.view.setBigInt64(this.used, BigInt(value), true);
    else this.view.setInt32(this.used, value, true);
    this.used += bytes;
  }
}

// The file

function number(value: number, bytes: 2 | 4 | 8): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value), true);
  return out.subarray(0, bytes);
}
/** A text after its length. */
const sized = (s: string, bytes: 4 | 8): Uint8Array[] => [number(text(s).length, bytes), text(s)];

function head(comms: string, cores: number): Uint8Array[] {
  const [littleEndian, longBytes] = [0, 8];
  return [
    new Uint8Array([0x17, 0x08, 0x44]), text('tracing6\0'), new Uint8Array([littleEndian, longBytes]), number(pageBytes, 4),
    text('header_page\0'), ...sized(headerPage, 8), text('header_event\0'), ...sized(headerEvent, 8),
    number(0, 4), // events of ftrace's own
    number(1, 4), text('sched\0'), number(kinds.length, 4), ...kinds.flatMap((kind) => sized(formatOf(kind), 8)),
    ...sized('', 4), ...sized('', 4), // functions, formats of printk
    ...sized(comms, 8), number(cores, 4), text('flyrecord\0'),
  ];
}

/** Names of tasks by number, as tracefs has them in saved_cmdlines. */
function commsOf(events: readonly SchedEvent[]): string {
  const comms = new Map<number, string>();
  for (const e of events) {
    const who = e.kind === 'switch' ? e.next : e.kind === 'fork' ? e.child : e.current;
    if (who.tid !== 0) comms.set(who.tid, who.comm);
  }
  return [...comms].map(([tid, comm]) => `${tid} ${comm}\n`).join('');
}

/** The file in parts. `events` are in order of time. */
export function* traceDat(events: readonly SchedEvent[], cores: number): Generator<Uint8Array> {
  const buffers = Array.from({ length: cores }, () => new RingBuffer());
  for (const e of events) buffers[e.core]!.add(e);
  const parts = head(commsOf(events), cores);
  const used = parts.reduce((sum, p) => sum + p.length, cores * 16);
  let at = Math.ceil(used / pageBytes) * pageBytes;
  const padding = new Uint8Array(at - used);
  yield* parts;
  for (const { pages } of buffers) {
    yield number(at, 8);
    yield number(pages.length * pageBytes, 8);
    at += pages.length * pageBytes;
  }
  yield padding;
  for (const { pages } of buffers) yield* pages;
}
