/** Many random trials of both comparisons; `all` runs a sample, `soak` the full count. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../helpers/random.js';
import { amd64, Blocks } from './blocks.js';
import { Bench, randomCode } from './ref.js';

export function run(name: string, instructions: number, sequences: number): void {
  const Many = suite(name);

  Many(`${instructions} random instructions: tier 0 and the reference agree`, () => {
    const bench = new Bench();
    const r = new Random(20);
    const rows = new Set<number>();
    for (let done = 0; done < instructions; ) {
      const bytes = randomCode(r);
      const insn = bench.decode(bytes);
      if (!insn) continue;
      done++;
      rows.add(insn.row.id);
      const t = bench.trial(r, bytes, insn);
      assert.equal(t.differences, [], t.text);
    }
    console.log(`${instructions} instructions of ${rows.size} rows`);
  });

  Many(`${sequences} random sequences: blocks and steps agree`, () => {
    const blocks = new Blocks(amd64);
    const r = new Random(21);
    for (let i = 0; i < sequences; i++) {
      const t = blocks.trial(r);
      assert.equal(t.differences, [], t.code);
    }
    console.log(`${sequences} sequences`);
  });

  Many.run();
}
