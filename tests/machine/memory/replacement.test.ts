/** Replacement from stamps, against caches that keep lists and bits; the directory against a Map. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Replacement } from '../../../machine/memory/description.js';
import { Policy } from '../../../machine/memory/numbers.js';
import { bareModel, SetArray } from '../../helpers/model.js';
import { Random } from '../../helpers/random.js';
const Policies = suite('machine/memory replacement');

/** One set as the books describe it. */
interface Plain {
  /** A line is used: what left for it, -1 nothing. */
  use(line: number): number;
}

class PlainLru implements Plain {
  private lines: number[] = [];
  constructor(private readonly ways: number) {}
  use(line: number): number {
    const known = this.lines.includes(line);
    this.lines = [...this.lines.filter((l) => l !== line), line];
    return !known && this.lines.length > this.ways ? this.lines.shift()! : -1;
  }
}

/** A bit a node of a binary tree over the ways: where the next victim is, 0 left. */
class PlainTree implements Plain {
  private readonly lines: number[] = [];
  private readonly bits: number[];
  constructor(private readonly ways: number) {
    this.bits = new Array<number>(ways).fill(0);
  }
  use(line: number): number {
    let way = this.lines.indexOf(line);
    let left = -1;
    if (way < 0) {
      way = this.lines.length < this.ways ? this.lines.length : this.victim();
      left = this.lines[way] ?? -1;
      this.lines[way] = line;
    }
    for (let node = way + this.ways; node > 1; node >>= 1) this.bits[node >> 1] = (node & 1) ^ 1; // away from it
    return left;
  }
  private victim(): number {
    let node = 1;
    while (node < this.ways) node = 2 * node + this.bits[node]!;
    return node - this.ways;
  }
}

const policies = { lru: Policy.Lru, plru: Policy.Plru, random: Policy.Random };
const array = (ways: number, replacement: Replacement, sets = 4, seed = 1): SetArray => new SetArray(sets, ways, policies[replacement], seed);

/** Uses a line of an array as a cache does. Returns what left, -1 nothing. */
function use(a: SetArray, line: number): number {
  const at = a.find(line);
  if (at >= 0) {
    a.touch(at);
    return -1;
  }
  const room = a.room(line);
  const old = a.line(room);
  a.put(room, line, 1);
  return old;
}

for (const [policy, make] of [['lru', (ways: number) => new PlainLru(ways)], ['plru', (ways: number) => new PlainTree(ways)]] as const) {
  Policies(`${policy}: the same victims as a plain one`, () => {
    for (const ways of policy === 'lru' ? [1, 2, 3, 8, 11, 16] : [1, 2, 4, 8, 16]) {
      const sets = 4;
      const a = array(ways, policy, sets);
      const plain = Array.from({ length: sets }, () => make(ways));
      const random = new Random(ways);
      for (let i = 0; i < 3000; i++) {
        const line = random.below(sets * ways * 2);
        assert.is(use(a, line), plain[line % sets]!.use(line), `${ways} ways, step ${i}`);
      }
    }
  });
}

Policies('stamps may wrap', () => {
  const a = array(4, 'lru', 1);
  const plain = new PlainLru(4);
  a.clock[0] = 0x7ffffff0;
  const random = new Random(5);
  for (let i = 0; i < 100; i++) {
    const line = random.below(8);
    assert.is(use(a, line), plain.use(line));
  }
});

Policies('random: every way, the same ones from the same seed', () => {
  const victims = (seed: number): number[] => {
    const a = array(8, 'random', 1, seed);
    return Array.from({ length: 400 }, (_, i) => use(a, i)).slice(8);
  };
  assert.equal(victims(1), victims(1));
  assert.not.equal(victims(1), victims(2));
  const a = array(8, 'random', 1);
  for (let i = 0; i < 8; i++) use(a, i);
  const ways = new Set(Array.from({ length: 200 }, (_, i) => a.room(i + 8)));
  assert.is(ways.size, 8);
});

Policies('an empty way is taken before any line leaves', () => {
  const a = array(4, 'lru', 1);
  for (let i = 0; i < 4; i++) use(a, i);
  a.drop(a.find(2));
  assert.is(use(a, 9), -1);
  assert.is(use(a, 10), 0);
});

Policies('the directory finds what it was told, whatever was removed between', () => {
  const d = bareModel();
  d.makeDirectory(100);
  const plain = new Map<number, { cores: Set<number>; owner: number }>();
  const random = new Random(3);
  for (let i = 0; i < 20000; i++) {
    const line = random.below(1000) * 64; // many equal homes
    const core = random.below(32);
    const entry = plain.get(line);
    if (entry && random.below(2) === 0) {
      const leaving = [...entry.cores][0]!;
      d.leave(line, leaving);
      entry.cores.delete(leaving);
      if (entry.owner === leaving) entry.owner = -1;
      if (entry.cores.size === 0) plain.delete(line);
    } else if (plain.size < 100 || entry) {
      const owner = random.below(2) === 0 ? core : -1;
      d.share(line, core, owner);
      plain.set(line, { cores: new Set([...(entry?.cores ?? []), core]), owner });
    }
    const now = plain.get(line);
    assert.is(d.sharers(line), [...(now?.cores ?? [])].reduce((bits, c) => bits | (1 << c), 0));
    assert.is(d.owner(line), now?.owner ?? -1);
  }
  for (let line = 0; line < 64000; line += 64) assert.is(d.sharers(line) !== 0, plain.has(line));
});

Policies.run();
