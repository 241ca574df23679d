/** From what was collected to what a report says: lines by what their sharing cost, and in each its offsets, with names for everything. */
import { ticksPerCycle } from '../../config.js';
import { baseName, nameOfPlace, type Place } from './place.js';
import { Tally, type Collector, type SharedLine, type Site } from './collector.js';
import type { Who } from './who.js';

/** Requests from one instruction of one thread and goroutine for the bytes at one offset. Names are worked out when somebody asks: most rows are not shown. */
export class Row {
  readonly offset: number;

  constructor(private readonly site: Site, line: SharedLine, private readonly namer: Namer) {
    this.offset = site.address - line.address;
  }

  get tally(): Tally {
    return this.site;
  }
  get bytes(): number {
    return this.site.bytes;
  }
  get write(): boolean {
    return this.site.write;
  }
  get cores(): number {
    return this.site.cores.size;
  }
  get who(): Who {
    return this.site.who;
  }
  get pc(): number {
    return this.site.pc;
  }
  get place(): Place {
    return this.site.place;
  }
  get symbol(): string {
    return this.namer.at(this.pc).symbol;
  }
  /** `main.go:16`. */
  get source(): string {
    return this.namer.at(this.pc).source;
  }
  /** `17 main.main main.go:14`: number, and who started it where. Empty where there is none. */
  get goroutine(): string {
    return this.namer.goroutine(this.who);
  }
  /** `main.Counter.A`. */
  get field(): string {
    return nameOfPlace(this.place);
  }
  /** Of objects on the heap, what made them. */
  get madeAt(): string {
    return this.namer.site(this.place);
  }
}

export interface LineSummary {
  readonly address: number;
  readonly pid: number;
  readonly tally: Tally;
  /** What of the cost false sharing made. */
  readonly falseTicks: number;
  readonly rows: readonly Row[];
  readonly cores: number;
}

export interface Summary {
  readonly lineBytes: number;
  readonly lines: readonly LineSummary[];
  readonly tally: Tally;
  readonly falseTicks: number;
}

/** The part of requests with a verdict that shared falsely; undefined where there is none. */
export function falsePart({ trueSharing, falseSharing }: Tally): number | undefined {
  const all = trueSharing + falseSharing;
  return all === 0 ? undefined : falseSharing / all;
}

export const cyclesOf = ({ ticks }: Pick<Tally, 'ticks'>): number => Math.round(ticks / ticksPerCycle);

/** The run is over: names and sums. Errors: DebugError. */
export function summaryOf(collector: Collector): Summary {
  collector.sharing?.finish();
  const namer = new Namer(collector);
  const lines = [...collector.lines.values()].map((line) => summaryOfLine(line, namer)).sort((a, b) => b.tally.ticks - a.tally.ticks || a.address - b.address);
  const tally = new Tally();
  for (const line of lines) tally.add(line.tally);
  return { lineBytes: collector.lineBytes, lines, tally, falseTicks: lines.reduce((sum, line) => sum + line.falseTicks, 0) };
}

function summaryOfLine(line: SharedLine, namer: Namer): LineSummary {
  const tally = new Tally();
  const cores = new Set<number>();
  let falseTicks = 0;
  for (const site of line.sites) {
    tally.add(site);
    falseTicks += site.ticks * (falsePart(site) ?? 0);
    for (const core of site.cores) cores.add(core);
  }
  const rows = line.sites.map((site) => new Row(site, line, namer)).sort((a, b) => b.tally.ticks - a.tally.ticks || a.offset - b.offset || a.pc - b.pc || a.who.tid - b.who.tid);
  return { address: line.address, pid: line.pid, tally, falseTicks, rows, cores: cores.size };
}

/** Names for addresses of code and for goroutines, each worked out once. */
class Namer {
  private readonly code = new Map<number, { readonly symbol: string; readonly source: string }>();
  private readonly madeAt = new Map<readonly number[], string>();

  constructor(private readonly collector: Collector) {}

  at(pc: number): { readonly symbol: string; readonly source: string } {
    let known = this.code.get(pc);
    if (known === undefined) {
      const [frame] = this.collector.info.framesAt(pc);
      known = { symbol: frame?.name ?? `0x${pc.toString(16)}`, source: frame?.place ? `${baseName(frame.place.file)}:${frame.place.line}` : '' };
      this.code.set(pc, known);
    }
    return known;
  }

  goroutine({ goid, createdAt }: Who): string {
    if (goid === 0) return '';
    if (createdAt === 0) return `${goid}`;
    const { symbol, source } = this.at(createdAt - 1); // the return address belongs to the call
    return `${goid} ${symbol} ${source}`.trim();
  }

  site(place: Place): string {
    if (place.object === undefined) return place.madeAt;
    let text = this.madeAt.get(place.object.calls);
    if (text === undefined) this.madeAt.set(place.object.calls, (text = this.collector.places.siteOf(place.object.calls)));
    return text;
  }
}
