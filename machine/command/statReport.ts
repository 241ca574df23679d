/** What a machine counted, in the layouts of perf stat: its text, its fields for `-x`, its JSON. */
import { ticksPerCycle } from '../config.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Machine } from '../machine.js';
import { statEvents, type StatEvent } from './statEvents.js';

export interface StatStyle {
  /** A row for each core, instead of all together. */
  readonly perCore: boolean;
  readonly events: readonly StatEvent[];
}

/** A count and what is told beside it; `value` undefined: not counted. */
interface Row {
  readonly core: number | undefined;
  readonly event: string;
  readonly unit: string;
  readonly value: number | undefined;
  readonly runNanos: number;
  readonly metric: number | undefined;
  readonly metricUnit: string;
}

/** Text that stands for a count that there is not. */
const notCounted = '<not counted>';

/** `which`: the cores whose counts are added up. */
export function total(m: Machine, { counted }: StatEvent, which: readonly number[]): number | undefined {
  return which.reduce<number | undefined>((sum, core) => {
    const n = counted(m, core);
    return sum === undefined || n === undefined ? undefined : sum + n;
  }, 0);
}

/** All cores' counts by event, as far as they are counted; of cycles the most, idle time included. */
export function statTotals(m: Machine): Map<string, number> {
  const cores = Array.from({ length: m.config.cores }, (_, i) => i);
  const totals = new Map<string, number>();
  for (const e of statEvents) {
    const count = e.name === 'cycles' ? Math.max(...cores.map((core) => m.core(core).ticks / ticksPerCycle)) : total(m, e, cores);
    if (count !== undefined) totals.set(e.name, e.name === 'task-clock' ? count : Math.floor(count));
  }
  return totals;
}

const named = (name: string): StatEvent => statEvents.find((e) => e.name === name)!;

function rows(m: Machine, { perCore, events }: StatStyle): Row[] {
  const cores = Array.from({ length: m.config.cores }, (_, i) => i);
  const groups = perCore ? cores.map((core) => [core]) : [cores];
  return events.flatMap((e) => groups.map((which) => rowOf(m, e, which, perCore ? which[0] : undefined)));
}

function rowOf(m: Machine, e: StatEvent, which: readonly number[], core: number | undefined): Row {
  const count = total(m, e, which);
  const millis = total(m, named('task-clock'), which)!;
  const time = e.name === 'task-clock';
  const value = count === undefined || time ? count : Math.floor(count);
  const [metric, metricUnit] = value === undefined ? [undefined, ''] : metricOf(m, e, value, millis, which);
  return { core, event: e.name, unit: time ? 'msec' : '', value, runNanos: value === undefined ? 0 : Math.round(millis * 1e6), metric, metricUnit };
}

/** What perf says behind the count: a share of another event, or a rate of busy time. */
function metricOf(m: Machine, e: StatEvent, value: number, millis: number, which: readonly number[]): [number | undefined, string] {
  if (e.name === 'task-clock') return [m.seconds === 0 ? 0 : value / 1000 / m.seconds, 'CPUs utilized'];
  if (e.name === 'cycles') return [millis === 0 ? 0 : value / millis / 1e6, 'GHz'];
  if (e.of !== undefined) {
    const whole = total(m, named(e.of), which);
    if (whole === undefined) return [undefined, ''];
    if (e.name === 'instructions') return [whole === 0 ? 0 : value / whole, 'insn per cycle'];
    if (e.name === 'uops') return [whole === 0 ? 0 : value / whole, 'uops per cycle'];
    return [whole === 0 ? 0 : (100 * value) / whole, `% of all ${e.of}`];
  }
  const rate = millis === 0 ? 0 : (value * 1000) / millis;
  const [scale, unit] = rate >= 1e9 ? [1e9, 'G/sec'] : rate >= 1e6 ? [1e6, 'M/sec'] : rate >= 1e3 ? [1e3, 'K/sec'] : [1, '/sec'];
  return [rate / scale, unit];
}

const decimals = (n: number, places: number): string => n.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });

export function statText(m: Machine, name: string, style: StatStyle): string {
  const line = (r: Row): string => {
    const value = r.value === undefined ? notCounted : decimals(r.value, r.unit === '' ? 0 : 2);
    const metric = r.metric === undefined ? '' : `# ${decimals(r.metric, r.metricUnit.startsWith('%') ? 2 : 3).padStart(8)}${r.metricUnit.startsWith('%') ? '' : ' '}${r.metricUnit}`;
    return `${r.core === undefined ? '' : `CPU${r.core}`.padEnd(6)}${value.padStart(18)} ${r.unit.padEnd(4)} ${r.event.padEnd(25)}${metric}`.trimEnd();
  };
  const seconds = (n: number): string => n.toFixed(9).padStart(18);
  const hz = m.config.clockHz * ticksPerCycle;
  const cores = m.config.cores;
  const kernel = m.kernel as Kernel;
  const sum = (of: (core: number) => number): number => Array.from({ length: cores }, (_, i) => of(i)).reduce((a, b) => a + b, 0);
  const system = sum((core) => kernel.state.counts[core]!.kernelTicks) / hz;
  const user = sum((core) => kernel.coreTicks(core)) / hz - system;
  return [
    `\n Performance counter stats for '${name}':\n`, ...rows(m, style).map(line),
    `\n${seconds(m.seconds)} seconds time elapsed\n`, `${seconds(user)} seconds user`, `${seconds(system)} seconds sys\n\n`,
  ].join('\n');
}

/** A line of fields a count: [CPU,] count, unit, event, time counted in nanoseconds, per cent of the run, metric, its unit. */
export function statFields(m: Machine, separator: string, style: StatStyle): string {
  return rows(m, style).map((r) => [
    ...(r.core === undefined ? [] : [`CPU${r.core}`]),
    r.value === undefined ? notCounted : r.unit === '' ? r.value : r.value.toFixed(2), r.unit, r.event, r.runNanos, '100.00',
    r.metric === undefined ? '' : r.metric.toFixed(3), r.metricUnit,
  ].join(separator) + '\n').join('');
}

/** An object a line. */
export function statJson(m: Machine, style: StatStyle): string {
  const text = (s: string): string => JSON.stringify(s);
  return rows(m, style).map((r) => `{${[
    ...(r.core === undefined ? [] : [`"cpu" : "${r.core}"`]),
    `"counter-value" : "${r.value === undefined ? notCounted : r.value.toFixed(6)}"`, `"unit" : ${text(r.unit)}`, `"event" : ${text(r.event)}`,
    `"event-runtime" : ${r.runNanos}`, '"pcnt-running" : 100.00', `"metric-value" : ${(r.metric ?? 0).toFixed(6)}`, `"metric-unit" : ${text(r.metricUnit)}`,
  ].join(', ')}}\n`).join('');
}
