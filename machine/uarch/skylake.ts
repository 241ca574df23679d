/**
 * Intel Skylake client (2015; family 6, model 5EH): figures. Prices stand in skylakeInteger.ts and skylakeVector.ts, what rename
 * recognises in x86.ts. Left out: the loop stream detector, which microcode updates turned off (erratum SKL150).
 */
import type { Insn } from '../../isa/row.js';
import { skylakeInteger } from './skylakeInteger.js';
import { skylakeVector } from './skylakeVector.js';
import { manualName, PriceTable } from './table.js';
import { cycle, type Price, type Uarch } from './uarch.js';
import { leaName, x86Fuses, x86Idiom, x86Splits } from './x86.js';

const names = ['0', '1', '2', '3', '4', '5', '6', '7'];
export const table = new PriceTable('skylake', names, [...skylakeInteger, ...skylakeVector]);

const manual = 'Intel 64 Optimization Reference Manual (2023)';
const agner = 'Agner Fog, microarchitecture.pdf, 11 (Skylake)';
const llvm = 'LLVM 19, X86SchedSkylakeClient.td';

/** A LOCK prefix turns a read-modify-write into microcode that nothing overtakes. uops.info: 17 to 18 cycles for all of them. */
const locked = (price: Price): Price => ({
  ...price,
  ports: [...Array<number>(4).fill(table.mask('p0156')), ...Array<number>(2).fill(table.mask('p06')), ...Array<number>(2).fill(table.mask('p23')), table.mask('p4')],
  latency: 13 * cycle, keptLatency: 13 * cycle, flagLatency: 13 * cycle, slots: 8, microcode: 8, complex: true, whole: true, serial: 18 * cycle,
});

export const skylake: Uarch = {
  name: 'skylake',
  isa: 'amd64',
  levels: { amd64: 'v2' },
  figures: {
    clockHz: 4e9,
    width: 4, retireWidth: 4, rob: 224, scheduler: 97, loadQueue: 72, storeQueue: 56,
    loadTicks: 5 * cycle, chasedLoadTicks: 4 * cycle, vectorLoadTicks: 6 * cycle,
    forwardTicks: 4 * cycle, vectorForwardTicks: 6 * cycle, blockedForwardTicks: 13 * cycle,
    mispredictTicks: 16 * cycle, takenTicks: cycle,
    lockTicks: 18 * cycle, fenceTicks: 33 * cycle, lineSplitTicks: 5 * cycle, pageSplitTicks: 10 * cycle,
    fillBuffers: 12, commitWidth: 1, moveSlots: 4,
  },
  sources: {
    clockHz: 'Core i7-6700K, base clock (ark.intel.com)',
    width: `${manual}, 2.6: four micro-ops a cycle at allocation`,
    retireWidth: `${manual}, 2.6: four a cycle and thread`,
    rob: llvm, scheduler: `${manual}, table 2-10`, loadQueue: `${manual}, table 2-10`, storeQueue: `${manual}, table 2-10`,
    loadTicks: `${manual}, 2.6.3, and uops.info MOV (R64, M64)`,
    chasedLoadTicks: `${manual}, 2.6.3: 4 cycles with a base and a displacement below 2048`,
    vectorLoadTicks: `${manual}, table 2-12: 6 cycles for 128-bit loads`,
    forwardTicks: 'uops.info: MOV (M64, R64) 2 + MOV (R64, M64) 2', vectorForwardTicks: agner, blockedForwardTicks: agner,
    mispredictTicks: `${agner}: 15 to 20 cycles`, takenTicks: agner,
    lockTicks: 'uops.info: XADD_LOCK (M64, R64) 18 cycles', fenceTicks: 'uops.info: MFENCE 33 cycles',
    lineSplitTicks: `${agner}: about twice the latency of a load`, pageSplitTicks: `${manual}, 2.6.3: page splits cost 5 cycles more`,
    fillBuffers: `${manual}, table 2-12`, commitWidth: `${manual}, table 2-12: one store a cycle`, moveSlots: 'A. Abel and J. Reineke, uiCA, ICS 2022, 4.1.4',
    frontEnd: `${manual}, 2.6.2; sizes of queues: uiCA, ICS 2022, table 1`,
    ports: llvm, prices: 'uops.info and Agner Fog, see skylakeInteger.ts and skylakeVector.ts',
  },
  ports: { names, load: table.mask('p23'), storeAddress: table.mask('p237'), indexedStoreAddress: table.mask('p23'), storeData: table.mask('p4'), blocking: false, bySlot: true },
  frontEnd: {
    fetchBytes: 16, predecodeWidth: 5, lengthPrefixCycles: 3, decoders: 4, instructionQueue: 25, uopQueue: 64,
    uopCacheWidth: 6, uopCacheLines: 256, microcodeWidth: 4, microcodeSwitchCycles: 2,
  },
  caches: {
    l1i: { size: 32 << 10, ways: 8, cycles: 4, source: `${manual}, table 2-12` },
    l1d: { size: 32 << 10, ways: 8, cycles: 4, source: `${manual}, table 2-12` },
    l2: { size: 256 << 10, ways: 4, cycles: 12, source: `${manual}, table 2-12` },
    l3: { size: 8 << 20, ways: 16, cycles: 44, source: `${manual}, table 2-12: 44 cycles, up to 2 MiB a core` },
    dtlb: { size: 64, ways: 4, cycles: 0, source: `${manual}, table 2-13` },
    itlb: { size: 128, ways: 8, cycles: 0, source: `${manual}, table 2-13` },
    stlb: { size: 1536, ways: 12, cycles: 9, source: `${manual}, table 2-13; latency: 7-cpu.com/cpu/Skylake.html` },
  },
  inOrder: false,
  stackEngine: table.mask('p0156'),
  price(insn: Insn): Price {
    const price = table.price(insn, insn.row.cls === 'lea' ? leaName(insn) : manualName(insn.row));
    return insn.lock ? locked(price) : price;
  },
  idiom: x86Idiom,
  fuses: x86Fuses,
  splits: x86Splits,
  // RSP of pushes and pops moves in the stack engine before rename; string pointers are added to
  moveTicks: (insn) => (/^(push|pop|call|ret)/.test(insn.row.cls) ? 0 : cycle),
  movePorts: () => 0,
};
