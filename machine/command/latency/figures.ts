/**
 * What is measured, what hardware is published to take, and within what a machine should stay. Memory's figures are those of the machine's own description,
 * whose sources stand there; the others' are named here.
 */
import type { Measured } from './measures.js';
import * as measures from './measures.js';

export interface Figure {
  readonly name: string;
  readonly unit: 'cycles' | 'ns' | 'us' | 'pages';
  /** In that unit; undefined: the machine has none. */
  readonly here: number | undefined;
  readonly hardware: number | undefined;
  /** Undefined: nothing is known. */
  readonly range: readonly [number, number] | undefined;
}

/** Cores' own figures, cycles: reference timing.md. uops.info for locked forms; Agner Fog and 7-cpu.com for forwarding and mispredictions; Arm's guide for N1. */
const cores: Readonly<Record<string, Readonly<Record<'locked' | 'forward' | 'mispredict', readonly [number, number, number]>>>> = {
  skylake: { locked: [18, 16, 20], forward: [5, 4, 6], mispredict: [16, 13, 19] },
  neoverse_n1: { locked: [14, 8, 20], forward: [5, 4, 6], mispredict: [11, 9, 13] },
};

/** The largest of `counts` before translations cost more than `ticks` cycles: where a TLB ends. */
function knee(m: Measured, pages: 'small' | 'huge', cycles: number, counts: readonly number[]): number | undefined {
  let last: number | undefined;
  for (const count of counts) {
    if (measures.translation(m, count, pages) > cycles) return last;
    last = count;
  }
  return undefined; // it is larger than what was tried
}

const powers = (from: number, to: number): number[] => Array.from({ length: Math.log2(to / from) + 1 }, (_, i) => from * 2 ** i);
const about = (n: number, share: number): readonly [number, number] => [n * (1 - share), n * (1 + share)];

/** Latencies of levels, TLBs and the core. */
export function machineFigures(m: Measured): Figure[] {
  const { l1d, l2, l3, dram, transfer, dtlb, stlb, walk } = m.caches;
  const level = (name: string, footprint: number, hardware: number, range: readonly [number, number]): Figure =>
    ({ name, unit: 'cycles', here: measures.chase(m, footprint, 'huge'), hardware, range });
  const tlb = (name: string, entries: number, here: number | undefined): Figure => ({ name, unit: 'pages', here, hardware: entries, range: [entries / 2, entries * 2] });
  const core = cores[m.uarch ?? ''];
  const own = (name: string, key: 'locked' | 'forward' | 'mispredict', here: number | undefined): Figure =>
    ({ name, unit: 'cycles', here, hardware: core?.[key][0], range: core && [core[key][1], core[key][2]] });
  const huge = dtlb.huge.entries === 0 ? dtlb.small.entries : dtlb.huge.entries;
  const least = stlb.cycles / 2;
  return [
    level('load, L1', l1d.bytes / 2, l1d.cycles, [l1d.cycles - 1, l1d.cycles + 1]),
    level('load, L2', l2.bytes / 2, l2.cycles, [l2.cycles - 1, l2.cycles + 1]),
    level('load, L3', 2 ** Math.floor(Math.log2(l3.bytes / 2)), l3.cycles, about(l3.cycles, 0.1)),
    level('load, DRAM', 2 ** Math.ceil(Math.log2(2 * l3.bytes)), l3.cycles + dram.rowMiss, about(l3.cycles + dram.rowMiss, 0.1)),
    { name: 'load, line modified by another core', unit: 'cycles', here: measures.dirtyTransfer(m), hardware: transfer.dirty, range: about(transfer.dirty, 0.1) },
    tlb('first TLB, 4 KiB pages', dtlb.small.entries, knee(m, 'small', least, powers(2, 256))),
    tlb('second TLB, 4 KiB pages', stlb.small.entries, knee(m, 'small', stlb.cycles + walk.stepCycles / 2, powers(4, 4096))),
    tlb('first TLB, 2 MiB pages', huge, knee(m, 'huge', least, powers(2, 128))),
    own('locked addition, own line', 'locked', measures.locked(m)),
    own('store to load', 'forward', measures.forward(m)),
    own('wrong prediction', 'mispredict', measures.mispredict(m)),
  ];
}

/** What the kernel's work takes, as programs see it. */
export function kernelFigures(m: Measured): Figure[] {
  const nanos = (cycles: number): number => cycles / (m.clockHz! / 1e9);
  const real = cores[m.uarch ?? ''] !== undefined; // of the teaching core's clock nothing can be said
  const row = (name: string, cycles: number, hardware: number | undefined, range: readonly [number, number] | undefined): Figure =>
    ({ name, unit: 'ns', here: nanos(cycles), hardware: real ? hardware : undefined, range: real ? range : undefined });
  return [
    row('null system call', measures.nullCall(m), 150, [100, 1000]), // with page tables of the kernel's own; lmbench
    row('page fault, 4 KiB of zeros', measures.pageFault(m), 500, [250, 1000]), // commonly published
    row('thread to thread, one core', measures.threadSwitch(m), 1070, [1000, 3000]), // over a pipe: ddumbying.vercel.app/experiments/ctx-switch-overhead
    row('thread to sleeping thread, another core', measures.wakeOther(m), undefined, undefined),
  ];
}

/**
 * What programs/latencies says of goroutines, and when it began: measured with Go 1.26 on an x86 server of 3.9 GHz; slower clocks take longer. Of arm64 no more is
 * known than that a switch takes 50 to 200 ns.
 */
export function goFigures(r: measures.GoRun, { arch, clockHz }: Measured): Figure[] {
  const x86 = arch === 'amd64';
  const slower = Math.max(1, 3.9e9 / clockHz!);
  const [switching, sending] = [60 * slower, 132 * slower];
  return [
    { name: 'start to main.main', unit: 'us', here: r.startMicros, hardware: 600, range: [300, 1200] },
    { name: 'runtime.Gosched to another goroutine', unit: 'ns', here: r.gosched, hardware: x86 ? switching : undefined, range: x86 ? [switching / 2, 2 * switching] : [50, 200] },
    { name: 'channel, one way', unit: 'ns', here: r.channel, hardware: x86 ? sending : undefined, range: x86 ? [sending / 2, 2 * sending] : undefined },
  ];
}

/** Footprints of the curve: powers of two from 4 KiB on. */
export const footprints = (most: number): readonly number[] => powers(4096, 2 ** Math.floor(Math.log2(most)));
/** Pages whose translations are told. */
export const pageCounts = { small: powers(8, 4096), huge: powers(8, 128) } as const;

export const isOutside = ({ here, range }: Figure): boolean => range !== undefined && here !== undefined && (here < range[0] || here > range[1]);
