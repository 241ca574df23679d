/**
 * The outside world as the machine sees it. The program `rt0` implements Host on streams; tests use MemoryHost.
 *
 * Every answer that the outside gives enters the input log with the time at which the guest got it. A run with
 * the same log needs no Host for input: HostLink answers from the log first, and from the Host after its end.
 */
import { E } from '../isa/abi/linux.js';
import type { FileAnswer, FileQuestion } from './hostFiles.js';
import { Hash } from './hash.js';
import { encode } from './plain.js';

/** What a read brought: bytes, nothing yet, or the end of input. */
export type HostRead = Uint8Array | 'wait' | 'eof';

export interface Host {
  /** Output of the guest on descriptor 1 or 2. */
  write(fd: number, bytes: Uint8Array): void;
  /** Input of at most `max` bytes; never blocks. */
  read(fd: number, max: number): HostRead;
  /** True when input from `fd` comes from a person: the terminal's answer to isatty. */
  isTerminal(fd: number): boolean;
  /** About mounted folders; see hostFiles.ts. Orders among the questions take effect outside. */
  file(question: FileQuestion): FileAnswer;
}

/**
 * One answer. A 'wait' is kept when a system call got it, because the guest saw it; polls on behalf of a
 * waiting task are kept only when they brought something. Of questions about files a hash shows whether a replay asks the same.
 */
export type InputRecord =
  | { readonly ask: 'read' | 'poll'; readonly ticks: number; readonly fd: number; readonly answer: HostRead }
  | { readonly ask: 'file'; readonly ticks: number; readonly what: FileQuestion['ask']; readonly hash: string; readonly answer: FileAnswer };

/** A replay asked what the recorded run did not: another program, config or version of the machine. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

const nameOf = (r: InputRecord): string => (r.ask === 'file' ? `${r.what} of a file` : `${r.ask} of descriptor ${r.fd}`);

/** A moment of the link, for checkpoints. */
export interface LinkState {
  readonly replayed: number;
  readonly written: number;
  readonly terminals: readonly boolean[];
}

/**
 * The link between a kernel and the host, through which every question and every output goes. It keeps the log,
 * answers from it first, and after a return to an earlier moment holds back output that the host has seen.
 */
export class HostLink {
  /** Answers are kept, for going back and for the input log; those of a log that was given are always. */
  keeping = true;
  private log: InputRecord[];
  private replayed = 0;
  /** Bytes of output up to the guest's now, and the most that the host was ever given. */
  private written = 0;
  private shown = 0;
  /** Asked once, because a snapshot may be continued elsewhere. */
  private terminals: readonly boolean[];

  /** `recorded`: the log of an earlier run, answered from before the host is asked. `only`: the host is never asked. */
  constructor(
    private readonly host: Host,
    recorded: readonly InputRecord[] = [],
    private readonly only = false,
  ) {
    this.log = [...recorded];
    this.terminals = [0, 1, 2].map((fd) => host.isTerminal(fd));
  }

  /** Answers of the log that nobody asked for. */
  get leftOver(): number {
    return this.log.length - this.replayed;
  }

  /** How many answers the guest has had. */
  get answers(): number {
    return this.replayed;
  }

  /** True while answers come from the log. */
  get replaying(): boolean {
    return this.replayed < this.log.length;
  }

  /** A system call asks for input at time `ticks`. */
  read(fd: number, max: number, ticks: number): HostRead {
    if (this.replaying) {
      const r = this.log[this.replayed++]!;
      if (r.ask !== 'read' || r.fd !== fd || r.ticks !== ticks) return this.diverged(`read of descriptor ${fd}`, ticks, r);
      return r.answer;
    }
    if (this.only) return this.over(`read of descriptor ${fd}`, ticks);
    const answer = this.host.read(fd, max);
    this.note({ ask: 'read', ticks, fd, answer });
    return answer;
  }

  /** A waiting task is served: asked at slice boundaries and while all cores idle, at time `ticks`. */
  poll(fd: number, max: number, ticks: number): HostRead {
    if (this.replaying) {
      const r = this.log[this.replayed]!;
      if (r.ask !== 'poll' || r.fd !== fd || r.ticks !== ticks) return 'wait';
      this.replayed++;
      return r.answer;
    }
    if (this.only) return 'wait'; // nothing came any more
    const answer = this.host.read(fd, max);
    if (answer !== 'wait') this.note({ ask: 'poll', ticks, fd, answer });
    return answer;
  }

  /** A question about a mounted folder, at time `ticks`. A replay repeats the answer and nothing of the effect. */
  file(question: FileQuestion, ticks: number): FileAnswer {
    const hash = this.keeping || this.replaying ? hashOfQuestion(question) : '';
    if (this.replaying) {
      const r = this.log[this.replayed++]!;
      if (r.ask !== 'file' || r.hash !== hash || r.ticks !== ticks) return this.diverged(`${question.ask} of a file`, ticks, r);
      return r.answer;
    }
    if (this.only) return this.over(`${question.ask} of a file`, ticks);
    const answer = this.host.file(question);
    this.note({ ask: 'file', ticks, what: question.ask, hash, answer });
    return answer;
  }

  private over(asked: string, ticks: number): never {
    throw new ReplayError(`replay diverged: ${asked} at ${ticks}, where the log has ended`);
  }

  private diverged(asked: string, ticks: number, r: InputRecord): never {
    throw new ReplayError(`replay diverged: ${asked} at ${ticks}, where the log has ${nameOf(r)} at ${r.ticks}`);
  }

  /** Output of the guest on descriptor 1 or 2. */
  write(fd: number, bytes: Uint8Array): void {
    const fresh = Math.min(bytes.length, this.written + bytes.length - this.shown);
    this.written += bytes.length;
    if (fresh <= 0) return;
    this.shown = this.written;
    this.host.write(fd, fresh === bytes.length ? bytes : bytes.subarray(bytes.length - fresh));
  }

  isTerminal(fd: number): boolean {
    return this.terminals[fd] ?? false;
  }

  /** All answers so far, in order. */
  records(): readonly InputRecord[] {
    return this.log.slice(0, this.replayed);
  }

  private note(r: InputRecord): void {
    if (!this.keeping) return;
    this.log.push(r);
    this.replayed = this.log.length;
  }

  save(): LinkState {
    return { replayed: this.replayed, written: this.written, terminals: this.terminals };
  }

  /** The whole log, also what is still to be replayed: a snapshot keeps it beside the state. */
  whole(): readonly InputRecord[] {
    return this.log;
  }

  /** Continues from a snapshot: nothing is known of what the host has seen since. */
  load(s: LinkState, log: readonly InputRecord[]): void {
    this.log = [...log];
    this.shown = s.written;
    this.rewind(s);
  }

  /** Goes back to an earlier moment of this run: later answers are replayed, later output is held back. */
  rewind(s: LinkState): void {
    if (!this.keeping) throw new Error('going back needs the input log, which is not kept');
    this.replayed = s.replayed;
    this.written = s.written;
    this.terminals = s.terminals;
  }
}

function hashOfQuestion(q: FileQuestion): string {
  const h = new Hash();
  h.bytes(encode(q));
  return h.hex();
}

/** A Host in memory: collects output, serves input from a list of chunks. */
export class MemoryHost implements Host {
  readonly outputs = new Map<number, Uint8Array[]>();
  /** Chunks to read; undefined stands for a moment without input. After the last: the end, or waiting if `open`. */
  readonly chunks: (Uint8Array | undefined)[] = [];
  open = false;

  constructor(input = '') {
    if (input !== '') this.feed(input);
  }

  feed(text: string): void {
    this.chunks.push(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  }

  write(fd: number, bytes: Uint8Array): void {
    const list = this.outputs.get(fd);
    if (list) list.push(bytes.slice());
    else this.outputs.set(fd, [bytes.slice()]);
  }

  read(fd: number, max: number): HostRead {
    if (fd !== 0) return 'eof';
    const chunk = this.chunks.shift();
    if (chunk === undefined) return this.chunks.length > 0 || this.open ? 'wait' : 'eof';
    if (chunk.length > max) this.chunks.unshift(chunk.subarray(max));
    return chunk.slice(0, max);
  }

  isTerminal(): boolean {
    return false;
  }

  /** Replaced by tests that mount folders. */
  file: (question: FileQuestion) => FileAnswer = () => -E.EIO;

  /** What was written to `fd`, a character a byte. */
  text(fd = 1): string {
    const piece = 2 ** 14; // characters that one call can take
    const text = (b: Uint8Array): string => (b.length <= piece ? String.fromCharCode(...b) : text(b.subarray(0, piece)) + text(b.subarray(piece)));
    return (this.outputs.get(fd) ?? []).map(text).join('');
  }
}
