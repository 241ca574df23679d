/**
 * Follows calls and returns of a running program, for callgrind files: who called whom how often, and what was spent until the return. Calls are known by
 * the stack pointer at their return, as in callgrind.
 *
 * Every stack has a strand (strand.ts). A core's strand changes where the kernel gives it another thread, enters or leaves a signal's handler, and, in
 * Go programs, where the runtime changes goroutines: `gogo` jumps to one, and what `mcall` and `morestack` call (the scheduler, the growing of stacks) runs on the
 * thread's stack and belongs to no goroutine, because the one that waits may go on elsewhere meanwhile. `systemstack` comes back, so what it calls does.
 *
 * Only the program's own address space is followed; processes with another one are a function each.
 */
import type { Block } from '../../exec/block.js';
import { Cost, End, type CallObserver, type Profile } from '../../exec/profile.js';
import type { Reason } from '../../exec/stop.js';
import { engineCells } from '../../core/context.js';
import { Tallied } from '../../exec/tally.js';
import type { PageTable } from '../../memory/ram.js';
import type { Machine } from '../../machine.js';
import { archOf } from '../arch/arch.js';
import { Guest } from '../c2c/guest.js';
import type { DebugInfo } from '../info.js';
import type { ProfileEvent } from './events.js';
import { foreign, type ProfileFunction, type ProfileFunctions } from './functions.js';
import { Arc, Strand } from './strand.js';

/** What the kernel may push below the stack pointer when it makes a program call a function: Go's handlers ask for that. */
const injectedBytes = 64;
/** No function that changes stacks has a larger frame: what it calls lies further away only after the change. */
const switcherBytes = 256;
const switches = /^(runtime\.)?gogo$/;
const leaves = /^runtime\.(mcall|morestack)$/;

/** A thread, where it stopped last. */
interface Thread {
  readonly tid: number;
  strand: Strand;
  core: number;
  pc: number;
  sp: number;
  /** It asked to leave a signal's handler. */
  leavesHandler: boolean;
}
/** What a core is at. */
interface Running {
  thread: Thread | undefined;
  strand: Strand;
  /** What the core had spent when the strand was last brought up to date. */
  readonly since: Float64Array;
}

export class Calls implements CallObserver {
  /** By address of the calling instruction; those of one that calls several functions in a list. */
  readonly arcs = new Map<number, Arc[]>();
  /** What functions that nobody called have spent, with all that they called. */
  readonly roots = new Map<ProfileFunction, Float64Array>();
  /** It has Go's runtime. */
  private readonly goes: boolean;
  private readonly strands = new Set<Strand>();
  private readonly cores: Running[] = [];
  private readonly threads = new Map<number, Thread>();
  private readonly goroutines = new Map<number, Strand>();
  private machine!: Machine;
  private guest!: Guest;
  private events: readonly ProfileEvent[] = [];
  private space!: PageTable;
  private now = new Float64Array(0);
  /** From SP at a function's entry to SP at its return. */
  private returnBytes = 0;

  constructor(private readonly profile: Profile, private readonly info: DebugInfo, readonly functions: ProfileFunctions) {
    this.goes = info.go !== undefined || info.symbols.named('runtime.gogo') !== undefined; // images of our assembler have no function table
  }

  /** The machine has its program, in this address space, and has not run. */
  attach(machine: Machine, space: PageTable, events: readonly ProfileEvent[]): void {
    this.machine = machine;
    this.space = space;
    this.guest = new Guest(machine, this.info.gFromBase);
    this.events = events;
    this.now = new Float64Array(events.length);
    this.returnBytes = archOf(machine).returnBytes;
    const nobody = new Strand(events.length, this.roots);
    for (let core = 0; core < machine.config.cores; core++) this.cores.push({ thread: undefined, strand: nobody, since: new Float64Array(events.length) });
  }

  functionOf(pc: number): number {
    return this.functions.at(pc).id;
  }

  /** All that is still under way ends now. */
  finish(): void {
    this.cores.forEach((_, core) => this.settle(core));
    for (const strand of this.strands) strand.popTo(0);
  }

  // What happens.

  ended(core: number, block: Block, end: End, target: number, instructions: number): void {
    if (block.space !== this.space) return;
    const c = this.cores[core]!;
    this.spend(c, core, instructions);
    const site = block.pcOf(block.length - 1);
    const to = this.functions.at(target);
    const sp = this.guest.sp(core);
    if (end === End.Call) this.called(c, site, to, sp);
    else if (end === End.Return) this.returned(c, site, to, target, sp);
    else this.jumped(c, core, site, to, target, sp);
  }

  private called(c: Running, site: number, to: ProfileFunction, sp: number): void {
    const from = this.functions.at(site);
    const key = sp + this.returnBytes;
    const above = (c.strand.top?.key ?? NaN) - sp;
    const elsewhere = !(above >= 0 && above <= switcherBytes);
    if (elsewhere && this.goes && leaves.test(from.name)) c.strand = this.begin(to, key);
    else c.strand.push(to, key, this.arc(site, from, to));
  }

  private returned(c: Running, site: number, to: ProfileFunction, target: number, sp: number): void {
    const { strand } = c;
    if (strand.returned(to, sp)) {
      if (strand.top === undefined) strand.push(to, sp, undefined); // what called it did so before anybody looked
      return;
    }
    if (this.resumed(c, to, sp) || strand.unwound(to, sp)) return;
    if (target === to.entry) strand.push(to, strand.top?.key ?? NaN, this.arc(site, this.functions.at(site), to));
    else if (strand.frames.length > 1) c.strand = this.begin(to, NaN);
    else {
      strand.popTo(0);
      strand.push(to, NaN, undefined); // as from a signal's handler to what leaves it
    }
  }

  private jumped(c: Running, core: number, site: number, to: ProfileFunction, target: number, sp: number): void {
    const { strand } = c;
    const from = this.functions.at(site);
    if (this.goes && switches.test(from.name) && !switches.test(to.name)) return this.switched(c, core, to, target, sp);
    const { top } = strand;
    if (top?.of === to) return;
    // what a function jumps to returns in its stead
    if (target !== to.entry && (strand.returned(to, sp) || this.resumed(c, to, sp) || strand.unwound(to, sp))) return;
    strand.push(to, top?.key ?? NaN, this.arc(site, from, to));
  }

  /** Go's scheduler jumps to a goroutine, and leaves its own calls for good. */
  private switched(c: Running, core: number, to: ProfileFunction, target: number, sp: number): void {
    const g = this.guest.g(core, this.space);
    const known = this.goroutines.get(g);
    if (known !== c.strand) this.close(c.strand);
    const end = this.guest.stackEnd(this.space, g);
    if (known && target !== to.entry) {
      c.strand = known;
      known.moved(end);
      if (known.returned(to, sp) || known.unwound(to, sp)) return;
    }
    if (known) this.close(known);
    c.strand = this.begin(to, sp + this.returnBytes);
    c.strand.stackEnd = end;
    this.goroutines.set(g, c.strand);
  }

  /** A program that changes stacks by itself goes back to one that it has left. */
  private resumed(c: Running, to: ProfileFunction, sp: number): boolean {
    if (this.goes) return false;
    for (const strand of this.strands) {
      if (strand === c.strand || !strand.returned(to, sp)) continue;
      c.strand = strand;
      return true;
    }
    return false;
  }

  enters(core: number): void {
    const c = this.cores[core]!;
    const { guest } = this;
    const tid = guest.tid(core);
    const { pc } = this.machine.core(core);
    const sp = guest.sp(core);
    const known = c.thread;
    if (known?.tid === tid && known.pc === pc && known.sp === sp && known.strand === c.strand && !known.leavesHandler) return;
    this.settle(core);
    const thread = this.threads.get(tid) ?? this.newThread(tid, core, pc, sp);
    if (thread.core !== core) this.settle(thread.core);
    c.thread = thread;
    c.strand = thread.strand;
    if (guest.space(core) !== this.space) return;
    const { under } = c.strand;
    if (thread.leavesHandler && under) {
      this.close(c.strand);
      c.strand = under.strand;
      this.arrives(c, under.pc, under.sp, pc, sp);
    } else this.arrives(c, thread.pc, thread.sp, pc, sp);
  }

  private newThread(tid: number, core: number, pc: number, sp: number): Thread {
    const mine = this.guest.space(core) === this.space;
    const strand = mine ? this.begin(this.functions.at(pc), sp + this.returnBytes) : this.begin(this.functions.named(foreign(this.guest.space(core))), NaN);
    const thread = { tid, strand, core, pc, sp, leavesHandler: false };
    this.threads.set(tid, thread);
    return thread;
  }

  /** A thread that was at `fromPc` goes on at `pc`, where the kernel may have sent it. */
  private arrives(c: Running, fromPc: number, fromSp: number, pc: number, sp: number): void {
    if (pc === fromPc && sp === fromSp) return;
    const to = this.functions.at(pc);
    if (pc !== to.entry) {
      if (c.strand.top?.of !== to && !c.strand.unwound(to, sp)) c.strand = this.begin(to, NaN);
    } else if (fromSp >= sp && fromSp - sp <= injectedBytes) c.strand.push(to, sp + this.returnBytes, this.arc(fromPc, this.functions.at(fromPc), to));
    else c.strand = this.begin(to, NaN, { strand: c.strand, pc: fromPc, sp: fromSp });
  }

  leaves(core: number, reason: Reason): void {
    const { thread, strand } = this.cores[core]!;
    if (!thread) return;
    const { callNumber: cell, sigreturn } = archOf(this.machine);
    thread.strand = strand;
    thread.core = core;
    thread.pc = this.machine.core(core).pc;
    thread.sp = this.guest.sp(core);
    thread.leavesHandler = reason === 'Syscall' && this.guest.register(core, cell) === sigreturn;
  }

  // Bookkeeping.

  private begin(of: ProfileFunction, key: number, under?: Strand['under']): Strand {
    const strand = new Strand(this.events.length, this.roots, under);
    this.strands.add(strand);
    strand.push(of, key, undefined);
    return strand;
  }
  private close(strand: Strand): void {
    strand.popTo(0);
    this.strands.delete(strand);
  }

  private arc(site: number, caller: ProfileFunction, callee: ProfileFunction): Arc {
    let list = this.arcs.get(site);
    if (list === undefined) this.arcs.set(site, (list = []));
    for (const arc of list) if (arc.callee === callee) return arc;
    const arc = new Arc(site, caller, callee, this.events.length);
    list.push(arc);
    return arc;
  }

  /** `spend`, of a core that does not run. */
  private settle(core: number): void {
    this.spend(this.cores[core]!, core, this.machine.core(core).instructions);
  }
  /** What the core has spent since it last was asked is its strand's. */
  private spend(c: Running, core: number, instructions: number): void {
    const { now, events } = this;
    const { engine, ram } = this.machine;
    const misses = this.profile.misses[core]!;
    const tally = engine.tally!.cores[core]!;
    const cells = (engine.state(core).base + engineCells.tally) >> 2;
    const { spent } = c.strand;
    for (let e = 0; e < events.length; e++) {
      const { cost } = events[e]!;
      now[e] = cost === Cost.runs ? instructions
        : cost === Cost.loads ? tally[Tallied.loads]! + ram.i32[cells + Tallied.loads]!
        : cost === Cost.stores ? tally[Tallied.stores]! + ram.i32[cells + Tallied.stores]!
        : cost === Cost.branches ? tally[Tallied.branches]! + ram.i32[cells + Tallied.branches]!
        : cost === Cost.mispredicts ? engine.mispredicts(core) : misses[cost]!;
      spent[e]! += now[e]! - c.since[e]!;
      c.since[e] = now[e]!;
    }
  }
}
