/**
 * The past of a run: checkpoints, and the way to any moment between them by running again.
 *
 * A moment is a number of instructions, those of all cores together: the machine stands before the next one. Runs repeat exactly, so that
 * is enough to come back. Checkpoints are taken as the run goes on; when they hold more than they may, those go whose
 * neighbours are near for their age, so the past stays reachable with steps that grow with the distance.
 */
import { nobody } from '../../exec/observer.js';
import { ticksPerCycle } from '../../config.js';
import type { Machine, Outcome } from '../../machine.js';
import type { Checkpoint } from '../../snapshot.js';
import { firstBeyond } from '../search.js';

/** A moment that was seen. */
interface Mark {
  readonly instructions: number;
  readonly cycles: number;
}
interface Kept extends Mark {
  readonly checkpoint: Checkpoint;
}

/** Instructions between two checkpoints of the present: at most; and at the run's beginning, from where on they are an eighth of the way apart. */
const spacing = 4e6;
const firstSpacing = 3e4;
/** A checkpoint is taken on the way back where the last one is further away. */
const nearby = 200_000;
/** Fused pairs count two, and four slots issue a cycle: a core runs no more instructions in a cycle. */
const mostPerCycle = 8;
/** A core runs a block to its end. */
const mostOver = 64;
/** So near to a moment the run goes on instruction by instruction. */
const near = 200;

/** How long no core runs: a limit must lie behind that for anything to happen. */
export function idleCycles(machine: Machine): number {
  for (let core = 0; core < machine.config.cores; core++) if (machine.kernel.busy(core)) return 0;
  return machine.idleSeconds < Infinity ? Math.max(0, machine.idleSeconds * machine.config.clockHz) : 0;
}

/** The last of `list` that is not behind a moment. */
const upTo = <T extends Mark>(list: readonly T[], moment: number): T | undefined => list[firstBeyond(0, list.length, (i) => list[i]!.instructions > moment) - 1];

export class History {
  private readonly kept: Kept[] = [];
  /** Where run() has come to a limit; equal limits come to equal moments. Rising. */
  private readonly marks: Mark[] = [];

  /** `most`: bytes that checkpoints may hold. */
  constructor(private readonly machine: Machine, private readonly most: number) {
    this.keep();
  }

  /** The moment at which the machine stands. */
  get now(): number {
    return this.machine.instructions;
  }
  /** The first moment that can be reached. */
  get first(): number {
    return this.kept[0]!.instructions;
  }
  /** Moments of the checkpoints. */
  get moments(): readonly number[] {
    return this.kept.map((k) => k.instructions);
  }

  /** The machine has run up to the limit of a run(): remembers the place, and takes a checkpoint when it is time. */
  passed(): void {
    const mark = { instructions: this.now, cycles: this.machine.cycles };
    if (mark.instructions > (this.marks.at(-1)?.instructions ?? -1)) this.marks.push(mark);
    const last = this.kept.at(-1)!.instructions;
    if (mark.instructions >= last + Math.min(spacing, Math.max(firstSpacing, last / 8))) this.keep();
  }

  /** Takes a checkpoint here: whoever comes back is likely to come back to just behind it. */
  keep(): void {
    const at = firstBeyond(0, this.kept.length, (i) => this.kept[i]!.instructions > this.now);
    if (this.kept[at - 1]?.instructions === this.now) return;
    this.kept.splice(at, 0, { instructions: this.now, cycles: this.machine.cycles, checkpoint: this.machine.checkpoint() });
    while (this.kept.length > 2 && this.bytes() > this.most) this.thin();
  }

  /** What checkpoints hold: pages that several of them share count once. */
  private bytes(): number {
    const pages = new Set<Uint8Array>();
    const blobs = new Set<Uint8Array>();
    let bytes = 0;
    for (const { checkpoint } of this.kept) {
      bytes += checkpoint.state.length;
      for (const blob of checkpoint.blobs) blobs.add(blob);
      for (const chunk of checkpoint.pages) for (const page of chunk ?? []) if (page) pages.add(page);
    }
    for (const blob of blobs) bytes += blob.length;
    return bytes + pages.size * 4096;
  }
  private thin(): void {
    const last = this.kept.at(-1)!.instructions;
    let least = 1;
    let gap = Infinity;
    for (let i = 1; i < this.kept.length - 1; i++) {
      const own = (this.kept[i + 1]!.instructions - this.kept[i - 1]!.instructions) / (last - this.kept[i]!.instructions + 1);
      if (own < gap) [least, gap] = [i, own];
    }
    this.kept.splice(least, 1);
  }

  /** The last checkpoint before or at a moment. */
  before(moment: number): number | undefined {
    return upTo(this.kept, moment)?.instructions;
  }

  /** Brings the machine to a moment: at most to the run's end, if that comes first. The engine's observer is nobody afterwards. */
  goto(moment: number): void {
    const { machine } = this;
    machine.engine.observe(undefined);
    const from = upTo(this.kept, moment) ?? this.kept[0]!;
    if (this.now > moment || this.now < from.instructions) machine.rollback(from.checkpoint);
    const mark = upTo(this.marks, moment);
    if (mark && mark.instructions > this.now && mark.cycles > machine.cycles) machine.run(mark.cycles);
    this.approach(moment);
    if (this.now > from.instructions + nearby) this.keep(); // the next step back is likely to begin here
    machine.engine.observe({ ...nobody, every: () => true, before: () => this.now >= moment });
    do; while (this.goesOn(machine.run()) && this.now < moment); // to the next instruction, also from a moment that is it
    machine.engine.observe(undefined);
  }

  /**
   * The cycle up to which all cores may run without passing a moment; undefined: it is so near that the run goes on instruction by instruction.
   * Cores' clocks are apart, and who is behind has more to run.
   */
  limitTo(moment: number): number | undefined {
    const { machine } = this;
    const { cores } = machine.config;
    const left = moment - this.now;
    if (left <= near * cores) return undefined;
    const clocks: number[] = [];
    for (let core = 0; core < cores; core++) if (machine.kernel.busy(core)) clocks.push(machine.core(core).ticks / ticksPerCycle);
    const least = clocks.length > 0 ? Math.min(...clocks) : machine.cycles + idleCycles(machine);
    while (clocks.length < cores) clocks.push(least); // who idles may be woken
    clocks.sort((a, b) => a - b);
    const cycles = (left - mostOver * cores) / mostPerCycle; // of all cores together
    let sum = 0;
    for (let n = 1; n <= cores; n++) {
      sum += clocks[n - 1]!;
      const limit = Math.floor((cycles + sum) / n);
      if (limit <= (clocks[n] ?? Infinity)) return limit > least ? limit : undefined;
    }
    return undefined;
  }
  /** Runs up to a cycle; `stuck`: a core that is further has its turn, so nothing happens. */
  gets(limit: number): Outcome | 'stuck' {
    const { machine, now } = this;
    const { cycles } = machine;
    const outcome = machine.run(limit);
    return outcome === 'limit' && this.now === now && machine.cycles === cycles ? 'stuck' : outcome;
  }
  private approach(moment: number): void {
    for (let limit = this.limitTo(moment); limit !== undefined; limit = this.limitTo(moment)) {
      if (!this.goesOn(this.gets(limit))) return;
    }
  }
  private goesOn(outcome: string): boolean {
    return outcome === 'limit' || outcome === 'break';
  }
}
