/** Classes of misses against a fully associative cache that sees every access. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Rig, unit } from '../../helpers/hierarchy.js';
import { Random } from '../../helpers/random.js';
const Classes = suite('machine/memory classes');

const l1Lines = unit.l1d.bytes / unit.lineBytes;

/** Part of the misses, other than cold ones, that both class alike. `line`: which one is loaded next. */
function agreement(line: (random: Random) => number): number {
  const m = new Rig(unit, 1);
  const random = new Random(11);
  let full: number[] = [];
  let [alike, all] = [0, 0];
  for (let i = 0; i < 5000; i++) {
    const next = line(random);
    const had = full.includes(next);
    full = [next, ...full.filter((l) => l !== next)].slice(0, l1Lines);
    m.load(0, next);
    if (m.kind === 'hit' || m.kind === 'cold') continue;
    all++;
    if (m.kind === (had ? 'conflict' : 'capacity')) alike++;
  }
  return alike / all;
}

Classes('exact where L1 never hits', () => {
  let i = 0;
  assert.is(agreement(() => (i++ % 6) * 8), 1); // six lines of one set
  assert.is(agreement(() => i++ % 40), 1);
});

Classes('at least 9 of 10 alike where it hits', () => {
  for (const lines of [20, 32, 64]) assert.ok(agreement((random) => random.below(lines)) > 0.9, `${lines} lines: ${agreement((random) => random.below(lines))}`);
  // a few lines that are used all the time, beside many that are not
  assert.ok(agreement((random) => (random.below(2) === 0 ? random.below(4) : random.below(48))) > 0.9);
});

Classes.run();
