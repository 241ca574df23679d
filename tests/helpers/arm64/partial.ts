/**
 * What the architecture leaves open when an access of several elements faults midway: loaded registers are unknown, and
 * elements before the faulting one may be stored or not (Arm ARM, definition of a precise exception). Ours leaves no trace, qemu the first elements.
 */
import type { MemOperand, RegOperand } from '../../../isa/row.js';
import { background, dataAt, insnOf, type Case, type Result } from './cases.js';

const SIGSEGV = 11;

interface Access {
  readonly registers: readonly RegOperand[];
  /** Bytes of one register that move. */
  readonly bytes: number;
  readonly at: bigint;
  readonly loads: boolean;
}

/** The access of a case that moves several elements; undefined: one element, or a pair loaded, of which qemu keeps both. */
function severalElements(c: Case): Access | undefined {
  const structures = /^simd (load|store)$/.test(c.row.cls);
  if (!structures && !/^(fp )?store pair$/.test(c.row.cls)) return undefined;
  const { ops } = insnOf(c);
  const registers = ops.filter((op): op is RegOperand => op.kind === 'reg');
  const mem = ops.find((op): op is MemOperand => op.kind === 'mem')!;
  const base = c.x[mem.base!.index]!;
  if (!structures) return { registers, bytes: mem.bits / 16, at: mem.mode === 'post' ? base : base + BigInt.asIntN(64, mem.disp as bigint), loads: false };
  const [, lanes, letter] = /\{V\w+\.(\d*)([BHSD])/.exec(c.row.form)!;
  const element = { B: 1, H: 2, S: 4, D: 8 }[letter as 'B' | 'H' | 'S' | 'D'];
  const each = /^LD\dR/.test(c.row.form) || lanes === '' ? 1 : Number(lanes);
  return registers.length * each === 1 ? undefined : { registers, bytes: element * each, at: base, loads: c.row.cls === 'simd load' };
}

/** `r` with what is open as if nothing had been moved. Cases that did not fault stay as they are. */
export function settled(c: Case, r: Result): Result {
  const access = r.signal === SIGSEGV ? severalElements(c) : undefined;
  if (!access) return r;
  return access.loads ? { ...r, v: unloaded(c, r, access) } : { ...r, memory: unstored(r, access) };
}

/** A lane's neighbours must be kept; a whole register is open. */
function unloaded(c: Case, r: Result, { registers, bytes }: Access): bigint[] {
  const v = [...r.v];
  for (const { index, lane } of registers) {
    for (const half of [2 * index, 2 * index + 1]) {
      const first = lane === undefined ? 0 : lane * bytes * 8 - (half % 2) * 64;
      const mask = lane === undefined ? ~0n : first < 0 || first >= 64 ? 0n : ((1n << BigInt(8 * bytes)) - 1n) << BigInt(first);
      v[half] = BigInt.asUintN(64, (v[half]! & ~mask) | (c.v[half]! & mask));
    }
  }
  return v;
}

function unstored(r: Result, { registers, bytes, at }: Access): [number, bigint][] {
  const from = Number(BigInt.asUintN(56, at)) - dataAt;
  const end = from + registers.length * bytes;
  return r.memory.map(([word, value]): [number, bigint] => {
    let mask = 0n;
    for (let i = 0; i < 8; i++) if (word + i >= from && word + i < end) mask |= 0xffn << BigInt(8 * i);
    return [word, (value & ~mask) | (background(word / 8) & mask)];
  }).filter(([word, value]) => value !== background(word / 8));
}
