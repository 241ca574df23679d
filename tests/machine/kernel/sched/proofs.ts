/** What must hold of the scheduler over long times, each as a function whose result says by how much it held. Times in nanoseconds. */
import { weights } from '../../../../machine/kernel/sched/weights.js';
import { hog, Schedule } from '../../../helpers/schedule.js';

const ms = 1e6;
const second = 1e9;

/** How far two tasks of these nice values are from their weights' shares of a core, in percentage points. */
export function shareError(a: number, b: number, seconds: number, seed: number): number {
  const s = new Schedule({ cores: 1, seed });
  const [first] = [s.add(hog, { nice: a }), s.add(hog, { nice: b })];
  s.pass(seconds * second);
  const [x, y] = [weights[a + 20]!, weights[b + 20]!];
  return 100 * Math.abs(s.seconds(first) / seconds - x / (x + y));
}

/** The greatest distance of vruntimes of `count` hogs on one core at any time, and what it may be: a period and a tick. */
export function spread(count: number, seed: number): { most: number; bound: number } {
  const s = new Schedule({ cores: 1, seed });
  for (let i = 0; i < count; i++) s.add();
  let most = 0;
  s.check = () => {
    let [low, high] = [Infinity, 0];
    for (const { sched } of s.tasks.values()) {
      low = Math.min(low, sched.vruntime);
      high = Math.max(high, sched.vruntime);
    }
    most = Math.max(most, high - low);
  };
  s.pass(3 * second);
  return { most, bound: Math.max(6, 0.75 * count) * ms + 4 * ms * 1.01 };
}

/** How long a task waits at most that wakes every 20 ms under `hogs` others, without its first time as a new one. */
export function lightLatency(hogs: number, seed: number): number {
  const s = new Schedule({ cores: 1, seed });
  for (let i = 0; i < hogs; i++) s.add();
  const light = s.add({ run: 0.1 * ms, sleep: 20 * ms });
  s.pass(3 * second);
  return Math.max(...s.actors.get(light.tid)!.waits.slice(1));
}

/** The same of one that wants more than its share, and has used its credit up. */
export function heavyLatency(hogs: number, seed: number): { most: number; bound: number } {
  const s = new Schedule({ cores: 1, seed });
  for (let i = 0; i < hogs; i++) s.add();
  const heavy = s.add({ run: 5 * ms, sleep: 1 * ms });
  s.pass(3 * second);
  const turns = Math.ceil((Math.max(6, 0.75 * (hogs + 1)) + 4) / 4); // a turn lasts until a tick
  return { most: Math.max(...s.actors.get(heavy.tid)!.waits.slice(1)), bound: (hogs + turns) * 4 * ms * 1.01 + 6 * ms };
}

/** The shares of `tasks` hogs on `cores`, of a core each, and migrations in the first and second half of the time. */
export function spreadOver(tasks: number, cores: number, seconds: number, seed: number): { shares: number[]; migrations: [number, number] } {
  const s = new Schedule({ cores, seed });
  const all = Array.from({ length: tasks }, () => s.add());
  s.pass((seconds / 2) * second);
  const first = s.migrations;
  s.pass((seconds / 2) * second);
  return { shares: all.map((t) => s.seconds(t) / seconds), migrations: [first, s.migrations - first] };
}

/** Cores' worth of time that a group got whose quota is `quota`, and its periods. */
export function quotaUsed(quota: number, cores: number, tasks: number, seconds: number, seed: number): { used: number; periods: number; throttled: number } {
  const s = new Schedule({ cores, cpuQuota: quota, seed });
  const all = Array.from({ length: tasks }, () => s.add());
  s.pass(seconds * second);
  const { nrPeriods, nrThrottled } = s.state.bandwidth;
  return { used: all.reduce((sum, t) => sum + s.seconds(t), 0) / seconds, periods: nrPeriods, throttled: nrThrottled };
}
