/**
 * Kinds of micro-ops: what instructions have in common once registers, constants and targets are holes.
 *
 * An instruction's form is (row, shape of its operands, flags live or dead). A form's row is lifted once on a
 * symbolic instruction whose slots and constants are holes; the unit that comes out, tidied, is the kind. Forms whose units are
 * equal (ADD r/m64, r64 and ADD r64, r/m64 on two registers) share one kind. What a form keeps for itself is where
 * in an instruction each hole's value is found.
 * Which parts are holes is the instruction set's business (isa/isa.ts, Holes).
 */
import { common } from '../../isa/context.js';
import { IrBuilder, isExit, type Node, type Unit } from '../../isa/ir.js';
import type { Isa, Source } from '../../isa/isa.js';
import type { Insn } from '../../isa/row.js';
import { noLayout, type Layout } from './layout.js';
import { mayStop, tidy } from './tidy.js';

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
  return (hit(common.FR, 8) ? 1 : 0) | (hit(common.FP, 4) ? 2 : 0) | (hit(common.FC, 8) ? 4 : 0);
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

  constructor(readonly isa: Isa) {}

  form(insn: Insn): Form {
    const ofRow = (this.forms[insn.row.id] ??= new Map<number | string, Form>());
    const key = this.isa.holes.key(insn);
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
    insns.forEach((insn, part) => this.isa.lift(b, this.isa.holes.symbolise(b, insn, part, sources)));
    const name = insns.map((insn) => `${insn.lock ? 'LOCK ' : ''}${insn.row.form} ${this.isa.holes.spell(insn)}`.trim()).join('; ');
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
