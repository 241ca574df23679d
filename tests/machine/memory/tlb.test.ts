/** What translations cost on `unit`: first level 4 entries of 2 ways (huge 2), second 16 of 4 at 10 cycles, a walk's step 20, 4 levels. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Count } from '../../../machine/memory/counters.js';
import { memoryOf } from '../../../machine/memory/description.js';
import { like, Rig } from '../../helpers/hierarchy.js';
const Pages = suite('machine/memory tlb');

Pages('a walk reads all levels, the next one in the region the last', () => {
  const m = new Rig();
  assert.is(m.translate(0, 100), 10 + 4 * 20);
  assert.is(m.translate(0, 100), 0);
  assert.is(m.translate(0, 101), 10 + 1 * 20);
  assert.is(m.translate(0, 512), 10 + 4 * 20);
  const c = m.h.counters[0]!;
  assert.equal([c[Count.dtlbMisses], c[Count.stlbMisses], c[Count.walkSteps], c[Count.walkTicks]], [3, 3, 9, 9 * 20 * 48]);
  assert.is(m.translate(1, 100), 10 + 4 * 20); // every core has its own
});

Pages('what the first level loses the second has', () => {
  const m = new Rig();
  for (const page of [0, 2, 4]) m.translate(0, page); // one set of two ways
  assert.equal(m.told, ['page 0 0']);
  assert.is(m.translate(0, 0), 10);
  assert.equal(m.told, ['page 0 0', 'page 0 2']);
});

Pages('a stamp stored from outside keeps a page', () => {
  const m = new Rig();
  m.translate(0, 0);
  const stamp = m.h.pageStamp(0);
  m.translate(0, 2);
  m.h['i32'][stamp >> 2] = m.h.touch(0);
  m.translate(0, 4);
  assert.equal(m.told, ['page 0 2']);
});

Pages('huge pages have entries of their own and a level less to walk', () => {
  const m = new Rig();
  assert.is(m.translate(0, 7, { huge: true }), 10 + 3 * 20);
  assert.is(m.translate(0, 7), 10 + 4 * 20); // a small page of the same number
  assert.is(m.translate(0, 7, { huge: true }), 0);
  m.translate(0, 8, { huge: true });
  m.translate(0, 9, { huge: true });
  assert.equal(m.told, ['page 0 7 huge']);
});

Pages('huge pages share the entries of small ones where there are no others', () => {
  const m = new Rig(like({ dtlb: { small: { entries: 2, ways: 2 }, huge: { entries: 0, ways: 0 } } }));
  m.translate(0, 1);
  m.translate(0, 2, { huge: true });
  m.translate(0, 3);
  assert.equal(m.told, ['page 0 1']);
});

Pages('instructions have a first level of their own and share the second', () => {
  const m = new Rig();
  m.translate(0, 5);
  assert.is(m.translate(0, 5, { instruction: true }), 10);
  assert.is(m.translate(0, 5, { instruction: true }), 0);
  for (const page of [7, 9]) m.translate(0, page, { instruction: true });
  assert.equal(m.told, ['code page 0 5']);
});

Pages('a shootdown forgets a page everywhere, a flush those it is for', () => {
  const m = new Rig();
  const space = 2 ** 40;
  m.translate(0, 3);
  m.translate(0, 3, { instruction: true });
  m.h.shootdown(0, 3, false);
  assert.equal(m.told, ['page 0 3', 'code page 0 3']);
  assert.is(m.translate(0, 3), 10 + 4 * 20);
  m.translate(0, space + 4);
  m.told.length = 0;
  m.h.flushTlb(0, space, 2 * space, 0, -1);
  assert.equal(m.told, [`page 0 ${space + 4}`]);
  assert.is(m.translate(0, 3), 0);
  assert.is(m.translate(0, space + 4), 10 + 4 * 20);
});

Pages('the kernel pushes out the oldest pages, also of a fully associative TLB', () => {
  const m = new Rig(like({ dtlb: { small: { entries: 4, ways: 4 }, huge: { entries: 0, ways: 0 } } }));
  for (const page of [0, 1, 2, 3]) m.translate(0, page);
  m.h.displace(0, { l1i: 0, l1d: 0 }, 3);
  assert.equal(m.told, ['page 0 0', 'page 0 1', 'page 0 2']);
});

Pages('skylake: knees at 64 and 1 536 pages; huge pages move the first by 512 times half', () => {
  /** Cycles a page of the second of two rounds over so many pages. */
  const cost = (pages: number, huge = false): number => {
    const m = new Rig(memoryOf('skylake')!, 1);
    let sum = 0;
    for (let round = 0; round < 2; round++) for (let page = 0; page < pages; page++) sum += round * m.translate(0, page, { huge });
    return sum / pages;
  };
  assert.is(cost(64), 0);
  assert.is(cost(128), 9);
  assert.is(cost(1536), 9);
  assert.ok(cost(3072) >= 9 + 14);
  assert.is(cost(32, true), 0); // 64 MiB
  assert.is(cost(64, true), 9);
});

Pages.run();
