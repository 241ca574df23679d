/**
 * The cost of a block, as plainly as can be: what machine/uarch/block.ts is held to. Latencies are a whole max-plus matrix from the
 * cells that the block reads to those that it writes, addresses are followed by values.ts, and every number of instructions is priced anew.
 */
import type { Insn } from '../../../isa/row.js';
import { Cell, type Access } from '../../../machine/uarch/cells.js';
import { Decoders, fetchedOf, predecodeEnds } from '../../../machine/uarch/frontend.js';
import { heldCycles, Pressure } from '../../../machine/uarch/pressure.js';
import { cycle, Idiom, type Uarch } from '../../../machine/uarch/uarch.js';
import { Values, type Place } from '../../../machine/uarch/values.js';
import { inOrderTicks, worksOf, type Work } from '../../../machine/uarch/work.js';

/** Ticks after which something is there: from each cell before the block (-1: no way), and last from the block's start. */
type Times = readonly number[];

export interface PlainCost {
  readonly prefix: readonly number[];
  readonly cold: number;
  /** Of each cell that the block writes. */
  readonly outputs: ReadonlyMap<number, Times>;
  readonly branch: Times;
}

export function plainCost(uarch: Uarch, insns: readonly Insn[]): PlainCost {
  const works = worksOf(uarch, insns);
  const whole = works.length;
  const looped = jumpsBack(insns);
  const prefix = [...works, undefined].map((_, k) => (uarch.inOrder ? total(works.slice(0, k), (w) => inOrderTicks(uarch, w))
    : Math.max(boundOf(uarch, works.slice(0, k)), supplyTicks(uarch, works.slice(0, k), looped && k === whole))));
  return { prefix, cold: Math.max(prefix.at(-1)!, coldTicks(uarch, insns, works)), ...latencies(uarch, works, looped ? passedAround(works) : nothingPassed) };
}

/** Other work goes on beside it, but no other locked access. */
const locked = ({ effects, price }: Work): boolean => price.serial > 0 && effects.loads.length > 0 && effects.stores.length > 0;

const total = (works: readonly Work[], of: (w: Work) => number): number => works.reduce((n, w) => n + of(w), 0);

function boundOf(uarch: Uarch, works: readonly Work[]): number {
  const pressure = new Pressure();
  for (const w of works) for (const u of w.uops) pressure.add([pressure.numberOf(u.ports)], [heldCycles(uarch.ports, u, w.price)]);
  const { width } = uarch.figures;
  const divider = uarch.ports.blocking ? 0 : total(works, (w) => w.price.occupancy);
  return Math.max(Math.ceil((total(works, (w) => w.slots) * cycle) / width), pressure.bound(), divider, total(works, (w) => (locked(w) ? 0 : w.price.serial)));
}

const jumpsBack = (insns: readonly Insn[]): boolean => insns.at(-1)!.ops.some((op) => op.kind === 'rel' && op.target === BigInt(insns[0]!.pc));

/** What the micro-op cache needs after the first cycle: micro-ops of one 32-byte window in a cycle as far as they fit, microcode by itself. */
function supplyTicks({ frontEnd: fe }: Uarch, works: readonly Work[], looped: boolean): number {
  if (!fe || fe.uopCacheWidth === 0) return 0;
  const lines: { window: number; uops: number }[] = [];
  let microcode = 0;
  for (const { decoded, price, insn } of works.filter((w) => w.decoded > 0)) {
    const window = Math.floor(insn.pc / 32);
    const line = lines.at(-1);
    if (line?.window === window && line.uops + decoded <= fe.uopCacheWidth) line.uops += decoded;
    else lines.push({ window, uops: decoded });
    if (price.microcode === 0) continue;
    lines.at(-1)!.uops = fe.uopCacheWidth;
    microcode += Math.ceil(price.microcode / fe.microcodeWidth) - 1 + fe.microcodeSwitchCycles;
  }
  return cycle * (Math.max(0, lines.length - 1) + microcode + (looped ? 1 : 0));
}

function coldTicks({ frontEnd: fe }: Uarch, insns: readonly Insn[], works: readonly Work[]): number {
  if (!fe || fe.predecodeWidth === 0) return 0;
  const decoders = new Decoders(fe);
  for (const w of works) if (!w.fused) decoders.take(w);
  return cycle * Math.max(predecodeEnds(fe, fetchedOf(insns), insns[0]!.pc).at(-1)!, decoders.cycles);
}

const start = Cell.count;
const nothing = (): Times => Array.from({ length: Cell.count + 1 }, (_, i) => (i === start ? 0 : -1));
const itself = (cell: number): Times => Array.from({ length: Cell.count + 1 }, (_, i) => (i === cell ? 0 : -1));
const later = (t: Times, ticks: number): Times => t.map((x) => (x < 0 ? -1 : x + ticks));
const latest = (a: Times, b: Times): Times => a.map((x, i) => Math.max(x, b[i]!));

/** What a loop passes to its next round through memory: instructions that load it, and stores by their number in the block. */
interface Passed {
  readonly loading: ReadonlySet<number>;
  readonly stored: ReadonlySet<number>;
}
const nothingPassed: Passed = { loading: new Set(), stored: new Set() };

/** Two rounds: which loads of the second take what stores of the first have written last, by addresses made of what registers held before both. */
function passedAround(works: readonly Work[]): Passed {
  const values = new Values();
  const fromStart = ({ base, index, segment }: Access): boolean =>
    [base, index].every((cell) => cell < 0 || isFirst(values.place({ base: cell, index: -1, scale: 1, disp: 0, bytes: 1, segment: false, rip: false }).root)) && !segment;
  const isFirst = (root: number): boolean => root >= 1 && root <= Cell.count;
  const overlap = (a: Place, b: Place): boolean => a.root === b.root && a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
  const rounds: Place[][] = [[], []];
  const loading = new Set<number>();
  const stored = new Set<number>();
  for (const [round, stores] of rounds.entries()) {
    works.forEach((w, k) => {
      for (const a of round === 1 ? w.effects.loads : []) {
        const place = values.place(a);
        if (!fromStart(a) || stores.some((s) => overlap(s, place))) continue;
        const from = rounds[0]!.map((s) => overlap(s, place)).lastIndexOf(true);
        if (from < 0) continue;
        loading.add(k);
        stored.add(from);
      }
      for (const a of w.effects.stores) stores.push(fromStart(a) ? values.place(a) : { root: -1, offset: 0, bytes: 0 });
      values.step(w.insn, w.effects, w.idiom, undefined);
    });
  }
  return { loading, stored };
}

function latencies(uarch: Uarch, works: readonly Work[], passed: Passed): Pick<PlainCost, 'outputs' | 'branch'> {
  const { figures } = uarch;
  const outputs = new Map<number, Times>();
  const at = (cell: number): Times => outputs.get(cell) ?? itself(cell);
  const stores: { place: Place; data: Times; vector: boolean }[] = [];
  const values = new Values();
  let branch = nothing();
  const loaded = new Set<number>();
  for (const [k, w] of works.entries()) {
    const { effects, price } = w;
    if (w.stackSync) outputs.set(Cell.gpr + 4, later(at(Cell.gpr + 4), cycle));
    let input = nothing();
    for (const cell of effects.reads) input = latest(input, at(cell).map((x) => (x < 0 ? -1 : Math.max(0, x + (cell === w.kept ? price.keptLatency - price.latency : 0)))));
    const around = passed.loading.has(k);
    if (around || locked(w)) input = latest(input, at(Cell.order));
    for (const a of around ? [] : effects.loads) {
      const ticks = w.vector ? figures.vectorLoadTicks : figures.loadTicks;
      const chased = !w.vector && a.index < 0 && loaded.has(a.base) && a.disp >= 0 && a.disp < 2048;
      for (const cell of [a.base, a.index]) if (cell >= 0) input = latest(input, later(at(cell), chased ? figures.chasedLoadTicks : ticks));
      input = latest(input, later(nothing(), ticks));
      const place = values.place(a);
      const from = [...stores].reverse().find((s) => s.place.root === place.root && s.place.offset < place.offset + place.bytes && place.offset < s.place.offset + s.place.bytes);
      if (!from) continue;
      const covers = from.place.offset <= place.offset && place.offset + place.bytes <= from.place.offset + from.place.bytes;
      input = latest(input, later(from.data, (w.vector || from.vector ? figures.vectorForwardTicks : figures.forwardTicks) + (covers ? 0 : figures.blockedForwardTicks)));
    }
    for (const a of effects.stores) stores.push({ place: values.place(a), data: price.ports.length > 0 ? later(input, price.latency) : input, vector: w.vector });
    values.step(w.insn, effects, w.idiom, undefined);
    if (w.insn.row.ends) branch = later(input, w.fused ? 0 : price.latency);
    for (const cell of effects.writes) {
      const own = cell === Cell.carry || cell === Cell.flags ? price.flagLatency : price.latency;
      if (w.uops.length > 0 && price.ports.length === 0 && effects.loads.length > 0) loaded.add(cell);
      else loaded.delete(cell);
      outputs.set(cell, w.idiom === Idiom.Zero ? nothing() : later(input, w.idiom === Idiom.Move ? 0 : own));
    }
    if (locked(w)) outputs.set(Cell.order, later(input, price.serial));
    for (const cell of effects.moves) outputs.set(cell, later(at(cell), w.moveTicks));
  }
  const rest = outputs.has(Cell.order) ? [at(Cell.order)] : [];
  const forwarded = [...passed.stored].map((s) => later(stores[s]!.data, stores[s]!.vector ? figures.vectorForwardTicks : figures.forwardTicks));
  if (forwarded.length > 0) outputs.set(Cell.order, [...rest, ...forwarded].reduce(latest));
  return { outputs, branch };
}
