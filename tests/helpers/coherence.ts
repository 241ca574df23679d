/** The property that coherence.test.ts, .all.ts and .soak.ts check with different counts. */
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { MemoryDescription, Protocol, Replacement } from '../../machine/memory/description.js';
import { Hierarchy } from '../../machine/memory/hierarchy.js';
import { like } from './hierarchy.js';
import { Linear } from './linear.js';
import { randomStep, Traffic } from './traffic.js';

/** `unit` with the choices that change what lines do. */
const descriptions: fc.Arbitrary<MemoryDescription> = fc.record({
  protocol: fc.constantFrom<Protocol>('mesi', 'mesif', 'moesi'),
  inclusive: fc.boolean(),
  replacement: fc.constantFrom<Replacement>('lru', 'plru', 'random'),
  lineBytes: fc.constantFrom(32, 64, 128),
  nextLine: fc.boolean(),
  stride: fc.boolean(),
  l2Ways: fc.constantFrom(1, 4),
}).map(({ protocol, inclusive, replacement, lineBytes, nextLine, stride, l2Ways }) => {
  const base = like({});
  return {
    ...base, protocol, inclusive, lineBytes,
    prefetch: { nextLine, stride },
    l1d: { ...base.l1d, replacement }, l1i: { ...base.l1i, replacement }, l2: { ...base.l2, bytes: l2Ways * 1024, ways: l2Ways, replacement }, l3: { ...base.l3, replacement },
  };
});

/** xorshift of 32 bits: quick, because there are many steps. */
function generator(seed: number): (n: number) => number {
  let x = seed | 1;
  return (n) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % n;
  };
}

/** `runs` hierarchies of 2 to 16 cores with `steps` requests each. Returns the number of requests made. */
export function checkCoherence(runs: number, steps: number, seed: number): number {
  let made = 0;
  fc.assert(fc.property(descriptions, fc.integer({ min: 2, max: 16 }), fc.integer(), (d, cores, trafficSeed) => {
    const lines = (2 * d.l3.bytes) / d.lineBytes;
    const traffic = new Traffic(d, cores, lines, trafficSeed);
    const random = generator(trafficSeed);
    for (let i = 1; i <= steps; i++) {
      traffic.step(randomStep(random, cores, lines));
      made++;
      if (i % 500 === 0) traffic.checkAll();
    }
    traffic.checkAll();
  }), { numRuns: runs, seed, includeErrorInReport: true });
  return made;
}

/** A hierarchy that is saved, and others that go on from what was saved, answer alike. */
export function checkContinuing(runs: number, steps: number, seed: number): void {
  fc.assert(fc.property(descriptions, fc.integer(), (d, trafficSeed) => {
    const cores = 4;
    const lines = (2 * d.l3.bytes) / d.lineBytes;
    const build = (ownSeed: number): Hierarchy => new Hierarchy(d, cores, new Linear(1 << 22), { lineLost: () => undefined, pageLost: () => undefined }, ownSeed);
    const random = generator(trafficSeed);
    let now = 0;
    const step = (all: Hierarchy[]): void => {
      const { core, line, what } = randomStep(random, cores, lines);
      now += 100;
      const answers = all.map((h) => {
        h.touch(core);
        const ticks = what === 'fetch' ? h.fetch(core, line, now) : h.data(core, line, what === 'store', now);
        const told = ticks < 0 ? [] : [h.lastLevel, h.lastClass, h.lastState, h.lastStamp];
        return [ticks, ...told, h.translate(core, line, false, what === 'fetch')].join();
      });
      if (new Set(answers).size !== 1) throw new Error(answers.join(' | '));
    };
    const first = build(trafficSeed);
    for (let i = 0; i < steps; i++) step([first]);
    const second = build(1); // another seed: what is random is part of the state
    for (let i = 0; i < steps; i++) second.data(i % cores, i, true, i);
    second.load(first.save());
    const third = build(2);
    third.load(second.save());
    for (let i = 0; i < steps; i++) step([first, second, third]);
    for (const h of [second, third]) h.counters.forEach((c, core) => assert.equal(c, first.counters[core]));
  }), { numRuns: runs, seed, includeErrorInReport: true });
}
