/** The events of cachegrind and callgrind files, by valgrind's names, as far as a machine counts them; they add up to what `rt0 stat` tells. */
import { Cost } from '../../exec/profile.js';
import type { Machine } from '../../machine.js';

export interface ProfileEvent {
  readonly name: string;
  readonly help: string;
  /** Index of its count. */
  readonly cost: number;
}

const event = (name: string, cost: number, help: string): ProfileEvent => ({ name, cost, help });
const caches = /^(I1|IL|D1|DL)/;

const all: readonly ProfileEvent[] = [
  event('Ir', Cost.runs, 'instructions'),
  event('I1mr', Cost.fetchMisses, 'fetches that L1 did not have'), event('ILmr', Cost.fetchDram, 'fetches from DRAM'),
  event('Dr', Cost.loads, 'loads'),
  event('D1mr', Cost.loadMisses, 'loads that L1 did not have'), event('DLmr', Cost.loadDram, 'loads from DRAM'),
  event('Dw', Cost.stores, 'stores'),
  event('D1mw', Cost.storeMisses, 'stores that L1 did not have'), event('DLmw', Cost.storeDram, 'stores to what DRAM had'),
  event('Bc', Cost.branches, 'jumps, calls and returns'),
  event('Bcm', Cost.mispredicts, 'wrong predictions of directions and targets'),
];

/** Those that a machine counts: misses where it has caches, wrong predictions where it predicts. */
export const eventsOf = ({ engine }: Machine): readonly ProfileEvent[] =>
  all.filter(({ name }) => (engine.lines !== undefined || !caches.test(name)) && (engine.predicts || name !== 'Bcm'));

/** The `desc:` lines that tell what the caches were. */
export function describeCaches({ config: { caches } }: Machine): string {
  if (caches === null) return 'desc: caches: none are modeled\n';
  const one = (name: string, { bytes, ways }: { readonly bytes: number; readonly ways: number }): string =>
    `desc: ${name} cache: ${bytes} B, ${caches.lineBytes} B, ${ways}-way associative\n`;
  return one('I1', caches.l1i) + one('D1', caches.l1d) + one('LL', caches.l3);
}
