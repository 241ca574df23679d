/**
 * One instruction as work for a core: its price and its accesses together, as unfused micro-ops with their ports, and the
 * fused slots they take at decode and at issue. Loads come first, then the computation, then store addresses and data.
 *
 * A load alone is the whole instruction when nothing computes. A load beside a computation, and a store's address beside
 * its data, share a fused slot; an indexed access may lose it at issue (`Uarch.splits`).
 */
import type { Insn, RegOperand } from '../../isa/row.js';
import { Cell, cellOf, effectsOf, type Effects } from './cells.js';
import { cycle, Idiom, type Price, type Uarch } from './uarch.js';

export const enum Role { Load, Compute, Address, Data, /** Moves a pointer beside the rest. */ Move, /** Brings the stack pointer up to date before. */ Sync }

export interface MicroOp {
  readonly role: Role;
  readonly ports: number;
  /** Load, Address, Data: which of the instruction's loads or stores; Compute: its number. */
  readonly nth: number;
}

export interface Work {
  readonly insn: Insn;
  readonly effects: Effects;
  readonly price: Price;
  readonly idiom: Idiom;
  readonly uops: readonly MicroOp[];
  /** Fused micro-ops that come out of the decoders, and that issue takes. */
  readonly decoded: number;
  readonly slots: number;
  /** Results are vectors: loads and forwarding take their vector times. */
  readonly vector: boolean;
  readonly moveTicks: number;
  /** The cell that is read and written by the first operand, -1 none: see Price.keptLatency. */
  readonly kept: number;
  /** Joined with the instruction before, which pays for both. */
  readonly fused: boolean;
  /** A micro-op goes before it that brings the stack pointer up to date after pushes and pops. */
  readonly stackSync: boolean;
}

export function workOf(uarch: Uarch, insn: Insn): Work {
  const effects = effectsOf(insn);
  const idiom = uarch.idiom(insn);
  const price = uarch.price(insn);
  const free = idiom === Idiom.Zero || idiom === Idiom.Move || idiom === Idiom.Nop;
  const uops = free ? [] : price.whole ? whole(uarch, price, effects) : separate(uarch, price, effects);
  const computing = free ? 0 : price.ports.length;
  const { loads, stores } = effects;
  const movePorts = effects.moves.length > 0 ? uarch.movePorts(insn) : 0;
  if (movePorts !== 0) uops.push({ role: Role.Move, ports: movePorts, nth: 0 });
  const memory = price.whole ? 0 : loads.length;
  const derived = Math.max(computing, memory) + (price.whole ? 0 : stores.length);
  const decoded = Math.max(1, free ? 1 : (price.slots ?? derived));
  return {
    insn, effects: idiom === Idiom.Zero || idiom === Idiom.Ones || idiom === Idiom.Nop ? { ...effects, reads: [] } : effects, price, idiom, uops, decoded,
    slots: decoded + (price.whole || !uarch.splits(insn) ? 0 : torn(computing, effects)),
    vector: vectorAccess(insn, effects),
    moveTicks: effects.moves.length > 0 ? uarch.moveTicks(insn) : 0,
    kept: keptCell(insn),
    fused: false, stackSync: false,
  };
}

/**
 * Works of a run of instructions; of a fusing pair the second gets no micro-ops and the first those of the pair. `stale`: the stack engine
 * comes in with pushes or pops that the register does not know.
 */
export function worksOf(uarch: Uarch, insns: readonly Insn[], stale = false): Work[] {
  const works: Work[] = [];
  for (const insn of insns) {
    const sync = stale && uarch.stackEngine !== undefined && namesStack(insn);
    stale = movesStack(insn) || (stale && !sync && !writesStack(insn));
    const own = workOf(uarch, insn);
    const work = sync ? withSync(uarch, own) : own;
    const before = works.at(-1);
    if (before && !before.fused && uarch.fuses(before.insn, insn)) {
      works[works.length - 1] = fusedWith(before, work);
      works.push({ ...work, uops: [], slots: 0, decoded: 0, fused: true });
    } else works.push(work);
  }
  return works;
}

/** `work` after a micro-op that brings the stack pointer up to date. */
export const withSync = (uarch: Uarch, work: Work): Work =>
  ({ ...work, stackSync: true, slots: work.slots + 1, uops: [{ role: Role.Sync, ports: uarch.stackEngine!, nth: 0 }, ...work.uops] });

/** `first` when `then` has joined it: the pair executes where the branch does. */
export const fusedWith = (first: Work, then: Work): Work =>
  ({ ...first, uops: first.uops.map((u) => (u.role === Role.Compute ? { ...u, ports: then.uops[0]!.ports } : u)) });

/** An instruction alone: its loads, what it computes, its stores; at least a cycle. */
export function inOrderTicks({ figures }: Uarch, { effects, price }: Work): number {
  const computed = price.ports.length > 0 ? price.latency : 0;
  return Math.max(cycle, effects.loads.length * figures.loadTicks + computed + effects.stores.length * cycle);
}

const isStack = (r: RegOperand | undefined): boolean => r !== undefined && r.file === 'gpr' && r.index === 4 && !r.high;
/** Whether the stack engine moves the pointer. */
export const movesStack = (insn: Insn): boolean => insn.row.implicit.startsWith('RSP:rw');
/** Whether an operand, other than one that is overwritten, is the stack pointer. */
export function namesStack({ ops, row }: Insn): boolean {
  if (!ops.some((o) => (o.kind === 'reg' ? isStack(o) : o.kind === 'mem' && (isStack(o.base) || isStack(o.index))))) return false;
  const access = row.access.split(' ');
  return ops.some((o, i) => (o.kind === 'reg' ? isStack(o) && access[i] !== 'w' : o.kind === 'mem' && (isStack(o.base) || isStack(o.index))));
}
/** Whether an operand that is overwritten is. */
export const writesStack = ({ ops, row }: Insn): boolean => ops[0]?.kind === 'reg' && isStack(ops[0]) && row.access.startsWith('w');

/** Fused slots that an indexed access adds: one for each pair that it breaks up. */
function torn(computing: number, { loads, stores }: Effects): number {
  const load = loads.some((a) => a.index >= 0) && (computing > 0 || stores.length > 0) ? 1 : 0;
  return load && stores.length > 0 ? 1 : load;
}

function separate(uarch: Uarch, price: Price, { loads, stores }: Effects): MicroOp[] {
  const uops: MicroOp[] = [];
  const { ports } = uarch;
  for (let nth = 0; nth < loads.length; nth++) uops.push({ role: Role.Load, ports: ports.load, nth });
  for (let nth = 0; nth < price.ports.length; nth++) uops.push({ role: Role.Compute, ports: price.ports[nth]!, nth });
  for (let nth = 0; nth < stores.length; nth++) {
    uops.push({ role: Role.Address, ports: stores[nth]!.index >= 0 ? ports.indexedStoreAddress : ports.storeAddress, nth });
    uops.push({ role: Role.Data, ports: ports.storeData, nth });
  }
  return uops;
}

/** The table's micro-ops, told apart by their ports: as many loads, addresses and data as there are accesses. */
function whole({ ports }: Uarch, price: Price, { loads, stores }: Effects): MicroOp[] {
  let [l, a, d, c] = [0, 0, 0, 0];
  return price.ports.map((mask) => {
    if (mask === ports.load && l < loads.length) return { role: Role.Load, ports: mask, nth: l++ };
    if (mask === ports.storeData && d < stores.length) return { role: Role.Data, ports: mask, nth: d++ };
    if ((mask === ports.storeAddress || mask === ports.load) && a < stores.length) return { role: Role.Address, ports: mask, nth: a++ };
    return { role: Role.Compute, ports: mask, nth: c++ };
  });
}

/** The first operand's cell when it is read and written and no other operand names it. */
function keptCell({ ops, row }: Insn): number {
  const [first, ...rest] = ops;
  if (first?.kind !== 'reg' || !row.access.startsWith('rw')) return -1;
  const cell = cellOf(first);
  return rest.some((o) => o.kind === 'reg' && cellOf(o) === cell) ? -1 : cell;
}

function vectorAccess(insn: Insn, { loads, stores, writes, reads }: Effects): boolean {
  if (loads.length + stores.length === 0) return false;
  const vector = (cell: number): boolean => cell >= Cell.vector && cell < Cell.carry;
  return writes.some(vector) || (stores.length > 0 && reads.some(vector)) || insn.row.cls === 'x87';
}
