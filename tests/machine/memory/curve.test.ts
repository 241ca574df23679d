/** The curve of a pointer chase over footprints: each level's latency as configured, knees at its size. Larger machines in curve.all.ts. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryOf } from '../../../machine/memory/description.js';
import { chase, footprints } from '../../helpers/chase.js';
import { unit } from '../../helpers/hierarchy.js';
const Curve = suite('machine/memory curve');

Curve('unit: 4 up to 1 KiB, 10 from twice that up to 4 KiB, 30 from 8 KiB up to 16 KiB, DRAM from 64 KiB', () => {
  const curve = new Map(footprints(256, 128 * 1024).map((f) => [f, chase(unit, f)]));
  for (const f of [256, 512, 1024]) assert.is(curve.get(f), 4);
  for (const f of [2048, 4096]) assert.is(curve.get(f), 10);
  for (const f of [8192, 16384]) assert.is(curve.get(f), 30);
  for (const f of [65536, 131072]) assert.ok(curve.get(f)! > 30 + 60 && curve.get(f)! <= 30 + 100);
});

Curve('skylake: exact in L1, L2 and L3', () => {
  const d = memoryOf('skylake')!;
  assert.is(chase(d, 32 * 1024), 4);
  assert.is(chase(d, 256 * 1024), 12);
  assert.is(chase(d, 1024 * 1024), 44);
});

Curve.run();
