/** BT BTS BTR BTC, BSF BSR, TZCNT LZCNT POPCNT, CRC32. SDM 2A and 2B. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Insn, Lift, Operand } from '../../row.js';
import { address, alu, place, putReg, read, setCarryOverflow, setFlags, setLogic, setResultCarry, toI64s, toI64u, two, tyOf, type Place } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';

/**
 * The word that holds the bit, and the bit's number in it. A register offset into memory is signed and
 * reaches beyond the operand, in steps of its width.
 */
function bitPlace(b: IrBuilder, base: Operand, offset: Operand, writes: boolean): { word: Place; bit: Value } {
  const w = base.bits;
  const n = read(b, offset, w);
  const bit = alu(b, w, 'and', n, b.const(tyOf(w), w - 1));
  if (base.kind !== 'mem' || offset.kind === 'imm') return { word: writes ? place(b, base) : { get: () => read(b, base), set: () => {} }, bit };
  const step = Math.log2(w);
  const words = b.op('i64.shr_s', toI64s(b, w, n), b.i64(step));
  const a = b.op('i64.add', address(b, base), b.op('i64.shl', words, b.i64(step - 3)));
  return { word: { get: () => (writes ? b.loadToModify(tyOf(w), w, a) : b.load(tyOf(w), w, a)), set: (v) => b.store(w, a, v) }, bit };
}

/** CF = the bit; ZF stays; the others are undefined, and stay but for OF, which is cleared. */
const liftBit = (change?: (b: IrBuilder, w: number, x: Value, mask: Value) => Value): Lift => (b: IrBuilder, insn: Insn): void => {
  const [base, offset] = two(insn);
  const w = base.bits;
  const { word, bit } = bitPlace(b, base, offset, change !== undefined);
  const x = word.get();
  const shifted = alu(b, w, 'shr_u', x, bit);
  const cf = b.op('i32.and', w === 64 ? b.op('i32.wrap_i64', shifted) : shifted, b.i32(1));
  if (change) word.set(change(b, w, x, alu(b, w, 'shl', b.const(tyOf(w), 1), bit)));
  setCarryOverflow(b, cf, b.i32(0));
};

/** BSF and BSR: a zero source sets ZF and leaves all 64 bits of the destination (AMD says so, Intel does so at 64 bits). */
const scan = (forward: boolean): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  if (dst.kind !== 'reg') throw new Error('bit scan into memory');
  const w = dst.bits;
  const x = read(b, src);
  const wide = toI64u(b, w, x);
  const at = forward ? b.op('i64.ctz', wide) : b.op('i64.sub', b.i64(63), b.op('i64.clz', wide));
  const found = b.op('i64.ne', wide, b.i64(0));
  if (w === 16) b.put(16, dst.slot, b.op('i32.select', b.op('i32.wrap_i64', at), b.get('i32', 16, dst.slot), found));
  else b.put(64, dst.slot, b.op('i64.select', at, b.get('i64', 64, dst.slot), found));
  setLogic(b, w, x);
};
export const liftBsf = scan(true);
export const liftBsr = scan(false);

/** TZCNT and LZCNT: the width for a zero source, told by CF; ZF tells a zero result. */
const countZeros = (leading: boolean): Lift => (b, insn) => {
  const [dst, src] = two(insn);
  const w = dst.bits;
  const x = read(b, src);
  const ty = tyOf(w);
  let n: Value;
  if (leading) n = b.op(`${ty}.sub`, b.op(`${ty}.clz`, x), b.const(ty, w < 32 ? 32 - w : 0));
  else n = b.op(`${ty}.ctz`, w < 32 ? b.op('i32.or', x, b.i32(1n << BigInt(w))) : x);
  const none = b.op(`${ty}.eqz`, x);
  place(b, dst).set(n);
  setResultCarry(b, w, n, none, b.i32(0));
};

const popcnt: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  const w = dst.bits;
  const x = read(b, src);
  place(b, dst).set(b.op(`${tyOf(w)}.popcnt`, x));
  setFlags(b, { zf: b.op(`${tyOf(w)}.eqz`, x) });
};

/** CRC32 accumulates in the low half and clears the upper one. */
const crc32: Lift = (b, insn) => {
  const [dst, src] = two(insn);
  if (dst.kind !== 'reg') throw new Error('CRC32 into memory');
  const data = toI64u(b, src.bits, read(b, src));
  const sum = b.get('i32', 32, dst.slot);
  putReg(b, 32, dst.slot, b.call('i32', 'crc32', sum, data, b.i32(src.bits / 8)));
};

const widths = [['W', 16, ''], ['L', 32, ''], ['Q', 64, 'REX.W + ']] as const;
const bitFlags = 'c u=osap';

function bitForms(name: string, n: number, op: string, lift: Lift): RowDraft[] {
  const spec: RowSpec = { access: n === 4 ? 'r r' : 'rw r', flags: bitFlags, cls: 'bit', lock: n !== 4, lift };
  return widths.flatMap(([s, w, rex]) => [
    x86(`${name}${s}`, `${name} r/m${w}, imm8`, `${rex}0F BA /${n} ib`, spec),
    x86(`${name}${s}`, `${name} r/m${w}, r${w}`, `${rex}0F ${op} /r`, { ...spec, cls: 'bitr' }),
  ]);
}

const scanForms = (name: string, encoding: (rex: string) => string, spec: RowSpec): RowDraft[] =>
  widths.map(([s, w, rex]) => x86(`${name}${s}`, `${name} r${w}, r/m${w}`, encoding(rex), { access: 'w r', cls: 'scan', ...spec }));

const crcSpec: RowSpec = { access: 'rw r', cls: 'crc', feature: 'SSE4_2', lift: crc32 };

export const bitRows: readonly RowDraft[] = [
  ...bitForms('BT', 4, 'A3', liftBit()),
  ...bitForms('BTS', 5, 'AB', liftBit((b, w, x, m) => alu(b, w, 'or', x, m))),
  ...bitForms('BTR', 6, 'B3', liftBit((b, w, x, m) => alu(b, w, 'and', x, alu(b, w, 'xor', m, b.const(tyOf(w), -1n))))),
  ...bitForms('BTC', 7, 'BB', liftBit((b, w, x, m) => alu(b, w, 'xor', x, m))),
  ...scanForms('TZCNT', (rex) => `F3 ${rex}0F BC /r`, { flags: 'zc u=osap', feature: 'BMI1', lift: countZeros(false) }),
  ...scanForms('LZCNT', (rex) => `F3 ${rex}0F BD /r`, { flags: 'zc u=osap', feature: 'LZCNT', lift: countZeros(true) }),
  ...scanForms('POPCNT', (rex) => `F3 ${rex}0F B8 /r`, { flags: 'oszapc', feature: 'POPCNT', lift: popcnt }),
  ...scanForms('BSF', (rex) => `${rex}0F BC /r`, { access: 'rw r', flags: 'z u=oscap', lift: liftBsf }),
  ...scanForms('BSR', (rex) => `${rex}0F BD /r`, { access: 'rw r', flags: 'z u=oscap', lift: liftBsr }),
  x86('CRC32B', 'CRC32 r32, r/m8', 'F2 0F 38 F0 /r', crcSpec),
  x86('CRC32W', 'CRC32 r32, r/m16', '66 F2 0F 38 F1 /r', crcSpec),
  x86('CRC32L', 'CRC32 r32, r/m32', 'F2 0F 38 F1 /r', crcSpec),
  x86('CRC32B', 'CRC32 r64, r/m8', 'F2 REX.W + 0F 38 F0 /r', crcSpec),
  x86('CRC32Q', 'CRC32 r64, r/m64', 'F2 REX.W + 0F 38 F1 /r', crcSpec),
];
