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

/** How control goes on, as far as a branch predictor tells: all other jumps are alike. */
export type Flow = 'branch' | 'call' | 'return';

export interface Kind {
  readonly id: number;
  /** Of the first form that had it: `ADD r/m64, r64 rr`, `… dead` when it leaves flags out, `a; b` for a pair. */
  readonly name: string;
  /** Equal for equal units. */
  readonly key: string;
  /** Undefined when the kind was read from a file: its code is there. */
  readonly unit: Unit | undefined;
  /** Does nothing, and has no record: NOP and its like. */
  readonly empty: boolean;
  /** Leaves the block: jump, branch or trap. */
  readonly exits: boolean;
  /** Of a kind that exits. */
  readonly flow: Flow | undefined;
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
  /** A block ends with it. */
  readonly ends: boolean;
  /** The same form without flag writes, once it was needed. */
  dead: Form | undefined;
}

/** All forms are made here, so that they are alike to V8: copies by spreading are not. */
export function formOf(id: number, kind: Kind, sources: readonly Source[], ends: boolean, dead?: Form): Form {
  return { id, kind, sources, ends, dead };
}

const allFlags = 7;

/** Which flag cells a cell at `slot` of `bits` overlaps. */
function flagCells(slot: Node['slot'], bits: number): number {
  if (typeof slot !== 'number') return 0;
  const end = slot + bits / 8;
  const hit = (at: number, bytes: number): boolean => slot < at + bytes && end > at;
  return (hit(common.FR, 8) ? 1 : 0) | (hit(common.FP, 4) ? 2 : 0) | (hit(common.FC, 8) ? 4 : 0);
}

/** How an instruction that leaves its block does so, to whoever predicts it. */
export function flowOf(insn: Insn): Flow | undefined {
  const { cls, ends } = insn.row;
  if (!ends) return undefined;
  if (/^call/.test(cls)) return 'call';
  if (/^ret/.test(cls)) return 'return';
  return insn.ops.at(-1)?.kind === 'rel' ? 'branch' : undefined;
}

/** Whether the predictor is asked about it, or might be: any jump, call or return. */
export const isBranch = (insn: Insn): boolean => flowOf(insn) !== undefined || (insn.row.ends && (insn.row.cls === 'jmpr' || insn.row.cls === 'branch indirect'));

function describe(id: number, name: string, key: string, unit: Unit, flow: Flow | undefined): Kind {
  let flagsRead = 0;
  let flagsWritten = 0;
  for (const n of unit.nodes) {
    if (n.op === 'get') flagsRead |= flagCells(n.slot, n.bits!);
    if (n.op === 'put') flagsWritten |= flagCells(n.slot, n.bits!);
    if (mayStop(n)) flagsRead = allFlags;
  }
  const exits = unit.nodes.some((n) => isExit(n.op));
  return {
    id, name, key, unit, exits, flow: exits ? flow : undefined, flagsRead, flagsWritten,
    empty: unit.nodes.length === 0,
    calls: unit.nodes.some((n) => n.op === 'call'),
    arm: -1,
    index: -1,
    layout: noLayout,
  };
}

type FormKey = number | string;

/** Kinds and forms that are known beforehand and shared by engines: never changed. */
export interface Known {
  readonly kinds: readonly Kind[];
  /** By row, then by form key. */
  readonly forms: readonly (ReadonlyMap<FormKey, Form> | undefined)[];
  /** Fused kinds, by `pairKey` of the parts. */
  readonly pairs: ReadonlyMap<number, Kind>;
  readonly byKey: ReadonlyMap<string, Kind>;
}

const pairKey = (first: Kind, second: Kind): number => first.id * 65536 + second.id;

/** All kinds and forms met so far by one engine. */
export class Kinds {
  private readonly found: Kind[] = [];
  private readonly byKey = new Map<string, Kind>();
  private readonly forms: (Map<FormKey, Form> | undefined)[] = [];
  private formCount = 0;
  private readonly pairs = new Map<number, Kind>();
  /** Forms of pairs, by the forms of the parts. */
  private readonly pairForms = new Map<number, Form | undefined>();

  constructor(
    readonly isa: Isa,
    private readonly known?: Known,
  ) {}

  /** What has been met, for others to start with. */
  get all(): Known {
    return { kinds: [...(this.known?.kinds ?? []), ...this.found], forms: this.forms, pairs: this.pairs, byKey: this.byKey };
  }

  form(insn: Insn): Form {
    const row = insn.row.id;
    const ofRow = (this.forms[row] ??= new Map<FormKey, Form>());
    const key = this.isa.holes.key(insn);
    let form = ofRow.get(key);
    if (!form) ofRow.set(key, (form = this.copy(this.known?.forms[row]?.get(key)) ?? this.lift([insn], true)));
    return form;
  }
  private copy(known: Form | undefined): Form | undefined {
    if (!known) return undefined;
    const { dead } = known;
    return formOf(this.formCount++, known.kind, known.sources, known.ends, dead === undefined || dead === known ? undefined : formOf(this.formCount++, dead.kind, dead.sources, known.ends));
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
    const kind = this.kindOf(b.unit(), flagsLive ? name : `${name} dead`, flowOf(insns.at(-1)!));
    return formOf(this.formCount++, kind, sources, kind.exits || insns.at(-1)!.row.ends);
  }

  private kindOf(raw: Unit, name: string, flow: Flow | undefined): Kind {
    const { unit, key: meaning } = tidy(raw);
    const key = flow === undefined ? meaning : `${meaning}\n${flow}`;
    let kind = this.known?.byKey.get(key) ?? this.byKey.get(key);
    if (!kind) {
      kind = describe((this.known?.kinds.length ?? 0) + this.found.length, name, key, unit, flow);
      this.found.push(kind);
      this.byKey.set(key, kind);
    }
    return kind;
  }

  /** Makes `first` and `second`, run one after the other, a kind of their own. The second must not fault. */
  fuse(first: Insn, second: Insn): Kind {
    const form = this.lift([first, second], true);
    this.pairForms.clear();
    this.pairs.set(pairKey(this.form(first).kind, this.form(second).kind), form.kind);
    return form.kind;
  }

  /** The fused form of two instructions, if their kinds were fused. */
  pair(first: Form, second: Form): Form | undefined {
    const key = first.id * 65536 + second.id;
    if (this.pairForms.has(key)) return this.pairForms.get(key);
    const parts = pairKey(first.kind, second.kind);
    const kind = this.known?.pairs.get(parts) ?? this.pairs.get(parts);
    let form: Form | undefined;
    if (kind) {
      const sources = [...first.sources, ...second.sources.map(({ op, what }) => ({ part: 1, op, what }))];
      form = formOf(this.formCount++, kind, sources, second.ends);
    }
    this.pairForms.set(key, form);
    return form;
  }
}
