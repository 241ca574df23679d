import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../helpers/random.js';
import { arches } from './arches.js';
import { tally } from './mutants.js';
const Asm = suite('asm, in full');

for (const arch of arches) {
  Asm(`ten thousand mutated sources of ${arch} are assembled or refused, none crashes or hangs`, () => {
    const count = 10000;
    const { good, bad, kinds, slowest } = tally(count, new Random(2), arch);
    console.log(`asm mutants, ${arch}: ${count}, ${good} assembled, ${bad} refused, ${kinds.size} kinds of errors, slowest ${slowest.toFixed(0)} ms`);
    for (const [what, times] of [...kinds].sort((a, b) => b[1] - a[1]).slice(0, 20)) console.log(`${String(times).padStart(6)}  ${what}`);
    assert.ok(slowest < 4000);
  });
}

Asm.run();
