import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../helpers/random.js';
import { Bench, randomCode } from './ref.js';

const Ref = suite('tier 0 and the reference');

Ref('agree on instructions of random bytes', () => {
  const bench = new Bench();
  const r = new Random(1);
  const rows = new Set<number>();
  for (let i = 0; i < 6000; i++) {
    const bytes = randomCode(r);
    const insn = bench.decode(bytes);
    if (!insn) continue;
    rows.add(insn.row.id);
    const t = bench.trial(r, bytes, insn);
    assert.equal(t.differences, [], t.text);
  }
  assert.ok(rows.size > 400, `${rows.size} rows`);
});

Ref.run();
