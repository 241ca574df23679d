/**
 * Kinds of micro-ops: what instructions have in common once registers, constants and targets are holes.
 *
 * An instruction's form is (row, shape of its operands, flags live or dead). A form's row is lifted once on a
 * symbolic instruction whose slots and constants are holes; the unit that comes out, tidied, is the kind. Forms whose units are
 * equal (ADD r/m64, r64 and ADD r64, r/m64 on two registers) share one kind. What a form keeps for itself is where
 * in an instruction each hole's value is found.
 *
 * Some operands are not made holes, and their values are part of the shape: registers of files that lifts treat
 * by number (x87 stack, segment, control), 8-bit immediates beside a vector register, which are lane selectors, and RSP
 * as the base of a POP into memory, which sees it already moved.
 */
import { IrBuilder, isExit, type ConstRef, type Node, type Unit } from '../../isa/ir.js';
import type { Insn, MemOperand, Operand, RegOperand } from '../../isa/row.js';
import type { CpuProfile } from '../../isa/x86/cpuid.js';
import { GPR, slots } from '../../isa/x86/regs.js';
import { liftInsn } from '../../isa/x86/semantics.js';
import { noLayout, type Layout } from './layout.js';
import { mayStop, tidy } from './tidy.js';

/** Where a hole's value is found: in which operand (of which instruction of a fused pair), and what of it. */
export interface Source {
  readonly part: number;
  readonly op: number;
  readonly what: 'reg' | 'base' | 'index' | 'shift' | 'disp' | 'imm' | 'target' | 'next' | 'here';
}

export interface Kind {
  readonly id: number;
  /** Of the first form that had it: `ADD r/m64, r64 rr`, `… dead` when it leaves flags out, `a; b` for a pair. */
  readonly name: string;
  readonly unit: Unit;
  /** Leaves the block: jump, branch or trap. */
  readonly exits: boolean;
  /** Calls a helper. */
  readonly calls: boolean;
  /** Flag cells read and written: 1 FR, 2 FP, 4 FC. */
  readonly flagsRead: number;
  readonly flagsWritten: number;
  /** Arm of the main function, or -1. */
  arm: number;
  /** Index in the function table, or -1: not compiled yet (or an arm). */
  index: number;
  /** Set with arm or index. */
  layout: Layout;
}

export interface Form {
  readonly id: number;
  readonly kind: Kind;
  readonly sources: readonly Source[];
  /** The same form without flag writes, once it was needed. */
  dead: Form | undefined;
}

const allFlags = 7;

/** Which flag cells a cell at `slot` of `bits` overlaps. */
function flagCells(slot: Node['slot'], bits: number): number {
  if (typeof slot !== 'number') return 0;
  const end = slot + bits / 8;
  const hit = (at: number, bytes: number): boolean => slot < at + bytes && end > at;
  return (hit(slots.FR, 8) ? 1 : 0) | (hit(slots.FP, 4) ? 2 : 0) | (hit(slots.FC, 8) ? 4 : 0);
}

function describe(id: number, name: string, unit: Unit): Kind {
  let flagsRead = 0;
  let flagsWritten = 0;
  for (const n of unit.nodes) {
    if (n.op === 'get') flagsRead |= flagCells(n.slot, n.bits!);
    if (n.op === 'put') flagsWritten |= flagCells(n.slot, n.bits!);
    if (mayStop(n)) flagsRead = allFlags;
  }
  const exits = unit.nodes.some((n) => isExit(n.op));
  return {
    id, name, unit, exits, flagsRead, flagsWritten,
    calls: unit.nodes.some((n) => n.op === 'call'),
    arm: -1,
    index: -1,
    layout: noLayout,
  };
}

const symbolicFile = (file: string): boolean => file === 'gpr' || file === 'xmm';
const fits32 = (v: ConstRef): boolean => typeof v === 'bigint' && v >= -0x80000000n && v <= 0x7fffffffn;

/** 8-bit immediates of vector instructions choose lanes; lifts need them as numbers. */
function selects(insn: Insn, op: Operand): boolean {
  return op.kind === 'imm' && op.bits === 8 && insn.ops.some((o) => o.kind === 'reg' && (o.file === 'xmm' || o.file === 'mmx'));
}

/** An address that the instruction itself moves before it uses it. */
function movesBase(insn: Insn, op: MemOperand): boolean {
  return op.base?.index === GPR.RSP && insn.row.form.startsWith('POP ');
}

/** 7 bits that tell operand shapes apart, or -1 when only `spell` can. */
function shapeCode(insn: Insn, op: Operand): number {
  switch (op.kind) {
    case 'reg': return symbolicFile(op.file) ? 1 : -1;
    case 'imm': return selects(insn, op) ? -1 : fits32(op.value) ? 2 : 3;
    case 'rel': return 4;
    case 'mem': {
      if (movesBase(insn, op)) return -1;
      const seg = op.seg === 'fs' ? 1 : op.seg === 'gs' ? 2 : 0;
      return 64 | (op.base ? 1 : 0) | (op.index ? 2 : 0) | (fits32(op.disp) ? 4 : 0) | (seg << 3) | (op.addr32 ? 32 : 0);
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
export function valueOf(source: Source, insn: Insn): number | bigint {
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

/** All kinds and forms met so far by one engine. */
export class Kinds {
  readonly all: Kind[] = [];
  private readonly byUnit = new Map<string, Kind>();
  /** By row, then by formKey. */
  private readonly forms: (Map<number | string, Form> | undefined)[] = [];
  private formCount = 0;
  /** Fused kinds, by the kinds of the parts; and their forms. */
  private readonly pairs = new Map<number, Kind>();
  private readonly pairForms = new Map<number, Form | undefined>();

  constructor(private readonly cpu: CpuProfile) {}

  form(insn: Insn): Form {
    const ofRow = (this.forms[insn.row.id] ??= new Map<number | string, Form>());
    const key = formKey(insn);
    let form = ofRow.get(key);
    if (!form) ofRow.set(key, (form = this.lift([insn], true)));
    return form;
  }

  /** `form` of `insn` without its flag writes. */
  dead(form: Form, insn: Insn): Form {
    return (form.dead ??= form.kind.flagsWritten === 0 ? form : this.lift([insn], false));
  }

  private lift(insns: readonly Insn[], flagsLive: boolean): Form {
    const b = new IrBuilder();
    b.flagsLive = flagsLive;
    const sources: Source[] = [];
    insns.forEach((insn, part) => liftInsn(b, symbolise(b, insn, part, sources), this.cpu));
    const name = insns.map((insn) => `${insn.lock ? 'LOCK ' : ''}${insn.row.form} ${insn.ops.map((op) => spell(insn, op)).join('')}`.trim()).join('; ');
    const kind = this.kindOf(b.unit(), flagsLive ? name : `${name} dead`);
    return { id: this.formCount++, kind, sources, dead: undefined };
  }

  private kindOf(raw: Unit, name: string): Kind {
    const { unit, key } = tidy(raw);
    let kind = this.byUnit.get(key);
    if (!kind) {
      kind = describe(this.all.length, name, unit);
      this.all.push(kind);
      this.byUnit.set(key, kind);
    }
    return kind;
  }

  /** Makes `first` and `second`, run one after the other, a kind of their own. The second must not fault. */
  fuse(first: Insn, second: Insn): Kind {
    const form = this.lift([first, second], true);
    this.pairForms.clear();
    this.pairs.set(this.form(first).kind.id * 65536 + this.form(second).kind.id, form.kind);
    return form.kind;
  }

  /** The fused form of two instructions, if their kinds were fused. */
  pair(first: Form, second: Form): Form | undefined {
    const key = first.id * 65536 + second.id;
    if (this.pairForms.has(key)) return this.pairForms.get(key);
    const kind = this.pairs.get(first.kind.id * 65536 + second.kind.id);
    let form: Form | undefined;
    if (kind) {
      const sources = [...first.sources, ...second.sources.map((s) => ({ ...s, part: 1 }))];
      form = { id: this.formCount++, kind, sources, dead: undefined };
    }
    this.pairForms.set(key, form);
    return form;
  }
}
