/** Random cases of arm64 rows: an instruction word, registers, and memory that is the same in every case. */
import { readDiagram } from '../../../isa/arm64/diagram.js';
import { decode } from '../../../isa/arm64/decode.js';
import { isFault } from '../../../isa/isa.js';
import type { Insn, Row } from '../../../isa/row.js';
import { Random } from '../random.js';

export const codeAt = 0x20000000;
export const codeBytes = 2 * 4096;
export const pc = codeAt + 4096;
export const dataAt = 0x21000000;
export const writableBytes = 3 * 4096;
export const dataBytes = 4 * 4096;
/** BRK #0, of which the code around the instruction consists. */
export const brk = 0xd4200000;

export interface Case {
  readonly row: Row;
  readonly word: number;
  /** N Z C V in bits 3..0. */
  readonly nzcv: number;
  readonly fpcr: number;
  /** X0 to X30, then SP. */
  readonly x: readonly bigint[];
  /** Halves of V0 to V31. */
  readonly v: readonly bigint[];
}

/** What a case did: `signal` 0 completed, else the number Linux gives. Memory as offset and value of changed words. */
export interface Result {
  readonly signal: number;
  readonly pc: bigint;
  readonly address: bigint;
  readonly nzcv: number;
  readonly x: readonly bigint[];
  readonly v: readonly bigint[];
  readonly memory: readonly (readonly [number, bigint])[];
}

export interface Executor {
  readonly name: string;
  run(cases: readonly Case[]): Result[];
}

/** Word i of memory at the start of every case. */
export function background(i: number): bigint {
  const M = (1n << 64n) - 1n;
  let z = (BigInt(i + 1) * 0x9e3779b97f4a7c15n) & M;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & M;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & M;
  return z ^ (z >> 31n);
}

export function bytesOf(word: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, word, true);
  return bytes;
}

export function insnOf(c: Case): Insn {
  const d = decode(bytesOf(c.word), 0, pc);
  if (isFault(d) || d.row !== c.row) throw new Error(`${c.row.form}: ${c.word.toString(16)} does not decode to it`);
  return d;
}

/** Numbers at which operations change their ways: integers, doubles, and two floats in one. */
const special: readonly bigint[] = [
  0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x7fffffffffffffffn, 0x8000000000000000n, 0xffffffffffffffffn,
  0x3ff0000000000000n, 0xbff0000000000000n, 0x7ff0000000000000n, 0xfff0000000000000n, 0x7ff8000000000000n, 0x7ff8000000000123n, 0xfff4000000000001n, 0x7ff0000000000001n, 0x0000000000000001n, 0x800fffffffffffffn, 0x0010000000000000n, 0x7fefffffffffffffn,
  0x43e0000000000000n, 0xc3e0000000000000n, 0x41dfffffffc00000n, 0x4030000000000000n, 0x3fe0000000000000n, 0x4004000000000000n, 0x3f800000bf800000n, 0x7f800000ff800000n, 0x7fc000017f800001n, 0x0000000180000001n, 0x007fffff00800000n, 0x7f7fffff4f000000n, 0x3f0000004f800000n, 0x8080808080808080n, 0x0102030405060708n,
];

/** Instructions whose outcome is the machine's own: system calls, clocks, identification, levels that are not there. */
const own = /^(SVC|HVC|SMC|HLT|DCPS|ERET|DRPS|WFE|WFI|MRS Xt, (CNT|CTR|DCZID|TPIDR|#)|MSR #|SYS|[DI]C (C|I)|STLLR|LDLAR)/;

/** Words whose outcome the architecture leaves open, or where user-mode qemu differs from hardware: see the comments. */
function open(row: Row, word: number, x: readonly bigint[]): boolean {
  const [t, n, t2] = [word & 31, (word >>> 5) & 31, (word >>> 10) & 31];
  const loads = /^LD/.test(row.form);
  // writeback into a register that is loaded or stored, a pair loaded into one register, an exclusive's status among its operands
  if (/\]!|\], #/.test(row.form) && !/^(LD|ST)[1-4]/.test(row.form) && n !== 31 && (n === t || (/P/.test(row.form.split(' ')[0]!) && n === t2))) return true;
  if (loads && /^LD(N?P|X?AX?P|XP)/.test(row.form) && t === t2) return true;
  if (/^STL?X/.test(row.form)) return true; // without a mark qemu looks at nothing else; tests of programs have them in pairs
  if (/^LDAPR/.test(row.form) && (x[n]! & 7n) !== 0n) return true; // qemu lets them be unaligned
  // jumps to addresses with a tag in the top byte, which qemu ignores as Linux lets hardware do, and the model does not
  if (/^(BR|BLR|RET)/.test(row.form) && x[n]! >> 47n !== 0n) return true;
  return false;
}

/** True for rows of which no case can be made, or none that can be compared. */
export const untried = (row: Row): boolean => row.lift === undefined || own.test(row.form);

/** `count` cases of a row; fewer when its words are often reserved. */
export function casesOf(row: Row, count: number, seed: number): Case[] {
  const random = new Random(BigInt(seed) * 1000003n + BigInt(row.id));
  const { mask, fill } = readDiagram(row.encoding);
  const cases: Case[] = [];
  for (let tries = 0; cases.length < count && tries < 4 * count; tries++) {
    const word = ((fill | (Number(random.bits(32)) & ~mask)) >>> 0);
    const c: Case = { row, word, nzcv: random.below(16), fpcr: fpcrOf(random), x: registers(random), v: Array.from({ length: 64 }, () => value(random)) };
    const d = decode(bytesOf(word), 0, pc);
    if (!isFault(d) && d.row === row && !open(row, word, c.x) && !(row.form.startsWith('BRK') && word === brk)) cases.push(c);
  }
  return cases;
}

const value = (random: Random): bigint => (random.below(3) === 0 ? random.u64() : random.pick(special));

/** Mostly as it comes; else rounding, flushing and default NaN at random. */
const fpcrOf = (random: Random): number => (random.below(4) > 0 ? 0 : (random.below(16) << 22) >>> 0);

/** Many point into memory, most of these aligned, some with a tag. */
function registers(random: Random): bigint[] {
  const pointer = (): bigint => {
    const at = random.below(8) === 0 ? random.below(dataBytes + 4096) : 256 + random.below(writableBytes - 512);
    const tag = random.below(8) === 0 ? BigInt(random.below(256)) << 56n : 0n;
    return BigInt(dataAt + (random.below(4) === 0 ? at : at & ~63)) | tag;
  };
  return Array.from({ length: 32 }, (_, i) => (i === 31 ? pointer() & ~15n : random.below(3) > 0 ? pointer() : random.below(4) === 0 ? BigInt(random.below(512)) - 256n & ((1n << 64n) - 1n) : value(random)));
}
