/**
 * Exclusive accesses, load-acquire and store-release, and the LSE atomics. Arm ARM C6.2, B2.9, B2.12.
 *
 * Instructions of all cores run one at a time, so acquire and release add nothing, and an atomic is a load and a store.
 * The exclusive monitor is modelled: a store by anybody else to the marked granule clears the mark (helpers a64_mark,
 * a64_exclusive and a64_clear; the granule is 64 bytes). Accesses must be aligned to their size, else an alignment fault.
 */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift } from '../../row.js';
import { address, mem, read, reg, write } from '../lift.js';
import { a64, alias, type Alias, type RowDraft } from '../notation.js';

const sizes = [
  { suffix: 'B', bits: 8, size: '00', R: 'W', go: 'B' },
  { suffix: 'H', bits: 16, size: '01', R: 'W', go: 'H' },
  { suffix: '', bits: 32, size: '10', R: 'W', go: 'W' },
  { suffix: '', bits: 64, size: '11', R: 'X', go: 'D' },
] as const;
type Size = (typeof sizes)[number];

const ty = (bits: number): 'i32' | 'i64' => (bits === 64 ? 'i64' : 'i32');

/** The address of operand `i`, which must be a multiple of `bytes`. */
function alignedAddress(b: IrBuilder, insn: Insn, i: number, bytes: number): Value {
  const { at } = address(b, mem(insn, i));
  if (bytes > 1) b.trapIf(b.op('i64.ne', b.op('i64.and', at, b.i64(bytes - 1)), b.i64(0)), 'align');
  return at;
}

const loadOrdered = (s: Size): Lift => (b, insn) => {
  const at = alignedAddress(b, insn, 1, s.bits / 8);
  write(b, reg(insn, 0), b.load(ty(s.bits), s.bits, at));
};
const storeOrdered = (s: Size): Lift => (b, insn) => {
  const at = alignedAddress(b, insn, 1, s.bits / 8);
  b.store(s.bits, at, read(b, reg(insn, 0), s.bits === 64 ? 64 : 32));
};

// Exclusives.

const loadExclusive = (s: Size): Lift => (b, insn) => {
  const at = alignedAddress(b, insn, 1, s.bits / 8);
  const v = b.load(ty(s.bits), s.bits, at);
  b.callVoid('a64_mark', at, b.i32(s.bits / 8));
  write(b, reg(insn, 0), v);
};
const loadExclusivePair = (bits: 32 | 64): Lift => (b, insn) => {
  const at = alignedAddress(b, insn, 2, bits / 4);
  const first = b.load(ty(bits), bits, at);
  const second = b.load(ty(bits), bits, b.op('i64.add', at, b.i64(bits / 8)));
  b.callVoid('a64_mark', at, b.i32(bits / 4));
  write(b, reg(insn, 0), first);
  write(b, reg(insn, 1), second);
};
/** The helper stores when the mark still stands, clears it, and tells: 0 stored, 1 not. */
const storeExclusive = (s: Size): Lift => (b, insn) => {
  const at = alignedAddress(b, insn, 2, s.bits / 8);
  const v = read(b, reg(insn, 1), 64);
  write(b, reg(insn, 0), b.call('i32', 'a64_exclusive', at, b.i32(s.bits / 8), v, b.i64(0)));
};
const storeExclusivePair = (bits: 32 | 64): Lift => (b, insn) => {
  const at = alignedAddress(b, insn, 3, bits / 4);
  const first = read(b, reg(insn, 1), 64);
  const second = read(b, reg(insn, 2), 64);
  const low = bits === 64 ? first : b.op('i64.or', b.op('i64.and', first, b.i64(0xffffffffn)), b.op('i64.shl', second, b.i64(32)));
  write(b, reg(insn, 0), b.call('i32', 'a64_exclusive', at, b.i32(bits / 4), low, bits === 64 ? second : b.i64(0)));
};

// LSE.

/** A value of `bits` sign-extended, for comparisons. */
const signed = (b: IrBuilder, bits: number, v: Value): Value => (bits === 8 ? b.op('i32.extend8_s', v) : bits === 16 ? b.op('i32.extend16_s', v) : v);
/** Cut to `bits`, as loads give it. */
const cut = (b: IrBuilder, bits: number, v: Value): Value => (bits >= 32 ? v : b.op('i32.and', v, b.i32(bits === 8 ? 0xff : 0xffff)));

type Combine = (b: IrBuilder, bits: number, old: Value, v: Value) => Value;
const pick = (less: string, wantLess: boolean): Combine => (b, bits, old, v) => {
  const t = ty(bits);
  const view = (x: Value): Value => (less === 'lt_s' ? signed(b, bits, x) : cut(b, bits, x));
  const c = b.op(`${t}.${less}`, view(old), view(v));
  return wantLess ? b.op(`${t}.select`, old, v, c) : b.op(`${t}.select`, v, old, c);
};
const plain = (name: string): Combine => (b, bits, old, v) => b.op(`${ty(bits)}.${name}`, old, v);
const operations: readonly (readonly [string, string, Combine])[] = [
  ['ADD', '000', plain('add')],
  ['CLR', '001', (b, bits, old, v) => b.op(`${ty(bits)}.and`, old, b.op(`${ty(bits)}.xor`, v, b.const(ty(bits), -1n)))],
  ['EOR', '010', plain('xor')],
  ['SET', '011', plain('or')],
  ['SMAX', '100', pick('lt_s', false)],
  ['SMIN', '101', pick('lt_s', true)],
  ['UMAX', '110', pick('lt_u', false)],
  ['UMIN', '111', pick('lt_u', true)],
];

const fetch = (s: Size, combine: Combine): Lift => (b, insn) => {
  const at = alignedAddress(b, insn, 2, s.bits / 8);
  const old = b.loadToModify(ty(s.bits), s.bits, at);
  b.store(s.bits, at, combine(b, s.bits, old, read(b, reg(insn, 0), s.bits === 64 ? 64 : 32)));
  write(b, reg(insn, 1), old);
};
const swap = (s: Size): Lift => fetch(s, (_b, _bits, _old, v) => v);

/** Stores the new value when memory holds the expected one, else what it held; the register gets what it held. */
const compareSwap = (s: Size): Lift => (b, insn) => {
  const at = alignedAddress(b, insn, 2, s.bits / 8);
  const w = s.bits === 64 ? 64 : 32;
  const old = b.loadToModify(ty(s.bits), s.bits, at);
  const same = b.op(`${ty(s.bits)}.eq`, old, cut(b, s.bits, read(b, reg(insn, 0), w)));
  b.store(s.bits, at, b.op(`${ty(s.bits)}.select`, read(b, reg(insn, 1), w), old, same));
  write(b, reg(insn, 0), old);
};
const compareSwapPair = (bits: 32 | 64): Lift => (b, insn) => {
  const at = alignedAddress(b, insn, 4, bits / 4);
  const next = b.op('i64.add', at, b.i64(bits / 8));
  const t = ty(bits);
  const low = b.loadToModify(t, bits, at);
  const high = b.loadToModify(t, bits, next);
  const same = b.op('i32.and', b.op(`${t}.eq`, low, read(b, reg(insn, 0), bits)), b.op(`${t}.eq`, high, read(b, reg(insn, 1), bits)));
  b.store(bits, at, b.op(`${t}.select`, read(b, reg(insn, 2), bits), low, same));
  b.store(bits, next, b.op(`${t}.select`, read(b, reg(insn, 3), bits), high, same));
  write(b, reg(insn, 0), low);
  write(b, reg(insn, 1), high);
};

/** Acquire and release bits as letters of the name. */
const orders = [['', '0', '0'], ['L', '0', '1'], ['A', '1', '0'], ['AL', '1', '1']] as const;

function exclusives(s: Size): RowDraft[] {
  const { size, suffix, R, go } = s;
  const load = { access: 'w r', cls: 'load exclusive', lift: loadExclusive(s) };
  const store = { access: 'w r w', cls: 'store exclusive', lift: storeExclusive(s) };
  const g = go === 'D' ? '' : go;
  return [
    a64(`STXR${g}`, `STXR${suffix} Ws, ${R}t, [Xn|SP]`, `${size} 001000 000 Rs:5 0 (1)(1)(1)(1)(1) Rn:5 Rt:5`, store),
    a64(`STLXR${g}`, `STLXR${suffix} Ws, ${R}t, [Xn|SP]`, `${size} 001000 000 Rs:5 1 (1)(1)(1)(1)(1) Rn:5 Rt:5`, store),
    a64(`LDXR${g}`, `LDXR${suffix} ${R}t, [Xn|SP]`, `${size} 001000 010 (1)(1)(1)(1)(1) 0 (1)(1)(1)(1)(1) Rn:5 Rt:5`, load),
    a64(`LDAXR${g}`, `LDAXR${suffix} ${R}t, [Xn|SP]`, `${size} 001000 010 (1)(1)(1)(1)(1) 1 (1)(1)(1)(1)(1) Rn:5 Rt:5`, load),
    a64(`STLR${g}`, `STLR${suffix} ${R}t, [Xn|SP]`, `${size} 001000 100 (1)(1)(1)(1)(1) 1 (1)(1)(1)(1)(1) Rn:5 Rt:5`, { access: 'r w', cls: 'store release', lift: storeOrdered(s) }),
    a64(`LDAR${g}`, `LDAR${suffix} ${R}t, [Xn|SP]`, `${size} 001000 110 (1)(1)(1)(1)(1) 1 (1)(1)(1)(1)(1) Rn:5 Rt:5`, { access: 'w r', cls: 'load acquire', lift: loadOrdered(s) }),
    a64(`STLLR${g}`, `STLLR${suffix} ${R}t, [Xn|SP]`, `${size} 001000 100 (1)(1)(1)(1)(1) 0 (1)(1)(1)(1)(1) Rn:5 Rt:5`, { access: 'r w', cls: 'store release', feature: 'LOR', lift: storeOrdered(s) }),
    a64(`LDLAR${g}`, `LDLAR${suffix} ${R}t, [Xn|SP]`, `${size} 001000 110 (1)(1)(1)(1)(1) 0 (1)(1)(1)(1)(1) Rn:5 Rt:5`, { access: 'w r', cls: 'load acquire', feature: 'LOR', lift: loadOrdered(s) }),
    a64(`LDAPR${g}`, `LDAPR${suffix} ${R}t, [Xn|SP]`, `${size} 111 0 00 101 11111 1100 00 Rn:5 Rt:5`, { access: 'w r', cls: 'load acquire', feature: 'LRCPC', lift: loadOrdered(s) }),
  ];
}

function exclusivePairs(R: 'W' | 'X', bits: 32 | 64): RowDraft[] {
  const sz = bits === 64 ? '1' : '0';
  const g = bits === 64 ? '' : 'W';
  const load = { access: 'w w r', cls: 'load exclusive', lift: loadExclusivePair(bits) };
  const store = { access: 'w r r w', cls: 'store exclusive', lift: storeExclusivePair(bits) };
  return [
    a64(`STXP${g}`, `STXP Ws, ${R}t, ${R}t2, [Xn|SP]`, `1 ${sz} 001000 001 Rs:5 0 Rt2:5 Rn:5 Rt:5`, store),
    a64(`STLXP${g}`, `STLXP Ws, ${R}t, ${R}t2, [Xn|SP]`, `1 ${sz} 001000 001 Rs:5 1 Rt2:5 Rn:5 Rt:5`, store),
    a64(`LDXP${g}`, `LDXP ${R}t, ${R}t2, [Xn|SP]`, `1 ${sz} 001000 011 (1)(1)(1)(1)(1) 0 Rt2:5 Rn:5 Rt:5`, load),
    a64(`LDAXP${g}`, `LDAXP ${R}t, ${R}t2, [Xn|SP]`, `1 ${sz} 001000 011 (1)(1)(1)(1)(1) 1 Rt2:5 Rn:5 Rt:5`, load),
  ];
}

/** LSE: names of Go carry the size after the order: LDADDALD. */
function atomics(s: Size): RowDraft[] {
  const { size, suffix, R, go } = s;
  return orders.flatMap(([order, A, L]) => [
    ...operations.map(([name, opc, combine]) =>
      a64(`LD${name === 'SET' ? 'OR' : name}${order}${go}`, `LD${name}${order}${suffix} ${R}s, ${R}t, [Xn|SP]`, `${size} 111 0 00 ${A} ${L} 1 Rs:5 0 ${opc} 00 Rn:5 Rt:5`, { access: 'r w rw', cls: 'atomic', feature: 'ATOMICS', lift: fetch(s, combine) })),
    a64(`SWP${order}${go}`, `SWP${order}${suffix} ${R}s, ${R}t, [Xn|SP]`, `${size} 111 0 00 ${A} ${L} 1 Rs:5 1 000 00 Rn:5 Rt:5`, { access: 'r w rw', cls: 'atomic', feature: 'ATOMICS', lift: swap(s) }),
    a64(`CAS${order}${go}`, `CAS${order}${suffix} ${R}s, ${R}t, [Xn|SP]`, `${size} 001000 1 ${A} 1 Rs:5 ${L} 11111 Rn:5 Rt:5`, { access: 'rw r rw', cls: 'atomic', feature: 'ATOMICS', lift: compareSwap(s) }),
  ]);
}

/** CASP: Rs and Rt are even, and name two registers each. */
const pairSwaps = (R: 'W' | 'X', bits: 32 | 64): RowDraft[] =>
  orders.map(([order, A, L]) =>
    a64(`CASP${order}${bits === 64 ? 'D' : 'W'}`, `CASP${order} ${R}s, ${R}s+1, ${R}t, ${R}t+1, [Xn|SP]`, `0 ${bits === 64 ? '1' : '0'} 001000 0 ${A} 1 Rs:5 ${L} 11111 Rn:5 Rt:5`, { access: 'rw rw r r rw', cls: 'atomic', feature: 'ATOMICS', lift: compareSwapPair(bits) }));

export const atomicRows: readonly RowDraft[] = [
  ...sizes.flatMap(exclusives),
  ...exclusivePairs('W', 32),
  ...exclusivePairs('X', 64),
  ...sizes.flatMap(atomics),
  ...pairSwaps('W', 32),
  ...pairSwaps('X', 64),
];

/** Without a register for the old value and without acquire: STADD and its like. */
export const atomicAliases: readonly Alias[] = sizes.flatMap(({ size, suffix, R, go }) =>
  (['', 'L'] as const).flatMap((order) =>
    operations.map(([name, opc]) => alias(`ST${name === 'SET' ? 'OR' : name}${order}${go}`, `ST${name}${order}${suffix} ${R}s, [Xn|SP]`, `${size} 111 0 00 0 ${order === 'L' ? '1' : '0'} 1 Rs:5 0 ${opc} 00 Rn:5 11111`))));
