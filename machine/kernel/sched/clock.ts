/**
 * The scheduler's clock: nanoseconds as numbers. On a core so slow that a tick would be shorter than a few switches of tasks, it
 * runs slower than the guest's, so that all of the scheduler's times stretch alike and threads still get on with their work.
 */
import { ticksPerCycle } from '../../config.js';
import { Clock } from '../clock.js';

/** A tick of the scheduler at HZ=250, the time that is at least `shortestSlice` cycles. */
const tickSeconds = 1 / 250;

export class SchedClock {
  /** It runs slower than the guest's. */
  readonly stretched: boolean;
  private readonly exact: Clock;
  /** So many nanoseconds pass in so many ticks, in lowest terms; and whether their product is exact as a number. */
  private readonly up: number;
  private readonly down: number;
  private readonly small: boolean;

  constructor(clockHz: number, shortestSlice: number) {
    const hz = Math.round(Math.max(clockHz, shortestSlice / tickSeconds));
    this.stretched = hz > clockHz;
    this.exact = new Clock(hz, '0');
    let [a, b] = [1e9, hz * ticksPerCycle];
    while (b !== 0) [a, b] = [b, a % b];
    this.up = 1e9 / a;
    this.down = (hz * ticksPerCycle) / a;
    this.small = this.up * this.down <= Number.MAX_SAFE_INTEGER;
  }

  nanos(ticks: number): number {
    if (!this.small) return Number(this.exact.nanos(ticks));
    const whole = Math.floor(ticks / this.down);
    return whole * this.up + Math.floor(((ticks - whole * this.down) * this.up) / this.down);
  }

  /** The first tick at which so many nanoseconds have passed. */
  ticks(nanos: number): number {
    return this.exact.ticks(BigInt(nanos));
  }
}
