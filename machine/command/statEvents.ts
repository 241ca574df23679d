/**
 * The events of `rt0 stat`: names (perf's where it has the event), what they mean, and where the machine counts them. An event that the machine does
 * not count, because of its timing mode or for want of caches, is undefined.
 */
import { ticksPerCycle } from '../config.js';
import { timingCells } from '../core/timing.js';
import { Tallied } from '../exec/tally.js';
import type { CoreCounts } from '../kernel/counts.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Machine } from '../machine.js';
import { Count } from '../memory/counters.js';

/** An event of one core, unrounded; undefined: not counted. */
type Counted = (m: Machine, core: number) => number | undefined;

export interface StatEvent {
  readonly name: string;
  readonly help: string;
  /** Of what its share is told; else its rate is. */
  readonly of?: string;
  readonly counted: Counted;
}

const cycles = (ticks: number | undefined): number | undefined => (ticks === undefined ? undefined : ticks / ticksPerCycle);
const kernelOf = (m: Machine): Kernel => m.kernel as Kernel;
const busyTicks: Counted = (m, core) => kernelOf(m).coreTicks(core);

const tallied = (index: number): Counted => (m, core) => m.engine.tally?.cores[core]![index];
const kernel = (key: keyof CoreCounts): Counted => (m, core) => kernelOf(m).state.counts[core]![key];
const memory = (...which: readonly number[]): Counted => (m, core) => {
  const counters = m.engine.lines?.hierarchy.counters[core];
  return counters && which.reduce((sum, c) => sum + counters[c]!, 0);
};
const when = (modes: readonly string[], counted: Counted): Counted => (m, core) => (modes.includes(m.config.timing) ? counted(m, core) : undefined);
const predicting = ['interval', 'window'];
/** Waits, where the machine counts what time went to: blocks wait for memory under unit timing, too, and without caches never. */
const stall = (...which: readonly number[]): Counted => when(predicting, (m, core) => {
  const own = m.engine.tally?.cores[core];
  return own && cycles(which.reduce((sum, i) => sum + own[i]!, 0));
});
const memoryStall = (index: number): Counted => when(['unit', ...predicting], (m, core) => (m.engine.lines ? cycles(m.engine.tally?.cores[core]![index]) : undefined));

const { loadL2, loadL3, loadClean, loadDirty, loadDram, storeL2, storeL3, storeClean, storeDirty, storeDram, fetchL2, fetchL3, fetchClean, fetchDirty, fetchDram } = Count;
const beyondL2 = [loadL3, loadClean, loadDirty, loadDram, storeL3, storeClean, storeDirty, storeDram, fetchL3, fetchClean, fetchDirty, fetchDram];
const dram = [loadDram, storeDram, fetchDram];
const dirty = [loadDirty, storeDirty, fetchDirty];
const clean = [loadClean, storeClean, fetchClean];

const event = (name: string, help: string, counted: Counted, of?: string): StatEvent => ({ name, help, counted, ...(of === undefined ? {} : { of }) });

/** In the order in which they are printed. */
export const statEvents: readonly StatEvent[] = [
  event('task-clock', 'milliseconds that cores were busy', (m, core) => (busyTicks(m, core)! * 1000) / ticksPerCycle / m.config.clockHz),
  event('context-switches', 'a thread left its core to another or to nobody', kernel('switches')),
  event('cpu-migrations', 'a thread went to another core', kernel('migrations')),
  event('preemptions', 'of the switches, those of threads that had to give way or yielded', kernel('preemptions')),
  event('page-faults', '', kernel('pageFaults')),
  event('system-calls', '', kernel('systemCalls')),
  event('signals', 'handlers entered', kernel('signals')),
  event('interrupts', 'from other cores', kernel('kicks')),
  event('cycles', 'in which the core was not idle', (m, core) => cycles(busyTicks(m, core))),
  event('kernel-cycles', 'of these, in the kernel', (m, core) => cycles(kernel('kernelTicks')(m, core)), 'cycles'),
  event('instructions', '', (m, core) => m.core(core).instructions, 'cycles'),
  event('uops', 'fused micro-ops issued', when(predicting, tallied(Tallied.uops)), 'cycles'),
  event('branches', 'jumps, calls and returns', tallied(Tallied.branches)),
  event('branch-misses', 'wrong predictions of directions and targets', when(predicting, (m, core) => m.engine.mispredicts(core)), 'branches'),
  event('decoded-blocks', 'blocks whose micro-ops were not at hand', when(['interval'], (m, core) => m.core(core).num(timingCells.decodings))),
  // these and kernel-cycles add up to cycles
  event('issue-cycles', 'what blocks of instructions take by themselves: issue, ports, dividers, fences; under window timing all that nothing below explains', stall(Tallied.issueTicks), 'cycles'),
  event('stalled-cycles-frontend', 'fetching and decoding', stall(Tallied.frontTicks), 'cycles'),
  event('stalls-mispredict', '', stall(Tallied.mispredictTicks), 'cycles'),
  event('stalls-results', 'chains of latencies longer than the reorder window; under window timing operands, ports and latencies that retirement waited for', stall(Tallied.windowTicks), 'cycles'),
  event('stalls-locks', 'locked accesses', stall(Tallied.lockTicks), 'cycles'),
  event('stalls-tlb', 'translations', memoryStall(Tallied.tlbTicks), 'cycles'),
  event('stalls-fill', 'lines on their way to L1; under window timing the second part of split accesses, too', memoryStall(Tallied.fillTicks), 'cycles'),
  event('stalls-l2', 'loads that L2 answered', memoryStall(Tallied.l2Ticks), 'cycles'),
  event('stalls-l3', 'L3 answered', memoryStall(Tallied.l3Ticks), 'cycles'),
  event('stalls-remote', 'another core answered, or had the line first', memoryStall(Tallied.remoteTicks), 'cycles'),
  event('stalls-dram', 'DRAM answered', memoryStall(Tallied.dramTicks), 'cycles'),
  event('stalls-store-buffer', 'no room for a store', memoryStall(Tallied.storeTicks), 'cycles'),
  event('loads', 'operands read from memory', tallied(Tallied.loads)),
  event('stores', 'operands written to memory', tallied(Tallied.stores)),
  event('L1-dcache-accesses', 'loads and stores, each line once', (m, core) => m.engine.lines?.hierarchy.accesses(core)),
  event('L1-dcache-load-misses', '', memory(loadL2, loadL3, loadClean, loadDirty, loadDram), 'L1-dcache-accesses'),
  event('L1-dcache-store-misses', '', memory(storeL2, storeL3, storeClean, storeDirty, storeDram), 'L1-dcache-accesses'),
  event('cold-misses', 'of data in L1: lines that the core had never had', memory(Count.cold)),
  event('capacity-misses', 'lines that a cache of any shape had lost', memory(Count.capacity)),
  event('conflict-misses', 'lines that a fully associative cache had kept', memory(Count.conflict)),
  event('coherence-misses', 'lines that another core has taken', memory(Count.coherence)),
  event('L1-icache-load-misses', '', memory(fetchL2, fetchL3, fetchClean, fetchDirty, fetchDram)),
  event('l2-hits', '', memory(loadL2, storeL2, fetchL2)),
  event('l2-misses', 'loads, stores and fetches that neither L1 nor L2 had', memory(...beyondL2)),
  event('LLC-hits', '', memory(loadL3, storeL3, fetchL3), 'l2-misses'),
  event('LLC-misses', 'DRAM answered', memory(...dram), 'l2-misses'),
  event('clean-transfers', 'another core answered, and had not modified the line', memory(...clean), 'l2-misses'),
  event('hitm', 'another core answered, and had modified it', memory(...dirty), 'l2-misses'),
  event('upgrades', 'stores to lines that others had too', memory(Count.upgrade)),
  event('invalidations', 'lines lost to other cores\' writes', memory(Count.invalidations)),
  event('line-waits', 'accesses that waited for a line on its way to another core', memory(Count.retries)),
  event('write-backs', 'modified lines from L2 to L3', memory(Count.l2WriteBacks)),
  event('prefetches', '', memory(Count.prefetches)),
  event('useful-prefetches', '', memory(Count.usefulPrefetches), 'prefetches'),
  event('dTLB-misses', 'of the first level', memory(Count.dtlbMisses), 'L1-dcache-accesses'),
  event('iTLB-misses', 'of the first level', memory(Count.itlbMisses)),
  event('page-walks', 'translations that the second level did not have either', memory(Count.stlbMisses)),
  event('walk-cycles', '', (m, core) => cycles(memory(Count.walkTicks)(m, core))),
  event('dram-row-hits', '', memory(Count.rowHits), 'LLC-misses'),
  event('dram-row-misses', '', memory(Count.rowMisses), 'LLC-misses'),
];
