/**
 * `unit`, the teaching core: in order, one instruction at a time, no overlap. Its figures are round so that tests can write
 * expected costs as sums: an instruction costs what it computes (1 cycle; multiplication 3, division 20, floating point 4) plus 4
 * for each load that hits L1 and 1 for each store. A load or store that computes nothing costs just that.
 */
import type { Insn } from '../../isa/row.js';
import { PriceTable } from './table.js';
import { cycle, Idiom, type Uarch } from './uarch.js';

export const table = new PriceTable('unit', ['0'], [
  'MOV MOVZX MOVSX MOVSXD (r,m): - 0',
  'MOV (m,*): - 0',
  'PUSH POP: - 0',
  '=load/store/load pair/store pair/load acquire/store release/load exclusive/store exclusive: - 0',
  '=fp load/fp store/fp load pair/fp store pair/simd load/simd store: - 0',
  '=mul/imul/mulh/vmul/simd mul: p0 3',
  '=div/div32/div64/fdiv/fsqrt/fp div/fp sqrt/simd fp div/simd fp sqrt: p0 20',
  '=fadd/fmul/fround/fcomi/cvt/x87/fp/fp add/fp mul/fp round/fma/fp compare/fp csel/fp to int/int to fp/fp convert/simd fp/simd fma: p0 4',
  '=alu/mov/movx/lea/xchg/bswap/seg/shift/shiftcl/shiftd/rotate/rotatecl/rotatec/rotateccl/bit/bitr/scan/crc/cmov/setcc: p0 1',
  '=jcc/jmp/jmpr/call/callr/ret/loop/push/pop/pushf/popf/leave/enter/movs/cmps/stos/lods/scas: p0 1',
  '=repmovs/repcmps/repstos/replods/repscas/atomic/nop/pause/lfence/mfence/sfence/clflush/prefetch/cpuid/rdtsc/trap/syscall: p0 1',
  '=vmov/vlogic/shuffle/vint/vshift/mxcsr/vtext/fxsave/aes/sha/xsave/tsx/mmx/vec: p0 1',
  '=alu shift/bitfield/csel/ccmp/branch/branch indirect/call indirect/return/system/yield/barrier/cache/crypto: p0 1',
  '=fp move/simd/simd logic/simd across/simd move/simd permute/simd table/simd shift: p0 1',
]);

const round = 'chosen: round numbers for sums';

export const unit: Uarch = {
  name: 'unit',
  isa: 'any',
  levels: { amd64: 'v2', arm64: 'v8' },
  figures: {
    clockHz: 1e9,
    width: 1, retireWidth: 1, rob: 1, scheduler: 1, loadQueue: 1, storeQueue: 1,
    loadTicks: 4 * cycle, chasedLoadTicks: 4 * cycle, vectorLoadTicks: 4 * cycle,
    forwardTicks: cycle, vectorForwardTicks: cycle, blockedForwardTicks: 0,
    mispredictTicks: 10 * cycle, takenTicks: 0,
    lockTicks: 10 * cycle, fenceTicks: 10 * cycle, lineSplitTicks: 4 * cycle, pageSplitTicks: 8 * cycle,
    fillBuffers: 1, commitWidth: 1, moveSlots: 0,
  },
  sources: {
    clockHz: round, width: round, retireWidth: round, rob: round, scheduler: round, loadQueue: round, storeQueue: round, loadTicks: round,
    chasedLoadTicks: round, vectorLoadTicks: round, forwardTicks: round, vectorForwardTicks: round, blockedForwardTicks: round, mispredictTicks: round,
    takenTicks: round, lockTicks: round, fenceTicks: round, lineSplitTicks: round, pageSplitTicks: round, fillBuffers: round, commitWidth: round, moveSlots: round,
    frontEnd: 'none', ports: round, prices: round,
  },
  ports: { names: ['0'], load: 1, storeAddress: 1, indexedStoreAddress: 1, storeData: 1, blocking: false, bySlot: false },
  frontEnd: undefined,
  caches: {
    l1i: { size: 32 << 10, ways: 8, cycles: 0, source: round },
    l1d: { size: 32 << 10, ways: 8, cycles: 4, source: round },
    l2: { size: 256 << 10, ways: 8, cycles: 10, source: round },
    dram: { size: 0, ways: 0, cycles: 100, source: round },
  },
  inOrder: true,
  stackEngine: undefined,
  price: (insn: Insn) => table.price(insn),
  idiom: () => Idiom.None,
  fuses: () => false,
  splits: () => false,
  moveTicks: () => 0,
  movePorts: () => 0,
};
