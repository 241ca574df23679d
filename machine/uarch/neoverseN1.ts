/**
 * Arm Neoverse N1 (2019; Graviton2, Ampere Altra): figures, and prices by class of rows, which A64's regular forms allow.
 *
 * Prices follow LLVM 19, AArch64SchedNeoverseN1.td (Apache-2.0 WITH LLVM-exception), which follows the Arm Neoverse N1 Software
 * Optimization Guide (PJDOC-466751330-9707); the guide's own figures where that model is silent (multi-register structure
 * accesses, vector division). Pipes: b branch, s and t simple integer, m integer with multiplier and divider, l and k
 * load and store address, d and e store data, v and w vector. A unit that is kept blocks its pipe.
 */
import type { Insn, MemOperand } from '../../isa/row.js';
import { manualName, PriceTable } from './table.js';
import { cycle, Idiom, type Price, type Uarch } from './uarch.js';

const names = ['b', 's', 't', 'm', 'l', 'k', 'd', 'e', 'v', 'w'];

/** In front of the classes: names that `variant` gives forms by their operands. */
export const table = new PriceTable('neoverse_n1', names, [
  'shifted: pm 2',
  'EXTR: pm+pst 3',
  'ROR: pstm 1',
  '=alu/alu shift/bitfield/csel/ccmp/shift: pstm 1',
  'MADD MSUB (*,*,*,*): pm 2',
  'long-multiply: pm 4 div=3',
  'SMADDL UMADDL SMSUBL UMSUBL: pm 2',
  '=mul: pm 2',
  '=mulh: pm 5 div=3',
  '=div32: pm 12 div=5',
  '=div64: pm 20 div=5',
  '=crc: pm 2',

  '=load/load acquire/load exclusive/store/store release: - 0',
  '=load pair: plk 0',
  '=store pair: plk 0',
  '=store exclusive: plk 5',
  '=fp load: pstm 0',
  '=fp load pair: plk+pstm 0',
  '=fp store: plk+pvw 0 slots=1 whole',
  '=fp store pair: 2*plk+2*pvw 0 slots=2 whole',
  '=prefetch: plk 1',
  // W. Tarreau, linux-arm-kernel, 2025-11-04: 5.01 ns an atomic addition on Ampere Altra at 3.0 GHz
  '=atomic: plk+plk+pde 11 whole serial=15',

  '=branch/branch indirect/return: pb 1',
  '=call/call indirect: pb+pstm 1',
  '=nop/yield: - 0',
  'ISB: pm 1 serial=11',
  '=barrier: plk 1 serial=20',
  '=cache: plk 1',
  '?system: pm 1',

  'FABS FNEG FADDP: pvw 2',
  'FCMEQ FCMGE FCMGT FACGE FACGT FCMLE FCMLT FABD: pvw 2',
  'FMULX: pvw 3',
  'FRECPS FRSQRTS: pvw 4',
  '=fp: pv 3',
  '=fp move/fp csel: pvw 2',
  '=fp add: pvw 2',
  '=fp mul: pvw 3',
  '=fma/simd fma: pvw 4',
  '=fp round: pv 3',
  '=fp convert: pvw 3',
  '=fp compare: pv 2',
  'single-division: pv 10 div=7',
  'single-root: pv 10 div=7',
  '=fp div: pv 15 div=7',
  '=fp sqrt: pv 17 div=7',
  'to-general: pw 2',
  '=fp to int: pv+pw 4',
  'from-general: pm 3',
  '=int to fp: pm+pv 6',

  '=simd/simd logic/simd permute: pvw 2',
  'SABA UABA SABAL SABAL2 UABAL UABAL2: pw 4',
  '=simd mul: pv 4',
  '=simd shift: pw 2',
  'across-4: pw 3',
  'across-8: pv+pw 5',
  '=simd across: 2*pw 6',
  '=simd table: pvw 2',
  'DUP (v,r): pm 3',
  'INS (lane,r): pm+pvw 5',
  '=simd move: pvw 2',
  'FADD FSUB FABD FADDP FMAX FMIN FMAXNM FMINNM FMAXP FMINP FMAXNMP FMINNMP: pvw 2',
  'FMUL: pvw 3',
  '=simd fp: pv 3',
  '=simd fp div: pv 15 div=14',
  '=simd fp sqrt: pv 17 div=14',
  'SHA256H SHA256H2: pv 4',
  'SHA1C SHA1M SHA1P: pv 4',
  '=crypto: pv 2',
  'LD1 (lane,m): pvw 2',
  'LD1 (v,m): - 0',
  'LD1 (v,v,m): plk 0',
  'LD1 (v,v,v,m): 2*plk 1',
  'LD1 (v,v,v,v,m): 3*plk 1',
  'LD1R: pvw 2',
  'LD2 LD2R: plk+2*pvw 2',
  'LD3 LD3R: 2*plk+3*pvw 3',
  'LD4 LD4R: 3*plk+4*pvw 3',
  'ST1 (v|lane,m): plk+pvw 0 slots=1 whole',
  'ST1 (v,v,m): 2*plk+2*pvw 0 slots=2 whole',
  'ST1 (v,v,v,m): 3*plk+3*pvw 0 whole',
  'ST1: 4*plk+4*pvw 0 whole',
  '=simd store: 3*plk+5*pvw 0 whole',
]);

/** Names of forms that cost otherwise than their class. */
function variant(insn: Insn): string {
  const { cls, form } = insn.row;
  switch (cls) {
    case 'alu': case 'alu shift': return slowShift(insn) ? 'shifted' : manualName(insn.row);
    case 'bitfield': return form.startsWith('EXTR') && sameSources(insn) ? 'ROR' : manualName(insn.row);
    case 'mul': return form.startsWith('MADD X') || form.startsWith('MSUB X') ? 'long-multiply' : manualName(insn.row);
    case 'fp div': return form.includes('Sd') ? 'single-division' : manualName(insn.row);
    case 'fp sqrt': return form.includes('Sd') ? 'single-root' : manualName(insn.row);
    case 'fp to int': return form.startsWith('FMOV') ? 'to-general' : manualName(insn.row);
    case 'int to fp': return form.startsWith('FMOV') ? 'from-general' : manualName(insn.row);
    case 'simd across': return /\.4[HS]$/.test(form) ? 'across-4' : /\.8[BH]$/.test(form) ? 'across-8' : manualName(insn.row);
    default: return manualName(insn.row);
  }
}

/** EXTR of one register with itself is a rotation. */
const sameSources = ({ ops }: Insn): boolean => ops[1]?.kind === 'reg' && ops[2]?.kind === 'reg' && ops[1].index === ops[2].index;

/** Additions with anything but a left shift by up to 4, and flag-setting logic on registers, take two cycles in m. */
function slowShift({ row, ops }: Insn): boolean {
  if (ops.length < 4 || ops[2]!.kind !== 'reg') return false;
  const name = manualName(row);
  if (name === 'ANDS' || name === 'BICS') return true;
  if (!/^(ADD|SUB)S?$/.test(name)) return false;
  const by = ops[3]!;
  if (by.kind !== 'imm' || by.shift === undefined) return false;
  return by.shift !== 'lsl' ? by.value !== 0n || by.shift.length > 3 : typeof by.value === 'bigint' && by.value > 4n;
}

const llvm = 'LLVM 19, AArch64SchedNeoverseN1.td';
const guide = 'Arm Neoverse N1 Software Optimization Guide';
const wikichip = 'en.wikichip.org/wiki/arm_holdings/microarchitectures/neoverse_n1';
const trm = 'Arm Neoverse N1 Core Technical Reference Manual';

const written = (insn: Insn): boolean => insn.ops.some((o): o is MemOperand => o.kind === 'mem' && o.mode !== undefined);

export const neoverseN1: Uarch = {
  name: 'neoverse_n1',
  isa: 'arm64',
  levels: { arm64: 'v8' },
  figures: {
    clockHz: 2.5e9,
    width: 4, retireWidth: 8, rob: 128, scheduler: 120, loadQueue: 68, storeQueue: 72,
    loadTicks: 4 * cycle, chasedLoadTicks: 4 * cycle, vectorLoadTicks: 5 * cycle,
    forwardTicks: 5 * cycle, vectorForwardTicks: 5 * cycle, blockedForwardTicks: 11 * cycle,
    mispredictTicks: 11 * cycle, takenTicks: 0,
    lockTicks: 15 * cycle, fenceTicks: 20 * cycle, lineSplitTicks: cycle, pageSplitTicks: 2 * cycle,
    fillBuffers: 20, commitWidth: 2, moveSlots: 0,
  },
  sources: {
    clockHz: 'Graviton2, 2.5 GHz (aws.amazon.com/ec2/graviton)',
    width: `${guide}, 2.1: four macro-operations a cycle at decode and rename`,
    retireWidth: wikichip, rob: llvm, scheduler: wikichip, loadQueue: wikichip, storeQueue: wikichip,
    loadTicks: llvm, chasedLoadTicks: llvm, vectorLoadTicks: llvm,
    forwardTicks: 'commonly published: 4 to 5 cycles', vectorForwardTicks: 'as for general registers', blockedForwardTicks: 'commonly published: 11 to 15 cycles',
    mispredictTicks: llvm, takenTicks: `${wikichip}: the predictor runs ahead of fetch`,
    lockTicks: 'W. Tarreau, linux-arm-kernel, 2025-11-04: 5.01 ns at 3.0 GHz', fenceTicks: 'commonly published: tens of cycles',
    lineSplitTicks: `${guide}, 4.5: one more access`, pageSplitTicks: `${guide}, 4.5`,
    fillBuffers: wikichip, commitWidth: `${llvm}: two stores a cycle`, moveSlots: 'none modeled: LLVM 19 has a cycle for a move',
    frontEnd: wikichip, ports: llvm, prices: `${llvm}; ${guide}`,
  },
  ports: {
    names, load: table.mask('plk'), storeAddress: table.mask('plk'), indexedStoreAddress: table.mask('plk'), storeData: table.mask('pde'), blocking: true, bySlot: false,
  },
  frontEnd: {
    fetchBytes: 16, predecodeWidth: 0, lengthPrefixCycles: 0, decoders: 4, instructionQueue: 16, uopQueue: 16,
    uopCacheWidth: 0, uopCacheLines: 0, microcodeWidth: 4, microcodeSwitchCycles: 0,
  },
  caches: {
    l1i: { size: 64 << 10, ways: 4, cycles: 4, source: trm },
    l1d: { size: 64 << 10, ways: 4, cycles: 4, source: trm },
    l2: { size: 1 << 20, ways: 8, cycles: 11, source: `${trm}; latency: ${wikichip}` },
    l3: { size: 32 << 20, ways: 16, cycles: 80, source: 'Graviton2: 32 MiB shared; about 32 ns (anandtech.com/show/15578)' },
    dtlb: { size: 48, ways: 48, cycles: 0, source: trm },
    itlb: { size: 48, ways: 48, cycles: 0, source: trm },
    stlb: { size: 1280, ways: 5, cycles: 6, source: `${trm}; latency commonly published` },
  },
  inOrder: false,
  stackEngine: undefined,
  price: (insn: Insn): Price => table.price(insn, variant(insn)),
  idiom: (insn) => (insn.row.cls === 'nop' ? Idiom.Nop : Idiom.None),
  fuses: () => false,
  splits: () => false,
  moveTicks: () => cycle,
  movePorts: (insn) => (written(insn) ? table.mask('pstm') : 0),
};
