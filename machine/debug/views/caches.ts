/**
 * Where a line of memory is: every level of every core, its states, who has it by the directory; and the translations of a page. Asks the
 * hierarchy's arrays without touching what they remember of use.
 */
import { ticksPerCycle } from '../../config.js';
import { pageNumber } from '../../exec/lines.js';
import type { Kernel } from '../../kernel/kernel.js';
import type { Machine } from '../../machine.js';
import type { ArrayView } from '../../memory/arrayView.js';
import { stateNames } from '../../memory/counters.js';
import { Mark } from '../../memory/numbers.js';
import { addressText, columns } from './columns.js';

export interface Copy {
  readonly level: 'L1I' | 'L1D' | 'L2';
  /** As the books have it: M O E F S; L1I's copies have S. */
  readonly state: string;
  /** Set and way; and among the lines of the set, how many were used later. */
  readonly set: number;
  readonly way: number;
  readonly newer: number;
}

export interface CacheView {
  readonly address: number;
  /** Undefined where the page is not present: then nothing else is known. */
  readonly physical: number | undefined;
  readonly line: number | undefined;
  readonly lineBytes: number;
  readonly cores: readonly { readonly core: number; readonly copies: readonly Copy[]; readonly prefetched: boolean }[];
  readonly l3: { readonly dirty: boolean; readonly set: number; readonly way: number; readonly newer: number } | undefined;
  /** By the directory. */
  readonly sharers: readonly number[];
  readonly owner: number | undefined;
  /** It is on its way to a core until then (cycle). */
  readonly busyUntil: number | undefined;
}

/** Undefined where the machine models no caches. `pid`: whose addresses, else those of core 0's process or the first one. */
export function cacheView(machine: Machine, address: number, pid?: number): CacheView | undefined {
  const { lines } = machine.engine;
  const space = spaceOf(machine, pid);
  if (lines === undefined || space === undefined) return undefined;
  const frame = space.pte(Math.floor(address / 4096)) >>> 8;
  const none = { address, physical: undefined, line: undefined, lineBytes: lines.bytes, cores: [], l3: undefined, sharers: [], owner: undefined, busyUntil: undefined };
  if (frame === 0) return none;
  const line = lines.line(frame, address % 4096);
  const { caches, shared } = lines.hierarchy;
  const sharers = shared.directory.sharers(line);
  const owner = shared.directory.owner(line);
  const in3 = shared.l3.find(line);
  const busy = lines.hierarchy.busyUntil(line);
  return {
    ...none, physical: frame * 4096 + (address % 4096), line,
    cores: caches.map((c, core) => {
      const in2 = c.l2.find(line);
      const copies = [copy('L1I', c.l1i, line), copy('L1D', c.l1d, line), copy('L2', c.l2, line)].filter((x) => x !== undefined);
      return { core, copies, prefetched: in2 >= 0 && (c.marks[in2]! & Mark.Prefetched) !== 0 };
    }),
    l3: in3 < 0 ? undefined : { dirty: shared.l3.states[in3] === 2, ...placeIn(shared.l3, in3) },
    sharers: caches.map((_, core) => core).filter((core) => ((sharers >>> core) & 1) !== 0), owner: owner < 0 ? undefined : owner,
    busyUntil: busy === 0 ? undefined : Math.ceil(busy / ticksPerCycle),
  };
}

function copy(level: Copy['level'], array: ArrayView, line: number): Copy | undefined {
  const at = array.find(line);
  return at < 0 ? undefined : { level, state: stateNames[array.states[at]!] ?? '?', ...placeIn(array, at) };
}

function placeIn(array: ArrayView, at: number): { set: number; way: number; newer: number } {
  const first = at - (at % array.stride);
  let newer = 0;
  for (let i = first; i < first + array.ways; i++) if (!array.isEmpty(i) && array.age(i) < array.age(at)) newer++;
  return { set: first / array.stride, way: at - first, newer };
}

function spaceOf(machine: Machine, pid: number | undefined): ReturnType<Kernel['space']> | undefined {
  const k = machine.kernel as Kernel;
  const running = k.state.current.find((tid) => tid !== 0);
  const process = pid !== undefined ? k.state.processes.get(pid) : running !== undefined ? k.process(k.task(running).pid) : [...k.state.processes.values()].find((p) => p.status === undefined);
  return process === undefined || process.status !== undefined ? undefined : k.space(process);
}

export function cacheText(view: CacheView): string {
  if (view.physical === undefined) return `${addressText(view.address)} is not present in memory\n`;
  const where = (p: { set: number; way: number; newer: number }): string => `set ${p.set} way ${p.way}${p.newer === 0 ? ', used last' : `, ${p.newer} used later`}`;
  const head = `${addressText(view.address)}: physical ${addressText(view.physical)}, line 0x${view.line!.toString(16)} of ${view.lineBytes} bytes\n`;
  const rows = view.cores.flatMap(({ core, copies, prefetched }) =>
    copies.map((c) => [`core ${core}`, c.level, c.state, `${where(c)}${prefetched && c.level === 'L2' ? ', prefetched and not asked for yet' : ''}`]));
  if (view.l3 !== undefined) rows.push(['', 'L3', view.l3.dirty ? 'dirty' : 'clean', where(view.l3)]);
  const directory = view.sharers.length === 0 ? 'no core has it' : `cores ${view.sharers.join(' ')} have it${view.owner === undefined ? '' : `, core ${view.owner} owns it`}`;
  return `${head}${columns(rows)}directory: ${directory}${view.busyUntil === undefined ? '' : `; on its way until cycle ${view.busyUntil}`}\n`;
}

// Translations

export interface TlbView {
  readonly address: number;
  readonly physical: number | undefined;
  /** Of the page's entry: may it be written, executed. */
  readonly rights: string;
  readonly cores: readonly { readonly core: number; readonly data: boolean; readonly code: boolean; readonly second: boolean; readonly upper: boolean }[];
}

/** Undefined where the machine models no TLBs. */
export function tlbView(machine: Machine, address: number, pid?: number): TlbView | undefined {
  const { lines } = machine.engine;
  const space = spaceOf(machine, pid);
  if (lines === undefined || space === undefined) return undefined;
  const vpn = Math.floor(address / 4096);
  const frame = space.pte(vpn) >>> 8;
  const area = space.areas.at(address);
  const page = pageNumber(space.id, vpn);
  return {
    address, physical: frame === 0 ? undefined : frame * 4096 + (address % 4096), rights: area === undefined ? '' : rightsText(area.prot),
    cores: lines.hierarchy.tlbs.map((tlb, core) => ({ core, ...tlb.peek(page, false) })),
  };
}

export const rightsText = (prot: number): string => `${(prot & 1) !== 0 ? 'r' : '-'}${(prot & 2) !== 0 ? 'w' : '-'}${(prot & 4) !== 0 ? 'x' : '-'}`;

export function tlbText(view: TlbView): string {
  const page = Math.floor(view.address / 4096);
  const head = `${addressText(view.address)}: page 0x${page.toString(16)}, ${view.physical === undefined ? 'not present' : `frame 0x${Math.floor(view.physical / 4096).toString(16)}`}${view.rights === '' ? ', not mapped' : `, ${view.rights}`}\n`;
  const yes = (b: boolean): string => (b ? 'yes' : '-');
  return head + columns([['core', 'data', 'code', 'second', 'upper levels'], ...view.cores.map((c) => [String(c.core), yes(c.data), yes(c.code), yes(c.second), yes(c.upper)])]);
}
