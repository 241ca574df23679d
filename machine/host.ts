/**
 * The outside world as the machine sees it. The program `rt0` implements Host on streams; tests use MemoryHost.
 *
 * Every answer that the outside gives enters the input log with the time at which the guest got it. A run with
 * the same log needs no Host for input: `Input` answers from the log first, and from the Host after its end.
 */

/** What a read brought: bytes, nothing yet, or the end of input. */
export type HostRead = Uint8Array | 'wait' | 'eof';

export interface Host {
  /** Output of the guest on descriptor 1 or 2. */
  write(fd: number, bytes: Uint8Array): void;
  /** Input of at most `max` bytes; never blocks. */
  read(fd: number, max: number): HostRead;
  /** True when input from `fd` comes from a person: the terminal's answer to isatty. */
  isTerminal(fd: number): boolean;
}

/**
 * One answer. A 'wait' is kept when a system call got it, because the guest saw it; polls on behalf of a
 * waiting task are kept only when they brought something.
 */
export interface InputRecord {
  readonly ticks: number;
  readonly fd: number;
  readonly answer: HostRead;
  readonly polled: boolean;
}

/** The log of answers, and the place that every question goes through. */
export class Input {
  private readonly log: InputRecord[];
  private replayed = 0;

  /** `recorded`: the log of an earlier run, answered from before the host is asked. */
  constructor(
    private readonly host: Host,
    recorded: readonly InputRecord[] = [],
  ) {
    this.log = [...recorded];
  }

  /** True while answers come from the log. */
  get replaying(): boolean {
    return this.replayed < this.log.length;
  }

  /** A system call asks for input at time `ticks`. */
  read(fd: number, max: number, ticks: number): HostRead {
    if (this.replaying) {
      const r = this.log[this.replayed++]!;
      if (r.fd !== fd || r.ticks !== ticks || r.polled) {
        throw new Error(`replay diverged: read of descriptor ${fd} at ${ticks}, where the log has ${r.polled ? 'a poll' : 'a read'} of ${r.fd} at ${r.ticks}`);
      }
      return r.answer;
    }
    return this.note({ ticks, fd, answer: this.host.read(fd, max), polled: false });
  }

  /** A waiting task is served: asked at slice boundaries and while all cores idle, at time `ticks`. */
  poll(fd: number, max: number, ticks: number): HostRead {
    if (this.replaying) {
      const r = this.log[this.replayed]!;
      if (!r.polled || r.fd !== fd || r.ticks !== ticks) return 'wait';
      this.replayed++;
      return r.answer;
    }
    const answer = this.host.read(fd, max);
    return answer === 'wait' ? answer : this.note({ ticks, fd, answer, polled: true });
  }

  /** All answers so far, in order. */
  records(): readonly InputRecord[] {
    return this.log.slice(0, this.replayed);
  }

  private note(r: InputRecord): HostRead {
    this.log.push(r);
    this.replayed = this.log.length;
    return r.answer;
  }
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

  /** What was written to `fd`, a character a byte. */
  text(fd = 1): string {
    return (this.outputs.get(fd) ?? []).map((b) => String.fromCharCode(...b)).join('');
  }
}
