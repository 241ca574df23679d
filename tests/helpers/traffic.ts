/**
 * Random traffic of many cores on a small hierarchy, and what must hold after each request.
 *
 * A request must be answered by someone who has the newest data: L3 only if no core has the line as modified, DRAM only if nobody has it.
 * Written lines are followed down: as long as they are not in DRAM, somebody must have them as modified.
 */
import * as assert from 'uvu/assert';
import { Count, isDirty, Level, LineState } from '../../machine/memory/counters.js';
import type { MemoryDescription } from '../../machine/memory/description.js';
import { Hierarchy, type CoreCaches } from '../../machine/memory/hierarchy.js';
import { L3State, Mark } from '../../machine/memory/numbers.js';
import { Linear } from './linear.js';

export interface Step {
  readonly core: number;
  readonly line: number;
  readonly what: 'load' | 'store' | 'fetch' | 'displace' | 'drop';
}

/** Requests; nine of ten loads and stores, most of them of few lines. `random`: below n. */
export function randomStep(random: (n: number) => number, cores: number, lines: number): Step {
  const what = random(40);
  return {
    core: random(cores),
    line: random(3) > 0 ? random(Math.max(1, lines >> 3)) : random(lines),
    what: what < 20 ? 'load' : what < 35 ? 'store' : what < 38 ? 'fetch' : what < 39 ? 'displace' : random(8) > 0 ? 'load' : 'drop',
  };
}

export class Traffic {
  readonly h: Hierarchy;
  now = 0;
  /** What the user of the hooks believes to have: per core, the lines in L1D and those it may write; lines in L1I. */
  private readonly quick: { read: Set<number>; write: Set<number>; code: Set<number> }[];
  /** Lines whose newest version is not in DRAM. */
  private readonly modified = new Set<number>();
  /** Writes to DRAM so far. */
  private writes = 0;

  constructor(d: MemoryDescription, readonly cores: number, readonly lines: number, seed: number) {
    this.quick = Array.from({ length: cores }, () => ({ read: new Set(), write: new Set(), code: new Set() }));
    this.h = new Hierarchy(d, cores, new Linear(1 << 24), {
      lineLost: (core, line, kept) => {
        const { read, write } = this.quick[core]!;
        assert.ok(read.has(line), 'a hook for a line that was not there');
        write.delete(line);
        if (!kept) read.delete(line);
      },
      codeLineLost: (core, line) => assert.ok(this.quick[core]!.code.delete(line), 'a hook for code that was not there'),
      pageLost: () => undefined,
    }, seed);
  }

  /** Makes a request, checks who answered, then what must hold of its line. Returns what it cost. */
  step({ core, line, what }: Step): number {
    const { h } = this;
    this.now += 200;
    if (what === 'displace') {
      h.displace(core, { l1i: 3, l1d: 5 }, 0);
      this.followWrites();
      return 0;
    }
    if (what === 'drop') {
      h.dropLine(line);
      this.modified.delete(line);
      this.checkLine(line);
      return 0;
    }
    const before = this.whoHas(line);
    h.touch(core);
    const ask = (): number => (what === 'fetch' ? h.fetch(core, line, this.now) : h.data(core, line, what === 'store', this.now));
    let ticks = ask();
    if (ticks < 0) {
      assert.equal(this.whoHas(line), before, 'a request that must wait has changed something');
      this.now -= ticks;
      ticks = ask();
      assert.ok(ticks >= 0, 'busy beyond the time that was told');
    }
    this.checkAnswer(core, line, before);
    this.remember(core, line, what);
    this.checkLine(line);
    this.followWrites();
    if (what === 'store') this.modified.add(line);
    return ticks;
  }

  /** Core by core the state in L1D or L2; what L3 has. */
  private whoHas(line: number): { cores: LineState[]; l3: L3State } {
    const in3 = this.h.shared.l3.find(line);
    return { cores: this.h.caches.map((c) => c.stateOf(line)), l3: in3 < 0 ? L3State.Empty : this.h.shared.l3.states[in3]! };
  }

  /** No stale reader: whoever answered had the newest version. */
  private checkAnswer(core: number, line: number, before: { cores: LineState[]; l3: L3State }): void {
    const others = before.cores.filter((_, i) => i !== core);
    const own = before.cores[core]! !== LineState.I;
    switch (this.h.lastLevel) {
      case Level.L1: case Level.L2: case Level.Upgrade:
        assert.ok(own || this.quick[core]!.code.has(line), 'an answer from a core that has nothing');
        break;
      case Level.L3:
        assert.ok(!own && before.l3 !== L3State.Empty && !others.some(isDirty), 'L3 answers with old data');
        break;
      case Level.Clean:
        assert.ok(!own && others.some((s) => s === LineState.E || s === LineState.F));
        break;
      case Level.Dirty:
        assert.ok(!own && others.some(isDirty));
        break;
      case Level.Dram:
        assert.ok(!own && before.l3 === L3State.Empty && !others.some(isDirty) && !this.modified.has(line), 'DRAM answers with old data');
    }
  }

  private remember(core: number, line: number, what: Step['what']): void {
    const { read, write, code } = this.quick[core]!;
    if (what === 'fetch') {
      code.add(line);
      return;
    }
    read.add(line);
    if (this.h.lastState === LineState.M) write.add(line);
  }

  /** One writer or many readers; the directory, L3 and the hooks agree with the caches; the newest version is somewhere. */
  checkLine(line: number): void {
    const { h } = this;
    const { directory, inclusive } = h.shared;
    const { cores, l3 } = this.whoHas(line);
    const having = h.caches.filter((c) => has(c, line));
    const alone = cores.filter((s) => s >= LineState.E).length;
    if (alone > 0) assert.is(having.length, 1, 'a writer and others');
    const owners = cores.flatMap((s, i) => (s > LineState.S ? [i] : []));
    assert.ok(owners.length <= 1, 'two owners');
    assert.is(directory.sharers(line), having.reduce((bits, c) => bits | (1 << c.core), 0), 'the directory does not know who has the line');
    assert.is(directory.owner(line), owners[0] ?? -1, 'the directory does not know the owner');
    if (inclusive && having.length > 0) assert.ok(l3 !== L3State.Empty, 'L3 does not include the line');
    for (const c of h.caches) this.checkCore(c, line);
  }

  /** What nobody has as modified any longer must have been written to DRAM. */
  private followWrites(): void {
    const { l3, directory } = this.h.shared;
    let gone = 0;
    for (const line of this.modified) {
      const in3 = l3.find(line);
      const owner = directory.owner(line);
      // a copy in L3 that is older than its owner's is marked as modified too
      if ((in3 >= 0 && l3.states[in3] === L3State.Dirty) || (owner >= 0 && isDirty(this.h.caches[owner]!.stateOf(line)))) continue;
      gone++;
      this.modified.delete(line);
    }
    const writes = this.h.counters.reduce((sum, c) => sum + c[Count.dramWrites]!, 0);
    assert.ok(gone <= writes - this.writes, 'the newest version of a line is lost');
    this.writes = writes;
  }

  private checkCore(c: CoreCaches, line: number): void {
    const { read, write, code } = this.quick[c.core]!;
    const at = c.l1d.find(line);
    const state = at < 0 ? LineState.I : c.l1d.states[at]!;
    assert.is(read.has(line), state !== LineState.I, 'hooks do not tell of L1D');
    if (write.has(line)) assert.is(state, LineState.M, 'somebody still believes he may write');
    const inCode = c.l1i.find(line) >= 0;
    assert.is(code.has(line), inCode, 'hooks do not tell of L1I');
    assert.not(inCode && state === LineState.M, 'code that L1D may write');
    const in2 = c.l2.find(line);
    if (in2 >= 0) assert.is(c.marks[in2]! & 3, (at >= 0 ? Mark.Data : 0) | (inCode ? Mark.Code : 0), 'L2 does not know who else has the line');
  }

  /** All lines, and the directory has no others. */
  checkAll(): void {
    for (let line = 0; line < this.lines; line++) this.checkLine(line);
    const { cells } = this.h.shared.directory;
    for (let at = 0; at < cells.length; at += 4) if (cells[at] !== -1) assert.ok(this.h.caches.some((c) => has(c, cells[at]!)), 'an entry of the directory that nobody has');
  }
}

const has = (c: CoreCaches, line: number): boolean => c.l1d.find(line) >= 0 || c.l2.find(line) >= 0 || c.l1i.find(line) >= 0;
