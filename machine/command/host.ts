/** The machine's Host on this process's standard streams. Reads never block; `ready` waits for the next input. */
import { fstatSync, statSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Host, HostRead } from '../host.js';
import type { FileAnswer, FileQuestion } from '../hostFiles.js';
import type { Folders } from './folders.js';

/** The reader of our standard output or error went away: what SIGPIPE says to a program. */
export class BrokenPipe extends Error {}

/** setTimeout takes no more milliseconds. */
const longestTimer = 2 ** 31 - 1;

export class NodeHost implements Host {
  private readonly chunks: Uint8Array[] = [];
  private started = false;
  private ended = false;
  private wake: (() => void) | undefined;

  /** `folders`: what is mounted. `input` false: this process's standard input is not the guest's. */
  constructor(private readonly folders: Folders, private readonly input = true) {}

  write(fd: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(fd, bytes, at);
      } catch (e) {
        const code = (e as NodeJS.ErrnoException).code;
        if (code === 'EPIPE') throw new BrokenPipe();
        if (code !== 'EAGAIN') throw e;
        pause(1); // a full non-blocking pipe: its reader needs a moment
      }
    }
  }

  read(fd: number, max: number): HostRead {
    if (fd !== 0 || !this.input) return 'eof';
    this.start();
    const chunk = this.chunks.shift();
    if (chunk === undefined) return this.ended ? 'eof' : 'wait';
    if (chunk.length > max) this.chunks.unshift(chunk.subarray(max));
    return chunk.subarray(0, max);
  }

  isTerminal(fd: number): boolean {
    if (fd === 0 && !this.input) return false;
    const stream = fstatSync(fd);
    if (!stream.isCharacterDevice() || stream.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev) return false;
    // with node:tty comes all of node:net, which a start that asks no terminal need not wait for
    const { isatty } = createRequire(import.meta.url)('node:tty') as typeof import('node:tty');
    return isatty(fd);
  }

  file(question: FileQuestion): FileAnswer {
    return this.folders.answer(question);
  }

  /** Waits for input to read, or its end, for at most `millis`. False: nothing came. */
  async ready(millis = Infinity): Promise<boolean> {
    this.start();
    if (this.chunks.length > 0 || this.ended) return true;
    process.stdin.resume();
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((done) => {
      this.wake = done;
      if (millis !== Infinity) timer = setTimeout(done, Math.min(Math.ceil(millis), longestTimer));
    });
    clearTimeout(timer);
    process.stdin.pause();
    return this.chunks.length > 0 || this.ended;
  }

  now(): number {
    const [seconds, nanos] = process.hrtime();
    return seconds * 1e3 + nanos / 1e6;
  }

  sleep(millis: number): Promise<void> {
    return new Promise((done) => setTimeout(done, Math.min(Math.ceil(millis), longestTimer)));
  }

  /** Lets the process end although standard input may still be open. */
  close(): void {
    if (this.started) process.stdin.destroy();
  }

  /** Touches standard input only once the guest asks for it: a guest that never reads must not drain it. */
  private start(): void {
    if (this.started) return;
    this.started = true;
    if (closed(0)) {
      this.ended = true;
      return;
    }
    const arrived = (ended: boolean): void => {
      this.ended ||= ended;
      this.wake?.();
    };
    process.stdin.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      arrived(false);
    });
    process.stdin.on('end', () => arrived(true));
    process.stdin.on('error', () => arrived(true));
    process.stdin.pause();
  }
}

function closed(fd: number): boolean {
  try {
    fstatSync(fd);
    return false;
  } catch {
    return true;
  }
}

/** Blocks this thread for `ms` milliseconds. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
