/**
 * What a machine counted, as `rt0 stat` tells it: a row an event, a column a core, and all together. Names are perf's where it has the event.
 */
import { ticksPerCycle } from '../config.js';
import { timingCells } from '../core/timing.js';
import { Count } from '../memory/counters.js';
import type { Machine } from '../machine.js';

/** An event's count on each core; undefined where the machine does not count it. */
interface Row {
  readonly event: string;
  readonly help: string;
  readonly cores: readonly number[];
}

export function statRows(machine: Machine): Row[] {
  const { config, engine } = machine;
  const cores = Array.from({ length: config.cores }, (_, i) => i);
  const rows: Row[] = [];
  const row = (event: string, help: string, of: (core: number) => number): void => void rows.push({ event, help, cores: cores.map(of) });
  row('cycles', 'of the core\'s own time, idle time included', (i) => Math.floor(machine.core(i).ticks / ticksPerCycle));
  row('instructions', '', (i) => machine.core(i).instructions);
  if (config.timing === 'interval' || config.timing === 'window') row('branch-misses', 'wrong predictions of directions, returns and other targets', (i) => engine.mispredicts(i));
  if (config.timing === 'interval') row('decoded-blocks', 'blocks whose micro-ops were not at hand', (i) => machine.core(i).num(timingCells.decodings));
  const hierarchy = engine.lines?.hierarchy;
  if (!hierarchy) return rows;
  const counted = (event: string, help: string, ...which: readonly number[]): void =>
    row(event, help, (i) => which.reduce((sum, c) => sum + hierarchy.counters[i]![c]!, 0));
  row('L1-dcache-accesses', 'loads and stores, each line once', (i) => hierarchy.accesses(i));
  counted('L1-dcache-load-misses', '', Count.loadL2, Count.loadL3, Count.loadClean, Count.loadDirty, Count.loadDram);
  counted('L1-dcache-store-misses', '', Count.storeL2, Count.storeL3, Count.storeClean, Count.storeDirty, Count.storeDram);
  counted('cold-misses', 'lines that the core had never had', Count.cold);
  counted('capacity-misses', '', Count.capacity);
  counted('conflict-misses', '', Count.conflict);
  counted('coherence-misses', 'lines that another core has taken', Count.coherence);
  counted('L1-icache-load-misses', '', Count.fetchL2, Count.fetchL3, Count.fetchClean, Count.fetchDirty, Count.fetchDram);
  counted('l2-misses', 'loads, stores and fetches that neither L1 nor L2 had', Count.loadL3, Count.loadClean, Count.loadDirty, Count.loadDram, Count.storeL3, Count.storeClean, Count.storeDirty, Count.storeDram, Count.fetchL3, Count.fetchClean, Count.fetchDirty, Count.fetchDram);
  counted('LLC-misses', 'answered by DRAM', Count.loadDram, Count.storeDram, Count.fetchDram);
  counted('hitm', 'answered by a core that had modified the line', Count.loadDirty, Count.storeDirty, Count.fetchDirty);
  counted('upgrades', 'stores to lines that others had too', Count.upgrade);
  counted('invalidations', 'lines lost to other cores\' writes', Count.invalidations);
  counted('line-waits', 'accesses that waited for a line on its way to another core', Count.retries);
  counted('write-backs', 'modified lines from L2 to L3', Count.l2WriteBacks);
  counted('prefetches', '', Count.prefetches);
  counted('useful-prefetches', '', Count.usefulPrefetches);
  counted('dTLB-misses', 'of the first level', Count.dtlbMisses);
  counted('iTLB-misses', 'of the first level', Count.itlbMisses);
  counted('page-walks', '', Count.stlbMisses);
  row('walk-cycles', '', (i) => Math.floor(hierarchy.counters[i]![Count.walkTicks]! / ticksPerCycle));
  counted('dram-row-hits', '', Count.rowHits);
  counted('dram-row-misses', '', Count.rowMisses);
  return rows;
}

/** All cores' counts by event; of cycles the most. */
export const statTotals = (machine: Machine): Map<string, number> => new Map(statRows(machine).map((r) => [r.event, r.event === 'cycles' ? Math.max(...r.cores) : total(r)]));

const total = (row: Row): number => row.cores.reduce((a, b) => a + b, 0);

/** The table, in the manner of perf stat. */
export function statText(machine: Machine, name: string): string {
  const rows = statRows(machine);
  const sum = (event: string): number => total(rows.find((r) => r.event === event)!);
  const busy = Math.max(...rows[0]!.cores);
  const seconds = machine.cycles / machine.config.clockHz;
  const cells = rows.map((r) => [...r.cores, r.event === 'cycles' ? busy : total(r)].map((n) => n.toLocaleString('en-US')));
  const heads = [...rows[0]!.cores.map((_, i) => `core ${i}`), 'all'];
  const width = Math.max(...cells.flat().map((c) => c.length), ...heads.map((h) => h.length)) + 2;
  const left = Math.max(...rows.map((r) => r.event.length));
  const line = (first: string, rest: readonly string[], help = ''): string => `${`  ${first.padEnd(left)}${rest.map((c) => c.padStart(width)).join('')}  ${help}`.trimEnd()}\n`;
  return [
    `\n Performance counter stats for '${name}':\n\n`,
    line('', heads),
    ...rows.map((r, i) => line(r.event, cells[i]!, r.event === 'instructions' ? `# ${(sum('instructions') / busy).toFixed(2)} a cycle of the machine` : r.help === '' ? '' : `# ${r.help}`)),
    `\n  ${seconds.toFixed(9)} seconds of the machine's time\n\n`,
  ].join('');
}

/** One object a line, as perf stat -j has it; `core` is left out in the sum. */
export function statJson(machine: Machine): string {
  return statRows(machine).flatMap((r) => [
    ...r.cores.map((n, core) => `${JSON.stringify({ core, 'counter-value': `${n}`, unit: '', event: r.event })}\n`),
    `${JSON.stringify({ 'counter-value': `${r.event === 'cycles' ? Math.max(...r.cores) : total(r)}`, unit: '', event: r.event })}\n`,
  ]).join('');
}
