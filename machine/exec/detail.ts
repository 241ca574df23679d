/**
 * A core under `window` timing: what it runs goes through the simulation of machine/uarch/window.ts, instruction by instruction,
 * with real addresses and what the branch predictor says.
 *
 * The core's clock is retirement: an instruction has happened when it retires, and with it all before. What changes a core from
 * outside (traps, interrupts, another task) comes after that: the pipeline is empty, and nothing issues earlier.
 */
import { common } from '../../isa/context.js';
import type { Isa } from '../../isa/isa.js';
import type { Insn } from '../../isa/row.js';
import type { CoreState } from '../core/context.js';
import { Predictor } from '../core/predictor.js';
import { Tage } from '../core/tage.js';
import { Level } from '../memory/counters.js';
import type { Ram } from '../memory/ram.js';
import { cycle, type Uarch } from '../uarch/uarch.js';
import { Window, type WindowMemory } from '../uarch/window.js';
import type { WindowState } from '../uarch/windowState.js';
import { inCycles, Step } from '../uarch/windowStep.js';
import { fusedWith, movesStack, namesStack, withSync, workOf, writesStack, type Work } from '../uarch/work.js';
import { Address } from './address.js';
import type { LineMemory } from './coreLines.js';
import { flowOf, isBranch } from './kind.js';
import type { WindowTiming } from './pricing.js';
import type { Tally } from './tally.js';

/** Where lines end for a core whose caches are not modeled. */
const usualLineBytes = 64;
const pageBytes = 4096;

/** What the predictor is asked for an instruction. */
const enum Asks { Nothing, Direction, Call, Return, Jump, JumpAndCall }

function asks(insn: Insn): Asks {
  const direct = insn.ops.at(-1)?.kind === 'rel';
  const { cls, mnemonic } = insn.row;
  switch (flowOf(insn)) {
    case 'call': return direct ? Asks.Call : Asks.JumpAndCall;
    case 'return': return Asks.Return;
    case 'branch': return cls === 'jmp' || (cls === 'branch' && mnemonic === 'B') ? Asks.Nothing : Asks.Direction;
    case undefined: return cls === 'jmpr' || cls === 'branch indirect' ? Asks.Jump : Asks.Nothing;
  }
}

/** One instruction of a block, as it is stepped whenever the block runs. */
export class Planned {
  readonly pc: number;
  readonly next: number;
  readonly asks: Asks;
  readonly branches: boolean;
  readonly step: Step;
  readonly loads: readonly Address[];
  readonly stores: readonly Address[];
  readonly movesStack: boolean;
  readonly namesStack: boolean;
  readonly writesStack: boolean;
  /** A string instruction with REP: its accesses go from where its pointers were to where they are. */
  readonly repeats: boolean;
  private synced: Step | undefined;
  private readonly work: Work;

  /** Instruction `k` of `insns`, which a jump may fuse with or be fused to. Throws NoPrice. */
  constructor(private readonly uarch: Uarch, insns: readonly Insn[], k: number, tagsIgnored: boolean) {
    const insn = insns[k]!;
    const own = workOf(uarch, insn);
    const [before, after] = [insns[k - 1], insns[k + 1]];
    this.work = before && uarch.fuses(before, insn) ? { ...own, uops: [], slots: 0, decoded: 0, fused: true }
      : after && uarch.fuses(insn, after) ? fusedWith(own, workOf(uarch, after)) : own;
    this.pc = insn.pc;
    this.next = insn.pc + insn.length;
    this.asks = asks(insn);
    this.branches = isBranch(insn);
    this.step = new Step(uarch, this.work);
    this.loads = own.effects.loads.map((a) => new Address(a, tagsIgnored));
    this.stores = own.effects.stores.map((a) => new Address(a, tagsIgnored));
    this.movesStack = movesStack(insn);
    this.namesStack = uarch.stackEngine !== undefined && namesStack(insn);
    this.writesStack = writesStack(insn);
    this.repeats = insn.row.form.startsWith('REP');
  }

  /** With a micro-op before it that brings the stack pointer up to date. */
  get withSync(): Step {
    return (this.synced ??= new Step(this.uarch, withSync(this.uarch, this.work)));
  }
}

const enum D {
  /** Where the core's clock and pc stand if nothing has touched them since. */
  ticks, pc,
  /** 1: the stack engine has moved the stack pointer, and the register does not know. */
  stale,
  count,
}

/** Makes the lines of a core that has its state with the simulation's; undefined: all accesses hit. */
export type MakeLines = (state: WindowState) => LineMemory;

export class Detail implements WindowMemory {
  readonly codeLineBytes: number;
  private readonly window: Window;
  private readonly lines: LineMemory | undefined;
  private readonly lineBytes: number;
  /** The instruction in hand; which of its loads' lines takes longest, and what that waits for. */
  private planned: Planned | undefined;
  private longest = 0;
  private awaits: Level | undefined = Level.L1;
  private readonly predictor: Predictor;
  private readonly d: Float64Array;
  private readonly lineSplit: number;
  private readonly pageSplit: number;

  constructor(
    private readonly ram: Ram,
    private readonly state: CoreState,
    private readonly isa: Isa,
    private readonly timing: WindowTiming,
    makeLines?: MakeLines,
    /** Stores that wait for the cache; undefined: as many as the microarchitecture says. */
    storeBuffer?: number,
    /** What reports count. */
    private readonly tally?: Tally,
  ) {
    const { uarch, predictor } = timing;
    this.window = new Window(uarch, 'both', this, storeBuffer);
    this.window.reports = tally !== undefined;
    this.lines = makeLines?.(this.window.state);
    this.lineBytes = this.codeLineBytes = this.lines?.lineBytes ?? usualLineBytes;
    this.d = this.window.state.f64(D.count);
    const pcShift = isa.arch === 'arm64' ? 2 : 0;
    const tage = predictor.predictor === 'tage' ? new Tage(this.window.state, predictor.counterBits, pcShift) : undefined;
    this.predictor = new Predictor(ram, state.base, pcShift, predictor, tage);
    this.lineSplit = inCycles(uarch.figures.lineSplitTicks);
    this.pageSplit = inCycles(uarch.figures.pageSplitTicks);
  }

  save(): Uint8Array {
    return this.window.state.save();
  }
  load(bytes: Uint8Array): void {
    this.window.state.load(bytes);
  }

  /** Undefined for what stops by name instead of running: it needs no price. */
  plan(insns: readonly Insn[] | undefined, k: number): Planned | undefined {
    return insns?.[k]?.row.lift === undefined ? undefined : new Planned(this.timing.uarch, insns, k, this.isa.tagsIgnored);
  }

  /** The instruction is about to run: takes its addresses while its registers are as it finds them. */
  before(planned: Planned): void {
    const { window, ram } = this;
    const { base } = this.state;
    const { loads, stores } = planned;
    for (let i = 0; i < loads.length; i++) window.loads.offsets[i] = loads[i]!.of(ram, base);
    for (let i = 0; i < stores.length; i++) window.written.offsets[i] = stores[i]!.of(ram, base);
  }

  /** It has run, and the core's pc is where it went: returns the clock, in ticks. */
  after(planned: Planned): number {
    const { window, d, state } = this;
    if (d[D.pc] !== planned.pc || d[D.ticks] !== state.ticks) window.drain(Math.ceil(state.ticks / cycle));
    this.planned = planned;
    this.longest = 0;
    this.awaits = Level.L1; // for both parts of what is split
    const sync = d[D.stale] === 1 && planned.namesStack;
    d[D.stale] = planned.movesStack || (d[D.stale] === 1 && !sync && !planned.writesStack) ? 1 : 0;
    const step = sync ? planned.withSync : planned.step;
    const retires = window.step(step, planned.pc);
    if (this.tally) {
      this.tally.instruction(state.base, step.slots, planned.loads.length, planned.stores.length, planned.branches ? 1 : 0);
      this.tally.retired(state.base, retires * cycle - state.ticks, window.late, this.awaits);
    }
    if (planned.asks !== Asks.Nothing && this.mispredicted(planned)) window.mispredict();
    d[D.pc] = state.num(common.pc);
    return (d[D.ticks] = retires * cycle);
  }

  /** What handles a stop begins when all is retired, and what follows it anew. */
  drain(): void {
    this.d[D.pc] = -1;
  }

  private mispredicted(planned: Planned): boolean {
    const { predictor } = this;
    switch (planned.asks) {
      case Asks.Direction: return predictor.direction(planned.pc, this.state.num(common.pc) !== planned.next);
      case Asks.Return: return predictor.returned();
      case Asks.Jump: return predictor.jumped(planned.pc);
      case Asks.Nothing: return false;
      case Asks.Call:
        predictor.called(planned.next);
        return false;
      case Asks.JumpAndCall: {
        const wrong = predictor.jumped(planned.pc);
        predictor.called(planned.next);
        return wrong;
      }
    }
  }

  loadCycles(nth: number, cycle: number, forwarded: boolean, owning: boolean): number {
    const access = this.planned!.loads[nth]!;
    const { bytes } = access;
    const address = this.window.loads.offsets[nth]!;
    if (this.planned!.repeats) return this.repeated(access, address, false, cycle);
    const last = address + bytes - 1;
    const cycles = this.access(address, last, owning, forwarded, cycle);
    if (Math.floor(last / this.lineBytes) === Math.floor(address / this.lineBytes)) return cycles;
    return cycles + (Math.floor(last / pageBytes) !== Math.floor(address / pageBytes) ? this.pageSplit : this.lineSplit);
  }
  storeCycles(nth: number, cycle: number): number {
    this.longest = Infinity; // it retires: what it has waited for is known
    const access = this.planned!.stores[nth]!;
    const address = this.window.written.offsets[nth]!;
    return this.planned!.repeats ? this.repeated(access, address, true, cycle) : this.access(address, address + access.bytes - 1, true, false, cycle);
  }
  fetchCycles(address: number, cycle: number): number {
    return this.lines ? this.lines.code(address, cycle) : 0;
  }

  /** All that a repeated access has touched since its pointer was at `start`, as if all of it were asked for at once. */
  private repeated(access: Address, start: number, write: boolean, cycle: number): number {
    const end = access.of(this.ram, this.state.base);
    if (end === start) return 0;
    const from = end > start ? start : end + access.bytes;
    return this.access(from, Math.max(start + access.bytes, end) - 1, write, false, cycle);
  }

  /** The longest of an access's lines. */
  private access(address: number, last: number, write: boolean, forwarded: boolean, cycle: number): number {
    const { lines, lineBytes } = this;
    if (!lines) return 0;
    let cycles = 0;
    for (let at = address; at <= last; at = (Math.floor(at / lineBytes) + 1) * lineBytes) {
      const own = lines.data(at, last - at + 1, write, forwarded, cycle);
      cycles = Math.max(cycles, own);
      if (own <= this.longest) continue;
      this.longest = own;
      this.awaits = lines.answered;
    }
    return cycles;
  }
}
