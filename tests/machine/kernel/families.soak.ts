/** Random lives of processes, 5000 calls each, on all processors: each twice to the same digests. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inThreads, resultOf, type Outcome } from '../../helpers/threads.js';
import { randomFamilies } from './randomFamilies.js';
const Lives = suite('random families of processes');

const seeds = Array.from({ length: 60 }, (_, i) => i + 1);
const calls = 5000;
let outcomes: Promise<Outcome<ReturnType<typeof randomFamilies>>>[] = [];
let done = 0;

Lives.before(() => {
  outcomes = inThreads(new URL('./randomFamilies.js', import.meta.url), randomFamilies, seeds.flatMap((seed) => [[seed, calls], [seed, calls]] as const));
});
seeds.forEach((seed, i) => {
  Lives(`the kernel's records agree, and a second run ends alike, seed ${seed}`, async () => {
    const first = resultOf(await outcomes[2 * i]!);
    assert.ok(first.done > 1000);
    assert.equal(resultOf(await outcomes[2 * i + 1]!), first);
    done += first.done;
  });
});
Lives.after(() => console.log(`random families: ${seeds.length} seeds, ${seeds.length * calls} calls, ${done} of them succeeded; each twice`));

Lives.run();
