/**
 * What of an arm64 instruction is a hole in a template: general and vector registers, immediates, shift amounts, displacements, targets.
 * Its shape keeps the zero register, what kind of shift or extension there is and whether it shifts at all, addressing modes, lanes,
 * and the immediates that the row's form fixes: conditions, bit positions of bitfields, shifts of lanes.
 */
import type { ConstRef, IrBuilder } from '../ir.js';
import type { Holes, Source } from '../isa.js';
import type { ImmOperand, Insn, MemOperand, Operand, RegOperand } from '../row.js';

const fits32 = (v: ConstRef): boolean => typeof v === 'bigint' && v >= -0x80000000n && v <= 0x7fffffffn;

/** No shift at all is a shape of its own: most second operands are as they stand. */
const unshifted = (op: ImmOperand): boolean => op.shift !== undefined && op.value === 0n;
const isShape = (op: ImmOperand): boolean => op.fixed === true || unshifted(op);

function spellOne(op: Operand): string {
  switch (op.kind) {
    case 'reg': return op.file === 'zr' ? 'z' : op.lane === undefined ? 'r' : `[${op.lane}]`;
    case 'imm': return isShape(op) ? `${op.shift ?? '#'}${String(op.value)} ` : `${op.shift ?? ''}${fits32(op.value) ? 'i' : 'I'}`;
    case 'rel': return 'l';
    case 'mem': {
      const index = op.index ? `x${op.index.file === 'zr' ? 'z' : ''}${op.extend ?? ''}${op.scale}` : '';
      return `${op.mode ?? ''}${op.base ? 'm' : 'a'}${index}${!op.index && op.base && op.disp === 0n && op.mode === undefined ? '0' : fits32(op.disp) ? '' : 'D'}`;
    }
  }
}
const spell = (insn: Insn): string => insn.ops.map(spellOne).join('');

/** 6 bits for the operands that nearly all instructions have, or -1. */
function code(op: Operand): number {
  switch (op.kind) {
    case 'reg': return op.file === 'zr' ? 1 : op.lane === undefined ? 2 : -1;
    case 'imm':
      if (op.fixed === true) return op.shift === undefined && (op.value as bigint) < 32n ? 32 + Number(op.value) : -1;
      if (unshifted(op)) return op.shift === 'lsl' ? 3 : -1;
      return op.shift === undefined ? (fits32(op.value) ? 4 : 5) : op.shift === 'lsl' ? 6 : -1;
    case 'rel': return 8;
    case 'mem': return op.index || !op.base || !fits32(op.disp) ? -1 : op.mode === 'pre' ? 9 : op.mode === 'post' ? 10 : op.disp === 0n ? 11 : 12;
  }
}

function key(insn: Insn): number | string {
  let k = 0;
  const { ops } = insn;
  for (let i = 0; i < ops.length; i++) {
    const c = code(ops[i]!);
    if (c < 0 || i > 4) return spell(insn);
    k = (k << 6) | c;
  }
  return k;
}

function symbolise(b: IrBuilder, insn: Insn, part: number, sources: Source[]): Insn {
  const hole = (kind: 'slot' | 'i32' | 'i64' | 'link', op: number, what: Source['what']): { param: number } => {
    sources.push({ part, op, what });
    return b.param(kind);
  };
  const register = (r: RegOperand, op: number, what: 'reg' | 'base' | 'index'): RegOperand => (r.file === 'zr' ? r : { ...r, index: 0, slot: hole('slot', op, what) });
  const constant = (v: ConstRef, op: number, what: 'imm' | 'disp'): ConstRef => hole(fits32(v) ? 'i32' : 'i64', op, what);
  const memory = (m: MemOperand, i: number): MemOperand => {
    const base = m.base && register(m.base, i, 'base');
    if (m.index) return { ...m, base, index: register(m.index, i, 'index') };
    return m.base && m.disp === 0n && m.mode === undefined ? { ...m, base } : { ...m, base, disp: constant(m.disp, i, 'disp') };
  };
  const ops = insn.ops.map((op, i): Operand => {
    switch (op.kind) {
      case 'reg': return register(op, i, 'reg');
      case 'imm': return isShape(op) ? op : { ...op, value: constant(op.value, i, 'imm') };
      case 'rel': return { ...op, target: hole('link', i, 'target') };
      case 'mem': return memory(op, i);
    }
  });
  const next = hole('i64', 0, 'next');
  const here = hole('i64', 0, 'here');
  return { row: insn.row, ops, pc: 0, length: 4, next, here, lock: false, rep: undefined, bytes: new Uint8Array(0) };
}

function value(source: Source, insn: Insn): number | bigint {
  const op = insn.ops[source.op];
  switch (source.what) {
    case 'reg': return (op as RegOperand).slot as number;
    case 'base': return (op as MemOperand).base!.slot as number;
    case 'index': return (op as MemOperand).index!.slot as number;
    case 'shift': return 0;
    case 'disp': return (op as MemOperand).disp as bigint;
    case 'imm': return (op as ImmOperand).value as bigint;
    case 'target': return (op as { target: bigint }).target;
    case 'next': return insn.next as bigint;
    case 'here': return insn.here as bigint;
  }
}

export const holes: Holes = { key, spell, symbolise, value };
