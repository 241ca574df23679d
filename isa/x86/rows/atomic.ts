/**
 * XADD CMPXCHG CMPXCHG8B CMPXCHG16B. SDM 2A and 2B. With LOCK or without: cores take turns by block, so one
 * instruction is never divided. A comparison that fails still writes, and so faults on a read-only page.
 */
import type { Lift } from '../../row.js';
import { address, alu, place, read, reg, setAdd, setReg, setSub, setZero, two, tyOf, write, type Width } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';
import { GPR, gprSlot } from '../regs.js';

/** The register gets the old value first, so XADD of one register with itself keeps the sum. */
const xadd: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  const w = dst.bits;
  const d = place(b, dst);
  const x = d.get();
  const y = read(b, src);
  const sum = alu(b, w, 'add', x, y);
  if (dst.kind === 'mem') d.set(sum);
  write(b, src, x);
  if (dst.kind !== 'mem') d.set(sum);
  setAdd(b, w, x, y, sum);
};

/** The accumulator takes the old value only when it differs: an equal 32-bit one keeps its upper half. */
const cmpxchg: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  const w = dst.bits as Width;
  const d = place(b, dst);
  const old = d.get();
  const y = read(b, src);
  const acc = reg(b, GPR.RAX, w);
  const kept = dst.kind === 'reg' && w === 32 ? b.get('i64', 64, dst.slot) : undefined;
  const equal = alu(b, w, 'eq', acc, old);
  const stored = b.op(`${tyOf(w)}.select`, y, old, equal);
  if (dst.kind === 'mem') d.set(stored);
  if (w === 32) b.put(64, gprSlot(GPR.RAX), b.op('i64.select', reg(b, GPR.RAX, 64), b.op('i64.extend_i32_u', old), equal));
  else setReg(b, GPR.RAX, w, b.op(`${tyOf(w)}.select`, acc, old, equal));
  // a 32-bit register that differs keeps its upper half too, as AMD's processors do
  if (dst.kind === 'reg' && w === 32) b.put(64, dst.slot, b.op('i64.select', b.op('i64.extend_i32_u', y), kept!, equal));
  else if (dst.kind !== 'mem') d.set(stored);
  setSub(b, w, acc, old, alu(b, w, 'sub', acc, old));
};

/** CMPXCHG8B and 16B: RDX:RAX against memory, RCX:RBX into it; ZF only. The 16-byte one wants alignment. */
const cmpxchgPair = (half: 32 | 64): Lift => (b, insn) => {
  const dst = insn.ops[0]!;
  if (dst.kind !== 'mem') throw new Error('CMPXCHG8B of a register');
  const ty = tyOf(half);
  const low = address(b, dst);
  if (half === 64) b.trapIf(b.op('i64.ne', b.op('i64.and', low, b.i64(15)), b.i64(0)), 'protection');
  b.probe(half / 4, low, true);
  const high = b.op('i64.add', low, b.i64(half / 8));
  const oldLow = b.load(ty, half, low);
  const oldHigh = b.load(ty, half, high);
  const equal = b.op('i32.and', b.op(`${ty}.eq`, oldLow, reg(b, GPR.RAX, half)), b.op(`${ty}.eq`, oldHigh, reg(b, GPR.RDX, half)));
  b.store(half, low, b.op(`${ty}.select`, reg(b, GPR.RBX, half), oldLow, equal));
  b.store(half, high, b.op(`${ty}.select`, reg(b, GPR.RCX, half), oldHigh, equal));
  const wide = (v: typeof low): typeof low => (half === 64 ? v : b.op('i64.extend_i32_u', v));
  b.put(64, gprSlot(GPR.RAX), b.op('i64.select', reg(b, GPR.RAX, 64), wide(oldLow), equal));
  b.put(64, gprSlot(GPR.RDX), b.op('i64.select', reg(b, GPR.RDX, 64), wide(oldHigh), equal));
  setZero(b, equal);
};

const widths = [['B', 8, ''], ['W', 16, ''], ['L', 32, ''], ['Q', 64, 'REX.W + ']] as const;
const pair = (name: string, op8: string, op: string, access: string, lift: Lift): RowDraft[] =>
  widths.map(([s, w, rex]) => {
    const spec: RowSpec = { access, implicit: name === 'CMPXCHG' ? 'RAX:rw' : '', flags: 'oszapc', cls: 'atomic', lock: true, lift };
    return x86(`${name}${s}`, `${name} r/m${w}, r${w}`, w === 8 ? op8 : rex + op, spec);
  });

export const atomicRows: readonly RowDraft[] = [
  ...pair('XADD', '0F C0 /r', '0F C1 /r', 'rw rw', xadd),
  ...pair('CMPXCHG', '0F B0 /r', '0F B1 /r', 'rw r', cmpxchg),
  x86('CMPXCHG8B', 'CMPXCHG8B m64', '0F C7 /1', { access: 'rw', implicit: 'RAX:rw RDX:rw RBX:r RCX:r', flags: 'z', cls: 'atomic', lock: true, feature: 'CX8', lift: cmpxchgPair(32) }),
  x86('CMPXCHG16B', 'CMPXCHG16B m128', 'REX.W + 0F C7 /1', { access: 'rw', implicit: 'RAX:rw RDX:rw RBX:r RCX:r', flags: 'z', cls: 'atomic', lock: true, feature: 'CX16', lift: cmpxchgPair(64) }),
];
