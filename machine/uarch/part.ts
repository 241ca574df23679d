/**
 * What an instruction adds to the cost of a block, worked out once for all instructions that differ in addresses, constants and
 * in which registers they name: a program of 24 000 instructions has some 700 of these.
 *
 * Registers that operands name stand as places: ~i is the i-th register of the operands (bases and indexes included). What a price may
 * depend on is part of the key: which of the registers are the same, which is the stack pointer, whether a constant is zero.
 */
import type { Insn, Operand, RegOperand, Row } from '../../isa/row.js';
import { Cell, cellOf, type Access } from './cells.js';
import { heldCycles, type Pressure } from './pressure.js';
import { manualName } from './table.js';
import { Idiom, type FrontEnd, type Uarch } from './uarch.js';
import { fusedWith, inOrderTicks, movesStack, namesStack, withSync, workOf, writesStack, type Work } from './work.js';

/** Registers of an instruction's operands at most. */
export const mostRegisters = 8;
/** A place that is none. */
export const noPlace = -100;

/** A memory access; `base` and `index` are places. */
export interface PartAccess {
  readonly base: number;
  readonly index: number;
  /** With which segment or scale: accesses that differ here have nothing to do with each other. */
  readonly scale: number;
  readonly bytes: number;
  /** Which explicit operand has the displacement, -1: it is `disp`. */
  readonly operand: number;
  readonly disp: number;
}

/** A register that is another one plus a constant. */
export interface Sum {
  readonly of: number;
  /** Which operand has the constant, and its sign; -1: it is `by`. */
  readonly operand: number;
  readonly by: number;
}

/** All parts have one shape, so that V8 compiles loops over them once. */
export class Part {
  /** Per micro-op: number of its ports (Pressure), cycles that it keeps one. */
  readonly ports: readonly number[];
  readonly held: readonly number[];
  /** Places. */
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Whether each write is of flags. */
  readonly flags: readonly boolean[];
  readonly moves: readonly number[];
  readonly loads: readonly PartAccess[];
  readonly stores: readonly PartAccess[];
  readonly slots: number;
  readonly occupancy: number;
  /** Nothing else starts meanwhile. */
  readonly serial: number;
  /** One of these two is not 0. */
  readonly blocks: boolean;
  /** A locked access: until the next one may begin; 0: it is none. Whatever needs neither it nor memory goes on. */
  readonly orderTicks: number;
  readonly vector: boolean;
  readonly stackSync: boolean;
  readonly moveTicks: number;
  /** What moves add to an address, NaN: the memory operand's displacement. */
  readonly moveBy: number;
  /** What its first result is, as an address; undefined: something new. */
  readonly sum: Sum | undefined;
  /** A place that is read earlier or later than the others, and by how much. */
  readonly kept: number;
  readonly keptTicks: number;
  readonly zeroes: boolean;
  /** To results, to flags, and to stored data. */
  readonly latency: number;
  readonly flagLatency: number;
  readonly storeLatency: number;
  readonly branchLatency: number;
  readonly inOrderTicks: number;
  readonly movesStack: boolean;
  readonly namesStack: boolean;
  readonly writesStack: boolean;
  readonly ends: boolean;
  /** It ends no block, and the stack engine has nothing to do with it. */
  readonly plain: boolean;
  /** Its result is what a load brings, and nothing else. */
  readonly brings: boolean;
  /** It changes no register and no flag, and nothing waits for it. */
  readonly changesNothing: boolean;
  /** The decoders start a new cycle for it; cycles it takes them, and how many simple instructions may follow in the last one. */
  readonly opens: boolean;
  readonly decodeCycles: number;
  readonly simpleAfter: number;
  /** What the micro-op cache gives for it, in micro-ops, and the cycles that microcode takes it after the first. */
  readonly decoded: number;
  readonly microcodeCycles: number;
  /** The same with a micro-op before it that brings the stack pointer up to date. */
  private synced: Part | undefined;
  /** As first half of a fused pair, by the second's row; undefined: they do not fuse. And by where the pair executes. */
  private readonly pairs = new Map<Row, Part | undefined>();
  private readonly fused = new Map<string, Part>();

  constructor(private readonly uarch: Uarch, private readonly pressure: Pressure, readonly insn: Insn, private readonly work: Work = workOf(uarch, insn)) {
    const { effects, price } = work;
    const cells = registersOf(insn).map(cellOf);
    const place = (cell: number): number => (cell < 0 ? noPlace : cells.includes(cell) ? ~cells.indexOf(cell) : cell);
    this.ports = work.uops.map((u) => pressure.numberOf(u.ports));
    this.held = work.uops.map((u) => heldCycles(uarch.ports, u, price));
    this.reads = effects.reads.map(place);
    this.writes = effects.writes.map(place);
    this.flags = effects.writes.map((cell) => cell === Cell.carry || cell === Cell.flags);
    this.moves = effects.moves.map(place);
    const accesses = (list: readonly Access[], implicit: RegExp): PartAccess[] => list.map((a, i) => {
      const alone = i === list.length - 1 && implicit.test(insn.row.implicit);
      return { base: place(a.base), index: place(a.index), scale: a.scale + (a.segment ? 32 : 0), bytes: a.bytes, operand: alone ? -1 : displacement(insn, a), disp: alone ? a.disp : 0 };
    });
    this.loads = accesses(effects.loads, /\]\S*:r/);
    this.stores = accesses(effects.stores, /\]\S*w/);
    this.slots = work.slots;
    this.occupancy = uarch.ports.blocking ? 0 : price.occupancy;
    const locked = price.serial > 0 && effects.loads.length > 0 && effects.stores.length > 0;
    this.serial = locked ? 0 : price.serial;
    this.blocks = this.occupancy > 0 || this.serial > 0;
    this.orderTicks = locked ? price.serial : 0;
    this.vector = work.vector;
    this.stackSync = work.stackSync;
    this.moveTicks = work.moveTicks;
    this.moveBy = moveOf(insn);
    this.sum = sumOf(insn, place);
    this.kept = work.kept < 0 ? noPlace : place(work.kept);
    this.keptTicks = price.keptLatency - price.latency;
    this.zeroes = work.idiom === Idiom.Zero;
    const moves = work.idiom === Idiom.Move;
    this.latency = moves ? 0 : price.latency;
    this.flagLatency = moves ? 0 : price.flagLatency;
    this.storeLatency = price.ports.length > 0 ? price.latency : 0;
    this.branchLatency = price.latency;
    this.inOrderTicks = inOrderTicks(uarch, work);
    this.movesStack = movesStack(insn);
    this.namesStack = uarch.stackEngine !== undefined && namesStack(insn);
    this.writesStack = writesStack(insn);
    this.ends = insn.row.ends;
    this.plain = !this.ends && !this.movesStack && !this.namesStack && !this.writesStack;
    this.brings = this.ports.length > 0 && this.storeLatency === 0 && this.loads.length > 0;
    this.changesNothing = this.writes.length === 0 && this.moves.length === 0 && this.orderTicks === 0 && !this.stackSync && !this.ends;
    const { opens, cycles, simpleAfter } = decodingOf(uarch.frontEnd, work);
    this.opens = opens;
    this.decodeCycles = cycles;
    this.simpleAfter = simpleAfter;
    this.decoded = work.decoded;
    this.microcodeCycles = price.microcode > 0 ? cycles - 1 : 0;
  }

  withSync(): Part {
    return (this.synced ??= new Part(this.uarch, this.pressure, this.insn, withSync(this.uarch, this.work)));
  }
  /** This part when `then` follows and fuses with it. */
  before(then: Part): Part | undefined {
    if (!then.ends) return undefined; // only branches are second halves
    const { row } = then.insn;
    if (!this.pairs.has(row)) this.pairs.set(row, this.uarch.fuses(this.insn, then.insn) ? this.fuse(then) : undefined);
    return this.pairs.get(row);
  }
  private fuse(then: Part): Part {
    const ports = then.ports.join();
    let part = this.fused.get(ports);
    if (!part) this.fused.set(ports, (part = new Part(this.uarch, this.pressure, this.insn, fusedWith(this.work, then.work))));
    return part;
  }
}

/** What a work takes of the decoders: see frontend.ts. */
function decodingOf(fe: FrontEnd | undefined, { price, decoded }: Work): { opens: boolean; cycles: number; simpleAfter: number } {
  if (!fe) return { opens: false, cycles: 1, simpleAfter: 0 };
  const opens = price.complex || decoded > 1;
  if (price.microcode > 0) return { opens, cycles: Math.ceil(price.microcode / fe.microcodeWidth) + fe.microcodeSwitchCycles, simpleAfter: 0 };
  return { opens, cycles: 1, simpleAfter: decoded > 1 ? Math.max(0, Math.min(fe.decoders - 1, fe.decoders + 1 - decoded)) : fe.decoders - 1 };
}

/** Which operand has the displacement of an access that operands name; -1: none does. */
function displacement({ ops }: Insn, a: Access): number {
  const operand = ops.findIndex((o) => o.kind === 'mem' && (o.base ? cellOf(o.base) : -1) === a.base);
  const op = ops[operand];
  return op?.kind === 'mem' && op.mode === 'post' ? -1 : operand;
}

/** What pushes, pops, string instructions and writing back add to a pointer. */
function moveOf({ row, ops }: Insn): number {
  const bytes = /\/16/.test(row.implicit) ? 2 : 8;
  switch (row.cls) {
    case 'push': case 'call': case 'callr': case 'pushf': return -bytes;
    case 'pop': case 'ret': case 'popf': return bytes;
    case 'movs': case 'stos': case 'lods': case 'scas': case 'cmps': return ops.reduce((n, o) => (o.kind === 'mem' ? o.bits >> 3 : n), 1);
    default: return NaN;
  }
}

const wide = (op: Operand | undefined): op is RegOperand => op?.kind === 'reg' && op.bits === 64 && (op.file === 'gpr' || op.file === 'sp');

function sumOf(insn: Insn, place: (cell: number) => number): Sum | undefined {
  const [dst, a, b, by] = insn.ops;
  if (!wide(dst)) return undefined;
  const name = manualName(insn.row);
  const [from, constant, operand] = insn.row.isa === 'amd64' ? [name === 'ADD' || name === 'SUB' ? dst : a, a, 1] : [a, b, 2];
  if (name === 'LEA' && a?.kind === 'mem') {
    return a.base && !a.index && !a.rip && !a.addr32 && a.seg === undefined ? { of: place(cellOf(a.base)), operand: 1, by: 1 } : undefined;
  }
  if (name === 'MOV' && wide(a)) return { of: place(cellOf(a)), operand: -1, by: 0 };
  const plain = by === undefined || (by.kind === 'imm' && by.value === 0n);
  if ((name !== 'ADD' && name !== 'SUB') || !wide(from) || constant?.kind !== 'imm' || !plain) return undefined;
  return { of: place(cellOf(from)), operand, by: name === 'ADD' ? 1 : -1 };
}

/** The registers that operands name, in order. */
export function registersOf(insn: Insn): RegOperand[] {
  const found: RegOperand[] = [];
  for (const op of insn.ops) {
    if (op.kind === 'reg') found.push(op);
    else if (op.kind === 'mem') {
      if (op.base) found.push(op.base);
      if (op.index) found.push(op.index);
    }
  }
  return found;
}

/** Parts of one form. */
interface OfForm {
  /** The row's implicit registers may be the same as its operands': these are told apart by number. */
  readonly exact: boolean;
  readonly parts: Map<number, Part>;
}

/** The parts of all instructions met. */
export class Parts {
  /** By number of the form; then by `key`. */
  private readonly known: (OfForm | undefined)[] = [];

  constructor(private readonly uarch: Uarch, private readonly pressure: Pressure) {}

  /** The part of `insn`. `form` is a number that instructions of one row and operand shape share. The cells of its operands' registers go to `cells` from `at` on. */
  of(insn: Insn, form: number, cells: Int8Array, at: number): Part {
    const ofForm = (this.known[form] ??= { exact: /(^| )(?!\[?RSP\b)/.test(insn.row.implicit) && insn.row.implicit !== '', parts: new Map() });
    const key = keyOf(insn, ofForm.exact, cells, at);
    let part = ofForm.parts.get(key);
    if (!part) ofForm.parts.set(key, (part = new Part(this.uarch, this.pressure, insn)));
    return part;
  }
}

/**
 * Of each register which earlier one it is the same as, or that it is RSP; of immediates and displacements whether they are zero, of memory whether it
 * is relative to the instruction or its base needs a displacement, and by how much a register is shifted.
 */
function keyOf({ ops, row }: Insn, exact: boolean, cells: Int8Array, at: number): number {
  let key = 0;
  let end = at;
  const stack = row.isa === 'amd64' ? Cell.gpr + 4 : Cell.gpr + 31;
  for (let i = 0; i < ops.length; i++) {
    const op = ops[i]!;
    let r: RegOperand | undefined;
    let then: RegOperand | undefined;
    if (op.kind === 'reg') r = op;
    else if (op.kind === 'mem') {
      key = key * 4 + (op.disp !== 0n || (op.base !== undefined && (op.base.index & 7) === 5) ? 1 : 0) + (op.rip ? 2 : 0);
      r = op.base ?? op.index;
      if (op.base) then = op.index;
    } else if (op.kind === 'imm') key = op.shift === undefined ? key * 2 + (op.value === 0n ? 1 : 0) : key * 64 + Number(op.value);
    for (; r !== undefined; r = then, then = undefined) {
      const cell = cellOf(r);
      let same = at;
      cells[end] = cell;
      while (cells[same] !== cell) same++;
      end++;
      key = exact ? key * 256 + 2 * (cell + 1) : key * 32 + 2 * (cell === stack ? mostRegisters : cell < 0 ? mostRegisters + 1 : same - at);
      if (r.high) key++;
    }
  }
  return key;
}
