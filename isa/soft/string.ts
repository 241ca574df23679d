/**
 * String instructions with a REP prefix: MOVS STOS LODS CMPS SCAS. SDM 2B, REP.
 *
 * Each helper is `rep_x(bytes, base, narrow, until)`: the element's size, the segment base of the source,
 * 1 for 32-bit addresses (ESI EDI ECX), and for CMPS and SCAS the ZF that ends the loop early. It advances
 * RSI, RDI and RCX as it goes and works at most to the next page boundary of either pointer; the result is 1
 * when the instruction is done, 0 when it must run again. A fault leaves the registers at the element that
 * faulted. Flags of CMPS and SCAS appear only with the last element, so a fault leaves them alone (SDM).
 */
import { writeSubFlags } from '../x86/flags.js';
import { GPR, gprSlot, RFLAGS, slots } from '../x86/regs.js';
import type { Helper, HelperState } from './state.js';

const SI = gprSlot(GPR.RSI);
const DI = gprSlot(GPR.RDI);
const CX = gprSlot(GPR.RCX);
const AX = gprSlot(GPR.RAX);

/** One element; `si` and `di` are full addresses. A true result ends the loop. */
type Step = (st: HelperState, bytes: number, si: bigint, di: bigint, until: bigint) => boolean | void;

interface Shape {
  readonly source: boolean; // uses RSI
  readonly destination: boolean; // uses RDI
  readonly step: Step;
  readonly run?: Run;
}

/** Shorter runs are not worth a look at the page. */
const leastRun = 32;

/** As many elements as lie in the pages of `si` and `di`, at once; how many that were, 0 when it cannot be done so. */
type Run = (st: HelperState, bytes: number, si: bigint, di: bigint, count: bigint, back: boolean) => number;

/** Elements from `addr` on, in either direction, that lie in its page. */
function inPage(addr: bigint, bytes: number, back: boolean): number {
  const offset = Number(addr & 4095n);
  if (back) return offset + bytes > 4096 ? 0 : Math.floor(offset / bytes) + 1;
  return Math.floor((4096 - offset) / bytes);
}
/** The lowest address of a run. */
const lowest = (addr: bigint, bytes: number, count: number, back: boolean): bigint => (back ? addr - BigInt((count - 1) * bytes) : addr);

const moveRun: Run = (st, bytes, si, di, count, back) => {
  const n = Math.min(count > 4096n ? 4096 : Number(count), inPage(si, bytes, back), inPage(di, bytes, back));
  if (n * bytes < leastRun) return 0;
  const from = st.span!(lowest(si, bytes, n, back), n * bytes, false);
  const to = from && st.span!(lowest(di, bytes, n, back), n * bytes, true);
  if (!to) return 0;
  // an overlap in the direction of the move repeats elements: not what a move of a block does
  const ahead = back ? from.byteOffset - to.byteOffset : to.byteOffset - from.byteOffset;
  if (ahead > 0 && ahead < n * bytes) return 0;
  to.set(from);
  return n;
};

const fillRun: Run = (st, bytes, _si, di, count, back) => {
  const n = Math.min(count > 4096n ? 4096 : Number(count), inPage(di, bytes, back));
  if (n * bytes < leastRun) return 0;
  const to = st.span!(lowest(di, bytes, n, back), n * bytes, true);
  if (!to) return 0;
  const value = st.get(AX, bytes * 8);
  for (let i = 0; i < bytes; i++) to[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  for (let done = bytes; done < to.length; done *= 2) to.copyWithin(done, 0, done);
  return n;
};

const movs: Shape = { source: true, destination: true, step: (st, n, si, di) => st.store(di, n, st.load(si, n)), run: moveRun };
const stos: Shape = { source: false, destination: true, step: (st, n, _si, di) => st.store(di, n, st.get(AX, n * 8)), run: fillRun };
const lods: Shape = {
  source: true,
  destination: false,
  step: (st, n, si) => st.put(AX, n === 4 ? 64 : n * 8, st.load(si, n)),
};

/** Compares, and says whether the loop ends: the last element, or ZF as `until` says. */
function compare(st: HelperState, n: number, x: bigint, y: bigint, until: bigint): boolean {
  const ends = (x === y ? 1n : 0n) === (until & 1n) || (until & 2n) !== 0n;
  if (ends) writeSubFlags(st, n * 8, x, y);
  return ends;
}
/** The destination is read first: where both fault, its fault is the one that Zen 4 reports. */
const cmps: Shape = {
  source: true,
  destination: true,
  step: (st, n, si, di, until) => {
    const y = st.load(di, n);
    return compare(st, n, st.load(si, n), y, until);
  },
};
const scas: Shape = { source: false, destination: true, step: (st, n, _si, di, until) => compare(st, n, st.get(AX, n * 8), st.load(di, n), until) };

const rep = (shape: Shape): Helper => (st, size, base, narrow, until = 0n) => {
  const bytes = Number(size);
  const bits = narrow ? 32 : 64;
  const back = ((st.get(slots.RF, 32) >> BigInt(RFLAGS.DF)) & 1n) === 1n;
  const delta = back ? -size! : size!;
  let count = st.get(CX, bits);
  const put = (slot: number, v: bigint): void => st.put(slot, 64, v); // 32-bit registers clear their upper halves
  const source = (si: bigint): bigint => BigInt.asUintN(64, si + base!);
  const turned = (si: bigint, nextSi: bigint, di: bigint, nextDi: bigint): boolean =>
    (shape.source && page(source(si)) !== page(source(nextSi))) || (shape.destination && page(di) !== page(nextDi));
  if (st.span && shape.run && !narrow) {
    const [si, di] = [st.get(SI, 64), st.get(DI, 64)];
    const run = BigInt(shape.run(st, bytes, source(si), di, count, back));
    if (run > 0n) {
      const [nextSi, nextDi] = [BigInt.asUintN(64, si + run * delta), BigInt.asUintN(64, di + run * delta)];
      if (shape.source) put(SI, nextSi);
      put(DI, nextDi);
      put(CX, (count -= run));
      if (count === 0n) return 1n;
      if (turned(si, nextSi, di, nextDi)) return 0n;
      // the next element crosses into another page: it belongs to this call, as it does without runs
    }
  }
  while (count !== 0n) {
    const si = st.get(SI, bits);
    const di = st.get(DI, bits);
    const last = count === 1n ? 2n : 0n;
    const ends = shape.step(st, bytes, source(si), di, until | last);
    count--;
    const nextSi = BigInt.asUintN(bits, si + delta);
    const nextDi = BigInt.asUintN(bits, di + delta);
    if (shape.source) put(SI, nextSi);
    if (shape.destination) put(DI, nextDi);
    put(CX, count);
    if (ends) return 1n;
    if (count !== 0n && turned(si, nextSi, di, nextDi)) return 0n;
  }
  return 1n;
};

const page = (addr: bigint): bigint => addr >> 12n;

export const stringHelpers: Readonly<Record<string, Helper>> = {
  rep_movs: rep(movs),
  rep_stos: rep(stos),
  rep_lods: rep(lods),
  rep_cmps: rep(cmps),
  rep_scas: rep(scas),
};
