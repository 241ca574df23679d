/**
 * Which addresses are equal: a register's value as root + offset. Roots are what an unknown value came from; moves, additions of
 * constants, pushes and pops keep the root. Two accesses with equal roots lie `offset` apart; otherwise nothing is known.
 *
 * With `start` all registers begin as that number and so does every word of memory, as in the measurements of BHive (Chen
 * et al., IISWC 2019): then nearly every address is a number, and pages alias because they are all one physical page.
 */
import type { Insn, MemOperand, Operand, RegOperand } from '../../isa/row.js';
import { Cell, cellOf, type Access, type Effects } from './cells.js';
import { manualName } from './table.js';
import { Idiom } from './uarch.js';

/** root 0: a plain number. */
export interface Value {
  readonly root: number;
  readonly offset: bigint;
}

/** A place in memory: offset from a root, modulo the page when all is known. */
export interface Place {
  readonly root: number;
  readonly offset: number;
  readonly bytes: number;
}

const u64 = (n: bigint): bigint => BigInt.asUintN(64, n);
const number = (n: bigint): Value => ({ root: 0, offset: u64(n) });
const pageMask = 4095n;
/** BHive's stack pointer stands in the middle of the page that all else points to the start of. */
const stackOffset = 2048n;

export class Values {
  /** Those that were read or written. */
  private readonly cells: (Value | undefined)[] = [];
  private nextRoot = Cell.count + 1;

  constructor(private readonly start?: bigint) {}

  private cell(c: number): Value {
    const { start } = this;
    return (this.cells[c] ??= start === undefined ? { root: c + 1, offset: 0n } : number(c === Cell.gpr + 4 ? start + stackOffset : start));
  }

  /** Where an access goes, before its instruction's effects. */
  place(a: Access): Place {
    const base = a.base >= 0 ? this.cell(a.base) : number(0n);
    let root = base.root;
    let offset = base.offset + BigInt(a.disp);
    if (a.index >= 0) {
      const index = this.cell(a.index);
      if (index.root === 0) offset += index.offset * BigInt(a.scale);
      else if (root === 0 && a.scale === 1) {
        root = index.root;
        offset += index.offset;
      } else root = this.pair(base.root, index.root, a.scale);
      if (root >= pairRoots) offset = base.offset + BigInt(a.disp) + index.offset * BigInt(a.scale);
    }
    if (a.segment) root += 1e9; // another address space, as far as anyone knows
    offset = this.start !== undefined && root === 0 ? u64(offset) & pageMask : BigInt.asIntN(53, offset);
    return { root, offset: Number(offset), bytes: a.bytes };
  }

  places(list: readonly Access[]): Place[] {
    return list.map((a) => this.place(a));
  }

  /** A root for base + index * scale where both are unknown: equal for equal roots. */
  private readonly pairs = new Map<string, number>();
  private pair(base: number, index: number, scale: number): number {
    const key = `${base} ${index} ${scale}`;
    let root = this.pairs.get(key);
    if (root === undefined) this.pairs.set(key, (root = pairRoots + this.pairs.size));
    return root;
  }

  /** The value of a register operand or an immediate, or undefined. */
  read(op: Operand | undefined): Value | undefined {
    if (op?.kind === 'imm' && typeof op.value === 'bigint') return number(op.value);
    if (op?.kind !== 'reg') return undefined;
    if (op.file === 'zr') return number(0n);
    if (op.file !== 'gpr' && op.file !== 'sp') return undefined;
    const v = this.cell(cellOf(op));
    if (op.bits === 64) return v;
    if (v.root !== 0) return undefined;
    return number(BigInt.asUintN(op.bits, op.high ? v.offset >> 8n : v.offset));
  }

  /** What a plain store or push writes, when it is known. */
  stored(insn: Insn): Value | undefined {
    if (insn.row.cls === 'push') return this.read(insn.ops[0]);
    return insn.row.cls === 'mov' || insn.row.cls === 'store' ? this.read(insn.ops[insn.row.isa === 'arm64' ? 0 : 1]) : undefined;
  }

  /** What the instruction does to registers. `loaded`: the value of its load, when it is known. */
  step(insn: Insn, effects: Effects, idiom: Idiom, loaded: Value | undefined): void {
    const moved = effects.moves.map((cell) => [cell, this.moved(cell, insn)] as const);
    const results = this.results(insn, idiom, loaded);
    for (const cell of effects.writes) this.cells[cell] = results.get(cell) ?? this.fresh();
    for (const [cell, value] of moved) this.cells[cell] = value;
  }

  private fresh(): Value {
    return { root: this.nextRoot++, offset: 0n };
  }

  private moved(cell: number, insn: Insn): Value {
    const old = this.cell(cell);
    const m = insn.ops.find((o): o is MemOperand => o.kind === 'mem');
    if (m?.mode) return typeof m.disp === 'bigint' && !(m.mode === 'post' && m.index) ? plus(old, m.disp) : this.fresh();
    const bytes = BigInt(this.step64(insn));
    switch (insn.row.cls) {
      case 'push': case 'call': case 'callr': case 'pushf': return plus(old, -bytes);
      case 'pop': case 'ret': case 'popf': return plus(old, bytes);
      case 'movs': case 'stos': case 'lods': case 'scas': case 'cmps': return plus(old, BigInt((m?.bits ?? 8) >> 3));
      case 'leave': return plus(this.cell(Cell.gpr + 5), bytes);
      default: return this.fresh();
    }
  }

  /** What a push moves the stack by. */
  private step64(insn: Insn): number {
    return /\/16/.test(insn.row.implicit) ? 2 : 8;
  }

  private results(insn: Insn, idiom: Idiom, loaded: Value | undefined): Map<number, Value> {
    const out = new Map<number, Value>();
    const dst = insn.ops[0];
    if (dst?.kind !== 'reg' || (dst.file !== 'gpr' && dst.file !== 'sp')) {
      if (dst === undefined && insn.row.cls === 'movx') {
        const v = this.cell(Cell.gpr); // CDQE of what fits
        if (insn.row.form === 'CDQE' && v.root === 0) out.set(Cell.gpr, number(BigInt.asIntN(32, v.offset)));
      }
      return out;
    }
    const v = this.computed(insn, idiom, loaded);
    if (v === undefined) return out;
    const cell = cellOf(dst);
    if (dst.bits === 64) out.set(cell, v);
    else if (v.root === 0) out.set(cell, this.merged(dst, v.offset));
    return out;
  }

  private merged(dst: RegOperand, v: bigint): Value {
    if (dst.bits === 32) return number(BigInt.asUintN(32, v));
    const old = this.cell(cellOf(dst));
    if (old.root !== 0) return this.fresh();
    const shift = dst.high ? 8n : 0n;
    const mask = ((1n << BigInt(dst.bits)) - 1n) << shift;
    return number((old.offset & ~mask) | ((v << shift) & mask));
  }

  /** The first operand's new value. */
  private computed(insn: Insn, idiom: Idiom, loaded: Value | undefined): Value | undefined {
    if (idiom === Idiom.Zero) return number(0n);
    const { ops } = insn;
    const source = (i: number): Value | undefined => (ops[i]?.kind === 'mem' ? loaded : this.read(ops[i]));
    const name = manualName(insn.row);
    switch (name) {
      case 'MOV': case 'MOVZX': case 'POP': case 'LDR': return name === 'POP' ? loaded : source(1);
      case 'MOVSX': case 'MOVSXD': {
        const v = source(1);
        return v?.root === 0 ? number(BigInt.asIntN(ops[1]!.bits, v.offset)) : undefined;
      }
      case 'ORR': return ops[1]?.kind === 'reg' && ops[1].file === 'zr' ? shifted(source(2), ops[3]) : undefined; // MOV of a register
      case 'LEA': return this.address(ops[1] as MemOperand);
      case 'INC': return sum(source(0), number(1n));
      case 'DEC': return sum(source(0), number(-1n));
      case 'ADD': case 'ADDS': return ops.length === 2 ? sum(source(0), source(1)) : sum(source(1), shifted(source(2), ops[3]));
      case 'SUB': case 'SUBS': return ops.length === 2 ? less(source(0), source(1)) : less(source(1), shifted(source(2), ops[3]));
      case 'NOT': return both(source(0), number(0n), (x) => ~x);
      case 'NEG': return both(source(0), number(0n), (x) => -x);
      case 'AND': return ops.length === 2 ? both(source(0), source(1), (x, y) => x & y) : undefined;
      case 'OR': return ops.length === 2 ? both(source(0), source(1), (x, y) => x | y) : undefined;
      case 'XOR': return ops.length === 2 ? both(source(0), source(1), (x, y) => x ^ y) : undefined;
      case 'IMUL': return ops.length === 1 ? undefined : ops.length === 2 ? both(source(0), source(1), (x, y) => x * y) : both(source(1), source(2), (x, y) => x * y);
      case 'SHL': return both(source(0), source(1), (x, y) => x << (y & countMask(ops[0]!)));
      case 'SHR': return both(source(0), source(1), (x, y) => BigInt.asUintN(ops[0]!.bits, x) >> (y & countMask(ops[0]!)));
      case 'SAR': return both(source(0), source(1), (x, y) => BigInt.asIntN(ops[0]!.bits, x) >> (y & countMask(ops[0]!)));
      default: return undefined;
    }
  }

  private address(m: MemOperand): Value | undefined {
    const disp = typeof m.disp === 'bigint' ? m.disp : 0n;
    const base = m.base ? this.cell(cellOf(m.base)) : number(0n);
    if (!m.index) return plus(base, disp);
    const index = this.cell(cellOf(m.index));
    if (index.root === 0) return plus(base, disp + index.offset * BigInt(m.scale));
    return base.root === 0 && m.scale === 1 ? plus(index, base.offset + disp) : undefined;
  }
}

const pairRoots = 1e6;
const countMask = (op: Operand): bigint => (op.bits === 64 ? 63n : 31n);

function plus(v: Value, n: bigint): Value {
  return { root: v.root, offset: u64(v.offset + n) };
}
function sum(x: Value | undefined, y: Value | undefined): Value | undefined {
  if (!x || !y) return undefined;
  return y.root === 0 ? plus(x, y.offset) : x.root === 0 ? plus(y, x.offset) : undefined;
}
function less(x: Value | undefined, y: Value | undefined): Value | undefined {
  if (!x || !y) return undefined;
  if (y.root === 0) return plus(x, -y.offset);
  return x.root === y.root ? number(x.offset - y.offset) : undefined;
}
function both(x: Value | undefined, y: Value | undefined, f: (x: bigint, y: bigint) => bigint): Value | undefined {
  return x?.root === 0 && y?.root === 0 ? number(f(x.offset, y.offset)) : undefined;
}
/** arm64: the second operand's shift; anything but none leaves it unknown. */
function shifted(v: Value | undefined, by: Operand | undefined): Value | undefined {
  if (by === undefined) return v;
  return by.kind === 'imm' && by.shift === 'lsl' && typeof by.value === 'bigint' && v?.root === 0 ? number(v.offset << by.value) : by.kind === 'imm' && by.value === 0n ? v : undefined;
}
