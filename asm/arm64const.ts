/**
 * Constants that no instruction holds as they are, as Go's assembler makes them: moved into a register in up to four
 * instructions, or into REGTMP for an operation that has no room for them.
 *
 * Classes of constants decide: `add`, twelve bits, or twelve followed by twelve zeros; `bits`, the masks of logical
 * operations; `move`, what one MOVZ or MOVN makes.
 */
import { encodeBitmask } from '../isa/arm64/immediate.js';
import { W, WSP, X, XSP, amount, value, word } from './arm64word.js';
import { zero } from './arm64.js';

const u = (v: bigint, width: 32 | 64): bigint => BigInt.asUintN(width, v);

export const isAdd = (v: bigint): boolean => v >= 0n && (v < 4096n || (v % 4096n === 0n && v < 1n << 24n));
/** Two additions do it. */
export const isAdd2 = (v: bigint): boolean => v >= 0n && v < 1n << 24n;
export const isBits = (v: bigint, width: 32 | 64): boolean => encodeBitmask(u(v, width), width) !== undefined;

/** The halves of 16 bits, low ones first. */
const halves = (v: bigint, width: 32 | 64): number[] => Array.from({ length: width / 16 }, (_, i) => Number((u(v, width) >> BigInt(16 * i)) & 0xffffn));

/** Where the one half stands that is not zero (0 when all are); -1 when there are more. */
function onlyHalf(v: bigint, width: 32 | 64): number {
  const list = halves(v, width);
  const used = list.flatMap((h, i) => (h !== 0 ? [i] : []));
  return used.length === 0 ? 0 : used.length === 1 ? used[0]! : -1;
}
export const isMove = (v: bigint, width: 32 | 64): boolean => onlyHalf(v, width) >= 0 || onlyHalf(~v, width) >= 0;

export function wideMove(name: 'MOVZ' | 'MOVN' | 'MOVK', width: 32 | 64, half: number, at: number, rd: number): number {
  return word(`${name} ${width === 64 ? 'X' : 'W'}d, #imm16, hw`, width === 64 ? X(rd) : W(rd), value(half), amount(16 * at, 'lsl'));
}

/** Below 31 general registers and those with the stack pointer are the same. */
const orMask = (v: bigint, width: 32 | 64, rd: number): number =>
  word(`ORR ${width === 64 ? 'Xd|SP, Xn' : 'Wd|WSP, Wn'}, #bitmask${width}`, width === 64 ? XSP(rd) : WSP(rd), width === 64 ? X(zero) : W(zero), value(width === 64 ? v : BigInt.asIntN(32, v)));

/** One MOVZ or MOVN. */
function moved(v: bigint, width: 32 | 64, rd: number): number {
  const i = onlyHalf(v, width);
  if (i >= 0) return wideMove('MOVZ', width, halves(v, width)[i]!, i, rd);
  const n = onlyHalf(~v, width);
  return wideMove('MOVN', width, halves(~v, width)[n]!, n, rd);
}

/** Whether Go takes the mask where both a mask and a move make the constant. */
const maskPreferred = (v: bigint, width: 32 | 64): boolean => isBits(v, width) && (!isMove(v, width) || isAdd(width === 32 ? u(v, 32) : v));

/** Makes a constant in one instruction, or undefined. `sp`: rd 31 is the stack pointer, which only a mask can go to. */
export function loadOne(v: bigint, width: 32 | 64, rd: number, sp = false): number | undefined {
  if (sp) return isBits(v, width) && maskPreferred(v, width) ? orMask(v, width, rd) : undefined;
  if (maskPreferred(v, width) && rd !== zero) return orMask(v, width, rd);
  return isMove(v, width) ? moved(v, width, rd) : undefined;
}

/** Makes any constant. */
export function loadConstant(v: bigint, width: 32 | 64, rd: number): number[] {
  const one = loadOne(v, width, rd);
  return one === undefined ? loadLong(v, width, rd) : [one];
}

/** As many MOVs as it has halves that are not alike; or a mask with one half changed. */
function loadLong(v: bigint, width: 32 | 64, rd: number): number[] {
  const list = halves(v, width);
  if (width === 32) return [wideMove('MOVZ', 32, list[0]!, 0, rd), wideMove('MOVK', 32, list[1]!, 1, rd)];
  const zeros = list.filter((h) => h === 0).length;
  const ones = list.filter((h) => h === 0xffff).length;
  if (zeros === 2) return steps(list, 0, rd);
  if (ones === 2) return steps(list, 0xffff, rd);
  const masked = maskAndHalf(u(v, 64), list, rd);
  if (masked) return masked;
  return zeros > 0 ? steps(list, 0, rd) : ones > 0 ? steps(list, 0xffff, rd) : steps(list, undefined, rd);
}

/** A first half by MOVZ (MOVN over ones), the others by MOVK; halves equal to `rest` need none. */
function steps(list: readonly number[], rest: 0 | 0xffff | undefined, rd: number): number[] {
  const used = list.flatMap((h, i) => (h === rest ? [] : [i]));
  return used.map((i, k) => {
    if (k > 0) return wideMove('MOVK', 64, list[i]!, i, rd);
    return rest === 0xffff ? wideMove('MOVN', 64, ~list[i]! & 0xffff, i, rd) : wideMove('MOVZ', 64, list[i]!, i, rd);
  });
}

/** A mask that differs in one half, which MOVK puts right. */
function maskAndHalf(v: bigint, list: readonly number[], rd: number): number[] | undefined {
  for (let i = 0; i < 4; i++) {
    const hole = 0xffffn << BigInt(16 * i);
    for (const turn of [16, 32]) {
      const turned = u((v << BigInt(turn)) | (v >> BigInt(64 - turn)), 64);
      const x = (v & ~hole & ((1n << 64n) - 1n)) | (turned & hole);
      if (isBits(x, 64)) return [orMask(BigInt.asIntN(64, x), 64, rd), wideMove('MOVK', 64, list[i]!, i, rd)];
    }
  }
  return undefined;
}

/** ADD or SUB of a constant of 12 bits, or 24 whose lower 12 are zero. */
export function addConstant(name: 'ADD' | 'SUB', v: bigint, rn: number, rd: number): number {
  return word(`${name} Xd|SP, Xn|SP, #imm12sh`, XSP(rd), XSP(rn), value(v));
}

/** The same with a sign; at most 12 bits. */
export const addSigned = (v: bigint, rn: number, rd: number): number => (v < 0n ? addConstant('SUB', -v, rn, rd) : addConstant('ADD', v, rn, rd));
