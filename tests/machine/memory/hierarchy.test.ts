/** What requests cost and do, on `unit`: L1 4 cycles, L2 10, L3 30, DRAM 60 or 100 more, another core 60 (modified) or 50, upgrade 40. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Count } from '../../../machine/memory/counters.js';
import { like, Rig, unit } from '../../helpers/hierarchy.js';
const Levels = suite('machine/memory hierarchy');

/** Lines of the same set of unit's L1 (8 sets), its L2 (16 sets) and its L3 (32 sets). */
const l1Sets = 8;
const l2Sets = 16;
const l3Sets = 32;

Levels('a line comes from DRAM, then from L1', () => {
  const m = new Rig();
  assert.is(m.load(0, 5), 30 - 4 + 100);
  assert.equal([m.level, m.kind, m.states(5)], ['DRAM', 'cold', 'EI']);
  assert.is(m.load(0, 5), 0);
  assert.equal([m.level, m.kind], ['L1', 'hit']);
  assert.is(m.load(0, 6), 30 - 4 + 60); // the row is open
});

Levels('L1 loses the line used longest ago, L2 still has it', () => {
  const m = new Rig();
  const [a, b, c] = [0, l1Sets, 2 * l1Sets];
  for (const line of [a, b, a, c]) m.load(0, line);
  assert.equal(m.told, [`lost 0 ${b}`]);
  assert.is(m.load(0, b), 10 - 4);
  assert.equal([m.level, m.kind], ['L2', 'conflict']);
  assert.equal(m.told, [`lost 0 ${b}`, `lost 0 ${a}`]);
});

Levels('a stamp stored from outside counts like a request', () => {
  const m = new Rig();
  const [a, b, c] = [0, l1Sets, 2 * l1Sets];
  m.load(0, a);
  const { i32, stamp } = { i32: m.h['i32'], stamp: m.h.lastStamp };
  m.load(0, b);
  i32[stamp >> 2] = m.h.touch(0); // generated code hits a
  assert.is(i32[m.h.counterAt(0) >> 2], 3);
  m.load(0, c);
  assert.equal(m.told, [`lost 0 ${b}`]);
});

Levels('L2 loses a line that L3 still has', () => {
  const m = new Rig();
  const lines = [0, 1, 2, 3, 4].map((i) => i * l2Sets);
  for (const line of lines) m.load(0, line);
  assert.is(m.load(0, 0), 30 - 4);
  assert.is(m.level, 'L3');
});

Levels('an inclusive L3 takes its victim from the cores', () => {
  const m = new Rig();
  const lines = Array.from({ length: 9 }, (_, i) => i * l3Sets);
  m.store(1, lines[0]!);
  m.told.length = 0;
  for (const line of lines.slice(1)) m.load(0, line);
  assert.ok(m.told.includes('lost 1 0'));
  assert.is(m.states(0), 'II');
  assert.is(m.h.counters[1]![Count.backInvalidations], 1);
  assert.is(m.h.counters[0]![Count.dramWrites], 1); // it was modified
});

Levels('a store to an exclusive line costs nothing, to a shared one an upgrade', () => {
  const m = new Rig();
  m.load(0, 7);
  assert.is(m.store(0, 7), 0);
  assert.is(m.states(7), 'MI');
  assert.is(m.load(1, 7), 60 - 4);
  assert.equal([m.level, m.kind, m.states(7)], ['dirty', 'cold', 'SS']);
  assert.equal(m.told, ['kept 0 7']);
  assert.is(m.store(1, 7), 40 - 4);
  assert.equal([m.level, m.kind, m.states(7)], ['upgrade', 'hit', 'IM']);
  assert.equal(m.told, ['kept 0 7', 'lost 0 7']);
  assert.is(m.store(0, 7), 60 - 4);
  assert.equal([m.level, m.kind, m.states(7)], ['dirty', 'coherence', 'MI']);
  assert.is(m.h.counters[0]![Count.invalidations], 1);
});

Levels('a clean exclusive line comes from the core that has it', () => {
  const m = new Rig();
  m.load(0, 7);
  assert.is(m.load(1, 7), 50 - 4);
  assert.equal([m.level, m.states(7)], ['clean', 'SS']);
  assert.equal(m.told, []); // it had no right to write that anybody remembers
});

Levels('a third reader is answered by L3; a writer waits for the longer of data and invalidations', () => {
  const m = new Rig(unit, 4);
  m.load(0, 7);
  m.load(1, 7);
  assert.is(m.load(2, 7), 30 - 4);
  assert.is(m.store(3, 7), Math.max(30, 40) - 4);
  assert.equal([m.level, m.states(7)], ['L3', 'IIIM']);
});

Levels('a line on its way to a core is busy for the others', () => {
  const m = new Rig();
  assert.is(m.h.data(0, 7, true, 0), (30 - 4 + 100) * 48);
  assert.is(m.h.busyUntil(7), 126 * 48);
  assert.is(m.h.data(1, 7, true, 26 * 48), -100 * 48);
  assert.is(m.states(7), 'MI');
  assert.is(m.h.data(0, 7, true, 26 * 48), 0); // the core itself may go on
  assert.is(m.h.data(1, 7, true, 126 * 48), (60 - 4) * 48);
  assert.is(m.h.data(0, 7, true, 127 * 48), -(60 - 4 - 1) * 48);
  assert.is(m.h.counters[1]![Count.retries], 1);
});

Levels('MOESI: a modified line stays with its owner when others read it', () => {
  const m = new Rig(like({ protocol: 'moesi' }), 3);
  m.store(0, 7);
  assert.is(m.load(1, 7), 60 - 4);
  assert.is(m.states(7), 'OSI');
  assert.is(m.load(2, 7), 60 - 4); // again from the owner
  assert.is(m.states(7), 'OSS');
  assert.is(m.store(0, 7), 40 - 4);
  assert.is(m.states(7), 'MII');
});

Levels('MESIF: the last reader answers where L3 has nothing', () => {
  const d = like({ protocol: 'mesif', inclusive: false });
  const m = new Rig(d, 3);
  m.load(0, 7);
  assert.is(m.load(1, 7), 50 - 4);
  assert.is(m.states(7), 'SFI');
  assert.is(m.load(2, 7), 50 - 4);
  assert.equal([m.level, m.states(7)], ['clean', 'SSF']);
  const mesi = new Rig({ ...d, protocol: 'mesi' }, 3);
  mesi.load(0, 7);
  mesi.load(1, 7);
  assert.is(mesi.load(2, 7), 30 - 4 + 60); // DRAM, whose row is open
});

Levels('an L3 that is not inclusive has what L2 evicted, and keeps cores their lines', () => {
  const m = new Rig(like({ inclusive: false }));
  const lines = [0, 1, 2, 3, 4].map((i) => i * l2Sets);
  for (const line of lines) m.load(0, line);
  assert.is(m.h.shared.l3.find(lines[1]!), -1);
  assert.is(m.load(0, 0), 30 - 4); // evicted from L2 by the fifth
  assert.is(m.level, 'L3');
  m.store(0, l2Sets); // evicted from L2 when 0 came back
  assert.is(m.level, 'L3');
  assert.is(m.h.shared.l3.find(l2Sets), -1); // a writer leaves no copy that is out of date
});

Levels('modified lines go down level by level', () => {
  const m = new Rig();
  m.store(0, 0);
  for (let i = 1; i <= 4; i++) m.load(0, i * l2Sets); // pushes it out of L1 and then of L2
  const c = m.h.counters[0]!;
  assert.equal([c[Count.l1WriteBacks], c[Count.l2WriteBacks], c[Count.dramWrites]], [1, 1, 0]);
  assert.is(m.load(0, 0), 30 - 4);
  assert.is(m.states(0), 'EI');
});

Levels('code: a fetch has its own L1; a store to code takes the line from it', () => {
  const m = new Rig();
  assert.is(m.fetch(0, 9), 30 - 4 + 100);
  assert.is(m.fetch(0, 9), 0);
  assert.is(m.load(0, 9), 10 - 4); // L2 has it
  m.store(0, 9);
  assert.equal(m.told, ['code 0 9']);
  assert.is(m.fetch(0, 9), 10 - 4); // L1D gives it back to L2
  assert.equal(m.told, ['code 0 9', 'lost 0 9']);
  assert.is(m.kind, 'coherence');
  m.store(1, 9);
  assert.equal(m.told.slice(2), ['code 0 9']);
});

Levels('classes: conflict where a fully associative L1 would hit, else capacity', () => {
  const m = new Rig(unit, 1);
  const twice = (lines: number[]): string[] => {
    for (const line of lines) m.load(0, line);
    return lines.map((line) => (m.load(0, line), m.kind));
  };
  assert.equal(twice([0, 8, 16]), ['conflict', 'conflict', 'conflict']);
  const many = Array.from({ length: 24 }, (_, i) => 100 + i); // L1 has room for 16
  assert.equal(new Set(twice(many)), new Set(['capacity']));
});

Levels('the kernel pushes lines out evenly, empty ways first', () => {
  const m = new Rig(unit, 1);
  for (let line = 0; line < 16; line++) m.load(0, line); // L1 is full: 8 sets of 2
  m.h.displace(0, { l1i: 4, l1d: 4 }, 0);
  assert.equal(m.told, ['lost 0 0', 'lost 0 2', 'lost 0 4', 'lost 0 6']);
  m.h.displace(0, { l1i: 4, l1d: 4 }, 0); // finds its own
  assert.is(m.told.length, 4);
  assert.is(m.load(0, 0), 10 - 4);
});

Levels('prefetchers bring lines to L2, where a request may have to wait for them', () => {
  const next = new Rig(like({ prefetch: { nextLine: true, stride: false } }), 1);
  next.load(0, 0);
  next.now = 1000;
  assert.is(next.load(0, 1), 10 - 4);
  assert.equal([next.h.counters[0]![Count.prefetches], next.h.counters[0]![Count.usefulPrefetches]], [2, 1]);
  next.load(0, 63);
  assert.is(next.h.counters[0]![Count.prefetches], 2); // 64 is another page

  const stride = new Rig(like({ prefetch: { nextLine: false, stride: true } }), 1);
  for (const line of [0, 3, 6]) {
    stride.load(0, line);
    stride.now += 1000;
  }
  assert.is(stride.load(0, 9), 10 - 4);
  assert.is(stride.load(0, 12), 10 - 4);
});

Levels('a request for a prefetched line waits until it has arrived', () => {
  const m = new Rig(like({ prefetch: { nextLine: true, stride: false } }), 1);
  assert.is(m.h.data(0, 0, false, 0), (30 - 4 + 100) * 48);
  // the prefetch left at once: L3 misses after 26, the row is open 40 later, the bus moves the first line from 64 to 72
  const arrival = 26 + 40 + (72 - 66) + 60;
  assert.is(m.h.data(0, 1, false, 20 * 48), (arrival - 20) * 48);
});

Levels('a dropped line leaves all caches', () => {
  const m = new Rig();
  m.store(0, 3);
  m.h.dropLine(3);
  assert.equal(m.told, ['lost 0 3']);
  assert.is(m.states(3), 'II');
  assert.is(m.load(1, 3), 30 - 4 + 60);
});

Levels('a wrong description or number of cores is refused', () => {
  assert.throws(() => new Rig(like({ lineBytes: 48 })), /lineBytes 48: choose 32, 64 or 128/);
  assert.throws(() => new Rig(unit, 33), /cores 33: choose 1 to 32/);
});

Levels.run();
