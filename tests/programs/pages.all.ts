/** A program whose pages change rights and frames, on machines whose caches and TLBs remember what page tables had: it finds every value, and other moments find theirs. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Config } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { Machine } from '../../machine/machine.js';
import { amendMemory } from '../../machine/memory/check.js';
import { memoryOf } from '../../machine/memory/description.js';
import { compiledC, has } from '../helpers/oracle.js';
const Pages = suite('pages that change');

const skylake = memoryOf('skylake')!;
const fewPages = amendMemory(skylake, {
  dtlb: { small: { entries: 3, ways: 3 }, huge: { entries: 0, ways: 1 } }, stlb: { small: { entries: 12, ways: 3 }, huge: { entries: 0, ways: 1 } }, l1d: { bytes: '4K', ways: 2 },
}).description;
const machines: readonly (readonly [string, Partial<Config>])[] = [
  ['gcc', { cores: 4, timing: 'interval', caches: skylake, hugePages: 'always' }],
  ['gcc', { cores: 3, timing: 'interval', caches: fewPages, hugePages: 'always' }],
  ['gcc', { cores: 3, timing: 'interval', caches: skylake, hugePages: 'never', grain: 'insn' }],
  ['aarch64-linux-gnu-gcc', { cores: 4, timing: 'interval', caches: memoryOf('neoverse_n1')!, arch: 'arm64', hugePages: 'always' }],
];
const most = 100e6;
const config = (c: Partial<Config>): Partial<Config> => ({ memoryBytes: 256 * 2 ** 20, ...c });

for (const [compiler, options] of machines) {
  if (!has(compiler)) continue;
  const { cores, caches, hugePages, arch = 'amd64' } = options;
  Pages(`${arch}, ${cores} cores, huge pages ${hugePages}, ${caches!.dtlb.small.entries} pages in the data TLB`, () => {
    const image = readFileSync(compiledC('tests/programs/pages.c', ['-O1', '-static', '-pthread'], compiler));
    const host = new MemoryHost();
    const start = (own: MemoryHost): Machine => {
      const machine = new Machine(config(options), own);
      machine.load(image, ['pages']);
      return machine;
    };
    const whole = start(host);
    assert.is(whole.run(most), 'exit');
    assert.equal([host.text(1), whole.exitStatus], ['0 wrong, 136 faults\n', 0]);
    // there and back: what is known of the moment left behind must not be believed
    const back = start(new MemoryHost());
    for (let cycle = 150_021; back.run(cycle) === 'limit'; cycle += 150_021) {
      const checkpoint = back.checkpoint();
      back.run(cycle + 60_000);
      back.rollback(checkpoint);
    }
    assert.equal([back.cycles, back.digest()], [whole.cycles, whole.digest()]);
  });
}

Pages.run();
