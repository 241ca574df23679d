/** The report as text: the tables of perf c2c in their order, with what it cannot know added: cost, kind of sharing, field, goroutine. */
import { Count } from '../../memory/counters.js';
import type { Machine } from '../../machine.js';
import type { Collector, Tally } from './collector.js';
import { cyclesOf, falsePart, type LineSummary, type Row, type Summary } from './summary.js';

/** Lines, and rows of a line, that are shown at most; and the part of the cost below which they are not. */
const mostLines = 16;
const mostRows = 12;
const leastPart = 0.01;

const grouped = (n: number): string => n.toLocaleString('en-US');
const percent = (part: number, all: number): string => (all === 0 ? '0.0%' : `${((100 * part) / all).toFixed(1)}%`);
const hex = (n: number): string => `0x${n.toString(16)}`;

function heading(title: string): string {
  return `\n${'='.repeat(97)}\n${title.padStart(Math.floor((97 + title.length) / 2))}\n${'='.repeat(97)}\n`;
}

/** Rows of cells in columns; the first row is the heads. Columns that `left` names are text. */
export function table(rows: readonly (readonly string[])[], left: readonly string[]): string {
  const heads = rows[0]!;
  const widths = heads.map((_, i) => Math.max(...rows.map((r) => r[i]!.length)));
  const line = (cells: readonly string[]): string => `  ${cells.map((c, i) => (left.includes(heads[i]!) ? c.padEnd(widths[i]!) : c.padStart(widths[i]!))).join('  ')}`.trimEnd();
  return rows.map((r) => `${line(r)}\n`).join('');
}

/** What kind of sharing: by the verdicts that there are. */
export function sharingOf(tally: Tally): string {
  const part = falsePart(tally);
  if (part === undefined) return '-';
  if (part >= 0.995) return 'false';
  return part < 0.005 ? 'true' : `${Math.round(100 * part)}% false`;
}

export function reportText(collector: Collector, summary: Summary, advice: string): string {
  if (collector.sharing === undefined) return 'no caches are modeled (--caches flat or --timing none): nothing is shared\n';
  return [
    traceEvents(collector.machine),
    globalEvents(collector, summary),
    lineTable(summary),
    distribution(summary),
    advice,
  ].join('');
}

const labelled = (rows: readonly (readonly [string, string])[]): string => rows.map(([label, value]) => `  ${label.padEnd(44)}:${value.padStart(15)}\n`).join('');

function traceEvents(machine: Machine): string {
  const hierarchy = machine.engine.lines!.hierarchy;
  const cores = machine.config.cores;
  const sum = (...which: readonly number[]): number => hierarchy.counters.reduce((n, c) => n + which.reduce((m, i) => m + c[i]!, 0), 0);
  let accesses = 0;
  for (let core = 0; core < cores; core++) accesses += hierarchy.accesses(core);
  const missed = sum(Count.loadL2, Count.loadL3, Count.loadClean, Count.loadDirty, Count.loadDram, Count.storeL2, Count.storeL3, Count.storeClean, Count.storeDirty, Count.storeDram);
  const row = (label: string, ...which: readonly number[]): [string, string] => [label, grouped(sum(...which))];
  return heading('Trace Event Information') + labelled([
    ['Total records', grouped(accesses)],
    ['Load and Store L1D hits', grouped(accesses - missed - sum(Count.upgrade))],
    row('Load L2D hit', Count.loadL2),
    row('Load LLC hit', Count.loadL3),
    row('Load Local HIT in another core, clean', Count.loadClean),
    row('Load Local HITM', Count.loadDirty),
    row('Load Local DRAM', Count.loadDram),
    row('Store L2D hit', Count.storeL2),
    row('Store LLC hit', Count.storeL3),
    row('Store Local HIT in another core, clean', Count.storeClean),
    row('Store Local HITM', Count.storeDirty),
    row('Store Upgrade of a shared line', Count.upgrade),
    row('Store Local DRAM', Count.storeDram),
    row('Waits for a line on its way to another core', Count.retries),
  ]);
}

function globalEvents({ sharing }: Collector, { lines, tally, falseTicks }: Summary): string {
  const judged = tally.trueSharing + tally.falseSharing;
  return heading('Global Shared Cache Line Event Information') + labelled([
    ['Total Shared Cache Lines', grouped(lines.length)],
    ['Load requests for shared lines', grouped(tally.loads)],
    ['Load HITM on shared lines', grouped(tally.loadHitm)],
    ['Store requests for shared lines', grouped(tally.stores)],
    ['Store HITM on shared lines', grouped(tally.storeHitm)],
    ['Store upgrades', grouped(tally.upgrades)],
    ['Waits', grouped(tally.waits)],
    ['Cycles that all these took', grouped(cyclesOf(tally))],
    ['Cycles of false sharing', `${grouped(cyclesOf({ ticks: falseTicks }))}`],
    ['Requests judged', percent(judged, tally.loads + tally.stores)],
    ['Periods whose bytes were seen to their end', percent(sharing!.periods - sharing!.quietPeriods, sharing!.periods)],
  ]);
}

/** What lies in a line, the costliest first. */
function contents(line: LineSummary): string {
  const names = new Map<string, number>();
  for (const row of line.rows) names.set(row.field, (names.get(row.field) ?? 0) + row.tally.ticks);
  const sorted = [...names].sort((a, b) => b[1] - a[1]).map(([name]) => name).filter((name) => name !== '');
  return sorted.slice(0, 3).join(', ') + (sorted.length > 3 ? ', ...' : '');
}

const shown = (summary: Summary): readonly LineSummary[] => summary.lines.slice(0, mostLines).filter((line, i) => i === 0 || line.tally.ticks >= leastPart * summary.tally.ticks);

function lineTable(summary: Summary): string {
  const lines = shown(summary);
  const rows = lines.map((line, i) => {
    const t = line.tally;
    return [
      `${i}`, hex(line.address), percent(t.ticks, summary.tally.ticks), grouped(cyclesOf(t)), sharingOf(t), percent(t.hitm, summary.tally.hitm), grouped(t.hitm), grouped(t.loads), grouped(t.stores),
      grouped(t.upgrades), grouped(t.waits), `${line.cores}`, contents(line),
    ];
  });
  const rest = summary.lines.length - lines.length;
  return heading('Shared Data Cache Line Table')
    + table([['Index', 'Cacheline', 'Cost', 'Cycles', 'Sharing', 'HITM', 'Tot Hitm', 'Loads', 'Stores', 'Upgrades', 'Waits', 'Cpus', 'Data'], ...rows], ['Data'])
    + (rest > 0 ? `  ${rest} more lines with ${percent(summary.tally.ticks - lines.reduce((n, l) => n + l.tally.ticks, 0), summary.tally.ticks)} of the cost\n` : '');
}

const heads = ['Cost', 'Cycles', 'HITM', 'Store', 'Offset', 'Access', 'Sharing', 'Pid:Tid', 'Code address', 'Requests', 'Waits', 'Cpus', 'Symbol', 'Source:Line', 'Goroutine', 'Field'];

function distribution(summary: Summary): string {
  const lines = shown(summary).map((line, i) => {
    const rows = line.rows.slice(0, mostRows).filter((row, k) => k === 0 || row.tally.ticks >= leastPart * line.tally.ticks);
    const rest = line.rows.length - rows.length;
    const made = [...new Set(rows.filter((r) => r.madeAt !== '').map((r) => `${r.place.owner} made at ${r.madeAt}`))];
    return `\n  ${'-'.repeat(95)}\n  ${i}  ${hex(line.address)}  ${grouped(cyclesOf(line.tally))} cycles, ${sharingOf(line.tally)} sharing\n`
      + made.map((m) => `     ${m}\n`).join('')
      + `  ${'-'.repeat(95)}\n`
      + table([heads, ...rows.map((row) => cells(row, line))], ['Access', 'Symbol', 'Source:Line', 'Goroutine', 'Field'])
      + (rest > 0 ? `  ${rest} more rows with ${percent(line.tally.ticks - rows.reduce((n, r) => n + r.tally.ticks, 0), line.tally.ticks)} of the line's cost\n` : '');
  });
  return heading('Shared Cache Line Distribution Pareto') + lines.join('');
}

function cells(row: Row, line: LineSummary): string[] {
  const t = row.tally;
  return [
    percent(t.ticks, line.tally.ticks), grouped(cyclesOf(t)), percent(t.hitm, line.tally.hitm), percent(t.stores, line.tally.stores), hex(row.offset), `${row.write ? 'store' : 'load'} ${row.bytes}`,
    sharingOf(t), `${row.who.pid}:${row.who.tid}`, hex(row.pc), grouped(t.loads + t.stores), grouped(t.waits), `${row.cores}`, row.symbol, row.source, row.goroutine, row.field,
  ];
}
