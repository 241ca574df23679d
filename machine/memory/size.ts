/**
 * How much linear memory a machine takes beside its guest's: the control area of its Ram, for what every engine needs and for the model of
 * caches and TLBs. Where the guest's frames begin follows from it, and frames have numbers in snapshots: another figure here is another snapshot format.
 */
import type { MemoryDescription } from './description.js';
import { defaultControlBytes, frameBytes } from './ram.js';

/** What WebAssembly's memory has at most, less a page of it: no byte is at the offset that is all ones, with which the model says that it has none. */
const addressableBytes = 2 ** 32 - 65536;
/** Addresses in the control area are below it: JavaScript gets them as signed numbers. */
const mostControlBytes = 2 ** 31;

/** Of a line in a first level: a tag, a stamp, two states, where L2 has it and the entry for it (8 each), a ghost and the heads of ghosts (16 each). */
const firstLineBytes = 58;
/** The same without what only a first level has, with marks; and without those. */
const secondLineBytes = 12;
const sharedLineBytes = 10;
const directoryEntryBytes = 16;
/** A key, a stamp, what the page table has, bits of 128 lines. */
const pageBytes = 32;
const fixedBytes = 2 ** 20;
const coreBytes = 2 ** 17;

/** What a hierarchy takes when it is made; and how much its histories of lines may grow, two bits a line for code and for data of each core. */
function hierarchyBytes(d: MemoryDescription, cores: number, memoryBytes: number): { readonly made: number; readonly grows: number } {
  const first = (d.l1i.bytes + d.l1d.bytes) / d.lineBytes;
  const second = d.l2.bytes / d.lineBytes;
  const pages = [d.itlb, d.dtlb, d.stlb].reduce((sum, t) => sum + t.small.entries + t.huge.entries, d.walk.upper.entries);
  const perCore = coreBytes + firstLineBytes * first + secondLineBytes * second + pageBytes * pages + 8 * (d.fillBuffers + 3 * d.storeBuffer);
  const directory = directoryEntryBytes * 2 ** Math.ceil(Math.log2(2 * cores * (first + second + 1) + 2)); // at most half full
  const shared = (sharedLineBytes * d.l3.bytes) / d.lineBytes;
  return { made: fixedBytes + cores * perCore + directory + shared, grows: (cores * memoryBytes) / d.lineBytes / 2 };
}

export interface Sizes {
  readonly caches: MemoryDescription | null;
  readonly cores: number;
  readonly memoryBytes: number;
}

/** What there can be beside the guest's memory. */
const room = (memoryBytes: number): number => Math.min(mostControlBytes, addressableBytes - memoryBytes);

/** Bytes of the control area. Where not all that histories may need is there, it is what there is. */
export function controlBytes({ caches, cores, memoryBytes }: Sizes): number {
  const { made, grows } = caches ? hierarchyBytes(caches, cores, memoryBytes) : { made: 0, grows: 0 };
  const wanted = Math.ceil((defaultControlBytes + made + grows) / frameBytes) * frameBytes;
  return Math.min(wanted, room(memoryBytes));
}

/** Why a machine with caches does not fit beside its memory; undefined: it does. */
export function sizeProblem({ caches, cores, memoryBytes }: Sizes): string | undefined {
  if (caches === null) return undefined;
  const free = room(memoryBytes) - defaultControlBytes;
  const { made } = hierarchyBytes(caches, cores, memoryBytes);
  const mebi = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
  return made <= free ? undefined : `caches of ${cores} cores: their model takes ${mebi(made)} MiB, and beside memory of ${mebi(memoryBytes)} MiB there are ${Math.floor(free / 2 ** 20)} MiB`;
}
