/** What `rt0 latencies` measures, as far as it is quick: caches that are near, first TLBs, the core, the kernel. The rest is in latencies.all.ts. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isOutside, kernelFigures, type Figure } from '../../../machine/command/latency/figures.js';
import * as measures from '../../../machine/command/latency/measures.js';
import { usualSteps } from '../../../machine/steps.js';
import { root } from '../../helpers/root.js';
import { measured, within } from '../../helpers/latencies.js';
const Latencies = suite('command latencies');

for (const name of ['skylake', 'neoverse-n1'] as const) {
  const m = measured(name);
  const { l1d, l2, dtlb, stlb, transfer } = m.caches;

  Latencies(`${name}: L1 and L2 within a cycle of what is configured`, () => {
    within(measures.chase(m, 4096, 'small'), l1d.cycles, 1);
    within(measures.chase(m, l1d.bytes, 'huge'), l1d.cycles, 1);
    within(measures.chase(m, 4 * l1d.bytes, 'huge'), l2.cycles, 1);
  });

  Latencies(`${name}: the first TLB ends where it is said to, with small pages and with huge ones`, () => {
    const huge = dtlb.huge.entries || dtlb.small.entries;
    for (const [pages, entries] of [['small', dtlb.small.entries], ['huge', huge]] as const) {
      const fits = 2 ** Math.floor(Math.log2(entries));
      within(measures.translation(m, fits, pages), 0, 0.5);
      within(measures.translation(m, 2 * fits, pages), stlb.cycles, 1);
    }
    within(measures.translation(m, 2 * dtlb.small.entries, 'small'), stlb.cycles, 1);
  });

  Latencies(`${name}: locked accesses, forwarding, wrong predictions and lines of another core`, () => {
    const skylake = name === 'skylake';
    within(measures.locked(m), skylake ? 18 : 14, skylake ? 2 : 6);
    within(measures.forward(m), 5, 1);
    within(measures.mispredict(m)!, skylake ? 16 : 11, skylake ? 3 : 2);
    within(measures.dirtyTransfer(m), transfer.dirty, transfer.dirty / 10);
  });

  Latencies(`${name}: what the kernel takes lies where hardware's does`, () => {
    for (const figure of kernelFigures(m)) assert.not(isOutside(figure), `${figure.name}: ${figure.here} ${figure.unit}`);
  });
}

Latencies('unit: a load is 4 cycles in L1, 10 in L2, 30 in L3; a call its steps and the loop, whose lines and pages it pushes out', () => {
  const m = measured('teaching');
  assert.is(Math.round(measures.chase(m, 1024, 'huge')), 4);
  assert.is(Math.round(measures.chase(m, 4096, 'huge')), 10);
  assert.is(Math.round(measures.chase(m, 16384, 'huge')), 30);
  const s = usualSteps('amd64');
  // MOVL, SYSCALL, DECQ, JNZ: a cycle each
  assert.is(measures.nullCall(m), s.ring + s.pageTables + s.frame + s.dispatch + 4);
});

Latencies('figures repeat exactly', () => {
  const m = measured('skylake');
  assert.is(measures.wakeOther(m), measures.wakeOther(m));
  assert.is(measures.chase(m, 65536, 'small'), measures.chase(m, 65536, 'small'));
});

Latencies('the command refuses what makes no sense', () => {
  const rt0 = (...words: string[]): [number | null, string] => {
    const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), 'latencies', ...words], { encoding: 'utf8' });
    return [r.status, r.stderr];
  };
  assert.equal(rt0('--footprint', '1K'), [2, 'rt0: latencies: --footprint takes 4K or more\n']);
  assert.equal(rt0('none'), [1, 'rt0: none: no such file\n']);
});

Latencies('a figure is outside of its range, or has none', () => {
  const figure = (here: number | undefined, range: Figure['range']): Figure => ({ name: 'x', unit: 'ns', here, hardware: 1, range });
  assert.equal([figure(1, [1, 2]), figure(3, [1, 2]), figure(0, [1, 2]), figure(9, undefined), figure(undefined, [1, 2])].map(isOutside), [false, true, true, false, false]);
});

Latencies.run();
