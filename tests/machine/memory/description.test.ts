/** Descriptions of memory hierarchies: the known ones can be built, wrong ones are told apart by key. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { amendMemory, memoryProblems } from '../../../machine/memory/check.js';
import { Count, counterNames } from '../../../machine/memory/counters.js';
import { memoryNames, memoryOf } from '../../../machine/memory/description.js';
import { neoverseN1 } from '../../../machine/uarch/neoverseN1.js';
import { skylake } from '../../../machine/uarch/skylake.js';
import { unit } from '../../helpers/hierarchy.js';
const Descriptions = suite('machine/memory description');

Descriptions('all that have a name can be built', () => {
  for (const name of memoryNames) assert.equal(memoryProblems(memoryOf(name)!), [], name);
  assert.is(memoryOf('pentium'), undefined);
});

Descriptions('they agree with the figures of their cores', () => {
  for (const [name, { caches, figures }] of [['skylake', skylake], ['neoverse_n1', neoverseN1]] as const) {
    const d = memoryOf(name)!;
    for (const key of ['l1i', 'l1d', 'l2', 'l3'] as const) assert.equal([d[key].bytes, d[key].ways, d[key].cycles], [caches[key]!.size, caches[key]!.ways, caches[key]!.cycles], `${name} ${key}`);
    for (const key of ['itlb', 'dtlb', 'stlb'] as const) assert.equal([d[key].small.entries, d[key].small.ways], [caches[key]!.size, caches[key]!.ways], `${name} ${key}`);
    assert.equal([d.stlb.cycles, d.fillBuffers, d.storeBuffer], [caches['stlb']!.cycles, figures.fillBuffers, figures.storeQueue], name);
  }
});

Descriptions('every mistake with its key and the reason', () => {
  const { description, problems } = amendMemory(unit, {
    lineBytes: 48, l2: { bytes: '3K', ways: 4 }, l1i: { ways: 256 }, l1d: { ways: 3, replacement: 'plru' }, l4: {}, inclusive: 'yes', protocol: 'msi',
    stlb: { small: { entries: 10 } }, dram: { banks: 3, rowMiss: 10 }, transfer: 5,
  });
  assert.equal(problems, [
    'l4 {}: unknown key; there is lineBytes, l1i, l1d, l2, l3, inclusive, protocol, transfer, fillBuffers, l2Buffers, storeBuffer, prefetch, itlb, dtlb, stlb, walk, dram, displaced',
    'inclusive "yes": not a true or false',
    'transfer 5: not an object',
    'lineBytes 48: choose 32, 64 or 128',
    'l1i.ways 256: choose 1 to 255',
    'l1d.ways 3: a tree of bits (plru) needs a power of two',
    'l1d.bytes 1024: with 3 ways of 64 bytes the number of sets is no power of two',
    'l2.bytes 3072: with 4 ways of 64 bytes the number of sets is no power of two',
    'protocol "msi": choose mesi, mesif or moesi',
    'stlb.small.entries 10: with 4 ways the number of sets is no power of two',
    'dram.rowMiss 10: choose no less than rowHit',
    'dram.banks 3: not a power of two',
  ]);
  assert.is(description.inclusive, true);
});

Descriptions('what is not said stays; sizes may have units', () => {
  const { description, problems } = amendMemory(memoryOf('skylake')!, { l2: { bytes: '1M' }, dtlb: { small: { entries: 128 } } });
  assert.equal(problems, []);
  assert.equal(description.l2, { bytes: 1 << 20, ways: 4, cycles: 12, replacement: 'lru' });
  assert.equal(description.dtlb, { small: { entries: 128, ways: 4 }, huge: { entries: 32, ways: 4 } });
  assert.equal(amendMemory(unit, [1]).problems, ['memory [1]: not an object']);
});

Descriptions('counters are numbered in order', () => {
  assert.equal(counterNames.map((name) => Count[name]), counterNames.map((_, i) => i));
});

Descriptions.run();
