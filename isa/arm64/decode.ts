/**
 * Words to Insn. Arm ARM C4 (the encoding index).
 *
 * Rows are found by bits 31..21 of the word: few stand in one place. Among those the one with the most fixed bits that covers the word
 * and whose operands are not reserved is meant. A word that none covers is an undefined instruction.
 */
import type { DecodeFault } from '../isa.js';
import type { Insn, Operand, Row } from '../row.js';
import { readDiagram } from './diagram.js';
import type { Form } from './form.js';
import { formOf, rows } from './table.js';

const indexBits = 11;
const indexShift = 32 - indexBits;

interface Place {
  readonly mask: number;
  readonly value: number;
  readonly row: Row;
}

let index: (Place[] | undefined)[] | undefined;

const bitsIn = (n: number): number => {
  let count = 0;
  for (; n !== 0; n = (n & (n - 1)) >>> 0) count++;
  return count;
};

function makeIndex(): (Place[] | undefined)[] {
  const table = new Array<Place[] | undefined>(1 << indexBits).fill(undefined);
  for (const row of rows) {
    const { mask, value } = readDiagram(row.encoding);
    const fixed = mask >>> indexShift;
    const free = ~fixed & ((1 << indexBits) - 1);
    // every way to fill the free bits
    for (let fill = free; ; fill = (fill - 1) & free) {
      (table[(value >>> indexShift) | fill] ??= []).push({ mask, value, row });
      if (fill === 0) break;
    }
  }
  for (const places of table) places?.sort((a, b) => bitsIn(b.mask) - bitsIn(a.mask) || a.row.id - b.row.id);
  return table;
}

/** A decoded instruction; `ops` and the rest as row.ts says. */
class DecodedInsn implements Insn {
  readonly length = 4;
  readonly lock = false;
  readonly rep = undefined;
  constructor(
    readonly row: Row,
    readonly ops: readonly Operand[],
    readonly pc: number,
    readonly next: bigint,
    readonly here: bigint,
    readonly bytes: Uint8Array,
  ) {}
}

const noBytes = new Uint8Array(0);

function operands(form: Form, word: number, pc: number): Operand[] | undefined {
  const ops: Operand[] = [];
  for (const o of form.operands) {
    const op = o.read(word, pc);
    if (op === undefined) return undefined;
    ops.push(op);
  }
  return ops;
}

/** The row that covers `word`, and its operands; undefined when the word is unallocated or reserved. */
export function lookUp(word: number, pc: number): { row: Row; ops: readonly Operand[] } | undefined {
  index ??= makeIndex();
  for (const p of index[word >>> indexShift] ?? []) {
    if ((word & p.mask) >>> 0 !== p.value) continue;
    const ops = operands(formOf(p.row), word, pc);
    if (ops) return { row: p.row, ops };
  }
  return undefined;
}

/** The instruction at `offset` of `bytes`, which lies at `pc`. `keep`: with its bytes, for printers. */
export function decode(bytes: Uint8Array, offset: number, pc: number, keep = true): Insn | DecodeFault {
  if (offset + 4 > bytes.length) return 'truncated';
  const word = (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
  const found = lookUp(word, pc);
  if (!found) return 'invalid';
  return new DecodedInsn(found.row, found.ops, pc, BigInt(pc + 4), BigInt(pc), keep ? bytes.slice(offset, offset + 4) : noBytes);
}
