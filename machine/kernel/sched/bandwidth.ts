/**
 * CPU bandwidth of the control group: a quota of CPU time per period, which cores draw in slices. A core that has used up its
 * part and can draw no more is throttled: its fair tasks stand still until the next period. kernel/sched/fair.c, cfs_bandwidth.
 *
 * What a core uses beyond its part, at most a tick, it owes in the next period, so that quotas hold over time.
 */
import { queueOf, reschedule, SchedTimer, type Context } from './context.js';
import type { RunQueue } from './state.js';

/** A core that runs dry keeps this much, and less than this before a new period nothing is handed on. */
const keepNanos = 1_000_000;
const tooLateNanos = 2_000_000;
const slackNanos = 5_000_000;

/** The core has used `nanos`; without more it must look for another task. */
export function consume(x: Context, q: RunQueue, nanos: number): void {
  if (x.state.bandwidth.quota === 0) return;
  q.fair.runtimeRemaining -= nanos;
  if (q.fair.runtimeRemaining > 0 || q.fair.throttled) return;
  if (!draw(x, q, x.tunables.bandwidthSlice) && q.fair.curr !== 0) reschedule(x, q);
}

/** Draws from the group's runtime until the core has `target`. True when it has any. */
function draw(x: Context, q: RunQueue, target: number): boolean {
  const { bandwidth } = x.state;
  start(x, q.clock);
  if (bandwidth.runtime > 0) {
    const amount = Math.min(bandwidth.runtime, target - q.fair.runtimeRemaining);
    bandwidth.runtime -= amount;
    bandwidth.idle = false;
    q.fair.runtimeRemaining += amount;
  }
  return q.fair.runtimeRemaining > 0;
}

/** The period timer runs while somebody uses the quota. */
function start(x: Context, now: number): void {
  const { bandwidth } = x.state;
  if (bandwidth.active) return;
  bandwidth.active = true;
  const late = now - bandwidth.periodEnd;
  if (late >= 0) bandwidth.periodEnd += (Math.floor(late / bandwidth.period) + 1) * bandwidth.period;
  x.port.arm(x.clock.ticks(bandwidth.periodEnd), SchedTimer.Period);
}

/** True when the core's fair tasks may run; else they are throttled from now on. */
export function mayUse(x: Context, q: RunQueue): boolean {
  if (x.state.bandwidth.quota === 0) return true;
  if (q.fair.throttled) return false;
  if (q.fair.runtimeRemaining > 0 || draw(x, q, 1)) return true;
  q.fair.throttled = true;
  q.fair.throttledAt = q.clock;
  x.state.bandwidth.throttled.push(q.core);
  return false;
}

/** The last fair task of the core went to sleep: what it has drawn goes back, but for a little. */
export function returnRuntime(x: Context, q: RunQueue): void {
  const { bandwidth } = x.state;
  if (bandwidth.quota === 0 || q.fair.runtimeRemaining <= keepNanos) return;
  bandwidth.runtime += q.fair.runtimeRemaining - keepNanos;
  q.fair.runtimeRemaining = keepNanos;
  if (bandwidth.runtime <= x.tunables.bandwidthSlice || bandwidth.throttled.length === 0 || bandwidth.slackArmed) return;
  if (bandwidth.periodEnd - q.clock < tooLateNanos + slackNanos) return;
  bandwidth.slackArmed = true;
  x.port.arm(x.clock.ticks(q.clock + slackNanos), SchedTimer.Slack);
}

/** A period ends: the next one's quota goes first to cores that owe. */
export function periodEnds(x: Context): void {
  const { bandwidth } = x.state;
  const now = bandwidth.periodEnd;
  bandwidth.nrPeriods++;
  if (bandwidth.idle && bandwidth.throttled.length === 0) {
    bandwidth.active = false;
    return;
  }
  bandwidth.runtime = bandwidth.quota;
  bandwidth.idle = true;
  if (bandwidth.throttled.length > 0) {
    bandwidth.nrThrottled++;
    distribute(x, now);
    bandwidth.idle = false;
  }
  bandwidth.periodEnd += bandwidth.period;
  x.port.arm(x.clock.ticks(bandwidth.periodEnd), SchedTimer.Period);
}

/** Runtime came back while cores stand still. */
export function slackEnds(x: Context, now: number): void {
  const { bandwidth } = x.state;
  bandwidth.slackArmed = false;
  if (bandwidth.periodEnd - now < tooLateNanos || bandwidth.runtime <= x.tunables.bandwidthSlice) return;
  distribute(x, now);
}

/** Throttled cores get what they owe and a nanosecond, as far as it goes, those first that have waited longest. */
function distribute(x: Context, now: number): void {
  const { bandwidth } = x.state;
  for (const core of [...bandwidth.throttled]) {
    if (bandwidth.runtime <= 0) return;
    const q = queueOf(x, core);
    const amount = Math.min(bandwidth.runtime, 1 - q.fair.runtimeRemaining);
    bandwidth.runtime -= amount;
    q.fair.runtimeRemaining += amount;
    if (q.fair.runtimeRemaining > 0) unthrottle(x, q, now);
  }
}

function unthrottle(x: Context, q: RunQueue, now: number): void {
  const { bandwidth } = x.state;
  q.clock = Math.max(q.clock, now);
  q.fair.throttled = false;
  bandwidth.throttled.splice(bandwidth.throttled.indexOf(q.core), 1);
  bandwidth.throttledTime += q.clock - q.fair.throttledAt;
  if (q.curr === 0 && q.fair.count > 0) reschedule(x, q);
}
