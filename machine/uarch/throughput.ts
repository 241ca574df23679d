/**
 * How long a block takes that is repeated without end, by bounds: the greatest of what issue slots, ports, the divider, the
 * front end and the chain of dependences need for each copy. `unrolled`: copies stand one after the other in memory and come
 * through the decoders; `loop`: one copy runs from the cache of decoded micro-ops.
 */
import type { Insn } from '../../isa/row.js';
import type { Access } from './cells.js';
import { decodeCycles, fetchedOf, predecodeRate } from './frontend.js';
import { Flow } from './flow.js';
import { heldCycles, Pressure } from './pressure.js';
import { cycle, type FrontEnd, type Uarch } from './uarch.js';
import { Values, type Value } from './values.js';
import { Window, type Places } from './window.js';
import { Step } from './windowStep.js';
import { inOrderTicks, movesStack, worksOf, type Work } from './work.js';

export type Layout = 'unrolled' | 'loop';

/** Each in ticks for one copy of the block. */
export interface Bounds {
  readonly issue: number;
  readonly ports: number;
  /** The set of ports that makes the bound. */
  readonly worstPorts: number;
  readonly divider: number;
  readonly serial: number;
  readonly predecode: number;
  readonly decode: number;
  readonly chain: number;
  readonly total: number;
}

/** What all registers and memory words hold in the measurements of BHive, which our figures are compared with. */
export const bhiveStart = 0x2324000n;

export function boundsOf(uarch: Uarch, insns: readonly Insn[], layout: Layout, start?: bigint): Bounds {
  const works = repeatedWorks(uarch, insns);
  if (uarch.inOrder) return inOrder(uarch, works);
  const pressure = new Pressure();
  let slots = 0;
  let divider = 0;
  let serial = 0;
  for (const w of works) {
    slots += w.slots;
    pressure.add(w.uops.map((u) => pressure.numberOf(u.ports)), w.uops.map((u) => heldCycles(uarch.ports, u, w.price)));
    if (!uarch.ports.blocking) divider += w.price.occupancy;
    serial += w.price.serial;
  }
  const issue = Math.floor((slots * cycle + uarch.figures.width - 1) / uarch.figures.width);
  const { predecode, decode } = frontEnd(uarch, insns, works, layout);
  const chain = chainTicks(uarch, works, start);
  const ports = pressure.bound();
  const total = Math.max(issue, ports, divider, serial, predecode, decode, chain);
  return { issue, ports, worstPorts: pressure.worst, divider, serial, predecode, decode, chain, total };
}

/** Works as they are when the block follows itself: pushes of one copy are still unknown to the stack pointer in the next. */
export function repeatedWorks(uarch: Uarch, insns: readonly Insn[]): Work[] {
  return worksOf(uarch, insns, insns.some(movesStack));
}

/** Ticks for each copy in the legacy front end; in a loop, what the micro-op cache and microcode need. */
function frontEnd({ frontEnd: fe }: Uarch, insns: readonly Insn[], works: readonly Work[], layout: Layout): { predecode: number; decode: number } {
  if (!fe) return { predecode: 0, decode: 0 };
  if (layout === 'loop') return { predecode: 0, decode: fe.uopCacheWidth > 0 ? cachedTicks(fe, insns, works) : 0 };
  const predecode = fe.predecodeWidth > 0 ? Math.round(predecodeRate(fe, fetchedOf(insns), 0) * cycle) : 0;
  return { predecode, decode: Math.round(decodeCycles(fe, works) * cycle) };
}

/** Out of the micro-op cache: a loop within one 32-byte window starts every round with a cycle of its own. "Facile" (IISWC 2023), 4.5. */
function cachedTicks(fe: FrontEnd, insns: readonly Insn[], works: readonly Work[]): number {
  const uops = works.reduce((n, w) => n + w.decoded, 0);
  const bytes = insns.reduce((n, i) => n + i.length, 0);
  return bytes < 32 ? Math.ceil(uops / fe.uopCacheWidth) * cycle : Math.ceil((uops * cycle) / fe.uopCacheWidth);
}

/** Copies over which the chain's growth is measured, after as many to settle. */
const settled = 24;

/** What each copy adds to the longest chain of dependences. */
export function chainTicks(uarch: Uarch, works: readonly Work[], start?: bigint): number {
  const flow = new Flow(uarch, start);
  let before = 0;
  for (let i = 0; i < 2 * settled; i++) {
    if (i === settled) before = flow.latest;
    for (const work of works) flow.step(work);
  }
  return Math.round((flow.latest - before) / settled);
}

function inOrder(uarch: Uarch, works: readonly Work[]): Bounds {
  const total = works.reduce((n, w) => n + inOrderTicks(uarch, w), 0);
  return { issue: total, ports: 0, worstPorts: 0, divider: 0, serial: 0, predecode: 0, decode: 0, chain: 0, total };
}

/** Copies of a block that `window` mode runs before it measures, and while it does. */
const warmCopies = 48;
const measuredCopies = 96;

/** Ticks for each copy of the block by simulation of the core. */
export function windowTicks(uarch: Uarch, insns: readonly Insn[], layout: Layout, start?: bigint): number {
  const works = repeatedWorks(uarch, insns);
  if (uarch.inOrder) return inOrder(uarch, works).total;
  const steps = works.map((work) => new Step(uarch, work));
  const window = new Window(uarch, layout === 'loop' ? 'cache' : 'decoders');
  const values = new Values(start);
  const stored = new StoredValues(uarch.figures.storeQueue);
  const bytes = insns.reduce((n, i) => n + i.length, 0);
  let before = 0;
  let now = 0;
  for (let copy = 0; copy < warmCopies + measuredCopies; copy++) {
    if (copy === warmCopies) before = now;
    let pc = layout === 'loop' ? 0 : copy * bytes;
    works.forEach((work, i) => {
      now = stepWindow(window, values, stored, work, steps[i]!, pc, start);
      pc += work.insn.length;
    });
  }
  return Math.round(((now - before) * cycle) / measuredCopies);
}

/** What the stores in the window's buffer have stored, where that is known. */
class StoredValues {
  private readonly values: (Value | undefined)[];

  constructor(private readonly size: number) {
    this.values = new Array<Value | undefined>(size).fill(undefined);
  }
  set(n: number, value: Value | undefined): void {
    this.values[n % this.size] = value;
  }
  get(n: number): Value | undefined {
    return this.values[n % this.size];
  }
}

/** One instruction with the addresses that `values` knows. */
function stepWindow(window: Window, values: Values, stored: StoredValues, work: Work, step: Step, pc: number, start: bigint | undefined): number {
  const { effects, insn } = work;
  const fill = (into: Places, accesses: readonly Access[]): void => accesses.forEach((a, i) => {
    const { root, offset } = values.place(a);
    into.roots[i] = root;
    into.offsets[i] = offset;
  });
  fill(window.loads, effects.loads);
  fill(window.written, effects.stores);
  const value = effects.stores.length > 0 ? values.stored(insn) : undefined;
  const first = window.storeCount;
  const now = window.step(step, pc);
  const forwarded = window.forwarded >= 0 ? stored.get(window.forwarded) : undefined;
  for (let n = first; n < window.storeCount; n++) stored.set(n, value);
  const bytes = effects.loads[0]?.bytes ?? 0;
  const fresh = start !== undefined && !window.found && bytes >= 4 && bytes <= 8 ? { root: 0, offset: start } : undefined;
  values.step(insn, effects, work.idiom, forwarded ?? fresh);
  return now;
}
