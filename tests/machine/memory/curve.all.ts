/** The curve of a pointer chase from 4 KiB to four times L3 on the real machines, printed and held to what is configured. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryOf } from '../../../machine/memory/description.js';
import { chase, footprints } from '../../helpers/chase.js';
const Curve = suite('machine/memory curves');

for (const name of ['skylake', 'skylake_sp', 'neoverse_n1'] as const) {
  Curve(`${name}: latencies within 1 cycle in L1 and L2, 10 % beyond; knees within a power of two`, () => {
    const d = memoryOf(name)!;
    const [l1, l2, l3] = [d.l1d, d.l2, d.l3];
    const end = 2 ** Math.ceil(Math.log2(2 * l3.bytes));
    const curve = footprints(4096, end).map((f) => [f, chase(d, f)] as const);
    console.log(`${name}: ${curve.map(([f, c]) => `${f / 1024}K ${c.toFixed(1)}`).join(', ')}`);
    for (const [f, cycles] of curve) {
      if (f <= l1.bytes) assert.is(cycles, l1.cycles);
      else if (f >= 2 * l1.bytes && f <= l2.bytes) assert.ok(Math.abs(cycles - l2.cycles) <= 1, `${f}: ${cycles}`);
      else if (f >= 2 * l2.bytes && f <= l3.bytes / (d.inclusive ? 1 : 2)) assert.ok(Math.abs(cycles / l3.cycles - 1) <= 0.1, `${f}: ${cycles}`);
      else if (f >= 2 * l3.bytes) {
        const dram = l3.cycles + d.dram.rowMiss;
        assert.ok(Math.abs(cycles / dram - 1) <= 0.1, `${f}: ${cycles}, configured ${dram}`);
      }
    }
  });
}

Curve.run();
