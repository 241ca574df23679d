/**
 * What of an x86 instruction is a hole in a template: registers, constants, displacements, targets. What is left is its shape.
 *
 * Some operands are not made holes, and their values are part of the shape: registers of files that lifts treat
 * by number (x87 stack, segment, control), 8-bit immediates beside a vector register, which are lane selectors, and RSP
 * as the base of a POP into memory, which sees it already moved.
 */
import type { ConstRef, IrBuilder } from '../ir.js';
import type { Holes, Source } from '../isa.js';
import type { Insn, MemOperand, Operand, RegOperand } from '../row.js';
import { GPR, slots } from './regs.js';

const symbolicFile = (file: string): boolean => file === 'gpr' || file === 'xmm';
const fits32 = (v: ConstRef): boolean => typeof v === 'bigint' && v >= -0x80000000n && v <= 0x7fffffffn;

/** 8-bit immediates of vector instructions choose lanes; lifts need them as numbers. */
function selects(insn: Insn, op: Operand): boolean {
  return op.kind === 'imm' && op.bits === 8 && insn.ops.some((o) => o.kind === 'reg' && (o.file === 'xmm' || o.file === 'mmx'));
}

/** An address that the instruction itself moves before it uses it. */
function movesBase(insn: Insn, op: MemOperand): boolean {
  return op.base !== undefined && op.base.index === GPR.RSP && insn.row.form.startsWith('POP ');
}

/** 7 bits that tell operand shapes apart, or -1 when only `spell` can. */
function shapeCode(insn: Insn, op: Operand): number {
  switch (op.kind) {
    case 'reg': return symbolicFile(op.file) ? 1 : -1;
    case 'imm': return op.bits === 8 && selects(insn, op) ? -1 : op.bits <= 16 || fits32(op.value) ? 2 : 3;
    case 'rel': return 4;
    case 'mem': {
      if (movesBase(insn, op)) return -1;
      const seg = op.seg === 'fs' ? 1 : op.seg === 'gs' ? 2 : 0;
      // displacements from a base have 32 bits at most
      return 64 | (op.base ? 1 : 0) | (op.index ? 2 : 0) | (op.base || fits32(op.disp) ? 4 : 0) | (seg << 3) | (op.addr32 ? 32 : 0);
    }
  }
}

/** The shape of an operand as text: r i I l, and for memory m (base) x (base and index) a (absolute) A (64-bit), with marks for a segment, 32 bits, and RSP that moves. */
function spell(insn: Insn, op: Operand): string {
  switch (op.kind) {
    case 'reg': return symbolicFile(op.file) ? 'r' : `${op.file}${op.index}`;
    case 'imm': return selects(insn, op) ? `#${(op.value as bigint).toString()}` : fits32(op.value) ? 'i' : 'I';
    case 'rel': return 'l';
    case 'mem': {
      const seg = op.seg === 'fs' ? 'f' : op.seg === 'gs' ? 'g' : '';
      return `${seg}${op.addr32 ? '3' : ''}${movesBase(insn, op) ? 's' : ''}${op.index ? 'x' : op.base ? 'm' : fits32(op.disp) ? 'a' : 'A'}`;
    }
  }
}

const prefixCode = (insn: Insn): number => (insn.lock ? 1 : 0) | (insn.rep === 'rep' ? 2 : insn.rep === 'repne' ? 4 : 0);

/** What tells forms of one row apart: a small number where shapes fit in one (nearly always), else text. */
function formKey(insn: Insn): number | string {
  let key = prefixCode(insn);
  const { ops } = insn;
  for (let i = 0; i < ops.length; i++) {
    const code = shapeCode(insn, ops[i]!);
    if (code < 0 || i > 2) return `${prefixCode(insn)} ${ops.map((op) => spell(insn, op)).join()}`;
    key = (key << 7) | code;
  }
  return key;
}

/** The instruction with holes, and where their values are. */
function symbolise(b: IrBuilder, insn: Insn, part: number, sources: Source[]): Insn {
  const hole = (kind: 'slot' | 'i32' | 'i64' | 'link', op: number, what: Source['what']): { param: number } => {
    sources.push({ part, op, what });
    return b.param(kind);
  };
  const stack = insn.ops.some((op) => op.kind === 'mem' && movesBase(insn, op));
  const register = (r: RegOperand, op: number, what: 'reg' | 'base' | 'index'): RegOperand => ({ ...r, index: what === 'base' && stack ? GPR.RSP : 0, high: false, slot: hole('slot', op, what) });
  const memory = (m: MemOperand, i: number): MemOperand => {
    const disp = (): ConstRef => hole(fits32(m.disp) ? 'i32' : 'i64', i, 'disp');
    if (!m.index) return { ...m, base: m.base && register(m.base, i, 'base'), disp: disp() };
    // without a base the zero cell stands for one
    return {
      ...m, base: register(m.base ?? m.index, i, 'base'), index: register(m.index, i, 'index'),
      scale: 1, scaleShift: hole('slot', i, 'shift'), disp: disp(),
    };
  };
  const ops = insn.ops.map((op, i): Operand => {
    switch (op.kind) {
      case 'reg': return symbolicFile(op.file) ? register(op, i, 'reg') : op;
      case 'imm': return selects(insn, op) ? op : { ...op, value: hole(fits32(op.value) ? 'i32' : 'i64', i, 'imm') };
      case 'rel': return { ...op, target: hole('link', i, 'target') };
      case 'mem': return memory(op, i);
    }
  });
  const next = hole('i64', 0, 'next');
  const here = hole('i64', 0, 'here');
  return { row: insn.row, ops, pc: 0, length: 0, next, here, lock: insn.lock, rep: insn.rep, bytes: new Uint8Array(0) };
}

const scaleShift = { 1: 0, 2: 1, 4: 2, 8: 3, 16: 4 } as const;

/** The value for a hole: a slot, a shift or a small constant as number, a constant that needs 64 bits as bigint. */
function valueOf(source: Source, insn: Insn): number | bigint {
  const op = insn.ops[source.op];
  switch (source.what) {
    case 'reg': return (op as RegOperand).slot as number;
    case 'base': return ((op as MemOperand).base?.slot ?? slots.zero) as number;
    case 'index': return (op as MemOperand).index!.slot as number;
    case 'shift': return scaleShift[(op as MemOperand).scale];
    case 'disp': return (op as MemOperand).disp as bigint;
    case 'imm': return (op as { value: bigint }).value;
    case 'target': return (op as { target: bigint }).target;
    case 'next': return insn.next as bigint;
    case 'here': return insn.here as bigint;
  }
}

export const holes: Holes = {
  key: formKey,
  spell: (insn) => insn.ops.map((op) => spell(insn, op)).join(''),
  symbolise,
  value: valueOf,
};
