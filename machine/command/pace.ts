/**
 * How fast virtual time may pass on the host (`--pace`). Whatever the pace, a run gives the same results: only the moments change
 * at which input arrives.
 *
 * By itself the machine leaps over time in which all cores idle, but not while the guest waits for input: then idle time
 * lasts as long here, so that a person or another program can answer within the guest's timeouts. `real`: virtual time
 * never runs ahead of the host's, counted from the start, whether cores idle or work. `free`: idle time is always leapt over.
 */
import type { Machine } from '../machine.js';

export const paces = ['real', 'free'] as const;
export type Pace = (typeof paces)[number] | 'input';

/** The host's side of waiting. */
export interface Waiting {
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  sleep(millis: number): Promise<void>;
  /** Waits for input to read, for at most so long. False: nothing came. */
  ready(millis: number): Promise<boolean>;
}

/** Below so many milliseconds of lead over the machine `real` lets the host's clock go on first. */
const leastMillis = 1;

export class Pacer {
  private readonly start: number;
  /** The machine may run up to here: idle time has passed until then. Cycles. */
  private passed = 0;

  constructor(
    private readonly machine: Machine,
    private readonly pace: Pace,
    private readonly host: Waiting,
  ) {
    machine.idling = pace === 'real' ? 'wait' : pace === 'free' ? 'leap' : 'input';
    this.start = host.now() - machine.seconds * 1000; // a machine that continues does not catch up
  }

  /** How far, in cycles, the machine may run now. Sleeps first where that would be nowhere. */
  async until(): Promise<number> {
    if (this.pace !== 'real') return Infinity;
    const ahead = this.ahead(this.machine.seconds);
    if (ahead > -leastMillis) await this.host.sleep(ahead + leastMillis);
    return Math.max(this.machine.cycles + 1, this.passed, Math.floor(((this.host.now() - this.start) / 1000) * this.machine.config.clockHz));
  }

  /** After run() returned 'wait': lets idle time pass, or input come. */
  async idle(): Promise<void> {
    const { machine } = this;
    const idle = machine.idleSeconds;
    const until = machine.idleUntil + 1; // seconds are not exact: rounded down to the event's own cycle the machine would never get there
    const millis = this.pace === 'real' ? Math.max(0, this.ahead(machine.idleSince + idle)) : idle * 1000;
    if (machine.kernel.wantsInput()) {
      if (await this.host.ready(millis)) return;
    } else await this.host.sleep(millis);
    machine.passIdle();
    this.passed = until;
  }

  /** Milliseconds until the host's clock shows a virtual moment. */
  private ahead(seconds: number): number {
    return seconds * 1000 - (this.host.now() - this.start);
  }
}
